"""Significance: a backtest's rows compared model by model, with the numbers of the tests and plain words."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from tsrnn.backtesting import backtest
from tsrnn.equal_loss import holm, panel_test
from tsrnn.errors import DataError, SettingError
from tsrnn.significance import compared
from tsrnn.skill import skill_interval

COLUMNS = ["model", "baseline", "folds", "ahead", "skill", "skill-lo-95", "skill-hi-95", "dm", "p", "p-holm", "finding"]
SIZES = {"good": 0.5, "fair": 1.0, "poor": 2.0}  # mean absolute error of each model


def tidy(folds: int = 8, horizon: int = 3, step: int = 3, sizes: dict[str, float] = SIZES) -> pd.DataFrame:
    """Rows of some models and two series, folds `step` rows apart."""
    random, parts = np.random.default_rng(0), []
    for series in ("a", "b"):
        for cutoff in range(20, 20 + folds * step, step):
            actual = random.normal(size=horizon)
            for model, size in sizes.items():
                own = {"model": model, "series": series, "cutoff": cutoff, "step": np.arange(1, horizon + 1)}
                error = size * random.choice([-1, 1], horizon) * random.uniform(0.8, 1.2, horizon)
                parts.append(pd.DataFrame({**own, "actual": actual, "forecast": actual + error}))
    rows = pd.concat(parts, ignore_index=True)
    return rows.assign(time=rows["cutoff"] + rows["step"])


def scales(rows: pd.DataFrame) -> pd.DataFrame:
    """A scale of 1 for series a and of 10 for series b."""
    keys = rows[["series", "cutoff"]].drop_duplicates()
    return keys.assign(mae_scale=np.where(keys["series"] == "a", 1.0, 10.0), mse_scale=np.nan)


def matrix(rows: pd.DataFrame, model: str) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Scaled absolute errors of a model, `(fold, series and step)`."""
    own = rows[rows["model"] == model]
    loss: pd.Series = (own["forecast"] - own["actual"]).abs() / np.where(own["series"] == "a", 1.0, 10.0)
    return own.assign(loss=loss).pivot(index="cutoff", columns=["series", "step"], values="loss").to_numpy()


def test_the_numbers_are_those_of_the_tests() -> None:
    rows = tidy()
    found = compared(rows, scales(rows))
    assert list(found.columns) == COLUMNS
    assert found[["model", "baseline"]].to_numpy().tolist() == [["good", "fair"], ["good", "poor"], ["fair", "poor"]]
    for row in found.to_dict("records"):
        one, other = matrix(rows, row["model"]), matrix(rows, row["baseline"])
        test, skill = panel_test(one, other), skill_interval(one, other)
        assert (row["dm"], row["p"], row["folds"]) == pytest.approx((test.statistic, test.p_value, 8))
        known = (skill.skill, skill.low, skill.high)
        assert (row["skill"], row["skill-lo-95"], row["skill-hi-95"]) == pytest.approx(known)
        assert row["ahead"] == (one.mean(axis=1) < other.mean(axis=1)).sum()
    assert found["p-holm"].tolist() == pytest.approx(holm(found["p"]).tolist())
    assert found["finding"].tolist() == ["better"] * 3


@pytest.mark.parametrize(
    ("folds", "horizon", "step", "overlap"), [(12, 6, 3, 1), (14, 6, 4, 1), (30, 6, 1, 5), (8, 2, 5, 0)]
)
def test_what_folds_share_is_read_from_the_rows(folds: int, horizon: int, step: int, overlap: int) -> None:
    rows = tidy(folds, horizon, step)
    found = compared(rows, scales(rows)).iloc[0]
    test = panel_test(matrix(rows, "good"), matrix(rows, "fair"), overlap)
    assert found["p"] == pytest.approx(test.p_value)
    assert compared(rows.sample(frac=1.0, random_state=0), scales(rows)).iloc[0]["p"] == pytest.approx(test.p_value)


def test_dates_are_read_as_well_as_numbers() -> None:
    rows = tidy(12, 6, 3)
    begin = pd.Timestamp("2024-01-01", tz="Europe/Paris")
    dated = rows.assign(**{name: begin + pd.to_timedelta(rows[name], unit="D") for name in ("cutoff", "time")})
    months = pd.period_range("2000-01", periods=200, freq="M")
    periods = rows.assign(**{name: months[rows[name]] for name in ("cutoff", "time")})
    known = compared(rows, scales(rows))
    for frame in (dated, periods):
        pd.testing.assert_frame_equal(compared(frame, scales(frame)), known)


@pytest.mark.parametrize(("folds", "horizon", "step"), [(1, 3, 3), (2, 3, 3), (5, 12, 4)])
def test_too_few_folds_are_said_to_be_too_few(folds: int, horizon: int, step: int) -> None:
    found = compared(rows := tidy(folds, horizon, step), scales(rows))
    assert (found["finding"] == "too few folds to tell").all()
    assert found[["dm", "p", "p-holm", "skill-lo-95", "skill-hi-95"]].isna().all(axis=None)
    assert (found["skill"] > 0.3).all()


def test_a_lead_that_may_be_luck_is_none() -> None:
    rows = tidy(5, sizes={"one": 1.0, "other": 1.001})
    assert compared(rows, scales(rows))["finding"].tolist() == ["no significant difference"]
    same = rows.assign(forecast=rows["actual"] + 0.3 + np.where(rows["model"] == "one", 1e-14, 0.0))
    row = compared(same, scales(same)).iloc[0]
    assert (row["skill"], row["dm"], row["p"], row["ahead"]) == (0.0, 0.0, 1.0, 0)


