"""Forecasters and categories: what they gain, what is saved, what a backtest does with one that nobody knew."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal, assert_series_equal

from tests.frames import PROMO, ZEROS, daily
from tests.series import QUICK
from tsrnn.backtesting import backtest
from tsrnn.columns import Columns
from tsrnn.errors import ColumnError
from tsrnn.forecasters.arima import ARIMAForecaster
from tsrnn.forecasters.naive import NaiveForecaster
from tsrnn.forecasters.recurrent import GRUForecaster
from tsrnn.saving import load
from tsrnn.training import Training


def driven(rows: int = 400, shuffled: bool = False) -> pd.DataFrame:
    """Noise of deviation 1 around a level that only the day's category says: -4, 0 or 4."""
    rng = np.random.default_rng(5)
    kind = rng.choice(["low", "mid", "high"], rows)
    level = pd.Series(kind).map({"low": -4.0, "mid": 0.0, "high": 4.0}).to_numpy()
    index = pd.date_range("2022-01-01", periods=rows, freq="D")
    told = rng.permutation(kind) if shuffled else kind
    return pd.DataFrame({"y": level + rng.normal(size=rows), "kind": told}, index)


def error(data: pd.DataFrame, roles: Columns, model: Any, folds: int = 12) -> float:
    """The mean absolute error of a model that learns once."""
    result = backtest([model], data, roles, horizon=5, folds=folds, levels=(), refit=False)
    return float(result.leaderboard()["mae"].iloc[0])


@pytest.mark.slow
def test_a_category_known_ahead_that_drives_the_target_takes_its_share_of_the_error_away() -> None:
    # What the day's category cannot say is noise: E|e| = sqrt(2 / pi) = 0.80. Who does not know it is 2.9 off at best:
    # 0.80 on the days of the middle level, for which the median stands, and 4.0 on the others.
    model = GRUForecaster(5, 10, hidden_size=16, training=Training(epochs=15, learning_rate=5e-3, seed=1))
    known = replace(PROMO, future="kind", categorical="kind")
    assert error(driven(600), known, model, folds=30) < 0.95
    assert error(driven(600, shuffled=True), known, model, folds=30) > 2.9


def test_a_category_that_drives_the_target_is_learned_in_a_moment_too() -> None:
    known = replace(PROMO, future="kind", categorical="kind")
    data, model = driven(200), ARIMAForecaster(5, order=(0, 0, 0))
    told, untold = error(data, known, model), error(driven(200, shuffled=True), known, model)
    assert told < 1.1
    assert untold > 2.2


def test_saved_and_loaded_models_know_their_categories(tmp_path: Path) -> None:
    data = daily(["a", None, "b"] * 10)
    model = GRUForecaster(2, 6, hidden_size=4, training=QUICK).fit(data, PROMO, repairs=ZEROS)
    loaded = load(model.save(tmp_path / "model"))
    assert loaded.learned().recent.layout == model.learned().recent.layout
    assert loaded.learned().recent.layout.seen == (("a", "b", None),)
    future = pd.DataFrame({"promo": ["b", "new"]}, pd.date_range("2024-01-31", periods=2))
    assert_frame_equal(pd.DataFrame(loaded.predict(future=future)), pd.DataFrame(model.predict(future=future)))
    newer = daily(["b"] * 20)
    future = future.set_axis(pd.date_range("2024-01-21", periods=2))
    ahead = loaded.predict(history=newer, future=future)
    assert_frame_equal(pd.DataFrame(ahead), pd.DataFrame(model.predict(history=newer, future=future)))


def test_history_that_lacks_a_category_gives_as_many_columns_and_one_that_adds_it_is_named() -> None:
    model = GRUForecaster(2, 6, hidden_size=4, training=QUICK).fit(daily(["a", "b", "c"] * 10), PROMO)
    ahead = pd.DataFrame({"promo": ["c", "a"]}, pd.date_range("2024-01-21", periods=2))
    assert len(model.predict(history=daily(["b"] * 20), future=ahead)) == 2
    with pytest.raises(ColumnError, match="'promo' holds 'new' at 2024-01-20 00:00:00, which it never did"):
        model.predict(history=daily(["b"] * 19 + ["new"]), future=ahead)


@pytest.mark.parametrize("model", [GRUForecaster(3, 6, hidden_size=4, training=QUICK), NaiveForecaster(3)])
def test_a_category_that_appears_after_the_cutoff_changes_no_earlier_forecast(model: Any) -> None:
    data = daily(["a", "b"] * 15)
    roles = Columns(target="y", past="kind", future="promo", categorical=["promo", "kind"])
    data["kind"] = data["promo"]
    plain = backtest([model], data, roles, horizon=3, folds=2)
    data.loc[data.index[24:], "kind"] = "never before"
    fresh = backtest([model], data, roles, horizon=3, folds=2)
    first = plain.rows["cutoff"] == plain.rows["cutoff"].min()
    assert_series_equal(plain.rows.loc[first, "forecast"], fresh.rows.loc[first, "forecast"], check_exact=True)


@pytest.mark.parametrize("refit", [True, False])
def test_a_backtest_stops_at_a_category_that_a_model_cannot_know_unless_zeros_are_allowed(refit: bool) -> None:
    data = daily(["a", "b"] * 14 + ["new", "a"])
    with pytest.raises(ColumnError, match=r"model 'naive', cutoff 2024-01-27.*'promo' holds 'new' at 2024-01-29"):
        backtest(["naive"], data, PROMO, horizon=3, folds=2, refit=refit)
    result = backtest(["naive"], data, PROMO, horizon=3, folds=2, refit=refit, repairs=ZEROS)
    assert len(result.rows) == 6


def test_a_model_that_is_not_refitted_meets_a_category_in_a_later_history() -> None:
    data = daily(["a", "b"] * 10 + ["new"] + ["a"] * 9)
    with pytest.raises(ColumnError, match="'promo' holds 'new' at 2024-01-21"):
        backtest(["naive"], data, PROMO, horizon=3, folds=4, refit=False)
    model = GRUForecaster(3, 6, hidden_size=4, training=QUICK)
    result = backtest([model], data, PROMO, horizon=3, folds=4, refit=False, repairs=ZEROS)
    assert result.rows["forecast"].notna().all()
