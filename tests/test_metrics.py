"""Metrics: against hand calculation, scikit-learn and the definitions that their sources print."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import (
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_pinball_loss,
    root_mean_squared_error,
)

from tsrnn.errors import DataError, SettingError
from tsrnn.metrics import (
    bias,
    coverage,
    mae,
    mape,
    mase,
    naive_scale,
    owa,
    percentage_errors,
    pinball,
    rmse,
    rmsse,
    smape,
    width,
)

ACTUAL, FORECAST = [3.0, -0.5, 2.0, 7.0], [2.5, 0.0, 2.0, 8.0]
TWO = [mae, rmse, bias, mape, smape, lambda a, f: pinball(a, f, 0.3), lambda a, f: mase(a, f, [1, 2, 4], 1)]
TWO_NAMES = ["mae", "rmse", "bias", "mape", "smape", "pinball", "mase"]
Metric = Callable[[list[float], list[float]], float]

numbers = st.floats(-1e6, 1e6)
pairs = st.lists(st.tuples(numbers, numbers), min_size=1, max_size=30)


def test_by_hand() -> None:
    assert mae(ACTUAL, FORECAST) == 0.5
    assert rmse(ACTUAL, FORECAST) == math.sqrt(1.5 / 4)
    assert bias(ACTUAL, FORECAST) == 0.25
    assert mape(ACTUAL, FORECAST) == pytest.approx((50 / 3 + 100.0 + 0.0 + 100 / 7) / 4)
    assert smape(ACTUAL, FORECAST) == pytest.approx((200 * 0.5 / 5.5 + 200.0 + 0.0 + 200 / 15) / 4)
    assert naive_scale([1, 4, 2, 8], 1) == (3 + 2 + 6) / 3
    assert naive_scale([1, 4, 2, 8], 1, 2) == (9 + 4 + 36) / 3
    assert naive_scale([1, 4, 2, 8], 2) == (1 + 4) / 2
    assert mase([5, 6], [5, 8], [1, 4, 2, 8], 2) == 1.0 / 2.5
    assert rmsse([5, 6], [5, 8], [1, 4, 2, 8], 2) == pytest.approx(math.sqrt(2.0) / math.sqrt(8.5))
    assert coverage([1, 2, 3, 4], [1, 0, 4, 0], [9, 2, 9, 3]) == 0.5
    assert width([1, 0], [9, 2]) == 5.0
    assert pinball([10, 10], [8, 12], 0.9) == pytest.approx((0.9 * 2 + 0.1 * 2) / 2)


@given(pairs, st.floats(0.01, 0.99))
def test_as_scikit_learn_says(values: list[tuple[float, float]], quantile: float) -> None:
    actual, forecast = map(list, zip(*values, strict=True))
    assert mae(actual, forecast) == pytest.approx(mean_absolute_error(actual, forecast))
    assert rmse(actual, forecast) == pytest.approx(root_mean_squared_error(actual, forecast))
    if min(map(abs, actual)) > 1e-6:
        assert mape(actual, forecast) == pytest.approx(100 * mean_absolute_percentage_error(actual, forecast))
    loss = mean_pinball_loss(actual, forecast, alpha=quantile)
    assert pinball(actual, forecast, quantile) == pytest.approx(loss, abs=1e-9)


@given(pairs)
def test_smape_is_the_one_of_the_m4_competition(values: list[tuple[float, float]]) -> None:
    """M4's own code: mean(200 * abs(forecast - actual) / (abs(actual) + abs(forecast))), 0 where both are 0."""
    terms = [200 * abs(f - a) / (abs(a) + abs(f)) if abs(a) + abs(f) else 0.0 for a, f in values]
    actual, forecast = map(list, zip(*values, strict=True))
    assert percentage_errors(actual, forecast).tolist() == pytest.approx(terms)
    assert smape(actual, forecast) == pytest.approx(sum(terms) / len(terms))
    assert 0.0 <= smape(actual, forecast) <= 200.0 + 1e-9
    assert smape(actual, forecast) == pytest.approx(smape(forecast, actual))


def test_mase_of_the_seasonal_naive_forecast_of_its_own_sample_is_one() -> None:
    sample = np.random.default_rng(0).normal(size=60).cumsum()
    assert mase(sample[12:], sample[:-12], sample, 12) == pytest.approx(1.0)
    assert rmsse(sample[12:], sample[:-12], sample, 12) == pytest.approx(1.0)


@given(pairs, st.floats(0.1, 1e3), st.lists(numbers, min_size=3, max_size=20).filter(lambda past: np.ptp(past) > 1.0))
def test_scaled_errors_do_not_depend_on_the_unit(
    values: list[tuple[float, float]], unit: float, past: list[float]
) -> None:
    actual, forecast, train = (np.array(part) for part in (*zip(*values, strict=True), past))
    for metric in (mase, rmsse):
        scaled = metric(actual * unit, forecast * unit, train * unit, 1)
        assert scaled == pytest.approx(metric(actual, forecast, train, 1), rel=1e-6)
    assert mae(actual * unit, forecast * unit) == pytest.approx(unit * mae(actual, forecast))


@given(pairs)
def test_the_pinball_loss_of_the_median_is_half_the_absolute_error(values: list[tuple[float, float]]) -> None:
    actual, forecast = map(list, zip(*values, strict=True))
    assert pinball(actual, forecast, 0.5) == pytest.approx(mae(actual, forecast) / 2)


