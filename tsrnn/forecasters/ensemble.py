"""Ensembles: several forecasters as one, with equal weights, weights given, or weights learned from training rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import bmat, csr_matrix, identity
from sklearn.base import clone

from tsrnn.errors import SettingError, of_kind, one_of, whole_number
from tsrnn.forecasters.protocol import Arrays, Facts, Fitted, Notice, PanelForecaster
from tsrnn.panel import Array, Forecast, Panel
from tsrnn.rehearsal import naive_units, rehearse
from tsrnn.training import Training

WEIGHTS = ("equal", "learned")


class EnsembleForecaster(PanelForecaster):
    """The weighted mean of several forecasters' forecasts, and of the ends of their intervals.

    - `models`: forecasters of one horizon with names that differ. `name`: what it is called in tables.
    - `weights`: `"equal"`, or `"learned"`: not negative, adding up to one, with the least mean absolute error (in units
      of each series' naive error) at the last `windows` origins of the training rows, which the models have not seen
      when they forecast them; then all learn again from all rows. Or numbers `(model,)`, or `(model, step)` with a
      weight for every step of the horizon, adding up to one; steps beyond it take the last.

    The mean of quantiles is that of Vincent (Lichtendahl, Grushka-Cockayne and Winkler, Is it better to average
    probabilities or quantiles?, 2013).

    >>> from tsrnn.forecasters.naive import DriftForecaster, NaiveForecaster
    >>> import pandas as pd
    >>> mix = EnsembleForecaster([NaiveForecaster(horizon=2), DriftForecaster(horizon=2)])
    >>> mix.fit(pd.Series([1.0, 4.0, 3.0])).predict().tolist()
    [3.5, 4.0]
    """

    def __init__(
        self,
        models: Sequence[PanelForecaster],
        *,
        weights: str | Sequence[float] | Sequence[Sequence[float]] | Array = "equal",
        windows: int = 10,
        name: str = "ensemble",
    ) -> None:
        self.models = models
        self.weights = weights
        self.windows = windows
        self.name = name

    @classmethod
    def of_seeds(cls, model: PanelForecaster, seeds: int = 5, *, name: str | None = None) -> EnsembleForecaster:
        """The same network trained from several seeds, 0, 1, …; SettingError for a model without a `training`."""
        if "training" not in model.get_params(deep=False):
            raise SettingError(f"{model.name} is not trained from a seed; give a gru, an lstm or an rnn")
        settings = model.get_params(deep=False)["training"] or Training()
        members = [
            clone(model).set_params(training=replace(settings, seed=seed), name=f"{model.name}-{seed}")
            for seed in range(seeds)
        ]
        return cls(members, name=f"{model.name}-x{seeds}" if name is None else name)

    @property
    def horizon(self) -> int:  # type: ignore[override]
        """That of the models."""
        return getattr(self.models[0], "horizon", 1) if isinstance(self.models, (list, tuple)) and self.models else 1

    def _learn(self, panel: Panel) -> Mixture:
        of_kind("models", self.models, (list, tuple), "a list of forecasters")
        for model in self.models:
            of_kind("each of models", model, PanelForecaster, "a forecaster of tsrnn")
        whole_number("windows", self.windows, 1)
        names = [model.name for model in self.models]
        if not names or len(set(names)) < len(names):
            raise SettingError(f"an ensemble needs models whose names differ, got {names}; give name='…'")
        horizons = {model.horizon for model in self.models}
        if len(horizons) > 1:
            raise SettingError(f"the models of an ensemble have one horizon, got {sorted(horizons)}")
        shares = self._shares(panel)
        return Mixture(tuple(model._learn(panel) for model in self.models), tuple(names), shares)

    def _shares(self, panel: Panel) -> Array:
        """The weights, `(model, 1)` or `(model, step)`."""
        models = len(self.models)
        if not isinstance(self.weights, str):
            return given_weights(self.weights, models, self.horizon)
        if one_of("weights", self.weights, WEIGHTS) == "equal":
            return np.full((models, 1), 1.0 / models)
        seen = rehearse(list(self.models), panel, self.windows, horizon=self.horizon)
        unit = naive_units(panel)[:, None]
        return best_weights(seen.forecast / unit, seen.actual / unit)[:, None]

    def _restore(self, facts: Facts, arrays: Arrays, recent: Panel) -> Mixture:
        parts = []
        for place, (model, its) in enumerate(zip(self.models, facts["models"], strict=True)):
            own = {key.removeprefix(f"{place}."): array for key, array in arrays.items() if key.startswith(f"{place}.")}
            parts.append(model._restore(its, own, recent))
        names = tuple(model.name for model in self.models)
        shares = np.asarray(arrays["weights"], np.float64).reshape(len(names), -1)
        return Mixture(tuple(parts), names, shares)


@dataclass(frozen=True)
class Mixture:
    """Fitted models and the weight of each, `weights (model, 1)` or `(model, step)`, adding up to one."""

    parts: tuple[Fitted, ...]
    names: tuple[str, ...]
    weights: Array = field(repr=False)

    @property
    def memory(self) -> int:
        """The longest of the models'."""
        return max(part.memory for part in self.parts)

    @property
    def notices(self) -> list[Notice]:
        """The models', and the weights."""
        shares = ", ".join(f"{name} {_in_words(share)}" for name, share in zip(self.names, self.weights, strict=True))
        own = [
            Notice(notice.series, f"{name}: {notice.message}", notice.count)
            for name, part in zip(self.names, self.parts, strict=True)
            for notice in part.notices
        ]
        return [Notice(None, f"weights: {shares}"), *own]

    def forecast(self, panel: Panel, horizon: int, levels: tuple[float, ...], ahead: Array) -> Forecast:
        """The weighted mean of points and of ends; models of weight zero are not asked."""
        steps = np.minimum(np.arange(horizon), self.weights.shape[1] - 1)
        every = self.weights[:, steps, None]  # (model, step, 1)
        asked = [(share, part) for share, part in zip(every, self.parts, strict=True) if share.any()]
        found = [(share, part.forecast(panel, horizon, levels, ahead)) for share, part in asked]

        def mean(values: list[Array]) -> Array:
            # A weight of 0 leaves a model out, whatever it says.
            parts = [np.where(share > 0, share * value, 0.0) for (share, _), value in zip(found, values, strict=True)]
            total: Array = np.sum(parts, axis=0)
            return total

        bounds = {
            level: (
                mean([forecast.bounds[level][0] for _, forecast in found]),
                mean([forecast.bounds[level][1] for _, forecast in found]),
            )
            for level in levels
        }
        return Forecast(mean([forecast.point for _, forecast in found]), bounds)

    def state(self) -> tuple[Facts, Arrays]:
        """Every model's state, numbered, and the weights."""
        states = [part.state() for part in self.parts]
        arrays = {f"{place}.{key}": array for place, (_, own) in enumerate(states) for key, array in own.items()}
        return {"models": [facts for facts, _ in states]}, arrays | {"weights": self.weights}


def _in_words(share: Array) -> str:
    least, most = share.min(), share.max()
    return f"{most:.2f}" if least == most else f"{least:.2f} to {most:.2f} by step"


def given_weights(weights: object, models: int, horizon: int) -> Array:
    """Weights as `(model, 1)` or `(model, step)`; SettingError where they are none.

    >>> given_weights([0.25, 0.75], 2, 24).tolist()
    [[0.25], [0.75]]
    """
    needed = f"a number for each of the {models} models, or for each of them {horizon} numbers, one a step"
    try:
        found = np.asarray(weights) if isinstance(weights, (list, tuple, np.ndarray)) else np.asarray(None)
    except ValueError:  # rows of unequal lengths
        found = np.asarray(None)
    if found.dtype.kind not in "iuf":
        raise SettingError(f"weights must be 'equal', 'learned' or {needed}, got {weights!r}", value=weights)
    if found.shape not in ((models,), (models, horizon)):
        raise SettingError(
            f"weights must be {needed}: of shape ({models},) or ({models}, {horizon}), got {found.shape}", value=weights
        )
    shares: Array = found.reshape(models, -1).astype(np.float64)
    wrong = ~(shares >= 0).all(axis=0) | ~np.isclose(shares.sum(axis=0), 1.0)
    if wrong.any():
        step = int(np.argmax(wrong))
        where = f" at step {step + 1}" if found.ndim > 1 else ""
        raise SettingError(
            f"weights must be 0 or more and add up to 1{where}, got {shares[:, step].tolist()}", value=weights
        )
    exact: Array = shares / shares.sum(axis=0)
    return exact


def best_weights(forecast: Array, actual: Array) -> Array:
    """The weights `(model,)`, not negative and adding up to one, of the least mean absolute error: a linear program.

    Takes `forecast (model, …)` and `actual (…)`; places where a value is missing do not count.

    >>> best_weights(np.array([[0.0, 0.0], [4.0, 4.0]]), np.array([1.0, 1.0])).round(6).tolist()
    [0.75, 0.25]
    """
    rows = forecast.reshape(len(forecast), -1).T  # (place, model)
    truth = actual.ravel()
    known = ~np.isnan(truth) & ~np.isnan(rows).any(axis=1)
    thinned = np.flatnonzero(known)[:: max(1, known.sum() // _PLACES)]
    rows, truth = rows[thinned], truth[thinned]
    count, models = rows.shape
    if not count:
        return np.full(models, 1.0 / models)
    one, mixed = identity(count), csr_matrix(rows)
    solve: Any = linprog
    found = solve(
        np.r_[np.zeros(models), np.ones(count)],  # the sum of absolute errors, each bounded from both sides
        A_ub=bmat([[mixed, -one], [-mixed, -one]]),
        b_ub=np.r_[truth, -truth],
        A_eq=np.r_[np.ones(models), np.zeros(count)][None],
        b_eq=[1.0],
    )
    weights = np.clip(found.x[:models], 0.0, None)
    shares: Array = np.where(weights < 1e-9, 0.0, weights)
    shares /= shares.sum()
    return shares


_PLACES = 20_000  # more would take long and change nothing
