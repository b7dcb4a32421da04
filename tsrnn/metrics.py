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


def _root_mean_square(values: Array, known: Flags) -> float:
    """The root of the mean square over the known places; a power of two keeps the squares of any number in range."""
    kept = np.abs(values[known])
    exponent = int(np.frexp(kept.max(initial=0.0))[1])
    squares = np.ldexp(kept, -exponent) ** 2
    return float(np.ldexp(np.sqrt(squares.mean()), exponent)) if kept.size else float("nan")


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
    return _root_mean_square(true - guess, ~np.isnan(true))


def bias(actual: ArrayLike, forecast: ArrayLike) -> float:
    """Mean of forecast less actual, in the unit of the data: above 0 the forecasts are too high.

    >>> bias([1, 2], [2, 2])
    0.5
    """
    true, guess = _like(actual, forecast)
    return _mean(guess - true, ~np.isnan(true))


def mape(actual: ArrayLike, forecast: ArrayLike) -> float:
    """Mean absolute percentage error, in per cent: 100 |y - f| / |y| (Hyndman and Koehler, 2006, section 2.2).

    Infinite where an actual value is 0 and its forecast is not; where both are 0 the error is 0. Too low a forecast
    costs at most 100 per cent and too high a one has no limit, so MAPE favours models that forecast too little.

    >>> mape([100, 200, 0], [50, 300, 0])
    33.333...
    """
    true, guess = _like(actual, forecast)
    size, error = np.abs(true), np.abs(true - guess)
    terms = 100.0 * error / np.where(size == 0, 1.0, size)
    return _mean(np.where((size == 0) & (error > 0), np.inf, terms), ~np.isnan(true))


def smape(actual: ArrayLike, forecast: ArrayLike) -> float:
    """Symmetric mean absolute percentage error, 0 to 200 per cent, as in the M4 competition (Makridakis et al., 2020).

    Where actual and forecast are both 0 the error is 0.

    >>> smape([100, 0], [50, 0])
    33.333...
    """
    return _mean(percentage_errors(actual, forecast), ~np.isnan(_array(actual)))


def percentage_errors(actual: ArrayLike, forecast: ArrayLike) -> Array:
    """The terms of `smape`: 200 |y - f| / (|y| + |f|), 200 for an infinite forecast."""
    true, guess = _like(actual, forecast)
    size, error = np.abs(true) + np.abs(guess), np.abs(true - guess)
    endless = np.isinf(size)
    return np.where(endless, 200.0, 200.0 * error / np.where(endless | (size == 0), 1.0, size))


def _naive_errors(train: ArrayLike, season: int) -> Array:
    """|y_t - y_{t-season}| in sample."""
    past = _array(train)
    whole_number("season", season, 1)
    return np.abs(past[season:] - past[:-season])


def naive_scale(train: ArrayLike, season: int, power: int = 1) -> float:
    """The mean of |y_t - y_{t-season}| ** power in sample, over observed pairs: what MASE and RMSSE divide by.

    NaN where the training rows hold no pair or never change, and where the power is no finite number.
    """
    errors = _naive_errors(train, season)
    with np.errstate(over="ignore"):
        scale = _mean(errors**power, ~np.isnan(errors))
    return scale if 0 < scale < np.inf else float("nan")


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
    errors = _naive_errors(train, season)
    scale = _root_mean_square(errors, ~np.isnan(errors))
    return rmse(actual, forecast) / (scale if scale > 0 else float("nan"))


def owa(smape: float, mase: float, naive2_smape: float, naive2_mase: float) -> float:
    """Overall weighted average of M4 (Makridakis et al., 2020): the mean of sMAPE and MASE over those of Naive2.

    The four numbers are means over all series; `tsrnn.naive2` has the forecast that they are compared with.

    >>> round(owa(13.912, 1.193, naive2_smape=18.383, naive2_mase=2.395), 3)  # seasonal naive, the hourly series of M4
    0.627
    """
    return (smape / naive2_smape + mase / naive2_mase) / 2.0


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


def share_outside(level: float) -> float:
    """The share of values that an interval of `level` per cent may miss.

    >>> share_outside(95)
    0.05
    """
    if not 0 < level < 100:
        raise SettingError(f"level is in per cent, above 0 and below 100; got {level!r}")
    return (100.0 - level) / 100.0


def interval_score(actual: ArrayLike, low: ArrayLike, high: ArrayLike, level: float) -> float:
    """Interval score of Winkler (1972; Gneiting and Raftery, 2007, section 6.2), in the unit of the data.

    The mean width, and 2 / (1 - level / 100) times how far the actual value lies outside; least for the true central
    interval of that `level` in per cent. A missing end makes it NaN.

    >>> interval_score([5, 12], [0, 0], [10, 10], level=80)
    20.0
    """
    true, bottom, top = _like(actual, low, high)
    outside = np.maximum(bottom - true, 0.0) + np.maximum(true - top, 0.0)
    return _mean(top - bottom + 2.0 / share_outside(level) * outside, ~np.isnan(true))


