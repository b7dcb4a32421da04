"""What ARIMA refuses, and what of it is saved: settings, short series, unknown series, a folder that filters."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import tsrnn
from tests.forecasters import published
from tsrnn.errors import DataError, SettingError, ShortSeriesError
from tsrnn.forecasters.arima import ARIMAForecaster, FittedARIMA
from tsrnn.forecasters.protocol import PanelForecaster
from tsrnn.panel import Array

AIR = pd.Series(np.log(published.AIR_PASSENGERS), pd.date_range("1949-01", periods=144, freq="MS"), name="air")


def _table(model: PanelForecaster) -> pd.DataFrame:
    found = model.learned().model
    assert isinstance(found, FittedARIMA)
    return found.table()


def _ahead(model: PanelForecaster, history: pd.Series | None = None) -> Array:
    return np.asarray(model.predict(levels=[80], history=history), np.float64)


def _walk(rows: int) -> pd.Series:
    steps = np.random.default_rng(0).normal(size=rows)
    return pd.Series(steps.cumsum(), pd.date_range("2020-01-01", periods=rows, freq="D"), name="walk")


@pytest.mark.parametrize("chosen", [{}, {"order": (0, 1, 1), "seasonal_order": (0, 1, 1)}, {"fourier": 3}], ids=str)
def test_a_saved_model_filters_and_is_not_fitted_again(
    chosen: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = ARIMAForecaster(6, **chosen).fit(AIR.iloc[:130])  # type: ignore[arg-type]
    model.save(tmp_path / "model")
    monkeypatch.setattr("tsrnn.forecasters.arima_series.choose", None)
    again = tsrnn.load(tmp_path / "model")
    np.testing.assert_array_equal(_ahead(again), _ahead(model))
    np.testing.assert_array_equal(_ahead(again, AIR), _ahead(model, AIR))
    pd.testing.assert_frame_equal(_table(again), _table(model))


def test_a_constant_series_is_saved_too(tmp_path: Path) -> None:
    model = ARIMAForecaster(2).fit(pd.Series([4.0] * 20))
    np.testing.assert_array_equal(_ahead(tsrnn.load(model.save(tmp_path / "flat"))), 4.0)


@pytest.mark.parametrize(
    ("settings", "rows", "needed"),
    [
        ({}, 5, 6),
        ({"order": (0, 1, 1), "seasonal_order": (0, 1, 1), "season": 12}, 18, 19),
        ({"order": (2, 0, 2)}, 7, 8),
    ],
)
def test_too_few_rows_are_named_with_what_is_needed(settings: dict[str, object], rows: int, needed: int) -> None:
    model = ARIMAForecaster(2, **settings)  # type: ignore[arg-type]
    text = rf"series 'walk': {rows} observed rows, but ARIMA needs {needed}; give a longer series or a smaller order"
    with pytest.raises(ShortSeriesError, match=text):
        model.fit(_walk(rows))
    assert np.isfinite(np.asarray(model.fit(_walk(needed)).predict())).all()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"order": (1, 1)}, r"order \(p, d, q\) must be three whole numbers, such as \(1, 1, 1\), got \(1, 1\)"),
        ({"order": (1, -1, 0)}, "must be a whole number of at least 0, got -1"),
        ({"order": (1, 3, 0)}, "differences 3 times; more than 2 leaves nothing to model"),
        ({"seasonal_order": (1, 0, 0), "season": 1}, "needs a season of at least 2 rows"),
        ({"fourier": 4}, "fourier=4 pairs need a season of at least 8 rows, but it has 7"),
        ({"season": 0}, "season must be a whole number of at least 1, got 0"),
    ],
)
def test_impossible_settings_are_refused(settings: dict[str, object], message: str) -> None:
    with pytest.raises(SettingError, match=message):
        ARIMAForecaster(2, **settings).fit(_walk(60))  # type: ignore[arg-type]


def test_other_series_and_too_short_a_history_are_refused() -> None:
    model = ARIMAForecaster(2, order=(0, 1, 1), seasonal_order=(0, 1, 1)).fit(AIR)
    with pytest.raises(DataError, match=r"series 'other' was not among the 1 series fitted \('air'\)"):
        model.predict(history=AIR.rename("other"))
    with pytest.raises(
        ShortSeriesError, match=r"series 'air': 12 observed rows do not settle the level of ARIMA\(0,1,1\)"
    ):
        model.predict(history=AIR.iloc[-12:])
    assert np.isfinite(np.asarray(model.predict(history=AIR.iloc[-13:]))).all()
