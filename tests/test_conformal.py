"""Conformal intervals hold what they promise where the model's own do not, step by step, for any forecaster."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.series import QUICK, hourly, wide
from tsrnn.columns import Columns
from tsrnn.conformal import ConformalForecaster, RunningLevel, quantile
from tsrnn.errors import SettingError, ShortSeriesError
from tsrnn.forecasters.naive import NaiveForecaster, SeasonalNaiveForecaster
from tsrnn.forecasters.recurrent import GRUForecaster
from tsrnn.frame import read
from tsrnn.rehearsal import rehearse
from tsrnn.saving import load, save


def heavy_tails(series: int, rows: int, seed: int = 0) -> pd.DataFrame:
    """Independent walks whose steps are Student t with 3 degrees: a Normal interval of them is wrong."""
    steps = np.random.default_rng(seed).standard_t(3, size=(rows, series))
    return pd.DataFrame(steps.cumsum(axis=0), columns=[f"s{number:03}" for number in range(series)])


def coverage(
    model: ConformalForecaster | NaiveForecaster, past: pd.DataFrame, ahead: pd.DataFrame, level: float
) -> pd.Series:
    answer = model.fit(past).predict(levels=[level])
    low = answer[[f"{name}-lo-{level:g}" for name in past]].to_numpy()
    high = answer[[f"{name}-hi-{level:g}" for name in past]].to_numpy()
    return pd.Series(((ahead.to_numpy() >= low) & (ahead.to_numpy() <= high)).mean(axis=1))


@pytest.mark.parametrize("method", ["split", "cqr"])
def test_coverage_is_right_at_every_step_where_the_models_own_is_not(method: str) -> None:
    walks = heavy_tails(600, 84)
    past, ahead = walks[:80], walks[80:]
    own = coverage(NaiveForecaster(horizon=4), past, ahead, 80)
    held = coverage(ConformalForecaster(NaiveForecaster(horizon=4), windows=8, method=method), past, ahead, 80)
    assert own.max() > 0.84  # the deviation of heavy tails is far from their quantiles
    assert (held - 0.80).abs().max() < 0.05  # 600 series: three standard errors


def test_a_forecast_is_the_models_own_and_a_wider_level_holds_a_narrower_one() -> None:
    data = hourly(200)
    model = ConformalForecaster(SeasonalNaiveForecaster(horizon=6), windows=20).fit(data)
    answer = model.predict(levels=[50, 80])
    plain = SeasonalNaiveForecaster(horizon=6).fit(data).predict()
    np.testing.assert_array_equal(answer.iloc[:, 0].to_numpy(), plain.to_numpy())
    ends = answer.to_numpy()
    assert (ends[:, 3] <= ends[:, 1]).all()
    assert (ends[:, 4] >= ends[:, 2]).all()


def test_split_reaches_out_by_the_order_statistic_of_the_errors_at_each_step() -> None:
    data = hourly(100, seed=4)
    windows, horizon = 9, 2
    panel = read(data)
    seen = rehearse([NaiveForecaster(horizon)], panel, windows, horizon=horizon)
    errors = np.sort(np.abs(seen.actual - seen.forecast[0])[:, 0, :, 0], axis=0)  # (window, step)
    answer = ConformalForecaster(NaiveForecaster(horizon), windows=windows).fit(data).predict(levels=[80])
    reach = (answer.iloc[:, 2] - answer.iloc[:, 0]).to_numpy()
    np.testing.assert_allclose(reach, errors[7], rtol=1e-12)  # the 8th of 9: (9 + 1) * 0.8


def test_calibration_forecasts_are_made_from_earlier_rows_alone() -> None:
    data = hourly(120)
    panel, changed = read(data), data.copy()
    seen = rehearse([NaiveForecaster(4)], panel, 5, horizon=4)
    assert seen.actual.shape == seen.forecast[0].shape == (5, 1, 4, 1)
    np.testing.assert_array_equal(seen.actual[-1, 0, :, 0], data.to_numpy()[-4:])
    changed.iloc[-4:] = 1e6
    np.testing.assert_array_equal(rehearse([NaiveForecaster(4)], read(changed), 5, horizon=4).forecast, seen.forecast)


def test_it_is_saved_and_loaded_whole(tmp_path) -> None:  # type: ignore[no-untyped-def]
    inner = GRUForecaster(4, 12, hidden_size=4, training=QUICK)
    model = ConformalForecaster(inner, windows=6, method="cqr", levels=(50,)).fit(wide())
    again = load(save(model, tmp_path / "model"))
    pd.testing.assert_frame_equal(again.predict(levels=[50]), model.predict(levels=[50]))
    assert again.name == "gru-conformal"


def test_joint_channels_are_calibrated_each_by_itself() -> None:
    data = wide()
    data["east"] *= 1000
    answer = ConformalForecaster(NaiveForecaster(2), windows=8).fit(data, Columns(joint=True)).predict(levels=[80])
    width = answer["east-hi-80"] - answer["east-lo-80"]
    assert (width > 50 * (answer["north-hi-80"] - answer["north-lo-80"])).all()


@pytest.mark.parametrize(
    ("settings", "levels", "text"),
    [
        ({"method": "jackknife"}, [80], "unknown method 'jackknife'"),
        ({"windows": 3}, [80], "needs at least 4 calibration errors a step, but there are 3"),
        ({"method": "cqr", "levels": (50,)}, [80], "a 80 % interval was not calibrated, only 50"),
    ],
)
def test_what_was_not_calibrated_is_refused(settings: dict[str, object], levels: list[float], text: str) -> None:
    with pytest.raises(SettingError, match=text):
        ConformalForecaster(NaiveForecaster(2), **settings).fit(hourly(100)).predict(levels=levels)  # type: ignore[arg-type]


def test_a_series_too_short_to_be_calibrated_is_named() -> None:
    with pytest.raises(ShortSeriesError, match="load"):
        ConformalForecaster(NaiveForecaster(4), windows=40).fit(hourly(30))


def test_missing_calibration_values_do_not_count() -> None:
    scores = np.sort(np.array([3.0, np.nan, 1.0, 2.0, np.nan]))[:, None, None]
    assert quantile(scores, 50).item() == 2.0
    with pytest.raises(SettingError, match="there are 3"):
        quantile(scores, 80)


def test_a_running_level_holds_its_target_in_the_long_run_though_the_series_changes() -> None:
    rng = np.random.default_rng(0)
    state, held = RunningLevel(80, rate=0.05), []
    for step in range(4000):
        spread = 1.0 if step < 2000 else 4.0  # what is asked for was right for the first half alone
        reach = np.quantile(np.abs(rng.normal(size=200)), state.level / 100)
        held.append(bool(abs(rng.normal(scale=spread)) <= reach))
        state = state.after(held=held[-1])
    assert np.mean(held[:2000]) == pytest.approx(0.80, abs=0.02)
    assert np.mean(held[2000:]) > 0.45  # a level of at most 99 cannot reach further; without it 0.25
