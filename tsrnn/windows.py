"""Windows: start rows into a panel and nothing else; a batch of them is one gather from a strided view."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from tsrnn.errors import ShortSeriesError
from tsrnn.panel import Counts, Flags, Panel


@dataclass(frozen=True)
class Windows:
    """Every window of `length` rows over `rows (row, feature)`, none of them copied until it is asked for."""

    rows: Tensor
    length: int

    def take(self, starts: Tensor) -> Tensor:
        """The windows that begin at `starts (window,)`, as `(window, time, feature)`.

        >>> Windows(torch.arange(6.0)[:, None], 3).take(torch.tensor([0, 2]))[..., 0]
        tensor([[0., 1., 2.],
                [2., 3., 4.]])
        """
        count, width = self.rows.shape
        row, column = self.rows.stride()
        view = self.rows.as_strided((count - self.length + 1, self.length, width), (row, row, column))
        return view.index_select(0, starts)  # (window, time, feature)


@dataclass(frozen=True)
class Starts:
    """Where training and validation windows begin: `training (window,)`, `validation (window,)`."""

    training: Tensor
    validation: Tensor


def legal_starts(panel: Panel, observed: Flags, lookback: int, horizon: int, validation: float) -> Starts:
    """The windows that a network may learn from, split in time.

    A legal window lies inside one series and has an observed value among its inputs and among its targets. The last
    `validation` share of each series' rows (at least `horizon` of them) are validation targets; a training window's
    targets all lie before them. A series too short to be split is all training.

    Raises ShortSeriesError naming a series that has no window.
    """
    training, tail = [], []
    for series, name in enumerate(panel.names):
        rows = panel.rows(series)
        starts = _inside(np.asarray(observed[rows].any(axis=1)), lookback, horizon) + rows.start
        length = rows.stop - rows.start
        if not len(starts):
            raise _no_window(name, length, lookback, horizon)
        cut = rows.stop - max(horizon, round(validation * length)) if validation else rows.stop
        early, late = starts[starts + lookback + horizon <= cut], starts[starts + lookback >= cut]
        training.append(early if len(early) else starts)
        tail.append(late if len(early) else late[:0])
    return Starts(torch.from_numpy(np.concatenate(training)), torch.from_numpy(np.concatenate(tail)))


def _no_window(name: object, length: int, lookback: int, horizon: int) -> ShortSeriesError:
    size = f"{lookback + horizon} (lookback {lookback} + horizon {horizon})"
    if length < lookback + horizon:
        problem = f"has {length} rows, but one window takes {size}; give a longer series or a shorter lookback"
    else:
        problem = (
            f"has {length} rows, but no window of {size} with an observed value among its inputs and among its "
            "targets; give more values or a shorter lookback"
        )
    message = f"series {name!r} {problem}, or leave the series out"
    return ShortSeriesError(message, series=name, needed=lookback + horizon)


def _inside(seen: Flags, lookback: int, horizon: int) -> Counts:
    """Starts within one series whose inputs and targets each hold an observed row."""
    total = np.concatenate(([0], np.cumsum(seen)))
    starts = np.arange(max(len(seen) - lookback - horizon + 1, 0))
    inputs = total[starts + lookback] - total[starts]
    targets = total[starts + lookback + horizon] - total[starts + lookback]
    return starts[(inputs > 0) & (targets > 0)].astype(np.int64)


def default_lookback(panel: Panel, horizon: int) -> int:
    """Two seasons or two horizons, whichever is longer, but at most a third of the shortest series."""
    return max(1, min(usual_lookback(panel, horizon), int(panel.lengths.min()) // 3))


def usual_lookback(panel: Panel, horizon: int) -> int:
    """What series that are long enough are read by: two seasons or two horizons, whichever is longer."""
    return 2 * max(panel.season, horizon)
