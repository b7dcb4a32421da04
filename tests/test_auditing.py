"""Audit: what is odd about the rows is told, once, with its place; nothing is repaired, refused or changed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.frames import LONG, long
from tsrnn.auditing import FINDINGS, audit, fill_values
from tsrnn.columns import Columns
from tsrnn.frame import read

DAYS = pd.date_range("2024-01-01", periods=40, freq="D")


def found(data: pd.Series | pd.DataFrame, columns: Columns | None = None) -> list[tuple[object, ...]]:
    """Series, finding, count and first stamp of each row."""
    return [tuple(row[:4]) for row in audit(data, columns).itertuples(index=False)]


def series(index: pd.Index = DAYS, **changed: float) -> pd.Series:
    """A series without a fault, but for the values at the places named `at_5=…`."""
    values = np.arange(len(index)) % 7 + 0.5
    for place, value in changed.items():
        values[int(place.removeprefix("at_"))] = value
    return pd.Series(values, index, name="load")


def test_faultless_rows_give_no_finding_but_the_columns_of_one() -> None:
    table = audit(series())
    assert (len(table), tuple(table.columns)) == (0, FINDINGS)


@pytest.mark.parametrize(
    "data, findings",
    [
        (series().iloc[[0, 2, 1, *range(3, 40)]], [("load", "unsorted", 1, DAYS[1])]),
        (series(DAYS.insert(5, DAYS[5])), [("load", "duplicate", 1, DAYS[5])]),
        (series(DAYS.delete([10, 11, 20])), [("load", "gap", 3, DAYS[9])]),
        (series(at_5=np.nan, at_9=np.nan), [("load", "missing", 2, DAYS[5])]),
        (pd.Series(2.5, DAYS, name="load"), [("load", "constant", 40, DAYS[0])]),
        (series(DAYS[:10]), [("load", "short", 10, DAYS[0])]),
        (series(DAYS[:1]), [("load", "short", 1, DAYS[0])]),
        (pd.Series(np.nan, DAYS, name="load"), [("load", "missing", 40, DAYS[0])]),
        (
            series(DAYS.insert(5, DAYS[5]).delete([20, 21])).iloc[::-1],
            [("load", "unsorted", 37, DAYS[38]), ("load", "duplicate", 1, DAYS[5]), ("load", "gap", 2, DAYS[18])],
        ),
    ],
    ids=["unsorted", "duplicate", "gap", "missing", "constant", "short", "one row", "nothing", "several"],
)
def test_each_fault_is_found_with_its_count_and_first_place(
    data: pd.Series, findings: list[tuple[object, ...]]
) -> None:
    assert found(data) == findings


def test_weekdays_without_trading_are_told_and_are_no_gaps() -> None:
    days = pd.bdate_range("2024-01-01", periods=100).drop(pd.to_datetime(["2024-02-12", "2024-03-29"]))
    assert found(series(days)) == [("load", "closed days", 2, "2024-02-12")]


def test_numbers_that_may_stand_for_nothing_measured_are_found() -> None:
    assert found(series(at_5=-9999.0, at_9=-9999.0)) == [("load", "sentinel", 2, DAYS[5])]
    wave = np.arange(40) % 7 + 0.5
    for marks in (
        [-9999.0],
        [-999.9, -999.9],
        [99999.0, 99999.0],
        [1e20, 1e20],
        [32767.0, 32767.0],
        [-9999.0, 1e30, 1e30],
    ):
        counts = sorted((value, marks.count(value)) for value in set(marks))
        assert sorted(fill_values(np.append(wave, marks))) == counts
    assert fill_values(np.append(wave, [-200.0] * 5)) == [(-200.0, 5)]
    assert fill_values(np.append(wave, [-20.5] * 5)) == [(-20.5, 5)]  # three times and a half the range below the rest
    for honest in (
        [99999.0],
        [-9999.5, -9999.5],
        [999.0, 999.0, 700.0],
        [-9999.0, -6000.0],
        [9.9, 9.9],
        [12345.0] * 3,
        [-200.0] * 4,
        [-15.0] * 5,
        [-17.5] * 5,  # just three times the range below the rest
    ):
        assert fill_values(np.append(wave, honest)) == []
    assert fill_values(np.array([1.5, -9999.0])) == [(-9999.0, 1)]
    assert fill_values(np.array([2.0] * 10 + [-200.0] * 5)) == []  # which has no range to be far from
    assert fill_values(np.full(9, -9999.0)) == fill_values(np.array([])) == fill_values(np.full(3, np.nan)) == []


@pytest.mark.parametrize("mark", [-32768.0, 32767.0, 65535.0, 2147483647.0, -2147483648.0, 1e20, -1e30, 999.0, -99.9])
def test_the_ends_of_a_type_and_three_nines_are_marks(mark: float) -> None:
    assert fill_values(np.array([1.5, mark, 2.0, mark])) == [(mark, 2)]


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_mark_is_more_than_twice_as_far_from_zero_as_the_rest(sign: float) -> None:
    assert fill_values(sign * np.array([4900.0, 5.0, 9999.0, 9999.0])) == [(sign * 9999.0, 2)]
    assert fill_values(sign * np.array([4999.5, 5.0, 9999.0, 9999.0])) == []
    assert fill_values(sign * np.array([1.5, 99.0, 2.0, 99.0])) == []


def test_gaps_are_told_with_the_first_of_them() -> None:
    (detail,) = audit(series(DAYS.delete([5, 10, 15, 20])))["detail"]
    assert detail.startswith("4 gaps, after 2024-01-05 00:00:00, 2024-01-10 00:00:00, 2024-01-15 00:00:00 and 1 more; ")
    (detail,) = audit(series(DAYS.delete([5, 10, 15])))["detail"]
    assert detail.startswith("3 gaps, after 2024-01-05 00:00:00, 2024-01-10 00:00:00, 2024-01-15 00:00:00; refused: ")


def test_two_rows_show_a_constant_and_three_a_gap() -> None:
    short = ("load", "short", 2, DAYS[0])
    assert found(pd.Series([2.5, 2.5], DAYS[:2], name="load")) == [short, ("load", "constant", 2, DAYS[0])]
    assert found(pd.Series([2.5, 3.5], DAYS[[0, 3]], name="load")) == [short]
    assert found(series(DAYS[[0, 1, 5]])) == [("load", "short", 3, DAYS[0]), ("load", "gap", 3, DAYS[1])]


def test_stamps_off_the_rhythm_are_irregular() -> None:
    hours = pd.date_range("2024-01-01", periods=40, freq="h")
    late = hours[:20].append(hours[20:21] + pd.Timedelta(minutes=7)).append(hours[21:])
    assert found(series(late)) == [("load", "irregular", 2, late[20])]
    nowhere = pd.DatetimeIndex([pd.Timestamp(2020, 1, 15) + pd.DateOffset(months=n) for n in range(30)])
    assert found(series(nowhere)) == [("load", "irregular", 30, pd.Timestamp("2020-03-15"))]


def test_steps_and_periods_are_audited_too() -> None:
    assert found(series(pd.Index([*range(30), 33, 34]))) == [("load", "gap", 3, 29)]
    months = pd.period_range("2020-01", periods=30, freq="M").delete(3)
    assert found(series(months)) == [("load", "gap", 1, months[2])]


def test_each_series_of_a_long_frame_is_audited_by_itself() -> None:
    data = long()
    data.loc[data["meter"] == "m10", "kwh"] = 1.0
    data.loc[5, "kwh"] = np.nan
    assert sorted(map(str, found(data, LONG))) == sorted(
        map(str, [("m2", "missing", 1, data["ts"][5]), ("m10", "constant", 24, pd.Timestamp("2024-01-02"))])
    )


def test_a_panel_is_audited_as_its_frame_is() -> None:
    data = long()
    data.loc[5, "kwh"] = np.nan
    pd.testing.assert_frame_equal(audit(read(data, LONG)), audit(data, LONG))


def test_a_constant_channel_is_found_among_joint_ones() -> None:
    data = pd.DataFrame({"p": np.arange(40.0), "q": 3.0}, DAYS)
    assert found(data, Columns(joint=True)) == [("p+q", "constant", 40, DAYS[0])]


def test_the_caller_s_rows_are_not_changed() -> None:
    data = series(DAYS.insert(5, DAYS[5])).sample(frac=1, random_state=0)
    before = data.copy(deep=True)
    audit(data)
    pd.testing.assert_series_equal(data, before)


def test_of_repeated_stamps_the_first_row_counts() -> None:
    data = pd.Series([5.0, 5.0, 7.0, 5.0], DAYS[[0, 1, 1, 2]], name="load")
    assert ("load", "duplicate", 1, DAYS[1]) in found(data)
    assert ("load", "constant", 3, DAYS[0]) in found(data)
