"""A step at a time gives what the whole gives, quickly, and with the weights as they are now."""

from __future__ import annotations

import copy
import threading
from typing import Any

import pytest
import torch
import torch.nn.utils.prune
from torch import nn

from tests.nn.cores import CELLS, assert_same_state, core_of, needs_kernel, normal, random_state
from tsrnn.errors import DataError
from tsrnn.nn import streaming
from tsrnn.nn.kernels import Cell
from tsrnn.nn.recurrent import Recurrent
from tsrnn.nn.state import State

OPTIONS: list[dict[str, Any]] = [
    {},
    {"num_layers": 3},
    {"num_layers": 2, "residual": True},
    {"num_layers": 2, "layer_norm": True},
    {"num_layers": 3, "residual": True, "layer_norm": True, "dropout": 0.5},
]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """For each step whether the kernel's own way was taken."""
    taken: list[bool] = []
    step = streaming.Streaming.step

    def spy(self: streaming.Streaming, *given: Any) -> Any:
        answer = step(self, *given)
        taken.append(answer is not None)
        return answer

    monkeypatch.setattr(streaming.Streaming, "step", spy)
    return taken


def check(core: Recurrent, rows: int, atol: float) -> None:
    """Steps on their own against the whole, from a state given and from none."""
    dtype = next(core.parameters()).dtype
    x = normal(rows, 4, core.inputs, seed=4, dtype=dtype)
    for start in (random_state(core, rows, 2, dtype), core.initial_state(rows), None):
        whole, last = core(x, start)
        outs, state = [], start
        for at_once in x.unbind(1):
            out, state = core.step(at_once, state)
            outs.append(out)
        assert state is not None
        torch.testing.assert_close(torch.stack(outs, dim=1), whole, atol=atol, rtol=0)
        assert_same_state(state, last, atol)


@needs_kernel
@torch.no_grad()
@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("cell", CELLS)
def test_single_steps_equal_the_whole(cell: Cell, options: dict[str, Any], level: str, calls: list[bool]) -> None:
    atol = 3e-5 if "layer_norm" in options else 2e-6  # a norm divides what rounding left by a small number
    for sizes in ((1, 2), (3, 5), (20, 33), (16, 64)):
        core = core_of(cell, *sizes, **options)
        for rows in (1, 2, 4):
            check(core, rows, atol)
            check(copy.deepcopy(core).double(), rows, 1e-12)
    assert calls.count(False) == 0


@torch.no_grad()
@pytest.mark.parametrize("cell", CELLS)
def test_steps_may_begin_with_a_learned_state(cell: Cell) -> None:
    check(core_of(cell, num_layers=2, learn_state=True).double(), 3, 1e-12)


@pytest.mark.parametrize("rows", [5, 40])
@pytest.mark.parametrize("cell", CELLS)
def test_many_rows_and_gradients_go_the_long_way_to_the_same_answer(cell: Cell, rows: int) -> None:
    core = core_of(cell, **OPTIONS[-1]).double()
    with torch.no_grad():
        check(core, rows, 1e-12)
    check(core, rows, 1e-12)
    check(core, 1, 1e-12)
    x, state = normal(1, 3, seed=1), core.initial_state(1)
    by_step = torch.autograd.grad(core.step(x, state)[0].sum(), list(core.parameters()))
    by_whole = torch.autograd.grad(core(x[:, None], state)[0].sum(), list(core.parameters()))
    for one, weight in zip(by_step, by_whole, strict=True):
        torch.testing.assert_close(one, weight, atol=1e-12, rtol=0)


def test_dropout_in_training_goes_the_long_way() -> None:
    core = core_of("gru", num_layers=2, dropout=0.5).train()
    x, state = normal(1, 3, seed=1, dtype=torch.float32), core.initial_state(1)
    with torch.no_grad(), torch.random.fork_rng():
        torch.manual_seed(1)
        one, _ = core.step(x, state)
        torch.manual_seed(1)
        torch.testing.assert_close(one, core(x[:, None], state)[0][:, 0])
        assert not torch.equal(one, core.eval().step(x, state)[0])


@torch.no_grad()
@pytest.mark.parametrize("cell", CELLS)
def test_what_goes_in_stays_and_what_comes_out_belongs_to_the_caller(cell: Cell) -> None:
    core = core_of(cell, num_layers=2)
    x, state = normal(2, 3, seed=1, dtype=torch.float32), random_state(core, 2, 2, torch.float32)
    given = x.clone(), state.map(torch.clone)
    out, end = core.step(x, state)
    kept = end.map(torch.clone)
    out.zero_()
    assert_same_state(end, kept, 0)
    again, _ = core.step(x, state)
    end.hidden.zero_()
    torch.testing.assert_close(core.step(x, state)[0], again, atol=0, rtol=0)
    assert torch.equal(x, given[0])
    assert_same_state(state, given[1], 0)


