"""Two things measured in turn, A B B A …, so that whatever else the machine does falls on both alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

A = TypeVar("A")
B = TypeVar("B")


@dataclass(frozen=True)
class Ratio:
    """The median over turns of one figure over the other of the same turn, and the smallest and largest."""

    median: float
    low: float
    high: float

    @property
    def spread(self) -> str:
        """The smallest and the largest, for a table."""
        return f"{self.low:.2f} to {self.high:.2f}"


def in_turn(first: Callable[[], A], second: Callable[[], B], turns: int) -> list[tuple[A, B]]:
    """What both give, turn by turn, after one turn that does not count; they swap places every time."""
    found: list[tuple[A, B]] = []
    for turn in range(turns + 1):
        if turn % 2:
            one, other = first(), second()
        else:
            other, one = second(), first()
        found.append((one, other))
    return found[1:]


def ratio(tops: Sequence[float], bottoms: Sequence[float]) -> Ratio:
    """How the figures compare, turn by turn."""
    found = [top / bottom for top, bottom in zip(tops, bottoms, strict=True)]
    return Ratio(statistics.median(found), min(found), max(found))


def milliseconds(work: Callable[[], object], times: int = 1) -> Callable[[], float]:
    """A measurement: how long the work takes, mean of so many times."""

    def measure() -> float:
        start = time.perf_counter()
        for _ in range(times):
            work()
        return 1000 * (time.perf_counter() - start) / times

    return measure
