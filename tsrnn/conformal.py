"""Conformal intervals: those of any forecaster, widened or narrowed to hold what they promise on rows held back."""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np

from tsrnn.errors import SettingError, of_kind, one_of, real, whole_number
from tsrnn.forecasters.protocol import Arrays, Facts, Fitted, Notice, PanelForecaster, checked_levels
from tsrnn.panel import Array, Forecast, Panel
from tsrnn.rehearsal import naive_units, rehearse

METHODS = ("split", "cqr")


class ConformalForecaster(PanelForecaster):
    """Any forecaster with intervals calibrated step by step on origins inside its own training rows.

    - `model`: the forecaster; one of tsrnn's own. `windows`: calibration origins, the last ones of every series.
    - `method`: `"split"`: the forecast plus and minus a quantile of its own absolute errors (Lei et al.,
      Distribution-free predictive inference for regression, 2018), for forecasters without intervals too; `"cqr"`:
      the model's intervals moved outwards or inwards (Romano, Patterson and Candès, Conformalized quantile regression,
      2019), for the `levels` named here.

    The model learns twice: from the rows before the calibration origins, to see its errors there, and then from all
    rows. Errors of all series are pooled, each in units of its series' in-sample naive error, so that with many series
    few windows are enough. The promise is coverage on average over time, not on every day, and it holds as far as the
    errors to come are like those of the calibration rows.

    >>> import pandas as pd, numpy as np
    >>> from tsrnn.forecasters.naive import NaiveForecaster
    >>> walk = pd.Series(np.random.default_rng(0).normal(size=400).cumsum())
    >>> model = ConformalForecaster(NaiveForecaster(horizon=2), windows=50).fit(walk)
    >>> model.predict(levels=[80]).columns.tolist()
    ['y', 'y-lo-80', 'y-hi-80']
    """

    def __init__(
        self,
        model: PanelForecaster,
        *,
        windows: int = 40,
        method: str = "split",
        levels: tuple[float, ...] = (80, 95),
        name: str | None = None,
    ) -> None:
        self.model = model
        self.windows = windows
        self.method = method
        self.levels = levels
        self.name = f"{getattr(model, 'name', model)}-conformal" if name is None else name

    @property
    def horizon(self) -> int:  # type: ignore[override]
        """The model's own."""
        of_kind("model", self.model, PanelForecaster, "a forecaster of tsrnn")
        return self.model.horizon

    def _learn(self, panel: Panel) -> Calibrated:
        whole_number("windows", self.windows, 2)
        one_of("method", self.method, METHODS)
        of_kind("levels", self.levels, (tuple, list), "a list of per cents, such as (80, 95)")
        calibrated = checked_levels(list(self.levels))
        asked = calibrated if self.method == "cqr" else ()
        seen = rehearse([self.model], panel, self.windows, horizon=self.horizon, levels=asked)
        scale = naive_units(panel)
        unit = scale[:, None]  # (series, 1, channel)
        scores = {"split": np.abs(seen.actual - seen.forecast[0]) / unit}
        if self.method == "cqr":
            scores = {
                f"{level:g}": np.maximum(low[0] - seen.actual, seen.actual - high[0]) / unit
                for level, (low, high) in seen.bounds.items()
            }
        pooled = {key: np.sort(score.reshape(-1, *score.shape[2:]), axis=0) for key, score in scores.items()}
        return Calibrated(self.model._learn(panel), panel.names, scale, pooled)

    def _restore(self, facts: Facts, arrays: Arrays, recent: Panel) -> Calibrated:
        def part(name: str) -> Arrays:
            return {key.removeprefix(name): array for key, array in arrays.items() if key.startswith(name)}

        inner = self.model._restore(facts["inner"], part("inner."), recent)
        scores = {key: np.asarray(array, np.float64) for key, array in part("scores.").items()}
        return Calibrated(inner, recent.names, np.asarray(arrays["scale"], np.float64), scores)


