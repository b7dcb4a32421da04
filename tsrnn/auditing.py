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

FINDINGS = ("series", "finding", "count", "first", "detail")
_SHORT = 24


def audit(data: Data, columns: Columns | None = None) -> pd.DataFrame:
    """One row a finding: `series, finding, count, first, detail`; no rows where nothing is odd.

    Findings: `unsorted`, `duplicate`, `gap`, `irregular`, `closed days`, `missing`, `constant`, `short`. `first` is the
    time stamp where it is met first; `count` how many rows (for a gap, missing steps).

    >>> days = pd.date_range("2024-01-01", periods=40, freq="D").delete([10, 11])
    >>> audit(pd.Series(range(38), days, name="sales"))[["series", "finding", "count"]].values.tolist()
    [['sales', 'gap', 2]]
    """
    if isinstance(data, Panel):
        parts = [(name, data.times[data.rows(n)], data.values[data.rows(n)]) for n, name in enumerate(data.names)]
    else:
        parts = list(_series(rows_of(data, columns)))
    found = [finding for name, times, values in parts for finding in _findings(name, times, values)]
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
        detail = f"{len(gaps)} gaps; refused: give a row for every step ({frequency.words})"
        yield name, "gap", int((strides[gaps] - 1).sum()), times[gaps[0]], detail


def _value_findings(name: object, times: pd.Index, values: Array) -> Iterator[tuple[object, str, int, object, str]]:
    absent = np.isnan(values).any(axis=1)
    if absent.any():
        yield name, "missing", int(absent.sum()), times[int(np.argmax(absent))], "left out of every loss and every mean"
    for channel in values.T:
        seen = channel[~np.isnan(channel)]
        if len(seen) > 1 and (seen == seen[0]).all():
            yield name, "constant", len(seen), times[0], f"every value is {seen[0]:g}"
