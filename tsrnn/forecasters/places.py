"""Places in the season, counted from a series' first row, and what the forecasters that go by them do alike."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
from scipy.stats import norm

from tsrnn.errors import DataError, MissingValueError, ShortSeriesError
from tsrnn.forecasters.draws import generator
from tsrnn.notices import Notice
from tsrnn.panel import Array, Counts, Panel


def own_season(season: int, rows: int) -> int:
    """The season that a series of this many rows can repeat: 1 where it is no longer than a season.

    >>> own_season(24, 25), own_season(24, 24)
    (24, 1)
    """
    return season if season < rows else 1


def short_of_a_season(panel: Panel, season: int, instead: str) -> list[Notice]:
    """A notice for each series that is no longer than a season, with what is forecast `instead`."""
    words = f"no more rows than a season of {season}: {instead}"
    rows = zip(panel.names, panel.lengths, strict=True)
    return [Notice(name, words) for name, length in rows if own_season(season, int(length)) < season]


def seen_rows(panel: Panel, series: int, channel: int, need: str) -> Counts:
    """Rows of a series with a value, counted from its first row; MissingValueError with the `need` of one if none."""
    seen = np.flatnonzero(~np.isnan(panel.values[panel.rows(series), channel]))
    if not len(seen):
        raise MissingValueError(
            f"series {panel.names[series]!r}: no value is observed, but {need}; give its history",
            series=panel.names[series],
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


def walk_by_seasons(errors: Array, variance: Array, season: int) -> None:
    """Standard errors `(path, step, channel)` made, in place, ones of this variance `(step, channel)`.

    The error of each step is that of the step a season before it and an independent one more.
    """
    horizon = len(variance)
    more = variance.copy()
    more[season:] -= variance[: max(horizon - season, 0)]
    errors *= np.sqrt(more)
    for step in range(season, horizon):
        errors[:, step] += errors[:, step - season]
