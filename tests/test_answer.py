"""Reading any forecaster's answer: what fits the data in any order is taken, and what does not is named."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from tests.frames import HORIZON, LONG, answered, long, numbered, series, wide
from tsrnn.answer import parse, times_ahead, write
from tsrnn.errors import DataError, SettingError
from tsrnn.frame import read
from tsrnn.panel import Forecast

Change = Callable[[pd.DataFrame], pd.DataFrame]


def later(answer: pd.DataFrame) -> pd.DataFrame:
    return answer.assign(ts=answer["ts"] + pd.Timedelta(hours=1))


def stranger(answer: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([answer, answer.tail(3).assign(meter="x")])


def silent(answer: pd.DataFrame) -> pd.DataFrame:
    return answer.assign(kwh=[np.nan, *answer["kwh"][1:]])


@pytest.mark.parametrize(
    "change, text",
    [
        (lambda answer: answer.drop(columns="kwh"), "the forecast has no column 'kwh'; found ['meter', 'ts']"),
        (lambda answer: answer.drop(columns="ts"), "the forecast has no column 'ts'; found ['meter', 'kwh']"),
        (lambda answer: answer.drop(columns="meter"), "the forecast has no column 'meter'; found ['ts', 'kwh']"),
        (lambda answer: answer.iloc[1:], "the forecast has 2 rows for series 'm2', not 3"),
        (lambda answer: answer.replace({"meter": {"m1": "m2"}}), "the forecast has 0 rows for series 'm1', not 3"),
        (stranger, "the forecast has rows for series 'x', which the data have not"),
        (later, "'m1' stands at 2024-01-02 03:00:00, where 2024-01-02 02:00:00 is needed"),
        (silent, "the forecast of series 'm2' is not a number at step 1"),
        (lambda answer: answer.to_numpy(), "the forecast is a ndarray; predict must give a Series or a frame"),
    ],
)
def test_a_long_answer_that_does_not_fit_the_panel_is_refused(change: Change, text: str) -> None:
    panel, answer = answered(long(), LONG)
    with pytest.raises(DataError) as caught:
        parse(change(pd.DataFrame(answer)), panel, HORIZON, ())
    assert text in str(caught.value)


def test_a_wide_answer_that_does_not_fit_the_panel_is_refused() -> None:
    panel, answer = answered(wide())
    with pytest.raises(DataError, match="the forecast has 2 rows, but 3 are needed"):
        parse(answer.iloc[:2], panel, HORIZON, ())
    with pytest.raises(DataError, match="series 'a' stands at 2025-01-30 00:00:00, where 2025-01-31 00:00:00"):
        parse(answer.shift(-1, freq="D"), panel, HORIZON, ())
    with pytest.raises(DataError, match="the forecast has no column 'b-lo-80'"):
        parse(answer, panel, HORIZON, (80.0,))


def test_an_answer_in_any_order_is_read_by_its_ids_and_stamps() -> None:
    for data, columns in ((long(), LONG), (wide(), None)):
        panel, answer = answered(data, columns)
        mixed = answer.sample(frac=1, random_state=5)
        assert np.array_equal(parse(mixed, panel, HORIZON, ()).point, numbered(panel).point)


def test_an_answer_that_only_numbers_its_rows_is_read_in_the_order_of_steps() -> None:
    panel, answer = answered(wide())
    assert np.array_equal(parse(answer.reset_index(drop=True), panel, HORIZON, ()).point, numbered(panel).point)


def test_the_ends_of_an_interval_may_be_missing_but_not_the_point() -> None:
    panel, _ = answered(series(pd.RangeIndex(10)))
    nothing = np.full((1, HORIZON, 1), np.nan)
    forecast = Forecast(numbered(panel).point, {80.0: (nothing, nothing)})
    assert np.isnan(parse(write(forecast, panel), panel, HORIZON, (80.0,)).bounds[80.0]).all()


def test_a_horizon_beyond_any_calendar_is_refused() -> None:
    yearly = pd.Series(1.0, pd.date_range("2000-01-01", periods=30, freq="YS"))
    with pytest.raises(SettingError, match=r"a horizon of 900000 steps after 2029-01-01 .* ends beyond any"):
        times_ahead(read(yearly), 0, 900_000)
