"""A forecast mixed with the mean of the last seasons: the further ahead, the less a window says beyond what is usual.

The same from the library: `EnsembleForecaster([gru, SeasonalMeanForecaster(horizon, season=…, seasons=SEASONS)],
weights=[1 - weights, weights])` with `weights = rising(horizon, season)`.
"""

from __future__ import annotations

import numpy as np

from referee.cells import Cell, Split
from referee.origins import forecasts
from tsrnn.forecasters.seasonal_mean import SeasonalMeanForecaster
from tsrnn.panel import Array

SEASONS = 30  # a month of days
HEIGHT, _AFTER = 0.3, 14  # the weight of the mean after so many seasons
_THINNED = 4  # every fourth origin of the validation rows is looked at


class Mix:
    """The mean of the last seasons before each origin, `known (origin,)` those of the validation rows.

    A forecast takes `rising` weights of it, the same for all series, where that lowers its absolute error on the
    validation rows, and else none.
    """

    def __init__(self, cell: Cell, rows: Split) -> None:
        units, test = rows.units, rows.origins("test", cell.horizon)
        self.known = rows.origins("validation", cell.horizon)[::_THINNED]
        self._actual = ahead(units, self.known, cell.horizon)
        model = SeasonalMeanForecaster(cell.horizon, season=cell.season, seasons=SEASONS).fit(rows.learned_from)
        early, late = (forecasts(model, rows.panel, known, cell.horizon) for known in (self.known, test))
        self._early, self._late = rows.in_units(early), rows.in_units(late)
        self._rising = rising(cell.horizon, cell.season)

    def weights(self, forecast: Array) -> Array:
        """The weight of the mean at each step, `(step,)`, beside `forecast (origin, series, step)` from `known`."""
        helps = self._error(_mixed(forecast, self._early, self._rising)) < self._error(forecast)
        return self._rising * helps

    def mixed(self, forecast: Array, weights: Array) -> Array:
        """A forecast of the test and the mean before each of its origins."""
        return _mixed(forecast, self._late, weights)

    def _error(self, forecast: Array) -> float:
        return float(np.nanmean(np.abs(forecast - self._actual)))


def rising(horizon: int, season: int, height: float = HEIGHT) -> Array:
    """Weights of the mean at the steps ahead, `(step,)`, of this height after fourteen seasons.

    >>> rising(336, 24)[[23, 167, 335]].round(3).tolist()
    [0.021, 0.15, 0.3]
    """
    return np.minimum(height / _AFTER * np.arange(1, horizon + 1) / season, 1.0)


def ahead(units: Array, known: Array, horizon: int) -> Array:
    """What followed the first `known` rows, `(origin, series, step)`."""
    return units[known[:, None] + np.arange(horizon)].transpose(0, 2, 1)


def _mixed(forecast: Array, mean: Array, weights: Array) -> Array:
    return (1.0 - weights) * forecast + weights * mean
