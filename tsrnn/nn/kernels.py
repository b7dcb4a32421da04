"""The one seam behind which a recurrent layer is computed: a whole sequence, one layer, one direction, in one call.

Gates stand one block of `hidden` rows after the other in every weight, in torch's order. With s the logistic
function and * the product by elements, each cell computes

    rnn          h' = tanh(W x + b + U h + c)
    gru  r z n   r = s(W_r x + b_r + U_r h + c_r)          z = s(W_z x + b_z + U_z h + c_z)
                 n = tanh(W_n x + b_n + r * (U_n h + c_n))   h' = (1 - z) * n + z * h
    lstm i f g o i, f, o = s(W x + b + U h + c)            g = tanh(W_g x + b_g + U_g h + c_g)
                 m' = f * m + i * g                          h' = o * tanh(m')

W is weight_ih, U weight_hh, b bias_ih, c bias_hh, m the LSTM's memory. The GRU resets after the matrix product, as
cuDNN and torch do (Cho et al. 2014, arXiv:1406.1078, reset before it). LSTM: Hochreiter & Schmidhuber 1997, doi
10.1162/neco.1997.9.8.1735, with the forget gate of Gers et al. 2000, doi 10.1162/089976600300015015.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import NamedTuple

import torch
from torch import Tensor

from tsrnn.nn.fused import run
from tsrnn.nn.library import GATES as GATES
from tsrnn.nn.library import Cell as Cell
from tsrnn.nn.masking import carried, compaction, real_steps

# Added to an LSTM's input gate (minus) and forget gate (plus), it makes them 0 and 1 to the last bit, whatever a state
# between -1 and 1 adds. Twice as much fits into float16, to which autocast may turn it.
_SHUT = 3e4


class Weights(NamedTuple):
    """What one layer learned for one direction."""

    weight_ih: Tensor  # (gates * hidden, inputs)
    weight_hh: Tensor  # (gates * hidden, hidden)
    bias_ih: Tensor  # (gates * hidden,)
    bias_hh: Tensor  # (gates * hidden,)


def run_layer(
    cell: Cell,
    x: Tensor,
    h0: Tensor | None,
    c0: Tensor | None,
    weights: Weights,
    mask: Tensor | None = None,
    reverse: bool = False,
) -> tuple[Tensor, Tensor, Tensor | None]:
    """One layer over a whole sequence in one direction.

    x        (batch, time, inputs), float32 or float64, of the weights' dtype and device; made contiguous here
    h0, c0   (batch, hidden), None for zeros; c0 is the LSTM's memory and None for the other cells
    mask     (batch, time) bool, true where a step is real; None if all are
    reverse  read from the last step to the first; step t of the answer still belongs to step t of x

    Returns `out` (batch, time, hidden), the hidden state after each step; `hn` (batch, hidden), the one after the last
    step read; and the LSTM's memory `cn` (batch, hidden), None for the other cells. A masked step carries the state
    through unchanged. No time: the state given. Shapes are the caller's to check; for wrong ones torch raises.

    On a CPU the compiled kernel computes it (`tsrnn.nn.fused`), where it was built; else torch, with cuDNN on a GPU.
    """
    h0 = x.new_zeros(x.shape[0], weights.weight_hh.shape[1]) if h0 is None else h0
    if cell == "lstm" and c0 is None:
        c0 = torch.zeros_like(h0)
    if x.shape[1] == 0:
        return x.new_zeros(x.shape[0], 0, h0.shape[1]), h0, c0
    answer = run(cell, (x, h0, c0, *weights), mask, reverse)
    if answer is not None:
        return answer
    if reverse:
        out, hn, cn = run_layer(cell, x.flip(1), h0, c0, weights, None if mask is None else mask.flip(1))
        return out.flip(1), hn, cn
    if mask is None:
        return _torch_layer(cell, x.contiguous(), h0, c0, weights)
    return _masked_layer(cell, x, h0, c0, weights, mask)


def _masked_layer(
    cell: Cell, x: Tensor, h0: Tensor, c0: Tensor | None, weights: Weights, mask: Tensor
) -> tuple[Tensor, Tensor, Tensor | None]:
    """`run_layer` from left to right where some steps are not real."""
    plan = compaction(mask)
    front = real_steps(x, plan)  # (batch, kept, inputs)
    if front.shape[1] == 0:
        return h0[:, None].expand(-1, x.shape[1], -1).clone(), h0, c0
    if c0 is None:
        out, hn = carried(_torch_layer(cell, front, h0, None, weights)[0], h0, plan)
        return out, hn, None
    # The last output of a row says its hidden state but not its memory, so the memory is frozen behind it: one more
    # input, 1 at padding, whose fixed weights shut the input gate and open the forget gate.
    shut = torch.zeros_like(weights.bias_ih).reshape(4, -1)  # (gate, hidden), gates i f g o
    shut[0], shut[1] = -_SHUT, _SHUT
    front = torch.cat([front, plan.padding[:, :, None].to(x.dtype)], dim=2)
    widened = weights._replace(weight_ih=torch.cat([weights.weight_ih, shut.reshape(-1, 1)], dim=1))
    made, _, cn = _torch_layer(cell, front, h0, c0, widened)
    out, hn = carried(made, h0, plan)
    assert cn is not None  # an LSTM was run
    return out, hn, torch.where(plan.lengths[:, None] == 0, c0, cn)


def _torch_layer(
    cell: Cell, x: Tensor, h0: Tensor, c0: Tensor | None, weights: Weights
) -> tuple[Tensor, Tensor, Tensor | None]:
    """torch's own layer from left to right over all steps; cuDNN where the tensors are on a GPU."""
    # cuDNN differentiates only calls made for training; without dropout the flag does nothing else.
    train = torch.is_grad_enabled()
    flags = (True, 1, 0.0, train, False, True)  # biases, layers, dropout, train, two ways, batch first
    hidden = h0[None].contiguous()  # (1, batch, hidden)
    with _silent_cudnn() if x.is_cuda else nullcontext():
        if c0 is not None:
            out, hn, cn = torch.lstm(x, [hidden, c0[None].contiguous()], list(weights), *flags)
            return out, hn[0], cn[0]
        run = torch.gru if cell == "gru" else torch.rnn_tanh
        out, hn = run(x, hidden, list(weights), *flags)
        return out, hn[0], None


@contextmanager
def _silent_cudnn() -> Iterator[None]:
    """cuDNN copies our four weights into one block at each call, which costs little, and would warn of it each time."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="RNN module weights are not part of single contiguous chunk")
        yield
