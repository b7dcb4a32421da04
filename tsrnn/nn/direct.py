"""The direct decoder: the whole horizon at once from the last state, which has seen the newest row."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from tsrnn.errors import SettingError, whole_number
from tsrnn.nn.decoder import ForecastNetwork, MakeCore, Shape, Window
from tsrnn.nn.heads import Head
from tsrnn.nn.normalize import known_normalization
from tsrnn.nn.onepass import OnePass
from tsrnn.nn.origins import EveryOrigin
from tsrnn.nn.readout import Readout
from tsrnn.nn.recurrent import Recurrent


@dataclass(frozen=True)
class Direct:
    """Core → last state → every step ahead.

    - `normalize`: what a window is seen relative to: `"last"` (its last value), `"revin"` (mean and deviation) or
      `"robust"` (median and median deviation).
    - `origins`: forecasts that the loss of one window is taken from, evenly spread over its second half, the last one
      at its end. With more than one, a row is seen relative to the rows before it alone, `normalize` stays `"last"`,
      and the core cannot be bidirectional.

    >>> Direct(origins=16).normalize
    'last'
    """

    normalize: str = "last"
    origins: int = 1

    def __post_init__(self) -> None:
        known_normalization(self.normalize)
        if whole_number("origins", self.origins, 1) > 1 and self.normalize != "last":
            raise SettingError(
                f"normalize={self.normalize!r} uses the whole window, but {self.origins} origins must not see what "
                "follows them; use normalize='last' or origins=1"
            )

    def network(self, shape: Shape, core: MakeCore, head: Head) -> ForecastNetwork:
        """The whole horizon from the last state, or from the states at several origins."""
        if self.origins > 1:
            return EveryOrigin(shape, core, head, self.origins)
        return OnePass(shape, LastState(shape, core(shape.channels + shape.beside), head), head, self.normalize)


class LastState(nn.Module):
    """The core's last state, and a readout of every step ahead from it."""

    def __init__(self, shape: Shape, core: Recurrent, head: Head) -> None:
        super().__init__()
        self.core, self.readout = core, Readout(core.output_size, shape, head)

    def initialize(self, generator: torch.Generator) -> None:
        """Draws every weight; the first forecast is the window's level."""
        self.core.initialize(generator)
        self.readout.initialize(generator)

    def forward(self, x: Tensor, begun: Tensor | None, window: Window) -> Tensor:
        """The head's numbers, `(batch, step, channel, outputs)`."""
        raw: Tensor = self.readout(self.core.read(x, begun), window.known(self.readout.shape), window.static)
        return raw
