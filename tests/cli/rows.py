"""Small tables as files: the rows that the tests of the command line read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd


def hourly(count: int = 96, *, start: str = "2024-01-01", zone: str | None = None) -> pd.DataFrame:
    """`count` hours of two series with a daily wave, the time in the column `when`."""
    wave = np.sin(np.arange(count) * 2 * np.pi / 24)
    noise = np.random.default_rng(7).normal(size=(count, 2))
    times = pd.date_range(start, periods=count, freq="h", tz=zone)
    return pd.DataFrame({"when": times, "load": 10 + wave + 0.1 * noise[:, 0], "heat": 5 - wave + 0.1 * noise[:, 1]})


def meters(count: int = 60) -> pd.DataFrame:
    """Three series one below the other, whose ids are texts that look like something else."""
    parts = []
    for place, name in enumerate(("005930", "NA", "1e3")):
        part = hourly(count, zone="Asia/Seoul").rename(columns={"when": "ts", "load": "kwh", "heat": "warm"})
        parts.append(part.assign(meter=name, kwh=part["kwh"] * (place + 1)))
    return pd.concat(parts, ignore_index=True)[["meter", "ts", "kwh", "warm"]]


def saved(frame: pd.DataFrame, path: Path) -> Path:
    """The frame as CSV with times as ISO 8601."""
    text = frame.copy()
    for name in text.columns:
        if pd.api.types.is_datetime64_any_dtype(text[name].dtype):
            text[name] = [stamp.isoformat() for stamp in text[name]]
    text.to_csv(path, index=False)
    return path
