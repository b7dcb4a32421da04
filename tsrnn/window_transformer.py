"""WindowTransformer: a frame as windows (window, lookback, channel) and their targets, for scikit-learn."""

from __future__ import annotations

from typing import Literal, Self

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

from tsrnn.checks import sortable
from tsrnn.columns import Columns, Repairs
from tsrnn.errors import DataError, NotFittedError, ShortSeriesError, whole_number
from tsrnn.frame import Data, read
from tsrnn.layout import Layout
from tsrnn.panel import Array, Counts, Flags, Panel
from tsrnn.repairing import filled


class WindowTransformer(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Every stretch of `lookback` rows with `horizon` rows after it, as arrays that any regressor takes.

    - `lookback`, `horizon`: rows of a window, and rows after it that `targets` gives. `columns`, `repairs`: as
      everywhere; the channels are the targets, then `past`, `future` and `static` columns, as `names_` says.

    Windows stand in the order of time, those of different series side by side, so that the parts of a TimeSeriesSplit
    follow one another in time. Neighbours share rows: leave a gap of `horizon - 1` windows a series between learning
    and judging, or targets that are judged have been learned. A window with a value missing in it or in its targets is
    left out. Nothing is learned but which columns there are.

    >>> import pandas as pd
    >>> data = pd.Series(np.arange(6.0), pd.date_range("2024-01-01", periods=6, freq="h"))
    >>> windows = WindowTransformer(3, 2)
    >>> windows.fit_transform(data)[..., 0]
    array([[0., 1., 2.],
           [1., 2., 3.]])
    >>> windows.targets(data)
    array([[3., 4.],
           [4., 5.]])
    """

    def __init__(
        self, lookback: int, horizon: int = 1, *, columns: Columns | None = None, repairs: Repairs | None = None
    ) -> None:
        self.lookback = lookback
        self.horizon = horizon
        self.columns = columns
        self.repairs = repairs

    def fit(self, data: Data, y: object = None) -> Self:
        """Learns which columns there are. `y` is not used: the targets are in the data."""
        whole_number("lookback", self.lookback, 1)
        whole_number("horizon", self.horizon, 1)
        panel = read(data, self.columns, self.repairs)
        self.layout_: Layout = panel.layout
        self.names_ = _channels(panel)
        return self

    def transform(self, data: Data) -> Array:
        """The windows, `(window, lookback, channel)`."""
        panel = self._read(data)
        rows, starts = _table(panel), self._starts(panel)
        found: Array = rows[starts[:, None] + np.arange(self.lookback)]
        return found

    def targets(self, data: Data) -> Array:
        """What follows each window of `transform`, `(window, horizon)`; joint: `(window, horizon, target)`."""
        panel = self._read(data)
        ahead = self._starts(panel)[:, None] + self.lookback + np.arange(self.horizon)
        found: Array = panel.values[ahead]
        return found[:, :, 0] if panel.channels == 1 else found

    def latest(self, data: Data) -> Array:
        """The last `lookback` rows of each series, to forecast from: `(series, lookback, channel)`, sorted by name."""
        panel = self._read(data)
        for name, length in zip(panel.names, panel.lengths, strict=True):
            if length < self.lookback:
                raise ShortSeriesError(
                    f"series {name!r} has {length} rows, but one window takes {self.lookback}; give a longer series",
                    series=name,
                )
        found: Array = _table(panel)[(panel.offsets[1:, None] - self.lookback) + np.arange(self.lookback)]
        return found

    def _read(self, data: Data) -> Panel:
        if "layout_" not in self.__dict__:
            raise NotFittedError("WindowTransformer has not been fitted: call fit(data) first")
        panel = filled(read(data, self.columns, self.repairs, like=self.layout_), self.repairs or Repairs())
        if _channels(panel) != self.names_:
            raise DataError(f"the rows have the channels {_channels(panel)}, but fit saw {self.names_}; give the same")
        return panel

    def _starts(self, panel: Panel) -> Counts:
        """The first rows of the complete windows, oldest first; ShortSeriesError where there is none at all."""
        length = self.lookback + self.horizon
        inside = [np.arange(panel.rows(n).start, panel.rows(n).stop - length + 1) for n in range(len(panel.names))]
        starts = np.concatenate(inside).astype(np.int64)
        if not len(starts):
            raise ShortSeriesError(
                f"the longest of {len(panel.names)} series has {int(panel.lengths.max())} rows, but one window takes "
                f"{length} (lookback {self.lookback} + horizon {self.horizon}); give a longer series or a shorter "
                "lookback"
            )
        whole, seen = np.asarray(~np.isnan(_table(panel)).any(axis=1)), np.asarray(panel.observed.all(axis=1))
        complete = _all_of(whole, starts, self.lookback) & _all_of(seen, starts + self.lookback, self.horizon)
        if not complete.any():
            raise ShortSeriesError(
                f"none of {len(starts)} windows is complete; fill in values or give a shorter lookback"
            )
        starts = starts[complete]
        order = np.argsort(sortable(panel.times)[starts + self.lookback], kind="stable")
        return np.asarray(starts[order])


def _all_of(flags: Flags, starts: Counts, length: int) -> Flags:
    """Whether `length` flags from each start on are all set."""
    before = np.concatenate(([0], np.cumsum(flags)))
    return np.asarray(before[starts + length] - before[starts] == length)


def _table(panel: Panel) -> Array:
    """All channels of every row, `(row, channel)`."""
    static = np.repeat(panel.static, panel.lengths, axis=0)
    return np.concatenate((panel.values, panel.past, panel.future, static), axis=1)


def _channels(panel: Panel) -> list[str]:
    """The targets, then the covariates, with one channel for each value of a categorical column."""
    layout = panel.layout
    names = [str(name) for name in layout.columns.named("target")] if panel.channels > 1 else ["target"]
    parts: tuple[tuple[Literal["past", "future", "static"], Array], ...] = (
        ("past", panel.past),
        ("future", panel.future),
        ("static", panel.static),
    )
    for part, rows in parts:
        found: list[str] = []
        for name in layout.columns.named(part):
            values = layout.values_of(name)
            found += [str(name)] if values is None else [f"{name}={value}" for value in values]
        found += [f"calendar {place + 1}" for place in range(rows.shape[1] - len(found))]
        names += found
    return names
