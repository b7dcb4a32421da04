"""The pandas border: what the caller gives comes back in the caller's own shape, names, order, dtype and time zone."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any, Literal

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal, assert_index_equal, assert_series_equal

from tests.frames import LONG, answered, long, series, wide
from tsrnn.answer import times_ahead
from tsrnn.columns import Columns
from tsrnn.frame import read

Unit = Literal["s", "ms", "us", "ns"]


def test_a_series_gives_a_series_with_its_name_and_the_next_stamps() -> None:
    data = series(pd.date_range("2024-01-01", periods=10, freq="D", name="day"))
    panel, answer = answered(data)
    assert panel.values.dtype == np.float64
    assert panel.values[:, 0].tolist() == data.tolist()
    assert answer.tolist() == [100.0, 101.0, 102.0]
    assert (answer.name, answer.index.name) == ("load", "day")
    assert answer.index.tolist() == list(pd.to_datetime(["2024-01-11", "2024-01-12", "2024-01-13"]))


def test_a_series_with_levels_gives_a_frame_of_point_and_ends() -> None:
    _, answer = answered(series(pd.RangeIndex(10)), levels=(80.0, 97.5))
    assert list(answer.columns) == ["load", "load-lo-80", "load-hi-80", "load-lo-97.5", "load-hi-97.5"]
    assert answer.loc[11, "load-lo-97.5"] == 101.0 - 97.5


def test_an_unnamed_series_stays_unnamed_and_its_levels_are_called_y() -> None:
    data = series(pd.RangeIndex(10), name=None)
    assert answered(data)[1].name is None
    assert list(answered(data, levels=(80.0,))[1].columns) == ["y", "y-lo-80", "y-hi-80"]


def test_a_wide_frame_keeps_names_order_and_both_axis_names() -> None:
    data = wide().rename_axis(columns="shop")
    panel, answer = answered(data)
    assert panel.names == ("a", "b", "c")
    assert [panel.values[panel.rows(n), 0].tolist() for n in range(3)] == [data[name].tolist() for name in "abc"]
    assert list(answer.columns) == ["b", "c", "a"]
    assert answer["a"].tolist() == [100.0, 101.0, 102.0]
    assert (answer.index.name, answer.columns.name) == ("month", "shop")
    assert answer.index.tolist() == list(pd.to_datetime(["2025-01-31", "2025-02-28", "2025-03-31"]))


def test_joint_columns_are_channels_of_one_series_in_the_caller_s_order() -> None:
    data = wide()
    panel, answer = answered(data, Columns(joint=True), levels=(90.0,))
    assert panel.names == ("b+c+a",)
    assert np.array_equal(panel.values, data.to_numpy(np.float64))
    assert [name for name in answer.columns if "-" not in name] == ["b", "c", "a"]
    assert answer["c"].tolist() == [101.0, 104.0, 107.0]


def test_time_as_a_column_comes_back_as_a_column() -> None:
    data = wide().reset_index()
    _, answer = answered(data, Columns(time="month"))
    assert list(answer.columns) == ["month", "b", "c", "a"]
    assert answer["month"].dtype == data["month"].dtype
    assert_index_equal(answer.index, pd.RangeIndex(3))


def test_a_long_frame_gives_rows_by_series_in_the_caller_s_order_and_then_by_time() -> None:
    panel, answer = answered(long(), LONG, levels=(80.0,))
    assert panel.names == ("m1", "m10", "m2")
    assert panel.lengths.tolist() == [26, 24, 30]
    assert panel.values[panel.rows(1), 0].tolist() == (np.arange(24) + 1000.0).tolist()
    assert list(answer.columns) == ["meter", "ts", "kwh", "kwh-lo-80", "kwh-hi-80"]
    assert answer["meter"].tolist() == ["m2"] * 3 + ["m10"] * 3 + ["m1"] * 3
    assert answer["kwh"].tolist() == [106.0, 107.0, 108.0, 103.0, 104.0, 105.0, 100.0, 101.0, 102.0]
    assert answer["ts"].iloc[0] == pd.Timestamp("2024-01-02 06:00")
    assert answer["ts"].iloc[3] == pd.Timestamp("2024-01-03 00:00")
    assert (answer["meter"].dtype, answer["ts"].dtype) == (long()["meter"].dtype, long()["ts"].dtype)


def test_a_long_frame_with_its_time_in_the_index_gives_the_time_in_the_index() -> None:
    _, answer = answered(long().set_index("ts"), Columns(id="meter", target="kwh"))
    assert list(answer.columns) == ["meter", "kwh"]
    assert answer.index.name == "ts"
    assert answer.index[0] == pd.Timestamp("2024-01-02 06:00")


def test_two_joint_targets_of_a_long_frame_are_two_columns() -> None:
    data = long().assign(cost=lambda rows: -rows["kwh"])
    panel, answer = answered(data, Columns(id="meter", time="ts", target=["kwh", "cost"], joint=True))
    assert panel.channels == 2
    assert np.array_equal(panel.values[:, 1], -panel.values[:, 0])
    assert answer["cost"].tolist() == (answer["kwh"] + 1).tolist()


def test_unique_id_ds_and_y_need_no_columns_and_other_columns_are_left_alone() -> None:
    renamed = long().rename(columns={"meter": "unique_id", "ts": "ds", "kwh": "y"}).assign(note="text")
    named, answer = answered(renamed)
    assert np.array_equal(named.values, read(long(), LONG).values)
    assert list(answer.columns) == ["unique_id", "ds", "y"]
    single = renamed[renamed["unique_id"] == "m2"].drop(columns="unique_id")
    assert list(answered(single)[1].columns) == ["ds", "y"]


@pytest.mark.parametrize(
    "ids",
    [
        ["m2", "m10", "m1"],
        [20, 10, 9],
        [2.5, 1.5, 0.5],
        [pd.Timestamp("2024-03-01"), pd.Timestamp("2024-02-01"), pd.Timestamp("2024-01-01")],
        [("a", 1), ("b", 1), ("a", 2)],
        [1, "a", 2.5],
        ["", " ", "ü"],
    ],
    ids=["text", "int", "float", "stamps", "tuples", "of several types", "odd text"],
)
def test_ids_of_any_type_come_back_with_their_dtype(ids: list[object]) -> None:
    data = long()
    names = dict(zip(["m2", "m10", "m1"], ids, strict=True))
    data["meter"] = pd.Series([names[meter] for meter in data["meter"]])
    _, answer = answered(data, LONG)
    assert answer["meter"].dtype == data["meter"].dtype
    assert answer["meter"].drop_duplicates().tolist() == ids


@pytest.mark.parametrize("ordered", [False, True])
def test_categorical_ids_keep_all_categories_and_their_order(ordered: bool) -> None:
    data = long()
    data["meter"] = pd.Categorical(data["meter"], ["unused", "m2", "m10", "m1"], ordered=ordered)
    panel, answer = answered(data, LONG)
    assert len(panel.names) == 3
    assert answer["meter"].dtype == data["meter"].dtype
    assert answer["meter"].tolist()[::3] == ["m2", "m10", "m1"]


def test_arrow_ids_values_and_stamps_are_read_and_ids_and_stamps_written_back() -> None:
    pytest.importorskip("pyarrow")
    data = long()
    data["meter"] = data["meter"].str[1:].astype("int64[pyarrow]")
    data["kwh"] = data["kwh"].astype("float[pyarrow]")
    panel, answer = answered(data, LONG)
    assert np.array_equal(panel.values, read(data.astype({"meter": "int64", "kwh": "float64"}), LONG).values)
    assert answer["meter"].dtype == data["meter"].dtype


@pytest.mark.parametrize("data, columns", [(wide(), None), (long(), LONG)], ids=["wide", "long"])
def test_shuffled_rows_and_columns_give_the_same_panel(data: pd.DataFrame, columns: Columns | None) -> None:
    mixed = data.sample(frac=1, random_state=3)[list(data.columns)[::-1]]
    straight, shuffled = read(data, columns), read(mixed, columns)
    assert shuffled.names == straight.names
    for field in ("values", "observed", "offsets"):
        assert np.array_equal(getattr(shuffled, field), getattr(straight, field)), field
    assert_index_equal(shuffled.times, straight.times)


@pytest.mark.parametrize(
    "data, columns",
    [
        (series(pd.date_range("2024-01-01", periods=10, freq="D")[::-1]), None),
        (wide().sample(frac=1, random_state=0), Columns(target=["c", "a"], past="b", calendar=True)),
        (long().sample(frac=1, random_state=0), LONG),
        (pd.Series([Decimal("1.5")] * 5, name="price"), None),
    ],
    ids=["series", "wide", "long", "decimal"],
)
def test_the_caller_s_data_and_columns_are_never_changed(data: Any, columns: Columns | None) -> None:
    before, roles = copy.deepcopy(data), copy.deepcopy(columns)
    panel, _ = answered(data, columns)
    panel.values[:] = -1.0
    if isinstance(data, pd.Series):
        assert_series_equal(data, before)
    else:
        assert_frame_equal(data, before)
    assert columns == roles


def test_reading_does_not_share_memory_with_the_caller_s_values() -> None:
    data = series(pd.RangeIndex(10))
    assert not np.shares_memory(read(data).values, data.to_numpy())


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC", "Asia/Seoul"])
@pytest.mark.parametrize("freq", ["h", "B", "ME"])
def test_the_answer_s_stamps_have_the_caller_s_unit_and_zone(unit: Unit, zone: str | None, freq: str) -> None:
    index = pd.date_range("2024-01-31", periods=20, freq=freq, tz=zone).as_unit(unit)
    for given in (index, pd.DatetimeIndex(index.to_series().array)):
        _, answer = answered(series(given))
        assert answer.index.dtype == index.dtype
        ahead = pd.date_range(index[-1], periods=4, freq=freq)[1:]
        assert answer.index.tolist() == ahead.tolist()


def test_a_long_frame_in_a_zone_is_continued_across_the_clock_change_from_each_series_own_end() -> None:
    stamps = pd.date_range("2024-10-25", periods=50, freq="h", tz="Europe/Berlin")
    data = pd.concat(
        [pd.DataFrame({"unique_id": name, "ds": stamps[:rows], "y": 1.0}) for name, rows in (("a", 50), ("b", 49))]
    )
    _, answer = answered(data)
    assert answer["ds"].dtype == data["ds"].dtype
    assert answer["ds"].map(str).tolist()[:3] == [
        "2024-10-27 02:00:00+02:00",
        "2024-10-27 02:00:00+01:00",
        "2024-10-27 03:00:00+01:00",
    ]
    assert str(answer["ds"].iloc[3]) == "2024-10-27 01:00:00+02:00"


@pytest.mark.parametrize("freq", ["D", "W-SUN", "M", "2M", "Q-DEC", "Y-DEC", "h"])
def test_periods_give_periods(freq: str) -> None:
    index = pd.period_range("2020-01-01", periods=13, freq=freq)
    _, answer = answered(series(index[:10]))
    assert_index_equal(answer.index, index[10:])
    frame = pd.DataFrame({"when": index[:10], "y": 1.0})
    assert_index_equal(pd.PeriodIndex(answered(frame, Columns(time="when"))[1]["when"]), index[10:], check_names=False)


@pytest.mark.parametrize(
    "index", [pd.RangeIndex(10), pd.RangeIndex(5, 50, 5), pd.Index(range(-9, 1)), pd.RangeIndex(0, -10, -1)]
)
def test_whole_numbers_go_on_in_their_own_step(index: range) -> None:
    for given in (pd.Index(index), pd.Index(list(index), dtype="int64"), pd.Index(list(index), dtype=object)):
        _, answer = answered(series(given))
        assert answer.index.tolist() == [max(index) + abs(index.step) * n for n in (1, 2, 3)]


def test_text_in_iso_8601_date_objects_and_stamps_read_alike() -> None:
    days = pd.date_range("2024-02-26", periods=10, freq="D")
    straight = read(series(days))
    for index in (
        pd.Index(days.strftime("%Y-%m-%d")),
        pd.Index([day.date() for day in days], dtype=object),
        pd.Index([day.to_pydatetime() for day in days], dtype=object),
        pd.CategoricalIndex(days),
    ):
        assert read(series(index)).times.tolist() == straight.times.tolist()
    zoned = read(series(pd.Index([f"{day}T00:00:00+09:00" for day in days.strftime("%Y-%m-%d")])))
    assert zoned.times[0] == pd.Timestamp("2024-02-26", tz="+09:00")


def test_missing_values_are_marked_and_covariates_stay_beside_their_rows() -> None:
    index = pd.date_range("2024-01-01", periods=6, freq="D")
    data = pd.DataFrame({"y": [1, np.nan, 3, 4, 5, 6], "p": range(6), "f": range(10, 16)}, index).iloc[::-1]
    panel = read(data, Columns(target="y", past="p", future="f", calendar=["weekday"]))
    assert panel.observed[:, 0].tolist() == [True, False, True, True, True, True]
    assert np.isnan(panel.values[1, 0])
    assert panel.past[:, 0].tolist() == [0, 1, 2, 3, 4, 5]
    assert panel.future.shape == (6, 3)  # f, and the sine and cosine of the weekday
    assert panel.future[:, 0].tolist() == [10, 11, 12, 13, 14, 15]
    assert panel.future[0, 1:].tolist() == [0.0, 1.0]  # 1 January 2024 was a Monday


def test_static_columns_give_one_row_a_series_in_the_order_of_the_panel() -> None:
    data = long().assign(size=lambda rows: rows["meter"].map({"m2": 2.0, "m10": 10.0, "m1": 1.0}))
    panel = read(data, Columns(id="meter", time="ts", target="kwh", static="size"))
    assert panel.static[:, 0].tolist() == [1.0, 10.0, 2.0]


def test_a_series_may_have_calendar_features() -> None:
    data = series(pd.date_range("2024-01-01", periods=48, freq="h"))
    assert read(data, Columns(calendar=True)).layout.columns.calendar == ("hour", "weekday", "yearday")
    assert read(data, Columns(calendar=True)).future.shape == (48, 6)


def test_the_index_of_a_frame_whose_time_is_a_column_says_nothing_about_its_frequency() -> None:
    data = wide().reset_index().set_axis(pd.date_range("1999-01-01", periods=12, freq="D"))
    assert read(data, Columns(time="month")).layout.frequency.alias == "ME"


def test_cutting_and_tailing_a_panel_keep_each_series_own_rows() -> None:
    panel = read(long(), LONG)
    cut = panel.cut(panel.lengths - 5)
    assert cut.lengths.tolist() == [21, 19, 25]
    assert [times_ahead(cut, n, 1)[0] for n in range(3)] == [panel.times[panel.rows(n)][-5] for n in range(3)]
    tail = panel.tail(25)
    assert tail.lengths.tolist() == [25, 24, 25]
    assert np.array_equal(tail.values[tail.rows(2)], panel.values[panel.rows(2)][-25:])


def test_a_series_may_begin_at_the_stamp_where_the_one_before_it_ends() -> None:
    data = pd.DataFrame({"unique_id": ["a"] * 5 + ["b"] * 5, "ds": [*range(5), *range(4, 9)], "y": 1.0})
    assert read(data).lengths.tolist() == [5, 5]
