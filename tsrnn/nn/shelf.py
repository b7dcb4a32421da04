"""Large memory that is used again: what a forward pass leaves for its backward pass, kept from step to step.

torch gives such memory back to the system at once, and the system hands it out anew in pages of 4 KiB, each cleared at
its first touch: at large batches that takes longer than the arithmetic.
"""

from __future__ import annotations

import torch
from torch import Tensor

_MOST_BYTES = 512 * 2**20  # kept unused; what is in use is not counted
_LEAST_BYTES = 2**17  # smaller memory is quickly had

_unused: dict[int, Tensor] = {}  # by address; a dict's pop is one step for all threads, so no two take the same memory


class Loan:
    """Memory on loan: goes back to the shelf when nobody holds this object any more."""

    def __init__(self, memory: Tensor) -> None:
        self.memory = memory

    @property
    def address(self) -> int:
        """Where it begins."""
        return self.memory.data_ptr()

    def __del__(self) -> None:
        if self.memory.numel() >= _LEAST_BYTES:
            _unused[self.address] = self.memory
            _tidy()


def borrow(size: int) -> Loan:
    """At least `size` bytes, with anything in them: the smallest on the shelf, unless it is four times too large."""
    fitting = sorted((memory.numel(), place) for place, memory in list(_unused.items()) if memory.numel() >= size)
    for found, place in fitting:
        memory = _unused.pop(place, None) if found <= 4 * size else None
        if memory is not None and memory.numel() >= size:
            return Loan(memory)
    return Loan(torch.empty(size, dtype=torch.uint8))


def _tidy() -> None:
    """Give the oldest back to the system while there is too much."""
    for place in list(_unused):
        if sum(memory.numel() for memory in list(_unused.values())) <= _MOST_BYTES:
            return
        _unused.pop(place, None)
