"""Fourier terms: a long season as a few waves, known ahead, in the place of seasonal lags.

From season 24 up a seasonal ARIMA carries a state for each row of the season and becomes slow; K pairs of sines and
cosines with ARIMA errors say much the same (Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 3rd
edition, section 10.5).
"""

from __future__ import annotations

from typing import cast

import numpy as np
import pandas as pd
from scipy.linalg import lstsq

from tsrnn.errors import DataError
from tsrnn.panel import Array, Counts, Flags, Panel

# From this season up the seasonal part is made of waves.
LONG_SEASON = 24
# Numbers of pairs that are compared; every one up to 12 would cost more and choose much the same.
PAIRS = (0, 1, 2, 3, 4, 6, 8, 10, 12, 16)
# The errors of the regressions compared are whitened by an autoregression of this order, less in a short series.
_LAGS = 5


def waves(places: Counts, season: int, pairs: int) -> Array:
    """`pairs` sines and cosines of the season at these places on the time axis, `(row, 2 · pairs)`.

    The sine of the shortest wave of an even season is zero everywhere and left out.

    >>> waves(np.arange(4), 4, 1).round(9)
    array([[ 0.,  1.],
           [ 1.,  0.],
           [ 0., -1.],
           [-1., -0.]])
    """
    # The remainder keeps angles small, so that far from the start they lose no digits.
    columns = []
    for pair in range(1, pairs + 1):
        angle = 2.0 * np.pi * ((places * pair) % season) / season
        columns += [np.cos(angle)] if 2 * pair == season else [np.sin(angle), np.cos(angle)]
    return np.stack(columns, axis=1) if columns else np.zeros((len(places), 0))


def places(panel: Panel, series: int, anchor: str) -> Counts:
    """Steps from the time `anchor` to each row of a series, `(row,)`, so that waves keep their phase in new rows."""
    times = panel.times[panel.rows(series)]
    frequency = panel.layout.frequency
    origin: pd.Index
    if frequency.kind == "steps":
        origin = pd.Index([int(anchor)], dtype=times.dtype)
    elif frequency.kind == "periods":
        origin = pd.PeriodIndex([anchor], freq=cast("pd.PeriodIndex", times).freq)
    else:
        stamps = cast("pd.DatetimeIndex", times)
        stamp = pd.Timestamp(anchor)
        origin = pd.DatetimeIndex([stamp if stamps.tz is None else stamp.tz_convert(stamps.tz)])
    first = 0
    if origin[0] != times[0]:
        first = int(frequency.strides(origin.append(times[:1]))[0])
        if not first:
            raise DataError(
                f"series {panel.names[series]!r}: its first row {times[0]} is no whole number of steps "
                f"({frequency.words}) from {anchor}, where the fitted rows began; give history on the same grid",
                series=panel.names[series],
                time=times[0],
            )
    return first + np.arange(len(times), dtype=np.int64)


def anchor(panel: Panel, series: int) -> str:
    """The time of a series' first row, as text that `places` reads."""
    first = panel.times[panel.rows(series)][0]
    return first.isoformat() if isinstance(first, pd.Timestamp) else str(first)


def choose_pairs(target: Array, regressors: Array, places: Counts, season: int, *, counts: Flags, order: int) -> int:
    """The number of pairs with the least AICc, after differencing `order` times.

    `target (row,)` and the other `regressors (row, column)` are given before differencing; rows where `counts` is false
    (filled gaps) are left out. All are compared with the same autoregressive errors on the same rows.
    """
    kept = counts[order:].copy()
    kept[:_LAGS] = False
    best, pairs = np.inf, 0
    for candidate in PAIRS:
        columns = np.column_stack([regressors, waves(places, season, candidate)])
        spare = int(kept.sum()) - columns.shape[1] - _LAGS - 3
        if candidate > season // 2 or spare <= columns.shape[1]:
            break
        score = _aicc(np.diff(target, order), np.diff(columns, order, axis=0), kept)
        if score < best - 1e-9:
            best, pairs = score, candidate
    return pairs


def fit_errors(target: Array, regressors: Array, kept: Flags) -> tuple[Array, Array]:
    """(coefficients, the constant first, and lags) of a regression with autoregressive errors, on the rows kept.

    By the iteration of Cochrane and Orcutt (1949).
    """
    columns = np.column_stack([np.ones(len(target)), regressors])
    most = min(_LAGS, int(kept.sum()) // 10)
    lags = np.zeros(most)
    for _ in range(4):
        y, x = _filtered(target, lags)[kept], _filtered(columns, lags)[kept]
        regression = lstsq(x, y, lapack_driver="gelsy", check_finite=False)[0]
        errors = target - columns @ regression
        if not most:
            break
        past = np.stack([np.concatenate((np.zeros(lag), errors[:-lag])) for lag in range(1, most + 1)], axis=1)
        lags = lstsq(past[kept], errors[kept], lapack_driver="gelsy", check_finite=False)[0]
    return regression, lags


def _aicc(target: Array, regressors: Array, kept: Flags) -> float:
    regression, lags = fit_errors(target, regressors, kept)
    errors = _filtered(target - regression[0] - regressors @ regression[1:], lags)[kept]
    rows, parameters = len(errors), len(regression) + _LAGS + 1
    spread = max(float(errors @ errors) / rows, np.finfo(float).tiny)
    return rows * float(np.log(spread)) + 2.0 * parameters * rows / (rows - parameters - 1)


def _filtered(rows: Array, lags: Array) -> Array:
    """Each row less what an autoregression with these lags expects of it."""
    found = rows.copy()
    for lag, weight in enumerate(lags, start=1):
        found[lag:] -= weight * rows[:-lag]
    return found
