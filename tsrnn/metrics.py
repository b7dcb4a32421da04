"""Metrics: pure functions of arrays, the actual values first; a missing actual value is left out of every mean.

A missing forecast is not: it makes the metric NaN, so that a model cannot gain by saying nothing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from tsrnn.errors import DataError, SettingError, whole_number
from tsrnn.panel import Array, Flags


def _array(values: ArrayLike) -> Array:
    return np.asarray(values, np.float64)


def _like(actual: ArrayLike, *others: ArrayLike) -> list[Array]:
    """The arguments as float64 arrays of one shape; DataError where the shapes differ (NumPy would stretch them)."""
    arrays = [_array(values) for values in (actual, *others)]
    if len({array.shape for array in arrays}) > 1:
        shapes = " and ".join(str(array.shape) for array in arrays)
        raise DataError(f"a metric compares arrays of one shape, got {shapes}; give a forecast for every actual value")
    return arrays


def _mean(values: Array, known: Flags) -> float:
    """The mean over the known places, NaN of none; a NaN that stands in one is no reason to leave it out."""
    return float(values[known].mean()) if known.any() else float("nan")


def mae(actual: ArrayLike, forecast: ArrayLike) -> float:
    """Mean absolute error, in the unit of the data.

    >>> mae([1, 2, 3], [1, 1, 5])
    1.0
    """
    true, guess = _like(actual, forecast)
    return _mean(np.abs(true - guess), ~np.isnan(true))


def rmse(actual: ArrayLike, forecast: ArrayLike) -> float:
    """Root mean squared error, in the unit of the data.

    >>> rmse([0, 0], [1, 7])
    5.0
    """
    true, guess = _like(actual, forecast)
    return float(np.sqrt(_mean((true - guess) ** 2, ~np.isnan(true))))


def bias(actual: ArrayLike, forecast: ArrayLike) -> float:
    """Mean of forecast less actual, in the unit of the data: above 0 the forecasts are too high.

    >>> bias([1, 2], [2, 2])
    0.5
    """
    true, guess = _like(actual, forecast)
    return _mean(guess - true, ~np.isnan(true))


def smape(actual: ArrayLike, forecast: ArrayLike) -> float:
    """Symmetric mean absolute percentage error, 0 to 200 per cent, as in the M4 competition (Makridakis et al., 2020).

    Where actual and forecast are both 0 the error is 0.

    >>> smape([100, 0], [50, 0])
    33.333...
    """
    return _mean(percentage_errors(actual, forecast), ~np.isnan(_array(actual)))


def percentage_errors(actual: ArrayLike, forecast: ArrayLike) -> Array:
    """The terms of `smape`: 200 |y - f| / (|y| + |f|)."""
    true, guess = _like(actual, forecast)
    size = np.abs(true) + np.abs(guess)
    return 200.0 * np.abs(true - guess) / np.where(size == 0, 1.0, size)


def naive_scale(train: ArrayLike, season: int, power: int = 1) -> float:
    """The mean of |y_t - y_{t-season}| ** power in sample, over observed pairs: what MASE and RMSSE divide by.

    NaN where the training rows hold no pair or never change.
    """
    past = _array(train)
    whole_number("season", season, 1)
    changes = np.abs(past[season:] - past[:-season]) ** power
    scale = _mean(changes, ~np.isnan(changes))
    return scale if scale > 0 else float("nan")


def mase(actual: ArrayLike, forecast: ArrayLike, train: ArrayLike, season: int) -> float:
    """Mean absolute scaled error (Hyndman and Koehler, 2006): below 1 beats the seasonal naive forecast in sample.

    >>> mase([5, 6], [5, 8], train=[1, 2, 3, 4], season=1)
    1.0
    """
    return mae(actual, forecast) / naive_scale(train, season)


def rmsse(actual: ArrayLike, forecast: ArrayLike, train: ArrayLike, season: int) -> float:
    """Root mean squared scaled error (Hyndman and Koehler, 2006; used in M5).

    >>> rmsse([0, 0], [1, 7], train=[1, 2, 3, 4], season=1)
    5.0
    """
    return rmse(actual, forecast) / float(np.sqrt(naive_scale(train, season, 2)))


def coverage(actual: ArrayLike, low: ArrayLike, high: ArrayLike) -> float:
    """Share of actual values inside the interval, ends included, 0 to 1; a row without an interval is left out.

    >>> coverage([1, 2, 3], [0, 0, 0], [1, 1, 1])
    0.3333333333333333
    """
    true, bottom, top = _like(actual, low, high)
    inside = (true >= bottom) & (true <= top)
    return _mean(inside.astype(np.float64), ~np.isnan(true + bottom + top))


def width(low: ArrayLike, high: ArrayLike) -> float:
    """Mean width of an interval, in the unit of the data.

    >>> width([0, 0], [1, 3])
    2.0
    """
    bottom, top = _like(low, high)
    return _mean(top - bottom, ~np.isnan(top - bottom))


def pinball(actual: ArrayLike, forecast: ArrayLike, quantile: float) -> float:
    """Pinball loss of a forecast quantile in (0, 1) (Koenker and Bassett, 1978); at 0.5 half the absolute error.

    >>> pinball([10], [8], 0.9)
    1.8
    """
    if not 0 < quantile < 1:
        raise SettingError(f"quantile must lie between 0 and 1, got {quantile!r}")
    true, guess = _like(actual, forecast)
    return _mean(np.maximum(quantile * (true - guess), (quantile - 1.0) * (true - guess)), ~np.isnan(true))
