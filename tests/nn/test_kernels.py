"""The fused kernel gives what torch.nn and finite differences give, the same bits each time; the rest is torch's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch
from torch import Tensor

from tests.nn.cores import CELLS, needs_kernel, normal
from tsrnn.nn.kernels import GATES, Cell, Weights, run_layer

SIZES = [(1, 1, 1, 1), (1, 9, 3, 5), (3, 7, 1, 16), (9, 20, 2, 33), (70, 11, 17, 48), (2, 300, 1, 8)]  # B, T, I, H


@pytest.fixture(params=[1, 2])
def threads(request: pytest.FixtureRequest) -> Iterator[int]:
    before = torch.get_num_threads()
    torch.set_num_threads(request.param)
    yield request.param
    torch.set_num_threads(before)


def drawn(cell: Cell, sizes: tuple[int, int, int, int], dtype: torch.dtype = torch.float64) -> list[Tensor]:
    """x, h0, c0 for an LSTM, and the four weights, all of them asking for a gradient."""
    batch, time, inputs, hidden = sizes
    rows = GATES[cell] * hidden
    states = [(batch, hidden)] * (2 if cell == "lstm" else 1)
    shapes = [(batch, time, inputs), *states, (rows, inputs), (rows, hidden), (rows,), (rows,)]
    scale = [1.0, *[0.5] * len(states), *[hidden**-0.5] * 4]
    made = [normal(*shape, seed=n) * scale[n] for n, shape in enumerate(shapes)]
    return [tensor.to(dtype).requires_grad_() for tensor in made]


def ours(cell: Cell, given: list[Tensor], mask: Tensor | None = None, reverse: bool = False) -> tuple[Tensor, ...]:
    """out, hn and the LSTM's cn through the seam."""
    x, h0, *others = given
    c0, weights = (others[0], others[1:]) if cell == "lstm" else (None, others)
    answers = run_layer(cell, x, h0, c0, Weights(*weights), mask, reverse)
    return tuple(answer for answer in answers if answer is not None)


def theirs(cell: Cell, given: list[Tensor]) -> tuple[Tensor, ...]:
    """The same by torch."""
    x, h0, *others = given
    flags = (True, 1, 0.0, True, False, True)
    if cell == "lstm":
        out, hn, cn = torch.lstm(x, [h0[None], others[0][None]], others[1:], *flags)
        return out, hn[0], cn[0]
    out, hn = (torch.gru if cell == "gru" else torch.rnn_tanh)(x, h0[None], others, *flags)
    return out, hn[0]


def gradients(answers: tuple[Tensor, ...], given: list[Tensor]) -> tuple[Tensor, ...]:
    """Of a sum in which every number of every answer has a weight of its own."""
    loss = sum((normal(*a.shape, seed=50 + n, dtype=a.dtype) * a).sum() for n, a in enumerate(answers))
    assert isinstance(loss, Tensor)
    return torch.autograd.grad(loss, given)


def assert_close(got: tuple[Tensor, ...], wanted: tuple[Tensor, ...], dtype: torch.dtype) -> None:
    """To 1e-5 of the largest number in float32, 1e-12 in float64."""
    for one, other in zip(got, wanted, strict=True):
        tolerance = (1e-5 if dtype == torch.float32 else 1e-12) * max(1.0, float(other.detach().abs().max()))
        torch.testing.assert_close(one, other, atol=tolerance, rtol=0)


@needs_kernel
def test_the_kernel_is_what_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch, "gru", None)
    assert ours("gru", drawn("gru", (2, 3, 1, 4)))[0].shape == (2, 3, 4)


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("cell", CELLS)
def test_every_instruction_set_gives_what_torch_gives(
    cell: Cell, dtype: torch.dtype, sizes: tuple[int, int, int, int], level: str, threads: int
) -> None:
    given = drawn(cell, sizes, dtype)
    got, wanted = ours(cell, given), theirs(cell, given)
    assert_close(got, wanted, dtype)
    assert_close(gradients(got, given), gradients(wanted, given), dtype)


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("cell", CELLS)
def test_its_gradient_is_that_of_finite_differences(cell: Cell, masked: bool, reverse: bool) -> None:
    given = drawn(cell, (3, 4, 2, 3))
    mask = torch.tensor([[1, 0, 1, 1], [0, 1, 1, 0], [0, 0, 0, 0]]).bool() if masked else None
    assert torch.autograd.gradcheck(lambda *tensors: ours(cell, list(tensors), mask, reverse), given)


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("cell", CELLS)
def test_masked_steps_count_for_nothing_whatever_they_hold(cell: Cell, reverse: bool, level: str) -> None:
    given = drawn(cell, (19, 8, 3, 5))
    mask = torch.rand(19, 8, generator=torch.Generator().manual_seed(0)) < 0.6
    mask[4], mask[5] = False, True
    spoilt = given[0].detach().masked_fill(~mask[..., None], torch.nan).requires_grad_()
    got = ours(cell, [spoilt, *given[1:]], mask, reverse)
    found = gradients(got, [spoilt, *given[1:]])
    assert all(bool(tensor.isfinite().all()) for tensor in (*got, *found))
    assert float(found[0][~mask].abs().max()) == 0.0
    for row in range(19):  # each row's real steps on their own, without a mask
        steps = mask[row].nonzero().flatten()
        if len(steps) == 0:
            assert all(torch.equal(end[row], start[row]) for end, start in zip(got[1:], given[1:], strict=False))
            assert torch.equal(got[0][row], given[1][row].expand(8, -1))
            continue
        states = [state[row : row + 1] for state in given[1 : len(got)]]
        alone = ours(cell, [given[0][row, steps][None], *states, *given[len(got) :]], None, reverse)
        torch.testing.assert_close(got[0][row, steps], alone[0][0], atol=1e-12, rtol=0)
        for one, other in zip(got[1:], alone[1:], strict=True):
            torch.testing.assert_close(one[row], other[0], atol=1e-12, rtol=0)


