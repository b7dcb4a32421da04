"""Texts out of files: the columns of a table, or the lines of plain text."""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from tsrnn.errors import ColumnError, DataError, choices
from tsrnn_cli.decoding import decoded
from tsrnn_cli.tables import typed_form, typed_table

if TYPE_CHECKING:
    import pandas as pd

_TABLES = (".csv", ".tsv")


@dataclass(frozen=True)
class Part:
    """A column that is needed: the option that names it, what the option said, and the name it has by default."""

    option: str
    told: str | None
    usual: str

    @property
    def name(self) -> str:
        """The column meant."""
        return self.told or self.usual


def read_parts(file: str, parts: Sequence[Part], encoding: str, *, whole: bool = False) -> list[list[str]]:
    """The columns of a table, as text, in the order of `parts`; or of plain text its lines, where one part is needed.

    A file is a table by its ending, or where an option names a column; tab-separated cells stand without quotes. A
    number names the column of a table without a header.
    `whole` takes plain text as one text. Raises DataError or ColumnError that name the file, and the row where a cell
    is missing.
    """
    raw, where = read_bytes(file)
    form = typed_form(raw, where)
    if form is not None:
        return _chosen(_typed_cells(typed_table(raw, where, form), where, [part.name for part in parts]), where, parts)
    text = readable(raw, where, encoding)
    ending = Path(where.removesuffix(".gz")).suffix.lower()
    if ending in _TABLES or len(parts) > 1 or parts[0].told is not None:
        _refuse_lines(text, where, ending, parts)
        return _chosen(_cells(text, where, parts), where, parts)
    return [[text.replace("\r\n", "\n")] if whole else lines_of(text)]


def read_bytes(file: str) -> tuple[bytes, str]:
    """What a file, or standard input for `-`, holds, and what to call it."""
    if file == "-":
        return sys.stdin.buffer.read(), "standard input"
    return Path(file).read_bytes(), Path(file).name


def readable(raw: bytes, where: str, encoding: str) -> str:
    """The bytes as text; DataError where there is none."""
    text = decoded(raw, where, encoding)
    if not text.strip():
        raise DataError(f"{where} is empty; give a text at least")
    if "\x00" in text:
        raise DataError(f"{where} is no text: it holds zero bytes")
    return text


def lines_of(text: str) -> list[str]:
    """The lines without their ends; what other programs count as ends of lines, such as U+2028, stays.

    >>> lines_of("one\\r\\n\\ntwo\\n")
    ['one', '', 'two']
    """
    return [line.removesuffix("\r") for line in text.removesuffix("\n").split("\n")]


def _refuse_lines(text: str, where: str, ending: str, parts: Sequence[Part]) -> None:
    """DataError for plain text where more than texts is needed, before its commas are taken for those of a table."""
    head = [name.strip(' "') for name in re.split("[\t,;]", text.lstrip("\r\n").split("\n", 1)[0])]
    if ending in _TABLES or any(part.told is not None or part.usual in head for part in parts):
        return
    names, options = (" and ".join(words) for words in zip(*((p.usual, f"{p.option} COL") for p in parts), strict=True))
    raise DataError(
        f"{where} has no columns {names} in its first line, and a text a line has no place for both: give CSV or TSV "
        f"with these columns; say {options} where they have other names"
    )


def _cells(text: str, where: str, parts: Sequence[Part]) -> dict[str, list[str]]:
    """The columns of CSV or TSV, every cell the text it is; DataError for a row of another length than the first.

    Where all that is told are numbers and the first row has none of them, there is no header.
    """
    head = text.lstrip("\r\n").split("\n", 1)[0]
    separator = next((mark for mark in ("\t", ",", ";") if mark in head), ",")
    quoting: Literal[0, 3] = csv.QUOTE_NONE if separator == "\t" else csv.QUOTE_MINIMAL
    before = csv.field_size_limit(len(text) + 1)  # a cell may be as long as the file
    try:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, quoting=quoting, strict=True)
        rows = [row for row in lines if row]
    except csv.Error as problem:
        raise DataError(f"{where} is no clean table: {problem}") from problem
    finally:
        csv.field_size_limit(before)
    names = [name.strip() for name in rows[0]]
    if all(part.told is not None and part.told.isdigit() and part.told not in names for part in parts):
        names, rows = [str(number) for number in range(1, len(names) + 1)], [[], *rows]
    for name in names:
        if names.count(name) > 1:
            count = names.count(name)
            raise ColumnError(f"{where}: column {name!r} stands {count} times; rename or drop one", column=name)
    for number, row in enumerate(rows[1:], 1):
        if len(row) != len(names):
            counts = f"{len(row)} cells, but the first has {len(names)}"
            raise DataError(f"{where} is no clean table: row {number} has {counts}")
    return {name: [row[place] for row in rows[1:]] for place, name in enumerate(names)}


def _typed_cells(frame: pd.DataFrame, where: str, wanted: Sequence[str]) -> dict[str, list[str]]:
    """The columns of a frame as text, those wanted checked for missing values."""
    found = {}
    for place, name in enumerate(map(str, frame.columns)):
        column = frame.iloc[:, place]
        missing = column.isna().to_numpy()
        if name in wanted and missing.any():
            raise DataError(f"{where}: row {int(missing.argmax()) + 1} has no {name!r}; give one, or drop the row")
        found[name] = [str(cell) for cell in column.tolist()]
    return found


def _chosen(cells: dict[str, list[str]], where: str, parts: Sequence[Part]) -> list[list[str]]:
    for part in parts:
        if part.name not in cells:
            way = "" if part.told is not None else f"; say {part.option} COL"
            raise ColumnError(f"{where}: {choices('column', part.name, cells)}{way}", column=part.name)
        if not cells[part.name]:
            raise DataError(f"{where} has a header and no rows; give a row for each text")
    return [cells[part.name] for part in parts]
