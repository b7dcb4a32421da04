"""Samples: the small data that every check is run on."""

from __future__ import annotations

import numpy as np
import pandas as pd


def hourly(rows: int = 96, seed: int = 0, zone: str | None = None) -> pd.Series:
    """A daily wave with noise, one row an hour, across a clock change in European time zones."""
    index = pd.date_range("2024-03-29", periods=rows, freq="h", tz=zone, name="time")
    noise = np.random.default_rng(seed).normal(scale=0.3, size=rows)
    return pd.Series(10.0 + 3.0 * np.sin(2 * np.pi * np.arange(rows) / 24) + noise, index, name="load")


def wide(rows: int = 96) -> pd.DataFrame:
    """Three hourly series side by side, not in the order of their names."""
    return pd.DataFrame({name: hourly(rows, seed) for seed, name in enumerate(("north", "east", "south"))})


def long(rows: int = 96) -> pd.DataFrame:
    """Three monthly series of different lengths, one below the other, not in the order of their names."""
    parts = []
    for seed, name in enumerate(("b", "c", "a")):
        values = hourly(rows - 10 * seed, seed).to_numpy()
        stamps = pd.date_range("2001-01-31", periods=len(values), freq="ME")
        parts.append(pd.DataFrame({"unique_id": name, "ds": stamps, "y": values}))
    return pd.concat(parts, ignore_index=True)
