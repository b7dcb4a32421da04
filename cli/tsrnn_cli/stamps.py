"""Time columns: which one it is, its text read as time, and times written as ISO 8601."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from tsrnn.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

NAMES = ("ds", "timestamp", "datetime", "date_time", "date", "time", "ts", "날짜", "일시")
_DATE = re.compile(r"\s*\d{4}[-/.]\d{2}([-/.]\d{2})?([T ]\d{2}(:?\d{2}.*)?)?\s*$")
_WHOLE = re.compile(r"\s*[+-]?\d+\s*$")
_FEW = 8  # names in a message
_YEARS = range(1500, 2201)


def recognised(names: Sequence[str], sample: Sequence[Sequence[str]]) -> str | None:
    """The column that is taken for the time: by its name, else the first of mostly dates.

    >>> recognised(["value", "when"], [["1.5", "2024-01-31"]])
    'when'
    """
    known = {name.strip().lower(): name for name in reversed(names)}
    for candidate in NAMES:
        if candidate in known:
            return known[candidate]
    for place, name in enumerate(names):
        cells = [row[place] for row in sample if place < len(row)]
        if 2 * sum(_DATE.match(cell) is not None for cell in cells) > len(cells):
            return name
    return None


def no_time(names: Sequence[str]) -> str:
    """That none of these columns holds time stamps, and the way out.

    >>> no_time(["a", "b"])
    "no column looks like time stamps among 'a', 'b'; say --time COL"
    """
    few = ", ".join(map(repr, names[:_FEW])) + (f" and {len(names) - _FEW} more" if len(names) > _FEW else "")
    return f"no column looks like time stamps among {few}; say --time COL"


def read_stamps(column: pd.Series, name: str, written: str | None) -> tuple[pd.Series, str | None]:
    """A column of text as time, or as whole numbers where that is what it holds; and a note if something was decided.

    `written` is the format, None for ISO 8601. Different offsets are brought to UTC.
    """
    import pandas as pd

    text = column.fillna("")
    empty = text.str.strip() == ""
    if empty.any():
        row = int(empty.to_numpy().argmax())
        count = int(empty.sum())
        raise DataError(f"time column {name!r} is empty in {count} rows, first in row {row + 1}", column=name)
    if written is None and _are_steps(text):
        return text.astype("int64"), f"time column {name!r} holds whole numbers: they count steps"
    try:
        if written is not None:
            return pd.to_datetime(text, format=written), None
        try:
            return pd.to_datetime(text, format="ISO8601"), None
        except ValueError:
            if not _offsets_differ(text):
                raise
            decided = f"time column {name!r} has several offsets: read as UTC"
            return pd.to_datetime(text, format="ISO8601", utc=True), decided
    except ValueError:
        bad = pd.to_datetime(text, format=written or "ISO8601", errors="coerce", utc=True).isna().to_numpy()
        row = int(bad.argmax())
        iso = "ISO 8601 (2024-01-31 or 2024-01-31T13:00)"
        wanted = f"is not {iso if written is None else f'written as {written!r}'}"
        raise DataError(
            f"time column {name!r} holds {text.iloc[row][:40]!r} in row {row + 1}, which {wanted}; say how it is "
            "written, for example --time-format '%d.%m.%Y %H:%M', or choose another column with --time",
            column=name,
        ) from None


def _are_steps(text: pd.Series) -> bool:
    """Whether whole numbers count steps: not years (1871) and not dates without hyphens (20240131)."""
    if not all(_WHOLE.match(cell) for cell in text):
        return False
    numbers = text.astype("int64")
    years = numbers.between(_YEARS.start, _YEARS.stop - 1).all()
    dates = numbers.between(_YEARS.start * 10000, _YEARS.stop * 10000).all()
    return not (years or dates)


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
