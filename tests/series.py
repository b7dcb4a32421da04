"""Small series and quick models that many tests share."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from tsrnn.forecasters.protocol import PanelForecaster
from tsrnn.forecasters.recurrent import GRUForecaster, LSTMForecaster, RNNForecaster
from tsrnn.training import Training

HORIZON = 4
QUICK = Training(epochs=2, steps_per_epoch=4, batch_size=16)


def forecasters(horizon: int = HORIZON) -> dict[str, PanelForecaster]:
    """One quick model of every kind, by name."""
    from tsrnn.forecasters.arima import ARIMAForecaster
    from tsrnn.forecasters.boosting import BoostingForecaster
    from tsrnn.forecasters.linear import RidgeForecaster
    from tsrnn.forecasters.means import MeanForecaster, SeasonalDriftForecaster
    from tsrnn.forecasters.naive import DriftForecaster, NaiveForecaster, SeasonalNaiveForecaster
    from tsrnn.forecasters.smoothing import ETSForecaster, ThetaForecaster

    small: dict[str, Any] = {"lookback": 12, "hidden_size": 8, "training": QUICK}
    return {
        "arima": ARIMAForecaster(horizon, order=(1, 0, 0)),
        "boosting": BoostingForecaster(horizon, 12, trees=3),
        "drift": DriftForecaster(horizon),
        "ets": ETSForecaster(horizon, form="ANN"),
        "gru": GRUForecaster(horizon, **small),
        "lstm": LSTMForecaster(horizon, **small),
        "mean": MeanForecaster(horizon),
        "naive": NaiveForecaster(horizon),
        "ridge": RidgeForecaster(horizon, 12),
        "rnn": RNNForecaster(horizon, **small),
        "seasonal-drift": SeasonalDriftForecaster(horizon),
        "seasonal-naive": SeasonalNaiveForecaster(horizon),
        "theta": ThetaForecaster(horizon),
    }


def hourly(rows: int = 96, seed: int = 0, zone: str | None = None) -> pd.Series:
    """A daily wave with noise, one row an hour."""
    index = pd.date_range("2024-03-29", periods=rows, freq="h", tz=zone, name="time")
    noise = np.random.default_rng(seed).normal(scale=0.3, size=rows)
    return pd.Series(10.0 + 3.0 * np.sin(2 * np.pi * np.arange(rows) / 24) + noise, index, name="load")


def wide(rows: int = 96) -> pd.DataFrame:
    """Three hourly series side by side, not in the order of their names."""
    return pd.DataFrame({name: hourly(rows, seed) for seed, name in enumerate(("north", "east", "south"))})


def long(rows: int = 96) -> pd.DataFrame:
    """Three monthly series of different lengths, one below the other."""
    parts = []
    for seed, name in enumerate(("b", "c", "a")):
        values = hourly(rows - 10 * seed, seed).to_numpy()
        stamps = pd.date_range("2001-01-31", periods=len(values), freq="ME")
        parts.append(pd.DataFrame({"unique_id": name, "ds": stamps, "y": values}))
    return pd.concat(parts, ignore_index=True)


def random_walk(rows: int, seed: int = 0) -> pd.Series:
    """Normal steps of unit deviation, summed up; its best forecast is its last value."""
    return pd.Series(np.random.default_rng(seed).normal(size=rows).cumsum(), name="walk")
