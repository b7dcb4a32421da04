"""Two models on the same texts: whether one is right more often than chance explains, and that in a sentence."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

_LUCK = 0.05  # a p-value from which a lead may be luck


class Paired(NamedTuple):
    """On how many texts only the first model was right (or more right), on how many only the second, and the p-value.

    The p-value is how likely so uneven a split is, or a more uneven one, where both models are equally good.
    """

    first: int
    second: int
    p_value: float


def paired(first: NDArray[np.number | np.bool_], second: NDArray[np.number | np.bool_]) -> Paired:
    """Compares how right two models were on each text: McNemar's exact test (1947), or a sign test.

    >>> paired(np.array([1, 1, 1, 1, 1, 0, 1]), np.array([0, 0, 0, 0, 0, 0, 1])).p_value
    0.0625
    """
    difference = np.asarray(first, np.float64) - np.asarray(second, np.float64)
    ahead, behind = int((difference > 0).sum()), int((difference < 0).sum())
    p_value = float(binomtest(ahead, ahead + behind).pvalue) if ahead + behind else 1.0
    return Paired(ahead, behind, p_value)


def worded(model: str, baseline: str, shares: tuple[float, float], found: Paired, units: tuple[str, str]) -> str:
    """The verdict: how many of what the model gets right, beside the baseline, and whether that could be luck.

    `shares` are those that each gets right, `units` what is counted, as words, and what the test goes over, as
    sentences.

    >>> worded("network", "tf-idf", (0.81, 0.8), Paired(30, 20, 0.203), ("texts", "texts"))
    'network gets 81.0% of the texts right and tf-idf 80.0%: no significant difference (p = 0.2; network is ahead on 30
    texts, tf-idf on 20).'
    """
    counted, tested = units
    if found.p_value >= _LUCK:
        finding = "no significant difference"
    else:
        finding = f"{model} is {'better' if found.first > found.second else 'worse'}, and that is hardly luck"
    chance = "p < 0.001" if found.p_value < 0.001 else f"p = {found.p_value:.2g}"
    return (
        f"{model} gets {shares[0]:.1%} of the {counted} right and {baseline} {shares[1]:.1%}: {finding} ({chance}; "
        f"{model} is ahead on {found.first:,} {tested}, {baseline} on {found.second:,})."
    )


def alone(model: str, share: float, counted: str, why: str) -> str:
    """The verdict where there is no baseline, and why there is none."""
    return f"{model} gets {share:.1%} of the {counted} right; {why}"
