"""What is known over the horizon: the caller's future rows checked, and what the calendar says computed."""

from __future__ import annotations

from typing import cast

import numpy as np
import pandas as pd

from tsrnn.answer import stamps_ahead
from tsrnn.calendar import known_by_date
from tsrnn.categories import covariates, future_as_given
from tsrnn.errors import ColumnError, DataError, SettingError
from tsrnn.numbers import time_axis
from tsrnn.panel import Array, Counts, Panel


def known_ahead(panel: Panel, horizon: int, future: pd.DataFrame | None) -> Array:
    """The covariates of the next `horizon` rows, `(series, step, F)`, in the order of `panel.future`.

    `future` holds the columns named in `Columns(future=…)` for those rows (and the id and time columns, or the time in
    the index); more rows are ignored. A missing row or column is named.
    """
    columns = panel.layout.columns
    named = columns.named("future")
    if not named and future is not None:
        raise SettingError("future= was given, but the model was fitted without Columns(future=…); leave it out")
    if not named and not columns.dated:
        return np.zeros((len(panel.names), horizon, 0))
    together = stamps_ahead(panel, range(len(panel.names)), horizon)
    stamps = [together[first : first + horizon] for first in range(0, len(together), horizon)]
    dated = known_by_date(together, columns, panel.layout.frequency.unit).reshape(len(stamps), horizon, -1)
    if not named:
        return dated
    if future is None:
        raise DataError(
            f"the model was fitted with columns known ahead, {[str(name) for name in named]}: give "
            f"predict(future=…) with their values for {stamps[0][0]} to {stamps[0][-1]}",
            code="E123",
        )
    if not isinstance(future, pd.DataFrame):
        raise DataError(
            f"future= is a {type(future).__name__}; give a DataFrame with {[str(name) for name in named]}", code="E123"
        )
    given = [_rows_of(future, panel, series, stamps[series]) for series in range(len(panel.names))]
    return np.concatenate((np.stack(given), dated), axis=2)


def _rows_of(future: pd.DataFrame, panel: Panel, series: int, stamps: pd.Index) -> Array:
    columns, name = panel.layout.columns, panel.names[series]
    needed = [part for part in (columns.id, columns.time, *columns.named("future")) if part is not None]
    for part in needed:
        if part not in future.columns:
            raise ColumnError(
                f"future= has no column {part!r}; found {list(map(str, future.columns))}", code="E123", column=part
            )
    rows = future if columns.id is None else future[future[columns.id] == name]
    if rows.empty:
        raise DataError(f"future= has no rows for series {name!r}", code="E123", series=name)
    axis = time_axis(cast("pd.Index", rows.index if columns.time is None else rows[columns.time]), columns.time)
    if not axis.is_unique:
        twice = axis[axis.duplicated()][0]
        raise DataError(
            f"future= has the time stamp {twice} twice for series {name!r}", code="E123", series=name, time=twice
        )
    places = axis.get_indexer(stamps)
    if (places < 0).any():
        absent = stamps[places < 0]
        raise DataError(
            f"future= lacks {len(absent)} of the {len(stamps)} rows ahead of series {name!r}, the first at "
            f"{absent[0]}; it runs from {axis.min()} to {axis.max()}",
            code="E123",
            series=name,
            time=absent[0],
        )
    rows = rows.set_axis(axis).iloc[places]
    ids = None if columns.id is None else rows[columns.id]
    known = covariates(rows, columns, "future", ids, panel.layout)
    if np.isnan(known.array).any():
        row, column = np.argwhere(np.isnan(known.array))[0]
        part = known.names[column]
        raise DataError(
            f"future= column {part!r} is empty at {stamps[row]} for series {name!r}; fill it in",
            code="E123",
            series=name,
            time=stamps[row],
            column=part,
        )
    return known.array


def slice_ahead(panel: Panel, stops: Counts, horizon: int) -> pd.DataFrame | None:
    """The `future=` frame for a panel cut at `stops`, taken from the rows that follow; None without such columns."""
    columns = panel.layout.columns
    named = columns.named("future")
    if not named:
        return None
    count = len(panel.names) if columns.id is not None else 1
    starts = panel.offsets[:-1][:count] + stops[:count]
    rows = np.concatenate([np.arange(start, start + horizon) for start in starts])
    table = future_as_given(panel, rows)
    if columns.id is not None:
        table[columns.id] = pd.Series([name for name in panel.names for _ in range(horizon)], dtype=object)
    if columns.time is not None:
        table[columns.time] = panel.times.take(rows)
        return table
    return table.set_axis(panel.times.take(rows))
