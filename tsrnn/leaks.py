"""Leaks: whether a forecast moves when only values after its cutoff are changed, features and tuning included."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pandas as pd

from tsrnn.columns import Columns, Repairs
from tsrnn.errors import DataError, SettingError, whole_number
from tsrnn.forecasters.names import own_name
from tsrnn.forecasters.protocol import Forecaster
from tsrnn.frame import read
from tsrnn.panel import Panel
from tsrnn.perturbing import PERTURBATIONS, later, perturbed
from tsrnn.pipelines import Cutoffs, Frame, Outright, Pipeline, Trained, outright
from tsrnn.runs import fresh
from tsrnn.splits import Splits, Splitter, planned

_KEYS = ["model", "series", "cutoff", "step", "number"]


@dataclass(frozen=True)
class LeakCheck:
    """What came of changing everything after each cutoff.

    - `rows`: `model, series, cutoff, step, number, perturbation, before, after, difference`: every number forecast
      (`number` is `forecast`, `lo-80`, `hi-80`), as it was and as it became.
    - `failures`: `cutoff, perturbation, message` of changed data that the model or the features could not take.
    - `sources`: the columns of the data that move forecasts by themselves; empty where nothing moved.
    """

    rows: pd.DataFrame
    failures: pd.DataFrame
    sources: tuple[Hashable, ...]

    @property
    def leaks(self) -> bool:
        """Whether any number moved, however little."""
        return len(self.moved()) > 0

    def moved(self) -> pd.DataFrame:
        """The rows whose number is not bit for bit what it was, the largest difference first."""
        moved = self.rows[_moved(self.rows)]
        return moved.loc[moved["difference"].abs().sort_values(ascending=False, kind="stable").index]

    def words(self) -> str:
        """The finding in a sentence or two."""
        moved, tried, failed = self.moved(), self.rows, ""
        model = ", ".join(map(str, tried["model"].unique()))
        cutoffs, changes = tried["cutoff"].nunique(), tried["perturbation"].nunique()
        extent = f"{len(tried):,} numbers (cutoffs: {cutoffs}, ways to change what came later: {changes})"
        if len(self.failures):
            failed = f" {len(self.failures)} changes could not be run: {self.failures['message'].iloc[0]}"
        if not len(moved):
            return f"{model}: no forecast moved, of {extent}.{failed}"
        worst, steps = moved.iloc[0], sorted(moved["step"].unique())
        source = f" It came in by {', '.join(map(repr, self.sources))}." if self.sources else ""
        place = f"series {worst['series']!r}, cutoff {worst['cutoff']}, {worst['perturbation']}"
        return (
            f"{model} saw the future: {len(moved):,} of {extent} moved, steps {steps[0]} to {steps[-1]}, by up to "
            f"{abs(worst['difference']):.3g} ({place}).{source}{failed}"
        )


def check_leak(
    model: Forecaster | str | Callable[[Any], Any],
    data: Frame,
    columns: Columns | None = None,
    *,
    horizon: int | None = None,
    prepare: Callable[[Any], Frame] | None = None,
    folds: int | Splits | Splitter = 2,
    known: Sequence[Hashable] = (),
    repairs: Repairs | None = None,
    seed: int = 0,
) -> LeakCheck:
    """Changes every value after each cutoff in several ways, forecasts again, and tells which forecasts moved.

    None may: a forecast that moves depends on what nobody knew. Each fold is trained anew for every change, so this
    costs `folds` times six trainings.

    - `model`: a forecaster or its name; or a function that gets all the data and gives a forecaster, or forecasts: a
      frame `series, cutoff, step, forecast`. Whatever learns, tunes or stops early on more rows than `fit` is given
      must be inside that function: what an object took with it when it was made cannot be changed here.
    - `prepare`: the function that builds features from the data, the whole of it. `columns` says which column of what
      it gives is which; `known` names columns of the data, beside `Columns(future=…)`, that are known ahead.
    - Columns known ahead stay as they are within the horizon and are changed beyond it.

    Raises SettingError for a model that is not the same twice, since then nothing can be told.

    >>> hours = pd.date_range("2024-01-01", periods=72, freq="h")
    >>> load = pd.Series(np.arange(72.0) % 24, hours, name="load")
    >>> check_leak("naive", load, horizon=3).leaks
    False
    """
    if not isinstance(data, (pd.Series, pd.DataFrame)):
        raise DataError(f"the data is a {type(data).__name__}; give the Series or frame that everything starts from")
    whole_number("seed", seed, 0)
    made = _made(model, data)
    if isinstance(made, pd.DataFrame):
        panel = read(data, columns, repairs)
        pipeline: Pipeline = Outright(cast("Callable[[Any], Any]", model), outright(made, panel), panel, horizon)
    else:
        panel = read(data if prepare is None else prepare(data.copy()), columns, repairs)
        plan, cuts = planned(panel, _steps(made, horizon), folds, levels=(80.0,))
        pipeline = Trained(model, prepare, columns, repairs, plan, panel, cuts)
    return _checked(pipeline, data, frozenset((*known, *pipeline.columns.named("future"))), seed)


def _made(model: Any, data: Frame) -> Any:
    """What there is to check: the forecaster, its name, or what the function gives for these data."""
    if isinstance(model, str):
        return model
    if isinstance(model, Forecaster) and not isinstance(model, type):
        _refuse_held(model)
        return model
    made = model(data.copy()) if callable(model) and not isinstance(model, type) else model
    if isinstance(made, (Forecaster, pd.DataFrame)) and not isinstance(made, type):
        return made
    raise SettingError(
        "model is a forecaster, its name, or a function of the data that gives a forecaster or a frame of forecasts; "
        f"got {type(made).__name__ if made is not model else repr(model)}"
    )


def _refuse_held(model: Forecaster) -> None:
    """SettingError for an object that carries rows of its own, which no change of the data would reach.

    The settings of tsrnn's own forecasters are none, arrays of weights neither.
    """
    if own_name(model) is not None:
        return
    for name, value in (model.get_params(deep=False) | vars(fresh(model))).items():
        if isinstance(value, (pd.Series, pd.DataFrame, Panel, np.ndarray)):
            raise SettingError(
                f"model {model.name!r} holds data of its own in {name!r}, which cannot be changed from here; give a "
                "function that makes it from the data: check_leak(lambda data: …, data)"
            )


def _steps(made: Any, horizon: int | None) -> int:
    steps = getattr(made, "horizon", None) if horizon is None else horizon
    if steps is None:
        raise SettingError(f"{made!r} does not say how far ahead it forecasts; give horizon=…")
    return whole_number("horizon", steps, 1)


def _checked(pipeline: Pipeline, data: Frame, known: frozenset[Hashable], seed: int) -> LeakCheck:
    rows, failures, sources = [], [], None
    for fold, cutoffs in enumerate(pipeline.cutoffs):
        before = pipeline.forecasts(data, fold)
        if fold == 0:
            _refuse_unlike(_compared(before, pipeline.forecasts(data, fold), "none"))
        for kind in PERTURBATIONS:
            changed = _changed(pipeline, data, cutoffs, kind, known, seed)
            try:
                found = _compared(before, pipeline.forecasts(changed, fold), kind)
            except Exception as problem:
                cutoff = max(cutoffs.values())
                message = f"{type(problem).__name__}: {problem}"
                failures.append({"cutoff": cutoff, "perturbation": kind, "message": message})
                continue
            rows.append(found)
            if sources is None and _moved(found).any():
                sources, failed = _sources(pipeline, data, changed, fold, before)
                last = max(cutoffs.values())
                failures += [{"cutoff": last, "perturbation": kind, "message": text} for text in failed]
    if not rows:
        raise DataError(f"no changed data could be run, so nothing can be told: {failures[0]['message']}")
    names = ["cutoff", "perturbation", "message"]
    return LeakCheck(pd.concat(rows, ignore_index=True), pd.DataFrame(failures, columns=names), sources or ())


def _changed(
    pipeline: Pipeline, data: Frame, cutoffs: Cutoffs, kind: str, known: frozenset[Hashable], seed: int
) -> Frame:
    table = data.to_frame("y" if data.name is None else data.name) if isinstance(data, pd.Series) else data
    rows = later(table, pipeline.columns, cutoffs, pipeline.reach)
    changed = perturbed(table, pipeline.columns, rows, kind, known=known, seed=seed)
    return changed.iloc[:, 0].rename(cast("Any", data.name)) if isinstance(data, pd.Series) else changed


def _compared(before: pd.DataFrame, after: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Every number before and after; one that is there no more is missing."""
    first, second = (table.melt(_KEYS[:-1], var_name="number") for table in (before, after))
    both = first.merge(second, "left", on=_KEYS, suffixes=("_before", "_after"), validate="one_to_one")
    both = both.rename(columns={"value_before": "before", "value_after": "after"})
    both.insert(len(_KEYS), "perturbation", kind)
    return both.assign(difference=both["after"] - both["before"])


