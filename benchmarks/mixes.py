"""Which mean of the past a forecast far ahead is mixed with, and how much of it: what the referee's mix was chosen by.

    python benchmarks/mixes.py [--write]       some minutes; TSRNN_DATA names the data

Eight splits of ETTh1's training and validation rows, none of them of the test: months to learn from, to choose ridge's
rows and penalty by, and to judge by. Ridge stands for the networks, which take longer. `--write` puts the table into
docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
from dataclasses import replace

import numpy as np

from referee.cells import CELLS, Cell, Split, split
from referee.floors import Ridge
from referee.mix import HEIGHT, SEASONS, ahead, rising
from referee.origins import forecasts
from referee.runs import Errors
from sections.pages import Row, table, write
from tsrnn.forecasters.seasonal_mean import SeasonalMeanForecaster
from tsrnn.panel import Array

SPLITS = ((4, 2, 2), (4, 1, 3), (6, 2, 4), (8, 2, 2), (8, 2, 4), (10, 2, 2), (10, 2, 4), (12, 1, 3))
HORIZONS, LOOKBACKS = (96, 336), (336, 720)
DAYS, HEIGHTS = (7, 14, 21, 30, 45, 60), (0.1, 0.2, 0.3, 0.4, 0.5)
_THINNED = 4  # every fourth origin
Ratios = dict[str, tuple[float, float]]  # of squared and of absolute errors to those of ridge alone, by mix


def ratios(months: tuple[int, int, int], horizon: int) -> Ratios:
    """Every mix on one split."""
    cell = replace(next(cell for cell in CELLS if cell.name == "etth1-96"), horizon=horizon)
    rows = split(cell, months)
    known = rows.origins("test", horizon)[::_THINNED]
    ridge = min((Ridge(cell, rows, lookback) for lookback in LOOKBACKS), key=lambda one: one.error)
    alone, actual = ridge.forecasts(rows.units, known), ahead(rows.units, known, horizon)
    unit, found = Errors.of(alone, actual), {}
    for name, mean, weight in _mixes(cell, rows, known):
        mixed = Errors.of((1 - weight) * alone + weight * mean, actual)
        found[name] = (mixed.mse / unit.mse, mixed.mae / unit.mae)
    return found


def _mixes(cell: Cell, rows: Split, known: Array) -> list[tuple[str, Array, Array]]:
    """A name, the mean `(origin, series, step)` and its weights `(step,)` for each mix."""
    horizon, usual = cell.horizon, rows.units[: rows.train + rows.validation].mean(axis=0)[:, None]
    found = [("all rows, 0.1 at every step", usual, np.full(horizon, 0.1))]
    for days in DAYS:
        model = SeasonalMeanForecaster(horizon, season=cell.season, seasons=days).fit(rows.learned_from)
        mean = rows.in_units(forecasts(model, rows.panel, known, horizon))
        for height in HEIGHTS if days == SEASONS else (HEIGHT,):
            name = f"{days} days at the hour, {height} after a fortnight"
            found.append((name, mean, rising(horizon, cell.season, height)))
    return found


def main() -> None:
    """Every split and horizon."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    options = parser.parse_args()
    found = {horizon: [ratios(months, horizon) for months in SPLITS] for horizon in HORIZONS}
    rows: list[Row] = []
    for name in found[HORIZONS[0]][0]:
        row = {"mean of, and its weight": name}
        for horizon, each in found.items():
            both = np.array([one[name] for one in each])  # (split, error)
            row |= {f"{horizon}: MSE / MAE": _pair(both.mean(axis=0)), f"{horizon}, worst": _pair(both.max(axis=0))}
        rows.append(row)
    text = table(rows)
    print(text)
    if options.write:
        write("mixes", text)


def _pair(both: Array) -> str:
    return f"{both[0]:.4f} / {both[1]:.4f}"


if __name__ == "__main__":
    main()
