"""One cell judged: floors once, three GRUs for each seed, the errors of their mean at every origin of the test.

Networks and ridge are judged by themselves, and once more with the mean of the last seasons mixed in (`mix.py`).
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sklearn.base import clone

from referee.cells import Cell, Split, split
from referee.floors import Ridge, last_value, seasonal_naive
from referee.mix import Mix, ahead
from referee.origins import forecasts
from tsrnn.equal_loss import panel_test
from tsrnn.forecasters.ensemble import EnsembleForecaster
from tsrnn.forecasters.recurrent import GRUForecaster
from tsrnn.nn.heads import Point
from tsrnn.nn.segment import Segment
from tsrnn.panel import Array
from tsrnn.training import Training

LOOKBACKS, QUICK_LOOKBACKS = (336, 512, 720), (48, 96)
_MEMBERS = 3
_ROWS_A_STEP = 12 * 30 * 24 / 50  # rows of training for each step of an epoch, which has at least 50


def gru(cell: Cell, rows: Split, lookback: int, seed: int, quick: bool) -> EnsembleForecaster:
    """The mean of three networks, each from a seed of its own.

    The same settings for all cells, with more steps where there are more rows; chosen on splits of the training and
    validation rows.
    """
    training = Training(
        epochs=1 if quick else 10,
        batch_size=256,
        steps_per_epoch=5 if quick else max(50, round(rows.train / _ROWS_A_STEP)),
        learning_rate=1e-3,
        validation=rows.share,
        patience=4,
    )
    one = GRUForecaster(
        cell.horizon,
        lookback,
        hidden_size=16 if quick else 128,
        decoder=Segment(),
        head=Point(),
        transform="deviation",
        training=training,
    )
    seeds = range(_MEMBERS * seed, _MEMBERS * (seed + 1))
    members = [clone(one).set_params(training=replace(training, seed=own), name=f"gru-{own}") for own in seeds]
    return EnsembleForecaster(members)


@dataclass(frozen=True)
class Errors:
    """A forecast's errors in units of training, mean over series and steps: `squared` and `absolute (origin,)`."""

    squared: Array
    absolute: Array

    @staticmethod
    def of(forecast: Array, actual: Array) -> Errors:
        """NaN where nothing was measured counts for nothing."""
        wrong = forecast - actual
        return Errors(np.nanmean(wrong**2, axis=(1, 2)), np.nanmean(np.abs(wrong), axis=(1, 2)))

    @property
    def mse(self) -> float:
        """Over all origins."""
        return float(self.squared.mean())

    @property
    def mae(self) -> float:
        """Over all origins."""
        return float(self.absolute.mean())


@dataclass(frozen=True)
class Network:
    """What a seed came to: errors alone and mixed, the last step's weight of the mean, epochs, seconds of fitting."""

    alone: Errors
    mixed: Errors
    weight: float
    epochs: list[int]
    seconds: float

    def record(self) -> dict[str, Any]:
        """For the JSON."""
        own = {"mse": self.alone.mse, "mae": self.alone.mae}
        mixed = {"mse": self.mixed.mse, "mae": self.mixed.mae, "weight_of_mean": self.weight}
        return own | {"mixed": mixed, "best_epochs": self.epochs, "fit_seconds": round(self.seconds, 1)}


@dataclass(frozen=True)
class Found:
    """What a cell came to: rows read, what each seed came to, and the floors by name."""

    cell: Cell
    lookback: int
    networks: dict[int, Network]
    floors: dict[str, Errors]

    def lead(self, floor: str, measure: str = "squared", own: str = "alone") -> tuple[float, float]:
        """Mean loss of a GRU, `"alone"` or `"mixed"`, over that of the floor, and how likely such a gap is by luck.

        The loss at each origin is the mean over seeds; origins whose horizons overlap are counted as what they are.
        """
        losses = np.mean([getattr(getattr(seed, own), measure) for seed in self.networks.values()], axis=0)
        other = getattr(self.floors[floor], measure)
        return float(losses.mean() / other.mean()), panel_test(losses, other, overlap=self.cell.horizon - 1).p_value

    def record(self) -> dict[str, Any]:
        """For the JSON: every seed by itself."""
        networks = [{"seed": seed} | found.record() for seed, found in self.networks.items()]
        leads = {
            "mse_to_ridge": self.lead("ridge"),
            "mixed_mse_to_ridge": self.lead("ridge", own="mixed"),
            "mae_to_ridge": self.lead("ridge", "absolute"),
            "mae_to_last_value": self.lead("last value", "absolute"),
        }
        floors = {name: {"mse": errors.mse, "mae": errors.mae} for name, errors in self.floors.items()}
        name, published = self.cell.name, self.cell.published
        own = {"cell": name, "lookback": self.lookback, "gru": networks}
        return own | {"floors": floors, "published": published, "ratio_and_p_value": leads}


def judge(cell: Cell, seeds: range, quick: bool) -> Found:
    """Trains and scores everything in one cell."""
    rows, horizon = split(cell), cell.horizon
    units, known = rows.units, rows.origins("test", horizon)
    actual, mix = ahead(units, known, horizon), Mix(cell, rows)
    tried = [Ridge(cell, rows, lookback) for lookback in (QUICK_LOOKBACKS if quick else LOOKBACKS)]
    ridge = min(tried, key=lambda one: one.error)
    mapped = ridge.forecasts(units, known)
    weights = mix.weights(ridge.forecasts(units, mix.known))
    floors = {
        "ridge": Errors.of(mapped, actual),
        "ridge and mean": Errors.of(mix.mixed(mapped, weights), actual),
        "last value": Errors.of(last_value(units, known, horizon), actual),
        "seasonal naive": Errors.of(seasonal_naive(units, known, horizon, cell.season), actual),
    }
    networks = {}
    for seed in seeds:
        began = time.perf_counter()
        model = gru(cell, rows, ridge.lookback, seed, quick).fit(rows.learned_from)
        seconds = time.perf_counter() - began
        epochs = [part.history.best for part in model.learned().model.parts]
        weights = mix.weights(rows.in_units(forecasts(model, rows.panel, mix.known, horizon)))
        found = rows.in_units(forecasts(model, rows.panel, known, horizon))
        mixed = Errors.of(mix.mixed(found, weights), actual)
        networks[seed] = Network(Errors.of(found, actual), mixed, float(weights[-1]), epochs, seconds)
    return Found(cell, ridge.lookback, networks, floors)
