"""Floors: what a forecast has to beat, from the same rows: last value, last season, and one linear map for all."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from referee.cells import Cell, Split
from tsrnn.panel import Array

PENALTIES = (1.0, 1e2, 1e3, 1e4, 1e5)
_AT_ONCE = 512  # origins


def last_value(units: Array, known: Array, horizon: int) -> Array:
    """The last value known, `(origin, series, step)`."""
    return np.repeat(filled(units)[known - 1][..., None], horizon, axis=-1)


def seasonal_naive(units: Array, known: Array, horizon: int, season: int) -> Array:
    """The last season known, again and again."""
    rows = known[:, None] - season + np.arange(horizon) % season  # (origin, step)
    return filled(units)[rows].transpose(0, 2, 1)


def filled(units: Array) -> Array:
    """A missing value as the one before it."""
    rows = np.where(np.isnan(units), 0, np.arange(len(units))[:, None])
    return np.take_along_axis(units, np.maximum.accumulate(rows), axis=0)


class Ridge:
    """Ridge regression from all windows less their last value to what follows, one map for all series and steps.

    Learned from the training rows alone; the penalty is the one of five with the least absolute error on the
    validation rows, `error`.
    """

    def __init__(self, cell: Cell, split: Split, lookback: int) -> None:
        self.lookback, self.horizon = lookback, cell.horizon
        known = split.origins("train", cell.horizon)
        rows = filled(split.units)
        inner = torch.zeros(lookback, lookback, dtype=torch.float64)
        cross = torch.zeros(lookback, cell.horizon, dtype=torch.float64)
        for some in np.array_split(known[known >= lookback], -(-len(known) // _AT_ONCE)):
            x, y, _ = self._windows(rows, some)
            inner += x.T @ x
            cross += x.T @ y
        values, vectors = torch.linalg.eigh(inner)
        turned = vectors.T @ cross
        tried = {penalty: vectors @ (turned / (values + penalty)[:, None]) for penalty in PENALTIES}
        check = split.origins("validation", cell.horizon)
        errors = {penalty: self._error(rows, check, weights) for penalty, weights in tried.items()}
        self.penalty = min(errors, key=errors.__getitem__)
        self.weights, self.error = tried[self.penalty], errors[self.penalty]

    def forecasts(self, units: Array, known: Array) -> Array:
        """What follows the first `known` rows, `(origin, series, step)`."""
        rows, parts = filled(units), []
        for some in np.array_split(known, -(-len(known) // _AT_ONCE)):
            x, _, level = self._windows(rows, some, ahead=False)
            parts.append((x @ self.weights + level).reshape(len(some), -1, self.horizon).numpy())
        return np.concatenate(parts)

    def _error(self, rows: Array, known: Array, weights: Tensor) -> float:
        """The mean absolute error over all origins, series and steps."""
        total, count = 0.0, 0
        for some in np.array_split(known, -(-len(known) // _AT_ONCE)):
            x, y, _ = self._windows(rows, some)
            total, count = total + float((x @ weights - y).abs().sum()), count + y.numel()
        return total / count

    def _windows(self, rows: Array, known: Array, ahead: bool = True) -> tuple[Tensor, Tensor, Tensor]:
        """Inputs and targets less the last value, and that value, `(origin * series, …)` each."""
        steps = np.arange(-self.lookback, self.horizon if ahead else 0)
        windows = torch.from_numpy(rows[known[:, None] + steps]).transpose(1, 2).flatten(0, 1)
        x = windows[:, : self.lookback]
        level = x[:, -1:]
        return x - level, windows[:, self.lookback :] - level, level
