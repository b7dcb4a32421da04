"""ETS against statsmodels, R and simulation: filter, variances, the choice of form, gaps and newer history."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm
from statsmodels.tsa.exponential_smoothing.ets import ETSModel

from tests.forecasters.published import AIR_PASSENGERS, LAKE_HURON
from tests.forecasters.smoothed import smoothed
from tests.series import hourly
from tsrnn.errors import DataError, MissingValueError
from tsrnn.forecasters.ets import Form, SmoothedSeries, State
from tsrnn.forecasters.ets_fit import forms
from tsrnn.forecasters.smoothing import ETSForecaster
from tsrnn.panel import Array

WORDS = {"N": None, "A": "add", "M": "mul"}
CONSTANTS = (0.3, 0.05, 0.2, 0.9)  # alpha, beta, gamma, phi
GAP = float("nan")


def example(form: Form) -> SmoothedSeries:
    """A model of the passengers, in units of the largest number, with constants and states that suit them."""
    alpha, beta, gamma, phi = CONSTANTS
    seasons = {"N": np.zeros(1), "A": np.linspace(-0.06, 0.05, 12), "M": np.linspace(0.8, 1.2, 12)}[form.seasonal]
    first = State(0.19, 0.0 if form.trend == "N" else 0.002, tuple(seasons.tolist()))
    return SmoothedSeries(
        anchor="0",
        unit=622.0,
        form=form,
        alpha=alpha,
        beta=0.0 if form.trend == "N" else beta,
        gamma=0.0 if form.seasonal == "N" else gamma,
        phi=phi if form.trend == "Ad" else 1.0,
        first=first,
        last=first,
        sigma2=0.03**2 if form.error == "A" else 0.05**2,
        aicc=0.0,
        pattern=None,
    )


def by_statsmodels(model: SmoothedSeries, values: Array) -> tuple[ETSModel, Array]:
    """statsmodels' model of the values and its parameters."""
    form = model.form
    made = ETSModel(
        values,
        error=WORDS[form.error],
        trend=WORDS[form.trend[0]],
        damped_trend=form.trend == "Ad",
        seasonal=WORDS[form.seasonal],
        seasonal_periods=form.season if form.season > 1 else None,
    )
    chosen = {"smoothing_level": model.alpha, "smoothing_trend": model.beta, "smoothing_seasonal": model.gamma}
    chosen |= {"damping_trend": model.phi, "initial_level": model.first.level, "initial_trend": model.first.trend}
    chosen |= {f"initial_seasonal.{row}": season for row, season in enumerate(reversed(model.first.seasons))}
    return made, np.array([chosen[name] for name in made.param_names])


@pytest.mark.parametrize("form", list(forms(12)), ids=str)
def test_filter_and_forecast_of_every_form_are_those_of_statsmodels(form: Form) -> None:
    model, values = example(form), AIR_PASSENGERS / 622.0
    state, errors = model.smooth(values, 0, model.first)
    made, parameters = by_statsmodels(model, values)
    expected, states = made.smooth(parameters, return_raw=True)
    residuals = (values - expected) / (expected if form.error == "M" else 1.0)
    np.testing.assert_allclose(errors, residuals, atol=1e-12)
    assert state.level == pytest.approx(states[-1, 0], abs=1e-12)
    longer, _ = by_statsmodels(model, np.concatenate((values, values[-1:])))  # its one-step forecast of a row ahead
    mean, _ = _forecast(model, AIR_PASSENGERS, 24)
    assert mean[0] == pytest.approx(622.0 * longer.smooth(parameters, return_raw=True)[0][-1], rel=1e-12)
    trend = np.zeros(24) if form.trend == "N" else states[-1, 1] * np.cumsum(model.phi ** np.arange(1.0, 25.0))
    ahead = state.level + trend
    if form.season > 1:
        seasons = np.tile(states[-12:, -1], 2)
        ahead = ahead * seasons if form.seasonal == "M" else ahead + seasons
    np.testing.assert_allclose(mean, 622.0 * ahead, rtol=1e-10)


