"""Recurrent forecasters: one global network over all series; GRU, LSTM and plain RNN differ by the cell alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from tsrnn.errors import DataError, SettingError, ShortSeriesError, whole_number
from tsrnn.forecasters.inputs import Inputs, Scale, Scales
from tsrnn.forecasters.protocol import Arrays, Facts, Notice, PanelForecaster
from tsrnn.network import Network
from tsrnn.nn.direct import Direct
from tsrnn.nn.heads import Head, Quantiles
from tsrnn.nn.kernels import Cell
from tsrnn.nn.recurrent import Recurrent
from tsrnn.panel import Array, Forecast, Panel
from tsrnn.training import Epoch, History, Training, seeded, train
from tsrnn.transforms import Chain, chain
from tsrnn.windows import Windows, default_lookback, legal_starts

_PREDICT_BATCH = 1024


@dataclass(frozen=True)
class RecurrentModel:
    """What a recurrent forecaster learned: the network, the scales of its inputs, and how its training went.

    `flags`: whether the network is told which inputs are missing; it is where some were when it learned.
    """

    network: Direct
    scales: Scales
    lookback: int
    flags: bool
    history: History
    notices: list[Notice]

    @property
    def memory(self) -> int:
        """One window."""
        return self.lookback

    def loss(self, inputs: Inputs, starts: Tensor) -> Tensor:
        """The mean loss over the observed targets of the windows that begin at `starts`."""
        windows = Windows(inputs.rows, self.lookback + self.network.horizon).take(starts)
        target, observed, past, future = inputs.split(windows)
        raw, level = self._raw(target, observed, past, future, inputs.static[inputs.series[starts]])
        ahead, weight = target[:, self.lookback :], observed[:, self.lookback :]
        errors = self.network.head.loss(raw, ahead - level[:, None])
        return (errors * weight).sum() / weight.sum()

    def _raw(
        self, target: Tensor, observed: Tensor, past: Tensor, future: Tensor, static: Tensor
    ) -> tuple[Tensor, Tensor]:
        """The network's reading of windows whose covariates known ahead reach over the horizon."""
        back = slice(None, self.lookback)
        parts = [past[:, back], future[:, back]]
        if self.flags:
            parts.append(observed[:, back])
        extra = torch.cat(parts, -1)
        raw, level = self.network(target[:, back], observed[:, back], extra, future[:, self.lookback :], static)
        return raw, level

    @torch.no_grad()
    def forecast(self, panel: Panel, horizon: int, levels: tuple[float, ...], ahead: Array) -> Forecast:
        """The steps after each series' last row; a horizon beyond the one trained for is an error."""
        self._check(panel, horizon, levels)
        device = next(self.network.parameters()).device
        inputs, _ = Inputs.of(panel, self.scales, device)
        known = torch.from_numpy(self.scales.future.apply(ahead).astype(np.float32)).to(device)
        missing = self.network.horizon - horizon
        known = torch.nn.functional.pad(known, (0, 0, 0, missing))  # steps not asked for
        starts = torch.from_numpy(panel.offsets[1:] - self.lookback).to(device)
        raws, floors = [], []
        for batch in torch.split(torch.arange(len(panel.names), device=device), _PREDICT_BATCH):
            target, observed, past, future = inputs.split(Windows(inputs.rows, self.lookback).take(starts[batch]))
            future = torch.cat((future, known[batch]), 1)
            raw, level = self._raw(target, observed, past, future, inputs.static[batch])
            raws.append(raw[:, :horizon].double())
            floors.append(level[:, None].double())
        raw, floor = torch.cat(raws), torch.cat(floors)
        head = self.network.head

        def back(values: Tensor) -> Array:
            return self.scales.target.invert((values + floor).cpu().numpy(), panel)

        ends = {level: head.interval(raw, level) for level in levels}
        return Forecast(back(head.point(raw)), {level: (back(low), back(high)) for level, (low, high) in ends.items()})

    def _check(self, panel: Panel, horizon: int, levels: tuple[float, ...]) -> None:
        if levels and self.scales.target.cumulates:
            raise SettingError(
                "a model with transform='difference' gives no intervals, because those of single steps do not add up; "
                "leave the transform or the levels out"
            )
        if horizon > self.network.horizon:
            raise SettingError(
                f"the model was fitted for a horizon of {self.network.horizon}, {horizon} were asked for; "
                f"fit with horizon={horizon}"
            )
        for series, length in enumerate(panel.lengths):
            if length < self.lookback:
                name = panel.names[series]
                raise ShortSeriesError(
                    f"series {name!r} has {length} rows of history, but the model reads {self.lookback} (lookback); "
                    "give more rows, or fit with a shorter lookback",
                    series=name,
                )
            seen = panel.observed[panel.rows(series)][-self.lookback :]
            if not seen.any():
                name = panel.names[series]
                raise DataError(
                    f"series {name!r} has no observed value in its last {self.lookback} rows, all that the model "
                    "reads; cut the series at its last value, or fit with a longer lookback",
                    series=name,
                    time=panel.times[panel.rows(series).stop - 1],
                )

    def state(self) -> tuple[Facts, Arrays]:
        """Weights, scales and the history of training."""
        arrays: Arrays = {f"network.{key}": value.cpu().numpy() for key, value in self.network.state_dict().items()}
        arrays |= {f"target.{key}": value for key, value in self.scales.target.arrays().items()}
        for part in ("past", "future", "static"):
            scale: Scale = getattr(self.scales, part)
            arrays |= {f"{part}.centre": scale.centre, f"{part}.spread": scale.spread}
        facts = {
            "lookback": self.lookback,
            "flags": self.flags,
            "best": self.history.best,
            "epochs": [vars(epoch) for epoch in self.history.epochs],
            "notices": [vars(notice) for notice in self.notices],
        }
        return facts, arrays


