"""The newest value is seen: error by step on a random walk, as a multiple of the last value's, the best there is.

    python benchmarks/random_walk.py [--seeds 3]

A walk of 3,000 normal steps; the networks train once, before the first origin, and forecast 12 steps from each of the
last 400 origins. A ratio of 1.00 at step 1 means that nothing of the newest row is lost.
"""

from __future__ import annotations

import argparse

import numpy as np
import pandas as pd

from tsrnn.backtesting import backtest
from tsrnn.forecasters.recurrent import GRUForecaster, LSTMForecaster
from tsrnn.training import Training

ROWS, HORIZON, ORIGINS = 3_000, 12, 400


def ratios(seed: int) -> pd.DataFrame:
    """MAE over that of the last value, a row a step and a column a model."""
    walk = pd.Series(np.random.default_rng(seed).normal(size=ROWS).cumsum(), name="walk")
    models = [kind(HORIZON, training=Training(seed=seed)) for kind in (GRUForecaster, LSTMForecaster)]
    result = backtest([*models, "naive"], walk, horizon=HORIZON, folds=ORIGINS, step=1, refit=False)
    errors = result.by_step().pivot_table(index="step", columns="model", values="mae")
    return errors[["gru", "lstm"]].div(errors["naive"], axis=0)


def main() -> None:
    """Prints the ratios of every seed at a few steps."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=3)
    found = {seed: ratios(seed) for seed in range(parser.parse_args().seeds)}
    print(pd.concat(found, names=["seed"]).unstack("step")[["gru", "lstm"]].round(3).T.to_string())


if __name__ == "__main__":
    main()