@dataclass(frozen=True)
class Calibrated:
    """A fitted model and the errors that it made when it was calibrated.

    `scale (series, channel)`; `scores`: sorted errors `(error, step, channel)` in units of it, under `"split"` or under
    each level.
    """

    inner: Fitted
    names: tuple[Hashable, ...]
    scale: Array
    scores: dict[str, Array]

    @property
    def memory(self) -> int:
        """The model's own."""
        return self.inner.memory

    @property
    def notices(self) -> list[Notice]:
        """The model's own."""
        return self.inner.notices

    def forecast(self, panel: Panel, horizon: int, levels: tuple[float, ...], ahead: Array) -> Forecast:
        """The model's forecast, with an interval for every level that was calibrated."""
        longest = next(iter(self.scores.values())).shape[1]
        if levels and horizon > longest:
            raise SettingError(
                f"intervals were calibrated for {longest} steps, {horizon} were asked for; fit with horizon={horizon}"
            )
        own = () if "split" in self.scores else levels
        for level in own:
            if f"{level:g}" not in self.scores:
                raise SettingError(
                    f"a {level:g} % interval was not calibrated, only {', '.join(self.scores)}; "
                    f"fit with levels=(…, {level:g})"
                )
        found = self.inner.forecast(panel, horizon, own, ahead)
        unit = self._scale_of(panel)[:, None]  # (series, 1, channel)
        bounds = {}
        for level in levels:
            scores = self.scores[f"{level:g}" if own else "split"]
            reach = quantile(scores, level)[None, :horizon] * unit  # (series, step, channel)
            low, high = found.bounds[level] if own else (found.point, found.point)
            low, high = low - reach, high + reach
            bounds[level] = (np.minimum(low, found.point), np.maximum(high, found.point))
        return Forecast(found.point, bounds)

    def state(self) -> tuple[Facts, Arrays]:
        """The model's state, and the errors."""
        facts, arrays = self.inner.state()
        kept: Arrays = {f"inner.{key}": array for key, array in arrays.items()}
        kept |= {f"scores.{key}": array for key, array in self.scores.items()}
        return {"inner": facts}, kept | {"scale": self.scale}

    def _scale_of(self, panel: Panel) -> Array:
        places = {name: place for place, name in enumerate(self.names)}
        own = naive_units(panel)  # of a series never fitted
        known = [places.get(name, -1) for name in panel.names]
        return np.array([own[row] if place < 0 else self.scale[place] for row, place in enumerate(known)])


def quantile(scores: Array, level: float) -> Array:
    """The score that `level` per cent of new ones stay below, `(step, channel)`, from sorted `(score, step, channel)`.

    The ⌈(n + 1) · level / 100⌉-th smallest of n known ones. Raises SettingError where n is too small to have it.

    >>> quantile(np.arange(1.0, 10.0)[:, None, None], 80).item()
    8.0
    """
    known = (~np.isnan(scores)).sum(axis=0)  # missing actual values are sorted to the end
    rank = np.ceil((known + 1) * level / 100.0 - 1e-9).astype(int)
    if (rank > known).any():
        needed = int(np.ceil(level / (100.0 - level)))
        raise SettingError(
            f"a {level:g} % interval needs at least {needed} calibration errors a step, but there are "
            f"{int(known.min())}; fit with more windows or ask for a lower level"
        )
    found: Array = np.take_along_axis(scores, rank[None] - 1, axis=0)[0]
    return found


@dataclass(frozen=True)
class RunningLevel:
    """Which level to ask for so that intervals hold `target` per cent in the long run, whatever the series does.

    Adaptive conformal inference (Gibbs and Candès, Adaptive conformal inference under distribution shift, 2021): after
    a miss the next interval is asked wider, after a hit a little narrower. `level` is what to ask for now.

    >>> state = RunningLevel(80)
    >>> state.after(held=False).level
    84.0
    >>> state.after(held=True).level
    79.0
    """

    target: float
    rate: float = 0.05
    shift: float = 0.0

    def __post_init__(self) -> None:
        checked_levels([self.target])
        if not math.isfinite(real("shift", self.shift, "a finite number")):
            raise SettingError(f"shift must be a finite number, got {self.shift!r}")
        if not 0 < real("rate", self.rate, "a number above 0 and below 1") < 1:
            raise SettingError(f"rate must be above 0 and below 1, got {self.rate!r}")

    @property
    def level(self) -> float:
        """The level to ask for now, from 1 to 99 per cent."""
        return min(99.0, max(1.0, self.target + self.shift))

    def after(self, *, held: bool) -> RunningLevel:
        """The state once the value is known: whether the last interval held it."""
        return RunningLevel(self.target, self.rate, self.shift + self.rate * (self.target - 100.0 * held))
