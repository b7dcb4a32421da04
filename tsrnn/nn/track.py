"""Track: what a series has been up to a row, so that the next row is seen relative to its own past alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from tsrnn.nn.origins import carried


@dataclass(frozen=True)
class Track:
    """The values so far, `(…, channel)` each; over a window, `(batch, time, channel)`, one track a row.

    - `latest`: the last observed value, `before` the one before it, `first` the first; 0 where there is none.
    - `total`: the sum of the values less the first; `number` of them; `there`: whether this row has one.
    - `counts`: whether they are counts, which are seen relative to their mean (and `first` is 0), not as changes.
    """

    latest: Tensor
    before: Tensor
    first: Tensor
    total: Tensor
    number: Tensor
    there: Tensor
    counts: bool

    @staticmethod
    def over(values: Tensor, observed: Tensor, counts: bool) -> Track:
        """The tracks of all rows of `values (batch, time, channel)`, where `observed` is not 0."""
        there = observed != 0
        latest, number = carried(values, observed), there.cumsum(1)
        before = torch.cat((torch.zeros_like(latest[:, :1]), latest[:, :-1]), 1)
        place = (number == 0).sum(1, keepdim=True).clamp_max(values.shape[1] - 1)
        first = torch.zeros_like(latest) if counts else latest.gather(1, place).expand_as(latest)
        total = ((values - first) * there).cumsum(1)
        return Track(latest, before, first, total, number.to(values.dtype), there, counts)

    @property
    def begun(self) -> Tensor:
        """Whether any channel has had a value, `(batch, time)`."""
        return (self.number > 0).any(-1)

    @property
    def level(self) -> Tensor:
        """What the next value is relative to: the latest; 0 for counts."""
        return torch.zeros_like(self.latest) if self.counts else self.latest

    @property
    def scale(self) -> Tensor:
        """In what unit: one; for counts their mean, as if half of one more row's one had been seen too."""
        return (self.total + 0.5) / (self.number + 1.0) if self.counts else torch.ones_like(self.latest)

    @property
    def carried(self) -> Tensor:
        """The latest value, NaN where there is none."""
        return torch.where(self.number > 0, self.latest, torch.nan)

    def features(self, lagged: list[Tensor]) -> list[Tensor]:
        """What a network reads: the change and the distance from the mean, and `lagged` values, NaN for none.

        Of counts: the value, and the logarithm of the scale.
        """
        level, scale = self.level, self.scale
        others = [torch.nan_to_num((values - level) / scale, nan=0.0) for values in lagged]
        if self.counts:
            return [torch.where(self.there, self.latest / scale, 0.0), torch.log(scale), *others]
        change = torch.where(self.there & (self.number > 1), self.latest - self.before, 0.0)
        mean = self.total / self.number.clamp_min(1.0)
        return [change, torch.where(self.there, self.latest - self.first - mean, 0.0), *others]

    def after(self, value: Tensor) -> Track:
        """The track when `value (…, channel)` has been seen too."""
        first = self.first if self.counts else torch.where(self.number > 0, self.first, value)
        total, there = self.total + value - first, torch.ones_like(self.there)
        return Track(value, self.latest, first, total, self.number + 1.0, there, self.counts)

    def at(self, row: int) -> Track:
        """The track at one row of a window, `(batch, channel)`."""
        return self._map(lambda part: part[:, row])

    def repeat(self, n: int) -> Track:
        """Each row of the batch `n` times in a run."""
        return self._map(lambda part: part.repeat_interleave(n, 0))

    def _map(self, change: Callable[[Tensor], Tensor]) -> Track:
        return Track(
            change(self.latest),
            change(self.before),
            change(self.first),
            change(self.total),
            change(self.number),
            change(self.there),
            self.counts,
        )
