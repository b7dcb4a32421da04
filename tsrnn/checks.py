"""The checks that every panel passes: no stamp twice, no gap, one step everywhere, something observed."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import pandas as pd

from tsrnn.columns import Repairs
from tsrnn.errors import DuplicateError, FrequencyError, GapError, MissingValueError
from tsrnn.frequency import Frequency, infer
from tsrnn.panel import Counts, Panel


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
    clock = (
        isinstance(times, pd.DatetimeIndex)
        and times.tz is None
        and times[row].month in (9, 10, 11)
        and times[row].hour < 4
    )
    hint = (
        "; if these are local times across a clock change, localize them: tz_localize(zone, ambiguous='infer')"
        if clock
        else ""
    )
    raise DuplicateError(
        f"series {series!r}: time stamp {times[row]} stands twice, in rows {origin[row]} and {origin[row + 1]} "
        f"({int(same.sum())} repeated in all); keep one row a step, for example with groupby(…).mean(){hint}",
        series=series,
        time=times[row],
    )


def checked_frequency(
    times: pd.Index, offsets: Counts, names: tuple[Hashable, ...], data: pd.Series | pd.DataFrame
) -> Frequency:
    """The frequency that the longest series shows, checked against all of them."""
    longest = int(np.argmax(np.diff(offsets)))
    own = times[offsets[longest] : offsets[longest + 1]]
    same_axis = len(own) == len(data)
    given = data.index if same_axis else None
    forward = isinstance(given, pd.DatetimeIndex) and given.freq is not None and given.freq.n > 0
    frequency = infer(given if given is not None and forward else own, names[longest])
    strides = frequency.strides(times)
    inside = np.ones(len(strides), bool)
    inside[offsets[1:-1] - 1] = False
    wrong = inside & (strides != 1)
    if not wrong.any():
        return frequency
    row = int(np.flatnonzero(wrong)[0])
    series = names[int(np.searchsorted(offsets, row, side="right")) - 1]
    if strides[row] < 1:
        raise FrequencyError(
            f"series {series!r}: one step is a {frequency.words}, but {times[row + 1]} follows {times[row]}; "
            "resample the rows to one frequency",
            series=series,
            time=times[row + 1],
        )
    raise GapError(
        f"series {series!r}: {strides[row] - 1} steps are missing between {times[row]} and {times[row + 1]} "
        f"(one step is a {frequency.words}; {int(wrong.sum())} gaps in all); give a row for every step, with NaN where "
        f"nothing was observed, for example by .asfreq({frequency.alias!r})",
        series=series,
        time=times[row],
    )


def check_observed(panel: Panel, repairs: Repairs) -> None:
    """MissingValueError for a series without any value, or with a missing one where that is refused."""
    for series, name in enumerate(panel.names):
        seen = panel.observed[panel.rows(series)]
        if not seen.any(axis=0).all():
            raise MissingValueError(
                f"series {name!r} has no observed value in {len(seen)} rows; leave it out or fill it in", series=name
            )
        if repairs.missing == "error" and not seen.all():
            stamps = panel.times[panel.rows(series)][np.flatnonzero(~seen.all(axis=1))]
            raise MissingValueError(
                f"series {name!r}: {len(stamps)} of {len(seen)} values are missing, the first at {stamps[0]}; "
                "fill them in, or allow Repairs(missing='mask')",
                series=name,
                time=stamps[0],
            )
