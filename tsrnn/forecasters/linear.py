"""Ridge forecaster: one linear map from each window, relative to its last value, to all steps ahead, for all series."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import torch
from scipy.linalg import eigh
from torch import Tensor

from tsrnn.errors import SettingError, real, whole_number
from tsrnn.forecasters.heldout import HeldOut
from tsrnn.forecasters.inputs import Inputs
from tsrnn.forecasters.protocol import Arrays, Facts, Notice, PanelForecaster
from tsrnn.forecasters.relative import Reader, Sample
from tsrnn.panel import Array, Forecast, Panel
from tsrnn.transforms import Chain, chain, transform_names
from tsrnn.windows import default_lookback, legal_starts

# Shares of the inputs' mean variance that are compared as penalties.
PENALTIES = tuple(float(penalty) for penalty in np.logspace(-6, 1, 15))
# The last share of each series' rows on which the penalty is chosen and errors are measured.
_VALIDATION = 0.2
_MOST_VALIDATION = 4096  # windows


@dataclass(frozen=True)
class FittedRidge:
    """What a ridge forecaster learned.

    `weights (input, step, channel)`: for the lags, the past covariates, the future ones at the origin and the static
    ones, then for the future ones at the step ahead.
    """

    reader: Reader
    weights: Array
    penalty: float
    heldout: HeldOut
    notices: list[Notice]

    @property
    def memory(self) -> int:
        """One window, and the rows before it that its changes are made of."""
        return self.reader.memory

    def forecast(self, panel: Panel, horizon: int, levels: tuple[float, ...], ahead: Array) -> Forecast:
        """The steps after each series' last row; a horizon beyond the one fitted for is an error."""
        self.reader.scales.check(levels)
        sample = self.reader.newest(panel, horizon, ahead)
        point = (_applied(self.weights, sample) + sample.level[:, None])[:, :horizon]
        invert = self.reader.scales.target.invert
        bounds = {}
        for level in levels:
            reach = self.heldout.reach(level)[:horizon]
            bounds[level] = (invert(point - reach, panel), invert(point + reach, panel))
        return Forecast(invert(point, panel), bounds)

    def state(self) -> tuple[Facts, Arrays]:
        """Weights, scales and held-out errors."""
        facts = {
            "lookback": self.reader.lookback,
            "penalty": self.penalty,
            "notices": [asdict(notice) for notice in self.notices],
        }
        return facts, {**self.reader.arrays(), "weights": self.weights, "heldout": self.heldout.sizes}


class RidgeForecaster(PanelForecaster):
    """One ridge regression for all series, from each window to every step ahead, relative to the window's last value.

    - `horizon`: steps to forecast. `lookback`: rows in a window; None is two seasons or two horizons, whichever is
      longer, at most a third of the shortest series.
    - `transform`: what is done to each series first: `"log"`, `"boxcox"`, `"difference"` (no intervals then), several,
      or none. Series are then measured in their mean absolute change over 1 to `horizon` rows or, with `"deviation"`
      among the names, in the standard deviation that benchmarks of long horizons take.
    - `penalty`: of squared weights beside the mean squared error, as a share of the mean variance of the inputs; None
      is the best of fifteen from 1e-6 to 10 on the last fifth of each series, and the map is then learned from all
      rows. A penalty beyond all limits forecasts the last value.

    Past covariates are read over the window, future ones at its last row and at the step ahead, static ones as they
    are. A missing value counts as the one before it. Intervals are quantiles of the absolute errors on the last fifth,
    step by step, in each series' unit; they never shrink with the step.

    >>> import pandas as pd
    >>> RidgeForecaster(2, 3, penalty=1e-9).fit(pd.Series(np.arange(20.0))).predict().round(3).tolist()
    [20.0, 21.0]
    """

    def __init__(
        self,
        horizon: int = 1,
        lookback: int | None = None,
        *,
        transform: str | Sequence[str] = (),
        penalty: float | None = None,
        name: str = "ridge",
    ) -> None:
        self.horizon = horizon
        self.lookback = lookback
        self.transform = transform
        self.penalty = penalty
        self.name = name

    def _learn(self, panel: Panel) -> FittedRidge:
        if self.penalty is not None and not 0 < real("penalty", self.penalty, "a number above 0") < np.inf:
            raise SettingError(f"penalty must be above 0, got {self.penalty!r}")
        lookback = default_lookback(panel, self.horizon) if self.lookback is None else self.lookback
        whole_number("lookback", lookback, 1)
        reader = Reader.of(panel, lookback, self.horizon, self._scaling())
        inputs, observed = reader.inputs(panel)
        starts = legal_starts(panel, observed, lookback, self.horizon, _VALIDATION)
        every = legal_starts(panel, observed, lookback, self.horizon, 0.0).training
        early = _Moments.of(reader, inputs, starts.training)
        late = starts.validation if len(starts.validation) else starts.training
        check = reader.sample(inputs, _thinned(late))
        tried = PENALTIES if self.penalty is None else (self.penalty,)
        if not len(starts.validation):
            tried = tried[-1:]
        maps = _Path(early)
        found = [maps.weights(penalty) for penalty in tried]
        best = int(np.argmin([_error(weights, check) for weights in found]))
        heldout = HeldOut.of(_applied(found[best], check) - check.targets, check.seen)
        rest = every[~torch.isin(every, starts.training)]
        weights = _Path(early + _Moments.of(reader, inputs, rest)).weights(tried[best]) if len(rest) else found[best]
        return FittedRidge(reader, weights, tried[best], heldout, _notices(panel, len(starts.validation)))

    def _scaling(self) -> Chain:
        return chain(transform_names(self.transform), self.horizon)

    def _restore(self, facts: Facts, arrays: Arrays, recent: Panel) -> FittedRidge:
        weights = np.asarray(arrays["weights"], np.float64)
        reader = Reader.restore(arrays, recent, int(facts["lookback"]), weights.shape[1], self._scaling())
        notices = [Notice(**notice) for notice in facts["notices"]]
        heldout = HeldOut(np.asarray(arrays["heldout"], np.float64))
        return FittedRidge(reader, weights, float(facts["penalty"]), heldout, notices)


