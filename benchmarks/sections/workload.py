"""The work that is timed: random walks, one forecaster of fixed sizes, and a head that notes when a step begins."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
import pandas as pd
from torch import Tensor

from tsrnn.forecasters.recurrent import GRUForecaster, LSTMForecaster
from tsrnn.nn.heads import Head, Point
from tsrnn.panel import Panel
from tsrnn.training import Training

LOOKBACK, HORIZON, HIDDEN, BATCH = 168, 24, 64, 32
KINDS = {"gru": GRUForecaster, "lstm": LSTMForecaster}

Data = pd.Series | pd.DataFrame | Panel


class Watched:
    """What `watched` gives."""

    def __init__(self, head: Head, see: Callable[[], object]) -> None:
        self.head, self.see = head, see

    def loss(self, raw: Tensor, actual: Tensor) -> Tensor:
        """As the head's."""
        self.see()
        return self.head.loss(raw, actual)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.head, name)


def watched(head: Head, see: Callable[[], object]) -> Head:
    """A head that does what `head` does and calls `see` at the loss of each step."""
    return cast("Head", Watched(head, see))


@dataclass
class Clock:
    """The times at which it was called."""

    times: list[float] = field(default_factory=list)

    def __call__(self) -> None:
        self.times.append(time.perf_counter())


@dataclass(frozen=True)
class Fit:
    """One fit: milliseconds a step, and seconds before the first step."""

    step: float
    setup: float


def walks(series: int, rows: int) -> pd.DataFrame:
    """Hourly random walks, a column each."""
    steps = np.random.default_rng(0).normal(size=(rows, series))
    index = pd.date_range("2024-01-01", periods=rows, freq="h")
    return pd.DataFrame(steps.cumsum(axis=0), index=index, columns=[f"series-{place}" for place in range(series)])


def fitted(cell: str, data: Data, training: Training, head: Head | None = None) -> GRUForecaster | LSTMForecaster:
    """A forecaster of the sizes above, by absolute error where no head is given."""
    model = KINDS[cell](HORIZON, LOOKBACK, hidden_size=HIDDEN, head=head or Point(), training=training)
    return model.fit(data)


def steps_only(epochs: int, steps: int, batch: int = BATCH) -> Training:
    """Training without validation: so many steps an epoch and nothing else."""
    return Training(epochs=epochs, steps_per_epoch=steps, batch_size=batch, validation=0.0)


def clocked(cell: str, data: Data, training: Training, head: Head | None = None) -> Fit:
    """The mean step of all epochs but the last, with what begins each of them (shuffling), and the set-up."""
    clock = Clock()
    start = time.perf_counter()
    fitted(cell, data, training, watched(head or Point(), clock))
    counted = (training.epochs - 1) * (training.steps_per_epoch or 0)
    took = clock.times[counted] - clock.times[0]
    return Fit(1000 * took / counted, clock.times[0] - start)
