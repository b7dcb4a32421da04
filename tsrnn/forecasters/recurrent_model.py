"""What a recurrent forecaster learned: a network, the scales around it, and its forecasts as arrays."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from tsrnn.errors import SettingError
from tsrnn.forecasters.draws import series_key
from tsrnn.forecasters.inputs import Inputs, Scale, Scales
from tsrnn.forecasters.phases import places
from tsrnn.forecasters.protocol import Arrays, Facts, Notice
from tsrnn.nn.decoder import ForecastNetwork, Window
from tsrnn.panel import Array, Forecast, Panel
from tsrnn.training import History
from tsrnn.windows import Windows

_PREDICT_BATCH = 1024


@dataclass(frozen=True)
class RecurrentModel:
    """What a recurrent forecaster learned: the network, the scales of its inputs, and how its training went.

    `places`: the number of each series that it learned from.
    """

    network: ForecastNetwork
    scales: Scales
    places: dict[Hashable, int]
    history: History
    notices: list[Notice]

    @property
    def memory(self) -> int:
        """One window, and the rows before it that its changes are made of."""
        return self.scales.memory(self.network.shape.lookback)

    @cached_property
    def _device(self) -> torch.device:
        """Where the network is; looked up once, since that takes longer than a step of the network."""
        return next(self.network.parameters()).device

    def loss(self, inputs: Inputs, starts: Tensor) -> Tensor:
        """The mean loss over the observed targets of the windows that begin at `starts`."""
        return self.network.loss(self.windows(inputs, starts))

    def windows(self, inputs: Inputs, starts: Tensor) -> Window:
        """The windows that begin at `starts`, with what follows them."""
        shape = self.network.shape
        rows = Windows(inputs.rows, shape.lookback + shape.horizon).take(starts)
        series = inputs.series[starts]
        place = None if inputs.places is None else inputs.places[starts + shape.lookback - 1]
        return Window(*inputs.split(rows), inputs.static[series], series, complete=inputs.complete, place=place)

    @torch.inference_mode()
    def forecast(self, panel: Panel, horizon: int, levels: tuple[float, ...], ahead: Array) -> Forecast:
        """The steps after each series' last row; a horizon beyond the one trained for is an error."""
        self._check(panel, horizon, levels)
        points: list[Tensor] = []
        ends: dict[float, list[tuple[Tensor, Tensor]]] = {level: [] for level in levels}
        for window in self._windows(panel, ahead):
            outlook = self.network.outlook(window)
            points.append(outlook.point())
            for level in levels:
                ends[level].append(outlook.interval(level))

        def back(parts: Sequence[Tensor]) -> Array:
            values = torch.cat(tuple(parts))[:, :horizon]  # (series, step, channel)
            return self.scales.target.invert(values.cpu().numpy(), panel)

        bounds = {
            level: (back([low for low, _ in both]), back([high for _, high in both])) for level, both in ends.items()
        }
        return Forecast(back(points), bounds)

    @torch.inference_mode()
    def paths(self, panel: Panel, horizon: int, n: int, seed: int, ahead: Array) -> Array:
        """`n` sample paths of each series, `(series, path, step, channel)`; SettingError for a decoder without them."""
        self._check(panel, horizon, ())
        found = torch.cat([self.network.paths(window, n, seed) for window in self._windows(panel, ahead)])
        by_path = found.cpu().numpy().transpose(1, 0, 2, 3)
        return np.stack([self.scales.target.invert(values, panel) for values in by_path], axis=1)

    @torch.inference_mode()
    def attention(self, panel: Panel, ahead: Array) -> Array | None:
        """How much each step ahead looks at each of the last rows, `(series, step, time)`; None without attention."""
        if not self.network.attends:
            return None
        self._check(panel, ahead.shape[1], ())
        looks = [self.network.weights(window) for window in self._windows(panel, ahead)]
        return torch.cat(looks).double().cpu().numpy()

    def _windows(self, panel: Panel, ahead: Array) -> Iterator[Window]:
        """The last window of each series, in batches, and what is known of the steps after it."""
        device = self._device
        inputs, _ = Inputs.of(panel, self.scales, device)
        known = torch.from_numpy(self.scales.future.apply(ahead).astype(np.float32)).to(device)
        if self.network.longest is not None and ahead.shape[1] < self.network.longest:
            unasked = known.new_zeros(len(known), self.network.longest - ahead.shape[1], known.shape[2])
            known = torch.cat([known, unasked], dim=1)
        lookback = self.network.shape.lookback
        starts = torch.from_numpy(panel.offsets[1:] - lookback).to(device)
        series = torch.from_numpy(np.array([self.places.get(name, -1) for name in panel.names], np.int64)).to(device)
        keys = torch.from_numpy(np.array([series_key(name) for name in panel.names], np.int64)).to(device)
        place = None
        if self.network.dated:
            last = panel.times.take(panel.offsets[1:] - 1)
            place = torch.from_numpy(places(last, panel.layout.frequency)).to(device)
        for first in range(0, len(starts), _PREDICT_BATCH):
            batch = slice(first, first + _PREDICT_BATCH)
            target, observed, past, future = inputs.split(Windows(inputs.rows, lookback).take(starts[batch]))
            future = torch.cat((future, known[batch]), 1)
            beside = (inputs.static[batch], series[batch], keys[batch])
            at = None if place is None else place[batch]
            yield Window(target, observed, past, future, *beside, inputs.complete, at)

    def _check(self, panel: Panel, horizon: int, levels: tuple[float, ...]) -> None:
        self.scales.check(levels)
        if self.network.longest is not None and horizon > self.network.longest:
            raise SettingError(
                f"the model was fitted for a horizon of {self.network.longest}, {horizon} were asked for; "
                f"fit with horizon={horizon}"
            )
        self.scales.check_history(panel, self.network.shape.lookback)

    def state(self) -> tuple[Facts, Arrays]:
        """Weights, scales and the history of training."""
        arrays: Arrays = {f"network.{key}": value.cpu().numpy() for key, value in self.network.state_dict().items()}
        arrays |= {f"target.{key}": value for key, value in self.scales.target.arrays().items()}
        for part in ("past", "future", "static"):
            scale: Scale = getattr(self.scales, part)
            arrays |= {f"{part}.centre": scale.centre, f"{part}.spread": scale.spread}
        facts = {
            "lookback": self.network.shape.lookback,
            "flags": self.network.shape.flags,
            "best": self.history.best,
            "epochs": [vars(epoch) for epoch in self.history.epochs],
            "notices": [vars(notice) for notice in self.notices],
        }
        return facts, arrays
