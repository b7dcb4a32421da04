"""Whose threads compute: torch's, which spin while they wait, or the recurrent kernel's own, which wait for nobody.

torch's threads meet after each of its operations, and until they have met they spin. While another program holds one of
the processors, each meeting takes as long as the system lets that program run, some milliseconds, and a training that
is made of thousands of small operations takes twice as long, or thirty times.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import torch

_own: ContextVar[int] = ContextVar("own", default=0)  # how many threads of the kernel's own; 0 for torch's


@contextmanager
def own_threads() -> Iterator[None]:
    """Inside, torch's operations run on one thread, and the recurrent kernel on as many of its own as torch had.

    For trainings whose operations beside the recurrent layers are small, which is what they are for a few dozen units.
    Their numbers then are the same for any number of threads. Where torch has one thread, nothing changes. At the end
    torch gets its number back. It holds for the Python thread that calls, and may be nested. (A Python thread that uses
    torch for the first time meanwhile stays with one: that is how torch passes the number on.)

    >>> with own_threads():
    ...     torch.get_num_threads()
    1
    """
    before = torch.get_num_threads()
    token = _own.set(max(before, _own.get()))
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
        _own.reset(token)


def kernel_threads() -> tuple[int, bool]:
    """How many threads the kernel may use, and whether its own."""
    own = _own.get()
    return (own, True) if own else (torch.get_num_threads(), False)
