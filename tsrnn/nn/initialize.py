"""How the weights of a recurrent layer start out, drawn from a generator that the caller may bring.

Input weights: Xavier (Glorot & Bengio 2010) or He (He et al. 2015, arXiv:1502.01852), uniform, one gate at a time.
Recurrent weights: an orthogonal matrix for each gate (Saxe et al. 2014, arXiv:1312.6120), which neither stretches nor
shrinks what is carried from step to step. Biases: 0, and 1 in sum for the LSTM's forget gate (Gers et al. 2000;
Jozefowicz et al. 2015), so that it remembers until it learns to forget.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from tsrnn.errors import choices
from tsrnn.nn.kernels import GATES, Cell, Weights

SCHEMES = ("xavier", "he")


def draw_weights(cell: Cell, weights: Weights, scheme: str, generator: torch.Generator | None = None) -> None:
    """Draw one layer's weights anew, in place.

    The numbers come from `generator` (from torch's own where None), in float64 on its device, whatever the dtype and
    device of the weights: the same generator gives the same weights everywhere. Raises SettingError for an unknown
    scheme.
    """
    if scheme not in SCHEMES:
        raise choices("initialization", scheme, SCHEMES)
    if weights.weight_ih.is_meta:  # whoever asks wants to know their sizes
        return
    gates = GATES[cell]
    with torch.no_grad():
        for block in weights.weight_ih.chunk(gates):  # (hidden, inputs)
            block.copy_(_uniform(block, scheme, generator))
        for block in weights.weight_hh.chunk(gates):  # (hidden, hidden)
            block.copy_(_orthogonal(block, generator))
        weights.bias_ih.zero_()
        weights.bias_hh.zero_()
        if cell == "lstm":
            weights.bias_ih.chunk(gates)[1].fill_(1.0)


def _empty(like: Tensor, generator: torch.Generator | None) -> Tensor:
    device = torch.device("cpu") if generator is None else generator.device
    return torch.empty(like.shape, dtype=torch.float64, device=device)


def _uniform(like: Tensor, scheme: str, generator: torch.Generator | None) -> Tensor:
    fan_out, fan_in = like.shape
    bound = math.sqrt(6 / (fan_in + fan_out)) if scheme == "xavier" else math.sqrt(6 / fan_in)
    return _empty(like, generator).uniform_(-bound, bound, generator=generator)


def _orthogonal(like: Tensor, generator: torch.Generator | None) -> Tensor:
    drawn = _empty(like, generator).normal_(generator=generator)
    q: Tensor
    q, r = torch.linalg.qr(drawn)
    signs = torch.where(r.diagonal() < 0, -1.0, 1.0)  # without it the draw would favour some rotations over others
    return q * signs
