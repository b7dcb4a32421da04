"""Phases: the place of a row in a cycle by its time stamp alone, so that it is the same in whatever rows it stands."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import numpy as np
import pandas as pd
import torch
from pandas.tseries.offsets import BusinessDay, Day, Tick, Week

from tsrnn.calendar import sessions
from tsrnn.errors import SettingError, ShortSeriesError
from tsrnn.forecasters.inputs import Inputs
from tsrnn.frequency import Frequency
from tsrnn.nn.cycle import Cycle
from tsrnn.panel import Counts, Panel

_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_FIRST = np.datetime64("0001-01-01", "D")  # a Monday before all stamps, so that business days are counted one way


def places(times: pd.Index, frequency: Frequency) -> Counts:
    """The number of each row among all steps of its frequency, `(row,)`, whichever of them are there.

    Stamps are counted on the wall clock, so that eight in the morning has one place in a day of either season; business
    days by weekdays, whatever holidays there are. Raises SettingError for a frequency that is not counted.

    >>> places(pd.DatetimeIndex(["1970-01-01 05:00", "1970-01-02 00:00"]), Frequency("stamps", "h")).tolist()
    [5, 24]
    """
    if frequency.kind == "steps":
        return np.asarray(times.to_numpy(np.int64) // int(frequency.alias))
    if frequency.kind == "periods":
        return np.asarray(cast("pd.PeriodIndex", times).asi8 // frequency.offset.n)
    wall, offset = cast("pd.DatetimeIndex", times).tz_localize(None), frequency.offset
    if isinstance(offset, Tick) and not isinstance(offset, Day):
        step = np.timedelta64(offset.nanos, "ns").astype(f"m8[{wall.unit}]").astype(np.int64)
        return np.asarray(wall.asi8 // step)
    days = wall.to_numpy().astype("M8[D]")
    if isinstance(offset, (Day, Week)):
        return np.asarray(days.astype(np.int64) // (7 * offset.n if isinstance(offset, Week) else offset.n))
    if isinstance(offset, BusinessDay):
        mask = sessions(frequency.exchange).weekdays if frequency.exchange else "Mon Tue Wed Thu Fri"
        return np.asarray(np.busday_count(_FIRST, days, weekmask=mask) // offset.n)
    months = _MONTHS.get(frequency.unit) or _number(frequency.unit)
    if months is None:
        raise SettingError(
            f"Cycle() knows no place in a cycle for rows one {frequency.words} apart; bring them to another frequency "
            "or leave Cycle() out"
        )
    return np.asarray(days.astype("M8[M]").astype(np.int64) // months)


def placed(inputs: Inputs, panel: Panel) -> Inputs:
    """The inputs made of a panel, with the places of its rows."""
    found = torch.from_numpy(places(panel.times, panel.layout.frequency))
    return replace(inputs, places=found.to(inputs.rows.device))


def _number(unit: str) -> int | None:
    """6 for `"6 months"`."""
    count, _, what = unit.partition(" ")
    return int(count) if what == "months" else None


def refuse_unlearned(panel: Panel, starts: Counts, rows: int, cycle: Cycle) -> None:
    """ShortSeriesError where training windows of so many rows, in order at `starts`, do not cover a whole cycle.

    Of a cycle that is shared the longest series is to cover it, else every series is.
    """
    first = np.searchsorted(starts, panel.offsets[:-1])
    last = np.searchsorted(starts, panel.offsets[1:]) - 1
    covered = starts[last] + rows - starts[first]
    series = int(covered.argmax() if cycle.shared else covered.argmin())
    if covered[series] < cycle.period:
        ways = "give a longer series or a shorter period" + ("" if cycle.shared else ", or Cycle(…, shared=True)")
        raise ShortSeriesError(
            f"series {panel.names[series]!r} has {covered[series]} rows to learn from, less than one cycle of "
            f"{cycle.period} (Cycle); {ways}",
            series=panel.names[series],
        )
