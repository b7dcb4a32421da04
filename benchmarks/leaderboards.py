"""The table of results in the README: default GRU and LSTM against ARIMA and seasonal naive on real series.

    python benchmarks/leaderboards.py             embedded series, and public ones where TSRNN_DATA holds them
    python benchmarks/leaderboards.py --write     also puts the table into docs/benchmarks.md and README.md

Each network is trained with three seeds; the table gives the mean MASE and its standard deviation over them. Horizon
and folds stand in the table; every fold trains anew on all rows before it, and no setting differs between series.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import torch
from joblib import Parallel, delayed

from tsrnn.backtesting import backtest
from tsrnn.forecasters.recurrent import GRUForecaster, LSTMForecaster
from tsrnn.training import Training
from tsrnn_datasets import load

ROOT = Path(__file__).resolve().parents[1]
SEEDS = (0, 1, 2)
MARKS = re.compile(r"(<!-- leaderboards -->\n).*?(<!-- /leaderboards -->)", re.DOTALL)


@dataclass(frozen=True)
class Cell:
    """One row of the table: a data set, its column, and how it is judged."""

    name: str
    column: str | None
    horizon: int
    folds: int
    embedded: bool = True


CELLS = (
    Cell("co2", None, 12, 3),
    Cell("elnino", None, 12, 5),
    Cell("sunspots", None, 5, 10),
    Cell("macrodata", "realgdp", 4, 10),
    Cell("etth1", "OT", 24, 3, embedded=False),
    Cell("sp500", "close", 5, 5, embedded=False),
    Cell("delhi-climate", "meantemp", 7, 5, embedded=False),
)


def judge(cell: Cell) -> dict[str, str]:
    """One row of the table."""
    data = load(cell.name)
    series = data[cell.column] if cell.column is not None else data
    networks = [
        kind(cell.horizon, training=Training(seed=seed), name=f"{kind.name}-{seed}")
        for kind in (GRUForecaster, LSTMForecaster)
        for seed in SEEDS
    ]
    torch.set_num_threads(1)  # the cells run side by side
    began = time.perf_counter()
    result = backtest([*networks, "arima", "seasonal-naive"], series, horizon=cell.horizon, folds=cell.folds)
    mase = result.leaderboard().set_index("model")["mase"]
    row = {
        "series": cell.name if cell.column is None else f"{cell.name} {cell.column}",
        "horizon, folds": f"{cell.horizon}, {cell.folds}",
        "GRU": _spread(mase, "gru"),
        "LSTM": _spread(mase, "lstm"),
        "ARIMA": f"{mase['arima']:.3f}",
        "seasonal naive": f"{mase['seasonal-naive']:.3f}",
    }
    print(f"{time.perf_counter() - began:.0f} s: {row}", file=sys.stderr)
    return row


def _spread(mase: pd.Series, name: str) -> str:
    own = mase[[f"{name}-{seed}" for seed in SEEDS]]
    return f"{own.mean():.3f} ± {own.std():.3f}"


def markdown(rows: list[dict[str, str]]) -> str:
    """The rows as a Markdown table; the lowest mean of each row is bold."""
    heads = list(rows[0])
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    for row in rows:
        best = min(heads[2:], key=lambda head: float(row[head].split()[0]))
        lines.append("| " + " | ".join(f"**{row[head]}**" if head == best else row[head] for head in heads) + " |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Judges every cell whose data are at hand."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md and README.md")
    parser.add_argument("--jobs", type=int, default=2, help="cells judged at once")
    parser.add_argument("--only", help="comma-separated names of data sets")
    options = parser.parse_args()
    wanted = options.only.split(",") if options.only else [cell.name for cell in CELLS]
    at_hand = [cell for cell in CELLS if cell.name in wanted and (cell.embedded or os.environ.get("TSRNN_DATA"))]
    table = markdown(Parallel(options.jobs)(delayed(judge)(cell) for cell in at_hand))
    print(table)
    if options.write:
        for page in (ROOT / "docs" / "benchmarks.md", ROOT / "README.md"):
            text = page.read_text(encoding="utf-8")
            page.write_text(MARKS.sub(lambda mark: mark[1] + table + mark[2], text), encoding="utf-8")


if __name__ == "__main__":
    main()
