"""The learned cycle: a table with a number for each place in a season, trained with the network that reads the rest.

After Lin et al., CycleNet: Enhancing time series forecasting through modeling periodic patterns, 2024.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from tsrnn.errors import SettingError, truth, whole_number
from tsrnn.nn.decoder import Decoder, ForecastNetwork, MakeCore, Outlook, Shape, Window
from tsrnn.nn.direct import Direct
from tsrnn.nn.heads import Head

# An optimiser moves a weight by about its rate a step, and a season may be many typical changes high.
_PACE = 20.0


@dataclass(frozen=True)
class Cycle:
    """A learned cycle is taken off each window, and put back on the forecast of what is left.

    For a season that is longer than the window: a day of hours does not say which day of the week it is.

    - `period`: rows of one cycle, 168 for the week of hourly rows.
    - `decoder`: what reads the rest, such as Segment(); None is Direct().
    - `shared`: one cycle for all series, each in its own unit, where there are many alike or short ones; else each
      series has its own, and one never seen has the mean of theirs.

    The place of a row in the cycle is that of its time stamp, counted on the wall clock in steps of the frequency
    (business days without regard to holidays, integers and periods by their numbers), so that series and histories may
    begin anywhere. It is looked up for the last row of a window, and the rows around that one are counted from it.

    >>> Cycle(168).shared
    False
    """

    period: int
    decoder: Decoder | None = None
    shared: bool = False

    def __post_init__(self) -> None:
        whole_number("period", self.period, 2)
        inner = self.decoder
        if inner is not None and (not isinstance(inner, Decoder) or isinstance(inner, (type, Cycle))):
            raise SettingError(f"decoder in Cycle must be another decoder, such as Segment(), or None; got {inner!r}")
        truth("shared", self.shared)

    def network(self, shape: Shape, core: MakeCore, head: Head) -> ForecastNetwork:
        """The network of `decoder`, with a table of the cycle around it."""
        if head.counts:
            raise SettingError(
                f"Cycle({self.period}) takes a cycle off counts, which are none then, but head={head!r} forecasts "
                "counts; leave Cycle() out or use another head"
            )
        table = Table(self.period, shape.channels, None if self.shared else shape.series)
        return Cyclic(table, (self.decoder or Direct()).network(shape, core, head))


class Table(nn.Module):
    """A number for each place in the cycle and each channel; with `series` a table each, else one for all."""

    def __init__(self, period: int, channels: int, series: int | None) -> None:
        super().__init__()
        self.period = period
        shape = (period, channels) if series is None else (series, period, channels)
        # The name tells `adopt` that another model's table may have rows for other series.
        self.register_parameter("shared" if series is None else "series", nn.Parameter(torch.empty(shape)))

    def initialize(self) -> None:
        """No cycle."""
        for weight in self.parameters():
            nn.init.zeros_(weight)

    def forward(self, place: Tensor, series: Tensor, steps: Tensor) -> Tensor:
        """The cycle `(batch, step, channel)`, so many `steps (step,)` after the rows of these places `(batch,)`."""
        places = (place[:, None] + steps) % self.period  # (batch, step)
        (table,) = self.parameters()
        if table.ndim == 2:
            return _PACE * table[places]
        known = (series >= 0)[:, None, None]
        own = table[series.clamp_min(0)[:, None], places]
        return _PACE * (own if bool(known.all()) else torch.where(known, own, table.mean(0)[places]))


class Cyclic(ForecastNetwork):
    """A network that never sees the cycle: `decoder` is given windows without it, and learns what is left."""

    dated = True

    def __init__(self, cycle: Table, decoder: ForecastNetwork) -> None:
        super().__init__()
        self.cycle, self.decoder, self.shape = cycle, decoder, decoder.shape

    @property
    def longest(self) -> int | None:
        """As the decoder has it."""
        return self.decoder.longest

    @property
    def attends(self) -> bool:
        """As the decoder does."""
        return self.decoder.attends

    def initialize(self, generator: torch.Generator) -> None:
        """Draws the decoder's weights; there is no cycle at first."""
        self.cycle.initialize()
        self.decoder.initialize(generator)

    @torch.no_grad()
    def solve(self, windows: Callable[[Tensor], Window], training: Tensor, validation: Tensor) -> None:
        """What the decoder has in closed form, from windows as they are before any cycle is learned."""
        self.decoder.solve(lambda rows: self._without(windows(rows)), training, validation)

    def loss(self, window: Window) -> Tensor:
        """The decoder's loss of what is left of the window and of what follows it."""
        return self.decoder.loss(self._without(window))

    def outlook(self, window: Window) -> Raised:
        """The decoder's, with the cycle ahead on it."""
        return Raised(self.decoder.outlook(self._without(window)), lambda steps: self._ahead(window, steps))

    def paths(self, window: Window, n: int, seed: int) -> Tensor:
        """The decoder's sample paths, with the cycle ahead on them."""
        found = self.decoder.paths(self._without(window), n, seed)  # (batch, path, step, channel)
        return found + self._ahead(window, found.shape[2])[:, None]

    def weights(self, window: Window) -> Tensor:
        """What the decoder looks at."""
        return self.decoder.weights(self._without(window))

    def _without(self, window: Window) -> Window:
        """The window less the cycle, 0 where a target is missing."""
        steps = torch.arange(window.target.shape[1], device=window.target.device) - (self.shape.lookback - 1)
        rest = window.target - self._cycle(window, steps)
        return replace(window, target=rest if window.complete else torch.where(window.observed != 0, rest, 0.0))

    def _ahead(self, window: Window, steps: int) -> Tensor:
        """The cycle of the steps ahead, `(batch, step, channel)`, in float64 as outlooks are."""
        return self._cycle(window, torch.arange(1, steps + 1, device=window.target.device)).double()

    def _cycle(self, window: Window, steps: Tensor) -> Tensor:
        place = torch.zeros_like(window.series) if window.place is None else window.place
        found: Tensor = self.cycle(place, window.series, steps)
        return found


@dataclass(frozen=True)
class Raised:
    """An outlook with a cycle on it, which `ahead(steps)` gives, `(batch, step, channel)`."""

    rest: Outlook
    ahead: Callable[[int], Tensor]

    def point(self) -> Tensor:
        """The forecast of the rest, and the cycle."""
        return self._on(self.rest.point())

    def interval(self, level: float) -> tuple[Tensor, Tensor]:
        """Both ends of the interval of the rest, and the cycle."""
        low, high = self.rest.interval(level)
        return self._on(low), self._on(high)

    def _on(self, values: Tensor) -> Tensor:
        return values + self.ahead(values.shape[1])
