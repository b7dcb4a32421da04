"""The referee: protocols of others to the digit, forecasts at many origins as `predict` gives them, and its tables."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import Ridge as Sklearn

from tests.series import QUICK, wide
from tsrnn.forecasters.recurrent import GRUForecaster
from tsrnn.frame import read
from tsrnn.nn.segment import Segment

FOLDER = Path(__file__).resolve().parents[1] / "benchmarks"


@pytest.fixture
def referee(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Gives a module of the package as the script sees it."""
    monkeypatch.syspath_prepend(FOLDER)

    def module(name: str) -> ModuleType:
        return import_module(f"referee.{name}")

    return module


def test_floors_at_an_origin_read_the_rows_before_it_and_no_other(referee: Any) -> None:
    floors = referee("floors")
    units = np.arange(12.0)[:, None] * np.array([1.0, 10.0])
    units[4, 0] = np.nan
    known = np.array([5, 8])
    assert floors.last_value(units, known, 2).tolist() == [[[3, 3], [40, 40]], [[7, 7], [70, 70]]]
    assert floors.seasonal_naive(units, known, 3, 2).tolist() == [
        [[3, 3, 3], [30, 40, 30]],
        [[6, 7, 6], [60, 70, 60]],
    ]


def test_the_ridge_is_that_of_scikit_learn_on_training_windows(referee: Any) -> None:
    cells, floors = referee("cells"), referee("floors")
    cell = cells.Cell("small", "sim-power", 3, 24, months=60)
    rows = cells.split(cell)
    ridge = floors.Ridge(cell, rows, 5)
    windows = np.lib.stride_tricks.sliding_window_view(rows.units[: rows.train], 8, axis=0).reshape(-1, 8)
    away = windows - windows[:, 4:5]
    model = Sklearn(alpha=ridge.penalty, fit_intercept=False).fit(away[:, :5], away[:, 5:])
    assert ridge.weights.numpy() == pytest.approx(model.coef_.T, abs=1e-8)
    last = rows.units[rows.train - 5 : rows.train].T
    expected = last[:, -1:] + (last - last[:, -1:]) @ model.coef_.T
    assert ridge.forecasts(rows.units, np.array([rows.train]))[0] == pytest.approx(expected)


def test_the_mean_of_the_last_seasons_is_taken_where_it_helped_on_the_validation_rows(referee: Any) -> None:
    cells, mixes = referee("cells"), referee("mix")
    cell = cells.Cell("small", "sim-power", 30, 24, months=60)
    rows = cells.split(cell)
    mix, rising = mixes.Mix(cell, rows), mixes.rising(30, 24)
    assert mix.known[0] == rows.train
    assert mix.known[-1] + 30 <= rows.train + rows.validation
    actual = mixes.ahead(rows.units, mix.known, 30)
    assert actual[1, 0].tolist() == rows.units[mix.known[1] : mix.known[1] + 30, 0].tolist()
    early = _last_month(rows.units, mix.known)
    assert mix.weights(2 * actual - early).tolist() == rising.tolist()  # too far from the mean on the other side
    assert mix.weights(actual).tolist() == [0.0] * 30
    late = _last_month(rows.units, rows.origins("test", 30))
    assert mix.mixed(np.ones_like(late), rising) == pytest.approx(1 - rising + rising * late)


