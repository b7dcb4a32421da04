"""What a report is made of: tables, words and tidy rows, and nothing about how they came to be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from tsrnn.errors import DataError
from tsrnn.report.checks import Checks

ROW_COLUMNS = ("model", "series", "cutoff", "step", "time", "actual", "forecast")


def _no_scores() -> pd.DataFrame:
    return pd.DataFrame({"model": [], "series": []})


@dataclass(frozen=True)
class Contents:
    """Everything a report shows, checked once when it is made.

    An empty frame means "there is nothing of this": its section says so. Errors are in the units of the data,
    sMAPE in per cent, coverage and skill are fractions (0.8 is 80 %), seconds are seconds.

    Raises:
        DataError: where a column is missing or a coverage is no fraction.
    """

    title: str
    verdict: str
    """One or two sentences of plain text."""
    leaderboard: pd.DataFrame
    """A row per model, best first: `model`, then any of mae, rmse, smape, mase, rmsse, bias, coverage-LEVEL,
    width-LEVEL, skill-vs-MODEL, fit_seconds, predict_seconds."""
    by_step: pd.DataFrame
    """model, step, then an error per column (mase, mae, rmse, smape …)."""
    rows: pd.DataFrame
    """Tidy: model, series, cutoff, step, time, actual, forecast, then lo-LEVEL and hi-LEVEL if there are any."""
    history: pd.DataFrame
    """series, time, actual: values before and through the cutoffs, for context."""
    card: list[tuple[str, str]]
    audit: pd.DataFrame
    settings: list[tuple[str, str]]
    versions: list[tuple[str, str]]
    notices: pd.DataFrame
    command: str
    by_series: pd.DataFrame = field(default_factory=_no_scores)
    """model, series, then an error per column; where there is no row, MAE is taken from `rows`."""

    by_fold: pd.DataFrame = field(default_factory=_no_scores)
    """model, fold (from 1, oldest first), then an error per column; where there is no row, MAE is taken from `rows`."""

    checks: Checks = field(default_factory=Checks)
    """What tests found; without any their sections are short."""

    def __post_init__(self) -> None:
        _need("leaderboard", self.leaderboard, ("model",), empty=False)
        _need("by_step", self.by_step, ("model", "step"))
        _need("rows", self.rows, ROW_COLUMNS)
        _need("history", self.history, ("series", "time", "actual"))
        _need("by_series", self.by_series, ("model", "series"))
        _need("by_fold", self.by_fold, ("model", "fold"))
        for name in self.leaderboard.columns:
            if str(name).startswith("coverage-"):
                _fraction(str(name), self.leaderboard[name])


def levels_of(rows: pd.DataFrame) -> list[str]:
    """Levels with both bounds in `rows`, narrowest first, as the columns spell them: `lo-80`, `hi-80` give `80`.

    >>> levels_of(pd.DataFrame(columns=["lo-95", "hi-95", "lo-80", "hi-80", "lo-50"]))
    ['80', '95']
    """
    names = {str(name) for name in rows.columns}
    found = [name[3:] for name in names if name.startswith("lo-") and f"hi-{name[3:]}" in names]
    return sorted((level for level in found if _is_number(level)), key=float)


def _is_number(text: str) -> bool:
    try:
        return bool(np.isfinite(float(text)))
    except ValueError:
        return False


def _need(what: str, frame: pd.DataFrame, columns: Iterable[str], *, empty: bool = True) -> None:
    if frame.empty:
        if not empty:
            raise DataError(f"{what} has no rows, but a report needs at least one model; give one row per model")
        return
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        got = ", ".join(map(str, frame.columns))
        raise DataError(f"{what} has no column {', '.join(missing)} (it has {got}); add what is missing")


def _fraction(name: str, values: pd.Series) -> None:
    numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
    wrong = numbers[np.isfinite(numbers) & ((numbers < 0) | (numbers > 1))]
    if wrong.size:
        raise DataError(f"{name} holds {wrong[0]:g}, but a coverage lies from 0 to 1; divide per cents by 100")
