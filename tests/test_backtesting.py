"""Backtests: rows, scores and skill by hand; no fold sees its future; the models given are left alone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from sklearn.base import BaseEstimator

from tests.series import HORIZON, QUICK, forecasters, hourly, long, wide
from tsrnn.backtesting import Backtest, backtest
from tsrnn.columns import Columns, Repairs
from tsrnn.errors import DataError, MissingValueError, SettingError, ShortSeriesError
from tsrnn.findings import verdict
from tsrnn.forecasters.naive import NaiveForecaster, SeasonalNaiveForecaster
from tsrnn.forecasters.recurrent import GRUForecaster
from tsrnn.frame import Data, read
from tsrnn.metrics import mae, mase, rmse, rmsse, smape
from tsrnn.nn.heads import Point

COLUMNS = ["model", "series", "cutoff", "step", "time", "actual", "forecast", "lo-80", "hi-80", "lo-95", "hi-95"]


def naive_run(data: Data, folds: int = 3) -> Backtest:
    return backtest(["naive", "seasonal-naive"], data, horizon=HORIZON, folds=folds)


def test_rows_hold_every_model_series_cutoff_and_step_with_the_values_of_the_data() -> None:
    data = wide()
    rows = naive_run(data).rows
    assert list(rows.columns) == COLUMNS
    assert len(rows) == 2 * 3 * 3 * HORIZON
    row: Any
    for row in rows.itertuples():
        assert row.actual == data.loc[row.time, row.series]
        assert row.time == row.cutoff + row.step * pd.Timedelta(hours=1)
        if row.model == "naive":
            assert row.forecast == data.loc[row.cutoff, row.series]


def test_folds_end_at_the_last_row_and_do_not_overlap() -> None:
    data = hourly()
    cutoffs = naive_run(data).rows["cutoff"].unique()
    assert list(cutoffs) == [data.index[96 - 1 - HORIZON * fold] for fold in (3, 2, 1)]
    dense = backtest(["naive"], data, horizon=HORIZON, folds=3, step=1).rows["cutoff"].unique()
    assert list(dense) == [data.index[96 - 1 - HORIZON - back] for back in (2, 1, 0)]


def test_series_of_different_lengths_are_each_cut_from_their_own_end() -> None:
    data = long()
    rows = naive_run(data, folds=1).rows
    for name, own in data.groupby("unique_id"):
        cutoffs = rows.loc[rows["series"] == name, "cutoff"].unique()
        assert list(cutoffs) == [own["ds"].iloc[-1 - HORIZON]]


def test_the_leaderboard_equals_the_metrics_by_hand() -> None:
    data = hourly()
    result = naive_run(data)
    board = result.leaderboard().set_index("model")
    values, folds = data.to_numpy(), [(96 - HORIZON * n, 96 - HORIZON * (n - 1)) for n in (3, 2, 1)]
    actual = np.concatenate([values[start:end] for start, end in folds])
    forecast = np.concatenate([np.full(HORIZON, values[start - 1]) for start, _ in folds])
    assert board.loc["naive", "mae"] == pytest.approx(mae(actual, forecast))
    assert board.loc["naive", "rmse"] == pytest.approx(rmse(actual, forecast))
    assert board.loc["naive", "smape"] == pytest.approx(smape(actual, forecast))
    assert board.loc["naive", "bias"] == pytest.approx(np.mean(forecast - actual))
    scaled = [
        [score(values[a:b], np.full(HORIZON, values[a - 1]), values[:a], 24) for score in (mase, rmsse)]
        for a, b in folds
    ]
    by_mase, by_rmsse = (np.mean(column) for column in zip(*scaled, strict=True))
    assert board.loc["naive", "mase"] == pytest.approx(by_mase)
    assert board.loc["naive", "rmsse"] == pytest.approx(by_rmsse)
    assert list(board.index) == ["seasonal-naive", "naive"]  # lowest MASE first
    skill = 1 - board["mase"]["naive"] / board["mase"]["seasonal-naive"]
    assert board.loc["naive", "skill-vs-seasonal-naive"] == pytest.approx(skill)
    assert board["skill-vs-arima"].isna().all()
    assert (board[["fit_seconds", "predict_seconds"]] >= 0).all(axis=None)


def test_coverage_and_width_are_those_of_the_rows() -> None:
    result = naive_run(wide())
    rows = result.rows[result.rows["model"] == "naive"]
    board = result.leaderboard().set_index("model").loc["naive"]
    inside = (rows["actual"] >= rows["lo-80"]) & (rows["actual"] <= rows["hi-80"])
    assert board["coverage-80"] == pytest.approx(inside.mean())
    assert board["width-95"] == pytest.approx((rows["hi-95"] - rows["lo-95"]).mean())


def test_errors_by_step_average_to_the_leaderboard() -> None:
    result = naive_run(hourly())
    steps = result.by_step()
    assert list(steps.loc[steps["model"] == "naive", "step"]) == [1, 2, 3, 4]
    board = result.leaderboard().set_index("model")
    means = steps.groupby("model")["mae"].mean()
    assert means["naive"] == pytest.approx(board.loc["naive", "mae"])


def noise_after(data: pd.Series, cutoff: pd.Timestamp, seed: int) -> pd.Series:
    """The series with every value after the cutoff replaced."""
    noise = pd.Series(np.random.default_rng(seed).normal(50, 20, len(data)), data.index)
    return data.where(data.index <= cutoff, noise)


@pytest.mark.parametrize("name", sorted(forecasters()))
@pytest.mark.parametrize("refit", [True, False])
def test_no_forecast_depends_on_a_value_after_its_cutoff(name: str, refit: bool) -> None:
    data, model = hourly(120), forecasters()[name]
    plain = backtest([model], data, horizon=HORIZON, folds=3, refit=refit).rows
    guesses = ["forecast", "lo-80", "hi-80", "lo-95", "hi-95"]
    for cutoff in plain["cutoff"].unique():
        changed = backtest([model], noise_after(data, cutoff, 1), horizon=HORIZON, folds=3, refit=refit).rows
        before = plain["cutoff"] <= cutoff
        assert_frame_equal(changed.loc[before, guesses], plain.loc[before, guesses], check_exact=True)
        assert not np.array_equal(changed.loc[before, "actual"], plain.loc[before, "actual"])


def test_the_models_given_are_not_changed() -> None:
    model = GRUForecaster(HORIZON, 12, hidden_size=8, training=QUICK).fit(hourly())
    before = model.predict()
    backtest([model], wide(), horizon=HORIZON, folds=2)
    pd.testing.assert_series_equal(model.predict(), before, check_exact=True)


class Counter(BaseEstimator):  # type: ignore[misc]
    """Somebody else's forecaster: the last value, and a count of how often it was fitted."""

    fits = 0

    def __init__(self, name: str = "counter") -> None:
        self.name = name

    def fit(self, data: Data, columns: Columns | None = None, *, repairs: Repairs | None = None) -> Self:
        type(self).fits += 1
        return self

    def predict(
        self,
        horizon: int | None = None,
        *,
        history: Data | None = None,
        levels: list[float] | None = None,
        future: pd.DataFrame | None = None,
    ) -> pd.Series | pd.DataFrame:
        assert history is not None and horizon is not None
        panel = read(history)
        index = pd.RangeIndex(horizon)
        return pd.DataFrame({name: panel.values[panel.rows(n)][-1, 0] for n, name in enumerate(panel.names)}, index)