def _forecast(model: SmoothedSeries, values: Array, horizon: int, place: int = 0) -> tuple[Array, Array]:
    found = model.forecast(values, place + np.arange(len(values) + horizon), horizon)
    assert found is not None
    return found


def simulated(model: SmoothedSeries, horizon: int, paths: int) -> Array:
    """Sample paths `(path, step)` after the last passenger, by table 2.2 of Hyndman and others (2008)."""
    form, rng = model.form, np.random.default_rng(8)
    last, _ = model.smooth(AIR_PASSENGERS / model.unit, 0, model.first)
    level, trend = np.full(paths, last.level), np.full(paths, last.trend)
    seasons = np.tile(np.array(last.seasons)[:, None], paths)
    found = np.empty((paths, horizon))
    for step in range(horizon):
        phase = (len(AIR_PASSENGERS) + step) % len(seasons)
        line, season = level + model.phi * trend, seasons[phase].copy()
        mean = line * season if form.seasonal == "M" else line + season
        error = rng.normal(scale=np.sqrt(model.sigma2), size=paths) * (mean if form.error == "M" else 1.0)
        found[:, step] = mean + error
        change = error / season if form.seasonal == "M" else error
        level, trend = line + model.alpha * change, model.phi * trend + model.beta * change
        seasons[phase] = season + model.gamma * (error / line if form.seasonal == "M" else error)
    return model.unit * found


@pytest.mark.parametrize("form", list(forms(12)), ids=str)
def test_the_deviation_of_every_step_is_that_of_simulated_paths(form: Form) -> None:
    model = example(form)
    mean, deviation = _forecast(model, AIR_PASSENGERS, 18)
    paths = simulated(model, 18, 20_000)
    np.testing.assert_allclose(deviation, paths.std(axis=0), rtol=0.04)
    np.testing.assert_allclose(mean, paths.mean(axis=0), rtol=0.01)


def test_without_trend_and_season_it_is_the_last_smoothed_level() -> None:
    data = pd.Series(LAKE_HURON, pd.period_range("1875", periods=98, freq="Y"))
    ahead = ETSForecaster(3, form="ANN").fit(data).predict(levels=[80])
    model = smoothed(ETSForecaster(3, form="ANN").fit(data))
    level = model.first.level
    for value in LAKE_HURON / model.unit:
        level += model.alpha * (value - level)
    np.testing.assert_allclose(ahead.iloc[:, 0], level * model.unit)
    half = np.asarray((ahead.iloc[:, 2] - ahead.iloc[:, 0]) / norm.ppf(0.9), np.float64)
    np.testing.assert_allclose(half / half[0], np.sqrt(1.0 + np.arange(3) * model.alpha**2))


def test_a_long_season_is_followed_by_stl() -> None:
    wave = np.tile(np.sin(2.0 * np.pi * np.arange(24) / 24.0), 10)
    index = pd.date_range("2024-01-01", periods=240, freq="h")
    grows = pd.Series(50.0 + np.linspace(1.0, 3.0, 240) * wave + np.random.default_rng(0).normal(0.0, 0.02, 240), index)
    model = ETSForecaster(24).fit(grows)
    assert str(smoothed(model)).endswith("after STL[24]")
    np.testing.assert_allclose(model.predict(), 50.0 + 3.0 * wave[:24], atol=0.4)


def test_a_long_season_that_no_test_finds_is_left_alone() -> None:
    index = pd.date_range("2024-01-01", periods=240, freq="h")
    noise = pd.Series(np.random.default_rng(3).normal(50.0, 1.0, 240), index)
    assert smoothed(ETSForecaster(form="ANN").fit(noise)).pattern is None


@pytest.mark.parametrize(
    "data", [hourly(120), pd.Series(AIR_PASSENGERS, pd.period_range("1949-01", periods=144, freq="M"))]
)
def test_newer_history_is_filtered_with_what_was_learned(data: pd.Series) -> None:
    form = None if data.name is None else "ANN"
    model = ETSForecaster(6, form=form).fit(data.iloc[:100])
    own = smoothed(model)
    assert own.pattern is not None or own.form.season == 12
    mean, _ = _forecast(own, data.to_numpy(), 6)
    np.testing.assert_allclose(model.predict(history=data), mean)


