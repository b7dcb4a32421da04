"""Pipelines: from all the data to forecasts at chosen cutoffs, gone through again whenever the data are changed."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, cast

import numpy as np
import pandas as pd

from tsrnn.columns import Columns, Repairs
from tsrnn.errors import DataError, SettingError
from tsrnn.forecasters.names import make_forecaster
from tsrnn.forecasters.protocol import Forecaster
from tsrnn.frame import read
from tsrnn.panel import Flags, Panel
from tsrnn.perturbing import axis_of, ids_of
from tsrnn.runs import forecast_of, fresh, labels
from tsrnn.scores import fold_numbers
from tsrnn.splits import Fold, Plan

Frame = pd.Series | pd.DataFrame
Cutoffs = Mapping[Hashable, Any]


class Pipeline(Protocol):
    """What is asked of one: which column of the data is which, how many folds, where they are cut, and forecasts."""

    @property
    def columns(self) -> Columns:
        """Every part of the data resolved to the column that plays it."""
        ...

    @property
    def reach(self) -> int:
        """Stamps after a cutoff over which covariates may be known."""
        ...

    @property
    def cutoffs(self) -> list[Cutoffs]:
        """For each fold the last known stamp of each series."""
        ...

    def forecasts(self, data: Frame, fold: int) -> pd.DataFrame:
        """`model, series, cutoff, step, forecast` and bounds of one fold, made from these data."""
        ...


@dataclass(frozen=True)
class Trained:
    """A model trained on the known rows of what `prepare` makes of the data."""

    model: Forecaster | str | Callable[[Any], Any]
    prepare: Callable[[Any], Frame] | None
    given: Columns | None
    repairs: Repairs | None
    plan: Plan
    panel: Panel
    folds: list[Fold]

    @property
    def columns(self) -> Columns:
        """Those of what `prepare` gives; a column of the same name in the data plays the same part."""
        return self.panel.layout.columns

    @property
    def reach(self) -> int:
        """Gap and horizon."""
        return self.plan.reach

    @property
    def cutoffs(self) -> list[Cutoffs]:
        """The stamp of the last known row of each series."""
        return [self._stamps(fold, fold.stops - 1) for fold in self.folds]

    def _stamps(self, fold: Fold, rows: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Cutoffs:
        stamps = self.panel.times.take(self.panel.offsets[:-1] + rows)
        return dict(zip(self.panel.names, stamps, strict=True))

    def forecasts(self, data: Frame, fold: int) -> pd.DataFrame:
        """Exactly what a backtest does at this fold: only rows up to the cutoff are read, and columns known ahead."""
        ready = data if self.prepare is None else self.prepare(data.copy())
        starts, cutoffs = self._stamps(self.folds[fold], self.folds[fold].starts), self.cutoffs[fold]
        known = read(ready[self._between(ready, starts, cutoffs)], self.given, self.repairs)
        if known.names != self.panel.names:
            raise DataError(
                f"the features of changed data hold the series {list(known.names)}, not {list(self.panel.names)}"
            )
        model = self.model
        if isinstance(model, str):
            model = make_forecaster(model, self.plan.reach)
        fitted = (fresh(model) if isinstance(model, Forecaster) else model(data.copy())).fit(
            known, self.given, repairs=self.repairs
        )
        found, _ = forecast_of(fitted, known, self._ahead(ready, cutoffs), self.plan)
        ends = known.times.take(known.offsets[1:] - 1).repeat(known.channels * self.plan.reach)
        called = labels(known)
        table = {
            "model": fitted.name,
            "series": [label for label in called for _ in range(self.plan.reach)],
            "cutoff": ends,
            "step": np.tile(np.arange(1, self.plan.reach + 1), len(called)),
            "forecast": found.point.transpose(0, 2, 1).ravel(),  # (series * channel * step)
        }
        for level, bounds in found.bounds.items():
            for side, values in zip(("lo", "hi"), bounds, strict=True):
                table[f"{side}-{level:g}"] = values.transpose(0, 2, 1).ravel()
        rows = pd.DataFrame(table)
        return rows[rows["step"] > self.plan.gap]

    def _between(self, frame: Frame, starts: Cutoffs | None, cutoffs: Cutoffs) -> Flags:
        """The rows of each series from its start to its cutoff; without starts those after the cutoff."""
        table = frame.to_frame() if isinstance(frame, pd.Series) else frame
        times, ids = axis_of(table, self.columns), ids_of(table, self.columns)
        chosen = np.zeros(len(table), bool)
        for name in self.panel.names if ids is not None else self.panel.names[:1]:
            rows = np.ones(len(table), bool) if ids is None else np.asarray(ids == name)
            after = np.asarray(times > cutoffs[name])
            chosen |= rows & (after if starts is None else ~after & np.asarray(times >= starts[name]))
        return chosen

    def _ahead(self, ready: Frame, cutoffs: Cutoffs) -> pd.DataFrame | None:
        """The columns known ahead, after the cutoff."""
        named = self.columns.named("future")
        if not named or isinstance(ready, pd.Series):
            return None
        parts = [part for part in (self.columns.id, self.columns.time, *named) if part is not None]
        return ready.loc[self._between(ready, None, cutoffs), parts]


@dataclass(frozen=True)
class Outright:
    """A function that makes forecasts of the data by itself; its own frame says at which cutoffs."""

    make: Callable[[Any], Any]
    first: pd.DataFrame
    panel: Panel
    horizon: int | None

    @property
    def columns(self) -> Columns:
        """Those of the data."""
        return self.panel.layout.columns

    @property
    def reach(self) -> int:
        """The longest step of the forecasts, unless a horizon was given."""
        return int(self.first["step"].max()) if self.horizon is None else self.horizon

    @property
    def cutoffs(self) -> list[Cutoffs]:
        """The cutoffs that the first forecasts had, as many folds as there are."""
        table = self.first.assign(fold=fold_numbers(self.first)).drop_duplicates(["series", "fold"])
        return [part.set_index("series")["cutoff"].to_dict() for _, part in table.groupby("fold")]

    def forecasts(self, data: Frame, fold: int) -> pd.DataFrame:
        """The forecasts that the function makes now, at this fold's cutoffs."""
        rows, cutoffs = outright(self.make(data.copy()), self.panel), self.cutoffs[fold]
        return rows[rows["cutoff"] == rows["series"].map(cutoffs)]


def outright(frame: pd.DataFrame, panel: Panel) -> pd.DataFrame:
    """Forecasts made elsewhere in the order of tidy rows; SettingError where a column lacks that tells them apart."""
    absent = [name for name in ("cutoff", "forecast") if name not in frame.columns]
    if absent or not {"step", "time"} & set(frame.columns):
        raise SettingError(
            "forecasts are a frame with columns series, cutoff, step and forecast (and lo-80, hi-80, …); found "
            f"{list(map(str, frame.columns))}"
        )
    table = frame.copy()
    if "series" not in table.columns:
        table["series"] = cast("Any", panel.names[0])
    if "model" not in table.columns:
        table["model"] = "the forecasts"
    if "step" not in table.columns:
        table["step"] = table.groupby(["model", "series", "cutoff"])["time"].rank().astype(int)
    numbers = [name for name in table.columns if str(name) == "forecast" or str(name).startswith(("lo-", "hi-"))]
    return table[["model", "series", "cutoff", "step", *numbers]]
