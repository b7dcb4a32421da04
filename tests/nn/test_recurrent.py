"""The recurrent core gives what torch's nets give, whole, in chunks or a step at a time, and refuses what cannot be."""

from __future__ import annotations

import copy
from dataclasses import FrozenInstanceError
from typing import Any

import pytest
import torch
from torch import nn

from tests.nn.cores import (
    CELLS,
    assert_same_state,
    fill,
    normal,
    of_torch,
    random_state,
    seeded,
    torch_net,
    torch_state,
)
from tsrnn.errors import DataError, SettingError, TsrnnError
from tsrnn.nn.kernels import GATES, Cell, run_layer
from tsrnn.nn.recurrent import Recurrent
from tsrnn.nn.state import State

EXACT = 1e-12


def core_of(cell: Cell, inputs: int = 3, hidden_size: int = 5, **settings: Any) -> Recurrent:
    return fill(Recurrent(inputs, hidden_size, cell=cell, **settings)).double()


@pytest.mark.parametrize(("dtype", "atol"), [(torch.float32, 1e-5), (torch.float64, EXACT)])
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("num_layers", [1, 3])
@pytest.mark.parametrize("cell", CELLS)
def test_gives_what_torch_gives(
    cell: Cell, num_layers: int, bidirectional: bool, dtype: torch.dtype, atol: float
) -> None:
    core = core_of(cell, num_layers=num_layers, bidirectional=bidirectional).to(dtype)
    net = torch_net(core)
    x, state = normal(4, 11, 3, seed=1, dtype=dtype), random_state(core, 4, seed=2, dtype=dtype)
    for start in (None, state):
        out, last = core(x, start)
        wanted, wanted_last = net(x) if start is None else net(x, torch_state(start))
        torch.testing.assert_close(out, wanted, atol=atol, rtol=0)
        assert_same_state(last, of_torch(wanted_last), atol)


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("cell", CELLS)
def test_learns_what_torch_learns(cell: Cell, bidirectional: bool) -> None:
    core = core_of(cell, num_layers=2, bidirectional=bidirectional)
    net = torch_net(core)
    ours, theirs = normal(4, 7, 3, seed=1).requires_grad_(), normal(4, 7, 3, seed=1).requires_grad_()
    (core(ours)[0] ** 2).sum().backward()
    (net(theirs)[0] ** 2).sum().backward()
    torch.testing.assert_close(ours.grad, theirs.grad, atol=EXACT, rtol=0)
    for got, wanted in zip(core.parameters(), net.parameters(), strict=True):
        torch.testing.assert_close(got.grad, wanted.grad, atol=1e-11, rtol=1e-11)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("options", [{}, {"residual": True, "layer_norm": True, "learn_state": True, "dropout": 0.5}])
def test_chunks_and_single_steps_equal_the_whole(cell: Cell, options: dict[str, Any]) -> None:
    core = core_of(cell, num_layers=2, **options).eval()
    x = normal(3, 10, 3, seed=4)
    whole, last = core(x)
    for cuts in ([4, 6], [1, 0, 9], [1] * 10):
        outs, state = [], core.initial_state(3)
        for chunk in torch.split(x, cuts, dim=1):
            out, state = core(chunk, state)
            outs.append(out)
        torch.testing.assert_close(torch.cat(outs, dim=1), whole, atol=EXACT, rtol=0)
        assert_same_state(state, last, EXACT)
    steps, state = [], core.initial_state(3)
    for at_once in x.unbind(1):
        out, state = core.step(at_once, state)
        steps.append(out)
    torch.testing.assert_close(torch.stack(steps, dim=1), whole, atol=EXACT, rtol=0)
    assert_same_state(state, last, EXACT)


