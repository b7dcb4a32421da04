"""`tsrnn simulate`: ways in which the steps ahead may go, drawn from a saved model, one below the other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import typer

from tsrnn_cli.forecast import asked, flat
from tsrnn_cli.options import (
    Ahead,
    Command,
    Folder,
    History,
    Json,
    Quiet,
    Roles,
    Steps,
    Table,
    Time,
)
from tsrnn_cli.output import Talk
from tsrnn_cli.tables import check_table, give_table
from tsrnn_cli.written import RECOGNISED, Written

if TYPE_CHECKING:
    import pandas as pd

_PATH = re.compile(r"(.*)-path-(\d+)", re.DOTALL)


def run(
    folder: Folder,
    paths: Annotated[int, typer.Option("--paths", "-n", min=1, metavar="N", help="How many ways.")] = 100,
    history: History = None,
    future: Ahead = None,
    horizon: Steps = None,
    seed: Annotated[int, typer.Option(min=0, metavar="N", help="Same seed, same numbers.")] = 0,
    output: Table = None,
    as_json: Json = False,
    quiet: Quiet = False,
    time: Time = None,
    written: Written = RECOGNISED,
) -> None:
    """Draw sample paths from a saved model: a column `path`, then the columns of a forecast, one path below the other.

    The steps of one path belong together, so that sums, maxima and waiting times can be read from them. For models that
    know paths: arima, naive, seasonal-naive, drift and the like, and networks that decode recursively.
    """
    talk, file = Talk(quiet), check_table(output)
    roles = Roles(time=time, written=written)
    model, rows, ahead = asked(folder, history, future, roles, talk)
    drawn = model.simulate(paths, horizon=horizon, history=rows, future=ahead, seed=seed)
    talk.release()
    table = one_below_the_other(flat(drawn, model.learned().recent.layout))
    facts = {"schema": "tsrnn.simulate/1", "model": model.name, "paths": paths, "seed": seed}
    give_table(table, facts, file, as_json=as_json, talk=talk)


def one_below_the_other(wide: pd.DataFrame) -> pd.DataFrame:
    """Columns `NAME-path-1`, `NAME-path-2`, … as a column `path` and a column NAME.

    >>> import pandas as pd
    >>> one_below_the_other(pd.DataFrame({"time": [7], "y-path-1": [1.0], "y-path-2": [2.0]})).to_dict("list")
    {'path': [1, 2], 'time': [7, 7], 'y': [1.0, 2.0]}
    """
    import pandas as pd

    found = {name: match for name in wide.columns if (match := _PATH.fullmatch(str(name)))}
    kept = [name for name in wide.columns if name not in found]
    parts = []
    for number in dict.fromkeys(int(match[2]) for match in found.values()):
        own = {name: match[1] for name, match in found.items() if int(match[2]) == number}
        part = wide[[*kept, *own]].rename(columns=own)
        part.insert(0, "path", number)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


COMMAND = Command(
    "simulate",
    run,
    ("tsrnn simulate co2-model --paths 200 > paths.csv", "tsrnn simulate co2-model -n 5 --horizon 6 --seed 1 --json"),
)
