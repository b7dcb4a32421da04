"""An ARIMA in state space: the Kalman filter gives the likelihood of a series with gaps, and the forecasts of any.

Innovations have variance 1 here; multiply by `sigma2` outside. States that differencing leaves without a distribution
are started exactly diffuse (Durbin and Koopman 2012, chapter 5), so no level of the series is preferred.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from statsmodels.tsa.statespace.kalman_filter import MEMORY_CONSERVE, MEMORY_NO_FORECAST
from statsmodels.tsa.statespace.sarimax import SARIMAX

from tsrnn.forecasters.arma import FAR, Order, White, Whiten
from tsrnn.panel import Array

# What is left of a diffuse variance after the rows that used it up is rounding.
_DIFFUSE = 1e-10


def whitener(target: Array, regressors: Array, order: Order) -> Whiten:
    """The whitener of a series with gaps: `target (row,)` not yet differenced and NaN in its gaps.

    `regressors (row, column)` are not differenced either. When `order.constant`, a first column that differences to one
    is added. Each column costs one pass of the filter, so keep them few.
    """
    gaps = np.isnan(target)
    if order.constant:
        regressors = np.column_stack([trend(len(target), order), regressors])
    columns = np.column_stack([target, np.where(gaps[:, None], np.nan, regressors)])
    memory = MEMORY_CONSERVE & ~MEMORY_NO_FORECAST
    # The rows that settle the starting level say nothing of the coefficients, and are the same for all of them.
    plain = _filter(target, np.zeros(0), np.zeros(0), order, memory)
    counts = ~gaps
    if plain.nobs_diffuse:
        counts &= plain.forecasts_error_diffuse_cov[0, 0] <= _DIFFUSE

    def whiten(ar: Array, ma: Array) -> White:
        passes = [_filter(column, ar, ma, order, memory) for column in columns.T]
        variance = passes[0].forecasts_error_cov[0, 0][counts]
        rows = np.stack([found.forecasts_error[0][counts] for found in passes], axis=1)
        if not (np.isfinite(rows).all() and (variance > 0.5).all()):
            # No forecast is surer than one innovation, so rounding has the upper hand: the climb leaves this point.
            return White(np.full(len(rows), FAR), np.zeros((len(rows), rows.shape[1] - 1)), 0.0)
        rows /= np.sqrt(variance)[:, None]
        return White(rows[:, 0], rows[:, 1:], float(np.log(variance).mean()) if len(variance) else 0.0)

    return whiten


def ahead(target: Array, ar: Array, ma: Array, order: Order, drift: float, horizon: int) -> tuple[Array, Array] | None:
    """Mean and variance of the next `horizon` steps, both `(step,)`, for lag coefficients `ar`, `ma`.

    `target (row,)` is NaN in its gaps; `drift` is the mean of the differenced series. None where the rows observed do
    not settle the level that differencing removes.
    """
    found = _settled(target, ar, ma, order, drift)
    if found is None:
        return None
    design, transition = found.design[0, :, -1], found.transition[:, :, -1]
    constant = found.state_intercept[:, -1]
    noise = found.selection[:, :, -1] @ found.state_cov[:, :, -1] @ found.selection[:, :, -1].T
    state, spread = found.predicted_state[:, -1], found.predicted_state_cov[:, :, -1]
    mean, variance = np.empty(horizon), np.empty(horizon)
    for step in range(horizon):
        mean[step], variance[step] = design @ state, design @ spread @ design
        state, spread = transition @ state + constant, transition @ spread @ transition.T + noise
    return mean, np.maximum(variance, 0.0)


def paths(
    target: Array, ar: Array, ma: Array, order: Order, drift: float, innovations: Array, rng: np.random.Generator
) -> Array | None:
    """Sample paths `(path, step)` driven by `innovations` of that shape; other arguments, and None, as in `ahead`.

    `rng` draws what the filter does not know of the state at the last row.
    """
    found = _settled(target, ar, ma, order, drift)
    if found is None:
        return None
    design, transition = found.design[0, :, -1], found.transition[:, :, -1]
    constant, impulse = found.state_intercept[:, -1], found.selection[:, 0, -1]
    # The filter's state is that of the first step ahead, whose own innovation is among what it does not know.
    known = found.predicted_state_cov[:, :, -1] - np.outer(impulse, impulse)
    size, axes = np.linalg.eigh((known + known.T) / 2.0)
    unknown = rng.normal(size=(len(innovations), len(size))) * np.sqrt(np.maximum(size, 0.0))
    states = found.predicted_state[:, -1] + unknown @ axes.T + innovations[:, :1] * impulse  # (path, state)
    values = np.empty_like(innovations)
    for step in range(innovations.shape[1]):
        values[:, step] = states @ design
        if step + 1 < innovations.shape[1]:
            states = states @ transition.T + constant + innovations[:, step + 1, None] * impulse
    return values


def _settled(target: Array, ar: Array, ma: Array, order: Order, drift: float) -> Any:
    """The filter after the last row; None where the rows observed leave the level open."""
    found = _filter(target, ar, ma, order, MEMORY_CONSERVE, drift * (1.0 - float(ar.sum())))
    if found.nobs_diffuse and np.abs(found.predicted_diffuse_state_cov[:, :, -1]).max() > _DIFFUSE:
        return None
    return found


def trend(rows: int, order: Order) -> Array:
    """A column that differences to one: `(row,)`."""
    column = np.ones(rows)
    for _ in range(order.d):
        column = np.cumsum(column)
    for _ in range(order.D):
        for row in range(order.season, rows):
            column[row] += column[row - order.season]
    return column


def _filter(target: Array, ar: Array, ma: Array, order: Order, memory: int, intercept: float = 0.0) -> Any:
    model = SARIMAX(
        target,
        order=(len(ar), order.d, len(ma)),
        seasonal_order=(0, order.D, 0, order.season if order.D else 0),
        trend="c",
        use_exact_diffuse=True,
    )
    model.update(np.concatenate(([intercept], ar, ma, [1.0])), transformed=True)
    model.ssm.set_conserve_memory(memory)
    return model.ssm.filter()
