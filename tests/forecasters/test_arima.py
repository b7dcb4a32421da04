"""The ARIMA forecaster: forecasts against R and statsmodels, history, gaps, covariates, scale and leaks."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm
from statsmodels.tsa.statespace.sarimax import SARIMAX

from tests.forecasters import published
from tsrnn.columns import Columns
from tsrnn.forecasters.arima import ARIMAForecaster, FittedARIMA
from tsrnn.forecasters.arima_fit import fit
from tsrnn.forecasters.arima_series import ROWS, SeriesModel
from tsrnn.forecasters.arma import Estimate, Order
from tsrnn.panel import Array

AIR = pd.Series(np.log(published.AIR_PASSENGERS), pd.date_range("1949-01", periods=144, freq="MS"), name="air")


def _fitted(model: ARIMAForecaster) -> FittedARIMA:
    found = model.learned().model
    assert isinstance(found, FittedARIMA)
    return found


def _model(model: ARIMAForecaster, name: Hashable) -> SeriesModel:
    return _fitted(model).models[name][0]


def _ahead(model: ARIMAForecaster, **asked: object) -> Array:
    """Forecast, low and high of each step, `(step, 3)`, of a single series."""
    return np.asarray(model.predict(levels=[80], **asked), np.float64)  # type: ignore[arg-type]


def _walk(rows: int, seed: int = 0, frequency: str = "D") -> pd.Series:
    noise = np.random.default_rng(seed).normal(size=rows)
    steps = np.convolve(noise, [1.0, 0.5])[:rows]
    return pd.Series(steps.cumsum(), pd.date_range("2020-01-01", periods=rows, freq=frequency), name="walk")


def _with(data: pd.Series, places: slice | list[int], value: float) -> pd.Series:
    changed = data.copy()
    changed.iloc[places] = value
    return changed


def test_the_airline_is_estimated_as_r_publishes_it() -> None:
    model = _model(ARIMAForecaster(order=(0, 1, 1), seasonal_order=(0, 1, 1)).fit(AIR), "air")
    assert model.estimate.ma[0] == pytest.approx(-0.4018, abs=5e-4)
    assert model.estimate.seasonal_ma[0] == pytest.approx(-0.5569, abs=5e-4)
    assert model.sigma2 == pytest.approx(0.001348, abs=2e-6)
    assert model.loglik == pytest.approx(244.70, abs=0.01)


def test_hormone_levels_are_estimated_as_r_publishes_them() -> None:
    model = _model(ARIMAForecaster(order=(3, 0, 0)).fit(pd.Series(published.LH, name="lh")), "lh")
    np.testing.assert_allclose(model.estimate.ar, [0.6448, -0.0634, -0.2198], atol=5e-4)
    assert model.scale.centre + model.scale.width * model.estimate.constant == pytest.approx(2.3931, abs=5e-4)
    assert model.loglik == pytest.approx(-27.09, abs=0.01)


def test_deaths_are_forecast_as_r_publishes_them() -> None:
    # predict(arima(USAccDeaths, order = c(0,1,1), seasonal = list(order = c(0,1,1))), n.ahead = 6)
    deaths = pd.Series(published.ACCIDENTAL_DEATHS, pd.date_range("1973-01", periods=72, freq="MS"), name="y")
    ahead = ARIMAForecaster(6, order=(0, 1, 1), seasonal_order=(0, 1, 1)).fit(deaths).predict()
    np.testing.assert_allclose(ahead, [8336.028, 7531.760, 8314.593, 8616.869, 9488.916, 9859.757], rtol=2e-5)


@pytest.mark.parametrize(
    ("order", "seasonal", "trend"),
    [((2, 0, 1), (0, 0, 0), "c"), ((0, 1, 1), (0, 1, 1), "n"), ((1, 0, 0), (1, 0, 0), "c")],
)
def test_forecasts_are_those_of_statsmodels_for_the_same_order(
    order: tuple[int, int, int], seasonal: tuple[int, int, int], trend: str
) -> None:
    # Compared without rows to use up for a drift: order (0, 1, 1) has two differences and so none.
    model = ARIMAForecaster(24, order=order, seasonal_order=seasonal).fit(AIR)
    reference = SARIMAX(
        AIR.to_numpy(), order=order, seasonal_order=(*seasonal, 12 if any(seasonal) else 0), trend=trend
    )
    learned = _model(model, "air")
    mean = learned.scale.centre + learned.scale.width * learned.estimate.constant
    gain = np.prod([1 - part.sum() for part in (learned.estimate.ar, learned.estimate.seasonal_ar)])
    estimate = learned.estimate
    parts = [estimate.ar, estimate.ma, estimate.seasonal_ar, estimate.seasonal_ma, [learned.sigma2]]
    result = reference.filter(np.concatenate([[mean * gain]] * (trend == "c") + parts)).get_forecast(24)
    ahead = _ahead(model)
    np.testing.assert_allclose(ahead[:, 0], result.predicted_mean, rtol=1e-6)
    # Intervals count the rows spent on coefficients off, as R's forecast package does.
    spent = estimate.rows / (estimate.rows - estimate.parameters + 1)
    reach = norm.ppf(0.9) * np.sqrt(result.var_pred_mean * spent)
    np.testing.assert_allclose((ahead[:, 2] - ahead[:, 1]) / 2, reach, rtol=1e-5)


def test_newer_history_is_filtered_with_the_coefficients_learned() -> None:
    train = AIR.iloc[:120]
    model = ARIMAForecaster(6, order=(0, 1, 1), seasonal_order=(0, 1, 1)).fit(train)
    learned = _model(model, "air").estimate
    coefficients = np.array([learned.ma[0], learned.seasonal_ma[0], _model(model, "air").sigma2])
    first = SARIMAX(train.to_numpy(), order=(0, 1, 1), seasonal_order=(0, 1, 1, 12)).filter(coefficients)
    expected = first.append(AIR.to_numpy()[120:], refit=False).forecast(6)
    np.testing.assert_allclose(model.predict(history=AIR), expected, rtol=1e-6)


def test_history_may_begin_anywhere_and_waves_keep_their_phase() -> None:
    rows = np.arange(400)
    noise = np.random.default_rng(3).normal(scale=0.1, size=400)
    data = pd.Series(
        np.sin(2 * np.pi * rows / 24) + noise, pd.date_range("2024-01-01", periods=400, freq="h"), name="y"
    )
    model = ARIMAForecaster(24).fit(data.iloc[:300])
    assert _model(model, "y").pairs >= 1
    later = np.asarray(model.predict(history=data.iloc[101:371]))
    np.testing.assert_allclose(later, np.sin(2 * np.pi * np.arange(371, 395) / 24), atol=0.15)
    np.testing.assert_allclose(later, model.predict(history=data.iloc[:371]), atol=1e-3)


def test_values_after_the_origin_cannot_matter() -> None:
    data = _walk(200)
    plain, changed = (ARIMAForecaster(5).fit(one.iloc[:150]) for one in (data, _with(data, slice(150, None), 1e6)))
    np.testing.assert_array_equal(_ahead(plain), _ahead(changed))
    np.testing.assert_array_equal(_ahead(plain, history=data.iloc[:170]), _ahead(changed, history=data.iloc[:170]))


@pytest.mark.parametrize("factor", [2.0**-33, 2.0**33, -1024.0])
def test_units_scale_the_forecast_and_nothing_else(factor: float) -> None:
    plain, scaled = ARIMAForecaster(5).fit(_walk(200)), ARIMAForecaster(5).fit(_walk(200) * factor)
    assert _fitted(scaled).orders == _fitted(plain).orders
    expected = _ahead(plain) * factor
    np.testing.assert_allclose(_ahead(scaled), expected if factor > 0 else expected[:, [0, 2, 1]], rtol=1e-9)
    decimal = ARIMAForecaster(5, order=(1, 1, 1)).fit(_walk(200) * 1e-10)
    whole = ARIMAForecaster(5, order=(1, 1, 1)).fit(_walk(200) * 1e10)
    np.testing.assert_allclose(_ahead(decimal) * 1e20, _ahead(whole), rtol=1e-5)


@pytest.mark.parametrize("frequency", ["D", "h", "MS"])
def test_a_constant_series_is_forecast_by_its_constant(frequency: str) -> None:
    flat = pd.Series(7.3, pd.date_range("2020-01-01", periods=60, freq=frequency), name="y")
    assert (_ahead(ARIMAForecaster(4).fit(flat)) == 7.3).all()
    assert (_ahead(ARIMAForecaster(4, order=(1, 1, 1)).fit(_with(flat, [3, 59], np.nan))) == 7.3).all()


def test_a_line_and_a_repeating_season_go_on() -> None:
    days = pd.date_range("2020-01-01", periods=70, freq="D")
    line = ARIMAForecaster(3).fit(pd.Series(5.0 + 2.0 * np.arange(70), days)).predict()
    np.testing.assert_allclose(line, [145.0, 147.0, 149.0], rtol=1e-6)
    week = np.array([1.0, 2, 5, 3, 9, 1, 0])
    np.testing.assert_allclose(ARIMAForecaster(7).fit(pd.Series(np.tile(week, 10), days)).predict(), week, atol=1e-6)


def test_gaps_are_filtered_over() -> None:
    holes = [10, 50, 51, 52, 90, 143]
    model = ARIMAForecaster(12, order=(0, 1, 1), seasonal_order=(0, 1, 1)).fit(_with(AIR, holes, np.nan))
    reference = SARIMAX(
        _with(AIR, holes, np.nan).to_numpy(), order=(0, 1, 1), seasonal_order=(0, 1, 1, 12), use_exact_diffuse=True
    )
    best = reference.fit(disp=0, maxiter=200)
    learned = _model(model, "air")
    np.testing.assert_allclose([learned.estimate.ma[0], learned.estimate.seasonal_ma[0]], best.params[:2], atol=2e-3)
    np.testing.assert_allclose(model.predict(), best.forecast(12), atol=1e-3)


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.02, 0.15])
def test_an_order_is_chosen_with_gaps_and_the_forecast_is_near_that_without(share: float) -> None:
    holes = np.flatnonzero(np.random.default_rng(1).random(143) < share).tolist()
    model = ARIMAForecaster(12).fit(_with(AIR, holes, np.nan))
    assert _model(model, "air").order.D == 1
    np.testing.assert_allclose(model.predict(), ARIMAForecaster(12).fit(AIR).predict(), atol=0.08)


def test_a_gap_before_the_origin_widens_the_first_interval() -> None:
    model = ARIMAForecaster(1, order=(0, 1, 0)).fit(_walk(100))
    whole, gap = _ahead(model), _ahead(model, history=_with(_walk(100), slice(97, None), np.nan))
    assert np.diff(gap[0, 1:]) / np.diff(whole[0, 1:]) == pytest.approx(2.0)  # four steps since the last value


def test_columns_known_ahead_are_regressors() -> None:
    rng = np.random.default_rng(0)
    heat = rng.normal(size=210)
    data = pd.DataFrame({"y": 3.0 * heat, "heat": heat}, pd.date_range("2020-01-01", periods=210, freq="D"))
    data["y"] += np.convolve(rng.normal(size=210), [1.0, 0.6])[:210] * 0.1
    model = ARIMAForecaster(10, order=(0, 0, 1)).fit(data.iloc[:200], Columns(target="y", future="heat"))
    ahead = model.predict(future=data.iloc[200:])
    np.testing.assert_allclose(np.ravel(ahead), data["y"].iloc[200:], atol=0.4)
    learned = _model(model, "y")
    slope = learned.estimate.regression[0] * learned.scale.width / learned.scale.covariate_width[0]
    assert slope == pytest.approx(3.0, abs=0.02)


def test_a_covariate_that_never_varies_changes_nothing() -> None:
    frame = _walk(100).to_frame().assign(still=4.0)
    model = ARIMAForecaster(3, order=(1, 1, 0)).fit(frame, Columns(target="walk", future="still"))
    later = pd.DataFrame({"still": 4.0}, pd.date_range(frame.index[-1], periods=4, freq="D")[1:])
    without = ARIMAForecaster(3, order=(1, 1, 0)).fit(frame["walk"]).predict()
    np.testing.assert_allclose(np.ravel(model.predict(future=later)), without, rtol=1e-6)


@pytest.mark.slow
def test_intervals_of_an_autoregression_hold_what_they_say() -> None:
    rng, inside = np.random.default_rng(11), []
    for _ in range(300):
        series = np.zeros(160)
        for row, noise in enumerate(rng.normal(size=159), start=1):
            series[row] = 0.7 * series[row - 1] + noise
        ahead = _ahead(ARIMAForecaster(10, order=(1, 0, 0)).fit(pd.Series(series[:150])))
        inside.append((series[150:] >= ahead[:, 1]) & (series[150:] <= ahead[:, 2]))
    # Estimated coefficients cost a point or two: 0.781 over 1,000 other series; three standard errors around that.
    assert np.mean(inside) == pytest.approx(0.781, abs=0.032)


def test_only_the_last_rows_are_read_and_the_rest_cannot_matter() -> None:
    long = _walk(ROWS + 500, frequency="h")
    ahead = ARIMAForecaster(3, order=(1, 1, 0)).fit(long)
    changed = ARIMAForecaster(3, order=(1, 1, 0)).fit(_with(long, slice(0, 400), -1e3))
    np.testing.assert_array_equal(_ahead(ahead), _ahead(changed))
    assert len(ahead.learned().recent.values) == ROWS


def test_the_next_best_order_is_taken_where_one_does_not_converge(monkeypatch: pytest.MonkeyPatch) -> None:
    refused: list[Order] = []

    def stubborn(target: Array, columns: Array, order: Order, start: Estimate | None = None) -> Estimate:
        found = fit(target, columns, order, start)
        if refused:
            return found
        refused.append(order)
        return replace(found, converged=False)

    monkeypatch.setattr("tsrnn.forecasters.arima_choice.fit", stubborn)
    model = ARIMAForecaster(3).fit(_walk(150))
    assert _model(model, "walk").order != refused[0]
    (notice,) = _fitted(model).notices
    assert notice.series == "walk"
    assert notice.message == f"{refused[0]} did not converge; the next best order was tried"


def test_given_orders_are_kept_and_nothing_seasonal_is_added() -> None:
    assert _model(ARIMAForecaster(order=(2, 1, 0)).fit(AIR), "air").order == Order(2, 1, 0, season=12)
    kept = _model(ARIMAForecaster(order=(2, 1, 2), seasonal_order=(1, 0, 0)).fit(AIR), "air").order
    assert (kept.p, kept.d, kept.q, kept.P, kept.D, kept.Q) == (2, 1, 2, 1, 0, 0)
    seasonal = _model(ARIMAForecaster(seasonal_order=(1, 1, 0)).fit(AIR), "air").order
    assert (seasonal.P, seasonal.D, seasonal.Q) == (1, 1, 0)
    waves = _model(ARIMAForecaster(fourier=4).fit(AIR), "air")
    assert (waves.pairs, waves.order.P, waves.order.D, waves.order.Q) == (4, 0, 0, 0)


def test_the_table_names_each_series_and_its_order() -> None:
    frame = pd.DataFrame({"b": _walk(100, 1), "a": _walk(100, 2)})
    fitted = _fitted(ARIMAForecaster(order=(0, 1, 1)).fit(frame))
    table = fitted.table()
    assert table["series"].tolist() == ["a", "b"]
    assert table["order"].tolist() == fitted.orders
    assert all(text.startswith("ARIMA(0,1,1)") for text in fitted.orders)
    assert (table["sigma2"] > 0).all()
