"""Ridge: the linear map of a window solved in closed form before training, so that a network learns what it leaves."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

# Shares of the inputs' mean square that are compared as penalties.
PENALTIES = tuple(10.0 ** (half / 2.0) for half in range(-12, 3))
# Windows and channels that the map is learned from at most; of more, evenly spread ones are taken.
_MOST = 2**17
_AT_ONCE = 4096
_FARTHEST = 5.0


@dataclass(frozen=True)
class Examples:
    """Relative windows, each channel by itself, and what follows them.

    `inputs (example, lookback)`, `targets (example, horizon)`, and how much each weighs, `weights (example,)`.
    """

    inputs: Tensor
    targets: Tensor
    weights: Tensor

    def reach(self) -> Tensor:
        """How far each window goes from its level, in the unit of the data."""
        return torch.maximum(self.inputs.abs().amax(1), self.targets.abs().amax(1)) * self.weights.sqrt()

    def tempered(self, limit: float) -> Examples:
        """In float64; one that reaches beyond the limit weighs less the farther it goes."""
        excess = (self.reach().double() / limit).clamp_min(1.0) if limit else 1.0
        return Examples(self.inputs.double(), self.targets.double(), self.weights.double() / excess**4)

    def moments(self) -> tuple[Tensor, Tensor]:
        """Sums of products of inputs with inputs and with targets."""
        weighted = (self.inputs * self.weights[:, None]).T
        return weighted @ self.inputs, weighted @ self.targets

    def error(self, weights: Tensor) -> Tensor:
        """The absolute error of a map in the unit of the data, summed: a few wild series must not choose for all."""
        return (self.weights.sqrt()[:, None] * (self.inputs @ weights - self.targets).abs()).sum()


# The examples of windows by their numbers.
Source = Callable[[Tensor], Examples]


class Ridge(nn.Module):
    """One linear map from a relative window to every step ahead, shared by all series and channels.

    It is zero until it is solved, and no weight that training moves.
    """

    weights: Tensor

    def __init__(self, lookback: int, horizon: int) -> None:
        super().__init__()
        self.register_buffer("weights", torch.zeros(lookback, horizon))

    def forward(self, away: Tensor) -> Tensor:
        """The steps ahead `(batch, step, channel)` of relative windows `(batch, lookback, channel)`."""
        return (away.transpose(1, 2) @ self.weights).transpose(1, 2)

    def solve(self, source: Source, training: Tensor, validation: Tensor) -> None:
        """The map of least weighted squared error on the training windows, numbered, plus a penalty of its squares.

        Of fifteen penalties from 1e-6 to 10 it is the one with the least absolute error on the validation windows;
        without any, the strongest. (Hoerl and Kennard, Ridge regression, 1970.) A window that reaches beyond five times
        the median reach counts for less, so that a sensor's sign for "not measured" does not shape the map.
        """
        drawn = _Drawn(source, training)
        square, cross = drawn.moments()
        values, vectors = torch.linalg.eigh(square)
        turned, unit = vectors.T @ cross, values.mean().clamp_min(torch.finfo(values.dtype).tiny)
        penalties = PENALTIES if len(validation) else PENALTIES[-1:]
        tried = [vectors @ (turned / (values.clamp_min(0.0) + penalty * unit)[:, None]) for penalty in penalties]
        best = int(torch.stack([drawn.error(validation, weights) for weights in tried]).argmin())
        self.weights.copy_(tried[best])


class _Drawn:
    """Training windows, evenly spread where there are too many, and how far a window may reach to count in full."""

    def __init__(self, source: Source, windows: Tensor) -> None:
        channels = len(source(windows[:1]).weights)
        self._source = source
        self._windows = windows[:: max(1, -(-len(windows) * channels // _MOST))]
        self._limit = math.inf
        self._limit = _FARTHEST * float(torch.cat([batch.reach() for batch in self.batches(self._windows)]).median())

    def moments(self) -> tuple[Tensor, Tensor]:
        """Sums of products over all training windows."""
        square, cross = torch.zeros(()), torch.zeros(())
        for batch in self.batches(self._windows):
            own = batch.moments()
            square, cross = square + own[0], cross + own[1]
        return square, cross

    def error(self, windows: Tensor, weights: Tensor) -> Tensor:
        """The error of a map on other windows."""
        return torch.stack([batch.error(weights) for batch in self.batches(windows)] or [weights.new_zeros(())]).sum()

    def batches(self, windows: Tensor) -> Iterator[Examples]:
        """Windows, some at a time."""
        for some in torch.split(windows, _AT_ONCE):
            yield self._source(some).tempered(self._limit)
