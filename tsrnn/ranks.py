"""Ranks: which of several models is best over many series, whatever the size of its lead on each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from tsrnn.errors import DataError
from tsrnn.metrics import share_outside
from tsrnn.panel import Array, Flags


@dataclass(frozen=True)
class MeanRanks:
    """What the ranks of several models over n series say.

    - `ranks (model,)`: mean rank, 1 for a model that is best on every series.
    - `statistic`, `p_value`: Friedman's test that all models are equal.
    - `critical_distance`: mean ranks this far apart differ significantly (Nemenyi's test). NaN of fewer than 3 series.
    """

    ranks: Array
    statistic: float
    p_value: float
    critical_distance: float
    n: int

    @property
    def low(self) -> Array:
        """Lower ends of the intervals of multiple comparisons with the best (MCB), `(model,)`."""
        return self.ranks - self.critical_distance / 2.0

    @property
    def high(self) -> Array:
        """Upper ends, `(model,)`: two models differ significantly where their intervals do not meet."""
        return self.ranks + self.critical_distance / 2.0

    @property
    def near_best(self) -> Flags:
        """Which models do not differ significantly from the one with the lowest mean rank, `(model,)`."""
        flags: Flags = ~(self.low > self.high.min())
        return flags


def mean_ranks(losses: ArrayLike, level: float = 95) -> MeanRanks:
    """Mean ranks of models over series, Friedman's test and the critical distance of Nemenyi's.

    `losses (series, model)`, such as the MASE of each; equal losses share their ranks. Friedman (1937), corrected for
    equal ranks as SciPy's `friedmanchisquare`; the critical distance is q sqrt(k (k + 1) / (6 n)) with the
    studentised range q over the root of 2 (Nemenyi, 1963; Demsar, 2006, section 3.2.2), which Koning et al. (2005)
    drew as intervals for the M3 competition. It takes the series for independent of one another: where they rise and
    fall together it finds differences too easily, and `panel_test` over folds is the test to trust.

    A series without any loss is left out. Raises a DataError where only some models have one, or there is one model.

    >>> found = mean_ranks([[0.8, 1.0, 1.1], [0.7, 0.9, 1.2], [0.9, 0.8, 1.0], [0.6, 0.9, 1.3]])
    >>> found.ranks, round(found.critical_distance, 3), found.near_best
    (array([1.25, 1.75, 3.  ]), 1.657, array([ True,  True, False]))
    """
    table, miss = np.asarray(losses, np.float64), share_outside(level)
    if table.ndim != 2 or table.shape[1] < 2:
        raise DataError(f"losses are (series, model) of at least two models, got shape {table.shape}")
    absent = np.isnan(table)
    if (partly := absent.any(axis=1) & ~absent.all(axis=1)).any():
        raise DataError(
            f"series {int(partly.argmax()) + 1} has a loss of some models only; leave it out, or the models"
        )
    table = table[~absent.any(axis=1)]
    n, k = table.shape
    above = (table[:, :, None] > table[:, None, :]).sum(axis=2)
    same = (table[:, :, None] == table[:, None, :]).sum(axis=2)
    ranks = (above + (same + 1) / 2.0).mean(axis=0) if n else np.full(k, np.nan)
    shared = float((same**2 - 1).sum()) / (n * k * (k * k - 1)) if n else 0.0
    if n < 3 or shared == 1.0:
        return MeanRanks(ranks, float("nan"), float("nan"), _distance(n, k, miss), n)
    statistic = 12.0 * n / (k * (k + 1)) * float(((ranks - (k + 1) / 2.0) ** 2).sum()) / (1.0 - shared)
    return MeanRanks(ranks, statistic, float(chdtrc(k - 1, statistic)), _distance(n, k, miss), n)


def _distance(n: int, k: int, miss: float) -> float:
    from scipy.stats import studentized_range

    if n < 3:
        return float("nan")
    return float(studentized_range.ppf(1.0 - miss, k, np.inf) * np.sqrt(k * (k + 1) / (12.0 * n)))
