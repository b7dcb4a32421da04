"""Which engine computes recurrent layers: it says so, and it disturbs nothing else in the process."""

from __future__ import annotations

import copy
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

from tests.nn.cores import CELLS, fill, needs_kernel, normal, random_state
from tsrnn.nn import fused, library, shelf
from tsrnn.nn.kernels import Cell, Weights, run_layer
from tsrnn.nn.library import CALL, LEVELS, Engine, engine_info, open_library, opened
from tsrnn.nn.recurrent import Recurrent


@pytest.mark.parametrize("cell", CELLS)
def test_a_copied_core_learns_by_itself(cell: Cell) -> None:
    core = fill(Recurrent(2, 8, cell=cell, num_layers=2, bidirectional=True))
    twin = copy.deepcopy(core)
    x = normal(3, 5, 2, seed=1, dtype=torch.float32)
    with torch.no_grad():
        for weight in twin.parameters():
            weight.mul_(0.5)
    assert not torch.equal(core(x)[0], twin(x)[0])
    twin(x, random_state(twin, 3, 2, torch.float32))[0].sum().backward()
    assert all(weight.grad is None for weight in core.parameters())


@needs_kernel
def test_loading_leaves_very_small_numbers_alone() -> None:
    assert opened()[0] is not None
    assert float(torch.tensor([1e-310], dtype=torch.float64) * 2) == 2e-310
    assert float(torch.tensor([1e-40]) * 2) > 0.0


def outcome(code: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.slow
def test_the_switch_turns_it_off_and_says_so() -> None:
    told = outcome("from tsrnn.nn.library import engine_info as e; print(e().name, e())", TSRNN_KERNEL="0")
    assert told == "torch torch: TSRNN_KERNEL=0 switches the fused kernel off"


@pytest.mark.slow
@needs_kernel
@pytest.mark.skipif(sys.platform == "win32", reason="no fork")
def test_a_forked_child_does_not_wait_for_its_parents_threads() -> None:
    code = """
import os, torch, warnings
warnings.simplefilter("ignore")
from tsrnn.nn.recurrent import Recurrent
torch.set_num_threads(2)
core, x = Recurrent(1, 64, cell="gru"), torch.zeros(64, 100, 1)
with torch.no_grad():
    wanted = core(x)[0][-1, -1].tolist()
    child = os.fork()
    if child == 0:
        os._exit(0 if core(x)[0][-1, -1].tolist() == wanted else 1)
print(os.waitpid(child, 0)[1])
"""
    assert outcome(code) == "0"


def test_a_library_that_is_not_ours_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "libtsrnn.so"
    broken.write_bytes(b"not a library")
    found, engine = open_library(broken)
    assert found is None and engine.name == "torch" and "cannot be opened" in engine.reason
    if opened()[0] is not None:
        monkeypatch.setattr(library, "VERSION", -1)
        found, engine = open_library(Path(library.__file__).parent / "_kernels" / broken.name)
        assert found is None and "another version" in engine.reason


def test_the_engine_is_told() -> None:
    engine: Engine = engine_info()
    assert engine.name == ("torch" if opened()[0] is None else "fused")
    assert (engine.instructions in LEVELS) == (engine.name == "fused")
    assert CALL.size == 30 * 8


@needs_kernel
def test_memory_for_backward_is_used_again_and_what_lies_unused_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "_unused", {})
    core, x = Recurrent(1, 32, cell="lstm"), torch.zeros(64, 50, 1)
    for _ in range(4):
        core(x)[0].sum().backward()
    assert len(shelf._unused) == 1
    core(x[:40])[0].sum().backward()
    assert len(shelf._unused) == 1
    core(torch.zeros(64, 100, 1))[0].sum().backward()
    assert len(shelf._unused) == 2
    monkeypatch.setattr(shelf, "_MOST_BYTES", 0)
    core(x)[0].sum().backward()
    assert shelf._unused == {}


def weights(inputs: int, hidden: int) -> Weights:
    rows = 3 * hidden
    return Weights(torch.zeros(rows, inputs), torch.zeros(rows, hidden), torch.zeros(rows), torch.zeros(rows))


@pytest.mark.parametrize(
    ("x", "h0", "by"),
    [
        ((2, 5, 3), (2, 7), weights(3, 4)),
        ((2, 5, 3), (3, 4), weights(3, 4)),
        ((2, 5, 9), (2, 4), weights(3, 4)),
        ((2, 5, 3), (2, 4), weights(3, 4)._replace(weight_hh=torch.zeros(9, 4))),
        ((2, 5, 3), (2, 4), weights(3, 4)._replace(bias_hh=torch.zeros(9))),
    ],
)
def test_what_does_not_fit_is_an_error_and_never_read_out_of_bounds(
    x: tuple[int, int, int], h0: tuple[int, int], by: Weights
) -> None:
    with pytest.raises(RuntimeError), torch.no_grad():
        run_layer("gru", torch.zeros(x), torch.zeros(h0), None, by)


@pytest.mark.filterwarnings("ignore")  # tracing is old and says so
def test_a_traced_core_goes_to_torch_which_the_trace_can_see() -> None:
    core, other = fill(Recurrent(1, 4, cell="gru")).requires_grad_(False), normal(3, 6, 1, seed=2, dtype=torch.float32)
    with torch.no_grad():
        traced = torch.jit.trace(lambda x: core(x)[0], torch.zeros(3, 6, 1))  # type: ignore[no-untyped-call]
        torch.testing.assert_close(traced(other), core(other)[0])


def test_training_goes_the_same_way_with_the_kernel_and_with_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    losses = []
    for off in (False, True):
        if off:
            monkeypatch.setattr(fused, "opened", lambda: (None, Engine("torch", "off")))
        core, head = fill(Recurrent(1, 16, cell="gru")), nn.Linear(16, 1)
        nn.init.constant_(head.weight, 0.1)
        nn.init.zeros_(head.bias)
        parameters = [*core.parameters(), *head.parameters()]
        optimiser, x = torch.optim.Adam(parameters, lr=1e-2), normal(16, 20, 1, seed=3, dtype=torch.float32)
        for _ in range(10):
            optimiser.zero_grad()
            loss = (head(core(x)[0]) - x.roll(1, 1)).square().mean()
            loss.backward()
            optimiser.step()
        losses.append(loss.item())
    assert losses[0] == pytest.approx(losses[1], abs=1e-5)
