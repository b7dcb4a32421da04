"""The readout: from one state to the head's numbers of every step ahead."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from tsrnn.nn.decoder import Shape
from tsrnn.nn.heads import Head

_PER_STEP = 16


class Readout(nn.Module):
    """One linear layer from a state `(…, width)` and the static covariates to all steps of the horizon.

    With covariates known ahead each step first gets a few numbers, to which that step's covariates are added.
    """

    def __init__(self, width: int, shape: Shape, head: Head) -> None:
        super().__init__()
        self.shape, self.head = shape, head
        outputs = shape.channels * head.outputs
        per_step = _PER_STEP if shape.future else outputs
        self.steps = nn.Linear(width + shape.static, shape.horizon * per_step)
        self.known = nn.Linear(shape.future, _PER_STEP) if shape.future else None
        self.read = nn.Linear(_PER_STEP, outputs) if shape.future else None

    def initialize(self, generator: torch.Generator) -> None:
        """Draws the weights; those of the last layer are zero, so that the first forecast is the head's `start`."""
        for layer in (self.steps, self.known, self.read):
            if layer is not None:
                nn.init.xavier_uniform_(layer.weight, generator=generator)
                nn.init.zeros_(layer.bias)
        begin_at(self.steps if self.read is None else self.read, self.head)

    def forward(self, state: Tensor, known: Tensor, static: Tensor) -> Tensor:
        """The head's numbers `(…, step, channel, outputs)`, from `known (…, step, F)` and `static (…, S)` too."""
        steps: Tensor = self.steps(torch.cat((state, static), -1)).unflatten(-1, (self.shape.horizon, -1))
        if self.known is not None and self.read is not None:
            steps = self.read(torch.relu(steps + self.known(known)))
        return torch.unflatten(steps, -1, (self.shape.channels, self.head.outputs))


def begin_at(final: nn.Linear, head: Head) -> None:
    """Sets a layer that gives the head's numbers, over and over, to give the head's `start` whatever it reads."""
    nn.init.zeros_(final.weight)
    start = final.bias.new_tensor(head.start())
    with torch.no_grad():
        final.bias.copy_(start.repeat(final.out_features // head.outputs))
