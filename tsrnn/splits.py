"""Splits: the rows of each series that are known at each forecast origin of a backtest, and those that are judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Protocol, runtime_checkable

import numpy as np

from tsrnn.cutoffs import at_cutoffs, split_by
from tsrnn.errors import SettingError, ShortSeriesError, whole_number
from tsrnn.panel import Counts, Panel

Cutoffs = Sequence[Any] | Mapping[Any, Sequence[Any]]


@dataclass(frozen=True)
class Splits:
    """Where the folds of a backtest lie; `backtest(…, folds=Splits(…))`.

    - `folds`: origins, the last one `gap + horizon` rows before the end of each series. `step`: rows between two
      origins, None for the horizon.
    - `gap`: rows after the last known one that no model may use and no forecast is judged on: an embargo, or the time
      that data take to arrive. Models are asked for `gap + horizon` steps; steps count from the last known row.
    - `window`: at most so many rows before an origin are known, a sliding window; None keeps all, an expanding one.
    - `cutoffs`: the stamps at which folds end what is known, in place of `folds` and `step`: the same for every series,
      or a mapping from each series to its own, as many for each. A row with the stamp of a cutoff is known.

    >>> Splits(folds=3, window=500)
    Splits(folds=3, window=500)
    """

    folds: int = 5
    step: int | None = None
    gap: int = field(default=0, kw_only=True)
    window: int | None = field(default=None, kw_only=True)
    cutoffs: Cutoffs | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        whole_number("folds", self.folds, 1)
        whole_number("gap", self.gap, 0)
        if self.step is not None:
            whole_number("step", self.step, 1)
        if self.window is not None:
            whole_number("window", self.window, 1)
        if self.cutoffs is not None and (self.folds, self.step) != (Splits.folds, None):
            raise SettingError("Splits(cutoffs=…) says where every fold lies; leave folds and step out")

    def __repr__(self) -> str:
        given = [(part.name, getattr(self, part.name), part.default) for part in fields(self)]
        shown = [f"{name}={value!r}" for name, value, usual in given if value is not usual]
        return f"Splits({', '.join(shown)})"


@runtime_checkable
class Splitter(Protocol):
    """What is asked of a splitter such as scikit-learn's TimeSeriesSplit."""

    def split(self, X: Any) -> Any:
        """Pairs of the rows to learn from and the rows to judge, oldest first."""
        ...

    def get_n_splits(self) -> int:
        """How many pairs."""
        ...


@dataclass(frozen=True)
class Fold:
    """What is known at one origin: the rows `starts[i]` to before `stops[i]` of each series, `(series,)` both."""

    starts: Counts
    stops: Counts

    def known(self, panel: Panel) -> Panel:
        """The rows that a model may learn from."""
        return panel.between(self.starts, self.stops)


@dataclass(frozen=True)
class Plan:
    """How a backtest was run: steps ahead, origins, rows between them, refitting, levels in per cent.

    `step` is the longest way between two origins where they do not lie evenly. `refit`: at every origin, at every so
    many, or never again. `gap`: rows between the last known and the first judged one. `window`: the most rows of a
    series known at an origin, None for all. `even`: whether the origins lie evenly. `asked`: the folds as they were
    asked for.
    """

    horizon: int
    folds: int
    step: int
    refit: bool | int
    levels: tuple[float, ...]
    gap: int = 0
    window: int | None = None
    even: bool = True
    asked: str = ""

    @property
    def reach(self) -> int:
        """Steps that models are asked for: those of the gap and those that are judged."""
        return self.gap + self.horizon

    @property
    def origins(self) -> str:
        """How far ahead and from where, in words.

        >>> Plan(6, 3, 6, True, (80.0,), gap=2, window=50).origins
        '6 steps ahead from 3 origins, 6 rows apart, after a gap of 2 rows, knowing at most 50 rows'
        """
        apart = f"{self.step} rows apart" if self.even else f"up to {self.step} rows apart"
        gap = f", after a gap of {self.gap} rows" if self.gap else ""
        window = f", knowing at most {self.window} rows" if self.window is not None else ""
        return f"{self.horizon} steps ahead from {self.folds} origins, {apart}{gap}{window}"

    @property
    def training(self) -> str:
        """When models were trained, in words.

        >>> Plan(6, 3, 6, False, ()).training
        'once, before the first origin'
        """
        if self.refit is False:
            return "once, before the first origin"
        return "anew at every origin" if self.refit == 1 else f"anew at one origin in {int(self.refit)}"


