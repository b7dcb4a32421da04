"""Splits: how a backtest is run, and the rows of each series that were known at each forecast origin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tsrnn.errors import ShortSeriesError, whole_number
from tsrnn.panel import Counts, Panel


@dataclass(frozen=True)
class Plan:
    """How a backtest was run: steps ahead, origins, rows between them, refitting, levels in per cent."""

    horizon: int
    folds: int
    step: int
    refit: bool
    levels: tuple[float, ...]


def rolling_origins(panel: Panel, horizon: int, folds: int, step: int | None) -> list[Counts]:
    """An expanding window: for each fold, oldest first, how many rows of each series were known, `(series,)`.

    The last fold leaves the last `horizon` rows of a series to be forecast, the one before it `step` rows more
    (`step=None`: `horizon`, so that no row is forecast twice). Each series is cut from its own end.

    Raises ShortSeriesError naming the series that has too few rows.
    """
    whole_number("horizon", horizon, 1)
    whole_number("folds", folds, 1)
    stride = horizon if step is None else whole_number("step", step, 1)
    needed = horizon + (folds - 1) * stride + 1
    for name, length in zip(panel.names, panel.lengths, strict=True):
        if length < needed:
            raise ShortSeriesError(
                f"series {name!r} has {length} rows, but {folds} folds of horizon {horizon} every {stride} rows need "
                f"at least {needed}; give a longer series, fewer folds or a shorter horizon",
                series=name,
            )
    return [np.asarray(panel.lengths - horizon - fold * stride) for fold in reversed(range(folds))]
