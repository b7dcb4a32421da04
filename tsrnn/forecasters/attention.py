"""What a forecast looked at: the weights of attention as tidy rows, and as a picture."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from tsrnn.panel import Array, Panel
from tsrnn.picking import rows_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_COLUMNS = ["series", "step", "time", "weight"]
_LABELS = 6  # time stamps below a picture


def attention_rows(panel: Panel, weights: Array) -> pd.DataFrame:
    """A row a series, step and time, from `weights (series, step, time)` of the last rows of each series."""
    count, horizon, lookback = weights.shape
    rows = np.concatenate([np.tile(np.arange(stop - lookback, stop), horizon) for stop in panel.offsets[1:]])
    names = pd.Series(list(panel.names)).repeat(horizon * lookback).reset_index(drop=True)
    steps = np.tile(np.repeat(np.arange(1, horizon + 1), lookback), count)
    values = (names, steps, panel.times.take(rows), weights.ravel())
    return pd.DataFrame(dict(zip(_COLUMNS, values, strict=True)))


def plot_attention(rows: pd.DataFrame, series: Hashable = None, axes: Axes | None = None) -> Axes:
    """Draws what `attention()` of a forecaster gave: time to the right, steps ahead upwards, the darker the heavier.

    - `series`: which one; it can be left out where there is one. `axes`: where to draw; None makes a figure.

    The figure is `axes.figure`, and `axes.figure.savefig("attention.svg")` writes it. Raises SettingError for a series
    that is not there or not named, ColumnError for a frame without the columns of `attention()`.
    """
    from matplotlib.figure import Figure

    table = rows_of(rows, _COLUMNS, "series", series).pivot(index="step", columns="time", values="weight")
    axes = Figure(figsize=(8, 4), layout="constrained").add_subplot() if axes is None else axes
    picture = axes.imshow(table.to_numpy(), aspect="auto", origin="lower", cmap="Blues", vmin=0.0)
    places = np.unique(np.linspace(0, table.shape[1] - 1, _LABELS).round().astype(int))
    axes.set_xticks(places, [str(table.columns[place]) for place in places], rotation=20, ha="right")
    high = np.unique(np.linspace(0, table.shape[0] - 1, _LABELS).round().astype(int))
    axes.set_yticks(high, [str(table.index[place]) for place in high])
    axes.set_xlabel("time")
    axes.set_ylabel("step ahead")
    axes.set_title(str(series), parse_math=False)
    axes.figure.colorbar(picture, ax=axes, label="weight")
    return axes
