"""ETT, 48 hours ahead, at the 20 origins that end the file: the cell of the GIFT evaluation, errors and intervals.

The seven series are hourly means of the quarter-hourly ones; MASE has a season of 24 and the errors of all rows before
an origin for its unit, CRPS is the mean weighted quantile loss of nine tenths (Aksu et al., GIFT-Eval, 2024). The
seasonal naive forecast has the MASE published there. The network's settings were chosen on the 960 hours before those
rows, what it is mixed with on these and the 1,920 before them.

A network for all series and a ridge regression for each learn once, before the first of those origins. The network is
judged by itself and mixed with them; intervals are calibrated anew at each origin, on what the ten windows before held.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pandas as pd

from referee.origins import newest
from tsrnn.conformal import quantile
from tsrnn.forecasters.linear import RidgeForecaster
from tsrnn.forecasters.local import LocalForecaster
from tsrnn.forecasters.protocol import PanelForecaster
from tsrnn.forecasters.recurrent import GRUForecaster
from tsrnn.frame import read
from tsrnn.metrics import naive_scale, weighted_quantile_loss
from tsrnn.nn.heads import Quantiles
from tsrnn.nn.segment import Segment
from tsrnn.panel import Array
from tsrnn.training import Training
from tsrnn_datasets import load

NAME = "ett1-hourly-48"
HORIZON, WINDOWS, CALIBRATION, SEASON = 48, 20, 10, 24
SHARE = 0.6  # of the GRU in the mix, which is EnsembleForecaster([gru, ridge], weights=[SHARE, 1 - SHARE])
TENTHS = tuple(float(tenth) for tenth in np.arange(1, 10).round(1) / 10)
PUBLISHED = {
    "seasonal naive": {"mase": 0.977, "crps": 0.240},
    "ARIMA": {"mase": 0.995, "crps": 0.223},
    "xLSTM-Mixer": {"mase": 0.863, "crps": 0.181},
}
_DRAWS = 2000


def gru(seed: int, quick: bool) -> GRUForecaster:
    """Chosen on the 20 windows before those that are judged."""
    training = Training(
        epochs=1 if quick else 6,
        batch_size=256,
        steps_per_epoch=5 if quick else 100,
        learning_rate=1e-3,
        seed=seed,
    )
    return GRUForecaster(
        HORIZON,
        96 if quick else 336,
        hidden_size=8 if quick else 128,
        decoder=Segment(24),
        head=Quantiles(TENTHS),
        training=training,
    )


def judge(seeds: range, quick: bool = False) -> dict[str, Any]:
    """Every seed's MASE, CRPS and coverage, the band of that coverage, and the seasonal naive's errors."""
    frame = hourly(quick)
    values = frame.to_numpy()
    before = len(frame) - HORIZON * np.arange(WINDOWS + CALIBRATION, 0, -1)
    passed = np.stack([values[origin : origin + HORIZON].T for origin in before])  # (origin, series, step)
    origins, actual = before[CALIBRATION:], passed[CALIBRATION:]
    unit = np.array([[naive_scale(own[:origin], SEASON) for own in values.T] for origin in origins])
    naive = np.stack([np.resize(values[origin - SEASON : origin], (HORIZON, len(values.T))).T for origin in origins])
    floors = {"seasonal naive": _errors(actual, np.repeat(naive[..., None], len(TENTHS), -1), unit)}
    models: dict[str, list[dict[str, Any]]] = {"GRU and ridge": [], "GRU": []}
    local = tenths(ridge(quick).fit(frame.iloc[: origins[0]]), frame, before) if seeds else None
    for seed in seeds:
        began = time.perf_counter()
        network = gru(seed, quick).fit(frame.iloc[: origins[0]])
        own = {"seed": seed, "fit_seconds": round(time.perf_counter() - began, 1)}
        found = tenths(network, frame, before)
        for name, quantiles in (("GRU", found), ("GRU and ridge", SHARE * found + (1 - SHARE) * local)):
            models[name].append(_judged(recalibrated(quantiles, passed, unit[0]), actual, unit) | own)
    return {"cell": NAME, "models": models, "floors": floors, "published": PUBLISHED}


def ridge(quick: bool) -> LocalForecaster:
    """A map of each series from two weeks to the hours ahead."""
    return LocalForecaster(RidgeForecaster(HORIZON, 96 if quick else 336))


def hourly(quick: bool) -> pd.DataFrame:
    """Hourly means of all series, rows numbered, columns in the order of a panel's series."""
    frame = load("sim-power") if quick else load("ettm1").astype(float).resample("h").mean()
    frame = frame.reset_index(drop=True)
    return frame[[*read(frame, None, None).names]]


