"""Small series and quick models that many tests share."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from tsrnn.forecasters.protocol import PanelForecaster
from tsrnn.forecasters.recurrent import GRUForecaster, LSTMForecaster, RNNForecaster
from tsrnn.testing.samples import hourly as hourly
from tsrnn.testing.samples import long as long
from tsrnn.testing.samples import wide as wide
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
    from tsrnn.forecasters.seasonal_mean import SeasonalMeanForecaster
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
        "seasonal-mean": SeasonalMeanForecaster(horizon),
        "seasonal-naive": SeasonalNaiveForecaster(horizon),
        "theta": ThetaForecaster(horizon),
    }


def random_walk(rows: int, seed: int = 0) -> pd.Series:
    """Normal steps of unit deviation, summed up; its best forecast is its last value."""
    return pd.Series(np.random.default_rng(seed).normal(size=rows).cumsum(), name="walk")
