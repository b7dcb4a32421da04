"""Single steps remember where the weights lie: changed, moved or replaced, they are read as they are now."""

from __future__ import annotations

import copy
from collections.abc import Callable

import pytest
import torch
import torch.nn.utils.prune
from torch import nn

from tests.nn.cores import CELLS, assert_same_state, core_of, fill, normal, random_state
from tsrnn.nn.kernels import Cell
from tsrnn.nn.recurrent import LayerWeights, Recurrent
from tsrnn.nn.state import State


def other(core: Recurrent) -> Recurrent:
    return fill(copy.deepcopy(core), seed=7)


def _in_place(core: Recurrent) -> None:
    fill(core, seed=7)


def _one_number(core: Recurrent) -> None:
    core.weights[1].weight_hh.view(-1)[3] = 2.0  # type: ignore[operator]


def _learned(core: Recurrent) -> None:
    with torch.enable_grad():
        core(normal(2, 3, 3, seed=9, dtype=next(core.parameters()).dtype))[0].sum().backward()
    torch.optim.SGD(core.parameters(), lr=0.1).step()


def _loaded(core: Recurrent) -> None:
    core.load_state_dict(other(core).state_dict())


def _assigned(core: Recurrent) -> None:
    core.load_state_dict(other(core).state_dict(), assign=True)


def _other_memory(core: Recurrent) -> None:
    for weight, new in zip(core.parameters(), other(core).parameters(), strict=True):
        weight.data = new.data


def _transposed(core: Recurrent) -> None:
    for layer in core.weights:
        assert isinstance(layer, LayerWeights)
        square = layer.weight_hh[:5]
        square.data = square.data.t().clone()
        layer.weight_hh.data[:5] = square
        layer.weight_hh.data = layer.weight_hh.data.t().contiguous().t()  # the same numbers in another order


def _a_parameter(core: Recurrent) -> None:
    setattr(core.weights[0], "weight_hh", nn.Parameter(other(core).weights[0]().weight_hh))  # noqa: B010


def _a_layer(core: Recurrent) -> None:
    core.weights[1] = other(core).weights[1]


def _all_layers(core: Recurrent) -> None:
    core.weights = other(core).weights


def _a_norm(core: Recurrent) -> None:
    assert core.norms is not None
    core.norms[0] = nn.LayerNorm(5, eps=0.5, dtype=next(core.parameters()).dtype)


def _a_norm_of_another_kind(core: Recurrent) -> None:
    assert core.norms is not None
    core.norms[0] = nn.Tanh()


def _a_norm_without_bias(core: Recurrent) -> None:
    assert core.norms is not None
    core.norms[0] = nn.LayerNorm(5, bias=False, dtype=next(core.parameters()).dtype)


def _there_and_back(core: Recurrent) -> None:
    for _ in range(3):
        core.float().double()
    fill(core, seed=7)


def _moved_as_one(core: Recurrent) -> None:
    vector = nn.utils.parameters_to_vector(other(core).parameters())
    nn.utils.vector_to_parameters(vector, core.parameters())


def _shared(core: Recurrent) -> None:
    core.share_memory()
    fill(core, seed=7)


def _pruned(core: Recurrent) -> None:
    nn.utils.prune.l1_unstructured(core.weights[0], "weight_hh", amount=0.5)  # type: ignore[no-untyped-call]


def _pruned_and_learned(core: Recurrent) -> None:
    _pruned(core)
    for weight in core.weights[0].parameters():
        weight.mul_(1.5)


def _pruned_for_good(core: Recurrent) -> None:
    _pruned(core)
    nn.utils.prune.remove(core.weights[0], "weight_hh")  # type: ignore[no-untyped-call]


def _computed(core: Recurrent) -> None:
    nn.utils.parametrizations.weight_norm(core.weights[0], "weight_hh")
    with torch.no_grad():
        for weight in core.weights[0].parameters():
            weight.mul_(1.5)


CHANGES: list[Callable[[Recurrent], None]] = [
    *(_in_place, _one_number, _learned, _loaded, _assigned, _other_memory, _transposed),
    *(_a_parameter, _a_layer, _all_layers, _a_norm, _a_norm_of_another_kind, _a_norm_without_bias),
    *(_there_and_back, _moved_as_one, _shared, _pruned, _pruned_and_learned, _pruned_for_good, _computed),
]


@torch.no_grad()
@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("cell", CELLS)
def test_weights_are_read_as_they_are_now(cell: Cell, change: Callable[[Recurrent], None]) -> None:
    core = core_of(cell, num_layers=2, layer_norm=True).double()
    x, state = normal(1, 3, seed=1), random_state(core, 1, 2)
    before, _ = core.step(x, state)
    change(core)
    wanted, last = core(x[:, None], state)
    got, end = core.step(x, state)
    assert not torch.allclose(got, before, atol=1e-4)
    torch.testing.assert_close(got, wanted[:, 0], atol=1e-12, rtol=0)
    assert_same_state(end, last, 1e-12)


@torch.no_grad()
def test_a_square_weight_turned_in_place_is_seen() -> None:
    core = core_of("rnn").double()
    x, state = normal(1, 3, seed=1), random_state(core, 1, 2)
    before, _ = core.step(x, state)
    weight = core.weights[0]().weight_hh
    weight.data = weight.data.t()  # begins at the same address
    got, _ = core.step(x, state)
    assert not torch.allclose(got, before)
    torch.testing.assert_close(got, core(x[:, None], state)[0][:, 0], atol=1e-12, rtol=0)


class Stepping(nn.Module):
    """A module whose call is a step, as `torch.func.functional_call` wants it."""

    def __init__(self, core: Recurrent) -> None:
        super().__init__()
        self.core = core

    def forward(self, x: torch.Tensor, state: State) -> torch.Tensor:
        return self.core.step(x, state)[0]


@torch.no_grad()
def test_borrowed_weights_are_used_and_given_back() -> None:
    stepping = Stepping(core_of("gru").double())
    x, state = normal(1, 3, seed=1), random_state(stepping.core, 1, 2)
    own = stepping(x, state)
    halves = {name: 0.5 * weight for name, weight in stepping.named_parameters()}
    got = torch.func.functional_call(stepping, halves, (x, state))
    assert torch.equal(stepping(x, state), own)
    stepping.load_state_dict(halves)
    assert torch.equal(got, stepping(x, state)) and not torch.equal(got, own)


@torch.no_grad()
@pytest.mark.parametrize("cell", CELLS)
def test_a_copy_steps_with_its_own_weights_even_when_the_first_is_gone(cell: Cell) -> None:
    core = core_of(cell, num_layers=2)
    x, state = normal(1, 3, seed=1, dtype=torch.float32), random_state(core, 1, 2, torch.float32)
    core.step(x, state)
    twin = copy.deepcopy(core)
    for weight in core.parameters():
        weight.fill_(torch.nan)
    del core
    got, end = twin.step(x, state)
    wanted, last = twin(x[:, None], state)
    torch.testing.assert_close(got, wanted[:, 0])
    assert_same_state(end, last, 1e-6)
