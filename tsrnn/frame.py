"""The pandas border, inwards: `read` turns the caller's Series or frame into a Panel and makes every check once."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal, TypedDict, cast

import numpy as np
import pandas as pd

from tsrnn.calendar import known_by_date, resolve
from tsrnn.categories import Covariates, covariates, followed, own
from tsrnn.checks import check_observed, checked_frequency, refuse_repeated, sortable
from tsrnn.columns import Columns, Repairs
from tsrnn.errors import ColumnError, DataError, SettingError
from tsrnn.layout import Category, Layout
from tsrnn.numbers import numbers, time_axis
from tsrnn.panel import Array, Counts, Panel
from tsrnn.parts import resolved
from tsrnn.repairing import Sorted, every_step, one_row_a_step

Data = pd.Series | pd.DataFrame | Panel


class _IdFacts(TypedDict, total=False):
    id_dtype: str
    categories: tuple[Hashable, ...]
    ordered: bool


@dataclass(frozen=True)
class Rows:
    """The caller's rows by part, unchecked and in any order: `key (row,)` says which of `names` a row belongs to."""

    times: pd.Index
    key: Counts
    names: tuple[Hashable, ...]
    targets: Array
    past: Array
    future: Array
    static: Array
    columns: Columns
    shape: Literal["series", "wide", "long"]
    seen: tuple[tuple[Category, ...], ...] = ()


def read(
    data: Data, columns: Columns | None = None, repairs: Repairs | None = None, *, like: Layout | None = None
) -> Panel:
    """The caller's Series, wide frame or long frame as a Panel; nothing of the caller's is changed.

    Rows may come in any order. Raises a DataError naming the series and the time stamp where the rows cannot be used:
    no rows, a column missing or holding no numbers, a stamp twice, a gap, no single step, a series without any value.
    What `repairs` allows is mended instead; missing values stay missing until a model learns (`tsrnn.repairing`).
    `like` is the layout of earlier rows, those of `fit`: their frequency holds for rows too few to show their own, and
    their categories for these, one that they did not have being an error or, with Repairs(unseen="zeros"), zeros.

    >>> hourly = pd.date_range("2024-01-01", periods=48, freq="h")
    >>> read(pd.DataFrame({"a": range(48), "b": range(48)}, index=hourly)).values.shape
    (96, 1)
    """
    if repairs is not None and not isinstance(repairs, Repairs):
        raise SettingError(f"repairs is a {type(repairs).__name__}; give Repairs(…)")
    if isinstance(data, Panel):
        return _again(data, repairs) if like is None else followed(data, like)
    return _panel(rows_of(data, columns, like), data, repairs or Repairs(), like)


def _again(panel: Panel, repairs: Repairs | None) -> Panel:
    """A panel read earlier, perhaps cut since, as its rows alone would have been read."""
    if repairs is not None and repairs.unseen != panel.layout.unseen:
        panel = replace(panel, layout=replace(panel.layout, unseen=repairs.unseen))
    return own(panel)


def rows_of(data: pd.Series | pd.DataFrame, columns: Columns | None, like: Layout | None = None) -> Rows:
    """The caller's columns by part, numbers as float64; times unsorted and unchecked."""
    if not isinstance(data, (pd.Series, pd.DataFrame)):
        raise ColumnError(f"the data is a {type(data).__name__}; give a pandas Series or DataFrame")
    if len(data) == 0:
        raise DataError("the data has no rows; give at least one series with a few dozen rows", code="E115")
    if columns is not None and not isinstance(columns, Columns):
        raise SettingError(f"columns is a {type(columns).__name__}; give Columns(id=…, time=…, target=…)")
    return _series_rows(data, columns) if isinstance(data, pd.Series) else _frame_rows(data, columns, like)


