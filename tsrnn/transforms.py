"""Transforms: each series brought to a common scale before a network sees it, and its forecast brought back.

`fit(panel)` gives a Learned with `apply(panel)` and `invert(values, panel)`; everything is float64, one transform
a series, learned from observed rows only. A series that was not there at `fit` gets its own from the rows
it is given with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol, cast

import numpy as np

from tsrnn.boxcox import BoxCox, logarithms
from tsrnn.errors import MissingValueError, choices, of_kind
from tsrnn.panel import Array, Panel
from tsrnn.scaling import Standardize


class Learned(Protocol):
    """A fitted transform."""

    @property
    def differences(self) -> int:
        """How many times over its values are changes: so many rows in front have none.

        Undoing a change adds steps up, so that the ends of intervals cannot be undone where it is not 0.
        """
        ...

    def apply(self, panel: Panel) -> Array:
        """The panel's values transformed, `(row, channel)`."""
        ...

    def invert(self, values: Array, panel: Panel) -> Array:
        """Values ahead `(series, step, channel)` brought back to the scale of the panel that they continue."""
        ...

    def arrays(self) -> dict[str, Array]:
        """What was learned, for saving; `(series, channel)` each."""
        ...


class Transform(Protocol):
    """A transform before it is fitted."""

    def fit(self, panel: Panel) -> Learned:
        """What there is to learn from the panel."""
        ...

    def restore(self, arrays: dict[str, Array], panel: Panel) -> Learned:
        """The fitted transform again, from its `arrays()` and a panel with the same series."""
        ...


@dataclass(frozen=True)
class Log:
    """The natural logarithm, for series that grow by a rate; every observed value must be positive.

    >>> Log()
    Log()
    """

    @property
    def differences(self) -> int:
        """Each step is undone by itself."""
        return 0

    def fit(self, panel: Panel) -> Log:
        """There is nothing to learn."""
        return self

    def restore(self, arrays: dict[str, Array], panel: Panel) -> Log:
        """There was nothing to learn."""
        return self

    def apply(self, panel: Panel) -> Array:
        """The logarithm of the values; DataError naming the series and stamp of one that has none."""
        return logarithms(panel, "log")

    def invert(self, values: Array, panel: Panel) -> Array:
        """The exponential, or the largest number there is."""
        return np.exp(np.minimum(values, np.log(np.finfo(np.float64).max)))

    def arrays(self) -> dict[str, Array]:
        """Nothing."""
        return {}


@dataclass(frozen=True)
class Difference:
    """The change from one row to the next, for series without a level of their own.

    The first row, and a row beside a missing one, has no change and counts as missing. Undone, changes add up; so
    the ends of an interval must not be (they would be added as if every step erred the same way).

    >>> Difference()
    Difference()
    """

    @property
    def differences(self) -> int:
        """Once."""
        return 1

    def fit(self, panel: Panel) -> Difference:
        """There is nothing to learn."""
        return self

    def restore(self, arrays: dict[str, Array], panel: Panel) -> Difference:
        """There was nothing to learn."""
        return self

    def apply(self, panel: Panel) -> Array:
        """The changes, NaN in the first row of each series."""
        changes = np.diff(panel.values, axis=0, prepend=np.nan)
        changes[panel.offsets[:-1]] = np.nan
        return changes

    def invert(self, values: Array, panel: Panel) -> Array:
        """The last observed value of each series and channel, plus the changes up to each step."""
        last = np.empty((len(panel.names), 1, panel.channels))
        for series in range(len(panel.names)):
            for channel in range(panel.channels):
                own = panel.values[panel.rows(series), channel]
                seen = own[~np.isnan(own)]
                if not len(seen):
                    raise MissingValueError(
                        f"series {panel.names[series]!r} has no observed value in its last {len(own)} rows, but a "
                        "forecast of changes starts from one; give a longer history",
                        series=panel.names[series],
                    )
                last[series, 0, channel] = seen[-1]
        return last + np.cumsum(values, axis=1)

    def arrays(self) -> dict[str, Array]:
        """Nothing."""
        return {}


def _with(panel: Panel, values: Array) -> Panel:
    return replace(panel, values=values, observed=~np.isnan(values))


@dataclass(frozen=True)
class Chain:
    """Several transforms, the first applied first."""

    parts: tuple[Transform, ...]

    def fit(self, panel: Panel) -> FittedChain:
        """Each part fitted on what the parts before it leave."""
        fitted: list[Learned] = []
        for part in self.parts:
            fitted.append(part.fit(panel))
            panel = _with(panel, fitted[-1].apply(panel))
        return FittedChain(tuple(fitted))

    def restore(self, arrays: dict[str, Array], panel: Panel) -> FittedChain:
        """The fitted parts again."""
        starts = [f"{n}." for n in range(len(self.parts))]
        own = [{key.removeprefix(at): value for key, value in arrays.items() if key.startswith(at)} for at in starts]
        return FittedChain(tuple(part.restore(its, panel) for part, its in zip(self.parts, own, strict=True)))


@dataclass(frozen=True)
class FittedChain:
    """Fitted transforms in order."""

    parts: tuple[Learned, ...]

    @property
    def differences(self) -> int:
        """Those of its parts together."""
        return sum(part.differences for part in self.parts)

    def apply(self, panel: Panel) -> Array:
        """Each part in turn."""
        for part in self.parts:
            panel = _with(panel, part.apply(panel))
        return panel.values

    def invert(self, values: Array, panel: Panel) -> Array:
        """Each part undone, the last first."""
        seen = [panel]
        for part in self.parts[:-1]:
            seen.append(_with(panel, part.apply(seen[-1])))
        for part, before in zip(reversed(self.parts), reversed(seen), strict=True):
            values = part.invert(values, before)
        return values

    def arrays(self) -> dict[str, Array]:
        """Every part's arrays, numbered."""
        return {f"{n}.{key}": value for n, part in enumerate(self.parts) for key, value in part.arrays().items()}


_BEFORE_SCALING: dict[str, Transform] = {"log": Log(), "boxcox": BoxCox(), "difference": Difference()}
_DEVIATION = "deviation"


def transform_names(transform: object) -> tuple[str, ...]:
    """The names in a setting `transform=`, one or several; SettingError where it is no name.

    >>> transform_names("log")
    ('log',)
    """
    if isinstance(transform, str):
        return (transform,)
    of_kind("transform", transform, (tuple, list), "the name of a transform or several, such as ('log',)")
    return tuple(cast("Sequence[str]", transform))


def chain(names: tuple[str, ...], steps: int = 0) -> Chain:
    """The named transforms (`"log"`, `"boxcox"`, `"difference"`), and then Standardize by the changes over `steps`.

    With `"deviation"` among the names it is Standardize by the deviation.

    >>> chain(("log", "deviation"), 12).parts
    (Log(), Standardize(steps=0))
    """
    for name in names:
        if name not in (*_BEFORE_SCALING, _DEVIATION):
            raise choices("transform", name, (*_BEFORE_SCALING, _DEVIATION))
    before = (_BEFORE_SCALING[name] for name in names if name != _DEVIATION)
    return Chain((*before, Standardize(0 if _DEVIATION in names else steps)))
