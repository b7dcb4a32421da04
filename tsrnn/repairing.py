"""Repairing what the caller allowed to be repaired: repeated rows, gaps, missing values, short series; all is counted.

Repeated rows and gaps are mended where rows become a panel. Values are drawn in only where a model learns or forecasts,
from the rows that it knows there, so that in a backtest no line is drawn to a value behind the cutoff.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

import numpy as np
import pandas as pd

from tsrnn.checks import sortable
from tsrnn.columns import Repairs
from tsrnn.errors import ShortSeriesError
from tsrnn.frequency import Frequency
from tsrnn.notices import Notice
from tsrnn.panel import Array, Counts, Flags, Panel

T = TypeVar("T")
Merge = Literal["error", "mean", "first", "last", "sum"]


@dataclass(frozen=True)
class Sorted:
    """The caller's rows by series and then by time: `times (row,)`, `offsets (series + 1,)`, and an array a part.

    `given (row,)`: how many of the caller's rows each was made of; None where that is 1 for all.
    """

    times: pd.Index
    offsets: Counts
    targets: Array
    past: Array
    future: Array
    given: Counts | None = None


def one_row_a_step(rows: Sorted, policy: Merge) -> Sorted:
    """Rows of one series with the same stamp made one; those of the same stamp stand in the caller's order.

    >>> days = pd.DatetimeIndex(["2024-01-01", "2024-01-01", "2024-01-02"])
    >>> nothing = np.zeros((3, 0))
    >>> rows = Sorted(days, np.array([0, 3]), np.array([[1.0], [3.0], [5.0]]), nothing, nothing)
    >>> one_row_a_step(rows, "mean").targets.ravel().tolist()
    [2.0, 5.0]
    """
    new = np.ones(len(rows.times), bool)
    new[1:] = np.diff(sortable(rows.times)) != 0
    new[rows.offsets[:-1]] = True
    if new.all():
        return rows
    first = np.flatnonzero(new)
    given = np.diff(np.append(first, len(new))).astype(np.int64)
    kept = first + given - 1 if policy == "last" else first
    targets = rows.targets[kept]
    if policy in ("mean", "sum"):
        seen = np.add.reduceat(~np.isnan(rows.targets), first, axis=0, dtype=np.int64)
        share = np.maximum(seen, 1) if policy == "mean" else np.ones_like(seen)
        parts = np.nan_to_num(rows.targets) / np.repeat(share, given, axis=0)
        targets = np.where(seen > 0, np.add.reduceat(parts, first, axis=0), np.nan)
    offsets = np.searchsorted(first, rows.offsets).astype(np.int64)
    return Sorted(rows.times.take(kept), offsets, targets, rows.past[kept], rows.future[kept], given)


def every_step(rows: Sorted, frequency: Frequency) -> Sorted:
    """A row for every step between the first and the last of each series: no targets, the covariates of the row before.

    >>> days = pd.DatetimeIndex(["2024-01-01", "2024-01-03"])
    >>> nothing = np.zeros((2, 0))
    >>> every_step(Sorted(days, np.array([0, 2]), np.ones((2, 1)), nothing, nothing), Frequency("stamps", "D")).given
    array([1, 0, 1])
    """
    steps = np.ones(len(rows.times), np.int64)  # from each row to the next of its series
    if len(steps) > 1:
        steps[:-1] = frequency.strides(rows.times)
    steps[rows.offsets[1:] - 1] = 1
    if (steps == 1).all():
        return rows
    before = np.repeat(np.arange(len(steps)), steps)
    own = np.append(True, before[1:] != before[:-1])
    ends = np.cumsum(steps)
    offsets = np.concatenate(([0], ends[rows.offsets[1:] - 1])).astype(np.int64)
    pieces = []
    for series in range(len(rows.offsets) - 1):
        times = rows.times[rows.offsets[series] : rows.offsets[series + 1]]
        count = int(offsets[series + 1] - offsets[series])
        pieces.append(times if count == len(times) else times[:1].append(frequency.after(times[0], count - 1, times)))
    given = np.ones(len(rows.times), np.int64) if rows.given is None else rows.given
    return Sorted(
        pieces[0].append(pieces[1:]) if len(pieces) > 1 else pieces[0],
        offsets,
        np.where(own[:, None], rows.targets[before], np.nan),
        rows.past[before],
        rows.future[before],
        np.where(own, given[before], 0).astype(np.int64),
    )


def filled(panel: Panel, repairs: Repairs) -> Panel:
    """The panel with a line drawn between the values on both sides of what is missing, where that was allowed.

    What lies before the first value of a series or after its last stays missing.
    """
    if "interpolate" not in (repairs.missing, repairs.gaps):
        return panel
    put_in = np.zeros(len(panel.values), bool) if panel.given is None else panel.given == 0
    wanted = np.where(put_in, repairs.gaps == "interpolate", repairs.missing == "interpolate")
    values = panel.values.copy()
    for series in range(len(panel.names)):
        rows = panel.rows(series)
        for channel in range(panel.channels):
            values[rows, channel] = _drawn(panel.values[rows, channel], wanted[rows])
    return replace(panel, values=values, observed=~np.isnan(values))


def _drawn(values: Array, wanted: Flags) -> Array:
    seen = np.flatnonzero(~np.isnan(values))
    if not len(seen):
        return values
    places = np.arange(len(values))
    inside = wanted & np.isnan(values) & (places > seen[0]) & (places < seen[-1])
    line: Array = np.where(inside, np.interp(places, seen, values[seen]), values)
    return line


def enough(work: Callable[[Panel], T], panel: Panel, repairs: Repairs) -> tuple[T, Panel, list[Notice]]:
    """What `work` makes of the panel, or where it must and may be of the longer series alone, or of padded ones.

    Gives also the panel that it was made of, and what was left out of it or put in front.
    """
    notices: list[Notice] = []
    while True:
        try:
            return work(panel), panel, notices
        except ShortSeriesError as problem:
            panel, more = _mended(panel, problem, repairs)
            notices += more


def _mended(panel: Panel, problem: ShortSeriesError, repairs: Repairs) -> tuple[Panel, list[Notice]]:
    """The panel without the series that are too short, or padded; the error again where that is not allowed."""
    if repairs.on_short == "pad" and problem.needed is not None and problem.needed > int(panel.lengths.min()):
        short = panel.lengths < problem.needed
        counts = [(panel.names[place], int(problem.needed - panel.lengths[place])) for place in np.flatnonzero(short)]
        message = "rows without a value put in front of a short series"
        return padded(panel, problem.needed), [Notice(name, message, count, "W215") for name, count in counts]
    if repairs.on_short == "drop" and problem.series in panel.names:
        seen = np.array([int(panel.observed[panel.rows(n)].all(axis=1).sum()) for n in range(len(panel.names))])
        place = panel.names.index(problem.series)
        short = (panel.lengths <= panel.lengths[place]) & (seen <= seen[place])
        if not short.all():
            message = "left out, because its rows are too few"
            dropped = np.flatnonzero(short)
            counts = [(panel.names[number], int(panel.lengths[number])) for number in dropped]
            return panel.without(short), [Notice(name, message, count, "W214") for name, count in counts]
    raise problem


def padded(panel: Panel, needed: int) -> Panel:
    """Rows without a value in front of each series with fewer than `needed`; their covariates are its first ones."""
    lacking = np.maximum(needed - panel.lengths, 0)
    if not lacking.any():
        return panel
    frequency, pieces, sources = panel.layout.frequency, [], []
    for series, count in enumerate(lacking):
        rows = panel.rows(series)
        times = panel.times[rows]
        pieces += [frequency.before(times[0], int(count), times), times] if count else [times]
        sources.append(np.concatenate((np.full(int(count), rows.start), np.arange(rows.start, rows.stop))))
    source, own = np.concatenate(sources), np.concatenate([np.arange(len(part)) for part in sources])
    put_in = own < np.repeat(lacking, [len(part) for part in sources])
    given = np.ones(len(panel.values), np.int64) if panel.given is None else panel.given
    values = np.where(put_in[:, None], np.nan, panel.values[source])
    return replace(
        panel,
        values=values,
        observed=~np.isnan(values),
        offsets=np.concatenate(([0], np.cumsum(panel.lengths + lacking))).astype(np.int64),
        past=panel.past[source],
        future=panel.future[source],
        times=pieces[0].append(pieces[1:]) if len(pieces) > 1 else pieces[0],
        given=np.where(put_in, 0, given[source]).astype(np.int64),
    )


def repaired(panel: Panel) -> Iterator[tuple[object, str, int, object, str]]:
    """What was repaired in a panel as findings of an audit: `series, finding, count, first, detail`."""
    for series, name in enumerate(panel.names):
        rows = panel.rows(series)
        given, times = np.ones(0, np.int64) if panel.given is None else panel.given[rows], panel.times[rows]
        for finding, where, count, detail in (
            ("duplicate", given > 1, int((given - 1)[given > 1].sum()), "made one row, as asked"),
            ("gap", given == 0, int((given == 0).sum()), "rows without a value put in, as asked"),
        ):
            if count:
                yield name, finding, count, times[int(np.argmax(where))], detail


def notices(panel: Panel, known: Panel) -> list[Notice]:
    """What was repaired in `known`, which `filled` made of `panel`, by series."""
    found = []
    for series, name in enumerate(panel.names):
        rows = panel.rows(series)
        given = np.ones(1, np.int64) if panel.given is None else panel.given[rows]
        drawn = int((known.observed[rows] & ~panel.observed[rows]).sum())
        for count, message, code in (
            (int((given == 0).sum()), "rows put in where steps were missing", "W211"),
            (int((given - 1)[given > 1].sum()), "rows too many where a time stamp stood twice, made one", "W212"),
            (drawn, "missing values drawn between the values on both sides", "W213"),
        ):
            if count:
                found.append(Notice(name, message, count, code))
    return found
