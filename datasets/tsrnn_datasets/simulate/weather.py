"""Daily temperature: a year's cycle, and weather that a region shares and that lasts some days."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tsrnn_datasets.simulate.memory import remembering

MEMORY = 0.75  # of one day's departure from the season, what is left the next day


def draw(own: np.random.Generator, shared: np.random.Generator) -> pd.DataFrame:
    """One station: column `temperature` in °C; a panel's stations share most of their weather."""
    days = pd.date_range("2014-01-01", "2023-12-31", freq="D")
    mean, swing = own.uniform(7.0, 13.0), own.uniform(8.0, 12.0)
    coldest = own.uniform(10.0, 25.0)  # day of the year
    angle = 2.0 * np.pi * (days.day_of_year.to_numpy() - coldest) / 365.25
    season = mean - swing * np.cos(angle)
    weather = remembering(shared, len(days), MEMORY, 2.8) + remembering(own, len(days), MEMORY, 1.4)
    weather *= 1.0 + 0.25 * np.cos(angle)  # winters are less steady than summers
    return pd.DataFrame({"temperature": np.round(season + weather, 1)}, index=days)
