"""The model of one series inside a fitted smoothing forecaster."""

from __future__ import annotations

from tsrnn.forecasters.ets import SmoothedSeries
from tsrnn.forecasters.smoothing import ETSForecaster, FittedSmoothing


def smoothed(forecaster: ETSForecaster) -> SmoothedSeries:
    fitted = forecaster.learned().model
    assert isinstance(fitted, FittedSmoothing)
    ((model,),) = fitted.models.values()
    assert isinstance(model, SmoothedSeries)
    return model
