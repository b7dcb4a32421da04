"""What time stamps say by themselves: the table of seasons, and features that are known ahead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tsrnn.errors import SettingError, choices

if TYPE_CHECKING:
    import pandas as pd

    from tsrnn.panel import Array

# Rows in one season, by what one row is. The one table that models, MASE and Fourier terms read.
SEASONS = {
    "15min": 96,
    "30min": 48,
    "hour": 24,
    "day": 7,
    "business day": 5,
    "week": 52,
    "month": 12,
    "quarter": 4,
}

_DAY = 86_400.0


def _hour(times: pd.DatetimeIndex) -> Array:
    seconds = times.hour * 3600 + times.minute * 60 + times.second
    return np.asarray(seconds, np.float64) / _DAY


def _weekday(times: pd.DatetimeIndex) -> Array:
    return (np.asarray(times.day_of_week, np.float64) + _hour(times)) / 7.0


def _month(times: pd.DatetimeIndex) -> Array:
    return (np.asarray(times.month, np.float64) - 1.0) / 12.0


def _yearday(times: pd.DatetimeIndex) -> Array:
    return (np.asarray(times.day_of_year, np.float64) - 1.0) / 365.25


_PHASES = {"hour": _hour, "weekday": _weekday, "month": _month, "yearday": _yearday}

# The phases that vary from row to row at each frequency, for Columns(calendar=True).
_USEFUL = {
    "15min": ("hour", "weekday", "yearday"),
    "30min": ("hour", "weekday", "yearday"),
    "hour": ("hour", "weekday", "yearday"),
    "part of a day": ("hour", "weekday", "yearday"),
    "day": ("weekday", "yearday"),
    "business day": ("weekday", "yearday"),
    "week": ("yearday",),
    "month": ("month",),
    "quarter": ("month",),
}


def resolve(calendar: bool | tuple[str, ...], unit: str) -> tuple[str, ...]:
    """The calendar features meant by `Columns(calendar=…)` when one row is a `unit`.

    >>> resolve(True, "hour")
    ('hour', 'weekday', 'yearday')
    """
    if calendar is False:
        return ()
    if calendar is True:
        return _USEFUL.get(unit, ())
    for name in calendar:
        if name not in _PHASES:
            raise choices("calendar feature", name, _PHASES)
    return calendar


def features(times: pd.Index, names: tuple[str, ...]) -> Array:
    """Sine and cosine of each named phase, `(row, 2 · names)`; local wall time, so the clock change is followed.

    Raises SettingError when the index holds no time stamps.
    """
    import pandas as pd

    if not names:
        return np.zeros((len(times), 0))
    if isinstance(times, pd.PeriodIndex):
        times = times.to_timestamp()
    if not isinstance(times, pd.DatetimeIndex):
        raise SettingError(
            f"calendar features {', '.join(names)} need time stamps, but the index counts steps ({times.dtype}); "
            "give a DatetimeIndex or PeriodIndex, or leave Columns(calendar=…) out"
        )
    angles = [2.0 * np.pi * _PHASES[name](times) for name in names]
    return np.stack([wave(angle) for angle in angles for wave in (np.sin, np.cos)], axis=1)
