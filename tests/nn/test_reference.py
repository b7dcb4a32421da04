"""The NumPy cells run and learn as torch's do, and the page that explains them holds what it says."""

from __future__ import annotations

import contextlib
import io
import re
from dataclasses import astuple, fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from tests.nn.cores import CELLS, normal
from tsrnn.errors import SettingError
from tsrnn.nn import reference
from tsrnn.nn.kernels import GATES, Cell
from tsrnn.nn.reference import Array, Weights, backward, forward, initialize

PAGE = Path(__file__).parents[2] / "docs" / "how-an-rnn-learns.md"
BATCH, TIME, INPUTS, HIDDEN = 3, 12, 2, 4


def drawn(*shape: int, seed: int) -> Array:
    return np.random.default_rng(seed).standard_normal(shape)


def random_weights(cell: Cell) -> Weights:
    weights = initialize(cell, INPUTS, HIDDEN, np.random.default_rng(0))
    weights.bias_ih += drawn(*weights.bias_ih.shape, seed=1)
    weights.bias_hh += drawn(*weights.bias_hh.shape, seed=2)
    return weights


def random_state(cell: Cell, seed: int) -> reference.State:
    return tuple(drawn(BATCH, HIDDEN, seed=seed + place) for place in range(2 if cell == "lstm" else 1))


def torch_run(cell: Cell, x: Tensor, state: list[Tensor], weights: list[Tensor]) -> tuple[Tensor, list[Tensor]]:
    """torch's own layer: out (batch, time, hidden) and the last state, each tensor (batch, hidden)."""
    flags = (True, 1, 0.0, True, False, True)
    if cell == "lstm":
        out, *last = torch.lstm(x, [tensor[None] for tensor in state], weights, *flags)
    else:
        out, *last = (torch.gru if cell == "gru" else torch.rnn_tanh)(x, state[0][None], weights, *flags)
    return out, [tensor[0] for tensor in last]