def test_anything_with_the_four_methods_is_judged_beside_our_own_and_without_intervals_if_it_has_none() -> None:
    result = backtest([Counter(), "naive"], wide(), horizon=HORIZON, folds=3)
    rows = result.rows.set_index("model")
    np.testing.assert_array_equal(rows.loc["counter", "forecast"], rows.loc["naive", "forecast"])
    assert rows["lo-80"].loc[["counter"]].isna().all()
    assert result.notices["message"].str.startswith("no intervals: ").all()
    assert result.leaderboard().set_index("model").loc["counter", "coverage-80"] != 0  # NaN, not "never covered"


def test_refit_trains_at_every_cutoff_and_no_refit_once() -> None:
    for refit, expected in ((True, 3), (False, 1)):
        Counter.fits = 0
        backtest([Counter()], wide(), horizon=HORIZON, folds=3, refit=refit)
        assert Counter.fits == expected


def test_a_point_head_is_judged_without_intervals() -> None:
    model = GRUForecaster(HORIZON, 12, hidden_size=4, head=Point(), training=QUICK)
    result = backtest([model], hourly(), horizon=HORIZON, folds=2)
    assert result.rows["lo-80"].isna().all()
    assert np.isfinite(result.rows["forecast"]).all()


def test_columns_known_ahead_are_passed_on_for_the_steps_of_each_fold() -> None:
    data = wide().rename(columns={"south": "driver"})
    model = GRUForecaster(HORIZON, 12, hidden_size=4, training=QUICK)
    result = backtest([model, "naive"], data, Columns(target=["north"], future=["driver"]), horizon=HORIZON, folds=2)
    assert len(result.rows) == 2 * 2 * HORIZON


