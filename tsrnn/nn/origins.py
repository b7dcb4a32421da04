"""Loss at every origin: one pass over a window gives a forecast at many of its rows, each blind to what follows it.

After the forking sequences of Wen et al., A multi-horizon quantile recurrent forecaster, 2017.
"""

from __future__ import annotations

import torch
from torch import Tensor

from tsrnn.errors import SettingError
from tsrnn.nn.decoder import ForecastNetwork, HeadOutlook, MakeCore, Shape, Window, mean_loss
from tsrnn.nn.heads import Head
from tsrnn.nn.readout import Readout


class EveryOrigin(ForecastNetwork):
    """A core that reads changes, and the horizon from its state at several rows of the window.

    A row is seen as its change from the last observed value before it, and as its distance from the mean of the
    values so far; both are of the past alone. A forecast is relative to the last value observed at its origin.
    """

    def __init__(self, shape: Shape, core: MakeCore, head: Head, origins: int) -> None:
        super().__init__()
        self.shape, self.head, self.origins = shape, head, origins
        self.core = core(2 * shape.channels + shape.beside)
        if self.core.directions > 1:
            raise SettingError(
                f"a bidirectional core lets each of the {origins} origins see what follows it; "
                "use origins=1 or bidirectional=False"
            )
        self.readout = Readout(self.core.output_size, shape, head)

    def initialize(self, generator: torch.Generator) -> None:
        """Draws every weight; the first forecast is the last value."""
        self.core.initialize(generator)
        self.readout.initialize(generator)

    def loss(self, window: Window) -> Tensor:
        """The head's loss, averaged over the observed steps ahead of all origins."""
        at = self.rows(window.target.device)
        raw, level = self.at(window, at)
        steps = at[:, None] + torch.arange(1, self.shape.horizon + 1, device=at.device)  # (origin, step)
        actual, observed = window.target[:, steps], window.observed[:, steps]  # (batch, origin, step, channel)
        return mean_loss(self.head, raw, actual - level, observed, torch.ones_like(level))

    def outlook(self, window: Window) -> HeadOutlook:
        """The reading at the last row."""
        raw, level = self.at(window, torch.tensor([self.shape.lookback - 1], device=window.target.device))
        return HeadOutlook(self.head, raw[:, 0], level[:, 0], torch.ones_like(level[:, 0]))

    def rows(self, device: torch.device) -> Tensor:
        """The rows of a window that are origins, `(origin,)`: spread over its second half, its last row among them."""
        last = self.shape.lookback - 1
        return torch.linspace(last // 2, last, min(self.origins, last - last // 2 + 1), device=device).round().long()

    def at(self, window: Window, rows: Tensor) -> tuple[Tensor, Tensor]:
        """The head's numbers `(batch, origin, step, channel, outputs)` and the levels `(batch, origin, 1, channel)`."""
        values, observed = window.seen(self.shape)
        latest = carried(values, observed)  # (batch, time, channel)
        begun = window.begun(self.shape)
        out, _ = self.core(torch.cat((*past_only(values, observed, latest), window.beside(self.shape)), -1), mask=begun)
        ahead = window.future.unfold(1, self.shape.horizon, 1)[:, 1:].transpose(-1, -2)  # (batch, row, step, F)
        static = window.static[:, None].expand(-1, len(rows), -1)
        return self.readout(out[:, rows], ahead[:, rows], static), latest[:, rows][:, :, None]


def carried(values: Tensor, observed: Tensor) -> Tensor:
    """The last observed value up to each row, `(batch, time, channel)`; 0 before the first."""
    row = torch.arange(1, values.shape[1] + 1, device=values.device)[:, None]
    latest = (row * (observed != 0)).cummax(dim=1).values  # 1-based; 0 means none yet
    return torch.where(latest > 0, values.gather(1, (latest - 1).clamp_min(0)), 0.0)


def past_only(values: Tensor, observed: Tensor, latest: Tensor) -> tuple[Tensor, Tensor]:
    """Each row's change from the last value before it, and its distance from the mean so far; 0 where it is missing."""
    there = observed != 0
    count = there.cumsum(1)
    before = torch.cat((torch.zeros_like(latest[:, :1]), latest[:, :-1]), 1)
    change = torch.where(there & (count > 1), values - before, 0.0)
    first = latest.gather(1, (count == 0).sum(1, keepdim=True).clamp_max(values.shape[1] - 1))
    mean = ((values - first) * there).cumsum(1) / count.clamp_min(1)  # from the first value, which keeps it small
    return change, torch.where(there, values - first - mean, 0.0)
