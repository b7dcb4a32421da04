"""Processes killed at any moment: what they had written can be read, and what they had learned is not lost.

    python benchmarks/kills.py [--kills 200]

A third of the kills (SIGKILL, after a random delay) hits a process that saves two models in turn into one folder, a
third one that trains with checkpoints, a third one that backtests with checkpoints. After each kill the saved model
must load and be one of the two. The training and the backtest are started again, with `resume=True`, until they end,
and must end with the same bits as one that nobody killed.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from tsrnn.backtesting import backtest
from tsrnn.forecasters.naive import NaiveForecaster
from tsrnn.forecasters.recurrent import GRUForecaster
from tsrnn.saving import load
from tsrnn.training import Training

_PROCESSES = multiprocessing.get_context("fork")  # nothing has to be imported again; torch has one thread here


def rows() -> pd.Series:
    """Ten days of hours with a daily wave."""
    hours = pd.date_range("2024-01-01", periods=240, freq="h")
    return pd.Series(np.sin(np.arange(240) * np.pi / 12.0) + np.arange(240) / 100.0, hours, name="load")


def model(folder: Path) -> GRUForecaster:
    """A network that trains for some seconds."""
    training = Training(12, 16, 15, patience=12, average=0.9, checkpoint=str(folder), resume=True)
    return GRUForecaster(6, 24, hidden_size=8, training=training)


def save_for_ever(folder: Path) -> None:
    """One of two models, then the other, …"""
    models = [NaiveForecaster(horizon).fit(rows()) for horizon in (3, 7)]
    while True:
        for one in models:
            one.save(folder / "model")


def train(folder: Path) -> None:
    """Trains and writes the forecast down."""
    _answer(folder, model(folder / "kept").fit(rows()).predict().to_csv())


def judge(folder: Path) -> None:
    """Backtests and writes the rows down."""
    result = backtest([model(folder / "kept")], rows(), horizon=6, folds=3, levels=())
    _answer(folder, result.rows.to_csv())


def _answer(folder: Path, text: str) -> None:
    (folder / "half").write_text(text)
    (folder / "half").rename(folder / "answer")


def killed(task: Callable[[Path], None], folder: Path, delay: float) -> None:
    """Runs a task in a process of its own, for so many seconds at most."""
    process = _PROCESSES.Process(target=task, args=(folder,))
    process.start()
    process.join(delay)
    process.kill()
    process.join()


def saved(folder: Path, kills: int, chance: random.Random) -> str:
    """Kills while a model is saved; what was found, an error where that was none of the two."""
    found = {3: 0, 7: 0}
    NaiveForecaster(3).fit(rows()).save(folder / "model")  # and imports what saving needs, once
    for _ in range(kills):
        killed(save_for_ever, folder, chance.uniform(0.01, 0.4))
        found[load(folder / "model").horizon] += 1
    return f"{sum(found.values())} folders read ({found[3]} of one model, {found[7]} of the other)"


def resumed(task: Callable[[Path], None], folder: Path, kills: int, chance: random.Random) -> str:
    """Kills of one task, which begins anew in a fresh folder whenever it has ended; its answers must all be alike."""
    ended = 0
    whole = folder / "whole"
    whole.mkdir()
    task(whole)
    wanted = (whole / "answer").read_text()
    for number in range(kills):
        folders = folder / str(ended)
        folders.mkdir(exist_ok=True)
        killed(task, folders, chance.uniform(0.05, 1.0) if number < kills - 1 else 1e6)
        if (folders / "answer").exists():
            if (folders / "answer").read_text() != wanted:
                raise SystemExit(f"{task.__name__}: after kill {number} the answer is another: {folders}")
            ended += 1
    return f"{ended} ended, all with the same bits"


def main() -> None:
    """Kills, and says what was left."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    torch.set_num_threads(1)
    chance, each = random.Random(options.seed), -(-options.kills // 3)
    with tempfile.TemporaryDirectory() as name:
        for task in (save_for_ever, train, judge):
            folder = Path(name) / task.__name__
            folder.mkdir()
            found = saved(folder, each, chance) if task is save_for_ever else resumed(task, folder, each, chance)
            print(f"{task.__name__}: {each} kills, {found}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
