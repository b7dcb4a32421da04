"""Recurrent forecasters: one global network over all series; GRU, LSTM and plain RNN differ by the cell alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from torch import Tensor

from tsrnn.errors import SettingError, of_kind, whole_number
from tsrnn.forecasters.attention import attention_rows
from tsrnn.forecasters.counts import counted
from tsrnn.forecasters.decoders import decoder_of
from tsrnn.forecasters.inputs import Inputs, Scale, Scales
from tsrnn.forecasters.phases import placed, refuse_unlearned
from tsrnn.forecasters.protocol import Arrays, Facts, Notice, PanelForecaster
from tsrnn.forecasters.recurrent_model import RecurrentModel
from tsrnn.forecasters.transfer import adopt
from tsrnn.frame import Data
from tsrnn.network import Network
from tsrnn.nn.cycle import Cycle
from tsrnn.nn.decoder import Decoder, ForecastNetwork, Shape
from tsrnn.nn.direct import Direct
from tsrnn.nn.heads import Head, Quantiles
from tsrnn.nn.kernels import Cell
from tsrnn.nn.recurrent import Recurrent
from tsrnn.nn.weights import loaded
from tsrnn.panel import Panel
from tsrnn.training import Epoch, History, Training, seeded, train
from tsrnn.transforms import Chain, chain, transform_names
from tsrnn.windows import default_lookback, legal_starts, usual_lookback

_PARTS: tuple[tuple[str, type, str], ...] = (
    ("network", Network, "Network(…)"),
    ("head", Head, "a head, such as Quantiles(),"),
    ("training", Training, "Training(…)"),
)


class _RecurrentForecaster(PanelForecaster):
    """A recurrent network that reads a window of each series and forecasts the whole horizon.

    - `horizon`: steps to forecast. `lookback`: rows in a window; None is two seasons or two horizons, whichever is
      longer, at most a third of the shortest series.
    - `hidden_size`: numbers in the state; `network`: the rest of its shape, a Network.
    - `decoder`: how the forecast is read from a window: Direct() (the default), Segment() (long windows), Seq2Seq() (a
      step at a time), Recursive() (any horizon, by sample paths), one of their names in small letters, or `"auto"`:
      Segment() from 48 rows on. Cycle(168, Segment()) learns a season that is longer than the window beside.
    - `head`: what is forecast: Quantiles() (the default, with intervals), Point(), Normal(), StudentT() or
      NegativeBinomial() (counts).
    - `transform`: what is done to each series before it is standardised: `"log"` or `"boxcox"` (the power that
      suits each), `"difference"`, or several. Its unit is then its typical change over the horizon; with `"deviation"`
      among them its standard deviation, in which series that wander far weigh less, as they do where errors are
      counted in deviations.
    - `training`: how to train, a Training. `name`: what it is called in tables.

    All series share one network; each is standardised by itself, and each window is seen relative to its own level.
    """

    cell: Cell

    def __init__(
        self,
        horizon: int = 1,
        lookback: int | None = None,
        *,
        hidden_size: int = 64,
        network: Network | None = None,
        decoder: Decoder | str | None = None,
        head: Head | None = None,
        transform: str | Sequence[str] = (),
        training: Training | None = None,
        name: str | None = None,
    ) -> None:
        self.horizon = horizon
        self.lookback = lookback
        self.hidden_size = hidden_size
        self.network = network
        self.decoder = decoder
        self.head = head
        self.transform = transform
        self.training = training
        if name is not None:
            self.name = name

    def _learn(self, panel: Panel) -> RecurrentModel:
        self._check()
        settings = self.training or Training()
        lookback = default_lookback(panel, self.horizon) if self.lookback is None else self.lookback
        whole_number("lookback", lookback, 1)
        device = settings.resolved_device()
        scales = Scales.of(self._chain().fit(panel), panel)
        inputs, observed = Inputs.of(panel, scales, device)
        starts = legal_starts(panel, observed, lookback, self.horizon, settings.validation)
        if isinstance(self.decoder, Cycle):
            refuse_unlearned(panel, starts.training.numpy(), lookback + self.horizon, self.decoder)
            inputs = placed(inputs, panel)
        places = {name: place for place, name in enumerate(panel.names)}
        flags = not bool(observed.all())
        with seeded(settings.seed, device) as generator:
            network = self._network(panel, lookback, flags)
            network.initialize(generator)
            network.to(device)
            untrained = RecurrentModel(network, scales, places, History((), 0), [])
            training, validation = starts.training.to(device), _thinned(starts.validation).to(device)
            if settings.init is None:
                network.solve(lambda rows: untrained.windows(inputs, rows), training, validation)
            else:
                adopt(network, settings.init, panel)
            history = train(
                network, lambda rows: untrained.loss(inputs, rows), training, validation, settings, generator
            )
        notices = [*_shortened(panel, lookback, self.horizon, self.lookback is None)]
        return RecurrentModel(network, scales, places, history, notices + _notices(panel, starts.validation, settings))

    def attention(self, history: Data | None = None, *, future: pd.DataFrame | None = None) -> pd.DataFrame:
        """What each step of the forecast looks at: `series, step, time, weight`, a row for each row of the window.

        `history` and `future` are those of `predict`. The weights of a step sum to 1; what they weigh is the state
        after a row, which remembers the rows before it too. Raises SettingError for a decoder without attention;
        `tsrnn.plot_attention` draws the answer.
        """
        model, panel, _, ahead = self._asked(None, history, future)
        weights = model.attention(panel, ahead) if isinstance(model, RecurrentModel) else None
        if weights is None:
            raise SettingError(f"decoder={self.decoder or Direct()!r} has no attention; fit with decoder=Seq2Seq()")
        return attention_rows(panel, weights)

    def _check(self) -> None:
        """SettingError for a part that is of the wrong kind."""
        for name, kind, example in _PARTS:
            if getattr(self, name) is not None:
                of_kind(name, getattr(self, name), kind, f"{example} or None")
        transform_names(self.transform)

    def _network(self, panel: Panel, lookback: int, flags: bool) -> ForecastNetwork:
        decoder, head = decoder_of(self.decoder, lookback), self._head()
        columns = (panel.past.shape[1], panel.future.shape[1], panel.static.shape[1])
        shape = Shape(lookback, self.horizon, panel.channels, *columns, series=len(panel.names), flags=flags)
        network = decoder.network(shape, self._core, head)
        if head.counts and not network.counts:
            raise SettingError(
                f"decoder={decoder!r} reads changes, which are no counts, but head={head!r} forecasts counts; use "
                "Direct(), Segment(), Seq2Seq() or Recursive(), or another head"
            )
        return network

    def _head(self) -> Head:
        return self.head or Quantiles()

    def _core(self, inputs: int) -> Recurrent:
        return (self.network or Network()).core(inputs, self.hidden_size, self.cell)

    def _chain(self) -> Chain:
        transforms = transform_names(self.transform)
        return counted(transforms) if self._head().counts else chain(transforms, self.horizon)

    def _restore(self, facts: Facts, arrays: Arrays, recent: Panel) -> RecurrentModel:
        def part(name: str) -> dict[str, Any]:
            return {key.removeprefix(name + "."): array for key, array in arrays.items() if key.startswith(name + ".")}

        scales = Scales(
            self._chain().restore(part("target"), recent),
            *(Scale(**part(name)) for name in ("past", "future", "static")),
        )
        device = (self.training or Training()).resolved_device()
        network = loaded(lambda: self._network(recent, facts["lookback"], facts["flags"]), part("network"), device)
        history = History(tuple(Epoch(**epoch) for epoch in facts["epochs"]), facts["best"])
        notices = [Notice(**notice) for notice in facts["notices"]]
        places = {name: place for place, name in enumerate(recent.names)}
        return RecurrentModel(network, scales, places, history, notices)


def _thinned(starts: Tensor, most: int = 4096) -> Tensor:
    """At most so many of the validation windows, evenly spread."""
    return starts[:: max(1, -(-len(starts) // most))]


def _shortened(panel: Panel, lookback: int, horizon: int, chosen: bool) -> Iterator[Notice]:
    """Says so where one short series has set the window of longer ones."""
    if chosen and lookback < max(1, min(usual_lookback(panel, horizon), int(np.median(panel.lengths)) // 3)):
        short = panel.names[int(panel.lengths.argmin())]
        rows = int(panel.lengths.min())
        yield Notice(short, f"the shortest series, {rows} rows: a third of them, {lookback}, is the window of all")


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
