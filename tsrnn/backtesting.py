"""Backtest: fresh clones of every model at every cutoff, and their forecasts as tidy rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from tsrnn.chunks import cut, joined
from tsrnn.columns import Columns, Repairs
from tsrnn.errors import SettingError
from tsrnn.external import External, judged_as
from tsrnn.forecasters.names import make_forecaster
from tsrnn.forecasters.protocol import Forecaster, checked_levels
from tsrnn.frame import Data, read
from tsrnn.jobs import each, workers
from tsrnn.panel import Panel
from tsrnn.repairing import enough
from tsrnn.report.files import written
from tsrnn.runs import Run, run, scales, tasks
from tsrnn.scores import fold_numbers, ranked, scored
from tsrnn.splits import Fold, Plan, Splits, Splitter, planned

_SHARE = 2  # jobs of each model for every worker, at least, so that none waits long for the last
_NOTICE = ("model", "series", "cutoff", "message", "count", "code")


def backtest(
    models: Sequence[Forecaster | str],
    data: Data,
    columns: Columns | None = None,
    *,
    horizon: int,
    folds: int | Splits | Splitter = 5,
    step: int | None = None,
    refit: bool | int = True,
    levels: Sequence[float] = (80, 95),
    repairs: Repairs | None = None,
    n_jobs: int | None = None,
) -> Backtest:
    """Forecasts of every model from rolling origins, each made from what was known there and nothing later.

    - `models`: forecasters, or their names (`"gru"`, `"arima"`, …) for their defaults; the objects given are not
      changed. Names must differ: two alike need `name=`.
    - `horizon`: steps ahead. `folds`: origins, the last one `horizon` rows before the end of each series; or
      `Splits(…)` for a sliding window, a gap or cutoff dates; or a splitter such as scikit-learn's `TimeSeriesSplit`,
      whose test parts begin where forecasts do. `step`: rows between two origins, None for `horizon`.
    - `refit`: True trains a fresh clone at every origin; False trains once, before the first, and gives it newer
      `history` later; a number k trains at every k-th.
    - `levels`: intervals in per cent to keep and judge. `repairs`: what may be repaired.
    - `n_jobs`: folds, models and, where a model learns each series alone, chunks of series worked on at once, each in
      a process of its own on one thread; -1 takes every core. None is 1, or what `joblib.parallel_config` says.

    Raises a DataError where the rows cannot be used or a series is too short for the folds.
    """
    if isinstance(models, str):
        raise SettingError(f"models is a list of forecasters and names, such as [{models!r}, 'arima']; got {models!r}")
    wanted = checked_levels(levels)
    policy, crew = repairs or Repairs(), workers(n_jobs)
    # A series that one model finds too short is left out for all, so that all are judged on the same rows.
    strict = replace(policy, on_short="error") if policy.on_short == "drop" else policy

    def judged(panel: Panel) -> tuple[Plan, list[Fold], list[Forecaster], list[Run]]:
        plan, origins = planned(panel, horizon, folds, step=step, refit=refit, levels=wanted)
        chosen = named([make_forecaster(model, plan.reach) if isinstance(model, str) else model for model in models])
        whole = tasks(chosen, panel, columns, origins, plan=plan, repairs=strict)
        # A model that learns each series alone is cut up until there is work for all.
        work = [cut(task, 1 if crew == 1 else -(-_SHARE * crew * len(chosen) // len(whole))) for task in whole]
        done = iter(each(run, [part for parts in work for part in parts], n_jobs))
        return plan, origins, chosen, [one for parts in work for one in joined([next(done) for _ in parts])]

    (plan, origins, chosen, found), panel, short = enough(judged, read(data, columns, policy), policy)
    told = [{"model": "every model", "cutoff": None, **vars(notice)} for notice in short]
    told += [notice for done in found for notice in done.notices]
    return Backtest(
        rows=pd.concat([done.rows for done in found], ignore_index=True),
        scales=pd.concat([scales(panel, fold) for fold in origins], ignore_index=True),
        timings=pd.DataFrame([done.timing for done in found]),
        notices=pd.DataFrame(told, columns=list(_NOTICE)),
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
    - `timings`: `model, cutoff, fit_seconds, predict_seconds`. `notices`: what models want known, what was
      repaired in what they learned from, and series left out for all, `model, series, cutoff, message, count, code`.
    """

    rows: pd.DataFrame
    scales: pd.DataFrame
    timings: pd.DataFrame
    notices: pd.DataFrame
    models: list[Forecaster] = field(repr=False)
    panel: Panel = field(repr=False)
    plan: Plan

    def add(self, frame: pd.DataFrame, *, name: str) -> Backtest:
        """This backtest with the forecasts of any other tool as one more model, judged on the same rows.

        `frame` is tidy, `series, cutoff, step` (or `time`) and `forecast`, and `lo-80, hi-80` for intervals; or wide,
        `cutoff, time` and a column a series, with `NAME-lo-80, NAME-hi-80`. Every row that the models here forecast
        must be there once; DataError names the first that is missing, doubled or of no fold. The other tool's seconds
        are unknown, and that it saw nothing later than each cutoff is its own affair: see `check_leak`.
        """
        if name in [model.name for model in self.models]:
            raise SettingError(f"a model is called {name!r} already; give the forecasts another name")
        template = self.rows[self.rows["model"] == self.models[0].name].reset_index(drop=True)
        rows = judged_as(frame, name, template, self.panel, self.plan.levels)
        first = self.timings["model"] == self.models[0].name
        seconds = self.timings[first].assign(model=name, fit_seconds=np.nan, predict_seconds=np.nan)
        return replace(
            self,
            rows=pd.concat([self.rows, rows], ignore_index=True),
            timings=pd.concat([self.timings, seconds], ignore_index=True),
            models=[*self.models, External(name)],
        )

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
        return ranked(self.scores(), self.timings)

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

        return written(path, to_html(contents(self, title, command)))

    def to_markdown(self, path: str | Path, *, title: str | None = None, command: str | None = None) -> Path:
        """Writes verdict, leaderboard and what the checks found as Markdown, and gives the path."""
        from tsrnn.findings import contents
        from tsrnn.report.markdown import to_markdown

        return written(path, to_markdown(contents(self, title, command)))

    def to_json(self, path: str | Path, *, title: str | None = None, command: str | None = None) -> Path:
        """Writes all numbers of the report and all rows as one JSON object, and gives the path."""
        from tsrnn.findings import contents
        from tsrnn.report.exports import to_json

        return written(path, to_json(contents(self, title, command)))

    def to_csv(self, path: str | Path) -> Path:
        """Writes the tidy rows as CSV, in which no name can be a formula (`tsrnn.report.exports`); gives the path."""
        from tsrnn.report.exports import to_csv

        return written(path, to_csv(self.rows))


def named(models: list[Forecaster]) -> list[Forecaster]:
    """The models; SettingError for none, or two of one name."""
    if not models:
        raise SettingError("no model to judge; give forecasters or names, such as ['gru', 'arima', 'seasonal-naive']")
    names = [model.name for model in models]
    for name in names:
        if names.count(name) > 1:
            raise SettingError(f"{names.count(name)} models are called {name!r}; tell them apart with name='…'")
    return models
