"""A forecast mixed with the mean of the past: far ahead, what is usual says more than where the window ends.

Much the same from the library alone, with networks that learn thrice and weights from the last ten horizons:
`EnsembleForecaster([gru, EnsembleForecaster([gru, MeanForecaster(horizon)], weights="learned")])`.
"""

from __future__ import annotations

import numpy as np

from referee.cells import Split
from tsrnn.forecasters.ensemble import best_weights
from tsrnn.panel import Array

_THINNED = 4  # every fourth origin of the validation rows is looked at


class Mix:
    """The mean of each series, and how much of it a forecast takes.

    That is half of the weight with the least absolute error on the validation rows, since these are only a few horizons
    long and say little of a weight. There the mean is that of the training rows; in the test, that of all rows before.
    """

    def __init__(self, rows: Split, horizon: int) -> None:
        units = rows.units
        self.known = rows.origins("validation", horizon)[::_THINNED]
        self._actual = ahead(units, self.known, horizon)
        self._early = np.nanmean(units[: rows.train], axis=0)[:, None]
        self._mean = np.nanmean(units[: rows.train + rows.validation], axis=0)[:, None]

    def share(self, forecast: Array) -> float:
        """The share of the mean, by the forecast's errors from `known`, `(origin, series, step)`."""
        both = np.stack([forecast, np.broadcast_to(self._early, forecast.shape)])
        return float(best_weights(both, self._actual)[1]) / 2

    def mixed(self, forecast: Array, share: float) -> Array:
        """A forecast of the test and the mean."""
        return (1 - share) * forecast + share * self._mean


def ahead(units: Array, known: Array, horizon: int) -> Array:
    """What followed the first `known` rows, `(origin, series, step)`."""
    return units[known[:, None] + np.arange(horizon)].transpose(0, 2, 1)