def test_a_missing_actual_value_is_left_out_of_the_scores() -> None:
    data = hourly()
    data.iloc[-2] = np.nan
    result = naive_run(data, folds=1)
    rows = result.rows[result.rows["model"] == "naive"]
    assert rows["actual"].isna().sum() == 1
    expected = (rows["actual"] - rows["forecast"]).abs().mean()
    assert result.leaderboard().set_index("model").loc["naive", "mae"] == pytest.approx(expected)


def test_two_models_of_one_name_are_refused_and_a_name_mends_it() -> None:
    with pytest.raises(SettingError, match="2 models are called 'naive'; tell them apart with name="):
        backtest(["naive", NaiveForecaster(HORIZON)], hourly(), horizon=HORIZON)
    result = backtest(["naive", NaiveForecaster(HORIZON, name="again")], hourly(), horizon=HORIZON)
    assert set(result.rows["model"]) == {"naive", "again"}


def test_what_cannot_be_is_refused_with_the_numbers() -> None:
    with pytest.raises(SettingError, match=r"unknown model 'gur': choose one of arima, .*did you mean 'gru'"):
        backtest(["gur"], hourly(), horizon=HORIZON)
    with pytest.raises(SettingError, match="no model to judge"):
        backtest([], hourly(), horizon=HORIZON)
    with pytest.raises(SettingError, match="folds must be a whole number of at least 1, got 0"):
        backtest(["naive"], hourly(), horizon=HORIZON, folds=0)
    with pytest.raises(ShortSeriesError, match=r"'load' has 20 rows, but 5 folds .* need at least 21"):
        backtest(["naive"], hourly(20), horizon=HORIZON)
    gaps = hourly()
    gaps.iloc[5] = np.nan
    with pytest.raises(MissingValueError, match="'load': 1 of 96 values are missing, the first at 2024-03-29 05:00:00"):
        backtest(["naive"], gaps, horizon=HORIZON, repairs=Repairs(missing="error"))


def test_an_error_of_a_model_says_which_model_and_which_cutoff() -> None:
    with pytest.raises(DataError, match=r"model 'gru', cutoff 2024-03-29 14:00:00: series 'load' has 15 rows"):
        backtest([GRUForecaster(HORIZON, 24)], hourly(19), horizon=HORIZON, folds=1)


