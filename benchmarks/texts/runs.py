"""Runs of the cells: what a seed gave, the file that keeps it, and the table made of all that are kept."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from sections.pages import Row


class Run(NamedTuple):
    """What one seed gave: figures by name, seconds, and how the figures were computed where that has a name."""

    figures: dict[str, float]
    fit_seconds: float
    answer_seconds: float
    signature: str = ""
    processor_seconds: float | None = None


@dataclass(frozen=True)
class Cell:
    """What is measured, and by whom it is done, given a seed and whether the run is a quick one."""

    title: str
    run: Callable[[int, bool], Run]


Kept = dict[str, dict[str, Run]]  # by cell, and then by seed


def read(path: Path | None) -> Kept:
    """What the file holds; nothing where there is none."""
    if path is None or not path.exists():
        return {}
    kept = json.loads(path.read_text(encoding="utf-8"))
    return {cell: {seed: Run(**run) for seed, run in runs.items()} for cell, runs in kept.items()}


def write(kept: Kept, path: Path) -> None:
    """All of it, so that other seeds can be added another day."""
    plain = {cell: {seed: run._asdict() for seed, run in sorted(runs.items())} for cell, runs in kept.items()}
    path.write_text(json.dumps(plain, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def judge(cell: Cell, seed: int, quick: bool) -> Run:
    """One run, and what it cost all processors together."""
    began = time.process_time()
    run = cell.run(seed, quick)
    return run._replace(processor_seconds=time.process_time() - began)


def rows(title: str, runs: Mapping[str, Run]) -> list[Row]:
    """A row for each figure of a cell; seconds are means over the seeds, of fitting and answering together."""
    names = next(iter(runs.values())).figures
    wall = statistics.mean(run.fit_seconds + run.answer_seconds for run in runs.values())
    spent = [run.processor_seconds for run in runs.values() if run.processor_seconds is not None]
    return [
        {
            "cell": title,
            "figure": name,
            "seeds": str(len(runs)),
            "found": spread([run.figures[name] for run in runs.values()]),
            "seconds": round(wall),
            "of processors": f"{statistics.mean(spent):,.0f}" if spent else "-",
        }
        for name in names
    ]


def spread(values: list[float]) -> str:
    """Mean ± standard deviation, the mean alone for one value.

    >>> spread([2.0, 4.0]), spread([1.5])
    ('3.00 ± 1.41', '1.500')
    """
    places = 3 if abs(values[0]) < 2 else 2  # nats have three digits that matter, per cent two
    mean = f"{statistics.mean(values):.{places}f}"
    return mean if len(values) == 1 else f"{mean} ± {statistics.stdev(values):.{places}f}"
