"""The seasonal mean: of the last few values at the same place in the season, with intervals from its own errors."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

import numpy as np

from tsrnn.errors import whole_number
from tsrnn.forecasters.places import (
    Course,
    fitted_places,
    learned_deviation,
    normal_bounds,
    normal_errors,
    own_seasons,
    root_mean_square,
    short_of_a_season,
    walk_by_seasons,
)
from tsrnn.forecasters.protocol import Arrays, Facts, Notice, PanelForecaster
from tsrnn.panel import Array, Counts, Forecast, Panel

_NEED = "a seasonal mean is of some"
# Deviations are learned so many seasons ahead at most: each takes a pass over the rows and a number a series.
_FARTHEST = 1_000


@dataclass(frozen=True)
class MeanSeason:
    """The mean of the last `seasons` values observed at the same place in the season.

    `deviation (series, channel, ahead)` of the errors that such means had at fit 1, 2, … seasons after their newest
    row; it never falls from one to the next, and is NaN where fewer than two errors were observed.
    """

    names: tuple[Hashable, ...]
    season: int
    seasons: int
    deviation: Array
    memory: int
    notices: list[Notice] = field(default_factory=list)

    def forecast(self, panel: Panel, horizon: int, levels: tuple[float, ...], ahead: Array) -> Forecast:
        """The steps after each series' last row; the width is that of errors as many seasons ahead."""
        point, since = self._steps(panel, horizon)
        return Forecast(point, normal_bounds(point, self._width(panel, since) if levels else since, levels))

    def paths(self, panel: Panel, horizon: int, n: int, seed: int, ahead: Array) -> Array:
        """Errors of the step a season before and Normal ones more around each mean, `(series, path, step, channel)`.

        The variance of what is added is what the squared deviation grew by, so that each step spreads as its interval.
        """
        point, since = self._steps(panel, horizon)
        width = self._width(panel, since)
        largest = width.max(axis=1)  # (series, channel)
        unit = width / np.where(largest > 0.0, largest, 1.0)[:, None]  # whose squares stay in the range of a float
        errors = normal_errors(seed, panel, (n, horizon, panel.channels))
        walk_by_seasons(errors, unit**2, own_seasons(panel, self.season))
        return np.asarray(point[:, None] + errors * largest[:, None, None])

    def _steps(self, panel: Panel, horizon: int) -> tuple[Array, Array]:
        """The forecast, and the seasons since the newest value of its mean, `(series, step, channel)` each."""
        shape = (len(panel.names), horizon, panel.channels)
        point, since = np.empty(shape), np.empty(shape)
        for series, channel in np.ndindex(shape[0], shape[2]):
            course = Course.of(panel, series, channel, self.season, _NEED)
            means = _means(course.values, *_newest(course.seen, course.season, self.seasons))
            _, since[series, :, channel] = course.sources(horizon)
            point[series, :, channel] = means[(len(course.values) + np.arange(horizon)) % course.season]
        return point, since

    def _width(self, panel: Panel, since: Array) -> Array:
        """The deviation so many seasons ahead, the last one learned for more, `(series, step, channel)`."""
        places = fitted_places(self.names, panel, "the width of its intervals is")
        learned = np.moveaxis(learned_deviation(self.deviation[places], panel.names), 2, 1)  # (series, ahead, channel)
        last = learned.shape[1]
        return np.take_along_axis(learned, np.minimum(since, last).astype(np.int64) - 1, axis=1)

    def state(self) -> tuple[Facts, Arrays]:
        """The season, how many of them, and the deviations."""
        facts = {"season": self.season, "seasons": self.seasons, "memory": self.memory}
        return facts, {"deviation": self.deviation}


