"""Trading days: rows and forecasts stand on the days on which an exchange trades, and what does not fit is refused."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.cli.line import done, tsrnn
from tests.frames import series
from tsrnn.calendar import sessions
from tsrnn.columns import Columns, Repairs
from tsrnn.errors import FrequencyError, GapError, MissingExtraError, SettingError, TsrnnError
from tsrnn.forecasters.naive import NaiveForecaster
from tsrnn.frame import read
from tsrnn.saving import load

NEW_YORK, SEOUL = Columns(calendar="XNYS"), Columns(calendar="XKRX")
# The weekdays of 2024 without trading, by hand.
CLOSED = {
    "XNYS": (
        "2024-01-01", "2024-01-15", "2024-02-19", "2024-03-29", "2024-05-27", "2024-06-19", "2024-07-04", "2024-09-02",
        "2024-11-28", "2024-12-25",
    ),
    "XKRX": (
        "2024-01-01", "2024-02-09", "2024-02-12", "2024-03-01", "2024-04-10", "2024-05-01", "2024-05-06", "2024-05-15",
        "2024-06-06", "2024-08-15", "2024-09-16", "2024-09-17", "2024-09-18", "2024-10-01", "2024-10-03", "2024-10-09",
        "2024-12-25", "2024-12-31",
    ),
}  # fmt: skip


def open_days(exchange: str, first: str = "2024-01-01", last: str = "2024-12-31") -> pd.DatetimeIndex:
    """The weekdays of 2024 on which there was trading."""
    days = pd.bdate_range(first, last)
    return days[~days.isin(pd.DatetimeIndex(CLOSED[exchange]))]


def refused(data: pd.Series, columns: Columns, repairs: Repairs | None = None) -> TsrnnError:
    with pytest.raises(TsrnnError) as caught:
        read(data, columns, repairs)
    return caught.value


@pytest.mark.parametrize("exchange", CLOSED)
def test_a_year_of_trading_is_read_without_a_gap_and_goes_on_past_the_holidays(exchange: str) -> None:
    days = open_days(exchange)
    panel = read(series(days), Columns(calendar=exchange))
    assert (panel.layout.frequency.words, panel.season) == (f"trading day ({exchange})", 5)
    for cut in (20, 100, 200):
        ahead = NaiveForecaster(30).fit(series(days[:cut]), Columns(calendar=exchange)).predict()
        assert ahead.index.equals(days[cut : cut + 30])


def test_without_the_exchange_a_forecast_would_stand_on_a_holiday() -> None:
    days = open_days("XNYS", last="2024-12-24")
    assert NaiveForecaster(1).fit(series(days)).predict().index[0] == pd.Timestamp("2024-12-25")
    assert NaiveForecaster(1).fit(series(days), NEW_YORK).predict().index[0] == pd.Timestamp("2024-12-26")


@pytest.mark.data
def test_five_years_of_a_real_price_fit_the_exchange(real_data: Path) -> None:
    rows = pd.read_csv(real_data / "stock" / "gafa_AAPL.csv", parse_dates=["Date"], index_col="Date")["Close"]
    frequency = read(rows, NEW_YORK).layout.frequency
    assert (frequency.closed, frequency.opened) == ((), ())
    ahead = NaiveForecaster(5).fit(rows, NEW_YORK).predict().index
    assert [str(day.date()) for day in ahead] == ["2019-01-02", "2019-01-03", "2019-01-04", "2019-01-07", "2019-01-08"]


def test_a_time_zone_and_a_time_of_day_are_kept() -> None:
    days = (open_days("XKRX") + pd.Timedelta(hours=9)).tz_localize("Asia/Seoul")
    ahead = NaiveForecaster(3).fit(series(days[:27]), SEOUL).predict().index
    assert ahead.equals(days[27:30]) and str(ahead.tz) == "Asia/Seoul"  # past the new year of the moon


def test_a_few_days_of_mourning_are_closed_and_a_few_of_rows_too_many_open() -> None:
    days = open_days("XNYS")
    panel = read(series(days.delete([50, 51])), NEW_YORK)
    assert len(panel.layout.frequency.closed) == 2
    assert panel.layout.frequency.words == "trading day (XNYS, 2 closed days)"
    odd = read(series(days.union(pd.DatetimeIndex(["2024-07-04"]))), NEW_YORK).layout.frequency
    assert odd.opened == ("2024-07-04",)


def test_more_days_without_a_row_are_gaps_which_can_be_masked() -> None:
    days = open_days("XNYS")
    lost = series(days.delete([50, 51, 52, 60, 90, 120]))
    gap = refused(lost, NEW_YORK)
    assert isinstance(gap, GapError) and "(XNYS)" in str(gap) and "CustomBusinessDay" in str(gap)
    panel = read(lost, NEW_YORK, Repairs(gaps="mask"))
    assert panel.times.equals(days) and int((~panel.observed).sum()) == 6


def test_rows_on_days_without_trading_are_refused_with_the_day() -> None:
    weekend = refused(series(pd.date_range("2024-01-02", periods=30)), NEW_YORK)
    assert (weekend.code, weekend.series, weekend.time) == ("E124", "load", pd.Timestamp("2024-01-06"))
    assert "XNYS does not trade on Saturday 2024-01-06, but a row stands there (9 such days of 30)" in str(weekend)
    other = refused(series(open_days("XNYS")), SEOUL)
    assert other.code == "E124" and "XKRX does not trade on" in str(other)


@pytest.mark.parametrize(
    ("index", "words"),
    [
        (pd.RangeIndex(30), "the index holds int64"),
        (pd.period_range("2024-01-01", periods=30, freq="D"), "the index holds period[D]"),
        (pd.date_range("2024-01-02", periods=30, freq="h"), "the rows stand at different times of the day"),
    ],
)
def test_rows_that_are_no_days_are_refused(index: pd.Index, words: str) -> None:
    problem = refused(series(index), NEW_YORK)
    assert isinstance(problem, FrequencyError) and words in str(problem) and problem.code == "E124"


def test_years_that_nobody_knows_are_refused_in_the_past_and_ahead() -> None:
    old = refused(series(pd.bdate_range("1985-01-01", periods=30)), SEOUL)
    assert isinstance(old, SettingError) and "known from 2000 to 2100, but 1985 to 1985 are needed" in str(old)
    days = open_days("XNYS")
    with pytest.raises(SettingError, match="known from 1900 to 2100, but 2024 to 2124"):
        NaiveForecaster(1).fit(series(days), NEW_YORK).predict(20_000)


@pytest.mark.parametrize(
    ("code", "hint"), [("NYX", "XNYS"), ("NYS", "NYSE"), ("XX", "such as 'XNYS' or 'XKRX'"), ("DE-XX", "such as 'DE'")]
)
def test_an_unknown_exchange_is_answered_with_near_ones(code: str, hint: str) -> None:
    problem = refused(series(open_days("XNYS")), Columns(calendar=code))
    assert (problem.code, problem.value) == ("E131", code)
    assert f"unknown exchange {code!r}" in str(problem) and hint in str(problem)


@pytest.mark.parametrize("code", ["xnys", "Xnys", "de"])
def test_an_exchange_in_small_letters_is_no_calendar_feature(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    days = series(open_days("XNYS"))
    problem = refused(days, Columns(calendar=code))
    assert f"unknown exchange {code!r}" in str(problem)
    assert str(problem).endswith(f"(did you mean {code.upper()!r}?)") and problem.code == "E131"
    monkeypatch.setitem(sys.modules, "holidays", None)
    assert f"unknown calendar feature {code!r}" in str(refused(days, Columns(calendar=code)))


def test_a_country_means_its_working_days_and_another_week_its_own() -> None:
    rows = series(pd.bdate_range("2024-12-02", "2024-12-24"))
    ahead = NaiveForecaster(3).fit(rows, Columns(calendar="DE-BY")).predict().index
    assert [f"{day:%m-%d}" for day in ahead] == ["12-27", "12-30", "12-31"]
    assert sessions("XSAU").weekdays == "Mon Tue Wed Thu Sun"
    days = pd.date_range("2025-01-05", periods=28)
    week = days[~days.day_name().isin(["Friday", "Saturday"])]
    assert NaiveForecaster(1).fit(series(week[:5]), Columns(calendar="XSAU")).predict().index[0] == week[5]


def test_calendar_features_go_with_an_exchange() -> None:
    days = open_days("XNYS")
    panel = read(series(days), Columns(calendar=["XNYS", "weekday"]))
    assert panel.future.shape == (len(days), 2)
    assert np.array_equal(panel.future, read(series(days), Columns(calendar=["weekday"])).future)
    assert read(series(days), NEW_YORK).future.shape[1] == 0


def test_history_and_a_saved_model_keep_the_exchange(tmp_path: Path) -> None:
    days = open_days("XNYS")
    roles = Columns(calendar=["XNYS", "weekday"])
    model = NaiveForecaster(2).fit(series(days[:200]), roles)
    for asked in (model, load(model.save(tmp_path / "model"))):
        assert asked.predict().index.equals(days[200:202])
        assert asked.predict(history=series(days[:228])).index.equals(days[228:230])  # past Thanksgiving


def test_the_command_line_takes_an_exchange(tmp_path: Path) -> None:
    file, model = tmp_path / "prices.csv", tmp_path / "model"
    series(open_days("XNYS", last="2024-12-24"), "close").rename_axis("day").to_csv(file)
    line = ("fit", file, "--horizon", 2, "--model", "naive", "-o", model)
    said = done(*line, "--exchange", "XNYS", "--calendar")
    assert "step of time: trading day (XNYS)" in said.err
    assert [row["day"] for row in done("forecast", model, "--json").answer["rows"]] == ["2024-12-26", "2024-12-27"]
    assert tsrnn(*line, "--exchange", "NYX").mistake.endswith("[E131]")


def test_without_the_package_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    sessions.cache_clear()
    monkeypatch.setitem(sys.modules, "holidays", None)
    with pytest.raises(MissingExtraError, match=r'trading days need the package holidays: pip install "tsrnn\[cal'):
        read(series(open_days("XNYS")), NEW_YORK)


@pytest.mark.parametrize("got", [None, 0.5, 3, [1], ["hour", 2]])
def test_a_calendar_is_true_or_names(got: object) -> None:
    with pytest.raises(SettingError, match=r"Columns\(calendar=…\) is True, False or names"):
        Columns(calendar=got)  # type: ignore[arg-type]
