"""Relative windows: lags seen from a window's last value and what stands beside them, for what is no network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from tsrnn.errors import SettingError
from tsrnn.forecasters.inputs import Inputs, Scale, Scales
from tsrnn.forecasters.protocol import Arrays
from tsrnn.panel import Array, Flags, Panel
from tsrnn.transforms import Transform
from tsrnn.windows import Windows

_PARTS = ("past", "future", "static")
# Numbers in one batch of windows: 64 MiB.
_BATCH = 2**23


@dataclass(frozen=True)
class Sample:
    """Windows as arrays, each relative to its own last observed values, `level (window, channel)`.

    - `lags (window, lookback, channel)`: a missing value counts as the one before it, or as the level.
    - `past (window, lookback, P)`, `future (window, lookback + horizon, F)`, `static (window, S)`.
    - `targets (window, horizon, channel)`: filled like lags, `seen` of the same shape says which are real; both are
      empty where the future is not known.
    """

    lags: Array
    level: Array
    past: Array
    future: Array
    static: Array
    targets: Array
    seen: Flags


@dataclass(frozen=True)
class Reader:
    """Turns panels into samples: the scales learned, and the sizes of a window."""

    scales: Scales
    lookback: int
    horizon: int

    @staticmethod
    def of(panel: Panel, lookback: int, horizon: int, scaling: Transform) -> Reader:
        """Learned from the panel."""
        return Reader(Scales.of(scaling.fit(panel), panel), lookback, horizon)

    @property
    def memory(self) -> int:
        """Rows of each series that a forecast needs."""
        return self.scales.memory(self.lookback)

    def inputs(self, panel: Panel) -> tuple[Inputs, Flags]:
        """The panel's rows, scaled, and which targets are observed."""
        return Inputs.of(panel, self.scales, torch.device("cpu"))

    def batches(self, inputs: Inputs, starts: Tensor) -> Iterator[Sample]:
        """The windows that begin at `starts`, a bounded number at a time."""
        size = (self.lookback + self.horizon) * inputs.rows.shape[1]
        for batch in torch.split(starts, max(1, _BATCH // size)):
            yield self.sample(inputs, batch)

    def sample(self, inputs: Inputs, starts: Tensor) -> Sample:
        """The windows that begin at `starts`, with their targets."""
        windows = Windows(inputs.rows, self.lookback + self.horizon).take(starts)
        target, observed, past, future = (part.double().numpy() for part in inputs.split(windows))
        static = inputs.static[inputs.series[starts]].double().numpy()
        return _sample(target, observed != 0, past[:, : self.lookback], future, static, self.lookback)

    def newest(self, panel: Panel, horizon: int, ahead: Array) -> Sample:
        """The last window of each series, and the covariates known `ahead (series, step, F)`."""
        self._check(panel, horizon)
        rows = panel.offsets[1:, None] - self.lookback + np.arange(self.lookback)  # (series, lookback)
        target = self.scales.target.apply(panel)[rows]  # in float64, so that the last value comes back as it was
        seen, known = ~np.isnan(target), self.scales.future.apply(ahead)
        unasked = np.zeros((len(known), self.horizon - horizon, known.shape[2]))
        future = np.concatenate((self.scales.future.apply(panel.future[rows]), known, unasked), axis=1)
        past, static = self.scales.past.apply(panel.past[rows]), self.scales.static.apply(panel.static)
        return _sample(np.where(seen, target, 0.0), seen, past, future, static, self.lookback)

    def _check(self, panel: Panel, horizon: int) -> None:
        if horizon > self.horizon:
            raise SettingError(
                f"the model was fitted for a horizon of {self.horizon}, {horizon} were asked for; "
                f"fit with horizon={horizon}"
            )
        self.scales.check_history(panel, self.lookback)

    def arrays(self) -> Arrays:
        """The scales, for saving."""
        found: Arrays = {f"target.{key}": value for key, value in self.scales.target.arrays().items()}
        for part in _PARTS:
            scale: Scale = getattr(self.scales, part)
            found |= {f"{part}.centre": scale.centre, f"{part}.spread": scale.spread}
        return found

    @staticmethod
    def restore(arrays: Arrays, recent: Panel, lookback: int, horizon: int, scaling: Transform) -> Reader:
        """The reader again, from its `arrays()` and a panel with the same series."""
        starts = tuple(f"{part}." for part in ("target", *_PARTS))
        own = {key: np.asarray(value, np.float64) for key, value in arrays.items() if key.startswith(starts)}
        target = {key.removeprefix("target."): value for key, value in own.items() if key.startswith("target.")}
        rest = [Scale(own[f"{part}.centre"], own[f"{part}.spread"]) for part in _PARTS]
        return Reader(Scales(scaling.restore(target, recent), *rest), lookback, horizon)


def _sample(values: Array, seen: Flags, past: Array, future: Array, static: Array, lookback: int) -> Sample:
    if seen.all():
        level = values[:, lookback - 1]
        relative = values - level[:, None]
    else:
        rows = np.arange(1, values.shape[1] + 1)[:, None]
        latest = np.maximum.accumulate(np.where(seen, rows, 0), axis=1)  # 1-based; 0 where nothing was seen yet
        carried = np.take_along_axis(values, np.maximum(latest - 1, 0), axis=1)
        level = np.where(latest[:, lookback - 1] > 0, carried[:, lookback - 1], 0.0)
        relative = np.where(latest > 0, carried - level[:, None], 0.0)
    lags, targets = relative[:, :lookback], relative[:, lookback:]
    return Sample(lags, level, past, future, static, targets, seen[:, lookback:])
