"""Saved models that were damaged or edited: refused, or the same to the last bit, at once, and no code in them is run.

    python benchmarks/damage.py [--harms 10000]

Each harm befalls a fresh copy of a saved model. An accident must end in a ModelFileError of one line, or in a model
that forecasts the same bits. So must an edit whose checksums were made right, unless what was edited is a model, too:
checksums tell damage from health, not who wrote a file. Such a model must forecast, or refuse in one of our errors.
Whatever else comes of it is counted as wrong, and so is what takes more than a second or memory without end.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import resource
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch

from harms.accidents import ACCIDENTS, Harm
from harms.edits import EDITS, MARKER
from tsrnn.errors import ModelFileError, TsrnnError
from tsrnn.forecasters.arima import ARIMAForecaster
from tsrnn.forecasters.ensemble import EnsembleForecaster
from tsrnn.forecasters.naive import DriftForecaster, NaiveForecaster
from tsrnn.forecasters.protocol import PanelForecaster
from tsrnn.forecasters.recurrent import GRUForecaster
from tsrnn.saving import load
from tsrnn.training import Training

SLOW = 1.0  # seconds
MEMORY = 4 * 2**30  # bytes, beyond what the process has at the start
REFUSED, SAME, OTHER, WRONG = "refused", "same", "another model", "wrong"
_PROCESSES = multiprocessing.get_context("fork")


def rows() -> pd.Series:
    """Four days of hours with a daily wave."""
    hours = pd.date_range("2024-01-01", periods=96, freq="h")
    return pd.Series(np.sin(np.arange(96) * np.pi / 12.0) + np.arange(96) / 100.0, hours, name="load")


def models() -> dict[str, PanelForecaster]:
    """One of each kind of file: few numbers, many, and models inside a model."""
    quick = Training(epochs=1, steps_per_epoch=1, batch_size=8)
    return {
        "naive": NaiveForecaster(4),
        "gru": GRUForecaster(4, 12, hidden_size=8, training=quick),
        "arima": ARIMAForecaster(4, order=(1, 0, 0)),
        "ensemble": EnsembleForecaster((NaiveForecaster(4), DriftForecaster(4))),
    }


def saved(place: Path) -> dict[Path, Any]:
    """The models as folders below `place`, with what each forecasts."""
    folders = {place / "models" / name: model.fit(rows()) for name, model in models().items()}
    return {model.save(folder): model.predict() for folder, model in folders.items()}


def outcome(folder: Path, wanted: Any, harm: Harm, chance: random.Random) -> tuple[str, str]:
    """What came of one harm to a copy of a saved model, and in words what was wrong about it."""
    copied = folder.parent.with_name("copy")
    shutil.rmtree(copied, ignore_errors=True)
    shutil.copytree(folder, copied)
    harm(copied, chance)
    began = time.process_time()  # not what others do meanwhile; who waits for ever is noticed by `harmed`
    found, words = _loaded(copied, wanted, edited=harm in EDITS)
    seconds = time.process_time() - began
    if seconds > SLOW:
        return WRONG, f"{found} after {seconds:.1f} s {words}"
    if Path(MARKER).exists():
        return WRONG, "code was run"
    return found, words


def _loaded(folder: Path, wanted: Any, *, edited: bool) -> tuple[str, str]:
    try:
        model = load(folder)
    except ModelFileError as problem:
        return (WRONG, f"more than a line: {problem}") if "\n" in str(problem) else (REFUSED, "")
    except BaseException as problem:
        return WRONG, f"load: {type(problem).__name__}: {problem}"
    try:
        if model.predict().equals(wanted):
            return SAME, ""
    except TsrnnError:
        return (OTHER, "") if edited else (WRONG, "loaded, and then refused to forecast")
    except BaseException as problem:
        return WRONG, f"predict: {type(problem).__name__}: {problem}"
    return (OTHER, "") if edited else (WRONG, "another forecast in silence")


def _limit_memory() -> None:
    size = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    resource.setrlimit(resource.RLIMIT_AS, (size + MEMORY, size + MEMORY))


def _work(place: Path, harms: Sequence[Harm], numbers: range, seed: int, answers: Any) -> None:
    """The harms of these numbers, in a process that may run out of memory or time without harm to others."""
    _limit_memory()
    os.chdir(place)
    chance = random.Random(f"{seed} {numbers}")
    wanted = saved(place)
    for number in numbers:
        harm, folder = harms[number % len(harms)], chance.choice(sorted(wanted))
        answers.put((harm.__name__, folder.name, *outcome(folder, wanted[folder], harm, chance)))
    answers.put(None)


def harmed(place: Path, harms: Sequence[Harm], number: int, seed: int = 0) -> list[tuple[str, str, str, str]]:
    """So many harms: what each is called, which model it befell, what came of it, and what was wrong about it."""
    answers: Any = _PROCESSES.Queue()
    worker = _PROCESSES.Process(target=_work, args=(place, harms, range(number), seed, answers))
    worker.start()
    found = list(iter(lambda: answers.get(timeout=60), None))  # raises queue.Empty where a harm killed the worker
    worker.join()
    return found


def main() -> None:
    """Harms, and a table of what came of them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--harms", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    torch.set_num_threads(1)
    harms = (*ACCIDENTS, *EDITS)
    with tempfile.TemporaryDirectory() as name:
        found = harmed(Path(name), harms, options.harms, options.seed)
    counts = Counter((harm, outcome) for harm, _, outcome, _ in found)
    print(f"| harm | {REFUSED} | {SAME} | {OTHER} | {WRONG} |\n|---|---:|---:|---:|---:|")
    for harm in harms:
        print(f"| {(harm.__doc__ or '').rstrip('.')} | {_row(counts, harm.__name__)} |")
    totals = Counter(outcome for _, _, outcome, _ in found)
    print(f"| all {len(found):,} | {' | '.join(f'{totals[kind]:,}' for kind in (REFUSED, SAME, OTHER, WRONG))} |")
    for harm, model, outcome, words in found:
        if outcome == WRONG:
            print(f"{model}, {harm}: {words[:300]}")


def _row(counts: Counter[tuple[str, str]], harm: str) -> str:
    return " | ".join(str(counts[harm, kind]) for kind in (REFUSED, SAME, OTHER, WRONG))


if __name__ == "__main__":
    sys.exit(main())
