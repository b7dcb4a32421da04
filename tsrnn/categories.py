"""Categories: a column of names as columns of ones and zeros, one for each value that there was in `fit`."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, replace
from numbers import Integral
from typing import Any, Literal

import numpy as np
import pandas as pd

from tsrnn.columns import Columns
from tsrnn.errors import ColumnError, DataError, SettingError
from tsrnn.layout import Category, Layout
from tsrnn.numbers import at_row, numbers, where
from tsrnn.panel import Array, Counts, Panel

MOST = 200
_SHOWN = 5
_PARTS: tuple[Literal["past", "future", "static"], ...] = ("past", "future", "static")
Values = tuple[Category, ...]


@dataclass(frozen=True)
class Covariates:
    """Some columns as numbers `(row, column)`: their `names`, and the values of each that is categorical."""

    array: Array
    names: tuple[Hashable, ...]
    seen: dict[Hashable, Values]


def covariates(
    table: pd.DataFrame,
    columns: Columns,
    part: Literal["past", "future", "static"],
    ids: pd.Series | None,
    known: Layout | None,
) -> Covariates:
    """The covariates of one part of a table whose index is the time, in the order in which they are named.

    A categorical column becomes one column for each of its values: of those in `known`, or else of its own. Raises
    ColumnError naming the column, the value, the time stamp and the series where a value cannot be used.
    """
    blocks, names, seen = [np.zeros((len(table), 0))], list[Hashable](), dict[Hashable, Values]()
    for name in columns.named(part):
        if name not in columns.named("categorical"):
            blocks.append(numbers(table[name], name, part, ids)[:, None])
            names.append(name)
            continue
        values, codes = coded(table[name], name, part, ids)
        if known is None:
            _refuse_many(values, name)
        else:
            values, codes = _recoded(values, codes, known, table[name], part, ids)
        seen[name] = values
        names += [name] * len(values)
        blocks.append((codes[:, None] == np.arange(len(values))).astype(np.float64))
    return Covariates(np.concatenate(blocks, axis=1), tuple(names), seen)


def coded(column: pd.Series, name: object, part: str, ids: pd.Series | None = None) -> tuple[Values, Counts]:
    """The values of a column, sorted and a missing one last, and which of them each row holds, `(row,)`.

    >>> values, codes = coded(pd.Series(["b", None, "a", "b"]), "kind", "past")
    >>> values, codes.tolist()
    (('a', 'b', None), [1, 2, 0, 1])
    """
    _refuse_odd(column, name, part, ids)
    codes, found = pd.factorize(column, use_na_sentinel=True)
    plain: list[Any] = [_plain(value) for value in found]
    order = sorted(range(len(plain)), key=plain.__getitem__)
    ranks = np.empty(len(order) + 1, np.int64)
    ranks[order], ranks[-1] = np.arange(len(order)), len(order)  # the code of a missing value is -1
    values = [plain[place] for place in order] + ([None] if (codes < 0).any() else [])
    return tuple(values), ranks[codes]


def _refuse_odd(column: pd.Series, name: object, part: str, ids: pd.Series | None) -> None:
    """ColumnError for a value that is no category, and where values of two kinds stand side by side: 1 and '1'."""
    alike = column.dtype != object
    rows = np.flatnonzero(~column.duplicated().to_numpy()) if alike else np.arange(len(column))
    first, first_kind = None, ""
    for row, value in zip(rows.tolist(), column.iloc[rows], strict=True):
        if pd.api.types.is_scalar(value) and pd.isna(value):
            continue
        kind = _kind(value)
        if not kind:
            message = (
                f"{part} column {name!r} holds a {type(value).__name__}: {str(value)[:40]!r} {where(column, row, ids)}"
                "; a category is text, a whole number or a truth value: convert it, for example with .astype(str), "
                "or leave the column out of Columns(categorical=…)"
            )
            raise at_row(message, column, name, row, ids)
        first, first_kind = (first, first_kind) if first_kind else (value, kind)
        if kind != first_kind:
            message = (
                f"{part} column {name!r} mixes {first_kind} and {kind}: {first!r}, and {value!r} "
                f"{where(column, row, ids)}; make its categories one type, for example with .astype(str)"
            )
            raise at_row(message, column, name, row, ids)


def _kind(value: object) -> str:
    if isinstance(value, (bool, np.bool_)):
        return "truth values"
    if isinstance(value, str):
        return "text"
    # pandas makes floats of whole numbers among which one is missing
    whole = isinstance(value, Integral) or (isinstance(value, (float, np.floating)) and float(value).is_integer())
    return "whole numbers" if whole else ""


def _plain(value: Any) -> Category:
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    return str(value) if isinstance(value, str) else int(value)


def _refuse_many(values: Values, name: object) -> None:
    if len(values) > MOST:
        raise SettingError(
            f"categorical column {name!r} has {len(values):,} values, at most {MOST}; group the rare ones, or give "
            "numbers that say what they have in common"
        )


def _recoded(
    values: Values, codes: Counts, known: Layout, column: pd.Series, part: str, ids: pd.Series | None
) -> tuple[Values, Counts]:
    """The same rows in terms of what was there in `fit`; -1 for what was not."""
    wanted = known.values_of(column.name) or ()
    again = _places(values, wanted)[codes]
    if known.unseen == "error" and (again < 0).any():
        row = int(np.argmax(again < 0))
        message = _unseen(part, column.name, values[codes[row]], where(column, row, ids), wanted)
        raise at_row(message, column, column.name, row, ids, code="E122")
    return wanted, again


def _places(values: Values, among: Values) -> Counts:
    """Where each value stands among others, -1 where it does not; True is not 1."""
    places = {(type(value), value): place for place, value in enumerate(among)}
    return np.array([places.get((type(value), value), -1) for value in values], np.int64)


def _unseen(part: str, name: object, value: Category, place: str, known: Values) -> str:
    held = "is empty" if value is None else f"holds {value!r}"
    shown = ", ".join([*map(repr, known[:_SHOWN]), *(["…"] if len(known) > _SHOWN else [])])
    if value is not None and str(value) in map(str, known):
        return f"{part} column {name!r} {held} {place}, but was fitted with {shown}; make it the same type"
    return (
        f"{part} column {name!r} {held} {place}, which it never did in the rows fitted ({shown}); write one of these, "
        "fit again with rows that have it, or allow Repairs(unseen='zeros')"
    )


def own(panel: Panel) -> Panel:
    """The panel without the categories that none of its rows has, so that rows cut off leave no trace."""
    kept = {
        name: tuple(value for value, there in zip(values, np.any(block, axis=0).tolist(), strict=True) if there)
        for part in _PARTS
        for name, values, block in _blocks(panel, part)
        if values is not None
    }
    return (
        panel if all(panel.layout.values_of(name) == values for name, values in kept.items()) else _recast(panel, kept)
    )


def followed(panel: Panel, known: Layout) -> Panel:
    """The panel in terms of the categories of `fit`; DataError for another one where that is refused."""
    ours, theirs = known.columns.named("categorical"), panel.layout.columns.named("categorical")
    if ours != theirs:
        raise DataError(
            f"the history has the categorical columns {list(theirs)}, but the model was fitted on {list(ours)}"
        )
    if (known.seen, known.unseen) == (panel.layout.seen, panel.layout.unseen):
        return panel
    wanted = dict(zip(ours, known.seen, strict=True))
    for part in _PARTS:
        for name, values, block in _blocks(panel, part):
            if values is not None and known.unseen == "error":
                _refuse_unseen(panel, part, name, block[:, _places(values, wanted[name]) < 0], values, wanted[name])
    panel = _recast(panel, wanted)
    return replace(panel, layout=replace(panel.layout, unseen=known.unseen))


def _refuse_unseen(panel: Panel, part: str, name: Hashable, strange: Array, values: Values, wanted: Values) -> None:
    if not strange.any():
        return
    row = int(np.argmax(strange.any(axis=1)))
    others = [value for value, place in zip(values, _places(values, wanted), strict=True) if place < 0]
    value = others[int(np.argmax(strange[row]))]
    number = row if part == "static" else int(np.searchsorted(panel.offsets, row, side="right")) - 1
    series, time = panel.names[number], panel.times[panel.offsets[number] if part == "static" else row]
    message = _unseen(part, name, value, f"at {time} of series {series!r}", wanted)
    raise ColumnError(message, code="E122", column=name, series=series, time=time, value=value)


def future_as_given(panel: Panel, rows: Counts) -> pd.DataFrame:
    """The columns known ahead in some rows of the panel, as the caller's frame has them."""
    table = pd.DataFrame(index=pd.RangeIndex(len(rows)))
    for name, values, block in _blocks(panel, "future"):
        if values is None:
            table[name] = block[rows, 0]
        else:
            table[name] = pd.Series([values[place] for place in block[rows].argmax(axis=1)], dtype=object)
    return table


