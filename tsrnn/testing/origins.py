"""Checks of origins: a newer history moves the forecast on, and nothing after an origin is ever seen at it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tsrnn.answer import Answer
from tsrnn.backtesting import backtest
from tsrnn.columns import Columns
from tsrnn.forecasters.protocol import Forecaster
from tsrnn.leaks import check_leak
from tsrnn.splits import Splits
from tsrnn.testing.expecting import NotApplicable, expect, expect_alike
from tsrnn.testing.subject import Subject


def history_moves_the_origin(subject: Subject) -> None:
    """predict(history=…) goes on from the end of the history."""
    data = subject.series()
    ahead = subject.fitted(data.iloc[:-5]).predict(subject.horizon, history=data)
    needed = data.index[-1] + pd.Timedelta(hours=1)
    expect(ahead.index[0] == needed, f"a first step at {needed}", ahead.index[0])


def history_teaches_nothing(subject: Subject) -> None:
    """The rows of fit, given as history, give the forecast of fit, whatever was given in between."""
    data = subject.series()
    model = subject.fitted(data)
    plain = model.predict(subject.horizon)
    model.predict(subject.horizon, history=subject.series(seed=3) * 5.0)
    found = model.predict(subject.horizon, history=data)
    expect_alike(found, plain, "the rows of fit as history", rtol=1e-6)


def changed_later_rows_change_no_forecast(subject: Subject) -> None:
    """Scaled, shifted, shuffled, replaced or missing values after a cutoff leave its forecast as it was."""
    found = check_leak(subject.model, subject.series(), horizon=subject.horizon, folds=1)
    expect(not found.leaks, "forecasts that stay, bit for bit", found.words())


def changed_later_rows_of_many_series_change_no_forecast(subject: Subject) -> None:
    """The same where each series ends at its own time."""
    found = check_leak(subject.model, subject.long(), horizon=subject.horizon, folds=1)
    expect(not found.leaks, "forecasts that stay, bit for bit", found.words())


def rows_that_follow_change_no_forecast(subject: Subject) -> None:
    """A cutoff has the same forecast whether or not the data go on after it."""
    data = subject.series()
    cut = Splits(cutoffs=[data.index[-3 * subject.horizon]])
    parts = (data, data.iloc[: -2 * subject.horizon + 1])
    rows = [backtest([subject.model], part, horizon=subject.horizon, folds=cut, levels=()).rows for part in parts]
    expect_alike(rows[1]["forecast"], rows[0]["forecast"], "the forecast where the data end earlier")


def a_backtest_leaves_the_forecaster_as_it_was(subject: Subject) -> None:
    """Folds are fitted on clones: what was given stays as it was, fitted or not."""
    model = subject.fitted(subject.series())
    plain = model.predict(subject.horizon)
    backtest([model], subject.series(seed=1), horizon=subject.horizon, folds=2, levels=())
    expect_alike(model.predict(subject.horizon), plain, "the forecast after a backtest")


_ROLES = {"past": Columns(target="load", past="driver"), "future": Columns(target="load", future="driver")}


def _driven(subject: Subject) -> pd.DataFrame:
    return pd.DataFrame({"load": subject.series(), "driver": subject.series(seed=1)})


def _with_future(model: Forecaster, subject: Subject, known: pd.DataFrame) -> Answer:
    return model.predict(subject.horizon, future=known)


def _known(subject: Subject, data: pd.DataFrame) -> pd.DataFrame:
    """The driver for twice the horizon."""
    steps = pd.date_range(data.index[-1], periods=2 * subject.horizon + 1, freq="h", name="time")[1:]
    return pd.DataFrame({"driver": np.linspace(7.0, 13.0, len(steps))}, steps)


def past_columns_are_taken(subject: Subject) -> None:
    """A column known up to the origin alone is used or ignored, and none of its later values is asked for."""
    ahead = subject.ahead(_driven(subject), _ROLES["past"])
    expect(list(ahead.columns) == ["load"], "a forecast of the target alone", list(ahead.columns))


def columns_known_ahead_are_taken(subject: Subject) -> None:
    """A column known ahead is used or ignored, and is not forecast."""
    data = _driven(subject)
    ahead = _with_future(subject.fitted(data, _ROLES["future"]), subject, _known(subject, data))
    expect(list(ahead.columns) == ["load"], "a forecast of the target alone", list(ahead.columns))


def nothing_but_what_is_known_ahead_is_read_from_the_future(subject: Subject) -> None:
    """A target that stands among the columns known ahead is not looked at, nor is anything beyond the horizon."""
    data = _driven(subject)
    model, known = subject.fitted(data, _ROLES["future"]), _known(subject, data)
    plain = _with_future(model, subject, known)
    beyond = known.copy()
    beyond.iloc[subject.horizon :] = -1e6
    expect_alike(_with_future(model, subject, beyond), plain, "other values beyond the horizon")
    try:
        told = _with_future(model, subject, known.assign(load=1e6))
    except ValueError as problem:
        raise NotApplicable(f"it refuses a target in the future: {problem}") from problem
    expect_alike(told, plain, "a target among the columns known ahead")


CHECKS = (
    history_moves_the_origin,
    history_teaches_nothing,
    changed_later_rows_change_no_forecast,
    changed_later_rows_of_many_series_change_no_forecast,
    rows_that_follow_change_no_forecast,
    a_backtest_leaves_the_forecaster_as_it_was,
    past_columns_are_taken,
    columns_known_ahead_are_taken,
    nothing_but_what_is_known_ahead_is_read_from_the_future,
)
