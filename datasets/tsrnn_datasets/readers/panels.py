"""Files that hold many series become long frames `unique_id, ds, y`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from tsrnn_datasets.card import Card
from tsrnn_datasets.readers.table import csv


def _long(parts: Iterable[tuple[str, Any, Any]]) -> pd.DataFrame:
    """(name, times, values) of each series, end to end."""
    frames = [pd.DataFrame({"unique_id": name, "ds": times, "y": values}) for name, times, values in parts]
    return pd.concat(frames, ignore_index=True).astype({"y": "float64"})


@dataclass(frozen=True)
class Stacked:
    """A file that is long already: which columns hold the series' name, the time and the value."""

    series: str
    time: str
    value: str
    format: str | None = None

    def __call__(self, card: Card, contents: tuple[bytes, ...]) -> pd.DataFrame:
        table = csv(contents[0])
        ds = pd.to_datetime(table[self.time], format=self.format)
        frame = pd.DataFrame({"unique_id": table[self.series], "ds": ds, "y": table[self.value].astype("float64")})
        return frame.sort_values(["unique_id", "ds"], kind="stable", ignore_index=True)


def m4(card: Card, contents: tuple[bytes, ...]) -> pd.DataFrame:
    """M4: a row a series, padded with blanks; the files hold no stamps, so `ds` counts the steps from 1.

    With two files, the second is the training part: the steps of the first go on where it ends.
    """
    table = csv(contents[0]).set_index("V1")
    lengths = table.notna().sum(axis=1)
    before = csv(contents[1]).set_index("V1").notna().sum(axis=1) if len(contents) == 2 else lengths * 0
    names, values = table.index.tolist(), table.to_numpy(dtype="float64")
    return _long(
        (name, np.arange(begin + 1, begin + length + 1), row[:length])
        for name, row, length, begin in zip(names, values, lengths, before.loc[names], strict=True)
    )


@dataclass(frozen=True)
class M3:
    """M3: a row a series with its numbers in one cell; dates are not given, so `ds` counts the steps from 1."""

    period: str  # YEARLY, QUARTERLY, MONTHLY, OTHER
    part: str  # train, test

    def __call__(self, card: Card, contents: tuple[bytes, ...]) -> pd.DataFrame:
        table = csv(contents[0])
        table = table[table["period"] == self.period]
        begin = table["n"] if self.part == "test" else table["n"] * 0
        parts = []
        for name, cell, before in zip(table["id"], table[self.part], begin, strict=True):
            values = [float(number) for number in cell.split()]
            parts.append((name, np.arange(before + 1, before + len(values) + 1), values))
        return _long(parts)


def tourism(card: Card, contents: tuple[bytes, ...]) -> pd.DataFrame:
    """Tourism: a column a series, headed by its length, the year and the month or quarter it starts in."""
    table = csv(contents[0])
    months = 12 // card.seasonality  # months in a step
    parts = []
    for name in table.columns:
        length, year, first = (int(number) for number in table[name].iloc[:3])
        start = pd.Timestamp(year=year, month=(first - 1) * months + 1, day=1)
        times = pd.date_range(start, periods=length, freq=card.frequency)
        parts.append((name, times, table[name].iloc[3 : 3 + length].to_numpy()))
    return _long(parts)


def marked_times(card: Card, contents: tuple[bytes, ...]) -> pd.DataFrame:
    """A JSON object {file: [stamp or [from, to], …]} becomes one row a mark."""
    rows = []
    for series, marks in json.loads(contents[0]).items():
        for mark in marks:
            rows.append((series, *([mark] if isinstance(mark, str) else mark)))
    columns = list(card.columns)
    frame = pd.DataFrame(rows, columns=pd.Index(columns))
    for column in columns[1:]:
        frame[column] = pd.to_datetime(frame[column])
    return frame
