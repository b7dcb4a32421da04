"""Public holidays: the days of a year by hand, the local date of each row, the same ones ahead, and what is refused."""

from __future__ import annotations

import sys
from typing import Literal

import numpy as np
import pandas as pd
import pytest

from tests.frames import series, wide
from tsrnn.ahead import known_ahead
from tsrnn.columns import Columns
from tsrnn.errors import MissingExtraError, SettingError
from tsrnn.frame import read

# The nine days off in all of Germany in 2024, of which Easter is movable.
GERMANY = {
    "2024-01-01", "2024-03-29", "2024-04-01", "2024-05-01", "2024-05-09", "2024-05-20", "2024-10-03", "2024-12-25",
    "2024-12-26",
}  # fmt: skip
BAVARIA = GERMANY | {"2024-01-06", "2024-05-30", "2024-11-01"}


def marked(index: pd.Index, place: str = "DE") -> list[pd.Timestamp]:
    """The stamps of the rows that are holidays, in order."""
    panel = read(series(index), Columns(holidays=place))
    assert panel.future.shape == (len(index), 1)
    assert set(np.unique(panel.future)) <= {0.0, 1.0}
    return [stamp for stamp, flag in zip(panel.times, panel.future[:, 0], strict=True) if flag]


def days(stamps: list[pd.Timestamp]) -> set[str]:
    return {str(stamp)[:10] for stamp in stamps}


@pytest.mark.parametrize(("place", "known"), [("DE", GERMANY), ("DE-BY", BAVARIA)])
def test_the_holidays_of_a_year_are_those_of_the_law(place: str, known: set[str]) -> None:
    assert days(marked(pd.date_range("2024-01-01", "2024-12-31", freq="D"), place)) == known


def test_a_holiday_that_is_moved_to_a_weekday_is_marked_on_both_days() -> None:
    year = pd.date_range("2021-01-01", "2021-12-31", freq="D")
    found = days(marked(year, "US"))
    assert {"2021-07-04", "2021-07-05", "2021-12-25", "2021-12-24"} <= found  # a Sunday, a Saturday
    assert "2021-12-31" in found  # New Year's Day of 2022, a Saturday, whatever rows are given
    assert days(marked(year[300:], "US")) == {day for day in found if day > "2021-10-27"}


def test_all_hours_of_the_day_are_marked_from_midnight_to_midnight() -> None:
    found = marked(pd.date_range("2024-09-30", "2024-10-06", freq="h", tz="Europe/Berlin"))
    assert found == list(pd.date_range("2024-10-03", "2024-10-03 23:00", freq="h", tz="Europe/Berlin"))


def test_the_date_is_that_of_the_rows_own_time_zone() -> None:
    hours = pd.date_range("2024-10-01", "2024-10-06", freq="h", tz="UTC")
    assert days(marked(hours)) == {"2024-10-03"}
    for zone, first in (("Asia/Seoul", "2024-10-02 15:00"), ("America/New_York", "2024-10-03 04:00")):
        found = marked(hours.tz_convert(zone))
        assert len(found) == 24
        assert found[0] == pd.Timestamp(first, tz="UTC")
        assert days(found) == {"2024-10-03"}


def test_a_holiday_on_the_day_of_a_clock_change_has_23_hours() -> None:
    easter = pd.date_range("2024-03-30", "2024-04-02", freq="h", tz="Europe/Berlin")
    assert len(marked(easter, "DE-BB")) == 23 + 24  # Easter Sunday is one in Brandenburg; Monday


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_every_resolution_gives_the_same_days(unit: Literal["s", "ms", "us", "ns"]) -> None:
    assert days(marked(pd.date_range("2024-01-01", "2024-12-31", freq="D").as_unit(unit))) == GERMANY


def test_periods_business_days_and_parts_of_a_day_are_marked() -> None:
    assert days(marked(pd.period_range("2024-01-01", "2024-12-31", freq="D"))) == GERMANY
    assert days(marked(pd.bdate_range("2024-01-01", "2024-12-31"))) == GERMANY
    assert len(marked(pd.date_range("2024-12-20", "2024-12-31", freq="6h"))) == 8


def test_the_horizon_goes_on_as_the_history_would_and_stands_after_the_calendar() -> None:
    whole = series(pd.date_range("2024-11-01", "2025-01-20", freq="D"))
    roles = Columns(calendar=["weekday"], holidays="DE")
    panel = read(whole[:50], roles)
    ahead = known_ahead(panel, 20, None)
    assert ahead.shape == (1, 20, 3)
    assert np.array_equal(ahead[0], read(whole, roles).future[50:70])
    assert [str(day.date()) for day, flag in zip(whole.index[50:70], ahead[0, :, 2], strict=True) if flag] == [
        "2024-12-25", "2024-12-26", "2025-01-01",
    ]  # fmt: skip


def test_every_series_of_a_frame_has_the_holidays_of_its_own_rows() -> None:
    stamps = pd.date_range("2024-12-01", "2024-12-30", freq="D")
    rows = [pd.DataFrame({"unique_id": name, "ds": stamps[:end], "y": 1.0}) for name, end in (("a", 24), ("b", 25))]
    panel = read(pd.concat(rows), Columns("unique_id", "ds", "y", holidays="DE"))
    assert [panel.future[panel.rows(n), 0].sum() for n in range(2)] == [0.0, 1.0]
    assert known_ahead(panel, 3, None)[:, :, 0].tolist() == [[1.0, 1.0, 0.0], [1.0, 0.0, 0.0]]


@pytest.mark.parametrize(
    ("index", "place", "words"),
    [
        (pd.date_range("2024-01-01", periods=30, freq="D"), "XX", ("unknown country 'XX'", "such as 'DE' or 'US'")),
        (pd.date_range("2024-01-01", periods=30, freq="D"), "de", ("unknown country 'de'", "did you mean 'DE'")),
        (pd.date_range("2024-01-01", periods=30, freq="D"), "south korea", ("(did you mean 'KR'?)",)),
        (pd.date_range("2024-01-01", periods=30, freq="D"), "DE-XY", ("unknown part 'DE-XY' of DE", "DE-BW, DE-BY")),
        (pd.date_range("1985-01-01", periods=30, freq="D"), "DE", ("known from 199", "but the rows run from 1985 to")),
        (pd.RangeIndex(30), "DE", ("public holidays (DE) need time stamps, but the index counts steps (int64)",)),
        (
            pd.date_range("2024-01-07", periods=30, freq="W"),
            "DE",
            ("one row is a week", "give daily rows, or a column"),
        ),
        (pd.period_range("2024-01", periods=30, freq="M"), "DE", ("marks rows of a day or shorter",)),
        (pd.date_range("2024-01-01", periods=30, freq="2D"), "DE", ("one row is a 2 days",)),
    ],
)
def test_what_has_no_answer_is_refused(index: pd.Index, place: str, words: tuple[str, ...]) -> None:
    with pytest.raises(SettingError) as caught:
        read(series(index), Columns(holidays=place))
    for word in words:
        assert word in str(caught.value)


def test_holidays_must_be_text() -> None:
    with pytest.raises(SettingError, match=r"the code of a country, such as 'DE'; got True"):
        Columns(holidays=True)  # type: ignore[arg-type]


def test_without_the_package_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "holidays", None)
    with pytest.raises(MissingExtraError, match=r'need the package holidays: pip install "tsrnn\[calendar\]"'):
        read(wide().asfreq("D").ffill(), Columns(holidays="DE"))
