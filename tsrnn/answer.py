"""The pandas border, outwards: a Forecast written in the caller's own shape, and read back from it."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import Any, cast

import numpy as np
import pandas as pd

from tsrnn.checks import sortable
from tsrnn.errors import ColumnError, DataError, SettingError
from tsrnn.layout import Layout
from tsrnn.numbers import time_axis
from tsrnn.panel import Array, Counts, Forecast, Panel

# A Series or a DataFrame, as the data were; a union would make every typed caller say again which.
Answer = Any
# What the columns of a target add to its name, and their numbers, `(series, step, channel)` each.
Parts = dict[str, Array]


def bound(name: Hashable, side: str, level: float) -> str:
    """The column of one end of an interval.

    >>> bound("load", "lo", 80.0)
    'load-lo-80'
    """
    return f"{name}-{side}-{level:g}"


def times_ahead(panel: Panel, series: int, horizon: int) -> pd.Index:
    """The `horizon` stamps after the last row of a series; SettingError where they leave what pandas can count."""
    last = panel.times[panel.rows(series).stop - 1]
    try:
        return panel.layout.frequency.after(last, horizon, panel.times)
    except (OverflowError, NotImplementedError, pd.errors.OutOfBoundsDatetime) as problem:
        raise SettingError(
            f"a horizon of {horizon} steps after {last} ends beyond any calendar: {problem}", code="E119"
        ) from problem


def write(forecast: Forecast, panel: Panel) -> Answer:
    """A forecast in the caller's own shape, names, order, dtype of time and time zone.

    A Series gives a Series (with levels a frame), a wide frame a wide frame, a long frame a long frame; each level in
    per cent adds `NAME-lo-LEVEL` and `NAME-hi-LEVEL`.
    """
    layout = panel.layout
    if layout.shape == "series" and not forecast.bounds:
        index = times_ahead(panel, 0, forecast.point.shape[1])
        index.name = layout.index_name
        return pd.Series(forecast.point[0, :, 0], index, name=layout.label)
    parts: Parts = {"": forecast.point}
    for level, (low, high) in forecast.bounds.items():
        parts |= {bound("", "lo", level): low, bound("", "hi", level): high}
    return _write(parts, panel)


def write_paths(paths: Array, panel: Panel) -> pd.DataFrame:
    """Sample paths `(series, path, step, channel)` in the caller's own shape: columns `NAME-path-1`, `NAME-path-2`, …

    The rows, their index and the columns of ids and times are those of a forecast.
    """
    return _write({f"-path-{path + 1}": paths[:, path] for path in range(paths.shape[1])}, panel)


def _write(parts: Parts, panel: Panel) -> pd.DataFrame:
    layout, horizon = panel.layout, next(iter(parts.values())).shape[1]
    if layout.shape == "long":
        return _write_long(parts, panel, horizon)
    index = times_ahead(panel, 0, horizon)
    columns = dict(_named(parts, layout, "y" if layout.label is None else layout.label))
    table: pd.DataFrame = pd.DataFrame(columns, index=index)
    if layout.columns.time is not None:
        table.insert(0, cast("str", layout.columns.time), index)
        return table.reset_index(drop=True)
    table.index.name, table.columns.name = layout.index_name, layout.columns_name
    return table


def _named(parts: Parts, layout: Layout, label: Hashable) -> Iterator[tuple[Hashable, Array]]:
    """Column by column of a wide answer, in the caller's order."""
    names = (label,) if layout.shape == "series" else layout.columns.named("target")
    joint = layout.shape == "wide" and layout.columns.joint
    _refuse_clash(names, parts)
    for place, name in enumerate(names):
        series, channel = (0, place) if joint else (layout.order[place], 0)
        for ending, values in parts.items():
            yield _ended(name, ending), values[series, :, channel]


def _ended(name: Hashable, ending: str) -> Hashable:
    return f"{name}{ending}" if ending else name


def _refuse_clash(names: tuple[Hashable, ...], parts: Parts) -> None:
    """ColumnError where the column of an interval or of a path would have the name of a target."""
    for name in names:
        for end in (_ended(name, ending) for ending in parts if ending):
            if end in names:
                kind = "a sample path" if "-path-" in str(end).removeprefix(str(name)) else "an interval"
                raise ColumnError(f"column {end!r} would be both a target and {kind}; rename it", column=end)


def _write_long(parts: Parts, panel: Panel, horizon: int) -> pd.DataFrame:
    layout = panel.layout
    order = list(layout.order)
    index = stamps_ahead(panel, order, horizon)
    ids = _ids(layout, [panel.names[series] for series in order for _ in range(horizon)])
    table: dict[Hashable, Any] = {layout.columns.id: ids}
    if layout.columns.time is not None:
        table[layout.columns.time] = index
    for channel, name in enumerate(layout.columns.named("target")):
        for ending, values in parts.items():
            table[_ended(name, ending)] = values[order, :, channel].ravel()
    if layout.columns.time is not None:
        return pd.DataFrame(table)
    return pd.DataFrame(table, index=ids.index).set_axis(index.rename(layout.index_name))


def _ids(layout: Layout, ids: list[Hashable]) -> pd.Series:
    """The id column of a long answer, with the dtype that the caller's has."""
    if layout.id_dtype == "category":
        return pd.Series(pd.Categorical(ids, categories=list(layout.categories), ordered=layout.ordered))
    return pd.Series(ids, dtype=object).astype(cast("Any", layout.id_dtype))


