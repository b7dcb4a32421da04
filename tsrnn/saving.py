"""Saving: a fitted forecaster as a folder of `settings.json` and `weights.safetensors`; nothing is executed."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from tsrnn.columns import Columns, Repairs
from tsrnn.errors import ModelFileError
from tsrnn.forecasters.names import COMPOSED, FORECASTERS, forecaster_class
from tsrnn.forecasters.protocol import Arrays, Learned, PanelForecaster
from tsrnn.frequency import Frequency
from tsrnn.layout import Layout
from tsrnn.network import Network
from tsrnn.nn.direct import Direct
from tsrnn.nn.distributions import NegativeBinomial, Normal, StudentT
from tsrnn.nn.heads import Point, Quantiles
from tsrnn.nn.rollout import Recursive
from tsrnn.nn.segment import Segment
from tsrnn.nn.seq2seq import Seq2Seq
from tsrnn.panel import Panel
from tsrnn.training import Training
from tsrnn.version import __version__

FORMAT = 1
_RECORDS: dict[str, type] = {
    record.__name__: record
    for record in (
        Columns,
        Direct,
        Frequency,
        Layout,
        NegativeBinomial,
        Network,
        Normal,
        Point,
        Quantiles,
        Recursive,
        Repairs,
        Segment,
        Seq2Seq,
        StudentT,
        Training,
    )
}
_PANEL = ("values", "observed", "offsets", "past", "future", "static")


def save(model: PanelForecaster, path: str | Path) -> Path:
    """Writes a fitted forecaster to the folder `path`, replacing a model that stands there, and gives the path.

    The folder appears whole or not at all. Raises NotFittedError before `fit`, and ModelFileError where `path` holds
    something that is no model.
    """
    learned, target = model.learned(), Path(path)
    if target.exists() and not (target / "settings.json").is_file():
        raise ModelFileError(f"{target} exists and is no saved model; choose another path or remove it")
    kind = _kind(model)
    facts, arrays = learned.model.state()
    settings = {
        "format": FORMAT,
        "tsrnn": __version__,
        "model": kind,
        "settings": _encode(model.get_params(deep=False)),
        "columns": _encode(learned.columns),
        "repairs": _encode(learned.repairs),
        "panel": _panel_facts(learned.recent),
        "fitted": facts,
    }
    everything = {f"fitted.{name}": np.asarray(array) for name, array in arrays.items()} | _panel_arrays(learned.recent)
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        save_file(
            {name: np.ascontiguousarray(array) for name, array in everything.items()}, fresh / "weights.safetensors"
        )
        text = json.dumps(settings, ensure_ascii=False, indent=1, allow_nan=True)
        (fresh / "settings.json").write_text(text, encoding="utf-8")
        if target.exists():
            shutil.rmtree(target)
        os.replace(fresh, target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return target


def load(path: str | Path) -> PanelForecaster:
    """The fitted forecaster saved at `path`; it predicts exactly as it did.

    Raises ModelFileError naming the file where it is missing, damaged, or of a newer format.
    """
    folder = Path(path)
    settings, arrays = _read_settings(folder / "settings.json"), _read_arrays(folder / "weights.safetensors")
    try:
        model = forecaster_class(settings["model"])(**_decode(settings["settings"]))
        recent = _panel(settings["panel"], arrays)
        own = {name.removeprefix("fitted."): array for name, array in arrays.items() if name.startswith("fitted.")}
        fitted = model._restore(settings["fitted"], own, recent)
        model.fitted_ = Learned(fitted, recent, _decode(settings["columns"]), _decode(settings["repairs"]))
    except (KeyError, TypeError, ValueError, RuntimeError, IndexError, AttributeError) as problem:
        raise ModelFileError(
            f"{folder} is damaged: {type(problem).__name__}: {problem}; save the model again"
        ) from problem
    return model


def _kind(model: PanelForecaster) -> str:
    for name in (*FORECASTERS, *COMPOSED):
        if type(model) is forecaster_class(name):
            return name
    raise ModelFileError(f"{type(model).__name__} is not one of tsrnn's own forecasters ({', '.join(FORECASTERS)})")


def _read_settings(file: Path) -> dict[str, Any]:
    if not file.is_file():
        raise ModelFileError(f"no saved model at {file.parent}: {file.name} is missing")
    try:
        settings: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        made = settings["format"]
    except (ValueError, KeyError, TypeError) as problem:
        raise ModelFileError(f"{file} is damaged: {problem}") from problem
    if made != FORMAT:
        raise ModelFileError(f"{file} has format {made!r}, this tsrnn {__version__} reads {FORMAT}; upgrade tsrnn")
    return settings


def _read_arrays(file: Path) -> Arrays:
    if not file.is_file():
        raise ModelFileError(f"no saved model at {file.parent}: {file.name} is missing")
    try:
        arrays: Arrays = load_file(file)
    except (SafetensorError, ValueError) as problem:
        raise ModelFileError(f"{file} is damaged: {problem}") from problem
    return arrays


def _encode(value: Any) -> Any:
    """Records of the closed registry as `{"record": name, …}`; plain JSON as it is; anything else is refused."""
    if dataclasses.is_dataclass(value) and _RECORDS.get(type(value).__name__) is type(value):
        fields = {field.name: _encode(getattr(value, field.name)) for field in dataclasses.fields(value)}
        return {"record": type(value).__name__, **fields}
    if isinstance(value, PanelForecaster):
        return {"forecaster": _kind(value), **_encode(value.get_params(deep=False))}
    if isinstance(value, dict):
        return {str(key): _encode(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_encode(item) for item in value]
    if isinstance(value, np.generic):
        return value.item()
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise ModelFileError(f"a {type(value).__name__} ({value!r}) cannot be saved; names must be text or whole numbers")


def _decode(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_decode(item) for item in value)
    if not isinstance(value, dict):
        return value
    fields = {key: _decode(item) for key, item in value.items() if key not in ("record", "forecaster")}
    if "forecaster" in value:
        return forecaster_class(value["forecaster"])(**fields)
    return _RECORDS[value["record"]](**fields) if "record" in value else fields


def _panel_facts(panel: Panel) -> dict[str, Any]:
    times = panel.times
    facts = {
        "names": _encode(list(panel.names)),
        "layout": _encode(panel.layout),
        "times": "steps",
        "dtype": str(times.dtype),
    }
    if isinstance(times, pd.DatetimeIndex):
        return facts | {"times": "stamps", "unit": times.unit, "zone": None if times.tz is None else str(times.tz)}
    if isinstance(times, pd.PeriodIndex):
        return facts | {"times": "periods", "alias": times.freqstr}
    return facts


def _panel_arrays(panel: Panel) -> Arrays:
    times = panel.times
    numbers = times.asi8 if isinstance(times, (pd.DatetimeIndex, pd.PeriodIndex)) else times.to_numpy(np.int64)
    return {f"panel.{name}": getattr(panel, name) for name in _PANEL} | {"panel.times": np.asarray(numbers)}


def _panel(facts: dict[str, Any], arrays: Arrays) -> Panel:
    numbers = arrays["panel.times"].astype(np.int64)
    if facts["times"] == "stamps":
        stamps = pd.DatetimeIndex(numbers.view(f"M8[{facts['unit']}]"))
        times: pd.Index = stamps if facts["zone"] is None else stamps.tz_localize("UTC").tz_convert(facts["zone"])
    elif facts["times"] == "periods":
        times = pd.PeriodIndex(pd.arrays.PeriodArray(numbers, dtype=pd.PeriodDtype(facts["alias"])))
    else:
        times = pd.Index(numbers)
    parts: dict[str, Any] = {name: arrays[f"panel.{name}"] for name in _PANEL}
    return Panel(**parts, names=_decode(facts["names"]), times=times, layout=_decode(facts["layout"]))
