"""Equal loss: could one forecast lead another by luck? The tests of Diebold and Mariano, and of Holm for many."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtr

from tsrnn.errors import DataError, SettingError, choices, whole_number
from tsrnn.panel import Array

LEAST = 3  # losses, or folds that do not overlap, below which nothing can be said
_COSINES = 8  # of folds that do not overlap, at least: see panel_test


@dataclass(frozen=True)
class LossTest:
    """How sure it is that two forecasts lose differently.

    - `difference`: mean loss less the rival's, below 0 where the first forecast is better.
    - `statistic`, `p_value`: NaN where there are too few losses to say anything.
    - `n`: losses or folds compared; `degrees` of freedom of Student's t.
    - `variance`: how the variance of the mean was found: `"rectangular"`, `"bartlett"` or `"cosines"`.
    """

    difference: float
    statistic: float
    p_value: float
    n: int
    degrees: int
    variance: str


def dm_test(loss: ArrayLike, rival: ArrayLike, h: int = 1, alternative: str = "two-sided") -> LossTest:
    """Diebold and Mariano's test of equal loss, corrected for small samples by Harvey, Leybourne and Newbold.

    `loss` and `rival`, `(origin,)`, are losses (such as absolute errors) of two forecasts `h` steps ahead, from
    consecutive origins. `alternative` is `"two-sided"`, `"less"` (the first loses less) or `"greater"`.

    The variance of the mean difference is that of Diebold and Mariano (1995): autocovariances up to lag h - 1 with
    equal weights (the rectangular kernel). Where that is not positive, which happens in small samples (Harvey,
    Leybourne and Whitehouse, 2017), Bartlett's falling weights 1 - lag / h take their place; they cannot turn negative.
    The statistic is scaled and compared with Student's t with n - 1 degrees of freedom, as in Harvey, Leybourne and
    Newbold (1997). R's `forecast::dm.test` computes the same, the case of no positive variance apart.

    With h > 1 it needs many origins: at h = 12 and 5 per cent it rejects 26 per cent of true null hypotheses with 20 of
    them, 16 with 50 and 8 with 200 (`python benchmarks/significance.py`). For the folds of a backtest use `panel_test`.
    Below 3 or h + 1 losses it gives NaN. Raises a DataError where a loss is missing or infinite, or the arrays are not
    alike.

    >>> found = dm_test([1, 1, 1, 4, 9], [9, 36, 36, 0, 81], alternative="less")
    >>> round(found.statistic, 4), round(found.p_value, 4)
    (-2.223, 0.0452)
    """
    one, other = alike(loss, rival)
    whole_number("h", h, 1)
    if one.ndim != 1 or not np.isfinite(one - other).all():
        raise DataError(f"dm_test compares two rows of losses without a hole, got shape {one.shape}; use panel_test")
    gap = one - other
    n, mean = gap.size, float(gap.mean()) if gap.size else float("nan")
    if n < max(LEAST, h + 1):
        return _nothing(mean, n, "rectangular", alternative)
    gap = unit(gap)
    centred = gap - gap.mean()
    covariances = np.array([centred[lag:] @ centred[: n - lag] for lag in range(h)]) / n
    variance, kernel = covariances[0] + 2.0 * covariances[1:].sum(), "rectangular"
    if variance <= 0 < covariances[0]:
        weights = 1.0 - np.arange(1, h) / h
        variance, kernel = covariances[0] + 2.0 * (weights * covariances[1:]).sum(), "bartlett"
    correction = np.sqrt((n + 1 - 2 * h + h * (h - 1) / n) / n)
    statistic = _ratio(float(gap.mean()), float(variance) / n) * float(correction)
    return LossTest(mean, statistic, _p_value(statistic, n - 1, alternative), n, n - 1, kernel)


def panel_test(loss: ArrayLike, rival: ArrayLike, overlap: int = 0, alternative: str = "two-sided") -> LossTest:
    """Test of equal loss over the folds of a backtest: many series and steps, few origins, overlapping horizons.

    `loss` and `rival` are `(fold, ...)`: the losses of two forecasts, by origin in the order of time, and whatever else
    there is (series, steps). `overlap` is how many of the next folds share rows with a fold, 0 where each origin
    is at least a horizon after the one before. Where there is no actual value both losses are NaN and are left out.

    All losses of a fold are summed first, so the test is one of a short time series of loss differences and holds
    however strongly series and steps go together: the time-series form of the panel test of Diebold and Mariano in
    Qu, Timmermann and Zhu (2023) and of the S statistics of Akgun et al. (2024), which are robust to any dependence
    among series. (The panel test of Pesaran, Pick and Timmermann, 2013, has more power, but at the price of series that
    are independent of one another.) It cannot tell whether a lead would last in other series.

    The variance of the mean comes from the lowest cosines of that time series ("equally weighted cosines"; Müller,
    2004; Lazarus, Lewis, Stock and Watson, 2018), which makes the statistic Student's t with as many degrees of freedom
    as there are cosines, also in small samples, where kernels fail (Coroneo and Iacone, 2020). Without
    overlap all n - 1 cosines of up to 9 folds are used, which is the plain t test; of more folds 8, or 0.4 n^(2/3)
    where that is more, which guards against folds that are alike when they follow one another. With
    overlap there are m = 1 + (n - 1) // (overlap + 1) folds that do not share rows, and (m - 1) // 2 cosines.

    Fewer than 3 folds that do not overlap give NaN. In simulations with 12 rows a fold it rejects 4 to 7 per cent of
    true null hypotheses at 5 per cent, at any number of folds and any overlap (`python benchmarks/significance.py`). It
    rejects too many where folds are single rows and fewer than 50: up to 12 per cent if the differences are skewed, up
    to 22 if they have an autocorrelation of 0.5. Raises a DataError where the arrays are not alike.

    >>> gru = [[0.8, 1.0], [0.7, 0.9], [0.9, 1.0], [0.6, 1.2]]  # (fold, series)
    >>> arima = [[1.0, 1.1], [1.0, 0.9], [1.1, 1.0], [0.9, 1.3]]
    >>> found = panel_test(gru, arima)
    >>> round(found.difference, 3), found.n, round(found.p_value, 3)
    (-0.15, 4, 0.005)
    """
    one, other = alike(loss, rival)
    gap = fold_means(one - other, np.isnan(one) & np.isnan(other))
    n, mean = gap.size, float(gap.mean()) if gap.size else float("nan")
    degrees = cosine_count(n, overlap)
    if not degrees or np.isnan(mean):
        return _nothing(mean, n, "cosines", alternative)
    gap = unit(gap)
    statistic = _ratio(float(gap.mean()), float((cosines(gap, degrees) ** 2).mean()) / n)
    return LossTest(mean, statistic, _p_value(statistic, degrees, alternative), n, degrees, "cosines")


def holm(p_values: ArrayLike) -> Array:
    """Adjusted p-values of several tests: below 0.05 for any of them by luck in at most 5 per cent of all families.

    Holm's step-down correction (1979): the smallest of m is multiplied by m, the next by m - 1, …, and none is below
    the one before it. NaN stays NaN and does not count as a test.

    >>> holm([0.01, 0.04, 0.03, float("nan")])
    array([0.03, 0.06, 0.06,  nan])
    """
    given = np.asarray(p_values, np.float64).ravel()
    if ((given < 0) | (given > 1)).any():
        raise SettingError(f"p-values lie between 0 and 1, got {given.tolist()}")
    order = np.argsort(given)[: np.count_nonzero(~np.isnan(given))]  # NaN sorts last
    adjusted = np.full(given.size, np.nan)
    adjusted[order] = np.minimum(np.maximum.accumulate(given[order] * np.arange(order.size, 0, -1)), 1.0)
    return adjusted


def fold_means(losses: Array, absent: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Array:
    """One number a fold, `(fold,)`: the sum over the rest, scaled so that their mean is the mean of all that is there.

    A fold that lacks values counts for less. NaN where a loss is missing that is not `absent`, or all are.
    """
    flat, away = losses.reshape(len(losses), -1), absent.reshape(len(absent), -1)
    present = (~away).sum(axis=1)
    sums = np.where(present > 0, np.where(away, 0.0, flat).sum(axis=1), np.nan)
    return sums / present.mean() if present.any() else sums


def unit(values: Array) -> Array:
    """The values over the largest of them, so that their squares stay in range."""
    return values / (np.abs(values).max(initial=0.0) or 1.0)


def folds_apart(n: int, overlap: int) -> int:
    """How many of n folds do not share a row with one another, where each shares rows with the next `overlap`."""
    return 1 + (n - 1) // (whole_number("overlap", overlap, 0) + 1)


def cosine_count(n: int, overlap: int) -> int:
    """How many cosines of n folds judge their mean, and so the degrees of freedom; 0 where the folds are too few."""
    apart = folds_apart(n, overlap)
    if apart < LEAST:
        return 0
    most = n - 1 if overlap == 0 else max(1, (apart - 1) // 2)
    return min(most, max(_COSINES, int(0.4 * n ** (2 / 3))))


def cosines(gap: Array, count: int) -> Array:
    """The lowest cosine terms of a series, `(count,)`; the square of each is an estimate of its long-run variance."""
    n = gap.size
    waves = np.cos(np.pi * np.outer(np.arange(1, count + 1), np.arange(n) + 0.5) / n)
    terms: Array = np.sqrt(2.0 / n) * waves @ (gap - gap.mean())
    return terms


def alike(loss: ArrayLike, rival: ArrayLike) -> tuple[Array, Array]:
    """Two arrays of losses of one shape, the origins or folds first."""
    one, other = np.asarray(loss, np.float64), np.asarray(rival, np.float64)
    if one.shape != other.shape or not one.ndim:
        raise DataError(f"losses are compared origin by origin, got shapes {one.shape} and {other.shape}")
    return one, other


def _ratio(mean: float, variance: float) -> float:
    """Mean over standard error: 0 where nothing differs, infinite where all differences are one and the same."""
    if variance > 0:
        return mean / float(np.sqrt(variance))
    return float(np.sign(mean)) * np.inf if mean else 0.0


def _nothing(mean: float, n: int, variance: str, alternative: str) -> LossTest:
    """The answer where there are too few losses."""
    return LossTest(mean, float("nan"), _p_value(float("nan"), 1, alternative), n, 0, variance)


def _p_value(statistic: float, degrees: int, alternative: str) -> float:
    """The tail of Student's t that the alternative asks for."""
    tails = {"two-sided": 2.0 * stdtr(degrees, -abs(statistic)), "less": stdtr(degrees, statistic)}
    tails["greater"] = stdtr(degrees, -statistic)
    if alternative not in tails:
        raise choices("alternative", alternative, tails)
    return float(tails[alternative])
