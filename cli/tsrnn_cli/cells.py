"""Lines as cells: the mark between them, and what the rows of a table have in common."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tsrnn.errors import SettingError
from tsrnn_cli.dating import is_dated

if TYPE_CHECKING:
    from _csv import Reader

MISSING = ("", "NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "None", "<NA>", "#N/A")
_MARKS = ("\t", ";", "|", ",")  # of two that split all lines alike, the first
_WORDS = {"tab": "\t", "\\t": "\t", "space": " ", "comma": ",", "semicolon": ";"}
_NUMBER = re.compile(r"[-+\u2212]?(\d[\d,.'\u2019 \u00a0\u202f]*|[.,]\d+)([eE][-+]?\d+)?")


@dataclass(frozen=True)
class Record:
    """The cells of a row, and the lines on which it begins and ends, counted from 1."""

    cells: list[str]
    first: int
    last: int


@dataclass(frozen=True)
class Pattern:
    """What the rows of a table have in common: how many cells, and of which kind most are in each column."""

    width: int
    kinds: list[str]

    def fits(self, cells: Sequence[str]) -> bool:
        """Whether these are the cells of a row: where there are dates its own is one, else every number is one."""
        if len(cells) != self.width:
            return False
        if "date" in self.kinds:
            return is_dated(cells[self.kinds.index("date")])
        own = [kind_of(cell) for cell, kind in zip(cells, self.kinds, strict=True) if kind == "number"]
        return "number" in own and "text" not in own


def kind_of(cell: str) -> str:
    """What a cell holds: a date, a number, text, or nothing.

    >>> [kind_of(cell) for cell in ("2024-01-31", "1.234,5", "NA", "high")]
    ['date', 'number', 'empty', 'text']
    """
    text = cell.strip()
    if text in MISSING:
        return "empty"
    return "date" if is_dated(text) else "number" if _NUMBER.fullmatch(text) else "text"


def pattern_of(records: Sequence[Record]) -> Pattern:
    """What the rows have in common, by those records that hold a date, or numbers for the most part."""
    kinds = [[kind_of(cell) for cell in record.cells] for record in records]
    likely = [row for row in kinds if "date" in row or 0 < row.count("number") >= row.count("text")]
    if not likely:
        return Pattern(len(records[0].cells), ["text"] * len(records[0].cells))
    own = len(records[0].cells)
    width = max(Counter(map(len, likely)).items(), key=lambda item: (item[1], item[0] == own, item[0]))[0]
    columns = [Counter(own) for own in zip(*(row for row in likely if len(row) == width), strict=True)]
    return Pattern(width, [max(("date", "number", "text"), key=own.__getitem__) for own in columns])


def records_in(head: Sequence[str], separator: str, skip: int, comments: set[int]) -> Iterator[Record]:
    """The rows of some lines that are neither skipped, blank nor comments."""
    kept = [number for number in range(skip + 1, len(head) + 1) if number not in comments]
    reader = reader_of((f"{head[number - 1]}\n" for number in kept), separator)
    before = 0
    for cells in reader:
        first, last = kept[before], kept[reader.line_num - 1]
        before = reader.line_num
        if any(cell.strip() for cell in cells):
            yield Record(cells, first, last)


def short_lines(rows: str, separator: str, least: int, most: int) -> tuple[int, int, tuple[int, int] | None]:
    """How many rows there are, how many have fewer cells than `least`, and the first of these: its line and cells.

    No row has more cells than `most`.

    >>> short_lines("a,1\\n\\nb", ",", 2, 2)
    (2, 1, (3, 1))
    """
    lines = rows.split("\n")
    if '"' not in rows and rows.count(separator) == len(lines) * (most - 1):
        return len(lines), 0, None
    count, short, begin, first = 0, 0, 1, None
    reader = reader_of(iter(f"{line}\n" for line in lines), separator)
    for cells in reader:
        if any(cell.strip() for cell in cells):
            count += 1
            if len(cells) < least:
                short, first = short + 1, first or (begin, len(cells))
        begin = reader.line_num + 1
    return count, short, first


def reader_of(lines: Iterator[str], separator: str) -> Reader:
    """Lines as cells; blanks behind a mark belong to no cell."""
    return csv.reader(lines, delimiter=separator, skipinitialspace=separator != " ")


def separator_told(told: str | None) -> str | None:
    """The mark that --separator says, as itself or as a word; SettingError where it is none."""
    mark = None if told is None else _WORDS.get(told.lower(), told)
    if mark is not None and (len(mark) != 1 or mark.isalnum() or mark in '"\r\n.-'):
        raise SettingError(f"--separator is one mark, such as ';', or tab or space; got {told!r}")
    return mark


def separator_seen(head: Sequence[str], comments: set[int]) -> str:
    """The mark that splits most lines into the same number of cells.

    >>> separator_seen(["date;load", "2024-01-01;1,5", "2024-01-02;2,5"], set())
    ';'
    """
    best, most = ",", 0
    for mark in _MARKS:
        try:
            widths = Counter(len(record.cells) for record in records_in(head, mark, 0, comments))
        except csv.Error:
            continue
        alike = max((count for width, count in widths.items() if width > 1), default=0)
        if alike > most:
            best, most = mark, alike
    return best
