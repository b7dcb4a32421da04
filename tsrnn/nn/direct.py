"""The direct decoder: the whole horizon at once from the last state, which has seen the newest row."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from tsrnn.nn.heads import Head
from tsrnn.nn.normalize import last_observed, relative
from tsrnn.nn.recurrent import Recurrent

_PER_STEP = 16


class Direct(nn.Module):
    """Core → last state → `horizon` steps of `channels` channels.

    - `core`: reads `(batch, time, channel + extra)`; its last output feeds every step of the forecast.
    - `extra`: inputs beside the target at each step; `known`: covariates known at each step ahead; `static`: a series.

    Each window is seen relative to its last observed value, and so is the forecast: untrained, it is that value.
    """

    def __init__(
        self, core: Recurrent, head: Head, *, horizon: int, channels: int, known: int = 0, static: int = 0
    ) -> None:
        super().__init__()
        self.core, self.head = core, head
        self.horizon, self.channels = horizon, channels
        self.summary = core.output_size + static
        width = channels * head.outputs
        self.steps = nn.Linear(self.summary, horizon * (_PER_STEP if known else width))
        self.known = nn.Linear(known, _PER_STEP) if known else None
        self.read = nn.Linear(_PER_STEP, width) if known else None

    def initialize(self, generator: torch.Generator) -> None:
        """Draws every weight from `generator`; the last starts at zero, so the first forecast is the last value."""
        self.core.initialize(generator)
        final = self.steps if self.read is None else self.read
        for layer in (self.steps, self.known, self.read):
            if layer is not None:
                nn.init.xavier_uniform_(layer.weight, generator=generator)
                nn.init.zeros_(layer.bias)
        nn.init.zeros_(final.weight)
        start = final.bias.new_tensor(self.head.start())
        with torch.no_grad():
            final.bias.copy_(start.repeat(final.out_features // self.head.outputs))

    def forward(
        self, values: Tensor, observed: Tensor, extra: Tensor, known: Tensor, static: Tensor
    ) -> tuple[Tensor, Tensor]:
        """What the head reads `(batch, step, channel, outputs)`, and the level it is relative to `(batch, channel)`.

        Takes `values` and `observed (batch, time, channel)`, `extra (batch, time, E)`, `known (batch, step, F)` and
        `static (batch, S)`. Rows before the first observed one are no steps of the series.
        """
        level = last_observed(values, observed)
        seen = relative(values, observed, level)
        begun = (observed != 0).any(-1).cumsum(1) > 0  # (batch, time): false until the series starts
        out, _ = self.core(torch.cat((seen, extra), -1), mask=begun)
        last = torch.cat((self._last(out), static), -1)  # (batch, summary)
        steps = self.steps(last).unflatten(-1, (self.horizon, -1))  # (batch, step, channel * outputs | per step)
        if self.known is not None and self.read is not None:
            steps = self.read(torch.relu(steps + self.known(known)))
        return steps.unflatten(-1, (self.channels, self.head.outputs)), level

    def _last(self, out: Tensor) -> Tensor:
        """The state that has read the whole window: the last one forward, the first one backward."""
        if self.core.directions == 1:
            return out[:, -1]
        forward, backward = out.chunk(2, -1)
        return torch.cat((forward[:, -1], backward[:, 0]), -1)
