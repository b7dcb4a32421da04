"""tsrnn: recurrent networks against ARIMA on your series, honestly; everything is imported when it is first used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from tsrnn import errors as errors
from tsrnn.version import __version__

if TYPE_CHECKING:
    from tsrnn.auditing import audit as audit
    from tsrnn.backtesting import Backtest as Backtest
    from tsrnn.backtesting import backtest as backtest
    from tsrnn.columns import Columns as Columns
    from tsrnn.columns import Repairs as Repairs
    from tsrnn.forecasters.arima import ARIMAForecaster as ARIMAForecaster
    from tsrnn.forecasters.naive import DriftForecaster as DriftForecaster
    from tsrnn.forecasters.naive import NaiveForecaster as NaiveForecaster
    from tsrnn.forecasters.naive import SeasonalNaiveForecaster as SeasonalNaiveForecaster
    from tsrnn.forecasters.names import make_forecaster as make_forecaster
    from tsrnn.forecasters.protocol import Forecaster as Forecaster
    from tsrnn.forecasters.recurrent import GRUForecaster as GRUForecaster
    from tsrnn.forecasters.recurrent import LSTMForecaster as LSTMForecaster
    from tsrnn.forecasters.recurrent import RNNForecaster as RNNForecaster
    from tsrnn.network import Network as Network
    from tsrnn.nn.heads import Point as Point
    from tsrnn.nn.heads import Quantiles as Quantiles
    from tsrnn.nn.library import Engine as Engine
    from tsrnn.nn.library import engine_info as engine_info
    from tsrnn.saving import load as load
    from tsrnn.saving import save as save
    from tsrnn.training import Training as Training

# Public name -> the module it lives in, imported on first use so that `import tsrnn` costs next to nothing.
_HOMES = {
    "ARIMAForecaster": "tsrnn.forecasters.arima",
    "Backtest": "tsrnn.backtesting",
    "Columns": "tsrnn.columns",
    "DriftForecaster": "tsrnn.forecasters.naive",
    "Engine": "tsrnn.nn.library",
    "Forecaster": "tsrnn.forecasters.protocol",
    "GRUForecaster": "tsrnn.forecasters.recurrent",
    "LSTMForecaster": "tsrnn.forecasters.recurrent",
    "NaiveForecaster": "tsrnn.forecasters.naive",
    "Network": "tsrnn.network",
    "Point": "tsrnn.nn.heads",
    "Quantiles": "tsrnn.nn.heads",
    "RNNForecaster": "tsrnn.forecasters.recurrent",
    "Repairs": "tsrnn.columns",
    "SeasonalNaiveForecaster": "tsrnn.forecasters.naive",
    "Training": "tsrnn.training",
    "audit": "tsrnn.auditing",
    "backtest": "tsrnn.backtesting",
    "engine_info": "tsrnn.nn.library",
    "load": "tsrnn.saving",
    "make_forecaster": "tsrnn.forecasters.names",
    "save": "tsrnn.saving",
}

__all__ = [
    "ARIMAForecaster",
    "Backtest",
    "Columns",
    "DriftForecaster",
    "Engine",
    "Forecaster",
    "GRUForecaster",
    "LSTMForecaster",
    "NaiveForecaster",
    "Network",
    "Point",
    "Quantiles",
    "RNNForecaster",
    "Repairs",
    "SeasonalNaiveForecaster",
    "Training",
    "__version__",
    "audit",
    "backtest",
    "engine_info",
    "errors",
    "load",
    "make_forecaster",
    "save",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'tsrnn' has no attribute {name!r}")
    found = getattr(import_module(_HOMES[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__
