"""The kernel's own threads give the same bits as torch's, wait for nobody, and survive forks, callers and the end."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import nullcontext

import pytest
import torch
from torch import Tensor, nn

from tests.nn.cores import CELLS, fill, needs_kernel, normal
from tsrnn.nn.kernels import Cell
from tsrnn.nn.recurrent import Recurrent
from tsrnn.nn.threads import kernel_threads, own_threads


@pytest.fixture(autouse=True)
def threads() -> Iterator[None]:
    """Whatever a test sets is undone."""
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def learned(core: Recurrent, x: Tensor) -> list[Tensor]:
    """Outputs and all gradients."""
    out, state = core(x)
    return [out, state.hidden, *torch.autograd.grad((out**2).sum() + state.hidden.sum(), list(core.parameters()))]


def large(cell: Cell) -> tuple[Recurrent, Tensor]:
    """Enough work for several threads."""
    return fill(Recurrent(3, 48, cell=cell, num_layers=2)), normal(70, 60, 3, seed=1, dtype=torch.float32)


def test_torch_gets_its_threads_back_and_the_kernel_takes_them_meanwhile() -> None:
    torch.set_num_threads(3)
    assert kernel_threads() == (3, False)
    with own_threads():
        assert torch.get_num_threads() == 1 and kernel_threads() == (3, True)
        with own_threads():
            assert torch.get_num_threads() == 1 and kernel_threads() == (3, True)
        assert kernel_threads() == (3, True)
    assert torch.get_num_threads() == 3 and kernel_threads() == (3, False)
    with pytest.raises(ZeroDivisionError), own_threads():
        raise ZeroDivisionError
    assert torch.get_num_threads() == 3 and kernel_threads() == (3, False)
    torch.set_num_threads(1)
    with own_threads():
        assert kernel_threads() == (1, True)


@pytest.mark.parametrize("cell", CELLS)
def test_whose_threads_and_how_many_changes_no_bit(cell: Cell, level: str) -> None:
    core, x = large(cell)
    torch.set_num_threads(1)
    wanted = learned(core, x)
    for number in (2, 3, 7, 2):
        torch.set_num_threads(number)
        with own_threads():
            assert all(torch.equal(one, other) for one, other in zip(learned(core, x), wanted, strict=True))


def test_a_training_gives_the_same_bits_on_any_number_of_threads() -> None:
    found = []
    for number in (1, 2, 3):
        torch.set_num_threads(number)
        with own_threads():
            core, head = fill(Recurrent(1, 48, cell="gru")), nn.Linear(48, 24)
            nn.init.constant_(head.weight, 0.05)
            nn.init.zeros_(head.bias)
            parameters = [*core.parameters(), *head.parameters()]
            optimiser, x = torch.optim.Adam(parameters, lr=1e-2), normal(64, 50, 1, seed=3, dtype=torch.float32)
            for _ in range(5):
                optimiser.zero_grad()
                (head(core(x)[0]) - x.roll(1, 1)).square().mean().backward()
                optimiser.step()
        found.append(torch.cat([weight.detach().flatten() for weight in parameters]))
    assert torch.equal(found[0], found[1]) and torch.equal(found[0], found[2])


@needs_kernel
@pytest.mark.parametrize("flush", [True, False])
@pytest.mark.parametrize("own", [True, False])
def test_small_numbers_are_flushed_by_all_threads_or_by_none(own: bool, flush: bool) -> None:
    core, x = large("gru")
    x *= 1e-39
    torch.set_num_threads(1)
    try:
        if not torch.set_flush_denormal(flush):
            pytest.skip("this processor cannot")
        wanted = learned(core, x)[2]
        torch.set_num_threads(4)
        for _ in range(5):
            with own_threads() if own else nullcontext():
                assert torch.equal(learned(core, x)[2], wanted)
    finally:
        torch.set_flush_denormal(False)
    assert bool((wanted == 0).all()) == flush


def test_callers_in_many_threads_keep_out_of_each_others_way() -> None:
    core, x = large("lstm")
    wanted, wrong = learned(core, x), list[int]()
    torch.set_num_threads(3)

    def run(number: int) -> None:
        with own_threads():
            for _ in range(10):
                if not all(torch.equal(one, other) for one, other in zip(learned(core, x), wanted, strict=True)):
                    wrong.append(number)

    callers = [threading.Thread(target=run, args=(number,)) for number in range(5)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert wrong == []


def outcome(code: str) -> str:
    """What a Python process of its own says; it has to end by itself."""
    path = os.pathsep.join(sys.path)
    prelude = """
import os, sys, threading, warnings
warnings.simplefilter("ignore")
import torch
from tsrnn.nn.recurrent import Recurrent
from tsrnn.nn.threads import own_threads
torch.set_num_threads(3)
torch.manual_seed(0)
core, x = Recurrent(1, 64, cell="gru"), torch.ones(64, 100, 1)
def answer():
    with own_threads():
        out = core(x)[0]
        out.sum().backward()
    return out[-1, -1].tolist()
"""
    environment = {**os.environ, "PYTHONPATH": path}
    done = subprocess.run(
        [sys.executable, "-c", prelude + code], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


FORK = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")


@pytest.mark.slow
@FORK
@needs_kernel  # torch itself cannot compute in a forked child
def test_forked_children_have_threads_of_their_own_and_the_process_ends_though_threads_wait() -> None:
    code = """
import multiprocessing
wanted = answer()
children = []
for _ in range(3):
    child = os.fork()
    if child == 0:
        grandchild = os.fork() if answer() == wanted else -1
        if grandchild == 0:
            os._exit(0 if answer() == wanted else 1)
        os._exit(os.waitpid(grandchild, 0)[1])
    children.append(child)
with multiprocessing.get_context("fork").Pool(2) as pool:
    print(all(got == wanted for got in pool.starmap(answer, [()] * 6)))
print([os.waitpid(child, 0)[1] for child in children], answer() == wanted)
"""
    assert outcome(code) == "True\n[0, 0, 0] True"


@pytest.mark.slow
@FORK
@needs_kernel  # torch itself cannot compute in a forked child
def test_a_fork_in_the_middle_of_another_threads_work_leaves_a_child_that_works() -> None:
    code = """
wanted, stop = answer(), threading.Event()
def work():
    while not stop.is_set():
        answer()
callers = [threading.Thread(target=work) for _ in range(2)]
for caller in callers: caller.start()
ends = []
for _ in range(8):
    child = os.fork()
    if child == 0:
        core.zero_grad()
        os._exit(0 if answer() == wanted else 1)
    ends.append(os.waitpid(child, 0)[1])
stop.set()
for caller in callers: caller.join()
print(set(ends))
"""
    assert outcome(code) == "{0}"
