"""Theta of one series: the mean of its straight line and of exponential smoothing of twice its bends."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.signal import lfilter

from tsrnn.forecasters.arima_fit import fill
from tsrnn.forecasters.seasonal import Pattern, pattern, pattern_from
from tsrnn.naive2 import is_seasonal
from tsrnn.panel import Array, Counts

# Rows observed that a line and a smoothing constant take.
LEAST = 4
_ALPHAS = (1e-4, 1.0 - 1e-4)


@dataclass(frozen=True)
class ThetaModel:
    """One fitted series in units of `unit`, without its season, whose rows count from the time `anchor`.

    The line is `intercept + slope * row`; `level` is the smoothed second theta line before row 0, `alpha` its smoothing
    constant, `sigma2` the variance of one-step errors.
    """

    anchor: str
    unit: float
    intercept: float
    slope: float
    alpha: float
    level: float
    sigma2: float
    pattern: Pattern | None

    def __str__(self) -> str:
        season = "" if self.pattern is None else f", season {len(self.pattern.indices)}"
        return f"Theta(alpha={self.alpha:.3f}{season})"

    def forecast(self, values: Array, places: Counts, horizon: int) -> tuple[Array, Array] | None:
        """Mean and standard deviation of the next steps, `(step,)` each, after `values (row,)`, NaN where missing.

        `places (row + step,)` are the rows from the anchor. Rows before it are not used; where it is not among them
        smoothing starts at the first value. None where nothing is observed.
        """
        rows = len(values)
        first = int(np.argmax(places[:rows] == 0))
        anchored = places[first] == 0
        own, lines = values[first:] / self.unit, self.intercept + self.slope * places[first:]
        if self.pattern is not None:
            own = self.pattern.removed(own, places[first:rows])
        seen = np.flatnonzero(~np.isnan(own))
        if not len(seen):
            return None
        second = 2.0 * own[seen] - lines[seen]  # the theta line of coefficient 2
        level = _smoothed(second, self.alpha, self.level if anchored else float(second[0]))[-1]
        mean = 0.5 * (lines[rows - first :] + level)
        steps = rows - first - seen[-1] + np.arange(horizon)  # from the last value seen
        deviation = np.sqrt(self.sigma2 * (1.0 + (steps - 1.0) * self.alpha**2))
        if self.pattern is not None:
            mean = self.pattern.restored(mean, places[rows:])
            deviation = deviation * self.pattern.widths(places[rows:])
        return self.unit * mean, self.unit * deviation

    def facts(self) -> dict[str, Any]:
        """What JSON keeps."""
        return asdict(self)

    @staticmethod
    def restore(facts: dict[str, Any]) -> ThetaModel:
        """The model again."""
        return ThetaModel(**{**facts, "pattern": pattern_from(facts["pattern"])})


def learn(values: Array, anchor: str, season: int) -> ThetaModel:
    """The Theta model of one series, `values (row,)` from the anchor on, NaN where missing.

    The line of least squares is the theta line of coefficient 0; the line of coefficient 2 is twice the series less it,
    and is smoothed exponentially with the constant and the first level of least squares. Where M4's test finds a season
    it is taken out first. Source: Assimakopoulos and Nikolopoulos (2000), The theta model: a decomposition approach to
    forecasting, as the benchmark of M4 has it (Makridakis, Spiliotis and Assimakopoulos, 2020); the variance is that of
    simple exponential smoothing, to which the method comes down (Hyndman and Billah, 2003, Unmasking the Theta method).
    """
    unit = float(np.nanmax(np.abs(values))) or 1.0
    whole = fill(values / unit, season)
    found = pattern(whole, season) if is_seasonal(whole, season) else None
    rows = np.arange(len(whole))
    if found is not None:
        whole = found.removed(whole, rows)
    slope, intercept = np.polyfit(rows, whole, 1)
    second = 2.0 * whole - (intercept + slope * rows)
    alpha, level = _least_squares(second)
    errors = 0.5 * _errors(second, alpha, level)[~np.isnan(values)]
    sigma2 = float(errors @ errors) / max(len(errors) - 4, 1)  # line, constant and level are four numbers
    return ThetaModel(anchor, unit, float(intercept), float(slope), alpha, level, sigma2, found)


def _smoothed(values: Array, alpha: float, level: float) -> Array:
    """The level of simple exponential smoothing after each value, `(row,)`."""
    found, _ = lfilter([alpha], [1.0, alpha - 1.0], values, zi=[(1.0 - alpha) * level])
    return np.asarray(found, np.float64)


def _errors(values: Array, alpha: float, level: float) -> Array:
    """Each value less the level before it."""
    return values - np.concatenate(([level], _smoothed(values, alpha, level)[:-1]))


def _least_squares(values: Array) -> tuple[float, float]:
    """The smoothing constant and first level with the least squared one-step errors.

    Errors are linear in the first level, so only the constant is searched for.
    """

    def best_level(alpha: float) -> float:
        from_zero = _errors(values, alpha, 0.0)
        per_level = (1.0 - alpha) ** np.arange(len(values))
        return float(per_level @ from_zero / (per_level @ per_level))

    def loss(alpha: float) -> float:
        errors = _errors(values, alpha, best_level(alpha))
        return float(errors @ errors)

    grid = np.linspace(*_ALPHAS, 21)
    least = int(np.argmin([loss(float(alpha)) for alpha in grid]))
    around = (grid[max(least - 1, 0)], grid[min(least + 1, len(grid) - 1)])
    alpha = float(minimize_scalar(loss, bounds=around, method="bounded", options={"xatol": 1e-6}).x)
    return alpha, best_level(alpha)