class _RecurrentForecaster(PanelForecaster):
    """A recurrent network that reads a window of each series and forecasts the whole horizon.

    - `horizon`: steps to forecast. `lookback`: rows in a window; None is two seasons or two horizons, whichever is
      longer, at most a third of the shortest series.
    - `hidden_size`: numbers in the state; `network`: the rest of its shape, a Network.
    - `head`: what is forecast: Quantiles() (the default, with intervals) or Point().
    - `transform`: what is done to each series before it is standardised: `"log"`, `"difference"` or both.
    - `training`: how to train, a Training. `name`: what it is called in tables.

    All series share one network; each is standardised by itself, and each window is seen relative to its last value.
    """

    cell: Cell

    def __init__(
        self,
        horizon: int = 1,
        lookback: int | None = None,
        *,
        hidden_size: int = 64,
        network: Network | None = None,
        head: Head | None = None,
        transform: str | Sequence[str] = (),
        training: Training | None = None,
        name: str | None = None,
    ) -> None:
        self.horizon = horizon
        self.lookback = lookback
        self.hidden_size = hidden_size
        self.network = network
        self.head = head
        self.transform = transform
        self.training = training
        if name is not None:
            self.name = name

    def _learn(self, panel: Panel) -> RecurrentModel:
        settings = self.training or Training()
        lookback = default_lookback(panel, self.horizon) if self.lookback is None else self.lookback
        whole_number("lookback", lookback, 1)
        device = settings.resolved_device()
        scales = Scales.of(self._chain().fit(panel), panel)
        inputs, observed = Inputs.of(panel, scales, device)
        starts = legal_starts(panel, observed, lookback, self.horizon, settings.validation)
        flags = not bool(observed.all())
        with seeded(settings.seed, device) as generator:
            network = self._network(panel, flags)
            network.initialize(generator)
            network.to(device)
            untrained = RecurrentModel(network, scales, lookback, flags, History((), 0), [])
            history = train(
                network,
                lambda rows: untrained.loss(inputs, rows),
                starts.training.to(device),
                _thinned(starts.validation).to(device),
                settings,
                generator,
            )
        return RecurrentModel(network, scales, lookback, flags, history, _notices(panel, starts.validation, settings))

    def _network(self, panel: Panel, flags: bool) -> Direct:
        shape = self.network or Network()
        known, static = panel.future.shape[1], panel.static.shape[1]
        core = Recurrent(
            panel.channels * (1 + flags) + panel.past.shape[1] + known,
            self.hidden_size,
            cell=self.cell,
            num_layers=shape.num_layers,
            dropout=shape.dropout,
            bidirectional=shape.bidirectional,
            residual=shape.residual,
            layer_norm=shape.layer_norm,
            learn_state=shape.learn_state,
            initialization=shape.initialization,
        )
        head = self.head or Quantiles()
        return Direct(core, head, horizon=self.horizon, channels=panel.channels, known=known, static=static)

    def _chain(self) -> Chain:
        return chain((self.transform,) if isinstance(self.transform, str) else tuple(self.transform))

    def _restore(self, facts: Facts, arrays: Arrays, recent: Panel) -> RecurrentModel:
        def part(name: str) -> dict[str, Any]:
            return {key.removeprefix(name + "."): array for key, array in arrays.items() if key.startswith(name + ".")}

        scales = Scales(
            self._chain().restore(part("target"), recent),
            *(Scale(**part(name)) for name in ("past", "future", "static")),
        )
        network = self._network(recent, facts["flags"])
        network.load_state_dict({key: torch.from_numpy(value) for key, value in part("network").items()})
        network.to((self.training or Training()).resolved_device()).eval()
        history = History(tuple(Epoch(**epoch) for epoch in facts["epochs"]), facts["best"])
        notices = [Notice(**notice) for notice in facts["notices"]]
        return RecurrentModel(network, scales, facts["lookback"], facts["flags"], history, notices)


def _thinned(starts: Tensor, most: int = 4096) -> Tensor:
    """At most so many of the validation windows, evenly spread."""
    return starts[:: max(1, -(-len(starts) // most))]


def _notices(panel: Panel, validation: Tensor, settings: Training) -> list[Notice]:
    notices = []
    for series, name in enumerate(panel.names):
        missing = int((~panel.observed[panel.rows(series)]).sum())
        if missing:
            notices.append(Notice(name, "missing values are left out of the loss and marked in the input", missing))
    if settings.validation and not len(validation):
        notices.append(
            Notice(None, "too few rows for a validation tail: trained for all epochs without early stopping")
        )
    return notices


class RNNForecaster(_RecurrentForecaster):
    __doc__ = _RecurrentForecaster.__doc__
    name = cell = "rnn"


class GRUForecaster(_RecurrentForecaster):
    __doc__ = _RecurrentForecaster.__doc__
    name = cell = "gru"


class LSTMForecaster(_RecurrentForecaster):
    __doc__ = _RecurrentForecaster.__doc__
    name = cell = "lstm"
