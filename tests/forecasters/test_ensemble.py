"""Ensembles: weights add up, are learned from rows the models had not seen, and lower the error where they should."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from tests.series import QUICK, hourly, wide
from tsrnn.backtesting import backtest
from tsrnn.errors import SettingError
from tsrnn.forecasters.ensemble import EnsembleForecaster, Mixture, best_weights
from tsrnn.forecasters.naive import DriftForecaster, NaiveForecaster, SeasonalNaiveForecaster
from tsrnn.forecasters.recurrent import GRUForecaster
from tsrnn.saving import load, save


def test_equal_weights_are_the_mean_of_forecasts_and_of_the_ends_of_intervals() -> None:
    data, parts = wide(), [NaiveForecaster(3), SeasonalNaiveForecaster(3), DriftForecaster(3)]
    mixed = EnsembleForecaster(parts).fit(data).predict(levels=[80])
    alone = [part.fit(data).predict(levels=[80]) for part in parts]
    np.testing.assert_allclose(mixed.to_numpy(), np.mean([answer.to_numpy() for answer in alone], axis=0), rtol=1e-12)


def test_learned_weights_leave_out_what_does_not_help() -> None:
    day = pd.Series(np.tile(np.sin(np.arange(24) * np.pi / 12), 20), pd.date_range("2024", periods=480, freq="h"))
    model = EnsembleForecaster([NaiveForecaster(24), SeasonalNaiveForecaster(24)], weights="learned").fit(day)
    learned = model.learned().model
    assert isinstance(learned, Mixture)
    np.testing.assert_allclose(learned.weights, [[0.0], [1.0]], atol=1e-6)
    assert learned.notices[0].message == "weights: naive 0.00, seasonal-naive 1.00"


@pytest.mark.parametrize("kind", [list, tuple, np.array])
def test_weights_may_be_given_for_each_model_and_step(kind: Callable[..., Any], tmp_path: Path) -> None:
    data = pd.Series([1.0, 5.0, 3.0], name="value")  # naive 3, 3; drift 4, 5
    parts = [NaiveForecaster(2), DriftForecaster(2)]
    whole = EnsembleForecaster(parts, weights=kind([0.25, 0.75])).fit(data)
    assert whole.predict().tolist() == [3.75, 4.5]
    rising = EnsembleForecaster(parts, weights=kind([[1.0, 0.5], [0.0, 0.5]])).fit(data)
    assert rising.predict().tolist() == [3.0, 4.0]
    assert rising.predict(horizon=1).tolist() == [3.0]
    assert rising.predict(horizon=3).tolist() == [3.0, 4.0, 4.5]  # a step beyond the weights takes the last
    words = "weights: naive 0.50 to 1.00 by step, drift 0.00 to 0.50 by step"
    assert rising.learned().model.notices[0].message == words
    ends = [part.fit(data).predict(levels=[80])["value-hi-80"].to_numpy() for part in parts]
    found = rising.predict(levels=[80])["value-hi-80"].to_numpy()
    np.testing.assert_allclose(found, [ends[0][0], np.mean([end[1] for end in ends])])
    assert load(save(rising, tmp_path / "model")).predict().tolist() == [3.0, 4.0]
    assert clone(rising).fit(data).predict().tolist() == [3.0, 4.0]


def test_the_best_weights_are_those_of_a_fine_grid() -> None:
    rng = np.random.default_rng(0)
    truth = rng.normal(size=300)
    forecasts = np.array([truth + rng.normal(size=300), 0.8 * truth + rng.normal(scale=0.7, size=300)])
    weights = best_weights(forecasts, truth)
    grid = np.linspace(0, 1, 1001)
    errors = [np.abs(share * forecasts[0] + (1 - share) * forecasts[1] - truth).mean() for share in grid]
    assert weights.sum() == pytest.approx(1.0)
    assert np.abs(weights @ forecasts - truth).mean() <= min(errors) + 1e-9
    truth[:50] = np.nan  # missing values do not count
    assert np.isfinite(best_weights(forecasts, truth)).all()


def test_seeds_make_members_that_differ_only_in_them(tmp_path: Path) -> None:
    model = EnsembleForecaster.of_seeds(GRUForecaster(4, 12, hidden_size=4, training=QUICK), seeds=2)
    assert [member.name for member in model.models] == ["gru-0", "gru-1"]
    answer = model.fit(hourly(80)).predict(levels=[80])
    assert model.name == "gru-x2"
    pd.testing.assert_frame_equal(load(save(model, tmp_path / "model")).predict(levels=[80]), answer)


def test_a_backtest_takes_it_like_any_other() -> None:
    mix = EnsembleForecaster([NaiveForecaster(4), SeasonalNaiveForecaster(4)], weights="learned", windows=3)
    board = backtest([mix, "naive", "seasonal-naive"], hourly(200), horizon=4, folds=3).leaderboard()
    assert set(board["model"]) == {"ensemble", "naive", "seasonal-naive"}
    assert board["mase"].notna().all()


def _mixed(weights: Any) -> EnsembleForecaster:
    return EnsembleForecaster([NaiveForecaster(2), DriftForecaster(2)], weights=weights)


@pytest.mark.parametrize(
    ("model", "text"),
    [
        (EnsembleForecaster([]), "models whose names differ, got \\[\\]"),
        (EnsembleForecaster([NaiveForecaster(2), NaiveForecaster(2)]), "names differ, got \\['naive', 'naive'\\]"),
        (EnsembleForecaster([NaiveForecaster(2), DriftForecaster(3)]), "one horizon, got \\[2, 3\\]"),
        (EnsembleForecaster([NaiveForecaster(2), DriftForecaster(2)], weights="best"), "unknown weights 'best'"),
        (
            _mixed([0.5, 0.25, 0.25]),
            "a number for each of the 2 models, .* 2 numbers, one a step: .* \\(2,\\) or \\(2, 2\\), got \\(3,\\)",
        ),
        (_mixed([[0.5] * 3] * 2), "of shape \\(2,\\) or \\(2, 2\\), got \\(2, 3\\)"),
        (_mixed([0.5, 0.4]), "add up to 1, got \\[0.5, 0.4\\]"),
        (_mixed([1.5, -0.5]), "must be 0 or more and add up to 1, got"),
        (_mixed([float("nan"), 1.0]), "must be 0 or more and add up to 1, got"),
        (_mixed([[1.0, 0.5], [0.0, 0.6]]), "add up to 1 at step 2, got \\[0.5, 0.6\\]"),
        (_mixed(["0.5", "0.5"]), "'equal', 'learned' or a number for each of the 2 models"),
        (_mixed([[0.5, 0.5], [0.5]]), "'equal', 'learned' or a number for each of the 2 models"),
        (_mixed(pd.Series([0.5, 0.5])), "'equal', 'learned' or a number for each of the 2 models"),
        (_mixed(["a", "b"]), "'equal', 'learned' or a number for each of the 2 models"),
        (_mixed(None), "a number for each of the 2 models"),
    ],
)
def test_ensembles_that_cannot_be_are_refused(model: EnsembleForecaster, text: str) -> None:
    with pytest.raises(SettingError, match=text):
        model.fit(hourly(60))


def test_a_model_without_seeds_has_no_ensemble_of_them() -> None:
    with pytest.raises(SettingError, match="naive is not trained from a seed"):
        EnsembleForecaster.of_seeds(NaiveForecaster(2))
