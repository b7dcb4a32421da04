"""Boosting: its trees against scikit-learn's, what it can learn, how many trees it grows, and its settings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingRegressor

from tests.series import hourly, random_walk
from tsrnn.columns import Columns
from tsrnn.errors import SettingError
from tsrnn.forecasters.boosting import BoostingForecaster, FittedBoosting
from tsrnn.forecasters.linear import RidgeForecaster
from tsrnn.forecasters.trees import Trees
from tsrnn.panel import Array
from tsrnn.saving import load, save

DAYS = pd.date_range("2024-01-01", periods=400, freq="D")


def fitted(model: BoostingForecaster) -> FittedBoosting:
    found = model.learned().model
    assert isinstance(found, FittedBoosting)
    return found


def noise(rows: int, columns: int, seed: int = 0) -> Array:
    return np.random.default_rng(seed).normal(size=(rows, columns))


def test_trees_add_up_to_what_scikit_learn_predicts_after_every_tree() -> None:
    rows = noise(600, 5)
    target = np.sin(rows[:, 0]) + rows[:, 1] * rows[:, 2] + 0.1 * noise(600, 1, seed=1)[:, 0]
    booster = HistGradientBoostingRegressor(loss="absolute_error", max_iter=20, early_stopping=False, random_state=0)
    trees = Trees.grow(rows, target, booster)
    fresh = noise(300, 5, seed=2)
    np.testing.assert_allclose(trees.predict(fresh), booster.predict(fresh), atol=1e-12)
    after = trees.baseline[0] + trees.parts(fresh).cumsum(axis=1)
    np.testing.assert_allclose(after.T, list(booster.staged_predict(fresh)), atol=1e-12)
    np.testing.assert_allclose(trees.first(7).predict(fresh), after[:, 6], atol=1e-12)
    assert trees.predict(fresh[:0]).shape == (0,)


def test_few_rows_grow_no_branches_and_forecast_their_median() -> None:
    booster = HistGradientBoostingRegressor(loss="absolute_error", max_iter=3, early_stopping=False)
    trees = Trees.grow(noise(3, 2), np.array([1.0, 5.0, 2.0]), booster)
    np.testing.assert_allclose(trees.predict(noise(2, 2)), 2.0)


def test_it_learns_what_no_linear_map_can() -> None:
    """The logistic map: tomorrow is 3.9 y (1 - y), as good as random to a linear model."""
    values = [0.3]
    while len(values) < 401:
        values.append(3.9 * values[-1] * (1.0 - values[-1]))
    data = pd.Series(values[:400], DAYS)
    ahead = float(BoostingForecaster(1, 4, trees=100).fit(data).predict().iloc[0])
    straight = float(RidgeForecaster(1, 4).fit(data).predict().iloc[0])
    assert ahead == pytest.approx(values[400], abs=0.05)
    assert abs(straight - values[400]) > 0.2


def test_the_values_a_season_before_each_step_are_read() -> None:
    pattern = np.random.default_rng(4).normal(size=7) * 5.0
    data = pd.Series(np.tile(pattern, 29)[:200] + 0.05 * noise(200, 1)[:, 0], DAYS[:200])
    ahead = BoostingForecaster(7, 14, trees=80).fit(data).predict()
    np.testing.assert_allclose(ahead, np.tile(pattern, 30)[200:207], atol=0.8)


def test_the_number_of_trees_has_the_least_error_on_the_last_fifth() -> None:
    clear = BoostingForecaster(4, 24, trees=40).fit(hourly(400))
    assert 15 < len(fitted(clear).trees[0].roots) <= 40
    walk = BoostingForecaster(4, 24, trees=40).fit(random_walk(400, seed=1))
    assert len(fitted(walk).trees[0].roots) < 15  # there is nothing to learn


def test_too_few_rows_for_a_validation_tail_grow_no_tree_and_say_so() -> None:
    model = BoostingForecaster(2, 3).fit(pd.Series([1.0, 2.0, 4.0, 3.0, 5.0]))
    assert [len(trees.roots) for trees in fitted(model).trees] == [0]
    assert [notice.message for notice in fitted(model).notices] == [
        "too few rows to choose the number of trees by: none was grown"
    ]
    assert np.isfinite(model.predict(levels=[95]).to_numpy()).all()


def test_columns_known_ahead_are_read_at_the_step() -> None:
    heat = noise(410, 1)[:, 0]
    frame = pd.DataFrame({"y": np.where(heat > 0, 10.0, 2.0)[:400], "heat": heat[:400]}, DAYS)
    later = pd.DataFrame({"heat": heat[400:]}, pd.date_range(DAYS[-1], periods=11, freq="D")[1:])
    model = BoostingForecaster(5, 7, trees=50).fit(frame, Columns(target=["y"], future=["heat"]))
    expected = np.where(heat > 0, 10.0, 2.0)[400:405]
    np.testing.assert_allclose(model.predict(future=later)["y"], expected, atol=0.5)
    np.testing.assert_allclose(model.predict(2, future=later)["y"], expected[:2], atol=0.5)


def test_past_columns_are_read_at_the_last_row_and_static_ones_set_series_apart() -> None:
    lead = np.sign(noise(401, 1)[:, 0])
    frame = pd.DataFrame({"y": lead[:-1], "lead": lead[1:]}, DAYS)
    ahead = BoostingForecaster(1, 3, trees=50).fit(frame, Columns(target=["y"], past=["lead"])).predict()
    assert float(ahead["y"].iloc[0]) == pytest.approx(lead[-1], abs=0.1)
    rows = np.arange(200.0)
    both = pd.concat(
        pd.DataFrame({"id": name, "ds": DAYS[:200], "y": slope * rows, "slope": slope})
        for name, slope in (("down", -1.0), ("up", 1.0))
    )
    roles = Columns(id="id", time="ds", target="y", static=["slope"])
    moved = BoostingForecaster(1, 1, trees=50).fit(both, roles).predict()
    np.testing.assert_allclose(moved["y"], [-200.0, 200.0], atol=0.3)


def test_each_channel_of_joint_columns_has_its_own_trees() -> None:
    data = pd.DataFrame({"a": np.tile([0.0, 1.0], 200), "b": np.tile([5.0, 9.0], 200)}, DAYS)
    ahead = BoostingForecaster(2, 4, trees=50).fit(data, Columns(joint=True)).predict()
    np.testing.assert_allclose(ahead, [[0.0, 5.0], [1.0, 9.0]], atol=0.3)


def test_the_seed_draws_the_rows_it_learns_from() -> None:
    def ahead(seed: int) -> list[float]:
        found = BoostingForecaster(4, 12, trees=5, rows=100, seed=seed).fit(hourly(300)).predict()
        return [float(value) for value in found]

    assert ahead(0) == ahead(0)
    assert ahead(0) != ahead(1)


def test_whole_numbers_on_the_time_axis_have_the_season_that_is_given() -> None:
    wave = pd.Series(np.tile([0.0, 4.0, 1.0], 60), pd.RangeIndex(1000, 1180))
    model = BoostingForecaster(3, 2, season=3, trees=150).fit(wave)
    np.testing.assert_allclose(model.predict(), [0.0, 4.0, 1.0], atol=0.2)
    np.testing.assert_allclose(model.predict(history=wave.iloc[:-2]), [4.0, 1.0, 0.0], atol=0.2)


def test_a_horizon_set_after_fit_is_not_what_was_learned(tmp_path: Path) -> None:
    model = BoostingForecaster(3, 8, trees=3).fit(hourly())
    expected = model.predict()
    model.set_params(horizon=5)
    again = load(save(model, tmp_path / "model"))
    with pytest.raises(SettingError, match="fitted for a horizon of 3, 5 were asked for"):
        again.predict()
    pd.testing.assert_series_equal(again.predict(3), expected)


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"trees": 0}, "trees must be a whole number of at least 1, got 0"),
        ({"rows": 2.5}, r"rows must be a whole number of at least 1, got 2\.5"),
        ({"seed": -1}, "seed must be a whole number of at least 0, got -1"),
        ({"seed": 2**32}, "seed must be below 2 to the power of 32, got 4294967296"),
        ({"learning_rate": 0.0}, r"learning_rate must be above 0 and at most 1, got 0\.0"),
        ({"lookback": 0}, "lookback must be a whole number of at least 1, got 0"),
        ({"season": 0}, "season must be a whole number of at least 1, got 0"),
    ],
)
def test_impossible_settings_are_refused(setting: dict[str, float], message: str) -> None:
    with pytest.raises(SettingError, match=message):
        BoostingForecaster(2).set_params(**setting).fit(hourly())


def test_a_horizon_beyond_the_one_fitted_for_is_refused() -> None:
    model = BoostingForecaster(4, 12, trees=2).fit(hourly())
    with pytest.raises(SettingError, match="fitted for a horizon of 4, 5 were asked for; fit with horizon=5"):
        model.predict(5)


def test_a_channel_that_is_never_seen_among_the_targets_stays_at_its_level() -> None:
    data = pd.DataFrame({"a": np.tile([0.0, 1.0], 50), "b": [5.0] * 3 + [float("nan")] * 97}, DAYS[:100])
    ahead = BoostingForecaster(2, 4, trees=3).fit(data, Columns(joint=True)).predict(levels=[80])
    assert ahead["b"].tolist() == [5.0, 5.0]
    assert RidgeForecaster(2, 4).fit(data, Columns(joint=True)).predict()["b"].tolist() == [5.0, 5.0]
