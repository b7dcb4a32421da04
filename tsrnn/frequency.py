"""Frequency: what one step of a time axis is; inferred from the stamps, checked against them, continued past them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal, cast

import numpy as np
import pandas as pd
from pandas.tseries.frequencies import to_offset
from pandas.tseries.offsets import BaseOffset, CustomBusinessDay, Day, Tick

from tsrnn.calendar import SEASONS, refuse_unknown_years, sessions
from tsrnn.errors import FrequencyError
from tsrnn.panel import Counts

# Weekdays without a row are taken for days on which the exchange was closed while they are at most this share of all
# weekdays and never more than this many in a row; beyond it they are gaps.
CLOSED_SHARE, CLOSED_RUN = 0.06, 4

_WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_MINUTE = 60_000_000_000
_NANOSECONDS = {"s": 1_000_000_000, "ms": 1_000_000, "us": 1_000, "ns": 1}
_IN_MONTHS = {"MS": 1, "ME": 1, "M": 1, "BMS": 1, "BME": 1, "QS": 3, "QE": 3, "Q": 3, "BQS": 3, "BQE": 3}
_IN_MONTHS |= dict.fromkeys(("YS", "YE", "Y", "BYS", "BYE", "A"), 12)
_parsed = cache(to_offset)  # a name is read again for every forecast
RESAMPLE = "frequency, for example with .resample('D').mean()"  # how to mend an irregular time axis


@dataclass(frozen=True)
class Frequency:
    """One step of an index.

    - `kind`: `"stamps"` (DatetimeIndex), `"periods"` (PeriodIndex) or `"steps"` (integers).
    - `alias`: the pandas alias (`"h"`, `"W-SAT"`, `"ME"`); for integers the width of a step.
    - `closed`: weekdays without trading, as ISO dates; business days only.
    - `exchange`: whose trading days the rows stand on, less `closed` and with the days `opened`; `""` for none.

    >>> Frequency("stamps", "h").season
    24
    """

    kind: Literal["stamps", "periods", "steps"]
    alias: str
    closed: tuple[str, ...] = ()
    exchange: str = ""
    opened: tuple[str, ...] = ()

    @property
    def offset(self) -> BaseOffset:
        """The pandas offset of one step (stamps and periods)."""
        if self.exchange:
            return _trading_day(self.exchange, self.closed, self.opened)
        if self.closed:
            return CustomBusinessDay(holidays=list(self.closed))
        return cast("BaseOffset", _parsed(self.alias, is_period=self.kind == "periods"))

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
        days = f", {len(self.closed)} closed day{'s'[: len(self.closed) - 1]}" if self.closed else ""
        return f"trading day ({self.exchange}{days})" if self.exchange else f"{self.unit} ({self.alias}{days})"

    def after(self, last: object, count: int, like: pd.Index) -> pd.Index:
        """The `count` index values after `last`, with the dtype, unit and time zone of `like`."""
        if self.kind == "steps":
            return pd.Index(cast("int", last) + int(self.alias) * np.arange(1, count + 1), dtype=like.dtype)
        if self.kind == "periods":
            return pd.period_range(cast("pd.Period", last), periods=count + 1)[1:]
        stamp, index, offset = cast("pd.Timestamp", last), cast("pd.DatetimeIndex", like), self.offset
        if self.exchange:
            refuse_unknown_years(self.exchange, stamp.year, stamp.year + count // 200)
        if _is_clock(offset):
            return _ticks(stamp, count, offset, index)
        if stamp.tzinfo is None:
            ahead = pd.date_range(stamp, periods=count + 1, freq=offset, unit=index.unit)[1:]
        else:
            wall = pd.date_range(_wall(stamp, index), periods=count + 1, freq=offset, unit=index.unit)[1:]
            ahead = _localized(wall, index)
        return _plain(ahead)

    def before(self, first: object, count: int, like: pd.Index) -> pd.Index:
        """The `count` index values before `first`, with the dtype, unit and time zone of `like`."""
        if self.kind == "steps":
            return pd.Index(cast("int", first) - int(self.alias) * np.arange(count, 0, -1), dtype=like.dtype)
        if self.kind == "periods":
            return pd.period_range(end=cast("pd.Period", first), periods=count + 1)[:-1]
        stamp, index, offset = cast("pd.Timestamp", first), cast("pd.DatetimeIndex", like), self.offset
        clock = _is_clock(offset) or stamp.tzinfo is None
        end = stamp if clock else _wall(stamp, index)
        back = pd.date_range(end=end, periods=count + 1, freq=offset, unit=index.unit)[:-1]
        return _plain(back if clock else _localized(back, index))

    def strides(self, times: pd.Index) -> Counts:
        """Steps from each row to the next, `(row - 1,)`; 0 where the next stamp does not lie on the grid."""
        if self.kind == "steps":
            whole, rest = np.divmod(np.diff(times.to_numpy(np.int64)), int(self.alias))
            return np.where(rest == 0, whole, 0).astype(np.int64)
        if self.kind == "periods":
            whole, rest = np.divmod(np.diff(cast("pd.PeriodIndex", times).asi8), self.offset.n)
            return np.where(rest == 0, whole, 0).astype(np.int64)
        return _stamp_strides(cast("pd.DatetimeIndex", times), self.offset)


@cache
def _trading_day(exchange: str, closed: tuple[str, ...], opened: tuple[str, ...]) -> CustomBusinessDay:
    known = sessions(exchange)
    days = sorted({day.isoformat() for day in known.closed}.union(closed).difference(opened))
    return CustomBusinessDay(weekmask=known.weekdays, holidays=days)


def infer(times: pd.Index, series: object) -> Frequency:
    """The frequency of one series' sorted, unrepeated `times`; FrequencyError where there is none.

    The coarsest calendar grid that holds every stamp wins (year, quarter, month, week, business day, day); stamps less
    than a day apart, or not by whole days, have the spacing that is most common.

    >>> infer(pd.date_range("2024-01-31", periods=6, freq="ME"), "sales").alias
    'ME'
    """
    if isinstance(times, pd.PeriodIndex):
        return Frequency("periods", times.freqstr)
    if not isinstance(times, pd.DatetimeIndex):
        return Frequency("steps", str(_most_common(cast("Counts", np.diff(times.to_numpy(np.int64))), 1)))
    if times.freq is not None and (named := _named(times.freq)) is not None:
        return named
    if len(times) < 2:
        raise FrequencyError(
            f"series {series!r}: one row has no frequency; give at least two rows, or an index with freq set",
            series=series,
        )
    times = _plain(times)
    wall = times.tz_localize(None)
    spacing = _most_common(_nanoseconds(wall), 0)
    if spacing < 1440 * _MINUTE:
        return Frequency("stamps", to_offset(pd.Timedelta(spacing, unit="ns")).freqstr)
    for alias in _grids(wall):
        strides = _stamp_strides(times, to_offset(alias))
        if (strides > 0).all() and not (strides % _most_common(strides, 1)).any():
            return _on_grid(wall, alias, strides)
    if spacing % (1440 * _MINUTE):
        return Frequency("stamps", to_offset(pd.Timedelta(spacing, unit="ns")).freqstr)
    raise _no_single_step(times, spacing, series)


def _no_single_step(times: pd.DatetimeIndex, spacing: int, series: object) -> FrequencyError:
    wall = times.tz_localize(None)
    first = int(np.flatnonzero(_nanoseconds(wall) != spacing)[0])
    monthly = spacing >= 28 * 1440 * _MINUTE
    fix = (
        "stamp months and quarters as periods, data.index = data.index.to_period('M')"
        if monthly
        else f"bring them to one {RESAMPLE}"
    )
    return FrequencyError(
        f"series {series!r}: the rows have no single step: mostly {pd.Timedelta(spacing, unit='ns')}, but "
        f"{wall[first + 1] - wall[first]} from {times[first]} to {times[first + 1]}; {fix}",
        series=series,
        time=times[first + 1],
    )


def _named(freq: BaseOffset) -> Frequency | None:
    """The frequency that an index names itself; None for one that no alias can write."""
    if isinstance(freq, CustomBusinessDay) and freq.n == 1 and freq.weekmask == "Mon Tue Wed Thu Fri":
        return Frequency("stamps", "B", tuple(str(day) for day in np.asarray(freq.holidays, "datetime64[D]")))
    try:
        return Frequency("stamps", freq.freqstr) if to_offset(freq.freqstr) == freq else None
    except (ValueError, NotImplementedError):
        return None


def _on_grid(wall: pd.DatetimeIndex, alias: str, strides: Counts) -> Frequency:
    """The grid `alias`, every n-th point of it where all strides are multiples of n, or less its closed days."""
    every = _most_common(strides, 1)
    if every > 1:
        return Frequency("stamps", f"{every}{alias}")
    if alias == "B" and strides.max() > 1:
        days = pd.bdate_range(wall[0], wall[-1])
        closed = days.difference(wall.normalize())
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
    # The grid of single steps, so that series on every second of them need not share the same second ones.
    grid = pd.date_range(wall.min(), wall.max(), freq=offset.base, unit=wall.unit)
    places = grid.get_indexer(wall)
    if times.tz is not None and (places < 0).any():
        places = np.where(places < 0, _localized(grid, times).get_indexer(times), places)
    whole, rest = np.divmod(np.diff(places), offset.n)
    off = (places[:-1] < 0) | (places[1:] < 0) | (rest != 0)
    return np.where(off, 0, whole).astype(np.int64)


def _ticks(last: pd.Timestamp, count: int, step: BaseOffset, like: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """The `count` stamps after `last`, a fixed time apart: counted as numbers, which is quicker than by dates.

    Raises OverflowError where the numbers end.
    """
    first, size = int(last.as_unit(like.unit).asm8.astype(np.int64)), step.nanos // _NANOSECONDS[like.unit]
    if first + size * count > np.iinfo(np.int64).max:
        raise OverflowError(f"its {like.unit} since 1970 take more than 64 bits")
    ahead = pd.DatetimeIndex((first + size * np.arange(1, count + 1)).view(f"M8[{like.unit}]"))
    return ahead if like.tz is None else ahead.tz_localize("UTC").tz_convert(like.tz)


def _plain(times: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """The stamps without the freq that an index may name."""
    return pd.DatetimeIndex(times, freq=cast("BaseOffset", None))  # the stubs know no None


def _localized(wall: pd.DatetimeIndex, like: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """Wall times in the zone of `like`; one that a clock change skips is the first that there is after it."""
    return wall.tz_localize(like.tz, ambiguous=np.ones(len(wall), bool), nonexistent="shift_forward")


def _wall(stamp: pd.Timestamp, like: pd.DatetimeIndex) -> pd.Timestamp:
    """The wall time of a stamp, at the time of day that the other stamps have where a clock change moved it."""
    wall = stamp.tz_localize(None)
    first = like[0].tz_localize(None)
    usual = wall.normalize() + (first - first.normalize())
    moved = _localized(pd.DatetimeIndex([usual]), like)[0] == stamp
    return usual if moved else wall


def _is_clock(offset: BaseOffset) -> bool:
    """Whether a step is a fixed time on the clock, so that it is counted across a clock change; a day is not."""
    return isinstance(offset, Tick) and not isinstance(offset, Day)


def _nanoseconds(times: pd.DatetimeIndex) -> Counts:
    return cast("Counts", np.diff(times.asi8) * _NANOSECONDS[times.unit])


def _most_common(values: Counts, default: int) -> int:
    if not len(values):
        return default
    found, counts = np.unique(values, return_counts=True)
    return int(found[np.argmax(counts)])


def _unit(offset: BaseOffset) -> str:
    if _is_clock(offset):
        minutes = pd.Timedelta(cast("Tick", offset)).value / _MINUTE
        return {15.0: "15min", 30.0: "30min", 60.0: "hour"}.get(
            minutes, "part of a day" if minutes < 1440 else "days and hours"
        )
    prefix = offset.freqstr.lstrip("0123456789").split("-")[0]
    if prefix in _IN_MONTHS:
        count = _IN_MONTHS[prefix] * offset.n
        return {1: "month", 3: "quarter", 12: "year"}.get(count, f"{count} months")
    names = {"D": "day", "B": "business day", "C": "business day", "W": "week"}
    return names.get(prefix, prefix) if offset.n == 1 else f"{offset.n} {names.get(prefix, prefix)}s"
