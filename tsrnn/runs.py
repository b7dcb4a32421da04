"""Runs: fresh clones of a model trained and asked at the folds that share a fit, and their forecasts as tidy rows."""

from __future__ import annotations

import copy
import time
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import clone

from tsrnn.ahead import slice_ahead
from tsrnn.answer import parse
from tsrnn.columns import Columns, Repairs
from tsrnn.errors import DataError, SettingError, TsrnnError
from tsrnn.forecasters.protocol import Forecaster, PanelForecaster
from tsrnn.metrics import naive_scale
from tsrnn.notices import Notice
from tsrnn.panel import Forecast, Panel
from tsrnn.splits import Fold, Plan

NO_INTERVALS = "no intervals: "  # how the notice of a model begins that was judged without


@dataclass(frozen=True)
class Task:
    """One model and the folds, oldest first, that it is trained for once: before the first of them."""

    model: Forecaster
    panel: Panel
    columns: Columns | None
    repairs: Repairs | None
    plan: Plan
    folds: tuple[Fold, ...]


@dataclass(frozen=True)
class Run:
    """One model at one cutoff: its tidy rows, its seconds, and what it wants known."""

    rows: pd.DataFrame
    timing: dict[str, Any]
    notices: list[dict[str, object]]


def tasks(
    models: list[Forecaster],
    panel: Panel,
    columns: Columns | None,
    folds: list[Fold],
    *,
    plan: Plan,
    repairs: Repairs | None,
) -> list[Task]:
    """Every piece of work that needs no other: a model, and the folds between two of its trainings."""
    size = len(folds) if plan.refit is False else int(plan.refit)
    groups = [tuple(folds[start : start + size]) for start in range(0, len(folds), size)]
    # A worker is sent the settings, not what the model that was given may have learned.
    return [Task(model, panel, columns, repairs, plan, group) for model in map(fresh, models) for group in groups]


def run(task: Task) -> list[Run]:
    """The model at each of the task's cutoffs, oldest first."""
    fitted, runs, plan, name = None, [], task.plan, task.model.name
    for fold in task.folds:
        known = fold.known(task.panel)
        cutoff = known.times[known.offsets[1] - 1]
        try:
            began = time.perf_counter()
            if fitted is None:
                fitted = fresh(task.model).fit(known, task.columns, repairs=task.repairs)
            trained = time.perf_counter()
            forecast, notices = forecast_of(fitted, known, slice_ahead(task.panel, fold.stops, plan.reach), plan)
        except TsrnnError as problem:
            raise placed(problem, f"model {name!r}, cutoff {cutoff}") from problem
        timing = {
            "model": name,
            "cutoff": cutoff,
            "fit_seconds": trained - began,
            "predict_seconds": time.perf_counter() - trained,
        }
        if isinstance(fitted, PanelForecaster):
            notices += [vars(notice) for notice in fitted.learned().notices]
        told = [{"model": name, "cutoff": cutoff, **notice} for notice in notices]
        runs.append(Run(_rows(name, task.panel, fold, forecast, plan), timing, told))
    return runs


def placed(problem: TsrnnError, where: str) -> TsrnnError:
    """The same kind of error, saying where it was met."""
    found = copy.copy(problem)
    found.args = (f"{where}: {problem}",)
    return found


def fresh(model: Forecaster) -> Forecaster:
    """An unfitted copy."""
    made: Forecaster = clone(model, safe=False)
    return made


def forecast_of(
    model: Forecaster, known: Panel, future: pd.DataFrame | None, plan: Plan
) -> tuple[Forecast, list[dict[str, object]]]:
    """The model's forecast with every level, or, from one that gives no intervals, without."""
    try:
        answer = model.predict(plan.reach, history=known, levels=list(plan.levels), future=future)
        return parse(answer, known, plan.reach, plan.levels), []
    except (DataError, SettingError) as problem:
        if not plan.levels:
            raise
        answer = model.predict(plan.reach, history=known, future=future)  # raises again if it was not the levels
        bare = parse(answer, known, plan.reach, ())
        nothing = np.full_like(bare.point, np.nan)
        bounds = dict.fromkeys(plan.levels, (nothing, nothing))
        return Forecast(bare.point, bounds), [asdict(Notice(None, f"{NO_INTERVALS}{problem}"))]


def labels(panel: Panel) -> list[object]:
    """What each series and channel is called in rows: the series, the joint column, or both."""
    targets = panel.layout.columns.named("target")
    if panel.channels == 1:
        return list(panel.names)
    if panel.layout.shape == "wide":
        return list(targets)
    return [f"{name}/{target}" for name in panel.names for target in targets]


def _rows(name: str, panel: Panel, fold: Fold, forecast: Forecast, plan: Plan) -> pd.DataFrame:
    """Tidy rows of one model at one cutoff, in the order (series, channel, step); those in the gap are left out."""
    starts = panel.offsets[:-1] + fold.stops
    steps = np.arange(plan.gap, plan.reach)  # from 0
    ahead = starts[:, None] + steps  # (series, step)

    def flat(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return values.transpose(0, 2, 1).ravel()  # (series, step, channel) → (series * channel * step)

    repeat = np.repeat(np.arange(len(panel.names)), panel.channels)  # (series * channel)
    called = labels(panel)
    table = {
        "model": name,
        "series": [label for label in called for _ in steps],
        "cutoff": panel.times.take(np.repeat((starts - 1)[repeat], plan.horizon)),
        "step": np.tile(steps + 1, len(called)),
        "time": panel.times.take(ahead[repeat].ravel()),
        "actual": flat(panel.values[ahead]),
        "forecast": flat(forecast.point[:, plan.gap :]),
    }
    for level in plan.levels:
        low, high = forecast.bounds[level]
        table[f"lo-{level:g}"], table[f"hi-{level:g}"] = flat(low[:, plan.gap :]), flat(high[:, plan.gap :])
    return pd.DataFrame(table)


def scales(panel: Panel, fold: Fold) -> pd.DataFrame:
    """The in-sample naive errors of each series over all its rows up to one cutoff, those before a window too."""
    known, called, table, season = panel.cut(fold.stops), iter(labels(panel)), [], panel.season
    for series in range(len(panel.names)):
        rows = known.rows(series)
        for channel in range(panel.channels):
            past = known.values[rows, channel]
            table.append(
                {
                    "series": next(called),
                    "cutoff": known.times[rows.stop - 1],
                    "mae_scale": naive_scale(past, season, 1),
                    "mse_scale": naive_scale(past, season, 2),
                }
            )
    return pd.DataFrame(table)
