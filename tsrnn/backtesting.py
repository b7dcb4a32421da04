"""Backtest: fresh clones of every model at every cutoff, and their forecasts as tidy rows."""

from __future__ import annotations

import copy
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.base import clone

from tsrnn.ahead import slice_ahead
from tsrnn.answer import parse
from tsrnn.columns import Columns, Repairs
from tsrnn.errors import DataError, SettingError, TsrnnError, whole_number
from tsrnn.forecasters.names import make_forecaster
from tsrnn.forecasters.protocol import Forecaster, PanelForecaster, checked_levels
from tsrnn.frame import Data, read
from tsrnn.metrics import naive_scale
from tsrnn.panel import Counts, Forecast, Panel
from tsrnn.scores import fold_numbers, scored
from tsrnn.splits import Plan, rolling_origins


def backtest(
    models: Sequence[Forecaster | str],
    data: Data,
    columns: Columns | None = None,
    *,
    horizon: int,
    folds: int = 5,
    step: int | None = None,
    refit: bool = True,
    levels: Sequence[float] = (80, 95),
    repairs: Repairs | None = None,
) -> Backtest:
    """Forecasts of every model from rolling origins, each made from what was known there and nothing later.

    - `models`: forecasters, or their names (`"gru"`, `"arima"`, …) for their defaults; the objects given are not
      changed. Names must differ: two alike need `name=`.
    - `horizon`: steps ahead. `folds`: origins, the last one `horizon` rows before the end. `step`: rows between two
      origins, None for `horizon`.
    - `refit`: True trains a fresh clone at every origin; False trains once, before the first, and gives it newer
      `history` later.
    - `levels`: intervals in per cent to keep and judge. `repairs`: what may be repaired.

    Raises a DataError where the rows cannot be used or a series is too short for the folds.
    """
    if isinstance(models, str):
        raise SettingError(f"models is a list of forecasters and names, such as [{models!r}, 'arima']; got {models!r}")
    wanted = checked_levels(levels)
    panel = read(data, columns, repairs)
    whole_number("horizon", horizon, 1)
    chosen = _named([make_forecaster(model, horizon) if isinstance(model, str) else model for model in models])
    stops = rolling_origins(panel, horizon, folds, step)
    plan = Plan(horizon, folds, horizon if step is None else step, refit, wanted)
    runs = [run for model in chosen for run in _runs(model, panel, columns, stops, plan, repairs)]
    return Backtest(
        rows=pd.concat([run.rows for run in runs], ignore_index=True),
        scales=pd.concat([_scales(panel, stop) for stop in stops], ignore_index=True),
        timings=pd.DataFrame([run.timing for run in runs]),
        notices=pd.DataFrame([notice for run in runs for notice in run.notices], columns=list(_NOTICE)),
        models=chosen,
        panel=panel,
        plan=plan,
    )


@dataclass(frozen=True)
class Backtest:
    """What a backtest found, as tidy rows; every score, picture and report is a view of them.

    - `rows`: `model, series, cutoff, step, time, actual, forecast` and `lo-LEVEL, hi-LEVEL` (NaN from a model that
      gives no intervals).
    - `scales`: `series, cutoff, mae_scale, mse_scale`, the in-sample naive errors that scaled errors divide by.
    - `timings`: `model, cutoff, fit_seconds, predict_seconds`. `notices`: what models want known.
    """

    rows: pd.DataFrame
    scales: pd.DataFrame
    timings: pd.DataFrame
    notices: pd.DataFrame
    models: list[Forecaster] = field(repr=False)
    panel: Panel = field(repr=False)
    plan: Plan

    def scores(self, by: Sequence[str] = ("model",)) -> pd.DataFrame:
        """All metrics of each group of rows, by any of model, series, cutoff, fold (from 1, oldest first) and step."""
        unknown = [key for key in by if key not in ("model", "series", "cutoff", "fold", "step")]
        if unknown or not by:
            raise SettingError(f"scores are by model, series, cutoff, fold or step; got {list(by)}")
        rows = self.rows.assign(fold=fold_numbers(self.rows)) if "fold" in by else self.rows
        return scored(rows, self.scales, list(by), self.plan.levels)

    def leaderboard(self) -> pd.DataFrame:
        """One row a model, lowest MASE first, with its skill against ARIMA and seasonal naive and its seconds.

        Skill is 1 - MASE / MASE of the other: 0.1 is an error a tenth lower. NaN where the other was not run.
        """
        table = self.scores()
        for other, column in (("arima", "skill-vs-arima"), ("seasonal-naive", "skill-vs-seasonal-naive")):
            rival = table.loc[table["model"] == other, "mase"]
            table[column] = 1.0 - table["mase"] / rival.iloc[0] if len(rival) else np.nan
        seconds = self.timings.groupby("model", sort=False)[["fit_seconds", "predict_seconds"]].sum().reset_index()
        return table.merge(seconds, on="model").sort_values(["mase", "mae"], ignore_index=True)

    def by_step(self) -> pd.DataFrame:
        """All metrics of each model and step ahead."""
        return self.scores(["model", "step"])

    def significance(self, baselines: Sequence[str] | None = None, *, level: float = 95) -> pd.DataFrame:
        """Each two models, or each model against each of `baselines`: skill, its interval, p-values, and words.

        See `tsrnn.significance.compared`, which says what the columns are and which tests they come from.
        """
        from tsrnn.significance import compared

        return compared(self.rows, self.scales, baselines=baselines, level=level)

    def to_html(self, path: str | Path, *, title: str | None = None, command: str | None = None) -> Path:
        """Writes the report, one file that opens offline, and gives its path."""
        from tsrnn.findings import contents
        from tsrnn.report.html import to_html

        target = Path(path)
        target.write_text(to_html(contents(self, title, command)), encoding="utf-8")
        return target


