"""Local models: a forecaster that learns from all series together made into one for each series."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tsrnn.errors import DataError, of_kind
from tsrnn.forecasters.names import LOCAL
from tsrnn.forecasters.protocol import Arrays, Facts, Fitted, Notice, PanelForecaster
from tsrnn.panel import Array, Forecast, Panel


class LocalForecaster(PanelForecaster):
    """The same forecaster fitted to each series by itself, with settings of its own where these are chosen from rows.

    - `model`: a forecaster of tsrnn that learns from all series together, such as `RidgeForecaster` or `GRUForecaster`.
    - `name`: what it is called in tables; None is the model's behind `local-`.

    One model for all series, a global one, learns more from short series that are alike; local ones learn what only one
    series does, from long series that are not (Montero-Manso and Hyndman, Principles and algorithms for forecasting
    groups of time series: locality and globality, 2021). A series that was not fitted is a DataError.

    >>> import pandas as pd
    >>> from tsrnn.forecasters.linear import RidgeForecaster
    >>> rows = np.arange(30.0)
    >>> data = pd.DataFrame({"up": rows, "wave": np.resize([0.0, 1.0, 0.0, -1.0], 30)})
    >>> model = LocalForecaster(RidgeForecaster(2, 4, penalty=1e-9))
    >>> model.fit(data).predict().round(3).abs().to_numpy().tolist()
    [[30.0, 0.0], [31.0, 1.0]]
    """

    by_series = True

    def __init__(self, model: PanelForecaster, *, name: str | None = None) -> None:
        self.model = model
        self.name = f"{LOCAL}{getattr(model, 'name', model)}" if name is None else name

    @property
    def horizon(self) -> int:  # type: ignore[override]
        """The model's own."""
        of_kind("model", self.model, PanelForecaster, "a forecaster of tsrnn")
        return self.model.horizon

    def _learn(self, panel: Panel) -> Locals:
        parts = {name: self.model._learn(_alone(panel, series)) for series, name in enumerate(panel.names)}
        return Locals(parts)

    def _restore(self, facts: Facts, arrays: Arrays, recent: Panel) -> Locals:
        own: dict[str, Arrays] = defaultdict(dict)
        for key, array in arrays.items():
            series, _, rest = key.partition(".")
            own[series][rest] = array
        parts = {
            name: self.model._restore(facts["models"][series], own[str(series)], _alone(recent, series))
            for series, name in enumerate(recent.names)
        }
        return Locals(parts)


@dataclass(frozen=True)
class Locals:
    """A fitted model for each series, by its name."""

    parts: dict[Hashable, Fitted]

    @property
    def memory(self) -> int:
        """The longest of the models'."""
        return max(part.memory for part in self.parts.values())

    @property
    def notices(self) -> list[Notice]:
        """The models', each with the name of its series."""
        return [replace(notice, series=name) for name, part in self.parts.items() for notice in part.notices]

    def forecast(self, panel: Panel, horizon: int, levels: tuple[float, ...], ahead: Array) -> Forecast:
        """The steps after each series' last row, by its own model; DataError for a series that was not fitted."""
        found = []
        for series, name in enumerate(panel.names):
            if name not in self.parts:
                raise DataError(
                    f"series {name!r} was not fitted, so it has no model of its own; fit the model with this series, "
                    "or use one model for all series",
                    series=name,
                )
            own = self.parts[name]
            found.append(own.forecast(_alone(panel, series), horizon, levels, ahead[series : series + 1]))
        bounds = {
            level: (_joined([one.bounds[level][0] for one in found]), _joined([one.bounds[level][1] for one in found]))
            for level in levels
        }
        return Forecast(_joined([one.point for one in found]), bounds)

    def state(self) -> tuple[Facts, Arrays]:
        """Every model's state, numbered in the order of the series."""
        states: list[tuple[dict[str, Any], Arrays]] = [part.state() for part in self.parts.values()]
        arrays = {f"{series}.{key}": array for series, (_, own) in enumerate(states) for key, array in own.items()}
        return {"models": [facts for facts, _ in states]}, arrays


def _alone(panel: Panel, series: int) -> Panel:
    return panel.without(np.arange(len(panel.names)) != series)


def _joined(parts: list[Array]) -> Array:
    found: Array = np.concatenate(parts)
    return found
