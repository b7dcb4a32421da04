"""Tables as the page's template takes them: heads, and cells that are text or numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from markupsafe import Markup

from tsrnn.report.digits import column as number_column
from tsrnn.report.times import time_text, unit_of
from tsrnn.report.words import say

MOST_ROWS = 200


@dataclass(frozen=True)
class Cell:
    """One cell.

    `best` marks the best of its column, `sure` what a test found to be more than luck; `word` and `more` follow in
    small type, a line each; `value` is the exact number behind the text.
    """

    text: str
    numeric: bool = False
    best: bool = False
    word: str = ""
    more: str = ""
    sure: bool = False
    value: float | None = None
    swatch: Markup | None = None


@dataclass(frozen=True)
class Head:
    """A column's head: its name, and its unit in small type."""

    text: str
    unit: str = ""
    numeric: bool = True


@dataclass(frozen=True)
class Group:
    """A head above several columns."""

    text: str
    span: int


@dataclass(frozen=True)
class Table:
    """A table; the first cell of each row is the row's head. `note` says what was left out."""

    label: str
    heads: list[Head]
    rows: list[list[Cell]]
    groups: list[Group] = field(default_factory=list)
    note: str = ""


def words(texts: Sequence[str]) -> list[Cell]:
    """Texts as cells."""
    return [Cell(text) for text in texts]


def numbers(values: Sequence[float], digits: int = 3) -> list[Cell]:
    """Numbers of one column as cells with the same decimals."""
    return [Cell(text, numeric=True) for text in number_column(values, digits)]


def matrix(label: str, corner: Head, names: Sequence[str], table: pd.DataFrame) -> Table:
    """A frame of numbers as a table with a given text before each row, cut at 200 rows."""
    shown = table.iloc[:MOST_ROWS]
    columns = [numbers(shown[name].to_numpy(dtype=np.float64, na_value=np.nan).tolist()) for name in shown.columns]
    first = [Cell(name, numeric=corner.numeric) for name in list(names)[:MOST_ROWS]]
    rows = [list(cells) for cells in zip(first, *columns, strict=True)]
    return Table(label, [corner, *(Head(str(name)) for name in shown.columns)], rows, note=cut(len(table)))


def frame(label: str, source: pd.DataFrame) -> Table:
    """Any frame as a table: numbers aligned, times as text, everything else as it reads; cut at 200 rows."""
    shown = source.iloc[:MOST_ROWS]
    heads, columns = [], []
    for position, name in enumerate(shown.columns):
        cells = _cells(shown.iloc[:, position])
        heads.append(Head(_titled(str(name)), numeric=bool(cells) and all(cell.numeric for cell in cells)))
        columns.append(cells)
    return Table(label, heads, [list(cells) for cells in zip(*columns, strict=True)], note=cut(len(source)))


def _titled(name: str) -> str:
    return name[0].upper() + name[1:] if name[:1].isascii() else name


def cut(count: int) -> str:
    """What to say where only the first rows of `count` are shown."""
    return f"The first {MOST_ROWS:,} of {count:,} rows." if count > MOST_ROWS else ""


def _cells(values: pd.Series) -> list[Cell]:
    if pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype):
        return numbers(values.to_numpy(dtype=np.float64, na_value=np.nan).tolist())
    unit = unit_of(values)
    return [Cell(time_text(value, unit)) if not isinstance(value, str) else Cell(say(value)) for value in values]