@pytest.mark.parametrize("cell", CELLS)
def test_the_bits_are_the_same_each_time_on_any_number_of_threads_and_in_any_company(cell: Cell, level: str) -> None:
    given = drawn(cell, (70, 40, 3, 40), torch.float32)
    before, found = torch.get_num_threads(), []
    for number in (1, 2, 3, 2):
        torch.set_num_threads(number)
        answers = ours(cell, given)
        found.append((*answers, *gradients(answers, given)))
    torch.set_num_threads(before)
    for other in found[1:]:
        assert all(torch.equal(one, two) for one, two in zip(found[0], other, strict=True))
    states = 2 if cell == "lstm" else 1
    few = ours(cell, [*(tensor[66:69] for tensor in given[: 1 + states]), *given[1 + states :]])
    assert all(torch.equal(one, whole[66:69]) for one, whole in zip(few, found[0], strict=False))


@pytest.mark.parametrize("cell", CELLS)
def test_tensors_that_are_not_contiguous_are_read_right(cell: Cell) -> None:
    given = drawn(cell, (6, 5, 3, 4))
    strided = [tensor.detach().mT.contiguous().mT if tensor.ndim > 1 else tensor.detach() for tensor in given]
    strided = [tensor.requires_grad_() for tensor in strided]
    wanted = ours(cell, given)
    got = ours(cell, strided)
    assert_close(got, wanted, torch.float64)
    by_expanded = torch.autograd.grad(got[0].sum(), strided)  # the derivative by `out` is one number, expanded
    assert_close(by_expanded, torch.autograd.grad(theirs(cell, given)[0].sum(), given), torch.float64)


@pytest.mark.parametrize("cell", CELLS)
def test_a_gradient_may_come_by_any_of_the_answers(cell: Cell) -> None:
    given = drawn(cell, (3, 5, 2, 4))
    for place in range(3 if cell == "lstm" else 2):
        got = torch.autograd.grad((ours(cell, given)[place] ** 2).sum(), given)
        wanted = torch.autograd.grad((theirs(cell, given)[place] ** 2).sum(), given)
        assert_close(got, wanted, torch.float64)


@needs_kernel
def test_a_graph_can_be_used_twice_and_two_graphs_keep_out_of_each_others_way() -> None:
    given = drawn("gru", (40, 60, 2, 16))
    one, other = ours("gru", given)[0], ours("gru", [2 * given[0], *given[1:]])[0]
    first = torch.autograd.grad(one.sum(), given, retain_graph=True)
    torch.autograd.grad(other.sum(), given)
    assert all(torch.equal(a, b) for a, b in zip(first, torch.autograd.grad(one.sum(), given), strict=True))


@needs_kernel
def test_a_second_derivative_is_refused() -> None:
    given = drawn("gru", (2, 3, 1, 4))
    out = ours("gru", given)[0]
    (by_x,) = torch.autograd.grad(out.sum(), given[:1], create_graph=True)
    assert torch.equal(by_x, torch.autograd.grad(ours("gru", given)[0].sum(), given[:1])[0])
    for loss in (by_x.sum(), by_x.sum() + out.sum()):
        with pytest.raises(RuntimeError, match=r"first derivatives only.*TSRNN_KERNEL=0"):
            torch.autograd.grad(loss, given, retain_graph=True)


@pytest.mark.parametrize("cell", CELLS)
def test_a_value_that_is_not_a_number_spreads_as_in_torch(cell: Cell) -> None:
    given = drawn(cell, (20, 6, 2, 5), torch.float32)
    with torch.no_grad():
        given[0][7, 3, 1], given[0][11, 2, 0], given[0][12, 4] = torch.nan, torch.inf, 1e30
    got, wanted = ours(cell, given), theirs(cell, given)
    for one, other in zip(got, wanted, strict=True):
        assert torch.equal(one.isnan(), other.isnan())
        torch.testing.assert_close(one, other, atol=1e-5, rtol=0, equal_nan=True)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_what_the_kernel_does_not_know_goes_to_torch(dtype: torch.dtype) -> None:
    given = [tensor.detach().to(dtype) for tensor in drawn("gru", (2, 3, 1, 4))]
    assert ours("gru", given)[0].dtype == dtype
    on_meta = [tensor.detach().to("meta") for tensor in drawn("lstm", (2, 3, 1, 4))]
    assert ours("lstm", on_meta)[0].shape == (2, 3, 4)


@pytest.mark.parametrize("cell", CELLS)
def test_nothing_in_gives_nothing_out(cell: Cell) -> None:
    for batch, time in ((0, 3), (2, 0), (0, 0)):
        given = [tensor.detach() for tensor in drawn(cell, (batch, time, 1, 4))]
        out, hn = ours(cell, given)[:2]
        assert out.shape == (batch, time, 4) and torch.equal(hn, given[1])
