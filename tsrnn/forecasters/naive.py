"""Naive forecasters: the last value, the last season, the line through the first and last value.

Intervals are Normal, with the standard deviations of Hyndman and Athanasopoulos, Forecasting: Principles and Practice,
3rd edition, section 5.5.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

import numpy as np

from tsrnn.errors import ShortSeriesError, whole_number
from tsrnn.forecasters.places import (
    Course,
    fitted_places,
    last_seasons,
    learned_deviation,
    normal_bounds,
    normal_errors,
    own_seasons,
    root_mean_square,
    short_of_a_season,
    walk_by_seasons,
)
from tsrnn.forecasters.protocol import Arrays, Facts, Notice, PanelForecaster
from tsrnn.panel import Array, Forecast, Panel

_NEED = "a naive forecast repeats one"


@dataclass(frozen=True)
class LastSeason:
    """The last observed value at the same place in the season; with a season of 1 the last observed value.

    `deviation (series, channel)` of the seasonal differences at fit, NaN where there were fewer than two of them.
    """

    names: tuple[Hashable, ...]
    season: int
    deviation: Array
    memory: int
    notices: list[Notice] = field(default_factory=list)

    def forecast(self, panel: Panel, horizon: int, levels: tuple[float, ...], ahead: Array) -> Forecast:
        """The steps after each series' last row; the variance grows by one with each season since the value used."""
        point, seasons = last_seasons(panel, horizon, self.season, _NEED)
        width = _known(self.names, self.deviation, panel)[:, None] * np.sqrt(seasons) if levels else seasons
        return Forecast(point, normal_bounds(point, width, levels))

    def paths(self, panel: Panel, horizon: int, n: int, seed: int, ahead: Array) -> Array:
        """Each step is the one a season before it and a Normal error more, `(series, path, step, channel)`."""
        point, seasons = last_seasons(panel, horizon, self.season, _NEED)
        errors = normal_errors(seed, panel, (n, horizon, panel.channels))
        walk_by_seasons(errors, seasons, own_seasons(panel, self.season))
        return point[:, None] + errors * _known(self.names, self.deviation, panel)[:, None, None]

    def state(self) -> tuple[Facts, Arrays]:
        """The season and the deviations."""
        return {"season": self.season, "memory": self.memory}, {"deviation": self.deviation}


@dataclass(frozen=True)
class Line:
    """From the last observed value on with the slope learned at fit, that of the line from the first to the last value.

    `slope`, `deviation` of the changes around it, and `span`, the steps between the two values: `(series, channel)`.
    """

    names: tuple[Hashable, ...]
    slope: Array
    span: Array
    deviation: Array
    memory: int
    notices: list[Notice] = field(default_factory=list)

    def forecast(self, panel: Panel, horizon: int, levels: tuple[float, ...], ahead: Array) -> Forecast:
        """The steps after each series' last row; the variance at step h is h (1 + h / span), h from the value used."""
        last, steps = self._steps(panel, horizon)
        place = _places(self.names, panel)
        point = last + self.slope[place][:, None] * steps
        width = steps
        if levels:
            spread = steps * (1.0 + steps / self.span[place][:, None])
            width = _known(self.names, self.deviation, panel)[:, None] * np.sqrt(spread)
        return Forecast(point, normal_bounds(point, width, levels))

    def paths(self, panel: Panel, horizon: int, n: int, seed: int, ahead: Array) -> Array:
        """Normal errors added up around a line whose slope is uncertain too, `(series, path, step, channel)`."""
        last, steps = self._steps(panel, horizon)
        place = _places(self.names, panel)
        errors = normal_errors(seed, panel, (n, 1 + horizon, panel.channels))
        errors[:, :, 1] *= np.sqrt(steps[:, :1])  # the first step comes after as many rows without a value
        walk = np.cumsum(errors[:, :, 1:], axis=2)
        tilt = errors[:, :, :1] * (steps / np.sqrt(self.span[place][:, None]))[:, None]
        around = (last + self.slope[place][:, None] * steps)[:, None]
        return around + _known(self.names, self.deviation, panel)[:, None, None] * (walk + tilt)

    def _steps(self, panel: Panel, horizon: int) -> tuple[Array, Array]:
        """The last value, and the rows since it, `(series, step, channel)` each."""
        shape = (len(panel.names), horizon, panel.channels)
        last, steps = np.empty(shape), np.empty(shape)
        for series, channel in np.ndindex(shape[0], shape[2]):
            course = Course.of(panel, series, channel, 1, _NEED)
            values, source = course.values, int(course.seen[-1])
            last[series, :, channel] = values[source]
            steps[series, :, channel] = len(values) - source + np.arange(horizon)
        return last, steps

    def state(self) -> tuple[Facts, Arrays]:
        """Slopes, spans and deviations."""
        return {"memory": self.memory}, {"slope": self.slope, "span": self.span, "deviation": self.deviation}


