"""Columns to arrays: a pandas column as float64 numbers or as a time axis, or an error that says what stands there."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
from pandas.api import types

from tsrnn.errors import ColumnError, DataError
from tsrnn.panel import Array

LARGEST = 1e304
_NO_NUMBERS = (str, bytes, complex, np.complexfloating, pd.Timestamp, pd.Timedelta)


def numbers(column: pd.Series, name: object, part: str, ids: pd.Series | None = None) -> Array:
    """The column as float64, NaN where a value is missing; ColumnError for text, complex numbers and infinities.

    The index of `column` says at which time a row stands, and `ids` (of a long frame) in which series.

    >>> numbers(pd.Series([1, None, 3], dtype="Int64"), "y", "target").tolist()
    [1.0, nan, 3.0]
    """
    dtype = column.dtype
    if types.is_complex_dtype(dtype):
        raise ColumnError(f"{part} column {name!r} holds complex numbers; give real ones", column=name)
    if types.is_datetime64_any_dtype(dtype) or isinstance(dtype, pd.PeriodDtype):
        raise ColumnError(
            f"{part} column {name!r} holds time stamps; name it as the time, Columns(time={name!r}), or drop it",
            column=name,
        )
    numeric = types.is_numeric_dtype(dtype)
    values = column.to_numpy(np.float64, na_value=np.nan) if numeric else _from_objects(column, name, part, ids)
    if np.isinf(values).any():
        row = int(np.flatnonzero(np.isinf(values))[0])
        place = where(column, row, ids)
        message = f"{part} column {name!r} holds {values[row]} {place}; write NaN where a value is missing"
        raise at_row(message, column, name, row, ids, code="E108")
    if (np.abs(values) > LARGEST).any():
        row = int(np.flatnonzero(np.abs(values) > LARGEST)[0])
        message = (
            f"{part} column {name!r} holds {values[row]:g} {where(column, row, ids)}, beyond {LARGEST:g}, the "
            "largest that can be reckoned with; give it in a larger unit"
        )
        raise at_row(message, column, name, row, ids, code="E109")
    return np.array(values, np.float64)


def _from_objects(column: pd.Series, name: object, part: str, ids: pd.Series | None) -> Array:
    """Decimal and mixed numbers as float64; anything that is no number is named with its row."""
    values = np.full(len(column), np.nan)
    for row, value in enumerate(column):
        if types.is_scalar(value) and pd.isna(value):
            continue
        try:
            if isinstance(value, _NO_NUMBERS):
                raise TypeError
            values[row] = float(value)
        except (TypeError, ValueError, OverflowError):
            kind = "text" if isinstance(value, (str, bytes)) else type(value).__name__
            held = f"{part} column {name!r} holds {kind}: {str(value)[:40]!r} {where(column, row, ids)}"
            raise at_row(f"{held}; {_mended(part, name)}", column, name, row, ids) from None
    return values


def _mended(part: str, name: object) -> str:
    if part == "target":
        return (
            "convert it, for example with pd.to_numeric(…), or say in Columns(…) what it is (id, time) or which "
            "targets to use"
        )
    return (
        f"where its values are categories, add Columns(categorical=[{name!r}]); else convert it, for example with "
        "pd.to_numeric(…)"
    )


def where(column: pd.Series, row: int, ids: pd.Series | None) -> str:
    """The time stamp, and the series if there are several, of a row."""
    return f"at {column.index[row]}" + ("" if ids is None else f" of series {_series(row, ids)!r}")


def at_row(
    message: str, column: pd.Series, name: object, row: int, ids: pd.Series | None, *, code: str | None = None
) -> ColumnError:
    """An error about one row of a column."""
    place = {"time": column.index[row], "series": _series(row, ids), "column": name, "value": column.iloc[row]}
    return ColumnError(message, code=code, row=row, **place)


def _series(row: int, ids: pd.Series | None) -> object:
    return None if ids is None else ids.iloc[row : row + 1].tolist()[0]


def time_axis(axis: pd.Index | pd.Series, name: object) -> pd.Index:
    """The time axis as DatetimeIndex, PeriodIndex or int64 Index; ISO 8601 text is read, anything else is refused.

    >>> time_axis(pd.Series(["2024-01-01", "2024-01-02"]), "ds").dtype.kind
    'M'
    """
    where = "the index" if name is None else f"time column {name!r}"
    if isinstance(axis, pd.MultiIndex):
        raise ColumnError(
            f"{where} has {axis.nlevels} levels; call reset_index() and name the columns, Columns(id=…, time=…)",
            code="E114",
            column=name,
        )
    index = axis if isinstance(axis, pd.Index) else pd.Index(axis, dtype=axis.dtype)
    if isinstance(index, pd.CategoricalIndex):
        index = pd.Index(index.to_numpy())
    if index.dtype == object:
        index = index.infer_objects()
    _refuse_missing(index, where, name)
    if isinstance(index, (pd.DatetimeIndex, pd.PeriodIndex)):
        return index
    if types.is_integer_dtype(index.dtype):
        return _steps(index, where, name)
    if types.is_object_dtype(index.dtype) or types.is_string_dtype(index.dtype):
        return _parsed(index, where, name)
    raise ColumnError(
        f"{where} is {index.dtype}; give time stamps (pd.to_datetime), periods or whole numbers",
        code="E114",
        column=name,
    )


def _refuse_missing(index: pd.Index, where: str, name: object, text: pd.Index | None = None) -> None:
    if index.hasnans:
        row = int(np.flatnonzero(index.isna())[0])
        held = "" if text is None else f" ({text[row]!r})"
        message = f"{where} has no time stamp in row {row}{held}; drop the row or fill it in"
        raise DataError(message, code="E112", column=name, row=row)


def _steps(index: pd.Index, where: str, name: object) -> pd.Index:
    """Whole numbers that count steps; refused where they are all dates written as 20240131."""
    if isinstance(index, pd.RangeIndex):
        return index
    counts = index.to_numpy(np.int64)
    if len(counts) and 1800_01_01 <= counts.min() and counts.max() <= 2200_12_31:
        dates = pd.to_datetime(pd.Series(counts).astype(str), format="%Y%m%d", errors="coerce")
        if dates.notna().all():
            raise ColumnError(
                f"{where} holds whole numbers that read as dates, such as {counts[0]}; convert them with "
                "pd.to_datetime(…, format='%Y%m%d'), or count steps from 0",
                code="E113",
                column=name,
                value=int(counts[0]),
            )
    return pd.Index(counts)


def _parsed(index: pd.Index, where: str, name: object) -> pd.Index:
    """Text in ISO 8601, or datetime objects, as stamps."""
    kinds = {_kind(value) for value in index}
    if len(kinds) > 1 or not kinds <= {"text", "date"}:
        odd = sorted(kinds - {"text", "date"}) or sorted(kinds)
        row = next(row for row, value in enumerate(index) if _kind(value) == odd[0])
        raise ColumnError(
            f"{where} mixes {', '.join(sorted(kinds))}: {str(index[row])[:40]!r} in row {row}; give time stamps "
            "(pd.to_datetime), periods or whole numbers",
            code="E113",
            column=name,
            row=row,
            value=index[row],
        )
    try:
        stamps = pd.to_datetime(index, format="ISO8601" if kinds == {"text"} else None)
        if not isinstance(stamps, pd.DatetimeIndex):
            raise ValueError("mixed time zones")
    except (ValueError, TypeError, FutureWarning):  # older pandas only warns of mixed time zones
        raise _unread(index, where, name) from None
    _refuse_missing(stamps, where, name, index)
    return stamps


def _kind(value: object) -> str:
    return "text" if isinstance(value, str) else "date" if isinstance(value, date) else type(value).__name__


def _unread(index: pd.Index, where: str, name: object) -> ColumnError:
    """The error for the first value that is no time stamp, or for offsets from UTC that differ."""
    bad = np.flatnonzero(pd.to_datetime(index, format="ISO8601", errors="coerce", utc=True).isna())
    if not len(bad):
        return ColumnError(
            f"{where} holds stamps of different time zones, such as {str(index[0])!r} and {str(index[-1])!r}; convert "
            "them with pd.to_datetime(…, utc=True).tz_convert(zone)",
            code="E113",
            column=name,
        )
    return ColumnError(
        f"{where} holds {str(index[bad[0]])[:40]!r} in row {bad[0]}, which is not ISO 8601 (2024-01-31 13:00); convert "
        "it first with pd.to_datetime(…, format=…)",
        code="E113",
        column=name,
        row=int(bad[0]),
        value=index[bad[0]],
    )
