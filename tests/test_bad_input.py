"""Bad input: what may be given by mistake, the error that answers it, and the words in which it does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from tests.hostile import DAYS, ROLES, Case, cases, long, mixed, objects, refuse, series, wide
from tsrnn.columns import Columns, Repairs
from tsrnn.errors import (
    ColumnError,
    DataError,
    DuplicateError,
    FrequencyError,
    GapError,
    MissingValueError,
    SettingError,
    TsrnnError,
)
from tsrnn.frame import read
from tsrnn.panel import Panel

PAIR = pd.MultiIndex.from_tuples([("Close", "AAPL"), ("Open", "AAPL")])
CONVERT = "convert it, for example with pd.to_numeric(…), or say in Columns(…) what it is (id, time)"

NO_DATA: list[Case] = [
    ("a list", lambda: read([1, 2, 3]), ColumnError, ("a list", "give a pandas Series or DataFrame")),  # type: ignore[arg-type]
    ("an array", lambda: read(np.ones(3)), ColumnError, ("a ndarray",)),  # type: ignore[arg-type]
    ("nothing", lambda: read(None), ColumnError, ("a NoneType",)),  # type: ignore[arg-type]
    ("no rows", lambda: read(series(index=DAYS[:0])), DataError, ("no rows", "give at least one series")),
    ("an empty frame", lambda: read(pd.DataFrame()), DataError, ("no rows",)),
    (
        "no columns",
        lambda: read(pd.DataFrame(index=DAYS)),
        ColumnError,
        ("no column is left for the target; found []",),
    ),
    (
        "only an id",
        lambda: read(long()[["unique_id", "ds"]], Columns(id="unique_id", time="ds")),
        ColumnError,
        ("no col",),
    ),
    (
        "one row",
        lambda: read(series(index=pd.DatetimeIndex(["2024-01-01"]))),
        FrequencyError,
        ("'load': one row has no",),
    ),
    ("columns as text", lambda: read(long(), "y"), SettingError, ("columns is a str; give Columns(id=…",)),  # type: ignore[arg-type]
    ("columns as a dict", lambda: read(long(), {"y": 1}), SettingError, ("columns is a dict",)),  # type: ignore[arg-type]
    ("repairs as text", lambda: read(long(), None, "mask"), SettingError, ("repairs is a str",)),  # type: ignore[arg-type]
    (
        "roles of a Series",
        lambda: read(series(), Columns(time="ds")),
        ColumnError,
        ("one column, 'load'", "names ['ds']"),
    ),
]

VALUES: list[Case] = [
    (
        "all missing",
        lambda: read(series(np.nan)),
        MissingValueError,
        ("'load' has no observed value in 30 rows; leave it",),
    ),
    ("all None", lambda: read(series([None] * 30)), MissingValueError, ("'load' has no observed value",)),
    (
        "one all missing",
        lambda: read(long(y=[np.nan] * 30 + [1.0] * 30)),
        MissingValueError,
        ("series 'a' has no observed",),
    ),
    (
        "a joint channel all missing",
        lambda: read(wide(["p", "q"]).assign(q=np.nan), Columns(joint=True)),
        MissingValueError,
        ("series 'p+q' has no observed value",),
    ),
    (
        "missing where refused",
        lambda: read(series([1.0, np.nan] * 15), repairs=Repairs(missing="error")),
        MissingValueError,
        ("'load': 15 of 30 values are missing, the first at 2024-01-02 00:00:00", "allow Repairs(missing='mask')"),
    ),
    (
        "text",
        lambda: read(series(["12"] * 30)),
        ColumnError,
        ("target column 'load' holds text: '12' at 2024-01-01", CONVERT),
    ),
    ("text among numbers", lambda: read(objects(1, "n/a")), ColumnError, ("holds text: 'n/a' at 2024-01-02 00:00:00",)),
    (
        "text in an unnamed Series",
        lambda: read(series(["x"] * 30, name=None)),
        ColumnError,
        ("target column 'y' holds text",),
    ),
    (
        "text in a long frame",
        lambda: read(long(y=mixed(1.0, "x"))),
        ColumnError,
        ("'x' at 2024-01-01 00:00:00 of series 'b'",),
    ),
    ("a list in a cell", lambda: read(objects([1, 2])), ColumnError, ("holds list: '[1, 2]' at 2024-01-01",)),
    ("a date in a cell", lambda: read(objects(dt.date(2024, 1, 1))), ColumnError, ("holds date: '2024-01-01'",)),
    ("a duration in a cell", lambda: read(objects(dt.timedelta(1))), ColumnError, ("holds ",)),
    ("time stamps", lambda: read(series(DAYS.to_numpy())), ColumnError, ("holds time stamps; name it as the time",)),
    ("durations", lambda: read(series(DAYS - DAYS[0])), ColumnError, ("holds Timedelta",)),
    ("complex numbers", lambda: read(series(np.full(30, 1j))), ColumnError, ("holds complex numbers; give real ones",)),
    ("a complex cell", lambda: read(objects(1 + 2j)), ColumnError, ("holds complex: '(1+2j)'",)),
    ("a NumPy complex cell", lambda: read(objects(np.complex64(1))), ColumnError, ("holds complex64",)),
    ("a number beyond float64", lambda: read(objects(10**400)), ColumnError, ("holds int: '1000",)),
    (
        "infinity",
        lambda: read(series([1.0] * 29 + [np.inf])),
        ColumnError,
        ("holds inf at 2024-01-30 00:00:00; write NaN",),
    ),
    ("Decimal infinity", lambda: read(objects(Decimal("-Infinity"))), ColumnError, ("holds -inf at 2024-01-01",)),
    (
        "infinity in a long frame",
        lambda: read(long(y=[1.0] * 40 + [-np.inf] + [1.0] * 19)),
        ColumnError,
        ("target column 'y' holds -inf at 2024-01-11 00:00:00 of series 'b'",),
    ),
    (
        "text in a past column",
        lambda: read(long(wind="calm"), Columns(id="unique_id", time="ds", target="y", past="wind")),
        ColumnError,
        ("past column 'wind' holds text: 'calm'",),
    ),
]

NAMES: list[Case] = [
    (
        "a misspelt id",
        lambda: read(long(), Columns(id="uniqe_id", time="ds")),
        ColumnError,
        ("unknown column 'uniqe_id': choose one of unique_id, ds, y (did you mean 'unique_id'?)",),
    ),
    ("a missing target", lambda: read(wide(["load"]), Columns(target="laod")), ColumnError, ("did you mean 'load'?",)),
    ("a missing covariate", lambda: read(long(), Columns(future="temp")), ColumnError, ("unknown column 'temp'",)),
    (
        "1 given as '1'",
        lambda: read(wide([1, 2]), Columns(target="1")),
        ColumnError,
        ("'1' (str): give it as 1 (int)",),
    ),
    (
        "the index as time",
        lambda: read(long().set_index("ds"), ROLES),
        ColumnError,
        ("'ds': it is the index, so call reset",),
    ),
    ("two columns of a name", lambda: read(wide(["y", "z", "y"])), ColumnError, ("column 'y' stands 2 times; rename",)),
    (
        "two levels of columns",
        lambda: read(wide(PAIR)),
        ColumnError,
        ("2 levels, such as ('Close', 'AAPL'); keep one",),
    ),
    (
        "columns 1 and '1'",
        lambda: read(wide([1, "1"])),
        ColumnError,
        ("two series read '1' as text", "make the ids one type"),
    ),
    ("a column named NaN", lambda: read(wide(["a", np.nan])), ColumnError, ("column 1 (from 0) has no name",)),
    (
        "a forgotten time",
        lambda: read(long(), Columns(id="unique_id")),
        ColumnError,
        ("'ds' holds time", "Columns(time='ds')"),
    ),
    (
        "a forgotten id",
        lambda: read(long()[["ds", "y"]]),
        DuplicateError,
        ("30 repeated in all", "name it: Columns(id=…)"),
    ),
    (
        "targets not joint",
        lambda: read(long(z=1), Columns(id="unique_id", time="ds")),
        ColumnError,
        ("needs Columns(joint=",),
    ),
    (
        "static without id",
        lambda: read(wide(["a", "b"]), Columns(static="a")),
        ColumnError,
        ("['a'] need a long frame",),
    ),
    (
        "static that varies",
        lambda: read(long(z=range(60)), Columns(id="unique_id", time="ds", target="y", static="z")),
        ColumnError,
        ("static column 'z' varies within series 'a'",),
    ),
    ("a set of names", lambda: read(long(), Columns(target={"y"})), SettingError, ("has no order; give a list",)),  # type: ignore[arg-type]
    (
        "no target named",
        lambda: read(long(), Columns(target=[])),
        SettingError,
        ("Columns(target=[]) names no column",),
    ),
    (
        "a name twice",
        lambda: read(long(), Columns(id="y", target="y")),
        SettingError,
        ("'y' is named twice", "as id and as t"),
    ),
    (
        "an unknown feature",
        lambda: read(series(), Columns(calendar="hours")),
        SettingError,
        ("(did you mean 'hour'?)",),
    ),
    (
        "features of steps",
        lambda: read(series(index=pd.RangeIndex(30)), Columns(calendar="hour")),
        SettingError,
        ("calendar features hour need time stamps, but the index counts steps (int64)",),
    ),
    (
        "an unknown repair",
        lambda: read(series(), repairs=Repairs(gaps="fill")),  # type: ignore[arg-type]
        SettingError,
        ("Repairs(gaps=…) 'fill'",),
    ),
]


@pytest.mark.parametrize("given, kind, texts", cases(NO_DATA, VALUES, NAMES))
def test_bad_input_is_named_with_its_place_and_a_way_out(
    given: Callable[[], Panel], kind: type[TsrnnError], texts: tuple[str, ...]
) -> None:
    refuse(given, kind, texts)


def test_an_error_carries_its_place_for_programs() -> None:
    with pytest.raises(ColumnError) as caught:
        read(long(y=[1.0] * 40 + [np.inf] + [1.0] * 19))
    assert (caught.value.series, caught.value.time, caught.value.column) == ("b", DAYS[10], "y")
    with pytest.raises(GapError) as gap:
        read(long().drop(index=40))
    assert (gap.value.series, gap.value.time) == ("b", DAYS[9])
    with pytest.raises(DuplicateError) as twice:
        read(series(index=DAYS.insert(5, DAYS[5])))
    assert (twice.value.series, twice.value.time) == ("load", DAYS[5])
    with pytest.raises(MissingValueError) as missing:
        read(series([1.0, np.nan] * 15), repairs=Repairs(missing="error"))
    assert (missing.value.series, missing.value.time) == ("load", DAYS[1])
