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
    from tsrnn.conformal import ConformalForecaster as ConformalForecaster
    from tsrnn.conformal import RunningLevel as RunningLevel
    from tsrnn.diagnostics import Diagnosis as Diagnosis
    from tsrnn.diagnostics import diagnose as diagnose
    from tsrnn.file_by_file import backtest_files as backtest_files
    from tsrnn.forecasters.arima import ARIMAForecaster as ARIMAForecaster
    from tsrnn.forecasters.attention import plot_attention as plot_attention
    from tsrnn.forecasters.boosting import BoostingForecaster as BoostingForecaster
    from tsrnn.forecasters.ensemble import EnsembleForecaster as EnsembleForecaster
    from tsrnn.forecasters.linear import RidgeForecaster as RidgeForecaster
    from tsrnn.forecasters.local import LocalForecaster as LocalForecaster
    from tsrnn.forecasters.means import MeanForecaster as MeanForecaster
    from tsrnn.forecasters.means import SeasonalDriftForecaster as SeasonalDriftForecaster
    from tsrnn.forecasters.naive import DriftForecaster as DriftForecaster
    from tsrnn.forecasters.naive import NaiveForecaster as NaiveForecaster
    from tsrnn.forecasters.naive import SeasonalNaiveForecaster as SeasonalNaiveForecaster
    from tsrnn.forecasters.names import make_forecaster as make_forecaster
    from tsrnn.forecasters.protocol import Forecaster as Forecaster
    from tsrnn.forecasters.recurrent import GRUForecaster as GRUForecaster
    from tsrnn.forecasters.recurrent import LSTMForecaster as LSTMForecaster
    from tsrnn.forecasters.recurrent import RNNForecaster as RNNForecaster
    from tsrnn.forecasters.seasonal_mean import SeasonalMeanForecaster as SeasonalMeanForecaster
    from tsrnn.forecasters.smoothing import ETSForecaster as ETSForecaster
    from tsrnn.forecasters.smoothing import ThetaForecaster as ThetaForecaster
    from tsrnn.leaks import LeakCheck as LeakCheck
    from tsrnn.leaks import check_leak as check_leak
    from tsrnn.network import Network as Network
    from tsrnn.nn.cycle import Cycle as Cycle
    from tsrnn.nn.direct import Direct as Direct
    from tsrnn.nn.distributions import NegativeBinomial as NegativeBinomial
    from tsrnn.nn.distributions import Normal as Normal
    from tsrnn.nn.distributions import StudentT as StudentT
    from tsrnn.nn.heads import Point as Point
    from tsrnn.nn.heads import Quantiles as Quantiles
    from tsrnn.nn.library import Engine as Engine
    from tsrnn.nn.library import engine_info as engine_info
    from tsrnn.nn.rollout import Recursive as Recursive
    from tsrnn.nn.segment import Segment as Segment
    from tsrnn.nn.seq2seq import Seq2Seq as Seq2Seq
    from tsrnn.over_files import FilesBacktest as FilesBacktest
    from tsrnn.regressor import RecurrentRegressor as RecurrentRegressor
    from tsrnn.saving import load as load
    from tsrnn.saving import save as save
    from tsrnn.splits import Splits as Splits
    from tsrnn.training import Training as Training
    from tsrnn.tuning import Tuned as Tuned
    from tsrnn.tuning import tune as tune
    from tsrnn.window_transformer import WindowTransformer as WindowTransformer

