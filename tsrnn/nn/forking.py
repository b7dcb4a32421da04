"""Forking: a process forked while torch had threads is told so at once, instead of waiting for them for ever.

A fork copies the thread that calls it and no other. torch then waits in the child for threads that are not there. The
kernel's own threads are made anew (`_kernels/threads.cpp`); torch's cannot be. tsrnn itself never forks.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

import torch

from tsrnn.errors import ForkError


@dataclass
class _Process:
    """Whether torch's threads may have been started here, and whether they were lost by a fork."""

    started: bool = False
    lost: bool = False

    def forked(self) -> None:
        """What holds in a child."""
        self.lost, self.started = self.lost or self.started, False


_PROCESS = _Process()
if hasattr(os, "register_at_fork"):  # not on Windows, which cannot fork
    os.register_at_fork(after_in_child=_PROCESS.forked)


def refuse_forked() -> None:
    """ForkError where torch would wait for threads that a fork lost; called before rows become tensors."""
    if torch.get_num_threads() == 1:
        return
    if _PROCESS.lost:
        raise ForkError(
            "this process was forked after torch had started threads in its parent, and would wait for them for ever; "
            'start processes with "spawn" or "forkserver" or by joblib, or call torch.set_num_threads(1) in it first'
        )
    _PROCESS.started = True
