"""A sensor that drifts, fails and falls silent a known number of times, each fault marked."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tsrnn_datasets.simulate.memory import remembering

ROWS = 4320  # 30 days of 10 minutes
SPIKE, STUCK, OFFSET = 1, 2, 3
# (fault code, rows it lasts); code -1 is a gap. Every series has exactly these, in an order and at places of its own.
EVENTS = (
    (SPIKE, 1),
    (SPIKE, 1),
    (SPIKE, 1),
    (STUCK, 24),
    (STUCK, 36),
    (OFFSET, 72),
    (-1, 3),
    (-1, 6),
    (-1, 18),
    (-1, 36),
)
FAULTS = sum(code > 0 for code, _ in EVENTS)
GAPS = sum(code < 0 for code, _ in EVENTS)
ROWS_IN_GAPS = sum(rows for code, rows in EVENTS if code < 0)


def draw(own: np.random.Generator, shared: np.random.Generator) -> pd.DataFrame:
    """One sensor: columns `reading` (NaN in a gap) and `fault` (0 none, 1 spike, 2 stuck, 3 offset)."""
    times = pd.date_range("2023-03-01", periods=ROWS, freq="10min")
    step = np.arange(ROWS, dtype="float64")
    level, swing = own.uniform(40.0, 60.0), own.uniform(3.0, 6.0)
    drift = own.choice([-1.0, 1.0]) * own.uniform(4.0, 8.0) * step / ROWS  # from nothing to its full size at the end
    day = swing * np.sin(2.0 * np.pi * (step / 144.0 + own.uniform()))
    reading = level + day + drift + remembering(own, ROWS, 0.8, 0.6)
    fault = np.zeros(ROWS, dtype="int64")
    slot = ROWS // len(EVENTS)  # one event in each tenth of the time, so that none meets another
    for place, event in enumerate(own.permutation(len(EVENTS)).tolist()):
        code, rows = EVENTS[event]
        begin = place * slot + int(own.integers(12, slot - rows - 12))
        span = slice(begin, begin + rows)
        sign = float(own.choice([-1.0, 1.0]))
        if code == SPIKE:
            reading[span] += 15.0 * sign
        elif code == STUCK:
            reading[span] = reading[begin]
        elif code == OFFSET:
            reading[span] += 8.0 * sign
        else:
            reading[span] = np.nan
        fault[span] = max(code, 0)
    return pd.DataFrame({"reading": np.round(reading, 2), "fault": fault}, index=times)
