"""The scores of next tokens from what the core gives, by a matrix of their own or by the tokens' vectors."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class TokenReadout(nn.Module):
    """Outputs `(…, inputs)` to scores `(…, tokens)`.

    inputs   numbers of an output
    tokens   how many there are
    tied     the size of the tokens' vectors, which are then the rows of the last matrix (Press and Wolf, 2017,
             arXiv:1608.05859; Inan and others, 2017, arXiv:1611.01462); None for a matrix of its own

    A tied readout keeps no table, so that none is saved twice: `forward` is given it.
    """

    def __init__(self, inputs: int, tokens: int, tied: int | None = None) -> None:
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(tokens))
        self.matrix = nn.Linear(inputs, tokens, bias=False) if tied is None else None
        self.between = nn.Linear(inputs, tied) if tied not in (None, inputs) else None

    def forward(self, x: Tensor, table: Tensor) -> Tensor:
        """The scores, up to a constant; `table (tokens, size)` has the tokens' vectors."""
        if self.between is not None:
            x = self.between(x)
        weight = table if self.matrix is None else self.matrix.weight
        return nn.functional.linear(x, weight, self.bias)
