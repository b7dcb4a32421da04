"""Skill: how much less one forecast loses than another, 1 - loss / rival's loss, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, stdtrit

from tsrnn.equal_loss import alike, cosine_count, cosines, fold_means, folds_apart, unit
from tsrnn.errors import whole_number
from tsrnn.metrics import share_outside
from tsrnn.panel import Array


@dataclass(frozen=True)
class Skill:
    """`skill`, with its interval `low` to `high` of `level` per cent, from `n` folds; too few give NaN ends.

    0.1 is an error a tenth lower than the rival's, 0 the same, -1 twice as much. A `low` of minus infinity says that
    the rival's loss is too uncertain for a limit.
    """

    skill: float
    low: float
    high: float
    level: float
    n: int


def skill_interval(loss: ArrayLike, rival: ArrayLike, overlap: int = 0, level: float = 95) -> Skill:
    """Skill over the folds of a backtest and Fieller's interval of it: all skills that `panel_test` does not reject.

    `loss`, `rival` and `overlap` are those of `panel_test`; the losses are not negative. The interval (Fieller, 1954)
    holds each ratio r for which the mean of loss - r rival is not significantly different from 0, with the same
    variance and degrees of freedom as in the test; where those are not one interval, it spans them all. So it excludes
    0 where the test rejects at 1 - level, and intervals of 95 per cent hold the true skill 94 to 98 times in 100, from
    3 folds that do not overlap on (`python benchmarks/significance.py`). Below that the ends are NaN.

    >>> skill_interval([0.9, 0.8, 0.95, 0.75], [1.05, 0.95, 1.05, 1.1])
    Skill(skill=0.180..., low=0.011..., high=0.334..., level=95, n=4)
    """
    one, other = _folds(loss, rival)
    miss, n = share_outside(level), one.size
    degrees = cosine_count(n, overlap)
    skill = _skill(one.mean(), other.mean())
    if not degrees or np.isnan(skill):
        return Skill(skill, float("nan"), float("nan"), level, n)
    one, other = unit(np.stack([one, other]))
    waves, others = cosines(one, degrees), cosines(other, degrees)
    reach = float(stdtrit(degrees, 1.0 - miss / 2.0)) ** 2 / n
    # The ratios r with a r² - 2 b r + c <= 0.
    a = float(other.mean() ** 2 - reach * (others**2).mean())
    b = float(one.mean() * other.mean() - reach * (waves * others).mean())
    c = float(one.mean() ** 2 - reach * (waves**2).mean())
    least, most = _ratios(a, b, c)
    return Skill(skill, 1.0 - most, 1.0 - least, level, n)


def bootstrap_skill(
    loss: ArrayLike, rival: ArrayLike, overlap: int = 0, level: float = 95, draws: int = 2000, seed: int = 0
) -> Skill:
    """Skill over the folds of a backtest and a circular block bootstrap interval of it.

    `loss`, `rival` and `overlap` are those of `panel_test`. Blocks of overlap + 1 successive folds are drawn, the last
    followed by the first (Politis and Romano, 1992), each fold with all its series. The percentiles taken lie further
    out than `level` says, by the factor between Student's and the normal distribution (Hesterberg, 2015); without that
    the interval of 10 folds would hold the true skill 9 times in 10 at best.

    `skill_interval` needs no draws and is right more often: of 95 per cent intervals without overlap this one holds the
    true skill 92 to 94 times in 100, with overlap 86 to 91. No mean of drawn folds leaves the range of the folds, so
    the ends are NaN where so few folds do not overlap that their range itself misses too often (fewer than 6, for 95
    per cent).

    >>> bootstrap_skill([0.9, 0.8, 0.95, 0.75, 1.0, 0.8], [1.05, 0.95, 1.05, 1.1, 1.1, 1.0], seed=1)
    Skill(skill=0.168..., low=0.099..., high=0.275..., level=95, n=6)
    """
    one, other = _folds(loss, rival)
    miss, n = share_outside(level), one.size
    whole_number("draws", draws, 1)
    skill, apart = _skill(one.mean(), other.mean()), folds_apart(n, overlap)
    if 2.0 * 0.5**apart > miss or np.isnan(skill):
        return Skill(skill, float("nan"), float("nan"), level, n)
    block = overlap + 1
    starts = np.random.default_rng(seed).integers(n, size=(draws, -(-n // block)))
    drawn = ((starts[:, :, None] + np.arange(block)) % n).reshape(draws, -1)[:, :n]  # (draw, fold)
    skills = 1.0 - one[drawn].mean(axis=1) / other[drawn].mean(axis=1)
    tail = float(ndtr(stdtrit(apart - 1, miss / 2.0) * np.sqrt(apart / (apart - 1))))
    low, high = np.quantile(skills, [tail, 1.0 - tail])
    return Skill(skill, float(low), float(high), level, n)


def _folds(loss: ArrayLike, rival: ArrayLike) -> tuple[Array, Array]:
    """One loss a fold of each."""
    one, other = alike(loss, rival)
    absent = np.isnan(one) & np.isnan(other)
    return fold_means(one, absent), fold_means(other, absent)


def _skill(loss: float, rival: float) -> float:
    return float(1.0 - loss / rival) if rival > 0 else float("nan")


def _ratios(a: float, b: float, c: float) -> tuple[float, float]:
    """The least and the greatest ratio of two positive numbers with a r² - 2 b r + c <= 0."""
    root = float(np.sqrt(max(b * b - a * c, 0.0)))
    if a > 0:
        return max((b - root) / a, 0.0), (b + root) / a
    if c > 0:  # one root on each side of 0, and all that lies outside them
        return (b - root) / a, np.inf
    return 0.0, np.inf