def stamps_ahead(panel: Panel, order: Sequence[int], horizon: int) -> pd.Index:
    """The `horizon` stamps after the last row of each series, end to end; counted once where series end alike."""
    ends = sortable(panel.times)[panel.offsets[1:][list(order)] - 1]
    _, firsts, places = np.unique(ends, return_index=True, return_inverse=True)
    stamps = [times_ahead(panel, order[first], horizon) for first in firsts]
    if len(stamps) == 1 == len(order):
        return stamps[0]
    together = stamps[0].append(stamps[1:]) if len(stamps) > 1 else stamps[0]
    return together.take((places[:, None] * horizon + np.arange(horizon)).ravel())


def parse(answer: Answer, panel: Panel, horizon: int, levels: tuple[float, ...]) -> Forecast:
    """The numbers of an answer that `write` could have written for this panel; DataError where they do not fit.

    This is how a backtest reads any forecaster's `predict`, its own or another's: every series, step and time stamp
    must be there once, and every point a number.
    """
    layout = panel.layout
    label = layout.label if layout.label is not None else "y"
    table = answer.to_frame(label) if isinstance(answer, pd.Series) else answer
    if not isinstance(table, pd.DataFrame):
        raise DataError(
            f"the forecast is a {type(answer).__name__}; predict must give a Series or a frame", code="E125"
        )
    long = layout.shape == "long"
    rows = _long_rows(table, panel, horizon) if long else _wide_rows(table, panel, horizon)
    names = (label,) if layout.shape == "series" else layout.columns.named("target")

    def gather(end: tuple[str, float] | None) -> Array:
        columns = [name if end is None else bound(name, *end) for name in names]
        for column in columns:
            if column not in table.columns:
                raise DataError(
                    f"the forecast has no column {column!r}; found {[str(name) for name in table.columns]}",
                    code="E125",
                    column=column,
                )
        values = np.stack([table[column].to_numpy(np.float64, na_value=np.nan)[rows] for column in columns], axis=-1)
        if long:
            return values.reshape(len(panel.names), horizon, -1)
        # (step, target) → (series, step, 1), in the panel's order of series
        return values[None] if layout.columns.joint else values.T[np.argsort(layout.order)][..., None]

    point = gather(None)
    if np.isnan(point).any():
        series, step, _ = np.argwhere(np.isnan(point))[0]
        raise DataError(
            f"the forecast of series {panel.names[series]!r} is not a number at step {step + 1}",
            code="E125",
            series=panel.names[series],
        )
    return Forecast(point, {level: (gather(("lo", level)), gather(("hi", level))) for level in levels})


def _long_rows(table: pd.DataFrame, panel: Panel, horizon: int) -> Counts:
    """The rows of a long answer in the panel's order of series, each in the order of time."""
    columns = panel.layout.columns
    for part in (columns.id, columns.time):
        if part is not None and part not in table.columns:
            raise DataError(
                f"the forecast has no column {part!r}; found {list(map(str, table.columns))}", code="E125", column=part
            )
    places = {name: place for place, name in enumerate(panel.names)}
    place = np.array([places.get(name, len(places)) for name in table[columns.id].tolist()], np.int64)
    counts = np.bincount(place, minlength=len(places))
    for series, name in enumerate(panel.names):
        if counts[series] != horizon:
            raise DataError(
                f"the forecast has {counts[series]} rows for series {name!r}, not {horizon}", code="E125", series=name
            )
    if len(place) != len(places) * horizon:
        strange = table[columns.id].tolist()[int(np.argmax(place))]
        raise DataError(
            f"the forecast has rows for series {strange!r}, which the data have not", code="E125", series=strange
        )
    times = time_axis(cast("pd.Index", table.index if columns.time is None else table[columns.time]), columns.time)
    rows = np.lexsort((sortable(times), place)).astype(np.int64)
    _check_times(times.take(rows), panel, horizon)
    return rows


def _wide_rows(table: pd.DataFrame, panel: Panel, horizon: int) -> Counts:
    """The rows of a wide answer in the order of time."""
    time = panel.layout.columns.time
    if len(table) != horizon:
        raise DataError(f"the forecast has {len(table)} rows, but {horizon} are needed", code="E125")
    if time is None and table.index.equals(pd.RangeIndex(horizon)):
        return np.arange(horizon, dtype=np.int64)  # numbered, not dated: the steps in order
    if time is not None and time not in table.columns:
        raise DataError(
            f"the forecast has no column {time!r}; found {list(map(str, table.columns))}", code="E125", column=time
        )
    times = time_axis(cast("pd.Index", table.index if time is None else table[time]), time)
    rows = np.argsort(sortable(times), kind="stable").astype(np.int64)
    _check_times(times.take(rows), panel, horizon)
    return rows


def _check_times(times: pd.Index, panel: Panel, horizon: int) -> None:
    """DataError where the answer's times are not the ones ahead of the panel."""
    count = len(times) // horizon
    needed = stamps_ahead(panel, range(count), horizon)
    wrong = np.flatnonzero(np.asarray(times != needed))
    if len(wrong):
        row, name = int(wrong[0]), panel.names[int(wrong[0]) // horizon]
        raise DataError(
            f"the forecast of series {name!r} stands at {times[row]}, where {needed[row]} is needed",
            code="E125",
            series=name,
        )
