"""From an encoder to a decoder: the core that goes forward alone, and the state that it starts from."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from tsrnn.nn.recurrent import Recurrent
from tsrnn.nn.state import State


class Bridge(nn.ModuleList):
    """The decoder's first state: the encoder's last, of both directions together where there are two.

    >>> encoder = Recurrent(3, 8, cell="gru", bidirectional=True)
    >>> _, state = encoder(torch.zeros(5, 20, 3))
    >>> state.hidden.shape, Bridge(encoder)(state).hidden.shape
    (torch.Size([2, 5, 8]), torch.Size([1, 5, 8]))
    """

    def __init__(self, encoder: Recurrent) -> None:
        hidden, both_ways = encoder.hidden_size, encoder.num_layers if encoder.directions == 2 else 0
        super().__init__(nn.Linear(2 * hidden, hidden) for _ in range(both_ways))

    def initialize(self, generator: torch.Generator | None = None) -> None:
        """Draws every weight from `generator`, from torch's own where None."""
        for layer in self:
            if isinstance(layer, nn.Linear):
                nn.init.xavier_uniform_(layer.weight, generator=generator)
                nn.init.zeros_(layer.bias)

    def forward(self, state: State) -> State:
        """The state `(layer, batch, hidden)` of a core that goes forward, of one `(layer * directions, …)`."""
        if not len(self):
            return state

        def joined(tensor: Tensor) -> Tensor:
            pairs = tensor.reshape(len(self), 2, *tensor.shape[1:])
            sides = pairs.transpose(1, 2).flatten(2)  # (layer, batch, 2 * hidden)
            return torch.stack([layer(side) for layer, side in zip(self, sides, strict=True)])

        return state.map(joined)


def forward_core(inputs: int, core: Recurrent) -> Recurrent:
    """A core like another, for other inputs: forward only, and started by a state that it is given."""
    return Recurrent(
        inputs,
        core.hidden_size,
        cell=core.cell,
        num_layers=core.num_layers,
        dropout=core.dropout,
        residual=core.residual,
        layer_norm=core.norms is not None,
        initialization=core.initialization,
    )
