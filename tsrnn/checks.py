"""The checks that every panel passes: no stamp twice, no gap, one step everywhere, something observed."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import pandas as pd

from tsrnn.columns import Repairs
from tsrnn.errors import DuplicateError, FrequencyError, GapError, MissingValueError
from tsrnn.frequency import RESAMPLE, Frequency, infer
from tsrnn.panel import Counts, Flags, Panel
from tsrnn.trading import trading_days

_CLOCK_CHANGES = (3, 4, 9, 10, 11)  # months


def sortable(times: pd.Index) -> Counts:
    """The time axis as whole numbers that sort and compare as it does."""
    return times.asi8 if isinstance(times, (pd.DatetimeIndex, pd.PeriodIndex)) else times.to_numpy(np.int64)


def refuse_repeated(times: pd.Index, offsets: Counts, names: tuple[Hashable, ...], origin: Counts) -> None:
    """DuplicateError where a series has a stamp twice; `origin (row,)` says which row of the caller's it was."""
    stamps = sortable(times)
    same = stamps[1:] == stamps[:-1]
    same[offsets[1:-1] - 1] = False
    if not same.any():
        return
    row = int(np.flatnonzero(same)[0])
    series = names[int(np.searchsorted(offsets, row, side="right")) - 1]
    raise DuplicateError(
        f"series {series!r}: time stamp {times[row]} stands twice, in rows {origin[row]} and {origin[row + 1]} "
        f"({int(same.sum())} repeated in all); keep one row a step, for example with groupby(…).mean(), or allow "
        f"Repairs(duplicates='mean')"
        f"{_other_series(names, same)}{_clock_change(times, row)}",
        series=series,
        time=times[row],
        row=int(origin[row + 1]),
    )


def _other_series(names: tuple[Hashable, ...], same: Flags) -> str:
    """A hint where one series repeats so much that it looks like several."""
    several = len(names) == 1 and int(same.sum()) > len(same) // 3
    return "; if a column tells several series apart, name it: Columns(id=…)" if several else ""


def _clock_change(times: pd.Index, row: int) -> str:
    """A hint where local times without a zone may have met a clock change."""
    if not isinstance(times, pd.DatetimeIndex) or times.tz is not None or not (times.hour > 0).any():
        return ""
    apart = abs(times[row + 1] - times[row])
    if times[row].month not in _CLOCK_CHANGES or times[row].hour > 3 or apart > pd.Timedelta(hours=6):
        return ""
    return (
        "; if these are local times across a clock change, localize them: "
        "tz_localize(zone, ambiguous='infer', nonexistent='shift_forward')"
    )


def checked_frequency(
    times: pd.Index,
    offsets: Counts,
    names: tuple[Hashable, ...],
    given: pd.Index | None,
    known: Frequency | None,
    *,
    exchange: str | None = None,
    gaps: bool = False,
) -> Frequency:
    """The frequency `known` from earlier rows if these keep it; else the one they show by themselves.

    That is the trading days of `exchange`, or what `given`, the index that all series share, names, or else what the
    longest series shows, and it is checked against every series. `gaps`: whether steps may be missing, as long as they
    are fewer than the rows.
    """
    if known is not None and _keeps(times, offsets, known, gaps and known.alias != "B"):
        return known
    longest = int(np.argmax(np.diff(offsets)))
    own = times[offsets[longest] : offsets[longest + 1]]
    forward = isinstance(given, pd.DatetimeIndex) and given.freq is not None and given.freq.n > 0
    if exchange is None:
        frequency = infer(given if given is not None and forward else own, names[longest])
    else:
        frequency = trading_days(times, offsets, names, exchange)
    strides = frequency.strides(times)
    inside = _inside(offsets)
    wrong = inside & (strides < 1)
    if not wrong.any():
        wrong = inside & (strides > 1)
        missing = int((strides - 1)[wrong].sum())
        if not missing or (gaps and missing <= len(times)):
            return frequency
    row = int(np.flatnonzero(wrong)[0])
    series = names[int(np.searchsorted(offsets, row, side="right")) - 1]
    if strides[row] < 1:
        raise FrequencyError(
            f"series {series!r}: the frequency is {frequency.words}, but {times[row + 1]} follows {times[row]}; "
            f"bring the rows to one {'step' if frequency.kind == 'steps' else RESAMPLE}",
            series=series,
            time=times[row + 1],
        )
    many = f" {missing:,} missing steps, more than the {len(times):,} rows, are not put in;" if gaps else ""
    allow = "" if gaps else ", or allow Repairs(gaps='mask')"
    raise GapError(
        f"series {series!r}: {strides[row] - 1} steps are missing between {times[row]} and {times[row + 1]} "
        f"(frequency: {frequency.words}; gaps in all: {int(wrong.sum())});{many} give a row for every step, with NaN "
        f"where nothing was observed, for example by {_filled(frequency)}{allow}{_clock_change(times, row)}",
        series=series,
        time=times[row],
    )


def _inside(offsets: Counts) -> Flags:
    """Which rows are followed by another of the same series, `(row - 1,)`."""
    inside = np.ones(int(offsets[-1]) - 1, bool)
    inside[offsets[1:-1] - 1] = False
    return inside


def _keeps(times: pd.Index, offsets: Counts, known: Frequency, gaps: bool) -> bool:
    """Whether every series goes on by one step of the known frequency, or by several where there may be gaps."""
    kinds = {"stamps": pd.DatetimeIndex, "periods": pd.PeriodIndex}
    alike = isinstance(times, kinds[known.kind]) if known.kind in kinds else pd.api.types.is_integer_dtype(times.dtype)
    if not alike or (isinstance(times, pd.PeriodIndex) and times.freqstr != known.alias):
        return False
    strides = known.strides(times)[_inside(offsets)]
    return bool((strides >= 1 if gaps else strides == 1).all())


def _filled(frequency: Frequency) -> str:
    """How pandas puts in the rows that are missing."""
    if frequency.exchange:
        return ".asfreq(pd.offsets.CustomBusinessDay(…))"
    if frequency.kind == "stamps":
        return f".asfreq({frequency.alias!r})"
    if frequency.kind == "periods":
        return f".reindex(pd.period_range(first, last, freq={frequency.alias!r}))"
    return f".reindex(range(first, last + 1, {frequency.alias}))"


def check_observed(panel: Panel, repairs: Repairs) -> None:
    """MissingValueError for a series without any value, or with a missing one where that is refused."""
    for series, name in enumerate(panel.names):
        seen = panel.observed[panel.rows(series)]
        if not seen.any(axis=0).all():
            raise MissingValueError(
                f"series {name!r} has no observed value in {len(seen)} rows; leave it out or fill it in",
                code="E102",
                series=name,
            )
        if panel.given is not None:
            seen = seen | (panel.given[panel.rows(series)] == 0)[:, None]
        if repairs.missing == "error" and not seen.all():
            stamps = panel.times[panel.rows(series)][np.flatnonzero(~seen.all(axis=1))]
            raise MissingValueError(
                f"series {name!r}: {len(stamps)} of {len(seen)} values are missing, the first at {stamps[0]}; "
                "fill them in, or allow Repairs(missing='mask')",
                series=name,
                time=stamps[0],
            )
