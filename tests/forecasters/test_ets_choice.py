"""Which ETS: likelihoods and forecasts beside R's, the form chosen, and forms that cannot be."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.forecasters.smoothed import smoothed
from tests.series import hourly
from tsrnn.errors import DataError, SettingError, ShortSeriesError
from tsrnn.forecasters.ets import Form
from tsrnn.forecasters.ets_fit import learn
from tsrnn.forecasters.smoothing import ETSForecaster, FittedSmoothing

# Quarterly holiday nights in Australia, 1999 to 2015, in millions (R package `fpp2`, data set `austourists`).
TOURISTS = np.array(
    [
        float(night)
        for night in """
30.052513 19.148496 25.317692 27.591437 32.076456 23.487961 28.475940 35.123753 36.838485 25.007017 30.722230 28.693759
36.640986 23.824609 29.311683 31.770309 35.177877 19.775244 29.601750 34.538842 41.273599 26.655862 28.279859 35.191153
42.205664 24.649171 32.667335 37.257354 45.242460 29.350481 36.344207 41.782081 49.276598 31.275401 37.850625 38.837044
51.236900 31.838552 41.323421 42.799003 55.708358 33.407145 42.316638 45.157123 59.576080 34.837330 44.841681 46.971250
60.019031 38.371179 46.975864 50.733796 61.646873 39.299569 52.671209 54.332317 66.834358 40.871188 51.828535 57.491910
65.251470 43.061208 54.760757 59.834475 73.257027 47.696624 61.097768 66.055761""".split()
    ]
)
# What R's forecast::ets finds on them (forecast 8, recorded in statsmodels' tests): its log likelihood, which leaves a
# constant out, and four forecasts.
R_FITS = {
    ("A", "N", "A"): (-204.28165, [75.329148, 50.167268, 62.210210, 65.902969]),
    ("A", "Ad", "A"): (-200.02362, [76.077681, 51.617411, 63.964577, 68.278862]),
    ("M", "N", "A"): (-206.75768, [75.204747, 50.316121, 62.186139, 65.745302]),
    ("M", "A", "A"): (-203.60022, [75.697403, 51.252925, 63.345735, 67.353977]),
    ("M", "A", "M"): (-195.75179, [77.588074, 48.855802, 61.365132, 66.855242]),
    ("M", "Ad", "M"): (-196.36298, [78.094392, 48.938078, 61.293372, 66.334651]),
}


@pytest.mark.parametrize(("error", "trend", "seasonal"), list(R_FITS))
def test_the_likelihood_is_no_less_than_rs_and_the_forecast_near_it(error: str, trend: str, seasonal: str) -> None:
    likelihood, ahead = R_FITS[error, trend, seasonal]
    form = Form(error, trend, seasonal, 4)
    model, _ = learn("nights", TOURISTS, "0", 4, form)
    rows, count = len(TOURISTS), form.parameters
    full = -0.5 * (model.aicc - 2.0 * count * rows / (rows - count - 1)) - rows * np.log(model.unit)
    assert full + 0.5 * rows * (np.log(2.0 * np.pi / rows) + 1.0) > likelihood - 0.01
    found = model.forecast(TOURISTS, np.arange(rows + 4), 4)
    assert found is not None
    np.testing.assert_allclose(found[0], ahead, rtol=0.015)


def test_the_form_chosen_for_the_tourists_is_the_published_one() -> None:
    """ETS(M,A,M) with AICc 230.2, Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 2nd ed., 7.6."""
    nights = TOURISTS[24:]
    model, _ = learn("nights", nights, "0", 4, None)
    assert str(model) == "ETS(M,A,M)[4]"
    rows = len(nights)
    aicc = model.aicc + 2.0 * rows * np.log(model.unit) - rows * (np.log(2.0 * np.pi / rows) + 1.0)
    assert 220.0 < aicc <= 230.2


def test_forms_that_need_positive_values_or_more_rows_are_not_compared() -> None:
    months = pd.period_range("2001-01", periods=40, freq="M")
    swing = pd.Series(10.0 * np.sin(np.arange(40.0)) + np.random.default_rng(0).normal(size=40), months)
    assert "M" not in (
        smoothed(ETSForecaster().fit(swing)).form.error,
        smoothed(ETSForecaster().fit(swing)).form.seasonal,
    )
    short = pd.Series(np.random.default_rng(1).normal(10.0, 1.0, size=12), months[:12])
    assert smoothed(ETSForecaster().fit(short)).form.seasonal == "N"


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ("AAX", "form is error A or M, trend N, A or Ad and season N, A or M, such as 'AAN' or 'MAdM'; got 'AAX'"),
        ("aan", "got 'aan'"),
        (3, "got 3"),
        ("AAM", "form 'AAM' is unstable: with a season M the error is M; use 'MAM'"),
        ("ANA", "form 'ANA' needs a season of 2 to 23 rows, but it has 24; use 'ANN', from 24 up a season is followed"),
    ],
)
def test_an_impossible_form_is_refused(form: str, message: str) -> None:
    with pytest.raises(SettingError, match=message):
        ETSForecaster(form=form).fit(hourly())


def test_a_form_that_a_series_does_not_allow_is_refused_by_the_name_of_the_series() -> None:
    with pytest.raises(DataError, match=r"series 'load': ETS\(M,N,N\) needs values above 0; choose another form"):
        ETSForecaster(form="MNN").fit(hourly() - 10.0)
    with pytest.raises(DataError, match=r"series 'load': ETS\(A,N,A\)\[7\] needs 14 rows, and there are 12"):
        ETSForecaster(form="ANA", season=7).fit(hourly(12))
    with pytest.raises(ShortSeriesError, match="series 'load': 4 observed rows, but ETS needs 5"):
        ETSForecaster().fit(hourly(4))


def test_the_table_names_the_form_of_each_series() -> None:
    fitted = ETSForecaster(form="ANN").fit(hourly()).learned().model
    assert isinstance(fitted, FittedSmoothing)
    assert fitted.table().to_dict("list") == {
        "series": ["load"], "channel": [0], "model": ["ETS(A,N,N) after STL[24]"]
    }  # fmt: skip
