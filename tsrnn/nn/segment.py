"""The segment decoder: a window is read a segment at a time, and each segment ahead is one more step of the core.

After Lin et al., SegRNN: Segment recurrent neural network for long-term time series forecasting, 2023; the linear map
beside the core is the highway of Lai et al., Modeling long- and short-term temporal patterns, 2018.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from tsrnn.errors import SettingError, one_of, real, whole_number
from tsrnn.nn.decoder import ForecastNetwork, MakeCore, Shape, Window
from tsrnn.nn.heads import Head
from tsrnn.nn.normalize import known_normalization
from tsrnn.nn.onepass import OnePass
from tsrnn.nn.readout import begin_at
from tsrnn.nn.ridge import Ridge

_LONGEST = 48
_MAPS = ("trained", "ridge", "none")
_FEWEST = 4  # segments that a lookback is cut into at least, where it has the rows


@dataclass(frozen=True)
class Segment:
    """Segments of the window → core → every segment ahead at once, each by one more step from the last state.

    For long windows: 720 rows in segments of 48 are 15 steps of the core.

    - `length`: rows of a segment; None cuts the horizon into equal parts of at most 48 rows and a quarter of the
      lookback.
    - `normalize`: what a window is seen relative to: `"last"` (its last value), `"revin"` (mean and deviation) or
      `"robust"` (median and median deviation).
    - `dropout`: share of the numbers left out, while training, of the state that a segment ahead is read from.
    - `linear`: the linear map of the window, shared by all series and channels, that is added to what the core
      forecasts. `"ridge"`: ridge regression, solved before training, its penalty the best on the validation windows;
      the core starts from it and leaves it as it is. `"trained"`: trained with the core. `"none"`: no map. With one
      the core learns what is not linear, and the forecast of a level or swing never met in training goes on growing
      with it where a core alone saturates. Counts have no ridge map.

    >>> Segment().length_for(lookback=720, horizon=336)
    48
    """

    length: int | None = None
    normalize: str = "last"
    dropout: float = 0.1
    linear: str = "ridge"

    def __post_init__(self) -> None:
        if self.length is not None:
            whole_number("length", self.length, 1)
        known_normalization(self.normalize)
        if not 0 <= real("dropout", self.dropout, "a share of at least 0 and below 1") < 1:
            raise SettingError(f"dropout must be a share of at least 0 and below 1, got {self.dropout!r}")
        one_of("linear", self.linear, _MAPS)

    def length_for(self, lookback: int, horizon: int) -> int:
        """Rows of a segment: `length`, but no more than there are to read or to forecast."""
        if self.length is not None:
            return min(self.length, max(lookback, horizon))
        longest = max(1, min(_LONGEST, lookback // _FEWEST))
        return -(-horizon // -(-horizon // longest))

    def network(self, shape: Shape, core: MakeCore, head: Head) -> ForecastNetwork:
        """The whole horizon, all its segments at once."""
        length = self.length_for(shape.lookback, shape.horizon)
        body = Segments(shape, core, head, length, self.dropout, self.linear == "trained")
        ridge = Ridge(shape.lookback, shape.horizon) if self.linear == "ridge" else None
        return OnePass(shape, body, head, self.normalize, ridge)


class Segments(nn.Module):
    """A core over the segments of a window, and one more step of it for each segment ahead.

    Such a step reads which segment it is, which series, the covariates known there, and the static ones. A series that
    was not there in training is read as the mean of those that were.
    """

    def __init__(self, shape: Shape, core: MakeCore, head: Head, length: int, dropout: float, linear: bool) -> None:
        super().__init__()
        self.shape, self.head, self.length, self.dropout = shape, head, length, dropout
        self.ahead = -(-shape.horizon // length)  # segments of the horizon, the last one cut where it is longer
        width = core(1).hidden_size  # a segment becomes as many numbers as the core carries
        self.embed = nn.Linear(length * (shape.channels + shape.beside), width)
        self.core = core(width)
        self.place = nn.Parameter(torch.empty(self.ahead, width))
        self.series = nn.Parameter(torch.empty(shape.series, width)) if shape.series > 1 else None
        known = length * shape.future + shape.static
        self.known = nn.Linear(known, width) if known else None
        self.steps = nn.Linear(self.core.output_size, length * shape.channels * head.outputs)
        self.linear = nn.Linear(shape.lookback, shape.horizon * head.outputs, bias=False) if linear else None

    def initialize(self, generator: torch.Generator) -> None:
        """Draws every weight; the first forecast is the head's `start`."""
        self.core.initialize(generator)
        for table in (self.place, self.series):
            if table is not None:
                nn.init.normal_(table, generator=generator)
        for layer in (self.embed, self.known):
            if layer is not None:
                nn.init.xavier_uniform_(layer.weight, generator=generator)
                nn.init.zeros_(layer.bias)
        begin_at(self.steps, self.head)
        if self.linear is not None:
            nn.init.zeros_(self.linear.weight)

    def forward(self, x: Tensor, begun: Tensor | None, window: Window) -> Tensor:
        """The head's numbers, `(batch, step, channel, outputs)`."""
        segments, real = self._cut(x, begun)
        _, state = self.core(torch.relu(self.embed(segments)), mask=real)
        queries = self._queries(window)  # (batch, segment, width)
        out, _ = self.core(queries.flatten(0, 1)[:, None], state.repeat(self.ahead))  # (batch * segment, 1, hidden)
        raw: Tensor = self.steps(functional.dropout(out, self.dropout, self.training))
        raw = raw.reshape(len(x), self.ahead * self.length, self.shape.channels, self.head.outputs)
        return raw[:, : self.shape.horizon] + self._linear(x)

    def _linear(self, x: Tensor) -> Tensor:
        """The linear map of each channel, `(batch, step, channel, outputs)`; 0 where there is none."""
        if self.linear is None:
            return x.new_zeros(())
        mapped = self.linear(x[..., : self.shape.channels].transpose(1, 2))  # (batch, channel, step * outputs)
        return torch.unflatten(mapped, -1, (self.shape.horizon, self.head.outputs)).transpose(1, 2)

    def _cut(self, x: Tensor, begun: Tensor | None) -> tuple[Tensor, Tensor | None]:
        """Segments `(batch, segment, rows * features)`, and which hold a row of the series, `(batch, segment)`.

        The last row ends the last segment; where the rows do not fill the first one, it begins with zeros.
        """
        missing, real = -x.shape[1] % self.length, None
        if begun is not None:
            x = torch.where(begun[..., None], x, 0.0)
            real = torch.unflatten(functional.pad(begun, (missing, 0)), 1, (-1, self.length)).any(-1)
        rows = functional.pad(x, (0, 0, missing, 0))
        return rows.reshape(len(x), -1, self.length * x.shape[-1]), real

    def _queries(self, window: Window) -> Tensor:
        """What the core reads at each segment ahead, `(batch, segment, width)`."""
        queries = self.place.expand(len(window.series), -1, -1)
        if self.series is not None:
            known = window.series[:, None] >= 0
            own = torch.where(known, self.series[window.series.clamp_min(0)], self.series.mean(0))
            queries = queries + own[:, None]
        if self.known is not None:
            covariates = window.known(self.shape)
            covariates = functional.pad(covariates, (0, 0, 0, self.ahead * self.length - self.shape.horizon))
            covariates = torch.unflatten(covariates, 1, (self.ahead, -1)).flatten(2)  # (batch, segment, rows * F)
            static = window.static[:, None].expand(-1, self.ahead, -1)
            queries = queries + self.known(torch.cat((covariates, static), -1))
        return queries
