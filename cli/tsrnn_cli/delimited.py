"""CSV into a frame: ids and codes stay text, empty cells are missing, and what had to be recognised is said."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tsrnn.errors import ColumnError, DataError, choices
from tsrnn_cli.cells import short_lines
from tsrnn_cli.decoding import read_text
from tsrnn_cli.guessing import series_column
from tsrnn_cli.numerals import Numerals
from tsrnn_cli.options import Roles, names_as_typed, names_in
from tsrnn_cli.outline import Outline, lines_said, outline
from tsrnn_cli.stamps import Stamps, no_time, read_stamps, recognised
from tsrnn_cli.typed_rows import text_rows, typed_rows

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Delimited:
    """The rows of a table, its columns for time and id, what should be said about how it was read, and how in full."""

    frame: pd.DataFrame
    time: str
    id: str | None
    notes: list[str]
    facts: dict[str, Any] = field(default_factory=dict)


def read_delimited(raw: bytes, where: str, roles: Roles) -> Delimited:
    """The rows of a CSV file, packed or not; `where` is what to call it in errors.

    The time, id and categorical columns stay text, and so do codes such as 005930; in other columns empty cells, NA and
    NaN are missing. Raises DataError where there are no rows, the rows do not fit the header, what the file means
    cannot be told, or no column can be taken for the time.
    """
    text, encoding = read_text(raw, where, roles.written.encoding)
    form = outline(text, where, roles.written)
    time, ident = roles.time or recognised(form.names, form.sample), ident_told(roles, form.names)
    if time is None:
        raise ColumnError(f"{where}: {no_time(form.names)}", code="E116")
    for name in (time, *ident):
        if name not in form.names:
            raise ColumnError(f"{where}: {choices('column', name, form.names)}", code="E116", column=name)
    texts = {time, *ident, *(name for name in names_in(roles.categorical) if name in form.names)}
    frame, numerals = typed_rows(form, where, texts, roles)
    short = _short(form, where)
    if not ident:
        guessed = series_column(frame, time, roles.taken())
        ident = [] if guessed is None else [guessed]
        frame = frame.assign(**text_rows(form, where, ident)) if ident else frame  # the text that was written
    stamps = read_stamps(frame[time], time, roles.written)
    kept = {name: frame[name].mask(frame[name] == "") for name in (*ident, *texts) if name != time}
    frame = frame.assign(**kept, **{time: stamps.values})
    frame, one = joined_id(frame, ident)
    notes = [*_notes(len(frame), form, encoding, numerals), *short] + ([] if stamps.note is None else [stamps.note])
    return Delimited(frame, time, one, notes, _facts(frame, form, encoding, numerals, stamps) | {"short lines": short})


def _short(form: Outline, where: str) -> list[str]:
    """That lines have fewer cells than the header has names, in words; DataError where all have."""
    named = max(place for place, name in enumerate(form.names, 1) if name not in form.nameless)
    try:
        rows, count, first = short_lines(form.rows, form.separator, named, len(form.names))
    except csv.Error as problem:
        raise DataError(f"{where} is no CSV: {problem}", code="E126") from problem
    if first is None:
        return []
    line, cells = form.line + first[0] - 1, "1 cell" if first[1] == 1 else f"{first[1]} cells"
    what = f"line {line} has {cells}, its header has {named} names"
    if count == rows:
        raise DataError(f"{where} is no clean CSV: {what}, and no line has as many cells; mend the header", code="E126")
    return [f"{what}: the rest counts as missing" + (f", as in {count - 1} more" if count > 1 else "")]


def ident_told(roles: Roles, names: Sequence[str]) -> list[str]:
    """The columns that tell series apart: one that is called so as a whole, or the names in a list."""
    if roles.id is None:
        return ["unique_id"] if "unique_id" in names else []
    return [roles.id] if roles.id in names else names_in(roles.id) or [roles.id]


def joined_id(frame: pd.DataFrame, ident: Sequence[str]) -> tuple[pd.DataFrame, str | None]:
    """The frame with one column of ids, and its name; several become one, `store,item`, with cells such as `7,milk`."""
    import pandas as pd

    if len(ident) < 2:
        return frame, ident[0] if ident else None
    name = names_as_typed(ident)
    rows = frame[list(ident)]
    cells = pd.Series([names_as_typed(map(str, row)) for row in rows.itertuples(index=False)], index=frame.index)
    return frame.assign(**{name: cells.mask(rows.isna().any(axis=1))}), name


def _notes(rows: int, form: Outline, encoding: str, numerals: Numerals) -> list[str]:
    """What was recognised instead of told."""
    found = [] if encoding == "utf-8" else [f"encoding {encoding}"]
    found += [f"separator {form.separator!r}"] if form.separator != "," else []
    found += numerals.notes()
    if form.header is not None and form.header[1] > form.header[0]:
        found.append(f"header of lines {form.header[0]} to {form.header[1]}")
    return [", ".join([f"read {rows} rows", *found]), *(f"left out {what}" for what in form.left)]


def _facts(frame: pd.DataFrame, form: Outline, encoding: str, numerals: Numerals, stamps: Stamps) -> dict[str, Any]:
    """How the file was understood, for `tsrnn audit`."""
    lines = form.header
    return {
        "encoding": encoding,
        "separator": form.separator,
        "decimal": numerals.decimal,
        "thousands": numerals.grouped,
        "header": "none" if lines is None else lines_said(*lines),
        "left out": form.left,
        "rows": len(frame),
        "time written as": stamps.form,
    }
