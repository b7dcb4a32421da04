"""A forecaster of a page that keeps every promise, outside the classes of tsrnn."""

from __future__ import annotations

from statistics import NormalDist
from typing import Any, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator

from tsrnn.answer import write
from tsrnn.columns import Columns, Repairs
from tsrnn.errors import NotFittedError, whole_number
from tsrnn.forecasters.protocol import checked_levels
from tsrnn.frame import Data, read
from tsrnn.panel import Array, Forecast, Panel


class Honest(BaseEstimator):  # type: ignore[misc]
    """The mean of the last `window` observed rows of each series; intervals as its rows scatter around it."""

    def __init__(self, horizon: int = 4, window: int = 3, name: str = "honest") -> None:
        self.horizon, self.window, self.name = horizon, window, name

    def fit(self, data: Data, columns: Columns | None = None, *, repairs: Repairs | None = None) -> Self:
        panel = read(data, columns, repairs)
        self.panel_, self.columns_, self.repairs_ = panel, columns, repairs
        return self

    def predict(
        self,
        horizon: int | None = None,
        *,
        history: Data | None = None,
        levels: list[float] | None = None,
        future: pd.DataFrame | None = None,
    ) -> Any:
        if not hasattr(self, "panel_"):
            raise NotFittedError(f"{type(self).__name__} has not been fitted: call fit(data) first")
        steps = whole_number("horizon", self.horizon if horizon is None else horizon, 1)
        panel = self._panel(history)
        centre, spread = self._level(panel), self._spread(panel)
        point = np.repeat(centre[:, None, None], steps, axis=1)  # (series, step, 1)
        bounds = {}
        for level in checked_levels(levels):
            reach = np.broadcast_to(NormalDist().inv_cdf(0.5 + level / 200) * spread[:, None, None], point.shape)
            bounds[level] = (point - reach, point + reach)
        return self._written(Forecast(point, bounds), panel)

    def _panel(self, history: Data | None) -> Panel:
        if history is None:
            return self.panel_
        panel = read(history, self.columns_, self.repairs_)
        if panel.layout.frequency != self.panel_.layout.frequency:
            raise ValueError("the history has another frequency than the rows of fit")
        return panel

    def _level(self, panel: Panel) -> Array:
        return np.array([rows[-self.window :].mean() for rows in observed(panel)])

    def _spread(self, panel: Panel) -> Array:
        units = [max(np.abs(rows).max(), np.finfo(float).tiny) for rows in observed(panel)]  # squares may overflow
        return np.array([unit * (rows / unit).std() for unit, rows in zip(units, observed(panel), strict=True)])

    def _written(self, forecast: Forecast, panel: Panel) -> Any:
        return write(forecast, panel)


def observed(panel: Panel) -> list[Array]:
    parts = (panel.values[panel.rows(series), 0] for series in range(len(panel.names)))
    return [rows[~np.isnan(rows)] for rows in parts]
