"""Means as forecasts: of all values, and of the changes over a season, added to the last season again and again.

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
    walk_by_seasons,
)
from tsrnn.forecasters.protocol import Arrays, Facts, Notice, PanelForecaster
from tsrnn.panel import Array, Forecast, Panel

_NEED = "a drift begins from one"


@dataclass(frozen=True)
class Averages:
    """What was learned of each series, `(series, channel)` each.

    `mean` of `count` values or changes, and their `deviation` around it, NaN where there were fewer than two.
    """

    names: tuple[Hashable, ...]
    mean: Array
    count: Array
    deviation: Array

    def of(self, panel: Panel) -> Averages:
        """For the series of the panel, in its order; DataError for one that was not fitted."""
        places = fitted_places(self.names, panel, "its mean is")
        return Averages(panel.names, self.mean[places], self.count[places], self.deviation[places])

    def width(self) -> Array:
        """The deviation; ShortSeriesError where it was not learned."""
        return learned_deviation(self.deviation, self.names)

    def arrays(self) -> Arrays:
        """Means, counts and deviations."""
        return {"mean": self.mean, "count": self.count, "deviation": self.deviation}

    @staticmethod
    def restore(arrays: Arrays, recent: Panel) -> Averages:
        """The same again."""
        mean, count, deviation = (np.asarray(arrays[part], np.float64) for part in ("mean", "count", "deviation"))
        return Averages(recent.names, mean, count, deviation)


@dataclass(frozen=True)
class Level:
    """The mean of all values at every step; the variance is that of a value and of the mean itself, 1 + 1 / count."""

    averages: Averages
    memory: int = 1
    notices: list[Notice] = field(default_factory=list)

    def forecast(self, panel: Panel, horizon: int, levels: tuple[float, ...], ahead: Array) -> Forecast:
        """The steps after each series' last row."""
        own = self.averages.of(panel)
        point = np.repeat(own.mean[:, None], horizon, axis=1)
        width = own.width() * np.sqrt(1.0 + 1.0 / own.count) if levels else own.count
        return Forecast(point, normal_bounds(point, np.repeat(width[:, None], horizon, axis=1), levels))

    def paths(self, panel: Panel, horizon: int, n: int, seed: int, ahead: Array) -> Array:
        """Normal values around a mean that is uncertain too, `(series, path, step, channel)`."""
        own = self.averages.of(panel)
        drawn = normal_errors(seed, panel, (n, 1 + horizon, panel.channels))
        errors = drawn[:, :, 1:] + drawn[:, :, :1] / np.sqrt(own.count)[:, None, None]
        return own.mean[:, None, None] + own.width()[:, None, None] * errors

    def state(self) -> tuple[Facts, Arrays]:
        """What was learned."""
        return {}, self.averages.arrays()


@dataclass(frozen=True)
class RisingSeason:
    """The last value at the same place in the season and, for each season since it, the mean change over a season.

    k seasons after the value used, the variance is k (1 + k / count): of k changes, and of their mean taken k times.
    """

    averages: Averages
    season: int
    memory: int
    notices: list[Notice] = field(default_factory=list)

    def forecast(self, panel: Panel, horizon: int, levels: tuple[float, ...], ahead: Array) -> Forecast:
        """The steps after each series' last row."""
        own = self.averages.of(panel)
        point, seasons = self._steps(panel, own, horizon)
        width = seasons
        if levels:
            width = own.width()[:, None] * np.sqrt(seasons * (1.0 + seasons / own.count[:, None]))
        return Forecast(point, normal_bounds(point, width, levels))

    def paths(self, panel: Panel, horizon: int, n: int, seed: int, ahead: Array) -> Array:
        """Each step is the one a season before it, a change and an error more, `(series, path, step, channel)`."""
        own = self.averages.of(panel)
        point, seasons = self._steps(panel, own, horizon)
        drawn = normal_errors(seed, panel, (n, 1 + horizon, panel.channels))
        errors, tilt = drawn[:, :, 1:], drawn[:, :, :1] * (seasons / np.sqrt(own.count)[:, None])[:, None]
        walk_by_seasons(errors, seasons, own_seasons(panel, self.season))
        return point[:, None] + own.width()[:, None, None] * (errors + tilt)

    def _steps(self, panel: Panel, own: Averages, horizon: int) -> tuple[Array, Array]:
        """The forecast, and the seasons since the value it begins from, `(series, step, channel)` each."""
        point, seasons = last_seasons(panel, horizon, self.season, _NEED)
        return point + own.mean[:, None] * seasons, seasons

    def state(self) -> tuple[Facts, Arrays]:
        """What was learned, and the season."""
        return {"season": self.season, "memory": self.memory}, self.averages.arrays()


