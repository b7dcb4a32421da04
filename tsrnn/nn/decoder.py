"""What a decoder is: settings that build a network, which gives the loss of windows and what follows each of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import torch
from torch import Tensor, nn

from tsrnn.errors import SettingError
from tsrnn.nn.heads import Head
from tsrnn.nn.recurrent import Recurrent

# A core that reads so many numbers a step; everything else about it is the caller's.
MakeCore = Callable[[int], Recurrent]


@dataclass(frozen=True)
class Shape:
    """The sizes of a window: rows read and forecast, columns of each kind, and how many series there are.

    `flags`: whether the network is told which targets are missing.
    """

    lookback: int
    horizon: int
    channels: int
    past: int = 0
    future: int = 0
    static: int = 0
    series: int = 1
    flags: bool = False

    @property
    def beside(self) -> int:
        """Numbers beside the targets that a core reads at each step."""
        return self.past + self.future + self.channels * self.flags


@dataclass(frozen=True)
class Window:
    """A batch of windows; `time` is the lookback and, where the future is known to us (in training), the horizon too.

    - `target (batch, time, channel)`, 0 where missing; `observed` of the same shape, 1 where there is a value.
    - `past (batch, time, P)`; `future (batch, lookback + horizon, F)`, known ahead; `static (batch, S)`.
    - `series (batch,)`: which series of the fit it is from, -1 for one never seen.
    - `keys (batch,)`: whole numbers by which the series draw random numbers each of its own; None where none are drawn.
    - `complete`: whether no target is missing, as far as its maker knows: then nobody has to look.
    - `place (batch,)`: the number of the last row read among all steps of its frequency; None (as 0) where nobody asks.
    """

    target: Tensor
    observed: Tensor
    past: Tensor
    future: Tensor
    static: Tensor
    series: Tensor
    keys: Tensor | None = None
    complete: bool = False
    place: Tensor | None = None

    def seen(self, shape: Shape) -> tuple[Tensor, Tensor]:
        """The targets of the lookback and which are observed, `(batch, lookback, channel)` each."""
        return self.target[:, : shape.lookback], self.observed[:, : shape.lookback]

    def ahead(self, shape: Shape) -> tuple[Tensor, Tensor]:
        """The targets of the horizon and which are observed, `(batch, horizon, channel)` each."""
        return self.target[:, shape.lookback :], self.observed[:, shape.lookback :]

    def begun(self, shape: Shape) -> Tensor | None:
        """Which rows of the lookback come at or after the first value, `(batch, lookback)`; None where all do."""
        if self.complete:
            return None
        return (self.observed[:, : shape.lookback] != 0).any(-1).cumsum(1) > 0

    def beside(self, shape: Shape) -> Tensor:
        """What a core reads beside the targets, `(batch, lookback, shape.beside)`."""
        parts = [self.past[:, : shape.lookback], self.future[:, : shape.lookback]]
        if shape.flags:
            parts.append(self.observed[:, : shape.lookback])
        return torch.cat(parts, -1)

    def known(self, shape: Shape) -> Tensor:
        """Covariates at each step ahead, `(batch, horizon, F)`."""
        return self.future[:, shape.lookback :]

    def select(self, rows: Tensor) -> Window:
        """The windows of `rows`, numbers in the batch."""
        return Window(
            self.target[rows],
            self.observed[rows],
            self.past[rows],
            self.future[rows],
            self.static[rows],
            self.series[rows],
            None if self.keys is None else self.keys[rows],
            self.complete,
            None if self.place is None else self.place[rows],
        )


class Outlook(Protocol):
    """What follows a batch of windows, in the unit of their targets and in float64."""

    def point(self) -> Tensor:
        """The forecast, `(batch, step, channel)`."""
        ...

    def interval(self, level: float) -> tuple[Tensor, Tensor]:
        """Both ends of the central interval of `level` per cent, shaped like the forecast."""
        ...


class ForecastNetwork(nn.Module):
    """The interface of what a decoder builds; `shape` says which windows it takes.

    `counts`: whether it can give a head of counts what that reads. `dated`: whether it asks for the `place` of windows.
    """

    shape: Shape
    counts: bool = False
    dated: bool = False

    @property
    def longest(self) -> int | None:
        """The most steps it can forecast; None for any, as many as the window's covariates go on after the lookback."""
        return self.shape.horizon

    @property
    def attends(self) -> bool:
        """Whether its steps ahead look back at the rows of a window, so that `weights` says how much."""
        return False

    def initialize(self, generator: torch.Generator) -> None:
        """Draws every weight from `generator`."""
        raise NotImplementedError

    def solve(self, windows: Callable[[Tensor], Window], training: Tensor, validation: Tensor) -> None:
        """Sets what has a closed form, before training, from windows by their numbers; most networks have none."""

    def loss(self, window: Window) -> Tensor:
        """The mean loss over the observed targets, a scalar."""
        raise NotImplementedError

    def outlook(self, window: Window) -> Outlook:
        """What follows each window."""
        raise NotImplementedError

    def weights(self, window: Window) -> Tensor:
        """How much each step ahead looks at each row of the window, `(batch, step, time)`; where it attends."""
        raise NotImplementedError

    def paths(self, window: Window, n: int, seed: int) -> Tensor:
        """`n` sample paths after each window, `(batch, path, step, channel)` in float64; SettingError without them."""
        raise SettingError(
            "this decoder forecasts each step by itself and knows no paths through them; fit with decoder=Recursive()"
        )


@runtime_checkable
class Decoder(Protocol):
    """Settings of a decoder, a frozen record."""

    def network(self, shape: Shape, core: MakeCore, head: Head) -> ForecastNetwork:
        """An untrained network for windows of that shape."""
        ...


@dataclass(frozen=True)
class HeadOutlook:
    """A head's reading of `raw (batch, step, channel, outputs)`, times `scale`, plus `level`, `(batch, 1, channel)`."""

    head: Head
    raw: Tensor
    level: Tensor
    scale: Tensor

    def point(self) -> Tensor:
        """The head's own forecast."""
        return self._back(self.head.point(self._numbers()))

    def interval(self, level: float) -> tuple[Tensor, Tensor]:
        """The head's own interval."""
        low, high = self.head.interval(self._numbers(), level)
        return self._back(low), self._back(high)

    def quantile(self, share: Tensor) -> Tensor:
        """The head's own value below which `share (batch, step, channel)` lies."""
        return self._back(self.head.quantile(self._numbers(), share))

    def _numbers(self) -> Tensor:
        raw = self.raw.double()
        return _with_scale(raw, self.scale.double()) if self.head.counts else raw

    def _back(self, values: Tensor) -> Tensor:
        return values if self.head.counts else values * self.scale.double() + self.level.double()


def mean_loss(head: Head, raw: Tensor, actual: Tensor, observed: Tensor, scale: Tensor) -> Tensor:
    """The mean over observed steps of the head's loss of `actual` in units of `scale`, weighted by that scale.

    So a window that swings widely counts as it does in the unit of the data; a likelihood has no unit and no weight.
    All shapes broadcast to `(…, step, channel)`; `raw` has one axis more.
    """
    if head.counts:
        errors = head.loss(_with_scale(raw, scale), actual * scale)
    else:
        errors = head.loss(raw, actual) * (1.0 if head.likelihood else scale)
    return (errors * observed).sum() / observed.sum()


def _with_scale(raw: Tensor, scale: Tensor) -> Tensor:
    """What a head of counts reads: its numbers, and the scale as one more."""
    return torch.cat((raw, scale.expand(raw.shape[:-1])[..., None]), -1)