@pytest.mark.parametrize("cell", CELLS)
def test_layer_norm_and_residual_by_hand(cell: Cell) -> None:
    core = core_of(cell, inputs=5, num_layers=2, residual=True, layer_norm=True)
    assert core.norms is not None
    x = normal(2, 6, 5, seed=5)
    start = core.initial_state(2)
    below, _, _ = run_layer(cell, x, *start.of(0), core.weights[0]())
    first = normed(below, core.norms[0])  # no residual in layer 1, though the widths agree
    above, hn, _ = run_layer(cell, first, *start.of(1), core.weights[1]())
    out, last = core(x)
    torch.testing.assert_close(out, normed(above, core.norms[1]) + first, atol=EXACT, rtol=0)
    torch.testing.assert_close(last.hidden[1], hn, atol=EXACT, rtol=0)  # the state stays as the cell made it


def normed(x: torch.Tensor, norm: nn.Module) -> torch.Tensor:
    centred = x - x.mean(-1, keepdim=True)
    variance = (centred**2).mean(-1, keepdim=True)
    assert isinstance(norm, nn.LayerNorm)
    return centred / (variance + 1e-5).sqrt() * norm.weight + norm.bias


@pytest.mark.parametrize("residual", [False, True])
def test_dropout_falls_between_layers_and_only_in_training(residual: bool) -> None:
    core = core_of("gru", num_layers=2, dropout=0.4, residual=residual)
    x = normal(4, 6, 3, seed=6)
    start = core.initial_state(4)
    with torch.random.fork_rng():
        torch.manual_seed(3)
        trained, _ = core(x)
        torch.manual_seed(3)
        below, _, _ = run_layer("gru", x, *start.of(0), core.weights[0]())
        read = nn.functional.dropout(below, 0.4)
    wanted, _, _ = run_layer("gru", read, *start.of(1), core.weights[1]())
    torch.testing.assert_close(trained, wanted + below if residual else wanted, atol=EXACT, rtol=0)
    assert not torch.equal(trained, core.eval()(x)[0])
    assert torch.equal(core(x)[0], core(x)[0])


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("cell", CELLS)
def test_a_learned_start_is_used_and_gets_a_gradient(cell: Cell, bidirectional: bool) -> None:
    core = core_of(cell, num_layers=2, bidirectional=bidirectional, learn_state=True)
    x = normal(3, 4, 3, seed=7)
    start = core.initial_state(3)
    assert bool((start.hidden[:, 0] != 0).all())
    assert (start.memory is not None) == (cell == "lstm")
    torch.testing.assert_close(core(x)[0], core(x, start)[0], atol=0, rtol=0)
    core(x)[0].sum().backward()
    learned = [weight for name, weight in core.named_parameters() if name.startswith("start_")]
    assert len(learned) == (2 if cell == "lstm" else 1)
    assert all(weight.grad is not None and bool((weight.grad != 0).all()) for weight in learned)


@pytest.mark.parametrize(("scheme", "bound"), [("xavier", (6 / (200 + 50)) ** 0.5), ("he", (6 / 50) ** 0.5)])
@pytest.mark.parametrize("cell", CELLS)
def test_weights_start_as_the_scheme_says(cell: Cell, scheme: str, bound: float) -> None:
    core = Recurrent(50, 200, cell=cell, initialization=scheme).double()
    core.initialize(seeded(0))
    weights = core.weights[0]()
    for block in weights.weight_ih.chunk(GATES[cell]):
        assert 0.99 * bound < float(block.detach().abs().max()) <= bound * (1 + 1e-6)
        assert float(block.detach().std()) == pytest.approx(bound / 3**0.5, rel=0.02)
    for block in weights.weight_hh.chunk(GATES[cell]):
        torch.testing.assert_close(block @ block.T, torch.eye(200, dtype=torch.float64), atol=1e-12, rtol=0)
    total = (weights.bias_ih + weights.bias_hh).reshape(GATES[cell], 200)
    wanted = torch.zeros_like(total)
    if cell == "lstm":
        wanted[1] = 1.0
    torch.testing.assert_close(total, wanted, atol=0, rtol=0)


