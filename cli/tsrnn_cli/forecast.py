"""`tsrnn forecast`: what a saved model says about the steps ahead, in the caller's own columns."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tsrnn_cli.options import RESULTS, Command, Encoding, Json, Levels, Roles, Time, TimeFormat
from tsrnn_cli.output import Talk, check_writable, json_text, put, say, whole_file
from tsrnn_cli.settings import levels_in
from tsrnn_cli.source import read_alike
from tsrnn_cli.stamps import written

if TYPE_CHECKING:
    import pandas as pd

    from tsrnn.answer import Answer
    from tsrnn.layout import Layout


def run(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", show_default=False, help="A model that 'tsrnn fit' saved.")
    ],
    history: Annotated[
        str | None, typer.Option(metavar="SOURCE", help="Newer rows, or other series; nothing is relearned.")
    ] = None,
    future: Annotated[
        str | None,
        typer.Option(metavar="SOURCE", help="The columns that fit was told are --future, for the steps ahead."),
    ] = None,
    levels: Levels = "",
    horizon: Annotated[
        int | None, typer.Option(min=1, metavar="STEPS", help="Steps; else as many as it was fitted for.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", rich_help_panel=RESULTS, help="Write here instead.")
    ] = None,
    as_json: Json = False,
    time: Time = None,
    time_format: TimeFormat = None,
    encoding: Encoding = "utf-8",
) -> None:
    """Forecast with a saved model, as CSV with the names of your columns; levels add NAME-lo-80 and NAME-hi-80.

    Times are written as ISO 8601, with the offset where they have a time zone.
    """
    from tsrnn.saving import load

    talk, wanted = Talk(), levels_in(levels)
    if output is not None and str(output) == "-":
        output = None
    check_writable(output)
    model = load(folder)
    layout, roles = model.learned().recent.layout, Roles(time=time, time_format=time_format, encoding=encoding)
    rows = None if history is None else read_alike(history, layout, roles, talk)
    ahead: Any = None if future is None else read_alike(future, layout, roles, talk)
    answer = model.predict(horizon, history=rows, levels=wanted, future=ahead)
    talk.release()
    table = flat(answer, layout)
    if as_json:
        facts = {"schema": "tsrnn.forecast/1", "model": model.name, "levels": wanted}
        text = json_text({**facts, "rows": table.to_dict("records")})
    else:
        text = table.to_csv(index=False, lineterminator="\n")
    if output is None:
        put(text)
        return
    with whole_file(output) as half:
        half.write_text(text, encoding="utf-8")
    say(f"wrote {len(table)} rows to {output}")


def flat(answer: Answer, layout: Layout) -> pd.DataFrame:
    """A forecast with the time, written as ISO 8601, in a column: the caller's own, else one called `time`."""
    import pandas as pd

    table = answer.to_frame("y" if answer.name is None else answer.name) if isinstance(answer, pd.Series) else answer
    name = layout.columns.time
    if name is None and layout.shape == "long":
        table, name = table.rename(columns={None: "time"}), "time"
    elif name is None:
        name = next(word for word in (layout.index_name, "time", "ds") if word is not None and word not in table)
        table = table.rename_axis(index=str(name), columns=None).reset_index()
    return table.assign(**{str(name): written(table[str(name)])})


COMMAND = Command(
    "forecast",
    run,
    (
        "tsrnn forecast co2-model --levels 80,95 > next-weeks.csv",
        "tsrnn forecast meters-model --history newer.csv -o next-day.csv",
    ),
)
