"""What the tests of the recurrent core share: torch's own net with the same weights, and a row run on its own."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from tsrnn.nn.kernels import Cell
from tsrnn.nn.library import engine_info, opened
from tsrnn.nn.recurrent import Recurrent
from tsrnn.nn.state import State

CELLS: tuple[Cell, ...] = ("rnn", "gru", "lstm")
needs_kernel = pytest.mark.skipif(opened()[0] is None, reason=engine_info().reason)


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def normal(*shape: int, seed: int, dtype: torch.dtype = torch.float64) -> Tensor:
    return torch.randn(shape, generator=seeded(seed), dtype=torch.float64).to(dtype)


def fill(core: Recurrent, seed: int = 0) -> Recurrent:
    """The core with every weight drawn anew and none of them 0, biases, norms and learned states too."""
    core.initialize(seeded(seed))
    with torch.no_grad():
        for place, weight in enumerate(core.parameters()):
            if weight.ndim == 1 or not bool(weight.any()):
                weight.add_(0.3 * normal(*weight.shape, seed=100 * seed + place, dtype=weight.dtype))
    return core


def core_of(cell: Cell, inputs: int = 3, hidden_size: int = 5, **settings: Any) -> Recurrent:
    """A core with every weight drawn, as it is used after training."""
    return fill(Recurrent(inputs, hidden_size, cell=cell, **settings)).eval()


def random_state(core: Recurrent, batch: int, seed: int, dtype: torch.dtype = torch.float64) -> State:
    shape = (core.num_layers * core.directions, batch, core.hidden_size)
    hidden = 0.5 * normal(*shape, seed=seed, dtype=dtype)
    return State(hidden, normal(*shape, seed=seed + 1, dtype=dtype) if core.cell == "lstm" else None)


def torch_net(core: Recurrent) -> nn.RNNBase:
    """torch's net with the weights of a core that has neither norms nor residuals."""
    build = {"rnn": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}[core.cell]
    sizes = core.inputs, core.hidden_size, core.num_layers
    net: nn.RNNBase = build(*sizes, batch_first=True, bidirectional=core.directions == 2)
    net.to(next(core.parameters()).dtype)
    with torch.no_grad():
        for index, weights in enumerate(core.weights):
            layer, direction = divmod(index, core.directions)
            for name, weight in weights.named_parameters():
                getattr(net, f"{name}_l{layer}{'_reverse' * direction}").copy_(weight)
    return net


def torch_state(state: State) -> Tensor | tuple[Tensor, Tensor]:
    return state.hidden if state.memory is None else (state.hidden, state.memory)


def of_torch(state: Tensor | tuple[Tensor, Tensor]) -> State:
    return State(state) if isinstance(state, Tensor) else State(*state)


def assert_same_state(got: State, wanted: State, atol: float) -> None:
    torch.testing.assert_close(got.hidden, wanted.hidden, atol=atol, rtol=0)
    assert (got.memory is None) == (wanted.memory is None)
    if got.memory is not None and wanted.memory is not None:
        torch.testing.assert_close(got.memory, wanted.memory, atol=atol, rtol=0)


def row(state: State, index: int) -> State:
    return state.select(torch.tensor([index]))


def alone(core: Recurrent, x: Tensor, mask: Tensor, state: State, index: int) -> tuple[Tensor, State]:
    """Row `index` on its own, its real steps and nothing else: (real steps, output_size) and its last state."""
    out, last = core(x[index][mask[index]][None], row(state, index))
    return out[0], last
