"""Frequencies: what one step is, found from stamps alone, and continued exactly as pandas continues them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.frames import series
from tsrnn.errors import FrequencyError, GapError
from tsrnn.frame import read
from tsrnn.frequency import Frequency, infer

CLOCK = ["s", "10s", "min", "5min", "15min", "30min", "h", "2h", "6h", "12h", "36h", "90min", "250ms"]
CALENDAR = ["D", "2D", "10D", "B", "W-MON", "W-SUN", "2W-WED", "MS", "ME", "2ME", "BMS", "BME", "QS", "QE-JAN"]
CALENDAR += ["BQE", "6MS", "YS", "YE", "YE-MAR", "BYE", "2YS"]
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Seoul", "Australia/Lord_Howe"]
HOLIDAYS = ["2024-02-12", "2024-03-29", "2024-05-01"]


def plain(index: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """The stamps alone, as a file would hold them: without the freq that pandas remembers."""
    bare = pd.DatetimeIndex(index.to_series().array)
    assert bare.freq is None
    return bare


def continued(index: pd.DatetimeIndex, count: int = 4) -> pd.DatetimeIndex:
    """The next stamps by our own inference, after checking that every given stamp is one step after the last."""
    frequency = infer(index, "load")
    assert frequency.strides(index).tolist() == [1] * (len(index) - 1)
    ahead = frequency.after(index[-1], count, index)
    assert isinstance(ahead, pd.DatetimeIndex)
    assert ahead.dtype == index.dtype
    assert ahead.freq is None
    return ahead


starts = st.datetimes(pd.Timestamp(1970, 1, 1).to_pydatetime(), pd.Timestamp(2035, 1, 1).to_pydatetime())


@settings(max_examples=150)
@given(freq=st.sampled_from(CLOCK + CALENDAR), start=starts, rows=st.integers(24, 40), named=st.booleans())
def test_naive_stamps_are_continued_as_pandas_does(freq: str, start: pd.Timestamp, rows: int, named: bool) -> None:
    index = pd.date_range(pd.Timestamp(start).floor("s"), periods=rows, freq=freq)
    ahead = continued(index if named else plain(index))
    assert ahead.tolist() == pd.date_range(index[-1], periods=5, freq=freq)[1:].tolist()


@settings(max_examples=100)
@given(
    freq=st.sampled_from(["15min", "h", "6h", "D", "B", "W-SUN", "ME", "MS", "QE"]),
    start=st.datetimes(pd.Timestamp(2000, 1, 1).to_pydatetime(), pd.Timestamp(2030, 1, 1).to_pydatetime()),
    rows=st.integers(24, 60),
    zone=st.sampled_from(ZONES),
    named=st.booleans(),
)
def test_stamps_in_a_zone_are_continued_as_pandas_does(
    freq: str, start: pd.Timestamp, rows: int, zone: str, named: bool
) -> None:
    # Noon exists once on every day; pandas itself cannot write some midnights.
    index = pd.date_range(pd.Timestamp(start).normalize() + pd.Timedelta(hours=12), periods=rows, freq=freq, tz=zone)
    ahead = continued(index if named else plain(index))
    assert ahead.tolist() == pd.date_range(index[-1], periods=5, freq=freq)[1:].tolist()


@settings(max_examples=60)
@given(
    freq=st.sampled_from(["h", "D", "2D", "B", "W-TUE", "2W-TUE", "ME", "QS"]),
    kept=st.lists(st.integers(0, 39), min_size=2, max_size=12, unique=True),
    zone=st.sampled_from([None, "Europe/Berlin"]),
)
def test_strides_count_the_steps_between_rows(freq: str, kept: list[int], zone: str | None) -> None:
    grid = pd.date_range("2024-03-01 12:00", periods=40, freq=freq, tz=zone)
    places = sorted(kept)
    assert Frequency("stamps", freq).strides(plain(grid[places])).tolist() == np.diff(places).tolist()


@settings(max_examples=60)
@given(
    freq=st.sampled_from(["h", "D", "W-TUE", "ME", "MS", "15min"]),
    rows=st.integers(12, 60),
    data=st.data(),
)
def test_a_gap_anywhere_is_named_with_its_ends(freq: str, rows: int, data: st.DataObject) -> None:
    grid = pd.date_range("2024-03-01", periods=rows, freq=freq)
    first = data.draw(st.integers(1, rows - 3))
    last = data.draw(st.integers(first, min(first + 3, rows - 2)))
    left = plain(grid.delete(range(first, last + 1)))
    assume(len(left) >= 8)
    with pytest.raises(GapError) as caught:
        read(series(left))
    text = str(caught.value)
    assert f"series 'load': {last - first + 1} steps are missing between {grid[first - 1]} and {grid[last + 1]}" in text
    assert caught.value.time == grid[first - 1]


@pytest.mark.parametrize(
    "freq, alias, unit, season",
    [
        ("15min", "15min", "15min", 96),
        ("30min", "30min", "30min", 48),
        ("h", "h", "hour", 24),
        ("2h", "2h", "part of a day", 1),
        ("36h", "36h", "days and hours", 1),
        ("D", "D", "day", 7),
        ("2D", "2D", "2 days", 1),
        ("7D", "W-MON", "week", 52),
        ("B", "B", "business day", 5),
        ("W-SAT", "W-SAT", "week", 52),
        ("2W-SAT", "2W-SAT", "2 weeks", 1),
        ("MS", "MS", "month", 12),
        ("ME", "ME", "month", 12),
        ("BME", "BME", "month", 12),
        ("2ME", "2ME", "2 months", 1),
        ("QE", "QE-MAR", "quarter", 4),
        ("BQE", "3BME", "quarter", 4),
        ("3MS", "QS-JAN", "quarter", 4),
        ("6MS", "2QS-JAN", "6 months", 1),
        ("YE-MAR", "YE-MAR", "year", 1),
        ("BYE", "12BME", "year", 1),
    ],
)
def test_the_coarsest_grid_names_the_step_and_its_season(freq: str, alias: str, unit: str, season: int) -> None:
    found = infer(plain(pd.date_range("2024-01-01", periods=30, freq=freq)), "load")
    assert (found.alias, found.unit, found.season) == (alias, unit, season)


@pytest.mark.parametrize("freq, unit, season", [("M", "month", 12), ("Q-DEC", "quarter", 4), ("W-SUN", "week", 52)])
def test_periods_name_their_own_frequency(freq: str, unit: str, season: int) -> None:
    found = infer(pd.period_range("2024-01", periods=3, freq=freq), "load")
    assert (found.kind, found.alias, found.unit, found.season) == ("periods", freq, unit, season)


def test_whole_numbers_have_the_most_common_step_and_no_season() -> None:
    found = infer(pd.Index([0, 5, 10, 20, 25]), "load")
    assert (found.kind, found.alias, found.unit, found.season) == ("steps", "5", "step", 1)
    assert found.strides(pd.Index([0, 5, 10, 20, 22])).tolist() == [1, 1, 2, 0]


def test_words_are_for_people() -> None:
    assert Frequency("stamps", "h").words == "hour (h)"
    assert Frequency("stamps", "B", ("2024-05-01",)).words == "business day (B, 1 closed day)"
    assert Frequency("steps", "1").words == "step"
    assert Frequency("steps", "5").words == "5 steps"


@pytest.mark.parametrize("time_of_day", ["0h", "16h"])
@pytest.mark.parametrize("zone", [None, "America/New_York"])
def test_weekdays_without_a_row_are_closed_days_and_closed_days_to_come_are_not_known(
    time_of_day: str, zone: str | None
) -> None:
    open_days = pd.bdate_range("2024-01-02", periods=120).drop(pd.to_datetime(HOLIDAYS)) + pd.Timedelta(time_of_day)
    found = infer(open_days.tz_localize(zone), "stock")
    assert (found.alias, found.closed) == ("B", tuple(HOLIDAYS))
    ahead = continued(open_days.tz_localize(zone))
    assert [day.day_of_week for day in ahead] == [1, 2, 3, 4]
    assert ahead[0] == (pd.Timestamp("2024-06-18") + pd.Timedelta(time_of_day)).tz_localize(zone)


def test_a_holiday_calendar_that_the_index_names_is_followed_over_the_horizon() -> None:
    freq = pd.offsets.CustomBusinessDay(holidays=[*HOLIDAYS, "2024-07-04"])
    index = pd.date_range("2024-01-02", "2024-07-03", freq=freq)
    assert continued(index, 2).tolist() == list(pd.to_datetime(["2024-07-05", "2024-07-08"]))


def test_too_many_weekdays_without_a_row_are_gaps() -> None:
    days = pd.bdate_range("2024-01-02", periods=120)
    assert infer(plain(days.delete(range(50, 54))), "stock").closed != ()
    for holes in (range(50, 55), range(3, 120, 10)):
        with pytest.raises(GapError, match=r"for example by \.asfreq\('B'\)"):
            read(series(plain(days.delete(holes))))


def test_hours_are_counted_by_the_clock_across_both_clock_changes() -> None:
    for day, hours in (("2024-03-31", 23), ("2024-10-27", 25)):
        index = pd.date_range(day, pd.Timestamp(day) + pd.Timedelta(days=1), freq="h", tz="Europe/Berlin")
        assert len(index) == hours + 1
        assert continued(plain(index))[0] == index[-1] + pd.Timedelta(hours=1)


def test_days_keep_their_wall_time_across_both_clock_changes() -> None:
    for day in ("2024-03-30", "2024-10-26"):
        index = pd.date_range(end=day, periods=30, freq="D", tz="Europe/Berlin")
        assert [stamp.hour for stamp in continued(plain(index))] == [0, 0, 0, 0]


@pytest.mark.parametrize("zone, change", [("America/Sao_Paulo", "2018-11-04"), ("Africa/Cairo", "2024-04-26")])
def test_a_midnight_that_does_not_exist_is_the_first_time_after_it(zone: str, change: str) -> None:
    wall = pd.date_range(end=pd.Timestamp(change) + pd.Timedelta(days=3), periods=20, freq="D")
    index = wall.tz_localize(zone, nonexistent="shift_forward")
    assert index[-4].hour == 1
    for rows in (16, 17, 18, 20):  # up to the day before, to the changed day itself, and beyond it
        ahead = continued(plain(index[:rows]), 3)
        expected = pd.date_range(wall[rows - 1], periods=4, freq="D")[1:]
        assert ahead.tolist() == expected.tz_localize(zone, nonexistent="shift_forward").tolist()


def test_series_on_every_second_week_need_not_share_their_weeks() -> None:
    even, odd = (pd.date_range(start, periods=10, freq="2W-MON") for start in ("2024-01-01", "2024-01-08"))
    data = pd.concat(
        [pd.DataFrame({"unique_id": name, "ds": days, "y": 1.0}) for name, days in zip("ab", (even, odd), strict=True)]
    )
    assert read(data).layout.frequency.alias == "2W-MON"


def test_a_freq_that_no_alias_can_write_is_read_from_the_stamps() -> None:
    assert infer(pd.date_range("2024-01-01", periods=12, freq=pd.DateOffset(months=1)), "y").alias == "MS"
    assert infer(pd.date_range("2024-01-01", periods=12, freq=pd.DateOffset(days=2)), "y").alias == "2D"
    sunday_to_thursday = pd.offsets.CustomBusinessDay(weekmask="Sun Mon Tue Wed Thu")
    with pytest.raises(GapError, match="2 steps are missing between 2024-01-04 00:00:00 and 2024-01-07"):
        read(series(pd.date_range("2024-01-01", periods=30, freq=sunday_to_thursday)))


def test_stamps_on_the_same_day_of_each_month_are_refused_with_a_way_out() -> None:
    months = pd.DatetimeIndex([pd.Timestamp(2020, 1, 15) + pd.DateOffset(months=n) for n in range(24)])
    with pytest.raises(FrequencyError, match=r"mostly 31 days 00:00:00, but 29 days .*\.to_period\('M'\)") as caught:
        read(series(months))
    assert not isinstance(caught.value, GapError)
    assert read(series(months.to_period("M"))).layout.frequency.alias == "M"


def test_one_row_has_a_frequency_only_if_its_index_names_it() -> None:
    one = pd.date_range("2024-01-31", periods=1, freq="ME")
    assert infer(one, "load").alias == "ME"
    with pytest.raises(FrequencyError, match="series 'load': one row has no frequency; give at least two rows"):
        infer(plain(one), "load")


def test_stamps_beyond_the_reach_of_nanoseconds_are_continued() -> None:
    years = pd.DatetimeIndex(np.array([f"{year}-01-01" for year in range(2260, 2290)], "datetime64[s]"))
    assert [stamp.year for stamp in continued(years)] == [2290, 2291, 2292, 2293]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "Europe/Berlin"])
@pytest.mark.parametrize("alias", ["h", "90s", "30min"])
def test_hours_ahead_are_those_of_pandas_across_a_clock_change(unit: str, zone: str | None, alias: str) -> None:
    times = pd.date_range("2024-03-30 22:00", periods=7, freq=alias, unit=unit, tz=zone)  # type: ignore[call-overload]
    ahead = Frequency("stamps", alias).after(times[-1], 40, times)
    wanted = pd.date_range(times[-1], periods=41, freq=alias, unit=unit)[1:]  # type: ignore[call-overload]
    assert ahead.dtype == wanted.dtype
    assert list(ahead) == list(wanted)


def test_hours_beyond_64_bits_are_no_times() -> None:
    times = pd.date_range("2262-04-11 20:00", periods=3, freq="h", unit="ns")
    assert len(Frequency("stamps", "h").after(times[-1], 1, times)) == 1
    with pytest.raises(OverflowError, match="ns since 1970 take more than 64 bits"):
        Frequency("stamps", "h").after(times[-1], 2, times)
