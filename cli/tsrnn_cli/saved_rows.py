"""Rows that `tsrnn backtest --rows` wrote, or any tool that names its columns alike, read back and put together."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from tsrnn.errors import ColumnError, DataError
from tsrnn_cli.precision import exact
from tsrnn_cli.tables import ENDINGS, typed_form, typed_table

if TYPE_CHECKING:
    import pandas as pd

ROWS = "tsrnn.rows/1"
_NEEDED = ("model", "series", "cutoff", "step", "time", "actual", "forecast")
_SCALES = ("mae_scale", "mse_scale")
_KEY = ["series", "cutoff", "step"]


@dataclass(frozen=True)
class SavedRows:
    """Tidy rows of all models, and `scales`, empty where no file has what scaled errors divide by."""

    rows: pd.DataFrame
    scales: pd.DataFrame

    @property
    def measure(self) -> str:
        """What models are compared by: MASE, unless it is not known of every row."""
        known = len(self.scales) > 0 and bool(self.scales["mae_scale"].notna().all())
        return "mase" if known else "mae"


def read_rows(files: list[str]) -> SavedRows:
    """The rows of several files side by side; each model stands in one file, and all forecast the same rows.

    Raises ColumnError or DataError naming the file.
    """
    import pandas as pd

    parts = [_checked(_read(text), text) for text in files]
    seen: dict[str, str] = {}
    for text, part in zip(files, parts, strict=True):
        for model in part["model"].unique():
            if model in seen:
                raise DataError(
                    f"model {model!r} stands in {seen[model]} and in {text}; rename it in one of them", code="E126"
                )
            seen[model] = text
        _alike(parts[0], files[0], part, text)
    rows = pd.concat(parts, ignore_index=True)
    scaled = [part for part in parts if "mae_scale" in part]
    columns = ["series", "cutoff", *_SCALES]
    scales = pd.DataFrame(columns=columns) if not scaled else scaled[0][columns].drop_duplicates(["series", "cutoff"])
    return SavedRows(rows.drop(columns=list(_SCALES), errors="ignore"), scales.reset_index(drop=True))


def _read(text: str) -> pd.DataFrame:
    import pandas as pd

    where = "standard input" if text == "-" else text
    raw = sys.stdin.buffer.read() if text == "-" else Path(text).read_bytes()
    form = typed_form(raw, where)
    if form is not None:
        return typed_table(raw, where, form)
    try:
        if ENDINGS.get(Path(where).suffix.lower()) == "json" or raw.lstrip().startswith(b"{"):
            return pd.DataFrame(json.loads(raw)["rows"])
        separator = "\t" if where.endswith(".tsv") else ","
        texts = dict.fromkeys(("model", "series", "cutoff", "time"), "str")
        return pd.read_csv(
            io.BytesIO(raw), sep=separator, dtype=texts, keep_default_na=False, na_values=[""], **exact()
        )
    except (ValueError, KeyError, TypeError) as problem:  # a parser's errors are ValueErrors
        raise DataError(
            f"{where} holds no rows of a backtest: {str(problem).splitlines()[0]}", code="E126"
        ) from problem


def _checked(rows: pd.DataFrame, text: str) -> pd.DataFrame:
    import pandas as pd

    absent = [name for name in _NEEDED if name not in rows.columns]
    if absent:
        raise ColumnError(
            f"{text} has no column {', '.join(map(repr, absent))}; rows of a backtest have {', '.join(_NEEDED)}",
            code="E116",
        )
    if rows.empty:
        raise DataError(f"{text} has no rows", code="E126")
    try:
        numbers = {
            name: pd.to_numeric(rows[name]).astype("float64")
            for name in rows.columns
            if name in ("actual", "forecast", *_SCALES) or str(name).startswith(("lo-", "hi-"))
        }
        steps = pd.to_numeric(rows["step"]).astype("int64")
    except ValueError as problem:
        raise DataError(f"{text} holds text where a number is needed: {problem}", code="E126") from problem
    times = {name: times_in(rows[name], name, text) for name in ("cutoff", "time")}
    names = {name: rows[name].astype("str") for name in ("model", "series")}
    return rows.assign(step=steps, **numbers, **times, **names)


def times_in(column: pd.Series, name: str, text: str) -> pd.Series:
    """Times as written by `tsrnn`: whole numbers, ISO 8601 or a period such as 2009Q4."""
    import pandas as pd

    if not pd.api.types.is_string_dtype(column.dtype):
        return column
    try:
        if column.str.fullmatch(r"[+-]?\d+").all():
            return column.astype("int64")
        if column.str.fullmatch(r"\d{4}Q[1-4]").all():
            return pd.Series(pd.PeriodIndex(column, freq="Q"), index=column.index)
        offsets = bool(column.str.contains(r"[+-]\d\d:\d\d$|Z$").any())
        return cast("pd.Series", pd.to_datetime(column, format="ISO8601", utc=offsets))
    except ValueError as problem:
        raise DataError(
            f"{text}: column {name!r} is neither ISO 8601 nor whole numbers: {problem}", code="E126"
        ) from problem


def _alike(first: pd.DataFrame, one: str, second: pd.DataFrame, other: str) -> None:
    """DataError where two files do not forecast the same values from the same origins."""
    ours, theirs = (part.drop_duplicates(_KEY).set_index(_KEY)["actual"].sort_index() for part in (first, second))
    if not ours.index.equals(theirs.index):
        raise DataError(
            f"{one} and {other} have different series, cutoffs or steps; run both on the same folds", code="E126"
        )
    if not ours.equals(theirs):
        raise DataError(f"{one} and {other} have different actual values; run both on the same data", code="E126")
