"""The names users type, and the forecaster each one makes."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from tsrnn.errors import SettingError, choices
from tsrnn.forecasters.protocol import PanelForecaster

FORECASTERS = {
    "arima": ("tsrnn.forecasters.arima", "ARIMAForecaster"),
    "boosting": ("tsrnn.forecasters.boosting", "BoostingForecaster"),
    "drift": ("tsrnn.forecasters.naive", "DriftForecaster"),
    "ets": ("tsrnn.forecasters.smoothing", "ETSForecaster"),
    "gru": ("tsrnn.forecasters.recurrent", "GRUForecaster"),
    "lstm": ("tsrnn.forecasters.recurrent", "LSTMForecaster"),
    "mean": ("tsrnn.forecasters.means", "MeanForecaster"),
    "naive": ("tsrnn.forecasters.naive", "NaiveForecaster"),
    "ridge": ("tsrnn.forecasters.linear", "RidgeForecaster"),
    "rnn": ("tsrnn.forecasters.recurrent", "RNNForecaster"),
    "seasonal-drift": ("tsrnn.forecasters.means", "SeasonalDriftForecaster"),
    "seasonal-mean": ("tsrnn.forecasters.seasonal_mean", "SeasonalMeanForecaster"),
    "seasonal-naive": ("tsrnn.forecasters.naive", "SeasonalNaiveForecaster"),
    "theta": ("tsrnn.forecasters.smoothing", "ThetaForecaster"),
}
LOCAL = "local-"
# Those that are made of others, and so have no defaults to be made with by name alone.
COMPOSED = {
    "conformal": ("tsrnn.conformal", "ConformalForecaster"),
    "ensemble": ("tsrnn.forecasters.ensemble", "EnsembleForecaster"),
    "local": ("tsrnn.forecasters.local", "LocalForecaster"),
}


def forecaster_class(name: str) -> type[PanelForecaster]:
    """The class behind a name; SettingError for an unknown one."""
    known = FORECASTERS | COMPOSED
    if name not in known:
        raise choices("model", name, known)
    module, attribute = known[name]
    found: type[PanelForecaster] = getattr(import_module(module), attribute)
    return found


def own_name(model: object) -> str | None:
    """What a forecaster of tsrnn's own is called, whatever `name` it was given; None for any other object."""
    return next((name for name in (*FORECASTERS, *COMPOSED) if type(model) is forecaster_class(name)), None)


def make_forecaster(name: str, horizon: int) -> PanelForecaster:
    """The forecaster of that name with its defaults; behind `local-`, one for each series of what learns from all.

    >>> make_forecaster("naive", 12).horizon
    12
    >>> make_forecaster("local-ridge", 12).name
    'local-ridge'
    """
    own = name.removeprefix(LOCAL) if isinstance(name, str) else name
    if own not in FORECASTERS:
        raise choices("model", own, FORECASTERS)
    model = forecaster_class(own)(horizon=horizon)
    if own == name:
        return model
    if model.by_series:
        raise SettingError(f"{own} learns each series by itself already; give {own} in place of {name}", value=name)
    local: type[Any] = forecaster_class("local")
    made: PanelForecaster = local(model)
    return made
