"""Connectionist temporal classification: symbols of a sequence without knowing at which step each of them stands.

A network gives each step a probability for each symbol and for the blank, 0. A path of them spells what is left when
repeats are merged and blanks are dropped; a sequence is as likely as all paths that spell it (Graves and others, 2006).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

BLANK = 0

Symbols = tuple[int, ...]
# Beginnings of a search → for each, what is added for each symbol behind it, and in the blank's place for its end.
Language = Callable[[Sequence[Symbols]], Sequence[NDArray[np.float64]]]

_NEVER = -math.inf


class Hypothesis(NamedTuple):
    """A sequence of symbols and the logarithm of its probability, with what a language added to it."""

    symbols: Symbols
    log_probability: float


def spelt(path: Sequence[int]) -> Symbols:
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


def prefix_beam(
    log_probabilities: NDArray[np.floating], width: int, language: Language | None = None
) -> list[Hypothesis]:
    """The most likely sequences, the best first, of log probabilities `(step, symbol)`.

    After each step the `width` most likely beginnings are kept, each with the probability of its paths that end with a
    blank and of those that do not, since only behind a blank a symbol can be said again (Hannun and others, 2014,
    arXiv:1408.2873). With a width beyond the number of beginnings the search is exact. What a `language` says of each
    symbol behind its beginning, and of the end, is added to the logarithm once for each (shallow fusion).

    >>> prefix_beam(np.log([[0.6, 0.4], [0.6, 0.4]]), 4)[0].symbols  # 0.4 * 0.4 + 2 * 0.6 * 0.4 > 0.6 * 0.6
    (1,)
    """
    beams: dict[Symbols, tuple[float, float]] = {(): (0.0, _NEVER)}  # (ends with a blank, ends with a symbol)
    told: dict[Symbols, float] = {(): 0.0}  # what the language has said of a beginning
    for row in log_probabilities:
        grown: dict[Symbols, tuple[float, float]] = {}
        likely = [symbol for symbol in range(len(row)) if row[symbol] > _NEVER]
        said = language(list(beams)) if language is not None else [np.zeros(len(row))] * len(beams)
        for (prefix, (blank, symbol_end)), onward in zip(list(beams.items()), said, strict=True):
            total = _add(blank, symbol_end)
            for symbol in likely:
                chance = float(row[symbol])
                if symbol == BLANK:
                    _merge(grown, prefix, total + chance, _NEVER)
                    continue
                longer = (*prefix, symbol)
                told[longer] = told[prefix] + float(onward[symbol])
                if prefix and symbol == prefix[-1]:
                    _merge(grown, prefix, _NEVER, symbol_end + chance)
                    _merge(grown, longer, _NEVER, blank + chance)
                else:
                    _merge(grown, longer, _NEVER, total + chance)
        possible = [(prefix, ends) for prefix, ends in grown.items() if max(ends) > _NEVER]
        beams = dict(sorted(possible, key=lambda item: (-_add(*item[1]) - told[item[0]], item[0]))[:width])
        told = {prefix: told[prefix] for prefix in beams}
    ended = [float(onward[BLANK]) for onward in language(list(beams))] if language is not None else [0.0] * len(beams)
    found = [
        Hypothesis(prefix, _add(*ends) + told[prefix] + end)
        for (prefix, ends), end in zip(beams.items(), ended, strict=True)
    ]
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


def _merge(beams: dict[Symbols, tuple[float, float]], prefix: Symbols, blank: float, end: float) -> None:
    """Adds paths that spell a beginning to those already met."""
    was = beams.get(prefix, (_NEVER, _NEVER))
    beams[prefix] = (_add(was[0], blank), _add(was[1], end))
