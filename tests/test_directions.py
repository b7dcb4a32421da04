"""Directions: against the formulas as printed, published intervals and statsmodels."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from tsrnn.directions import direction_test, wilson
from tsrnn.errors import DataError, SettingError


def as_printed(up: list[bool], said: list[bool]) -> float:
    """The statistic of Pesaran and Timmermann (1992), term by term."""
    n = len(up)
    share = sum(a == b for a, b in zip(up, said, strict=True)) / n
    y, x = sum(up) / n, sum(said) / n
    luck = y * x + (1 - y) * (1 - x)
    of_share = luck * (1 - luck) / n
    of_luck = (2 * y - 1) ** 2 * x * (1 - x) / n + (2 * x - 1) ** 2 * y * (1 - y) / n
    of_luck += 4 * y * x * (1 - y) * (1 - x) / n**2
    return (share - luck) / math.sqrt(of_share - of_luck)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=4, max_size=60))
def test_as_the_paper_prints_it(pairs: list[tuple[bool, bool]]) -> None:
    up, said = map(list, zip(*pairs, strict=True))
    found = direction_test(np.where(up, 1.5, -0.5), np.where(said, 0.1, 0.0))
    assert found.share == np.mean(np.array(up) == np.array(said))
    if len(set(up)) == len(set(said)) == 2:
        assert found.statistic == pytest.approx(as_printed(up, said))
        assert found.p_value == pytest.approx(0.5 * math.erfc(found.statistic / math.sqrt(2)))
    else:
        assert math.isnan(found.statistic) and math.isnan(found.p_value)


def test_always_up_in_a_rising_market_is_no_skill() -> None:
    actual = np.random.default_rng(0).normal(0.5, 1.0, size=400)
    always = direction_test(actual, np.ones(400))
    assert always.share > 0.6 and always.share == always.expected
    assert math.isnan(always.p_value)
    often = direction_test(actual, np.random.default_rng(1).normal(2.0, 1.0, size=400))
    assert often.share > 0.6 and often.p_value > 0.05


def test_one_true_null_hypothesis_in_twenty_is_rejected() -> None:
    random = np.random.default_rng(2)
    found = [direction_test(*random.normal(0.2, 1.0, size=(2, 100))).p_value < 0.05 for _ in range(1000)]
    assert 0.03 <= np.mean(found) <= 0.07


def test_missing_values() -> None:
    actual, forecast = [1.0, math.nan, -1.0, 2.0, -1.0], [1.0, 5.0, -2.0, -1.0, -1.0]
    assert direction_test(actual, forecast) == direction_test([1.0, -1.0, 2.0, -1.0], [1.0, -2.0, -1.0, -1.0])
    assert math.isnan(direction_test([1.0, -1.0], [math.nan, 1.0]).share)
    assert direction_test([], []).n == 0
    with pytest.raises(DataError, match="2 actual changes, but 1 forecast"):
        direction_test([1, 2], [1])


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_as_newcombe_1998_prints_it(hits: int, n: int, low: float, high: float) -> None:
    found = wilson(hits, n)
    assert (found.share, found.low, found.high) == pytest.approx((hits / n, low, high), abs=5e-5)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.sampled_from([80, 95, 99]))
def test_wilson_as_statsmodels_says(trials: tuple[int, int], level: int) -> None:
    found = wilson(*trials, level)
    low, high = proportion_confint(*trials, alpha=1 - level / 100, method="wilson")
    assert (found.low, found.high) == pytest.approx((max(low, 0.0), min(high, 1.0)), abs=1e-9)


def test_wrong_trials_are_named() -> None:
    with pytest.raises(SettingError, match="hits are at most n, got 3 of 2"):
        wilson(3, 2)
    with pytest.raises(SettingError, match="n must be a whole number of at least 1"):
        wilson(0, 0)
    with pytest.raises(SettingError, match="level is in per cent"):
        wilson(1, 2, 100)
