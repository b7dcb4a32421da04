"""Time columns: which one it is, its text read as time, and times written as ISO 8601."""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any, cast

from tsrnn.errors import DataError, SettingError
from tsrnn_cli.dating import decided, fitting, is_dated, mixed, quarters, weeks
from tsrnn_cli.written import RECOGNISED, Written

if TYPE_CHECKING:
    import pandas as pd

NAMES = (
    "ds", "timestamp", "datetime", "date_time", "date", "time", "ts", "datum",
    "날짜", "일시", "일자", "기준일", "기준일자",
)  # fmt: skip
PERIODS = ("year", "yyyy", "연도", "년도", "month", "quarter", "년월", "연월")  # a time where they hold whole dates
UNITS = {"s": "seconds", "ms": "milliseconds", "us": "microseconds", "ns": "nanoseconds"}
_WHOLE = re.compile(r"[+-]?\d{1,19}")
_SHORT = r"\d{4}\.\d"  # 2024.1, which spreadsheets make of 2024.10
_FEW = 8  # names in a message
_YEARS = range(1500, 2201)
# Whole numbers that are dates: how many digits they have, how they are written, and how that is said.
_PACKED = ((6, "%Y%m"), (8, "%Y%m%d"), (10, "%Y%m%d%H"), (12, "%Y%m%d%H%M"), (14, "%Y%m%d%H%M%S"))
# Since 1970, from September 2001 to November 2096: until then nobody counts steps that far.
_EPOCHS = {unit: (10 ** (9 + more), 4 * 10 ** (9 + more)) for unit, more in (("s", 0), ("ms", 3), ("us", 6), ("ns", 9))}
_LARGE = 10**8  # may be seconds of years before 2001


@dataclass(frozen=True)
class Stamps:
    """A column of text read as time: its values, how it is written, and a note where something was decided."""

    values: pd.Series
    form: str
    note: str | None = None


def recognised(names: Sequence[str], sample: Sequence[Sequence[str]]) -> str | None:
    """The column that is taken for the time: by its name, else the first of mostly dates, else one of years or months.

    >>> recognised(["value", "when"], [["1.5", "2024-01-31"]])
    'when'
    """
    known = {name.strip().lower(): name for name in reversed(names)}
    for candidate in NAMES:
        if candidate in known:
            return known[candidate]
    for place, name in enumerate(names):
        cells = [row[place] for row in sample if place < len(row)]
        if 2 * sum(map(is_dated, cells)) > len(cells):
            return name
    for place, name in enumerate(names):
        cells = [row[place].strip() for row in sample if place < len(row)]
        named = name.strip().lower() in PERIODS and all(re.fullmatch(r"\d{4}|\d{6}", cell) for cell in cells)
        if cells and (named or (place == 0 and (_successive_years(cells) or _rising_dates(cells)))):
            return name
    return None


def _successive_years(cells: Sequence[str]) -> bool:
    if len(cells) < 3 or not all(re.fullmatch(r"\d{4}", cell) for cell in cells):
        return False
    years = [int(cell) for cell in cells]
    return years[0] in _YEARS and years == list(range(years[0], years[0] + len(years)))


def _rising_dates(cells: Sequence[str]) -> bool:
    """Whether these are dates without marks, such as 20240131, each later than the one above."""
    form = next((form for digits, form in _PACKED if cells and len(cells[0]) == digits), None)
    if form is None or len(cells) < 3 or not all(cell.isdecimal() and len(cell) == len(cells[0]) for cell in cells):
        return False
    try:
        read = [datetime.strptime(cell, form) for cell in cells]
    except ValueError:
        return False
    return read[0].year in _YEARS and all(one < other for one, other in pairwise(read))


def no_time(names: Sequence[str]) -> str:
    """That none of these columns holds time stamps, and the way out.

    >>> no_time(["a", "b"])
    "no column looks like time stamps among 'a', 'b'; say --time COL"
    """
    few = ", ".join(map(repr, names[:_FEW])) + (f" and {len(names) - _FEW} more" if len(names) > _FEW else "")
    if len(names) == 1:
        mark = " space" if " " in names[0].strip() else ""
        return (
            f"there is one column only, {few}: a series needs time stamps, or whole numbers that count steps, beside "
            f"its values; where another mark stands between the cells, say --separator{mark}"
        )
    if sum(map(is_dated, names)) > 1:
        return f"dates stand in the header, {few}; turn the table, so that each row is a time stamp"
    return f"no column looks like time stamps among {few}; say --time COL"


