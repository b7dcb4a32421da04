"""Theta against its two lines by hand, statsmodels and the published errors of M4; seasons, gaps and newer history."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm
from statsmodels.tsa.forecasting.theta import ThetaModel as Reference
from statsmodels.tsa.holtwinters import SimpleExpSmoothing

from tests.forecasters.published import AIR_PASSENGERS, LAKE_HURON, WWW_USAGE
from tests.series import hourly
from tsrnn.errors import DataError, SettingError, ShortSeriesError
from tsrnn.forecasters import smoothing
from tsrnn.forecasters.seasonal import Pattern, followed, last_of, pattern
from tsrnn.forecasters.smoothing import ETSForecaster, FittedSmoothing, ThetaForecaster
from tsrnn.forecasters.theta import ThetaModel, learn
from tsrnn.metrics import mase, smape
from tsrnn.panel import Array

GAP = float("nan")


def ahead_of(values: Array, horizon: int, season: int = 1) -> tuple[Array, Array]:
    model = learn(values, "0", season)
    found = model.forecast(values, np.arange(len(values) + horizon), horizon)
    assert found is not None
    return found


def fitted(forecaster: ThetaForecaster) -> ThetaModel:
    found = forecaster.learned().model
    assert isinstance(found, FittedSmoothing)
    ((model,),) = found.models.values()
    assert isinstance(model, ThetaModel)
    return model


@pytest.mark.parametrize("values", [LAKE_HURON, WWW_USAGE[:60]], ids=["lake", "users"])
def test_it_is_the_mean_of_the_line_and_of_twice_its_bends_smoothed(values: Array) -> None:
    """Assimakopoulos and Nikolopoulos (2000), by statsmodels' simple exponential smoothing of the second theta line."""
    rows = np.arange(len(values))
    slope, intercept = np.polyfit(rows, values, 1)
    second = 2.0 * values - (intercept + slope * rows)
    smoothed = SimpleExpSmoothing(second, initialization_method="estimated").fit(method="L-BFGS-B").forecast(5)
    line = intercept + slope * (len(values) + np.arange(5))
    np.testing.assert_allclose(ahead_of(values, 5)[0], 0.5 * (line + smoothed), rtol=2e-4)


def test_it_is_near_statsmodels_theta_which_starts_smoothing_at_the_first_value() -> None:
    months = pd.period_range("1949-01", periods=144, freq="M")
    expected = Reference(pd.Series(AIR_PASSENGERS, months.to_timestamp()), period=12).fit().forecast(12)
    ahead = ThetaForecaster(12).fit(pd.Series(AIR_PASSENGERS, months)).predict()
    np.testing.assert_allclose(ahead, expected, rtol=0.01)


def test_the_deviation_is_that_of_exponential_smoothing() -> None:
    data = pd.Series(LAKE_HURON, pd.period_range("1875", periods=98, freq="Y"), name="y")
    forecaster = ThetaForecaster(4).fit(data)
    model, ahead = fitted(forecaster), forecaster.predict(levels=[80])
    half = ((ahead["y-hi-80"] - ahead["y"]) / norm.ppf(0.9)).to_numpy()
    sigma = model.unit * np.sqrt(model.sigma2)
    np.testing.assert_allclose(half, sigma * np.sqrt(1.0 + np.arange(4) * model.alpha**2))
    level, errors = model.level, []
    for row, value in enumerate(LAKE_HURON / model.unit):
        line = model.intercept + model.slope * row
        errors.append(value - 0.5 * (line + level))
        level += model.alpha * (2.0 * value - line - level)
    assert model.sigma2 == pytest.approx(np.sum(np.square(errors)) / (98 - 4))


def test_a_season_multiplies_where_all_values_are_positive_and_is_added_where_not() -> None:
    wave = np.tile([1.0, 3.0, 2.0, 0.5], 20)
    level = np.linspace(10.0, 50.0, 80)
    found = learn(level * wave / wave.mean(), "0", 4).pattern
    assert found is not None and found.multiplies
    np.testing.assert_allclose(found.indices, wave[:4] / wave[:4].mean(), rtol=0.01)
    swings = learn(level - 40.0 + 10.0 * wave, "0", 4)
    assert swings.pattern is not None and not swings.pattern.multiplies
    indices = np.array(swings.pattern.indices) * swings.unit
    np.testing.assert_allclose(indices, 10.0 * (wave[:4] - wave[:4].mean()), atol=1e-9)


def test_widths_follow_a_season_that_multiplies() -> None:
    wave = np.tile([1.0, 3.0, 2.0, 0.5], 20)
    values = (20.0 + np.random.default_rng(0).normal(size=80)) * wave
    _, deviation = ahead_of(values, 4, season=4)
    np.testing.assert_allclose(deviation / deviation[0], wave[:4], rtol=0.05)


def test_no_season_is_taken_out_where_the_test_finds_none() -> None:
    assert learn(np.random.default_rng(2).normal(10.0, 1.0, 120), "0", 12).pattern is None
    assert learn(AIR_PASSENGERS[:30], "0", 12).pattern is None  # fewer than three seasons


