"""Small frames of every shape, and the way there and back that each of them must survive."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from tsrnn.answer import parse, write
from tsrnn.columns import Columns, Repairs
from tsrnn.frame import Data, read
from tsrnn.panel import Forecast, Panel

HORIZON = 3
LONG = Columns(id="meter", time="ts", target="kwh")
PROMO = Columns(target="y", future="promo", categorical="promo")
ZEROS = Repairs(unseen="zeros")


def numbered(panel: Panel, levels: tuple[float, ...] = ()) -> Forecast:
    """A forecast in which every series, step and channel has a number of its own."""
    shape = (len(panel.names), HORIZON, panel.channels)
    point = 100.0 + np.arange(np.prod(shape), dtype=np.float64).reshape(shape)
    return Forecast(point, {level: (point - level, point + level) for level in levels})


def answered(data: Data, columns: Columns | None = None, levels: tuple[float, ...] = ()) -> tuple[Panel, Any]:
    """The panel read from the data and a numbered answer to it, which reads back as it was written."""
    panel = read(data, columns)
    forecast = numbered(panel, levels)
    answer = write(forecast, panel)
    back = parse(answer, panel, HORIZON, levels)
    assert np.array_equal(back.point, forecast.point)
    for level in levels:
        assert np.array_equal(back.bounds[level], forecast.bounds[level])
    return panel, answer


def series(index: pd.Index, name: str | None = "load") -> pd.Series:
    return pd.Series(np.arange(len(index)) + 0.5, index, name=name)


def wide() -> pd.DataFrame:
    index = pd.date_range("2024-01-31", periods=12, freq="ME", name="month")
    return pd.DataFrame({"b": range(12), "c": range(100, 112), "a": range(200, 212)}, index)


def long() -> pd.DataFrame:
    """Three hourly meters of different lengths and ends, not in the order of their names."""
    parts: list[pd.DataFrame] = []
    for meter, rows, start in (("m2", 30, "2024-01-01"), ("m10", 24, "2024-01-02"), ("m1", 26, "2024-01-01")):
        stamps = pd.date_range(start, periods=rows, freq="h")
        parts.append(pd.DataFrame({"ts": stamps, "meter": meter, "kwh": np.arange(rows) + len(parts) * 1000.0}))
    return pd.concat(parts, ignore_index=True)


def daily(promo: list[Any], **more: Any) -> pd.DataFrame:
    """As many days as there are promotions, with a target that rises."""
    index = pd.date_range("2024-01-01", periods=len(promo), freq="D")
    return pd.DataFrame({"y": np.arange(len(promo)) + 0.0, "promo": promo, **more}, index)
