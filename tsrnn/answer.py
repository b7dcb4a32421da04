"""The pandas border, outwards: a Forecast written in the caller's own shape, and read back from it."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any, cast

import numpy as np
import pandas as pd

from tsrnn.errors import DataError
from tsrnn.layout import Layout
from tsrnn.panel import Array, Forecast, Panel

Answer = pd.Series | pd.DataFrame


def bound(name: Hashable, side: str, level: float) -> str:
    """The column of one end of an interval.

    >>> bound("load", "lo", 80.0)
    'load-lo-80'
    """
    return f"{name}-{side}-{level:g}"


def times_ahead(panel: Panel, series: int, horizon: int) -> pd.Index:
    """The `horizon` stamps after the last row of a series."""
    last = panel.times[panel.rows(series).stop - 1]
    return panel.layout.frequency.after(last, horizon, panel.times)


def write(forecast: Forecast, panel: Panel) -> Answer:
    """A forecast in the caller's own shape, names, order, dtype of time and time zone.

    A Series gives a Series (with levels a frame), a wide frame a wide frame, a long frame a long frame; each level in
    per cent adds `NAME-lo-LEVEL` and `NAME-hi-LEVEL`.
    """
    layout, horizon = panel.layout, forecast.point.shape[1]
    if layout.shape == "long":
        return _write_long(forecast, panel, horizon)
    index = times_ahead(panel, 0, horizon)
    columns = dict(_named(forecast, layout, "y" if layout.label is None else layout.label))
    if layout.shape == "series" and not forecast.bounds:
        return pd.Series(forecast.point[0, :, 0], index.rename(layout.index_name), name=layout.label)
    table: pd.DataFrame = pd.DataFrame(columns, index=index)
    if layout.columns.time is not None:
        table.insert(0, cast("str", layout.columns.time), index)
        return table.reset_index(drop=True)
    table.index.name, table.columns.name = layout.index_name, layout.columns_name
    return table


def _named(forecast: Forecast, layout: Layout, label: Hashable) -> Iterator[tuple[Hashable, Array]]:
    """Column by column of a wide answer, in the caller's order."""
    names = (label,) if layout.shape == "series" else layout.columns.named("target")
    joint = layout.shape == "wide" and layout.columns.joint
    for place, name in enumerate(names):
        series, channel = (0, place) if joint else (layout.order[place], 0)
        yield name, forecast.point[series, :, channel]
        for level, (low, high) in forecast.bounds.items():
            yield bound(name, "lo", level), low[series, :, channel]
            yield bound(name, "hi", level), high[series, :, channel]


def _write_long(forecast: Forecast, panel: Panel, horizon: int) -> pd.DataFrame:
    layout = panel.layout
    order = list(layout.order)
    ids = pd.Series([panel.names[series] for series in order for _ in range(horizon)])
    stamps = [times_ahead(panel, series, horizon) for series in order]
    table: dict[Hashable, Any] = {
        layout.columns.id: ids.astype(cast("Any", layout.id_dtype)),
        layout.columns.time: _joined(stamps),
    }
    for channel, name in enumerate(layout.columns.named("target")):
        table[name] = forecast.point[order, :, channel].ravel()
        for level, (low, high) in forecast.bounds.items():
            table[bound(name, "lo", level)] = low[order, :, channel].ravel()
            table[bound(name, "hi", level)] = high[order, :, channel].ravel()
    return pd.DataFrame(table)


def _joined(stamps: list[pd.Index]) -> pd.Index:
    return stamps[0].append(stamps[1:]) if len(stamps) > 1 else stamps[0]


def parse(answer: Answer, panel: Panel, horizon: int, levels: tuple[float, ...]) -> Forecast:
    """The numbers of an answer that `write` could have written for this panel; DataError where they do not fit.

    This is how a backtest reads any forecaster's `predict`, its own or another's.
    """
    columns: dict[Hashable, Array] = {}
    layout = panel.layout
    if isinstance(answer, pd.Series):
        columns[layout.label if layout.label is not None else "y"] = answer.to_numpy(np.float64)
    elif layout.shape == "long":
        answer = answer.sort_values([cast("str", layout.columns.id), cast("str", layout.columns.time)], kind="stable")
    if isinstance(answer, pd.DataFrame):
        columns.update({name: answer[name].to_numpy() for name in answer.columns})
    point = _gather(columns, panel, horizon, None)
    bounds = {
        level: (_gather(columns, panel, horizon, ("lo", level)), _gather(columns, panel, horizon, ("hi", level)))
        for level in levels
    }
    return Forecast(point, bounds)


def _gather(columns: dict[Hashable, Array], panel: Panel, horizon: int, end: tuple[str, float] | None) -> Array:
    """One quantity of an answer as `(series, step, channel)`."""
    layout = panel.layout
    label = layout.label if layout.label is not None else "y"
    names = (label,) if layout.shape == "series" else layout.columns.named("target")
    found = []
    for name in names:
        column = name if end is None else bound(name, *end)
        if column not in columns:
            raise DataError(
                f"the forecast has no column {column!r}; found {[str(name) for name in columns]}", column=column
            )
        found.append(np.asarray(columns[column], np.float64))
    per_series = len(panel.names) if layout.shape == "long" else 1
    for values in found:
        if len(values) != per_series * horizon:
            raise DataError(f"the forecast has {len(values)} rows, but {per_series} x {horizon} are needed")
    if layout.shape == "long":
        return _by_id(columns[layout.columns.id], np.stack(found, axis=-1), panel, horizon)
    if layout.columns.joint:
        return np.stack(found, axis=-1)[None]
    gathered = np.empty((len(panel.names), horizon, 1))
    for place, values in enumerate(found):
        gathered[layout.order[place], :, 0] = values
    return gathered


def _by_id(ids: Array, values: Array, panel: Panel, horizon: int) -> Array:
    """Rows sorted by id and time put in the panel's order of series."""
    starts = {name: row for row, name in zip(range(0, len(ids), horizon), ids[::horizon], strict=True)}
    missing = [name for name in panel.names if name not in starts]
    if missing:
        raise DataError(f"the forecast has no rows for series {missing[0]!r}", series=missing[0])
    return np.stack([values[starts[name] : starts[name] + horizon] for name in panel.names])
