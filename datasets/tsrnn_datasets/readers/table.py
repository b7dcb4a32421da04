"""A CSV with time going down becomes a Series or a DataFrame indexed by time."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from tsrnn_datasets.card import Card

PERIODS = ("Q", "Y")  # quarterly and yearly sums and means belong to a period, not to an instant


@dataclass(frozen=True)
class Table:
    """How to read one CSV file. What is not said here is as published.

    time: the column(s) with the stamp, joined by a blank; () where there is none and `start` says when the rows begin.
    names: new column names, in the order of the file, where the published ones say nothing.
    missing: the number that stands for a missing value and becomes NaN.
    """

    time: tuple[str, ...] = ("date",)
    format: str | None = None
    start: str | None = None
    separator: str = ","
    encoding: str = "utf-8"
    missing: float | None = None
    names: tuple[str, ...] = field(default=())

    def __call__(self, card: Card, contents: tuple[bytes, ...]) -> pd.Series[Any] | pd.DataFrame:
        (content,) = contents
        frame = csv(content, self.separator, self.encoding).dropna(how="all").dropna(axis=1, how="all")
        index = self._index(frame, card)
        frame = frame.drop(columns=list(self.time))
        if self.missing is not None:
            frame = frame.replace(self.missing, float("nan"))
        if self.names:
            frame.columns = pd.Index(self.names)
        return timed(frame.set_index(index), card)

    def _index(self, frame: pd.DataFrame, card: Card) -> pd.Index:
        if self.start is not None:
            return pd.date_range(self.start, periods=len(frame), freq=card.frequency)
        stamps = frame[self.time[0]].astype(str)
        for column in self.time[1:]:
            stamps = stamps + " " + frame[column].astype(str)
        return pd.DatetimeIndex(pd.to_datetime(stamps, format=self.format))


def csv(content: bytes, separator: str = ",", encoding: str = "utf-8") -> pd.DataFrame:
    """The content as a frame; only empty cells are missing."""
    return pd.read_csv(io.BytesIO(content), sep=separator, encoding=encoding, keep_default_na=False, na_values=[""])


def timed(frame: pd.DataFrame, card: Card) -> pd.Series[Any] | pd.DataFrame:
    """The rows in the order of time, numbers as float64, the frequency on the index where every step is there once."""
    frame = frame.rename_axis(None).sort_index(kind="stable")
    numbers = frame.select_dtypes("number").columns
    frame = frame.astype(dict.fromkeys(numbers, "float64"))
    if card.frequency in PERIODS and isinstance(frame.index, pd.DatetimeIndex):
        frame = frame.set_index(frame.index.to_period(card.frequency))
    elif card.regular and isinstance(frame.index, pd.DatetimeIndex):
        frame = frame.set_index(pd.DatetimeIndex(frame.index, freq=card.frequency))  # pandas refuses another frequency
    return frame[card.target] if card.form == "series" else frame


def wide_years(card: Card, contents: tuple[bytes, ...]) -> pd.Series[Any] | pd.DataFrame:
    """A table with a row a year and a column a month becomes one monthly series."""
    table = csv(contents[0]).set_index("YEAR")
    values = pd.DataFrame({card.target: table.to_numpy().ravel()})
    start = pd.Timestamp(year=int(table.index[0]), month=1, day=1)
    return timed(values.set_index(pd.date_range(start, periods=len(values), freq=card.frequency)), card)


def year_quarter(card: Card, contents: tuple[bytes, ...]) -> pd.Series[Any] | pd.DataFrame:
    """A table with columns `year` and `quarter` becomes quarterly rows."""
    table = csv(contents[0])
    quarters = table["year"].astype(str) + "Q" + table["quarter"].astype(str)
    return timed(table.drop(columns=["year", "quarter"]).set_index(pd.PeriodIndex(quarters, freq="Q")), card)


def named_quarter(card: Card, contents: tuple[bytes, ...]) -> pd.Series[Any] | pd.DataFrame:
    """A table whose column `period` says 1974Q1 becomes quarterly rows."""
    table = csv(contents[0], encoding="utf-8-sig")
    return timed(table.drop(columns="period").set_index(pd.PeriodIndex(table["period"], freq="Q")), card)


def published(card: Card, contents: tuple[bytes, ...]) -> pd.DataFrame:
    """The table as published."""
    return csv(contents[0])
