"""Metrics: pure functions of arrays, the actual values first; a missing actual value is left out of every mean."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from tsrnn.panel import Array


def _array(values: ArrayLike) -> Array:
    return np.asarray(values, np.float64)


def _mean(values: Array) -> float:
    """The mean of what is not NaN; NaN of nothing."""
    seen = values[~np.isnan(values)]
    return float(seen.mean()) if seen.size else float("nan")


def mae(actual: ArrayLike, forecast: ArrayLike) -> float:
    """Mean absolute error, in the unit of the data.

    >>> mae([1, 2, 3], [1, 1, 5])
    1.0
    """
    return _mean(np.abs(_array(actual) - _array(forecast)))


def rmse(actual: ArrayLike, forecast: ArrayLike) -> float:
    """Root mean squared error, in the unit of the data.

    >>> rmse([0, 0], [1, 7])
    5.0
    """
    return float(np.sqrt(_mean((_array(actual) - _array(forecast)) ** 2)))


def bias(actual: ArrayLike, forecast: ArrayLike) -> float:
    """Mean of forecast less actual, in the unit of the data: above 0 the forecasts are too high.

    >>> bias([1, 2], [2, 2])
    0.5
    """
    return _mean(_array(forecast) - _array(actual))


def smape(actual: ArrayLike, forecast: ArrayLike) -> float:
    """Symmetric mean absolute percentage error, 0 to 200 per cent, as in the M4 competition (Makridakis et al., 2020).

    Where actual and forecast are both 0 the error is 0.

    >>> smape([100, 0], [50, 0])
    33.333...
    """
    return _mean(percentage_errors(actual, forecast))


def percentage_errors(actual: ArrayLike, forecast: ArrayLike) -> Array:
    """The terms of `smape`: 200 |y - f| / (|y| + |f|)."""
    true, guess = _array(actual), _array(forecast)
    size = np.abs(true) + np.abs(guess)
    return 200.0 * np.abs(true - guess) / np.where(size == 0, 1.0, size)


def naive_scale(train: ArrayLike, season: int, power: int = 1) -> float:
    """The mean of |y_t - y_{t-season}| ** power in sample, over observed pairs: what MASE and RMSSE divide by.

    NaN where the training rows hold no pair or never change.
    """
    past = _array(train)
    scale = _mean(np.abs(past[season:] - past[:-season]) ** power) if len(past) > season else float("nan")
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
    """Share of actual values inside the interval, ends included, 0 to 1.

    >>> coverage([1, 2, 3], [0, 0, 0], [1, 1, 1])
    0.3333333333333333
    """
    true = _array(actual)
    inside = (true >= _array(low)) & (true <= _array(high))
    return _mean(np.where(np.isnan(true) | np.isnan(_array(low)), np.nan, inside))


def width(low: ArrayLike, high: ArrayLike) -> float:
    """Mean width of an interval, in the unit of the data.

    >>> width([0, 0], [1, 3])
    2.0
    """
    return _mean(_array(high) - _array(low))


def pinball(actual: ArrayLike, forecast: ArrayLike, quantile: float) -> float:
    """Pinball loss of a forecast quantile in (0, 1) (Koenker and Bassett, 1978); at 0.5 half the absolute error.

    >>> pinball([10], [8], 0.9)
    1.8
    """
    short = _array(actual) - _array(forecast)
    return _mean(np.maximum(quantile * short, (quantile - 1.0) * short))
