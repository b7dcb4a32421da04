"""Sentences out of CoNLL-U and its kin, a word a line and a blank line between sentences, and back with other tags."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tsrnn.errors import DataError, SettingError, choices
from tsrnn_cli.text_source import lines_of, read_bytes, readable

COLUMNS = ("id", "form", "lemma", "upos", "xpos", "feats", "head", "deprel", "deps", "misc")
_DOCUMENT = "-DOCSTART-"  # the mark of CoNLL-2003 between documents
_ENDINGS = (".conll", ".conllu", ".iob", ".iob2", ".bio")


@dataclass(frozen=True)
class Sentences:
    """The words of each sentence, their tags (None for plain text), and the lines they were read from.

    `places`: for each word of each sentence, the number of its line; `column`: where in its line the tag stands.
    """

    words: list[list[str]]
    tags: list[list[str]] | None
    lines: list[str]
    places: list[list[int]]
    column: int

    def tagged(self, tags: list[list[str]]) -> str:
        """The lines that were read with these tags in their column."""
        lines = list(self.lines)
        for places, row in zip(self.places, tags, strict=True):
            for place, tag in zip(places, row, strict=True):
                cells = _cells(lines[place])
                cells[self.column] = tag
                lines[place] = ("\t" if "\t" in lines[place] else " ").join(cells)
        return "\n".join(lines) + "\n"


def read_sentences(file: str, column: str | None, encoding: str, *, tags: bool) -> Sentences:
    """The sentences of a file: CoNLL-U, other columns of words and tags, or plain text, a sentence a line.

    Ten columns are CoNLL-U, whose words of several tokens and empty ones are passed over; of others the first is the
    word. Tabs stand between columns, or blanks, as in the files of CoNLL-2003: where a line of these marks a document,
    or the file is named as such, or `column` is told. `column` is the name of a column of CoNLL-U or a number from 1;
    None is `upos`, or the last. With `tags` plain text will not do. Raises DataError that names the file and the line.
    """
    raw, where = read_bytes(file)
    if Path(where.removesuffix(".gz")).suffix.lower() == ".csv":
        raise DataError(f"{where} is CSV, which has no place for the words of a sentence; give CoNLL-U or plain text")
    lines = lines_of(readable(raw, where, encoding))
    named = Path(where.removesuffix(".gz")).suffix.lower() in _ENDINGS or (tags and column is not None)
    in_columns = named or any("\t" in line or line.startswith(_DOCUMENT) for line in lines)
    if not in_columns and tags:
        raise DataError(
            f"{where} has no tags; give CoNLL-U, or a word and its tag a line with a tab between them; where blanks "
            "stand between columns, say which has the tags with --column N"
        )
    if not in_columns:
        lines = _as_columns(lines)
    width = next(len(_cells(line)) for line in [*lines, "_"] if line.strip() and not line.startswith("# "))
    place = _place(column, width, where)
    words, found, places = _read(lines, width, place, where)
    if not words:
        raise DataError(f"{where} holds no sentence; give a word a line, and a blank line between sentences")
    return Sentences(words, found if in_columns else None, lines, places, place)


def _read(
    lines: list[str], width: int, place: int, where: str
) -> tuple[list[list[str]], list[list[str]], list[list[int]]]:
    words: list[list[str]] = [[]]
    tags: list[list[str]] = [[]]
    places: list[list[int]] = [[]]
    for number, line in enumerate(lines):
        cells = _cells(line)
        if not line.strip() and words[-1]:
            for rows in (words, tags, places):
                rows.append([])
        if not line.strip() or (line.startswith("#") and len(cells) != width):
            continue
        if len(cells) != width:
            raise DataError(f"{where}: line {number + 1} has {len(cells)} columns, but the first has {width}")
        if cells[0] == _DOCUMENT or (width == len(COLUMNS) and not cells[0].isdigit()):
            continue  # 3-4 stands above the words 3 and 4, and 5.1 is not in the text
        words[-1].append(cells[1 if width == len(COLUMNS) else 0])
        tags[-1].append(cells[place])
        places[-1].append(number)
    full = slice(None) if words[-1] else slice(-1)
    return words[full], tags[full], places[full]


def _place(column: str | None, width: int, where: str) -> int:
    """Which column, counted from 0, has the tags."""
    if column is None:
        return COLUMNS.index("upos") if width == len(COLUMNS) else width - 1
    if column.isdigit():
        if 1 <= int(column) <= width:
            return int(column) - 1
        raise SettingError(f"--column {column} is not there: {where} has {width} columns")
    if column.lower() not in COLUMNS:
        raise choices("column", column, COLUMNS)
    if width != len(COLUMNS):
        raise SettingError(f"--column {column} is of CoNLL-U, but {where} has {width} columns; give a number from 1")
    return COLUMNS.index(column.lower())


def _as_columns(lines: list[str]) -> list[str]:
    """Plain text as CoNLL-U that says nothing but the words."""
    found = []
    for line in lines:
        rest = "\t_" * (len(COLUMNS) - 2)
        found += [f"{number}\t{word}{rest}" for number, word in enumerate(line.split(), 1)]
        found += [""] if line.split() else []
    return found


def _cells(line: str) -> list[str]:
    return line.split("\t") if "\t" in line else line.split()