@pytest.mark.parametrize("cell", CELLS)
def test_outputs_and_all_gradients_are_those_of_torch(cell: Cell) -> None:
    x, state, weights = drawn(BATCH, TIME, INPUTS, seed=3), random_state(cell, 4), random_weights(cell)
    d_out, d_state = drawn(BATCH, TIME, HIDDEN, seed=6), random_state(cell, 7)
    run = forward(cell, x, state, weights)
    gradients = backward(cell, run, d_out, d_state, weights)

    leaves = [torch.tensor(array, requires_grad=True) for array in (x, *state, *astuple(weights))]
    out, last = torch_run(cell, leaves[0], leaves[1 : 1 + len(state)], leaves[1 + len(state) :])
    loss = (out * torch.tensor(d_out)).sum()
    for tensor, slope in zip(last, d_state, strict=True):
        loss = loss + (tensor * torch.tensor(slope)).sum()
    wanted = torch.autograd.grad(loss, leaves)

    np.testing.assert_allclose(run.out, out.detach().numpy(), rtol=0, atol=1e-13)
    for got, tensor in zip(run.state, last, strict=True):
        np.testing.assert_allclose(got, tensor.detach().numpy(), rtol=0, atol=1e-13)
    for ours, theirs in zip((gradients.x, *gradients.state, *astuple(gradients.weights)), wanted, strict=True):
        np.testing.assert_allclose(ours, theirs.numpy(), rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("cell", CELLS)
def test_the_gradient_is_the_slope_of_the_loss(cell: Cell) -> None:
    x, state, weights = drawn(BATCH, TIME, INPUTS, seed=3), random_state(cell, 4), random_weights(cell)
    d_out, nothing = drawn(BATCH, TIME, HIDDEN, seed=6), tuple(np.zeros_like(array) for array in state)
    gradients = backward(cell, forward(cell, x, state, weights), d_out, nothing, weights)
    for field in fields(weights):
        weight, slopes = getattr(weights, field.name), getattr(gradients.weights, field.name)
        place = tuple(size // 2 for size in weight.shape)
        losses = []
        for nudge in (1e-5, -1e-5):
            kept, weight[place] = weight[place], weight[place] + nudge
            losses.append(np.sum(forward(cell, x, state, weights).out * d_out))
            weight[place] = kept
        assert (losses[0] - losses[1]) / 2e-5 == pytest.approx(slopes[place], rel=1e-6, abs=1e-7)


def test_one_step_of_each_cell_by_hand() -> None:
    half = np.full((1, 1), 0.5)
    for cell, wanted in (
        ("rnn", np.tanh(0.5 + 0.5)),
        ("gru", (1 - s(1.0)) * np.tanh(0.5 + s(1.0) * 0.5) + s(1.0) * 0.5),
        ("lstm", s(1.0) * np.tanh(s(1.0) * 0.5 + s(1.0) * np.tanh(1.0))),
    ):
        gates = reference._CELLS[cell].gates
        ones = Weights(np.ones((gates, 1)), np.ones((gates, 1)), np.zeros(gates), np.zeros(gates))
        state = (half, half) if cell == "lstm" else (half,)
        assert forward(cell, half[None], state, ones).out.item() == pytest.approx(wanted, abs=1e-15)


def s(v: float) -> float:
    return 1 / (1 + float(np.exp(-v)))


def test_no_gate_overflows() -> None:
    weights = random_weights("lstm")
    weights.weight_ih *= 1e6
    run = forward("lstm", drawn(BATCH, TIME, INPUTS, seed=3), random_state("lstm", 4), weights)
    assert np.isfinite(run.out).all()


@pytest.mark.parametrize(("scheme", "bound"), [("xavier", (6 / (200 + 50)) ** 0.5), ("he", (6 / 50) ** 0.5)])
@pytest.mark.parametrize("cell", CELLS)
def test_weights_start_as_the_scheme_says(cell: Cell, scheme: str, bound: float) -> None:
    weights = initialize(cell, 50, 200, np.random.default_rng(0), scheme)
    for gate in np.split(weights.weight_ih, GATES[cell]):
        assert 0.99 * bound < np.abs(gate).max() <= bound
        assert gate.std() == pytest.approx(bound / 3**0.5, rel=0.02)
    for gate in np.split(weights.weight_hh, GATES[cell]):
        np.testing.assert_allclose(gate @ gate.T, np.eye(200), atol=1e-12)
    forget = [0.0, 1.0, 0.0, 0.0] if cell == "lstm" else [0.0] * GATES[cell]
    np.testing.assert_array_equal(weights.bias_ih + weights.bias_hh, np.repeat(forget, 200))


def test_an_unknown_cell_or_scheme_is_refused() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(SettingError, match=r"unknown cell 'lstn': .* \(did you mean 'lstm'\?\)"):
        initialize("lstn", 1, 1, rng)
    with pytest.raises(SettingError, match="unknown initialization 'zeros': choose one of xavier, he"):
        initialize("rnn", 1, 1, rng, "zeros")


def test_no_time_hands_the_state_through() -> None:
    weights, state = random_weights("lstm"), random_state("lstm", 4)
    run = forward("lstm", np.zeros((BATCH, 0, INPUTS)), state, weights)
    assert run.out.shape == (BATCH, 0, HIDDEN)
    assert run.state is state
    gradients = backward("lstm", run, np.zeros((BATCH, 0, HIDDEN)), state, weights)
    assert gradients.state is state and not gradients.weights.weight_ih.any()


@pytest.mark.parametrize("cell", CELLS)
def test_the_page_runs_and_each_cell_learns_what_needs_a_memory(cell: Cell) -> None:
    text = PAGE.read_text(encoding="utf-8")
    code = "\n".join(re.findall(r"```python\n(.*?)```", text, re.DOTALL))
    if cell != "rnn":  # as the page tells its reader
        code = code.replace('"rnn"', f'"{cell}"')
    if cell == "lstm":
        code = code.replace("(np.zeros((1, hidden)),)", "(np.zeros((1, hidden)), np.zeros((1, hidden)))")
    printed, names = io.StringIO(), dict[str, Any]()
    with contextlib.redirect_stdout(printed):
        exec(code, names)
    slope_is_right, *losses = printed.getvalue().splitlines()
    assert slope_is_right == "True"
    without_memory = 4 / 6
    assert names["losses"][0] > without_memory > 4 * names["losses"][-1]
    if cell == "rnn":
        shown = re.findall(r"```text\n(.*?)```", text, re.DOTALL)[0].splitlines()
        for got, wanted in zip(losses, shown, strict=True):
            assert np.array(got.split(), float) == pytest.approx(np.array(wanted.split(), float), abs=0.02)


def test_the_fast_core_and_the_reference_agree() -> None:
    from tsrnn.nn import kernels

    for cell in CELLS:
        weights, x = random_weights(cell), normal(BATCH, TIME, INPUTS, seed=3)
        state = random_state(cell, 4)
        start = [torch.tensor(array) for array in state]
        learned = kernels.Weights(*(torch.tensor(array) for array in astuple(weights)))
        out, *last = kernels.run_layer(cell, x, start[0], start[1] if cell == "lstm" else None, learned)
        run = forward(cell, x.numpy(), state, weights)
        np.testing.assert_allclose(out.numpy(), run.out, rtol=0, atol=1e-13)
        for got, wanted in zip(last, run.state, strict=False):
            assert got is not None
            np.testing.assert_allclose(got.numpy(), wanted, rtol=0, atol=1e-13)
