"""Places in the season, counted from a series' first observed row, and what the forecasters by them do alike."""

from __future__ import annotations

from collections.abc import Hashable

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


def seen_rows(values: Array, name: Hashable, need: str) -> Counts:
    """Rows with a value among what `begun` gave; MissingValueError with the series' name and the `need` of one if none.

    >>> seen_rows(np.array([5.0, np.nan, 7.0]), "load", "a forecast repeats one").tolist()
    [0, 2]
    """
    seen = np.flatnonzero(~np.isnan(values))
    if not len(seen):
        raise MissingValueError(
            f"series {name!r}: no value is observed, but {need}; give its history",
            series=name,
        )
    return seen.astype(np.int64)


def last_at_place(seen: Counts, season: int) -> Counts:
    """The last row seen at each place in the season, `(season,)`; the last row of all at a place never seen.

    >>> last_at_place(np.array([0, 3, 4]), 3).tolist()
    [3, 4, 4]
    """
    last = np.full(season, seen[-1])
    last[seen % season] = seen  # of repeated places the last one stays
    return last


def sources(seen: Counts, rows: int, season: int, horizon: int) -> tuple[Counts, Array]:
    """For each step after so many rows the last row seen at its place, and the seasons since, `(step,)` each.

    >>> sources(np.array([0, 1, 3]), 4, 2, 3)
    (array([0, 3, 0]), array([2., 1., 3.]))
    """
    steps = rows + np.arange(horizon)
    source = last_at_place(seen, season)[steps % season]
    return source, np.ceil((steps - source) / season)


def rows_to_keep(seen: Counts, rows: int, season: int, oldest: int) -> int:
    """How many of so many rows a later predict needs: from row `oldest` on, and as many as look longer than a season.

    A series begins at its first observed row, so one stays that is more than a season before the end.

    >>> rows_to_keep(np.array([0, 3, 4, 8]), 9, 2, 8), rows_to_keep(np.array([0, 3, 4, 8]), 9, 1, 8)
    (5, 1)
    """
    # A series that repeats one row has no season to seem longer than, or is no longer than one, and so is what is kept.
    longer = int(seen[np.searchsorted(seen, rows - season) - 1]) if season > 1 else oldest
    return rows - min(oldest, longer)


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
