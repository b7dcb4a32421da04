"""Dates and times as people write them: which formats a text may have, and which of them all the rows have."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

_WORD = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_CLOCK = r"(?:[T ,]+(?P<clock>\d{1,2}:\d{2}(?P<second>:\d{2}(?P<part>[.,]\d+)?)?(?P<noon> ?[ap]\.?m\.?)?))?"
# How the day is written → its formats; more than one where only other rows can tell them apart. \1 is the mark between.
_DAYS = tuple(
    (re.compile(day + _CLOCK, re.IGNORECASE), formats)
    for day, formats in (
        (r"\d{4}(?P<mark>[-/.]|\. )\d{1,2}(?P=mark)\d{1,2}\.?", ("%Y{0}%m{0}%d",)),
        (r"\d{4}년 ?\d{1,2}월 ?\d{1,2}일", ("%Y년%m월%d일",)),
        (r"\d{4}년 ?\d{1,2}월", ("%Y년%m월",)),
        (r"\d{1,2}(?P<mark>[-/.])\d{1,2}(?P=mark)\d{4}", ("%d{0}%m{0}%Y", "%m{0}%d{0}%Y")),
        (r"\d{1,2}(?P<mark>[-/.])\d{1,2}(?P=mark)\d{2}", ("%d{0}%m{0}%y", "%m{0}%d{0}%y", "%y{0}%m{0}%d")),
        (rf"\d{{1,2}}(?P<mark>[-/ ]){_WORD}(?P=mark)\d{{4}}", ("%d{0}%b{0}%Y", "%d{0}%B{0}%Y")),
        (rf"{_WORD} \d{{1,2}}, ?\d{{4}}", ("%b %d, %Y", "%B %d, %Y")),
        (rf"{_WORD}(?P<mark>[-/ ])\d{{4}}", ("%b{0}%Y", "%B{0}%Y")),
        (rf"\d{{4}}(?P<mark>[-/ ]?){_WORD}", ("%Y{0}%b", "%Y{0}%B")),
        (rf"{_WORD}-\d{{2}}", ("%b-%y",)),
        (r"\d{4}(?P<mark>[/.])\d{1,2}", ("%Y{0}%m",)),
        (r"\d{1,2}(?P<mark>[-/.])\d{4}", ("%m{0}%Y",)),
    )
)
_ENOUGH = 5  # stamps at even steps that are no chance
_DECIMAL = re.compile(r"[-+]?\d*\.?\d*")
_QUARTER = re.compile(r"(?:(\d{4})[- ]?Q([1-4])|Q([1-4])[- /](\d{4}))", re.IGNORECASE)
_WEEK = re.compile(r"\d{4}-?W\d{2}", re.IGNORECASE)
_ISO = re.compile(r"\d{4}-\d{2}(-\d{2}([T ]\d{2}(:?\d{2}(:?\d{2}([.,]\d+)?)?)?\s*(Z|[+-]\d{2}(:?\d{2})?)?)?)?")
_OFFSET = re.compile(r"\d{4}[-/.]\d{2}[-/.]\d{2}[T ]\d{2}:?\d{2}.*")  # what is left of ISO 8601 and its like


@dataclass(frozen=True)
class Way:
    """A reading of all rows, and the formats that give it."""

    forms: list[str]
    read: pd.Series


def is_dated(cell: str) -> bool:
    """Whether a cell looks like a date, however it is written.

    >>> [is_dated(cell) for cell in ("2024-01-31", "31.1.24", "Jan 2024", "2024Q1", "1.5", "January sales")]
    [True, True, True, True, False, False]
    """
    text = cell.strip()
    if not text or len(text) > 40 or _DECIMAL.fullmatch(text) or not any(letter.isdigit() for letter in text):
        return False
    patterns = (_ISO, _OFFSET, _QUARTER, _WEEK, *(day for day, _ in _DAYS[:-2]))  # 2024.12 and 12.2024 may be numbers
    return any(pattern.fullmatch(text) for pattern in patterns)


def formats_of(cell: str) -> list[str]:
    """The formats in which a cell may be written, as `--time-format` takes them; none where it is no date.

    >>> formats_of("31.01.2024 13:00")
    ['%d.%m.%Y %H:%M', '%m.%d.%Y %H:%M']
    """
    for pattern, days in _DAYS:
        found = pattern.fullmatch(cell.strip())
        if found is None:
            continue
        between = cell.strip()[: found.start("clock")] if found["clock"] else ""
        day_only = between.rstrip("T ,")
        clock = _clock(found) if found["clock"] else ""
        mark = found.groupdict().get("mark", "") or ""
        tail = "." if (day_only or cell.strip()).endswith(".") and mark.startswith(".") else ""
        spaced = [day.format(mark) for day in days]
        if "년 " in cell:
            spaced = [day.replace("년", "년 ").replace("월%d", "월 %d") for day in spaced]
        return [f"{day}{tail}{between[len(day_only) :]}{clock}" for day in spaced]
    return []


def _clock(found: re.Match[str]) -> str:
    seconds = ":%S" if found["second"] else ""
    seconds += ".%f" if found["part"] else ""
    noon = "" if not found["noon"] else " %p" if found["noon"].startswith(" ") else "%p"
    return ("%I" if noon else "%H") + ":%M" + seconds + noon


def fitting(text: pd.Series) -> list[Way]:
    """The ways in which every row may be written, told from the first one; more than one where none is ruled out."""
    import pandas as pd

    ways: list[Way] = []
    for one in formats_of(str(text.iloc[0])):
        read = pd.to_datetime(text, format=one, errors="coerce")
        same = next((way for way in ways if read.equals(way.read)), None)
        if same is not None:
            same.forms.append(one)
        elif not read.isna().any():
            ways.append(Way([one], read))
    return ways


def decided(ways: Sequence[Way]) -> tuple[Way, str] | None:
    """The one way that is left, or that makes even steps, and why it is taken; None where several are."""
    if len(ways) == 1:
        forms = ways[0].forms
        return ways[0], f"as {forms[1]} reads it too" if forms[1:] else "the only way that fits all rows"
    even = [way for way in ways if _is_even(way.read)]
    return (even[0], "of the ways that fit all rows the only one with even steps") if len(even) == 1 else None


def _is_even(read: pd.Series) -> bool:
    """Whether stamps, but for repeated ones, are equally far apart in time, or in months on one day or their last."""
    times = read.drop_duplicates()
    apart, months = times.diff().iloc[1:], (12 * times.dt.year + times.dt.month).diff().iloc[1:]
    monthly = times.dt.day.nunique() == 1 or bool(times.dt.is_month_end.all())
    same_clock = (times - times.dt.normalize()).nunique() == 1
    even = apart.nunique() == 1 or (monthly and same_clock and months.nunique() == 1 and bool(months.iloc[0] != 0))
    return len(times) >= _ENOUGH and even


def mixed(ways: Sequence[Way]) -> str:
    """Which parts of a date stand in another place in some of these ways.

    >>> import pandas as pd
    >>> mixed(fitting(pd.Series(["01/01/24", "29/02/24"])))
    'day and year'
    """
    places = zip(*(re.findall("%[dmyY]", way.forms[0]) for way in ways), strict=True)
    parts = {part[1].lower() for place in places if len(set(place)) > 1 for part in place}
    names = [name for letter, name in (("d", "day"), ("m", "month"), ("y", "year")) if letter in parts]
    return f"{', '.join(names[:-1])} and {names[-1]}"


def quarters(text: pd.Series) -> pd.Series | None:
    """The first days of quarters such as 2000Q1 or Q1 2000; None where a row is none."""
    import pandas as pd

    parts = text.str.strip().str.extract(_QUARTER)
    years, numbers = _first(parts[0], parts[3]), _first(parts[1], parts[2])
    if years.isna().any() or not text.str.strip().str.fullmatch(_QUARTER).all():
        return None
    months = (3 * numbers.astype("int64") - 2).astype(str).str.zfill(2)
    return pd.to_datetime(years + "-" + months + "-01", format="%Y-%m-%d", errors="coerce")


def _first(one: pd.Series, other: pd.Series) -> pd.Series:
    """Each row of the one that has a value, else of the other."""
    return one.where(one.notna(), other)


def weeks(text: pd.Series) -> pd.Series | None:
    """The Mondays of ISO weeks such as 2024-W05; None where a row is none."""
    import pandas as pd

    plain = text.str.strip().str.upper().str.replace("-", "")
    if not plain.str.fullmatch(r"\d{4}W\d{2}").all():
        return None
    read = pd.to_datetime(plain + "-1", format="%GW%V-%u", errors="coerce")
    return None if read.isna().any() else read
