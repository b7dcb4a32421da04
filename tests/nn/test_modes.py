"""Whatever torch does around a core (autocast, transforms, recording, other types), it is right or says why not."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils.checkpoint import checkpoint

from tests.nn.cores import CELLS, assert_same_state, fill, needs_kernel, normal, random_state
from tsrnn.errors import DataError
from tsrnn.nn import fused
from tsrnn.nn.kernels import Cell
from tsrnn.nn.library import Engine
from tsrnn.nn.recurrent import Recurrent
from tsrnn.nn.state import State

MASK = torch.tensor([[1, 1, 1, 1, 1], [0, 0, 1, 1, 0], [1, 0, 0, 0, 1]]).bool()
X = normal(3, 5, 3, seed=1, dtype=torch.float32)


def core_of(cell: Cell) -> Recurrent:
    return fill(Recurrent(3, 8, cell=cell, num_layers=2, layer_norm=True, residual=True))


@pytest.mark.parametrize("kernel", [True, False])
@pytest.mark.parametrize("mask", [None, MASK])
@pytest.mark.parametrize("cell", CELLS)
def test_autocast_leaves_a_core_on_the_cpu_in_its_own_type(
    cell: Cell, mask: torch.Tensor | None, kernel: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not kernel:
        monkeypatch.setattr(fused, "opened", lambda: (None, Engine("torch", "off")))
    core, before = core_of(cell), nn.Linear(3, 3)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        rough = before(X)
        out, state = core(rough, random_state(core, 3, 2, torch.float32).map(torch.Tensor.bfloat16), mask)
        out.sum().backward()
    assert rough.dtype == torch.bfloat16
    start = random_state(core, 3, 2, torch.float32).map(lambda tensor: tensor.bfloat16().float())
    wanted, last = core(rough.float(), start, mask)
    assert out.dtype == torch.float32 and torch.equal(out, wanted)
    assert_same_state(state, last, 0)
    learned = [weight.grad for weight in (*core.parameters(), *before.parameters())]
    assert all(slope is not None and bool(slope.isfinite().all()) for slope in learned)


@torch.no_grad()
@pytest.mark.parametrize("cell", CELLS)
def test_autocast_leaves_single_steps_in_their_own_type(cell: Cell) -> None:
    core = core_of(cell)
    x, state = X[:, 0].bfloat16(), random_state(core, 3, 2, torch.float32)
    wanted, last = core.step(x.float(), state)
    for given in (x, x.float()):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            out, end = core.step(given, state)
        assert out.dtype == torch.float32
        torch.testing.assert_close(out, wanted)
        assert_same_state(end, last, 1e-6)


def test_autocast_of_another_device_changes_nothing_and_whole_numbers_stay_refused() -> None:
    core = core_of("gru")
    with pytest.warns() if not torch.cuda.is_available() else torch.no_grad(), torch.autocast("cuda"):
        with pytest.raises(DataError, match=r"x is torch.bfloat16, but the weights are torch.float32"):
            core(X.bfloat16())
    with torch.autocast("cpu"), pytest.raises(DataError, match=r"x is torch.int64"):
        core(X.long())


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
@pytest.mark.parametrize("mask", [None, MASK])
@pytest.mark.parametrize("cell", CELLS)
def test_half_precision_runs_and_learns_near_the_full_one(
    cell: Cell, mask: torch.Tensor | None, dtype: torch.dtype
) -> None:
    core = core_of(cell)
    wanted, _ = core(X, None, mask)
    out, state = core.to(dtype)(X.to(dtype), None, mask)
    assert out.dtype == state.hidden.dtype == dtype
    torch.testing.assert_close(out.float(), wanted, atol=0.15, rtol=0.05)
    out.float().square().sum().backward()
    assert all(weight.grad is not None and bool(weight.grad.isfinite().all()) for weight in core.parameters())


@pytest.mark.parametrize("cell", CELLS)
def test_tensors_without_numbers_have_shapes_and_no_addresses_are_read(cell: Cell) -> None:
    core = core_of(cell).to("meta")
    assert core(X.to("meta"))[0].shape == (3, 5, 8)
    with torch.no_grad():
        assert core.step(X[:, 0].to("meta"), core.initial_state(3))[0].shape == (3, 8)
    with FakeTensorMode():
        fake = Recurrent(3, 8, cell=cell)
        assert fake(torch.zeros(3, 5, 3))[0].shape == (3, 5, 8)
        with torch.no_grad():
            assert fake.step(torch.zeros(3, 3), fake.initial_state(3))[0].shape == (3, 8)


def test_tensors_on_different_devices_are_refused() -> None:
    core = core_of("gru")
    with pytest.raises((RuntimeError, NotImplementedError)):
        core(X.to("meta"))
    with torch.no_grad(), pytest.raises((RuntimeError, NotImplementedError)):
        core.step(X[:, 0], State(torch.zeros(2, 3, 8, device="meta")))
    core.weights[1].to("meta")
    with torch.no_grad(), pytest.raises((RuntimeError, NotImplementedError)):
        core.step(X[:, 0], State(torch.zeros(2, 3, 8)))


@pytest.mark.filterwarnings("ignore:`torch.jit.script`")  # torch.func itself uses it
@pytest.mark.parametrize("cell", CELLS)
def test_derivatives_along_a_direction_are_those_by_the_way_back(cell: Cell) -> None:
    core, along = core_of(cell).double(), normal(3, 5, 3, seed=2)
    slope = torch.func.jvp(lambda x: core(x)[0].sum(), (X.double(),), (along,))[1]
    x = X.double().requires_grad_()
    (by_x,) = torch.autograd.grad(core(x)[0].sum(), x)
    torch.testing.assert_close(slope, (by_x * along).sum(), atol=1e-10, rtol=0)
    torch.testing.assert_close(torch.func.grad(lambda x: core(x)[0].sum())(X.double()), by_x, atol=1e-10, rtol=0)


@needs_kernel
def test_several_derivatives_at_once_are_refused() -> None:
    x = X.clone().requires_grad_()
    out = core_of("gru")(x)[0]
    with pytest.raises(RuntimeError, match=r"one answer at a time, but several at once.*TSRNN_KERNEL=0"):
        torch.autograd.grad(out, x, torch.ones(2, *out.shape), is_grads_batched=True)


@pytest.mark.parametrize("cell", CELLS)
def test_a_checkpointed_core_learns_the_same(cell: Cell) -> None:
    core, x = core_of(cell), X.clone().requires_grad_()
    again = checkpoint(lambda x: core(x)[0], x, use_reentrant=False)
    (got,) = torch.autograd.grad(again.square().sum(), x)
    (wanted,) = torch.autograd.grad(core(x)[0].square().sum(), x)
    assert torch.equal(got, wanted)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of torch's own making
@pytest.mark.parametrize("cell", CELLS)
def test_a_compiled_core_answers_the_same(cell: Cell) -> None:
    core = core_of(cell)
    compiled = torch.compile(core, backend="eager")
    torch.testing.assert_close(compiled(X)[0], core(X)[0], atol=1e-5, rtol=0)
    with torch.no_grad():
        state = core.initial_state(3)
        step = torch.compile(core.step, backend="eager")
        torch.testing.assert_close(step(X[:, 0], state)[0], core.step(X[:, 0], state)[0], atol=1e-5, rtol=0)
