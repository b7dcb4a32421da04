"""The same work in other libraries, each in a process of its own, in turn with ours."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch

from sections.environment import python
from sections.pages import Row
from sections.turns import in_turn, milliseconds, ratio
from sections.workload import Fit, fitted, steps_only, walks
from tsrnn_datasets import load

PREDICTIONS_A_TURN = 20  # of either, one after the other, as a service gives them: the first finds the caches cold
FEW, MANY = 20, 120  # steps of the two fits whose difference is the cost of a step

# library, data, cell, the least ratio that is required of us and the one aimed at; nothing is required of the rest
FITS: tuple[tuple[str, str, str, str], ...] = (
    ("neuralforecast", "panel", "gru", "8, 13"),
    ("neuralforecast", "panel", "lstm", "4, 6.5"),
    ("darts", "etth1", "gru", "6, 8"),
    ("darts", "etth1", "lstm", ""),
    ("gluonts", "panel", "lstm", ""),
)
PREDICTIONS: tuple[tuple[str, str, str], ...] = (
    ("neuralforecast", "etth1", "10, 40"),
    ("darts", "etth1", "10, 40"),
    ("gluonts", "etth1", "10, 40"),
    ("neuralforecast", "panel", ""),
    ("darts", "panel", ""),
)


@dataclass(frozen=True)
class Peer:
    """A library at work in its own process."""

    process: subprocess.Popen[str]

    def seconds(self, **task: object) -> float:
        """How long one task took, by the peer's own clock."""
        if self.process.stdin is None or self.process.stdout is None:
            raise RuntimeError("the peer was started without pipes")
        self.process.stdin.write(json.dumps(task) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise SystemExit(f"the peer stopped; it was asked for {task}, and what it said stands above")
        return float(json.loads(answer))


def rows(quick: bool) -> list[Row]:
    """A row a fit: milliseconds a step, from the difference of two fits, and what a fit costs beside its steps."""
    frames = data()
    found: list[Row] = []
    for library, name, cell, goal in FITS:
        with started(library, {name: frames[name]}) as peer:
            pairs = in_turn(_their_fit(peer, name, cell), _our_fit(frames[name], cell), 1 if quick else 5)
        theirs, ours = [fit for fit, _ in pairs], [fit for _, fit in pairs]
        compared = ratio([fit.step for fit in theirs], [fit.step for fit in ours])
        found.append(
            {
                "peer": library,
                "data": name,
                "cell": cell,
                "peer, ms a step": statistics.median(fit.step for fit in theirs),
                "tsrnn, ms a step": statistics.median(fit.step for fit in ours),
                "peer / tsrnn": round(compared.median, 1),
                "lowest to highest": compared.spread,
                "required, aim": goal,
                "peer's set-up, s": statistics.median(fit.setup for fit in theirs),
                "tsrnn's set-up, s": statistics.median(fit.setup for fit in ours),
            }
        )
        print(f"peers: {library} {name} {cell}: {compared.median:.1f}", file=sys.stderr)
    return found


def prediction_rows(quick: bool) -> list[Row]:
    """A row a peer: `predict` of the LSTM, after a fit of a few steps, on one series and on 500."""
    frames = data()
    found: list[Row] = []
    for library, name, goal in PREDICTIONS:
        frame = frames[name]
        own = frame if frame.shape[1] > 1 else frame.iloc[:, 0]  # each library as its users would give one series
        model = fitted("lstm", own, steps_only(1, 2))
        with started(library, {name: frame}) as peer:
            peer.seconds(do="fit", data=name, cell="lstm", steps=2)
            pairs = in_turn(_their_predict(peer), milliseconds(model.predict, PREDICTIONS_A_TURN), 3 if quick else 9)
        theirs, ours = zip(*pairs, strict=True)
        compared = ratio(theirs, ours)
        found.append(
            {
                "peer": library,
                "series": frame.shape[1],
                "peer, ms": statistics.median(theirs),
                "tsrnn, ms": statistics.median(ours),
                "peer / tsrnn": round(compared.median, 1),
                "lowest to highest": compared.spread,
                "required, aim": goal,
            }
        )
    return found


def data() -> dict[str, pd.DataFrame]:
    """500 walks of 1,000 rows, and the oil temperature of the first transformer of ETT (17,420 rows)."""
    return {"panel": walks(500, 1000), "etth1": load("etth1")[["OT"]]}


@contextmanager
def started(library: str, frames: dict[str, pd.DataFrame]) -> Iterator[Peer]:
    """The library in its own process, in an empty folder, with these data."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.npz"
        arrays: dict[str, Any] = {name: frame.to_numpy() for name, frame in frames.items()}
        np.savez(path, **arrays)
        script = Path(__file__).with_name("peer.py")
        command = [str(python()), str(script), library, str(path), str(torch.get_num_threads())]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, cwd=folder, stdin=pipe, stdout=pipe, text=True) as process:
            try:
                yield Peer(process)
            finally:
                process.kill()


def _difference(seconds: Callable[[int], float]) -> Fit:
    """A step's cost without what a fit costs anyway, and that."""
    few, many = seconds(FEW), seconds(MANY)
    step = (many - few) / (MANY - FEW)
    return Fit(1000 * step, few - FEW * step)


def _their_fit(peer: Peer, name: str, cell: str) -> Callable[[], Fit]:
    return lambda: _difference(lambda steps: peer.seconds(do="fit", data=name, cell=cell, steps=steps))


def _our_fit(frame: pd.DataFrame, cell: str) -> Callable[[], Fit]:
    def seconds(steps: int) -> float:
        start = time.perf_counter()
        fitted(cell, frame, steps_only(1, steps))
        return time.perf_counter() - start

    return lambda: _difference(seconds)


def _their_predict(peer: Peer) -> Callable[[], float]:
    return lambda: 1000 * peer.seconds(do="predict", times=PREDICTIONS_A_TURN) / PREDICTIONS_A_TURN