def test_newer_history_is_smoothed_with_what_was_learned() -> None:
    data = hourly(150)
    forecaster = ThetaForecaster(6).fit(data.iloc[:100])
    model = fitted(forecaster)
    found = model.forecast(data.to_numpy(), np.arange(156), 6)
    assert found is not None
    np.testing.assert_allclose(forecaster.predict(history=data), found[0])
    rest = forecaster.predict(history=data.iloc[70:])  # begins at its own first value, forgotten by its end
    np.testing.assert_allclose(rest, found[0], atol=0.05 + (1.0 - model.alpha) ** 80 * 10.0)


def test_missing_rows_are_passed_over_count_as_steps_and_are_notices() -> None:
    values = WWW_USAGE.copy()
    model = learn(values, "0", 1)
    values[[40, 41, 99]] = GAP
    found = model.forecast(values, np.arange(103), 3)
    upto = model.forecast(values[:99], np.arange(103), 4)
    assert found is not None and upto is not None
    np.testing.assert_allclose(found[0], upto[0][1:])
    np.testing.assert_allclose(found[1], upto[1][1:])
    data = pd.Series(values, pd.RangeIndex(100), name="users")
    (notice,) = ThetaForecaster().fit(data).learned().model.notices
    assert (notice.series, notice.count) == ("users", 3)


def test_too_short_and_unknown_series_and_impossible_seasons_are_refused() -> None:
    with pytest.raises(ShortSeriesError, match="series 'load': 3 observed rows, but Theta needs 4"):
        ThetaForecaster().fit(hourly(3))
    with pytest.raises(DataError, match="series 'other' was not among the 1 series fitted"):
        ThetaForecaster().fit(hourly().to_frame()).predict(history=hourly().rename("other").to_frame())
    with pytest.raises(SettingError, match="season must be a whole number of at least 1, got 0"):
        ThetaForecaster(season=0).fit(hourly())


def test_a_pattern_is_taken_out_and_put_back_at_its_places() -> None:
    values, places = np.array([5.0, 7.0, 9.0]), np.array([4, 5, 6])
    for multiplies in (True, False):
        season = Pattern((1.0, 2.0, 0.5), multiplies)
        assert season.at(places).tolist() == [2.0, 0.5, 1.0]
        np.testing.assert_allclose(season.restored(season.removed(values, places), places), values)
    assert Pattern((1.0, 2.0, 0.5), True).widths(places).tolist() == [2.0, 0.5, 1.0]
    assert Pattern((1.0, 2.0, 0.5), False).widths(places).tolist() == [1.0, 1.0, 1.0]


def test_an_index_that_is_not_positive_is_never_divided_by() -> None:
    values = np.tile([100.0, 1e-9, 100.0, 1e-9], 6) + np.arange(24.0) * 1e-10
    assert min(pattern(values, 2).indices) < 0 or min(pattern(values, 2).indices) > 0
    assert np.isfinite(ahead_of(values, 4, season=2)[0]).all()


def test_the_last_season_of_a_component_stands_at_its_places() -> None:
    wave = np.tile([3.0, -1.0, -2.0], 7)[:20]
    component = followed(wave, 3)
    np.testing.assert_allclose(component, wave, atol=0.1)
    np.testing.assert_allclose(last_of(component, 3).at(np.arange(17, 20)), component[17:20])


@pytest.mark.slow
@pytest.mark.data
def test_its_errors_on_m4_hourly_are_the_published_ones(real_data: Path) -> None:
    """Theta, hourly: sMAPE 18.138, MASE 2.455 (Makridakis, Spiliotis and Assimakopoulos, 2020); negatives become 0."""
    train = pd.read_csv(real_data / "classic" / "M4_Hourly-train.csv.gz", index_col=0)
    test = pd.read_csv(real_data / "classic" / "M4_Hourly-test.csv", index_col=0)
    scaled, shares = [], []
    for name in train.index:
        values, actual = train.loc[name].dropna().to_numpy(np.float64), test.loc[name].to_numpy(np.float64)
        ahead = np.maximum(ahead_of(values, 48, season=24)[0], 0.0)
        scaled.append(mase(actual, ahead, values, 24))
        shares.append(smape(actual, ahead))
    assert np.mean(scaled) == pytest.approx(2.455, abs=1e-3)
    assert np.mean(shares) == pytest.approx(18.138, abs=1e-3)


@pytest.mark.parametrize("model", [ThetaForecaster(6), ETSForecaster(6, form="AAN")], ids=["theta", "ets"])
def test_only_the_last_rows_are_learned_from_and_older_history_changes_nothing(
    model: ThetaForecaster | ETSForecaster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smoothing, "_ROWS", 80)
    data = hourly(200)
    ahead = model.fit(data).predict(levels=[80])
    assert len(model.learned().recent.values) == 80
    pd.testing.assert_frame_equal(model.predict(levels=[80], history=data), ahead)
    changed = data.where(np.arange(200) >= 120, 1e6)
    pd.testing.assert_frame_equal(model.fit(changed).predict(levels=[80]), ahead)
