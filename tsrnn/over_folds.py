"""Over folds: the mean of something over the folds of a backtest, with an interval that knows how few they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from tsrnn.equal_loss import cosine_count, cosines, unit
from tsrnn.errors import DataError
from tsrnn.metrics import share_outside


@dataclass(frozen=True)
class FoldMean:
    """The `mean` of n folds with its interval `low` to `high` of `level` per cent; too few folds give NaN ends."""

    mean: float
    low: float
    high: float
    level: float
    n: int


def fold_mean(values: ArrayLike, overlap: int = 0, level: float = 95) -> FoldMean:
    """The mean of one number a fold, oldest first, and the interval of all means that `panel_test` does not reject.

    Rows of one fold go up and down together, so it is folds that are counted, not rows. `overlap` is how many of the
    next folds share rows with a fold; variance and degrees of freedom are those of `tsrnn.significance.panel_test`.

    >>> fold_mean([1.0, 2.0, 3.0, 2.0])
    FoldMean(mean=2.0, low=0.700..., high=3.299..., level=95, n=4)
    """
    one, miss = np.asarray(values, np.float64), share_outside(level)
    if one.ndim != 1 or not np.isfinite(one).all():
        raise DataError(f"fold_mean takes one finite number a fold, got shape {one.shape}; sum up each fold first")
    n, mean = one.size, float(one.mean()) if one.size else float("nan")
    degrees = cosine_count(n, overlap) if n else 0
    if not degrees:
        return FoldMean(mean, float("nan"), float("nan"), level, n)
    size = float(np.abs(one).max()) or 1.0
    deviation = float(np.sqrt((cosines(unit(one), degrees) ** 2).mean() / n)) * size
    reach = float(stdtrit(degrees, 1.0 - miss / 2.0)) * deviation
    return FoldMean(mean, mean - reach, mean + reach, level, n)