def _series_rows(data: pd.Series, columns: Columns | None) -> Rows:
    name = "y" if data.name is None else data.name
    columns = columns or Columns()
    parts = [columns.id, columns.time, *columns.named("past"), *columns.named("future"), *columns.named("static")]
    others = [other for other in (*parts, *columns.named("target")) if other is not None and other != name]
    if others:
        raise ColumnError(
            f"a Series has one column, {name!r}, but columns names {others}; give a frame, or leave it out"
        )
    times = time_axis(data.index, None)
    values = numbers(data.set_axis(times), name, "target")[:, None]
    nothing = np.zeros((len(data), 0))
    key = np.zeros(len(data), np.int64)
    columns = replace(columns, target=[name], joint=False)
    return Rows(times, key, (name,), values, nothing, nothing, np.zeros((1, 0)), columns, "series")


def _frame_rows(data: pd.DataFrame, columns: Columns | None, like: Layout | None) -> Rows:
    columns = resolved(data, columns)
    axis = data[columns.time] if columns.time is not None else data.index
    times = time_axis(cast("pd.Index", axis), columns.time)
    table, ids = data.set_axis(times), None if columns.id is None else data[columns.id]
    targets = np.stack([numbers(table[name], name, "target", ids) for name in columns.named("target")], axis=1)
    past, future, static = (covariates(table, columns, part, ids, like) for part in ("past", "future", "static"))
    values = past.seen | future.seen | static.seen
    seen = tuple(values[name] for name in columns.named("categorical"))
    if ids is None:
        return replace(_wide_rows(times, targets, past.array, future.array, columns), seen=seen)
    key, names = _series_of(ids)
    constant = _static(key, static, names)
    if targets.shape[1] > 1 and not columns.joint:
        raise ColumnError(
            f"a long frame with targets {list(columns.named('target'))} needs Columns(joint=True), or one target"
        )
    return Rows(times, key, names, targets, past.array, future.array, constant, columns, "long", seen)


def _series_of(ids: pd.Series) -> tuple[Counts, tuple[Hashable, ...]]:
    """Which series each row belongs to, `(row,)`, and their names; ColumnError for an id that names none."""
    try:
        key, found = pd.factorize(ids, use_na_sentinel=True)
    except TypeError:
        kind = next(type(value).__name__ for value in ids if not isinstance(value, Hashable))
        raise ColumnError(f"id column {ids.name!r} holds a {kind}; give text or numbers", column=ids.name) from None
    if (key < 0).any():
        row = int(np.flatnonzero(key < 0)[0])
        raise ColumnError(
            f"id column {ids.name!r} is empty in {int((key < 0).sum())} rows (first row {row}); fill it in or drop "
            "those rows",
            code="E111",
            column=ids.name,
            row=row,
        )
    names = tuple(found.tolist())
    if pd.api.types.infer_dtype(ids).startswith("mixed"):
        for row, (value, place) in enumerate(zip(ids, key, strict=True)):
            if type(value) is not type(names[place]):
                raise ColumnError(
                    f"id column {ids.name!r} holds {names[place]!r} and {value!r} (row {row}), which are equal; make "
                    "the ids one type",
                    code="E120",
                    column=ids.name,
                    row=row,
                    value=value,
                )
    return key.astype(np.int64), names


def _wide_rows(times: pd.Index, targets: Array, past: Array, future: Array, columns: Columns) -> Rows:
    """A column a series (or, joint, all columns the channels of one); the covariates belong to each of them."""
    names = columns.named("target")
    if columns.static:
        raise ColumnError(f"static columns {list(columns.named('static'))} need a long frame; give Columns(id=…)")
    if columns.joint:
        names, stacked = ("+".join(map(str, names)),), targets
    else:
        stacked = targets.T.reshape(-1, 1)
    count = len(names)
    key = np.repeat(np.arange(count), len(times))
    wide = times.take(np.tile(np.arange(len(times)), count))
    tiled_past, tiled_future = np.tile(past, (count, 1)), np.tile(future, (count, 1))
    return Rows(wide, key, names, stacked, tiled_past, tiled_future, np.zeros((count, 0)), columns, "wide")


