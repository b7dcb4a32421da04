"""Seasonal patterns: the season of a series as one number for each place in it, taken out before and put back after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from statsmodels.tsa.seasonal import STL, seasonal_decompose

from tsrnn.panel import Array, Counts


@dataclass(frozen=True)
class Pattern:
    """`indices (season,)`, the first for the place that the fitted rows begin at; they multiply, or they are added."""

    indices: tuple[float, ...]
    multiplies: bool

    def at(self, places: Counts) -> Array:
        """The index at each place on the time axis."""
        return np.array(self.indices)[places % len(self.indices)]

    def removed(self, values: Array, places: Counts) -> Array:
        """The values without their season."""
        return values / self.at(places) if self.multiplies else values - self.at(places)

    def restored(self, values: Array, places: Counts) -> Array:
        """The values with their season."""
        return values * self.at(places) if self.multiplies else values + self.at(places)

    def widths(self, places: Counts) -> Array:
        """What a deviation is multiplied by at each place."""
        return np.abs(self.at(places)) if self.multiplies else np.ones(len(places))


def pattern(values: Array, season: int) -> Pattern:
    """The season of gapless `values (row,)` by classical decomposition; it multiplies where all values are positive.

    Source: Makridakis, Wheelwright and Hyndman (1998), Forecasting: methods and applications, section 3.4.

    >>> pattern(np.array([1.0, 3.0] * 4), 2)
    Pattern(indices=(0.5, 1.5), multiplies=True)
    """
    if (values > 0).all():
        found = pattern_of(values, season, multiplies=True)
        if min(found.indices) > 0:
            return found
    return pattern_of(values, season, multiplies=False)


def pattern_of(values: Array, season: int, *, multiplies: bool) -> Pattern:
    """The season of at least two seasons of rows, taken for one that multiplies or is added."""
    made = seasonal_decompose(values, model="multiplicative" if multiplies else "additive", period=season)
    return Pattern(tuple(float(index) for index in made.seasonal[:season]), multiplies)


def followed(values: Array, season: int) -> Array:
    """The season of gapless `values (row,)`, at least two seasons of rows, that changes slowly from one to the next.

    Source: Cleveland, Cleveland, McRae and Terpenning (1990), STL: a seasonal-trend decomposition procedure based on
    loess, with a window of eleven seasons.
    """
    return np.asarray(STL(values, period=season, seasonal=11).fit().seasonal, np.float64)


def last_of(component: Array, season: int) -> Pattern:
    """The last season of a component, `(row,)` from the fitted rows' first on, as a pattern that is added."""
    rows = np.arange(len(component) - season, len(component))
    indices = np.empty(season)
    indices[rows % season] = component[rows]
    return Pattern(tuple(indices.tolist()), multiplies=False)


def pattern_from(facts: dict[str, Any] | None) -> Pattern | None:
    """A pattern again, from what JSON kept of it."""
    return None if facts is None else Pattern(tuple(map(float, facts["indices"])), bool(facts["multiplies"]))
