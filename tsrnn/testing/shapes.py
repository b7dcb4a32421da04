"""Checks of shapes: the answer comes in the shape of the data, and goes on where each series ended."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tsrnn.answer import parse
from tsrnn.columns import Columns
from tsrnn.frame import read
from tsrnn.testing.expecting import expect, expect_alike
from tsrnn.testing.samples import hourly
from tsrnn.testing.subject import Subject


def _goes_on(subject: Subject, index: pd.Index, needed: pd.Index) -> None:
    """The forecast of a series on this index stands at the stamps needed, in an index of the same dtype."""
    ahead = subject.ahead(pd.Series(subject.series().to_numpy(), index.rename("when"), name="load"))
    expect(isinstance(ahead, pd.Series), "a Series for a Series", f"a {type(ahead).__name__}")
    expect(ahead.index.dtype == index.dtype, f"an index of {index.dtype}", ahead.index.dtype)
    expect(list(ahead.index) == list(needed), f"the steps {list(needed)}", list(ahead.index))


def a_series_gives_a_series_that_continues_it(subject: Subject) -> None:
    """A Series gives a Series with its name, its kind of index and the next stamps."""
    data = subject.series()
    ahead = subject.ahead(data)
    expect(isinstance(ahead, pd.Series), "a Series for a Series", f"a {type(ahead).__name__}")
    expect(ahead.name == data.name, f"the name {data.name!r}", repr(ahead.name))
    expect(ahead.index.name == data.index.name, f"the index called {data.index.name!r}", repr(ahead.index.name))
    needed = pd.date_range(data.index[-1], periods=subject.horizon + 1, freq="h")[1:]
    expect(list(ahead.index) == list(needed), f"the stamps {list(needed)}", list(ahead.index))


def a_time_zone_stays_across_a_clock_change(subject: Subject) -> None:
    """Local hours go on by real hours, in their zone."""
    index = hourly(subject.rows, zone="Europe/Berlin").index
    _goes_on(subject, index, pd.date_range(index[-1], periods=subject.horizon + 1, freq="h")[1:])


def whole_numbers_as_time_go_on(subject: Subject) -> None:
    """Steps numbered from 7 go on by ones."""
    first = 7 + subject.rows
    _goes_on(subject, pd.RangeIndex(7, first), pd.RangeIndex(first, first + subject.horizon))


def periods_stay_periods(subject: Subject) -> None:
    """A PeriodIndex gives the next periods."""
    months = pd.period_range("2001-01", periods=subject.rows + subject.horizon, freq="M")
    _goes_on(subject, months[: subject.rows], months[subject.rows :])


def month_ends_stay_month_ends(subject: Subject) -> None:
    """The last days of months are followed by the last days of months."""
    ends = pd.date_range("2001-01-31", periods=subject.rows + subject.horizon, freq="ME")
    _goes_on(subject, ends[: subject.rows], ends[subject.rows :])


def business_days_stay_business_days(subject: Subject) -> None:
    """Fridays are followed by Mondays where all days are business days."""
    days = pd.date_range("2024-01-01", periods=subject.rows + subject.horizon, freq="B")
    _goes_on(subject, days[: subject.rows], days[subject.rows :])


def a_wide_frame_gives_a_wide_frame(subject: Subject) -> None:
    """Each column is a series; the answer has the same columns in the same order."""
    data = subject.wide()
    ahead = subject.ahead(data)
    expect(isinstance(ahead, pd.DataFrame), "a frame for a frame", f"a {type(ahead).__name__}")
    expect(list(ahead.columns) == list(data.columns), f"the columns {list(data.columns)}", list(ahead.columns))
    expect(len(ahead) == subject.horizon, f"{subject.horizon} rows", len(ahead))


def a_long_frame_gives_a_long_frame(subject: Subject) -> None:
    """Each series goes on from its own end, and the series come in the order they came in."""
    data = subject.long()
    ahead = subject.ahead(data)
    expect(list(ahead.columns) == ["unique_id", "ds", "y"], "the columns unique_id, ds and y", list(ahead.columns))
    order = list(data["unique_id"].unique())
    expect(list(ahead["unique_id"].unique()) == order, f"the series {order}", list(ahead["unique_id"].unique()))
    for name, rows in ahead.groupby("unique_id"):
        last = data.loc[data["unique_id"] == name, "ds"].max()
        needed = list(pd.date_range(last, periods=subject.horizon + 1, freq="ME")[1:])
        expect(list(rows["ds"]) == needed, f"series {name!r} at {needed}", list(rows["ds"]))


def time_may_stand_in_a_column(subject: Subject) -> None:
    """A column of time in the data is a column of time in the answer."""
    data = subject.wide().rename_axis("when").reset_index()
    ahead = subject.ahead(data, Columns(time="when"))
    expect(list(ahead.columns) == list(data.columns), f"the columns {list(data.columns)}", list(ahead.columns))
    needed = list(pd.date_range(data["when"].iloc[-1], periods=subject.horizon + 1, freq="h")[1:])
    expect(list(ahead["when"]) == needed, f"the stamps {needed}", list(ahead["when"]))


def names_need_not_be_text(subject: Subject) -> None:
    """Columns called by whole numbers are forecast under these numbers."""
    ahead = subject.ahead(subject.wide().set_axis([2024, 7, -1], axis=1))
    expect(list(ahead.columns) == [2024, 7, -1], "the columns 2024, 7 and -1", list(ahead.columns))


def a_frame_of_one_column_is_forecast_as_its_series(subject: Subject) -> None:
    """The shape of the data is no matter of numbers."""
    data = subject.series()
    expect_alike(subject.ahead(data.to_frame())["load"], subject.ahead(data), "a frame of one column beside its Series")


def a_panel_is_forecast_as_its_frame(subject: Subject) -> None:
    """A Panel, which is what a backtest gives to fit and as history, stands for the frame it was read from."""
    data = subject.wide()
    model = subject.fitted(read(data))
    expect_alike(model.predict(subject.horizon), subject.ahead(data), "a Panel beside its frame")
    expect_alike(model.predict(subject.horizon, history=read(data)), subject.ahead(data), "a Panel as history")


def there_are_as_many_steps_as_were_asked_for(subject: Subject) -> None:
    """predict(k) gives k rows, for every k up to the horizon."""
    model = subject.fitted(subject.series())
    for horizon in range(1, subject.horizon + 1):
        ahead = model.predict(horizon)
        expect(len(ahead) == horizon, f"{horizon} rows for predict({horizon})", len(ahead))


def a_shorter_horizon_is_the_beginning_of_a_longer_one(subject: Subject) -> None:
    """What is expected of the first step does not depend on how many are asked for."""
    model = subject.fitted(subject.series())
    longest = model.predict(subject.horizon)
    for horizon in range(1, subject.horizon):
        expect_alike(model.predict(horizon), longest.iloc[:horizon], f"predict({horizon})", rtol=1e-6)


def a_backtest_can_read_the_answer(subject: Subject) -> None:
    """Every series, step and stamp is there once, and every point is a number."""
    for data in (subject.series(), subject.wide(), subject.long()):
        panel = read(data)
        found = parse(subject.ahead(data), panel, subject.horizon, ())
        shape = (len(panel.names), subject.horizon, 1)
        expect(np.shape(found.point) == shape, f"numbers of shape {shape}", np.shape(found.point))


CHECKS = (
    a_series_gives_a_series_that_continues_it,
    a_time_zone_stays_across_a_clock_change,
    whole_numbers_as_time_go_on,
    periods_stay_periods,
    month_ends_stay_month_ends,
    business_days_stay_business_days,
    a_wide_frame_gives_a_wide_frame,
    a_long_frame_gives_a_long_frame,
    time_may_stand_in_a_column,
    names_need_not_be_text,
    a_frame_of_one_column_is_forecast_as_its_series,
    a_panel_is_forecast_as_its_frame,
    there_are_as_many_steps_as_were_asked_for,
    a_shorter_horizon_is_the_beginning_of_a_longer_one,
    a_backtest_can_read_the_answer,
)
