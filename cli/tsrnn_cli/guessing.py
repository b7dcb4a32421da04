"""Guesses about a table that nobody described: which column tells series apart, and what is to be forecast."""

from __future__ import annotations

import shlex
from collections.abc import Collection
from typing import TYPE_CHECKING

from tsrnn.errors import ColumnError
from tsrnn_cli.options import names_as_typed

if TYPE_CHECKING:
    import pandas as pd

IDS = (
    "unique_id",
    "id",
    "series",
    "meter",
    "sensor",
    "station",
    "site",
    "store",
    "item",
    "symbol",
    "ticker",
    "종목코드",
)
TARGETS = ("y", "target", "value", "close", "종가")
_SHOWN = 6
_CLOCK = r"\s*\d{1,2}[:.]\d{2}([:.]\d{2})?\s*([AaPp]\.?[Mm]\.?)?\s*"


def series_column(frame: pd.DataFrame, time: str, taken: Collection[str]) -> str | None:
    """Where time stamps repeat, the column with which they hardly do; None where none does it.

    Text, or numbers whose column is called like an id; a column with a value for almost every row is none, nor is one
    of times of day.

    >>> import pandas as pd
    >>> days = ["2024-01-01", "2024-01-02", "2024-01-03"] * 2
    >>> series_column(pd.DataFrame({"day": days, "who": ["a"] * 3 + ["b"] * 3, "kwh": [1.5] * 6}), "day", ())
    'who'
    """
    import pandas as pd

    if not frame[time].duplicated().any():
        return None
    found = []
    for place, name in enumerate(map(str, frame.columns)):
        if name == time or name in taken:
            continue
        low, kind = name.strip().lower(), pd.api.types.infer_dtype(frame[name], skipna=True)
        named = low in IDS or low.endswith(("_id", " id"))
        doubled = int(frame.duplicated([time, name]).sum())
        if kind == "string" and bool(frame[name].dropna().str.fullmatch(_CLOCK).all()):
            continue  # the other half of the time
        few = 3 * frame[name].nunique() <= len(frame) and 50 * doubled <= len(frame)
        if few and (named or kind in ("string", "categorical")):
            found.append((doubled, not named, place, name))
    return min(found)[-1] if found else None


def target_columns(frame: pd.DataFrame, taken: Collection[str], long: bool) -> tuple[list[str], list[str]]:
    """What to forecast of the columns that play no other part, and what of them is left out.

    Of several columns of numbers one with a usual name; else the first in a long table, all in a wide one.

    >>> import pandas as pd
    >>> target_columns(pd.DataFrame({"Open": [1.0], "Close": [2.0], "Name": ["x"]}), (), long=False)
    (['Close'], ['Open', 'Name'])
    """
    import pandas as pd

    free = [str(name) for name in frame.columns if name not in taken]
    other = ("string", "categorical", "boolean", "datetime64", "datetime", "date")
    usable = [name for name in free if pd.api.types.infer_dtype(frame[name], skipna=True) not in other]
    usual = {name.strip().lower(): name for name in reversed(usable)}
    known = next((usual[name] for name in TARGETS if name in usual), None)
    chosen = usable
    if len(usable) > 1 and (known is not None or long):
        chosen = [known if known is not None else usable[0]]
    return chosen, [name for name in free if name not in chosen]


def no_target(frame: pd.DataFrame, left: Collection[str]) -> ColumnError:
    """That no column of numbers is left, what the others hold, and the way out.

    >>> import pandas as pd
    >>> print(no_target(pd.DataFrame({"on": [True, False]}), ["on"]))
    no column of numbers is left to forecast: 'on' holds true and false; say --target on to forecast it as 0 and 1
    """
    name = next((name for name in left if _truth(frame, name)), next(iter(left)))
    option = f"say --target {shlex.quote(names_as_typed([name]))}"
    cells = frame[name].dropna()
    if _truth(frame, name):
        way = f"holds true and false; {option} to forecast it as 0 and 1"
    elif len(cells) and cells.astype(str).str.fullmatch(r"\d+").all():
        way = f"holds codes such as {cells.iloc[0]}; {option} to read them as numbers"
    else:
        way = f"holds {str(cells.iloc[0])[:40]!r}; give a column of numbers" if len(cells) else "is empty"
    return ColumnError(f"no column of numbers is left to forecast: {name!r} {way}", code="E116", column=name)


def _truth(frame: pd.DataFrame, name: str) -> bool:
    import pandas as pd

    return pd.api.types.infer_dtype(frame[name], skipna=True) == "boolean"


def sentinel_notes(frame: pd.DataFrame, names: Collection[str]) -> list[str]:
    """A line for each number that may stand for a missing value, far from everything else in its column."""
    import pandas as pd

    from tsrnn.auditing import fill_values

    notes = []
    for name in dict.fromkeys(names):
        if name not in frame.columns or not pd.api.types.is_numeric_dtype(frame[name].dtype):
            continue  # what is named and not there is the library's to refuse
        for value, count in fill_values(frame[name].to_numpy(dtype="float64", na_value=float("nan"))):
            where = f"{value:g} stands {count} times in column {name!r}"
            notes.append(f"{where}: if it means that nothing was measured, say --na {value:g}")
    return notes


def as_options(
    time: str | None = None, ident: str | None = None, target: Collection[str] = (), left: Collection[str] = ()
) -> str:
    """Guesses as the options that overrule them; empty where nothing was guessed."""
    words = [f"--time {shlex.quote(time)}"] if time is not None else []
    words += [f"--id {shlex.quote(ident)}"] if ident is not None else []
    if target:
        every = f"({len(target)} columns)" if len(target) > _SHOWN else shlex.quote(names_as_typed(target))
        words.append(f"--target {every}")
    more = f" and {len(left) - _SHOWN} more" if len(left) > _SHOWN else ""
    aside = f" (leaving out {', '.join(list(left)[:_SHOWN])}{more})" if left and words else ""
    return f"guessed {' '.join(words)}{aside}; an option overrules its guess" if words else ""
