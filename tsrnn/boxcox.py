"""Box-Cox: the power of each series under which its values are nearest to a Normal, between reciprocals and squares.

Box and Cox, An analysis of transformations, 1964.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import minimize_scalar

from tsrnn.errors import DataError
from tsrnn.panel import Array, Panel
from tsrnn.scaling import of_each

# The powers that are looked at: from the reciprocal to the square.
BOUNDS = (-1.0, 2.0)
# Negative powers end in a pole; no forecast goes beyond so many times the largest value there was.
REACH = 10.0
# Beyond it an exponential is no float; logarithms of one series differ by 1,400 at most.
_MOST = 700.0


def logarithms(panel: Panel, transform: str) -> Array:
    """The logarithm of the values; DataError naming the series and stamp of one that has none, and what needs it."""
    if (panel.values <= 0).any():
        row = int(np.flatnonzero((panel.values <= 0).any(axis=1))[0])
        series = panel.names[int(np.searchsorted(panel.offsets, row, side="right")) - 1]
        raise DataError(
            f"series {series!r} is {np.nanmin(panel.values[row])} at {panel.times[row]}, but "
            f"transform={transform!r} needs values above 0; leave it out or shift the series",
            series=series,
            time=panel.times[row],
        )
    return np.log(panel.values)


@dataclass(frozen=True)
class BoxCox:
    """A power of each series and channel, for positive series whose swings grow with their level.

    With g the geometric mean of the series, x becomes log g + ((x / g)^p - 1) / p, and with p = 0 the logarithm: so the
    unit of the data changes neither p nor how large numbers become. p is the one of greatest likelihood, as if the
    values were independent and Normal after it, from -1 to 2; 1, no change but of level and unit, for a series with
    fewer than three different values.

    Undone, what lies below every power (p > 0) is 0. With p < 0 powers end where values become infinite: there and
    beyond, the answer is ten times the largest value learned or given. No answer is more than the largest float.

    >>> BoxCox()
    BoxCox()
    """

    def fit(self, panel: Panel) -> Powers:
        """The power of each series and channel, from its observed rows."""
        return self.restore(_learned(panel), panel)

    def restore(self, arrays: dict[str, Array], panel: Panel) -> Powers:
        """The fitted transform again, from its arrays."""
        places = {name: place for place, name in enumerate(panel.names)}
        return Powers(arrays["power"], arrays["level"], arrays["largest"], places)


@dataclass(frozen=True)
class Powers:
    """A fitted BoxCox, `(series, channel)` each: `power`, and the mean and the largest of the logarithms."""

    power: Array
    level: Array
    largest: Array
    places: dict[Hashable, int] = field(repr=False)

    @property
    def differences(self) -> int:
        """Each step is undone by itself."""
        return 0

    def apply(self, panel: Panel) -> Array:
        """The powers of the panel's values; DataError naming the series and stamp of one that is not positive."""
        logs = logarithms(panel, "boxcox")
        power, level, _ = (np.repeat(part, panel.lengths, axis=0) for part in self._of(panel))
        with np.errstate(over="ignore"):  # an infinite one is beyond single precision too, and refused there by name
            return level + _raised(logs - level, power)

    def invert(self, values: Array, panel: Panel) -> Array:
        """The values of which these are the powers; what there is none for is at the end that is nearest."""
        power, level, largest = (part[:, None] for part in self._of(panel))
        away = values - level
        base = np.maximum(power * away, -1.0)
        with np.errstate(divide="ignore"):  # the logarithm of 0, which stands for the end
            grown = np.where(power == 0.0, away, np.log1p(base) / np.where(power == 0.0, 1.0, power))
        highest = np.log(np.finfo(np.float64).max)
        given = np.log(np.fmax.reduceat(panel.values, panel.offsets[:-1]))[:, None]
        ceiling = np.where(power < 0, np.minimum(np.fmax(largest, given) + np.log(REACH), highest), highest)
        found: Array = np.exp(np.minimum(level + grown, ceiling))
        return found

    def arrays(self) -> dict[str, Array]:
        """Powers, levels and largest values."""
        return {"power": self.power, "level": self.level, "largest": self.largest}

    def _of(self, panel: Panel) -> tuple[Array, Array, Array]:
        """What belongs to each series of the panel; one that was not learned has its own, from the panel's rows."""
        found = of_each(panel, self.places, self.arrays(), lambda: _learned(panel))
        return found["power"], found["level"], found["largest"]


def _learned(panel: Panel) -> dict[str, Array]:
    logs = logarithms(panel, "boxcox")
    found = np.array(
        [
            [_power(own[~np.isnan(own)]) for own in logs[panel.rows(series)].T]  # own (row,)
            for series in range(len(panel.names))
        ]
    )  # (series, channel, 3)
    return {name: found[..., place] for place, name in enumerate(("power", "level", "largest"))}


def _power(logs: Array) -> tuple[float, float, float]:
    """The best power of values with these logarithms `(row,)`, and the mean and the largest of the logarithms."""
    if not len(logs):
        return 1.0, 0.0, 0.0
    level, largest = float(logs.mean()), float(logs.max())
    if len(np.unique(logs.round(12))) < 3:  # what differs by rounding is the same
        return 1.0, level, largest
    found = minimize_scalar(_spread, bounds=BOUNDS, args=(logs - level,), method="bounded", options={"xatol": 1e-7})
    return float(found.x), level, largest


def _spread(power: float, logs: Array) -> float:
    """The logarithm of the deviation of the powers, from logarithms of mean 0: the likelihood falls as it grows.

    (About the geometric mean the Jacobian of the transform, which the likelihood holds too, is one.)
    """
    power = power or 1e-12  # of 0 there is a limit
    exponents = np.clip(power * logs, -_MOST, _MOST)
    unit = max(float(exponents.max()), 0.0)  # so that no square is too large for a float
    powers = np.expm1(exponents) * np.exp(-unit) / power
    return float(np.log(powers.std())) + unit


def _raised(logs: Array, power: Array) -> Array:
    """((x / g)^p - 1) / p from log(x / g), the logarithm itself where p is 0."""
    return np.where(power == 0.0, logs, np.expm1(power * logs) / np.where(power == 0.0, 1.0, power))
