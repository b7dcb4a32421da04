"""One real series of each kind, stock, weather, power and sensor: skill, its significance, and coverage.

    python benchmarks/kinds.py [--only sp500] [--write]      --write puts the table into docs/benchmarks.md

Default settings. Every model is fitted once, on the rows before the first of twenty origins, and forecasts all of them;
origins are a horizon apart and end the series; rows that it lacks count as missing values. The data are read from
TSRNN_DATA.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass

import pandas as pd

from sections.pages import table, write
from tsrnn.backtesting import backtest
from tsrnn.columns import Repairs
from tsrnn_datasets import load

MODELS = ("gru", "lstm", "arima", "seasonal-naive")
FOLDS, LEVEL = 20, 80


@dataclass(frozen=True)
class Cell:
    """A series: its last `rows` rows; `column` is empty where the data set is one series."""

    kind: str
    name: str
    column: str
    horizon: int
    rows: int


CELLS = (
    Cell("stock", "sp500", "close", 5, 2500),
    Cell("weather", "delhi-climate", "meantemp", 7, 1462),
    Cell("power", "opsd-germany", "Consumption", 7, 2200),
    Cell("sensor", "nab-ambient-temperature", "", 24, 2500),
)


def judge(cell: Cell) -> list[dict[str, str]]:
    """A row for each model."""
    began = time.perf_counter()
    data = load(cell.name)
    series = (data[cell.column] if cell.column else data).iloc[-cell.rows :]
    result = backtest(
        list(MODELS),
        series,
        horizon=cell.horizon,
        folds=FOLDS,
        refit=False,
        levels=[LEVEL],
        repairs=Repairs(gaps="mask"),
    )
    board = result.leaderboard().set_index("model")
    tests = result.significance(["arima", "seasonal-naive"]).set_index(["model", "baseline"])
    print(f"{time.perf_counter() - began:.0f} s: {cell.name}", file=sys.stderr)
    return [_row(cell, model, board, tests) for model in MODELS]


def _row(cell: Cell, model: str, board: pd.DataFrame, tests: pd.DataFrame) -> dict[str, str]:
    own = board.loc[model]
    row = {
        "kind": cell.kind,
        "series, horizon": f"{cell.name} {cell.column}".strip() + f", {cell.horizon}",
        "model": model,
    }
    row["MASE"] = f"{own['mase']:.3f}"
    for baseline, words in (("arima", "ARIMA"), ("seasonal-naive", "seasonal naive")):
        known = (model, baseline) in tests.index
        shown = f"{own[f'skill-vs-{baseline}']:+.3f} ({tests.loc[(model, baseline), 'p']:.2g})" if known else ""
        row[f"skill against {words} (p)"] = shown
    row[f"{LEVEL} % coverage, %"] = f"{100 * own[f'coverage-{LEVEL}']:.1f}"
    return row


def main() -> None:
    """Judges the cells asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", help="comma-separated names of data sets")
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    options = parser.parse_args()
    wanted = options.only.split(",") if options.only else [cell.name for cell in CELLS]
    rows = [row for cell in CELLS if cell.name in wanted for row in judge(cell)]
    text = table(rows)
    print(text)
    if options.write:
        write("kinds", text)


if __name__ == "__main__":
    main()
