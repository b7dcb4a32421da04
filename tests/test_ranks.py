"""Ranks: against Demsar's worked example, its table of critical values, and SciPy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import friedmanchisquare, rankdata

from tsrnn.errors import DataError, SettingError
from tsrnn.ranks import mean_ranks

# Table 6 of Demsar (2006): areas under the curve of four classifiers on 14 data sets; higher is better.
DEMSAR = """
0.763 0.768 0.771 0.798  0.599 0.591 0.590 0.569  0.954 0.971 0.968 0.967  0.628 0.661 0.654 0.657
0.882 0.888 0.886 0.898  0.936 0.931 0.916 0.931  0.661 0.668 0.609 0.685  0.583 0.583 0.563 0.625
0.775 0.838 0.866 0.875  1.000 1.000 1.000 1.000  0.940 0.962 0.965 0.962  0.619 0.666 0.614 0.669
0.972 0.981 0.975 0.975  0.957 0.978 0.946 0.970"""


def test_demsars_example() -> None:
    losses = -np.array(DEMSAR.split(), np.float64).reshape(14, 4)
    losses[12, 2] -= 1e-6  # the paper ranks it before its equal: it prints three digits and had more
    found = mean_ranks(losses)
    assert found.ranks == pytest.approx([3.143, 2.000, 2.893, 1.964], abs=5e-4)
    assert found.critical_distance == pytest.approx(1.25, abs=5e-3)
    assert mean_ranks(losses, level=90).critical_distance == pytest.approx(1.12, abs=5e-3)
    shared = (1 * (4**3 - 4) + 3 * (2**3 - 2)) / (14 * (4**3 - 4))  # equal ranks, which the paper does not correct for
    assert found.statistic * (1 - shared) == pytest.approx(9.28, abs=5e-3)
    assert found.n == 14


@pytest.mark.parametrize(
    ("k", "level", "critical"),
    [(2, 95, 1.960), (3, 95, 2.343), (5, 95, 2.728), (10, 95, 3.164), (2, 90, 1.645), (4, 90, 2.291), (10, 90, 2.920)],
)
def test_critical_values_are_those_of_demsars_table_5(k: int, level: float, critical: float) -> None:
    losses = np.random.default_rng(0).normal(size=(20, k))
    found = mean_ranks(losses, level).critical_distance
    assert found == pytest.approx(critical * math.sqrt(k * (k + 1) / (6 * 20)), rel=5e-4)


@pytest.mark.parametrize("digits", [0, 1, 8])
def test_friedmans_test_as_scipy_says_equal_ranks_and_all(digits: int) -> None:
    losses = np.round(np.random.default_rng(1).normal([0, 0, 0, 0.5, 1], size=(40, 5)), digits)
    known, found = friedmanchisquare(*losses.T), mean_ranks(losses)
    assert found.ranks == pytest.approx(rankdata(losses, axis=1).mean(axis=0))
    assert (found.statistic, found.p_value) == pytest.approx((known.statistic, known.pvalue))


def test_intervals_meet_where_mean_ranks_are_near() -> None:
    losses = np.random.default_rng(2).normal([0.0, 0.1, 1.5, 3.0], size=(100, 4))
    found = mean_ranks(losses)
    assert found.near_best.tolist() == [True, True, False, False]
    assert found.high - found.low == pytest.approx(np.full(4, found.critical_distance))


def test_a_series_without_losses_is_left_out_and_one_with_some_is_an_error() -> None:
    losses = np.random.default_rng(3).normal(size=(6, 3))
    holes = np.vstack([losses, np.full(3, np.nan)])
    assert mean_ranks(holes).n == 6
    assert mean_ranks(holes).statistic == mean_ranks(losses).statistic
    losses[1, 2] = np.nan
    with pytest.raises(DataError, match="series 2 has a loss of some models only"):
        mean_ranks(losses)


def test_too_few_series_and_models_that_are_all_equal_have_no_test() -> None:
    few = mean_ranks([[1.0, 2.0], [1.0, 2.0]])
    assert few.ranks.tolist() == [1.0, 2.0]
    assert math.isnan(few.p_value) and math.isnan(few.critical_distance)
    assert few.near_best.all()
    same = mean_ranks(np.ones((5, 3)))
    assert same.ranks.tolist() == [2.0, 2.0, 2.0]
    assert math.isnan(same.p_value)
    assert np.isnan(mean_ranks(np.empty((0, 3))).ranks).all()


def test_wrong_arguments_are_named() -> None:
    for losses in ([1.0, 2.0], [[1.0], [2.0]]):
        with pytest.raises(DataError, match=r"\(series, model\) of at least two models"):
            mean_ranks(losses)
    with pytest.raises(SettingError, match="level is in per cent"):
        mean_ranks([[1.0, 2.0]], 0)
