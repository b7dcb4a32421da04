"""Phases: one step of a frequency is one place, told by the stamp alone, on the wall clock and without holidays."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
import pytest

from tsrnn.errors import SettingError
from tsrnn.forecasters.phases import places
from tsrnn.frequency import Frequency, infer

Unit = Literal["s", "ns"]
UNITS: tuple[Unit, ...] = ("s", "ns")
STAMPS = (
    "s", "15min", "30min", "h", "36h", "D", "2D", "W-SAT", "2W-MON", "B", "MS", "ME", "BMS", "BME", "2MS", "QS-FEB",
    "QE-DEC", "6MS", "YS-JAN", "YE-MAR",
)  # fmt: skip


@pytest.mark.parametrize("alias", STAMPS)
@pytest.mark.parametrize("unit", UNITS)
def test_the_next_stamp_has_the_next_place_before_and_after_1970_in_every_unit(alias: str, unit: Unit) -> None:
    for start in ("1969-10-01 06:00", "2023-11-03"):
        times = pd.date_range(start, periods=40, freq=alias).as_unit(unit)
        frequency = Frequency("stamps", alias)
        found = places(times, frequency)
        assert (np.diff(found) == 1).all()
        assert places(times[7:9], frequency).tolist() == found[7:9].tolist()  # whatever rows it stands among


@pytest.mark.parametrize("alias", ["M", "2M", "Q-NOV", "Y-DEC", "W-SUN", "D", "h"])
def test_periods_are_counted_by_their_numbers(alias: str) -> None:
    times = pd.period_range("1969-10", periods=40, freq=alias)
    assert (np.diff(places(times, infer(times, "a"))) == 1).all()


def test_integers_are_counted_in_steps_of_their_own() -> None:
    assert places(pd.RangeIndex(-6, 9, 3), Frequency("steps", "3")).tolist() == [-2, -1, 0, 1, 2]


def test_an_hour_of_the_day_has_its_place_in_either_season_of_the_clock() -> None:
    times = pd.date_range("2024-03-29", "2024-11-05", freq="h", tz="Europe/Berlin")
    assert (places(times, Frequency("stamps", "h")) % 24 == times.hour).all()
    days = pd.date_range("2024-03-29", periods=9, freq="D", tz="Europe/Berlin")
    assert (np.diff(places(days, Frequency("stamps", "D"))) == 1).all()


@pytest.mark.parametrize("frequency", [Frequency("stamps", "B"), Frequency("stamps", "B", ("2024-05-01",))])
def test_a_weekday_has_its_place_whatever_holidays_there_are(frequency: Frequency) -> None:
    times = pd.bdate_range("2024-03-01", "2024-07-01").drop([pd.Timestamp("2024-05-01")])
    assert (places(times, frequency) % 5 == times.day_of_week).all()


def test_the_weekdays_of_a_country_are_its_own() -> None:
    week = pd.DatetimeIndex(["2024-06-02", "2024-06-03", "2024-06-06", "2024-06-09"])  # Sunday to Sunday
    found = places(week, Frequency("stamps", "B", exchange="IL"))
    assert (found - found[0]).tolist() == [0, 1, 4, 5]


def test_a_frequency_that_is_no_even_step_is_refused_by_its_name() -> None:
    times = pd.date_range("2024-01-01", periods=12, freq="SMS")
    with pytest.raises(SettingError, match=r"Cycle\(\) knows no place in a cycle for rows one SMS \(SMS-15\) apart"):
        places(times, Frequency("stamps", "SMS-15"))
