"""Small frames to spoil, and the check that each spoilt one is refused in words that help."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tsrnn.columns import Columns
from tsrnn.errors import TsrnnError
from tsrnn.panel import Panel

# What it is called, how it is given, the error it meets, and what the text of that says.
Case = tuple[str, Callable[[], Panel], type[TsrnnError], tuple[str, ...]]

DAYS = pd.date_range("2024-01-01", periods=30, freq="D")
ROLES = Columns(id="unique_id", time="ds", target="y")


def series(values: Any = None, index: Any = DAYS, name: str | None = "load") -> pd.Series:
    return pd.Series(np.arange(len(index)) + 1.0 if values is None else values, index, name=name)


def objects(*values: object) -> pd.Series:
    """A series that begins with these objects and goes on with numbers."""
    return pd.Series([*values, *range(30 - len(values))], DAYS, dtype=object, name="load")


def wide(columns: Any) -> pd.DataFrame:
    return pd.DataFrame(np.ones((30, len(columns))), DAYS, columns)


def long(**changed: Any) -> pd.DataFrame:
    """Two series of thirty days; `changed` replaces whole columns."""
    plain = {"unique_id": ["a"] * 30 + ["b"] * 30, "ds": [*DAYS, *DAYS], "y": np.arange(60.0)}
    return pd.DataFrame(plain | changed)


def mixed(first: object, second: object) -> pd.Series:
    return pd.Series([first] * 30 + [second] * 30, dtype=object)


def berlin(start: str, end: str, freq: str = "h") -> pd.DatetimeIndex:
    """Local times across a clock change, with the zone forgotten."""
    return pd.date_range(start, end, freq=freq, tz="Europe/Berlin").tz_localize(None)


def cases(*tables: list[Case]) -> list[Any]:
    return [pytest.param(*case[1:], id=case[0]) for table in tables for case in table]


def refuse(given: Callable[[], Panel], kind: type[TsrnnError], texts: tuple[str, ...]) -> None:
    """The error is exactly of this kind, its one line holds all these words, and it is short enough to be read."""
    with pytest.raises(TsrnnError) as caught:
        given()
    assert type(caught.value) is kind
    for text in texts:
        assert text in str(caught.value)
    assert "\n" not in str(caught.value)
    assert isinstance(caught.value, ValueError)
    assert len(str(caught.value)) < 420
