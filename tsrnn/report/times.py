"""Times of any index (dates with or without a zone, periods, integers) as text, as places on an axis and as ticks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import numpy as np
import pandas as pd

from tsrnn.report.digits import ticks as number_labels
from tsrnn.report.digits import whole_ticks
from tsrnn.report.words import is_missing, say

MOST_TICKS = 5
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_STEPS = (  # frequency of ticks, its length in seconds
    *((f"{n}s", n) for n in (1, 5, 15, 30)),
    *((f"{n}min", n * 60) for n in (1, 5, 15, 30)),
    *((f"{n}h", n * 3600) for n in (1, 3, 6, 12)),
    *((f"{n}D", n * 86400) for n in (1, 2, 4, 7, 14)),
    *((f"{n}MS", n * 2629800) for n in (1, 2, 3, 6)),
    *((f"{n}YS", n * 31557600) for n in (1, 2, 5, 10, 20, 50, 100, 200, 500)),
)


def time_text(value: object, unit: str = "day") -> str:
    """One time as text; `unit` is the smallest that is shown: day, minute or second.

    >>> time_text(pd.Timestamp("2024-03-01 09:30"), "minute"), time_text(pd.Period("2024-03", "M")), time_text(7)
    ('2024-03-01 09:30', '2024-03', '7')
    """
    if is_missing(value) or not isinstance(value, (datetime, np.datetime64, pd.Period)):
        return say(value)
    if isinstance(value, pd.Period):
        return str(value).split("/")[0]  # a week is written by its first day
    stamp = pd.Timestamp(value)
    if unit == "day":
        return stamp.date().isoformat()
    return stamp.isoformat(sep=" ", timespec="minutes" if unit == "minute" else "seconds")


def unit_of(times: Iterable[object]) -> str:
    """The smallest unit needed to tell `times` apart: day, minute or second."""
    stamps = [pd.Timestamp(time) for time in times if isinstance(time, (datetime, np.datetime64)) and not pd.isna(time)]
    if any(stamp.second or stamp.microsecond for stamp in stamps):
        return "second"
    return "minute" if any(stamp.hour or stamp.minute for stamp in stamps) else "day"


class TimeScale:
    """How the times of one report become text and places on a horizontal axis.

    Dates are placed by their distance, so gaps show; periods and integers by their number; anything else by its order.
    """

    def __init__(self, times: Iterable[object]) -> None:
        index = _index(times)
        self.unit = unit_of(index)
        self.kind, self.zone = "rank", None
        if isinstance(index, pd.DatetimeIndex):
            self.kind, self.zone = "date", index.tz
        elif isinstance(index, pd.PeriodIndex):
            self.kind, self.freq = "period", index.freqstr
        elif pd.api.types.is_numeric_dtype(index.dtype):
            self.kind = "number"
        else:
            self.ranked = list(dict.fromkeys(index))
            self.ranks = {time: float(rank) for rank, time in enumerate(self.ranked)}

    def text(self, value: object) -> str:
        """One time as text, as finely as this report needs it."""
        return time_text(value, self.unit)

    def places(self, times: Iterable[object]) -> np.ndarray:
        """Places on the axis, float (time,): seconds, period numbers, integers or ranks."""
        index = _index(times)
        if self.kind == "rank":
            return np.array([self.ranks[time] for time in index], dtype=np.float64)
        if isinstance(index, pd.DatetimeIndex):
            plain = index.tz_convert("UTC").tz_localize(None) if index.tz is not None else index
            seconds = plain.to_numpy().astype("datetime64[ms]").astype(np.float64) / 1e3
            return np.where(plain.isna(), np.nan, seconds)
        if isinstance(index, pd.PeriodIndex):
            return np.where(index.isna(), np.nan, index.astype("int64").to_numpy(dtype=np.float64))
        return index.to_numpy(dtype=np.float64)

    def ticks(self, low: float, high: float) -> list[tuple[float, str]]:
        """At most five (place, label) between two places."""
        if self.kind == "date":
            return self._date_ticks(low, high)
        places = whole_ticks(low, high)
        if self.kind == "number":
            return list(zip(places, number_labels(places), strict=True))
        if self.kind == "period":
            return [(place, time_text(pd.Period(ordinal=int(place), freq=self.freq))) for place in places]
        return [(place, say(self.ranked[int(place)])) for place in places if 0 <= place < len(self.ranked)]

    def _date_ticks(self, low: float, high: float) -> list[tuple[float, str]]:
        start, stop = self._wall(low), self._wall(high)
        for freq, seconds in _STEPS:
            if (high - low) / seconds > MOST_TICKS + 1:
                continue
            first = start.floor(freq) if seconds < 86400 else start.normalize()
            if freq.endswith("YS"):
                first = first.replace(year=max(1, first.year - first.year % int(freq[:-2])), month=1, day=1)
            elif freq.endswith("MS"):
                first = first.replace(month=1, day=1)
            walls = pd.date_range(first, stop, freq=freq, unit="s")
            found = [(place, _label(wall, freq)) for wall, place in zip(walls, self._unwall(walls), strict=True)]
            found = [(place, label) for place, label in found if low <= place <= high]
            if len(found) <= MOST_TICKS:
                return found or [(low, time_text(start, "minute"))]
        return [(low, time_text(start))]

    def _wall(self, place: float) -> pd.Timestamp:
        stamp = pd.Timestamp(np.datetime64(round(place), "s"))
        return stamp if self.zone is None else stamp.tz_localize("UTC").tz_convert(self.zone).tz_localize(None)

    def _unwall(self, walls: pd.DatetimeIndex) -> np.ndarray:
        """Clock times as places; one that a change of the clock skips moves on, of two the first is meant."""
        if self.zone is not None:
            first = np.ones(len(walls), dtype=bool)
            walls = walls.tz_localize(self.zone, ambiguous=first, nonexistent="shift_forward")
        return self.places(walls)


def _index(times: Iterable[object]) -> pd.Index:
    index = times if isinstance(times, pd.Index) else pd.Index(times)  # type: ignore[arg-type]
    return index if index.dtype != object else pd.Index(list(index))


def _label(wall: pd.Timestamp, freq: str) -> str:
    if freq.endswith("YS"):
        return str(wall.year)
    month = _MONTHS[wall.month - 1]
    if freq.endswith("MS"):
        return f"{month} {wall.year}"
    if freq.endswith("D") or (wall.hour == wall.minute == wall.second == 0):
        return f"{wall.day} {month}"
    return f"{wall.hour:02}:{wall.minute:02}" + (f":{wall.second:02}" if freq.endswith("s") else "")