def test_the_pinball_loss_is_least_at_the_quantile() -> None:
    sample = np.random.default_rng(1).normal(size=2001)
    grid = np.linspace(-2, 2, 401)
    losses = [pinball(sample, np.full(2001, guess), 0.8) for guess in grid]
    assert grid[int(np.argmin(losses))] == pytest.approx(np.quantile(sample, 0.8), abs=0.02)


@pytest.mark.parametrize("metric", TWO, ids=TWO_NAMES)
def test_a_missing_actual_value_is_left_out(metric: Metric) -> None:
    assert metric([3.0, math.nan, 7.0], [2.0, 5.0, 9.0]) == metric([3.0, 7.0], [2.0, 9.0])
    assert math.isnan(metric([math.nan], [1.0]))


@pytest.mark.parametrize("metric", TWO, ids=TWO_NAMES)
def test_a_missing_forecast_is_not_left_out(metric: Metric) -> None:
    assert math.isnan(metric([3.0, 7.0], [math.nan, 7.0]))
    assert metric([math.nan, 7.0], [math.nan, 7.0]) == metric([7.0], [7.0])


@pytest.mark.parametrize("metric", TWO, ids=TWO_NAMES)
def test_arrays_of_different_shapes_are_not_stretched(metric: Callable[[object, object], float]) -> None:
    for forecast in ([1.0], 1.0, [[1.0], [2.0]], []):
        with pytest.raises(DataError, match=r"arrays of one shape, got \(2,\) and"):
            metric([1.0, 2.0], forecast)


def test_a_row_without_an_interval_counts_neither_way() -> None:
    assert coverage([1, 2, 3], [0, math.nan, 0], [2, 9, math.nan]) == 1.0
    assert coverage([1, math.nan], [2, 0], [3, 9]) == 0.0
    assert width([0, math.nan, 1], [2, 9, math.nan]) == 2.0


def test_both_ends_of_an_interval_cover() -> None:
    assert coverage([1, 2], [1, 0], [5, 2]) == 1.0


def test_the_scale_is_unknown_where_nothing_changes_or_no_pair_is_seen() -> None:
    for train, season in (([2, 2, 2], 1), ([1, 2], 2), ([], 1), ([1, math.nan, 2, math.nan], 1)):
        assert math.isnan(naive_scale(train, season))
    assert naive_scale([1, math.nan, 2, 5], 1) == 3.0
    assert math.isnan(mase([1], [2], [2, 2, 2], 1))


@pytest.mark.parametrize("season", [0, -1, 1.5, True])
def test_a_season_is_a_whole_number_of_rows(season: int) -> None:
    with pytest.raises(SettingError, match="season must be a whole number of at least 1"):
        naive_scale([1, 2, 3], season)


@pytest.mark.parametrize("quantile", [0.0, 1.0, 90, -0.1, math.nan])
def test_a_quantile_lies_between_0_and_1(quantile: float) -> None:
    with pytest.raises(SettingError, match="quantile must lie between 0 and 1, got"):
        pinball([1], [1], quantile)


def test_a_metric_leaves_its_arguments_alone() -> None:
    actual, forecast = np.array([1.0, math.nan]), np.array([2.0, 3.0])
    for metric in (mae, rmse, bias, smape):
        metric(actual, forecast)
    assert np.array_equal(actual, [1.0, math.nan], equal_nan=True)
    assert forecast.tolist() == [2.0, 3.0]


def test_a_percentage_of_nothing_is_infinite_and_no_error_on_nothing_is_none() -> None:
    assert mape([0.0, 2.0], [1.0, 1.0]) == math.inf
    assert mape([0.0, 2.0], [0.0, 1.0]) == 25.0


@pytest.mark.parametrize("size", [1e-200, 1e-160, 1e150, 1e160, 1e300])
def test_squares_do_not_leave_the_range_of_numbers(size: float) -> None:
    actual, forecast, train = np.zeros(2), np.array([1.0, 7.0]), np.array([1.0, 2.0, 3.0, 4.0])
    assert rmse(actual, forecast * size) == pytest.approx(5.0 * size, rel=1e-12)
    assert rmsse(actual, forecast * size, train * size, 1) == pytest.approx(5.0, rel=1e-12)
    assert rmsse(actual, forecast * size, train, 1) == pytest.approx(5.0 * size, rel=1e-12)


def test_an_infinite_error_is_an_infinite_rmse() -> None:
    assert rmse([1.0, 2.0], [math.inf, 2.0]) == math.inf
    assert rmse([1.0, 2.0], [1.0, 2.0]) == 0.0


def test_a_scale_that_is_no_finite_number_is_unknown() -> None:
    assert math.isnan(naive_scale([1e200, -1e200], 1, 2))
    assert naive_scale([1e200, -1e200], 1) == 2e200


def test_owa_of_naive2_is_one_and_others_as_m4_published_them() -> None:
    hourly = {"naive2_smape": 18.383, "naive2_mase": 2.395}
    assert owa(18.383, 2.395, **hourly) == 1.0
    assert owa(43.003, 11.608, **hourly) == pytest.approx(3.59302247458593)
    assert owa(13.912, 1.193, **hourly) == pytest.approx(0.627453623361059)
    assert owa(9.328, 0.893, **hourly) == pytest.approx(0.440, abs=5e-4)
