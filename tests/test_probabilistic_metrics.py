"""Metrics of intervals, quantiles and samples: by hand, by identities of their sources, and in closed form."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import norm

from tsrnn.errors import DataError, SettingError
from tsrnn.metrics import crps_quantiles, crps_sample, interval_score, msis, pinball, weighted_quantile_loss


def test_the_interval_score_is_that_of_its_two_quantiles() -> None:
    """Gneiting and Raftery (2007, section 6.2): 2 / alpha times the sum of the pinball losses of both ends."""
    actual, low, high = np.random.default_rng(2).normal(size=(3, 50))
    for level in (50, 80, 95):
        alpha = 1 - level / 100
        losses = pinball(actual, low, alpha / 2) + pinball(actual, high, 1 - alpha / 2)
        assert interval_score(actual, low, high, level) == pytest.approx(2 / alpha * losses)


def test_intervals_by_hand() -> None:
    actual, low, high = [1.0, 5.0, 12.0], [2.0, 2.0, 2.0], [8.0, 8.0, 8.0]
    assert interval_score(actual, low, high, 90) == pytest.approx(6 + 20 * (1 + 0 + 4) / 3)
    assert msis(actual, low, high, [1, 4, 2, 8], 2) == pytest.approx((6 + 40 * (1 + 0 + 4) / 3) / 2.5)
    assert interval_score([1.0, math.nan], [2.0, 0.0], [8.0, 1.0], 90) == 26.0
    assert math.isnan(interval_score([1.0, 2.0], [0.0, math.nan], [3.0, 4.0], 90))


def test_the_interval_score_is_least_at_the_true_interval() -> None:
    sample = np.random.default_rng(3).normal(size=4001)
    reach = np.linspace(0.5, 3.0, 251)
    scores = [interval_score(sample, np.full(4001, -half), np.full(4001, half), 80) for half in reach]
    assert reach[int(np.argmin(scores))] == pytest.approx(norm.ppf(0.9), abs=0.06)


@pytest.mark.parametrize("level", [0, 100, -5, 120, math.nan])
def test_a_level_is_in_per_cent(level: float) -> None:
    with pytest.raises(SettingError, match="level is in per cent, above 0 and below 100; got"):
        interval_score([1], [0], [2], level)


GRID = np.arange(1, 1000) / 1000
NORMAL_CRPS = {0.0: 0.23369497725510914, 1.0: 0.6024413637}  # of N(0, 1): y (2 F(y) - 1) + 2 f(y) - 1 / sqrt(pi)


@pytest.mark.parametrize(("actual", "crps"), NORMAL_CRPS.items())
def test_crps_nears_that_of_the_distribution(actual: float, crps: float) -> None:
    closed = actual * (2 * norm.cdf(actual) - 1) + 2 * norm.pdf(actual) - 1 / math.sqrt(math.pi)
    assert closed == pytest.approx(crps)
    assert crps_quantiles([actual], [norm.ppf(GRID)], GRID) == pytest.approx(crps, abs=2e-3)
    assert crps_sample([actual], [norm.ppf(GRID)]) == pytest.approx(crps, abs=3e-3)


def test_the_fair_crps_of_three_draws_is_right_on_average_and_the_other_is_too_high() -> None:
    draws = np.random.default_rng(4).normal(size=(40000, 3))
    assert crps_sample(np.zeros(40000), draws) == pytest.approx(NORMAL_CRPS[0.0], abs=0.01)
    spread = 1 / math.sqrt(math.pi)  # half of E|X - X'|; a third of the pairs of three draws are draws with themselves
    expected = NORMAL_CRPS[0.0] + spread / 3
    assert crps_sample(np.zeros(40000), draws, fair=False) == pytest.approx(expected, abs=0.01)


def test_crps_of_a_sample_by_every_pair() -> None:
    random = np.random.default_rng(5)
    actual, draws = random.normal(size=(2, 4)), random.normal(size=(2, 4, 6))
    distance = np.abs(draws - actual[..., None]).mean(axis=-1)
    pairs = np.abs(draws[..., :, None] - draws[..., None, :]).sum(axis=(-1, -2))
    assert crps_sample(actual, draws, fair=False) == pytest.approx((distance - pairs / 36 / 2).mean())
    assert crps_sample(actual, draws) == pytest.approx((distance - pairs / 30 / 2).mean())


def test_crps_of_one_point_is_its_absolute_error() -> None:
    assert crps_sample([3.0], [[5.0]], fair=False) == 2.0
    assert crps_sample([3.0], [[5.0, 5.0]]) == 2.0
    assert crps_quantiles([3.0], [[5.0]], [0.5]) == 2.0
    assert crps_quantiles([3.0], [[5.0] * 9], np.arange(1, 10) / 10) == pytest.approx(2.0)


def test_weighted_quantile_loss_as_gluonts_defines_it() -> None:
    """Of each quantile 2 sum |(f - y) ((y <= f) - q)| / sum |y|, then the mean."""
    random, grid = np.random.default_rng(6), np.arange(1, 10) / 10
    actual, forecasts = random.normal(size=(5, 3)), random.normal(size=(5, 3, 9))
    gap = forecasts - actual[..., None]
    losses = 2 * np.abs(gap * ((gap >= 0) - grid)).sum(axis=(0, 1)) / np.abs(actual).sum()
    assert weighted_quantile_loss(actual, forecasts, grid) == pytest.approx(losses.mean())
    assert crps_quantiles(actual, forecasts, grid) == pytest.approx(losses.mean() * np.abs(actual).mean())


def test_distributions_leave_out_missing_actual_values_and_no_missing_forecast() -> None:
    forecasts, grid = np.array([[1.0, 2.0, 4.0], [5.0, 6.0, 7.0]]), [0.25, 0.5, 0.75]
    holes = forecasts.copy()
    holes[1, 0] = np.nan
    for metric in (
        lambda actual, values: crps_quantiles(actual, values, grid),
        lambda actual, values: weighted_quantile_loss(actual, values, grid),
        crps_sample,
    ):
        assert metric([2.0, math.nan], forecasts) == metric([2.0], forecasts[:1])
        assert metric([2.0, math.nan], holes) == metric([2.0], forecasts[:1])
        assert math.isnan(metric([2.0, 3.0], holes))
        assert math.isnan(metric([math.nan, math.nan], forecasts))
    assert math.isnan(weighted_quantile_loss([0.0, 0.0], forecasts, grid))


def test_distributions_of_the_wrong_form_are_named() -> None:
    with pytest.raises(DataError, match=r"forecasts \(2,\) have one value for each of the actual values \(2,\)"):
        crps_quantiles([1.0, 2.0], [1.0, 2.0], [0.5])
    for grid in ([0.1, 0.2, 0.3], [0.1, 0.2, 0.9], [0.9, 0.5, 0.1], [0.1, 0.3, 0.7, 0.9]):
        with pytest.raises(SettingError, match="even steps around"):
            crps_quantiles([1.0], [[1.0] * len(grid)], grid)
    for grid in ([0.0, 1.0], [10.0, 90.0]):
        with pytest.raises(SettingError, match="quantiles must lie between 0 and 1, got"):
            weighted_quantile_loss([1.0], [[1.0, 2.0]], grid)
    with pytest.raises(DataError, match=r"at least two draws for each actual value \(1,\), last; got \(1, 1\)"):
        crps_sample([1.0], [[1.0]])
    with pytest.raises(DataError, match="at least one draw"):
        crps_sample([1.0, 2.0], [[1.0, 2.0]], fair=False)
