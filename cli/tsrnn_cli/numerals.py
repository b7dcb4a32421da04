"""Numbers as people write them: the decimal sign, what groups thousands, and columns of text made numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tsrnn.errors import DataError, SettingError

if TYPE_CHECKING:
    import pandas as pd

_SPACED = re.compile(r"(?<=\d)[ '\u2019\u00a0\u202f](?=\d{3}(?!\d))")
_PLAIN = r"[-+]?\d+(?:[.,]\d+)?"
_COMMA = r"[-+]?(?:\d+|\d{1,3}(?:\.\d{3})+)?,\d+(?:[eE][-+]?\d+)?|[-+]?\d{1,3}(?:\.\d{3})+"
_POINT = r"[-+]?(?:[1-9]\d{0,2}(?:,\d{3})+)(?:\.\d*)?(?:[eE][-+]?\d+)?"
_EITHER = r"[-+]?[1-9]\d{0,2},\d{3}"  # 1,234: a thousand, or little more than one
_ONE_GROUP = r"[-+]?[1-9]\d{0,2}\.\d{3}"
_MAYBE_GROUPED = rf"{_ONE_GROUP}|[-+]?\d{{1,3}}"  # 1.100 and 950: no thousand goes without its point
_ANY = r"\s*[-+\u2212]?[\d.,'\u2019 \u00a0\u202f]*\d(?:[eE][-+]?\d+)?\s*"
_TRUTH = {"true": True, "false": False}
_ENOUGH = 3  # cells such as 1.100 that are no chance


@dataclass(frozen=True)
class Numerals:
    """The decimal sign of a file, and whether the other sign, or a blank, groups thousands in it."""

    decimal: str = "."
    grouped: bool = False

    def notes(self) -> list[str]:
        """What is not as everywhere."""
        found = ["decimal comma"] if self.decimal == "," else []
        return found + (["thousands in groups"] if self.grouped else [])


def decimal_told(told: str | None) -> str | None:
    """What --decimal says; SettingError where it is neither sign."""
    if told not in (None, ".", ","):
        raise SettingError(f"--decimal is . or ,; got {told!r}")
    return told


def numbers_in(column: pd.Series) -> pd.Series:
    """The plain numbers of a column of text, NaN elsewhere.

    >>> import pandas as pd
    >>> numbers_in(pd.Series(["1.5", "1,5", "2e3"])).tolist()
    [1.5, nan, 2000.0]
    """
    import pandas as pd

    return pd.to_numeric(column, errors="coerce")


def written_otherwise(column: pd.Series) -> bool:
    """Whether a column of text holds numbers that are no plain ones: with commas, groups or a true minus sign."""
    cells = column.dropna().drop_duplicates()
    return bool(cells[numbers_in(cells).isna()].str.fullmatch(_ANY).any())


def numerals_of(
    columns: Mapping[str, pd.Series],
    odd: Mapping[str, pd.Series],
    told: str | None,
    where: str,
    *,
    pointed: bool = False,
) -> Numerals:
    """How the numbers among columns of text are written, by the cells that are `odd`: no plain numbers.

    Where thousands may be `pointed` in this file, 1.234 is as doubtful as 1,234. Raises DataError where both signs are
    decimal ones, or where 1,234 may be a thousand or little more than one.
    """
    commas, points, either, spaced = "", "", "", False
    for cells in odd.values():
        cells = cells.drop_duplicates()
        flat = cells.str.replace(_SPACED, "", regex=True)
        spaced = spaced or bool((flat.str.fullmatch(_PLAIN) & (flat != cells)).any())
        doubtful, comma, point = (flat.str.fullmatch(form) for form in (_EITHER, _COMMA, _POINT))
        commas = commas or _first(flat[comma & ~doubtful & ~point])
        points = points or _first(flat[point & ~doubtful & ~comma])
        either = either or _first(flat[doubtful])
    if told is None and (commas or either):
        points = points or _pointed(columns)
    if told is None and commas and points:
        raise DataError(
            f"{where} holds {commas!r} and {points!r}: which sign is the decimal one? say --decimal . or ,", code="E126"
        )
    if told is None and either and not commas and not points:
        raise _doubtful(where, either, "say --decimal . where the comma groups thousands, or --decimal , where it is")
    grouped = _maybe_grouped(columns) if told is None and pointed and not commas and not points else ""
    if grouped and not _pointed(columns):
        raise _doubtful(where, grouped, "say --decimal , where the point groups thousands, or --decimal . where it is")
    decimal = told or ("," if commas else ".")
    return Numerals(decimal, spaced or bool(points or either if decimal == "." else _dotted(columns)))


def _first(found: pd.Series) -> str:
    return str(found.iloc[0]) if len(found) else ""


def _doubtful(where: str, cell: str, way: str) -> DataError:
    doubt = f"{where} holds {cell!r}, which may be a thousand or little more than one"
    return DataError(f"{doubt}; {way} the decimal sign", code="E126")


def _maybe_grouped(columns: Mapping[str, pd.Series]) -> str:
    """A number such as 1.100 of a column in which every point may group thousands; empty where there is none."""
    for column in columns.values():
        text = column.dropna().str.strip()
        groups = text[text.str.fullmatch(_ONE_GROUP)]
        if len(groups) >= _ENOUGH and text.str.fullmatch(_MAYBE_GROUPED).all():
            return str(groups.iloc[0])
    return ""


def _pointed(columns: Mapping[str, pd.Series]) -> str:
    """A number with a decimal point that can group nothing, such as 1.5; empty where there is none."""
    for column in columns.values():
        text = column.dropna()
        found = text[text.str.fullmatch(r"[-+]?\d*\.\d+(?:[eE][-+]?\d+)?") & ~text.str.fullmatch(_ONE_GROUP)]
        if len(found):
            return str(found.iloc[0])
    return ""


def _dotted(columns: Mapping[str, pd.Series]) -> bool:
    groups = r"[-+]?\d{1,3}(?:\.\d{3})+(?:,\d+)?"
    return any(column.str.fullmatch(groups, na=False).any() for column in columns.values())


def typed(column: pd.Series, numbers: pd.Series, numerals: Numerals, *, told: bool) -> pd.Series:
    """A column of text as numbers or truth values where that is what it holds, else as it is.

    `numbers` are its plain ones. Codes such as 005930 stay text unless it was `told` that they are numbers. Where most
    cells are numbers these become some, so that an error names the others.
    """
    import pandas as pd

    there = column.notna()
    if numerals.decimal == "," or (numbers.isna() & there).any():
        places, kinds = pd.factorize(column)
        numbers = numbers_in(_plain(pd.Series(kinds, dtype=column.dtype), numerals)).reindex(places)
        numbers = numbers.set_axis(column.index)
    odd = numbers.isna() & there
    if not odd.any():
        return column if not told and _are_codes(column[there]) else numbers
    text = column[there].drop_duplicates().str.lower()
    if text.isin(list(_TRUTH)).all():
        truth = column.str.lower().map(_TRUTH)
        return truth.astype(bool) if there.all() else truth.astype(object)
    return column if 2 * int(odd.sum()) > len(column) else column.astype(object).where(odd, numbers)


def _are_codes(text: pd.Series) -> bool:
    """Whether whole numbers have zeros in front, as codes have."""
    zeros = text[text.str.startswith("0")]
    return bool(zeros.str.fullmatch(r"0\d+").any()) and bool(text.str.isdecimal().all())


def _plain(column: pd.Series, numerals: Numerals) -> pd.Series:
    """Numbers with a decimal point and nothing else; what is none of this file's numbers is left to be named."""
    text = column.str.replace("\u2212", "-").str.replace(_SPACED, "", regex=True)
    if numerals.decimal == ".":
        return text.where(~text.str.fullmatch(_POINT, na=False), text.str.replace(",", ""))
    ours = text.str.fullmatch(rf"{_COMMA}|[-+]?\d+(?:[eE][-+]?\d+)?", na=False)
    return text.str.replace(".", "", regex=False).str.replace(",", ".", regex=False).where(ours)
