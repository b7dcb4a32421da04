"""What time stamps say by themselves: the table of seasons, features that are known ahead, public holidays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from importlib import util
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from tsrnn.errors import MissingExtraError, SettingError, choices

if TYPE_CHECKING:
    import pandas as pd

    from tsrnn.columns import Columns
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


# Rows that belong to one day.
_WITHIN_A_DAY = ("15min", "30min", "hour", "part of a day", "day", "business day")


def resolve(calendar: bool | tuple[str, ...], unit: str) -> tuple[str, ...]:
    """The calendar features meant by `Columns(calendar=…)` when one row is a `unit`; an exchange is none.

    >>> resolve(True, "hour")
    ('hour', 'weekday', 'yearday')
    """
    if calendar is False:
        return ()
    if calendar is True:
        return _USEFUL.get(unit, ())
    for name in calendar:
        if name not in _PHASES:
            raise _unknown_exchange(name) if _is_small_code(name) else choices("calendar feature", name, _PHASES)
    return calendar


def features(times: pd.Index, names: tuple[str, ...]) -> Array:
    """Sine and cosine of each named phase, `(row, 2 · names)`; local wall time, so the clock change is followed.

    Raises SettingError when the index holds no time stamps.
    """
    if not names:
        return np.zeros((len(times), 0))
    stamps = _stamps(times, f"calendar features {', '.join(names)} need", "calendar")
    angles = [2.0 * np.pi * _PHASES[name](stamps) for name in names]
    return np.stack([wave(angle) for angle in angles for wave in (np.sin, np.cos)], axis=1)


def known_by_date(times: pd.Index, columns: Columns, unit: str) -> Array:
    """All that the stamps of rows of a `unit` say, `(row, feature)`: calendar features, then public holidays."""
    waves = features(times, columns.features)
    if columns.holidays is None:
        return waves
    return np.concatenate((waves, public_holidays(times, columns.holidays, unit)), axis=1)


def public_holidays(times: pd.Index, place: str, unit: str) -> Array:
    """1 where the local date of a row is a public holiday, observed substitutes too, else 0: `(row, 1)`.

    `place` is a country (`"DE"`) or a part of it (`"DE-BY"`), as the `holidays` package codes them. Raises SettingError
    for an unknown one, for rows longer than a day and for years whose holidays are not known, and MissingExtraError
    without the package.
    """
    import pandas as pd

    stamps = _stamps(times, f"public holidays ({place}) need", "holidays")
    if unit not in _WITHIN_A_DAY:
        raise SettingError(
            f"Columns(holidays={place!r}) marks rows of a day or shorter, but one row is a {unit}, and its stamp does "
            "not say which days it stands for; give daily rows, or a column of your own, such as the number of "
            "holidays in each row, as Columns(future=…)"
        )
    days = stamps.tz_localize(None).normalize()
    dates = _holiday_dates(place, int(days.year.min()), int(days.year.max()))
    return np.asarray(days.isin(pd.DatetimeIndex(dates)), np.float64)[:, None]


def _stamps(times: pd.Index, need: str, setting: str) -> pd.DatetimeIndex:
    import pandas as pd

    if isinstance(times, pd.PeriodIndex):
        times = times.to_timestamp()
    if not isinstance(times, pd.DatetimeIndex):
        raise SettingError(
            f"{need} time stamps, but the index counts steps ({times.dtype}); give a DatetimeIndex or PeriodIndex, or "
            f"leave Columns({setting}=…) out"
        )
    return times


def _holiday_dates(place: str, first: int, last: int) -> list[date]:
    """The public holidays of the years from `first` to `last`."""
    holidays = _package("public holidays need")
    country, _, part = place.partition("-")
    known = holidays.list_supported_countries()
    if country not in known:
        message = f"unknown country {country!r}: {_near_countries(country, list(known))}"
        raise SettingError(message, code="E131", value=country)
    try:
        entity = holidays.country_holidays(country, part or None, years=range(first - 1, last + 2), expand=False)
    except NotImplementedError:
        parts = ", ".join(f"{country}-{name}" for name in known[country]) or "none"
        message = f"unknown part {place!r} of {country}; known parts: {parts}"
        raise SettingError(message, code="E131", value=place) from None
    if first < entity.start_year or last > entity.end_year:
        raise SettingError(
            f"the public holidays of {country} are known from {entity.start_year} to {entity.end_year}, but the rows "
            f"run from {first} to {last}; leave those years or Columns(holidays=…) out"
        )
    return sorted(entity)


def _package(need: str) -> ModuleType:
    try:
        import holidays
    except ImportError as problem:
        raise MissingExtraError(f'{need} the package holidays: pip install "tsrnn[calendar]"') from problem
    return holidays


@dataclass(frozen=True)
class Sessions:
    """The days on which an exchange trades: `weekdays`, as pandas writes them, without the `closed` dates.

    Known from the year `first` to the year `last`.
    """

    weekdays: str
    closed: tuple[date, ...]
    first: int
    last: int


@cache
def sessions(code: str) -> Sessions:
    """The trading days of an exchange (`"XNYS"`), or the working days of a country (`"DE"`).

    Raises SettingError for a code that the installed `holidays` package does not know.
    """
    holidays: Any = _package("trading days need")
    markets, countries = holidays.list_supported_financial(), holidays.list_supported_countries()
    country, _, part = code.partition("-")
    years = range(1900, 2101)
    if code in markets:
        entity = holidays.financial_holidays(code, years=years, expand=False)
    elif country in countries and (not part or part in countries[country]):
        entity = holidays.country_holidays(country, part or None, years=years, expand=False)
    else:
        raise _unknown_exchange(code)
    week = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    weekdays = " ".join(day for place, day in enumerate(week) if place not in entity.weekend)
    return Sessions(weekdays, tuple(sorted(entity)), max(1900, entity.start_year), min(2100, entity.end_year))


def _codes() -> list[str]:
    """The exchanges, then the countries, whose trading days are known."""
    holidays: Any = _package("trading days need")
    return [*holidays.list_supported_financial(), *holidays.list_supported_countries()]


def _is_small_code(name: str) -> bool:
    """Whether a name would be that of an exchange or a country, were it written in capitals."""
    return util.find_spec("holidays") is not None and name != name.upper() and name.upper() in _codes()


def _unknown_exchange(code: str) -> SettingError:
    codes = _codes()
    near = [code.upper()] if code.upper() in codes else get_close_matches(code.upper(), codes, n=3, cutoff=0.5)
    hint = f" (did you mean {' or '.join(map(repr, near))}?)" if near else ""
    return SettingError(
        f"unknown exchange {code!r}: holidays {_package('trading days need').__version__} knows no trading days of "
        f"that code; give an exchange, such as 'XNYS' or 'XKRX', or a country, such as 'DE'{hint}",
        code="E131",
        value=code,
    )


def refuse_unknown_years(code: str, first: int, last: int) -> None:
    """SettingError where the trading days of an exchange are not known for all years from `first` to `last`."""
    known = sessions(code)
    if first < known.first or last > known.last:
        raise SettingError(
            f"the trading days of {code} are known from {known.first} to {known.last}, but {first} to {last} are "
            "needed; leave those years or the exchange out"
        )


def _near_countries(got: str, codes: list[str]) -> str:
    """What a country that is not known may have been meant to be."""
    import holidays

    named = getattr(getattr(holidays, got.title().replace(" ", ""), None), "country", None)
    near = [named] if named else get_close_matches(got.upper(), codes, n=3, cutoff=0.5)
    hint = f" (did you mean {' or '.join(map(repr, near))}?)" if near else ""
    return f"give its ISO 3166 code, such as 'DE' or 'US', or with a part 'DE-BY'{hint}"