def test_the_same_generator_gives_the_same_weights_and_no_global_seed_moves() -> None:
    single, double = Recurrent(2, 4, cell="lstm", num_layers=2), Recurrent(2, 4, cell="lstm", num_layers=2).double()
    before = torch.get_rng_state()
    for core in (single, double):
        core.initialize(seeded(8))
    assert torch.equal(before, torch.get_rng_state())
    for ours, theirs in zip(single.parameters(), double.parameters(), strict=True):
        assert torch.equal(ours, theirs.float())
    double.initialize(seeded(9))
    assert not torch.equal(single.weights[0]().weight_hh, double.weights[0]().weight_hh.float())


@pytest.mark.parametrize("cell", CELLS)
def test_no_rows_and_no_time_behave(cell: Cell) -> None:
    core = core_of(cell, num_layers=2, residual=True, layer_norm=True)
    out, last = core(torch.zeros(0, 4, 3, dtype=torch.float64))
    assert out.shape == (0, 4, 5) and last.hidden.shape == (2, 0, 5)
    out, last = core(torch.zeros(0, 4, 3, dtype=torch.float64), None, torch.zeros(0, 4, dtype=torch.bool))
    assert out.shape == (0, 4, 5) and last.batch == 0
    state = random_state(core, 2, seed=1)
    out, last = core(torch.zeros(2, 0, 3, dtype=torch.float64), state, torch.zeros(2, 0, dtype=torch.bool))
    assert out.shape == (2, 0, 5)
    assert_same_state(last, state, 0)


@pytest.mark.parametrize("cell", CELLS)
def test_a_copy_and_a_loaded_core_answer_alike(cell: Cell) -> None:
    core = core_of(cell, num_layers=2, bidirectional=True, layer_norm=True, learn_state=True)
    other = Recurrent(3, 5, cell=cell, num_layers=2, bidirectional=True, layer_norm=True, learn_state=True).double()
    other.load_state_dict(core.state_dict())
    x = normal(2, 5, 3, seed=1)
    with torch.no_grad():
        wanted, _ = core(x)
        assert torch.equal(copy.deepcopy(core)(x)[0], wanted)
        assert torch.equal(other(x)[0], wanted)
        assert not wanted.requires_grad


