"""Folds of every kind in a backtest: what a model is given at each origin, when it is trained, and what is judged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from sklearn.base import BaseEstimator
from sklearn.model_selection import TimeSeriesSplit

from tests.series import HORIZON, QUICK, forecasters, hourly, long, wide
from tsrnn.answer import write
from tsrnn.backtesting import backtest
from tsrnn.columns import Columns, Repairs
from tsrnn.errors import SettingError
from tsrnn.forecasters.recurrent import GRUForecaster
from tsrnn.panel import Forecast, Panel
from tsrnn.splits import Splits


class Watcher(BaseEstimator):  # type: ignore[misc]
    """A forecaster that notes the last rows and the number of rows it is given, and answers the step's number."""

    trained: ClassVar[list[tuple[pd.Timestamp, int]]] = []
    asked: ClassVar[list[tuple[pd.Timestamp, int, int]]] = []

    def __init__(self, name: str = "watcher") -> None:
        self.name = name

    def fit(self, data: Panel, columns: Columns | None = None, *, repairs: Repairs | None = None) -> Self:
        self.trained.append((data.times[-1], len(data.times)))
        return self

    def predict(
        self,
        horizon: int | None = None,
        *,
        history: Panel | None = None,
        levels: list[float] | None = None,
        future: pd.DataFrame | None = None,
    ) -> Any:
        assert history is not None and horizon is not None
        self.asked.append((history.times[-1], len(history.times), horizon))
        steps = np.tile(np.arange(1.0, horizon + 1), (len(history.names), 1))[:, :, None]
        return write(Forecast(steps, dict.fromkeys(levels or (), (steps, steps))), history)


@pytest.fixture(autouse=True)
def nothing_seen() -> Iterator[None]:
    Watcher.trained.clear()
    Watcher.asked.clear()
    yield


def watched(**settings: Any) -> pd.DataFrame:
    return backtest([Watcher()], hourly(), horizon=HORIZON, **settings).rows


def test_a_sliding_window_trains_and_forecasts_from_its_rows_alone() -> None:
    rows = watched(folds=Splits(3, window=30))
    cutoffs = list(rows["cutoff"].unique())
    assert Watcher.trained == [(cutoff, 30) for cutoff in cutoffs]
    assert Watcher.asked == [(cutoff, 30, HORIZON) for cutoff in cutoffs]
    Watcher.trained.clear()
    assert watched(folds=Splits(3))["cutoff"].tolist() == rows["cutoff"].tolist()
    assert Watcher.trained == [(cutoff, 96 - HORIZON * back) for cutoff, back in zip(cutoffs, (3, 2, 1), strict=True)]


def test_a_window_changes_the_models_but_not_the_unit_of_scaled_errors() -> None:
    plain, short = (backtest(["mean"], hourly(), horizon=HORIZON, folds=Splits(3, window=w)) for w in (None, 10))
    assert not np.array_equal(plain.rows["forecast"], short.rows["forecast"])
    assert_frame_equal(plain.scales, short.scales, check_exact=True)
    data = hourly()
    for cutoff, part in short.rows.groupby("cutoff"):
        np.testing.assert_allclose(part["forecast"], data.loc[:cutoff].tail(10).mean())


def test_a_gap_is_forecast_over_but_not_judged() -> None:
    data, gap = hourly(), 3
    rows = watched(folds=Splits(2, gap=gap))
    assert [steps for _, _, steps in Watcher.asked] == [gap + HORIZON] * 2
    assert rows["step"].tolist() == [4, 5, 6, 7] * 2
    np.testing.assert_array_equal(rows["forecast"], rows["step"])  # the steps of the gap are left out
    assert (rows["time"] == rows["cutoff"] + rows["step"] * pd.Timedelta(hours=1)).all()
    np.testing.assert_array_equal(rows["actual"], data[rows["time"]])
    assert rows["time"].iloc[-1] == data.index[-1]


