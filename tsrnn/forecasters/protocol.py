"""What a forecaster is: the protocol a backtest asks for, and the border that all of tsrnn's own share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self, runtime_checkable

from sklearn.base import BaseEstimator

from tsrnn.ahead import known_ahead
from tsrnn.answer import Answer, write, write_paths
from tsrnn.columns import Columns, Repairs
from tsrnn.errors import DataError, NotFittedError, SettingError, whole_number
from tsrnn.frame import Data, read
from tsrnn.notices import Notice as Notice
from tsrnn.panel import Array, Forecast, Panel
from tsrnn.repairing import enough, filled, notices, padded

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

# Far beyond any forecast, and short of what memory holds.
LONGEST_HORIZON = 1_000_000

Facts = dict[str, Any]
Arrays = dict[str, "NDArray[np.generic]"]


@runtime_checkable
class Forecaster(Protocol):
    """All that a backtest needs of a model; anything with these four can be judged beside tsrnn's own."""

    name: str

    def fit(self, data: Data, columns: Columns | None = None, *, repairs: Repairs | None = None) -> Self:
        """Learns from a Series, a wide frame, a long frame or a Panel, and returns itself."""
        ...

    def predict(
        self,
        horizon: int | None = None,
        *,
        history: Data | None = None,
        levels: list[float] | None = None,
        future: pd.DataFrame | None = None,
    ) -> Answer:
        """The next `horizon` steps in the caller's shape; `history` moves the origin and nothing is relearned."""
        ...

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """The settings, as scikit-learn's `clone` reads them."""
        ...


class Fitted(Protocol):
    """What was learned, without the caller's frame: arrays in, arrays out."""

    @property
    def memory(self) -> int:
        """Rows of each series that a later predict needs."""
        ...

    @property
    def notices(self) -> list[Notice]:
        """What the report should mention."""
        ...

    def forecast(self, panel: Panel, horizon: int, levels: tuple[float, ...], ahead: Array) -> Forecast:
        """The `horizon` steps after each series' last row; `ahead (series, step, F)` are the covariates known there."""
        ...

    def state(self) -> tuple[Facts, Arrays]:
        """What `_restore` needs to make this object again: facts that JSON holds, and named arrays."""
        ...


@runtime_checkable
class Simulates(Protocol):
    """What a Fitted that knows more than each step by itself can do too."""

    def paths(self, panel: Panel, horizon: int, n: int, seed: int, ahead: Array) -> Array:
        """`n` sample paths of the steps after each series' last row, `(series, path, step, channel)`."""
        ...


@dataclass(frozen=True)
class Learned:
    """Everything a forecaster keeps from `fit`: the model, the rows it needs to go on, and how they were read.

    `repaired`: what was repaired in the rows that it learned from.
    """

    model: Fitted
    recent: Panel
    columns: Columns | None
    repairs: Repairs
    repaired: tuple[Notice, ...] = ()

    @property
    def notices(self) -> list[Notice]:
        """What was repaired, and what the model wants known."""
        return [*self.repaired, *self.model.notices]

    def read(self, history: Data) -> Panel:
        """Newer rows, or those of other series, read and repaired as the data were."""
        panel = filled(read(history, self.columns, self.repairs, like=self.recent.layout), self.repairs)
        return padded(panel, self.model.memory) if self.repairs.on_short == "pad" else panel


