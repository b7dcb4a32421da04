"""Hostile tables and settings: columns and ids that are missing, doubled or odd, and questions without an answer."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tests.hostile import DAYS, ROLES, long, mixed, wide
from tests.hostile.outcomes import ANSWER, USAGE, Hostile
from tests.hostile.values import wave
from tsrnn.columns import Columns, Repairs

PAIR = pd.MultiIndex.from_tuples([("Close", "AAPL"), ("Open", "AAPL")])
ID, TIME = ("--id", "unique_id"), ("--time", "ds")
LONG = (*ID, *TIME, "--target", "y")


def ids(first: object, second: object) -> pd.DataFrame:
    return long(unique_id=mixed(first, second))


def uneven() -> pd.DataFrame:
    """Thirty days of one series and five of another."""
    return long().iloc[:35]


def told(**parts: object) -> Columns:
    return Columns(**{"id": "unique_id", "time": "ds", "target": "y", **parts})  # type: ignore[arg-type]


SHAPES = [
    Hostile("no rows", lambda: wave().iloc[:0], "E115"),
    Hostile("no columns", lambda: pd.DataFrame(index=DAYS), "E116"),
    Hostile(
        "nothing but ids", lambda: long()[["unique_id", "ds"]], "E116", columns=told(target=None), line=(*ID, *TIME)
    ),
    Hostile("two columns of a name", lambda: wide(["y", "y"]), "E118"),
    Hostile("columns of two levels", lambda: wide(PAIR), "E117", csv=False),
    Hostile("numbers as names", lambda: wide([2024, 2023])),
    Hostile("columns 1 and '1'", lambda: wide([1, "1"]), "E120", said="E118"),
    Hostile("a column without a name", lambda: wide(["a", np.nan]), "E110", csv=False),
    Hostile("markup as a name", lambda: wide(["<script>alert(1)</script>", "[/close]"])),
    Hostile("a formula as a name", lambda: wide(["=1+1", "@x"])),
    Hostile("a path as a name", lambda: wide(["../../etc/passwd", "C:\\x"])),
    Hostile("a quotation mark, a comma and a line end in a name", lambda: wide(['a"b', "c,d", "e\nf"])),
    Hostile("a name of ten thousand letters", lambda: wide(["n" * 10_000])),
    Hostile("an id of half a character", lambda: ids("\ud800", "b"), csv=False),
    Hostile("an empty id", lambda: ids("", "b"), csv=False),
    Hostile("ids as categories", lambda: long(unique_id=pd.Categorical(["b"] * 30 + ["a"] * 30))),
    Hostile("ids with leading zeros", lambda: ids("005930", "5930")),
    Hostile("a series called NA", lambda: ids("NA", "null")),
    Hostile("no id in half of the rows", lambda: ids("a", None), "E111", place={"row": 30, "column": "unique_id"}),
    Hostile("ids 1 and '1'", lambda: ids(1, "1"), "E120", csv=False),
    Hostile("ids 1 and True", lambda: ids(1, True), "E120", csv=False),
    Hostile("lists as ids", lambda: ids([1], [2]), "E110", csv=False),
    Hostile("an id that was not told", lambda: long()[["ds", "y"]], "E103"),
    Hostile("a misspelt id", long, "E116", columns=told(id="uniqe_id"), line=("--id", "uniqe_id")),
    Hostile(
        "a misspelt target", lambda: wide(["load"]), "E116", columns=Columns(target="laod"), line=("--target", "laod")
    ),
    Hostile("1 given as '1'", lambda: wide([1, 2]), "E116", columns=Columns(target="1"), csv=False),
    Hostile(
        "text that plays no part", lambda: wide(["y"]).assign(note="x"), "E110", said=ANSWER, like=lambda: wide(["y"])
    ),
    Hostile(
        "text known ahead", lambda: long(z="calm"), "E110", columns=told(future="z"), line=(*LONG, "--future", "z")
    ),
    Hostile(
        "a static column that varies", lambda: long(z=range(60)), "E121", columns=told(static="z"),
        place={"series": "a", "column": "z"}, line=(*LONG, "--static", "z"),
    ),
    Hostile(
        "columns promised for the steps ahead", lambda: long(z=1.0), "E123", columns=told(future="z"),
        line=(*LONG, "--future", "z"),
    ),
    Hostile("sixty columns", lambda: wide([f"c{number}" for number in range(60)])),
    Hostile("series that end on different days", lambda: long().drop(range(50, 60))),
    Hostile("series in no order", lambda: long().sample(frac=1.0, random_state=0), like=long),
    Hostile(
        "one series too short for the folds", uneven, "E107", backtest=True, settings={"folds": 3},
        place={"series": "b", "needed": 10},
    ),
    *(
        Hostile(
            f"one series too short for the folds, {repairs.on_short}", uneven, backtest=True, settings={"folds": folds},
            repairs=repairs, line=("--on-short", repairs.on_short),
        )
        for repairs, folds in ((Repairs(on_short="drop"), 3), (Repairs(on_short="pad"), 1))
    ),
    Hostile("a list", lambda: [1, 2, 3], "E110", csv=False),
    Hostile("an array", lambda: np.ones(30), "E110", csv=False),
    Hostile("None", lambda: None, "E110", csv=False),
    Hostile("a dictionary", lambda: {"y": [1.0]}, "E110", csv=False),
    Hostile("roles as text", long, "E130", columns="y", csv=False),  # type: ignore[arg-type]
    Hostile("repairs as text", long, "E130", repairs="mask", csv=False),  # type: ignore[arg-type]
    Hostile("roles of a frame for a Series", wave, "E110", columns=ROLES, csv=False),
    Hostile("a horizon of 0", wave, "E130", settings={"horizon": 0}, line=("--horizon", "0"), said=USAGE),
    Hostile("a horizon of -1", wave, "E130", settings={"horizon": -1}, line=("--horizon", "-1"), said=USAGE),
    Hostile("a horizon of 7.5", wave, "E130", settings={"horizon": 7.5}, line=("--horizon", "7.5"), said=USAGE),
    Hostile("a horizon as text", wave, "E130", settings={"horizon": "3"}, csv=False),
    Hostile("a horizon of True", wave, "E130", settings={"horizon": True}, csv=False),
    Hostile("a horizon of a billion", wave, "E130", settings={"horizon": 10**9}, line=("--horizon", str(10**9))),
    Hostile("a horizon longer than the rows", wave, settings={"horizon": 100}, line=("--horizon", "100")),
    Hostile("a season of -1", wave, "E130", settings={"season": -1}, line=("--season", "-1"), said=USAGE),
    Hostile("a level of 0", wave, "E130", settings={"levels": [0]}, csv=False),
    Hostile("a level of 0.8", wave, "E130", settings={"levels": [0.8]}, csv=False),
    Hostile("levels as text", wave, "E130", settings={"levels": "80"}, csv=False),
    Hostile("no folds", wave, "E130", backtest=True, settings={"folds": 0}, said=USAGE),
    Hostile("more folds than rows", wave, "E107", backtest=True, settings={"folds": 50}),
]  # fmt: skip
