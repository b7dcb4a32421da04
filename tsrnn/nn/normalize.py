"""Per-window normalisation: every window is seen relative to its own last observed value."""

from __future__ import annotations

import torch
from torch import Tensor


def last_observed(values: Tensor, observed: Tensor) -> Tensor:
    """The last observed value of each window and channel, `(batch, channel)`; 0 where a channel has none.

    Takes `values (batch, time, channel)` and `observed` of the same shape, 1 or true where a value is there.

    >>> last_observed(torch.tensor([[[1.0], [2.0], [0.0]]]), torch.tensor([[[1], [1], [0]]]))
    tensor([[2.]])
    """
    steps = torch.arange(1, values.shape[1] + 1, device=values.device)[:, None]
    latest = (steps * (observed != 0)).amax(dim=1)  # (batch, channel), 1-based; 0 means none
    found = values.gather(1, (latest - 1).clamp_min(0)[:, None])[:, 0]  # (batch, channel)
    return torch.where(latest > 0, found, 0.0)


def relative(values: Tensor, observed: Tensor, level: Tensor) -> Tensor:
    """Values less the window's `level (batch, channel)`; a missing one is 0, as if it had stayed at that level."""
    return torch.where(observed != 0, values - level[:, None], 0.0)
