"""Days on which a simulated exchange is closed and a simulated town rests: six holidays, worked out, not looked up."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

HOLIDAYS = "New Year's Day, Memorial Day, Independence Day, Labor Day, Thanksgiving and Christmas Day"


def holidays(first_year: int, last_year: int) -> list[date]:
    """The six holidays of each year, on the day itself.

    >>> [str(day) for day in holidays(2023, 2023)]
    ['2023-01-01', '2023-05-29', '2023-07-04', '2023-09-04', '2023-11-23', '2023-12-25']
    """
    days = []
    for year in range(first_year, last_year + 1):
        june, september, november = date(year, 6, 1), date(year, 9, 1), date(year, 11, 1)
        memorial = june - timedelta(days=june.weekday() or 7)  # the last Monday of May
        labor = september + timedelta(days=-september.weekday() % 7)  # the first Monday of September
        thanksgiving = november + timedelta(days=(3 - november.weekday()) % 7 + 21)  # the fourth Thursday of November
        days += [date(year, 1, 1), memorial, date(year, 7, 4), labor, thanksgiving, date(year, 12, 25)]
    return days


def trading_days(first_year: int, last_year: int) -> pd.DatetimeIndex:
    """Monday to Friday without the six holidays; on a weekend they close the nearest weekday."""
    closed = []
    for day in holidays(first_year, last_year):
        shift = {5: -1, 6: 1}.get(day.weekday(), 0)
        closed.append(pd.Timestamp(day + timedelta(days=shift)))
    weekdays = pd.bdate_range(f"{first_year}-01-01", f"{last_year}-12-31")
    return weekdays[~weekdays.isin(closed)]
