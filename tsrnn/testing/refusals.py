"""Checks of refusals: what cannot be forecast ends in an error that says why, never in a number."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from tsrnn.testing.expecting import CheckFailed, expect_finite, expect_refused
from tsrnn.testing.subject import Subject


def predict_before_fit_is_refused(subject: Subject) -> None:
    """There is nothing to forecast from yet."""
    model = subject.fresh()
    expect_refused(lambda: model.predict(subject.horizon), "predict before fit")


def an_impossible_horizon_is_refused(subject: Subject) -> None:
    """A horizon is a whole number of at least 1."""
    model, wrong = subject.fitted(subject.series()), (0, -1, 2.5, "3", True)
    for horizon in wrong:
        asked: Any = horizon
        expect_refused(lambda asked=asked: model.predict(asked), f"predict({horizon!r})")  # type: ignore[misc]


def no_rows_are_refused(subject: Subject) -> None:
    """An empty series has nothing to learn from."""
    expect_refused(lambda: subject.ahead(subject.series().iloc[:0]), "an empty series")


def a_short_series_is_refused_or_forecast(subject: Subject) -> None:
    """One, two or three rows give a finite forecast, or an error that says what is missing."""
    for rows in (1, 2, 3):
        data = pd.Series(subject.series().to_numpy()[:rows], pd.RangeIndex(rows), name="load")
        try:
            answer = subject.ahead(data)
        except (ValueError, TypeError):
            expect_refused(lambda data=data: subject.ahead(data), f"a series of {rows} rows")  # type: ignore[misc]
            continue
        expect_finite(answer, f"the forecast of {rows} rows")


def nothing_but_missing_values_is_refused(subject: Subject) -> None:
    """A series of which nothing was observed has no forecast."""
    expect_refused(lambda: subject.ahead(subject.series() * np.nan), "a series without one observed value")


def infinite_values_are_refused(subject: Subject) -> None:
    """Infinity is no measurement."""
    data = subject.series()
    data.iloc[5] = np.inf
    expect_refused(lambda: subject.ahead(data), "an infinite value")


def text_is_refused(subject: Subject) -> None:
    """Words are not forecast, nor silently dropped."""
    expect_refused(lambda: subject.ahead(subject.series().astype(str) + " kWh"), "a series of text")


def a_repeated_stamp_is_refused(subject: Subject) -> None:
    """Two rows for one hour: nobody knows which one holds."""
    data = subject.series()
    expect_refused(lambda: subject.ahead(pd.concat([data, data.iloc[[7]]])), "a time stamp that stands twice")


def a_gap_is_refused(subject: Subject) -> None:
    """A row that is not there is said, not stepped over."""
    expect_refused(lambda: subject.ahead(subject.series().drop(subject.series().index[30])), "a gap in time")


def what_is_no_data_is_refused(subject: Subject) -> None:
    """fit takes a Series, a frame or a Panel."""
    wrong: tuple[Any, ...] = (None, [1.0, 2.0, 3.0], 5, "data")
    for data in wrong:
        expect_refused(lambda data=data: subject.ahead(data), f"fit({data!r})")  # type: ignore[misc]


def history_of_another_frequency_is_refused(subject: Subject) -> None:
    """Days are no hours."""
    model = subject.fitted(subject.series())
    daily = subject.series().set_axis(pd.date_range("2024-01-01", periods=subject.rows, freq="D"))
    expect_refused(lambda: model.predict(subject.horizon, history=daily), "a daily history of an hourly model")


def a_failed_fit_leaves_no_half_fitted_forecaster(subject: Subject) -> None:
    """After data that were refused it forecasts from the fit before, or says that there is none."""
    model, bad = subject.fresh(), subject.series() * np.nan
    expect_refused(lambda: model.fit(bad), "a series without one observed value")
    expect_refused(lambda: model.predict(subject.horizon), "predict after a fit that failed")
    model.fit(subject.series())
    plain = model.predict(subject.horizon)
    expect_refused(lambda: model.fit(bad), "a series without one observed value")
    try:
        after = model.predict(subject.horizon)
    except (ValueError, TypeError):
        return
    if not after.equals(plain):
        raise CheckFailed("expected the forecast of the fit before, or an error; got another forecast")


CHECKS = (
    predict_before_fit_is_refused,
    an_impossible_horizon_is_refused,
    no_rows_are_refused,
    a_short_series_is_refused_or_forecast,
    nothing_but_missing_values_is_refused,
    infinite_values_are_refused,
    text_is_refused,
    a_repeated_stamp_is_refused,
    a_gap_is_refused,
    what_is_no_data_is_refused,
    history_of_another_frequency_is_refused,
    a_failed_fit_leaves_no_half_fitted_forecaster,
)
