"""The recursive decoder: one step ahead, and the next one from a sample of it; many sample paths make the forecast.

After Salinas et al., DeepAR: Probabilistic forecasting with autoregressive recurrent networks, 2020.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from tsrnn.errors import SettingError, whole_number
from tsrnn.nn.decoder import ForecastNetwork, HeadOutlook, MakeCore, Shape, Window, mean_loss
from tsrnn.nn.draws import stratified
from tsrnn.nn.heads import Head
from tsrnn.nn.readout import begin_at
from tsrnn.nn.track import Track

_ROWS = 32768  # sample paths that are stepped at once
_MOST_SAMPLES = 100_000  # that a series may have, so that settings from elsewhere cannot ask for all memory


@dataclass(frozen=True)
class Recursive:
    """Core → the next step; a forecast feeds samples of it back, as if they had been observed.

    Trained by the loss of the next step at every row of the second half of a window. A forecast of any length is read
    from `samples` paths: the median, and intervals that widen as errors add up.

    - `samples`: paths a series. The widest interval that can be read from 200 of them is 99 %.
    - `seed`: what the paths are drawn from, with the name of the series; the same model gives the same forecast.
    - `lags`: rows back from the step ahead whose values are read too, such as `(24,)` for a daily season of hours; at
      most the lookback.

    >>> Recursive(lags=(24, 168)).samples
    200
    """

    samples: int = 200
    seed: int = 0
    lags: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if whole_number("samples", self.samples, 2) > _MOST_SAMPLES:
            raise SettingError(f"samples must be at most {_MOST_SAMPLES:,} paths, got {self.samples:,}")
        if whole_number("seed", self.seed, 0) >= 2**63:
            raise SettingError(f"seed must be below 2 to the power of 63, got {self.seed}")
        lags = self.lags if isinstance(self.lags, (list, tuple)) else (self.lags,)
        object.__setattr__(self, "lags", tuple(whole_number("each of lags", lag, 1) for lag in lags))

    def network(self, shape: Shape, core: MakeCore, head: Head) -> ForecastNetwork:
        """A network of the next step."""
        return Rollout(self, shape, core, head)


class Rollout(ForecastNetwork):
    """The network of `Recursive`: every row is seen relative to what came before it, and so is the step after it."""

    counts = True

    def __init__(self, settings: Recursive, shape: Shape, core: MakeCore, head: Head) -> None:
        super().__init__()
        self.settings, self.shape, self.head = settings, shape, head
        if shape.past:
            raise SettingError(
                "decoder=Recursive() cannot use columns of the past alone, because they are not known at the steps "
                "that it feeds back; name them as future=… where they are known ahead, or use Direct()"
            )
        if max(settings.lags, default=1) > shape.lookback:
            raise SettingError(
                f"lags {settings.lags} reach back further than a window of {shape.lookback} rows; "
                f"give lookback={max(settings.lags)} or shorter lags"
            )
        head.quantile(torch.tensor([[*head.start(), 1.0][: head.outputs + head.counts]]), torch.tensor([0.5]))
        beside = shape.future + shape.static + shape.channels * shape.flags
        self.core = core(shape.channels * (2 + len(settings.lags)) + beside)
        if self.core.directions > 1:
            raise SettingError("decoder=Recursive() goes forward alone; use Network(bidirectional=False)")
        self.read = nn.Linear(self.core.output_size, shape.channels * head.outputs)

    @property
    def longest(self) -> None:
        """Any number of steps."""
        return None

    def initialize(self, generator: torch.Generator) -> None:
        """Draws every weight; the first forecast is the head's `start`."""
        self.core.initialize(generator)
        begin_at(self.read, self.head)

    def loss(self, window: Window) -> Tensor:
        """The head's loss of the next step, averaged over the rows of the window's second half and its horizon.

        Out of training only over the horizon, whose values no training window may hold.
        """
        track = Track.over(window.target[:, :-1], window.observed[:, :-1], self.head.counts)
        x = self._inputs(track, window, self._lagged(track))
        out, _ = self.core(x, mask=track.begun)
        first = (self.shape.lookback - 1) // 2 if self.training else self.shape.lookback - 1
        raw, level, scale = self._raw(out[:, first:]), track.level[:, first:], track.scale[:, first:]
        actual, observed = window.target[:, first + 1 :], window.observed[:, first + 1 :]
        return mean_loss(self.head, raw, (actual - level) / scale, observed, scale)

    def outlook(self, window: Window) -> Paths:
        """What the sample paths say."""
        paths = self.paths(window, self.settings.samples, self.settings.seed)
        return Paths(paths.sort(dim=1).values, self.head.counts)

    def paths(self, window: Window, n: int, seed: int) -> Tensor:
        """`n` sample paths after each window, `(batch, path, step, channel)` in float64."""
        keys = torch.zeros_like(window.series) if window.keys is None else window.keys
        parts = torch.split(torch.arange(len(keys), device=keys.device), max(1, _ROWS // n))
        return torch.cat([self._paths(window.select(rows), keys[rows], n, seed) for rows in parts])

    def _paths(self, window: Window, keys: Tensor, n: int, seed: int) -> Tensor:
        rows = self.shape.lookback
        track = Track.over(*window.seen(self.shape), self.head.counts)
        out, state = self.core(self._inputs(track, window, self._lagged(track)), mask=track.begun)
        raw, state = self._raw(out[:, -1]).repeat_interleave(n, 0), state.repeat(n)  # (batch * path, …)
        back = max(self.settings.lags, default=0)
        recent = [values.repeat_interleave(n, 0) for values in track.carried[:, rows - back :].unbind(1)]
        track, found = track.at(-1).repeat(n), []
        for step in range(window.future.shape[1] - rows):
            if step:
                lagged = [recent[-lag] for lag in self.settings.lags]
                out, state = self.core.step(self._step_inputs(track, window, rows + step, lagged, n), state)
                raw = self._raw(out)
            share = stratified(keys, seed, step, n, self.shape.channels)
            value = HeadOutlook(self.head, raw, track.level, track.scale).quantile(share.flatten(0, 1))
            found.append(value)
            track = track.after(value.to(raw.dtype))
            recent.append(track.latest)
        return torch.stack(found, 1).reshape(-1, n, len(found), self.shape.channels)

    def _lagged(self, track: Track) -> list[Tensor]:
        """The values of each lag before the row after each, NaN before the window: `(batch, time, channel)`."""
        time, values = track.carried.shape[1], track.carried
        return [nn.functional.pad(values, (0, 0, lag - 1, 0), value=torch.nan)[:, :time] for lag in self.settings.lags]

    def _inputs(self, track: Track, window: Window, lagged: list[Tensor]) -> Tensor:
        """What the core reads at the rows of `track`, `(batch, time, …)`."""
        time = track.latest.shape[1]
        static = window.static[:, None].expand(-1, time, -1)
        parts = [*track.features(lagged), window.future[:, 1 : time + 1], static]
        return torch.cat([*parts, window.observed[:, :time]] if self.shape.flags else parts, -1)

    def _step_inputs(self, track: Track, window: Window, row: int, lagged: list[Tensor], n: int) -> Tensor:
        """What the core reads of a sample, when row number `row` of the window is next: `(batch * path, …)`."""
        beside = torch.cat((window.future[:, row], window.static), -1).repeat_interleave(n, 0)
        parts = [*track.features(lagged), beside]
        return torch.cat([*parts, torch.ones_like(track.latest)] if self.shape.flags else parts, -1)

    def _raw(self, out: Tensor) -> Tensor:
        """The head's numbers, `(…, channel, outputs)`."""
        raw: Tensor = torch.unflatten(self.read(out), -1, (self.shape.channels, self.head.outputs))
        return raw


@dataclass(frozen=True)
class Paths:
    """What sample paths say, from their values in ascending order at each step: `(batch, path, step, channel)`.

    Of `counts` everything is whole.
    """

    ascending: Tensor
    counts: bool

    def point(self) -> Tensor:
        """The median."""
        middle = self._at(0.5)
        return middle.floor() if self.counts else middle

    def interval(self, level: float) -> tuple[Tensor, Tensor]:
        """The quantiles that leave half of the rest on either side."""
        tail, paths = (1.0 - level / 100.0) / 2.0, self.ascending.shape[1]
        if tail * (paths + 1) < 1.0 - 1e-9:
            raise SettingError(
                f"a {level:g} % interval cannot be read from {paths} sample paths; "
                f"fit with Recursive(samples={round(1.0 / tail)})"
            )
        low, high = self._at(tail), self._at(1.0 - tail)
        return (low.floor(), high.ceil()) if self.counts else (low, high)

    def _at(self, share: float) -> Tensor:
        """The value at place share · (n + 1) of n: one more path is below it with just that probability."""
        place = min(max(share * (self.ascending.shape[1] + 1) - 1.0, 0.0), self.ascending.shape[1] - 1.0)
        low = int(place)
        high = min(low + 1, self.ascending.shape[1] - 1)
        return torch.lerp(self.ascending[:, low], self.ascending[:, high], place - low)
