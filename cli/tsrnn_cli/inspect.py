"""`tsrnn inspect`: what a saved model is: its settings, columns, time axis, versions and sizes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from tsrnn_cli.options import Command, Folder, Json, Quiet
from tsrnn_cli.output import Talk, clean, plain, put, put_json

if TYPE_CHECKING:
    from tsrnn.forecasters.protocol import PanelForecaster

_PARTS = ("id", "time", "target", "past", "future", "static", "categorical", "holidays", "calendar", "joint")


def run(folder: Folder, as_json: Json = False, quiet: Quiet = False) -> None:
    """Say what a saved model is, and whether it can be read: model, settings, columns, rows, versions, sizes."""
    from tsrnn.folder import read_folder
    from tsrnn.saving import load

    settings, arrays = read_folder(folder)
    facts: dict[str, Any] = {
        "folder": str(folder),
        "model": settings.get("model", settings.get("estimator")),
        "tsrnn": settings["tsrnn"],
        "format": settings["format"],
        "bytes": {file.name: file.stat().st_size for file in sorted(Path(folder).iterdir()) if file.is_file()},
        "arrays": len(arrays),
        "numbers learned": sum(int(array.size) for name, array in arrays.items() if not name.startswith("panel.")),
    }
    if "estimator" in settings:
        facts["reads"] = "text"
    else:
        facts |= _forecasting(load(folder))
    if as_json:
        put_json({"schema": "tsrnn.inspect/1", **facts})
        return
    talk = Talk(quiet)
    talk.release()
    for message in facts.pop("notices", []):
        talk.note(message)
    put("".join(_lines(facts)))


def _forecasting(model: PanelForecaster) -> dict[str, Any]:
    """What only a forecaster has."""
    learned = model.learned()
    panel, layout = learned.recent, learned.recent.layout
    columns = {part: getattr(layout.columns, part) for part in _PARTS}
    return {
        "name": model.name,
        "horizon": model.horizon,
        "settings": {key: _told(value) for key, value in model.get_params(deep=False).items()},
        "shape": layout.shape,
        "columns": {part: value for part, value in columns.items() if value not in (None, (), False)},
        "series": len(panel.names),
        "rows kept": len(panel.values),
        "last row": str(panel.times.max()),
        "one row a": layout.frequency.words,
        "season": panel.season,
        "notices": [notice.message for notice in learned.notices],
    }


def _told(value: Any) -> Any:
    """A setting as JSON: plain where it is, else as it is written in Python."""
    return value if value is None or isinstance(value, (bool, int, float, str)) else repr(value)


def _lines(facts: dict[str, Any]) -> list[str]:
    """A line a fact, what lies within it indented below."""
    lines = []
    for name, value in facts.items():
        if isinstance(value, dict):
            lines.append(f"{name}:\n")
            lines += [f"  {clean(str(key))}: {_words(item)}\n" for key, item in value.items()]
        else:
            lines.append(f"{name}: {_words(value)}\n")
    return lines


def _words(value: Any) -> str:
    told = plain(value)
    return clean(", ".join(map(str, told)) if isinstance(told, list) else "not set" if told is None else str(told))


COMMAND = Command("inspect", run, ("tsrnn inspect co2-model", "tsrnn inspect meters-model --json"))
