"""Single steps of a recurrent core, all its layers in one call of the compiled kernel: for streaming.

The arithmetic of such a step takes about a microsecond, so what stands around it is what counts: everything is asked
once, and what cannot have changed is not asked at all.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import torch
from torch import Tensor, nn

from tsrnn.nn.fused import recorded
from tsrnn.nn.library import GATES, Cell, Step, opened
from tsrnn.nn.state import State

_MOST_ROWS = 4  # more of them earn the laying out of the weights that the kernel for sequences begins with
_HEAD, _LAYER = struct.Struct("5q"), struct.Struct("6Pd")  # `Stack` and `Learned` in _kernels/layer.h
_STEP = struct.Struct("q6P")  # `Step`

# As functions, for `map`: a loop in Python over the weights would take longer than the step.
_address: Callable[[Any], int] = Tensor.data_ptr
_in_one_piece: Callable[[Any], bool] = Tensor.is_contiguous

_Parts = Mapping[str, nn.Module | None]  # a core's lists of modules "weights" and, if any, "norms", one for each layer


@dataclass(frozen=True, slots=True)
class _Packed:
    """The weights of a core as the kernel takes them."""

    step: Step
    stack: bytes  # `Stack` with what each layer learned
    places: list[int]  # where each weight began when they were packed
    held: list[Tensor]  # the same memory, so that nothing else can come to begin there
    layers: int
    dtype: torch.dtype
    outs: list[Tensor]  # for each number of rows an output, to make others like it


class Streaming:
    """The single steps of one core. It keeps no state, but remembers where the core's weights lie.

    Each step looks whether they still lie there. Weights changed in place are read as they are now; those that were
    moved, loaded into other memory or replaced are packed anew.
    """

    def __init__(self, cell: Cell, inputs: int, hidden_size: int, residual: bool) -> None:
        self._cell, self._inputs, self._hidden_size, self._residual = cell, inputs, hidden_size, residual
        self._packed: _Packed | None = None

    def __reduce__(self) -> tuple[type[Streaming], tuple[Cell, int, int, bool]]:
        return Streaming, (self._cell, self._inputs, self._hidden_size, self._residual)  # a copy has its own weights

    def step(self, parts: _Parts, x: Tensor, state: State) -> tuple[Tensor, State] | None:
        """One step, x (batch, inputs), of the core that has these parts; None where this is not the way to go."""
        if recorded() or torch.is_grad_enabled() or type(x) is not Tensor or x.ndim != 2:
            return None
        dtype, places, packed = x.dtype, _places(parts), self._packed
        if packed is None or packed.places != places or packed.dtype is not dtype:
            packed = self._packed = self._pack(parts, places, dtype)
        rows, inputs = x.shape
        if packed is None or inputs != self._inputs or not 0 < rows <= _MOST_ROWS:
            return None
        if not _plain(x, dtype):
            x = x.contiguous()  # it may have been a column of a batch of sequences
            if not _plain(x, dtype):
                return None
        needed, hidden, memory = (packed.layers, rows, self._hidden_size), state.hidden, state.memory
        if (memory is None) == (self._cell == "lstm") or hidden.shape != needed or not _plain(hidden, dtype):
            return None
        out, hn = torch.empty_like(packed.outs[rows]), torch.empty_like(hidden)
        if memory is None:
            cn, c0_at, cn_at = None, 0, 0
        elif memory.shape == needed and _plain(memory, dtype):
            cn = torch.empty_like(memory)
            c0_at, cn_at = memory.data_ptr(), cn.data_ptr()
        else:
            return None
        given = _STEP.pack(rows, x.data_ptr(), hidden.data_ptr(), c0_at, out.data_ptr(), hn.data_ptr(), cn_at)
        if packed.step(packed.stack, given):
            raise MemoryError(f"no memory for a step of {self._cell}, hidden {self._hidden_size}")
        return out, State(hn, cn)

    def _pack(self, parts: _Parts, places: list[int] | None, dtype: torch.dtype) -> _Packed | None:
        """The weights of these parts, which begin at `places`; None where the kernel cannot read them."""
        library, size, gates = opened()[0], self._hidden_size, GATES[self._cell] * self._hidden_size
        step = None if library is None else library.steps.get((self._cell, dtype))
        if library is None or step is None or places is None:
            return None
        held, learned = list[Tensor](), list[bytes]()
        layers, norms = _modules(parts, "weights"), _modules(parts, "norms")
        wanted: dict[str, tuple[int, ...]] = {"weight_ih": (gates, self._inputs), "weight_hh": (gates, size)}
        wanted |= {"bias_ih": (gates,), "bias_hh": (gates,)}
        for layer, norm in zip_longest(layers, norms):
            weights = _learned(layer, wanted, dtype)
            if not weights:
                return None
            addresses, least = [*map(_address, weights), 0, 0], 0.0
            if norms:
                scales = _learned(norm, {"weight": (size,), "bias": (size,)}, dtype)
                if not scales or type(norm) is not nn.LayerNorm:
                    return None
                addresses[4:], least = map(_address, scales), norm.eps
                held += scales
            held += weights
            learned.append(_LAYER.pack(*addresses, least))
            wanted["weight_ih"] = (gates, size)  # the next layer reads this one
        head = _HEAD.pack(len(layers), self._inputs, size, self._residual, library.level)
        outs = [held[0].new_empty(rows, size) for rows in range(_MOST_ROWS + 1)]
        return _Packed(step, b"".join([head, *learned]), places, held, len(layers), dtype, outs)


def _modules(parts: _Parts, name: str) -> Collection[nn.Module | None]:
    """The modules of one of a core's lists; none where it has no such list."""
    group = parts.get(name)
    return () if group is None else group._modules.values()


def _places(parts: _Parts) -> list[int] | None:
    """Where each weight begins; None if one is missing or not in one piece."""
    places: list[int] = []
    try:
        for group in parts.values():
            for module in () if group is None else group._modules.values():
                weights = () if module is None else module._parameters.values()
                if not all(map(_in_one_piece, weights)):
                    return None
                places += map(_address, weights)
    except TypeError:  # None in place of a weight
        return None
    return places


def _learned(module: nn.Module | None, wanted: Mapping[str, tuple[int, ...]], dtype: torch.dtype) -> list[Tensor]:
    """The memory of a module's parameters; empty if they are others than these or the kernel cannot read them."""
    own = {} if module is None else module._parameters
    if own.keys() != wanted.keys():
        return []
    weights = [weight for weight in map(own.get, wanted) if type(weight) in (Tensor, nn.Parameter)]
    held = [weight.detach() for weight in weights if weight is not None]
    shapes = [tuple(weight.shape) for weight in held]
    return held if shapes == list(wanted.values()) and all(_plain(weight, dtype) for weight in held) else []


def _plain(tensor: Tensor, dtype: torch.dtype) -> bool:
    """Whether the kernel may read this tensor's memory as numbers of this type, one after the other."""
    return (
        (type(tensor) is Tensor and tensor.dtype is dtype and tensor.is_cpu)
        and (tensor.is_contiguous() and not tensor.is_neg())  # negative: the memory holds what is not yet negated
    )
