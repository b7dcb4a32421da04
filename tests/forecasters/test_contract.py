"""The promises of every forecaster: the public checks, and what tsrnn's own promise beside: the words of errors."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from tests.series import HORIZON, forecasters, hourly
from tsrnn.conformal import ConformalForecaster
from tsrnn.errors import DataError, NotFittedError, SettingError
from tsrnn.forecasters.ensemble import EnsembleForecaster
from tsrnn.forecasters.linear import RidgeForecaster
from tsrnn.forecasters.local import LocalForecaster
from tsrnn.forecasters.naive import DriftForecaster, NaiveForecaster
from tsrnn.forecasters.names import COMPOSED, FORECASTERS, forecaster_class
from tsrnn.forecasters.protocol import PanelForecaster
from tsrnn.testing import check_forecaster
from tsrnn.training import Training

EVERY = sorted(FORECASTERS)


@pytest.fixture(params=EVERY)
def model(request: pytest.FixtureRequest) -> PanelForecaster:
    return forecasters()[request.param]


def test_every_name_users_type_has_a_quick_model_here() -> None:
    assert sorted(forecasters()) == EVERY


# What each keeps beyond the checks of all: whether it sees the newest value at once, and is fitted one a series.
SEEING = {"arima", "boosting", "conformal", "drift", "ensemble", "ets", "gru", "local", "lstm"} | {
    "naive",
    "ridge",
    "rnn",
    "theta",
}
ONE_A_SERIES = {*EVERY, *COMPOSED} - {"boosting", "gru", "lstm", "ridge", "rnn"}
# Checked by the slow tests: those that are like others, and one that takes long.
LATER = {"lstm", "rnn", "boosting", "drift", "seasonal-drift", "arima", *COMPOSED}


def composed() -> dict[str, PanelForecaster]:
    """One of every kind that is made of others."""
    parts = (NaiveForecaster(HORIZON), DriftForecaster(HORIZON))
    return {
        "conformal": ConformalForecaster(parts[0], name="conformal"),
        "ensemble": EnsembleForecaster(parts),
        "local": LocalForecaster(RidgeForecaster(HORIZON, 12), name="local"),
    }


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.slow if name in LATER else ()) for name in (*EVERY, *COMPOSED)],
)
def test_it_passes_every_check_and_keeps_what_it_claims(name: str) -> None:
    model = (forecasters() | composed())[name]
    if "training" in model.get_params(deep=False):
        model.set_params(training=Training(epochs=1, steps_per_epoch=2, batch_size=16))
    kept = {"the_newest_value_is_seen": SEEING, "each_series_is_forecast_by_itself": ONE_A_SERIES}
    claims = ["the_level_moves_the_forecast_with_it", *(claim for claim, names in kept.items() if name in names)]
    found = check_forecaster(model, rows=60, claims=claims)
    assert found["outcome"].unique().tolist() == ["passed"]


def test_its_name_is_what_users_type(model: PanelForecaster) -> None:
    assert type(model) is forecaster_class(model.name)
    assert type(model)(horizon=3, name="other").name == "other"
    assert type(model)(horizon=3).name == model.name


@pytest.mark.slow
def test_every_model_saved_here_predicts_the_same_in_another_process(
    tmp_path: Path, checkout_environment: dict[str, str]
) -> None:
    expected = {}
    for name, model in forecasters().items():
        model.fit(hourly()).save(tmp_path / name)
        expected[name] = model.predict().tolist()
    code = (
        "import json, sys, tsrnn\n"
        "print(json.dumps({name: tsrnn.load(f'{sys.argv[1]}/{name}').predict().tolist() for name in sys.argv[2:]}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path), *expected],
        env=checkout_environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == expected


def test_predict_before_fit_says_to_fit(model: PanelForecaster, tmp_path: Path) -> None:
    for ask in (model.predict, lambda: model.save(tmp_path / "model")):
        with pytest.raises(NotFittedError, match=rf"{type(model).__name__} has not been fitted: call fit"):
            ask()


@pytest.mark.parametrize("horizon", [0, -1, 2.5, True, "3"])
def test_an_impossible_horizon_is_refused_at_fit_and_at_predict(model: PanelForecaster, horizon: int) -> None:
    with pytest.raises(SettingError, match="horizon must be a whole number of at least 1, got"):
        type(model)(horizon).fit(hourly())
    model.fit(hourly())
    with pytest.raises(SettingError, match="horizon must be a whole number of at least 1, got"):
        model.predict(horizon)


@pytest.mark.parametrize("level", [0, 100, -5, "80", True])
def test_an_impossible_level_is_refused(model: PanelForecaster, level: float) -> None:
    with pytest.raises(SettingError, match="levels are per cent between 0 and 100"):
        model.fit(hourly()).predict(levels=[level])


def test_history_of_another_frequency_is_refused(model: PanelForecaster) -> None:
    daily = hourly().set_axis(pd.date_range("2024-01-01", periods=96, freq="D"))
    with pytest.raises(DataError, match=r"one row a day \(D\), but the model was fitted on one row a hour \(h\)"):
        model.fit(hourly()).predict(history=daily)


def test_daily_history_of_a_few_weekdays_is_still_daily(model: PanelForecaster) -> None:
    days = pd.date_range("2024-01-01", periods=96, freq="D")  # a Monday
    model.fit(hourly().set_axis(days))
    ahead = model.predict(history=hourly(12).set_axis(days[82:94]))  # no frequency of its own that differs
    assert ahead.index[0] == days[94]
    week = pd.Series(np.arange(5.0), pd.DatetimeIndex(days[:5].to_numpy()), name="load")
    if model.name in ("naive", "drift", "seasonal-naive", "arima"):
        assert model.predict(history=week).index[0] == days[5]  # Saturday: five weekdays do not make business days


@pytest.mark.parametrize("unit", [1e-298, 1e298])
def test_intervals_scale_with_the_unit_to_the_ends_of_a_float(model: PanelForecaster, unit: float) -> None:
    plain = clone(model).fit(hourly()).predict(levels=[80]).to_numpy()
    found = model.fit(hourly() * unit).predict(levels=[80]).to_numpy()
    np.testing.assert_allclose(found / unit, plain, rtol=1e-3)


def test_a_horizon_beyond_any_use_is_refused_before_memory_is(model: PanelForecaster) -> None:
    with pytest.raises(SettingError, match="horizon must be at most 1,000,000, got 1,000,000,000"):
        model.fit(hourly()).predict(10**9)
