"""The recurrent kernel beside torch.nn: one layer over a whole sequence of one channel.

"forward" runs without gradients; "training" is forward and backward; "step" is one step of one row.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import torch
from torch import Tensor, nn

from sections.pages import Row
from sections.turns import in_turn, milliseconds, ratio
from tsrnn.nn.kernels import Cell, Weights, run_layer
from tsrnn.nn.recurrent import Recurrent

NETS: dict[Cell, Callable[..., nn.RNNBase]] = {"rnn": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}
CELLS: dict[Cell, Callable[..., nn.RNNCellBase]] = {"rnn": nn.RNNCell, "gru": nn.GRUCell, "lstm": nn.LSTMCell}

Work = Callable[[], object]


@dataclass(frozen=True)
class Size:
    """One layer of one cell."""

    cell: Cell
    batch: int
    steps: int
    hidden: int

    @property
    def products(self) -> int:
        """Multiplications of a forward pass."""
        gates = {"rnn": 1, "gru": 3, "lstm": 4}[self.cell]
        return self.batch * self.steps * gates * self.hidden * (self.hidden + 1)


QUICK = [
    *(Size(cell, batch, 168, hidden) for cell in NETS for batch, hidden in ((32, 64), (256, 128))),
    Size("gru", 32, 24, 32),
]
FULL = [
    *(Size(*sizes) for sizes in product(NETS, (32, 256, 1024), (24, 96, 168, 336), (32, 64, 128, 256))),
]
MOST_PRODUCTS = 4_000_000_000  # in a forward pass: larger sizes take minutes


def rows(quick: bool) -> list[Row]:
    """All rows of this section; progress goes to standard error."""
    found: list[Row] = []
    sizes = [size for size in (QUICK if quick else FULL) if size.products <= MOST_PRODUCTS]
    for place, size in enumerate(sizes, 1):
        print(f"\rkernel: {place} of {len(sizes)} sizes", end="", file=sys.stderr, flush=True)
        found += _layer(size, 7 if quick or size.products > 2e8 else 15)
    print(file=sys.stderr)
    return found + [_step(cell, 64, 2000) for cell in NETS]


def _layer(size: Size, turns: int) -> list[Row]:
    """A row for forward and a row for training."""
    net = NETS[size.cell](1, size.hidden, batch_first=True)
    weights = Weights(*net.parameters())
    x = torch.randn(size.batch, size.steps, 1)
    d_out = torch.randn(size.batch, size.steps, size.hidden)

    def ours() -> Tensor:
        return run_layer(size.cell, x, None, None, weights)[0]

    def theirs() -> Tensor:
        out: Tensor = net(x)[0]
        return out

    def forward(run: Callable[[], Tensor]) -> Work:
        return torch.no_grad()(run)

    def training(run: Callable[[], Tensor]) -> Work:
        return lambda: torch.autograd.backward(run(), d_out)

    return [
        _row(what, size, make(ours), make(theirs), turns)
        for what, make in (("forward", forward), ("training", training))
    ]


def _step(cell: Cell, hidden: int, turns: int) -> Row:
    """One step of one row with `Recurrent.step`, beside torch's cell of the same kind."""
    core, other = Recurrent(1, hidden, cell=cell), CELLS[cell](1, hidden)
    x, (_, state) = torch.zeros(1, 1), core.step(torch.zeros(1, 1))
    state = state.detach()
    held = state.hidden[0] if state.memory is None else (state.hidden[0], state.memory[0])
    with torch.inference_mode():
        return _row("step", Size(cell, 1, 1, hidden), lambda: core.step(x, state), lambda: other(x, held), turns)


def _row(what: str, size: Size, ours: Work, theirs: Work, turns: int) -> Row:
    """Medians in milliseconds; the ratio, below 1 where ours is faster, is the median over turns."""
    own, other = zip(*in_turn(milliseconds(ours), milliseconds(theirs), turns), strict=True)
    return {
        "what": what,
        "cell": size.cell,
        "batch": size.batch,
        "steps": size.steps,
        "hidden": size.hidden,
        "ours, ms": statistics.median(own),
        "torch, ms": statistics.median(other),
        "ours / torch": round(ratio(own, other).median, 2),
    }