def test_scores_are_by_what_rows_have() -> None:
    result = naive_run(wide())
    assert len(result.scores(["model", "series"])) == 6
    assert list(result.scores(["fold"])["fold"]) == [1, 2, 3]
    with pytest.raises(SettingError, match=r"by model, series, cutoff, fold or step; got \['city'\]"):
        result.scores(["city"])


def test_the_verdict_names_the_best_the_gap_and_the_folds_won() -> None:
    words = verdict(naive_run(hourly()))
    assert words.startswith("seasonal-naive has the lowest error, MASE ")
    assert re.search(r"below naive \(p [=<] 0\.\d+.*; ahead in \d of 3 folds\)", words)
    few = verdict(backtest(["naive", "seasonal-naive"], hourly(), horizon=HORIZON, folds=2))
    assert "too few folds to tell" in few
    assert few.endswith("That is too few folds to tell skill from luck: give more.")
    alone = backtest([SeasonalNaiveForecaster(HORIZON)], hourly(), horizon=HORIZON, folds=2)
    assert "no other model was run" in verdict(alone)


def test_the_report_is_one_html_file_with_the_numbers_of_the_leaderboard(tmp_path: Path) -> None:
    result = naive_run(wide())
    page = result.to_html(tmp_path / "report.html", command="tsrnn backtest wide.csv").read_text(encoding="utf-8")
    assert page.lstrip().lower().startswith("<!doctype html>")
    assert "seasonal-naive has the lowest error" in page
    assert "tsrnn backtest wide.csv" in page
    for name in ("north", "east", "south"):
        assert name in page
    for write in (result.to_html, result.to_json, result.to_csv):
        with pytest.raises(SettingError, match=r"x\.y cannot be written: there is no folder .*nodir; make it first"):
            write(tmp_path / "nodir" / "x.y")


@pytest.mark.parametrize("data", [hourly(zone="Europe/Berlin"), wide(), long(), hourly().reset_index(drop=True)])
def test_every_kind_of_data_ends_in_a_report(data: pd.Series | pd.DataFrame, tmp_path: Path) -> None:
    assert naive_run(data).to_html(tmp_path / "report.html").stat().st_size > 10_000


def test_one_name_in_place_of_a_list_and_one_number_in_place_of_levels_are_refused() -> None:
    with pytest.raises(SettingError, match=r"models is a list of forecasters and names, such as \['gru', 'arima'\]"):
        backtest("gru", hourly(), horizon=HORIZON)
    with pytest.raises(SettingError, match=r"levels are a list of per cents between 0 and 100, .*got 80"):
        backtest(["naive"], hourly(), horizon=HORIZON, levels=80)  # type: ignore[arg-type]
    with pytest.raises(SettingError, match=r"0\.8 is less than one: is 80 meant"):
        backtest(["naive"], hourly(), horizon=HORIZON, levels=[0.8])


def test_the_verdict_calls_equal_errors_equal() -> None:
    flat = hourly() * 0 + 1
    words = verdict(backtest(["naive", "seasonal-naive"], flat, horizon=HORIZON, folds=2))
    assert "has no higher error than any other, MAE 0: equal to" in words


def test_a_clear_lead_is_called_significant_and_an_idle_one_is_not() -> None:
    rng = np.random.default_rng(0)
    day = pd.Series(np.tile(10 * np.sin(np.arange(24) * np.pi / 12), 30) + rng.normal(size=720), name="load")
    day.index = pd.date_range("2024-01-01", periods=720, freq="h")
    result = backtest(["naive", "seasonal-naive"], day, horizon=24, folds=8)
    assert result.significance()["finding"].tolist() == ["better"]
    assert "(p < 0.001; ahead in 8 of 8 folds)" in verdict(result)
    noise = pd.Series(rng.normal(size=400), pd.RangeIndex(400))
    idle = backtest(["naive", "drift"], noise, horizon=4, folds=8)
    assert idle.significance(["drift"])["finding"].tolist() == ["no significant difference"]
    assert "no significant difference; ahead in" in verdict(idle)
