"""Leaks: planted ones are caught and named, and honest models and features are not accused."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.series import HORIZON, QUICK, hourly, long
from tsrnn.backtesting import backtest
from tsrnn.columns import Columns
from tsrnn.errors import DataError, SettingError
from tsrnn.forecasters.ensemble import EnsembleForecaster
from tsrnn.forecasters.naive import DriftForecaster, NaiveForecaster
from tsrnn.forecasters.recurrent import GRUForecaster
from tsrnn.leaks import LeakCheck, check_leak
from tsrnn.perturbing import PERTURBATIONS
from tsrnn.splits import Splits

NETWORK = GRUForecaster(HORIZON, 12, hidden_size=8, training=QUICK)
ONE = {"folds": 1}


@pytest.fixture
def leaking(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], ModuleType]:
    """The modules of the benchmark that holds planted leaks, honest pipelines and everything else."""
    monkeypatch.syspath_prepend(Path(__file__).resolve().parents[1] / "benchmarks")
    return lambda name: import_module(f"leaking.{name}")


def driven(rows: int = 96) -> pd.DataFrame:
    """A load and the driver beside it."""
    return pd.DataFrame({"load": hourly(rows, 0), "driver": hourly(rows, 1)})


def check(case: dict[str, Any]) -> LeakCheck:
    settings = {key: value for key, value in case.items() if key not in ("model", "data")}
    return check_leak(case["model"], case["data"], horizon=HORIZON, **settings)


@pytest.mark.slow
def test_every_planted_leak_is_caught(leaking: Callable[[str], ModuleType]) -> None:
    planted = leaking("planted").PLANTED
    assert len(planted) >= 12
    for name, case in planted.items():
        # What is chosen on all data need not turn out otherwise at every cutoff.
        found = check(case if name in ("early stopping on the test rows", "a model chosen on all data") else case | ONE)
        assert found.leaks, f"{name}: {found.words()}"
        moved = found.moved()
        assert (moved["before"] != moved["after"]).all()
        assert moved["difference"].abs().fillna(np.inf).max() > 1e-3
        assert "saw the future: " in found.words()
        assert set(found.sources) <= {"load", "driver"}


@pytest.mark.slow
def test_no_honest_counterpart_is_accused(leaking: Callable[[str], ModuleType]) -> None:
    for name, case in leaking("planted").HONEST.items():
        found = check(case | ONE)
        assert not found.leaks, f"{name}: {found.words()}"
        assert set(found.rows["perturbation"]) == set(PERTURBATIONS)
        assert found.failures.empty
        assert "no forecast moved, of " in found.words()


@pytest.mark.slow
def test_no_forecaster_sees_the_future_with_any_transform_or_kind_of_column(
    leaking: Callable[[str], ModuleType],
) -> None:
    cases = leaking("everything").cases()
    assert len(cases) > 60
    for name, case in cases.items():
        found = check(case | ONE)
        assert not found.leaks, f"{name}: {found.words()}"
        assert set(found.rows["perturbation"]) == set(PERTURBATIONS)


def test_the_column_that_leaks_is_named(leaking: Callable[[str], ModuleType]) -> None:
    found = check(leaking("planted").PLANTED["a covariate shifted from the future"])
    assert found.sources == ("driver",)
    assert "It came in by 'driver'." in found.words()
    assert set(found.moved()["cutoff"]) == set(found.rows["cutoff"])


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


def test_what_cannot_be_told_is_said(leaking: Callable[[str], ModuleType]) -> None:
    Windows = leaking("windows").Windows
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


def test_weights_of_an_ensemble_are_no_data_of_its_own() -> None:
    mix = EnsembleForecaster([NaiveForecaster(2), DriftForecaster(2)], weights=np.array([0.25, 0.75]))
    assert not check_leak(mix, hourly(60), folds=1).leaks
