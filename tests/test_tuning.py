"""Tuning: the best settings are found in the order of time, bad ones are given up, and searches share a storage."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.series import QUICK, hourly
from tsrnn.errors import MissingExtraError, SettingError, ShortSeriesError
from tsrnn.forecasters.naive import SeasonalNaiveForecaster
from tsrnn.forecasters.recurrent import GRUForecaster
from tsrnn.frame import read
from tsrnn.tuning import default_space, tune, with_settings

optuna = pytest.importorskip("optuna")
WEEK = pd.Series(np.tile([5.0, 6.0, 7.0, 6.0, 5.0, 1.0, 0.0], 12), pd.RangeIndex(84), name="visits")


def test_the_right_season_is_found_and_the_model_given_is_not_changed() -> None:
    model = SeasonalNaiveForecaster(horizon=7, season=2)
    found = tune(model, WEEK, space={"season": [2, 3, 5, 7, 11]}, trials=12)
    assert found.model.get_params()["season"] == 7
    assert found.score == 0.0
    assert model.season == 2
    assert len(found.trials) == 12
    assert found.model.fit(WEEK).predict().tolist() == WEEK[:7].tolist()


def test_a_search_sees_nothing_of_the_rows_after_an_origin() -> None:
    later = WEEK.copy()
    later.iloc[-7:] = 1e9  # the targets of the last fold: scores change, what was learned before does not
    plain = tune(SeasonalNaiveForecaster(horizon=7), WEEK, space={"season": [3, 7]}, trials=4, folds=1)
    moved = tune(SeasonalNaiveForecaster(horizon=7), later, space={"season": [3, 7]}, trials=4, folds=1)
    unit = np.abs(np.diff(WEEK.to_numpy()[:77])).mean()
    ahead = 1e9 - WEEK.to_numpy()[:7]
    assert plain.score == 0.0
    assert moved.study.trials[0].params == plain.study.trials[0].params
    assert moved.score == pytest.approx(ahead.mean() / unit, rel=1e-6)


def test_fields_of_records_are_searched_by_their_dotted_names_and_ranges_in_their_kind() -> None:
    model = GRUForecaster(4, 12, hidden_size=4, training=QUICK)
    space = {"training.learning_rate": (1e-4, 1e-2, "log"), "hidden_size": (2, 6), "network.dropout": (0.0, 0.5)}
    found = tune(model, hourly(80), space=space, trials=2, folds=1)  # type: ignore[arg-type]
    assert isinstance(found.model, GRUForecaster)
    assert found.model.training is not None
    assert found.model.network is not None
    assert 1e-4 <= found.model.training.learning_rate <= 1e-2
    assert found.model.training.epochs == QUICK.epochs
    assert 2 <= found.model.hidden_size <= 6
    assert 0.0 <= found.model.network.dropout <= 0.5


def test_settings_that_do_not_fit_the_rows_are_given_up_and_the_others_go_on() -> None:
    model = GRUForecaster(4, hidden_size=4, training=QUICK)
    found = tune(model, hourly(60), space={"lookback": [12, 1000]}, trials=4, folds=1)
    assert found.model.get_params()["lookback"] == 12
    with pytest.raises(ShortSeriesError, match="lookback 1000"):
        tune(model, hourly(60), space={"lookback": [1000]}, trials=2, folds=1)


def test_searches_that_share_a_storage_share_their_trials(tmp_path: Path) -> None:
    storage = f"sqlite:///{tmp_path / 'tuning.db'}"
    model = SeasonalNaiveForecaster(horizon=7)
    tune(model, WEEK, space={"season": [2, 3]}, trials=2, storage=storage)
    assert len(tune(model, WEEK, space={"season": [2, 3]}, trials=2, storage=storage).trials) == 4


def test_the_default_space_of_a_network_fits_its_rows() -> None:
    model = GRUForecaster(4, hidden_size=4, training=QUICK)
    space = default_space(model, read(hourly(200)))
    assert space["lookback"] == [24, 48, 66]
    first = {name: span[0] for name, span in space.items()}
    assert with_settings(model, first).fit(hourly(200)).predict().notna().all()


@pytest.mark.parametrize(
    ("space", "text"),
    [
        (None, "seasonal-naive has no space of its own to search"),
        ({"lookback": [1, 2]}, "seasonal-naive has no setting 'lookback' to search; it has"),
        ({"season": []}, "season is searched over a list of choices or a range"),
        ({"season": (5, 2)}, "season is searched over a list of choices or a range"),
        ({"season.length": [1]}, "no setting 'season.length'"),
    ],
)
def test_spaces_that_cannot_be_searched_are_refused(space: dict[str, list[int]] | None, text: str) -> None:
    with pytest.raises(SettingError, match=text):
        tune(SeasonalNaiveForecaster(horizon=2), WEEK, space=space, trials=1)


def test_without_optuna_the_error_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "optuna", None)
    with pytest.raises(MissingExtraError, match=r'pip install "tsrnn\[tune\]"'):
        tune("gru", WEEK)


def test_other_data_in_one_storage_are_another_search(tmp_path: Path) -> None:
    storage = f"sqlite:///{tmp_path / 'tuning.db'}"
    model = SeasonalNaiveForecaster(4)
    tune(model, WEEK, space={"season": [2, 3]}, trials=2, storage=storage)
    other = tune(model, WEEK + np.arange(len(WEEK)) ** 2, space={"season": [2, 3]}, trials=2, storage=storage)
    assert len(other.trials) == 2


@pytest.mark.parametrize("storage", ["tuning.db", "sqlite:///no/such/folder/tuning.db"])
def test_a_storage_that_cannot_be_used_is_named(storage: str) -> None:
    with pytest.raises(
        SettingError, match=r"storage='.*' cannot be used: .*; give a URL such as 'sqlite:///tuning.db'"
    ):
        tune(SeasonalNaiveForecaster(4), WEEK, space={"season": [2, 3]}, trials=1, storage=storage)


def test_settings_worse_than_the_median_at_an_origin_are_given_up() -> None:
    found = tune(SeasonalNaiveForecaster(7), WEEK, space={"season": [2, 3, 4, 5, 6, 7]}, trials=20, folds=3)
    states = found.trials["state"].tolist()
    assert set(states) == {"COMPLETE", "PRUNED"}
    seen = [len(trial.intermediate_values) for trial in found.study.trials]
    assert {count for count, state in zip(seen, states, strict=True) if state == "COMPLETE"} == {3}
    assert min(count for count, state in zip(seen, states, strict=True) if state == "PRUNED") == 1


def test_a_search_that_is_stopped_leaves_no_trial_open(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyboardInterrupt

    study = optuna.create_study()
    monkeypatch.setattr("tsrnn.tuning._study", lambda *_: study)
    monkeypatch.setattr("tsrnn.tuning._error", broken)
    with pytest.raises(KeyboardInterrupt):
        tune(SeasonalNaiveForecaster(7), WEEK, space={"season": [2, 7]}, trials=4)
    assert [trial.state.name for trial in study.trials] == ["FAIL"]


@pytest.mark.slow
def test_several_jobs_try_as_many_settings_and_the_same_ones_each_time() -> None:
    model, space = SeasonalNaiveForecaster(horizon=7), {"season": [2, 3, 5, 7, 11]}
    one, two = (tune(model, WEEK, space=space, trials=9, n_jobs=2) for _ in range(2))
    assert one.trials["params_season"].tolist() == two.trials["params_season"].tolist()
    assert (len(one.trials), one.score, one.model.get_params()["season"]) == (9, 0.0, 7)
