"""Perturbing: a frame with other values after each series' cutoff, every row up to it untouched."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pandas as pd
from pandas.api import types

from tsrnn.columns import Columns
from tsrnn.numbers import time_axis
from tsrnn.panel import Array, Flags

PERTURBATIONS = ("scaled", "shifted", "shuffled", "replaced", "missing")
_FAR = 10.0  # how many times a value, or how many deviations, something is moved


@dataclass(frozen=True)
class Later:
    """Which rows lie after their series' cutoff, `(row,)`, and which of those beyond the horizon too."""

    after: Flags
    beyond: Flags


def axis_of(frame: pd.DataFrame, columns: Columns) -> pd.Index:
    """The time of each row, in the column that plays it or in the index."""
    if columns.time is not None and columns.time in frame.columns:
        return time_axis(frame[columns.time], columns.time)
    return time_axis(frame.index, None)


def ids_of(frame: pd.DataFrame, columns: Columns) -> pd.Series | None:
    """The series of each row; None where the frame has no such column."""
    if columns.id is None or columns.id not in frame.columns:
        return None
    return pd.Series(frame[columns.id].to_numpy(), dtype=object)


def later(frame: pd.DataFrame, columns: Columns, cutoffs: Mapping[Hashable, Any], reach: int) -> Later:
    """The rows after the cutoffs, and those more than `reach` stamps after them.

    Where the frame does not say which series a row belongs to, the latest of the cutoffs holds.
    """
    times, ids = axis_of(frame, columns), ids_of(frame, columns)
    after, beyond = np.zeros(len(frame), bool), np.zeros(len(frame), bool)
    groups = {None: max(cutoffs.values())} if ids is None else cutoffs
    for name, cutoff in groups.items():
        rows = np.ones(len(frame), bool) if name is None else np.asarray(ids == name)
        behind = rows & np.asarray(times > cutoff)
        stamps = times[behind].unique().sort_values()
        after |= behind
        if len(stamps) > reach:
            beyond |= behind & np.asarray(times >= stamps[reach])
    return Later(after, beyond)


def perturbed(
    frame: pd.DataFrame, columns: Columns, rows: Later, kind: str, *, known: frozenset[Hashable], seed: int
) -> pd.DataFrame:
    """A copy with other values in the later rows: of columns `known` ahead beyond the horizon, of others everywhere.

    - `kind`: `"scaled"` (ten times), `"shifted"` (by ten deviations), `"shuffled"` in time, `"replaced"` by random
      numbers of the same sign, or `"missing"`. Categories and texts are redrawn from those of the column instead, whole
      numbers and truth values are never made missing. Ids, times and static columns stay.
    """
    rng = np.random.default_rng([seed, PERTURBATIONS.index(kind)])
    fixed = {columns.id, columns.time, *columns.named("static")}
    table = frame.copy()
    for place, name in enumerate(frame.columns):
        where = rows.beyond if name in known else rows.after
        if name in fixed or not where.any():
            continue
        column = frame.iloc[:, place]
        loose = name in columns.named("categorical") or not types.is_numeric_dtype(column.dtype)
        if loose or types.is_bool_dtype(column.dtype):
            new = rng.choice(column.to_numpy(), int(where.sum()))
        else:
            new = _moved(column.to_numpy(np.float64, na_value=np.nan), where, kind, rng)
            new = _as_before(column, where, new)
        values = column.copy()
        values[where] = new
        table.isetitem(place, cast("Any", values))
    return table


def _moved(values: Array, where: Flags, kind: str, rng: np.random.Generator) -> Array:
    """New numbers for the rows `where`, `(row,)`."""
    old, seen = values[where], values[~np.isnan(values)]
    spread = float(seen.std()) if len(seen) else 0.0
    size = spread if spread > 0 else 1.0
    if kind == "scaled":
        return old * _FAR
    if kind == "shifted":
        return old + _FAR * size
    if kind == "shuffled":
        return rng.permutation(old)
    if kind == "missing":
        return np.full_like(old, np.nan)
    if len(seen) and seen.min() > 0:  # logarithms stay possible
        return np.asarray(np.median(seen) * np.exp(rng.normal(size=len(old))))
    drawn = rng.normal(seen.mean() if len(seen) else 0.0, 3 * size, len(old))
    return np.abs(drawn) if len(seen) and seen.min() == 0 else drawn


def _as_before(column: pd.Series, where: Flags, new: Array) -> Any:
    """The numbers in the column's own dtype; whole numbers stay whole and in range, and none of them is missing."""
    dtype = cast("np.dtype[Any]", getattr(column.dtype, "numpy_dtype", column.dtype))
    if not types.is_integer_dtype(column.dtype):
        return new.astype(dtype)
    if np.isnan(new).any():
        return column[where]
    ends = np.iinfo(dtype)
    return np.clip(np.rint(new), float(ends.min), np.nextafter(float(ends.max), 0.0)).astype(ends.dtype)
