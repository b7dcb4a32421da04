"""Many series at once: one GRU with its defaults for 500 simulated meters, beside ridge regression and seasonal naive.

    python benchmarks/meters.py [--series 500] [--write]

`--write` puts the table into docs/benchmarks.md.

Each model is fitted once, on 1,000 hours of each meter, and forecasts each of the seven days that follow, so that every
day of the week counts; in three seasons of the year, with other meters and another seed in each. MASE is the mean over
meters; a meter is won where the GRU's is lower. Seconds are those of `fit` and of one `predict`, one model after the
other.
"""

from __future__ import annotations

import argparse

import pandas as pd

from sections.pages import Row, table, write
from tsrnn.backtesting import Backtest, backtest
from tsrnn.columns import Columns
from tsrnn.forecasters.recurrent import GRUForecaster
from tsrnn.training import Training
from tsrnn_datasets import load

ROWS, HORIZON, DAYS = 1_000, 24, 7
ENDS = ("2023-03-26", "2023-06-25", "2023-10-29")  # the last day forecast, a Sunday
ROLES = Columns(id="unique_id", time="ds", target="y")


def judged(series: int, seed: int, end: str) -> Backtest:
    """All models on the rows of every meter up to the end of a day."""
    table = load("sim-power", panel=series, seed=seed)[["unique_id", "ds", "y"]]
    rows = (
        table[table["ds"] < pd.Timestamp(end) + pd.Timedelta(days=1)].groupby("unique_id").tail(ROWS + DAYS * HORIZON)
    )
    models = [GRUForecaster(HORIZON, training=Training(seed=seed)), "ridge", "seasonal-naive"]
    return backtest(models, rows, ROLES, horizon=HORIZON, folds=DAYS, refit=False, levels=())


def rows(end: str, result: Backtest) -> list[Row]:
    """A row a model: MASE, the share of meters on which the GRU's is lower, seconds."""
    errors = result.scores(["model", "series"]).pivot_table(index="series", columns="model", values="mase")
    seconds = result.timings.groupby("model").agg({"fit_seconds": "sum", "predict_seconds": "mean"}).sum(axis=1)
    won = errors.gt(errors["gru"], axis=0).mean()
    return [
        {
            "week to": end,
            "model": str(model),
            "MASE": f"{errors[model].mean():.3f}",
            "GRU better on, %": "" if model == "gru" else f"{100 * won[model]:.1f}",
            "seconds": seconds[model],
        }
        for model in seconds.index
    ]


def main() -> None:
    """Prints a row for each model and season of the year."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--series", type=int, default=500)
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    options = parser.parse_args()
    made = table([row for seed, end in enumerate(ENDS) for row in rows(end, judged(options.series, seed, end))])
    print(made)
    if options.write:
        write("meters", made)


if __name__ == "__main__":
    main()
