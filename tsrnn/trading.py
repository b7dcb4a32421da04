"""Trading days: the rows of a daily series held against the days on which an exchange says it trades."""

from __future__ import annotations

from collections.abc import Hashable
from typing import cast

import numpy as np
import pandas as pd

from tsrnn.calendar import refuse_unknown_years, sessions
from tsrnn.errors import FrequencyError
from tsrnn.frequency import CLOSED_RUN, Frequency
from tsrnn.panel import Counts

# How far rows and an exchange may differ: one closes for a funeral or a storm, and lists of its days have errors.
# More rows on closed days mean another exchange; more days without a row are rows that are missing.
_SHARE = 0.01


def trading_days(times: pd.Index, offsets: Counts, names: tuple[Hashable, ...], exchange: str) -> Frequency:
    """The frequency of rows that stand on the trading days of an exchange.

    A few rows on days on which it should be closed open these days; a few trading days that no series has a row on are
    taken for closed. Raises FrequencyError for more of the former (E124), or for rows that are no days; what is missing
    beyond the latter is found as gaps.
    """
    if not isinstance(times, pd.DatetimeIndex):
        raise _refused(times, exchange, f"the index holds {times.dtype}")
    wall = times.tz_localize(None)
    days = wall.normalize()
    if len(np.unique(wall - days)) > 1:
        raise _refused(times, exchange, "the rows stand at different times of the day")
    refuse_unknown_years(exchange, int(days.year.min()), int(days.year.max()))
    plain, whole = Frequency("stamps", "B", exchange=exchange), days.unique().sort_values()
    trading = pd.date_range(whole[0], whole[-1], freq=plain.offset, unit=days.unit)
    odd, absent = whole.difference(trading), trading.difference(whole)
    weekdays = np.isin(odd.strftime("%a"), sessions(exchange).weekdays.split())
    if not weekdays.all() or len(odd) > max(1, _SHARE * len(whole)):
        first = odd[0] if weekdays.all() else odd[~weekdays][0]
        row = int(np.argmax(days == first))
        series = names[int(np.searchsorted(offsets, row, side="right")) - 1]
        raise FrequencyError(
            f"series {series!r}: {exchange} does not trade on {first:%A %Y-%m-%d}, but a row stands there ({len(odd)} "
            f"such days of {len(whole)}); drop those rows, or give the exchange that trades on them",
            code="E124",
            series=series,
            time=times[row],
        )
    few = len(absent) <= max(1, _SHARE * len(trading)) and _longest_run(trading, absent) <= CLOSED_RUN
    return Frequency("stamps", "B", _dates(absent) if few else (), exchange, _dates(odd))


def _refused(times: pd.Index, exchange: str, held: str) -> FrequencyError:
    return FrequencyError(
        f"{held}, but trading days ({exchange}) need time stamps, one a day; give daily rows or leave the exchange out",
        code="E124",
        time=times[0],
    )


def _longest_run(days: pd.DatetimeIndex, absent: pd.DatetimeIndex) -> int:
    """How many of `days` in a row are `absent`, at most."""
    there = np.flatnonzero(~days.isin(absent))
    return int(np.diff(there).max()) - 1 if len(there) > 1 else len(absent)


def _dates(days: pd.DatetimeIndex) -> tuple[str, ...]:
    return tuple(str(day.date()) for day in cast("list[pd.Timestamp]", list(days)))