def _moved(rows: pd.DataFrame) -> pd.Series:
    return ~((rows["before"] == rows["after"]) | (rows["before"].isna() & rows["after"].isna()))


def _refuse_unlike(rows: pd.DataFrame) -> None:
    if _moved(rows).any():
        row = rows[_moved(rows)].iloc[0]
        raise SettingError(
            f"{row['model']} forecasts {row['before']:g} and then {row['after']:g} from the same data (series "
            f"{row['series']!r}, step {row['step']}), so a leak could not be told from chance; give it a seed"
        )


def _sources(
    pipeline: Pipeline, data: Frame, changed: Frame, fold: int, before: pd.DataFrame
) -> tuple[tuple[Hashable, ...], list[str]]:
    """The columns that move a forecast when they alone are changed, and what went wrong with others."""
    if isinstance(data, pd.Series) or isinstance(changed, pd.Series):
        return (data.name,) if isinstance(data, pd.Series) else (), []
    found, failed = [], []
    for place, name in enumerate(data.columns):
        alone = data.copy()
        alone.isetitem(place, cast("Any", changed.iloc[:, place]))
        if not alone.iloc[:, place].equals(data.iloc[:, place]):
            try:
                moved = bool(_moved(_compared(before, pipeline.forecasts(alone, fold), "alone")).any())
            except Exception as problem:
                failed.append(f"column {name!r} alone: {type(problem).__name__}: {problem}")
                continue
            if moved:
                found.append(name)
    return tuple(found), failed