class NaiveForecaster(PanelForecaster):
    """The last observed value, at every step; the standard deviation grows as the root of the step.

    >>> import pandas as pd
    >>> NaiveForecaster(horizon=2).fit(pd.Series([3.0, 1.0, 2.0])).predict().tolist()
    [2.0, 2.0]
    """

    by_series = True

    def __init__(self, horizon: int = 1, *, name: str = "naive") -> None:
        self.horizon = horizon
        self.name = name

    def _learn(self, panel: Panel) -> LastSeason:
        return _last_season(panel, 1)

    def _restore(self, facts: Facts, arrays: Arrays, recent: Panel) -> LastSeason:
        return _restored(facts, arrays, recent)


class SeasonalNaiveForecaster(PanelForecaster):
    """The last observed value at the same place in the season.

    `season`: rows in a season; None takes the table's for the frequency. A place never observed, and a series no longer
    than a season, counted from its first observed row, take the last observed value instead.

    >>> import pandas as pd
    >>> SeasonalNaiveForecaster(horizon=3, season=2).fit(pd.Series([3.0, 1.0, 2.0])).predict().tolist()
    [1.0, 2.0, 1.0]
    """

    by_series = True

    def __init__(self, horizon: int = 1, *, season: int | None = None, name: str = "seasonal-naive") -> None:
        self.horizon = horizon
        self.season = season
        self.name = name

    def _learn(self, panel: Panel) -> LastSeason:
        return _last_season(panel, panel.season if self.season is None else whole_number("season", self.season, 1))

    def _restore(self, facts: Facts, arrays: Arrays, recent: Panel) -> LastSeason:
        return _restored(facts, arrays, recent)


class DriftForecaster(PanelForecaster):
    """The line through the first and the last observed value, continued.

    A newer history moves the line to its last value and keeps the slope.

    >>> import pandas as pd
    >>> DriftForecaster(horizon=2).fit(pd.Series([1.0, 4.0, 3.0])).predict().tolist()
    [4.0, 5.0]
    """

    by_series = True

    def __init__(self, horizon: int = 1, *, name: str = "drift") -> None:
        self.horizon = horizon
        self.name = name

    def _learn(self, panel: Panel) -> Line:
        shape = (len(panel.names), panel.channels)
        slope, span, deviation, memory = np.empty(shape), np.empty(shape), np.empty(shape), 1
        for series, channel in np.ndindex(shape):
            course = Course.of(panel, series, channel, 1, _NEED)
            values, seen = course.values, course.seen
            if len(seen) < 2:
                raise ShortSeriesError(
                    f"series {panel.names[series]!r}: 1 observed row, but a drift needs 2; give a longer series",
                    series=panel.names[series],
                )
            steps = int(seen[-1] - seen[0])
            rise = float(values[seen[-1]] - values[seen[0]]) / steps
            slope[series, channel], span[series, channel] = rise, steps
            deviation[series, channel] = root_mean_square(np.diff(values) - rise, spent=1)
            memory = max(memory, len(values) - int(seen[-1]))
        return Line(panel.names, slope, span, deviation, memory)

    def _restore(self, facts: Facts, arrays: Arrays, recent: Panel) -> Line:
        slope, span, deviation = (np.asarray(arrays[part], np.float64) for part in ("slope", "span", "deviation"))
        return Line(recent.names, slope, span, deviation, int(facts["memory"]))


def _last_season(panel: Panel, season: int) -> LastSeason:
    deviation, memory = np.empty((len(panel.names), panel.channels)), 1
    for series, channel in np.ndindex(deviation.shape):
        course = Course.of(panel, series, channel, season, _NEED)
        deviation[series, channel] = root_mean_square(course.changes)
        memory = max(memory, course.kept(int(course.last.min())))
    told = short_of_a_season(panel, season, "its last value is repeated in place of its last season")
    return LastSeason(panel.names, season, deviation, memory, told)


def _restored(facts: Facts, arrays: Arrays, recent: Panel) -> LastSeason:
    deviation = np.asarray(arrays["deviation"], np.float64)
    return LastSeason(recent.names, int(facts["season"]), deviation, int(facts["memory"]))


def _places(names: tuple[Hashable, ...], panel: Panel) -> list[int]:
    """Where each series of the panel stands among those fitted."""
    return fitted_places(names, panel, "its slope and the width of its intervals are")


def _known(names: tuple[Hashable, ...], deviation: Array, panel: Panel) -> Array:
    """The deviation of each series, `(series, channel)`; ShortSeriesError where it was not learned."""
    return learned_deviation(deviation[_places(names, panel)], panel.names)
