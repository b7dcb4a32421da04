"""Box-Cox: the power of most likelihood a series, SciPy's transform and its inverse, and an answer to every number."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from scipy import special, stats

from tests.forecasters.published import AIR_PASSENGERS
from tests.series import QUICK, hourly
from tsrnn.boxcox import BOUNDS, BoxCox, Powers
from tsrnn.columns import Columns
from tsrnn.errors import DataError
from tsrnn.forecasters.recurrent import GRUForecaster
from tsrnn.frame import read
from tsrnn.panel import Array, Panel
from tsrnn.saving import load

LARGEST = np.finfo(np.float64).max


def panel(**series: Array | list[float]) -> Panel:
    parts = [pd.DataFrame({"unique_id": name, "ds": range(len(y)), "y": y}) for name, y in series.items()]
    return read(pd.concat(parts))


def skewed() -> dict[str, Array]:
    """Positive series whose best powers are near 0, between, below 0, and none in particular."""
    rng = np.random.default_rng(0)
    return {
        "air": np.array(AIR_PASSENGERS, float),
        "gamma": rng.gamma(2.0, size=300),
        "log-normal": np.exp(rng.normal(size=300)),
        "reciprocal": 1.0 / rng.gamma(4.0, size=300),
    }


@pytest.mark.parametrize("name", skewed())
@pytest.mark.parametrize("unit", [1.0, 1e-200, 1e200])
def test_the_power_is_the_one_that_scipy_finds_whatever_the_unit(name: str, unit: float) -> None:
    values = skewed()[name]
    _, expected = stats.boxcox(values)
    assert BOUNDS[0] < expected < BOUNDS[1]
    assert BoxCox().fit(panel(a=unit * values)).power[0, 0] == pytest.approx(expected, abs=1e-5)


def test_the_power_of_air_passengers_is_near_a_logarithm() -> None:
    assert BoxCox().fit(panel(air=skewed()["air"])).power[0, 0] == pytest.approx(0.148, abs=5e-4)


@pytest.mark.parametrize("name", skewed())
def test_values_are_those_of_scipy_about_the_geometric_mean_and_so_is_the_way_back(name: str) -> None:
    data = panel(a=skewed()[name])
    learned, mean = BoxCox().fit(data), stats.gmean(skewed()[name])
    power = learned.power[0, 0]
    there = learned.apply(data)[:, 0]
    np.testing.assert_allclose(there, np.log(mean) + special.boxcox(data.values[:, 0] / mean, power), atol=1e-12)
    ahead = np.linspace(there.min(), there.max(), 9)
    expected = mean * special.inv_boxcox(ahead - np.log(mean), power)
    np.testing.assert_allclose(learned.invert(ahead[None, :, None], data)[0, :, 0], expected, rtol=1e-12)


@pytest.mark.parametrize("power", [-1.0, -0.5, -1e-9, 0.0, 1e-9, 0.5, 1.0, 2.0])
def test_every_power_is_undone_and_that_of_0_is_the_logarithm(power: float) -> None:
    data = panel(a=np.linspace(0.5, 9.0, 40))
    learned = Powers(np.array([[power]]), np.array([[0.7]]), np.array([[np.log(9.0)]]), {"a": 0})
    there = learned.apply(data)
    assert (np.diff(there[:, 0]) > 0).all()
    np.testing.assert_allclose(learned.invert(there[None], data)[0], data.values, rtol=1e-12)
    if abs(power) < 1e-6:
        np.testing.assert_allclose(there, np.log(data.values), rtol=1e-7)


@pytest.mark.parametrize(("power", "highest"), [(-1.0, 90.0), (-0.5, 90.0), (0.0, LARGEST), (0.5, LARGEST)])
def test_what_no_value_has_for_its_power_is_answered_by_the_nearest_end(power: float, highest: float) -> None:
    data = panel(a=[0.5, 2.0, 9.0])
    learned = Powers(np.array([[power]]), np.array([[0.7]]), np.array([[np.log(9.0)]]), {"a": 0})
    asked = np.array([-1e300, -1e6, -50.0, -5.0, 0.0, 0.7, 1.5, 5.0, 50.0, 1e6, 1e300])
    found = learned.invert(asked[None, :, None], data)[0, :, 0]
    assert np.isfinite(found).all()
    assert (np.diff(found) >= 0).all()
    assert found[0] == pytest.approx(0.0, abs=1e-290)
    assert found[-1] == pytest.approx(highest)


def test_the_end_of_a_negative_power_moves_with_rows_that_are_larger_than_any_learned() -> None:
    data = panel(a=skewed()["reciprocal"])
    learned = BoxCox().fit(data)
    later = panel(a=[*skewed()["reciprocal"][:5], 1000.0])
    beyond = np.full((1, 1, 1), 1e9)
    assert learned.power[0, 0] < 0
    assert learned.invert(beyond, data).item() == pytest.approx(10 * data.values.max())
    assert learned.invert(beyond, later).item() == pytest.approx(10_000.0)


@given(st.lists(st.floats(0.01, 100.0), min_size=2, max_size=30), st.sampled_from([1e-250, 1.0, 1e250]))
def test_any_positive_values_are_undone_and_their_order_kept(values: list[float], unit: float) -> None:
    rows = unit * np.array(values)
    data = panel(a=rows)
    learned = BoxCox().fit(data)
    assert BOUNDS[0] <= learned.power[0, 0] <= BOUNDS[1]
    there = learned.apply(data)[:, 0]
    assume(np.ptp(there) > 0)
    order = np.argsort(rows)
    assert (np.diff(there[order]) >= 0).all()
    np.testing.assert_allclose(learned.invert(there[None, :, None], data)[0, :, 0], rows, rtol=1e-6)


@pytest.mark.parametrize("level", [1e-300, 0.3, 1.0, 7.3, 1e300])
def test_a_constant_and_the_noise_of_rounding_have_no_power(level: float) -> None:
    data = panel(
        a=np.full(37, level), b=[level, level * (1 + 1e-15), level * (1 - 1e-15)] * 20, c=[level, 2 * level] * 20
    )
    learned = BoxCox().fit(data)
    assert learned.power.tolist() == [[1.0], [1.0], [1.0]]
    ahead = learned.apply(data)[[0, 40, 100]][:, None]
    np.testing.assert_allclose(learned.invert(ahead, data)[:, 0, 0], data.values[[0, 40, 100], 0], rtol=1e-12)


def test_values_across_all_sizes_of_a_float_have_a_power() -> None:
    data = panel(a=[1e-300, 1e-100, 1.0, 1e100, 1e300])
    learned = BoxCox().fit(data)
    assert learned.power[0, 0] == pytest.approx(0.0, abs=1e-6)  # their logarithms lie evenly about 0
    np.testing.assert_allclose(learned.invert(learned.apply(data)[None], data)[0], data.values, rtol=1e-9)
    lone = BoxCox().fit(panel(a=[1e-300] * 8 + [2e-300, 1e300])).power[0, 0]
    assert BOUNDS[0] <= lone < 0.0


def test_a_power_is_of_the_observed_rows_of_its_series_and_channel() -> None:
    rows = skewed()["gamma"][:80]
    joint = pd.DataFrame({"p": rows, "q": np.exp(rows)})
    joint.iloc[3::7] = np.nan
    learned = BoxCox().fit(read(joint, Columns(joint=True)))
    expected = [stats.boxcox(joint[name].dropna().to_numpy())[1] for name in "pq"]
    assert learned.power.shape == (1, 2)
    np.testing.assert_allclose(learned.power[0], np.clip(expected, *BOUNDS), atol=1e-5)
    assert np.isnan(learned.apply(read(joint, Columns(joint=True)))).sum() == 2 * joint["p"].isna().sum()


def test_a_series_not_seen_at_fit_has_the_power_of_its_own_rows_and_the_others_theirs() -> None:
    rows = skewed()
    learned = BoxCox().fit(panel(a=rows["gamma"], c=rows["log-normal"]))
    mixed = panel(a=rows["reciprocal"], b=rows["reciprocal"], c=rows["log-normal"])
    own = BoxCox().fit(panel(b=rows["reciprocal"]))
    there = learned.apply(mixed)[:, 0].reshape(3, 300)
    assert np.array_equal(there[1], own.apply(panel(b=rows["reciprocal"]))[:, 0])
    assert np.array_equal(there[0], learned.apply(panel(a=rows["reciprocal"]))[:, 0])
    assert not np.allclose(there[0], there[1])
    np.testing.assert_allclose(learned.invert(there[:, :, None], mixed)[..., 0], mixed.values.reshape(3, 300))


@pytest.mark.parametrize("value", [0.0, -2.5])
def test_what_is_not_positive_is_refused_with_its_place_when_learned_and_when_given(value: float) -> None:
    wrong, right = panel(a=[1.0, 2.0], b=[3.0, value, 1.0]), panel(a=[1.0, 2.0], b=[3.0, 2.0, 1.0])
    for use in (BoxCox().fit, BoxCox().fit(right).apply):
        with pytest.raises(
            DataError, match=rf"series 'b' is {value} at 1, but transform='boxcox' needs values above 0"
        ) as caught:
            use(wrong)
        assert (caught.value.series, caught.value.time) == ("b", 1)


def test_a_network_learns_under_powers_and_is_saved_with_them(tmp_path: Path) -> None:
    index = pd.date_range("1949-01", periods=144, freq="MS")
    data = pd.DataFrame({"air": skewed()["air"], "load": hourly(144).to_numpy() ** 2}, index)
    model = GRUForecaster(4, 12, hidden_size=8, transform=("boxcox", "deviation"), training=QUICK).fit(data)
    found = model.predict(levels=[80])
    assert (found["air-lo-80"] < found["air"]).all()
    assert (found["air"] < found["air-hi-80"]).all()
    assert (found > 0).all(axis=None)
    loaded = load(model.save(tmp_path / "m"))
    assert_frame_equal(loaded.predict(levels=[80]), found, check_exact=True)
    stranger = data[["air"]].rename(columns={"air": "other"})
    assert_frame_equal(loaded.predict(history=stranger), model.predict(history=stranger), check_exact=True)


def test_powers_follow_a_stretch_of_the_data() -> None:
    data = hourly()
    plain, stretched = (
        GRUForecaster(4, 12, hidden_size=8, transform="boxcox", training=QUICK).fit(unit * data).predict()
        for unit in (1.0, 1e6)
    )
    np.testing.assert_allclose(stretched.to_numpy(), 1e6 * plain.to_numpy(), rtol=1e-3)
