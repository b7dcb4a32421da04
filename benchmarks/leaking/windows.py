"""A forecaster of a few lines, fitted by gradient descent, to plant leaks in, and the data for them."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator

from tsrnn.answer import write
from tsrnn.columns import Columns, Repairs
from tsrnn.errors import SettingError
from tsrnn.panel import Forecast, Panel
from tsrnn.testing.samples import hourly

HORIZON = 4


def driven(rows: int = 96) -> pd.DataFrame:
    """A load and the driver beside it."""
    return pd.DataFrame({"load": hourly(rows, 0), "driver": hourly(rows, 1)})


def holed() -> pd.Series:
    """A load with a hole before each of the last two cutoffs of horizon 4."""
    data = hourly()
    data.iloc[[86, 87, 90, 91]] = np.nan
    return data


class Windows(BaseEstimator):  # type: ignore[misc]
    """The next rows as a linear function of the last `lags`, learned by so many epochs of gradient descent.

    It learns from windows of the rows given to `fit`, or from `rows` that it was made with.
    """

    def __init__(self, epochs: int = 20, rows: Any = None, lags: int = 6, name: str = "windows") -> None:
        self.epochs, self.rows, self.lags, self.name = epochs, rows, lags, name

    def fit(self, data: Panel, columns: Columns | None = None, *, repairs: Repairs | None = None) -> Self:
        """Learns the weights."""
        values = data.values[:, 0] if self.rows is None else np.asarray(self.rows, np.float64)
        windows = np.lib.stride_tricks.sliding_window_view(values[~np.isnan(values)], self.lags + HORIZON)
        x, y = windows[:, : self.lags], windows[:, self.lags :]
        self.weights_ = np.zeros((self.lags, HORIZON))
        for _ in range(self.epochs):
            self.weights_ += x.T @ (y - x @ self.weights_) / np.linalg.norm(x, 2) ** 2
        return self

    def predict(
        self,
        horizon: int | None = None,
        *,
        history: Panel | None = None,
        levels: list[float] | None = None,
        future: pd.DataFrame | None = None,
    ) -> Any:
        """The rows after the history."""
        assert history is not None
        if levels:
            raise SettingError("no intervals")
        return write(Forecast((history.values[-self.lags :, 0] @ self.weights_)[None, :, None], {}), history)
