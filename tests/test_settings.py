"""Settings of every public class: what one cannot be is refused by name, with what it can be, before any training."""

from __future__ import annotations

import inspect
import math
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import tsrnn
from tests.cli.line import tsrnn as typed
from tests.series import hourly
from tsrnn.errors import SettingError
from tsrnn.training import Training

QUICK = Training(epochs=1, steps_per_epoch=1, batch_size=4)
NETWORK = {"horizon": 3, "lookback": 6, "hidden_size": 4, "training": QUICK}
NEEDED: dict[str, dict[str, Any]] = {
    "ARIMAForecaster": {"horizon": 3, "order": (1, 0, 0)},
    "BoostingForecaster": {"horizon": 3, "lookback": 6, "trees": 2},
    "ConformalForecaster": {"model": tsrnn.NaiveForecaster(3), "windows": 5},
    "Cycle": {"period": 6},
    "ETSForecaster": {"horizon": 3, "form": "ANN"},
    "EnsembleForecaster": {"models": [tsrnn.NaiveForecaster(3), tsrnn.DriftForecaster(3)]},
    "GRUForecaster": NETWORK,
    "LSTMForecaster": NETWORK,
    "LocalForecaster": {"model": tsrnn.RidgeForecaster(3, 6)},
    "RNNForecaster": NETWORK,
    "RecurrentRegressor": {"hidden_size": 4, "training": QUICK},
    "RidgeForecaster": {"horizon": 3, "lookback": 6},
    "RunningLevel": {"target": 80},
    "WindowTransformer": {"lookback": 5},
}
RESULTS = {"Backtest", "Diagnosis", "Engine", "FilesBacktest", "Forecaster", "LeakCheck", "Tuned"}  # nobody makes these
PUBLIC = [
    name
    for name in tsrnn.__all__
    if inspect.isclass(getattr(tsrnn, name)) and name not in RESULTS and name not in ("LSTMForecaster", "RNNForecaster")
]
WRONG: dict[str, Any] = {
    "None": None, "text": "x", "no text": "", "-1": -1, "NaN": math.nan, "inf": math.inf, "True": True,
    "a list": [object()], "a dictionary": {"a": 1}, "an object": object(),
}  # fmt: skip
# What is right after all, by setting (of one class, or of all).
RIGHT = {
    **dict.fromkeys(("name",), ("text",)),
    **dict.fromkeys(("season", "lookback", "order", "seasonal_order", "fourier", "form", "penalty"), ("None",)),
    **dict.fromkeys(("network", "decoder", "head", "training", "init", "checkpoint", "steps_per_epoch"), ("None",)),
    **dict.fromkeys(("length", "decay", "attention", "step", "window", "cutoffs", "holidays"), ("None",)),
    **dict.fromkeys(
        ("bidirectional", "residual", "layer_norm", "learn_state", "joint", "progress", "calendar"), ("True",)
    ),
    **dict.fromkeys(
        ("id", "time", "target", "past", "future", "static", "categorical", "columns", "repairs"), ("None",)
    ),
    "Training.checkpoint": ("None", "text"),
    "ConformalForecaster.name": ("None", "text"),
    "Cycle.shared": ("True",),
    "GRUForecaster.name": ("None", "text"),
    "LocalForecaster.name": ("None", "text"),
    "RunningLevel.shift": ("-1",),
}
SETTINGS = [(name, setting) for name in PUBLIC for setting in inspect.signature(getattr(tsrnn, name)).parameters]


def use(name: str, settings: dict[str, Any]) -> None:
    """Makes an object of a class and sets it to work."""
    made, data = getattr(tsrnn, name)(**settings), hourly(60)
    if name == "RecurrentRegressor":
        made.fit(np.ones((20, 5, 2)), np.arange(20.0))
    elif hasattr(made, "fit"):
        made.fit(data)
    elif name in ("Cycle", "Direct", "Segment", "Seq2Seq", "Recursive"):
        tsrnn.GRUForecaster(**{**NETWORK, "decoder": made}).fit(data)
    elif name == "Training":
        tsrnn.GRUForecaster(**{**NETWORK, "training": replace(made, epochs=1, steps_per_epoch=1)}).fit(data)
    elif name in ("Columns", "Repairs"):
        tsrnn.NaiveForecaster(3).fit(data.to_frame(), **{name.lower(): made})
    elif name == "Splits":
        tsrnn.backtest(["naive"], data, horizon=3, folds=made)
    elif name == "RunningLevel":
        made.after(held=True)


@pytest.mark.parametrize(("name", "setting"), SETTINGS, ids=[".".join(pair) for pair in SETTINGS])
def test_what_a_setting_cannot_be_is_refused_by_its_name(name: str, setting: str) -> None:
    right = RIGHT.get(f"{name}.{setting}", RIGHT.get(setting, ()))
    for words, value in WRONG.items():
        if words in right:
            continue
        with pytest.raises(tsrnn.errors.TsrnnError) as caught:
            use(name, {**NEEDED.get(name, {}), setting: value})
            pytest.fail(f"{name}({setting}={words}) was taken")
        text = str(caught.value)
        assert isinstance(caught.value, SettingError) or "column" in text or setting == "init", (words, caught.value)
        assert "\n" not in text and len(text) < 420


@pytest.mark.parametrize(
    ("name", "settings", "words"),
    [
        ("Training", {"resume": "no"}, "resume must be True or False, got 'no'"),
        ("Training", {"checkpoint": ""}, "checkpoint must be the path of a folder, got ''"),
        ("Training", {"learning_rate": "x"}, "learning_rate must be a number above 0, got 'x'"),
        ("Training", {"freeze": "core"}, "freeze names parts of the network, such as ('core',); got 'core'"),
        ("Network", {"dropout": "0.1"}, "dropout must be a share of at least 0 and below 1, got '0.1'"),
        ("GRUForecaster", {**NETWORK, "horizon": "3"}, "horizon must be a whole number of at least 1, got '3'"),
        ("GRUForecaster", {**NETWORK, "network": "big"}, "network must be Network(…) or None, got 'big'"),
        (
            "GRUForecaster",
            {**NETWORK, "decoder": 3},
            "decoder must be a decoder, such as Segment(), its name or None, got 3",
        ),
        ("NaiveForecaster", {"name": ""}, "name must be text that is not empty, got ''"),
    ],
)
def test_the_error_says_what_was_got_and_what_is_needed(name: str, settings: dict[str, Any], words: str) -> None:
    with pytest.raises(SettingError, match=re.escape(words)):
        use(name, settings)


@pytest.mark.parametrize("name", ["GRUForecaster", "LSTMForecaster", "RNNForecaster"])
def test_a_network_beyond_memory_is_refused_before_it_is_made(name: str) -> None:
    with pytest.raises(
        SettingError, match=r"hidden_size=1,000,000,000 makes [\d,]+ weights; learning them takes"
    ) as told:
        use(name, {**NETWORK, "hidden_size": 10**9})
    assert (told.value.code, told.value.value) == ("E132", 10**9)


def test_the_command_line_ends_with_two_for_a_network_beyond_memory(tmp_path: Any) -> None:
    rows = tmp_path / "rows.csv"
    hourly(60).to_csv(rows)
    said = typed("fit", rows, "--horizon", 3, "--hidden-size", 10**9, "-o", tmp_path / "model")
    assert (said.code, said.out) == (2, "") and said.err.strip().endswith("[E132]")