def test_history_without_the_rows_learned_on_goes_on_with_the_season_learned() -> None:
    months = pd.period_range("2001-01", periods=100, freq="M")
    season = 3.0 * np.sin(2.0 * np.pi * np.arange(100) / 12.0)
    data = pd.Series(20.0 + season, months)
    model = ETSForecaster(12, form="ANA").fit(data.iloc[:60])
    later = data.iloc[90:93] + 50.0  # on another level
    expected = 70.0 + 3.0 * np.sin(2.0 * np.pi * np.arange(93, 105) / 12.0)
    np.testing.assert_allclose(model.predict(history=later), expected, atol=0.05)


def test_missing_rows_are_passed_over_and_count_as_steps() -> None:
    model = example(Form("A", "A", "A", 12))
    values = AIR_PASSENGERS.copy()
    values[[50, 51, 143]] = GAP
    mean, deviation = _forecast(model, values, 5)
    upto, wider = _forecast(model, values[:143], 6)
    np.testing.assert_allclose(mean, upto[1:])
    np.testing.assert_allclose(deviation, wider[1:])
    state, errors = model.smooth(values / 622.0, 0, model.first)
    assert np.isnan(errors).sum() == 3
    before, _ = model.smooth(values[:50] / 622.0, 0, model.first)
    after, _ = model.smooth(values[50:52] / 622.0, 50, before)
    assert after == replace(before, level=after.level)
    assert after.level == pytest.approx(before.level + 2.0 * before.trend)
    assert state.seasons[143 % 12] == model.smooth(values[:143] / 622.0, 0, model.first)[0].seasons[143 % 12]


def test_missing_values_and_what_statsmodels_says_are_notices() -> None:
    data = hourly()
    data.iloc[[3, 60, 61]] = GAP
    (notice,) = ETSForecaster(form="ANN").fit(data).learned().model.notices
    assert (notice.series, notice.count) == ("load", 3)
    assert notice.message == "missing values are filled in to learn and passed over to forecast"


def test_a_constant_series_stays_certainly() -> None:
    ahead = ETSForecaster(3).fit(pd.Series([4.0] * 20)).predict(levels=[95])
    assert (ahead.to_numpy() == 4.0).all()


def test_a_straight_line_goes_on() -> None:
    ahead = ETSForecaster(3).fit(pd.Series(np.arange(5.0, 45.0))).predict()
    np.testing.assert_allclose(ahead, [45.0, 46.0, 47.0], rtol=1e-3)


def test_history_without_a_value_and_series_that_were_not_fitted_are_refused() -> None:
    model = ETSForecaster(form="ANN").fit(hourly().to_frame())
    with pytest.raises(DataError, match=r"series 'other' was not among the 1 series fitted \('load'\)"):
        model.predict(history=hourly().rename("other").to_frame())
    both = pd.DataFrame({"load": [GAP] * 30, "x": np.arange(30.0)}, hourly(30).index)
    fitted = ETSForecaster(form="ANN").fit(both.assign(load=np.arange(30.0)))
    with pytest.raises((MissingValueError, DataError), match="load"):
        fitted.predict(history=both)


def test_intervals_cover_what_they_say() -> None:
    rng = np.random.default_rng(11)
    errors = rng.normal(size=(124, 60))
    levels = np.vstack([np.zeros(60), np.cumsum(0.4 * errors, axis=0)[:-1]])
    frame = pd.DataFrame(100.0 + levels + errors, columns=[f"s{n:02d}" for n in range(60)])
    ahead = ETSForecaster(4, form="ANN").fit(frame.iloc[:120]).predict(levels=[80])
    low, high = (ahead[[f"{name}-{end}-80" for name in frame]].to_numpy() for end in ("lo", "hi"))
    actual = frame.iloc[120:].to_numpy()
    assert ((actual >= low) & (actual <= high)).mean() == pytest.approx(0.8, abs=0.07)
