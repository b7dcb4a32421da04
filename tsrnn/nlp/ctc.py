"""Connectionist temporal classification: symbols of a sequence without knowing at which step each of them stands.

A network gives each step a probability for each symbol and for the blank, 0. A path of them spells what is left when
repeats are merged and blanks are dropped; a sequence is as likely as all paths that spell it (Graves and others, 2006).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

BLANK = 0

_NEVER = -math.inf


class Hypothesis(NamedTuple):
    """A sequence of symbols and the logarithm of its probability."""

    symbols: tuple[int, ...]
    log_probability: float


def spelt(path: Sequence[int]) -> tuple[int, ...]:
    """What a path of symbols spells: repeats merged, then blanks dropped.

    >>> spelt([1, 1, 0, 1, 2, 2, 0])
    (1, 1, 2)
    """
    merged = [symbol for place, symbol in enumerate(path) if place == 0 or symbol != path[place - 1]]
    return tuple(int(symbol) for symbol in merged if symbol != BLANK)


def greedy(log_probabilities: NDArray[np.floating]) -> Hypothesis:
    """What the best symbol of each step spells, `(step, symbol)`; its probability is that of this one path.

    >>> greedy(np.log([[0.1, 0.9], [0.8, 0.2]])).symbols
    (1,)
    """
    best = log_probabilities.argmax(1) if len(log_probabilities) else np.zeros(0, np.int64)
    return Hypothesis(spelt(best.tolist()), float(log_probabilities.max(1).sum()) if len(best) else 0.0)


def prefix_beam(log_probabilities: NDArray[np.floating], width: int) -> list[Hypothesis]:
    """The most likely sequences, the best first, of log probabilities `(step, symbol)`.

    After each step the `width` most likely beginnings are kept, each with the probability of its paths that end with a
    blank and of those that do not, since only behind a blank a symbol can be said again (Hannun and others, 2014,
    arXiv:1408.2873). With a width beyond the number of beginnings the search is exact.

    >>> prefix_beam(np.log([[0.6, 0.4], [0.6, 0.4]]), 4)[0].symbols  # 0.4 * 0.4 + 2 * 0.6 * 0.4 > 0.6 * 0.6
    (1,)
    """
    beams: dict[tuple[int, ...], tuple[float, float]] = {(): (0.0, _NEVER)}  # (ends with a blank, ends with a symbol)
    for row in log_probabilities:
        grown: dict[tuple[int, ...], tuple[float, float]] = {}
        likely = [symbol for symbol in range(len(row)) if row[symbol] > _NEVER]
        for prefix, (blank, symbol_end) in beams.items():
            total = _add(blank, symbol_end)
            for symbol in likely:
                chance = float(row[symbol])
                if symbol == BLANK:
                    _merge(grown, prefix, total + chance, _NEVER)
                elif prefix and symbol == prefix[-1]:
                    _merge(grown, prefix, _NEVER, symbol_end + chance)
                    _merge(grown, (*prefix, symbol), _NEVER, blank + chance)
                else:
                    _merge(grown, (*prefix, symbol), _NEVER, total + chance)
        possible = [(prefix, ends) for prefix, ends in grown.items() if max(ends) > _NEVER]
        beams = dict(sorted(possible, key=lambda item: (-_add(*item[1]), item[0]))[:width])
    found = [Hypothesis(prefix, _add(*ends)) for prefix, ends in beams.items()]
    return sorted(found, key=lambda hypothesis: (-hypothesis.log_probability, hypothesis.symbols))


def distance(first: Sequence[object], second: Sequence[object]) -> int:
    """How many symbols have to be put in, left out or changed to make one of the other (Levenshtein, 1966).

    >>> distance("kitten", "sitting")
    3
    """
    row = list(range(len(second) + 1))
    for place, symbol in enumerate(first, 1):
        before, row[0] = row[0], place
        for column, other in enumerate(second, 1):
            before, row[column] = row[column], min(row[column] + 1, row[column - 1] + 1, before + (symbol != other))
    return row[-1]


def error_rate(actual: Sequence[Sequence[object]], predicted: Sequence[Sequence[object]]) -> float:
    """Symbols put in, left out or changed, as a share of those that are there; it may be above 1.

    >>> error_rate(["abc", "d"], ["abd", "d"])
    0.25
    """
    wrong = sum(distance(ours, theirs) for ours, theirs in zip(actual, predicted, strict=True))
    return wrong / max(1, sum(len(symbols) for symbols in actual))


def steps_needed(symbols: Sequence[object]) -> int:
    """How many steps a sequence takes at least: one for each symbol, and one between two that are alike.

    >>> steps_needed("aab")
    4
    """
    return len(symbols) + sum(symbols[place] == symbols[place - 1] for place in range(1, len(symbols)))


def _add(first: float, second: float) -> float:
    """log(exp(first) + exp(second))."""
    high, low = (first, second) if first > second else (second, first)
    return high if low == _NEVER else high + math.log1p(math.exp(low - high))


def _merge(
    beams: dict[tuple[int, ...], tuple[float, float]], prefix: tuple[int, ...], blank: float, end: float
) -> None:
    """Adds paths that spell a beginning to those already met."""
    was = beams.get(prefix, (_NEVER, _NEVER))
    beams[prefix] = (_add(was[0], blank), _add(was[1], end))
