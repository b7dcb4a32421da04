"""A fitted model's forecasts from thousands of origins at once: each origin of each series is a short series."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tsrnn.forecasters.protocol import PanelForecaster
from tsrnn.panel import Array, Panel

_AT_ONCE = 4096  # windows


def forecasts(model: PanelForecaster, panel: Panel, known: Array, horizon: int) -> Array:
    """The steps ahead of all series after their first `known (origin,)` rows, `(origin, series, step)`.

    The same numbers as `model.predict(history=…)` with the rows known at each origin, without a frame for each.
    """
    fitted = model.learned().model
    parts = []
    for some in np.array_split(known, -(-len(known) * len(panel.names) // _AT_ONCE)):
        windows = newest(panel, some, fitted.memory)
        ahead = np.zeros((len(windows.names), horizon, 0))
        point = fitted.forecast(windows, horizon, (), ahead).point[..., 0]
        parts.append(point.reshape(len(some), len(panel.names), horizon))
    return np.concatenate(parts)


def newest(panel: Panel, known: Array, rows: int) -> Panel:
    """The last `rows` rows known of each series at each origin, the origins one after the other, as one panel."""
    ends = (panel.offsets[:-1] + known[:, None]).ravel()  # (origin * series)
    at = (ends[:, None] + np.arange(-rows, 0)).ravel()
    return replace(
        panel,
        values=panel.values[at],
        observed=panel.observed[at],
        offsets=np.arange(len(ends) + 1) * rows,
        names=panel.names * len(known),
        past=panel.past[at],
        future=panel.future[at],
        static=np.tile(panel.static, (len(known), 1)),
        times=panel.times.take(at),
        layout=replace(panel.layout, shape="long", order=tuple(range(len(ends)))),  # so that single ones can be taken
    )