def test_models_are_compared_with_the_baselines_alone_each_two_once() -> None:
    rows = tidy()
    found = compared(rows, scales(rows), baselines=["poor", "fair"])
    assert found[["model", "baseline"]].to_numpy().tolist() == [["good", "poor"], ["fair", "poor"], ["good", "fair"]]
    worse = compared(rows, scales(rows), baselines=["good", "good"])
    assert worse[["model", "baseline"]].to_numpy().tolist() == [["fair", "good"], ["poor", "good"]]
    assert worse["finding"].tolist() == ["worse", "worse"]
    assert worse["p-holm"].tolist() == pytest.approx(holm(worse["p"]).tolist())
    assert (worse["skill"] < 0).all() and (worse["dm"] > 0).all()


def test_the_correction_counts_every_row_of_the_table() -> None:
    rows = tidy(4, sizes={"good": 0.95, **{f"other-{number}": 1.0 for number in range(5)}})
    every, one = compared(rows, scales(rows)), compared(rows, scales(rows), baselines=["good"])
    assert len(every) == 15 and len(one) == 5
    assert every["p-holm"].min() == pytest.approx(min(15 * every["p"].min(), 1.0))
    assert one["p-holm"].min() == pytest.approx(min(5 * one["p"].min(), 1.0))


def test_the_level_names_the_interval_and_decides_what_is_significant() -> None:
    rows = tidy(4, sizes={"one": 1.0, "other": 1.1})
    found = {level: compared(rows, scales(rows), level=level).iloc[0] for level in (50, 99.9)}
    p_value = found[50]["p"]
    assert 0.001 < p_value < 0.5 and p_value == found[99.9]["p"]
    assert [found[level]["finding"] for level in (50, 99.9)] == ["better", "no significant difference"]
    assert found[50]["skill-lo-50"] > 0 > found[99.9]["skill-lo-99.9"]


def test_absolute_errors_need_no_scale() -> None:
    rows = tidy()
    unknown = scales(rows).assign(mae_scale=np.nan)
    found = compared(rows, unknown, measure="mae").iloc[0]
    errors = rows.assign(loss=(rows["forecast"] - rows["actual"]).abs()).groupby("model")["loss"].mean()
    assert found["skill"] == pytest.approx(1 - errors["good"] / errors["fair"])
    with pytest.raises(DataError, match=r"no row has a MASE.*try measure='mae'"):
        compared(rows, unknown)


def test_rows_without_an_actual_value_or_a_scale_are_left_out() -> None:
    rows = tidy()
    some = rows.assign(actual=rows["actual"].where((rows["step"] != 2) | (rows["cutoff"] != 26)))
    found = compared(some, scales(some)).iloc[0]
    losses = {name: matrix(some, name) for name in ("good", "fair")}
    assert found["skill"] == pytest.approx(1 - np.nanmean(losses["good"]) / np.nanmean(losses["fair"]))
    assert found["p"] == pytest.approx(panel_test(losses["good"], losses["fair"]).p_value)
    known = scales(rows)
    known.loc[known["series"] == "b", "mae_scale"] = np.nan
    only = rows[rows["series"] == "a"]
    pd.testing.assert_frame_equal(compared(rows, known), compared(only, scales(only)))


@pytest.mark.parametrize("forecast", [math.nan, math.inf])
def test_a_model_that_leaves_out_a_forecast_is_compared_with_none(forecast: float) -> None:
    rows = tidy()
    rows.loc[(rows["model"] == "good") & (rows["cutoff"] == 23) & (rows["step"] == 1), "forecast"] = forecast
    found = compared(rows, scales(rows)).to_dict("records")
    words = {(row["model"], row["baseline"]): row["finding"] for row in found}
    assert {finding for pair, finding in words.items() if "good" in pair} == {"no finite loss"}
    assert words["fair", "poor"] == "better"
    assert [row["p"] == row["p-holm"] for row in found if row["finding"] == "better"] == [True]


def test_wrong_arguments_are_named() -> None:
    rows = tidy()
    with pytest.raises(
        SettingError, match=r"unknown baseline 'god': choose one of good, fair, poor \(did you mean 'good'"
    ):
        compared(rows, scales(rows), baselines=["god"])
    with pytest.raises(SettingError, match=r"a list of models, such as \['good'\]; got 'good'"):
        compared(rows, scales(rows), baselines="good")
    with pytest.raises(SettingError, match="unknown measure 'rmse': choose one of mase, mae"):
        compared(rows, scales(rows), measure="rmse")
    with pytest.raises(SettingError, match="level is in per cent"):
        compared(rows, scales(rows), level=1.5e3)
    with pytest.raises(DataError, match="the models have different rows"):
        compared(rows.drop(index=0), scales(rows))


def test_one_model_alone_has_nothing_to_be_compared_with() -> None:
    rows = tidy(sizes={"good": 0.5})
    found = compared(rows, scales(rows))
    assert list(found.columns) == COLUMNS and found.empty


def test_the_rows_are_not_changed() -> None:
    rows = tidy()
    before = rows.copy(deep=True)
    compared(rows, scales(rows))
    pd.testing.assert_frame_equal(rows, before)


def test_of_a_backtest_the_skill_is_that_of_the_leaderboard() -> None:
    random = np.random.default_rng(1)
    index = pd.date_range("2024-01-01", periods=120, freq="D")
    data = pd.DataFrame({"a": random.normal(size=120).cumsum(), "b": 50 * random.normal(size=120)}, index=index)
    result = backtest(["naive", "drift", "seasonal-naive"], data, horizon=7, folds=4)
    found = compared(result.rows, result.scales, baselines=["seasonal-naive"]).set_index("model")
    board = result.leaderboard().set_index("model")
    for model in ("naive", "drift"):
        assert found.loc[model, "skill"] == pytest.approx(board.loc[model, "skill-vs-seasonal-naive"])
    assert found["folds"].tolist() == [4, 4]
