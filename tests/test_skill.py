"""Skill: Fieller's interval is the test turned round, the bootstrap draws blocks, and both hold the true skill."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tsrnn.equal_loss import panel_test
from tsrnn.errors import DataError, SettingError
from tsrnn.panel import Array
from tsrnn.skill import Skill, bootstrap_skill, skill_interval


def folds(seed: int, n: int, *rest: int) -> tuple[Array, Array]:
    """Losses of two forecasts, the first a tenth lower."""
    random = np.random.default_rng(seed)
    ease = np.exp(0.5 * random.normal(size=(n, *rest)))
    one, other = np.exp(0.3 * random.normal(size=(2, n, *rest)))
    return 0.9 * ease * one, ease * other


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("n", "overlap"), [(4, 0), (12, 0), (40, 3)])
def test_each_end_is_where_the_test_begins_to_reject(seed: int, n: int, overlap: int) -> None:
    one, other = folds(seed, n)
    found = skill_interval(one, other, overlap, level=90)
    assert found.skill == pytest.approx(1 - one.mean() / other.mean())
    assert found.low < found.skill < found.high
    for end in (found.low, found.high):
        if math.isfinite(end) and end < 1.0:
            assert panel_test(one, (1.0 - end) * other, overlap).p_value == pytest.approx(0.10)


@pytest.mark.parametrize("seed", range(12))
def test_it_excludes_zero_exactly_where_the_test_rejects(seed: int) -> None:
    one, other = folds(seed, 8, 3)
    found = skill_interval(one, other)
    assert (found.low <= 0.0 <= found.high) == (panel_test(one, other).p_value >= 0.05)


def test_a_rival_of_wildly_different_losses_gives_no_lower_limit() -> None:
    found = skill_interval([1.0, 1.1, 0.9], [0.1, 9.0, 0.2])
    assert found.low == -math.inf
    assert 0.0 < found.high <= 1.0
    both = skill_interval([0.1, 0.2, 9.0], [0.1, 9.0, 0.2])
    assert (both.low, both.high) == (-math.inf, 1.0)


def test_proportional_losses_have_a_certain_skill() -> None:
    other = folds(0, 7)[1]
    for found in (skill_interval(0.8 * other, other), bootstrap_skill(0.8 * other, other)):
        assert (found.skill, found.low, found.high) == pytest.approx((0.2, 0.2, 0.2), abs=1e-6)


def test_size_and_unit_do_not_matter() -> None:
    one, other = folds(1, 7)
    for find in (skill_interval, bootstrap_skill):
        known = find(one, other)
        for size in (1e-200, 1e200):
            found = find(one * size, other * size)
            assert (found.low, found.high) == pytest.approx((known.low, known.high))


def test_too_few_folds_have_a_skill_and_no_interval() -> None:
    for found, n in (
        (skill_interval(*folds(2, 2)), 2),
        (skill_interval(*folds(2, 8), overlap=4), 8),
        (bootstrap_skill(*folds(2, 5)), 5),
        (bootstrap_skill(*folds(2, 10), overlap=1), 10),
    ):
        assert found.n == n and math.isfinite(found.skill)
        assert math.isnan(found.low) and math.isnan(found.high)
    assert not math.isnan(bootstrap_skill(*folds(2, 5), level=80).low)


def test_without_a_loss_to_compare_with_there_is_no_skill() -> None:
    for find in (skill_interval, bootstrap_skill):
        assert math.isnan(find(np.ones(8), np.zeros(8)).skill)
        assert math.isnan(find(np.r_[np.nan, np.ones(7)], np.ones(8)).skill)


def test_the_bootstrap_repeats_with_its_seed_and_keeps_all_of_a_fold_together() -> None:
    one, other = folds(3, 12, 5)
    assert bootstrap_skill(one, other, seed=4) == bootstrap_skill(one, other, seed=4)
    assert bootstrap_skill(one, other, seed=4) != bootstrap_skill(one, other, seed=5)
    together = bootstrap_skill(one.mean(axis=1), other.mean(axis=1), seed=4)
    found = bootstrap_skill(one, other, seed=4)
    assert (found.low, found.high) == pytest.approx((together.low, together.high))


def test_the_bootstrap_draws_blocks_of_folds_that_follow_one_another() -> None:
    """Folds that lead and lag in turn: blocks of two cancel, single folds do not."""
    one, other = np.tile([0.5, 1.5], 8), np.ones(16)
    single, blocks = bootstrap_skill(one, other), bootstrap_skill(one, other, overlap=1)
    assert (blocks.low, blocks.high) == pytest.approx((0.0, 0.0))
    assert single.high - single.low > 0.3


def coverage(seed: int, n: int, draws: int) -> tuple[float, float]:
    """How often each interval holds the true skill."""
    held = []
    for draw in range(draws):
        one, other = folds(1000 * seed + draw, n)
        found = (skill_interval(one, other), bootstrap_skill(one, other, draws=300))
        held.append([interval.low <= 0.1 <= interval.high for interval in found])
    share = np.mean(held, axis=0)
    return float(share[0]), float(share[1])


def test_ten_folds_hold_the_true_skill_about_as_often_as_promised() -> None:
    fieller, bootstrap = coverage(1, 10, 400)
    assert 0.92 <= fieller <= 0.98
    assert 0.88 <= bootstrap <= 0.97


def test_wrong_arguments_are_named() -> None:
    one, other = folds(0, 6)
    for find in (skill_interval, bootstrap_skill):
        with pytest.raises(SettingError, match="level is in per cent, above 0 and below 100; got 0"):
            find(one, other, level=0)
        with pytest.raises(SettingError, match="overlap must be a whole number"):
            find(one, other, overlap=-1)
        with pytest.raises(DataError, match="compared origin by origin"):
            find(one, other[:3])
    with pytest.raises(SettingError, match="draws must be a whole number of at least 1"):
        bootstrap_skill(one, other, draws=0)


def test_the_answer_is_a_record() -> None:
    assert skill_interval([1.0, 1.0], [2.0, 2.0]).skill == Skill(0.5, 0.0, 0.0, 95, 2).skill
