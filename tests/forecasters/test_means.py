"""The mean and the seasonal drift by hand: points, gaps, and deviations of Forecasting: Principles and Practice 5.5."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from tsrnn.columns import Columns
from tsrnn.errors import DataError, SettingError, ShortSeriesError
from tsrnn.forecasters.means import MeanForecaster, SeasonalDriftForecaster
from tsrnn.forecasters.naive import DriftForecaster
from tsrnn.forecasters.protocol import PanelForecaster
from tsrnn.panel import Array

GAP = float("nan")
Z80 = float(norm.ppf(0.9))


def _series(*values: float, start: int = 0) -> pd.Series:
    return pd.Series(values, pd.RangeIndex(start, start + len(values)), name="y")


def _half_widths(model: PanelForecaster, data: pd.Series, history: pd.Series | None = None) -> Array:
    ahead = model.fit(data).predict(levels=[80], history=history)
    np.testing.assert_allclose((ahead["y-hi-80"] + ahead["y-lo-80"]) / 2.0, ahead["y"])
    return np.asarray((ahead["y-hi-80"] - ahead["y"]) / Z80, np.float64)


def test_the_mean_is_that_of_the_observed_values() -> None:
    data = _series(1, GAP, 2, 6, GAP)
    sigma = np.sqrt((4 + 1 + 9) / 2)
    assert MeanForecaster(2).fit(data).predict().tolist() == [3.0, 3.0]
    np.testing.assert_allclose(_half_widths(MeanForecaster(2), data), sigma * np.sqrt(1 + 1 / 3))


def test_a_seasonal_drift_moves_the_last_season_on_by_the_mean_change() -> None:
    data = _series(1, 2, 3, 2, 4, 6)  # changes over a season: 1, 2, 3, their mean 2
    assert SeasonalDriftForecaster(7, season=3).fit(data).predict().tolist() == [4.0, 6.0, 8.0, 6.0, 8.0, 10.0, 8.0]


def test_its_deviation_is_that_of_the_changes_and_of_their_mean() -> None:
    sigma = np.sqrt((1 + 0 + 1) / 2)  # changes 1, 2, 3 around 2
    seasons = np.array([1, 1, 1, 2, 2, 2, 3])
    found = _half_widths(SeasonalDriftForecaster(7, season=3), _series(1, 2, 3, 2, 4, 6))
    np.testing.assert_allclose(found, sigma * np.sqrt(seasons * (1 + seasons / 3)))


def test_over_a_gap_it_counts_seasons_from_the_value_it_begins_from() -> None:
    data = _series(1, 2, 3, 4, GAP, 6, 8, GAP, 9)  # changes 3, 3, 4, 3, their mean 3.25
    ahead = SeasonalDriftForecaster(3, season=3).fit(data).predict()
    np.testing.assert_allclose(ahead, [8 + 3.25, 2 + 3 * 3.25, 9 + 3.25])


@pytest.mark.parametrize("season", [1, 6, 100])
def test_without_a_season_it_is_the_drift(season: int) -> None:
    data = _series(1, 5, 2, 4, 9, 3)
    pd.testing.assert_frame_equal(
        SeasonalDriftForecaster(4, season=season).fit(data).predict(levels=[80]),
        DriftForecaster(4).fit(data).predict(levels=[80]),
    )


def test_it_takes_the_season_of_the_frequency() -> None:
    index = pd.date_range("2020-01-01", periods=36, freq="MS")
    data = pd.Series(np.arange(36.0) + 10.0 * (np.arange(36) % 12), index)
    np.testing.assert_allclose(
        SeasonalDriftForecaster(12).fit(data).predict(), np.arange(36.0, 48.0) + 10.0 * np.arange(12)
    )


def test_newer_history_keeps_what_was_learned() -> None:
    data, newer = _series(1, 4, 3, 6), _series(-20, 10, 30, start=10)
    model = SeasonalDriftForecaster(2, season=2)
    before = _half_widths(model, data)  # changes 2, 2
    np.testing.assert_allclose(_half_widths(model, data, newer), before)
    np.testing.assert_array_equal(model.predict(history=newer), [12.0, 32.0])
    assert MeanForecaster().fit(data).predict(history=newer).tolist() == [3.5]


@pytest.mark.parametrize("model", [MeanForecaster(2), SeasonalDriftForecaster(2, season=2)])
def test_a_constant_series_has_intervals_of_no_width(model: PanelForecaster) -> None:
    assert (model.fit(_series(3, 3, 3, 3, 3)).predict(levels=[80, 95]).to_numpy() == 3.0).all()


def test_too_few_residuals_are_an_error_only_where_an_interval_is_asked_for() -> None:
    frame = pd.DataFrame({"long": [1.0, 2, 4, 8], "short": [GAP, GAP, GAP, 4]})
    model = MeanForecaster(1).fit(frame)
    assert model.predict()["short"].tolist() == [4.0]
    with pytest.raises(ShortSeriesError, match=r"series 'short': an interval needs 2 residuals.*leave levels out"):
        model.predict(levels=[80])


def test_a_seasonal_drift_needs_two_values_a_season_apart() -> None:
    with pytest.raises(ShortSeriesError, match="series 'y': no two values 2 rows apart are observed"):
        SeasonalDriftForecaster(season=2).fit(_series(1, GAP, GAP, 4))


def test_series_that_were_not_fitted_are_refused() -> None:
    frame, other = pd.DataFrame({"a": [1.0, 2, 4]}), pd.DataFrame({"a": [1.0, 2, 4], "b": [7.0, 6, 5]})
    for model in (MeanForecaster(1), SeasonalDriftForecaster(1, season=1)):
        with pytest.raises(DataError, match="series 'b' was not fitted, so its mean is not known"):
            model.fit(frame).predict(history=other)


def test_every_channel_of_joint_columns_is_forecast() -> None:
    frame = pd.DataFrame({"a": [1.0, 2, 3, 6], "b": [4.0, 4, 9, 3]})
    ahead = MeanForecaster(2).fit(frame, Columns(joint=True)).predict()
    assert ahead["a"].tolist() == [3.0, 3.0]
    assert ahead["b"].tolist() == [5.0, 5.0]


def test_what_is_kept_is_enough_to_predict_as_from_the_whole_series() -> None:
    rng = np.random.default_rng(0)
    values = rng.normal(size=200)
    values[rng.random(200) < 0.4] = np.nan
    values[150:190:7] = np.nan
    data = _series(*values)
    for model in (MeanForecaster(9), SeasonalDriftForecaster(9, season=7)):
        kept = model.fit(data).predict(levels=[80])
        assert len(model.learned().recent.values) < 200
        pd.testing.assert_frame_equal(model.predict(levels=[80], history=data), kept)


@pytest.mark.parametrize("model", [MeanForecaster(5), SeasonalDriftForecaster(5, season=2)])
def test_paths_spread_as_the_intervals_say(model: PanelForecaster) -> None:
    data = _series(*np.random.default_rng(1).normal(size=9))
    widths = _half_widths(model, data)
    fitted = model.learned()
    paths = fitted.model.paths(fitted.recent, 5, 20_000, 0, np.zeros((1, 5, 0)))  # type: ignore[attr-defined]
    assert paths.shape == (1, 20_000, 5, 1)
    np.testing.assert_allclose(paths[0, :, :, 0].std(axis=0), widths, rtol=0.03)
    np.testing.assert_allclose(paths[0, :, :, 0].mean(axis=0), model.predict(), atol=0.05 * widths.max())


@pytest.mark.parametrize("season", [0, -3, 2.5, True])
def test_an_impossible_season_is_refused(season: object) -> None:
    with pytest.raises(SettingError, match="season must be a whole number of at least 1"):
        SeasonalDriftForecaster(season=season).fit(_series(1, 2, 3))  # type: ignore[arg-type]
