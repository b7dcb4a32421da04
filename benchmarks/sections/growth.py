"""What a training step costs with few series and with very many: shuffling, gathering and all."""

from __future__ import annotations

import statistics

from sections.pages import Row
from sections.turns import in_turn, ratio
from sections.workload import BATCH, clocked, steps_only, walks
from tsrnn.frame import read
from tsrnn.panel import Panel

FEW, MANY, ROWS, STEPS = 10, 10_000, 1_000, 150


def rows(quick: bool) -> list[Row]:
    """A row a cell; epochs of 150 steps, the default."""
    few, many = read(walks(FEW, ROWS)), read(walks(MANY // 10 if quick else MANY, ROWS))
    return [_row(cell, few, many, 3 if quick else 5) for cell in ("gru", "lstm")]


def _row(cell: str, few: Panel, many: Panel, turns: int) -> Row:
    settings = steps_only(2, STEPS, BATCH)
    pairs = in_turn(lambda: clocked(cell, few, settings), lambda: clocked(cell, many, settings), turns)
    small, large = [fit.step for fit, _ in pairs], [fit.step for _, fit in pairs]
    compared = ratio(large, small)
    return {
        "cell": cell,
        "rows a series": ROWS,
        f"{len(few.names)} series, ms a step": statistics.median(small),
        f"{len(many.names):,} series, ms a step": statistics.median(large),
        "many / few": round(compared.median, 2),
        "lowest to highest": compared.spread,
        "set-up with many, s": statistics.median(fit.setup for _, fit in pairs),
    }
