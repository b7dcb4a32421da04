"""Coefficients of one order: exact maximum likelihood on rows with regressors, with gaps or without."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tsrnn.forecasters import kalman
from tsrnn.forecasters.arma import Estimate, Order, estimate, polynomials, whole
from tsrnn.forecasters.fourier import fit_errors
from tsrnn.forecasters.orders import difference
from tsrnn.panel import Array, Flags


def fit(target: Array, columns: Array, order: Order, start: Estimate | None = None) -> Estimate:
    """The estimate of largest likelihood: `target (row,)` NaN where missing, regressors `columns (row, column)`."""
    theta = np.zeros(order.terms) if start is None else start.theta
    if not np.isnan(target).any():
        changes = difference(np.column_stack([target, columns]), order.d, order.D, order.season)
        regressors = np.column_stack([np.ones((len(changes), int(order.constant))), changes[:, 1:]])
        return estimate(order, whole(changes[:, 0], regressors), theta)
    if not columns.shape[1]:
        return estimate(order, kalman.whitener(target, columns, order), theta)
    return _alternate(target, columns, order, theta)


def _alternate(target: Array, columns: Array, order: Order, theta: Array) -> Estimate:
    """With gaps and regressors: the regression and the ARMA in turn, since each column costs a pass of the filter.

    Their estimates are independent in large samples, so a few turns reach the joint maximum.
    """
    level = explained(fill(target, order.season), columns, ~np.isnan(target), order.d)
    whiten, none = kalman.whitener(target, columns, order), np.zeros((len(target), 0))
    regression, before = np.zeros(columns.shape[1]), -np.inf
    for _ in range(8):
        found = estimate(order, kalman.whitener(target - level, none, order), theta)
        if found.loglik - before < 1e-5:
            break
        before, theta = found.loglik, found.theta
        lags = polynomials(found.ar, found.ma, found.seasonal_ar, found.seasonal_ma, order.season)
        white = whiten(*lags)
        solved = np.linalg.lstsq(white.regressors, white.target, rcond=None)[0]
        regression = np.asarray(solved[int(order.constant) :], np.float64)
        level = columns @ regression
    return replace(found, regression=regression, parameters=found.parameters + columns.shape[1])


def explained(target: Array, columns: Array, counts: Flags, d: int) -> Array:
    """What the columns explain of a gapless target, `(row,)`: a regression of the d-th differences, rows that count."""
    if not columns.shape[1]:
        return np.zeros(len(target))
    regression, _ = fit_errors(np.diff(target, d), np.diff(columns, d, axis=0), counts[d:])
    return np.asarray(columns @ regression[1:], np.float64)


def fill(target: Array, season: int) -> Array:
    """Gaps filled by straight lines between neighbours, around the season's usual course; for choosing orders only.

    >>> fill(np.array([1.0, np.nan, 3.0]), 1)
    array([1., 2., 3.])
    """
    gaps = np.isnan(target)
    if not gaps.any():
        return target
    rows = np.arange(len(target))
    line = np.polynomial.Polynomial.fit(rows[~gaps], target[~gaps], 1)(rows)
    phase = rows % season
    usual = np.zeros(season)
    if len(target) >= 2 * season:
        seen = np.bincount(phase[~gaps], minlength=season)
        total = np.bincount(phase[~gaps], weights=(target - line)[~gaps], minlength=season)
        usual = np.where(seen > 0, total / np.maximum(seen, 1), 0.0)
    rest = target - usual[phase]
    return np.where(gaps, np.interp(rows, rows[~gaps], rest[~gaps]) + usual[phase], target)
