"""The names users type, and the forecaster each one makes."""

from __future__ import annotations

from importlib import import_module

from tsrnn.errors import choices
from tsrnn.forecasters.protocol import PanelForecaster

FORECASTERS = {
    "arima": ("tsrnn.forecasters.arima", "ARIMAForecaster"),
    "drift": ("tsrnn.forecasters.naive", "DriftForecaster"),
    "gru": ("tsrnn.forecasters.recurrent", "GRUForecaster"),
    "lstm": ("tsrnn.forecasters.recurrent", "LSTMForecaster"),
    "naive": ("tsrnn.forecasters.naive", "NaiveForecaster"),
    "rnn": ("tsrnn.forecasters.recurrent", "RNNForecaster"),
    "seasonal-naive": ("tsrnn.forecasters.naive", "SeasonalNaiveForecaster"),
}


def forecaster_class(name: str) -> type[PanelForecaster]:
    """The class behind a name; SettingError for an unknown one."""
    if name not in FORECASTERS:
        raise choices("model", name, FORECASTERS)
    module, attribute = FORECASTERS[name]
    found: type[PanelForecaster] = getattr(import_module(module), attribute)
    return found


def make_forecaster(name: str, horizon: int) -> PanelForecaster:
    """The forecaster of that name with its defaults.

    >>> make_forecaster("naive", 12).horizon
    12
    """
    kind = forecaster_class(name)
    return kind(horizon=horizon)
