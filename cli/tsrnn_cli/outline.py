"""The outline of a table in a text: what stands above it, its header, its rows, and what stands below."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tsrnn.errors import DataError, SettingError
from tsrnn_cli.cells import Pattern, Record, kind_of, pattern_of, reader_of, records_in, separator_seen, separator_told
from tsrnn_cli.dating import is_dated
from tsrnn_cli.heading import checked, joined, levels, unclear
from tsrnn_cli.written import Written

_HEAD, _TAIL, _SHOWN = 200, 40, 40  # lines that are looked at; letters that are shown
_LONG = 10_000  # letters of a line that is no foot
_TOTAL = re.compile(
    r"\W*(grand total|sub-?total|total|sum|mean|average|source|notes?|footnote|copyright|합계|소계|총계|평균|출처|"
    r"summe|gesamt|mittelwert|quelle)\b.*",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True)
class Outline:
    """The names of the columns, the rows as text, the mark between cells, and what was left out, in words.

    `nameless` are the columns for which the header has no name. `sample` holds the first rows; `header` its first and
    last line, `line` that of the first row, counted from 1.
    """

    names: list[str]
    nameless: list[str]
    rows: str
    separator: str
    sample: list[list[str]]
    header: tuple[int, int] | None
    line: int
    left: list[str]


@dataclass(frozen=True)
class _Head:
    """The first lines of a file, the mark between their cells, and which of them are comments."""

    lines: list[str]
    separator: str
    comments: set[int]


def outline(text: str, where: str, written: Written) -> Outline:
    """Where the table stands; DataError where that cannot be told, naming the option that says it."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    hint = re.match(r"sep=(.)\n", text, re.IGNORECASE)  # for Excel, which does not show this line
    separator = separator_told(written.separator) or (hint and hint[1])
    if separator == " ":
        text = re.sub(r"(?m)^ +| +$", "", re.sub(" {2,}", " ", text))
    skip = written.skip_rows or 0
    head = text.split("\n", _HEAD + skip)[: _HEAD + skip]
    comments = _comments(head, 0 if written.skip_rows is None else skip + 1) | ({1} if hint else set())
    separator = separator or separator_seen(head, comments)
    try:
        records = list(records_in(head, separator, skip, comments))
    except csv.Error as problem:
        raise DataError(f"{where} is no CSV: {problem}", code="E126") from problem
    if not records and not skip:
        raise DataError(f"{where} is empty but for comments; give a header and a row for every step", code="E115")
    if not records:
        raise SettingError(f"--skip-rows {skip} leaves nothing of {where} to read; say a smaller number")
    pattern = pattern_of(records)
    block, first, between = _header(records, pattern, written, where, _Head(head, separator, comments))
    if first >= len(records):
        raise DataError(f"{where} has a header and no rows; give a row for every step", code="E115")
    line, sample = records[first].first, [record.cells for record in records[first:]]
    rows, below = _without_foot(text[sum(len(one) + 1 for one in head[: line - 1]) :], separator, pattern)
    if comments:
        rows, count = re.subn(r"(?m)^[ \t]*#.*$", "", rows)  # an empty line stays, so that lines keep their numbers
        below += [f"{_counted(count)} of comments between the rows"] if count else []
    above = _above(head, block[0].first if block else line, written.skip_rows)
    names = _fitted(joined([record.cells for record in block]) if block else [], sample, pattern)
    lines = (block[0].first, block[-1].last) if block else None
    whole = checked(names, where)
    nameless = [name for name, given in zip(whole, names, strict=True) if not given]
    return Outline(whole, nameless, rows, separator, sample, lines, line, [*above, *between, *below])


def _comments(head: Sequence[str], after: int) -> set[int]:
    """The lines that begin with #, unless dates stand in most of them: then a name begins so."""
    found = {number for number, line in enumerate(head, 1) if line.lstrip().startswith("#") and number > after}
    dated = sum(any(map(is_dated, re.split("[,;|\t]", head[number - 1])[1:])) for number in found)
    return found if 2 * dated <= len(found) else set()


