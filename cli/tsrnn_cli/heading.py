"""The header of a table: which lines above its rows are the header, and the names that they give together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest

from tsrnn.errors import ColumnError, DataError

_TICKERS = ("ticker", "tickers", "symbol", "symbols", "price", "attributes")  # what data vendors call the levels
_UNIT = re.compile(
    r"|-|[\[(].*[\])]|.{0,10}[°%²³℃㎡µ€$£₩].{0,10}|(.*/)?(s|sec|min|h|hr|day|d|mm|cm|m|km|ms|pa|hpa|kpa|mbar|bar|k|c|f|"
    r"degc|degf|deg|degrees|celsius|w|kw|mw|gw|wh|kwh|mwh|gwh|v|kv|a|ma|hz|j|kj|mj|g|kg|t|l|ml|m2|m3|ppm|ppb|pct|percent|"
    r"usd|eur|krw|gbp|jpy|원|천원|백만원|개|명|도|utc|iso8601|yyyy.*|hh:mm.*|date|datetime|time)",
    re.IGNORECASE,
)


def levels(block: Sequence[Sequence[str]]) -> str | None:
    """How lines above the rows belong together: `levels` of one header, `units` below its first line; None: unclear.

    >>> levels([["Price", "Close", "Volume"], ["Ticker", "ACME", "ACME"], ["Date", "", ""]])
    'levels'
    >>> levels([["time", "warm", "wind"], ["", "°C", "m/s"]])
    'units'
    """
    names = [cell.strip() for cell in block[0] if cell.strip()]
    unique = len(set(names)) == len(names)
    if unique and len(names) == len(block[0]) and all(_are_units(row) for row in block[1:]):
        return "units"
    last = [cell.strip() for cell in block[-1]]
    named = any(row[0].strip().lower() in _TICKERS for row in block if row)
    grouped = not block[0][0].strip() and not all(cell.strip() for cell in block[0][1:]) and all(last)
    if not unique or grouped or (named and ((last[0] and not any(last[1:])) or len(block) == 2)):
        return "levels"
    return None


def _are_units(row: Sequence[str]) -> bool:
    cells = [cell.strip() for cell in row]
    return any(cells) and all(_UNIT.fullmatch(cell) for cell in cells)


def joined(block: Sequence[Sequence[str]]) -> list[str]:
    """One name a column from the lines of a header: what differs between columns, from the top down.

    >>> joined([["Price", "Close", "Close", "High"], ["Ticker", "ACME", "ZINC", "ACME"], ["Date", "", "", ""]])
    ['Date', 'Close ACME', 'Close ZINC', 'High ACME']
    """
    rows = [[cell.strip() for cell in row] for row in block]
    if len(rows) == 1:
        return rows[0]
    index = bool(rows[-1][0]) and not any(rows[-1][1:])  # the last line names the column of the time, and no other
    upper = rows[:-1] if index else rows
    spread = [_spread(row) for row in upper]
    telling = [row for row in spread if len(set(row[1:])) > 1] or (spread[:1] if index else spread)
    names = [" ".join(dict.fromkeys(cell for cell in cells if cell)) for cells in zip_longest(*telling)]
    first = next((row[0] for row in reversed(rows) if row[0]), "")
    first = "Date" if first.lower() in _TICKERS else first  # the name of a level: that of the column is not there
    return [first, *names[1:]]


def _spread(row: Sequence[str]) -> list[str]:
    """A line in which a name stands once for the columns right of it, with the name in each of them."""
    found = list(row[:1])
    for cell in row[1:]:
        found.append(cell or (found[-1] if len(found) > 1 else ""))
    return found


def unclear(where: str, first: int, last: int) -> DataError:
    """That several lines may be the header, and the options that say which."""
    return DataError(
        f"{where}: lines {first} to {last} may all be the header; say --skip-rows {last - 1} where line {last} alone "
        f"is, or --header-rows {last - first + 1} where they make one together",
        code="E126",
    )


def checked(names: list[str], where: str) -> list[str]:
    """Names for all columns, several without one called by their place; ColumnError where two are alike."""
    if names.count("") > 1:
        names = [name or f"column {place}" for place, name in enumerate(names, 1)]
    for name in names:
        if names.count(name) > 1:
            raise ColumnError(
                f"{where}: column {name!r} stands {names.count(name)} times; rename or drop one",
                code="E118",
                column=name,
            )
    return names
