"""A whole step of `fit` beside a bare loop that does the same arithmetic on the same kernel."""

from __future__ import annotations

import statistics

import torch

from sections.bare import bare_step
from sections.pages import Row
from sections.turns import in_turn, ratio
from sections.workload import HIDDEN, HORIZON, LOOKBACK, clocked, steps_only, walks
from tsrnn.frame import read
from tsrnn.nn.heads import Head, Point, Quantiles
from tsrnn.panel import Panel

# cell, windows in a batch, head: the sizes the peers are given too, and the defaults
CASES: tuple[tuple[str, int, Head], ...] = (
    ("gru", 32, Point()),
    ("lstm", 32, Point()),
    ("gru", 64, Quantiles()),
    ("lstm", 64, Quantiles()),
)


def rows(quick: bool) -> list[Row]:
    """A row a case: milliseconds a step, their ratio, windows a second, and what fit takes before the first step."""
    panel = read(walks(500, 1000))
    values = torch.from_numpy(panel.values[:, 0]).float()
    return [_row(cell, batch, head, (panel, values), quick) for cell, batch, head in CASES]


def _row(cell: str, batch: int, head: Head, data: tuple[Panel, torch.Tensor], quick: bool) -> Row:
    panel, values = data
    settings = steps_only(2, 50 if quick else 100, batch)
    pairs = in_turn(
        lambda: clocked(cell, panel, settings, head),
        lambda: bare_step(cell, (LOOKBACK, HORIZON, HIDDEN), head, settings, values),
        3 if quick else 9,
    )
    own, bare = [fit.step for fit, _ in pairs], [step for _, step in pairs]
    compared = ratio(own, bare)
    return {
        "cell": cell,
        "head": type(head).__name__,
        "batch": batch,
        "fit, ms a step": statistics.median(own),
        "bare loop, ms a step": statistics.median(bare),
        "fit / bare": round(compared.median, 2),
        "lowest to highest": compared.spread,
        "windows a second": 1000 * batch / statistics.median(own),
        "set-up, s": statistics.median(fit.setup for fit, _ in pairs),
    }
