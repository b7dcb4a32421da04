"""Boosting forecaster: gradient-boosted trees on lags and the place in the season, one model for all series."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import torch
from sklearn.ensemble import HistGradientBoostingRegressor
from torch import Tensor

from tsrnn.answer import times_ahead
from tsrnn.calendar import features, resolve
from tsrnn.errors import SettingError, real, whole_number
from tsrnn.forecasters.fourier import waves
from tsrnn.forecasters.heldout import HeldOut
from tsrnn.forecasters.inputs import Inputs
from tsrnn.forecasters.protocol import Arrays, Facts, Notice, PanelForecaster
from tsrnn.forecasters.relative import Reader, Sample
from tsrnn.forecasters.trees import Trees
from tsrnn.panel import Array, Counts, Forecast, Panel
from tsrnn.scaling import Standardize
from tsrnn.windows import default_lookback, legal_starts

# The newest lags that trees read, and the values so many seasons before a step.
_LAGS, _SEASONS = 24, 2
# The last share of each series' rows on which the number of trees is chosen and errors are measured.
_VALIDATION = 0.2
_MOST_VALIDATION = 20_000  # windows times steps


@dataclass(frozen=True)
class FittedBoosting:
    """What a boosting forecaster learned: one ensemble of trees a channel."""

    reader: Reader
    season: int
    trees: tuple[Trees, ...]
    heldout: HeldOut
    notices: list[Notice]

    @property
    def memory(self) -> int:
        """One window."""
        return self.reader.memory

    def forecast(self, panel: Panel, horizon: int, levels: tuple[float, ...], ahead: Array) -> Forecast:
        """The steps after each series' last row; a horizon beyond the one fitted for is an error."""
        phases = [_phases(panel, times_ahead(panel, series, horizon), self.season) for series in range(len(ahead))]
        ahead = np.concatenate((ahead, np.stack(phases)), axis=2)
        sample = self.reader.newest(_with_phases(panel, self.season), horizon, ahead)
        point = sample.level[:, None] + _applied(self.trees, sample, self.season, horizon)
        invert = self.reader.scales.target.invert
        bounds = {}
        for level in levels:
            reach = self.heldout.reach(level)[:horizon]
            bounds[level] = (invert(point - reach, panel), invert(point + reach, panel))
        return Forecast(invert(point, panel), bounds)

    def state(self) -> tuple[Facts, Arrays]:
        """Trees, scales and held-out errors."""
        facts = {
            "lookback": self.reader.lookback,
            "season": self.season,
            "notices": [asdict(notice) for notice in self.notices],
        }
        arrays = {**self.reader.arrays(), "heldout": self.heldout.sizes}
        for channel, trees in enumerate(self.trees):
            arrays |= {f"trees.{channel}.{key}": value for key, value in trees.arrays().items()}
        return facts, arrays