def read_stamps(column: pd.Series, name: str, written: Written = RECOGNISED) -> Stamps:
    """A column of text as time, or as whole numbers where these count steps.

    What is not ISO 8601 is read where one way of writing fits all rows, and said. Different offsets are brought to UTC.
    Raises DataError naming the row where none fits, and where several do.
    """
    text = column.fillna("").str.strip()
    empty = text == ""
    if empty.any():
        row = int(empty.to_numpy().argmax())
        count = int(empty.sum())
        raise DataError(
            f"time column {name!r} is empty in {count} rows, first in row {row + 1}", code="E112", column=name
        )
    if written.time_unit is not None:
        return _counted(text, name, written)
    if written.time_format is not None:
        return _as_told(text, name, written.time_format)
    if _is_whole(text.iloc[0]) and text.map(_is_whole).all():
        return _whole(text, name)
    short = text.str.fullmatch(_SHORT).to_numpy()
    if short.any():
        raise _unlike(text, name, int(short.argmax()), "may be January, or October written as a number")
    return _iso(text, name) or _otherwise(text, name)


def _is_whole(cell: str) -> bool:
    return _WHOLE.fullmatch(cell) is not None and abs(int(cell)) < 2**63


def _counted(text: pd.Series, name: str, written: Written) -> Stamps:
    """Numbers in a unit that was told."""
    import pandas as pd

    unit = written.time_unit
    if written.time_format is not None:
        raise SettingError("--time-unit and --time-format exclude each other: say one of them")
    if unit not in (*UNITS, "steps"):
        raise SettingError(f"--time-unit is one of {', '.join(UNITS)} or steps; got {unit!r}")
    whole = text.map(_is_whole)
    if unit == "steps" and whole.all():
        return Stamps(text.astype("int64"), "whole numbers that count steps")
    numbers = pd.to_numeric(text, errors="coerce")
    bad = (~whole if unit == "steps" else numbers.isna()).to_numpy()
    if bad.any():
        row = int(bad.argmax())
        raise DataError(
            f"time column {name!r} holds {text.iloc[row][:40]!r} in row {row + 1}, which is no number; leave out "
            "--time-unit or choose another column with --time",
            code="E113",
            column=name,
        )
    return Stamps(_since_1970(numbers, str(unit), name), f"{UNITS[str(unit)]} since 1970, read as UTC")


def _since_1970(numbers: pd.Series, unit: str, name: str) -> pd.Series:
    import pandas as pd

    try:
        return pd.to_datetime(numbers, unit=cast("Any", unit), utc=True)
    except (ValueError, OverflowError) as problem:
        raise DataError(
            f"time column {name!r} is beyond the calendar when its numbers are {UNITS[unit]} since 1970; say another "
            "--time-unit",
            code="E113",
            column=name,
        ) from problem


def _whole(text: pd.Series, name: str) -> Stamps:
    """Whole numbers: years, dates without marks, seconds and the like since 1970, else steps."""
    import pandas as pd

    numbers = text.astype("int64")
    if numbers.between(_YEARS.start, _YEARS.stop - 1).all():
        return Stamps(pd.to_datetime(numbers.astype("str"), format="%Y"), "years")
    digits = int(text.str.len().iloc[0])
    packed = next((form for length, form in _PACKED if length == digits), None)
    if packed is not None and (text.str.len() == digits).all():
        read = pd.to_datetime(text, format=packed, errors="coerce")
        if not read.isna().any() and read.dt.year.between(_YEARS.start, _YEARS.stop - 1).all():
            plain = packed == "%Y%m%d"
            return Stamps(read, packed, None if plain else f"time column {name!r} is read as {packed}")
    unit = next((unit for unit, (least, most) in _EPOCHS.items() if numbers.between(least, most).all()), None)
    if unit is not None:
        form = f"{UNITS[unit]} since 1970, read as UTC"
        note = f"time column {name!r} holds {form}; --time-unit steps, if they count steps"
        return Stamps(_since_1970(numbers, unit, name), form, note)
    doubt = f"; say --time-unit s, if they are {UNITS['s']} since 1970" if numbers.abs().min() >= _LARGE else ""
    return Stamps(numbers, "whole numbers", f"time column {name!r} holds whole numbers: they count steps{doubt}")


