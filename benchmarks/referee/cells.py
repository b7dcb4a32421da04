"""Cells: which rows of a data set train, validate and test, at which horizon, and what has been published for it.

The protocol is that of the long-horizon literature: 12, 4 and 4 months of 30 days for ETT and 70, 10 and 20 % for the
rest; every channel in units of its mean and deviation in training; a forecast from every row of the test, none dropped.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tsrnn.frame import read
from tsrnn.panel import Array, Panel
from tsrnn_datasets import load

_MONTH = 30 * 24  # hours
# What the published copy of the weather data holds where nothing was measured.
_NOT_MEASURED = -9999.0


@dataclass(frozen=True)
class Cell:
    """One row of the table.

    - `season`: rows of the seasonal naive. `months`: rows a month of the 12, 4 and 4, 0 for shares of the whole.
    - `published`: MSE, MAE and whose. `masked`: what was not measured is missing in training, else the sign for it.
    """

    name: str
    data: str
    horizon: int
    season: int
    months: int = 0
    masked: bool = False
    published: str = ""


CELLS = (
    Cell("etth1-96", "etth1", 96, 24, _MONTH, published="0.351/0.392 SegRNN, 0.352/0.385 DUET"),
    Cell("etth1-336", "etth1", 336, 24, _MONTH, published="0.423/0.433 SegRNN, 0.414/0.426 DUET"),
    Cell("ettm1-96", "ettm1", 96, 96, 4 * _MONTH, published="0.293/0.354 SegRNN, 0.279/0.333 DUET"),
    Cell("weather-96", "jena-weather", 96, 144, published="0.143/0.198 SegRNN, 0.147/0.191 DUET"),
    Cell("weather-96-masked", "jena-weather", 96, 144, masked=True, published="the same"),
    Cell("exchange-96", "exchange-rate", 96, 7, published="0.081/0.196 last value"),
)
QUICK = (Cell("quick", "sim-power", 24, 24, _MONTH // 2),)


@dataclass(frozen=True)
class Split:
    """A cell's rows: `frame` without the rows after the test, and how many train and validate.

    `panel` holds the same rows; `mean` and `spread (series,)` are those of the published rows in training.
    """

    frame: pd.DataFrame
    panel: Panel
    train: int
    validation: int
    mean: Array
    spread: Array

    @property
    def learned_from(self) -> pd.DataFrame:
        """The rows given to `fit`: training, and validation as its tail."""
        return self.frame.iloc[: self.train + self.validation]

    @property
    def share(self) -> float:
        """What part of them is validation."""
        return self.validation / (self.train + self.validation)

    @property
    def units(self) -> Array:
        """All rows in units of training, `(row, series)`, in the order of the panel's series; NaN where missing."""
        values = self.panel.values.reshape(len(self.mean), -1).T
        return np.asarray((values - self.mean) / self.spread)

    def in_units(self, forecast: Array) -> Array:
        """A forecast `(origin, series, step)` in those units."""
        return np.asarray((forecast - self.mean[:, None]) / self.spread[:, None])

    def origins(self, part: str, horizon: int) -> Array:
        """How many rows are known at each origin of `"train"`, `"validation"` or `"test"`: its targets lie inside."""
        ends = {"train": self.train, "validation": self.train + self.validation, "test": len(self.frame)}
        begins = {"train": 0, "validation": self.train, "test": self.train + self.validation}
        return np.arange(begins[part], ends[part] - horizon + 1)


def split(cell: Cell, months: tuple[int, int, int] = (12, 4, 4)) -> Split:
    """The rows of a cell, numbered; missing ones as published, or missing where the cell is masked.

    `months` to learn from, to validate on and to test on, for a cell that is cut by months.
    """
    frame = load(cell.data).reset_index(drop=True).astype(float)
    published = frame.fillna(_NOT_MEASURED)
    rows = len(frame)
    if cell.months:
        train, validation, test = (count * cell.months for count in months)
    else:
        train, test = int(0.7 * rows), int(0.2 * rows)
        validation = rows - train - test
    frame = (frame if cell.masked else published).iloc[: train + validation + test]
    panel = read(frame, None, None)
    seen = published.iloc[:train][[*panel.names]]
    return Split(frame, panel, train, validation, seen.mean().to_numpy(), seen.std(ddof=0).to_numpy())
