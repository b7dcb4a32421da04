"""Random numbers by counter: each is a function of who draws it, at which step and which time, and of nothing else.

SplitMix64 (Steele, Lea and Flood, Fast splittable pseudorandom number generators, 2014), a whole tensor at a time.
"""

from __future__ import annotations

import torch
from torch import Tensor


def _signed(number: int) -> int:
    """The same 64 bits, as torch's int64 writes them."""
    return number - 2**64 if number >= 2**63 else number


_GAMMA, _FIRST, _SECOND = map(_signed, (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))


def stratified(keys: Tensor, seed: int, step: int, n: int, channels: int) -> Tensor:
    """`n` shares in (0, 1) for each of `keys (batch,)`, `(batch, n, channel)` in float64, one in each n-th of it.

    Each is uniform by itself and in random order, so that over the steps any two of the n go their own ways. Another
    key, seed or step gives other numbers; other keys in the batch change nothing.

    >>> stratified(torch.tensor([5]), 0, 0, 4, 1).sort(dim=1).values.mul(4).floor().flatten().tolist()
    [0.0, 1.0, 2.0, 3.0]
    """
    own = _mixed(keys ^ _mixed(keys.new_tensor(seed)))
    place = step * channels + torch.arange(channels, device=keys.device)
    stream = _mixed(own[:, None] + _GAMMA * (1 + place))[:, None]  # (batch, 1, channel)
    counter = 1 + torch.arange(2 * n, device=keys.device)[:, None]
    order, inside = torch.split(_mixed(stream + _GAMMA * counter), n, dim=1)  # (batch, n, channel)
    within = (_shifted(inside, 12).double() + 0.5) * 2.0**-52
    return torch.clamp_max((order.argsort(dim=1) + within) / n, 1.0 - 2.0**-53)


def _mixed(x: Tensor) -> Tensor:
    x = (x ^ _shifted(x, 30)) * _FIRST
    x = (x ^ _shifted(x, 27)) * _SECOND
    return x ^ _shifted(x, 31)


def _shifted(x: Tensor, bits: int) -> Tensor:
    """Shifted right, zeros coming in."""
    return (x >> bits) & ((1 << (64 - bits)) - 1)
