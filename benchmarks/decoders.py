"""Which decoder: the default GRU with `Direct()` and with `Segment()`, and what `decoder="auto"` chooses.

    python benchmarks/decoders.py             embedded series, and public ones where TSRNN_DATA holds them
    python benchmarks/decoders.py --write     also puts the table into docs/benchmarks.md

Both are trained once, before the first of five folds, with two seeds; the table gives the mean MASE over folds, series
and seeds, the lower and the higher seed beside it, and the seconds of one fit.
"""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import dataclass

import torch

from sections.pages import table, write
from tsrnn.backtesting import backtest
from tsrnn.forecasters.decoders import decoder_of
from tsrnn.forecasters.recurrent import GRUForecaster
from tsrnn.training import Training
from tsrnn_datasets import load

SEEDS = (0, 1)
DECODERS = ("direct", "segment")
FOLDS = 5


@dataclass(frozen=True)
class Cell:
    """One row of the table; a data set without a column is forecast as a whole."""

    data: str
    column: str | None
    horizon: int
    lookback: int
    embedded: bool = True


CELLS = (
    Cell("macrodata", "realgdp", 4, 24),
    Cell("delhi-climate", "meantemp", 7, 14, embedded=False),
    Cell("sunspots", None, 5, 22),
    Cell("co2", None, 12, 104),
    Cell("sim-power", None, 24, 168),
    Cell("etth1", None, 24, 48, embedded=False),
    Cell("etth1", None, 24, 168, embedded=False),
    Cell("etth1", None, 96, 336, embedded=False),
)


def judge(cell: Cell) -> dict[str, str]:
    """One row of the table."""
    data = load(cell.data)
    rows = data if cell.column is None else data[cell.column]
    models = [
        GRUForecaster(
            cell.horizon, cell.lookback, decoder=decoder, training=Training(seed=seed), name=f"{decoder}-{seed}"
        )
        for decoder in DECODERS
        for seed in SEEDS
    ]
    result = backtest(models, rows, horizon=cell.horizon, folds=FOLDS, refit=False)
    mase = result.leaderboard().set_index("model")["mase"]
    seconds = result.timings.groupby("model")["fit_seconds"].sum()
    found = {
        "series": cell.data if cell.column is None else f"{cell.data} {cell.column}",
        "horizon": str(cell.horizon),
        "lookback": str(cell.lookback),
    }
    for decoder in DECODERS:
        own = mase[[f"{decoder}-{seed}" for seed in SEEDS]]
        spent = seconds[[f"{decoder}-{seed}" for seed in SEEDS]].mean()
        found[f"{decoder}: MASE (seeds)"] = f"{own.mean():.3f} ({own.min():.3f} to {own.max():.3f})"
        found[f"{decoder}: seconds"] = f"{spent:.0f}"
    found["auto"] = type(decoder_of("auto", cell.lookback)).__name__
    return found


def main() -> None:
    """Judges every cell whose data are at hand."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    options = parser.parse_args()
    torch.set_num_threads(1)
    found = []
    for cell in CELLS:
        if cell.embedded or os.environ.get("TSRNN_DATA"):
            found.append(judge(cell))
            print(found[-1], file=sys.stderr, flush=True)
    print(table(found))
    if options.write:
        write("decoders", table(found))


if __name__ == "__main__":
    main()
