"""Recursive decoding and simulation: any horizon, intervals that widen as they should, paths in the caller's shape."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from sklearn.base import clone

import tsrnn
from tests.series import QUICK, forecasters, hourly, long, random_walk, wide
from tsrnn.columns import Columns
from tsrnn.errors import DataError, SettingError
from tsrnn.forecasters.arima import ARIMAForecaster
from tsrnn.forecasters.naive import DriftForecaster, NaiveForecaster, SeasonalNaiveForecaster
from tsrnn.forecasters.protocol import PanelForecaster
from tsrnn.forecasters.recurrent import GRUForecaster, LSTMForecaster
from tsrnn.forecasters.seasonal_mean import SeasonalMeanForecaster
from tsrnn.nn.direct import Direct
from tsrnn.nn.distributions import NegativeBinomial, Normal, StudentT
from tsrnn.nn.heads import Head, Quantiles
from tsrnn.nn.rollout import Recursive
from tsrnn.training import Training

HEADS = {"quantiles": Quantiles(), "normal": Normal(), "student": StudentT()}


def quick(head: Head | None = None, **settings: object) -> GRUForecaster:
    """A small recursive model of four steps."""
    model = GRUForecaster(4, 12, hidden_size=8, decoder=Recursive(samples=50), head=head or Normal(), training=QUICK)
    model.set_params(**settings)
    return model


def tallies(rows: int = 96, seed: int = 0) -> pd.Series:
    """Hourly counts, more by day than by night."""
    mean = np.maximum(hourly(rows, seed).to_numpy() - 7.0, 0.1)
    return pd.Series(np.random.default_rng(seed).poisson(mean).astype(float), hourly(rows).index, name="calls")


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
@pytest.mark.parametrize("decoder", [Direct(), Recursive(samples=100)], ids=["direct", "recursive"])
def test_every_head_gives_a_forecast_inside_its_nested_intervals(head: Head, decoder: Direct | Recursive) -> None:
    ahead = quick(head, decoder=decoder).fit(hourly()).predict(levels=[95, 80])
    ordered = ahead[["load-lo-95", "load-lo-80", "load", "load-hi-80", "load-hi-95"]].to_numpy()
    assert (np.diff(ordered, axis=1) > 0).all()


def test_intervals_grow_as_the_root_of_the_step_on_a_random_walk_and_beyond_the_horizon_trained_for() -> None:
    walk = random_walk(1200, seed=1)
    training = Training(epochs=6, steps_per_epoch=50, learning_rate=5e-3)
    model = GRUForecaster(4, 24, hidden_size=8, decoder=Recursive(samples=400), head=Normal(), training=training)
    ahead = model.fit(walk).predict(16, levels=[80])
    width = (ahead["walk-hi-80"] - ahead["walk-lo-80"]).to_numpy()
    assert 2.2 < width[0] < 3.0  # 2.56 standard deviations of one step
    np.testing.assert_allclose(width[[3, 8, 15]] / width[0], [2.0, 3.0, 4.0], rtol=0.2)
    assert np.abs(ahead["walk"] - walk.iloc[-1]).max() < 2.0


def test_a_longer_forecast_begins_as_a_shorter_one() -> None:
    model = quick().fit(hourly())
    assert_frame_equal(model.predict(11, levels=[80])[:4], model.predict(levels=[80]), check_freq=False)


def test_the_same_seed_gives_the_same_forecast_and_a_saved_model_too(tmp_path: Path) -> None:
    model = quick(Quantiles(), decoder=Recursive(samples=50, seed=3, lags=(6, 12))).fit(wide())
    first = model.predict(levels=[80])
    assert_frame_equal(clone(model).fit(wide()).predict(levels=[80]), first, check_exact=True)
    loaded = tsrnn.load(model.save(tmp_path / "model"))
    assert_frame_equal(loaded.predict(levels=[80]), first, check_exact=True)
    assert_frame_equal(loaded.simulate(2), model.simulate(2), check_exact=True)


def test_an_answer_does_not_depend_on_the_series_beside_it_nor_on_their_order() -> None:
    model = quick().fit(wide())
    together = model.predict(history=wide(80), levels=[80])
    alone = model.predict(history=wide(80)[["east"]], levels=[80])
    np.testing.assert_allclose(alone.to_numpy(), together[list(alone.columns)].to_numpy(), rtol=1e-5)
    paths = model.simulate(3, history=wide(80))
    turned = model.simulate(3, history=wide(80)[["south", "east", "north"]])
    np.testing.assert_allclose(turned[list(paths.columns)].to_numpy(), paths.to_numpy(), rtol=1e-5)


def test_columns_known_ahead_static_ones_and_missing_values_are_used_at_every_step() -> None:
    rng = np.random.default_rng(0)
    driver = rng.normal(size=420)
    data = pd.DataFrame({"y": 3.0 * driver + rng.normal(scale=0.1, size=420), "driver": driver})
    data.loc[[5, 100, 101], "y"] = np.nan
    training = Training(epochs=8, steps_per_epoch=30, learning_rate=0.02, validation=0.0)
    model = GRUForecaster(4, 8, hidden_size=16, decoder=Recursive(), head=Normal(), training=training)
    model.fit(data[:400], Columns(target="y", future=["driver"]))
    ahead = model.predict(20, future=data.loc[400:, ["driver"]])
    assert np.abs(ahead["y"] - data.loc[400:, "y"]).mean() < 1.2  # the mean absolute value is 2.4


def test_counts_stay_whole_and_above_zero_in_forecasts_intervals_and_paths() -> None:
    for decoder in (Direct(), Recursive(samples=50, lags=(12,))):
        model = quick(NegativeBinomial(), decoder=decoder).fit(tallies())
        found = model.predict(levels=[80]).to_numpy()
        assert (found >= 0).all()
        assert (found % 1 == 0).all()
    paths = model.simulate(30).to_numpy()
    assert (paths >= 0).all()
    assert (paths % 1 == 0).all()


def test_counts_on_very_different_scales_are_forecast_each_on_its_own() -> None:
    rng = np.random.default_rng(0)
    data = pd.DataFrame({"few": rng.poisson(0.7, 200), "some": rng.poisson(20, 200), "many": rng.poisson(5000, 200)})
    ahead = quick(NegativeBinomial(), training=Training(epochs=3, steps_per_epoch=30)).fit(data).predict(levels=[80])
    assert (ahead["few"] <= 1).all()
    assert (np.abs(ahead["some"] - 20) < 7).all()
    assert (np.abs(ahead["many"] - 5000) < 1000).all()


@pytest.mark.parametrize("value", [-1.0, 2.5])
def test_what_is_no_count_is_refused_with_its_series_and_stamp(value: float) -> None:
    data = tallies()
    data.iloc[30] = value
    said = rf"series 'calls' is {value:g} at 2024-03-30 06:00:00, but NegativeBinomial\(\) forecasts counts"
    with pytest.raises(DataError, match=said):
        quick(NegativeBinomial()).fit(data)
    with pytest.raises(DataError, match=said):
        quick(NegativeBinomial()).fit(tallies()).predict(history=data[:40])


def test_counts_cannot_be_transformed_nor_read_as_changes() -> None:
    with pytest.raises(SettingError, match=r"transform=\('log',\) makes counts something else"):
        quick(NegativeBinomial(), transform="log").fit(tallies())
    with pytest.raises(SettingError, match=r"reads changes, which are no counts.*use Direct\(\), Segment\(\), Seq2Seq"):
        quick(NegativeBinomial(), decoder=Direct(origins=4)).fit(tallies())


def test_paths_of_a_series_are_columns_beside_one_another_in_its_own_index() -> None:
    model = quick().fit(hourly(zone="Europe/Berlin"))
    paths = model.simulate(3, horizon=6)
    assert list(paths.columns) == ["load-path-1", "load-path-2", "load-path-3"]
    assert list(paths.index) == list(model.predict(6).index)
    assert np.isfinite(paths.to_numpy()).all()
    assert paths.nunique(axis=1).eq(3).all()


def test_paths_of_wide_and_long_frames_are_where_their_forecasts_are() -> None:
    paths = quick().fit(wide()).simulate(2)
    assert list(paths.columns) == [f"{name}-path-{n}" for name in ("north", "east", "south") for n in (1, 2)]
    model = quick().fit(long())
    paths, ahead = model.simulate(2), model.predict()
    assert list(paths.columns) == ["unique_id", "ds", "y-path-1", "y-path-2"]
    assert_frame_equal(paths[["unique_id", "ds"]], ahead[["unique_id", "ds"]])


def test_a_seed_repeats_the_paths_another_does_not_and_series_go_their_own_ways() -> None:
    model = quick().fit(wide())
    first = model.simulate(200, horizon=1)
    assert_frame_equal(model.simulate(200, horizon=1), first, check_exact=True)
    assert not model.simulate(200, horizon=1, seed=1).equals(first)
    by_series = first.to_numpy().reshape(3, 200)
    assert np.abs(np.corrcoef(by_series) - np.eye(3)).max() < 0.25


def test_intervals_are_the_quantiles_of_the_paths() -> None:
    model = quick(decoder=Recursive(samples=99, seed=4)).fit(hourly())
    paths = np.sort(model.simulate(99, seed=4).to_numpy(), axis=1)
    ahead = model.predict(levels=[80])
    np.testing.assert_allclose(ahead.to_numpy(), paths[:, [49, 9, 89]])


def test_paths_of_changes_go_on_from_the_last_value() -> None:
    walk = random_walk(300)
    paths = quick(transform="difference").fit(walk).simulate(100, horizon=10).to_numpy()
    assert np.abs(paths[0].mean() - walk.iloc[-1]) < 1.0
    assert paths[9].std() > 1.5 * paths[0].std()


SIMULATED: dict[str, PanelForecaster] = {
    "arima": ARIMAForecaster(6, order=(1, 1, 1)),
    "seasonal arima": ARIMAForecaster(6, order=(1, 0, 0), seasonal_order=(0, 1, 1), season=4),
    "naive": NaiveForecaster(6),
    "seasonal-naive": SeasonalNaiveForecaster(6, season=4),
    "seasonal-mean": SeasonalMeanForecaster(6, season=4),
    "drift": DriftForecaster(6),
}


@pytest.mark.parametrize("model", SIMULATED.values(), ids=SIMULATED)
def test_paths_of_a_model_spread_as_its_intervals_say_after_missing_values_too(model: PanelForecaster) -> None:
    data = hourly(120)
    data.iloc[-2:] = np.nan
    model.fit(data)
    paths, ahead = model.simulate(5000), model.predict(levels=[80])
    found = paths.quantile([0.5, 0.1, 0.9], axis=1).T.to_numpy()
    width = (ahead["load-hi-80"] - ahead["load-lo-80"]).to_numpy()[:, None]
    np.testing.assert_allclose((found - ahead.to_numpy()) / width, 0.0, atol=0.03)


def test_steps_of_a_path_belong_together() -> None:
    paths = NaiveForecaster(8).fit(random_walk(200)).simulate(4000).to_numpy()
    steps = np.diff(paths, axis=0)
    assert np.abs(np.corrcoef(steps) - np.eye(7)).max() < 0.07  # a walk: its changes are independent, its values not
    assert np.corrcoef(paths)[6, 7] == pytest.approx(np.sqrt(7 / 8), abs=0.02)
    seasons = SeasonalNaiveForecaster(8, season=4).fit(hourly()).simulate(4000).to_numpy()
    found = np.corrcoef(seasons)
    assert found[0, 4] == pytest.approx(np.sqrt(1 / 2), abs=0.05)
    assert abs(found[0, 5]) < 0.05


def test_one_who_knows_each_step_by_itself_says_who_knows_paths() -> None:
    direct = forecasters()["gru"].fit(hourly())
    with pytest.raises(SettingError, match=r"knows no paths through them; fit with decoder=Recursive\(\)"):
        direct.simulate(3)
    with pytest.raises(SettingError, match="n must be a whole number of at least 1"):
        direct.simulate(0)


def test_an_interval_wider_than_the_paths_can_tell_is_refused_with_their_number() -> None:
    with pytest.raises(SettingError, match=r"a 99 % interval cannot be read from 50 sample paths; fit with Rec"):
        quick().fit(hourly()).predict(levels=[99])


@pytest.mark.slow
@pytest.mark.parametrize("process", ["random walk", "AR(1)"])
@pytest.mark.parametrize("model", ["Direct, Normal", "Recursive, Quantiles"])
def test_intervals_of_series_never_seen_hold_what_they_say_at_every_step(process: str, model: str) -> None:
    from benchmarks.coverage import judge

    rows = judge(process, model, learned=300, judged=2000, epochs=12)
    assert rows["coverage"].between(75, 85).all()  # a standard error is 0.9 points; the rest is for brief training
    if process == "random walk":
        np.testing.assert_allclose(rows["width"] / rows["width"][0] / np.sqrt(rows["step"]), 1.0, atol=0.15)


def test_another_cell_rolls_out_too() -> None:
    model = LSTMForecaster(4, 12, hidden_size=8, decoder=Recursive(samples=50), head=Normal(), training=QUICK)
    assert len(model.fit(hourly()).predict(9)) == 9