# Public name -> the module it lives in, imported on first use so that `import tsrnn` costs next to nothing.
_HOMES = {
    "ARIMAForecaster": "tsrnn.forecasters.arima",
    "Backtest": "tsrnn.backtesting",
    "BoostingForecaster": "tsrnn.forecasters.boosting",
    "Columns": "tsrnn.columns",
    "ConformalForecaster": "tsrnn.conformal",
    "Cycle": "tsrnn.nn.cycle",
    "Diagnosis": "tsrnn.diagnostics",
    "Direct": "tsrnn.nn.direct",
    "DriftForecaster": "tsrnn.forecasters.naive",
    "ETSForecaster": "tsrnn.forecasters.smoothing",
    "Engine": "tsrnn.nn.library",
    "EnsembleForecaster": "tsrnn.forecasters.ensemble",
    "FilesBacktest": "tsrnn.over_files",
    "Forecaster": "tsrnn.forecasters.protocol",
    "GRUForecaster": "tsrnn.forecasters.recurrent",
    "LSTMForecaster": "tsrnn.forecasters.recurrent",
    "LeakCheck": "tsrnn.leaks",
    "LocalForecaster": "tsrnn.forecasters.local",
    "MeanForecaster": "tsrnn.forecasters.means",
    "NaiveForecaster": "tsrnn.forecasters.naive",
    "NegativeBinomial": "tsrnn.nn.distributions",
    "Network": "tsrnn.network",
    "Normal": "tsrnn.nn.distributions",
    "Point": "tsrnn.nn.heads",
    "Quantiles": "tsrnn.nn.heads",
    "RNNForecaster": "tsrnn.forecasters.recurrent",
    "RecurrentRegressor": "tsrnn.regressor",
    "Recursive": "tsrnn.nn.rollout",
    "Repairs": "tsrnn.columns",
    "RidgeForecaster": "tsrnn.forecasters.linear",
    "RunningLevel": "tsrnn.conformal",
    "SeasonalDriftForecaster": "tsrnn.forecasters.means",
    "SeasonalMeanForecaster": "tsrnn.forecasters.seasonal_mean",
    "SeasonalNaiveForecaster": "tsrnn.forecasters.naive",
    "Segment": "tsrnn.nn.segment",
    "Seq2Seq": "tsrnn.nn.seq2seq",
    "Splits": "tsrnn.splits",
    "StudentT": "tsrnn.nn.distributions",
    "ThetaForecaster": "tsrnn.forecasters.smoothing",
    "Training": "tsrnn.training",
    "Tuned": "tsrnn.tuning",
    "WindowTransformer": "tsrnn.window_transformer",
    "audit": "tsrnn.auditing",
    "backtest": "tsrnn.backtesting",
    "backtest_files": "tsrnn.file_by_file",
    "check_leak": "tsrnn.leaks",
    "diagnose": "tsrnn.diagnostics",
    "engine_info": "tsrnn.nn.library",
    "load": "tsrnn.saving",
    "make_forecaster": "tsrnn.forecasters.names",
    "plot_attention": "tsrnn.forecasters.attention",
    "save": "tsrnn.saving",
    "tune": "tsrnn.tuning",
}

__all__ = [
    "ARIMAForecaster",
    "Backtest",
    "BoostingForecaster",
    "Columns",
    "ConformalForecaster",
    "Cycle",
    "Diagnosis",
    "Direct",
    "DriftForecaster",
    "ETSForecaster",
    "Engine",
    "EnsembleForecaster",
    "FilesBacktest",
    "Forecaster",
    "GRUForecaster",
    "LSTMForecaster",
    "LeakCheck",
    "LocalForecaster",
    "MeanForecaster",
    "NaiveForecaster",
    "NegativeBinomial",
    "Network",
    "Normal",
    "Point",
    "Quantiles",
    "RNNForecaster",
    "RecurrentRegressor",
    "Recursive",
    "Repairs",
    "RidgeForecaster",
    "RunningLevel",
    "SeasonalDriftForecaster",
    "SeasonalMeanForecaster",
    "SeasonalNaiveForecaster",
    "Segment",
    "Seq2Seq",
    "Splits",
    "StudentT",
    "ThetaForecaster",
    "Training",
    "Tuned",
    "WindowTransformer",
    "__version__",
    "audit",
    "backtest",
    "backtest_files",
    "check_leak",
    "diagnose",
    "engine_info",
    "errors",
    "load",
    "make_forecaster",
    "plot_attention",
    "save",
    "tune",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'tsrnn' has no attribute {name!r}")
    found = getattr(import_module(_HOMES[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__
