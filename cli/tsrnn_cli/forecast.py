"""`tsrnn forecast`: what a saved model says about the steps ahead, in the caller's own columns."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from tsrnn_cli.options import (
    Ahead,
    Command,
    Folder,
    History,
    Json,
    Levels,
    Quiet,
    Roles,
    Steps,
    Table,
    Time,
)
from tsrnn_cli.output import Talk
from tsrnn_cli.settings import levels_in
from tsrnn_cli.source import read_alike
from tsrnn_cli.tables import check_table, give_table
from tsrnn_cli.written import RECOGNISED, Written

if TYPE_CHECKING:
    import pandas as pd

    from tsrnn.answer import Answer
    from tsrnn.forecasters.protocol import PanelForecaster
    from tsrnn.layout import Layout


def run(
    folder: Folder,
    history: History = None,
    future: Ahead = None,
    levels: Levels = "",
    horizon: Steps = None,
    output: Table = None,
    as_json: Json = False,
    quiet: Quiet = False,
    time: Time = None,
    written: Written = RECOGNISED,
) -> None:
    """Forecast with a saved model, as CSV with the names of your columns; levels add NAME-lo-80 and NAME-hi-80.

    Times are written as ISO 8601, with the offset where they have a time zone.
    """
    talk, wanted, path = Talk(quiet), levels_in(levels), check_table(output)
    model, rows, ahead = asked(folder, history, future, Roles(time=time, written=written), talk)
    answer = model.predict(horizon, history=rows, levels=wanted, future=ahead)
    talk.release()
    table = flat(answer, model.learned().recent.layout)
    facts = {"schema": "tsrnn.forecast/1", "model": model.name, "levels": wanted}
    give_table(table, facts, path, as_json=as_json, talk=talk)


def asked(
    folder: Path, history: str | None, future: str | None, roles: Roles, talk: Talk
) -> tuple[PanelForecaster, Any, Any]:
    """The saved model, the rows to go on from and those known ahead, None where they were not given."""
    from tsrnn.saving import load

    model = load(folder)
    layout = model.learned().recent.layout
    rows, ahead = (None if text is None else read_alike(text, layout, roles, talk) for text in (history, future))
    return model, rows, ahead


def flat(answer: Answer, layout: Layout) -> pd.DataFrame:
    """A forecast with the time in a column: the caller's own, else one called `time`."""
    import pandas as pd

    table = answer.to_frame("y" if answer.name is None else answer.name) if isinstance(answer, pd.Series) else answer
    name = layout.columns.time
    if name is None and layout.shape == "long":
        table, name = table.rename(columns={None: "time"}), "time"
    elif name is None:
        name = next(word for word in (layout.index_name, "time", "ds") if word is not None and word not in table)
        table = table.rename_axis(index=str(name), columns=None).reset_index()
    return table


COMMAND = Command(
    "forecast",
    run,
    (
        "tsrnn forecast co2-model --levels 80,95 > next-weeks.csv",
        "tsrnn forecast meters-model --history newer.csv -o next-day.csv",
    ),
)