def rolling_origins(panel: Panel, horizon: int, folds: int, step: int | None) -> list[Counts]:
    """An expanding window: for each fold, oldest first, how many rows of each series were known, `(series,)`.

    The last fold leaves the last `horizon` rows of a series to be forecast, the one before it `step` rows more
    (`step=None`: `horizon`, so that no row is forecast twice). Each series is cut from its own end.

    Raises ShortSeriesError naming the series that has too few rows.
    """
    whole_number("horizon", horizon, 1)
    return from_the_ends(panel, horizon, Splits(whole_number("folds", folds, 1), step))


def planned(
    panel: Panel,
    horizon: int,
    folds: int | Splits | Splitter,
    *,
    step: int | None = None,
    refit: bool | int = True,
    levels: tuple[float, ...] = (),
) -> tuple[Plan, list[Fold]]:
    """The folds, oldest first, and the record of how they were asked for; `folds` is a number, Splits or a splitter.

    Raises SettingError for what cannot be and ShortSeriesError naming a series that has too few rows.
    """
    whole_number("horizon", horizon, 1)
    refit = _checked_refit(refit)
    if not isinstance(folds, (int, np.integer)) and step is not None:
        raise SettingError(f"step={step} goes with a number of folds; with {folds!r} leave it out")
    if isinstance(folds, Splits):
        gap, found = folds.gap, _rows_of(folds, panel, horizon)
    elif isinstance(folds, Splitter):
        gap, known = split_by(folds, panel, horizon)
        found = [Fold(*rows) for rows in known]
    else:
        gap, found = 0, _rows_of(Splits(folds, step), panel, horizon)
    strides = np.diff([fold.stops for fold in found], axis=0)
    windowed = any(fold.starts.any() for fold in found)
    return Plan(
        horizon=horizon,
        folds=len(found),
        step=int(strides.max()) if len(found) > 1 else step or horizon,
        refit=refit,
        levels=levels,
        gap=gap,
        window=int(max((fold.stops - fold.starts).max() for fold in found)) if windowed else None,
        even=len(np.unique(strides)) < 2,
        asked=_asked(folds, step, refit),
    ), found


def _asked(folds: int | Splits | Splitter, step: int | None, refit: bool | int) -> str:
    parts = [f"folds={folds!r}"]
    parts += [f"step={step}"] if step is not None else []
    parts += [f"refit={refit}"] if refit is not True else []
    return ", ".join(parts)


def _checked_refit(refit: bool | int) -> bool | int:
    if isinstance(refit, (bool, np.bool_)):
        return bool(refit)
    if not isinstance(refit, (int, np.integer)) or refit < 1:
        raise SettingError(
            f"refit is True (train at every origin), False (once) or a whole number k (at every k-th); got {refit!r}"
        )
    return int(refit)


def _rows_of(splits: Splits, panel: Panel, horizon: int) -> list[Fold]:
    if splits.cutoffs is None:
        stops = from_the_ends(panel, horizon, splits)
    else:
        stops = at_cutoffs(panel, splits.cutoffs, splits.gap + horizon)
    nothing = np.zeros(len(panel.names), np.int64)
    window = splits.window
    return [Fold(nothing if window is None else np.maximum(stop - window, 0), stop) for stop in stops]


def from_the_ends(panel: Panel, horizon: int, splits: Splits) -> list[Counts]:
    """Folds cut from the end of each series: known rows, `(series,)` for each, oldest first."""
    folds, gap = splits.folds, splits.gap
    stride = horizon if splits.step is None else splits.step
    needed = gap + horizon + (folds - 1) * stride + 1
    apart = f" and a gap of {gap}" if gap else ""
    for name, length in zip(panel.names, panel.lengths, strict=True):
        if length < needed:
            raise ShortSeriesError(
                f"series {name!r} has {length} rows, but {folds} folds of horizon {horizon} every {stride} rows{apart} "
                f"need at least {needed}; give a longer series, fewer folds or a shorter horizon",
                series=name,
                needed=needed,
            )
    return [np.asarray(panel.lengths - gap - horizon - fold * stride) for fold in reversed(range(folds))]
