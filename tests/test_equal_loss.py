"""Equal loss: the tests against R's and SciPy's numbers, by hand, and by how often they reject what is true."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_1samp, ttest_rel
from statsmodels.stats.multitest import multipletests

from tsrnn.equal_loss import dm_test, holm, panel_test
from tsrnn.errors import DataError, SettingError
from tsrnn.panel import Array

# Errors of two forecasts that R's forecast::dm.test was run on, to three decimals; published with the Rust package
# anofox-statistics, which checks itself against R.
FIRST = """
-0.205 -0.359 1.682 0.244 0.605 1.738 0.853 -0.431 -0.497 -0.905 1.512 0.056 1.210 0.138 -0.816 1.636 0.445
-1.646 1.126 0.039 -1.127 0.256 -0.781 -0.601 -1.547 -1.361 0.720 0.114 -0.657 1.289 -0.296 -0.521 0.875 1.089
1.848 0.123 1.284 -0.432 -1.261 0.341 -1.046 -0.077 -0.479 2.926 2.009 -0.858 0.328 -0.811 -0.270 0.560 -0.141
-0.413 -0.209 1.873 -0.166 1.657 -1.830 0.771 -0.365 0.403 -0.147 0.022 0.297 -2.639 -0.863 0.154 0.130 0.295
0.664 1.866 -0.383 -2.342 1.023 -1.773 -0.317 1.574 -0.304 -1.376 -0.037 0.090 0.537 -0.246 -0.196 1.077
-0.102 0.430 0.542 0.393 -0.703 1.398 0.886 0.711 0.191 -0.180 2.016 -1.599 1.887 2.158 0.070 -0.434"""
SECOND = """
-3.859 -2.199 1.956 -0.744 0.751 2.429 1.644 -0.373 -3.163 -0.365 1.045 -0.006 -1.448 0.885 0.933 -0.727 1.160
-0.882 2.556 1.454 -0.207 -1.145 -2.691 -1.790 -0.080 -1.776 1.895 1.229 -2.465 2.777 -2.506 -0.160 0.573
1.986 1.683 2.664 0.828 -0.690 -0.792 0.792 0.488 0.545 -3.509 3.875 1.477 -3.977 -0.251 1.573 1.777 -0.812
0.817 0.814 0.473 1.233 -2.624 1.649 -3.170 -0.362 0.294 2.515 1.161 0.232 -0.404 -2.969 -4.511 -2.018 0.648
2.688 1.505 1.916 -1.759 -3.753 -0.021 1.384 -1.962 1.695 -0.547 -1.333 -0.461 -0.176 2.507 -0.719 -0.950
1.043 -0.398 0.131 0.765 -2.026 0.003 0.897 -0.759 -1.033 -1.479 0.238 -1.643 -0.700 -0.613 3.559 -0.267
-2.901"""


def errors(text: str) -> Array:
    return np.abs(np.array(text.split(), np.float64))


def losses(seed: int, *shape: int) -> tuple[Array, Array]:
    """Losses of two forecasts."""
    one, other = np.random.default_rng(seed).exponential(size=(2, *shape))
    return one, other


@pytest.mark.parametrize(
    ("power", "h", "alternative", "statistic", "p_value"),
    [
        (2, 1, "two-sided", -5.19425848151562, 1.10163618973918e-06),
        (1, 1, "two-sided", -5.68608096176618, 1.3175500842911e-07),
        (2, 3, "two-sided", -5.47560424036964, 3.30643651414324e-07),
        (2, 1, "less", -5.19425848151562, 5.50818094869588e-07),
        (2, 1, "greater", -5.19425848151562, 0.999999449181905),
    ],
)
def test_dm_test_gives_what_r_gives(power: int, h: int, alternative: str, statistic: float, p_value: float) -> None:
    found = dm_test(errors(FIRST) ** power, errors(SECOND) ** power, h, alternative)
    assert found.statistic == pytest.approx(statistic, rel=2e-4)
    assert found.p_value == pytest.approx(p_value, rel=4e-3)
    assert (found.n, found.degrees, found.variance) == (100, 99, "rectangular")


def test_dm_test_gives_what_the_dieboldmariano_package_shows() -> None:
    actual = np.array([10, 20, 30, 40, 50])
    one, other = ((actual - guess) ** 2 for guess in ([11, 21, 29, 42, 53], [13, 26, 24, 40, 59]))
    found = dm_test(one, other, alternative="less")
    assert found.statistic == pytest.approx(-2.2229922805746782, rel=1e-12)
    assert found.p_value == pytest.approx(0.04515565862099125, rel=1e-12)


def test_one_step_ahead_it_is_the_paired_t_test() -> None:
    one, other = losses(0, 30)
    found, known = dm_test(one, other), ttest_rel(one, other)
    assert found.statistic == pytest.approx(known.statistic)
    assert found.p_value == pytest.approx(known.pvalue)
    assert found.difference == pytest.approx(one.mean() - other.mean())


def test_by_hand_with_two_steps_ahead() -> None:
    gap = np.array([1.0, 2.0, 4.0, 3.0, 5.0])  # mean 3, deviations -2 -1 1 0 2
    variance = (10.0 + 2.0 * (2.0 - 1.0 + 0.0 + 0.0)) / 5 / 5
    scale = math.sqrt((5 + 1 - 4 + 2 * 1 / 5) / 5)
    found = dm_test(gap, np.zeros(5), h=2)
    assert found.statistic == pytest.approx(3.0 / math.sqrt(variance) * scale)
    assert found.variance == "rectangular"


def test_where_the_rectangular_kernel_gives_no_variance_bartletts_does() -> None:
    gap = np.array([3.0, -1.0, 3.0, -1.0, 3.0, -1.0])  # deviations 2 -2 2 …: autocovariances 4, -20/6
    variance = (4.0 + 2.0 * 0.5 * -20.0 / 6.0) / 6
    found = dm_test(gap, np.zeros(6), h=2)
    assert found.variance == "bartlett"
    assert found.statistic == pytest.approx(1.0 / math.sqrt(variance) * math.sqrt((6 + 1 - 4 + 2 / 6) / 6))


def test_exchanging_the_two_turns_the_sign() -> None:
    one, other = losses(1, 20)
    for test in (dm_test, panel_test):
        there, back = test(one, other, 1, "less"), test(other, one, 1, "greater")
        assert there.statistic == pytest.approx(-back.statistic)
        assert there.p_value == pytest.approx(back.p_value)
        assert test(one, other, 1, "two-sided").p_value == pytest.approx(2 * min(there.p_value, 1 - there.p_value))


@given(st.floats(1e-200, 1e200), st.integers(0, 50))
def test_neither_unit_nor_size_matters(size: float, seed: int) -> None:
    one, other = losses(seed, 12)
    for test in (dm_test, panel_test):
        assert test(one * size, other * size).p_value == pytest.approx(test(one, other).p_value, rel=1e-6)


def test_equal_forecasts_do_not_differ_and_a_constant_lead_is_certain() -> None:
    for test in (dm_test, panel_test):
        same = test(np.ones(6), np.ones(6))
        assert (same.statistic, same.p_value) == (0.0, 1.0)
        lead = test(np.full(6, 0.9), np.ones(6))
        assert (lead.statistic, lead.p_value) == (-math.inf, 0.0)


@pytest.mark.parametrize(("n", "h"), [(0, 1), (2, 1), (3, 3), (12, 12)])
def test_dm_test_says_nothing_of_too_few_losses(n: int, h: int) -> None:
    one, other = losses(2, n)
    found = dm_test(one, other, h)
    assert math.isnan(found.statistic) and math.isnan(found.p_value)
    assert (found.n, found.degrees) == (n, 0)


@pytest.mark.parametrize(("n", "overlap"), [(1, 0), (2, 0), (4, 1), (5, 2), (20, 11), (24, 11)])
def test_panel_test_says_nothing_of_fewer_than_three_folds_that_do_not_overlap(n: int, overlap: int) -> None:
    one, other = losses(3, n, 4)
    found = panel_test(one, other, overlap)
    assert math.isnan(found.statistic) and math.isnan(found.p_value)
    assert (found.n, found.degrees) == (n, 0)
    one, other = losses(3, 2 * overlap + 3, 4)
    assert panel_test(one, other, overlap).degrees == (2 if overlap == 0 else 1)


@pytest.mark.parametrize("n", [3, 5, 9])
def test_panel_test_of_few_folds_is_the_t_test_of_their_means(n: int) -> None:
    one, other = losses(4, n, 7, 3)  # (fold, series, step)
    found, known = panel_test(one, other), ttest_1samp((one - other).mean(axis=(1, 2)), 0.0)
    assert found.statistic == pytest.approx(known.statistic)
    assert found.p_value == pytest.approx(known.pvalue)
    assert (found.n, found.degrees, found.variance) == (n, n - 1, "cosines")


@pytest.mark.parametrize(("n", "overlap", "degrees"), [(20, 0, 8), (200, 0, 13), (9, 1, 2), (10, 0, 8), (60, 2, 8)])
def test_panel_test_of_more_folds_uses_the_lowest_cosines(n: int, overlap: int, degrees: int) -> None:
    """Equations 10 and 11 of Lazarus et al. (2018)."""
    one, other = losses(5, n)
    gap = one - other
    terms = [
        math.sqrt(2 / n) * sum(math.cos(math.pi * j * (t - 0.5) / n) * gap[t - 1] for t in range(1, n + 1))
        for j in range(1, degrees + 1)
    ]
    found = panel_test(one, other, overlap)
    assert found.degrees == degrees
    assert found.statistic == pytest.approx(gap.mean() / math.sqrt(sum(term**2 for term in terms) / degrees / n))


def test_series_that_say_the_same_are_no_more_evidence_than_one() -> None:
    one, other = losses(6, 6, 1)
    alone, copies = panel_test(one, other), panel_test(np.repeat(one, 50, axis=1), np.repeat(other, 50, axis=1))
    assert copies.p_value == pytest.approx(alone.p_value)
    assert copies.difference == pytest.approx(alone.difference)


def test_values_that_are_absent_are_left_out_and_the_difference_is_that_of_all_the_others() -> None:
    one, other = losses(7, 5, 3)
    one[1, 2] = other[1, 2] = one[4, 0] = other[4, 0] = np.nan
    found = panel_test(one, other)
    assert found.difference == pytest.approx(np.nanmean(one) - np.nanmean(other))
    assert 0 < found.p_value < 1


def test_a_forecast_that_only_one_of_them_lacks_makes_the_answer_nan() -> None:
    one, other = losses(8, 5, 3)
    one[2, 1] = np.nan
    found = panel_test(one, other)
    assert math.isnan(found.difference) and math.isnan(found.p_value)


def test_wrong_arguments_are_named() -> None:
    one, other = losses(9, 6)
    with pytest.raises(DataError, match=r"got shapes \(6,\) and \(5,\)"):
        dm_test(one, other[:5])
    with pytest.raises(DataError, match="without a hole"):
        dm_test([1.0, math.nan, 2.0], [1.0, 2.0, 3.0])
    with pytest.raises(DataError, match="use panel_test"):
        dm_test(*losses(9, 6, 2))
    with pytest.raises(SettingError, match="unknown alternative 'lower': choose one of two-sided, less, greater"):
        dm_test(one, other, 1, "lower")
    with pytest.raises(SettingError, match="unknown alternative"):
        panel_test(one[:2], other[:2], 0, "smaller")
    with pytest.raises(SettingError, match="h must be a whole number of at least 1"):
        dm_test(one, other, 0)
    with pytest.raises(SettingError, match="overlap must be a whole number of at least 0"):
        panel_test(one, other, -1)


def rejections(folds: int, horizon: int, step: int) -> float:
    """The share of 2,000 true null hypotheses that panel_test rejects at 5 per cent."""
    rows = np.random.default_rng(0).normal(size=(2000, (folds - 1) * step + horizon))
    means = np.lib.stride_tricks.sliding_window_view(rows, horizon, axis=1)[:, ::step].mean(axis=-1)  # (draw, fold)
    overlap = -(-horizon // step) - 1
    return float(np.mean([panel_test(gap, np.zeros(folds), overlap).p_value < 0.05 for gap in means]))


@pytest.mark.parametrize(("folds", "horizon", "step"), [(3, 1, 1), (5, 12, 12), (10, 12, 6), (20, 4, 4), (50, 12, 1)])
def test_panel_test_rejects_one_true_null_hypothesis_in_twenty(folds: int, horizon: int, step: int) -> None:
    assert 0.03 <= rejections(folds, horizon, step) <= 0.07


@pytest.mark.parametrize("seed", range(4))
def test_holm_as_statsmodels_says(seed: int) -> None:
    p_values = np.round(np.random.default_rng(seed).beta(0.3, 2.0, size=3 * seed + 1), 2)  # with equal ones
    assert holm(p_values) == pytest.approx(multipletests(p_values, method="holm")[1])


def test_holm_by_hand_and_in_order() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.4, 0.9]).tolist() == [0.8, 0.9]
    assert holm([0.7, 0.9]).tolist() == [1.0, 1.0]
    assert holm([]).tolist() == []


def test_a_test_that_could_not_be_made_is_no_test_for_holm() -> None:
    assert holm([math.nan, 0.01, math.nan, 0.04]) == pytest.approx([math.nan, 0.02, math.nan, 0.04], nan_ok=True)


@pytest.mark.parametrize("p_value", [-0.1, 1.1, 5.0])
def test_a_p_value_lies_between_0_and_1(p_value: float) -> None:
    with pytest.raises(SettingError, match="between 0 and 1"):
        holm([0.5, p_value])
