"""The promises of every forecaster: shapes, names, order, leaks, seeds, clones, saving and clear errors."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal, assert_series_equal
from sklearn.base import clone

import tsrnn
from tests.series import HORIZON, forecasters, hourly, long, wide
from tsrnn.errors import DataError, NotFittedError, SettingError
from tsrnn.forecasters.names import FORECASTERS, forecaster_class
from tsrnn.forecasters.protocol import Forecaster, PanelForecaster

EVERY = sorted(FORECASTERS)


@pytest.fixture(params=EVERY)
def model(request: pytest.FixtureRequest) -> PanelForecaster:
    return forecasters()[request.param]


def test_every_name_users_type_has_a_quick_model_here() -> None:
    assert sorted(forecasters()) == EVERY


def test_it_is_a_forecaster_and_its_name_is_what_users_type(model: PanelForecaster) -> None:
    assert isinstance(model, Forecaster)
    assert type(model) is forecaster_class(model.name)
    assert type(model)(horizon=3, name="other").name == "other"
    assert type(model)(horizon=3).name == model.name


def test_a_series_gives_a_series_that_continues_it(model: PanelForecaster) -> None:
    data = hourly(zone="Europe/Berlin")
    ahead = model.fit(data).predict()
    assert isinstance(ahead, pd.Series)
    assert ahead.name == "load"
    assert ahead.index.name == "time"
    assert ahead.index.dtype == data.index.dtype
    expected = pd.date_range(data.index[-1], periods=HORIZON + 1, freq="h")[1:]
    assert list(ahead.index) == list(expected)
    assert np.isfinite(ahead.to_numpy()).all()


def test_a_wide_frame_gives_a_wide_frame_with_the_same_columns(model: PanelForecaster) -> None:
    ahead = model.fit(wide()).predict()
    assert isinstance(ahead, pd.DataFrame)
    assert list(ahead.columns) == ["north", "east", "south"]
    assert len(ahead) == HORIZON


def test_a_long_frame_gives_a_long_frame_each_series_from_its_own_end(model: PanelForecaster) -> None:
    data = long()
    ahead = model.fit(data).predict()
    assert isinstance(ahead, pd.DataFrame)
    assert list(ahead.columns) == ["unique_id", "ds", "y"]
    assert list(ahead["unique_id"].unique()) == ["b", "c", "a"]
    for name, rows in ahead.groupby("unique_id"):
        last = data.loc[data["unique_id"] == name, "ds"].max()
        assert list(rows["ds"]) == list(pd.date_range(last, periods=HORIZON + 1, freq="ME")[1:])


def test_levels_add_columns_that_enclose_the_forecast_and_nest(model: PanelForecaster) -> None:
    ahead = model.fit(hourly()).predict(levels=[95, 80])
    assert isinstance(ahead, pd.DataFrame)
    assert list(ahead.columns) == ["load", "load-lo-80", "load-hi-80", "load-lo-95", "load-hi-95"]
    ordered = ahead[["load-lo-95", "load-lo-80", "load", "load-hi-80", "load-hi-95"]].to_numpy()
    assert (np.diff(ordered, axis=1) >= 0).all()
    assert (ahead["load-hi-95"] > ahead["load-lo-95"]).all()


def test_shuffled_rows_and_columns_change_nothing(model: PanelForecaster) -> None:
    plain = model.fit(wide()).predict()
    mixed = wide()[["south", "north", "east"]].sample(frac=1.0, random_state=1)
    assert isinstance(plain, pd.DataFrame)
    assert_frame_equal(clone(model).fit(mixed).predict()[list(plain.columns)], plain)


def test_shuffled_rows_of_a_long_frame_change_nothing(model: PanelForecaster) -> None:
    plain = model.fit(long()).predict()
    mixed = clone(model).fit(long().sample(frac=1.0, random_state=1)).predict()
    keys = ["unique_id", "ds"]
    assert_frame_equal(mixed.sort_values(keys).reset_index(drop=True), plain.sort_values(keys).reset_index(drop=True))


def test_the_same_seed_gives_the_same_numbers(model: PanelForecaster) -> None:
    first = clone(model).fit(hourly()).predict(levels=[80])
    assert_frame_equal(clone(model).fit(hourly()).predict(levels=[80]), first, check_exact=True)


def test_fitting_changes_neither_the_data_nor_numpys_and_torchs_random_state(model: PanelForecaster) -> None:
    import torch

    data, draws = wide(), torch.random.get_rng_state()
    numbers = np.random.get_state(legacy=False)["state"]["key"].copy()
    before = data.copy(deep=True)
    model.fit(data).predict()
    assert_frame_equal(data, before)
    assert (np.random.get_state(legacy=False)["state"]["key"] == numbers).all()
    assert torch.equal(torch.random.get_rng_state(), draws)


def test_predict_is_repeatable_and_changes_nothing(model: PanelForecaster) -> None:
    model.fit(hourly())
    first = model.predict()
    model.predict(2)
    model.predict(history=hourly(80, seed=3))
    assert_series_equal(model.predict(), first, check_exact=True)


def test_a_shorter_horizon_is_the_beginning_of_the_longer_one(model: PanelForecaster) -> None:
    model.fit(hourly())
    np.testing.assert_allclose(model.predict(2).to_numpy(), model.predict().to_numpy()[:2], rtol=1e-6)


def test_history_moves_the_origin_and_relearns_nothing(model: PanelForecaster) -> None:
    data = hourly(120)
    ahead = model.fit(data[:96]).predict(history=data)
    assert ahead.index[0] == data.index[-1] + pd.Timedelta(hours=1)
    again = model.predict(history=data[:96])
    np.testing.assert_allclose(again.to_numpy(), model.predict().to_numpy(), rtol=1e-6)


def test_missing_values_are_masked_and_the_forecast_is_finite(model: PanelForecaster) -> None:
    data = hourly()
    data.iloc[[0, 20, 21, 22, 60, 95]] = np.nan
    ahead = model.fit(data).predict(levels=[80])
    assert np.isfinite(ahead.to_numpy()).all()


def test_a_constant_series_is_forecast_as_that_constant(model: PanelForecaster) -> None:
    data = hourly() * 0.0 + 7.5
    np.testing.assert_allclose(model.fit(data).predict().to_numpy(), 7.5, atol=0.75)


@pytest.mark.parametrize("unit", [1e-9, 1e9])
def test_forecasts_scale_with_the_unit_of_the_data(model: PanelForecaster, unit: float) -> None:
    plain = clone(model).fit(hourly()).predict().to_numpy()
    np.testing.assert_allclose(model.fit(hourly() * unit).predict().to_numpy(), plain * unit, rtol=1e-3)


def test_a_saved_model_predicts_the_same_when_loaded(model: PanelForecaster, tmp_path: Path) -> None:
    model.fit(wide())
    loaded = tsrnn.load(model.save(tmp_path / "model"))
    assert type(loaded) is type(model)
    assert loaded.name == model.name
    assert_frame_equal(loaded.predict(levels=[80]), model.predict(levels=[80]), check_exact=True)
    newer = wide(110)
    assert_frame_equal(loaded.predict(history=newer), model.predict(history=newer), check_exact=True)


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


def test_settings_can_be_read_set_and_cloned(model: PanelForecaster) -> None:
    assert clone(model).get_params().keys() == model.get_params().keys()
    assert clone(model).set_params(horizon=9).horizon == 9
    with pytest.raises(ValueError, match="Invalid parameter 'horizont'"):
        model.set_params(horizont=9)


def test_daily_history_of_a_few_weekdays_is_still_daily(model: PanelForecaster) -> None:
    days = pd.date_range("2024-01-01", periods=96, freq="D")  # a Monday
    model.fit(hourly().set_axis(days))
    ahead = model.predict(history=hourly(12).set_axis(days[82:94]))  # no frequency of its own that differs
    assert ahead.index[0] == days[94]
    week = pd.Series(np.arange(5.0), pd.DatetimeIndex(days[:5].to_numpy()), name="load")
    if model.name in ("naive", "drift", "seasonal-naive", "arima"):
        assert model.predict(history=week).index[0] == days[5]  # Saturday: five weekdays do not make business days


@pytest.mark.parametrize("unit", [1e-300, 1e300])
def test_intervals_scale_with_the_unit_to_the_ends_of_a_float(model: PanelForecaster, unit: float) -> None:
    plain = clone(model).fit(hourly()).predict(levels=[80]).to_numpy()
    found = model.fit(hourly() * unit).predict(levels=[80]).to_numpy()
    np.testing.assert_allclose(found / unit, plain, rtol=1e-3)


def test_a_horizon_beyond_any_use_is_refused_before_memory_is(model: PanelForecaster) -> None:
    with pytest.raises(SettingError, match="horizon must be at most 1,000,000, got 1,000,000,000"):
        model.fit(hourly()).predict(10**9)
