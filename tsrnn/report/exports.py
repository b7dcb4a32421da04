"""The numbers of a report for other programs: tidy rows as CSV that a spreadsheet may open, and everything as JSON."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Hashable
from dataclasses import fields
from datetime import date
from numbers import Integral, Real

import numpy as np
import pandas as pd

from tsrnn.report.contents import Contents
from tsrnn.report.words import clean, is_missing

SCHEMA = "tsrnn.report/1"
# What Excel, LibreOffice and Google Sheets read as the beginning of a formula, the wide forms of East Asian text too.
_FORMULA = ("=", "+", "-", "@", "\t", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_NUMBER = re.compile(r"[+-]\d+([.,]\d+)?")  # which no spreadsheet runs


def to_csv(rows: pd.DataFrame, separator: str = ",") -> str:
    """A table as CSV: UTF-8 text, a line a row, times as ISO 8601, empty where a value is missing, numbers in full.

    A spreadsheet runs text that begins like a formula (`=cmd|…`, also after `+`, `-`, `@`, a tab or a line break). So
    that names from anywhere are safe to open, such text gets an apostrophe in front, here and in the head; numbers stay
    as they are. Carriage returns become line breaks. Programs that must have the names unchanged read the JSON.

    >>> print(to_csv(pd.DataFrame({"series": ["=1+1", "a"], "forecast": [-1.5, float("nan")]})), end="")
    series,forecast
    '=1+1,-1.5
    a,
    """
    shown = pd.DataFrame({position: _column(rows.iloc[:, position]) for position in range(rows.shape[1])})
    shown.columns = pd.Index([_harmless(str(name)) for name in rows.columns])
    return shown.to_csv(index=False, lineterminator="\n", sep=separator)


def to_json(contents: Contents) -> str:
    """The whole report as one JSON object: the words, and every table, `rows` and checks too, as a list of objects.

    Numbers are in full, times ISO 8601 text; what is missing or infinite is null. Names stand as they are; the text is
    ASCII, so that any name can be written.
    """
    parts: dict[str, object] = {"schema": SCHEMA}
    for field in fields(contents):
        value = getattr(contents, field.name)
        if field.name == "checks":
            value = {part.name: getattr(value, part.name) for part in fields(value)}
            parts["checks"] = {name: _records(found) for name, found in value.items()}
        elif isinstance(value, list):
            parts[field.name] = [{"name": name, "value": text} for name, text in value]
        else:
            parts[field.name] = _records(value)
    return json.dumps(parts, allow_nan=False) + "\n"


def _records(value: object) -> object:
    """A frame as a list of objects, anything else as it is."""
    if not isinstance(value, pd.DataFrame):
        return value
    columns = {str(name): [_plain(cell) for cell in value.iloc[:, n]] for n, name in enumerate(value.columns)}
    return [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]


def _plain(value: object) -> object:
    """A value as JSON has it."""
    if is_missing(value):
        return None
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        number = float(value)
        return number if math.isfinite(number) else None
    return _text(value)


def _column(values: pd.Series) -> pd.Series:
    """A column as CSV has it; equal values are looked at once."""
    if pd.api.types.is_numeric_dtype(values.dtype):
        return values.reset_index(drop=True)
    known: dict[Hashable, object] = {value: _cell(value) for value in values.unique()}
    return pd.Series([known[value] for value in values], dtype=object)


def _cell(value: object) -> object:
    if is_missing(value):
        return None
    return value if isinstance(value, Real) else _harmless(_text(value))


def _text(value: object) -> str:
    if isinstance(value, date):  # and datetimes, which are dates
        return value.isoformat()
    return str(value)


def _harmless(text: str) -> str:
    text = clean(text).replace("\r\n", "\n").replace("\r", "\n")  # what a lone return does is up to the reader
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text
