"""Noise with memory: the first-order autoregression every simulation here uses."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def remembering(rng: np.random.Generator, rows: int, memory: float, deviation: float) -> NDArray[np.float64]:
    """An AR(1) of that many rows: x[t] = memory * x[t-1] + e[t], started and kept at the standard deviation given."""
    shocks = rng.standard_normal(rows)
    scale = float(np.sqrt(1.0 - memory**2))
    values = np.empty(rows)
    last = float(shocks[0])
    values[0] = last
    for row in range(1, rows):
        last = memory * last + scale * float(shocks[row])
        values[row] = last
    return deviation * values