@pytest.mark.parametrize("cell", CELLS)
def test_a_state_can_be_picked_repeated_and_cut_off(cell: Cell) -> None:
    core = core_of(cell, num_layers=2)
    x = normal(3, 6, 3, seed=1)
    _, state = core(x[:, :4])
    rows = torch.tensor([2, 0, 2])
    torch.testing.assert_close(core(x[rows, 4:], state.select(rows))[0], core(x)[0][rows, 4:], atol=EXACT, rtol=0)
    many = x[:, 4:].repeat_interleave(2, dim=0)
    paths, last = core(many, state.repeat(2))
    assert last.batch == 6
    torch.testing.assert_close(paths[1::2], core(x)[0][:, 4:], atol=EXACT, rtol=0)
    tensors = [state.detach().hidden, *([] if state.memory is None else [state.detach().memory])]
    assert state.hidden.requires_grad and not any(tensor.requires_grad for tensor in tensors if tensor is not None)
    with pytest.raises(FrozenInstanceError):
        setattr(state, "hidden", state.hidden)  # noqa: B010
    with pytest.raises(SettingError, match="n must be a whole number of at least 1, got 0"):
        state.repeat(0)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"cell": "gur"}, r"unknown cell 'gur': choose one of rnn, gru, lstm \(did you mean 'gru'\?\)"),
        ({"initialization": "glorot"}, "unknown initialization 'glorot': choose one of xavier, he"),
        ({"inputs": 0}, "inputs must be a whole number of at least 1, got 0"),
        ({"hidden_size": 2.5}, "hidden_size must be a whole number of at least 1, got 2.5"),
        ({"num_layers": True}, "num_layers must be a whole number of at least 1, got True"),
        ({"dropout": 1.0}, "dropout must be a share of at least 0 and below 1, got 1.0"),
        ({"dropout": float("nan")}, "dropout must be a share of at least 0 and below 1, got nan"),
        ({"hidden_size": 1, "layer_norm": True}, "give hidden_size of at least 2"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(settings: dict[str, Any], says: str) -> None:
    with pytest.raises(SettingError, match=says):
        Recurrent(**{"inputs": 2, "hidden_size": 3, "cell": "gru", **settings})


def test_a_bidirectional_core_refuses_single_steps() -> None:
    core = Recurrent(2, 3, cell="gru", bidirectional=True)
    with pytest.raises(SettingError, match="build it with bidirectional=False"):
        core.step(torch.zeros(1, 2))


X = torch.zeros(4, 6, 3)


@pytest.mark.parametrize(
    ("x", "state", "mask", "says"),
    [
        (X[0], None, None, r"x must be \(batch, time, channel\) with 3 channels, got shape \(6, 3\)"),
        (X[..., :2], None, None, r"with 3 channels, got shape \(4, 6, 2\)"),
        (X.double(), None, None, "x is torch.float64, but the weights are torch.float32"),
        (X, None, torch.ones(4, 6), r"mask must be bool, .* got torch.float32; use mask.bool\(\)"),
        (X, None, torch.ones(6, 4).bool(), r"mask must be \(batch, time\) = \(4, 6\), got \(6, 4\)"),
        (X, State(torch.zeros(1, 3, 5), torch.zeros(1, 3, 5)), None, r"state.hidden must be .* got \(1, 3, 5\)"),
        (X, State(torch.zeros(1, 4, 5), torch.zeros(2, 4, 5)), None, r"state.memory must be .* got \(2, 4, 5\)"),
        (X, State(torch.zeros(1, 4, 5)), None, "the state has no memory, but the cell is lstm"),
        (X, State(X.new_zeros(1, 4, 5), torch.zeros(1, 4, 5).double()), None, "state.memory is torch.float64"),
    ],
)
def test_a_tensor_that_does_not_fit_is_refused(
    x: torch.Tensor, state: State | None, mask: torch.Tensor | None, says: str
) -> None:
    core = Recurrent(3, 5, cell="lstm")
    with pytest.raises(DataError, match=says) as caught:
        core(x, state, mask)
    assert isinstance(caught.value, TsrnnError | ValueError)
    if mask is None and x.ndim == 3:
        with pytest.raises(DataError, match=r"state|channels|weights"):
            core.step(x[:, 0], state)


def test_what_is_not_a_tensor_is_refused() -> None:
    core: Any = Recurrent(3, 5, cell="gru")
    for run, given in ((core, X.numpy()), (core, [[[0.0]]]), (core.step, X[:, 0].numpy())):
        with torch.no_grad(), pytest.raises(DataError, match=r"x must be a tensor, got .*; make one with"):
            run(given, core.initial_state(4))


def test_a_gru_refuses_an_lstms_state() -> None:
    with pytest.raises(DataError, match="the state has a memory, but the cell is gru"):
        Recurrent(3, 5, cell="gru")(X, State(torch.zeros(1, 4, 5), torch.zeros(1, 4, 5)))


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
@pytest.mark.parametrize("cell", CELLS)
def test_a_gpu_gives_what_the_processor_gives(cell: Cell) -> None:
    core = core_of(cell, num_layers=2, bidirectional=True).float()
    x, mask = normal(4, 9, 3, seed=1, dtype=torch.float32), normal(4, 9, seed=2) > 0
    wanted, last = core(x, None, mask)
    out, got = core.cuda()(x.cuda(), None, mask.cuda())
    torch.testing.assert_close(out.cpu(), wanted, atol=1e-5, rtol=0)
    assert_same_state(got.map(torch.Tensor.cpu), last, 1e-5)
    out.sum().backward()