class PanelForecaster(BaseEstimator, ABC):  # type: ignore[misc]
    """The border between frames and models of panels: `fit` reads, `predict` writes, a subclass only learns.

    Subclasses are final; they give `name`, a constructor that stores its arguments as given, `_learn` and `_restore`.
    """

    name: str
    horizon: int
    fitted_: Learned
    by_series = False  # whether each series is learned alone, so that any part of the series gives the same forecasts

    @abstractmethod
    def _learn(self, panel: Panel) -> Fitted:
        """What there is to learn from the panel."""

    @abstractmethod
    def _restore(self, facts: Facts, arrays: Arrays, recent: Panel) -> Fitted:
        """The learned object again, from its `state()`."""

    def fit(self, data: Data, columns: Columns | None = None, *, repairs: Repairs | None = None) -> Self:
        """Learns from the data, replacing whatever was learned before.

        `data` is a Series, a wide frame (a column a series), a long frame (`columns` says which column is which) or a
        Panel. Raises a DataError where the rows cannot be used and a SettingError for an impossible setting.
        """
        whole_number("horizon", self.horizon, 1)
        if not isinstance(self.name, str) or not self.name:
            raise SettingError(f"name must be text that is not empty, got {self.name!r}")
        policy = repairs or Repairs()
        panel = read(data, columns, repairs)
        known = filled(panel, policy)
        model, learned, more = enough(self._learn, known, policy)
        recent = padded(learned, model.memory) if policy.on_short == "pad" else learned
        told = (*notices(panel, known), *more)
        self.fitted_ = Learned(model, recent.tail(model.memory), columns, policy, told)
        return self

    def predict(
        self,
        horizon: int | None = None,
        *,
        history: Data | None = None,
        levels: list[float] | None = None,
        future: pd.DataFrame | None = None,
    ) -> Answer:
        """The next `horizon` steps in the shape of the data, with the same names, kind of index and time zone.

        - `horizon`: steps ahead; None takes the forecaster's own.
        - `history`: rows up to a newer origin, or of other series; nothing is relearned.
        - `levels`: central intervals in per cent, `[80, 95]`, as columns `NAME-lo-80`, `NAME-hi-80`, …
        - `future`: the columns named `Columns(future=…)` for the steps ahead.
        """
        wanted = checked_levels(levels)
        model, panel, steps, ahead = self._asked(horizon, history, future)
        return write(model.forecast(panel, steps, wanted, ahead), panel)

    def simulate(
        self,
        n: int,
        *,
        horizon: int | None = None,
        history: Data | None = None,
        future: pd.DataFrame | None = None,
        seed: int = 0,
    ) -> pd.DataFrame:
        """`n` ways in which the next `horizon` steps may go: a frame as `predict` gives, with columns `NAME-path-1`, ….

        Steps of one path belong together, so that sums, maxima and waiting times can be read from the paths. Each
        series draws its own random numbers, from `seed` and its name: paths of different series are independent.
        Raises SettingError for a model that knows each step by itself alone.
        """
        whole_number("n", n, 1)
        if whole_number("seed", seed, 0) >= 2**63:
            raise SettingError(f"seed must be below 2 to the power of 63, got {seed}")
        model, panel, steps, ahead = self._asked(horizon, history, future)
        if not isinstance(model, Simulates):
            raise SettingError(
                f"{self.name} knows no paths, only each step by itself; simulate with arima, a naive forecaster, or "
                "a network with decoder=Recursive()"
            )
        return write_paths(model.paths(panel, steps, n, seed, ahead), panel)

    def _asked(
        self, horizon: int | None, history: Data | None, future: pd.DataFrame | None
    ) -> tuple[Fitted, Panel, int, Array]:
        """What was learned, the rows to go on from, how many steps, and what is known of them; checked."""
        learned = self.learned()
        steps = whole_number("horizon", self.horizon if horizon is None else horizon, 1)
        if steps > LONGEST_HORIZON:
            raise SettingError(f"horizon must be at most {LONGEST_HORIZON:,}, got {steps:,}")
        panel = learned.recent if history is None else learned.read(history)
        _check_alike(panel, learned.recent)
        return learned.model, panel, steps, known_ahead(panel, steps, future)

    def learned(self) -> Learned:
        """What `fit` left; NotFittedError before it."""
        if "fitted_" not in self.__dict__:
            raise NotFittedError(f"{type(self).__name__} has not been fitted: call fit(data) first")
        return self.fitted_

    def save(self, path: str | Path) -> Path:
        """Writes the fitted model as a folder; `tsrnn.load(path)` reads it back."""
        from tsrnn.saving import save

        return save(self, path)


def checked_levels(levels: Sequence[float] | None) -> tuple[float, ...]:
    """Levels in per cent as floats, sorted; SettingError for one that is not from 1 to below 100.

    >>> checked_levels([95, 80])
    (80.0, 95.0)
    """
    if levels is not None and not isinstance(levels, (list, tuple)):
        raise SettingError(f"levels are a list of per cents between 0 and 100, such as [80, 95]; got {levels!r}")
    for level in levels or ():
        if isinstance(level, bool) or not isinstance(level, (int, float)) or not 0 < level < 100:
            raise SettingError(f"levels are per cent between 0 and 100, such as [80, 95]; got {level!r}")
        if level < 1:
            raise SettingError(f"levels are per cent, and {level!r} is less than one: is {100 * level:g} meant?")
    return tuple(sorted({float(level) for level in levels or ()}))


def _check_alike(panel: Panel, learned: Panel) -> None:
    """DataError where new history cannot be what the model was fitted on."""
    ours, theirs = learned.layout.frequency, panel.layout.frequency
    if (ours.kind, ours.alias) != (theirs.kind, theirs.alias):
        message = f"the history has one row a {theirs.words}, but the model was fitted on one row a {ours.words}"
        raise DataError(message, code="E106")
    for what, got, needed in (
        ("target", panel.channels, learned.channels),
        ("past", panel.past.shape[1], learned.past.shape[1]),
        ("future", panel.future.shape[1], learned.future.shape[1]),
        ("static", panel.static.shape[1], learned.static.shape[1]),
    ):
        if got != needed:
            raise DataError(f"the history has {got} {what} columns, but the model was fitted on {needed}")
