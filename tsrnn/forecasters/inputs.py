"""Inputs: a panel as one float32 array of features a row, from which windows are gathered."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from tsrnn.errors import DataError, SettingError, ShortSeriesError
from tsrnn.nn.forking import refuse_forked
from tsrnn.panel import Array, Flags, Panel
from tsrnn.scaling import moments
from tsrnn.transforms import Learned

_LARGEST = float(np.finfo(np.float32).max)


@dataclass(frozen=True)
class Scale:
    """The mean and deviation of covariate columns, `(column,)` each, over all rows of all series."""

    centre: Array
    spread: Array

    @staticmethod
    def of(values: Array) -> Scale:
        """Learned from observed values."""
        return Scale(*moments(values, ~np.isnan(values)))

    def apply(self, values: Array) -> Array:
        """Scaled to zero mean and unit deviation; a missing value becomes the mean."""
        if not values.shape[-1]:
            return values
        return np.nan_to_num((values - self.centre) / self.spread, nan=0.0)


@dataclass(frozen=True)
class Scales:
    """What brings every part of a panel to unit scale."""

    target: Learned
    past: Scale
    future: Scale
    static: Scale

    @staticmethod
    def of(target: Learned, panel: Panel) -> Scales:
        """Learned from the panel's own rows."""
        return Scales(target, Scale.of(panel.past), Scale.of(panel.future), Scale.of(panel.static))

    def check(self, levels: tuple[float, ...]) -> None:
        """SettingError where the ends of intervals cannot be brought back."""
        if levels and self.target.differences:
            raise SettingError(
                "a model with transform='difference' gives no intervals, because those of single steps do not add up; "
                "leave the transform or the levels out"
            )

    def memory(self, lookback: int) -> int:
        """Rows of a series that a forecast from so many transformed ones needs."""
        return lookback + self.target.differences

    def check_history(self, panel: Panel, lookback: int) -> None:
        """ShortSeriesError or DataError for a series whose last rows make no window."""
        needed = self.memory(lookback)
        words = f"{needed} (lookback)" if needed == lookback else f"{needed} (lookback {lookback}, of differences)"
        for series, length in enumerate(panel.lengths):
            name, rows = panel.names[series], panel.rows(series)
            if length < needed:
                raise ShortSeriesError(
                    f"series {name!r} has {length} rows of history, but the model reads {words}; "
                    "give more rows, or fit with a shorter lookback",
                    series=name,
                )
            if not panel.observed[rows][-lookback:].any():
                raise DataError(
                    f"series {name!r} has no observed value in its last {lookback} rows, all that the model "
                    "reads; cut the series at its last value, or fit with a longer lookback",
                    series=name,
                    time=panel.times[rows.stop - 1],
                )


@dataclass(frozen=True)
class Inputs:
    """One row of `rows (row, feature)` holds target | observed | past | future, of these widths.

    `static (series, S)`; `series (row,)` says whose a row is; `complete`: whether no target is missing;
    `places (row,)`: the number of each row among all steps of its frequency, where a network asks for it.
    """

    rows: Tensor
    static: Tensor
    series: Tensor
    channels: int
    past: int
    future: int
    complete: bool
    places: Tensor | None = None

    @staticmethod
    def of(panel: Panel, scales: Scales, device: torch.device) -> tuple[Inputs, Flags]:
        """The panel's features, scaled in float64 and then rounded once; and which targets are observed."""
        refuse_forked()
        values = scales.target.apply(panel)
        observed = ~np.isnan(values)
        parts = (
            np.where(observed, values, 0.0),
            observed,
            scales.past.apply(panel.past),
            scales.future.apply(panel.future),
        )
        table = np.concatenate(parts, axis=1)
        _refuse_huge(table, panel)
        rows = torch.from_numpy(table.astype(np.float32)).to(device)
        static = torch.from_numpy(scales.static.apply(panel.static).astype(np.float32)).to(device)
        series = torch.from_numpy(np.repeat(np.arange(len(panel.names)), panel.lengths)).to(device)
        widths = (panel.channels, panel.past.shape[1], panel.future.shape[1])
        return Inputs(rows, static, series, *widths, complete=bool(observed.all())), observed

    def split(self, windows: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Gathered windows `(batch, time, feature)` as target, observed, past and future."""
        target, observed, past, future = torch.split(
            windows, [self.channels, self.channels, self.past, self.future], -1
        )
        return target, observed, past, future


def _refuse_huge(rows: Array, panel: Panel) -> None:
    """DataError for a value that is so far from those learned that single precision cannot hold it."""
    huge = np.abs(rows) > _LARGEST
    if huge.any():
        row = int(np.argmax(huge.any(axis=1)))
        series = panel.names[int(np.searchsorted(panel.offsets, row, side="right")) - 1]
        raise DataError(
            f"series {series!r}: a value at {panel.times[row]} is {np.abs(rows[row]).max():.0e} times the spread of "
            "those that were learned, which is beyond single precision; mend it, or fit again with such values",
            code="E109",
            series=series,
            time=panel.times[row],
        )
