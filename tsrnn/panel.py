"""Panel: what every model sees, all series of a data set end to end in one array."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

    from tsrnn.layout import Layout

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Panel:
    """All series end to end, sorted by name and then by time.

    - `values (row, channel)`: the target, NaN where `observed (row, channel)` is false.
    - `offsets (series + 1,)`: series `i` stands in rows `offsets[i]:offsets[i + 1]`.
    - `past (row, P)`, `future (row, F)`: covariates known up to the origin, and ahead of it; `static (series, S)`.
    - `times (row,)`: one stamp a row; `layout`: the caller's own shape, to write answers back in.
    - `given (row,)`: how many of the caller's rows a row was made of: 0 for one that a repair put in, more than 1 for
      repeated ones made one; None where it is 1 for all.
    """

    values: Array
    observed: Flags
    offsets: Counts
    names: tuple[Hashable, ...]
    past: Array
    future: Array
    static: Array
    times: pd.Index
    layout: Layout
    given: Counts | None = None

    @property
    def lengths(self) -> Counts:
        """Rows of each series, `(series,)`."""
        return self.offsets[1:] - self.offsets[:-1]

    @property
    def channels(self) -> int:
        """Target columns a series has: 1 unless the columns are joint."""
        return int(self.values.shape[1])

    @property
    def season(self) -> int:
        """Rows in the season that the frequency suggests (24 for hourly rows)."""
        return self.layout.frequency.season

    def rows(self, series: int) -> slice:
        """The rows of series number `series`."""
        return slice(int(self.offsets[series]), int(self.offsets[series + 1]))

    def cut(self, stops: Counts) -> Panel:
        """Each series up to its first `stops[i]` rows: what was known at an earlier time."""
        return self.between(np.zeros_like(stops), stops)

    def between(self, starts: Counts, stops: Counts) -> Panel:
        """Each series from its row `starts[i]` up to and without its row `stops[i]`."""
        return self._keep(self.offsets[:-1] + starts, self.offsets[:-1] + stops)

    def tail(self, rows: int) -> Panel:
        """The last `rows` rows of each series (all of a shorter one)."""
        return self._keep(np.maximum(self.offsets[1:] - rows, self.offsets[:-1]), self.offsets[1:])

    def without(self, dropped: Flags) -> Panel:
        """The other series, in the caller's order; `dropped (series,)` says which are left out."""
        kept, layout = np.flatnonzero(~dropped), self.layout
        places = np.cumsum(~dropped) - 1
        given = [place for place in layout.order if not dropped[place]]
        columns = layout.columns
        if layout.shape == "wide" and not columns.joint:  # a column a series
            targets = zip(columns.named("target"), layout.order, strict=True)
            columns = replace(columns, target=[name for name, place in targets if not dropped[place]])
        layout = replace(layout, columns=columns, order=tuple(int(places[place]) for place in given))
        panel = self._keep(self.offsets[:-1][kept], self.offsets[1:][kept])
        names = tuple(self.names[place] for place in kept)
        return replace(panel, names=names, static=self.static[kept], layout=layout)

    def _keep(self, starts: Counts, ends: Counts) -> Panel:
        spans = [np.arange(start, end) for start, end in zip(starts, ends, strict=True)]
        rows = np.concatenate(spans) if spans else np.zeros(0, np.int64)
        return replace(
            self,
            values=self.values[rows],
            observed=self.observed[rows],
            offsets=np.concatenate(([0], np.cumsum(ends - starts))).astype(np.int64),
            past=self.past[rows],
            future=self.future[rows],
            times=self.times.take(rows),
            given=None if self.given is None else self.given[rows],
        )


@dataclass(frozen=True)
class Forecast:
    """Numbers ahead of a panel: `point (series, step, channel)`, and for each level in per cent its (low, high)."""

    point: Array
    bounds: dict[float, tuple[Array, Array]]
