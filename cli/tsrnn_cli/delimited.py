"""CSV into a frame: ids and categories stay text, empty cells are missing, and what had to be recognised is said."""

from __future__ import annotations

import csv
import gzip
import io
import itertools
import re
import warnings
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tsrnn.errors import ColumnError, DataError, SettingError, choices
from tsrnn_cli.guessing import series_column
from tsrnn_cli.options import Roles, names_in
from tsrnn_cli.stamps import no_time, read_stamps, recognised

if TYPE_CHECKING:
    import pandas as pd

MISSING = ("", "NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "None", "<NA>")
_SAMPLE = 50
_COMMA_NUMBER = re.compile(r"-?\d+,\d+$")
_DATE = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}")
_NUMBER = re.compile(r"[-+]?\d+([.,]\d+)?$")


@dataclass(frozen=True)
class Delimited:
    """The rows of a CSV file, its columns for time and id, and what should be said about how it was read."""

    frame: pd.DataFrame
    time: str
    id: str | None
    notes: list[str]


@dataclass(frozen=True)
class _Form:
    """How the file is written: column names, the first rows, separator and decimal sign."""

    names: list[str]
    sample: list[list[str]]
    separator: str
    decimal: str


def read_delimited(raw: bytes, where: str, roles: Roles) -> Delimited:
    """The rows of a CSV file, gzipped or not; `where` is what to call it in errors.

    Only the time, id and categorical columns stay text; in other columns empty cells, NA and NaN are missing. Raises
    DataError where there are no rows, the rows do not fit the header, or no column can be taken for the time.
    """
    text = _text(raw, where, roles.encoding)
    form = _form(text, where)
    ident = roles.id or ("unique_id" if "unique_id" in form.names else None)
    time = roles.time or recognised(form.names, form.sample)
    if time is None:
        raise ColumnError(f"{where}: {no_time(form.names)}")
    for name in (time, ident):
        if name is not None and name not in form.names:
            raise ColumnError(f"{where}: {choices('column', name, form.names)}", column=name)
    texts = [time, *([ident] if ident else []), *names_in(roles.categorical)]
    frame = _frame(text, where, form, texts)
    if ident is None:
        ident = series_column(frame, time, roles.taken())
        if ident is not None:
            frame = _frame(text, where, form, [*texts, ident])  # ids stay the text they were
    stamps, decided = read_stamps(frame[time], time, roles.time_format)
    frame[time] = stamps
    return Delimited(frame, time, ident, _notes(frame, form, decided))


def decoded(raw: bytes, where: str, encoding: str) -> str:
    """The text that a file holds, gzipped or not; DataError naming it for another encoding or bytes that are none."""
    if raw.startswith(b"\x1f\x8b"):
        try:
            raw = gzip.decompress(raw)
        except (OSError, EOFError, zlib.error) as problem:
            raise DataError(f"{where} cannot be uncompressed: {problem}") from problem
    try:
        return raw.decode("utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding)
    except UnicodeDecodeError as problem:
        raise DataError(
            f"{where} is not {encoding} text (byte 0x{problem.object[problem.start]:02x} at {problem.start}); say its "
            "encoding, for example --encoding cp949"
        ) from problem
    except LookupError as problem:
        raise SettingError(f"unknown encoding {encoding!r}; for example utf-8, cp949 or latin-1") from problem


def _text(raw: bytes, where: str, encoding: str) -> str:
    text = decoded(raw, where, encoding)
    if not text.strip():
        raise DataError(f"{where} is empty; give a header and a row for every step")
    if "\x00" in text:
        raise DataError(f"{where} is no text: it holds zero bytes; give CSV, Parquet or Arrow")
    return text


def _form(text: str, where: str) -> _Form:
    first = text.lstrip("\r\n").split("\n", 1)[0]
    separator = next((mark for mark in (",", ";", "\t") if mark in first), ",")
    try:
        rows = list(itertools.islice((row for row in _cells(text, separator) if row), _SAMPLE + 1))
    except csv.Error as problem:
        raise DataError(f"{where} is no CSV: {problem}") from problem
    names, sample = rows[0], rows[1:]
    for name in names:
        if names.count(name) > 1:
            count = names.count(name)
            raise ColumnError(f"{where}: column {name!r} stands {count} times; rename or drop one", column=name)
    if not sample:
        raise DataError(f"{where} has a header and no rows; give a row for every step")
    if any(map(_DATE.match, names)) and any(map(_NUMBER.match, names)):
        raise DataError(
            f"{where} begins with data and not with a header ({', '.join(names[:3])}); put a line of column names first"
        )
    commas = separator != "," and any(_COMMA_NUMBER.match(cell) for row in sample for cell in row)
    return _Form(names, sample, separator, "," if commas else ".")


def _cells(text: str, separator: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text), delimiter=separator, skipinitialspace=True)


def _frame(text: str, where: str, form: _Form, kept: list[str]) -> pd.DataFrame:
    import pandas as pd

    missing = {name: [""] if name in kept else list(MISSING) for name in form.names}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)  # rows longer than the header would lose cells
            frame = pd.read_csv(
                io.StringIO(text),
                sep=form.separator,
                decimal=form.decimal,
                header=0,
                names=form.names,
                dtype=dict.fromkeys(kept, "str"),
                keep_default_na=False,
                na_values=missing,
                index_col=False,
                skipinitialspace=True,
                low_memory=False,
            )
    except pd.errors.ParserWarning as problem:
        raise DataError(f"{where} is no clean CSV: its rows have more cells than its header has names") from problem
    except ValueError as problem:  # ParserError is one
        raise DataError(f"{where} is no clean CSV: {str(problem).strip().splitlines()[0]}") from problem
    for name in form.names:
        if name not in kept and pd.api.types.is_string_dtype(frame[name].dtype):
            frame[name] = _mostly_numbers(frame[name])
    nameless = [name for name in form.names if not name.strip() and name not in kept]
    numbered = [name for name in nameless if frame[name].tolist() == list(range(len(frame)))]
    return frame.drop(columns=numbered)  # row numbers, as pandas writes them


def _mostly_numbers(column: pd.Series) -> pd.Series:
    """A column of text in which most cells are numbers, with these as numbers, so that an error names the others."""
    import pandas as pd

    numbers = pd.to_numeric(column, errors="coerce")
    odd = numbers.isna() & column.notna()
    return column if 2 * int(odd.sum()) > len(column) else column.astype(object).where(odd, numbers)


def _notes(frame: pd.DataFrame, form: _Form, decided: str | None) -> list[str]:
    """What was recognised instead of told."""
    found = [f"separator {form.separator!r}"] if form.separator != "," else []
    found += ["decimal comma"] if form.decimal == "," else []
    return [", ".join([f"read {len(frame)} rows", *found]), *([] if decided is None else [decided])]
