"""Naive2: by hand, against statsmodels, and equal to what the M4 competition published."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from statsmodels.tsa.seasonal import seasonal_decompose
from statsmodels.tsa.stattools import acf

from tsrnn.errors import DataError, SettingError
from tsrnn.metrics import mase, msis, owa, smape
from tsrnn.naive2 import is_seasonal, naive2, seasonal_indices
from tsrnn.panel import Array


def seasonal(season: int, rows: int, seed: int = 0, strength: float = 0.5) -> Array:
    """A growing series with a season that multiplies."""
    steps = np.arange(rows)
    noise = 1 + 0.02 * np.random.default_rng(seed).normal(size=rows)
    values: Array = (100 + steps) * (1 + strength * np.sin(2 * np.pi * steps / season)) * noise
    return values


@pytest.mark.parametrize(("season", "rows"), [(4, 23), (12, 60), (7, 40), (5, 15), (24, 77)])
def test_indices_are_those_of_the_classical_decomposition(season: int, rows: int) -> None:
    values = seasonal(season, rows)
    known = seasonal_decompose(values, model="multiplicative", period=season).seasonal[:season]
    assert seasonal_indices(values, season) == pytest.approx(known)
    assert seasonal_indices(values, season).mean() == pytest.approx(1.0)


@pytest.mark.parametrize("season", [4, 7, 12])
@pytest.mark.parametrize("strength", [0.0, 0.02, 0.05, 0.5])
def test_the_test_of_a_season_is_that_of_the_organisers(season: int, strength: float) -> None:
    for seed in range(5):
        values = np.random.default_rng(seed).normal(size=90) + seasonal(season, 90, seed, strength) / 20
        known = acf(values, nlags=season, fft=False)
        limit = 1.645 / np.sqrt(90) * np.sqrt(1 + 2 * (known[1:-1] ** 2).sum())
        assert is_seasonal(values, season) == (abs(known[-1]) > limit)


def test_a_season_is_taken_out_and_put_back() -> None:
    index = np.array([0.5, 1.0, 1.5, 1.0])
    values = 10 * np.tile(index, 6)[:-1]  # ends with the third place of the season
    assert naive2(values, 6, 4) == pytest.approx(10 * index[[3, 0, 1, 2, 3, 0]])
    assert naive2(values, 1, 4) == pytest.approx([10.0])


def test_without_a_season_it_is_the_last_value() -> None:
    walk = np.random.default_rng(1).normal(size=100).cumsum() + 50
    assert naive2(walk, 3, 1).tolist() == [walk[-1]] * 3
    assert naive2(seasonal(12, 35), 2, 12).tolist() == [seasonal(12, 35)[-1]] * 2  # fewer than three seasons
    assert naive2(np.full(40, 7.0), 2, 4).tolist() == [7.0, 7.0]
    assert naive2(np.random.default_rng(2).normal(size=100), 2, 4).size == 2  # not seasonal, so values may be negative


def test_what_cannot_be_used_is_named() -> None:
    with pytest.raises(DataError, match=r"needs positive values, got -\d"):
        naive2(seasonal(4, 40) - 200, 2, 4)
    for train in ([1.0, np.nan, 2.0], [], [[1.0, 2.0]]):
        with pytest.raises(DataError, match="a row of values without a hole"):
            naive2(train, 1, 1)
    with pytest.raises(DataError, match=r"7 rows, but seasonal indices take 8 \(two seasons of 4\)"):
        seasonal_indices(np.ones(7), 4)
    for horizon, season, name in ((0, 1, "horizon"), (1, 0, "season")):
        with pytest.raises(SettingError, match=f"{name} must be a whole number of at least 1"):
            naive2([1.0, 2.0], horizon, season)


Hourly = tuple[dict[str, Array], pd.DataFrame, dict[str, pd.DataFrame], pd.DataFrame]


@pytest.fixture(scope="module")
def hourly(real_data: Path) -> Hourly:
    """The hourly series of M4: training rows, the 48 to forecast, forecasts by method, and the published scores."""
    folder = real_data / "classic"
    train = pd.read_csv(folder / "M4_Hourly-train.csv.gz", index_col=0)
    test = pd.read_csv(folder / "M4_Hourly-test.csv", index_col=0)
    forecasts = pd.read_csv(folder / "M4_Hourly_point_forecasts.csv.gz", dtype={"method": str})
    by_method = {
        str(method): own.set_index("id").drop(columns="method").loc[test.index].astype(np.float64)
        for method, own in forecasts.groupby("method", sort=False)
    }
    past = {str(name): row.dropna().to_numpy(np.float64) for name, row in train.iterrows()}
    published = pd.read_csv(folder / "M4_published_scores.csv", dtype={"method": str}).set_index("method")
    return past, test, by_method, published


def errors(past: dict[str, Array], test: pd.DataFrame, forecast: pd.DataFrame) -> tuple[float, float]:
    """Mean sMAPE and MASE over the series."""
    percent = [smape(test.loc[name], forecast.loc[name]) for name in test.index]
    scaled = [mase(test.loc[name], forecast.loc[name], past[name], 24) for name in test.index]
    return float(np.mean(percent)), float(np.mean(scaled))


@pytest.mark.data
def test_smape_mase_and_owa_are_those_published_for_every_method_of_m4_at_hand(
    hourly: Hourly,
) -> None:
    past, test, by_method, published = hourly
    found = {method: errors(past, test, forecast) for method, forecast in by_method.items()}
    assert len(found) == 7
    for method, (percent, scaled) in found.items():
        row = published.loc[method.lstrip("0")]
        assert percent == pytest.approx(row["sMAPE_Hourly"], abs=6e-4)
        assert scaled == pytest.approx(row["MASE_Hourly"], abs=6e-4)
        assert owa(percent, scaled, *found["Naive2"]) == pytest.approx(row["OWA_Hourly"], abs=6e-4)
    assert owa(*found["sNaive"], *found["Naive2"]) == pytest.approx(0.628, abs=1e-3)


@pytest.mark.data
def test_naive2_is_the_published_forecast(
    hourly: Hourly,
) -> None:
    past, test, by_method, _ = hourly
    made = np.array([naive2(past[name], 48, 24) for name in test.index])
    assert made == pytest.approx(by_method["Naive2"].to_numpy(), rel=1e-8)


@pytest.mark.data
def test_msis_of_the_last_value_is_that_published(
    hourly: Hourly,
) -> None:
    """71.25 for Naive, whose intervals are the last value and 1.96 standard errors times the root of the step."""
    past, test, _, _ = hourly
    scores = []
    for name in test.index:
        reach = 1.959964 * np.sqrt(np.mean(np.diff(past[name]) ** 2) * np.arange(1, 49))
        last = past[name][-1]
        scores.append(msis(test.loc[name], last - reach, last + reach, past[name], 24))
    assert np.mean(scores) == pytest.approx(71.25, abs=6e-3)
