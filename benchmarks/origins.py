"""Loss at one origin of a window or at several: accuracy and seconds on several series, mean over seeds.

    python benchmarks/origins.py [--seeds 3] [--origins 1,16,32] [--batch 64,16]

Each cell is a backtest of a GRU; a figure is MASE, with the seconds of all fits behind it.
"""

from __future__ import annotations

import argparse
from itertools import product

import pandas as pd

from tsrnn.backtesting import backtest
from tsrnn.forecasters.recurrent import GRUForecaster
from tsrnn.nn.direct import Direct
from tsrnn.training import Training
from tsrnn_datasets import load

# name -> (horizon, folds, the column taken, rows kept)
SERIES = {
    "co2": (12, 5, None, 2300),
    "elnino": (12, 5, None, 800),
    "sunspots": (10, 5, None, 400),
    "etth1": (24, 10, "OT", 8000),
    "sim-power": (24, 10, None, 8000),
    "taylor": (48, 10, None, 4032),
}


def score(name: str, origins: int, batch: int, seed: int) -> tuple[float, float]:
    """MASE and seconds of fitting."""
    horizon, folds, column, rows = SERIES[name]
    data = load(name)
    data = data[column] if column else data
    training = Training(seed=seed, batch_size=batch)
    model = GRUForecaster(horizon, decoder=Direct(origins=origins), training=training)
    board = backtest([model], data.tail(rows), horizon=horizon, folds=folds, refit=False).leaderboard()
    return float(board["mase"].iloc[0]), float(board["fit_seconds"].iloc[0])


def main() -> None:
    """Prints a table, a row a series."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--origins", default="1,16,32")
    parser.add_argument("--batch", default="64,16")
    parser.add_argument("--series", default=",".join(SERIES))
    options = parser.parse_args()
    ways = list(product(map(int, options.origins.split(",")), map(int, options.batch.split(","))))
    for name in options.series.split(","):
        cells = {}
        for origins, batch in ways:
            found = pd.DataFrame([score(name, origins, batch, seed) for seed in range(options.seeds)])
            cells[f"{origins} x {batch}"] = f"{found[0].mean():.3f} ± {found[0].std():.3f} ({found[1].mean():.1f} s)"
        print(pd.Series(cells, name=name).to_frame().T.to_string(), flush=True)


if __name__ == "__main__":
    main()
