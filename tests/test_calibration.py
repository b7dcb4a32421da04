"""Calibration: shares by hand, intervals that know that rows hang together, and places against known distributions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from tsrnn.calibration import bins, coverages, interval_levels
from tsrnn.directions import wilson
from tsrnn.errors import SettingError
from tsrnn.over_folds import fold_mean


def rows_of(held: np.ndarray, level: int = 80) -> pd.DataFrame:
    """Tidy rows whose interval holds the actual value where `held (model, fold, step)` is true."""
    steps = held.shape[2]
    model, fold, step = (place.ravel() for place in np.indices(held.shape))
    rows = pd.DataFrame({"model": model, "series": "s", "cutoff": fold * steps, "step": step + 1})
    rows["time"] = rows["cutoff"] + rows["step"]
    rows["actual"], rows["forecast"] = np.where(held.ravel(), 0.0, 2.0), 0.0
    return rows.assign(**{f"lo-{level}": -1.0, f"hi-{level}": 1.0})


def worth_of(held: np.ndarray) -> float:
    """As many independent rows as the spread of the folds `(fold, step)` says that these are worth."""
    share, means = held.mean(), held.mean(axis=1)
    return float(min(share * (1 - share) / (means.var(ddof=1) / len(means)), held.size))


@pytest.mark.parametrize("seed", range(4))
def test_shares_and_intervals_are_those_of_the_rows(seed: int) -> None:
    random = np.random.default_rng(seed)
    shared = random.random((9, 1)) < 0.7
    held = np.where(random.random((9, 6)) < 0.5, shared, random.random((9, 6)) < 0.7)
    (found,) = coverages(rows_of(held[None])).to_dict("records")
    assert found["held"] == held.mean() and (found["forecasts"], found["folds"], found["level"]) == (54, 9, 80.0)
    folds, worth = fold_mean(held.mean(axis=1)), worth_of(held)
    miss = 2 * stats.norm.sf(stats.t.ppf(0.975, 8))  # Student's t in place of the normal distribution
    low, high = proportion_confint(held.mean() * worth, worth, miss, method="wilson")
    assert found["low"] == pytest.approx(max(min(low, folds.low), 0.0))
    assert found["high"] == pytest.approx(min(max(high, folds.high), 1.0))


def test_steps_and_series_have_shares_of_their_own() -> None:
    held = np.zeros((2, 5, 3), bool)
    held[0, :, 1] = True
    found = coverages(rows_of(held), ["model", "step"])
    assert found.set_index(["model", "step"])["held"].to_dict() == {
        (model, step): float(model == 0 and step == 2) for model in (0, 1) for step in (1, 2, 3)
    }
    twice = pd.concat([rows_of(held[:1]), rows_of(~held[:1]).assign(series="t")])
    assert list(coverages(twice, ["model", "series"])["held"]) == pytest.approx([1 / 3, 2 / 3])


@pytest.mark.parametrize(
    ("together", "bound"), [(0.0, 0.05), (0.5, 0.08), (0.8, 0.18), (1.0, 0.05)], ids=["apart", "half", "nearly", "one"]
)
def test_right_intervals_are_seldom_called_wrong_however_the_rows_of_a_fold_hang_together(
    together: float, bound: float
) -> None:
    random = np.random.default_rng(1)
    shared, own = random.random((400, 12, 1)), random.random((400, 12, 8))
    found = coverages(rows_of(np.where(random.random((400, 12, 8)) < together, shared, own) < 0.8))
    assert found["finding"].isin(["too narrow", "too wide"]).mean() <= bound
    if together == 1.0:
        naive = [wilson(round(96 * share), 96) for share in found["held"]]
        assert np.mean([item.low > 0.8 or item.high < 0.8 for item in naive]) > 0.3, "counting rows finds far too much"


def test_wrong_intervals_are_found() -> None:
    random = np.random.default_rng(2)
    assert set(coverages(rows_of(random.random((20, 15, 12)) < 0.6))["finding"]) == {"too narrow"}
    assert set(coverages(rows_of(random.random((20, 15, 12)) < 0.95))["finding"]) == {"too wide"}
    assert list(coverages(rows_of(np.ones((1, 20, 12), bool)))["finding"]) == ["too wide"]


def test_where_all_rows_were_held_folds_are_counted() -> None:
    (found,) = coverages(rows_of(np.ones((1, 12, 12), bool))).to_dict("records")
    assert found["low"] == pytest.approx(wilson(12, 12).low) and found["finding"] == "no sign of a fault"


@pytest.mark.parametrize("folds", [1, 2, 3])
def test_of_few_folds_nothing_is_said(folds: int) -> None:
    held = np.arange(folds * 4).reshape(1, folds, 4) % 4 < 1 + np.arange(folds)[:, None]
    assert list(coverages(rows_of(held))["finding"]) == ["too few folds to tell"]


def test_rows_without_an_actual_value_or_an_interval_are_left_out() -> None:
    held = np.random.default_rng(3).random((2, 6, 4)) < 0.5
    rows = rows_of(held)
    rows.loc[rows["model"] == 1, ["lo-80", "hi-80"]] = np.nan
    rows.loc[rows.index[:4], "actual"] = np.nan
    (found,) = coverages(rows).to_dict("records")
    assert (found["model"], found["forecasts"], found["folds"]) == (0, 20, 5)
    assert found["held"] == pytest.approx(held[0, 1:].mean())
    assert (
        coverages(rows.iloc[:0]).empty
        and coverages(rows[["model", "series", "cutoff", "step", "time", "actual"]]).empty
    )


def test_what_is_no_group_is_refused() -> None:
    with pytest.raises(SettingError, match=r"by model, and by series or step too; got \['fold'\]"):
        coverages(rows_of(np.ones((1, 3, 1), bool)), ["fold"])


def normal_rows(deviation: float, shift: float = 0.0) -> pd.DataFrame:
    """Rows of a standard normal forecast of values that are wider or shifted."""
    rows = pd.DataFrame({"model": "a", "actual": np.random.default_rng(4).normal(shift, deviation, 8000)})
    for level in (50, 80, 95):
        reach = stats.norm.ppf(0.5 + level / 200)
        rows[f"lo-{level}"], rows[f"hi-{level}"] = -reach, reach
    return rows


def test_places_of_a_right_forecast_are_as_promised() -> None:
    found = bins(normal_rows(1.0))
    assert list(found["high"]) == pytest.approx([0.025, 0.1, 0.25, 0.75, 0.9, 0.975, 1.0])
    assert found["promised"].sum() == pytest.approx(1.0) and found["share"].sum() == pytest.approx(1.0)
    assert np.abs(found["density"] - 1).max() < 0.2


def test_places_of_a_wrong_forecast_tell_how() -> None:
    narrow, high = bins(normal_rows(2.0))["density"], bins(normal_rows(1.0, -1.0))["density"]
    assert narrow.iloc[0] > 5 and narrow.iloc[-1] > 5 and narrow.iloc[3] < 0.7
    assert high.iloc[0] > 4 and high.iloc[-1] < 0.2
    true = stats.norm.cdf(stats.norm.ppf([0.0, 0.025, 0.1, 0.25, 0.75, 0.9, 0.975, 1.0]), scale=2.0)
    assert list(bins(normal_rows(2.0))["share"]) == pytest.approx(list(np.diff(true)), abs=0.02)


def test_without_levels_there_are_no_bins() -> None:
    rows = pd.DataFrame({"model": ["a"], "actual": [1.0]})
    assert interval_levels(rows) == [] and bins(rows).empty