class BoostingForecaster(PanelForecaster):
    """Gradient-boosted trees on lags relative to the last value, one model for all series and steps.

    - `horizon`: steps to forecast. `lookback`: rows in a window; None is two seasons or two horizons, whichever is
      longer, at most a third of the shortest series. `season`: rows in a season; None takes the table's for the
      frequency.
    - `trees`: the most there may be; how many is chosen on the last fifth of each series, and so many are then grown
      on all rows. `learning_rate`: what each tree's values are multiplied by.
    - `rows`: the pairs of a window and a step that are learned from, drawn with `seed` where there are more.

    A tree reads the step, the newest 24 lags, the values one and two seasons before the step, the mean of the window,
    the place in the year, week and day of the step, past covariates at the last row, future ones there and at the step,
    and static ones. Missing values count as the ones before them. Intervals are quantiles of the absolute errors on the
    last fifth, step by step, in units of each series' typical change; they never shrink with the step.

    >>> wave = pd.Series(np.tile([0.0, 1.0, 2.0, 1.0], 50))
    >>> BoostingForecaster(2, 8, season=4).fit(wave).predict().round(1).tolist()
    [0.0, 1.0]
    """

    def __init__(
        self,
        horizon: int = 1,
        lookback: int | None = None,
        *,
        season: int | None = None,
        trees: int = 200,
        learning_rate: float = 0.1,
        rows: int = 50_000,
        seed: int = 0,
        name: str = "boosting",
    ) -> None:
        self.horizon = horizon
        self.lookback = lookback
        self.season = season
        self.trees = trees
        self.learning_rate = learning_rate
        self.rows = rows
        self.seed = seed
        self.name = name

    def _learn(self, panel: Panel) -> FittedBoosting:
        self._check()
        season = panel.season if self.season is None else whole_number("season", self.season, 1)
        lookback = default_lookback(panel, self.horizon) if self.lookback is None else self.lookback
        whole_number("lookback", lookback, 1)
        known = _with_phases(panel, season)
        reader = Reader.of(known, lookback, self.horizon, Standardize(self.horizon))
        inputs, observed = reader.inputs(known)
        starts = legal_starts(panel, observed, lookback, self.horizon, _VALIDATION)
        every = legal_starts(panel, observed, lookback, self.horizon, 0.0).training
        late = starts.validation if len(starts.validation) else starts.training
        check = reader.sample(inputs, _thinned(late, self.horizon))
        draw = _Draw(reader, inputs, season, self.rows, self.seed)
        kept, errors = [], np.empty_like(check.targets)
        for channel in range(panel.channels):
            grown = self._grow(*draw.pairs(starts.training, channel), self.trees)
            misses = _misses(grown, check, season, channel)  # (window, step, trees from none to all)
            seen = misses[check.seen[..., channel]]
            best = int(np.argmin(seen.mean(axis=0))) if len(starts.validation) and len(seen) else 0
            errors[..., channel] = misses[..., best]
            kept.append(self._grow(*draw.pairs(every, channel), max(best, 1)).first(best))
        heldout = HeldOut.of(errors, check.seen)
        return FittedBoosting(reader, season, tuple(kept), heldout, _notices(panel, len(starts.validation)))

    def _check(self) -> None:
        whole_number("trees", self.trees, 1)
        whole_number("rows", self.rows, 1)
        if whole_number("seed", self.seed, 0) >= 2**32:
            raise SettingError(f"seed must be below 2 to the power of 32, got {self.seed}")
        if not 0 < real("learning_rate", self.learning_rate, "a number above 0 and at most 1") <= 1:
            raise SettingError(f"learning_rate must be above 0 and at most 1, got {self.learning_rate!r}")

    def _grow(self, rows: Array, target: Array, trees: int) -> Trees:
        """So many trees of least absolute error on `rows (row, feature)`; without any, the last value stays."""
        return Trees.grow(
            rows if len(rows) else np.zeros((1, rows.shape[1])),
            target if len(rows) else np.zeros(1),
            HistGradientBoostingRegressor(
                loss="absolute_error",
                learning_rate=self.learning_rate,
                max_iter=trees,
                early_stopping=False,
                random_state=self.seed,
            ),
        )

    def _restore(self, facts: Facts, arrays: Arrays, recent: Panel) -> FittedBoosting:
        season, lookback = int(facts["season"]), int(facts["lookback"])
        heldout = HeldOut(np.asarray(arrays["heldout"], np.float64))
        horizon = heldout.sizes.shape[1]  # that of `fit`, whatever the settings have become
        reader = Reader.restore(arrays, recent, lookback, horizon, Standardize(horizon))
        starts = [f"trees.{channel}." for channel in range(recent.channels)]
        parts: list[dict[str, Any]] = [
            {key.removeprefix(start): value for key, value in arrays.items() if key.startswith(start)}
            for start in starts
        ]
        notices = [Notice(**notice) for notice in facts["notices"]]
        return FittedBoosting(reader, season, tuple(Trees(**part) for part in parts), heldout, notices)


