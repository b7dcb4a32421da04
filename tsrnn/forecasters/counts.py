"""Counts: whole numbers from 0 up, given to a network as they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tsrnn.errors import DataError, SettingError
from tsrnn.panel import Array, Panel
from tsrnn.transforms import Chain


@dataclass(frozen=True)
class Counts:
    """A transform that changes nothing and refuses what is no count.

    >>> Counts()
    Counts()
    """

    @property
    def differences(self) -> int:
        """There is nothing to undo."""
        return 0

    def fit(self, panel: Panel) -> Counts:
        """There is nothing to learn."""
        return self

    def restore(self, arrays: dict[str, Array], panel: Panel) -> Counts:
        """There was nothing to learn."""
        return self

    def apply(self, panel: Panel) -> Array:
        """The values; DataError naming the series and stamp of one that is no count."""
        wrong = (panel.values < 0) | (panel.values % 1 > 0)
        if wrong.any():
            row, channel = map(int, np.argwhere(wrong)[0])
            series = panel.names[int(np.searchsorted(panel.offsets, row, side="right")) - 1]
            raise DataError(
                f"series {series!r} is {panel.values[row, channel]:g} at {panel.times[row]}, but NegativeBinomial() "
                "forecasts counts: whole numbers from 0 up; use head=Normal(), StudentT() or Quantiles()",
                series=series,
                time=panel.times[row],
            )
        return panel.values

    def invert(self, values: Array, panel: Panel) -> Array:
        """The values."""
        return values

    def arrays(self) -> dict[str, Array]:
        """Nothing."""
        return {}


def counted(transforms: tuple[str, ...]) -> Chain:
    """The chain of a model of counts; SettingError where they are to be transformed."""
    if transforms:
        raise SettingError(
            f"transform={transforms} makes counts something else, but head=NegativeBinomial() forecasts counts; "
            "leave the transform out or use another head"
        )
    return Chain((Counts(),))
