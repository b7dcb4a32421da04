"""Hourly electric load of a town: cycles of the day, the week and the year, heating, cooling and holidays."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tsrnn_datasets.simulate.days_off import holidays
from tsrnn_datasets.simulate.memory import remembering

YEARS = (2022, 2023)
HEATS_BELOW, COOLS_ABOVE = 15.0, 22.0  # °C


def temperature(shared: np.random.Generator, hours: pd.DatetimeIndex) -> NDArray[np.float64]:
    """The town's temperature in °C: a year's and a day's cycle, and weather that lasts some days."""
    year = 2.0 * np.pi * (hours.day_of_year.to_numpy() - 20.0) / 365.25
    day = 2.0 * np.pi * (hours.hour.to_numpy() - 15.0) / 24.0
    values = 12.0 - 11.0 * np.cos(year) + 3.5 * np.cos(day) + remembering(shared, len(hours), 0.985, 3.0)
    return np.round(values, 1)


def _shape_of_day(hour: NDArray[np.float64], rest: NDArray[np.bool_], evening: float) -> NDArray[np.float64]:
    """The load without weather, around 1: a night's low, a morning and an evening peak; flatter on days of rest."""
    morning = np.exp(-0.5 * ((hour - np.where(rest, 11.0, 8.5)) / 2.5) ** 2)
    late = np.exp(-0.5 * ((hour - evening) / 2.5) ** 2)
    shape: NDArray[np.float64] = 0.75 + np.where(rest, 0.20, 0.42) * morning + np.where(rest, 0.30, 0.40) * late
    return shape


def draw(own: np.random.Generator, shared: np.random.Generator) -> pd.DataFrame:
    """One meter: columns `load` (MW) and `temperature` (°C, the same for all meters of a panel)."""
    hours = pd.date_range(f"{YEARS[0]}-01-01", f"{YEARS[1]}-12-31 23:00", freq="h")
    outside = temperature(shared, hours)
    size, evening = own.uniform(60.0, 140.0), own.uniform(18.0, 20.0)
    heating, cooling = own.uniform(0.010, 0.020), own.uniform(0.015, 0.030)  # share of the size, a degree
    free = pd.DatetimeIndex([pd.Timestamp(day) for day in holidays(*YEARS)])
    rest = (hours.day_of_week.to_numpy() >= 5) | hours.normalize().isin(free)
    shape = _shape_of_day(hours.hour.to_numpy().astype("float64"), rest, evening)
    weather = heating * np.maximum(HEATS_BELOW - outside, 0.0) + cooling * np.maximum(outside - COOLS_ABOVE, 0.0)
    load = size * (shape + weather + remembering(own, len(hours), 0.9, 0.03))
    return pd.DataFrame({"load": np.round(load, 2), "temperature": outside}, index=hours)
