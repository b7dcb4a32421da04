"""Naive2: the last value after the season was taken out, the forecast that M4 measures all others by."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from tsrnn.errors import DataError, whole_number
from tsrnn.panel import Array

_LIMIT = 1.645  # of a normal variable, 90 per cent on both sides together
_LEAST_SEASONS = 3


def naive2(train: ArrayLike, horizon: int, season: int) -> Array:
    """The M4 benchmark Naive2, `(horizon,)`: last value over its seasonal index, times the index of each step ahead.

    The season is taken out only where `is_seasonal` finds one (Makridakis, Spiliotis and Assimakopoulos, 2020, and the
    organisers' code). Raises a DataError where a value is missing, or is not positive although the season multiplies.

    >>> naive2([1, 3] * 8, horizon=3, season=2)
    array([1., 3., 1.])
    >>> naive2([1, 2, 4, 3], horizon=3, season=2)
    array([3., 3., 3.])
    """
    past = _checked(train)
    whole_number("horizon", horizon, 1)
    if not is_seasonal(past, season):
        return np.full(horizon, past[-1])
    ahead = np.arange(past.size, past.size + horizon) % season
    indices = seasonal_indices(past, season)
    forecast: Array = past[-1] / indices[(past.size - 1) % season] * indices[ahead]
    return forecast


def is_seasonal(train: ArrayLike, season: int) -> bool:
    """Whether M4's test finds a season: the autocorrelation at lag `season` lies beyond its 90 per cent limits.

    The limits are Bartlett's, of a series that is correlated up to the lag before. Fewer than three seasons of rows
    count as not seasonal. (The organisers' code looks at 10 log10(rows) lags; every M4 series is long enough for its
    season.)
    """
    past = _checked(train)
    whole_number("season", season, 1)
    centred = past - past.mean()
    if season == 1 or past.size < _LEAST_SEASONS * season or not centred.any():
        return False
    # By a power of two, which changes no digit: squares of 1e200 would be too large.
    centred = np.ldexp(centred, -int(np.frexp(np.abs(centred).max())[1]))
    products = np.array([centred[lag:] @ centred[: past.size - lag] for lag in range(season + 1)])
    correlations = products[1:] / products[0]
    limit = _LIMIT * np.sqrt((1.0 + 2.0 * (correlations[:-1] ** 2).sum()) / past.size)
    return bool(abs(correlations[-1]) > limit)


def seasonal_indices(train: ArrayLike, season: int) -> Array:
    """The multiplicative index of each place in the season, `(season,)`, the first row's place first; their mean is 1.

    Classical decomposition: the mean ratio of the values to their centred moving average, as R's `decompose` has it.
    Raises a DataError where a value is not positive or fewer than two seasons are given.
    """
    past = _checked(train)
    whole_number("season", season, 1)
    if past.size < 2 * season:
        raise DataError(f"{past.size} rows, but seasonal indices take {2 * season} (two seasons of {season})")
    if (past <= 0).any():
        raise DataError(f"a season that multiplies needs positive values, got {past.min():g}; add a constant to them")
    weights = np.ones(season) if season % 2 else np.r_[0.5, np.ones(season - 1), 0.5]
    trend = np.convolve(past, weights / season, mode="valid")
    first = season // 2
    ratios = past[first : first + trend.size] / trend
    places = np.arange(first, first + trend.size) % season
    indices = np.bincount(places, ratios, season) / np.bincount(places, minlength=season)
    scaled: Array = indices / indices.mean()
    return scaled


def _checked(train: ArrayLike) -> Array:
    past = np.asarray(train, np.float64)
    if past.ndim != 1 or not past.size or not np.isfinite(past).all():
        raise DataError(f"Naive2 needs a row of values without a hole, got shape {past.shape}; fill what is missing")
    return past
