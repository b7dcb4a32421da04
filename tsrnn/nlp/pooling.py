"""Pooling: one vector a text from the outputs of its steps, whatever the padding."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from tsrnn.errors import choices
from tsrnn.nn.attention import Attention
from tsrnn.nn.state import State

POOLINGS = ("last", "mean", "max", "attention")


class Pooling(nn.Module):
    """Outputs `(batch, time, width)` to `(batch, width)`; a text without a step gives zeros.

    kind         "last": the state after the last step, of both directions; "mean" and "max" over the steps;
                 "attention": the mean weighted by what a learned query makes of each step
    width        numbers of an output
    directions   of the core, for "last"

    >>> Pooling("max", 4)(torch.ones(2, 3, 4), torch.ones(2, 3, dtype=torch.bool), None)[0].shape
    torch.Size([2, 4])
    """

    def __init__(self, kind: str, width: int, *, directions: int = 2) -> None:
        super().__init__()
        if kind not in POOLINGS:
            raise choices("pooling", kind, POOLINGS)
        self.kind, self.directions = kind, directions
        self.query = nn.Parameter(torch.randn(1, 1, width) * width**-0.5) if kind == "attention" else None
        self.attention = Attention(width, width) if kind == "attention" else None

    def forward(self, outputs: Tensor, mask: Tensor, state: State | None) -> tuple[Tensor, Tensor | None]:
        """The vectors, and the weight of each step `(batch, time)`, 0 on padding; None but for attention."""
        if self.query is not None and self.attention is not None:
            context, weights = self.attention(self.query.expand(len(outputs), -1, -1), outputs, mask)
            return context[:, 0], weights[:, 0]
        real = mask[:, :, None]
        if self.kind == "last":
            assert state is not None  # the caller gives the core's
            top = state.hidden[-self.directions :]  # (direction, batch, hidden)
            return torch.cat(tuple(top), dim=-1).masked_fill(~mask.any(1)[:, None], 0.0), None
        if self.kind == "mean":
            total = outputs.masked_fill(~real, 0.0).sum(1)
            return total / mask.sum(1).clamp(min=1)[:, None], None
        highest = outputs.masked_fill(~real, -torch.inf).amax(1)
        return highest.masked_fill(~mask.any(1)[:, None], 0.0), None
