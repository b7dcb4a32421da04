"""The mean over folds: Student's interval where folds are apart, and the turned-round test where they share rows."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tsrnn.equal_loss import panel_test
from tsrnn.errors import DataError, SettingError
from tsrnn.over_folds import fold_mean
from tsrnn.scores import overlap_of


@pytest.mark.parametrize("n", [3, 6, 9])
def test_of_few_folds_that_share_no_rows_it_is_students_interval(n: int) -> None:
    values = np.random.default_rng(n).normal(2.0, 1.0, n)
    known = stats.ttest_1samp(values, 0.0).confidence_interval(0.9)
    found = fold_mean(values, level=90)
    assert (found.low, found.high) == pytest.approx((known.low, known.high))
    assert found.mean == pytest.approx(values.mean()) and (found.level, found.n) == (90, n)


@pytest.mark.parametrize(("n", "overlap"), [(12, 0), (40, 0), (40, 3)])
def test_each_end_is_where_the_panel_test_begins_to_reject(n: int, overlap: int) -> None:
    values = np.random.default_rng(n + overlap).normal(2.0, 1.0, n)
    found = fold_mean(values, overlap)
    for end in (found.low, found.high):
        assert panel_test(values, np.full(n, end), overlap).p_value == pytest.approx(0.05)


@pytest.mark.parametrize(("n", "overlap"), [(0, 0), (1, 0), (2, 0), (6, 2)])
def test_too_few_folds_that_share_no_rows_have_a_mean_and_no_interval(n: int, overlap: int) -> None:
    found = fold_mean(np.arange(float(n)), overlap)
    assert math.isnan(found.low) and math.isnan(found.high)
    assert found.n == n and (math.isnan(found.mean) if n == 0 else found.mean == (n - 1) / 2)


@pytest.mark.parametrize("seed", range(40))
def test_folds_share_rows_where_one_ends_after_the_next_begins(seed: int) -> None:
    random = np.random.default_rng(seed)
    horizon, alike = int(random.integers(1, 6)), seed % 2 == 0
    folds = [np.sort(random.choice(30, size=random.integers(1, 7), replace=False)) for _ in range(3)]
    folds = folds[:1] * 3 if alike else folds
    parts = [
        pd.DataFrame({"model": "a", "series": series, "cutoff": own, "step": step, "time": own + step})
        for series, own in enumerate(folds)
        for step in range(1, horizon + 1)
    ]
    rows = pd.concat(parts).sample(frac=1.0, random_state=seed)
    later = [int(((own > cutoff) & (own < cutoff + horizon)).sum()) for own in folds for cutoff in own]
    assert overlap_of(rows) == max(later)


def test_values_of_any_size_and_all_alike_are_no_matter() -> None:
    small, large = fold_mean([1.0, 2.0, 4.0]), fold_mean([1e200, 2e200, 4e200])
    assert (large.low / 1e200, large.high / 1e200) == pytest.approx((small.low, small.high))
    assert fold_mean([0.0, 0.0, 0.0]).high == 0.0


def test_what_is_no_number_a_fold_is_refused() -> None:
    with pytest.raises(DataError, match=r"one finite number a fold, got shape \(2, 2\); sum up each fold first"):
        fold_mean(np.zeros((2, 2)))
    with pytest.raises(DataError, match="one finite number a fold"):
        fold_mean([1.0, float("nan"), 2.0])
    with pytest.raises(SettingError, match="level is in per cent"):
        fold_mean([1.0, 2.0, 3.0], level=100)
