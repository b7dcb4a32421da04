"""Hostile time axes: out of order, doubled, full of holes, in zones, beyond calendars, or no times at all."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from tests.hostile import DAYS, berlin, series
from tests.hostile.outcomes import ANSWER, Hostile
from tests.hostile.values import WAVE, wave
from tsrnn.columns import Columns, Repairs

HOURS = pd.date_range("2024-03-30", periods=72, freq="h", tz="Europe/Berlin")
ORDER = np.random.default_rng(0).permutation(30)
TWICE, HOLE = DAYS.insert(10, DAYS[9]), DAYS.delete(range(10, 20))


def at(index: pd.Index) -> pd.Series:
    """The wave, as long as the index."""
    return series(np.resize(WAVE, len(index)), index)


def as_text(index: pd.Index, form: str) -> pd.Series:
    return series(WAVE, pd.Index([stamp.strftime(form) for stamp in index], dtype=object))


def doubled() -> pd.Series:
    """One day twice, the second time with the value 1."""
    return series(np.insert(WAVE, 10, 1.0), TWICE)


def trading(*holidays: str) -> pd.DatetimeIndex:
    days = pd.bdate_range("2024-01-02", "2024-03-28")
    return days[~days.isin(pd.DatetimeIndex(holidays))]


def texts(row: int, other: str) -> pd.Index:
    """ISO 8601, and something else in one row."""
    found = [f"{day:%Y-%m-%d}" for day in DAYS]
    found[row] = other
    return pd.Index(found, dtype=object)


def offsets(first: str, second: str) -> pd.Index:
    """Midnights with one offset from UTC, and from the 15th on with another."""
    return pd.Index([f"{day:%Y-%m-%d}T00:00{first if day.day < 15 else second}" for day in DAYS], dtype=object)


TIMES = [
    Hostile("rows in no order", lambda: wave().iloc[ORDER], like=wave),
    Hostile("rows in reverse", lambda: wave().iloc[::-1], like=wave),
    Hostile("a day twice", doubled, "E103", place={"series": "load", "time": DAYS[9], "row": 10}),
    *(
        Hostile(
            f"a day twice, made one by {repairs.duplicates}", doubled,
            repairs=repairs, line=("--duplicates", repairs.duplicates), like=partial(wave, d9=value),
        )
        for repairs, value in (
            (Repairs(duplicates="mean"), (WAVE[9] + 1) / 2),
            (Repairs(duplicates="sum"), WAVE[9] + 1),
            (Repairs(duplicates="first"), WAVE[9]),
            (Repairs(duplicates="last"), 1.0),
        )
    ),
    Hostile("ten days missing", lambda: at(HOLE), "E104", place={"series": "load", "time": DAYS[9]}),
    *(
        Hostile(
            f"ten days missing, {repairs.gaps}", partial(at, HOLE), repairs=repairs, line=("--gaps", repairs.gaps)
        )
        for repairs in (Repairs(gaps="mask"), Repairs(gaps="interpolate"))
    ),
    Hostile(
        "one date two centuries off, gaps allowed", lambda: at(DAYS[:-1].append(pd.DatetimeIndex(["2204-01-30"]))),
        "E104", repairs=Repairs(gaps="mask"), line=("--gaps", "mask"),
    ),
    Hostile(
        "half daily, half every six hours",
        lambda: at(DAYS[:15].append(pd.date_range(DAYS[15], periods=15, freq="6h"))), "E105",
    ),
    Hostile("days at a changing hour", lambda: at(DAYS[:15].append(DAYS[15:].shift(5, "h"))), "E105"),
    Hostile("hours across a clock change, with a zone", lambda: at(HOURS)),
    Hostile(
        "days across a clock change, with a zone",
        lambda: at(pd.date_range("2024-03-20", periods=30, tz="Europe/Berlin")), said="E105",
    ),
    Hostile("local hours in autumn, without a zone", lambda: at(berlin("2024-10-26", "2024-10-28")), "E103"),
    Hostile("local hours in spring, without a zone", lambda: at(berlin("2024-03-30", "2024-04-01")), "E104"),
    Hostile("month ends", lambda: at(pd.date_range("2020-01-31", periods=30, freq="ME"))),
    Hostile("month starts", lambda: at(pd.date_range("2020-01-01", periods=30, freq="MS"))),
    Hostile("month ends and starts", lambda: at(
        pd.date_range("2020-01-31", periods=15, freq="ME").append(pd.date_range("2021-05-01", periods=15, freq="MS"))
    ), "E105"),
    Hostile("business days", lambda: at(pd.bdate_range("2024-01-01", periods=30))),
    Hostile("weeks that end on a Saturday", lambda: at(pd.date_range("2024-01-06", periods=30, freq="W-SAT"))),
    Hostile("quarters", lambda: at(pd.date_range("2010-03-31", periods=30, freq="QE"))),
    Hostile("years", lambda: at(pd.date_range("1990-12-31", periods=30, freq="YE"))),
    Hostile("every second day", lambda: at(pd.date_range("2024-01-01", periods=30, freq="2D"))),
    Hostile("seven minutes", lambda: at(pd.date_range("2024-01-01", periods=30, freq="7min"))),
    Hostile("periods of a month", lambda: at(pd.period_range("2020-01", periods=30, freq="M"))),
    Hostile("periods with a gap", lambda: at(pd.period_range("2020-01", periods=30, freq="M").delete(5)), "E104"),
    *(
        Hostile(f"stamps that count {unit}", partial(at, DAYS.astype(f"M8[{unit}]")), like=wave)
        for unit in ("s", "ms", "us", "ns")
    ),
    Hostile("ISO 8601 as text", lambda: as_text(DAYS, "%Y-%m-%d"), like=wave),
    Hostile("ISO 8601 as text, in UTC", lambda: as_text(DAYS, "%Y-%m-%dT%H:%M:%SZ")),
    Hostile(
        "day, month, year as text", lambda: as_text(DAYS, "%d/%m/%Y"), "E113", place={"row": 0}, said=ANSWER, like=wave
    ),
    Hostile(
        "20240131 as whole numbers", lambda: at(pd.Index(DAYS.strftime("%Y%m%d").astype(int))), "E113",
        said=ANSWER, like=wave,
    ),
    Hostile("a leap second", lambda: at(texts(0, "2016-12-31T23:59:60")), "E113", place={"row": 0}),
    Hostile("a 31st of February", lambda: at(texts(5, "2024-02-31")), "E113", place={"row": 5}),
    Hostile("two offsets from UTC as text", lambda: at(offsets("+01:00", "+02:00")), "E113", said="E105"),
    Hostile(
        "no time in one row", lambda: pd.DataFrame({"ds": DAYS.where(DAYS != DAYS[7]), "y": WAVE}), "E112",
        place={"row": 7},
    ),
    Hostile("whole numbers", lambda: series(WAVE, pd.RangeIndex(30))),
    Hostile("whole numbers with a gap", lambda: series(WAVE[:29], pd.RangeIndex(30).delete(5)), "E104"),
    Hostile("half steps", lambda: series(WAVE, pd.Index(np.arange(30) / 2)), "E114", said="E113"),
    Hostile("truth values as time", lambda: series(WAVE[:2], pd.Index([False, True])), "E114", said="E113"),
    Hostile("two levels of index", lambda: series(WAVE, pd.MultiIndex.from_arrays([DAYS, DAYS])), "E114", csv=False),
    Hostile("the year 3000", lambda: at(pd.date_range("3000-01-01", periods=30, unit="s"))),
    Hostile(
        "a forecast beyond the last nanosecond", lambda: at(pd.date_range("2262-03-12", periods=30, unit="ns")), "E119",
        said=ANSWER,
        like=lambda: at(pd.date_range("2262-03-12", periods=30, unit="us")),
    ),
    Hostile("one row", lambda: at(pd.DatetimeIndex(["2024-01-01"])), "E105"),
    Hostile("two rows", lambda: at(DAYS[:2])),
    Hostile("eight rows", lambda: at(DAYS[:8])),
    Hostile(
        "trading days, told", lambda: at(trading("2024-01-15", "2024-02-19")), columns=Columns(calendar="XNYS"),
        line=("--exchange", "XNYS"),
    ),
    Hostile(
        "a weekend among trading days", wave, "E124", columns=Columns(calendar="XNYS"), line=("--exchange", "XNYS"),
        place={"series": "load", "time": DAYS[5]},
    ),
    Hostile(
        "an unknown exchange", lambda: at(trading()), "E131", columns=Columns(calendar="NYX"),
        line=("--exchange", "NYX"), place={"value": "NYX"},
    ),
    Hostile("an unknown country", wave, "E131", columns=Columns(holidays="XX"), line=("--holidays", "XX")),
    Hostile("an unknown calendar feature", wave, "E131", columns=Columns(calendar="hours"), csv=False),
]  # fmt: skip