def _header(
    records: Sequence[Record], pattern: Pattern, written: Written, where: str, head: _Head
) -> tuple[list[Record], int, list[str]]:
    """The records that make the header, the place of the first row, and what is left out between them."""
    wanted = written.header_rows
    if written.skip_rows is not None:
        block = list(records[: 1 if wanted is None else wanted])
        block = [replace(one, cells=[one.cells[0].lstrip("# "), *one.cells[1:]]) for one in block]
        if wanted is None and len(records) > 1 and levels([block[0].cells, records[1].cells]) == "units":
            return block, 2, [_told(records[1:2], "of units")]
        return block, len(block), []
    first = _begin(records, pattern)
    if first is None:
        first = min(1 if wanted is None else wanted, len(records))
    if wanted is not None:
        if wanted > first:
            raise SettingError(f"{where} has {first} lines above its rows; --header-rows {wanted} is too many")
        return list(records[first - wanted : first]), first, []
    block = _block(records, first, pattern, head.comments)
    if not block and first > 0 and not {"date", "number"} & set(map(kind_of, records[first - 1].cells)):
        raise _ragged(records[first - 1], records[first], where)
    if not block:
        return [_behind_hash(records[first], head, pattern, where)], first, []
    how = "levels" if len(block) == 1 else levels([record.cells for record in block])
    if how is None:
        raise unclear(where, block[0].first, block[-1].last)
    return (block[:1], first, [_told(block[1:], "of units")]) if how == "units" else (block, first, [])


def _begin(records: Sequence[Record], pattern: Pattern) -> int | None:
    """The place of the first row; a row or two with a blank line and another header below stand above the table."""
    fits = [pattern.fits(record.cells) for record in records]
    if True not in fits:
        return None
    first = fits.index(True)
    for place in range(first + 1, min(first + 3, len(records) - 1)):
        cells = records[place].cells
        apart = records[place].first > records[place - 1].last + 1
        another = first == 0 or cells != records[first - 1].cells
        if apart and another and not fits[place] and fits[place + 1] and "empty" not in map(kind_of, cells):
            return place + 1
    return first


def _block(records: Sequence[Record], first: int, pattern: Pattern, comments: set[int]) -> list[Record]:
    """The records right above the first row that are as wide as it is, with nothing blank and no title between them."""
    block: list[Record] = []
    for record in reversed(records[:first]):
        apart = block and not comments.issuperset(range(record.last + 1, block[0].first))
        title = block and not any(cell.strip() for cell in record.cells[1:])
        if apart or title or not _as_wide(record.cells, records[first:], pattern) or pattern.fits(record.cells):
            break
        block.insert(0, record)
    return block


def _as_wide(cells: Sequence[str], rows: Sequence[Record], pattern: Pattern) -> bool:
    """Whether a header has a name for every cell, but for marks at the end of all rows, or of the header itself."""
    more = len(cells) - pattern.width
    if more == -1:
        return not any(record.cells[-1].strip() for record in rows if len(record.cells) == pattern.width)
    return more == 0 or (more == 1 and not cells[-1].strip())


def _behind_hash(row: Record, head: _Head, pattern: Pattern, where: str) -> Record:
    """The header in the comment right above the rows; DataError where there is none at all."""
    above = head.lines[row.first - 2].lstrip() if row.first > 1 else ""
    cells = [cell for row in reader_of(iter([above.lstrip("# ")]), head.separator) for cell in row]
    if above.startswith("#") and len(cells) == pattern.width:
        return Record(cells, row.first - 1, row.first - 1)
    raise DataError(
        f"{where} begins with data and not with a header ({', '.join(row.cells[:3])}); put a line of column names "
        "first, or say --header-rows 0 to call the columns 1, 2, …",
        code="E126",
    )