class SeasonalMeanForecaster(PanelForecaster):
    """The mean of the last observed values at the same place in the season.

    - `season`: rows in a season; None takes the table's for the frequency.
    - `seasons`: how many of the newest values at a place are averaged; all of them where there are fewer. Missing ones
      do not count.

    A place never observed takes the last observed value of the series. A series no longer than a season, counted from
    its first observed row, takes the mean of its last `seasons` observed values at every step. With `seasons=1` the
    forecasts are those of seasonal naive. A newer history moves the means. Intervals are Normal, as wide as the errors
    of such means were as many seasons ahead in the data of `fit`; a step further ahead than the horizon of `fit`, or
    than 1,000 seasons, is as wide as the last. Widths are of the season that the data of `fit` had: a `history` longer
    than a season where those were not, or no longer where they were, has other means, and still these widths.

    >>> import pandas as pd
    >>> data = pd.Series([3.0, 1.0, 5.0, 2.0])
    >>> SeasonalMeanForecaster(horizon=3, season=2).fit(data).predict().tolist()
    [4.0, 1.5, 4.0]
    """

    by_series = True

    def __init__(
        self, horizon: int = 1, *, season: int | None = None, seasons: int = 7, name: str = "seasonal-mean"
    ) -> None:
        self.horizon = horizon
        self.season = season
        self.seasons = seasons
        self.name = name

    def _learn(self, panel: Panel) -> MeanSeason:
        season = panel.season if self.season is None else whole_number("season", self.season, 1)
        seasons = whole_number("seasons", self.seasons, 1)
        shape, found, memory = (len(panel.names), panel.channels), [], 1
        for series, channel in np.ndindex(shape):
            course = Course.of(panel, series, channel, season, _NEED)
            most = min(-(-self.horizon // course.season), max((len(course.values) - 1) // course.season, 1), _FARTHEST)
            found.append(_deviations(course, seasons, most))
            memory = max(memory, course.kept(int(_newest(course.seen, course.season, seasons)[0].min())))
        longest = max(map(len, found))
        alike = [np.pad(own, (0, longest - len(own)), "edge") for own in found]  # beyond its last it is the last
        deviation = np.array(alike).reshape(*shape, longest)
        told = short_of_a_season(panel, season, "the mean of its last values stands in place of those by season")
        return MeanSeason(panel.names, season, seasons, deviation, memory, told)

    def _restore(self, facts: Facts, arrays: Arrays, recent: Panel) -> MeanSeason:
        season, seasons, memory = (int(facts[fact]) for fact in ("season", "seasons", "memory"))
        return MeanSeason(recent.names, season, seasons, np.asarray(arrays["deviation"], np.float64), memory)


def _newest(seen: Counts, season: int, seasons: int) -> tuple[Counts, Counts]:
    """The last rows seen at each place, `(back, place)` from the newest, and how many of them are meant, `(place,)`.

    Where a place has fewer, its newest row stands in their stead; of a place never seen it is the last row of all.

    >>> _newest(np.array([0, 3, 4, 6]), 3, 2)
    (array([[6, 4, 6],
           [3, 4, 6]]), array([2, 1, 1]))
    """
    places = seen % season
    counts = np.bincount(places, minlength=season)
    by_place = seen[np.argsort(places, kind="stable")]
    back = np.arange(min(seasons, int(counts.max())))[:, None]
    last = np.cumsum(counts) - 1
    rows = by_place[np.where(back < counts, last - back, last)]
    return np.where(counts > 0, rows, seen[-1]), np.clip(counts, 1, seasons)


def _means(values: Array, rows: Counts, counts: Counts) -> Array:
    """The mean of each place, `(place,)`, from what `_newest` found.

    Differences from the newest value are averaged, so that equal values have just that mean.
    """
    newest = values[rows[0]]
    shares = (values[rows] - newest) / counts  # divided before they are added: a sum could leave the range of a float
    return np.asarray(newest + shares.sum(axis=0))


def _deviations(course: Course, seasons: int, most: int) -> Array:
    """Root mean squares of the errors that means had 1 to `most` seasons ahead, none below an earlier one, `(ahead,)`.

    The error of a row is that from the mean of the last values observed at its place so many seasons before or earlier;
    there are fewer of them the further ahead, and where fewer than two are left, the deviation before stays.
    """
    values, cycles = course.values, -(-len(course.values) // course.season)
    grid = np.full((cycles, course.season), np.nan)
    grid.ravel()[: len(values)] = values
    grid = (grid - values[course.last]).T  # (place, cycle), zeros where all are equal
    known = ~np.isnan(grid)
    earlier = np.cumsum(known, axis=1)[known] - 1  # how many values each one seen has before it at its place
    means = np.full(grid.shape, np.nan)
    window = min(seasons, int(earlier.max()) + 1)
    means[known] = _sums(grid[known] / window, earlier, window) * (window / np.minimum(earlier + 1, window))
    latest = np.maximum.accumulate(np.where(known, np.arange(cycles), 0), axis=1)
    means = np.take_along_axis(means, latest, axis=1)  # where no value is, the mean up to the one before
    found = [root_mean_square((grid[:, ahead:] - means[:, :-ahead]).ravel()) for ahead in range(1, most + 1)]
    return np.asarray(np.fmax.accumulate(found))


def _sums(values: Array, earlier: Counts, window: int) -> Array:
    """For each value the sum of the last `window` ones at its place; `earlier` stand before it there.

    Sums of 1, 2, 4, … values make up the window, which takes few passes, and no large sum is taken from another one.

    >>> _sums(np.array([1.0, 2.0, 3.0, 10.0, 20.0]), np.array([0, 1, 2, 0, 1]), 2).tolist()
    [1.0, 3.0, 5.0, 10.0, 30.0]
    """
    total, part = np.zeros_like(values), values
    taken, size = 0, 1
    while size <= window:
        if window & size:
            total, taken = total + _back(part, earlier, taken), taken + size
        part, size = part + _back(part, earlier, size), 2 * size
    return total


def _back(values: Array, earlier: Counts, by: int) -> Array:
    """What stands `by` values before each one at its place, 0 where there is none."""
    found = np.zeros_like(values)
    found[by:] = np.where(earlier[by:] >= by, values[: len(values) - by], 0.0)
    return found
