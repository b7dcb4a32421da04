"""The compiled library of recurrent kernels: found beside the package, checked, opened; or the reason why it is not."""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys
from collections.abc import Callable
from ctypes import c_char_p, c_int64, c_void_p
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Literal

import torch

Cell = Literal["rnn", "gru", "lstm"]

GATES: dict[Cell, int] = {"rnn": 1, "gru": 3, "lstm": 4}  # blocks of hidden rows in a weight
SWITCH = "TSRNN_KERNEL"
CALL = struct.Struct("8q22P")  # `Layer` of _kernels/layer.h: 8 sizes and 22 addresses, 0 for none
VERSION = 2  # of the C interface, `tsrnn_version` in _kernels/threads.cpp
LEVELS = ("plain", "avx2", "avx512")  # `Level` in _kernels/layer.h; plain is SSE2, or NEON on arm64
TASKS = ("forward", "backward", "saved")

_NUMBERS = {torch.float32: "float", torch.float64: "double"}

# Takes a packed `CALL`. Tasks that compute give 0, or 1 where memory ran out; "saved" gives a number of numbers.
Function = Callable[[bytes], int]

# One step through all layers: takes two records that `tsrnn.nn.streaming` packs, gives 0, or 1 where memory ran out.
Step = Callable[[bytes, bytes], int]


@dataclass(frozen=True)
class Engine:
    """What computes recurrent layers on a CPU, and why.

    name          "fused", our compiled kernel, or "torch", `torch.nn`
    reason        one line for people
    instructions  which set the fused kernel uses: "avx512", "avx2", or "plain" (SSE2, NEON); "" for torch
    threads       whose threads it runs on, "OpenMP" (those torch uses) or "own"; "" for torch
    """

    name: str
    reason: str
    instructions: str = ""
    threads: str = ""

    def __str__(self) -> str:
        return f"{self.name}: {self.reason}"


@dataclass(frozen=True)
class Library:
    """The kernel's C functions by task, cell and type of number, and the best instruction set of this processor."""

    functions: dict[tuple[str, str, torch.dtype], Function]
    steps: dict[tuple[str, torch.dtype], Step]  # by cell and type of number
    level: int


@cache
def opened() -> tuple[Library | None, Engine]:
    """The library, opened once in a process, and what to tell about it; None where `torch.nn` has to do."""
    if os.environ.get(SWITCH, "1") == "0":
        return None, Engine("torch", f"{SWITCH}=0 switches the fused kernel off")
    path = Path(__file__).parent / "_kernels" / ("libtsrnn.dll" if sys.platform == "win32" else "libtsrnn.so")
    if not path.is_file():
        reason = "no kernel was compiled at installation (`pip install -v` says why); it needs a C++ compiler"
        return None, Engine("torch", reason)
    return open_library(path)


def open_library(path: Path) -> tuple[Library | None, Engine]:
    """The library at `path`, or None and why it cannot be used."""
    try:
        library = ctypes.CDLL(str(path))
        found = (library.tsrnn_version(), library.tsrnn_layer_bytes())
    except (OSError, AttributeError) as error:
        return None, Engine("torch", f"{path.name} cannot be opened: {error}")
    if found != (VERSION, CALL.size):
        return None, Engine("torch", f"{path.name} was compiled for another version of tsrnn: install tsrnn again")
    functions: dict[tuple[str, str, torch.dtype], Function] = {}
    for task, cell, (dtype, number) in product(TASKS, GATES, _NUMBERS.items()):
        function = getattr(library, f"tsrnn_{cell}_{task}_{number}")
        function.argtypes, function.restype = [c_char_p], c_int64
        functions[task, cell, dtype] = function
    steps: dict[tuple[str, torch.dtype], Step] = {}
    for cell, (dtype, number) in product(GATES, _NUMBERS.items()):
        step = getattr(library, f"tsrnn_{cell}_step_{number}")
        step.argtypes, step.restype = [c_char_p, c_char_p], c_int64
        steps[cell, dtype] = step
    threads = "OpenMP" if _share_threads(library) else "own"
    level = int(library.tsrnn_level())
    reason = f"the compiled kernel, {LEVELS[level]} on {platform.machine()}, {threads} threads"
    return Library(functions, steps, level), Engine("fused", reason, LEVELS[level], threads)


def engine_info() -> Engine:
    """What computes recurrent layers on the CPU in this process, and why.

    The environment variable TSRNN_KERNEL=0, read once, chooses torch. On a GPU it is always torch, with cuDNN.

    >>> engine_info().name in ("fused", "torch")
    True
    """
    return opened()[1]


def _share_threads(library: ctypes.CDLL) -> bool:
    """Run on the threads that torch's OpenMP library keeps, where it can be found; else the kernel starts its own.

    torch's threads spin for some time after each operation, and a second set would have to share processors with them.
    In a forked child they are gone, and OpenMP would wait for them for ever: there the kernel starts its own.
    """
    if sys.platform == "win32":
        return False
    library.tsrnn_use_team.argtypes = [c_void_p]
    try:
        team = ctypes.cast(ctypes.CDLL(None).GOMP_parallel, c_void_p)
    except AttributeError:
        return False
    library.tsrnn_use_team(team)
    os.register_at_fork(after_in_child=lambda: library.tsrnn_use_team(None))
    return True