def _last_month(units: np.ndarray[Any, Any], known: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The mean of the thirty values at the same hour before each origin, `(origin, series, step)`."""
    days = [units[known[:, None] - 24 * back + np.arange(30) % 24] for back in range(1, 31)]
    mean: np.ndarray[Any, Any] = np.mean(days, axis=0).transpose(0, 2, 1)
    return mean


def test_a_record_from_before_there_was_a_mix_leaves_its_places_empty(referee: Any) -> None:
    errors = {"mse": 0.5, "mae": 0.25}
    mixed = {"mixed": {"mse": 0.4, "mae": 0.2, "weight_of_mean": 0.3}}
    floors = dict.fromkeys(("ridge", "last value", "seasonal naive"), errors)
    leads = {"mse_to_ridge": (1.0, 0.5), "mae_to_last_value": (1.0, 0.5)}
    old = {"cell": "c", "lookback": 9, "gru": [errors], "floors": floors}
    old |= {"published": "", "ratio_and_p_value": leads}
    new = old | {"gru": [errors | mixed], "floors": floors | {"ridge and mean": errors}}
    new["ratio_and_p_value"] = leads | {"mixed_mse_to_ridge": (0.8, 0.01)}
    before, after = referee("pages").long_horizon([old, new])
    names = ("GRU", "GRU and mean", "its weight at the last step", "ridge and mean", "GRU and mean: MSE to ridge (p)")
    assert [before[name] for name in names] == ["0.5000 / 0.2500", "", "", "", ""]
    expected = ["0.5000 / 0.2500", "0.4000 / 0.2000", "0.300", "0.5000 / 0.2500", "0.800 (0.01)"]
    assert [after[name] for name in names] == expected


def fitted() -> tuple[GRUForecaster, pd.DataFrame]:
    data = wide()[["east", "north", "south"]].reset_index(drop=True)
    decoder = Segment(4)
    return GRUForecaster(48, 12, hidden_size=8, decoder=decoder, training=QUICK).fit(data[:80]), data


def test_forecasts_at_many_origins_are_those_of_predict(referee: Any) -> None:
    model, data = fitted()
    panel, known = read(data, None, None), np.array([70, 80, 93])
    found = referee("origins").forecasts(model, panel, known, 5)
    for place, rows in enumerate(known):
        assert found[place].T == pytest.approx(model.predict(5, history=data[:rows]).to_numpy(), abs=1e-5)


def test_tenths_are_the_ends_of_the_intervals_around_the_forecast(referee: Any) -> None:
    model, data = fitted()
    found = referee("hours").tenths(model, data, np.array([70, 80]))
    answer = model.predict(history=data[:80], levels=[80, 60, 40, 20])
    ends = ["-lo-80", "-lo-60", "-lo-40", "-lo-20", "", "-hi-20", "-hi-40", "-hi-60", "-hi-80"]
    for place, name in enumerate(data.columns):
        expected = answer[[f"{name}{end}" for end in ends]].to_numpy()
        assert found[1, place] == pytest.approx(expected, abs=1e-4)
    assert (np.diff(found, axis=-1) > 0).all()


def test_intervals_are_calibrated_anew_on_the_windows_before_each_origin_and_no_other(referee: Any) -> None:
    hours = referee("hours")
    quantiles = np.tile(np.arange(-4.0, 5.0), (20, 2, 3, 1)) * np.array([1.0, 10.0])[:, None, None]
    unit = np.array([1.0, 10.0])
    actual = np.broadcast_to(6.0 * unit[:, None], (20, 2, 3)).copy()
    actual[12:] = 3.0 * unit[:, None]
    found = hours.recalibrated(quantiles, actual, unit, windows=10)
    assert found.shape == (10, 2, 3, 9)
    assert found[2, 0, 0].tolist() == [-6, -6, -6, -6, 0, 6, 6, 6, 6]  # ten windows at 6: every level reaches it
    assert found[2, 1, 0].tolist() == [-60, -60, -60, -60, 0, 60, 60, 60, 60]
    assert found[6, 0, 0].tolist() == [-6, -6, -6, -3, 0, 3, 6, 6, 6]  # four of ten at 3: enough for the level of 20 %
    late = actual.copy()
    late[15:] = 99.0
    assert np.array_equal(hours.recalibrated(quantiles, late, unit, windows=10)[:6], found[:6])


def test_a_band_of_shares_that_are_alike_has_no_width_and_one_of_blocks_has_more_than_one_of_rows(referee: Any) -> None:
    band = referee("hours").band
    assert band(np.full(20, 0.75)) == (0.75, 0.75)
    runs = np.repeat([0.6, 1.0, 0.6, 1.0, 0.6], 4)
    (low, high), (least, most) = band(runs, block=1), band(runs)
    assert least < low < runs.mean() < high < most


@pytest.mark.data
def test_the_seasonal_naive_of_the_last_windows_of_ett_is_the_published_one(referee: Any, real_data: Path) -> None:
    found = referee("hours").judge(range(0))
    assert found["floors"]["seasonal naive"]["mase"] == pytest.approx(0.977, abs=5e-4)


@pytest.mark.data
def test_the_seasonal_naive_of_m4_is_the_published_one(referee: Any, real_data: Path) -> None:
    found = referee("m4").judge(range(0))
    naive = found["floors"]["seasonal naive"]
    assert [naive[score] for score in ("smape", "mase", "owa")] == pytest.approx([13.912, 1.193, 0.6275], abs=6e-4)
    assert found["floors"]["Naive2"]["owa"] == 1.0
    assert found["published"]["ES-RNN, the winner"]["owa"] == pytest.approx(0.440, abs=5e-4)


@pytest.mark.slow
def test_the_script_adds_a_cell_to_those_judged_before_and_shows_all(
    referee: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    referee("pages")
    script, file = import_module("accuracy"), tmp_path / "found.json"
    monkeypatch.setattr(sys, "argv", ["accuracy.py", "--quick", "--seeds", "2", "--json", str(file)])
    script.main()
    records = json.loads(file.read_text(encoding="utf-8"))
    assert list(records) == ["quick", "m4-hourly", "ett1-hourly-48"]
    first = capsys.readouterr().out
    monkeypatch.setattr(sys, "argv", ["accuracy.py", "--cells", "none", "--json", str(file)])
    script.main()
    assert capsys.readouterr().out == first
    assert first.count("2 seeds") == 4  # a GRU and a mix in each of two cells
    mse = [model["mse"] for model in records["quick"]["gru"]]
    assert f"| quick | {records['quick']['lookback']} | 2 | {np.mean(mse):.4f} ± {np.std(mse, ddof=1):.4f} / " in first


def test_every_table_has_its_place_on_the_page(referee: Any) -> None:
    page = referee("pages") and (FOLDER.parent / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    for mark in ("accuracy", "accuracy-m4", "accuracy-hours"):
        assert f"<!-- {mark} -->\n" in page
        assert f"<!-- /{mark} -->" in page
