"""What a recurrent core remembers between steps: a frozen record of tensors, kept by the caller and by nobody else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor

from tsrnn.errors import whole_number


@dataclass(frozen=True, eq=False)
class State:
    """The memory of every layer and direction: `hidden`, and the LSTM's cell `memory` where there is one.

    Both are (layer * directions, batch, hidden_size); a bidirectional core puts layer l, direction d at l * 2 + d.
    `select`, `repeat`, `detach` and `map` treat all tensors alike, so that code that carries a state (beam search,
    sample paths, truncated back-propagation) never asks which cell it came from.

    >>> import torch
    >>> state = State(torch.arange(3.0).reshape(1, 3, 1))
    >>> state.select(torch.tensor([2, 0])).hidden.flatten().tolist()
    [2.0, 0.0]
    >>> state.repeat(2).hidden.flatten().tolist()
    [0.0, 0.0, 1.0, 1.0, 2.0, 2.0]
    """

    hidden: Tensor
    memory: Tensor | None = None

    @property
    def batch(self) -> int:
        """How many rows it remembers."""
        return int(self.hidden.shape[1])

    def map(self, change: Callable[[Tensor], Tensor]) -> State:
        """The state with `change` applied to each of its tensors (layer, batch, hidden)."""
        return State(change(self.hidden), None if self.memory is None else change(self.memory))

    def select(self, rows: Tensor) -> State:
        """The state of `rows`, an int64 tensor (new batch,) of row numbers in any order; a row may come twice."""
        return self.map(lambda tensor: tensor.index_select(1, rows))

    def repeat(self, n: int) -> State:
        """Each row `n` times in a run (row 0, row 0, ..., row 1, ...): one row for each beam or sample path."""
        n = whole_number("n", n, 1)
        return self.map(lambda tensor: tensor.repeat_interleave(n, dim=1))

    def detach(self) -> State:
        """The same numbers, cut off from the steps that made them, so that back-propagation stops here."""
        return self.map(Tensor.detach)

    def of(self, index: int) -> tuple[Tensor, Tensor | None]:
        """The hidden state and the memory (batch, hidden) at place `index` of the layer axis."""
        return self.hidden[index], None if self.memory is None else self.memory[index]
