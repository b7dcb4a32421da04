"""The naive family by hand: points, gaps, and the deviations of Forecasting: Principles and Practice, section 5.5."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from tsrnn.columns import Columns
from tsrnn.errors import DataError, SettingError, ShortSeriesError
from tsrnn.forecasters.naive import DriftForecaster, NaiveForecaster, SeasonalNaiveForecaster
from tsrnn.forecasters.protocol import PanelForecaster
from tsrnn.panel import Array

GAP = float("nan")
Z80 = float(norm.ppf(0.9))


def _series(*values: float, start: int = 0) -> pd.Series:
    return pd.Series(values, pd.RangeIndex(start, start + len(values)), name="y")


def _points(model: PanelForecaster, data: pd.Series) -> list[float]:
    return [float(value) for value in np.ravel(model.fit(data).predict())]


def _intervals(model: PanelForecaster, history: pd.Series | None = None) -> pd.DataFrame:
    ahead = model.predict(levels=[80], history=history)
    assert isinstance(ahead, pd.DataFrame)
    return ahead


def _half_widths(model: PanelForecaster, data: pd.Series, horizon: int, history: pd.Series | None = None) -> Array:
    ahead = model.fit(data).predict(horizon, levels=[80], history=history)
    assert isinstance(ahead, pd.DataFrame)
    np.testing.assert_allclose((ahead["y-hi-80"] + ahead["y-lo-80"]) / 2.0, ahead["y"])
    return ((ahead["y-hi-80"] - ahead["y"]) / Z80).to_numpy()


def test_naive_repeats_the_last_observed_value() -> None:
    assert _points(NaiveForecaster(3), _series(1, 5, 2, GAP)) == [2.0, 2.0, 2.0]


def test_naive_deviation_grows_as_the_root_of_the_step() -> None:
    sigma = np.sqrt((16 + 9 + 4) / 3)  # changes 4, -3, 2
    np.testing.assert_allclose(_half_widths(NaiveForecaster(), _series(1, 5, 2, 4), 4), sigma * np.sqrt([1, 2, 3, 4]))


def test_naive_counts_steps_from_the_value_it_repeats_and_changes_between_neighbours_only() -> None:
    sigma = np.sqrt((16 + 1) / 2)  # 1 to 5 and 2 to 3; what stands beside a gap has no change
    found = _half_widths(NaiveForecaster(), _series(1, 5, GAP, 2, 3, GAP, GAP), 2)
    np.testing.assert_allclose(found, sigma * np.sqrt([3, 4]))


def test_seasonal_naive_repeats_the_last_season() -> None:
    assert _points(SeasonalNaiveForecaster(5, season=3), _series(9, 9, 9, 1, 2, 3)) == [1.0, 2.0, 3.0, 1.0, 2.0]


def test_seasonal_naive_deviation_grows_with_each_season() -> None:
    data = _series(1, 2, 3, 2, 4, 6)  # seasonal differences 1, 2, 3
    sigma = np.sqrt((1 + 4 + 9) / 3)
    found = _half_widths(SeasonalNaiveForecaster(season=3), data, 7)
    np.testing.assert_allclose(found, sigma * np.sqrt([1, 1, 1, 2, 2, 2, 3]))


def test_seasonal_naive_looks_further_back_over_a_gap() -> None:
    data = _series(1, 2, 3, 4, GAP, 6, 8, GAP, 9)
    ahead = _intervals(SeasonalNaiveForecaster(3, season=3).fit(data))
    assert ahead["y"].tolist() == [8.0, 2.0, 9.0]
    sigma = np.sqrt((9 + 9 + 16 + 9) / 4)  # 1-4, 3-6, 4-8, 6-9
    widths = ((ahead["y-hi-80"] - ahead["y"]) / Z80).to_numpy()
    np.testing.assert_allclose(widths, sigma * np.sqrt([1, 3, 1]))


def test_seasonal_naive_takes_the_last_value_where_a_place_was_never_seen() -> None:
    data = _series(1, GAP, 3, 4, GAP, 7)
    assert _points(SeasonalNaiveForecaster(3, season=3), data) == [4.0, 7.0, 7.0]


@pytest.mark.parametrize("season", [4, 5, 100])
def test_seasonal_naive_is_naive_where_the_series_is_no_longer_than_a_season(season: int) -> None:
    data = _series(1, 5, 2, 4)
    seasonal, naive = SeasonalNaiveForecaster(2, season=season), NaiveForecaster(2)
    pd.testing.assert_frame_equal(_intervals(seasonal.fit(data)), _intervals(naive.fit(data)))


def test_seasonal_naive_takes_the_season_of_the_frequency() -> None:
    index = pd.date_range("2020-01-01", periods=48, freq="MS")
    assert _points(SeasonalNaiveForecaster(12), pd.Series(np.arange(48.0), index)) == list(range(36, 48))


def test_drift_is_the_line_through_the_first_and_last_value() -> None:
    data = _series(GAP, 1, 9, 5, 4, GAP)  # a rise of 1 a step, from row 1 to row 4
    assert _points(DriftForecaster(3), data) == [6.0, 7.0, 8.0]


def test_drift_deviation_by_hand() -> None:
    data = _series(1, 4, 3, 7)  # a rise of 2 a step; changes 3, -1, 4 leave 1, -3, 2
    sigma = np.sqrt((1 + 9 + 4) / (3 - 1))
    step = np.array([1.0, 2.0, 3.0])
    found = _half_widths(DriftForecaster(), data, 3)
    np.testing.assert_allclose(found, sigma * np.sqrt(step * (1 + step / 3)))


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        (NaiveForecaster(2), [30.0, 30.0]),
        (SeasonalNaiveForecaster(2, season=2), [10.0, 30.0]),
        (DriftForecaster(2), [31.0, 32.0]),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_newer_history_moves_the_origin_and_the_widths_stay(model: PanelForecaster, expected: list[float]) -> None:
    data, newer = _series(1, 4, 3, 4), _series(-20, 10, 30, start=10)
    before = _half_widths(model, data, 2)
    np.testing.assert_allclose(_half_widths(model, data, 2, history=newer), before)
    np.testing.assert_array_equal(model.predict(history=newer), expected)


def test_a_constant_series_has_intervals_of_no_width() -> None:
    for model in (NaiveForecaster(2), SeasonalNaiveForecaster(2, season=2), DriftForecaster(2)):
        assert (model.fit(_series(3, 3, 3, 3, 3)).predict(levels=[80, 95]).to_numpy() == 3.0).all()


def test_too_few_changes_are_an_error_only_where_an_interval_is_asked_for() -> None:
    frame = pd.DataFrame({"long": [1.0, 2, 4, 8], "short": [GAP, GAP, 3, 4]})
    for model in (NaiveForecaster(1), SeasonalNaiveForecaster(1, season=2), DriftForecaster(1)):
        assert model.fit(frame).predict()["short"].iloc[0] in (3.0, 4.0, 5.0)
        with pytest.raises(ShortSeriesError, match=r"series 'short': an interval needs 2 residuals.*leave levels out"):
            model.predict(levels=[80])


def test_a_drift_needs_two_values() -> None:
    with pytest.raises(ShortSeriesError, match="series 'y': 1 observed row, but a drift needs 2"):
        DriftForecaster().fit(_series(GAP, 4, GAP))


def test_other_series_have_points_but_no_widths() -> None:
    frame, other = pd.DataFrame({"a": [1.0, 2, 4]}), pd.DataFrame({"a": [1.0, 2, 4], "b": [7.0, 6, 5]})
    model = NaiveForecaster(1).fit(frame)
    assert model.predict(history=other)["b"].tolist() == [5.0]
    with pytest.raises(DataError, match="series 'b' was not fitted"):
        model.predict(history=other, levels=[80])
    with pytest.raises(DataError, match="series 'b' was not fitted"):
        DriftForecaster(1).fit(frame).predict(history=other)


def test_every_channel_of_joint_columns_is_forecast() -> None:
    frame = pd.DataFrame({"a": [1.0, 2, 3, 5], "b": [4.0, 4, 9, 8]})
    ahead = NaiveForecaster(2).fit(frame, Columns(joint=True)).predict()
    assert ahead["a"].tolist() == [5.0, 5.0]
    assert ahead["b"].tolist() == [8.0, 8.0]


def test_what_is_kept_is_enough_to_predict_as_from_the_whole_series() -> None:
    rng = np.random.default_rng(0)
    values = rng.normal(size=200)
    values[rng.random(200) < 0.4] = np.nan
    values[150:190:7] = np.nan
    data = _series(*values)
    for model in (NaiveForecaster(9), SeasonalNaiveForecaster(9, season=7), DriftForecaster(9)):
        kept = _intervals(model.fit(data))
        assert len(model.learned().recent.values) < 200
        pd.testing.assert_frame_equal(_intervals(model, data), kept)


@pytest.mark.parametrize("season", [0, -3, 2.5, True])
def test_an_impossible_season_is_refused(season: object) -> None:
    with pytest.raises(SettingError, match="season must be a whole number of at least 1"):
        SeasonalNaiveForecaster(season=season).fit(_series(1, 2, 3))  # type: ignore[arg-type]


def test_coverage_of_a_random_walk_is_nominal() -> None:
    walks = np.random.default_rng(2).normal(size=(204, 200)).cumsum(axis=0)
    frame = pd.DataFrame(walks, columns=[f"w{i:03d}" for i in range(200)])
    ahead = NaiveForecaster(4).fit(frame.iloc[:200]).predict(levels=[80])
    low, high = (ahead[[f"{name}-{end}-80" for name in frame]].to_numpy() for end in ("lo", "hi"))
    inside = (walks[200:] >= low) & (walks[200:] <= high)
    assert inside.mean() == pytest.approx(0.8, abs=0.05)


def test_a_series_of_less_than_a_season_is_said_to_repeat_its_last_value() -> None:
    rows = pd.Series([5.0, 6.0, 7.0, 8.0, 9.0], pd.date_range("2024-01-01", periods=5), name="short")
    model = SeasonalNaiveForecaster(horizon=2, season=7).fit(rows)
    assert [(notice.series, notice.message) for notice in model.learned().notices] == [
        ("short", "no more rows than a season of 7: its last value is repeated in place of its last season")
    ]
    assert model.predict().tolist() == [9.0, 9.0]
    assert SeasonalNaiveForecaster(horizon=2, season=4).fit(rows).learned().notices == []
