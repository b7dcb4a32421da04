"""Scaling: each series brought to mean zero and a spread of one, and its forecast brought back."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field

import numpy as np

from tsrnn.panel import Array, Flags, Panel


def moments(values: Array, observed: Flags) -> tuple[Array, Array]:
    """Mean and standard deviation of each channel over its observed rows, `(channel,)` each.

    Safe from 1e-300 to 1e300 (scaled by the largest value first). The deviation of a constant channel is 1.
    """
    scaled, unit = _scaled(values, observed)
    count = np.maximum(observed.sum(axis=0), 1)
    mean = scaled.sum(axis=0) / count
    spread = np.sqrt((np.where(observed, scaled - mean, 0.0) ** 2).sum(axis=0) / count)
    deviation = spread * unit
    flat = (spread <= 1e-14 * np.abs(mean)) | (deviation == 0)  # a deviation too small for a number is 0
    return mean * unit, np.where(flat, 1.0, deviation)


def typical_change(values: Array, observed: Flags, steps: int) -> Array:
    """The mean absolute change over 1 to `steps` rows, `(channel,)`; 0 where no two observed rows are so far apart.

    Safe from 1e-300 to 1e300. Of many spans about eight are looked at, from the shortest to the longest.
    """
    scaled, unit = _scaled(values, observed)
    spans = np.unique(np.geomspace(1, max(1, min(steps, len(values) - 1)), 8).round().astype(int))
    means = []
    for span in spans:
        both = observed[span:] & observed[:-span]
        total = np.abs(scaled[span:] - scaled[:-span]).sum(axis=0, where=both)
        means.append(total / np.maximum(both.sum(axis=0), 1))
    change: Array = np.mean(means, axis=0) * unit
    return change


def _scaled(values: Array, observed: Flags) -> tuple[Array, Array]:
    """The observed values over the largest of their channel, with 0 for the others; and that largest, `(channel,)`."""
    largest: Array = np.max(np.abs(values), axis=0, where=observed, initial=0.0)
    scaled = np.where(observed, values, 0.0)
    return np.divide(scaled, largest, out=scaled, where=largest > 0), largest


@dataclass(frozen=True)
class Standardize:
    """Zero mean and unit spread, series by series and channel by channel.

    The spread is the standard deviation or, with `steps`, the mean absolute change over 1 to so many rows: what a
    forecast of so many steps is about. (On a random walk the deviation is that of the whole path.)

    >>> from tsrnn.frame import read
    >>> import pandas as pd
    >>> Standardize().fit(panel := read(pd.Series([1.0, 2.0, 3.0]))).apply(panel).ravel().round(3).tolist()
    [-1.225, 0.0, 1.225]
    """

    steps: int = 0

    def fit(self, panel: Panel) -> Affine:
        """The mean and spread of each series."""
        return self.restore(_moments_of(panel, self.steps), panel)

    def restore(self, arrays: dict[str, Array], panel: Panel) -> Affine:
        """The fitted transform again, from its arrays."""
        places = {name: place for place, name in enumerate(panel.names)}
        return Affine(arrays["centre"], arrays["spread"], places, self.steps)


def _moments_of(panel: Panel, steps: int) -> dict[str, Array]:
    pairs = [
        _moments(panel.values[rows], panel.observed[rows], steps) for rows in map(panel.rows, range(len(panel.names)))
    ]
    return {"centre": np.stack([mean for mean, _ in pairs]), "spread": np.stack([spread for _, spread in pairs])}


def _moments(values: Array, observed: Flags, steps: int) -> tuple[Array, Array]:
    mean, deviation = moments(values, observed)
    change = typical_change(values, observed, steps) if steps else deviation
    return mean, np.where(change > 1e-14 * np.abs(mean), change, deviation)


@dataclass(frozen=True)
class Affine:
    """A fitted Standardize: `centre` and `spread (series, channel)`."""

    centre: Array
    spread: Array
    places: dict[Hashable, int] = field(repr=False)
    steps: int

    @property
    def differences(self) -> int:
        """Each step is undone by itself."""
        return 0

    def apply(self, panel: Panel) -> Array:
        """The panel's values less the centre, over the spread."""
        centre, spread = self._of(panel)
        lengths = panel.lengths
        with np.errstate(invalid="ignore"):
            return (panel.values - np.repeat(centre, lengths, axis=0)) / np.repeat(spread, lengths, axis=0)

    def invert(self, values: Array, panel: Panel) -> Array:
        """Values times the spread, plus the centre."""
        centre, spread = self._of(panel)
        return values * spread[:, None] + centre[:, None]

    def arrays(self) -> dict[str, Array]:
        """Centre and spread."""
        return {"centre": self.centre, "spread": self.spread}

    def _of(self, panel: Panel) -> tuple[Array, Array]:
        found = of_each(panel, self.places, self.arrays(), lambda: _moments_of(panel, self.steps))
        return found["centre"], found["spread"]


def of_each(
    panel: Panel, places: Mapping[Hashable, int], learned: dict[str, Array], own: Callable[[], dict[str, Array]]
) -> dict[str, Array]:
    """What was `learned`, `(series, channel)` each, for the series of a panel by their names.

    `places` says where each stands. A series that was not learned has its own, from the panel's rows, as `own()` gives
    them for all of its series.
    """
    rows = [places.get(name, -1) for name in panel.names]
    if rows == list(range(len(places))):
        return learned
    found = {name: part[rows] for name, part in learned.items()}
    if -1 not in rows:
        return found
    new, others = np.array(rows)[:, None] < 0, own()
    return {name: np.where(new, others[name], part) for name, part in found.items()}
