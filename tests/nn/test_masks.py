"""A masked step carries the state through unchanged: padding, gaps and batch-mates never change an answer."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from tests.nn.cores import CELLS, alone, assert_same_state, fill, normal, of_torch, random_state, row, torch_net
from tsrnn.nn.kernels import Cell, Weights, run_layer
from tsrnn.nn.recurrent import Recurrent
from tsrnn.nn.state import State

EXACT = 1e-12

MASKS = {
    "right": ["111111", "111000", "100000", "111110"],
    "left": ["111111", "000111", "000001", "011111"],
    "inner": ["101101", "100001", "110011", "111111"],
    "any": ["010010", "111111", "000000", "001100"],
    "empty": ["000000", "000000", "000000", "000000"],
}


def read(rows: list[str]) -> torch.Tensor:
    return torch.tensor([[step == "1" for step in steps] for steps in rows])


def core_of(cell: Cell, bidirectional: bool = False, num_layers: int = 2, layer_norm: bool = False) -> Recurrent:
    core = Recurrent(
        3, 4, cell=cell, num_layers=num_layers, bidirectional=bidirectional, residual=layer_norm, layer_norm=layer_norm
    )
    return fill(core).double()


def check_rows_alone(core: Recurrent, x: torch.Tensor, mask: torch.Tensor, state: State, atol: float) -> None:
    out, last = core(x, state, mask)
    for index in range(len(x)):
        wanted, wanted_last = alone(core, x, mask, state, index)
        torch.testing.assert_close(out[index][mask[index]], wanted, atol=atol, rtol=0)
        assert_same_state(row(last, index), wanted_last, atol)


@pytest.mark.parametrize("where", MASKS)
@pytest.mark.parametrize("layer_norm", [False, True])
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("cell", CELLS)
def test_each_row_answers_as_if_it_were_alone_without_its_masked_steps(
    cell: Cell, bidirectional: bool, layer_norm: bool, where: str
) -> None:
    core, mask = core_of(cell, bidirectional, layer_norm=layer_norm), read(MASKS[where])
    x, state = normal(4, 6, 3, seed=1), random_state(core, 4, seed=2)
    x[~mask] = torch.nan  # whatever stands at a masked step
    check_rows_alone(core, x, mask, state, EXACT)


@pytest.mark.parametrize("cell", CELLS)
def test_each_row_answers_as_if_alone_in_float32(cell: Cell) -> None:
    core, mask = core_of(cell, bidirectional=True).float(), read(MASKS["any"])
    x, state = normal(4, 6, 3, seed=1, dtype=torch.float32), random_state(core, 4, seed=2, dtype=torch.float32)
    check_rows_alone(core, x, mask, state, 1e-6)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_mask_and_any_cut_into_chunks(data: st.DataObject) -> None:
    core = core_of(data.draw(st.sampled_from(CELLS)), data.draw(st.booleans()), num_layers=1)
    batch, time = data.draw(st.integers(1, 4)), data.draw(st.integers(0, 7))
    steps = data.draw(st.lists(st.booleans(), min_size=batch * time, max_size=batch * time))
    mask = torch.tensor(steps, dtype=torch.bool).reshape(batch, time)
    x, state = normal(batch, time, 3, seed=1), random_state(core, batch, seed=2)
    check_rows_alone(core, x, mask, state, EXACT)
    if core.directions == 1:
        cut = data.draw(st.integers(0, time))
        whole, last = core(x, state, mask)
        first, middle = core(x[:, :cut], state, mask[:, :cut])
        second, end = core(x[:, cut:], middle, mask[:, cut:])
        torch.testing.assert_close(torch.cat([first, second], dim=1), whole, atol=EXACT, rtol=0)
        assert_same_state(end, last, EXACT)


@pytest.mark.parametrize("cell", CELLS)
def test_the_output_at_a_masked_step_is_the_carried_hidden_state(cell: Cell) -> None:
    core, mask = core_of(cell, bidirectional=True, num_layers=1), read(MASKS["any"])
    x, state = normal(4, 6, 3, seed=1), random_state(core, 4, seed=2)
    out, last = core(x, state, mask)
    to_the_right, to_the_left = out.split(4, dim=2)
    for index in range(4):
        carried = state.hidden[0, index]
        for t in range(6):
            carried = to_the_right[index, t] if mask[index, t] else carried
            assert torch.equal(to_the_right[index, t], carried)
        assert torch.equal(last.hidden[0, index], carried)
        carried = state.hidden[1, index]
        for t in reversed(range(6)):
            carried = to_the_left[index, t] if mask[index, t] else carried
            assert torch.equal(to_the_left[index, t], carried)
        assert torch.equal(last.hidden[1, index], carried)


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("cell", CELLS)
def test_padding_on_the_right_gives_what_packing_gives(cell: Cell, bidirectional: bool) -> None:
    core, lengths = core_of(cell, bidirectional), torch.tensor([6, 2, 5, 1])
    mask = torch.arange(6) < lengths[:, None]
    x = normal(4, 6, 3, seed=3)
    packed, last = torch_net(core)(pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False))
    wanted, _ = pad_packed_sequence(packed, batch_first=True)
    out, got = core(x, None, mask)
    torch.testing.assert_close(out[mask], wanted[mask], atol=EXACT, rtol=0)
    assert_same_state(got, of_torch(last), EXACT)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("cell", CELLS)
def test_a_state_survives_a_long_padding_to_the_last_bit(cell: Cell, dtype: torch.dtype) -> None:
    core = core_of(cell, num_layers=1).to(dtype)
    x, mask = normal(2, 3000, 3, seed=4, dtype=dtype), torch.zeros(2, 3000, dtype=torch.bool)
    mask[0] = True  # one row keeps the sequence long
    mask[1, 1] = True
    short, wanted = core(x[:, 1:2])
    out, last = core(x, None, mask)
    atol = 1e-6 if dtype == torch.float32 else 1e-15
    torch.testing.assert_close(out[1, 1:], short[1].expand(2999, -1), atol=atol, rtol=0)
    assert_same_state(row(last, 1), row(wanted, 1), atol)


@pytest.mark.parametrize("cell", CELLS)
def test_an_empty_row_keeps_the_state_it_was_given_however_large(cell: Cell) -> None:
    core, mask = core_of(cell, bidirectional=True), read(MASKS["any"])
    state = random_state(core, 4, seed=5).map(lambda tensor: 1e12 * tensor)
    _, last = core(normal(4, 6, 3, seed=1), state, mask)
    assert_same_state(row(last, 2), row(state, 2), 0)


@pytest.mark.parametrize("cell", CELLS)
def test_batch_mates_and_more_padding_never_change_an_answer(cell: Cell) -> None:
    core, mask = core_of(cell, bidirectional=True), read(MASKS["any"])
    x, state = normal(4, 6, 3, seed=1), random_state(core, 4, seed=2)
    out, last = core(x, state, mask)
    order = torch.tensor([3, 1, 0])
    mates, mates_last = core(x[order], state.select(order), mask[order])
    torch.testing.assert_close(mates, out[order], atol=EXACT, rtol=0)
    assert_same_state(mates_last, last.select(order), EXACT)
    padding, nothing = torch.full((4, 5, 3), 1e30, dtype=torch.float64), torch.zeros(4, 5, dtype=torch.bool)
    wider, wider_last = core(torch.cat([padding, x, padding], dim=1), state, torch.cat([nothing, mask, nothing], dim=1))
    torch.testing.assert_close(wider[:, 5:11], out, atol=EXACT, rtol=0)
    assert_same_state(wider_last, last, EXACT)


@pytest.mark.parametrize("cell", CELLS)
def test_a_mask_that_is_all_true_is_no_mask(cell: Cell) -> None:
    core, x = core_of(cell, bidirectional=True), normal(4, 6, 3, seed=1)
    out, last = core(x, None, torch.ones(4, 6, dtype=torch.bool))
    assert torch.equal(out, core(x)[0])
    assert_same_state(last, core(x)[1], 0)


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 1e-5), (torch.float64, 1e-11)])
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("cell", CELLS)
def test_masked_steps_teach_nothing_and_real_steps_teach_as_if_alone(
    cell: Cell, bidirectional: bool, dtype: torch.dtype, tolerance: float
) -> None:
    core, mask = core_of(cell, bidirectional).to(dtype), read(MASKS["any"])
    x, state = normal(4, 6, 3, seed=1, dtype=dtype), random_state(core, 4, seed=2, dtype=dtype)
    x[~mask] = torch.nan
    x.requires_grad_()
    out, last = core(x, state, mask)
    loss = (out[mask] ** 2).sum() + sum_of(last)
    got = torch.autograd.grad(loss, [x, *core.parameters()])
    singles = [alone(core, x, mask, state, index) for index in range(4)]
    total = torch.stack([(single**2).sum() + sum_of(end) for single, end in singles]).sum()
    wanted = torch.autograd.grad(total, [x, *core.parameters()])
    assert bool((got[0][~mask] == 0).all())
    for ours, theirs in zip(got, wanted, strict=True):
        torch.testing.assert_close(ours, theirs, atol=tolerance, rtol=tolerance)


def sum_of(state: State) -> torch.Tensor:
    return state.hidden.sum() + (0 if state.memory is None else (state.memory**2).sum())


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("cell", CELLS)
def test_gradients_through_masks_are_the_slopes_of_the_answers(cell: Cell, reverse: bool) -> None:
    core, mask = core_of(cell, num_layers=1), read(["0110", "1011", "0000"])
    state = random_state(core, 3, seed=2)
    memory = [] if state.memory is None else [state.memory[0]]
    leaves = [normal(3, 4, 3, seed=1), state.hidden[0], *memory, *core.weights[0]()]

    def run(x: torch.Tensor, h0: torch.Tensor, *rest: torch.Tensor) -> tuple[torch.Tensor, ...]:
        out, hn, cn = run_layer(cell, x, h0, rest[0] if memory else None, Weights(*rest[-4:]), mask, reverse)
        return (out, hn) if cn is None else (out, hn, cn)

    assert torch.autograd.gradcheck(run, [leaf.detach().clone().requires_grad_() for leaf in leaves])
