"""Residuals: statistics as statsmodels and SciPy give them, and findings on errors of a known kind."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.diagnostic import acorr_ljungbox
from statsmodels.tsa.stattools import acf

from tsrnn.errors import SettingError
from tsrnn.over_folds import fold_mean
from tsrnn.residuals import autocorrelation, autocorrelations, biases, ljung_box, one_step


def rows_of(errors: dict[str, np.ndarray], steps: int = 1) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tidy rows with the errors `(series, origin)` of each model, the same at every step, and scales of 2."""
    parts = []
    for model, table in errors.items():
        for series, own in enumerate(np.atleast_2d(table)):
            for step in range(1, steps + 1):
                cutoffs = np.arange(len(own)) * steps
                part = {"model": model, "series": series, "cutoff": cutoffs, "step": step, "time": cutoffs + step}
                parts.append(pd.DataFrame({**part, "actual": 10.0, "forecast": 10.0 + own}))
    rows = pd.concat(parts, ignore_index=True)
    return rows, rows[["series", "cutoff"]].drop_duplicates().assign(mae_scale=2.0)


def following(n: int, seed: int = 0, series: int = 1) -> np.ndarray:
    """Errors each of which is half the one before and half new."""
    noise = np.random.default_rng(seed).normal(size=(series, n))
    errors = noise.copy()
    for time in range(1, n):
        errors[:, time] = 0.7 * errors[:, time - 1] + noise[:, time]
    return errors


@pytest.mark.parametrize("seed", [0, 1])
def test_autocorrelation_and_its_test_are_those_of_statsmodels(seed: int) -> None:
    errors = following(60, seed)[0]
    assert autocorrelation(errors, 8) == pytest.approx(acf(errors, nlags=8, fft=False)[1:])
    assert ljung_box(errors, 8) == pytest.approx(acorr_ljungbox(errors, lags=[8])["lb_pvalue"].iloc[0])


def test_shape_is_that_of_jarque_and_bera() -> None:
    errors = np.random.default_rng(2).standard_t(3, 80)
    (found,) = one_step(*rows_of({"a": errors})).to_dict("records")
    assert found["skewness"] == pytest.approx(stats.skew(errors))
    assert found["excess"] == pytest.approx(stats.kurtosis(errors))
    assert found["jarque-bera-p"] == pytest.approx(stats.jarque_bera(errors).pvalue)
    assert (found["series"], found["origins"], found["lags"]) == (1, 80, 10)


def test_findings_name_what_errors_are_like() -> None:
    random = np.random.default_rng(3)
    errors = {
        "right": random.normal(size=200),
        "ordered": following(200)[0],
        "heavy": random.standard_t(2, 200),
        "skewed": np.exp(0.5 * random.normal(size=200)),
    }
    found = one_step(*rows_of(errors)).set_index("model")
    shapes = found["shape"].to_dict()
    assert found["order"].to_dict() == {
        "right": "no sign of order",
        "ordered": "follow one another",
        "heavy": "no sign of order",
        "skewed": "no sign of order",
    }
    assert shapes["right"] == "near normal" and "heavy tails" in shapes["heavy"]
    assert shapes["skewed"].startswith("skewed")


def test_of_many_series_more_must_follow_than_luck_explains() -> None:
    random = np.random.default_rng(4)
    rows, scales = rows_of({"right": random.normal(size=(30, 60)), "ordered": following(60, 5, 30)})
    found = one_step(rows, scales).set_index("model")
    assert found["order"].to_dict() == {"right": "no sign of order", "ordered": "follow one another"}
    following_series = found["following"].to_dict()
    assert following_series["right"] <= 5 and following_series["ordered"] > 20
    assert found["p"].isna().all()
    drawn = autocorrelations(rows, scales)
    mine = drawn[drawn["model"] == "ordered"]
    expected = np.mean([autocorrelation(own, 10) for own in following(60, 5, 30)], axis=0)
    assert list(mine["correlation"]) == pytest.approx(list(expected))
    assert set(mine["reach"]) == {1.96 / np.sqrt(60)}


def test_fewer_than_twenty_origins_say_nothing() -> None:
    rows, scales = rows_of({"a": following(19)[0]})
    (found,) = one_step(rows, scales).to_dict("records")
    assert found["order"] == found["shape"] == "too few origins to tell" and found["series"] == 0
    assert autocorrelations(rows, scales).empty


def test_errors_that_are_all_alike_have_no_order_and_no_shape() -> None:
    (found,) = one_step(*rows_of({"a": np.full(30, 1.7)})).to_dict("records")
    assert (found["order"], found["shape"]) == ("no sign of order", "near normal")


def test_bias_is_the_mean_of_scaled_errors_and_its_interval_that_of_folds() -> None:
    errors = 0.8 + np.random.default_rng(6).normal(0, 0.5, 8)
    rows, scales = rows_of({"a": errors}, steps=2)
    (found,) = biases(rows, scales).to_dict("records")
    known = fold_mean(errors / 2.0)
    assert (found["bias"], found["low"], found["high"]) == pytest.approx((known.mean, known.low, known.high))
    assert found["finding"] == "too high" and found["folds"] == 8
    (plain,) = biases(rows, scales, measure="mae").to_dict("records")
    assert plain["bias"] == pytest.approx(errors.mean())
    by_step = biases(rows, scales, ["model", "step"])
    assert list(by_step["step"]) == [1, 2] and list(by_step["bias"]) == pytest.approx([known.mean] * 2)


@pytest.mark.parametrize(
    ("errors", "finding"),
    [
        ([-1.0, -1.2, -0.9, -1.1], "too low"),
        ([-1.0, 1.2, -0.9, 1.1], "no sign of bias"),
        ([1.0, 1.1], "too few folds to tell"),
        ([1.0, 1.1, np.nan, 1.2], "too high"),
    ],
)
def test_which_way_errors_lean(errors: list[float], finding: str) -> None:
    assert list(biases(*rows_of({"a": np.array(errors)}))["finding"]) == [finding]


def test_other_groups_are_refused() -> None:
    with pytest.raises(SettingError, match=r"biases are by model, or by model and step; got \['series'\]"):
        biases(*rows_of({"a": np.ones(3)}), ["series"])