def _shared(sample: Sample) -> Array:
    """The inputs that every step reads, `(window, input)`."""
    count, lookback = sample.lags.shape[:2]
    parts = (sample.lags, sample.past, sample.future[:, lookback - 1], sample.static)
    return np.concatenate([part.reshape(count, -1) for part in parts], axis=1)


def _applied(weights: Array, sample: Sample) -> Array:
    """The steps ahead of each window, `(window, step, channel)`, relative to its level."""
    shared = _shared(sample)
    steps, channels = weights.shape[1:]
    everywhere: Array = shared @ weights[: shared.shape[1]].reshape(shared.shape[1], steps * channels)
    own: Array = np.einsum("wsf,fsc->wsc", sample.future[:, sample.lags.shape[1] :], weights[shared.shape[1] :])
    return everywhere.reshape(-1, steps, channels) + own


def _error(weights: Array, sample: Sample) -> float:
    """The mean squared error over the targets seen."""
    errors = (_applied(weights, sample) - sample.targets)[sample.seen]
    return float(errors @ errors) / max(len(errors), 1)


@dataclass(frozen=True)
class _Moments:
    """Sums of products of all columns over windows, `total (column, column)`, so that windows need not be kept.

    The columns are `inputs` that every step reads, then `future` ones for each of the `steps`, then the targets of
    each step and channel. A window weighs as much as the share of its targets that were observed; `count` adds that up.
    """

    total: Array
    count: float
    inputs: int
    future: int
    steps: int

    @staticmethod
    def of(reader: Reader, inputs: Inputs, starts: Tensor) -> _Moments:
        """From the windows that begin at `starts`, batch by batch."""
        total, count = np.zeros(()), 0.0
        for sample in reader.batches(inputs, starts):
            shared = _shared(sample)
            rest = (sample.future[:, reader.lookback :], sample.targets)
            columns = np.concatenate((shared, *(part.reshape(len(shared), -1) for part in rest)), axis=1)
            weight = sample.seen.mean(axis=(1, 2))
            total = total + (columns * weight[:, None]).T @ columns
            count += float(weight.sum())
        return _Moments(total, count, shared.shape[1], sample.future.shape[2], reader.horizon)

    def __add__(self, other: _Moments) -> _Moments:
        return _Moments(self.total + other.total, self.count + other.count, self.inputs, self.future, self.steps)

    def groups(self) -> Iterator[tuple[Array, Array]]:
        """Means of products (inputs, inputs) and (inputs, targets), for each set of steps that read the same inputs."""
        first = self.inputs + self.steps * self.future
        channels = (len(self.total) - first) // self.steps
        shared = np.arange(self.inputs)
        mean = self.total / max(self.count, 1.0)
        if not self.future:
            yield mean[: self.inputs, : self.inputs], mean[: self.inputs, first:]
            return
        for step in range(self.steps):
            own = np.concatenate((shared, self.inputs + step * self.future + np.arange(self.future)))
            targets = first + step * channels + np.arange(channels)
            yield mean[np.ix_(own, own)], mean[np.ix_(own, targets)]


class _Path:
    """The ridge solutions of every penalty, from one eigen-decomposition of each matrix of products."""

    def __init__(self, moments: _Moments) -> None:
        self._steps = moments.steps
        self._solved = []
        for square, cross in moments.groups():
            values, vectors = eigh(square, check_finite=False)
            self._solved.append((np.maximum(values, 0.0), vectors, vectors.T @ cross))

    def weights(self, penalty: float) -> Array:
        """`(input, step, channel)` for a penalty that is a share of the mean variance of the inputs."""
        found = []
        for values, vectors, cross in self._solved:
            shrunk = values + penalty * (values.mean() or 1.0)
            found.append(vectors @ (cross / shrunk[:, None]))  # (input, step * channel)
        both = np.concatenate(found, axis=1)
        return both.reshape(len(both), self._steps, -1)


def _thinned(starts: Tensor) -> Tensor:
    """At most so many of the windows, evenly spread."""
    return starts[:: max(1, -(-len(starts) // _MOST_VALIDATION))]


def _notices(panel: Panel, validation: int) -> list[Notice]:
    notices = []
    for series, name in enumerate(panel.names):
        missing = int((~panel.observed[panel.rows(series)]).sum())
        if missing:
            notices.append(Notice(name, "missing values count as the ones before them", missing))
    if not validation:
        notices.append(Notice(None, "too few rows to choose a penalty by: the strongest was taken"))
    return notices
