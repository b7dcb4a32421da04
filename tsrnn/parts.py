"""Parts: every part of `Columns` resolved to columns that the frame has, or an error that names the one it lacks."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace

import pandas as pd

from tsrnn.columns import Columns
from tsrnn.errors import ColumnError, choices

NIXTLA = Columns(id="unique_id", time="ds", target="y")


def resolved(data: pd.DataFrame, columns: Columns | None) -> Columns:
    """Every part filled in with columns that exist; ColumnError for one that does not, and for names that repeat.

    >>> resolved(pd.DataFrame({"ds": [0], "y": [1.0]}), None).target
    ('y',)
    """
    _check_columns(data)
    return _resolve(data, columns or _recognise(data))


def _recognise(data: pd.DataFrame) -> Columns:
    """`unique_id, ds, y` are known names; any other frame is wide with its time in the index."""
    known = set(data.columns)
    if {"ds", "y"} <= known:
        return NIXTLA if "unique_id" in known else replace(NIXTLA, id=None)
    return Columns()


def _check_columns(data: pd.DataFrame) -> None:
    if isinstance(data.columns, pd.MultiIndex):
        raise ColumnError(
            f"the columns have {data.columns.nlevels} levels, such as {data.columns[0]!r}; keep one level, for example "
            "data.columns = ['_'.join(map(str, c)) for c in data.columns]",
            code="E117",
        )
    if not data.columns.is_unique:
        name = data.columns[data.columns.duplicated()][0]
        raise ColumnError(
            f"column {name!r} stands {int((data.columns == name).sum())} times; rename or drop one",
            code="E118",
            column=name,
        )


def _resolve(data: pd.DataFrame, columns: Columns) -> Columns:
    """Every part filled in with columns that exist; ColumnError for one that does not."""
    parts = [columns.id, columns.time, *columns.named("past"), *columns.named("future"), *columns.named("static")]
    named = [name for name in parts if name is not None]
    targets = columns.named("target") or tuple(name for name in data.columns if name not in named)
    for name in [*named, *targets]:
        if name not in data.columns:
            raise _missing_column(data, name)
        if name is None or name != name:
            raise ColumnError(
                f"column {list(data.columns.isna()).index(True)} (from 0) has no name; give it one or drop it"
            )
    if not targets:
        raise ColumnError(f"no column is left for the target; found {list(map(str, data.columns))}", code="E116")
    return replace(columns, target=list(targets))


def _missing_column(data: pd.DataFrame, name: Hashable) -> ColumnError:
    """The error for a column that is not there, with the nearest guess."""
    twins = [other for other in data.columns if str(other) == str(name)]
    if name in data.index.names:
        near = f"unknown column {name!r}: it is the index, so call reset_index() first"
    elif twins:
        near = f"unknown column {name!r} ({type(name).__name__}): give it as {twins[0]!r} ({type(twins[0]).__name__})"
    else:
        near = str(choices("column", name, map(str, data.columns)))
    return ColumnError(near, code="E116", column=name)
