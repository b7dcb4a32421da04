"""Columns to arrays: a pandas column as float64 numbers or as a time axis, or an error that says what stands there."""

from __future__ import annotations

from typing import cast

import numpy as np
import pandas as pd
from pandas.api import types

from tsrnn.errors import ColumnError, DataError
from tsrnn.panel import Array


def numbers(column: pd.Series, name: object, part: str) -> Array:
    """The column as float64, NaN where a value is missing; ColumnError for text, complex numbers and infinities.

    >>> numbers(pd.Series([1, None, 3], dtype="Int64"), "y", "target").tolist()
    [1.0, nan, 3.0]
    """
    if types.is_complex_dtype(column.dtype):
        raise ColumnError(f"{part} column {name!r} holds complex numbers; give real ones", column=name)
    if types.is_numeric_dtype(column.dtype):
        values = column.to_numpy(np.float64, na_value=np.nan)
    else:
        values = _from_objects(column, name, part)
    if np.isinf(values).any():
        row = int(np.flatnonzero(np.isinf(values))[0])
        where = column.index[row]
        raise ColumnError(
            f"{part} column {name!r} holds {values[row]} at {where}; write NaN where a value is missing",
            column=name,
            time=where,
        )
    return np.array(values, np.float64)


def _from_objects(column: pd.Series, name: object, part: str) -> Array:
    """Decimal and mixed numbers as float64; anything that is no number is named with its row."""
    if types.is_datetime64_any_dtype(column.dtype) or isinstance(column.dtype, pd.PeriodDtype):
        raise ColumnError(
            f"{part} column {name!r} holds time stamps; name it as the time, Columns(time={name!r}), or drop it",
            column=name,
        )
    values = np.full(len(column), np.nan)
    for row, value in enumerate(column):
        if pd.api.types.is_scalar(value) and pd.isna(value):
            continue
        if isinstance(value, (str, bytes, complex, pd.Timestamp, pd.Timedelta)):
            raise _no_number(column, name, part, row, value)
        try:
            values[row] = float(value)
        except (TypeError, ValueError):
            raise _no_number(column, name, part, row, value) from None
    return values


def _no_number(column: pd.Series, name: object, part: str, row: int, value: object) -> ColumnError:
    kind = "text" if isinstance(value, (str, bytes)) else type(value).__name__
    return ColumnError(
        f"{part} column {name!r} holds {kind}: {str(value)[:40]!r} at {column.index[row]}; convert it, for example "
        "with pd.to_numeric(…), or leave the column out of the data or out of Columns(target=…)",
        column=name,
        time=column.index[row],
    )


def time_axis(axis: pd.Index | pd.Series, name: object) -> pd.Index:
    """The time axis as DatetimeIndex, PeriodIndex or integer Index; ISO 8601 text is read, anything else is refused.

    >>> time_axis(pd.Series(["2024-01-01", "2024-01-02"]), "ds").dtype.kind
    'M'
    """
    index = pd.Index(axis)
    where = "the index" if name is None else f"time column {name!r}"
    if isinstance(index, pd.MultiIndex):
        raise ColumnError(
            f"{where} has {index.nlevels} levels; reset_index() and name the id and time columns", column=name
        )
    if isinstance(index, pd.CategoricalIndex):
        index = pd.Index(index.to_numpy())
    if index.hasnans:
        row = int(np.flatnonzero(index.isna())[0])
        raise DataError(f"{where} has no time stamp in row {row}; drop the row or fill it in", column=name)
    if isinstance(index, (pd.DatetimeIndex, pd.PeriodIndex)):
        return index
    if types.is_integer_dtype(index.dtype):
        return pd.Index(index.to_numpy(np.int64)) if not isinstance(index, pd.RangeIndex) else index
    if types.is_object_dtype(index.dtype) or types.is_string_dtype(index.dtype):
        return _parsed(index, where, name)
    raise ColumnError(
        f"{where} is {index.dtype}; give time stamps (pd.to_datetime), periods or whole numbers", column=name
    )


def _parsed(index: pd.Index, where: str, name: object) -> pd.Index:
    if all(isinstance(value, pd.Period) for value in index):
        return pd.PeriodIndex(index)
    try:
        return cast("pd.Index", pd.to_datetime(index, format=None if not isinstance(index[0], str) else "ISO8601"))
    except (ValueError, TypeError) as problem:
        raise ColumnError(
            f"{where} holds {str(index[0])[:40]!r}, which is not read as time: {str(problem).splitlines()[0][:160]}; "
            "convert it first with pd.to_datetime(…, format=…), and with utc=True if the offsets differ",
            column=name,
        ) from None
