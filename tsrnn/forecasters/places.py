"""Places in the season, counted from a series' first observed row, and what the forecasters by them do alike."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.stats import norm

from tsrnn.errors import DataError, MissingValueError, ShortSeriesError
from tsrnn.forecasters.draws import generator
from tsrnn.notices import Notice
from tsrnn.panel import Array, Counts, Panel


def begun(panel: Panel, series: int, channel: int) -> Array:
    """The values of a series from its first observed row on, `(row,)`; none where no value is observed.

    What stands before that is the frame's: rows of longer columns, or put in front of a short series.
    """
    values = panel.values[panel.rows(series), channel]
    seen = ~np.isnan(values)
    return values[int(np.argmax(seen)) :] if seen.any() else values[:0]


def own_season(season: int, rows: int) -> int:
    """The season that a series of this many rows can repeat: 1 where it is no longer than a season.

    >>> own_season(24, 25), own_season(24, 24)
    (24, 1)
    """
    return season if season < rows else 1


def own_seasons(panel: Panel, season: int) -> Counts:
    """The season that each channel of each series can repeat, `(series, channel)`."""
    own = np.empty((len(panel.names), panel.channels), np.int64)
    for series, channel in np.ndindex(own.shape):
        own[series, channel] = own_season(season, len(begun(panel, series, channel)))
    return own


def short_of_a_season(panel: Panel, season: int, instead: str) -> list[Notice]:
    """A notice for each series that is no longer than a season, with what is forecast `instead`."""
    words = f"no more rows than a season of {season}: {instead}"
    short = (own_seasons(panel, season) < season).any(axis=1)
    return [Notice(panel.names[series], words) for series in np.flatnonzero(short)]


@dataclass(frozen=True)
class Course:
    """A series from its first observed row on: `values (row,)`, and the `season` that so many rows can repeat.

    `need` says in errors what a value is needed for.

    >>> one = Course("load", np.array([5.0, np.nan, np.nan, 7.0]), 2, "a forecast repeats one")
    >>> one.seen.tolist(), one.last.tolist(), one.sources(3)
    ([0, 3], [0, 3], (array([0, 3, 0]), array([2., 1., 3.])))
    """

    name: Hashable
    values: Array
    season: int
    need: str

    @staticmethod
    def of(panel: Panel, series: int, channel: int, season: int, need: str) -> Course:
        """That of a channel of a series."""
        values = begun(panel, series, channel)
        return Course(panel.names[series], values, own_season(season, len(values)), need)

    @cached_property
    def seen(self) -> Counts:
        """Rows with a value; MissingValueError if there are none."""
        seen = np.flatnonzero(~np.isnan(self.values))
        if not len(seen):
            raise MissingValueError(
                f"series {self.name!r}: no value is observed, but {self.need}; give its history", series=self.name
            )
        return seen.astype(np.int64)

    @property
    def changes(self) -> Array:
        """From each row to that a season later, NaN where one of both is missing."""
        return self.values[self.season :] - self.values[: -self.season]

    @property
    def last(self) -> Counts:
        """The last row seen at each place in the season, `(season,)`; the last row of all at a place never seen."""
        last = np.full(self.season, self.seen[-1])
        last[self.seen % self.season] = self.seen  # of repeated places the last one stays
        return last

    def sources(self, horizon: int) -> tuple[Counts, Array]:
        """For each step ahead the last row seen at its place, and the seasons since, `(step,)` each."""
        steps = len(self.values) + np.arange(horizon)
        source = self.last[steps % self.season]
        return source, np.ceil((steps - source) / self.season)

    def kept(self, oldest: int) -> int:
        """How many rows a later predict needs: from row `oldest` on, and as many as look longer than a season.

        A series begins at its first observed row, so one stays that is more than a season before the end.

        >>> values = np.array([1.0, np.nan, np.nan, 1.0, 1.0, np.nan, np.nan, np.nan, 1.0])
        >>> Course("load", values, 2, "").kept(8), Course("load", values, 1, "").kept(8)
        (5, 1)
        """
        # One that repeats a row has no season to seem longer than, or is no longer than one, and so is what is kept.
        rows, longer = len(self.values), oldest
        if self.season > 1:
            longer = int(self.seen[np.searchsorted(self.seen, rows - self.season) - 1])
        return rows - min(oldest, longer)


def last_seasons(panel: Panel, horizon: int, season: int, need: str) -> tuple[Array, Array]:
    """The last value at the place of each step, and the seasons since it, `(series, step, channel)` each."""
    shape = (len(panel.names), horizon, panel.channels)
    point, seasons = np.empty(shape), np.empty(shape)
    for series, channel in np.ndindex(shape[0], shape[2]):
        course = Course.of(panel, series, channel, season, need)
        source, seasons[series, :, channel] = course.sources(horizon)
        point[series, :, channel] = course.values[source]
    return point, seasons


def root_mean_square(residuals: Array, *, spent: int = 0) -> float:
    """Root mean square of the residuals observed, `spent` of them counted off; NaN for fewer than two.

    >>> root_mean_square(np.array([3.0, np.nan, -3.0]))
    3.0
    """
    known = residuals[~np.isnan(residuals)]
    if len(known) < 2:
        return float("nan")
    largest = float(np.abs(known).max()) or 1.0  # squares of the residuals themselves could leave the range of a float
    unit = known / largest
    return largest * float(np.sqrt(unit @ unit / (len(known) - spent)))


def fitted_places(names: tuple[Hashable, ...], panel: Panel, unknown: str) -> list[int]:
    """Where each series of the panel stands among those fitted; DataError with what is `unknown` of another one."""
    known = {name: place for place, name in enumerate(names)}
    for name in panel.names:
        if name not in known:
            raise DataError(
                f"series {name!r} was not fitted, so {unknown} not known; fit the model with this series", series=name
            )
    return [known[name] for name in panel.names]


def learned_deviation(deviation: Array, names: tuple[Hashable, ...]) -> Array:
    """The same deviations `(series, …)`; ShortSeriesError for the first series with one that was not learned."""
    if np.isnan(deviation).any():
        name = names[int(np.argmax(np.isnan(deviation).reshape(len(names), -1).any(axis=1)))]
        raise ShortSeriesError(
            f"series {name!r}: an interval needs 2 residuals, but fewer were observed; "
            "give a longer series or leave levels out",
            series=name,
        )
    return deviation


def normal_bounds(point: Array, width: Array, levels: tuple[float, ...]) -> dict[float, tuple[Array, Array]]:
    """For each level the ends of the central interval of Normal values with these means and deviations.

    >>> low, high = normal_bounds(np.zeros(1), np.ones(1), (95.0,))[95.0]
    >>> low.round(2).tolist(), high.round(2).tolist()
    ([-1.96], [1.96])
    """
    reach = {level: float(norm.ppf(0.5 + level / 200.0)) * width for level in levels}
    return {level: (point - reach[level], point + reach[level]) for level in levels}


def normal_errors(seed: int, panel: Panel, shape: tuple[int, ...]) -> Array:
    """Standard Normal numbers of this shape for each series."""
    return np.stack([generator(seed, name).normal(size=shape) for name in panel.names])


def walk_by_seasons(errors: Array, variance: Array, seasons: Counts) -> None:
    """Standard errors `(series, path, step, channel)` made, in place, ones of this variance `(series, step, channel)`.

    The error of each step is that of the step a season before it and an independent one more; `seasons` is what
    `own_seasons` gave.
    """
    horizon = variance.shape[1]
    for (series, channel), season in np.ndenumerate(seasons):
        own, walk = variance[series, :, channel], errors[series, :, :, channel]  # (step,), (path, step)
        more = own.copy()
        more[season:] -= own[: max(horizon - season, 0)]
        walk *= np.sqrt(more)
        for step in range(season, horizon):
            walk[:, step] += walk[:, step - season]
