"""Transforms: what is done to a series is undone exactly, at any size, for any length, and never through the future."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tsrnn.columns import Columns
from tsrnn.errors import DataError, MissingValueError, SettingError
from tsrnn.frame import read
from tsrnn.panel import Array, Panel
from tsrnn.scaling import Standardize, moments, typical_change
from tsrnn.transforms import Chain, Difference, Log, Transform, chain

CHAINS = [(), ("log",), ("boxcox",), ("difference",), ("log", "difference"), ("boxcox", "difference")]
sizes = st.sampled_from([1e-300, 1e-30, 1e-3, 1.0, 1e9, 1e30, 1e300])
walks = st.lists(st.floats(-3, 3), min_size=8, max_size=40)


def panel(**series: Array | list[float]) -> Panel:
    parts = [pd.DataFrame({"unique_id": name, "ds": range(len(y)), "y": y}) for name, y in series.items()]
    return read(pd.concat(parts))


def ahead(transform: Transform, whole: Panel, horizon: int) -> tuple[Array, Array]:
    """The last rows transformed as part of the whole and then undone from the rows before them; and as they were."""
    known = whole.cut(whole.lengths - horizon)
    learned = transform.fit(known)
    ends = [np.arange(stop - horizon, stop) for stop in whole.offsets[1:]]
    undone = learned.invert(learned.apply(whole)[np.stack(ends)], known)
    return undone, whole.values[np.stack(ends)]


@pytest.mark.parametrize("names", CHAINS, ids=str)
@given(walk=walks, size=sizes)
def test_what_is_applied_is_undone_at_any_size(names: tuple[str, ...], walk: list[float], size: float) -> None:
    values = size * (10.0 + np.sin(walk) + np.arange(len(walk)) / 10.0)
    undone, truth = ahead(chain(names), panel(a=values, b=values[::-1]), 3)
    assert undone == pytest.approx(truth, rel=1e-9)


@pytest.mark.parametrize("size", [1e-300, 1e-30, 1.0, 1e30, 1e300])
def test_standardized_values_do_not_depend_on_the_unit(size: float) -> None:
    values = np.random.default_rng(0).normal(size=200)
    data = panel(a=size * values)
    scaled = Standardize().fit(data).apply(data)
    assert scaled[:, 0] == pytest.approx((values - values.mean()) / values.std(), rel=1e-9, abs=1e-12)


def test_a_billion_with_unit_variance_keeps_its_variance() -> None:
    values = 1e9 + np.random.default_rng(0).normal(size=500)
    data = panel(a=values)
    learned = Standardize().fit(data)
    assert learned.spread[0, 0] == pytest.approx(values.std(), rel=1e-6)
    assert learned.apply(data).std() == pytest.approx(1.0, rel=1e-6)


@pytest.mark.parametrize("level", [0.0, 0.1, -7.3, 1e-300, 1e9 + 0.1, 1e300])
def test_a_constant_becomes_zero_and_comes_back_exactly(level: float) -> None:
    data = panel(a=np.full(37, level))
    learned = Standardize().fit(data)
    assert learned.spread[0, 0] == 1.0
    assert np.abs(learned.apply(data)).max() <= 1e-15 * abs(level)
    assert learned.invert(np.zeros((1, 4, 1)), data) == pytest.approx(level, rel=1e-15)


def test_the_noise_of_rounding_is_no_variance() -> None:
    data = panel(a=[0.3, 0.1 + 0.2] * 20)
    assert np.ptp(data.values) > 0
    assert Standardize().fit(data).spread[0, 0] == 1.0


@pytest.mark.parametrize("size", [1e-300, 1.0, 1e300])
def test_a_walk_is_scaled_by_its_change_over_the_horizon_and_not_by_its_path(size: float) -> None:
    walk = np.random.default_rng(0).choice([-1.0, 1.0], size=4000).cumsum()
    learned = Standardize(steps=4).fit(panel(a=size / 100 * walk))
    spans = [np.abs(walk[k:] - walk[:-k]).mean() for k in (1, 2, 3, 4)]
    assert learned.spread[0, 0] == pytest.approx(size / 100 * np.mean(spans), rel=1e-9)
    later = panel(b=size / 100 * walk[::-1])
    assert learned.apply(later)[:, 0] == pytest.approx((walk[::-1] - walk.mean()) / np.mean(spans), rel=1e-9)


def test_changes_are_of_pairs_of_observed_rows_and_a_constant_keeps_its_spread_of_one() -> None:
    values = np.array([[1.0], [np.nan], [2.0], [5.0]])
    assert typical_change(values, ~np.isnan(values), 1) == pytest.approx([3.0])
    assert typical_change(values[:1], ~np.isnan(values[:1]), 3) == pytest.approx([0.0])
    assert Standardize(steps=3).fit(panel(a=[7.3] * 20)).spread[0, 0] == 1.0
    assert Standardize(steps=1).fit(panel(a=[0.0, np.nan, 2.0, np.nan])).spread[0, 0] == 1.0  # the deviation of 0 and 2


def test_each_series_and_channel_is_scaled_by_its_own_observed_rows() -> None:
    frame = pd.DataFrame({"p": [1.0, np.nan, 3.0, 5.0], "q": [1e6, 2e6, 3e6, np.nan]})
    learned = Standardize().fit(read(frame, Columns(joint=True)))
    assert learned.centre[0].tolist() == [3.0, 2e6]
    assert learned.spread[0] == pytest.approx([np.std([1, 3, 5]), np.std([1e6, 2e6, 3e6])])


def test_moments_of_nothing_are_those_of_a_constant_zero() -> None:
    mean, spread = moments(np.full((5, 1), np.nan), np.zeros((5, 1), np.bool_))
    assert (mean[0], spread[0]) == (0.0, 1.0)


def test_a_series_not_seen_at_fit_is_scaled_by_its_own_rows_and_the_others_as_fitted() -> None:
    learned = Standardize().fit(panel(a=[0.0, 2.0], c=[10.0, 30.0]))
    later = panel(a=[100.0, 300.0], b=[4.0, 8.0], c=[20.0, 20.0])
    assert learned.apply(later)[:, 0].tolist() == [99.0, 299.0, -1.0, 1.0, 0.0, 0.0]
    assert learned.invert(np.ones((3, 1, 1)), later)[:, 0, 0].tolist() == [2.0, 8.0, 30.0]


@pytest.mark.parametrize("names", CHAINS, ids=str)
def test_series_in_another_order_or_fewer_of_them_change_nothing(names: tuple[str, ...]) -> None:
    rows = {name: np.random.default_rng(seed).uniform(1, 9, size=20) for seed, name in enumerate("abc")}
    learned = chain(names).fit(panel(**rows))
    whole = learned.apply(panel(**rows))
    assert np.array_equal(
        learned.apply(panel(c=rows["c"], a=rows["a"])), np.delete(whole, np.s_[20:40], 0), equal_nan=True
    )


@pytest.mark.parametrize("names", CHAINS, ids=str)
def test_rows_that_follow_change_nothing_before_them(names: tuple[str, ...]) -> None:
    values = np.random.default_rng(0).uniform(1, 9, size=30)
    learned = chain(names).fit(panel(a=values[:20]))
    early, whole = learned.apply(panel(a=values[:20])), learned.apply(panel(a=values))
    assert np.array_equal(early, whole[:20], equal_nan=True)


def test_missing_values_stay_missing_and_nothing_else_does() -> None:
    values = np.array([1.0, 2.0, np.nan, 4.0, 5.0, 7.0])
    data = panel(a=values, b=values)
    gone = [False, False, True, False, False, False]
    changes = [True, False, True, True, False, False]  # the first row, the missing one, and the one after it
    for names, expected in zip(CHAINS, (gone, gone, gone, changes, changes, changes), strict=True):
        assert np.isnan(chain(names).fit(data).apply(data)[:, 0]).tolist() == expected * 2


def test_changes_are_those_from_row_to_row_and_add_up_from_the_last_value_seen() -> None:
    data = panel(a=[1.0, 4.0, 9.0], b=[5.0, 2.0, np.nan])
    learned = Difference().fit(data)
    assert learned.apply(data)[:, 0].tolist() == pytest.approx([np.nan, 3.0, 5.0, np.nan, -3.0, np.nan], nan_ok=True)
    assert learned.invert(np.ones((2, 3, 1)), data)[..., 0].tolist() == [[10.0, 11.0, 12.0], [3.0, 4.0, 5.0]]


def test_changes_without_a_value_to_start_from_are_refused() -> None:
    data = panel(a=[1.0, 2.0, 3.0, np.nan, np.nan], b=[1.0, 2.0, 3.0, 4.0, 5.0])
    learned = Difference().fit(data)
    with pytest.raises(MissingValueError, match="series 'a' has no observed value in its last 2 rows"):
        learned.invert(np.ones((2, 3, 1)), data.tail(2))


def test_only_chains_with_changes_cumulate() -> None:
    data = panel(a=[1.0, 2.0, 3.0])
    assert [chain(names).fit(data).differences for names in CHAINS] == [0, 0, 0, 1, 1, 1]


@pytest.mark.parametrize("value", [0.0, -2.5])
def test_the_logarithm_of_what_has_none_is_refused_with_its_place(value: float) -> None:
    data = panel(a=[1.0, 2.0], b=[3.0, value, 1.0])
    with pytest.raises(
        DataError, match=rf"series 'b' is {value} at 1, but transform='log' needs values above 0"
    ) as caught:
        Log().apply(data)
    assert (caught.value.series, caught.value.time) == ("b", 1)


def test_the_logarithm_ignores_what_is_missing() -> None:
    assert np.isnan(Log().apply(panel(a=[1.0, np.nan]))[1, 0])


def test_the_unit_is_the_typical_change_or_on_request_the_deviation() -> None:
    rng = np.random.default_rng(0)
    data = panel(noise=rng.normal(size=400), walk=rng.normal(size=400).cumsum())
    by_change, by_deviation = (chain(names, 12).fit(data).apply(data).reshape(2, -1) for names in ((), ("deviation",)))
    assert by_deviation.std(axis=1) == pytest.approx(1.0)
    assert by_change.std(axis=1)[1] > 2 * by_change.std(axis=1)[0]  # a walk goes many times as far as it changes


@pytest.mark.parametrize("names", [*CHAINS, ("log", "deviation"), ("difference",) * 11], ids=str)
def test_a_fitted_chain_is_restored_from_its_arrays(names: tuple[str, ...]) -> None:
    rows = {name: np.random.default_rng(seed).uniform(1, 9, size=40) for seed, name in enumerate("abc")}
    data = panel(**rows)
    learned = chain(names).fit(data)
    again = chain(names).restore(learned.arrays(), data)
    assert np.array_equal(again.apply(data), learned.apply(data), equal_nan=True)
    values = np.random.default_rng(9).normal(size=(3, 5, 1))
    assert np.array_equal(again.invert(values, data), learned.invert(values, data))


def test_a_chain_is_its_parts_in_order() -> None:
    data = panel(a=np.exp([1.0, 2.0, 4.0]))
    assert Chain((Log(), Difference())).fit(data).apply(data)[1:, 0].tolist() == pytest.approx([1.0, 2.0])


def test_transforms_leave_the_panel_alone() -> None:
    data = panel(a=[1.0, 2.0, 4.0])
    before = replace(data, values=data.values.copy())
    for names in CHAINS:
        learned = chain(names).fit(data)
        learned.apply(data)
        learned.invert(np.ones((1, 2, 1)), data)
    assert np.array_equal(data.values, before.values)


def test_an_unknown_transform_is_named_with_the_known_ones() -> None:
    with pytest.raises(
        SettingError,
        match=r"unknown transform 'logs': choose one of log, boxcox, difference, deviation \(did you mean 'log'\?\)",
    ):
        chain(("logs",))
