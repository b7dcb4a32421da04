"""A forked child hears that torch's threads are lost, at once; other children and other ways to start them work."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from tsrnn.errors import ForkError
from tsrnn.nn import forking
from tsrnn.nn.forking import _Process, refuse_forked

SCRIPT = """
import os, sys, warnings
warnings.simplefilter("ignore", DeprecationWarning)  # newer Python warns of a fork in a process with threads
import torch
from tests.series import forecasters, hourly

torch.set_num_threads(2)
model, rows = forecasters()["gru"], hourly(400)

def child(*steps):
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        try:
            for step in steps:
                step()
            print("fine")
        except Exception as problem:
            print(type(problem).__name__)
        sys.stdout.flush()
        os._exit(0)
    os.waitpid(pid, 0)

child(lambda: model.fit(rows))  # nothing was computed before
model.fit(rows)
big = torch.randn(3000, 3000).exp().sum()  # torch's threads are there, whatever the model needed
child(lambda: model.predict())
child(lambda: model.fit(rows))
child(lambda: child(lambda: model.predict()))
child(lambda: torch.set_num_threads(1), lambda: model.fit(rows).predict())
print("parent", len(model.predict()))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows cannot fork")
@pytest.mark.slow
def test_a_forked_child_is_told_instead_of_hanging(root: Path, checkout_environment: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=root, env=checkout_environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.split("\n")[:-1] == ["fine", "ForkError", "ForkError", "ForkError", "fine", "fine", "parent 4"]


def test_threads_are_lost_by_a_fork_only_where_they_had_been_started(monkeypatch: pytest.MonkeyPatch) -> None:
    before = torch.get_num_threads()
    try:
        for count, lost in ((1, False), (2, True)):
            process = _Process()
            monkeypatch.setattr(forking, "_PROCESS", process)
            torch.set_num_threads(count)
            refuse_forked()
            process.forked()
            assert (process.lost, process.started) == (lost, False)
        with pytest.raises(
            ForkError, match=r"was forked after torch had started threads .* torch.set_num_threads\(1\)"
        ) as told:
            refuse_forked()
        assert told.value.code == "E180"
        torch.set_num_threads(1)
        refuse_forked()
    finally:
        torch.set_num_threads(before)


def test_the_library_never_forks(root: Path) -> None:
    forks = re.compile(r"os\.fork\(|^\s*(import multiprocessing|from multiprocessing import)", flags=re.MULTILINE)
    assert forks.search("    from multiprocessing import Pool") and forks.search("pid = os.fork()")
    found = [path.name for path in (root / "tsrnn").rglob("*.py") if forks.search(path.read_text(encoding="utf-8"))]
    assert found == []


def test_asking_costs_nothing_while_there_is_one_thread() -> None:
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(1)
        refuse_forked()
    finally:
        torch.set_num_threads(before)
