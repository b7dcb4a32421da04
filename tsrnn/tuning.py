"""Tuning: settings of a forecaster searched with Optuna on rolling origins, in the order of time alone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, is_dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import clone

from tsrnn.columns import Columns, Repairs
from tsrnn.errors import MissingExtraError, SettingError, TsrnnError, whole_number
from tsrnn.forecasters.names import make_forecaster
from tsrnn.forecasters.protocol import PanelForecaster
from tsrnn.frame import Data, read
from tsrnn.jobs import each, workers
from tsrnn.panel import Array, Counts, Panel
from tsrnn.rehearsal import ahead_of, naive_units
from tsrnn.repairing import enough, filled
from tsrnn.splits import rolling_origins

if TYPE_CHECKING:
    import optuna
    import pandas as pd

# Choices, or the ends of a range; with "log" behind them its logarithm is searched evenly.
Range = list[Any] | tuple[float, float] | tuple[float, float, str]
Space = Mapping[str, Range]


@dataclass(frozen=True)
class Tuned:
    """What a search found: `model`, unfitted, with the best settings; their `score`; `trials`, a frame of all of them.

    `study` is Optuna's own, for its plots and for going on.
    """

    model: PanelForecaster
    score: float
    trials: pd.DataFrame
    study: optuna.Study


def tune(
    model: PanelForecaster | str,
    data: Data,
    columns: Columns | None = None,
    *,
    space: Space | None = None,
    trials: int = 30,
    horizon: int = 1,
    folds: int = 3,
    storage: Any = None,
    seed: int = 0,
    repairs: Repairs | None = None,
    n_jobs: int | None = None,
) -> Tuned:
    """The settings with the least mean absolute error, in units of each series' naive error, over rolling origins.

    - `model`: a forecaster, which is not changed, or a name, whose forecasts are then `horizon` steps long.
    - `space`: settings to search, `{"lookback": [24, 48], "hidden_size": (16, 128, "log"), "training.learning_rate":
      (1e-4, 1e-2, "log")}`: a list holds choices, a pair the ends of a range of whole numbers or of fractions. A name
      with a dot is a field of a record. None takes `default_space(model, panel)`.
    - `trials`: how many settings are tried. One is given up where it is worse than the median at the same fold, or
      where a model cannot be fitted with it.
    - `folds`: origins, oldest first, a horizon apart; a fresh model learns before each. Keep rows behind them for the
      last word: the score of the best of many trials is too good.
    - `storage`: any Optuna storage, such as `"sqlite:///tuning.db"`: searches that share one, on several machines too,
      share their trials, as long as data, horizon and folds are the same. `seed`: that of the sampler.
    - `n_jobs`: trials worked on at once, as in `backtest`. So many are drawn together before any of them is known, so
      that another number of jobs tries other settings; the same number and seed try the same.

    Raises MissingExtraError without Optuna, SettingError for a storage that cannot be used, and the last model's own
    error where no trial could be fitted.
    """
    engine = _optuna()
    whole_number("trials", trials, 1)
    start = make_forecaster(model, horizon) if isinstance(model, str) else model
    panel = read(data, columns, repairs)
    ranges = checked_space(start, panel, space)
    policy = repairs or Repairs()
    stops, panel, _ = enough(lambda rows: rolling_origins(rows, start.horizon, folds, None), panel, policy)
    failures: list[TsrnnError] = []
    tried = _Tried(start, ranges, panel, stops, policy)
    with _quiet(engine):
        study = _study(engine, f"tsrnn-{start.name}-{_digest(panel, start.horizon, folds)}", storage, seed)
        crew = workers(n_jobs)
        for first in range(0, trials, crew):
            failures += tried.some(study, min(crew, trials - first), n_jobs)
    if not any(trial.state.name == "COMPLETE" for trial in study.trials):
        raise failures[-1]
    return Tuned(with_settings(start, study.best_params), study.best_value, study.trials_dataframe(), study)


@dataclass(frozen=True)
class _Tried:
    """What trials have in common: the model and the ranges of its settings, the rows, and the origins in them."""

    start: PanelForecaster
    ranges: Space
    panel: Panel
    stops: list[Counts]
    repairs: Repairs

    def some(self, study: optuna.Study, count: int, n_jobs: int | None) -> list[TsrnnError]:
        """So many new trials, side by side from origin to origin; the errors of those that could not be fitted.

        Every one is finished: with its score, given up, or failed where this is stopped by an error.
        """
        pruned, failed = (_optuna().trial.TrialState[name] for name in ("PRUNED", "FAIL"))
        trials = {trial.number: trial for trial in (study.ask() for _ in range(count))}
        failures: list[TsrnnError] = []
        try:
            models = {number: self._model(trial) for number, trial in trials.items()}
            errors: dict[int, list[float]] = {number: [] for number in trials}
            for fold, stop in enumerate(self.stops):
                jobs = [(models[number], self.panel, stop, self.repairs) for number in trials]
                for number, found in zip(list(trials), each(_outcome, jobs, n_jobs), strict=True):
                    trial = trials[number]
                    if isinstance(found, TsrnnError):
                        failures.append(found)
                    else:
                        errors[number].append(found)
                        trial.report(float(np.mean(errors[number])), fold)
                    if isinstance(found, TsrnnError) or trial.should_prune():
                        study.tell(trials.pop(number), state=pruned)
            for number in list(trials):
                study.tell(trials.pop(number), float(np.mean(errors[number])))
        finally:
            for trial in trials.values():
                study.tell(trial, state=failed)
        return failures

    def _model(self, trial: optuna.Trial) -> PanelForecaster:
        return with_settings(self.start, {name: _suggest(trial, name, span) for name, span in self.ranges.items()})


def _outcome(job: tuple[PanelForecaster, Panel, Counts, Repairs]) -> float | TsrnnError:
    """The error of a model at one origin, or why it has none."""
    try:
        return _error(*job)
    except TsrnnError as problem:
        return problem


def _study(engine: Any, name: str, storage: Any, seed: int) -> optuna.Study:
    try:
        made: optuna.Study = engine.create_study(
            study_name=name,
            storage=storage,
            sampler=engine.samplers.TPESampler(seed=seed),
            pruner=engine.pruners.MedianPruner(n_startup_trials=5),
            load_if_exists=storage is not None,
        )
    except Exception as problem:  # every database has errors of its own
        if storage is None:
            raise
        words = str(problem).splitlines()[0] if str(problem) else type(problem).__name__
        raise SettingError(
            f"storage={storage!r} cannot be used: {words}; give a URL such as 'sqlite:///tuning.db'"
        ) from problem
    return made


def _digest(panel: Panel, horizon: int, folds: int) -> str:
    """What a score hangs on beside the settings: of other data it would be another."""
    found = hashlib.sha256(repr((panel.names, horizon, folds)).encode())
    for part in (panel.values, panel.offsets, panel.past, panel.future, panel.static):
        found.update(np.ascontiguousarray(part).tobytes())
    return found.hexdigest()[:16]


def checked_space(model: PanelForecaster, panel: Panel, space: Space | None) -> Space:
    """What is searched, `default_space` for None; SettingError for a setting the model has not, or a range of none."""
    ranges = default_space(model, panel) if space is None else space
    for name, span in ranges.items():
        _check(model, name, span)
    return ranges


def default_space(model: PanelForecaster, panel: Panel) -> dict[str, Range]:
    """What is worth searching for a recurrent network on these rows; SettingError for a model that has nothing."""
    if "training" not in model.get_params(deep=False):
        raise SettingError(f"{model.name} has no space of its own to search; give space={{'setting': [choices]}}")
    longest = int(panel.lengths.min()) // 3
    shortest = max(model.horizon, panel.season)
    lookbacks = sorted({min(longest, factor * shortest) for factor in (1, 2, 4, 7)})
    return {
        "lookback": list(lookbacks),
        "hidden_size": [32, 64, 128],
        "network.num_layers": [1, 2],
        "network.dropout": (0.0, 0.3),
        "training.learning_rate": (5e-4, 1e-2, "log"),
        "training.weight_decay": (1e-5, 1e-1, "log"),
    }


def with_settings(model: PanelForecaster, settings: Mapping[str, Any]) -> PanelForecaster:
    """A copy of the model with other settings; a name with a dot is a field of a record.

    >>> from tsrnn.forecasters.recurrent import GRUForecaster
    >>> with_settings(GRUForecaster(4), {"hidden_size": 8, "training.epochs": 3}).training.epochs
    3
    """
    made: PanelForecaster = clone(model)
    for name, value in settings.items():
        own, _, field = name.partition(".")
        if field:
            record = made.get_params(deep=False)[own]
            value = replace(_records()[own]() if record is None else record, **{field: value})
        made.set_params(**{own: value})
    return made


def _records() -> dict[str, type[Any]]:
    """The record that stands behind a setting left at None."""
    from tsrnn.network import Network
    from tsrnn.nn.direct import Direct
    from tsrnn.nn.heads import Quantiles
    from tsrnn.training import Training

    return {"network": Network, "decoder": Direct, "head": Quantiles, "training": Training}


def _check(model: PanelForecaster, name: str, span: Range) -> None:
    """SettingError for a setting that the model has not, or a range that is none."""
    own, _, field = name.partition(".")
    known = model.get_params(deep=False)
    record = known.get(own) or (_records()[own]() if own in _records() else None)
    if own not in known or (field and not (is_dataclass(record) and hasattr(record, field))):
        raise SettingError(f"{model.name} has no setting {name!r} to search; it has {', '.join(known)}")
    pair = isinstance(span, tuple) and len(span) in (2, 3) and all(isinstance(end, (int, float)) for end in span[:2])
    if not (isinstance(span, list) and span) and not (pair and span[0] < span[1] and span[2:] in ((), ("log",))):
        raise SettingError(
            f"{name} is searched over a list of choices or a range (low, high) or (low, high, 'log'); got {span!r}"
        )


def _suggest(trial: optuna.Trial, name: str, span: Range) -> Any:
    if isinstance(span, list):
        return trial.suggest_categorical(name, span)
    low, high, log = span[0], span[1], len(span) == 3
    if isinstance(low, int) and isinstance(high, int):
        return trial.suggest_int(name, low, high, log=log)
    return trial.suggest_float(name, low, high, log=log)


def _error(model: PanelForecaster, panel: Panel, stop: Any, repairs: Repairs) -> float:
    """The scaled error of a fresh model at one origin."""
    known, horizon = filled(panel.cut(stop), repairs), model.horizon
    forecast = clone(model)._learn(known).forecast(known, horizon, (), ahead_of(panel.future, panel, stop, horizon))
    actual: Array = ahead_of(panel.values, panel, stop, horizon)
    return float(np.nanmean(np.abs(actual - forecast.point) / naive_units(known)[:, None]))


@contextmanager
def _quiet(optuna: Any) -> Iterator[None]:
    """Optuna says nothing below a warning inside the block; the level set by the caller comes back."""
    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        yield
    finally:
        optuna.logging.set_verbosity(before)


def _optuna() -> Any:
    try:
        import optuna
    except ImportError as problem:
        raise MissingExtraError('tuning needs Optuna: pip install "tsrnn[tune]"') from problem
    return optuna
