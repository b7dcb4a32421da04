"""Saving: a fitted forecaster as a folder of settings, arrays and a manifest (`tsrnn.folder`); nothing is executed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tsrnn.columns import Columns, Repairs
from tsrnn.errors import MissingExtraError, ModelFileError, TsrnnError
from tsrnn.folder import Registry, damaged, read_folder, write_folder
from tsrnn.forecasters.names import FORECASTERS, forecaster_class, own_name
from tsrnn.forecasters.protocol import Arrays, Learned, PanelForecaster
from tsrnn.frequency import Frequency
from tsrnn.layout import Layout
from tsrnn.network import Network
from tsrnn.nn.cycle import Cycle
from tsrnn.nn.direct import Direct
from tsrnn.nn.distributions import NegativeBinomial, Normal, StudentT
from tsrnn.nn.heads import Point, Quantiles
from tsrnn.nn.rollout import Recursive
from tsrnn.nn.segment import Segment
from tsrnn.nn.seq2seq import Seq2Seq
from tsrnn.panel import Panel
from tsrnn.training import Training

_RECORDS: dict[str, type] = {
    record.__name__: record
    for record in (
        Columns,
        Cycle,
        Direct,
        Frequency,
        Layout,
        NegativeBinomial,
        Network,
        Normal,
        Point,
        Quantiles,
        Recursive,
        Repairs,
        Segment,
        Seq2Seq,
        StudentT,
        Training,
    )
}
_PANEL = ("values", "observed", "offsets", "past", "future", "static")
# Of more series, or with a longer horizon, a trial forecast would be felt.
_TRIED, _TRIED_STEPS = 100, 1_000


def save(model: PanelForecaster, path: str | Path) -> Path:
    """Writes a fitted forecaster to the folder `path`, replacing a model that stands there, and gives the path.

    The folder appears whole or not at all. Raises NotFittedError before `fit`, and ModelFileError where `path` holds
    something that is no model.
    """
    learned = model.learned()
    kind = _kind(model)
    facts, arrays = learned.model.state()
    settings = {
        "model": kind,
        "settings": _REGISTRY.encode(model.get_params(deep=False)),
        "columns": _REGISTRY.encode(learned.columns),
        "repairs": _REGISTRY.encode(learned.repairs),
        "panel": _panel_facts(learned.recent),
        "fitted": facts,
    }
    everything = {f"fitted.{name}": np.asarray(array) for name, array in arrays.items()} | _panel_arrays(learned.recent)
    return write_folder(path, settings, everything)


def load(path: str | Path) -> PanelForecaster:
    """The fitted forecaster saved at `path`; it predicts exactly as it did.

    Raises ModelFileError naming the file where it is missing, damaged, or of a newer format, and for a model of text.
    Also where an edited file makes no model, or one whose next step fails or is no number, which is tried for models
    of up to 100 series and 1,000 steps that need no columns known ahead.
    """
    settings, arrays = read_folder(path)
    if "estimator" in settings:
        raise ModelFileError(f"{path} holds a model of text, not a forecaster; read it with tsrnn.nlp.load")
    try:
        model = forecaster_class(settings["model"])(**_REGISTRY.decode(settings["settings"]))
        recent = _panel(settings["panel"], arrays)
        own = {name.removeprefix("fitted."): array for name, array in arrays.items() if name.startswith("fitted.")}
        fitted = model._restore(settings["fitted"], own, recent)
        columns, repairs = _REGISTRY.decode(settings["columns"]), _REGISTRY.decode(settings["repairs"])
        model.fitted_ = Learned(fitted, recent, columns, repairs)
        _try(model)
    except MissingExtraError:
        raise
    except Exception as problem:  # whatever a file may say that was written by others
        raise damaged(path, problem) from problem
    return model


def _try(model: PanelForecaster) -> None:
    """One step ahead, for the sake of the error that it may end in; one of ours is an answer, and none of damage."""
    if len(model.learned().recent.names) > _TRIED or model.horizon > _TRIED_STEPS:
        return
    try:
        answer = model.predict(1)
    except TsrnnError as problem:
        if isinstance(problem, ModelFileError):
            raise
        return
    if pd.DataFrame(answer).select_dtypes("number").isna().any(axis=None):
        raise ValueError("its forecast is no number")


def _kind(model: PanelForecaster) -> str:
    name = own_name(model)
    if name is None:
        raise ModelFileError(f"{type(model).__name__} is not one of tsrnn's own forecasters ({', '.join(FORECASTERS)})")
    return name


def _kind_inside(value: Any) -> str | None:
    return _kind(value) if isinstance(value, PanelForecaster) else None


_REGISTRY = Registry(_RECORDS, "forecaster", _kind_inside, lambda name, settings: forecaster_class(name)(**settings))


def _panel_facts(panel: Panel) -> dict[str, Any]:
    times = panel.times
    facts = {
        "names": _REGISTRY.encode(list(panel.names)),
        "layout": _REGISTRY.encode(panel.layout),
        "times": "steps",
        "dtype": str(times.dtype),
    }
    if isinstance(times, pd.DatetimeIndex):
        return facts | {"times": "stamps", "unit": times.unit, "zone": None if times.tz is None else str(times.tz)}
    if isinstance(times, pd.PeriodIndex):
        return facts | {"times": "periods", "alias": times.freqstr}
    return facts


def _panel_arrays(panel: Panel) -> Arrays:
    times = panel.times
    numbers = times.asi8 if isinstance(times, (pd.DatetimeIndex, pd.PeriodIndex)) else times.to_numpy(np.int64)
    return {f"panel.{name}": getattr(panel, name) for name in _PANEL} | {"panel.times": np.asarray(numbers)}


def _refuse_torn(arrays: Arrays, series: int) -> None:
    """ValueError unless the arrays of a panel have the types and sizes that make one."""
    rows = len(arrays["panel.times"])
    sizes = {"values": (rows, None), "observed": (rows, None), "offsets": (series + 1,), "past": (rows, None)}
    sizes |= {"future": (rows, None), "static": (series, None), "times": (rows,)}
    kinds = {"observed": np.bool_, "offsets": np.int64, "times": np.int64}
    for name, size in sizes.items():
        array, kind = arrays[f"panel.{name}"], np.dtype(kinds.get(name, np.float64))
        alike = array.dtype == kind and len(size) == array.ndim
        if not alike or any(want not in (None, got) for want, got in zip(size, array.shape, strict=True)):
            raise ValueError(f"panel.{name} is {array.dtype} {array.shape}, where {kind} {size} is needed")
    offsets = arrays["panel.offsets"].tolist()
    if offsets[0] != 0 or offsets[-1] != rows or offsets != sorted(offsets):
        raise ValueError(f"panel.offsets are no borders of {rows} rows")
    if arrays["panel.observed"].shape != arrays["panel.values"].shape:
        raise ValueError("panel.observed has another shape than panel.values")


def _panel(facts: dict[str, Any], arrays: Arrays) -> Panel:
    _refuse_torn(arrays, len(facts["names"]))
    numbers = np.asarray(arrays["panel.times"], np.int64)
    if facts["times"] == "stamps":
        stamps = pd.DatetimeIndex(numbers.view(f"M8[{facts['unit']}]"))
        times: pd.Index = stamps if facts["zone"] is None else stamps.tz_localize("UTC").tz_convert(facts["zone"])
    elif facts["times"] == "periods":
        times = pd.PeriodIndex(pd.arrays.PeriodArray(numbers, dtype=pd.PeriodDtype(facts["alias"])))
    else:
        times = pd.Index(numbers)
    parts: dict[str, Any] = {name: arrays[f"panel.{name}"] for name in _PANEL}
    return Panel(**parts, names=_REGISTRY.decode(facts["names"]), times=times, layout=_REGISTRY.decode(facts["layout"]))