def tenths(model: PanelForecaster, frame: pd.DataFrame, origins: Array) -> Array:
    """The nine tenths ahead of each origin, `(origin, series, step, tenth)`; nothing is learned anew."""
    fitted = model.learned().model
    windows = newest(read(frame, None, None), origins, fitted.memory)
    levels = tuple(round(100.0 * (1.0 - 2.0 * tenth)) for tenth in TENTHS[:4])
    answer = fitted.forecast(windows, HORIZON, levels, np.zeros((len(windows.names), HORIZON, 0)))
    ends = [answer.bounds[level] for level in levels]
    parts = [*(low for low, _ in ends), answer.point, *(high for _, high in reversed(ends))]
    return np.concatenate(parts, axis=-1).reshape(len(origins), -1, HORIZON, len(TENTHS))


def recalibrated(quantiles: Array, actual: Array, unit: Array, windows: int = CALIBRATION) -> Array:
    """Tenths of all origins but the first `windows`, moved outwards or inwards by what the windows before them held.

    Takes `quantiles (origin, series, step, tenth)`, `actual (origin, series, step)` and the unit of each series: errors
    are pooled over series. Conformalized quantile regression (Romano, Patterson and Candès, 2019), anew at each origin.
    """
    middle, moved = quantiles[windows:, ..., len(TENTHS) // 2], quantiles[windows:].copy()
    for side, tenth in enumerate(TENTHS[:4]):
        low, high = quantiles[..., side], quantiles[..., -1 - side]
        scores = np.maximum(low - actual, actual - high) / unit[:, None]  # (origin, series, step)
        for place in range(len(moved)):
            past = np.sort(scores[place : place + windows].reshape(-1, scores.shape[-1]), axis=0)  # (score, step)
            reach = quantile(past, 100.0 * (1.0 - 2.0 * tenth)) * unit[:, None]
            moved[place, ..., side] = np.minimum(low[windows + place] - reach, middle[place])
            moved[place, ..., -1 - side] = np.maximum(high[windows + place] + reach, middle[place])
    return np.sort(moved, axis=-1)


def band(shares: Array, draws: int = _DRAWS, block: int = 4) -> tuple[float, float]:
    """Between which values the mean of `shares (origin,)` lies in 95 of 100 draws of blocks of neighbouring origins.

    The circular block bootstrap (Politis and Romano, 1992).
    """
    count = len(shares)
    begins = np.random.default_rng(0).integers(count, size=(draws, -(-count // block)))
    rows = (begins[..., None] + np.arange(block)) % count
    means = shares[rows.reshape(draws, -1)[:, :count]].mean(axis=1)
    low, high = np.quantile(means, (0.025, 0.975))
    return float(low), float(high)


def _judged(quantiles: Array, actual: Array, unit: Array) -> dict[str, float]:
    held = (actual >= quantiles[..., 0]) & (actual <= quantiles[..., -1])
    low, high = band(held.mean(axis=(1, 2)))
    coverage = {"coverage": float(held.mean()), "coverage_low": low, "coverage_high": high}
    return _errors(actual, quantiles, unit) | coverage


def _errors(actual: Array, quantiles: Array, unit: Array) -> dict[str, float]:
    middle = quantiles[..., len(TENTHS) // 2]
    scaled = np.abs(actual - middle).mean(axis=-1) / unit
    return {"mase": float(scaled.mean()), "crps": weighted_quantile_loss(actual, quantiles, TENTHS)}
