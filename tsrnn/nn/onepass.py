"""One pass: a window is normalised, a body reads it and gives every step ahead at once, a head says what that is."""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor

from tsrnn.nn.decoder import ForecastNetwork, HeadOutlook, Shape, Window, mean_loss
from tsrnn.nn.heads import Head
from tsrnn.nn.normalize import normalized


class Body(Protocol):
    """What stands between a normalised window and the head; a module.

    Takes `x (batch, lookback, channel + beside)`, `begun (batch, lookback)`: false until the series starts, and the
    window itself for all else; gives what the head reads, `(batch, step, channel, outputs)`.
    """

    def initialize(self, generator: torch.Generator) -> None:
        """Draws every weight; the last layer starts so that the first forecast is the head's `start`."""
        ...

    def __call__(self, x: Tensor, begun: Tensor, window: Window) -> Tensor:
        """The head's numbers."""
        ...


class OnePass(ForecastNetwork):
    """Normalisation, body and head, put together.

    Each window is seen relative to its own level and so is the forecast: untrained, it is that level. Counts are seen
    relative to their mean.
    """

    counts = True

    def __init__(self, shape: Shape, body: Body, head: Head, normalize: str) -> None:
        super().__init__()
        self.shape, self.head, self.normalize = shape, head, "counts" if head.counts else normalize
        self.body = body

    def initialize(self, generator: torch.Generator) -> None:
        """Draws the body's weights."""
        self.body.initialize(generator)

    def forward(self, window: Window) -> tuple[Tensor, Tensor, Tensor]:
        """The head's numbers `(batch, step, channel, outputs)`, and the window's level and scale."""
        values, observed = window.seen(self.shape)
        away, level, scale = normalized(self.normalize, values, observed)
        begun = (observed != 0).any(-1).cumsum(1) > 0  # (batch, time)
        raw = self.body(torch.cat((away, window.beside(self.shape)), -1), begun, window)
        return raw, level, scale

    def loss(self, window: Window) -> Tensor:
        """The head's loss, averaged over the observed steps ahead."""
        raw, level, scale = self(window)
        actual, observed = window.ahead(self.shape)
        return mean_loss(self.head, raw, (actual - level) / scale, observed, scale)

    def outlook(self, window: Window) -> HeadOutlook:
        """The head's reading of each window."""
        return HeadOutlook(self.head, *self(window))
