"""Hostile values: numbers that are missing, endless, huge, tiny, or no numbers at all."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd

from tests.hostile import DAYS, long, objects, series
from tests.hostile.outcomes import ANSWER, Hostile
from tsrnn.columns import Repairs

WAVE = np.round(20 + 5 * np.sin(np.arange(30) * 2 * np.pi / 7), 6)


def wave(**changed: float | None) -> pd.Series:
    """Thirty days of a weekly wave; `d3=…` replaces the value of day 3."""
    values = WAVE.copy()
    for day, value in changed.items():
        values[int(day[1:])] = np.nan if value is None else value
    return series(values)


def frozen() -> pd.Series:
    """Values in memory that nobody may write to."""
    values = WAVE.copy()
    values.flags.writeable = False
    return pd.Series(values, DAYS, name="load", copy=False)


VALUES = [
    Hostile("one value missing in the middle", lambda: wave(d11=None)),
    Hostile("the last value missing", lambda: wave(d29=None)),
    Hostile("the first values missing", lambda: wave(d0=None, d1=None)),
    Hostile(
        "a missing value where that is refused", lambda: wave(d11=None), "E101",
        repairs=Repairs(missing="error"), place={"series": "load", "time": DAYS[11]}, line=("--missing", "error"),
    ),
    Hostile(
        "a missing value to be interpolated", lambda: wave(d25=None),
        repairs=Repairs(missing="interpolate"), line=("--missing", "interpolate"),
        like=lambda: wave(d25=(WAVE[24] + WAVE[26]) / 2),
    ),
    Hostile("every value missing", lambda: series(np.nan), "E102", place={"series": "load"}),
    Hostile("None everywhere", lambda: series([None] * 30), "E102", place={"series": "load"}),
    Hostile(
        "one series of two without a value", lambda: long(y=[np.nan] * 30 + [1.0] * 30), "E102", place={"series": "a"}
    ),
    Hostile("a constant", lambda: series(7.0)),
    Hostile("only zeros", lambda: series(0.0)),
    Hostile("negative zero", lambda: series(-0.0), like=lambda: series(0.0)),
    Hostile(
        "infinity", lambda: wave(d5=np.inf), "E108",
        place={"time": DAYS[5], "column": "load", "row": 5, "value": np.inf},
    ),
    Hostile("minus infinity", lambda: wave(d0=-np.inf), "E108", place={"time": DAYS[0], "row": 0}),
    Hostile(
        "infinity in the second of two series", lambda: long(y=[1.0] * 40 + [np.inf] + [1.0] * 19), "E108",
        place={"series": "b", "time": DAYS[10], "row": 40},
    ),
    Hostile("values of 1e30", lambda: wave() * 1e30),
    Hostile("values of 1e299", lambda: wave() * 1e298),
    Hostile("values of 1e305", lambda: wave() * 1e304, "E109", place={"row": 0, "column": "load"}),
    Hostile("values of 1e-300", lambda: wave() * 1e-300),
    Hostile("subnormal values", lambda: wave() * 5e-324),
    Hostile("one spike of 1e30", lambda: wave(d15=1e30)),
    Hostile("1e9 and a variance of one", lambda: wave() + 1e9),
    Hostile("counts", lambda: series(np.arange(30) % 4), like=lambda: series(np.arange(30) % 4 * 1.0)),
    Hostile("32 bit numbers", lambda: series((np.arange(30) % 7 / 8).astype("float32"))),
    Hostile("16 bit numbers", lambda: series((np.arange(30) % 7).astype("float16"))),
    Hostile("8 bit whole numbers", lambda: series((np.arange(30) % 7).astype("int8"))),
    Hostile("unsigned numbers beyond signed ones", lambda: series(np.full(30, 2**64 - 2**12, "uint64"))),
    Hostile("truth values", lambda: series(WAVE > 20), like=lambda: series((WAVE > 20) * 1.0), said="E116"),
    Hostile("Decimal numbers", lambda: series([Decimal(str(value)) for value in WAVE]), like=wave),
    Hostile("nullable integers with NA", lambda: series(pd.array([None, *range(29)], dtype="Int64"))),
    Hostile("sparse numbers", lambda: series(pd.arrays.SparseArray(WAVE)), like=wave),
    Hostile("numbers as categories", lambda: series(pd.Categorical(WAVE)), like=wave),
    Hostile("read-only memory", frozen, like=wave),
    Hostile("numbers among objects", lambda: series(np.array(list(WAVE), dtype=object)), like=wave),
    Hostile("numbers written as text", lambda: series([str(value) for value in WAVE]), "E110", said=ANSWER, like=wave),
    Hostile(
        "text among numbers", lambda: objects(1.0, "broken"), "E110",
        place={"time": DAYS[1], "column": "load", "row": 1, "value": "broken"},
    ),
    Hostile("thousands separators", lambda: series(["75,000", *map(str, range(29))]), "E110", said="E126"),
    Hostile(
        "a decimal comma", lambda: series([f"{value:.6f}".replace(".", ",") for value in WAVE]), "E110",
        said=ANSWER, like=wave,
    ),
    Hostile("a number beyond float64", lambda: objects(10**400), "E110", place={"row": 0}, csv=False),
    Hostile("1e400 as text", lambda: objects("1e400"), "E110", said="E108"),
    Hostile("complex numbers", lambda: series(np.full(30, 1j)), "E110", csv=False),
    Hostile("a complex cell", lambda: objects(1 + 2j), "E110", place={"row": 0, "value": 1 + 2j}),
    Hostile("durations", lambda: series(DAYS - DAYS[0]), "E110", said="E116"),
    Hostile("time stamps as values", lambda: series(DAYS.to_numpy()), "E110", csv=False),
    Hostile("a date in a cell", lambda: objects(dt.date(2024, 1, 1)), "E110", place={"row": 0}),
    Hostile("a list in a cell", lambda: objects([1, 2]), "E110", place={"row": 0}),
    Hostile("bytes in a cell", lambda: objects(b"12"), "E110", place={"row": 0}),
]  # fmt: skip
