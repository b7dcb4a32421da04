"""The border for text: lists, pandas Series and ragged token lists in; everything is checked here, once."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from tsrnn.errors import DataError

# Above this share of unknown tokens, a warning says so.
MOST_UNKNOWN = 0.1

Text = str | list[str]


@dataclass(frozen=True)
class Texts:
    """Texts that were checked: strings, or lists of tokens (`ragged`); `index` is the Series' own, None for a list."""

    rows: list[Text]
    ragged: bool
    index: pd.Index | None

    def __len__(self) -> int:
        return len(self.rows)

    def some(self, rows: Iterable[Any]) -> Texts:
        """The texts in these places, without an index."""
        return Texts([self.rows[int(row)] for row in rows], self.ragged, None)

    def column(self, values: Sequence[Any] | np.ndarray[Any, Any], name: object = None) -> Any:
        """One value a text in the caller's shape: a Series with his index for a Series, else the values."""
        return values if self.index is None else pd.Series(list(values), self.index, name=name)

    def table(self, values: np.ndarray[Any, Any], columns: Sequence[object]) -> Any:
        """A row of values a text in the caller's shape: a frame with his index for a Series, else the array."""
        return values if self.index is None else pd.DataFrame(values, self.index, list(columns))


def read_texts(data: Any, what: str = "texts", *, ragged: bool = False) -> Texts:
    """Texts as they are given: a list, tuple, array or Series of strings, or of lists of tokens.

    `ragged` asks for lists of tokens. Raises DataError that names the row for anything else, such as None or a number.
    """
    if isinstance(data, str):
        raise DataError(f"{what} must be a list or a Series of texts, got one text: give [text]")
    if isinstance(data, pd.DataFrame):
        raise DataError(
            f"{what} must be a list or a Series of texts, got a frame: give one column, frame[{_first(data)!r}]"
        )
    if isinstance(data, (bytes, dict)) or not isinstance(data, Iterable):
        raise DataError(f"{what} must be a list or a Series of texts, got {type(data).__name__}")
    index = data.index if isinstance(data, pd.Series) else None
    given = list(data)
    lists = ragged or (bool(given) and not isinstance(given[0], str))
    rows: list[Text] = [
        _tokens(item, place, what) if lists else _text(item, place, what) for place, item in enumerate(given)
    ]
    return Texts(rows, lists, index)


def warn_unknown(share: float, what: str = "tokens") -> None:
    """A warning where more than a tenth of the tokens are unknown."""
    if share > MOST_UNKNOWN:
        smaller = ", or with smaller tokens such as tokens='bpe' or 'characters'" if what == "tokens" else ""
        warnings.warn(
            f"{share:.0%} of the {what} are not in the vocabulary and are read as one unknown token; "
            f"fit on more text{smaller}",
            stacklevel=3,
        )


def _text(item: Any, place: int, what: str) -> str:
    if isinstance(item, str):
        return str(item)
    raise DataError(f"row {place} of the {what} is {_said(item)}, not a text{_way_out(item)}")


def _tokens(item: Any, place: int, what: str) -> list[str]:
    if isinstance(item, str):
        raise DataError(f"row {place} of the {what} is a text, but lists of tokens are needed: give text.split()")
    if not isinstance(item, (list, tuple, np.ndarray)):
        raise DataError(
            f"row {place} of the {what} is {_said(item)}, neither a text nor a list of tokens{_way_out(item)}"
        )
    for token in item:
        if not isinstance(token, str):
            raise DataError(f"row {place} of the {what} holds {_said(token)} among its tokens; tokens are text")
    return [str(token) for token in item]


def _said(item: Any) -> str:
    return "None" if item is None else f"{item!r:.40} ({type(item).__name__})"


def _way_out(item: Any) -> str:
    missing = item is None or (isinstance(item, float) and np.isnan(item)) or item is pd.NA
    if missing:
        return "; drop the row, or give '' for no text"
    return "; str(value) makes one" if isinstance(item, (int, float, np.number)) else ""


def _first(frame: pd.DataFrame) -> object:
    return frame.columns[0] if len(frame.columns) else "text"