def _blocks(panel: Panel, part: Literal["past", "future", "static"]) -> Iterator[tuple[Hashable, Values | None, Array]]:
    """The columns of an array that stand for each name of a part, and what they say: categories or (None) a number."""
    array, at = getattr(panel, part), 0
    for name in panel.layout.columns.named(part):
        values = panel.layout.values_of(name)
        width = 1 if values is None else len(values)
        yield name, values, array[:, at : at + width]
        at += width


def _recast(panel: Panel, wanted: dict[Hashable, Values]) -> Panel:
    """The panel with other columns for its categories: zeros for one that it lacks, nothing for one not wanted."""
    arrays: dict[str, Any] = {}
    for part in _PARTS:
        array, blocks, at = getattr(panel, part), list[Array](), 0
        for name, values, block in _blocks(panel, part):
            at += block.shape[1]
            if values is not None:
                empty = np.zeros((len(array), 1))
                block = np.concatenate((block, empty), axis=1)[:, _places(wanted[name], values)]
            blocks.append(block)
        arrays[part] = np.concatenate((*blocks, array[:, at:]), axis=1)  # and what the time stamps say
    seen = tuple(wanted[name] for name in panel.layout.columns.named("categorical"))
    return replace(panel, **arrays, layout=replace(panel.layout, seen=seen))
