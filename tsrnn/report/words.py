"""Any value as clean text: names, missing values, and characters that no page may hold."""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import pandas as pd

DASH = "\u2013"  # what a missing value looks like
_CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff"
_TURNS = "\u202a-\u202e\u2066-\u2069"  # which let the text after a name be read from the other side
_FORBIDDEN = re.compile(f"[{_CONTROLS}{_TURNS}]")


def clean(text: str) -> str:
    """`text` with what no page may hold made visible: control characters, lone surrogates, turns of direction.

    >>> clean("a\\x00b")
    'a\ufffdb'
    """
    return _FORBIDDEN.sub("\ufffd", text)


def is_missing(value: object) -> bool:
    """Whether `value` is None, NaN, NaT or NA."""
    if value is None or value is pd.NaT or value is pd.NA:
        return True
    return isinstance(value, (float, np.floating)) and bool(np.isnan(value))


def say(value: object) -> str:
    """Any value as text, an en dash where it is missing."""
    return DASH if is_missing(value) else clean(str(value))


def clip(text: str, width: int) -> str:
    """`text` cut with an ellipsis to `width` columns; a wide character such as a Hangul syllable takes two.

    >>> clip("seasonal-naive", 8)
    'seasona…'
    """
    text = " ".join(text.split())
    if columns(text) <= width:
        return text
    while text and columns(text) > width - 1:
        text = text[:-1]
    return text + "\u2026"


def listing(names: list[str]) -> str:
    """Names as a list in words.

    >>> listing(["gru", "lstm", "arima"])
    'gru, lstm and arima'
    """
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1] if names else ""]))


def columns(text: str) -> int:
    """How many columns `text` takes where a wide character takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