_NOTICE = ("model", "series", "cutoff", "message", "count")


@dataclass(frozen=True)
class _Run:
    """One model at one cutoff."""

    rows: pd.DataFrame
    timing: dict[str, object]
    notices: list[dict[str, object]]


def _named(models: list[Forecaster]) -> list[Forecaster]:
    if not models:
        raise SettingError("no model to judge; give forecasters or names, such as ['gru', 'arima', 'seasonal-naive']")
    names = [model.name for model in models]
    for name in names:
        if names.count(name) > 1:
            raise SettingError(f"{names.count(name)} models are called {name!r}; tell them apart with name='…'")
    return models


def _runs(
    model: Forecaster, panel: Panel, columns: Columns | None, stops: list[Counts], plan: Plan, repairs: Repairs | None
) -> list[_Run]:
    """One model at every cutoff, oldest first."""
    fitted, runs = None, []
    for stop in stops:
        known = panel.cut(stop)
        cutoff = known.times[known.offsets[1] - 1]
        try:
            began = time.perf_counter()
            if fitted is None or plan.refit:
                fitted = _fresh(model).fit(known, columns, repairs=repairs)
            trained = time.perf_counter()
            forecast, notices = _forecast(fitted, known, slice_ahead(panel, stop, plan.horizon), plan)
        except TsrnnError as problem:
            raise _placed(problem, model.name, cutoff) from problem
        timing = {
            "model": model.name,
            "cutoff": cutoff,
            "fit_seconds": trained - began,
            "predict_seconds": time.perf_counter() - trained,
        }
        if isinstance(fitted, PanelForecaster):
            notices += [vars(notice) for notice in fitted.learned().model.notices]
        placed = [{"model": model.name, "cutoff": cutoff, **notice} for notice in notices]
        runs.append(_Run(_rows(model.name, panel, stop, forecast, plan), timing, placed))
    return runs


def _placed(problem: TsrnnError, model: str, cutoff: object) -> TsrnnError:
    """The same kind of error, saying which model and cutoff met it."""
    placed = copy.copy(problem)
    placed.args = (f"model {model!r}, cutoff {cutoff}: {problem}",)
    return placed


def _fresh(model: Forecaster) -> Forecaster:
    """An unfitted copy."""
    made: Forecaster = clone(model, safe=False)
    return made


def _forecast(
    model: Forecaster, known: Panel, future: pd.DataFrame | None, plan: Plan
) -> tuple[Forecast, list[dict[str, object]]]:
    """The model's forecast with every level, or, from one that gives no intervals, without."""
    try:
        answer = model.predict(plan.horizon, history=known, levels=list(plan.levels), future=future)
        return parse(answer, known, plan.horizon, plan.levels), []
    except (DataError, SettingError) as problem:
        if not plan.levels:
            raise
        answer = model.predict(plan.horizon, history=known, future=future)  # raises again if it was not the levels
        bare = parse(answer, known, plan.horizon, ())
        nothing = np.full_like(bare.point, np.nan)
        bounds = dict.fromkeys(plan.levels, (nothing, nothing))
        return Forecast(bare.point, bounds), [{"series": None, "message": f"no intervals: {problem}", "count": 1}]


def _labels(panel: Panel) -> list[object]:
    """What each series and channel is called in rows: the series, the joint column, or both."""
    targets = panel.layout.columns.named("target")
    if panel.channels == 1:
        return list(panel.names)
    if panel.layout.shape == "wide":
        return list(targets)
    return [f"{name}/{target}" for name in panel.names for target in targets]


def _rows(name: str, panel: Panel, stop: Counts, forecast: Forecast, plan: Plan) -> pd.DataFrame:
    """Tidy rows of one model at one cutoff, in the order (series, channel, step)."""
    starts = panel.offsets[:-1] + stop
    ahead = starts[:, None] + np.arange(plan.horizon)  # (series, step)

    def flat(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return values.transpose(0, 2, 1).ravel()  # (series, step, channel) → (series * channel * step)

    repeat = np.repeat(np.arange(len(panel.names)), panel.channels)  # (series * channel)
    labels = _labels(panel)
    table = {
        "model": name,
        "series": [label for label in labels for _ in range(plan.horizon)],
        "cutoff": panel.times.take(np.repeat((starts - 1)[repeat], plan.horizon)),
        "step": np.tile(np.arange(1, plan.horizon + 1), len(labels)),
        "time": panel.times.take(ahead[repeat].ravel()),
        "actual": flat(panel.values[ahead]),
        "forecast": flat(forecast.point),
    }
    for level in plan.levels:
        low, high = forecast.bounds[level]
        table[f"lo-{level:g}"], table[f"hi-{level:g}"] = flat(low), flat(high)
    return pd.DataFrame(table)


def _scales(panel: Panel, stop: Counts) -> pd.DataFrame:
    """The in-sample naive errors of each series up to one cutoff."""
    known, labels, table = panel.cut(stop), iter(_labels(panel)), []
    for series in range(len(panel.names)):
        rows = known.rows(series)
        for channel in range(panel.channels):
            past = known.values[rows, channel]
            table.append(
                {
                    "series": next(labels),
                    "cutoff": known.times[rows.stop - 1],
                    "mae_scale": naive_scale(past, panel.season, 1),
                    "mse_scale": naive_scale(past, panel.season, 2),
                }
            )
    return pd.DataFrame(table)
