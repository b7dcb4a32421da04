"""Network: the shape of the recurrent core, as a forecaster's settings give it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tsrnn.errors import SettingError, one_of, real, truth, whole_number

if TYPE_CHECKING:
    from tsrnn.nn.kernels import Cell
    from tsrnn.nn.recurrent import Recurrent


@dataclass(frozen=True)
class Network:
    """The layers between a window and its forecast, beside the cell and `hidden_size`.

    - `num_layers`: stacked; `dropout`: share of numbers left out between layers while training.
    - `bidirectional`: the window is read from both ends. `residual`: a layer adds to what it reads.
    - `layer_norm`: each layer's output is normalised over its features.
    - `learn_state`: the state a window starts from is learned, else zero.
    - `initialization`: `"xavier"` or `"he"` for input weights; recurrent weights are orthogonal.

    >>> Network(num_layers=2, dropout=0.1).bidirectional
    False
    """

    num_layers: int = 1
    dropout: float = 0.0
    bidirectional: bool = False
    residual: bool = False
    layer_norm: bool = False
    learn_state: bool = False
    initialization: str = "xavier"

    def __post_init__(self) -> None:
        whole_number("num_layers", self.num_layers, 1)
        if not 0 <= real("dropout", self.dropout, "a share of at least 0 and below 1") < 1:
            raise SettingError(f"dropout must be a share of at least 0 and below 1, got {self.dropout!r}")
        for name in ("bidirectional", "residual", "layer_norm", "learn_state"):
            truth(name, getattr(self, name))
        one_of("initialization", self.initialization, ["xavier", "he"])

    def core(self, inputs: int, hidden_size: int, cell: Cell) -> Recurrent:
        """The recurrent core of this shape for steps of `inputs` numbers, its weights drawn from torch's generator."""
        from tsrnn.nn.recurrent import Recurrent

        return Recurrent(
            inputs,
            hidden_size,
            cell=cell,
            num_layers=self.num_layers,
            dropout=self.dropout,
            bidirectional=self.bidirectional,
            residual=self.residual,
            layer_norm=self.layer_norm,
            learn_state=self.learn_state,
            initialization=self.initialization,
        )