def _static(key: Counts, columns: Covariates, names: tuple[Hashable, ...]) -> Array:
    """One value a series; ColumnError where a static column varies within one."""
    static = columns.array
    constant = static[np.unique(key, return_index=True)[1]]
    varies = (static != constant[key]) & ~(np.isnan(static) & np.isnan(constant[key]))
    if varies.any():
        row, column = np.argwhere(varies)[0]
        name, series = columns.names[column], names[key[row]]
        message = f"static column {name!r} varies within series {series!r}; give one value a series, or name it in past"
        raise ColumnError(message, code="E121", column=name, series=series)
    return constant


def _panel(rows: Rows, data: pd.Series | pd.DataFrame, repairs: Repairs, like: Layout | None) -> Panel:
    """Series sorted by name, rows by time, every check made."""
    by_name = sorted(range(len(rows.names)), key=lambda i: (str(rows.names[i]), type(rows.names[i]).__name__))
    texts = [str(rows.names[i]) for i in by_name]
    for first, second in pairwise(texts):
        if first == second:
            raise ColumnError(
                f"two series read {first!r} as text, such as 1 and '1'; make the ids one type",
                code="E120",
                series=first,
            )
    place = np.empty(len(by_name), np.int64)
    place[by_name] = np.arange(len(by_name))
    series = place[rows.key]
    order = np.lexsort((sortable(rows.times), series))
    offsets = np.concatenate(([0], np.cumsum(np.bincount(series, minlength=len(by_name))))).astype(np.int64)
    table = Sorted(rows.times.take(order), offsets, rows.targets[order], rows.past[order], rows.future[order])
    names = tuple(rows.names[i] for i in by_name)
    if repairs.duplicates == "error":
        refuse_repeated(table.times, offsets, names, order if rows.shape == "long" else order % len(data))
    else:
        table = one_row_a_step(table, repairs.duplicates)
    shared = data.index if rows.shape != "long" and rows.columns.time is None else None
    known, gaps = None if like is None else like.frequency, repairs.gaps != "error"
    frequency = checked_frequency(
        table.times, table.offsets, names, shared, known, exchange=rows.columns.exchange, gaps=gaps
    )
    table = every_step(table, frequency) if gaps else table
    columns = rows.columns
    found = resolve(True if columns.calendar is True else columns.features, frequency.unit)
    columns = replace(columns, calendar=found if columns.exchange is None else (columns.exchange, *found))
    layout = Layout(
        shape=rows.shape,
        columns=columns,
        frequency=frequency,
        order=tuple(int(i) for i in place),
        label=data.name if isinstance(data, pd.Series) else None,
        index_name=data.index.name if columns.time is None else None,
        columns_name=data.columns.name if isinstance(data, pd.DataFrame) else None,
        seen=rows.seen,
        unseen=repairs.unseen if like is None else like.unseen,
        **_id_facts(data, columns),
    )
    future = np.concatenate((table.future, known_by_date(table.times, columns, frequency.unit)), axis=1)
    panel = Panel(
        values=table.targets,
        observed=~np.isnan(table.targets),
        offsets=table.offsets,
        names=names,
        past=table.past,
        future=future,
        static=rows.static[by_name],
        times=table.times,
        layout=layout,
        given=table.given,
    )
    check_observed(panel, repairs)
    return panel


def _id_facts(data: pd.Series | pd.DataFrame, columns: Columns) -> _IdFacts:
    """The dtype of the id column, so that an answer's can be the same."""
    if isinstance(data, pd.Series) or columns.id is None:
        return {}
    dtype = data[columns.id].dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return {"id_dtype": "category", "categories": tuple(dtype.categories.tolist()), "ordered": bool(dtype.ordered)}
    return {"id_dtype": str(dtype)}
