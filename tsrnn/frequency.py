"""Frequency: what one step of a time axis is; inferred from the stamps, checked against them, continued past them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

import numpy as np
import pandas as pd
from pandas.tseries.frequencies import to_offset
from pandas.tseries.offsets import BaseOffset, CustomBusinessDay, Day, Tick

from tsrnn.calendar import SEASONS
from tsrnn.errors import FrequencyError
from tsrnn.panel import Counts

# Weekdays without a row are taken for days on which the exchange was closed while they are at most this share of all
# weekdays and never more than this many in a row; beyond it they are gaps.
CLOSED_SHARE, CLOSED_RUN = 0.06, 4

_WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_MINUTE = 60_000_000_000


@dataclass(frozen=True)
class Frequency:
    """One step of an index.

    - `kind`: `"stamps"` (DatetimeIndex), `"periods"` (PeriodIndex) or `"steps"` (integers).
    - `alias`: the pandas alias (`"h"`, `"W-SAT"`, `"ME"`); for integers the width of a step.
    - `closed`: weekdays without trading, as ISO dates; business days only.

    >>> Frequency("stamps", "h").season
    24
    """

    kind: Literal["stamps", "periods", "steps"]
    alias: str
    closed: tuple[str, ...] = ()

    @property
    def offset(self) -> BaseOffset:
        """The pandas offset of one step (stamps and periods)."""
        if self.closed:
            return CustomBusinessDay(holidays=list(self.closed))
        return to_offset(self.alias, is_period=True) if self.kind == "periods" else to_offset(self.alias)

    @property
    def unit(self) -> str:
        """What one row is, as the table of seasons calls it: `"hour"`, `"week"`, …; `"step"` for integers."""
        return "step" if self.kind == "steps" else _unit(self.offset)

    @property
    def season(self) -> int:
        """Rows in one season: 24 for hours, 12 for months, 1 where the table has no entry."""
        return SEASONS.get(self.unit, 1)

    @property
    def words(self) -> str:
        """The frequency for people: `"hour (h)"`."""
        if self.kind == "steps":
            return "step" if self.alias == "1" else f"{self.alias} steps"
        days = f", {len(self.closed)} closed days" if self.closed else ""
        return f"{self.unit} ({self.alias}{days})"

    def after(self, last: object, count: int, like: pd.Index) -> pd.Index:
        """The `count` index values after `last`, with the dtype, unit and time zone of `like`."""
        if self.kind == "steps":
            return pd.Index(cast("int", last) + int(self.alias) * np.arange(1, count + 1), dtype=like.dtype)
        if self.kind == "periods":
            return pd.period_range(cast("pd.Period", last), periods=count + 1)[1:]
        stamp, index = cast("pd.Timestamp", last), cast("pd.DatetimeIndex", like)
        if _is_clock(self.offset) or stamp.tzinfo is None:
            ahead = pd.date_range(stamp, periods=count + 1, freq=self.offset)[1:]
        else:
            wall = pd.date_range(stamp.tz_localize(None), periods=count + 1, freq=self.offset)[1:]
            ahead = wall.tz_localize(index.tz, ambiguous=np.ones(count, bool), nonexistent="shift_forward")
        return pd.DatetimeIndex(ahead.as_unit(index.unit).to_series().array)

    def strides(self, times: pd.Index) -> Counts:
        """Steps from each row to the next, `(row - 1,)`; 0 where the next stamp does not lie on the grid."""
        if self.kind == "steps":
            whole, rest = np.divmod(np.diff(times.to_numpy(np.int64)), int(self.alias))
            return np.where(rest == 0, whole, 0).astype(np.int64)
        if self.kind == "periods":
            return np.diff(cast("pd.PeriodIndex", times).asi8)
        return _stamp_strides(cast("pd.DatetimeIndex", times), self.offset)


def infer(times: pd.Index, series: object) -> Frequency:
    """The frequency of one series' sorted, unrepeated `times`; FrequencyError where there is none.

    The coarsest calendar grid that holds every stamp wins (year, quarter, month, week, business day, day); stamps less
    than a day apart have the spacing that is most common.

    >>> infer(pd.date_range("2024-01-31", periods=6, freq="ME"), "sales").alias
    'ME'
    """
    if isinstance(times, pd.PeriodIndex):
        return Frequency("periods", times.freqstr)
    if not isinstance(times, pd.DatetimeIndex):
        return Frequency("steps", str(_most_common(cast("Counts", np.diff(times.to_numpy(np.int64))), 1)))
    if times.freq is not None:
        return _named(times.freq)
    if len(times) < 2:
        raise FrequencyError(
            f"series {series!r}: one row has no frequency; give at least two rows, or an index with freq set",
            series=series,
        )
    wall = times.tz_localize(None)
    spacing = _most_common(_nanoseconds(wall), 0)
    if spacing < 1440 * _MINUTE:
        return Frequency("stamps", to_offset(pd.Timedelta(spacing, unit="ns")).freqstr)
    for alias in _grids(wall):
        strides = _stamp_strides(wall, to_offset(alias))
        if (strides > 0).all():
            return _on_grid(wall, alias, strides)
    first = int(np.flatnonzero(_nanoseconds(wall) != spacing)[0])
    raise FrequencyError(
        f"series {series!r}: the rows have no single step: mostly {pd.Timedelta(spacing, unit='ns')}, but "
        f"{times[first + 1] - times[first]} from {times[first]} to {times[first + 1]}; resample them to one "
        "frequency, for example with .resample('D').mean()",
        series=series,
        time=times[first + 1],
    )


def _named(freq: BaseOffset) -> Frequency:
    """The frequency that an index names itself."""
    if isinstance(freq, CustomBusinessDay) and freq.n == 1 and not isinstance(freq.weekmask, np.ndarray):
        return Frequency("stamps", "B", tuple(str(day) for day in np.asarray(freq.holidays, "datetime64[D]")))
    return Frequency("stamps", freq.freqstr)


def _on_grid(wall: pd.DatetimeIndex, alias: str, strides: Counts) -> Frequency:
    """The grid `alias`, every n-th point of it where all strides are multiples of n, or less its closed days."""
    every = _most_common(strides, 1)
    if every > 1 and not (strides % every).any():
        return Frequency("stamps", f"{every}{alias}")
    if alias == "B" and strides.max() > 1:
        days = pd.bdate_range(wall[0], wall[-1])
        closed = days.difference(wall)
        if strides.max() - 1 <= CLOSED_RUN and len(closed) <= max(1, CLOSED_SHARE * len(days)):
            return Frequency("stamps", "B", tuple(day.date().isoformat() for day in closed))
    return Frequency("stamps", alias)


def _grids(wall: pd.DatetimeIndex) -> list[str]:
    """Calendar aliases on which the stamps may all lie, coarsest first."""
    month, grids = _MONTHS[wall[0].month - 1], []
    same_month, same_third = (
        bool((wall.month == wall[0].month).all()),
        bool((wall.month % 3 == wall[0].month % 3).all()),
    )
    for fits, begin, end in (
        (same_month, f"YS-{month}", f"YE-{month}"),
        (same_third, f"QS-{month}", f"QE-{month}"),
        (True, "MS", "ME"),
    ):
        if fits and bool((wall.day == 1).all()):
            grids.append(begin)
        if fits and bool(wall.is_month_end.all()):
            grids.append(end)
    if bool((wall.day_of_week < 5).all()):
        grids += ["BMS", "BME"]
    if bool((wall.day_of_week == wall[0].day_of_week).all()):
        grids.append(f"W-{_WEEKDAYS[wall[0].day_of_week]}")
    return [*grids, "B", "D"] if bool((wall.day_of_week < 5).all()) else [*grids, "D"]


def _stamp_strides(times: pd.DatetimeIndex, offset: BaseOffset) -> Counts:
    if len(times) < 2:
        return np.zeros(0, np.int64)
    if _is_clock(offset):
        whole, rest = np.divmod(_nanoseconds(times), pd.Timedelta(cast("Tick", offset)).value)
        return np.where(rest == 0, whole, 0).astype(np.int64)
    wall = times.tz_localize(None)
    grid = pd.date_range(wall.min(), wall.max(), freq=offset).as_unit(wall.unit)
    places = grid.get_indexer(wall)
    return np.where((places[:-1] < 0) | (places[1:] < 0), 0, np.diff(places)).astype(np.int64)


def _is_clock(offset: BaseOffset) -> bool:
    """Whether a step is a fixed time on the clock, so that it is counted across a clock change; a day is not."""
    return isinstance(offset, Tick) and not isinstance(offset, Day)


def _nanoseconds(times: pd.DatetimeIndex) -> Counts:
    scale = {"s": 1_000_000_000, "ms": 1_000_000, "us": 1_000, "ns": 1}[times.unit]
    return cast("Counts", np.diff(times.asi8) * scale)


def _most_common(values: Counts, default: int) -> int:
    if not len(values):
        return default
    found, counts = np.unique(values, return_counts=True)
    return int(found[np.argmax(counts)])


def _unit(offset: BaseOffset) -> str:
    if _is_clock(offset):
        minutes = pd.Timedelta(cast("Tick", offset)).value / _MINUTE
        return {15.0: "15min", 30.0: "30min", 60.0: "hour", 1440.0: "day"}.get(minutes, "part of a day")
    prefix = offset.freqstr.lstrip("0123456789").split("-")[0]
    months = {"MS": 1, "ME": 1, "M": 1, "BMS": 1, "BME": 1, "QS": 3, "QE": 3, "Q": 3, "BQS": 3, "BQE": 3}
    if prefix in months:
        return {1: "month", 3: "quarter"}.get(months[prefix] * offset.n, "months")
    if prefix in ("YS", "YE", "Y", "BYS", "BYE", "A"):
        return "year"
    names = {"D": "day", "B": "business day", "C": "business day", "W": "week"}
    return names.get(prefix, prefix) if offset.n == 1 else f"{offset.n} {names.get(prefix, prefix)}s"
