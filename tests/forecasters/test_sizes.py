"""Numbers of every size: forecasts are finite, scale with the values, and do not change for what stands beside them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.series import forecasters, hourly
from tsrnn.errors import DataError
from tsrnn.forecasters.names import FORECASTERS

EVERY = sorted(FORECASTERS)
BASE = hourly(72)
# A model a series.
ALONE = ("arima", "drift", "ets", "mean", "naive", "seasonal-drift", "seasonal-mean", "seasonal-naive", "theta")
ODD = {
    "a constant": BASE * 0 + 7,
    "zeros": BASE * 0,
    "counts": pd.Series(np.random.default_rng(1).poisson(0.3, 72) * 1.0, BASE.index, name="load"),
    "one spike of 1e30": BASE.where(np.arange(72) != 40, 1e30),
    "zeros and a one": pd.Series(np.r_[np.zeros(71), 1.0], BASE.index, name="load"),
    "1e9 and unit variance": BASE + 1e9,
    "from 1e-30 to 1e300": pd.Series(np.geomspace(1e-30, 1e300, 72), BASE.index, name="load"),
}


def forecast(name: str, data: pd.Series | pd.DataFrame) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Points and ends of intervals."""
    return np.asarray(forecasters()[name].fit(data).predict(levels=[80]), np.float64)


@pytest.mark.parametrize("name", EVERY)
def test_forecasts_scale_with_the_values_from_the_smallest_to_the_largest(name: str) -> None:
    wanted = forecast(name, BASE)
    for size in (1e-300, 1e-30, 1e30, 1e298):
        np.testing.assert_allclose(forecast(name, BASE * size) / size, wanted, rtol=1e-5, err_msg=f"{size}")


@pytest.mark.parametrize("name", EVERY)
def test_forecasts_of_odd_series_are_finite_and_in_order(name: str) -> None:
    for words, data in ODD.items():
        point, low, high = forecast(name, data).T
        assert np.isfinite([point, low, high]).all(), words
        assert (low <= high).all(), words


@pytest.mark.parametrize("name", ALONE)
def test_a_constant_goes_on_where_a_model_learns_each_series_alone(name: str) -> None:
    np.testing.assert_allclose(forecast(name, ODD["a constant"]), 7.0, rtol=1e-6)


@pytest.mark.parametrize("name", EVERY)
def test_an_offset_of_1e9_leaves_the_movement_where_it_was(name: str) -> None:
    if name == "theta":
        pytest.skip("its seasons are factors, which an offset changes by definition")
    moved = forecast(name, BASE + 1e9) - 1e9
    np.testing.assert_allclose(moved[:, 0], forecast(name, BASE)[:, 0], atol=2e-3)


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("words", ["one spike of 1e30", "from 1e-30 to 1e300", "a constant"])
def test_a_bad_series_does_not_change_the_forecast_of_another(name: str, words: str) -> None:
    good = pd.DataFrame({"good": BASE, "other": hourly(72, seed=1)})
    bad = good.assign(other=ODD[words].to_numpy())
    fitted = forecasters()[name].fit(good)
    if name in ("gru", "lstm", "rnn") and words.endswith("1e300"):
        with pytest.raises(DataError, match=r"series 'other': a value at .* is \de\+\d+ times the spread") as told:
            fitted.predict(history=bad)
        assert (told.value.code, told.value.series) == ("E109", "other")
        return
    beside = fitted.predict(history=bad, levels=[80])
    assert np.isfinite(beside.to_numpy()).all()
    mine = [column for column in beside if str(column).startswith("good")]
    np.testing.assert_array_equal(beside[mine], fitted.predict(history=good, levels=[80])[mine])
    if name in ALONE:
        np.testing.assert_array_equal(forecasters()[name].fit(bad).predict(levels=[80])[mine], beside[mine])


@pytest.mark.parametrize("name", [name for name in EVERY if name not in ALONE])
def test_one_model_for_all_series_learns_beside_a_bad_one_as_well_as_beside_a_good_one(name: str) -> None:
    rows = {seed: hourly(72, seed) for seed in range(4)}
    for words in ("one spike of 1e30", "from 1e-30 to 1e300"):
        data = pd.DataFrame(rows).assign(bad=ODD[words])
        found = forecasters()[name].fit(data).predict()
        for seed, own in rows.items():
            assert (np.abs(found[seed] - own.mean()) < 4 * own.std()).all(), words
