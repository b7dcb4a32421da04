"""scikit-learn's habits: clone, settings, searches with a split in time, and windows for its own estimators."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from tests.series import HORIZON, QUICK, hourly, long, wide
from tsrnn.columns import Columns
from tsrnn.errors import DataError, NotFittedError, SettingError, ShortSeriesError
from tsrnn.forecasters.recurrent import GRUForecaster
from tsrnn.regressor import RecurrentRegressor
from tsrnn.training import Training
from tsrnn.window_transformer import WindowTransformer


def flat(x: Any) -> Any:
    return x.reshape(len(x), -1)


def test_windows_and_targets_are_the_rows_of_the_data() -> None:
    data = hourly(30)
    made = WindowTransformer(5, 3).fit(data)
    x, y = made.transform(data), made.targets(data)
    assert x.shape == (23, 5, 1) and y.shape == (23, 3)
    for place in range(23):
        np.testing.assert_array_equal(x[place, :, 0], data.iloc[place : place + 5])
        np.testing.assert_array_equal(y[place], data.iloc[place + 5 : place + 8])
    np.testing.assert_array_equal(made.latest(data)[0, :, 0], data.iloc[-5:])


def test_windows_of_many_series_stand_in_the_order_of_time() -> None:
    data = long()
    made = WindowTransformer(6, 2).fit(data)
    x, y, stamps = made.transform(data), made.targets(data), []
    lookup = data.assign(key=data["y"]).set_index("key")["ds"]
    for window in y:
        stamps.append(lookup[window[0]])
    assert stamps == sorted(stamps)
    assert len(x) == len(y) == sum(len(part) - 7 for _, part in data.groupby("unique_id"))
    ends = [part["y"].to_numpy()[-6:] for _, part in data.sort_values("ds").groupby("unique_id")]
    np.testing.assert_array_equal(made.latest(data)[:, :, 0], ends)  # by name


def test_channels_are_named_and_windows_with_a_hole_left_out() -> None:
    data = wide(20).assign(sky=["clear", "grey"] * 10)
    roles = Columns(
        target=["north", "east"], past="sky", future="south", categorical="sky", calendar=["hour"], joint=True
    )
    made = WindowTransformer(4, 2, columns=roles).fit(data)
    assert made.names_[:5] == ["north", "east", "sky=clear", "sky=grey", "south"]
    assert all(name.startswith("calendar ") for name in made.names_[5:])
    assert made.transform(data).shape == (15, 4, len(made.names_))
    assert made.targets(data).shape == (15, 2, 2)
    np.testing.assert_array_equal(made.transform(data)[0, :, 2], [1, 0, 1, 0])
    data.iloc[10, 0] = np.nan  # the row is in the windows that begin in rows 5 to 10
    assert len(made.transform(data)) == len(made.targets(data)) == 9


def test_what_cannot_be_windowed_is_said() -> None:
    with pytest.raises(NotFittedError, match="WindowTransformer has not been fitted"):
        WindowTransformer(3).transform(hourly())
    with pytest.raises(SettingError, match="lookback must be a whole number of at least 1, got 0"):
        WindowTransformer(0).fit(hourly())
    with pytest.raises(
        ShortSeriesError, match=r"the longest of 1 series has 20 rows, but one window takes 24 \(lookback"
    ):
        WindowTransformer(20, 4).fit_transform(hourly(20))
    with pytest.raises(ShortSeriesError, match="series 'load' has 20 rows, but one window takes 21"):
        WindowTransformer(21).fit(hourly()).latest(hourly(20))
    holes = hourly(30)
    holes.iloc[::3] = np.nan
    with pytest.raises(ShortSeriesError, match="none of 24 windows is complete"):
        WindowTransformer(4, 3).fit_transform(holes)
    roles = Columns(target="north", past="east")
    narrow, other = WindowTransformer(4, columns=roles).fit(wide()), wide()
    assert narrow.names_ == ["target", "east"]
    joint = WindowTransformer(4, columns=Columns(joint=True)).fit(wide())
    with pytest.raises(DataError, match=r"the rows have the channels .*, but fit saw .*; give the same"):
        joint.transform(other.drop(columns="south"))


def test_a_regressor_of_scikit_learn_learns_from_windows_in_a_pipeline() -> None:
    data = pd.Series(np.arange(60.0), pd.date_range("2024-01-01", periods=60, freq="h"))
    windows = WindowTransformer(4, 2)
    x, y = windows.fit_transform(data), windows.targets(data)
    lines = make_pipeline(FunctionTransformer(flat), LinearRegression()).fit(x, y)
    np.testing.assert_allclose(lines.predict(windows.latest(data)), [[60.0, 61.0]])
    both = make_pipeline(WindowTransformer(4, 2), FunctionTransformer(flat))
    np.testing.assert_array_equal(both.fit_transform(data), flat(x))


@pytest.mark.parametrize("estimator", [WindowTransformer(4, 2), RecurrentRegressor(8), GRUForecaster(4)])
def test_estimators_are_cloned_by_their_settings(estimator: Any) -> None:
    twin = clone(estimator)
    assert twin is not estimator and twin.get_params() == estimator.get_params()
    name = "lookback" if "lookback" in estimator.get_params() else "hidden_size"
    assert twin.set_params(**{name: 17}).get_params()[name] == 17


def error(model: GRUForecaster, rows: pd.Series) -> float:
    """What a search maximises: the negative error of the rows after those of fit."""
    return -float(np.abs(rows.to_numpy() - model.predict(len(rows)).to_numpy()).mean())


def test_a_grid_of_settings_is_searched_over_a_forecaster_with_a_split_in_time() -> None:
    search = GridSearchCV(
        GRUForecaster(HORIZON, 12, training=QUICK),
        {"hidden_size": [4, 8]},
        scoring=error,
        cv=TimeSeriesSplit(2, test_size=HORIZON),
        error_score="raise",
    ).fit(hourly())
    results = search.cv_results_
    by_hand = []
    for train in (88, 92):
        model = GRUForecaster(HORIZON, 12, hidden_size=4, training=QUICK).fit(hourly().iloc[:train])
        by_hand.append(error(model, hourly().iloc[train : train + HORIZON]))
    assert results["mean_test_score"][0] == pytest.approx(np.mean(by_hand), rel=1e-12)
    assert search.best_estimator_.predict().shape == (HORIZON,)


def test_the_regressor_learns_a_wave_and_is_searched_over() -> None:
    windows = WindowTransformer(12, 3)
    x, y = windows.fit_transform(hourly(300)), windows.targets(hourly(300))
    split = TimeSeriesSplit(2, test_size=50, gap=2)
    model = RecurrentRegressor(8, training=Training(epochs=4, steps_per_epoch=25, learning_rate=2e-2))
    search = GridSearchCV(model, {"cell": ["gru", "rnn"]}, cv=split, error_score="raise").fit(x, y)
    assert (search.cv_results_["mean_test_score"] > 0.8).all()  # R², of which the noise leaves 0.98
    assert search.predict(windows.latest(hourly(300))).shape == (1, 3)


def test_the_regressor_is_the_same_twice_and_keeps_the_shape_of_y() -> None:
    windows = WindowTransformer(6)
    x, y = windows.fit_transform(hourly()), windows.targets(hourly())[:, 0]
    first, second = (RecurrentRegressor(4, training=QUICK).fit(x, y).predict(x) for _ in range(2))
    assert first.shape == y.shape
    np.testing.assert_array_equal(first, second)


def test_the_regressor_says_what_it_cannot_take() -> None:
    x, y = np.zeros((20, 4, 2)), np.zeros((20, 3))
    with pytest.raises(NotFittedError, match="RecurrentRegressor has not been fitted"):
        RecurrentRegressor().predict(x)
    with pytest.raises(DataError, match=r"X is \(20, 4, 2, 1\); give windows \(window, lookback, channel\)"):
        RecurrentRegressor().fit(x[..., None], y)
    with pytest.raises(DataError, match=r"y is \(19, 3\) for 20 windows"):
        RecurrentRegressor().fit(x, y[1:])
    with pytest.raises(DataError, match=r"Input X contains NaN.*; give windows \(window, lookback, channel\)"):
        RecurrentRegressor().fit(x * np.nan, y)
    with pytest.raises(SettingError, match=r"unknown cell 'gur': choose one of .*did you mean 'gru'"):
        RecurrentRegressor(cell="gur").fit(x, y)  # type: ignore[arg-type]
    fitted = RecurrentRegressor(4, training=QUICK).fit(x, y)
    with pytest.raises(DataError, match="the windows have 1 channels, but fit saw 2"):
        fitted.predict(x[:, :, :1])
    with pytest.raises(DataError, match="X has 3 features, but RecurrentRegressor is expecting 4 features as input"):
        fitted.predict(x[:, :3])


def test_windows_of_one_channel_may_come_without_it() -> None:
    windows = WindowTransformer(6)
    x, y = windows.fit_transform(hourly()), windows.targets(hourly())
    model = RecurrentRegressor(4, training=QUICK)
    np.testing.assert_array_equal(model.fit(flat(x), y).predict(flat(x)), model.fit(x, y).predict(x))