class MeanForecaster(PanelForecaster):
    """The mean of all observed values, at every step; a newer history leaves it as it is.

    >>> import pandas as pd
    >>> MeanForecaster(horizon=2).fit(pd.Series([3.0, 1.0, 2.0])).predict().tolist()
    [2.0, 2.0]
    """

    by_series = True

    def __init__(self, horizon: int = 1, *, name: str = "mean") -> None:
        self.horizon = horizon
        self.name = name

    def _learn(self, panel: Panel) -> Level:
        own = [
            [_moments(panel.values[panel.rows(series), channel]) for channel in range(panel.channels)]
            for series in range(len(panel.names))
        ]
        return Level(Averages(panel.names, *np.moveaxis(np.array(own, np.float64), -1, 0)))

    def _restore(self, facts: Facts, arrays: Arrays, recent: Panel) -> Level:
        return Level(Averages.restore(arrays, recent))


class SeasonalDriftForecaster(PanelForecaster):
    """The last observed value at the same place in the season, moved on by the mean change over a season.

    `season`: rows in a season; None takes the table's for the frequency. A place never observed, and a series no longer
    than a season, counted from its first observed row, take the last observed value instead; with a season of 1 it is
    the drift. A newer history keeps the change learned.

    >>> import pandas as pd
    >>> SeasonalDriftForecaster(horizon=3, season=2).fit(pd.Series([1.0, 5.0, 2.0, 8.0])).predict().tolist()
    [4.0, 10.0, 6.0]
    """

    by_series = True

    def __init__(self, horizon: int = 1, *, season: int | None = None, name: str = "seasonal-drift") -> None:
        self.horizon = horizon
        self.season = season
        self.name = name

    def _learn(self, panel: Panel) -> RisingSeason:
        season = panel.season if self.season is None else whole_number("season", self.season, 1)
        found, memory = np.empty((len(panel.names), panel.channels, 3)), 1
        for series, channel in np.ndindex(found.shape[:2]):
            course = Course.of(panel, series, channel, season, _NEED)
            if np.isnan(course.changes).all():
                raise ShortSeriesError(
                    f"series {course.name!r}: no two values {course.season} rows apart are observed, but a seasonal "
                    "drift needs them; give a longer series",
                    series=course.name,
                )
            found[series, channel] = _moments(course.changes)
            memory = max(memory, course.kept(int(course.last.min())))
        return RisingSeason(Averages(panel.names, *np.moveaxis(found, -1, 0)), season, memory)

    def _restore(self, facts: Facts, arrays: Arrays, recent: Panel) -> RisingSeason:
        return RisingSeason(Averages.restore(arrays, recent), int(facts["season"]), int(facts["memory"]))


def _moments(values: Array) -> tuple[float, int, float]:
    """Mean, count and deviation (one value counted off) of the values observed."""
    known = values[~np.isnan(values)]
    exponent = int(
        np.frexp(np.abs(known).max(initial=0.0))[1]
    )  # squares of the values could leave the range of a float
    unit = np.ldexp(known, -exponent)
    deviation = float(np.ldexp(unit.std(ddof=1), exponent)) if len(known) > 1 else float("nan")
    return float(np.ldexp(unit.mean(), exponent)), len(known), deviation
