"""The choice of an order: differences, seasonal strength, Fourier pairs, the stepwise search and what it refuses."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from statsmodels.tsa.stattools import kpss as statsmodels_kpss

from tests.forecasters import published
from tsrnn.forecasters.arima import ARIMAForecaster
from tsrnn.forecasters.arima_series import SeriesModel
from tsrnn.forecasters.arma import Estimate, Order
from tsrnn.forecasters.fourier import anchor, choose_pairs, places, waves
from tsrnn.forecasters.orders import (
    Space,
    acceptable,
    difference,
    differences,
    kpss,
    search,
    seasonal_differences,
    seasonal_strength,
)
from tsrnn.frame import read
from tsrnn.panel import Array

AIR = np.log(published.AIR_PASSENGERS)


def _autoregression(coefficients: list[float], rows: int, seed: int) -> Array:
    noise, series = np.random.default_rng(seed).normal(size=rows + 100), np.zeros(rows + 100)
    for row in range(len(coefficients), len(series)):
        series[row] = noise[row] + sum(weight * series[row - lag] for lag, weight in enumerate(coefficients, start=1))
    return series[100:]


def _chosen(series: Array, frequency: str | None = None, season: int | None = None) -> SeriesModel:
    index = (
        pd.RangeIndex(len(series))
        if frequency is None
        else pd.date_range("2001-01-01", periods=len(series), freq=frequency)
    )
    fitted = ARIMAForecaster(season=season).fit(pd.Series(series, index, name="y")).learned().model
    found: SeriesModel = fitted.models["y"][0]  # type: ignore[attr-defined]
    return found


@pytest.mark.parametrize("rows", [50, 144, 500])
def test_kpss_is_that_of_statsmodels(rows: int) -> None:
    series = _autoregression([0.7], rows, seed=rows)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns where its p-value leaves its table
        expected = statsmodels_kpss(series, regression="c", nlags=int(3 * np.sqrt(rows) / 13))[0]
    assert kpss(series) == pytest.approx(expected, rel=1e-12)


def test_differences_taken() -> None:
    noise = np.random.default_rng(0).normal(size=400)
    assert differences(noise) == 0
    assert differences(noise.cumsum()) == 1
    assert differences(noise.cumsum().cumsum()) == 2
    assert differences(noise.cumsum().cumsum(), most=1) == 1
    assert differences(np.full(50, 3.0)) == 0


def test_difference_is_season_first_and_undone_by_hand() -> None:
    rows = np.array([1.0, 4.0, 9.0, 16.0, 25.0, 36.0])
    np.testing.assert_array_equal(difference(rows, 2), [2.0, 2.0, 2.0, 2.0])
    np.testing.assert_array_equal(difference(rows, 0, 1, 4), [24.0, 32.0])
    np.testing.assert_array_equal(difference(rows, 1, 1, 4), [8.0])


def test_seasonal_strength_is_high_for_passengers_and_low_for_noise() -> None:
    noise = np.random.default_rng(1).normal(size=144)
    assert seasonal_strength(AIR, 12) > 0.9
    assert seasonal_strength(noise, 12) < 0.64
    assert seasonal_differences(AIR, 12) == 1
    assert seasonal_differences(noise, 12) == 0
    assert seasonal_strength(AIR[:35], 12) == 0.0  # fewer than three seasons
    assert seasonal_strength(np.full(60, 2.0), 12) == 0.0


def test_search_walks_to_the_best_order_and_ranks_what_it_saw() -> None:
    target = Order(4, 1, 1, 0, 1, 2, 12, False)

    def distance(order: Order) -> float:
        pairs = ((order.p, target.p), (order.q, target.q), (order.P, target.P), (order.Q, target.Q))
        return float(sum(abs(got - wanted) for got, wanted in pairs) + order.constant)

    ranked = search(distance, Space(d=1, D=1, season=12, P=(0, 2), Q=(0, 2)))
    assert ranked[0] == (0.0, target)
    scores = [score for score, _ in ranked]
    assert scores == sorted(scores)
    assert len({order for _, order in ranked}) == len(ranked)


def test_search_stays_within_its_space_and_its_budget() -> None:
    seen: list[Order] = []

    def more_is_better(order: Order) -> float:
        seen.append(order)
        return -float(order.p + order.q + order.P + order.Q)

    space = Space(d=0, season=4, p=(1, 3), q=(0, 2), P=(0, 1), Q=(1, 1), constants=(True,))
    assert search(more_is_better, space)[0][1] == Order(3, 0, 2, 1, 0, 1, 4, True)
    assert all(
        1 <= order.p <= 3 and order.q <= 2 and order.P <= 1 and order.Q == 1 and order.constant for order in seen
    )
    assert len(seen) == len(set(seen))
    seen.clear()
    search(more_is_better, Space(d=0), most=7)
    assert len(seen) == 7


def test_refused_orders_are_left_out() -> None:
    ranked = search(lambda order: float("inf") if order.p else float(order.q), Space(d=1))
    assert ranked
    assert all(order.p == 0 for _, order in ranked)


def test_roots_at_the_unit_circle_and_cancelling_ones_are_refused() -> None:
    none = np.zeros(0)
    fine = Estimate(np.array([0.5]), np.array([0.4]), none, none, 0.0, none, 1.0, -100.0, 100, 3, none, True)
    assert acceptable(fine)
    assert not acceptable(replace(fine, ar=np.array([0.995])))
    assert not acceptable(replace(fine, ma=np.array([-0.995])))
    assert not acceptable(replace(fine, seasonal_ma=np.array([-0.999])))
    assert not acceptable(replace(fine, ma=np.array([-0.51])))  # (1 - 0.5 B) on both sides
    assert not acceptable(replace(fine, rows=4))  # no AICc


def test_aicc_by_hand() -> None:
    none = np.zeros(0)
    found = Estimate(none, none, none, none, 0.0, none, 1.0, -50.0, 30, 4, none, True)
    assert found.aicc == pytest.approx(100.0 + 8.0 + 2 * 4 * 5 / (30 - 4 - 1))
    assert replace(found, rows=5).aicc == float("inf")


def test_a_random_walk_is_differenced_once() -> None:
    for seed in range(3):
        assert _chosen(np.random.default_rng(seed).normal(size=300).cumsum()).order.d == 1


@pytest.mark.slow
@pytest.mark.parametrize("coefficients", [[0.6], [1.1, -0.5]], ids=["AR(1)", "AR(2)"])
def test_an_autoregression_is_found_again(coefficients: list[float]) -> None:
    models = [_chosen(_autoregression(coefficients, 800, seed)) for seed in range(5)]
    stationary = [model for model in models if model.order.d == 0]
    assert len(stationary) >= 4  # KPSS errs now and then
    for model in stationary:
        assert model.order.constant
        # Whatever the order, the first weights of its infinite autoregression are those simulated.
        ar, ma = np.append(1.0, -model.estimate.ar), np.append(1.0, model.estimate.ma)
        np.testing.assert_allclose(-_quotient(ar, ma)[1:], [*coefficients, 0.0, 0.0][:3], atol=0.15)


def _quotient(numerator: Array, denominator: Array, terms: int = 4) -> Array:
    """The first coefficients of a quotient of two lag polynomials."""
    rest, found = np.append(numerator, np.zeros(terms)), np.zeros(terms)
    for lag in range(terms):
        found[lag] = rest[lag] - sum(
            denominator[i] * found[lag - i] for i in range(1, min(lag, len(denominator) - 1) + 1)
        )
    return found


def test_the_airline_model_is_chosen_for_the_airline() -> None:
    model = _chosen(AIR, "MS")
    assert model.order == Order(0, 1, 1, 0, 1, 1, 12)
    assert str(model) == "ARIMA(0,1,1)(0,1,1)[12]"


def test_a_long_season_is_made_of_as_many_waves_as_it_has() -> None:
    rng = np.random.default_rng(5)
    angle = 2 * np.pi * np.arange(600) / 24
    model = _chosen(3 * np.sin(angle) + np.cos(2 * angle + 1) + rng.normal(scale=0.5, size=600), "h")
    assert model.pairs in (2, 3)
    assert model.order.season == 24
    assert (model.order.P, model.order.D, model.order.Q) == (0, 0, 0)
    assert f"with K={model.pairs} Fourier pairs, season 24" in str(model)


def test_pairs_are_not_added_to_noise_and_not_beyond_half_the_season() -> None:
    rows, every, none = np.arange(300), np.ones(300, np.bool_), np.zeros((300, 0))
    noises = [np.random.default_rng(seed).normal(size=300) for seed in range(10)]
    assert sum(choose_pairs(noise, none, rows, 24, counts=every, order=0) == 0 for noise in noises) >= 7
    sharp = np.where(rows % 4 == 0, 5.0, 0.0) + noises[0]
    assert choose_pairs(sharp, none, rows, 4, counts=every, order=0) == 2


def test_waves_repeat_each_season_and_lose_nothing_far_from_the_start() -> None:
    near = waves(np.arange(24), 24, 12)
    assert near.shape == (24, 23)  # the twelfth sine is zero everywhere
    np.testing.assert_array_equal(waves(np.arange(24) + 24 * 10**9, 24, 12), near)
    np.testing.assert_allclose(near.T @ near, np.diag([12.0] * 22 + [24.0]), atol=1e-9)


@pytest.mark.parametrize(
    "index",
    [
        pd.date_range("2024-03-30", periods=60, freq="h", tz="Europe/Berlin"),
        pd.date_range("2024-01-06", periods=60, freq="W-SAT"),
        pd.date_range("2024-01-31", periods=60, freq="ME"),
        pd.period_range("2024-01", periods=60, freq="M"),
        pd.RangeIndex(5, 125, 2),
    ],
    ids=["hours over a clock change", "weeks", "months", "periods", "steps"],
)
def test_places_count_steps_from_the_anchor_in_any_rows(index: pd.Index) -> None:
    series = pd.Series(np.arange(60.0), index, name="y")
    whole, later = read(series), read(series.iloc[17:])
    start = anchor(whole, 0)
    np.testing.assert_array_equal(places(whole, 0, start), np.arange(60))
    np.testing.assert_array_equal(places(later, 0, start), np.arange(17, 60))
    np.testing.assert_array_equal(places(whole, 0, anchor(later, 0)), np.arange(-17, 43))
