"""Batches of ragged rows: texts of like length side by side, padded on the right, with a mask of what is real."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from tsrnn.nlp.vocabulary import PAD, Ids

# Texts that are drawn together before they are sorted by length: longer means less padding and less chance.
_DRAWN = 32


@dataclass(frozen=True, eq=False)
class Ragged:
    """Rows of numbers, each of its own length, end to end in one tensor.

    >>> rows = Ragged.of([np.array([7, 8, 9]), np.array([], np.int64), np.array([5])])
    >>> ids, mask = rows.take(torch.tensor([2, 0]))
    >>> ids.tolist(), mask.tolist()
    ([[5, 0, 0], [7, 8, 9]], [[True, False, False], [True, True, True]])
    """

    flat: Tensor
    starts: Tensor
    lengths: Tensor

    @classmethod
    def of(cls, rows: Sequence[Ids], device: torch.device | None = None) -> Ragged:
        """The rows in their order, on a device."""
        lengths = torch.tensor([len(row) for row in rows], dtype=torch.int64)
        flat = np.concatenate([*rows, np.full(1, PAD, np.int64)])  # one more, so that a row without any has a place
        starts = lengths.cumsum(0) - lengths
        return cls(torch.from_numpy(flat).to(device), starts.to(device), lengths.to(device))

    def __len__(self) -> int:
        return len(self.lengths)

    def take(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """The rows side by side `(batch, time)`, padded on the right with 0, and the mask, true where one is real.

        There is one step at least, so that rows without any can be read too.
        """
        lengths = self.lengths[rows]
        steps = torch.arange(max(1, int(lengths.max())) if len(rows) else 1, device=self.flat.device)
        mask = steps < lengths[:, None]  # (batch, time)
        places = (self.starts[rows][:, None] + steps).clamp_(max=len(self.flat) - 1)
        return self.flat[places].masked_fill(~mask, PAD), mask


def by_length(lengths: Tensor, most_steps: int = 16_384) -> list[Tensor]:
    """All rows in batches of at most so many steps with their padding, the shortest rows first.

    >>> [batch.tolist() for batch in by_length(torch.tensor([3, 1, 2]), most_steps=4)]
    [[1, 2], [0]]
    """
    order = torch.argsort(lengths.cpu(), stable=True)
    batches: list[Tensor] = []
    begin = 0
    sizes = lengths.cpu()[order].clamp(min=1).tolist()
    for end in range(1, len(sizes) + 1):
        if end == len(sizes) or (end + 1 - begin) * sizes[end] > most_steps:
            batches.append(order[begin:end].to(lengths.device))
            begin = end
    return batches


class Groups:
    """Rows dealt into groups of like length: what `tsrnn.training.train` takes as its examples, one group a step.

    A batch of texts at random would be as long as its longest and half padding. So the rows are shuffled, `size` times
    a few dozen of them are sorted by length, and cut into groups. Each pass deals anew, and its deal hangs on the seed
    and its number alone, so that a training that goes on from a checkpoint meets the groups it would have met. Without
    a seed, for judging, the rows are sorted by length and every pass is the same.
    """

    def __init__(self, lengths: Tensor, rows: Tensor, size: int, seed: int | None) -> None:
        self._lengths, self._rows, self._size, self._seed = lengths.cpu(), rows.cpu(), size, seed
        self._pass, self._dealt = 0, self._deal(0)

    def __len__(self) -> int:
        return len(self._dealt)

    def rows(self, groups: Tensor, number: int = 0) -> Tensor:
        """The rows of these groups in the pass of that number."""
        if self._seed is not None and number != self._pass:
            self._pass, self._dealt = number, self._deal(number)
        return torch.cat([self._dealt[int(group)] for group in groups])

    def _deal(self, number: int) -> list[Tensor]:
        if self._seed is None:
            order = self._rows[torch.argsort(self._lengths[self._rows], stable=True)]
            return list(torch.split(order, self._size)) if len(order) else []
        generator = torch.Generator().manual_seed((1_000_003 * self._seed + number) % 2**63)
        mixed = self._rows[torch.randperm(len(self._rows), generator=generator)]
        dealt: list[Tensor] = []
        for some in torch.split(mixed, self._size * _DRAWN):
            dealt += torch.split(some[torch.argsort(self._lengths[some], stable=True)], self._size)
        return dealt