@torch.no_grad()
def test_inputs_are_read_right_however_they_lie_in_memory() -> None:
    core = core_of("lstm").double()
    state = random_state(core, 3, 2)
    x = normal(3, 3, seed=1)
    wanted, last = core.step(x, state)
    strided = State(*(tensor.mT.contiguous().mT for tensor in (state.hidden, state.memory) if tensor is not None))
    for odd in (x.mT.contiguous().mT, normal(3, 6, seed=1)[:, ::2].copy_(x), nn.Parameter(x)):
        got, end = core.step(odd, strided)
        torch.testing.assert_close(got, wanted, atol=1e-12, rtol=0)
        assert_same_state(end, last, 1e-12)
    single = core_of("gru", inputs=1).double()
    begin = single.initial_state(1)
    negative = torch.complex(torch.zeros(1, 1).double(), torch.ones(1, 1).double()).conj().imag  # -1, stored as 1
    for got in (single.step(negative, begin)[0], single(negative[None], begin)[0][0]):
        torch.testing.assert_close(got, single.step(-torch.ones(1, 1).double(), begin)[0], atol=1e-12, rtol=0)


@torch.no_grad()
@pytest.mark.parametrize("value", [torch.nan, torch.inf, -1e30])
@pytest.mark.parametrize("cell", CELLS)
def test_a_value_that_is_not_a_number_spreads_as_in_the_whole(cell: Cell, value: float) -> None:
    core = core_of(cell, hidden_size=20)
    state = core.initial_state(2)
    x = torch.tensor([[1.0, value, 0.0], [1.0, 2.0, 3.0]])
    got, end = core.step(x, state)
    wanted, last = core(x[:, None], state)
    torch.testing.assert_close(got, wanted[:, 0], atol=1e-6, rtol=0, equal_nan=True)
    torch.testing.assert_close(end.hidden, last.hidden, atol=1e-6, rtol=0, equal_nan=True)
    assert bool(got[1].isfinite().all())


@pytest.mark.parametrize(
    ("x", "state", "says"),
    [
        (torch.zeros(2, 4), None, r"x must be \(batch, channel\) with 3 channels, got shape \(2, 4\)"),
        (torch.zeros(3), None, r"got shape \(3,\)"),
        (torch.zeros(()), None, r"got shape \(\)"),
        (torch.zeros(2, 1, 3), None, r"got shape \(2, 1, 3\)"),
        (torch.zeros(2, 3).double(), None, "x is torch.float64, but the weights are torch.float32"),
        (torch.zeros(2, 3).half(), None, "x is torch.float16, but the weights are torch.float32"),
        (torch.zeros(2, 3).long(), None, "x is torch.int64, but the weights are torch.float32"),
        (torch.zeros(2, 3), State(torch.zeros(1, 1, 5), torch.zeros(1, 1, 5)), "state.hidden must be"),
        (torch.zeros(2, 3), State(torch.zeros(1, 2, 5), torch.zeros(1, 2, 4)), "state.memory must be"),
        (torch.zeros(2, 3), State(torch.zeros(1, 2, 5)), "the state has no memory"),
        (
            torch.zeros(2, 3),
            State(torch.zeros(1, 2, 5).double(), torch.zeros(1, 2, 5)),
            "state.hidden is torch.float64",
        ),
    ],
)
def test_a_step_that_does_not_fit_is_refused(x: torch.Tensor, state: State | None, says: str) -> None:
    core = Recurrent(3, 5, cell="lstm")
    with torch.no_grad():
        core.step(torch.zeros(2, 3), core.initial_state(2))  # nothing that was remembered lets it pass
        for start in (state, core.initial_state(2) if state is None else state):
            with pytest.raises(DataError, match=says):
                core.step(x, start)


@torch.no_grad()
def test_no_rows_give_no_rows() -> None:
    core = core_of("gru", num_layers=2)
    out, state = core.step(torch.zeros(0, 3), core.initial_state(0))
    assert out.shape == (0, 5) and state.hidden.shape == (2, 0, 5)


@torch.no_grad()
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
@pytest.mark.parametrize("cell", CELLS)
def test_half_precision_steps_as_torch_does(cell: Cell, dtype: torch.dtype) -> None:
    core = core_of(cell, num_layers=2).to(dtype)
    check(core, 2, 1e-2)


@torch.no_grad()
def test_steps_of_many_threads_on_one_core_keep_out_of_each_others_way() -> None:
    core = core_of("gru", hidden_size=64, num_layers=2)
    xs = normal(8, 200, 3, seed=1, dtype=torch.float32)
    wanted = core(xs)[0]
    wrong: list[int] = []

    def run(number: int) -> None:
        with torch.no_grad():
            state = core.initial_state(1)
            for t in range(200):
                out, state = core.step(xs[number : number + 1, t], state)
                if not torch.allclose(out[0], wanted[number, t], atol=1e-5):
                    wrong.append(number)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_inference_mode_and_no_grad_may_alternate() -> None:
    core = core_of("lstm", num_layers=2)
    x, state = normal(1, 3, seed=1, dtype=torch.float32), random_state(core, 1, 2, torch.float32)
    with torch.inference_mode():
        one, _ = core.step(x, state)
    with torch.no_grad():
        assert torch.equal(core.step(x, state)[0], one)
    out, _ = core.step(x, state)
    assert out.requires_grad