def msis(actual: ArrayLike, low: ArrayLike, high: ArrayLike, train: ArrayLike, season: int, level: float = 95) -> float:
    """Mean scaled interval score: `interval_score` over the in-sample naive error, as in M4 (Makridakis et al., 2020).

    >>> msis([5, 12], [0, 0], [10, 10], train=[1, 3, 5], season=1, level=80)
    10.0
    """
    return interval_score(actual, low, high, level) / naive_scale(train, season)


def pinball(actual: ArrayLike, forecast: ArrayLike, quantile: float) -> float:
    """Pinball loss of a forecast quantile in (0, 1) (Koenker and Bassett, 1978); at 0.5 half the absolute error.

    >>> pinball([10], [8], 0.9)
    1.8
    """
    if not 0 < quantile < 1:
        raise SettingError(f"quantile must lie between 0 and 1, got {quantile!r}")
    true, guess = _like(actual, forecast)
    return _mean(np.maximum(quantile * (true - guess), (quantile - 1.0) * (true - guess)), ~np.isnan(true))


def _pinballs(actual: ArrayLike, forecasts: ArrayLike, quantiles: ArrayLike) -> tuple[Array, Array]:
    """The actual values, and the pinball loss of each of their forecast quantiles, `(..., quantile)`."""
    true, guess, grid = _array(actual), _array(forecasts), _array(quantiles)
    if guess.shape != (*true.shape, *grid.shape) or grid.ndim != 1:
        raise DataError(
            f"forecasts {guess.shape} have one value for each of the actual values {true.shape} "
            f"and quantiles {grid.shape}, the quantiles last"
        )
    if not (grid.size and ((grid > 0) & (grid < 1)).all()):
        raise SettingError(f"quantiles must lie between 0 and 1, got {grid.tolist()}")
    gap = true[..., None] - guess
    return true, np.maximum(grid * gap, (grid - 1.0) * gap)


def crps_quantiles(actual: ArrayLike, forecasts: ArrayLike, quantiles: ArrayLike) -> float:
    """Continuous ranked probability score read from quantiles, in the unit of the data: twice the mean pinball loss.

    It nears the CRPS as the grid becomes finer (Gneiting and Ranjan, 2011). `forecasts
    (..., quantile)`; the `quantiles` must be an even grid around 0.5, such as 0.1, 0.2, … 0.9.

    >>> crps_quantiles([10], [[8, 10, 13]], [0.25, 0.5, 0.75])
    0.8333333333333334
    """
    true, losses = _pinballs(actual, forecasts, quantiles)
    grid = _array(quantiles)
    if not np.allclose(grid + grid[::-1], 1.0) or (np.diff(grid) <= 0).any() or (np.abs(np.diff(grid, 2)) > 1e-6).any():
        raise SettingError(f"quantiles must rise in even steps around 0.5, such as 0.1, 0.2, …; got {grid.tolist()}")
    return 2.0 * _mean(losses.mean(axis=-1), ~np.isnan(true))


def weighted_quantile_loss(actual: ArrayLike, forecasts: ArrayLike, quantiles: ArrayLike) -> float:
    """Twice the summed pinball loss over the summed size of the actual values, averaged over the quantiles.

    This is GluonTS's `mean_wQuantileLoss` (Salinas et al., 2020): no unit, and a large series counts more.
    `forecasts (..., quantile)`. NaN where every actual value is 0.

    >>> weighted_quantile_loss([10, 30], [[8, 12], [30, 30]], [0.1, 0.9])
    0.0099999...
    """
    true, losses = _pinballs(actual, forecasts, quantiles)
    known = ~np.isnan(true)
    size = float(np.abs(true[known]).sum())
    return 2.0 * float(losses[known].sum(axis=0).mean()) / size if size > 0 else float("nan")


def crps_sample(actual: ArrayLike, draws: ArrayLike, fair: bool = True) -> float:
    """Continuous ranked probability score of a sample, in the unit of the data: E|X - y| - E|X - X'| / 2.

    `draws (..., draw)` come from the forecast distribution. `fair` takes X and X' as two different draws, so the
    number of draws does not matter on average and at least two are needed; False takes the draws for the whole
    distribution (Gneiting and Raftery, 2007, equation 21; Ferro, 2014, for the fair score).

    >>> crps_sample([2.0], [[1.0, 2.0, 4.0]], fair=False), crps_sample([2.0], [[1.0, 2.0, 4.0]])
    (0.333..., 0.0)
    """
    true, sample = _array(actual), np.sort(_array(draws), axis=-1)
    count = sample.shape[-1] if sample.ndim else 0
    if sample.shape[:-1] != true.shape or count < (2 if fair else 1):
        least = "two draws" if fair else "one draw"
        raise DataError(f"draws hold at least {least} for each actual value {true.shape}, last; got {sample.shape}")
    distance = np.abs(sample - true[..., None]).mean(axis=-1)
    ranks = 2.0 * np.arange(1, count + 1) - count - 1.0
    spread = (ranks * sample).sum(axis=-1) / (count * (count - 1 if fair else count))  # E|X - X'| / 2
    return _mean(distance - spread, ~np.isnan(true))
