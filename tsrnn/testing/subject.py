"""The subject of a check: a forecaster that is cloned before anything is done to it, and the data it is given."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from sklearn.base import clone

from tsrnn.answer import Answer
from tsrnn.columns import Columns
from tsrnn.forecasters.protocol import Forecaster
from tsrnn.frame import Data
from tsrnn.testing.samples import hourly, long, wide

# Asked of a forecaster that has no `horizon` of its own.
_HORIZON = 4


@dataclass(frozen=True)
class Subject:
    """A forecaster under examination; `rows` is how long the series are that it is fitted on."""

    model: Forecaster
    rows: int = 96

    @property
    def horizon(self) -> int:
        """Steps ahead: the forecaster's own, or 4."""
        return int(getattr(self.model, "horizon", _HORIZON))

    def fresh(self) -> Forecaster:
        """An unfitted copy with the same settings."""
        made: Forecaster = clone(self.model, safe=False)
        return made

    def fitted(self, data: Data, columns: Columns | None = None) -> Forecaster:
        """A fresh copy that learned from the data."""
        return self.fresh().fit(data, columns)

    def ahead(self, data: Data, columns: Columns | None = None) -> Answer:
        """What a fresh copy forecasts after it learned from the data."""
        return self.fitted(data, columns).predict(self.horizon)

    def series(self, seed: int = 0) -> pd.Series:
        """An hourly series."""
        return hourly(self.rows, seed)

    def wide(self) -> pd.DataFrame:
        """Three hourly series side by side."""
        return wide(self.rows)

    def long(self) -> pd.DataFrame:
        """Three monthly series of different lengths below one another."""
        return long(self.rows + 20)