def _alike(text: pd.Series, form: str) -> pd.Series:
    """Stamps written alike; ValueError where one is not, or where offsets differ, of which pandas 2 only warns."""
    import pandas as pd

    with warnings.catch_warnings():
        warnings.simplefilter("error", FutureWarning)
        try:
            return pd.to_datetime(text, format=form)
        except FutureWarning as problem:
            raise ValueError(str(problem).partition(".")[0]) from None


def _as_told(text: pd.Series, name: str, form: str) -> Stamps:
    import pandas as pd

    try:
        return Stamps(_alike(text, form), form)
    except (ValueError, TypeError) as problem:
        bad = pd.to_datetime(text, format=form, errors="coerce", utc=True).isna().to_numpy()
        if not bad.any():
            raise DataError(
                f"time column {name!r} cannot be read as {form!r}: {problem}", code="E113", column=name
            ) from problem
        raise _unlike(text, name, int(bad.argmax()), f"is not written as {form!r}") from None


def _iso(text: pd.Series, name: str) -> Stamps | None:
    """ISO 8601, in UTC where offsets differ; None where a row is something else."""
    import pandas as pd

    try:
        alike = re.match(r"\d+[/.]", text.iloc[0]) is not None  # 2024/01/31
        return Stamps(_alike(text, "ISO8601"), "year, month, day" if alike else "ISO 8601")
    except ValueError:
        if not _offsets_differ(text):
            return None
    try:
        read = pd.to_datetime(text, format="ISO8601", utc=True)
    except ValueError:
        return None
    return Stamps(read, "ISO 8601", f"time column {name!r} has several offsets: read as UTC")


def _otherwise(text: pd.Series, name: str) -> Stamps:
    """Quarters, weeks, or the one way of writing that fits all rows, or alone makes even steps."""
    import pandas as pd

    for read, what, day in ((quarters(text), "quarters", "first day"), (weeks(text), "ISO weeks", "Monday")):
        if read is not None:
            return Stamps(read, what, f"time column {name!r} holds {what}: each stands as its {day}")
    fits = fitting(text)
    found = decided(fits)
    if found is not None:
        form = found[0].forms[0]
        return Stamps(found[0].read, form, f"time column {name!r} is read as {form}, {found[1]}")
    if fits:
        ways = " or ".join(f"--time-format {way.forms[0]!r}" for way in fits)
        raise DataError(
            f"time column {name!r} holds {text.iloc[0][:40]!r} in row 1: {mixed(fits)} cannot be told apart; "
            f"say {ways}",
            code="E113",
            column=name,
        )
    bad = pd.to_datetime(text, format="ISO8601", errors="coerce", utc=True).isna().to_numpy()
    counts = " (a number since 1970: --time-unit s)" if pd.to_numeric(text, errors="coerce").notna().all() else ""
    raise _unlike(text, name, int(bad.argmax()), f"is not ISO 8601 (2024-01-31 or 2024-01-31T13:00){counts}")


def _unlike(text: pd.Series, name: str, row: int, what: str) -> DataError:
    return DataError(
        f"time column {name!r} holds {text.iloc[row][:40]!r} in row {row + 1}, which {what}; say how it is written, "
        "for example --time-format '%d.%m.%Y %H:%M', or choose another column with --time",
        code="E113",
        column=name,
    )


def _offsets_differ(text: pd.Series) -> bool:
    return bool(text.str.strip().str.extract(r"\d:?\d{2}.*?([+-]\d{2}:?\d{2}|Z)$")[0].nunique(dropna=False) > 1)


def written(times: pd.Index | pd.Series) -> list[str | int]:
    """Times as ISO 8601: with the offset where there is a time zone, days without the hour where all are midnight.

    >>> import pandas as pd
    >>> written(pd.date_range("2024-01-31", periods=1, tz="Asia/Seoul"))
    ['2024-01-31T00:00:00+09:00']
    """
    import pandas as pd

    index = pd.Index(times)
    if isinstance(index, pd.DatetimeIndex):
        days = index.tz is None and bool((index == index.normalize()).all())
        return [stamp.date().isoformat() if days else stamp.isoformat() for stamp in index]
    if isinstance(index, pd.PeriodIndex):
        return [str(period) for period in index]
    return cast("list[str | int]", index.tolist())
