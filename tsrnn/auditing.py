"""Audit: what is odd about the caller's rows, as tidy rows of findings; nothing is repaired and nothing is refused."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from tsrnn.checks import sortable
from tsrnn.columns import Columns
from tsrnn.errors import FrequencyError
from tsrnn.frame import Data, Rows, rows_of
from tsrnn.frequency import Frequency, infer
from tsrnn.panel import Array, Panel
from tsrnn.repairing import repaired

FINDINGS = ("series", "finding", "count", "first", "detail")
_SHORT = 24
_EXAMPLES = 3
_OFTEN = 5
_FILLS = (-32768.0, 32767.0, 65535.0, 2147483647.0, -2147483648.0)  # what a number of 16 or 32 bits ends with
_BEYOND = 1e20  # fill values of meteorology: 1e20, 9.96921e36, -1e30


def audit(data: Data, columns: Columns | None = None) -> pd.DataFrame:
    """One row a finding: `series, finding, count, first, detail`; no rows where nothing is odd.

    Findings: `unsorted`, `duplicate`, `gap`, `irregular`, `closed days`, `missing`, `sentinel`, `constant`, `short`.
    `first` is the time stamp where it is met first; `count` how many rows (for a gap, missing steps).

    >>> days = pd.date_range("2024-01-01", periods=40, freq="D").delete([10, 11])
    >>> audit(pd.Series(range(38), days, name="sales"))[["series", "finding", "count"]].values.tolist()
    [['sales', 'gap', 2]]
    """
    if isinstance(data, Panel):
        parts = [(name, data.times[data.rows(n)], data.values[data.rows(n)]) for n, name in enumerate(data.names)]
    else:
        parts = list(_series(rows_of(data, columns)))
    found = [finding for name, times, values in parts for finding in _findings(name, times, values)]
    found += list(repaired(data)) if isinstance(data, Panel) else []
    return pd.DataFrame(found, columns=list(FINDINGS))


def _series(rows: Rows) -> Iterator[tuple[object, pd.Index, Array]]:
    for number, name in enumerate(rows.names):
        own = np.flatnonzero(rows.key == number)
        yield name, rows.times.take(own), rows.targets[own]


def _findings(name: object, times: pd.Index, values: Array) -> Iterator[tuple[object, str, int, object, str]]:
    stamps = sortable(times)
    back = np.flatnonzero(np.diff(stamps) < 0)
    if len(back):
        yield name, "unsorted", len(back), times[back[0] + 1], "rows are put in the order of time before use"
    order = np.argsort(stamps, kind="stable")
    times, values = times.take(order), values[order]
    same = np.flatnonzero(np.diff(stamps[order]) == 0)
    if len(same):
        yield name, "duplicate", len(same), times[same[0]], "refused: keep one row a step"
        kept = np.concatenate(([True], np.diff(stamps[order]) != 0))
        times, values = times[kept], values[kept]
    yield from _axis_findings(name, times)
    yield from _value_findings(name, times, values)


def _axis_findings(name: object, times: pd.Index) -> Iterator[tuple[object, str, int, object, str]]:
    if len(times) < _SHORT:
        yield name, "short", len(times), times[0], f"fewer than {_SHORT} rows"
    if len(times) < 3:
        return
    try:
        frequency: Frequency = infer(times, name)
    except FrequencyError as problem:
        yield name, "irregular", len(times), problem.time, str(problem)
        return
    if frequency.closed:
        detail = "weekdays without a row are taken for days without trading"
        yield name, "closed days", len(frequency.closed), frequency.closed[0], detail
    strides = frequency.strides(times)
    gaps, off = np.flatnonzero(strides > 1), np.flatnonzero(strides < 1)
    if len(off):
        yield name, "irregular", len(off), times[off[0] + 1], f"not a {frequency.words} after the row before"
    if len(gaps):
        shown = ", ".join(str(time) for time in times[gaps[:_EXAMPLES]])
        more = f" and {len(gaps) - _EXAMPLES} more" if len(gaps) > _EXAMPLES else ""
        detail = f"{len(gaps)} gaps, after {shown}{more}; refused: give a row for every step ({frequency.words})"
        yield name, "gap", int((strides[gaps] - 1).sum()), times[gaps[0]], detail


def _value_findings(name: object, times: pd.Index, values: Array) -> Iterator[tuple[object, str, int, object, str]]:
    absent = np.isnan(values).any(axis=1)
    if absent.any():
        yield name, "missing", int(absent.sum()), times[int(np.argmax(absent))], "left out of every loss and every mean"
    for channel in values.T:
        seen = channel[~np.isnan(channel)]
        for value, count in fill_values(seen):
            detail = f"{value:g} is far from all other values, as a mark for nothing measured is"
            yield name, "sentinel", count, times[int(np.argmax(channel == value))], detail
        if len(seen) > 1 and (seen == seen[0]).all():
            yield name, "constant", len(seen), times[0], f"every value is {seen[0]:g}"


def fill_values(values: Array) -> list[tuple[float, int]]:
    """Numbers that loggers write where nothing was measured, and how often: nines or ends of a type, far from the rest.

    Such a number is the least or the largest value, more than twice as far from zero as all values on its side, and
    stands twice if it is positive; or it is negative, stands five times, and is further below the rest than three times
    the range of that. `values (row,)` may hold NaN.

    >>> fill_values(np.array([1.5, -9999.0, 2.0, -9999.0, 3.5]))
    [(-9999.0, 2)]
    """
    rest, found = values[np.isfinite(values)], list[tuple[float, int]]()
    for _ in range(2):
        for value in (rest.min(initial=0.0), rest.max(initial=0.0)):
            same = rest == value
            count, others = int(same.sum()), rest[~same]
            far = len(others) > 0 and (others.min() > value / 2 if value < 0 else others.max() < value / 2)
            often = value < 0 and count >= _OFTEN and len(others) and others.min() - value > 3 * np.ptp(others) > 0
            if far and (often or (count > (value > 0) and _is_fill(float(value)))):
                found.append((float(value), count))
                rest = others
    return found


def _is_fill(value: float) -> bool:
    """Whether a number is made of nines, such as -9999 or 999.9, ends a type, or is beyond what is measured."""
    digits = f"{abs(value):.6g}".replace(".", "")
    return value in _FILLS or abs(value) >= _BEYOND or (abs(value) >= 99 and set(digits) == {"9"} and len(digits) > 2)
