"""Leaks: four planted ones are caught and named, and honest models and features are not accused."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator

from tests.series import HORIZON, QUICK, forecasters, hourly, long, wide
from tsrnn.answer import write
from tsrnn.backtesting import backtest
from tsrnn.columns import Columns, Repairs
from tsrnn.errors import DataError, SettingError
from tsrnn.forecasters.naive import NaiveForecaster
from tsrnn.forecasters.recurrent import GRUForecaster
from tsrnn.leaks import LeakCheck, check_leak
from tsrnn.panel import Forecast, Panel
from tsrnn.perturbing import PERTURBATIONS
from tsrnn.splits import Splits

ROLES = Columns(target="load", past="driver")


def driven(rows: int = 96) -> pd.DataFrame:
    """A load that follows its driver by a day."""
    return pd.DataFrame({"load": hourly(rows, 0), "driver": hourly(rows, 1)})


class Windows(BaseEstimator):  # type: ignore[misc]
    """The next rows as a linear function of the last `lags`, learned by so many epochs of gradient descent.

    It learns from windows of the rows given to `fit`, or from `rows` that it was made with.
    """

    def __init__(self, epochs: int = 20, rows: Any = None, lags: int = 6, name: str = "windows") -> None:
        self.epochs, self.rows, self.lags, self.name = epochs, rows, lags, name

    def fit(self, data: Panel, columns: Columns | None = None, *, repairs: Repairs | None = None) -> Self:
        values = data.values[:, 0] if self.rows is None else np.asarray(self.rows, np.float64)
        windows = np.lib.stride_tricks.sliding_window_view(values[~np.isnan(values)], self.lags + HORIZON)
        x, y = windows[:, : self.lags], windows[:, self.lags :]
        self.weights_ = np.zeros((self.lags, HORIZON))
        for _ in range(self.epochs):
            self.weights_ += x.T @ (y - x @ self.weights_) / np.linalg.norm(x, 2) ** 2
        return self

    def predict(
        self,
        horizon: int | None = None,
        *,
        history: Panel | None = None,
        levels: list[float] | None = None,
        future: pd.DataFrame | None = None,
    ) -> Any:
        assert history is not None
        if levels:
            raise SettingError("no intervals")
        return write(Forecast((history.values[-self.lags :, 0] @ self.weights_)[None, :, None], {}), history)


def scaled_by_all(data: pd.Series) -> pd.Series:
    """Planted: mean and deviation of rows that the model is later judged on."""
    return (data - data.mean()) / data.std()


def differenced(data: pd.Series) -> pd.Series:
    """Honest: every value comes from its own past."""
    return data - data.shift(1).fillna(data.iloc[0])


def shuffled_validation(data: pd.Series) -> Windows:
    """Planted: windows of all the data are dealt out at random, so those of the test rows train too."""
    rng = np.random.default_rng(0)
    dealt = np.lib.stride_tricks.sliding_window_view(data.to_numpy(), 6 + HORIZON)
    training = rng.permutation(len(dealt))[: int(0.8 * len(dealt))]
    return Windows(rows=dealt[training].ravel())


def stopped_on_the_test_rows(data: pd.Series) -> Windows:
    """Planted: training stops after as many epochs as make the error on the last rows lowest."""

    def error(epochs: int) -> float:
        rows = backtest([Windows(epochs)], data, horizon=HORIZON, folds=1, levels=()).rows
        return float((rows["actual"] - rows["forecast"]).abs().mean())

    return Windows(min((1, 3, 10, 30, 100), key=error))


def driver_of_tomorrow(data: pd.DataFrame) -> pd.DataFrame:
    """Planted: the driver of the next row stands in the row before."""
    return data.assign(driver=data["driver"].shift(-1).fillna(0.0))


def driver_of_yesterday(data: pd.DataFrame) -> pd.DataFrame:
    """Honest: what was known an hour ago."""
    return data.assign(driver=data["driver"].shift(1).fillna(0.0))


NETWORK = GRUForecaster(HORIZON, 12, hidden_size=8, training=QUICK)
PLANTED: dict[str, dict[str, Any]] = {
    "a scaler fitted on all data": {"model": NETWORK, "data": hourly(), "prepare": scaled_by_all},
    "a shuffled validation split": {"model": shuffled_validation, "data": hourly()},
    "early stopping on the test rows": {"model": stopped_on_the_test_rows, "data": hourly()},
    "a covariate shifted from the future": {
        "model": NETWORK,
        "data": driven(),
        "columns": ROLES,
        "prepare": driver_of_tomorrow,
    },
}
HONEST: dict[str, dict[str, Any]] = {
    "differences": {"model": NETWORK, "data": hourly(), "prepare": differenced},
    "windows of known rows": {"model": lambda data: Windows(), "data": hourly()},
    "a number of epochs set beforehand": {"model": Windows(30), "data": hourly()},
    "a covariate from the past": {"model": NETWORK, "data": driven(), "columns": ROLES, "prepare": driver_of_yesterday},
}


def check(case: dict[str, Any]) -> LeakCheck:
    settings = {key: value for key, value in case.items() if key not in ("model", "data")}
    return check_leak(case["model"], case["data"], horizon=HORIZON, **settings)


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_leak_is_caught(name: str) -> None:
    found = check(PLANTED[name])
    assert found.leaks, found.words()
    moved = found.moved()
    assert (moved["before"] != moved["after"]).all()
    assert moved["difference"].abs().max() > 1e-3
    assert "saw the future: " in found.words()


@pytest.mark.parametrize("name", HONEST)
def test_the_honest_counterpart_is_not_accused(name: str) -> None:
    found = check(HONEST[name])
    assert not found.leaks, found.words()
    assert set(found.rows["perturbation"]) == set(PERTURBATIONS)
    assert found.failures.empty
    assert "no forecast moved, of " in found.words()


def test_the_column_that_leaks_is_named() -> None:
    found = check(PLANTED["a covariate shifted from the future"])
    assert found.sources == ("driver",)
    assert "It came in by 'driver'." in found.words()
    assert set(found.moved()["cutoff"]) == set(found.rows["cutoff"])


@pytest.mark.parametrize("name", ["arima", "boosting", "ets", "ridge", "seasonal-naive", "theta"])
def test_our_own_forecasters_do_not_leak(name: str) -> None:
    found = check_leak(forecasters()[name], wide(), folds=1)
    assert not found.leaks, found.words()
    numbers = {"forecast", "lo-80", "hi-80"}
    assert set(found.rows["number"]) == numbers
    assert len(found.rows) == 3 * HORIZON * len(numbers) * len(PERTURBATIONS)


def test_long_frames_are_changed_after_the_cutoff_of_each_series() -> None:
    data = long()
    assert not check_leak("seasonal-naive", data, horizon=HORIZON).leaks

    def peeking(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(y=frame["y"] + frame.groupby("unique_id")["y"].shift(-1).fillna(0.0))

    found = check_leak("naive", data, horizon=HORIZON, prepare=peeking, folds=1)
    assert set(found.moved()["series"]) == {"a", "b", "c"}
    assert set(found.moved().loc[found.moved()["series"] == "a", "step"]) == {1, 2, 3, 4}
    assert found.sources == ("y",)


def test_columns_known_ahead_may_be_seen_within_the_horizon_and_no_further() -> None:
    data, roles = driven(), Columns(target="load", future="driver")
    assert not check_leak(NETWORK, data, roles, folds=1).leaks

    def peeking(rows: int) -> Any:
        return lambda frame: frame.assign(driver=frame["driver"].shift(-rows).fillna(0.0))

    found = check_leak(NETWORK, data, roles, prepare=peeking(1), folds=Splits(1, gap=0, cutoffs=None), horizon=HORIZON)
    assert not found.leaks  # one row further than the last step is not there at the last fold
    cut = Splits(cutoffs=[data.index[60]])
    found = check_leak(NETWORK, data, roles, prepare=peeking(1), folds=cut)
    assert found.leaks and found.sources == ("driver",)  # the last step uses the row after the horizon


def test_a_column_behind_a_feature_known_ahead_is_said_to_be_known() -> None:
    data = driven()

    def renamed(frame: pd.DataFrame) -> pd.DataFrame:
        return frame[["load"]].assign(plan=frame["driver"] * 2)

    roles = Columns(target="load", future="plan")
    assert check_leak(NETWORK, data, roles, prepare=renamed, folds=1).leaks
    assert not check_leak(NETWORK, data, roles, prepare=renamed, folds=1, known=["driver"]).leaks


def test_forecasts_made_by_any_function_are_checked() -> None:
    def honest(data: pd.Series) -> pd.DataFrame:
        return backtest(["naive"], data, horizon=HORIZON, folds=3).rows

    def centred(data: pd.Series) -> pd.DataFrame:
        rows = []
        for place in (70, 80):  # a mean around the cutoff instead of one up to it
            level = data.rolling(5, center=True).mean().iloc[place]
            rows += [{"cutoff": data.index[place], "step": step, "forecast": level} for step in (1, 2)]
        return pd.DataFrame(rows)

    assert not check_leak(honest, hourly()).leaks
    found = check_leak(centred, hourly())
    assert found.leaks and found.rows["cutoff"].nunique() == 2
    assert found.rows["model"].unique().tolist() == ["the forecasts"]
    with pytest.raises(
        SettingError, match=r"forecasts are a frame with columns series, cutoff, step and forecast .*found \['a'\]"
    ):
        check_leak(lambda data: pd.DataFrame({"a": [1.0]}), hourly())


def test_what_cannot_be_told_is_said() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(SettingError, match=r"windows forecasts .* and then .* from the same data .*; give it a seed"):
        check_leak(lambda data: Windows(int(rng.integers(1, 1000))), hourly(), horizon=HORIZON)
    with pytest.raises(
        SettingError, match=r"'windows' holds data of its own in 'rows', .* give a function that makes it"
    ):
        check_leak(Windows(rows=hourly().to_numpy()), hourly(), horizon=HORIZON)
    with pytest.raises(SettingError, match=r"'gru' does not say how far ahead it forecasts; give horizon=…"):
        check_leak("gru", hourly())
    with pytest.raises(
        SettingError, match=r"model is a forecaster, its name, or a function of the data .*; got <class"
    ):
        check_leak(NaiveForecaster, hourly(), horizon=HORIZON)
    with pytest.raises(SettingError, match=r"model is a forecaster, its name, or a function .*; got int"):
        check_leak(lambda data: 5, hourly(), horizon=HORIZON)
    with pytest.raises(DataError, match="the data is a list; give the Series or frame that everything starts from"):
        check_leak("naive", [1, 2, 3], horizon=HORIZON)  # type: ignore[arg-type]


def test_changes_that_cannot_be_run_are_told_and_no_clean_bill_is_given_without_any() -> None:
    def strict(data: pd.Series) -> pd.Series:
        if data.isna().any():
            raise ValueError("a value is missing")
        return data

    found = check_leak("naive", hourly(), horizon=HORIZON, prepare=strict, folds=1)
    assert not found.leaks
    assert found.failures["perturbation"].tolist() == ["missing"]
    assert "1 changes could not be run: ValueError: a value is missing" in found.words()
    usual = hourly()

    def stubborn(data: pd.Series) -> pd.Series:
        if not data.equals(usual):
            raise ValueError("these are not my data")
        return data

    with pytest.raises(DataError, match=r"no changed data could be run, .*: ValueError: these are not my data"):
        check_leak("naive", usual, horizon=HORIZON, prepare=stubborn, folds=1)


def test_a_column_whose_change_alone_fails_is_reported_and_not_accused() -> None:
    data = driven()

    def features(frame: pd.DataFrame) -> pd.DataFrame:
        peeked = frame.assign(load=frame["load"] + frame["load"].shift(-1).fillna(0.0))
        if not frame["driver"].equals(data["driver"]) and frame["load"].equals(data["load"]):
            raise RuntimeError("the two belong together")
        return peeked

    found = check_leak("naive", data, Columns(target="load"), horizon=HORIZON, prepare=features, folds=1)
    assert found.leaks and found.sources == ("load",)
    assert "column 'driver' alone: RuntimeError: the two belong together" in set(found.failures["message"])
