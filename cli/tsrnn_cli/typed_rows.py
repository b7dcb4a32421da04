"""Rows of text as a frame: numbers and truth values where a column holds some, else the text that was written."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from tsrnn.errors import DataError
from tsrnn_cli.cells import MISSING
from tsrnn_cli.numerals import Numerals, decimal_told, numbers_in, numerals_of, typed, written_otherwise
from tsrnn_cli.options import Roles, names_in
from tsrnn_cli.outline import Outline
from tsrnn_cli.precision import exact

if TYPE_CHECKING:
    import pandas as pd


def typed_rows(form: Outline, where: str, texts: Collection[str], roles: Roles) -> tuple[pd.DataFrame, Numerals]:
    """The rows of a file with all columns but `texts` typed, and how its numbers are written.

    `texts` stay as they were written, empty cells among them; in other columns these are missing. Row numbers, as
    pandas writes them, and marks at the end of every row are left out. DataError where rows do not fit the header.
    """
    words = [*MISSING, *names_in(roles.written.missing)]
    told = {name for part in (roles.target, roles.past, roles.future, roles.static) for name in names_in(part)}
    decimal, numerals = decimal_told(roles.written.decimal), Numerals()
    others = [name for name in form.names if name not in texts]
    pointed = decimal is None and _may_point_thousands(form)
    frame = None if decimal == "," or pointed or _zeros_in_front(form) else _plain_rows(form, where, others, words)
    if frame is None:
        frame = text_rows(form, where, form.names)
        plain = {name: frame[name].mask(frame[name].isin(words)) for name in others}
        columns, numerals = _columns(plain, words, told, decimal, where, pointed=pointed)
        frame = _with(frame, columns)
    frame = _with(frame, without({name: frame[name] for name in others}, words)) if roles.written.missing else frame
    numbered, nameless = list(range(len(frame))), [name for name in form.nameless if name in others]
    rest = [name for name in nameless if frame[name].isna().all() or frame[name].tolist() == numbered]
    return frame.drop(columns=rest), numerals


def text_rows(form: Outline, where: str, names: Sequence[str]) -> pd.DataFrame:
    """Every cell of some columns as text, empty where there is none."""
    return _read(form, where, dict.fromkeys(names, "str"), None, names).fillna("")


def _zeros_in_front(form: Outline) -> bool:
    """Whether a cell may begin with a zero and another digit, as codes do."""
    inside = re.search(rf"[\n\" {re.escape(form.separator)}]0\d", form.rows)
    return inside is not None or re.match(r"0\d", form.rows) is not None


def _may_point_thousands(form: Outline) -> bool:
    """Whether 1.100 may be a thousand: there are semicolons, or tabs and days such as 31.12.2024."""
    cells = [cell.strip() for row in form.sample for cell in row]
    dotted = any(re.match(r"\d{1,2}\.\d{1,2}\.\d{4}", cell) for cell in cells)
    grouped = any(re.fullmatch(r"[-+]?\d{1,3}\.\d{3}", cell) for cell in cells)
    return grouped and (form.separator == ";" or (form.separator == "\t" and dotted))


def _plain_rows(form: Outline, where: str, others: Sequence[str], words: list[str]) -> pd.DataFrame | None:
    """The rows where all numbers of the `others` are plain ones, the quick way; None where some may be none."""
    texts = dict.fromkeys((name for name in form.names if name not in others), "str")
    frame = _read(form, where, texts, dict.fromkeys(others, words), form.names)
    odd = [name for name in others if frame[name].dtype.kind not in "iuf"]
    cells = text_rows(form, where, odd) if odd else frame[odd]
    plain = {name: cells[name].mask(cells[name].isin(words)) for name in odd}
    if any(written_otherwise(column) for column in plain.values()):
        return None
    columns, _ = _columns(plain, words, (), ".", where)
    return _with(frame, columns)


def _read(
    form: Outline, where: str, types: Mapping[str, str], missing: dict[str, list[str]] | None, names: Sequence[str]
) -> pd.DataFrame:
    import pandas as pd

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)  # rows longer than the header would lose cells
            return pd.read_csv(
                io.StringIO(form.rows),
                sep=form.separator,
                header=None,
                names=form.names,
                usecols=None if len(names) == len(form.names) else list(names),
                dtype=types,
                keep_default_na=False,
                na_filter=missing is not None,
                na_values=missing,
                index_col=False,
                skipinitialspace=form.separator != " ",
                low_memory=False,
                **exact(),
            )
    except pd.errors.ParserWarning as problem:
        raise DataError(
            f"{where} is no clean CSV: its rows have more cells than its header has names", code="E126"
        ) from problem
    except ValueError as problem:  # ParserError is one
        raise DataError(f"{where} is no clean CSV: {_parser_words(str(problem), form.line)}", code="E126") from problem


def _parser_words(problem: str, line: int) -> str:
    """What pandas says, with the line of the file instead of that of the rows."""
    quote = re.search(r"EOF inside string starting at row (\d+)", problem)
    if quote is not None:
        return f"a quote that is opened in line {int(quote[1]) + line} or above is never closed"
    narrow = re.search(r"Too many columns specified: expected (\d+) ", problem)
    if narrow is not None:
        return f"its header has {narrow[1]} names, and no line has as many cells; mend the header"
    found = re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", problem)
    if found is None:
        return problem.strip().splitlines()[0]
    place = int(found[2]) + line - 1
    return f"line {place} has {found[3]} cells, its header has {found[1]} names; where that is no row, take it out"


def _columns(
    plain: dict[str, pd.Series],
    words: Sequence[str],
    told: Collection[str],
    decimal: str | None,
    where: str,
    *,
    pointed: bool = False,
) -> tuple[dict[str, pd.Series], Numerals]:
    """Columns of text with types, and how their numbers are written."""
    numbers = {name: numbers_in(column) for name, column in plain.items()}
    odd = {}
    for name, found in numbers.items():
        if (found.isna() & plain[name].notna()).any():  # perhaps for the blanks around them
            stripped = plain[name].str.strip()
            plain[name] = stripped.mask(stripped.isin(words))
            odd[name] = plain[name][found.isna() & plain[name].notna()]
    numerals = numerals_of(plain, odd, decimal, where, pointed=pointed)
    columns = {name: typed(column, numbers[name], numerals, told=name in told) for name, column in plain.items()}
    return columns, numerals


def _with(frame: pd.DataFrame, columns: dict[str, pd.Series]) -> pd.DataFrame:
    """The frame with some columns replaced, all at once: one by one takes long where there are thousands."""
    import pandas as pd

    return pd.DataFrame({name: columns.get(str(name), frame[name]) for name in frame.columns}, index=frame.index)


def without(columns: dict[str, pd.Series], words: Sequence[str]) -> dict[str, pd.Series]:
    """Columns of numbers with those that stand for nothing made missing."""
    import pandas as pd

    numbers = [float(word) for word in words if is_number(word)]
    if not numbers:
        return columns
    counted = [name for name, column in columns.items() if pd.api.types.infer_dtype(column) in ("integer", "floating")]
    return columns | {name: columns[name].mask(columns[name].isin(numbers)) for name in counted}


def is_number(word: str) -> bool:
    """Whether a word is a number as Python writes them."""
    try:
        float(word)
    except ValueError:
        return False
    return True