@pytest.mark.parametrize("name", ["arima", "gru", "ridge", "seasonal-naive"])
def test_no_forecast_depends_on_a_value_in_the_gap_or_before_the_window(name: str) -> None:
    model: Any = forecasters(HORIZON + 2)[name]
    splits = Splits(1, gap=2, window=60)
    plain = backtest([model], hourly(120), horizon=HORIZON, folds=splits).rows
    data = hourly(120)
    data.iloc[-HORIZON - 2 :] = 1e6
    data.iloc[: -60 - HORIZON - 2] = -1e6
    changed = backtest([model], data, horizon=HORIZON, folds=splits).rows
    assert_frame_equal(changed.drop(columns="actual"), plain.drop(columns="actual"), check_exact=True)


def test_a_network_whose_horizon_ends_in_the_gap_says_what_it_needs() -> None:
    model = GRUForecaster(HORIZON, 12, training=QUICK)
    with pytest.raises(SettingError, match="fitted for a horizon of 4, 6 were asked for; fit with horizon=6"):
        backtest([model], hourly(), horizon=HORIZON, folds=Splits(1, gap=2))
    named = backtest(["naive"], hourly(), horizon=HORIZON, folds=Splits(1, gap=2))
    assert named.models[0].get_params()["horizon"] == 6  # a name becomes a model for gap and horizon


@pytest.mark.parametrize(
    ("refit", "trained"), [(True, [0, 1, 2, 3, 4]), (1, [0, 1, 2, 3, 4]), (2, [0, 2, 4]), (9, [0]), (False, [0])]
)
def test_refit_trains_at_every_kth_origin_and_the_others_get_newer_history(refit: Any, trained: list[int]) -> None:
    rows = watched(refit=refit)
    cutoffs = list(rows["cutoff"].unique())
    assert [cutoff for cutoff, _ in Watcher.trained] == [cutoffs[fold] for fold in trained]
    assert [cutoff for cutoff, _, _ in Watcher.asked] == cutoffs


def test_cutoff_dates_hold_for_every_series_of_a_ragged_panel() -> None:
    data = long()
    ends = data.groupby("unique_id")["ds"].max()
    assert ends.nunique() == 3
    cutoffs = [ends.min() - pd.offsets.MonthEnd(back) for back in (12, 6)]
    result = backtest(["naive"], data, horizon=HORIZON, folds=Splits(cutoffs=cutoffs))
    assert result.rows.groupby("series")["cutoff"].unique().map(list).tolist() == [cutoffs] * 3
    assert result.plan.step == 6
    own = {name: [end - pd.offsets.MonthEnd(back) for back in (9, 5)] for name, end in ends.items()}
    rows = backtest(["naive"], data, horizon=HORIZON, folds=Splits(cutoffs=own)).rows
    assert rows.groupby("series")["cutoff"].unique().map(list).to_dict() == own


def test_a_splitter_gives_the_rows_of_the_same_splits() -> None:
    splitter = TimeSeriesSplit(3, test_size=HORIZON, gap=2, max_train_size=50)
    theirs = backtest(["mean", "naive"], wide(), horizon=HORIZON, folds=splitter)
    ours = backtest(["mean", "naive"], wide(), horizon=HORIZON, folds=Splits(3, gap=2, window=50))
    assert_frame_equal(theirs.rows, ours.rows, check_exact=True)
    assert theirs.plan.asked == f"folds={splitter!r}"


def test_every_kind_of_split_ends_in_a_leaderboard() -> None:
    for splits in (Splits(3, gap=2, window=50), Splits(cutoffs=["2024-03-31", "2024-04-01 07:00"]), TimeSeriesSplit(4)):
        result = backtest(["naive", "seasonal-naive"], wide(), horizon=HORIZON, folds=splits, refit=2)
        assert result.leaderboard()["mae"].notna().all()
        assert len(result.significance()) == 1
        assert set(result.scores(["fold"])["fold"]) == set(range(1, result.plan.folds + 1))


def test_a_gap_and_a_window_end_in_a_report(tmp_path: Path) -> None:
    result = backtest(["naive", "mean"], hourly(), horizon=HORIZON, folds=Splits(3, gap=2, window=50))
    page = (result.to_html(tmp_path / "report.html")).read_text(encoding="utf-8")
    assert "4 steps ahead from 3 origins, 4 rows apart, after a gap of 2 rows, knowing at most 50 rows" in page
    assert "horizon=4, folds=Splits(folds=3, gap=2, window=50))" in page
