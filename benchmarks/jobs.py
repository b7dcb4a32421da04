"""Folds at once: seconds of a backtest with one job and with several, and whether the rows are the same.

    python benchmarks/jobs.py [--jobs 2] [--folds 6] [--repeats 3] [--models arima,gru] [--write]

"one thread" is n_jobs=1 with one thread, "default" is n_jobs=1 with the threads that torch takes. Runs take turns, and
each figure is the fastest of its turns. The workers are started beforehand; what starting them took is shown too.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
import torch
from threadpoolctl import threadpool_limits

from sections.pages import table, write
from tsrnn.backtesting import Backtest, backtest
from tsrnn.forecasters.arima import ARIMAForecaster
from tsrnn.forecasters.protocol import Forecaster
from tsrnn.forecasters.recurrent import GRUForecaster
from tsrnn.jobs import each
from tsrnn.training import Training
from tsrnn_datasets import load

HORIZON = 24
MODELS: dict[str, Callable[[], Forecaster]] = {
    "arima": lambda: ARIMAForecaster(HORIZON),
    "gru": lambda: GRUForecaster(HORIZON, 168, training=Training(epochs=8, patience=8)),
}


def ready(number: int) -> int:
    """A worker that has everything loaded."""
    import tsrnn.forecasters.recurrent_model  # noqa: F401

    time.sleep(0.2)
    return number


def seconds(model: Forecaster, data: pd.Series, folds: int, n_jobs: int) -> tuple[float, Backtest]:
    """How long one backtest takes."""
    began = time.perf_counter()
    result = backtest([model], data, horizon=HORIZON, folds=folds, n_jobs=n_jobs)
    return time.perf_counter() - began, result


def one_thread(model: Forecaster, data: pd.Series, folds: int) -> tuple[float, Backtest]:
    """The same on a single thread in this process."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    with threadpool_limits(1):
        found = seconds(model, data, folds, 1)
    torch.set_num_threads(before)
    return found


def main() -> None:
    """Prints a row a model."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--folds", type=int, default=6)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--models", default="arima,gru")
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    options = parser.parse_args()
    data = load("sim-power").iloc[:4000, 0]
    began = time.perf_counter()
    each(ready, range(options.jobs), options.jobs)
    print(f"{options.jobs} workers started in {time.perf_counter() - began:.1f} s; {torch.get_num_threads()} threads")
    rows = []
    for name in options.models.split(","):
        model, took = MODELS[name](), np.empty((options.repeats, 3))
        for turn in range(options.repeats):
            took[turn, 0], alone = one_thread(model, data, options.folds)
            took[turn, 1], usual = seconds(model, data, options.folds, 1)
            took[turn, 2], several = seconds(model, data, options.folds, options.jobs)
        single, default, spread = (float(least) for least in took.min(axis=0))
        same = all(one.rows.equals(several.rows) for one in (alone, usual))
        row: dict[str, str | float] = {
            "model": name,
            "one thread, s": single,
            f"one job, {torch.get_num_threads()} threads (default), s": default,
            f"{options.jobs} jobs (default), s": spread,
            "one thread / jobs": single / spread,
            "default / jobs": default / spread,
            "same rows": "yes" if same else "no",
        }
        print(row, flush=True)
        rows.append(row)
    text = table(rows)
    print(text)
    if options.write:
        write("jobs", text)


if __name__ == "__main__":
    main()
