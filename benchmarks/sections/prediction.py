"""How long `predict` takes: one series, given and answered as a Series, and 500 as a wide frame."""

from __future__ import annotations

import statistics

from sections.pages import Row
from sections.turns import milliseconds
from sections.workload import fitted, steps_only, walks

MANY = 500


def rows(quick: bool) -> list[Row]:
    """A row a cell and number of series: the median, and what nine in ten stay below."""
    found: list[Row] = []
    for cell in ("gru", "lstm"):
        for series, times in ((1, 300), (MANY, 50)):
            data = walks(series, 1000)
            model = fitted(cell, data if series > 1 else data.iloc[:, 0], steps_only(1, 2))
            measure = milliseconds(model.predict)
            took = sorted(measure() for _ in range(times // 10 if quick else times))
            found.append(
                {
                    "cell": cell,
                    "series": series,
                    "predict, ms": statistics.median(took),
                    "nine in ten below, ms": took[9 * len(took) // 10],
                }
            )
    return found
