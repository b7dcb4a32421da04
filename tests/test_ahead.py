"""What is known ahead: the caller's future rows in any order, the calendar computed, and every hole in them named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.frames import HORIZON, LONG, long, series, wide
from tsrnn.ahead import known_ahead, slice_ahead
from tsrnn.answer import times_ahead
from tsrnn.columns import Columns
from tsrnn.errors import ColumnError, DataError, SettingError
from tsrnn.frame import read
from tsrnn.panel import Panel

ROLES = Columns(id="meter", time="ts", target="kwh", future=["heat", "wind"], calendar=["hour"])


def meters() -> tuple[Panel, pd.DataFrame]:
    """Three meters with two covariates, and those covariates for the next five hours of each."""
    data = long().assign(heat=lambda rows: np.arange(len(rows)) + 0.0, wind=lambda rows: -np.arange(len(rows)) - 0.5)
    panel = read(data, ROLES)
    parts = []
    for number, name in enumerate(panel.names):
        stamps = times_ahead(panel, number, 5)
        heat = 1000.0 * (number + 1) + np.arange(5)
        parts.append(pd.DataFrame({"ts": stamps, "meter": name, "heat": heat, "wind": -heat}))
    return panel, pd.concat(parts, ignore_index=True)


def test_nothing_known_ahead_is_an_array_without_columns() -> None:
    assert known_ahead(read(long(), LONG), HORIZON, None).shape == (3, HORIZON, 0)


def test_future_rows_are_put_in_the_panel_s_order_whatever_theirs_is() -> None:
    panel, future = meters()
    ahead = known_ahead(panel, HORIZON, future.sample(frac=1, random_state=1)[["wind", "ts", "heat", "meter"]])
    assert ahead.shape == (3, HORIZON, 4)  # heat, wind, and the sine and cosine of the hour
    assert ahead[:, :, 0].tolist() == [[1000.0, 1001.0, 1002.0], [2000.0, 2001.0, 2002.0], [3000.0, 3001.0, 3002.0]]
    assert np.array_equal(ahead[:, :, 1], -ahead[:, :, 0])


def test_calendar_features_go_on_from_those_of_the_panel() -> None:
    whole = series(pd.date_range("2024-03-30", periods=60, freq="h", tz="Europe/Berlin"))
    roles = Columns(calendar=["hour", "weekday", "month", "yearday"])
    ahead = known_ahead(read(whole[:48], roles), 12, None)
    assert np.array_equal(ahead[0], read(whole, roles).future[48:])


def test_the_calendar_follows_the_clock_on_the_wall() -> None:
    panel = read(
        series(pd.date_range("2024-03-30 20:00", periods=6, freq="h", tz="Europe/Berlin")), Columns(calendar="hour")
    )
    angles = np.arctan2(*known_ahead(panel, 3, None)[0].T) % (2 * np.pi)
    assert np.round(angles / (2 * np.pi) * 24, 9).tolist() == [3.0, 4.0, 5.0]  # two o'clock does not exist


@pytest.mark.parametrize("index_time", [False, True])
def test_a_wide_frame_s_future_belongs_to_each_of_its_series(index_time: bool) -> None:
    data = wide().assign(heat=np.arange(12.0))
    stamps = pd.date_range("2025-01-31", periods=4, freq="ME", name="month")
    future = pd.DataFrame({"heat": [7.0, 8.0, 9.0, 10.0]}, stamps)
    roles = Columns(time=None if index_time else "month", future="heat")
    panel = read(data if index_time else data.reset_index(), roles)
    ahead = known_ahead(panel, HORIZON, future if index_time else future.reset_index())
    assert ahead[:, :, 0].tolist() == [[7.0, 8.0, 9.0]] * 3


def test_stamps_of_another_unit_or_given_as_text_or_category_are_the_same_stamps() -> None:
    panel, future = meters()
    straight = known_ahead(panel, HORIZON, future)
    for stamps in (
        future["ts"].astype("datetime64[s]"),
        future["ts"].dt.strftime("%Y-%m-%dT%H:%M"),
        future["ts"].astype("category"),
    ):
        assert np.array_equal(known_ahead(panel, HORIZON, future.assign(ts=stamps)), straight)
    assert np.array_equal(known_ahead(panel, HORIZON, future.astype({"meter": "category"})), straight)


def test_the_future_frame_is_not_changed() -> None:
    panel, future = meters()
    before = future.copy(deep=True)
    known_ahead(panel, HORIZON, future)
    pd.testing.assert_frame_equal(future, before)


Change = Callable[[pd.DataFrame], Any]


@pytest.mark.parametrize(
    "change, kind, text",
    [
        (lambda rows: None, DataError, "give predict(future=…) with their values for 2024-01-02 02:00:00 to"),
        (lambda rows: rows["heat"], DataError, "is a Series; give a DataFrame with ['heat', 'wind']"),
        (
            lambda rows: rows.drop(columns="wind"),
            ColumnError,
            "future= has no column 'wind'; found ['ts', 'meter', 'heat']",
        ),
        (lambda rows: rows.drop(columns="meter"), ColumnError, "future= has no column 'meter'"),
        (lambda rows: rows.drop(columns="ts"), ColumnError, "future= has no column 'ts'"),
        (lambda rows: rows[rows["meter"] != "m10"], DataError, "future= has no rows for series 'm10'"),
        (
            lambda rows: rows.drop(index=6),
            DataError,
            "lacks 1 of the 3 rows ahead of series 'm10', the first at 2024-01-03 01:",
        ),
        (
            lambda rows: rows.assign(ts=rows["ts"] + pd.Timedelta(days=9)),
            DataError,
            "it runs from 2024-01-11 02:00:00 to",
        ),
        (
            lambda rows: rows.assign(ts=rows["ts"].dt.tz_localize("UTC")),
            DataError,
            "lacks 3 of the 3 rows ahead of series 'm1'",
        ),
        (
            lambda rows: pd.concat([rows, rows.iloc[[3]]]),
            DataError,
            "the time stamp 2024-01-02 05:00:00 twice for series 'm1'",
        ),
        (
            lambda rows: rows.assign(heat=[np.nan, *rows["heat"][1:]]),
            DataError,
            "column 'heat' is empty at 2024-01-02 02:00:00 for series 'm1'; fill",
        ),
        (
            lambda rows: rows.assign(heat="warm"),
            ColumnError,
            "future column 'heat' holds text: 'warm' at 2024-01-02 02:00:00",
        ),
        (lambda rows: rows.assign(wind=np.inf), ColumnError, "future column 'wind' holds inf at 2024-01-02 02:00:00"),
    ],
)
def test_a_hole_in_the_future_is_named(change: Change, kind: type[DataError], text: str) -> None:
    panel, future = meters()
    with pytest.raises(DataError) as caught:
        known_ahead(panel, HORIZON, change(future))
    assert type(caught.value) is kind
    assert text in str(caught.value)


def test_a_future_that_nothing_was_fitted_with_is_refused() -> None:
    _, future = meters()
    with pytest.raises(SettingError, match=r"fitted without Columns\(future=…\); leave it out"):
        known_ahead(read(long(), LONG), HORIZON, future)


def test_a_gap_beyond_the_horizon_does_not_matter() -> None:
    panel, future = meters()
    assert known_ahead(panel, HORIZON, future.drop(index=[3, 8, 14])).shape == (3, HORIZON, 4)


@pytest.mark.parametrize("ids", [["m2", "m10", "m1"], [("a", 1), ("b", 1), ("c", 1)]], ids=["text", "tuples"])
def test_the_rows_after_a_cut_are_the_future_of_the_cut_panel(ids: list[object]) -> None:
    data = long().assign(heat=lambda rows: np.arange(len(rows)) * 1.5)
    names = dict(zip(["m2", "m10", "m1"], ids, strict=True))
    data["meter"] = pd.Series([names[meter] for meter in data["meter"]])
    whole = read(data, Columns(id="meter", time="ts", target="kwh", future="heat", calendar=True))
    stops = whole.lengths - np.array([4, 5, 6])
    ahead = known_ahead(whole.cut(stops), HORIZON, slice_ahead(whole, stops, HORIZON))
    for number in range(3):
        start = whole.offsets[number] + stops[number]
        assert np.array_equal(ahead[number], whole.future[start : start + HORIZON])


def test_the_rows_after_a_cut_of_a_wide_frame_are_its_future() -> None:
    whole = read(wide().assign(heat=np.arange(12.0)), Columns(future="heat"))
    stops = np.array([8, 8, 8])
    ahead = known_ahead(whole.cut(stops), HORIZON, slice_ahead(whole, stops, HORIZON))
    assert ahead[:, :, 0].tolist() == [[8.0, 9.0, 10.0]] * 3
    assert slice_ahead(read(wide()), stops, HORIZON) is None
