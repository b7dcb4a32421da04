"""One cell judged: floors once, a GRU for each seed, all errors at every origin of the test."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from referee.cells import Cell, Split, split
from referee.floors import Ridge, last_value, seasonal_naive
from referee.origins import forecasts
from tsrnn.equal_loss import panel_test
from tsrnn.forecasters.recurrent import GRUForecaster
from tsrnn.nn.heads import Point
from tsrnn.nn.segment import Segment
from tsrnn.panel import Array
from tsrnn.training import Training

LOOKBACK, QUICK_LOOKBACK = 720, 96
_ROWS_A_STEP = 12 * 30 * 24 / 50  # rows of training for each step of an epoch, which has at least 50


def gru(cell: Cell, rows: Split, seed: int, quick: bool) -> GRUForecaster:
    """The same settings for all cells, with more steps where there are more rows; chosen on validation rows."""
    training = Training(
        epochs=1 if quick else 10,
        batch_size=256,
        steps_per_epoch=5 if quick else max(50, round(rows.train / _ROWS_A_STEP)),
        learning_rate=1e-3,
        validation=rows.share,
        seed=seed,
    )
    return GRUForecaster(
        cell.horizon,
        QUICK_LOOKBACK if quick else LOOKBACK,
        hidden_size=16 if quick else 128,
        decoder=Segment(),
        head=Point("huber"),
        training=training,
    )


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
class Found:
    """What a cell came to: a GRU for each seed, its epochs and seconds of fitting, and the floors by name."""

    cell: Cell
    networks: dict[int, Errors]
    epochs: dict[int, int]
    seconds: dict[int, float]
    floors: dict[str, Errors]

    def lead(self, floor: str, measure: str = "squared") -> tuple[float, float]:
        """Mean loss of a GRU over that of the floor, and how likely such a gap is by luck.

        The loss at each origin is the mean over seeds; origins whose horizons overlap are counted as what they are.
        """
        own = np.mean([getattr(errors, measure) for errors in self.networks.values()], axis=0)
        other = getattr(self.floors[floor], measure)
        return float(own.mean() / other.mean()), panel_test(own, other, overlap=self.cell.horizon - 1).p_value

    def record(self) -> dict[str, Any]:
        """For the JSON: every seed by itself."""
        networks = [
            {"seed": seed, "mse": errors.mse, "mae": errors.mae}
            | {"best_epoch": self.epochs[seed], "fit_seconds": round(self.seconds[seed], 1)}
            for seed, errors in self.networks.items()
        ]
        leads = {
            "mse_to_ridge": self.lead("ridge"),
            "mae_to_ridge": self.lead("ridge", "absolute"),
            "mae_to_last_value": self.lead("last value", "absolute"),
        }
        floors = {name: {"mse": errors.mse, "mae": errors.mae} for name, errors in self.floors.items()}
        name, published = self.cell.name, self.cell.published
        return {"cell": name, "gru": networks, "floors": floors, "published": published, "ratio_and_p_value": leads}


def judge(cell: Cell, seeds: range, quick: bool) -> Found:
    """Trains and scores everything in one cell."""
    rows, horizon = split(cell), cell.horizon
    units, known = rows.units, rows.origins("test", horizon)
    actual = units[known[:, None] + np.arange(horizon)].transpose(0, 2, 1)  # (origin, series, step)
    ridge = Ridge(cell, rows, QUICK_LOOKBACK if quick else LOOKBACK)
    floors = {
        "ridge": Errors.of(ridge.forecasts(units, known), actual),
        "last value": Errors.of(last_value(units, known, horizon), actual),
        "seasonal naive": Errors.of(seasonal_naive(units, known, horizon, cell.season), actual),
    }
    networks, epochs, seconds = {}, {}, {}
    for seed in seeds:
        began = time.perf_counter()
        model = gru(cell, rows, seed, quick).fit(rows.learned_from)
        seconds[seed] = time.perf_counter() - began
        epochs[seed] = model.learned().model.history.best
        ahead = forecasts(model, rows.panel, known, horizon)
        networks[seed] = Errors.of((ahead - rows.mean[:, None]) / rows.spread[:, None], actual)
    return Found(cell, networks, epochs, seconds, floors)
