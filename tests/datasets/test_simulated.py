"""The simulations have the properties they claim, and a seed fixes every number."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd
import pytest

from tsrnn_datasets import load
from tsrnn_datasets.simulate.days_off import holidays, trading_days
from tsrnn_datasets.simulate.memory import remembering

SIMULATED = ["sim-stock", "sim-power", "sim-weather", "sim-sensor"]
COLUMNS = {"sim-power": ["temperature"], "sim-sensor": ["fault"]}  # beside unique_id, ds and y
NUMBERS = {  # sha256 of the numbers of seed 3, so that no change goes unseen
    "sim-stock": "8ff945d319bc80b3",
    "sim-power": "a756858a8d17d6d2",
    "sim-weather": "632e88055da4fd8a",
    "sim-sensor": "5c129393a3ced93e",
}


@pytest.mark.parametrize("name", SIMULATED)
def test_a_seed_fixes_every_bit(name: str) -> None:
    values = np.ascontiguousarray(load(name, seed=3).to_numpy(dtype="float64"))
    assert hashlib.sha256(values.tobytes()).hexdigest()[:16] == NUMBERS[name]
    assert load(name).equals(load(name, seed=0))
    assert not load(name, seed=4).equals(load(name, seed=3))


@pytest.mark.parametrize("name", SIMULATED)
def test_a_series_does_not_depend_on_how_many_there_are(name: str) -> None:
    two, four = load(name, panel=2, seed=5), load(name, panel=4, seed=5)
    pd.testing.assert_frame_equal(two, four.iloc[: len(two)])
    assert four["unique_id"].unique().tolist() == [f"{name[4:]}-{number:04d}" for number in range(4)]
    assert four.columns.tolist() == ["unique_id", "ds", "y", *COLUMNS.get(name, [])]
    assert four.pivot(index="ds", columns="unique_id", values="y").corr().to_numpy()[0, 1] < 0.999
    single = load(name, seed=5)
    first = single if isinstance(single, pd.Series) else single.iloc[:, 0]
    np.testing.assert_array_equal(first.to_numpy(), two.loc[two["unique_id"].str.endswith("0000"), "y"].to_numpy())


def test_the_data_sets_of_one_seed_are_made_of_different_numbers() -> None:
    temperatures = load("sim-power", seed=1)["temperature"].resample("D").mean(), load("sim-weather", seed=1)
    both = pd.concat(temperatures, axis=1, join="inner").diff().dropna()
    assert abs(both.corr().iloc[0, 1]) < 0.15


def autocorrelation(values: pd.Series, lags: range) -> float:
    return float(np.mean([values.autocorr(lag) for lag in lags]))


def test_the_returns_of_a_stock_cluster_and_cannot_be_foreseen() -> None:
    prices = load("sim-stock", panel=12, seed=2).pivot(index="ds", columns="unique_id", values="y")
    returns = np.log(prices).diff().dropna()
    clustering = [autocorrelation(returns[stock] ** 2, range(1, 11)) for stock in returns]
    foresight = [returns[stock].autocorr(1) for stock in returns]
    assert min(clustering) > 0.03  # white noise: 0 with a deviation of 0.006
    assert np.mean(clustering) > 0.08
    assert np.abs(np.mean(foresight)) < 0.02
    assert returns.kurt().mean() > 0.5  # fatter tails than the normal distribution's 0
    assert returns.std().between(0.007, 0.03).all()
    assert (prices > 0).all().all()


def test_a_stock_is_traded_on_weekdays_that_are_no_holidays() -> None:
    days = load("sim-stock").index
    assert days.day_of_week.max() == 4
    assert pd.Timestamp("2022-11-24") not in days  # Thanksgiving
    assert pd.Timestamp("2023-01-02") not in days  # New Year's Day was a Sunday
    assert pd.Timestamp("2020-07-03") not in days  # Independence Day was a Saturday
    weekdays = pd.bdate_range("2014-01-01", "2023-12-31")
    assert len(days.difference(weekdays)) == 0
    assert len(weekdays) - len(days) == 6 * 10


def test_the_holidays_are_those_of_the_calendar() -> None:
    assert [str(day) for day in holidays(2024, 2024)] == [
        "2024-01-01",
        "2024-05-27",
        "2024-07-04",
        "2024-09-02",
        "2024-11-28",
        "2024-12-25",
    ]
    assert len(trading_days(2024, 2024)) == 262 - 6


@pytest.fixture(scope="module")
def power() -> pd.DataFrame:
    """Two years of simulated load and temperature."""
    frame: pd.DataFrame = load("sim-power", seed=1)
    return frame


def test_the_load_has_a_day_and_a_week(power: pd.DataFrame) -> None:
    change = power["load"].diff().dropna()
    of_lag = {lag: change.autocorr(lag) for lag in range(1, 25)}
    assert max(of_lag, key=lambda lag: of_lag[lag]) == 24
    assert change.autocorr(168) > change.autocorr(24) > 0.7
    hours = pd.DatetimeIndex(power.index)
    morning = power["load"][hours.hour == 8].groupby(lambda stamp: stamp.day_of_week).mean()
    assert morning[:5].min() > 1.05 * morning[5:].max()


def test_the_load_answers_to_heat_and_cold(power: pd.DataFrame) -> None:
    mild = power["load"][power["temperature"].between(15, 22)].mean()
    assert power["load"][power["temperature"] < 0].mean() > 1.1 * mild
    assert power["load"][power["temperature"] > 28].mean() > 1.1 * mild
    months = power["temperature"].groupby(pd.DatetimeIndex(power.index).month).mean()
    assert months[7] - months[1] > 15


def test_holidays_are_quieter_than_the_same_weekday_a_week_before(power: pd.DataFrame) -> None:
    free = [pd.Timestamp(day) for day in holidays(2022, 2023) if day.weekday() < 5 and day.month != 1]
    ratios = [power["load"][day + pd.Timedelta("8h")] / power["load"][day - pd.Timedelta("160h")] for day in free]
    assert len(ratios) >= 8
    assert np.median(ratios) < 0.92


def test_the_meters_of_a_town_share_its_temperature() -> None:
    panel = load("sim-power", panel=3, seed=1)
    temperature = panel.pivot(index="ds", columns="unique_id", values="temperature")
    assert temperature.nunique(axis=1).max() == 1
    assert panel.groupby("unique_id")["y"].mean().nunique() == 3


def test_weather_has_a_year_and_lasts_some_days() -> None:
    temperature = load("sim-weather", seed=1)
    months = temperature.groupby(temperature.index.month).mean()
    assert months.idxmin() in (1, 2) and months.idxmax() in (7, 8)
    assert months.max() - months.min() > 12
    angle = 2 * np.pi * temperature.index.day_of_year.to_numpy() / 365.25
    year = np.column_stack([np.ones(len(angle)), np.cos(angle), np.sin(angle)])
    weather = temperature.to_numpy() - year @ np.linalg.lstsq(year, temperature.to_numpy(), rcond=None)[0]
    assert np.corrcoef(weather[1:], weather[:-1])[0, 1] == pytest.approx(0.75, abs=0.05)
    cold, warm = temperature.index.month.isin([12, 1, 2]), temperature.index.month.isin([6, 7, 8])
    assert weather[cold].std() > 1.2 * weather[warm].std()


def test_the_stations_of_a_region_share_most_of_their_weather() -> None:
    panel = load("sim-weather", panel=4, seed=1).pivot(index="ds", columns="unique_id", values="y")
    changes = panel.diff().dropna().corr().to_numpy()
    assert 0.6 < changes[np.triu_indices(4, 1)].mean() < 0.95


def runs(marked: pd.Series) -> list[int]:
    """The lengths of the unbroken runs of true values, shortest first."""
    lengths = marked.groupby((marked != marked.shift()).cumsum()).sum()
    return sorted(int(length) for length in lengths if length)


@pytest.mark.parametrize("seed", range(4))
def test_a_sensor_has_exactly_the_faults_and_gaps_its_card_names(seed: int) -> None:
    frame = load("sim-sensor", seed=seed)
    reading, fault = frame["reading"], frame["fault"]
    assert runs(reading.isna()) == [3, 6, 18, 36]
    assert runs(fault == 1) == [1, 1, 1]
    assert runs(fault == 2) == [24, 36]
    assert runs(fault == 3) == [72]
    assert not (reading.isna() & (fault > 0)).any()
    stuck = reading[fault == 2].groupby((fault != 2).cumsum()[fault == 2])
    assert (stuck.nunique() == 1).all()
    for spike in np.flatnonzero(fault == 1):
        assert abs(reading.iloc[spike] - reading.iloc[spike - 1]) > 10
    assert frame.index.freqstr == "10min"


def test_a_sensor_drifts_and_has_a_day() -> None:
    frame = load("sim-sensor", seed=1)
    sound = frame["reading"].where(frame["fault"] == 0)
    days = sound.resample("D").mean()
    assert 3 < abs(days.iloc[-3:].mean() - days.iloc[:3].mean()) < 9
    assert sound.diff().rolling(6).sum().autocorr(144) > 0.5


def test_noise_with_memory_has_the_deviation_and_the_memory_asked_for() -> None:
    values = pd.Series(remembering(np.random.default_rng(0), 50_000, 0.9, 2.0))
    assert values.std() == pytest.approx(2.0, rel=0.05)
    assert values.autocorr(1) == pytest.approx(0.9, abs=0.01)
    assert values.autocorr(5) == pytest.approx(0.9**5, abs=0.03)
