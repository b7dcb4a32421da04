"""ETS of one series: exponential smoothing as a state space model; its filter, its forecasts and their variance."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from scipy.signal import lfilter

from tsrnn.forecasters.arima_fit import fill
from tsrnn.forecasters.seasonal import Pattern, followed, last_of, pattern_from
from tsrnn.panel import Array, Counts


@dataclass(frozen=True)
class Form:
    """Error A or M, trend N, A or Ad, season N, A or M of `season` rows (1 without one)."""

    error: str
    trend: str
    seasonal: str
    season: int = 1

    def __str__(self) -> str:
        return f"ETS({self.error},{self.trend},{self.seasonal})" + (f"[{self.season}]" if self.season > 1 else "")

    @property
    def states(self) -> int:
        """Level, trend and the season at each place."""
        return 1 + (self.trend != "N") + (self.season if self.seasonal != "N" else 0)

    @property
    def parameters(self) -> int:
        """Numbers learned: constants, first states, variance; one first seasonal state follows from the others."""
        constants = 1 + {"N": 0, "A": 1, "Ad": 2}[self.trend]
        return constants + self.states + 1  # a season has one constant and one free state less


@dataclass(frozen=True)
class State:
    """Level, trend and the season at each place; a form without one has 0 or 1 there."""

    level: float
    trend: float
    seasons: tuple[float, ...]


@dataclass(frozen=True)
class SmoothedSeries:
    """One fitted series in units of `unit`, whose rows count from the time `anchor`.

    `first` is its state before row 0, `last` that after the last row; `pattern` the last of the long seasons that were
    taken out beforehand.
    """

    anchor: str
    unit: float
    form: Form
    alpha: float
    beta: float
    gamma: float
    phi: float
    first: State
    last: State
    sigma2: float
    aicc: float
    pattern: Pattern | None

    def __str__(self) -> str:
        if self.pattern is None:
            return str(self.form)
        return f"{self.form} after STL[{len(self.pattern.indices)}]"

    def forecast(self, values: Array, places: Counts, horizon: int) -> tuple[Array, Array] | None:
        """Mean and standard deviation of the next steps, `(step,)` each, after `values (row,)`, NaN where missing.

        `places (row + step,)` are the rows from the anchor. Rows before it are not used; where it is not among them,
        smoothing starts with the trend and season learned last and a level that meets the first value. None where
        nothing is observed.
        """
        first = int(np.argmax(places[: len(values)] == 0))
        anchored = bool(places[first] == 0)
        seasons = self._seasons(values[first:] / self.unit, places[first:], anchored)
        own = values[first:] / self.unit - seasons[:-horizon]
        seen = np.flatnonzero(~np.isnan(own))
        if not len(seen):
            return None
        begin, end = 0 if anchored else int(seen[0]), int(seen[-1]) + 1
        places = places[first:]
        state = self.first if anchored else self._meeting(float(own[begin]), int(places[begin]))
        state, _ = self.smooth(own[begin:end], int(places[begin]), state)
        mean, variance = self._ahead(state, places[end:])  # from the last value seen
        return self.unit * (mean[-horizon:] + seasons[-horizon:]), self.unit * np.sqrt(variance[-horizon:])

    def _seasons(self, values: Array, places: Counts, anchored: bool) -> Array:
        """The long season at each place; rows that begin where the fitted ones do show their own."""
        if self.pattern is None:
            return np.zeros(len(places))
        period = len(self.pattern.indices)
        if not anchored or len(values) < 2 * period or np.isnan(values).all():
            return self.pattern.at(places)
        component = followed(fill(values, period), period)
        return np.concatenate((component, last_of(component, period).at(places[len(values) :])))

    def smooth(self, values: Array, place: int, state: State) -> tuple[State, Array]:
        """The state after `values`, the first of them at `place`, and each one's relative or plain one-step error.

        Errors of both kinds enter the states alike, so one recursion serves them. Source: Hyndman, Koehler, Ord and
        Snyder (2008), Forecasting with exponential smoothing, tables 2.2 and 2.3; a season that multiplies learns from
        the level after the row, as in statsmodels, by which the constants are found.
        """
        level, trend, seasons = state.level, state.trend, list(state.seasons)
        multiplies, relative, period = self.form.seasonal == "M", self.form.error == "M", len(seasons)
        errors = np.full(len(values), np.nan)
        for row, value in enumerate(values.tolist()):
            phase = (place + row) % period
            trend *= self.phi
            level += trend
            if value != value:
                continue
            season = seasons[phase]
            expected = level * season if multiplies else level + season
            error = value - expected
            errors[row] = error / expected if relative else error
            change = error / season if multiplies else error
            level += self.alpha * change
            trend += self.beta * change
            if multiplies:
                seasons[phase] += self.gamma / (1.0 - self.alpha) * (value / level - season)
            else:
                seasons[phase] += self.gamma * error
        return State(level, trend, tuple(seasons)), errors

    def _meeting(self, value: float, place: int) -> State:
        """The last state with the level that makes `value` the one expected at `place`."""
        season = self.last.seasons[place % len(self.last.seasons)]
        level = value / season if self.form.seasonal == "M" else value - season
        return replace(self.last, level=level - self.phi * self.last.trend)

    def _ahead(self, state: State, places: Counts) -> tuple[Array, Array]:
        """Mean and variance at each of the places after the state.

        Source: Hyndman, Koehler, Ord and Snyder (2008), chapter 6. Where the season multiplies, the variance beyond the
        first season is exact only to the first order of the errors.
        """
        steps = np.arange(1, len(places) + 1)
        damped = np.cumsum(self.phi**steps)
        line = state.level + state.trend * damped
        seasons = np.array(state.seasons)[places % len(state.seasons)]
        multiplies = self.form.seasonal == "M"
        mean = line * seasons if multiplies else line + seasons
        weights = self.alpha + self.beta * damped  # of an error on the value so many steps later
        if self.form.seasonal != "N":
            weights = weights + self.gamma * (steps % self.form.season == 0)
        squares = weights[:-1] ** 2
        if self.form.error == "A":
            return mean, self.sigma2 * np.cumsum(np.concatenate(([1.0], squares)))
        centre, width = (line, seasons**2) if multiplies else (mean, 1.0)
        second = lfilter([1.0], np.concatenate(([1.0], -self.sigma2 * squares)), centre**2)  # moments
        return mean, width * ((1.0 + self.sigma2) * second - centre**2)

    def facts(self) -> dict[str, Any]:
        """What JSON keeps."""
        return asdict(self)

    @staticmethod
    def restore(facts: dict[str, Any]) -> SmoothedSeries:
        """The model again."""
        first, last = (
            State(float(state["level"]), float(state["trend"]), tuple(map(float, state["seasons"])))
            for state in (facts["first"], facts["last"])
        )
        made = {"form": Form(**facts["form"]), "first": first, "last": last, "pattern": pattern_from(facts["pattern"])}
        return SmoothedSeries(**{**facts, **made})