@dataclass(frozen=True)
class _Draw:
    """Pairs of a window and a step, at most `rows` of them, as features and targets."""

    reader: Reader
    inputs: Inputs
    season: int
    rows: int
    seed: int

    def pairs(self, starts: Tensor, channel: int) -> tuple[Array, Array]:
        """`(row, feature)` and `(row,)`, of the windows that begin at `starts` and the targets that were seen."""
        horizon = self.reader.horizon
        places = np.arange(len(starts) * horizon)
        if len(places) > self.rows:
            places = np.sort(np.random.default_rng(self.seed).choice(len(places), self.rows, replace=False))
        steps = places % horizon
        parts, targets, done = [], [], 0
        for sample in self.reader.batches(self.inputs, starts[torch.from_numpy(places // horizon)]):
            own = steps[done : done + len(sample.lags)]
            seen = sample.seen[np.arange(len(own)), own, channel]
            parts.append(_features(sample, own, self.season)[seen])
            targets.append(sample.targets[np.arange(len(own)), own, channel][seen])
            done += len(own)
        return np.concatenate(parts), np.concatenate(targets)


def _features(sample: Sample, steps: Counts, season: int) -> Array:
    """What trees read of each window at its own step (from 0), `(window, feature)`."""
    count, lookback = sample.lags.shape[:2]
    windows = np.arange(count)
    parts = [
        steps[:, None].astype(np.float64),
        sample.lags[:, -_LAGS:].reshape(count, -1),
        sample.lags.mean(axis=1),
        *_seasons_ago(sample, steps, season),
        sample.past[:, -1],
        sample.future[:, lookback - 1],
        sample.future[windows, lookback + steps],
        sample.static,
    ]
    return np.concatenate(parts, axis=1)


def _seasons_ago(sample: Sample, steps: Counts, season: int) -> Iterator[Array]:
    """The newest values that lie whole seasons before each step, `(window, channel)`, as many as every window holds."""
    lookback = sample.lags.shape[1]
    for before in range(min(_SEASONS, lookback // season)):
        rows = lookback + steps - season * (steps // season + 1 + before)
        yield sample.lags[np.arange(len(steps)), rows]


def _applied(trees: tuple[Trees, ...], sample: Sample, season: int, horizon: int) -> Array:
    """The steps ahead of each window, `(window, step, channel)`, relative to its level."""
    found = np.empty((len(sample.lags), horizon, len(trees)))
    for step in range(horizon):
        rows = _features(sample, np.full(len(sample.lags), step), season)
        found[:, step] = np.stack([tree.predict(rows) for tree in trees], axis=1)
    return found


def _misses(trees: Trees, sample: Sample, season: int, channel: int) -> Array:
    """Absolute errors of a channel after none, one, two, … trees, `(window, step, trees + 1)`."""
    found = []
    for step in range(sample.targets.shape[1]):
        parts = trees.parts(_features(sample, np.full(len(sample.lags), step), season))
        sums = trees.baseline[0] + np.cumsum(np.pad(parts, ((0, 0), (1, 0))), axis=1)
        found.append(np.abs(sums - sample.targets[:, step, channel, None]))
    return np.stack(found, axis=1)


def _with_phases(panel: Panel, season: int) -> Panel:
    """The panel with the place in the season of every row among its covariates known ahead."""
    return replace(panel, future=np.concatenate((panel.future, _phases(panel, panel.times, season)), axis=1))


def _phases(panel: Panel, times: pd.Index, season: int) -> Array:
    """Sines and cosines of the hour, weekday or month, or of the year where a row is a week; of `season` for steps."""
    if not isinstance(times, (pd.DatetimeIndex, pd.PeriodIndex)):
        return waves(times.to_numpy(np.int64), season, 1 if season > 1 else 0)
    names = resolve(True, panel.layout.frequency.unit)
    # In a year or two of rows the day of the year would be a time of its own, which does not come again.
    return features(times, tuple(name for name in names if name != "yearday") or names)


def _thinned(starts: Tensor, horizon: int) -> Tensor:
    """Some of the windows, evenly spread."""
    return starts[:: max(1, -(-len(starts) * horizon // _MOST_VALIDATION))]


def _notices(panel: Panel, validation: int) -> list[Notice]:
    notices = []
    for series, name in enumerate(panel.names):
        missing = int((~panel.observed[panel.rows(series)]).sum())
        if missing:
            notices.append(Notice(name, "missing values count as the ones before them", missing))
    if not validation:
        notices.append(Notice(None, "too few rows to choose the number of trees by: none was grown"))
    return notices
