"""Rehearsal: what a model would have forecast at earlier origins of the very rows that it is about to learn from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.base import clone

from tsrnn.forecasters.protocol import PanelForecaster
from tsrnn.metrics import naive_scale
from tsrnn.panel import Array, Counts, Panel
from tsrnn.splits import rolling_origins


@dataclass(frozen=True)
class Rehearsal:
    """Forecasts and what came of them, `(origin, series, step, channel)`; `bounds` holds (low, high) by level.

    `forecast` has the models in front where there were several: `(model, origin, series, step, channel)`.
    """

    actual: Array
    forecast: Array
    bounds: dict[float, tuple[Array, Array]]


def rehearse(
    models: list[PanelForecaster], panel: Panel, windows: int, *, horizon: int, levels: tuple[float, ...] = ()
) -> Rehearsal:
    """Every model learns once, from the rows before the first of the last `windows` origins, and forecasts at each.

    The origins lie `horizon` rows apart, or closer where that would take more than half of the shortest series.
    Raises ShortSeriesError where a series is too short for that.
    """
    stops = rolling_origins(panel, horizon, windows, spacing(panel, windows, horizon))
    learned = [clone(model)._learn(panel.cut(stops[0])) for model in models]
    known = [(panel.cut(stop), ahead_of(panel.future, panel, stop, horizon)) for stop in stops]
    found = [[model.forecast(rows, horizon, levels, ahead) for rows, ahead in known] for model in learned]

    def ends(side: int, level: float) -> Array:
        return np.array([[forecast.bounds[level][side] for forecast in row] for row in found])

    return Rehearsal(
        actual=np.array([ahead_of(panel.values, panel, stop, horizon) for stop in stops]),
        forecast=np.array([[forecast.point for forecast in row] for row in found]),
        bounds={level: (ends(0, level), ends(1, level)) for level in levels},
    )


def naive_units(panel: Panel) -> Array:
    """The in-sample naive error of each series and channel, 1 where there is none, `(series, channel)`."""
    rows = [panel.values[panel.rows(series)] for series in range(len(panel.names))]
    units = np.array(
        [[naive_scale(part[:, column], panel.season, 1) for column in range(panel.channels)] for part in rows]
    )
    return np.where(np.isfinite(units) & (units > 0), units, 1.0)


def spacing(panel: Panel, windows: int, horizon: int) -> int:
    """Rows between two origins: a horizon, or fewer where the windows would take more than half of a series."""
    room = int(panel.lengths.min()) // 2 - horizon
    return max(1, min(horizon, room // max(1, windows - 1)))


def ahead_of(values: Array, panel: Panel, stop: Counts, horizon: int) -> Array:
    """The rows after each series' cutoff, `(series, step, column)`."""
    rows: Array = values[(panel.offsets[:-1] + stop)[:, None] + np.arange(horizon)]
    return rows
