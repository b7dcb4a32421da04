"""Cutoffs: how many rows of each series are known where stamps, or the splits of another library, say so."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from itertools import pairwise
from typing import Any, cast

import numpy as np
import pandas as pd

from tsrnn.errors import DataError, SettingError, ShortSeriesError
from tsrnn.panel import Counts, Panel

# The rows of each series that one fold knows: from `starts (series,)` to before `stops (series,)`.
Known = tuple[Counts, Counts]


def at_cutoffs(panel: Panel, cutoffs: Sequence[Any] | Mapping[Hashable, Sequence[Any]], reach: int) -> list[Counts]:
    """For each cutoff, oldest first, how many rows of each series it makes known, `(series,)`.

    `cutoffs`: stamps that hold for every series, or a mapping from each series to its own. A series must have a row up
    to each of them and `reach` rows after it. Raises SettingError and ShortSeriesError naming series and cutoff.
    """
    shared = not isinstance(cutoffs, Mapping)
    if not shared:
        _check_names(panel, cast("Mapping[Hashable, Sequence[Any]]", cutoffs))
    stops = []
    for series, name in enumerate(panel.names):
        own = cutoffs if shared else cast("Mapping[Hashable, Sequence[Any]]", cutoffs)[name]
        stops.append(_known_at(panel, series, own, reach, "" if shared else f" of series {name!r}"))
    counts = {name: len(stop) for name, stop in zip(panel.names, stops, strict=True)}
    if len(set(counts.values())) > 1:
        low, high = min(counts, key=lambda name: counts[name]), max(counts, key=lambda name: counts[name])
        raise SettingError(
            f"cutoffs has {counts[low]} for series {low!r} and {counts[high]} for {high!r}; give as many for each"
        )
    return list(np.array(stops, np.int64).T)


def _check_names(panel: Panel, cutoffs: Mapping[Hashable, Sequence[Any]]) -> None:
    absent = [name for name in panel.names if name not in cutoffs]
    if absent:
        raise SettingError(
            f"cutoffs has none for {len(absent)} series, the first {absent[0]!r}; give each series its own"
        )
    unknown = [name for name in cutoffs if name not in panel.names]
    if unknown:
        raise SettingError(f"cutoffs has {unknown[0]!r}, which is no series of the data; leave it out")


def _known_at(panel: Panel, series: int, cutoffs: Any, reach: int, whose: str) -> list[int]:
    """Rows of one series up to each cutoff; refused where one has none before, or too few after."""
    if (
        isinstance(cutoffs, str)
        or not isinstance(cutoffs, (Sequence, pd.Index, pd.Series, np.ndarray))
        or not len(cutoffs)
    ):
        raise SettingError(f"cutoffs{whose} is a list of stamps, such as ['2024-01-31', '2024-02-29']; got {cutoffs!r}")
    times, name = panel.times[panel.rows(series)], panel.names[series]
    stops = [(_rows_up_to(times, cutoff), cutoff) for cutoff in cutoffs]
    for stop, cutoff in stops:
        if stop == 0:
            raise ShortSeriesError(
                f"series {name!r} begins at {times[0]}, after the cutoff {cutoff}; give later cutoffs, leave the "
                "series out, or give each series its own cutoffs={series: [stamps]}",
                series=name,
                time=cutoff,
            )
        if len(times) - stop < reach:
            raise ShortSeriesError(
                f"series {name!r} ends at {times[-1]}, {len(times) - stop} rows after the cutoff {cutoff}, but gap and "
                f"horizon take {reach}; give earlier cutoffs, leave the series out, or give each series its own "
                "cutoffs={series: [stamps]}",
                series=name,
                time=cutoff,
            )
    for (earlier, first), (later, second) in pairwise(stops):
        if earlier >= later:
            raise SettingError(
                f"cutoffs{whose} {first} and {second} leave {earlier} and {later} rows of series {name!r} known; give "
                "them oldest first, and at least one row apart"
            )
    return [stop for stop, _ in stops]


def _rows_up_to(times: pd.Index, cutoff: Any) -> int:
    """How many stamps lie at or before a cutoff given as anything that pandas reads as a stamp of that kind."""
    try:
        stamp: Any
        if isinstance(times, pd.PeriodIndex):
            stamp = cutoff if isinstance(cutoff, pd.Period) else pd.Period(cutoff, freq=cast("Any", times.freq))
        elif isinstance(times, pd.DatetimeIndex):
            stamp = pd.Timestamp(cutoff)
            if times.tz is not None and stamp.tz is None:
                stamp = stamp.tz_localize(times.tz)
        elif isinstance(cutoff, (int, np.integer, str)) and not isinstance(cutoff, bool):
            stamp = int(cutoff)
        else:
            raise TypeError("rows are counted by whole numbers")
        return int((times <= stamp).sum())
    except (TypeError, ValueError) as problem:
        raise SettingError(
            f"the cutoff {cutoff!r} is no stamp like those of the data, such as {times[0]!r}: {problem}"
        ) from problem


def split_by(splitter: Any, panel: Panel, horizon: int) -> tuple[int, list[Known]]:
    """The gap and the folds of a splitter such as scikit-learn's TimeSeriesSplit, applied to the rows of each series.

    Rows are known that it learns from, forecasts begin where the rows that it tests do; it may test more rows than the
    horizon. Raises SettingError where it learns from rows after those it tests.
    """
    cache: dict[int, list[tuple[int, int, int]]] = {}
    parts = []
    for name, length in zip(panel.names, panel.lengths.tolist(), strict=True):
        if length not in cache:
            cache[length] = _parts(splitter, length, name, horizon)
        parts.append(cache[length])
    if len({len(part) for part in parts}) > 1:
        raise SettingError(
            f"{splitter} makes as many folds of a series as its length allows; give one that makes as many of each"
        )
    table = np.array(parts, np.int64)  # (series, fold, start | stop | first judged)
    gaps = np.unique(table[:, :, 2] - table[:, :, 1])
    if len(gaps) > 1:
        raise SettingError(f"{splitter} leaves gaps of {gaps.tolist()} rows; give one that leaves the same everywhere")
    if (np.diff(table[:, :, 1], axis=1) < 1).any():
        raise SettingError(
            f"the folds of {splitter} are not oldest first; give one whose folds move on, as TimeSeriesSplit"
        )
    return int(gaps[0]), [(table[:, fold, 0], table[:, fold, 1]) for fold in range(table.shape[1])]


def _parts(splitter: Any, length: int, name: Hashable, horizon: int) -> list[tuple[int, int, int]]:
    """For each fold of one series: the first known row, the one after the last known, and the first judged."""
    try:
        pairs = [(np.asarray(train), np.asarray(test)) for train, test in splitter.split(np.zeros((length, 1)))]
    except ValueError as problem:
        raise ShortSeriesError(f"series {name!r} has {length} rows: {problem}", series=name) from problem
    for train, test in pairs:
        if not (_in_a_row(train) and _in_a_row(test) and train[-1] < test[0]):
            raise SettingError(
                f"{splitter} learns from rows that are not all before those it tests; give one that keeps the order of "
                "time, such as TimeSeriesSplit"
            )
        if len(test) < horizon:
            raise SettingError(
                f"{splitter} tests {len(test)} rows of series {name!r}, but the horizon is {horizon}; give "
                f"test_size={horizon}"
            )
    if not pairs:
        raise DataError(f"{splitter} makes no fold of series {name!r}, which has {length} rows", series=name)
    return [(int(train[0]), int(train[-1]) + 1, int(test[0])) for train, test in pairs]


def _in_a_row(rows: Counts) -> bool:
    return len(rows) > 0 and bool(np.array_equal(rows, np.arange(rows[0], rows[0] + len(rows))))
