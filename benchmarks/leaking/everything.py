"""Every forecaster, decoder, head, transform and kind of column, each as a pipeline that must not look ahead."""

from __future__ import annotations

from typing import Any

import pandas as pd

from leaking.windows import HORIZON, driven
from tsrnn.columns import Columns
from tsrnn.conformal import ConformalForecaster
from tsrnn.forecasters.arima import ARIMAForecaster
from tsrnn.forecasters.boosting import BoostingForecaster
from tsrnn.forecasters.ensemble import EnsembleForecaster
from tsrnn.forecasters.linear import RidgeForecaster
from tsrnn.forecasters.naive import DriftForecaster, NaiveForecaster, SeasonalNaiveForecaster
from tsrnn.forecasters.names import FORECASTERS, make_forecaster
from tsrnn.forecasters.protocol import PanelForecaster
from tsrnn.forecasters.recurrent import GRUForecaster, LSTMForecaster, RNNForecaster
from tsrnn.forecasters.smoothing import ETSForecaster
from tsrnn.nn.cycle import Cycle
from tsrnn.nn.distributions import Normal
from tsrnn.nn.rollout import Recursive
from tsrnn.nn.segment import Segment
from tsrnn.nn.seq2seq import Seq2Seq
from tsrnn.testing.samples import long, wide
from tsrnn.training import Training

QUICK = Training(epochs=2, steps_per_epoch=4, batch_size=16)
SMALL: dict[str, Any] = {"lookback": 12, "hidden_size": 8, "training": QUICK}

COLUMNS = {
    "past": Columns(target="load", past="driver"),
    "future": Columns(target="load", future="driver"),
    "categorical": Columns(target="load", future="sky", categorical="sky"),
    "calendar": Columns(target="load", calendar=True),
    "holidays": Columns(target="load", holidays="DE"),
    "joint": Columns(target=("load", "driver"), joint=True),
}


def forecasters() -> dict[str, PanelForecaster]:
    """One quick model of every kind that can be typed, and of every decoder."""
    quick: dict[str, PanelForecaster] = {
        "arima": ARIMAForecaster(HORIZON, order=(1, 0, 0)),
        "boosting": BoostingForecaster(HORIZON, 12, trees=3),
        "conformal": ConformalForecaster(NaiveForecaster(HORIZON)),
        "ensemble": EnsembleForecaster((NaiveForecaster(HORIZON), SeasonalNaiveForecaster(HORIZON)), weights="learned"),
        "ets": ETSForecaster(HORIZON, form="ANN"),
        "gru": GRUForecaster(HORIZON, **SMALL),
        "lstm": LSTMForecaster(HORIZON, **SMALL),
        "ridge": RidgeForecaster(HORIZON, 12),
        "rnn": RNNForecaster(HORIZON, **SMALL),
        "gru, cycle": GRUForecaster(HORIZON, **SMALL, decoder=Cycle(6)),
        "gru, recursive": GRUForecaster(HORIZON, **SMALL, decoder=Recursive(samples=20), head=Normal()),
        "gru, segment": GRUForecaster(HORIZON, **SMALL, decoder=Segment(4, linear="ridge")),
        "gru, seq2seq": GRUForecaster(HORIZON, **SMALL, decoder=Seq2Seq()),
    }
    return {name: make_forecaster(name, HORIZON) for name in FORECASTERS if name not in quick} | quick


def columned() -> pd.DataFrame:
    """Columns for every part that one can play."""
    data = driven()
    return data.assign(sky=(data["driver"] > data["driver"].mean()).map({True: "clear", False: "grey"}))


def cases() -> dict[str, dict[str, Any]]:
    """Every forecaster on wide and long data; every transform; every kind of column with those that read it."""
    found: dict[str, dict[str, Any]] = {}
    for name, model in forecasters().items():
        found[f"{name}, side by side"] = {"model": model, "data": wide()}
        found[f"{name}, of different ends"] = {"model": model, "data": long()}
    for transform in ("log", "boxcox", "difference", ("log", "difference")):
        model = GRUForecaster(HORIZON, **SMALL, transform=transform)
        found[f"transform {transform}"] = {"model": model, "data": wide()}
    readers = {"gru": GRUForecaster(HORIZON, **SMALL), "ridge": RidgeForecaster(HORIZON, 12)}
    readers |= {"boosting": BoostingForecaster(HORIZON, 12, trees=3), "drift": DriftForecaster(HORIZON)}
    for kind, columns in COLUMNS.items():
        data = columned()[sorted({*columns.named("target"), *columns.named("past"), *columns.named("future")})]
        for name, reader in readers.items():
            found[f"{kind} columns, {name}"] = {"model": reader, "data": data, "columns": columns}
    static = long().assign(size=lambda rows: rows["unique_id"].map({"a": 1.0, "b": 2.0, "c": 4.0}))
    for name, reader in readers.items():
        roles = Columns("unique_id", "ds", "y", static="size")
        found[f"static columns, {name}"] = {"model": reader, "data": static, "columns": roles}
    return found
