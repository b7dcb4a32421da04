"""The exact likelihood of ARIMA against what statsmodels computes, with gaps and without."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.tsa.statespace.sarimax import SARIMAX

from tsrnn.forecasters import kalman
from tsrnn.forecasters.arima_fit import fill, fit
from tsrnn.forecasters.arma import Order, guesses, inverse_roots, polynomials, resized, split
from tsrnn.panel import Array

MEAN = {"constant": True}


def _statsmodels(series: Array, order: Order, regressors: Array | None = None) -> SARIMAX:
    return SARIMAX(
        series,
        exog=regressors,
        order=(order.p, order.d, order.q),
        seasonal_order=(order.P, order.D, order.Q, order.season if order.P + order.D + order.Q else 0),
        trend="c" if order.constant else "n",
        use_exact_diffuse=True,
    )


def _simulated(rows: int, seed: int = 0) -> Array:
    """An ARIMA(1,1,1) of deviation near one."""
    noise = np.random.default_rng(seed).normal(size=rows + 1)
    steps = np.zeros(rows)
    for row in range(1, rows):
        steps[row] = 0.6 * steps[row - 1] + noise[row] + 0.4 * noise[row - 1]
    return np.asarray(steps.cumsum() / steps.cumsum().std(), np.float64)


@pytest.mark.parametrize("gaps", [[], [5, 40, 41, 90]], ids=["whole", "gaps"])
@pytest.mark.parametrize("order", [Order(2, 0, 1, **MEAN), Order(1, 1, 1, **MEAN), Order(1, 0, 1, 1, 1, 1, 4)], ids=str)
def test_the_likelihood_is_the_largest_that_statsmodels_computes(order: Order, gaps: list[int]) -> None:
    series = _simulated(150)
    series[gaps] = np.nan
    found = fit(series, np.zeros((150, 0)), order)
    ar, _ = polynomials(found.ar, found.ma, found.seasonal_ar, found.seasonal_ma, order.season)
    intercept = [found.constant * (1.0 - ar.sum())] if order.constant else []
    coefficients = [*found.ar, *found.ma, *found.seasonal_ar, *found.seasonal_ma]
    model = _statsmodels(series, order)
    at = np.array([*intercept, *coefficients, found.sigma2])
    there = model.loglike(at)
    # Both start exactly diffuse; rows that settle the level add a constant that ours leaves out.
    diffuse = found.loglik - there
    for step in (0.01, -0.01):
        for place in range(len(at)):
            nearby = at.copy()
            nearby[place] *= 1.0 + step
            assert model.loglike(nearby) < there
    refitted = model.fit(start_params=at, disp=0, maxiter=200)
    assert refitted.llf - there < 1e-4
    plain = fit(series, np.zeros((150, 0)), Order(0, order.d, 0, 0, order.D, 0, order.season))
    none = _statsmodels(series, Order(0, order.d, 0, 0, order.D, 0, order.season))
    assert plain.loglik - none.loglike(np.array([plain.sigma2])) == pytest.approx(diffuse, abs=1e-6)


def test_gaps_with_regressors_reach_the_joint_maximum() -> None:
    wave = np.column_stack([np.sin(np.arange(200) / 3.0), np.random.default_rng(1).normal(size=200)])
    series = _simulated(200) + wave @ np.array([0.5, -0.2])
    series[[7, 60, 61, 62, 150]] = np.nan
    order = Order(1, 1, 1)
    found = fit(series, wave, order)
    model = _statsmodels(series, order, wave)
    at = np.array([*found.regression, *found.ar, *found.ma, found.sigma2])
    best = model.fit(start_params=at, disp=0, maxiter=500, method="nm")
    assert best.llf - model.loglike(at) < 1e-3
    np.testing.assert_allclose(found.regression, best.params[:2], atol=1e-3)
    assert found.parameters == 5


@pytest.mark.parametrize("order", [Order(2, 0, 1, **MEAN), Order(1, 1, 1, **MEAN), Order(0, 1, 1, 0, 1, 1, 4)], ids=str)
def test_forecasts_are_those_of_statsmodels(order: Order) -> None:
    series = _simulated(80)
    series[[20, 21, 79]] = np.nan
    theta = np.linspace(-0.4, 0.5, order.terms)
    parts = split(theta, order)
    ar, ma = polynomials(*parts, order.season)
    found = kalman.ahead(series, ar, ma, order, 0.1 if order.constant else 0.0, 12)
    assert found is not None
    intercept = [0.1 * (1.0 - ar.sum())] if order.constant else []
    model = _statsmodels(series, order)
    result = model.smooth(np.concatenate((intercept, *(parts[i] for i in (0, 1, 2, 3)), [1.0])))
    expected = result.get_forecast(12)
    np.testing.assert_allclose(found[0], expected.predicted_mean, rtol=1e-9)
    np.testing.assert_allclose(found[1], expected.var_pred_mean, rtol=1e-9)


def test_a_history_that_does_not_settle_the_level_has_no_forecast() -> None:
    short = np.array([1.0, np.nan, 2.0, 3.0])
    assert kalman.ahead(short, np.zeros(0), np.zeros(0), Order(0, 0, 0, 0, 1, 0, 4), 0.0, 3) is None


def test_any_free_numbers_are_stationary_and_invertible() -> None:
    order = Order(5, 0, 5, 2, 0, 2, 7)
    for seed in range(50):
        theta = np.random.default_rng(seed).normal(scale=3.0, size=order.terms)
        ar, ma, seasonal_ar, seasonal_ma = split(theta, order)
        for coefficients in (-ar, ma, -seasonal_ar, seasonal_ma):
            assert np.abs(inverse_roots(coefficients)).max() < 1.0


def test_seasonal_factors_are_multiplied_in() -> None:
    # (1 - 0.5 B)(1 - 0.2 B^4) = 1 - 0.5 B - 0.2 B^4 + 0.1 B^5, and (1 + 0.3 B)(1 + 0.4 B^4) likewise.
    ar, ma = polynomials(np.array([0.5]), np.array([0.3]), np.array([0.2]), np.array([0.4]), 4)
    np.testing.assert_allclose(ar, [0.5, 0.0, 0.0, 0.2, -0.1])
    np.testing.assert_allclose(ma, [0.3, 0.0, 0.0, 0.4, 0.12])


def test_terms_added_to_free_numbers_leave_the_polynomials_alone() -> None:
    small, large = Order(1, 0, 2, 1, 0, 0, 4), Order(3, 0, 2, 1, 0, 1, 4)
    theta = np.array([0.7, -0.3, 0.9, 0.2])
    for before, after in zip(split(theta, small), split(resized(theta, small, large), large), strict=True):
        np.testing.assert_allclose(after[: len(before)], before)
        np.testing.assert_array_equal(after[len(before) :], 0.0)


def test_the_first_guess_of_an_autoregression_is_near_its_coefficients() -> None:
    noise, series = np.random.default_rng(3).normal(size=2000), np.zeros(2000)
    for row in range(2, 2000):
        series[row] = 1.2 * series[row - 1] - 0.5 * series[row - 2] + noise[row]
    order = Order(2, 0, 0)
    np.testing.assert_allclose(split(guesses(series, order)[0], order)[0], [1.2, -0.5], atol=0.05)


def test_gaps_are_filled_by_lines_around_the_season() -> None:
    course = np.tile([0.0, 5.0, -3.0, 1.0], 10) + np.arange(40.0)
    holes = course.copy()
    holes[[9, 10, 11, 12, 25]] = np.nan
    np.testing.assert_allclose(fill(holes, 4), course, atol=0.5)
    np.testing.assert_array_equal(fill(holes, 4)[~np.isnan(holes)], course[~np.isnan(holes)])


def test_text_says_the_order_and_its_constant() -> None:
    assert str(Order(2, 1, 1)) == "ARIMA(2,1,1)"
    assert str(Order(1, 0, 0, constant=True)) == "ARIMA(1,0,0) with mean"
    assert str(Order(0, 1, 1, 0, 0, 2, 12, constant=True)) == "ARIMA(0,1,1)(0,0,2)[12] with drift"
