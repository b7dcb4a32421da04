"""M4 Hourly by the competition's rules: the 48 hours after the training part of 414 series, and its metrics.

One GRU learns from all series, a ridge regression from each; both are judged, and both mixed.

sMAPE and MASE are means over the series, OWA is that of both beside Naive2, MSIS that of 95 % intervals (Makridakis,
Spiliotis and Assimakopoulos, The M4 competition, 2020). Settings were chosen on the last 48 hours of the training part.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pandas as pd

from tsrnn.columns import Columns
from tsrnn.forecasters.linear import RidgeForecaster
from tsrnn.forecasters.local import LocalForecaster
from tsrnn.forecasters.protocol import PanelForecaster
from tsrnn.forecasters.recurrent import GRUForecaster
from tsrnn.metrics import coverage, mase, msis, owa, smape
from tsrnn.naive2 import naive2
from tsrnn.nn.heads import Quantiles
from tsrnn.nn.segment import Segment
from tsrnn.panel import Array
from tsrnn.training import Training
from tsrnn_datasets import load

NAME = "m4-hourly"
HORIZON, SEASON, LEVEL = 48, 24, 95
SHARE = 0.3  # of the GRU in the mix, which is EnsembleForecaster([gru, ridge], weights=[SHARE, 1 - SHARE])
COLUMNS = Columns(id="unique_id", time="ds", target="y")
# The organisers' tables: sMAPE, MASE and OWA stand in the data set of published scores, MSIS in their workbook alone.
PUBLISHED = {"118": ("ES-RNN, the winner", 7.93), "245": ("FFORMA", 18.51)}


def gru(seed: int, quick: bool) -> GRUForecaster:
    """One network for all series, of their logarithms."""
    training = Training(
        epochs=1 if quick else 8,
        batch_size=256,
        steps_per_epoch=5 if quick else 100,
        learning_rate=1e-3,
        validation=0.05,
        average=0.99,
        seed=seed,
    )
    return GRUForecaster(
        HORIZON,
        336,
        hidden_size=8 if quick else 128,
        decoder=Segment(24, normalize="revin", dropout=0.4),
        head=Quantiles((0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)),
        transform="log",
        training=training,
    )


def ridge() -> LocalForecaster:
    """A map of a week of logarithms to the hours ahead for each series."""
    return LocalForecaster(RidgeForecaster(HORIZON, 168, transform="log"))


def judge(seeds: range, quick: bool = False) -> dict[str, Any]:
    """Every seed's scores, those of simple forecasts of the same rows, and the published ones."""
    train, test = parts(quick)
    past, actual = by_series(train), by_series(test)
    rules = {"Naive2": {name: naive2(rows, HORIZON, SEASON) for name, rows in past.items()}}
    rules["seasonal naive"] = {name: np.resize(rows[-SEASON:], HORIZON) for name, rows in past.items()}
    unit = _errors(past, actual, rules["Naive2"])
    floors = {name: _scores(_errors(past, actual, ahead), unit) for name, ahead in rules.items()}
    found: dict[str, list[dict[str, Any]]] = {"GRU and ridge": [], "GRU": [], "ridge of each series": []}
    if seeds:
        local, seconds = ends(ridge(), train)
        found["ridge of each series"] = [judged(local, past, actual, unit) | {"fit_seconds": seconds}]
    for seed in seeds:
        network, seconds = ends(gru(seed, quick), train)
        own = {"seed": seed, "fit_seconds": seconds}
        found["GRU"].append(judged(network, past, actual, unit) | own)
        found["GRU and ridge"].append(judged(mixed(network, local), past, actual, unit) | own)
    return {
        "cell": NAME,
        "models": found,
        "floors": floors,
        "published": {} if quick else published(),
    }


Ends = dict[str, dict[str, Array]]  # the forecast, "", and both ends of its interval, "lo" and "hi", by series


def ends(model: PanelForecaster, train: pd.DataFrame) -> tuple[Ends, float]:
    """What a model fitted to `train` forecasts, and how many seconds it took to fit."""
    began = time.perf_counter()
    model.fit(train, COLUMNS)
    seconds = time.perf_counter() - began
    answer = model.predict(levels=[LEVEL])
    columns = {"": "y", "lo": f"y-lo-{LEVEL}", "hi": f"y-hi-{LEVEL}"}
    return {end: by_series(answer, column) for end, column in columns.items()}, round(seconds, 1)


def mixed(network: Ends, local: Ends) -> Ends:
    """The weighted mean of forecasts and of ends."""
    return {
        end: {name: SHARE * own + (1 - SHARE) * local[end][name] for name, own in each.items()}
        for end, each in network.items()
    }


def judged(answer: Ends, past: dict[str, Array], actual: dict[str, Array], unit: Array) -> dict[str, Any]:
    """An answer's scores."""
    ahead, low, high = answer[""], answer["lo"], answer["hi"]
    scores = _scores(_errors(past, actual, ahead), unit)
    held = [coverage(actual[name], low[name], high[name]) for name in actual]
    wide = [msis(actual[name], low[name], high[name], past[name], SEASON, LEVEL) for name in actual]
    return scores | {"msis": float(np.mean(wide)), "coverage": float(np.mean(held))}


def parts(quick: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows to learn from and the 48 of each series to forecast; three simulated series to see that it runs."""
    if not quick:
        return load(NAME), load(f"{NAME}-test")
    rows = 700 + HORIZON
    values = load("sim-power").iloc[: 3 * rows, 0].to_numpy(np.float64)
    stamps, names = np.tile(np.arange(1, rows + 1), 3), np.repeat(["one", "two", "three"], rows)
    frame = pd.DataFrame({"unique_id": names, "ds": stamps, "y": values})
    return frame[stamps <= 700], frame[stamps > 700]


def by_series(frame: pd.DataFrame, column: str = "y") -> dict[str, Array]:
    """A column of a long frame, by series."""
    return {str(name): own.to_numpy(np.float64) for name, own in frame.groupby("unique_id", sort=False)[column]}


def published() -> dict[str, dict[str, float]]:
    """What the organisers published of the best, by their name."""
    table = load("m4-published-scores").astype({"method": str}).set_index("method")
    found = {}
    for method, (name, wide) in PUBLISHED.items():
        row = table.loc[method]
        found[name] = {score.lower(): float(row[f"{score}_Hourly"]) for score in ("sMAPE", "MASE", "OWA")}
        found[name]["msis"] = wide
    return found


def _errors(past: dict[str, Array], actual: dict[str, Array], ahead: dict[str, Array]) -> Array:
    """Mean sMAPE and mean MASE."""
    each = [(smape(true, ahead[name]), mase(true, ahead[name], past[name], SEASON)) for name, true in actual.items()]
    return np.mean(each, axis=0)


def _scores(errors: Array, unit: Array) -> dict[str, float]:
    """Both errors, and OWA beside Naive2's."""
    return {"smape": float(errors[0]), "mase": float(errors[1]), "owa": float(owa(*errors, *unit))}
