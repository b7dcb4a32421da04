"""Repairs: each mends what it names and nothing else, is counted, and draws no line to a value behind a cutoff."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal, assert_series_equal

from tests.hostile import DAYS, long, series
from tests.series import forecasters
from tsrnn.auditing import audit
from tsrnn.backtesting import backtest
from tsrnn.columns import Columns, Repairs
from tsrnn.errors import GapError, SettingError, ShortSeriesError
from tsrnn.forecasters.naive import NaiveForecaster, SeasonalNaiveForecaster
from tsrnn.frame import read
from tsrnn.leaks import check_leak
from tsrnn.panel import Panel
from tsrnn.repairing import filled, padded
from tsrnn.saving import load
from tsrnn.tuning import tune
from tsrnn.window_transformer import WindowTransformer

WALK = np.random.default_rng(0).normal(size=30).cumsum()
MASK, LINE = Repairs(gaps="mask"), Repairs(gaps="interpolate", missing="interpolate")


def walk(*missing: int) -> pd.Series:
    """Thirty days, some without a value."""
    values = WALK.copy()
    values[list(missing)] = np.nan
    return series(values)


def told(model: Any) -> list[tuple[object, str, int]]:
    """The repairs that a fitted model speaks of."""
    return [(notice.series, notice.code, notice.count) for notice in model.learned().notices if notice.code != "W200"]


@pytest.mark.parametrize(
    ("how", "value"), [("mean", 5.0), ("sum", 10.0), ("first", 2.0), ("last", 8.0)], ids=lambda it: str(it)
)
def test_rows_of_one_stamp_are_made_one(how: Any, value: float) -> None:
    days = pd.DatetimeIndex(["2024-01-03", "2024-01-01", "2024-01-02", "2024-01-01"])  # in the caller's order
    panel = read(series([3.0, 2.0, 1.0, 8.0], days), repairs=Repairs(duplicates=how))
    assert panel.values[:, 0].tolist() == [value, 1.0, 3.0]
    assert panel.given is not None and panel.given.tolist() == [2, 1, 1]


def test_a_missing_one_of_several_values_does_not_count_and_covariates_are_those_of_the_row_kept() -> None:
    days = DAYS[:3].repeat(2)
    rows = pd.DataFrame({"y": [np.nan, 4.0, np.nan, np.nan, 1.0, 3.0], "warm": range(6)}, days)
    for how, values, warm in (("mean", [4.0, np.nan, 2.0], [0, 2, 4]), ("last", [4.0, np.nan, 3.0], [1, 3, 5])):
        panel = read(rows, Columns(target="y", future="warm"), Repairs(duplicates=how))  # type: ignore[arg-type]
        np.testing.assert_array_equal(panel.values[:, 0], values)
        assert panel.future[:, 0].tolist() == warm


def test_repeated_rows_of_one_series_leave_the_others_alone() -> None:
    rows = pd.concat([long(), long().iloc[[3, 40, 40]]])
    panel = read(rows, repairs=Repairs(duplicates="sum"))
    assert panel.lengths.tolist() == [30, 30]
    assert (panel.values[3, 0], panel.values[40, 0], panel.values[41, 0]) == (6.0, 120.0, 41.0)


AXES = {
    "hours across a clock change": pd.date_range("2024-03-30", periods=60, freq="h", tz="Europe/Berlin"),
    "days across a clock change": pd.date_range("2024-03-20", periods=60, freq="D", tz="Europe/Berlin"),
    "month ends": pd.date_range("2020-01-31", periods=60, freq="ME"),
    "business days": pd.bdate_range("2024-01-01", periods=60),
    "weeks": pd.date_range("2024-01-06", periods=60, freq="W-SAT"),
    "microseconds": pd.date_range("2024-01-01", periods=60, freq="15min", unit="us"),
    "periods": pd.period_range("2020-01", periods=60, freq="M"),
    "whole numbers": pd.RangeIndex(0, 180, 3),
}


@pytest.mark.parametrize("index", AXES.values(), ids=AXES)
def test_rows_are_put_in_where_steps_are_missing(index: pd.Index) -> None:
    lost = [7, 20, 21, 22, 23, 24, 40]
    whole = pd.Series(np.arange(60.0), index)
    panel = read(whole.drop(index[lost]), repairs=MASK)
    assert panel.times.equals(pd.Index(index)) or (panel.times == index).all()
    assert np.flatnonzero(~panel.observed[:, 0]).tolist() == lost
    assert panel.given is not None and np.flatnonzero(panel.given == 0).tolist() == lost
    assert np.array_equal(panel.values[panel.observed], np.delete(np.arange(60.0), lost))
    drawn = filled(panel, Repairs(gaps="interpolate"))
    np.testing.assert_allclose(drawn.values[:, 0], np.arange(60.0))


def test_rows_put_in_have_the_covariates_of_the_row_before_and_their_own_calendar() -> None:
    rows = pd.DataFrame({"y": WALK, "warm": range(30), "promo": ["no", "yes", "no"] * 10}, DAYS)
    roles = Columns(target="y", past="promo", future="warm", categorical="promo", calendar=["weekday"])
    panel, whole = read(rows.drop(DAYS[[10, 11]]), roles, MASK), read(rows, roles)
    assert panel.future[9:13, 0].tolist() == [9, 9, 9, 12]
    assert np.array_equal(panel.past[[10, 11]], panel.past[[9, 9]])
    assert np.array_equal(panel.future[:, 1:], whole.future[:, 1:])


def test_each_series_of_a_frame_gets_the_rows_between_its_own_ends() -> None:
    rows = long().drop([5, 6, 40, 58, 59])
    panel = read(rows, repairs=MASK)
    assert panel.lengths.tolist() == [30, 28]
    assert np.flatnonzero(~panel.observed[:, 0]).tolist() == [5, 6, 40]


def test_more_missing_steps_than_rows_are_a_wrong_date_and_not_put_in() -> None:
    with pytest.raises(GapError, match="more than the 30 rows, are not put in; give a row"):
        read(series(WALK, DAYS[:-1].append(pd.DatetimeIndex(["2204-01-30"]))), repairs=MASK)


def test_rows_put_in_are_no_missing_values_that_were_refused() -> None:
    assert len(read(walk().drop(DAYS[5]), repairs=Repairs(gaps="mask", missing="error")).times) == 30


def test_a_line_is_drawn_between_values_and_never_beyond_them() -> None:
    model = NaiveForecaster(3).fit(walk(0, 5, 6, 29), repairs=Repairs(missing="interpolate"))
    values = filled(read(walk(0, 5, 6, 29)), Repairs(missing="interpolate")).values[:, 0]
    np.testing.assert_allclose(values[4:8], np.linspace(WALK[4], WALK[7], 4))
    assert np.isnan(values[[0, 29]]).all()
    assert told(model) == [("load", "W213", 2)]
    assert model.predict().iloc[0] == WALK[28]


def test_gaps_and_missing_values_are_drawn_each_only_where_that_was_asked() -> None:
    rows = walk(20).drop(DAYS[10])
    for repairs, drawn in ((LINE, [10, 20]), (Repairs(gaps="interpolate"), [10]), (MASK, [])):
        panel = read(rows, repairs=repairs)
        assert np.flatnonzero(~panel.observed[:, 0]).tolist() == [10, 20]  # what is read is what was observed
        lines = filled(panel, repairs)
        assert np.flatnonzero(lines.observed[:, 0] & ~panel.observed[:, 0]).tolist() == drawn
    missing = Repairs(gaps="mask", missing="interpolate")
    assert np.flatnonzero(~filled(read(rows, repairs=missing), missing).observed[:, 0]).tolist() == [10]


def test_repairs_are_counted_by_series_and_stand_in_a_backtests_notices() -> None:
    rows = pd.concat([long().drop([10, 11, 45]), long().iloc[[3]]])
    repairs = Repairs(gaps="interpolate", duplicates="mean")
    wanted = [("a", "W211", 2), ("a", "W212", 1), ("a", "W213", 2), ("b", "W211", 1), ("b", "W213", 1)]
    assert told(SeasonalNaiveForecaster(3).fit(rows, repairs=repairs)) == wanted
    result = backtest(["naive"], rows, horizon=3, folds=1, repairs=repairs)
    assert [(row.series, row.code, row.count) for row in result.notices.itertuples(index=False)] == wanted  # type: ignore[comparison-overlap]


@pytest.mark.parametrize("name", ["arima", "gru", "naive", "ridge", "theta"])
def test_what_comes_after_a_cutoff_in_the_middle_of_a_hole_moves_no_forecast(name: str) -> None:
    rows = walk(23).drop(DAYS[[14, 24, 25]])  # the first of two cutoffs is day 23
    changed = rows.where(rows.index <= DAYS[23], rows * 10 + 1000)
    found = [
        backtest([forecasters(3)[name]], data, horizon=3, folds=2, repairs=LINE).rows.query("cutoff == @DAYS[23]")
        for data in (rows, changed)
    ]
    numbers = ["forecast", "lo-80", "hi-80", "lo-95", "hi-95"]
    assert len(found[0]) == 3 and found[0]["actual"].notna().any()
    assert_frame_equal(found[0][numbers], found[1][numbers], check_exact=True)


@pytest.mark.parametrize("name", ["naive", "ridge", "theta", pytest.param("gru", marks=pytest.mark.slow)])
def test_in_a_backtest_no_line_is_drawn_to_a_value_behind_the_cutoff(name: str) -> None:
    rows = walk(23).drop(DAYS[[14, 24, 25]])  # a cutoff stands before day 24, in the middle of a hole
    check = check_leak(forecasters(3)[name], rows, horizon=3, folds=2, repairs=LINE)
    assert not check.leaks and check.failures.empty, check.words()


def test_a_line_drawn_before_the_folds_would_be_a_leak_that_is_seen() -> None:
    rows = walk(23).drop(DAYS[[14, 24, 25]])
    assert check_leak("naive", rows, horizon=3, folds=2, prepare=lambda rows: rows.asfreq("D").interpolate()).leaks
    rows = walk(24, 25, 26)
    known = read(rows, repairs=LINE).cut(np.array([26]))
    assert np.isnan(filled(known, LINE).values[24:, 0]).all()
    assert not np.isnan(filled(read(rows), LINE).values[24:, 0]).any()


def test_actual_values_that_were_not_observed_are_not_judged_whatever_was_drawn() -> None:
    result = backtest(["naive"], walk(28), horizon=3, folds=1, repairs=LINE)
    assert result.rows["actual"].isna().tolist() == [False, True, False]


def test_history_is_repaired_as_the_rows_of_fit_were_and_a_saved_model_does_so_too(tmp_path: Any) -> None:
    model = SeasonalNaiveForecaster(3).fit(walk(), repairs=LINE)
    newer = series(np.arange(14.0), pd.date_range("2024-01-20", periods=14))
    wanted = model.predict(history=newer)
    for asked in (model, load(model.save(tmp_path / "model"))):
        assert_series_equal(asked.predict(history=newer.drop(newer.index[[8, 9]])), wanted)
    with pytest.raises(GapError):
        SeasonalNaiveForecaster(3).fit(walk()).predict(history=newer.drop(newer.index[[8, 9]]))


def uneven() -> pd.DataFrame:
    """One series of thirty days, and one of five."""
    return long().iloc[:35]


@pytest.mark.parametrize("name", ["arima", "ridge", "gru"])
def test_short_series_are_left_out_of_learning_and_of_the_answer(name: str) -> None:
    model = forecasters(4)[name]
    with pytest.raises(ShortSeriesError):
        model.fit(uneven())
    alone = forecasters(4)[name].fit(uneven().iloc[:30]).predict()
    left = model.fit(uneven(), repairs=Repairs(on_short="drop"))
    assert told(left) == [("b", "W214", 5)]
    assert_frame_equal(left.predict(), alone)


def test_a_column_that_is_too_short_is_left_out_of_a_wide_answer_in_the_callers_order() -> None:
    rows = pd.DataFrame({"z": WALK, "b": np.where(np.arange(30) < 28, np.nan, 1.0), "a": WALK * 2}, DAYS)
    answer = forecasters(4)["arima"].fit(rows, repairs=Repairs(on_short="drop")).predict()
    assert answer.columns.tolist() == ["z", "a"]


def test_where_every_series_is_too_short_the_error_stays() -> None:
    with pytest.raises(ShortSeriesError):
        forecasters(4)["gru"].fit(uneven().iloc[30:], repairs=Repairs(on_short="drop"))


def test_rows_in_front_make_a_short_series_long_enough() -> None:
    model = forecasters(4)["gru"].fit(uneven(), repairs=Repairs(on_short="pad"))
    assert told(model) == [("b", "W215", 11)]  # lookback 12 and horizon 4
    answer = model.predict()
    assert answer["unique_id"].unique().tolist() == ["a", "b"] and np.isfinite(answer["y"]).all()
    newer = model.predict(history=uneven())
    assert newer["ds"].equals(answer["ds"]) and np.isfinite(newer["y"]).all()


@pytest.mark.parametrize("index", AXES.values(), ids=AXES)
def test_rows_in_front_continue_the_time_axis_backwards(index: pd.Index) -> None:
    panel = padded(read(pd.Series(np.arange(50.0), index[10:])), 60)
    assert (panel.times == index).all()
    assert np.flatnonzero(panel.observed[:, 0]).tolist() == list(range(10, 60))
    assert panel.given is not None and not panel.given[:10].any()
    assert padded(panel, 60) is panel


def test_a_backtest_leaves_a_short_series_out_for_every_model() -> None:
    models = [forecasters(4)["arima"], forecasters(4)["naive"]]
    result = backtest(models, uneven(), horizon=4, folds=1, repairs=Repairs(on_short="drop"))
    assert result.rows.groupby("model")["series"].unique().map(list).to_dict() == {"arima": ["a"], "naive": ["a"]}
    (notice,) = result.notices[result.notices["code"] == "W214"].to_dict("records")
    assert (notice["model"], notice["series"], notice["count"]) == ("every model", "b", 5)
    with pytest.raises(ShortSeriesError, match="'arima', cutoff"):
        backtest(models, uneven(), horizon=4, folds=1)


def test_a_backtest_can_pad_a_series_to_the_folds() -> None:
    result = backtest(["seasonal-naive"], uneven(), horizon=4, folds=1, repairs=Repairs(on_short="pad"))
    assert set(result.rows["series"]) == {"a", "b"} and result.rows["forecast"].notna().all()


def test_tuning_and_windows_repair_too() -> None:
    rows = walk(20).drop(DAYS[10])
    pytest.importorskip("optuna")
    found = tune(forecasters(3)["ridge"], rows, space={"lookback": [4, 5]}, trials=2, folds=2, repairs=LINE)
    assert np.isfinite(found.score)
    windows = WindowTransformer(5, 2, repairs=LINE).fit(rows)
    assert windows.transform(rows).shape == (24, 5, 1)
    assert WindowTransformer(5, 2, repairs=MASK).fit(rows).transform(rows).shape[0] < 24


def test_an_audit_of_repaired_rows_tells_what_was_repaired() -> None:
    rows = pd.concat([long().drop([10, 11, 45]), long().iloc[[3]]])
    found = audit(read(rows, repairs=Repairs(gaps="mask", duplicates="mean")))
    found = found[found["finding"].isin(["gap", "duplicate"])]
    assert found[["series", "finding", "count", "first"]].to_numpy().tolist() == [
        ["a", "duplicate", 1, DAYS[3]],
        ["a", "gap", 2, DAYS[10]],
        ["b", "gap", 1, DAYS[15]],
    ]


@pytest.mark.parametrize("policy", ["missing", "gaps", "duplicates", "on_short", "unseen"])
@pytest.mark.parametrize("got", ["fill", None, True, 1, ["mask"]])
def test_a_policy_that_there_is_not_is_refused_by_name(policy: str, got: object) -> None:
    with pytest.raises(SettingError, match=rf"unknown Repairs\({policy}=…\)"):
        Repairs(**{policy: got})  # type: ignore[arg-type]


def test_a_cut_panel_keeps_what_its_rows_were_made_of() -> None:
    panel: Panel = read(walk().drop(DAYS[[3, 20]]), repairs=MASK)
    given = panel.cut(np.array([10])).given
    assert given is not None and np.flatnonzero(given == 0).tolist() == [3]
