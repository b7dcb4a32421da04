"""Drawing: which examples an epoch of training is made of, and in what order."""

from __future__ import annotations

import math

import torch
from torch import Tensor


def shuffled(examples: Tensor, count: int, generator: torch.Generator) -> Tensor:
    """`count` of the examples in random order; where there are fewer, all of them and then again in another order."""
    if len(examples) > 4 * count:
        places = _few(len(examples), count, generator)
    else:
        passes = math.ceil(count / len(examples))
        places = torch.cat([torch.randperm(len(examples), generator=generator) for _ in range(passes)])[:count]
    return examples[places.to(examples.device)]


def _few(most: int, count: int, generator: torch.Generator) -> Tensor:
    """`count` different numbers below `most` in random order, in time and memory that do not grow with `most`."""
    found = torch.zeros(0, dtype=torch.int64)
    while len(found) < count:
        found = torch.unique(torch.cat((found, torch.randint(most, (2 * count,), generator=generator))))
    return found[torch.randperm(len(found), generator=generator)[:count]]
