"""How fast the recurrent kernel is beside torch.nn: both in one process, in turn, medians.

    python benchmarks/speed.py                 every cell, size and length: some minutes
    python benchmarks/speed.py --quick         a few of them
    python benchmarks/speed.py --json          the rows as JSON
    python benchmarks/speed.py --write         also puts the table into docs/benchmarks.md

Each row is one layer over a whole sequence of one channel. "forward" runs without gradients; "training" is forward and
backward. Other programs on the machine slow both sides down, so read the ratio, not the times.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path

import torch
from torch import Tensor, nn

from tsrnn.nn.kernels import Cell, Weights, run_layer
from tsrnn.nn.library import engine_info
from tsrnn.nn.recurrent import Recurrent

ROOT = Path(__file__).resolve().parents[1]
MARKS = re.compile(r"(<!-- kernel -->\n).*?(<!-- /kernel -->)", re.DOTALL)
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


@dataclass(frozen=True)
class Row:
    """Medians in milliseconds; the ratio, below 1 where ours is faster, is the median over pairs run in turn."""

    what: str
    cell: Cell
    batch: int
    steps: int
    hidden: int
    ours_ms: float
    torch_ms: float
    ratio: float


QUICK = [
    *(Size(cell, batch, 168, hidden) for cell in NETS for batch, hidden in ((32, 64), (256, 128))),
    Size("gru", 32, 24, 32),
]
FULL = [
    *(Size(*sizes) for sizes in product(NETS, (32, 256, 1024), (24, 96, 168, 336), (32, 64, 128, 256))),
]
MOST_PRODUCTS = 4_000_000_000  # in a forward pass: larger sizes take minutes


def compare(ours: Work, theirs: Work, repetitions: int) -> tuple[float, float, float]:
    """Medians of ours and theirs in ms, and of the ratio, over runs in turn after one that does not count."""
    found: list[tuple[float, float]] = []
    for repetition in range(repetitions + 1):
        pair = [0.0, 0.0]
        order = ((0, ours), (1, theirs)) if repetition % 2 else ((1, theirs), (0, ours))
        for place, work in order:
            start = time.perf_counter()
            work()
            pair[place] = 1000 * (time.perf_counter() - start)
        found.append((pair[0], pair[1]))
    del found[0]
    medians = [statistics.median(column) for column in zip(*found, strict=True)]
    return medians[0], medians[1], statistics.median(own / other for own, other in found)


def measure(size: Size, repetitions: int) -> list[Row]:
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
        Row(what, size.cell, size.batch, size.steps, size.hidden, *compare(make(ours), make(theirs), repetitions))
        for what, make in (("forward", forward), ("training", training))
    ]


def measure_step(cell: Cell, hidden: int, repetitions: int) -> Row:
    """One step of one row with `Recurrent.step`, beside torch's cell of the same kind."""
    core, other = Recurrent(1, hidden, cell=cell), CELLS[cell](1, hidden)
    x, (_, state) = torch.zeros(1, 1), core.step(torch.zeros(1, 1))
    state = state.detach()
    held = state.hidden[0] if state.memory is None else (state.hidden[0], state.memory[0])
    with torch.inference_mode():
        figures = compare(lambda: core.step(x, state), lambda: other(x, held), repetitions)
    return Row("step", cell, 1, 1, hidden, *figures)


def kernel_rows(quick: bool) -> list[Row]:
    """All rows of this section; progress goes to standard error."""
    rows: list[Row] = []
    sizes = [size for size in (QUICK if quick else FULL) if size.products <= MOST_PRODUCTS]
    for place, size in enumerate(sizes, 1):
        print(f"\r{place} of {len(sizes)} sizes", end="", file=sys.stderr, flush=True)
        rows += measure(size, 7 if quick or size.products > 2e8 else 15)
    print(file=sys.stderr)
    return rows + [measure_step(cell, 64, 2000) for cell in NETS]


def table(rows: list[Row]) -> str:
    """The rows as Markdown."""
    lines = [
        f"Engine: {engine_info()}; torch {torch.__version__}, {torch.get_num_threads()} threads.",
        "",
        "| what | cell | batch | steps | hidden | ours, ms | torch, ms | ours / torch |",
        "|---|---|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {row.what} | {row.cell} | {row.batch} | {row.steps} | {row.hidden} "
        f"| {row.ours_ms:.3g} | {row.torch_ms:.3g} | {row.ratio:.2f} |"
        for row in rows
    ]
    return "\n".join(lines)


def write(text: str) -> None:
    """Put the table between the marks of docs/benchmarks.md."""
    page = ROOT / "docs" / "benchmarks.md"
    old = page.read_text(encoding="utf-8")
    if MARKS.search(old) is None:
        raise SystemExit(f"{page} has no place for the table: give it <!-- kernel --> and <!-- /kernel --> on lines")
    page.write_text(MARKS.sub(lambda found: f"{found[1]}{text}\n{found[2]}", old), encoding="utf-8")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a few sizes")
    parser.add_argument("--json", action="store_true", help="the rows as JSON")
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads(), help="of torch and the kernel")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    rows = kernel_rows(options.quick)
    print(json.dumps([asdict(row) for row in rows], indent=2) if options.json else table(rows))
    if options.write:
        write(table(rows))


if __name__ == "__main__":
    main()
