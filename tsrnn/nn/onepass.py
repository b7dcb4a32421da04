"""One pass: a window is normalised, a body reads it and gives every step ahead at once, a head says what that is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import torch
from torch import Tensor

from tsrnn.nn.decoder import ForecastNetwork, HeadOutlook, Shape, Window, mean_loss
from tsrnn.nn.heads import Head
from tsrnn.nn.normalize import normalized
from tsrnn.nn.origins import carried
from tsrnn.nn.ridge import Examples, Ridge


class Body(Protocol):
    """What stands between a normalised window and the head; a module.

    Takes `x (batch, lookback, channel + beside)`, `begun (batch, lookback)`: false until the series starts, None where
    all have, and the window itself for all else; gives what the head reads, `(batch, step, channel, outputs)`.
    """

    def initialize(self, generator: torch.Generator) -> None:
        """Draws every weight; the last layer starts so that the first forecast is the head's `start`."""
        ...

    def __call__(self, x: Tensor, begun: Tensor | None, window: Window) -> Tensor:
        """The head's numbers."""
        ...


class OnePass(ForecastNetwork):
    """Normalisation, body and head, put together.

    Each window is seen relative to its own level and so is the forecast: untrained, it is that level or, with a ridge
    map, what that map makes of the window. Counts are seen relative to their mean.
    """

    counts = True

    def __init__(self, shape: Shape, body: Body, head: Head, normalize: str, ridge: Ridge | None = None) -> None:
        super().__init__()
        self.shape, self.head, self.normalize = shape, head, "counts" if head.counts else normalize
        self.body = body
        self.ridge = None if head.counts else ridge

    def initialize(self, generator: torch.Generator) -> None:
        """Draws the body's weights."""
        self.body.initialize(generator)

    def forward(self, window: Window) -> tuple[Tensor, Tensor, Tensor]:
        """The head's numbers `(batch, step, channel, outputs)`, and the window's level and scale."""
        values, observed = window.seen(self.shape)
        away, level, scale = normalized(self.normalize, values, None if window.complete else observed)
        x = torch.cat((away, window.beside(self.shape)), -1) if self.shape.beside else away
        raw = self.body(x, window.begun(self.shape), window)
        return raw, level if self.ridge is None else level + scale * self.ridge(away), scale

    def solve(self, windows: Callable[[Tensor], Window], training: Tensor, validation: Tensor) -> None:
        """The linear map that the body starts from, where there is one."""
        if self.ridge is not None:
            self.ridge.solve(lambda rows: self._examples(windows(rows)), training, validation)

    def _examples(self, window: Window) -> Examples:
        """Each channel of each window, relative to it; a missing target counts as the one before it.

        An error weighs as it does in the unit of the data, and as many targets as were observed.
        """
        values, observed = window.seen(self.shape)
        away, level, scale = normalized(self.normalize, values, None if window.complete else observed)
        actual, known = window.ahead(self.shape)
        targets = carried((actual - level) / scale, known)
        weights = known.mean(1) * scale[:, 0] ** 2
        inputs, targets = (part.transpose(1, 2).flatten(0, 1) for part in (away, targets))
        return Examples(inputs, targets, weights.flatten())

    def loss(self, window: Window) -> Tensor:
        """The head's loss, averaged over the observed steps ahead."""
        raw, level, scale = self(window)
        actual, observed = window.ahead(self.shape)
        return mean_loss(self.head, raw, (actual - level) / scale, observed, scale)

    def outlook(self, window: Window) -> HeadOutlook:
        """The head's reading of each window."""
        return HeadOutlook(self.head, *self(window))
