"""Bad ids and times: which rows cannot be put into series and order, and how that is said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from tests.hostile import DAYS, Case, berlin, cases, long, mixed, refuse, series
from tsrnn.errors import (
    ColumnError,
    DataError,
    DuplicateError,
    FrequencyError,
    GapError,
    TsrnnError,
)
from tsrnn.frame import read
from tsrnn.panel import Panel

FIFTEENTH = pd.DatetimeIndex(["2024-01-15", "2024-02-15", "2024-03-15", "2024-04-15"])
IRREGULAR = pd.to_datetime(["2024-01-01 00:00", "2024-01-02 12:00", "2024-01-04 07:00", "2024-01-09 00:00"])
GAPS = DAYS.delete([5, 6, 20])
CLOCK = "local times across a clock change, localize them: tz_localize(zone, ambiguous='infer'"

IDS: list[Case] = [
    (
        "no id",
        lambda: read(long(unique_id=mixed("a", None))),
        ColumnError,
        ("'unique_id' is empty in 30 rows (first row 30)",),
    ),
    (
        "NaN id",
        lambda: read(long(unique_id=[np.nan] * 30 + [2.0] * 30)),
        ColumnError,
        ("empty in 30 rows (first row 0)",),
    ),
    ("1 and '1'", lambda: read(long(unique_id=mixed(1, "1"))), ColumnError, ("two series read '1' as text",)),
    (
        "1 and True",
        lambda: read(long(unique_id=mixed(1, True))),
        ColumnError,
        ("holds 1 and True (row 30), which are equal",),
    ),
    ("1 and 1.0", lambda: read(long(unique_id=mixed(1, 1.0))), ColumnError, ("holds 1 and 1.0 (row 30)",)),
    (
        "lists",
        lambda: read(long(unique_id=[["a"]] * 60)),
        ColumnError,
        ("'unique_id' holds a list; give text or numbers",),
    ),
]

TIMES: list[Case] = [
    (
        "floats",
        lambda: read(series(index=pd.Index(np.arange(30.0)))),
        ColumnError,
        ("the index is float64; give time stamps",),
    ),
    ("truth", lambda: read(series(index=pd.Index([True, False]))), ColumnError, ("the index is bool",)),
    ("durations", lambda: read(series(index=DAYS - DAYS[0])), ColumnError, ("the index is timedelta64",)),
    (
        "no stamp",
        lambda: read(series(index=DAYS.insert(3, pd.NaT))),
        DataError,
        ("the index has no time stamp in row 3; drop",),
    ),
    (
        "no stamp in a column",
        lambda: read(long(ds=[pd.NaT, *DAYS[1:], *DAYS])),
        DataError,
        ("time column 'ds' has no time",),
    ),
    ("an empty text", lambda: read(long(ds=["2024-01-01", ""] * 30)), DataError, ("no time stamp in row 1 ('')",)),
    (
        "two levels",
        lambda: read(long().set_index(["unique_id", "ds"])),
        ColumnError,
        ("index has 2 levels; call reset_index()",),
    ),
    (
        "day before month",
        lambda: read(long(ds=[*DAYS.strftime("%d/%m/%Y")] * 2)),
        ColumnError,
        ("time column 'ds' holds '01/01/2024' in row 0, which is not ISO 8601", "pd.to_datetime(…, format=…)"),
    ),
    (
        "a total below the rows",
        lambda: read(long(ds=[*DAYS.strftime("%Y-%m-%d"), *DAYS.strftime("%Y-%m-%d")[:-1], "total"])),
        ColumnError,
        ("holds 'total' in row 59",),
    ),
    (
        "two offsets",
        lambda: read(series(index=pd.Index(["2024-10-27T00:00+02:00", "2024-10-28T00:00+01:00"]))),
        ColumnError,
        ("different time zones, such as '2024-10-27T00:00+02:00'", "utc=True"),
    ),
    (
        "two zones",
        lambda: read(
            series(index=pd.Index([DAYS[0].tz_localize("UTC"), DAYS[1].tz_localize("Asia/Seoul")], dtype=object))
        ),
        ColumnError,
        ("stamps of different time zones",),
    ),
    (
        "text and dates",
        lambda: read(series(index=pd.Index(["2024-01-01", dt.date(2024, 1, 2)], dtype=object))),
        ColumnError,
        ("the index mixes date, text: '2024-01-02' in row 1",),
    ),
    (
        "dates as numbers",
        lambda: read(series(index=pd.Index(DAYS.strftime("%Y%m%d").astype(int)))),
        ColumnError,
        ("whole numbers that read as dates, such as 20240101", "format='%Y%m%d'"),
    ),
    (
        "a stamp twice",
        lambda: read(series(index=DAYS.insert(5, DAYS[5]))),
        DuplicateError,
        (
            "series 'load': time stamp 2024-01-06 00:00:00 stands twice, in rows 5 and 6 (1 repeated in all)",
            "keep one row a step",
        ),
    ),
    (
        "a stamp twice in a long frame",
        lambda: read(long(ds=[*DAYS, DAYS[7], *DAYS[1:]]).iloc[::-1]),
        DuplicateError,
        ("series 'b': time stamp 2024-01-08 00:00:00 stands twice, in rows 22 and 29",),
    ),
    ("a period twice", lambda: read(series(index=DAYS.to_period("M"))), DuplicateError, ("2024-01 stands twice",)),
    (
        "a step twice",
        lambda: read(series(index=pd.Index([0, 1, 1, 2]))),
        DuplicateError,
        ("time stamp 1 stands twice",),
    ),
    (
        "autumn without a zone",
        lambda: read(series(index=berlin("2024-10-26", "2024-10-28"))),
        DuplicateError,
        ("2024-10-27 02:00:00 stands twice", CLOCK),
    ),
    (
        "spring without a zone",
        lambda: read(series(index=berlin("2024-03-30", "2024-04-01", "15min"))),
        GapError,
        ("4 steps are missing between 2024-03-31 01:45:00 and 2024-03-31 03:00:00", CLOCK),
    ),
    (
        "gaps",
        lambda: read(series(index=GAPS)),
        GapError,
        (
            "series 'load': 2 steps are missing between 2024-01-05 00:00:00 and 2024-01-08 00:00:00",
            "(frequency: day (D); gaps in all: 2)",
            "give a row for every step, with NaN where nothing was observed, for example by .asfreq('D')",
        ),
    ),
    ("a gap in one series", lambda: read(long().drop(index=40)), GapError, ("series 'b': 1 steps are missing",)),
    (
        "a gap of periods",
        lambda: read(series(index=DAYS.to_period("D").delete(4))),
        GapError,
        ("period_range(first, last, freq='D')",),
    ),
    (
        "a gap of steps",
        lambda: read(series(index=pd.Index([0, 2, 4, 8, 10]))),
        GapError,
        ("1 steps are missing between 4 and 8 (frequency: 2 steps;", ".reindex(range(first, last + 1, 2))"),
    ),
    (
        "uneven steps",
        lambda: read(series(index=pd.Index([0, 2, 4, 5, 7]))),
        FrequencyError,
        ("the frequency is 2 steps, but 5 follows 4; bring the rows to one step",),
    ),
    (
        "days and then hours",
        lambda: read(series(index=DAYS.append(pd.date_range("2024-01-31", periods=20, freq="h")))),
        FrequencyError,
        ("mostly 1 days 00:00:00, but 0 days 01:00:00 from 2024-01-31 00:00:00 to 2024-01-31 01:00:00", ".resample("),
    ),
    ("no rhythm", lambda: read(series(index=IRREGULAR)), FrequencyError, ("series 'load'", "follows")),
    (
        "the fifteenth",
        lambda: read(series(index=FIFTEENTH)),
        FrequencyError,
        ("no single step", "data.index.to_period('M')"),
    ),
    (
        "another frequency",
        lambda: read(long(ds=[*DAYS, *pd.date_range("2024-01-01", periods=30, freq="h")])),
        FrequencyError,
        ("series 'b': the frequency is day (D), but 2024-01-01 01:00:00 follows 2024-01-01 00:00:00",),
    ),
]


@pytest.mark.parametrize("given, kind, texts", cases(IDS, TIMES))
def test_bad_input_is_named_with_its_place_and_a_way_out(
    given: Callable[[], Panel], kind: type[TsrnnError], texts: tuple[str, ...]
) -> None:
    refuse(given, kind, texts)


def test_local_times_without_a_zone_get_the_hint_only_where_a_clock_may_have_changed() -> None:
    hours, noon = (pd.date_range(start, periods=60, freq="h") for start in ("2024-07-01", "2024-10-27 12:00"))
    zoned = hours.tz_localize("UTC")
    for index in (
        hours.insert(3, hours[3]),
        hours.delete(3),
        DAYS.insert(5, DAYS[5]),
        zoned.delete(3),
        noon.delete(3),
        noon.insert(3, noon[3]),
    ):
        with pytest.raises(FrequencyError) as caught:
            read(series(index=index))
        assert "clock" not in str(caught.value)


def test_whole_numbers_that_are_not_all_dates_count_steps() -> None:
    assert read(series(index=pd.Index(range(20240101, 20240140)))).layout.frequency.alias == "1"
    assert read(series(index=pd.Index(range(1990, 2020)))).layout.frequency.alias == "1"


def test_whole_numbers_in_an_object_index_are_steps_and_not_nanoseconds() -> None:
    panel = read(series(index=pd.Index(list(range(30)), dtype=object)))
    assert panel.times.tolist() == list(range(30))