def _ragged(header: Record, row: Record, where: str) -> DataError:
    names, cells = len(header.cells), len(row.cells)
    more = "more" if cells > names else "fewer"
    return DataError(
        f"{where} is no clean CSV: its rows have {more} cells than its header has names (line {header.last}: {names}, "
        f"line {row.first}: {cells}); mend the header, or go without it by --skip-rows {row.first - 1} --header-rows 0",
        code="E126",
    )


def _fitted(names: list[str], sample: Sequence[Sequence[str]], pattern: Pattern) -> list[str]:
    """A name for every cell of a row; without a header the places are the names."""
    width = max(len(names), *map(len, sample[:1]), pattern.width if not names else 0)
    if not names:
        return [str(place) for place in range(1, width + 1)]
    names = [name.strip() for name in names]
    if len(names) == pattern.width + 1 and not names[-1] and len(sample[0]) == pattern.width:
        return names[:-1]
    if len(names) == pattern.width - 1 and not any(row[-1].strip() for row in sample if len(row) == pattern.width):
        return [*names, ""]
    return names


def _above(head: Sequence[str], line: int, told: int | None) -> list[str]:
    """What stands above the header, in words; nothing where the lines are blank or were told to be skipped."""
    lines = [number for number in range((told or 0) + 1, line) if head[number - 1].strip()]
    return [_lines(lines[0], lines[-1], "above the header", head[lines[0] - 1])] if lines else []


def _told(records: Sequence[Record], what: str) -> str:
    text = ", ".join(cell for cell in records[0].cells if cell.strip())
    return _lines(records[0].first, records[-1].last, what, text)


def _lines(first: int, last: int, what: str, text: str) -> str:
    """Some lines that are left out, in words.

    >>> _lines(1, 2, "above the header", "Station, Berlin")
    "lines 1 to 2 above the header: 'Station, Berlin'"
    """
    shown = text.strip() if len(text.strip()) <= _SHOWN else text.strip()[: _SHOWN - 1] + "…"
    return f"{lines_said(first, last)} {what}: {shown!r}"


def lines_said(first: int, last: int) -> str:
    """Lines of a file in words: `line 1`, `lines 1 to 2`."""
    return f"line {first}" if first == last else f"lines {first} to {last}"


def _without_foot(rows: str, separator: str, pattern: Pattern) -> tuple[str, list[str]]:
    """The rows without totals, sources and blanks that stand below them, and what these were."""
    end, found = len(rows.rstrip("\n \t")), list[str]()
    while len(found) < _TAIL:
        start = rows.rfind("\n", 0, end) + 1
        line = rows[start:end]
        if start == 0 or len(line) > _LONG or line.count('"') % 2 or not _is_foot(line, separator, pattern):
            break
        found += [line] if line.strip(f"{separator} \t") else []  # empty cells need no word
        end = start - 1
    rows = rows[:end]
    if not found:
        return rows, []
    shown = " · ".join(line.strip()[:_SHOWN] for line in reversed(found[-3:]))
    return rows, [f"{_counted(len(found))} below the rows: {shown!r}"]


def _counted(lines: int) -> str:
    return "1 line" if lines == 1 else f"{lines} lines"


def _is_foot(line: str, separator: str, pattern: Pattern) -> bool:
    """Whether a line is no row: blank, a comment, a text without numbers, or a total, in place of the date."""
    cells = [cell for row in reader_of(iter([line]), separator) for cell in row]
    if not any(cell.strip() for cell in cells):
        return True
    if pattern.fits(cells) or line.lstrip().startswith("#"):
        return not pattern.fits(cells)
    kinds = [kind_of(cell) for cell in cells]
    total = _TOTAL.fullmatch(next(cell for cell in cells if cell.strip())) is not None
    if "date" in pattern.kinds:
        return "date" not in kinds and (total or "number" not in kinds)
    if "number" not in pattern.kinds:
        return False
    return (total and pattern.kinds[0] == "number") or (len(cells) != pattern.width and "number" not in kinds)
