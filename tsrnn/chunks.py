"""Chunks: a part of a panel's series judged by themselves, where a model learns each series alone, and put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd

from tsrnn.runs import NO_INTERVALS, Run, Task
from tsrnn.splits import Fold


def cut(task: Task, parts: int) -> list[Task]:
    """The task as up to `parts` tasks of neighbouring series; one where its model learns from all series together.

    A model says by `by_series` that it learns each series alone; only then are the rows the same bit by bit. Not so
    with categories, which are counted over all series.
    """
    count, categories = len(task.panel.names), task.columns is not None and task.columns.categorical
    if parts < 2 or count < 2 or categories or not getattr(task.model, "by_series", False):
        return [task]
    ends = np.linspace(0, count, min(parts, count) + 1).astype(int).tolist()
    return [_part(task, first, last) for first, last in pairwise(ends)]


def _part(task: Task, first: int, last: int) -> Task:
    others = np.ones(len(task.panel.names), bool)
    others[first:last] = False
    folds = tuple(Fold(fold.starts[first:last], fold.stops[first:last]) for fold in task.folds)
    return replace(task, panel=task.panel.without(others), folds=folds)


def joined(parts: Sequence[list[Run]]) -> list[Run]:
    """The runs of a task's parts, each the same folds of other series, as those of the task itself."""
    return [_one(runs) for runs in zip(*parts, strict=True)] if len(parts) > 1 else parts[0]


def _one(runs: tuple[Run, ...]) -> Run:
    """One model at one cutoff: rows and notices in the order of series, seconds added up."""
    first = runs[0]
    rows = pd.concat([run.rows for run in runs], ignore_index=True)
    seconds = {name: sum(run.timing[name] for run in runs) for name in ("fit_seconds", "predict_seconds")}
    told = [notice | {"cutoff": first.timing["cutoff"]} for run in runs for notice in run.notices]
    bare = next((notice for notice in told if str(notice["message"]).startswith(NO_INTERVALS)), None)
    if bare is not None:  # where a series has no intervals the whole model has none
        bounds = [name for name in rows.columns if str(name).startswith(("lo-", "hi-"))]
        rows[bounds] = np.nan
        told = [bare, *(notice for notice in told if not str(notice["message"]).startswith(NO_INTERVALS))]
    return Run(rows, {**first.timing, **seconds}, told)
