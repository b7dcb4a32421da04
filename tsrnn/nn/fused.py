"""A recurrent layer by our own compiled kernel: one call for a whole sequence, with a gradient written by hand."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import Parameter

from tsrnn.nn.library import CALL, GATES, Cell, opened
from tsrnn.nn.shelf import Loan, borrow
from tsrnn.nn.threads import kernel_threads

_REFUSED = (
    "the fused recurrent kernel gives {}, but {}; set the environment variable TSRNN_KERNEL=0 before Python starts, "
    "and torch.nn computes it"
)

_Given = tuple[Tensor | None, ...]  # x, h0, c0 (the LSTM's, else None), weight_ih, weight_hh, bias_ih, bias_hh
_Answer = tuple[Tensor, Tensor, Tensor | None]


def run(cell: Cell, given: _Given, mask: Tensor | None, reverse: bool) -> _Answer | None:
    """As `tsrnn.nn.kernels.run_layer`; None where the kernel is not there or not made for these tensors."""
    x = given[0]
    if x is None or recorded() or opened()[0] is None or not _fit(cell, given, mask):
        return None
    mask = None if mask is None else mask.contiguous()
    if torch.is_grad_enabled() and any(t is not None and t.requires_grad for t in given):
        answers = _Sequence.apply(cell, mask, reverse, *given)  # type: ignore[no-untyped-call]
    else:
        answers = _forward(cell, mask, reverse, tuple(None if t is None else t.contiguous() for t in given), None)
    return answers[0], answers[1], answers[2] if cell == "lstm" else None


def _fit(cell: Cell, given: _Given, mask: Tensor | None) -> bool:
    """Whether the kernel reads these: plain tensors on the CPU, of one type that it knows, none empty, all fitting."""
    x, h0, c0, w_ih, w_hh, b_ih, b_hh = given
    if x is None or h0 is None or w_ih is None or w_hh is None or b_ih is None or b_hh is None or x.ndim != 3:
        return False
    if x.dtype not in (torch.float32, torch.float64):
        return False
    for t in given:
        if t is not None and (
            type(t) not in (Tensor, Parameter)
            or (t.dtype != x.dtype or not t.is_cpu or not t.numel())
            or t.is_neg()  # its memory holds what is not yet negated
        ):
            return False
    (batch, time, inputs), hidden = x.shape, w_hh.shape[-1]
    state, rows = (batch, hidden), GATES[cell] * hidden
    return (
        (h0.shape == state and (c0 is None) == (cell != "lstm") and (c0 is None or c0.shape == state))
        and (w_ih.shape == (rows, inputs) and w_hh.shape == (rows, hidden))
        and (b_ih.shape == (rows,) and b_hh.shape == (rows,))
        and (mask is None or (mask.is_cpu and mask.dtype == torch.bool and mask.shape == (batch, time)))
    )


def recorded() -> bool:
    """Whether torch is writing down or transforming operations rather than computing: it would not see ours."""
    return (
        torch.compiler.is_compiling()
        or torch._C._get_tracing_state() is not None
        or torch._C._are_functorch_transforms_active()  # vmap, jvp and their like
    )


def _address(tensor: Tensor | None) -> int:
    return 0 if tensor is None else tensor.data_ptr()


def _call(task: str, cell: Cell, reverse: bool, given: _Given, pointers: tuple[int, ...]) -> int:
    """Calls a C function with what goes in and `pointers` to what follows in `Layer`; gives what it gives."""
    x, w_hh = given[0], given[4]
    library, engine = opened()
    if x is None or w_hh is None or library is None:
        raise RuntimeError(f"the fused kernel cannot run: {engine.reason}")
    head = (*x.shape, w_hh.shape[1], int(reverse), *kernel_threads(), library.level, *map(_address, given))
    filled = (*head, *pointers, *([0] * (30 - len(head) - len(pointers))))
    done = library.functions[task, cell, x.dtype](CALL.pack(*filled))
    if done and task != "saved":
        raise MemoryError(f"no memory for the {cell}'s {task} pass over {tuple(x.shape)}, hidden {w_hh.shape[1]}")
    return done


def _forward(
    cell: Cell, mask: Tensor | None, reverse: bool, given: _Given, loans: list[Loan] | None
) -> tuple[Tensor, ...]:
    """out, hn and the LSTM's cn. `given` is contiguous; `loans` gets what backward will need."""
    x, h0, c0 = given[:3]
    assert x is not None and h0 is not None
    out = x.new_empty(x.shape[0], x.shape[1], h0.shape[1])
    ends = [torch.empty_like(h0)] if c0 is None else [torch.empty_like(h0), torch.empty_like(c0)]
    saved = 0
    if loans is not None:
        loans.append(borrow(_call("saved", cell, reverse, given, ()) * x.element_size()))
        saved = loans[0].address
    cn = ends[1].data_ptr() if c0 is not None else 0
    _call("forward", cell, reverse, given, (_address(mask), out.data_ptr(), ends[0].data_ptr(), cn, saved))
    return (out, *ends)


class _Sequence(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, cell: Cell, mask: Tensor | None, reverse: bool, *given: Tensor | None) -> tuple[Tensor, ...]:
        loans: list[Loan] = []
        ready = tuple(None if t is None else t.contiguous() for t in given)
        answers = _forward(cell, mask, reverse, ready, loans)
        ctx.save_for_backward(*ready, mask, answers[0])
        ctx.set_materialize_grads(False)
        ctx.cell, ctx.reverse, ctx.loan = cell, reverse, loans[0]
        return answers

    @staticmethod
    def backward(ctx: Any, *d_answers: Tensor | None) -> tuple[Tensor | None, ...]:
        if any(d is not None and torch._C._functorch.is_legacy_batchedtensor(d) for d in d_answers):
            raise RuntimeError(_REFUSED.format("derivatives of one answer at a time", "several at once were asked for"))
        *given, mask, out = ctx.saved_tensors
        with torch.no_grad():
            d_out, d_hn, d_cn = (None if d is None else d.resolve_neg().contiguous() for d in (*d_answers, None)[:3])
            wanted = [None if t is None else torch.empty_like(t) for t in given]
            if not ctx.needs_input_grad[3]:
                wanted[0] = None
            results = (_address(out), 0, 0, ctx.loan.address, _address(d_out), _address(d_hn), _address(d_cn))
            pointers = (_address(mask), *results, *map(_address, wanted))
            _call("backward", ctx.cell, ctx.reverse, tuple(given), pointers)
        if torch.is_grad_enabled():  # a graph of the gradient was asked for
            wanted = list(_Once.apply(len(wanted), *wanted, *given, *d_answers))  # type: ignore[no-untyped-call]
        return (None, None, None, *wanted)


class _Once(torch.autograd.Function):
    """Hands gradients on, and refuses to be differentiated: without it a second derivative would silently be 0."""

    @staticmethod
    def forward(ctx: Any, count: int, *tensors: Tensor | None) -> tuple[Tensor | None, ...]:
        return tuple(None if t is None else t.view_as(t) for t in tensors[:count])

    @staticmethod
    def backward(ctx: Any, *_: Tensor | None) -> tuple[Tensor | None, ...]:
        raise RuntimeError(_REFUSED.format("first derivatives only", "a derivative of its gradient was asked for"))
