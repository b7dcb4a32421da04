"""The ARIMA of one series: brought to size one, learned, and its forecasts in its own units."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tsrnn.forecasters import kalman
from tsrnn.forecasters.arima_choice import Plan, choose
from tsrnn.forecasters.arma import Estimate, Order, polynomials
from tsrnn.forecasters.fourier import waves
from tsrnn.panel import Array, Counts

# Coefficients are learned on a series' last 3,000 rows, and forecasts filter its last 3,000.
ROWS = 3000


@dataclass(frozen=True)
class Scale:
    """Centres and widths that bring a target and its covariates to size one."""

    centre: float
    width: float
    covariate_centre: Array
    covariate_width: Array

    def covariates(self, rows: Array) -> Array:
        """Covariates `(row, F)` at size one."""
        return (rows - self.covariate_centre) / self.covariate_width


@dataclass(frozen=True)
class SeriesModel:
    """One fitted series: `estimate` is of the scaled series, `anchor` the time from which its waves count."""

    order: Order
    season: int
    pairs: int
    anchor: str
    scale: Scale
    estimate: Estimate

    def __str__(self) -> str:
        if not self.pairs:
            return str(self.order)
        pairs = "pair" if self.pairs == 1 else "pairs"
        return f"{self.order} with K={self.pairs} Fourier {pairs}, season {self.season}"

    @property
    def sigma2(self) -> float:
        """Variance of the innovations, by maximum likelihood."""
        return self.estimate.sigma2 * self.scale.width**2

    @property
    def loglik(self) -> float:
        """Logarithm of the likelihood of the series as it was given; NaN for a constant one."""
        return self.estimate.loglik - self.estimate.rows * float(np.log(self.scale.width))

    @property
    def aicc(self) -> float:
        """Akaike's corrected criterion of the series as it was given; NaN for a constant one."""
        return self.estimate.aicc + 2.0 * (self.estimate.loglik - self.loglik)

    def forecast(self, target: Array, covariates: Array, places: Counts, horizon: int) -> tuple[Array, Array] | None:
        """Mean and standard deviation of the next steps, `(step,)` each, after `target (row,)`, NaN where missing.

        `covariates (row + step, F)` and `places (row + step,)` go on over the horizon. The variance of the innovations
        is taken with the rows spent on coefficients counted off. None where the rows observed do not settle the level
        that differencing removes.
        """
        rest, level = self._rest(target, covariates, places)
        found = kalman.ahead(rest, *self._lags, self.order, self.estimate.constant, horizon)
        if found is None:
            return None
        mean = self.scale.centre + self.scale.width * (found[0] + level)
        return mean, self.scale.width * self._deviation * np.sqrt(found[1])

    def paths(
        self, target: Array, covariates: Array, places: Counts, horizon: int, n: int, rng: np.random.Generator
    ) -> Array | None:
        """`n` sample paths of the next steps, `(path, step)`; arguments and None as in `forecast`."""
        rest, level = self._rest(target, covariates, places)
        settled = kalman.paths(
            rest, *self._lags, self.order, self.estimate.constant, rng.normal(size=(n, horizon)), rng
        )
        certain = kalman.ahead(rest, *self._lags, self.order, self.estimate.constant, horizon)
        if settled is None or certain is None:
            return None
        around = certain[0] + self._deviation * (settled - certain[0])
        return self.scale.centre + self.scale.width * (around + level)

    def _rest(self, target: Array, covariates: Array, places: Counts) -> tuple[Array, Array]:
        """What the regressors leave of the target at size one, and what they give at the steps ahead."""
        rows = len(target)
        columns = np.column_stack([waves(places, self.season, self.pairs), self.scale.covariates(covariates)])
        level = columns @ self.estimate.regression
        missing = np.isnan(target) | np.isnan(level[:rows])
        rest = np.where(missing, np.nan, (target - self.scale.centre) / self.scale.width - level[:rows])
        return rest, level[rows:]

    @property
    def _lags(self) -> tuple[Array, Array]:
        learned = self.estimate
        return polynomials(learned.ar, learned.ma, learned.seasonal_ar, learned.seasonal_ma, self.order.season)

    @property
    def _deviation(self) -> float:
        """Of the innovations, at size one, with the rows spent on coefficients counted off."""
        learned = self.estimate
        return float(np.sqrt(learned.sigma2 * learned.rows / max(learned.rows - learned.parameters + 1, 1)))


def learn(target: Array, covariates: Array, places: Counts, anchor: str, plan: Plan) -> tuple[SeriesModel, list[str]]:
    """The model of one series and what there is to say about it.

    `target (row,)` is NaN where missing, `covariates (row, F)`. The caller has checked that
    `plan.rows_needed` rows are observed.
    """
    first = max(int(np.argmax(~np.isnan(target))), len(target) - ROWS)
    target, covariates, places = target[first:], covariates[first:], places[first:]
    target = np.where(np.isnan(covariates).any(axis=1), np.nan, target)
    scale = _scale(target, covariates)
    if np.ptp(target[~np.isnan(target)]) <= 8.0 * np.finfo(float).eps * np.nanmax(np.abs(target)):
        return SeriesModel(Order(0, 1, 0), 1, 0, anchor, scale, _still(covariates.shape[1])), []
    known = np.nan_to_num(scale.covariates(covariates))
    found = choose((target - scale.centre) / scale.width, known, places, plan)
    return SeriesModel(found.order, plan.season, found.pairs, anchor, scale, found.estimate), found.notes


def _scale(target: Array, covariates: Array) -> Scale:
    """Means and standard deviations; width 1 for what does not vary."""
    columns = np.column_stack([target, covariates])
    columns = columns[~np.isnan(columns).any(axis=1)]
    # Around the first row and in units of the largest step from it, so that no sum or square leaves the floats.
    steps = columns - columns[0]
    peak = np.where(steps.any(axis=0), np.abs(steps).max(axis=0), 1.0)
    centre = columns[0] + peak * (steps / peak).mean(axis=0)
    width = peak * (steps / peak).std(axis=0)
    width = np.where(width > 8.0 * np.finfo(float).eps * np.abs(centre), width, 1.0)
    return Scale(float(centre[0]), float(width[0]), centre[1:], width[1:])


def _still(covariates: int) -> Estimate:
    """A constant series stays at its last value, certainly."""
    none, unknown = np.zeros(0), float("nan")
    return Estimate(none, none, none, none, 0.0, np.zeros(covariates), 0.0, unknown, 0, 1, none, True)
