"""Directions: how often a forecast is right about up and down, and whether that is more than luck."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from tsrnn.errors import DataError, SettingError, whole_number
from tsrnn.metrics import share_outside


@dataclass(frozen=True)
class DirectionTest:
    """`share` of n directions that were right, and the share `expected` of a forecast that knows nothing.

    `statistic` is standard normal for such a forecast and `p_value` its upper tail; both are NaN where the forecast
    or the actual values went one way only.
    """

    share: float
    expected: float
    statistic: float
    p_value: float
    n: int


@dataclass(frozen=True)
class Share:
    """A `share` of n trials, with its interval `low` to `high` of `level` per cent."""

    share: float
    low: float
    high: float
    level: float
    n: int


def direction_test(actual: ArrayLike, forecast: ArrayLike) -> DirectionTest:
    """Test of Pesaran and Timmermann (1992) whether forecast directions have to do with the actual ones.

    `actual` and `forecast` are changes (such as returns); above 0 is up, anything else is not. The share of right
    directions is compared with what luck gives with as many ups: a forecast that always says "up" in a rising market
    has no skill. It takes the changes for independent of one another: give one step ahead, or horizons that do not
    overlap. A missing actual value is left out; a missing forecast makes the numbers NaN.

    >>> direction_test([1, -1, 2, -3, 1, -1, 2, 1], [2, -1, 1, -1, -1, -2, 1, 1])
    DirectionTest(share=0.875, expected=0.5, statistic=2.342..., p_value=0.009..., n=8)
    """
    true, guess = np.asarray(actual, np.float64).ravel(), np.asarray(forecast, np.float64).ravel()
    if true.size != guess.size:
        raise DataError(f"{true.size} actual changes, but {guess.size} forecast ones; give one for each")
    guess, true = guess[~np.isnan(true)], true[~np.isnan(true)]
    n = true.size
    if not n or np.isnan(guess).any():
        return DirectionTest(float("nan"), float("nan"), float("nan"), float("nan"), n)
    share = float(((true > 0) == (guess > 0)).mean())
    up, said = float((true > 0).mean()), float((guess > 0).mean())
    expected = up * said + (1.0 - up) * (1.0 - said)
    variance = 4.0 * up * (1.0 - up) * said * (1.0 - said) * (n - 1) / n**2  # V(P) - V(P*) of the paper, worked out
    if not variance:
        return DirectionTest(share, expected, float("nan"), float("nan"), n)
    statistic = (share - expected) / float(np.sqrt(variance))
    return DirectionTest(share, expected, statistic, float(ndtr(-statistic)), n)


def wilson(hits: int, n: int, level: float = 95) -> Share:
    """A share of n independent trials and Wilson's score interval of it (1927; Brown, Cai and DasGupta, 2001).

    >>> wilson(260, 500)
    Share(share=0.52, low=0.476..., high=0.563..., level=95, n=500)
    """
    whole_number("n", n, 1)
    if whole_number("hits", hits, 0) > n:
        raise SettingError(f"hits are at most n, got {hits} of {n}")
    z = float(-ndtri(share_outside(level) / 2.0))
    share = hits / n
    middle = (share + z * z / (2 * n)) / (1.0 + z * z / n)
    reach = z * float(np.sqrt(share * (1.0 - share) / n + z * z / (4 * n * n))) / (1.0 + z * z / n)
    return Share(share, max(middle - reach, 0.0), min(middle + reach, 1.0), level, n)
