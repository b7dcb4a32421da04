"""The seasonal mean by hand and beside seasonal naive: points, gaps, what is kept, and intervals that were measured."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from tests.series import long, random_walk
from tsrnn.columns import Columns
from tsrnn.errors import DataError, MissingValueError, SettingError, ShortSeriesError
from tsrnn.forecasters.naive import SeasonalNaiveForecaster
from tsrnn.forecasters.protocol import PanelForecaster
from tsrnn.forecasters.seasonal_mean import SeasonalMeanForecaster
from tsrnn.panel import Array
from tsrnn.saving import load

GAP = float("nan")
Z80 = float(norm.ppf(0.9))


def _series(*values: float, start: int = 0) -> pd.Series:
    return pd.Series(values, pd.RangeIndex(start, start + len(values)), name="y")


def _mean(horizon: int, season: int, seasons: int = 7) -> SeasonalMeanForecaster:
    return SeasonalMeanForecaster(horizon, season=season, seasons=seasons)


def _points(model: PanelForecaster, data: pd.Series) -> list[float]:
    return [float(value) for value in np.ravel(model.fit(data).predict())]


def _widths(model: PanelForecaster, data: pd.Series, horizon: int | None = None) -> Array:
    ahead = model.fit(data).predict(horizon, levels=[80])
    np.testing.assert_allclose((ahead["y-hi-80"] + ahead["y-lo-80"]) / 2.0, ahead["y"], atol=1e-9)
    return np.asarray((ahead["y-hi-80"] - ahead["y"]) / Z80, np.float64)


def _by_hand(values: Array, season: int, seasons: int, most: int) -> Array:
    """The deviations by their definition, a row and a value at a time."""
    found: list[float] = []
    for k in range(1, most + 1):
        residuals = []
        for row in range(k * season, len(values)):
            before = values[row - k * season :: -season]
            used = before[~np.isnan(before)][:seasons]
            if len(used) and not np.isnan(values[row]):
                residuals.append(values[row] - used.mean())
        known = len(residuals) >= 2
        own = float(np.sqrt(np.mean(np.square(residuals)))) if known else 0.0
        found.append(max([own, *found[-1:]]))
    return np.array(found)


@pytest.mark.parametrize(
    ("seasons", "expected"),
    [(1, [7, 1, 9, 7]), (2, [5.5, 3, 7.5, 5.5]), (3, [4, 4, 6, 4]), (7, [4, 4, 6, 4])],
)
def test_each_step_is_the_mean_of_the_last_seasons_at_its_place(seasons: int, expected: list[float]) -> None:
    assert _points(_mean(4, 3, seasons), _series(1, 6, 3, 4, 5, 6, 7, 1, 9)) == expected


def test_with_a_season_of_one_it_is_the_mean_of_the_last_values() -> None:
    assert _points(_mean(2, 1, 3), _series(9, 9, 1, 2, 6)) == [3.0, 3.0]


def test_missing_values_are_passed_over_for_older_ones() -> None:
    data = _series(1, 2, 3, 4, GAP, 6, 7, GAP, GAP)  # places: 1, 4, 7; 2; 3, 6
    assert _points(_mean(3, 3, 2), data) == [5.5, 2.0, 4.5]
    assert _points(_mean(3, 3, 3), data) == [4.0, 2.0, 4.5]


def test_a_place_never_observed_takes_the_last_value() -> None:
    data = _series(1, GAP, 3, 4, GAP, 7)
    assert _points(_mean(3, 3), data) == [2.5, 7.0, 5.0]


@pytest.mark.parametrize("season", [4, 5, 100])
def test_of_a_series_no_longer_than_a_season_it_is_the_mean_of_the_last_values(season: int) -> None:
    data = _series(1, 5, 2, 4)
    pd.testing.assert_frame_equal(
        _mean(2, season, 2).fit(data).predict(levels=[80]), _mean(2, 1, 2).fit(data).predict(levels=[80])
    )


def test_that_is_told() -> None:
    (notice,) = _mean(2, 4).fit(_series(1, 5, 2, 4)).learned().notices
    assert notice.series == "y"
    assert notice.message.startswith("no more rows than a season of 4: the mean of its last values stands in place of")


def test_it_takes_the_season_of_the_frequency_and_seven_of_them() -> None:
    index = pd.date_range("2000-01-01", periods=12 * 9, freq="MS")
    data = pd.Series(np.arange(12.0 * 9), index)
    np.testing.assert_allclose(SeasonalMeanForecaster(12).fit(data).predict(), np.arange(60.0, 72.0))


NUMBERS = st.floats(-1e300, 1e300) | st.floats(-10, 10) | st.just(GAP)


@given(st.lists(NUMBERS, min_size=1, max_size=24), st.integers(1, 6), st.integers(1, 9))
def test_of_one_season_it_is_seasonal_naive(data: list[float], season: int, horizon: int) -> None:
    assume(not np.isnan(data).all())
    series = _series(*data)
    naive = SeasonalNaiveForecaster(horizon, season=season).fit(series).predict()
    pd.testing.assert_series_equal(_mean(horizon, season, 1).fit(series).predict(), naive, check_exact=True)


@settings(max_examples=50)
@given(
    st.lists(st.integers(-9, 9).map(float) | st.just(GAP), min_size=3, max_size=40),
    st.integers(1, 4),
    st.integers(1, 9),
)
def test_the_deviations_are_those_of_the_definition(data: list[float], season: int, seasons: int) -> None:
    assume(not np.isnan(data).all())
    values = np.array(data)[int(np.argmin(np.isnan(data))) :]  # from the first observed row on
    own = season if season < len(values) else 1
    wanted = _by_hand(values, own, seasons, most=5)
    assume(wanted[0] > 0)
    found = _widths(_mean(5 * season, season, seasons), _series(*data), 5 * season)
    since = (_ahead(values, own, 5 * season) - 1).clip(max=4)
    np.testing.assert_allclose(found, wanted[since], atol=1e-9)


def _ahead(values: Array, season: int, horizon: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """Seasons from the newest value at the place of each step; from the newest of all where there is none."""
    seen = np.flatnonzero(~np.isnan(values))
    found = []
    for row in range(len(values), len(values) + horizon):
        own = seen[seen % season == row % season]
        newest = int(own[-1] if len(own) else seen[-1])
        found.append(-(-(row - newest) // season))
    return np.array(found)


def test_a_step_beyond_the_horizon_of_fit_has_the_last_deviation() -> None:
    data = random_walk(300).rename("y")
    found = _widths(_mean(3, 1, 2), data, 9)
    assert found[0] < found[1] < found[2] == found[3] == found[8]


def test_on_a_random_walk_the_width_grows_as_the_root_of_the_step() -> None:
    walks = np.random.default_rng(0).normal(size=(2000, 30)).cumsum(axis=0)
    frame = pd.DataFrame(walks, columns=[f"w{number:02d}" for number in range(30)])
    ahead = _mean(16, 1, 1).fit(frame).predict(levels=[80])
    widths = np.stack([(ahead[f"{name}-hi-80"] - ahead[name]) / Z80 for name in frame])
    np.testing.assert_allclose(widths.mean(axis=0), np.sqrt(np.arange(1, 17)), rtol=0.05)


def test_coverage_of_a_seasonal_series_is_nominal() -> None:
    rng = np.random.default_rng(1)
    rows, ahead, season, count = 24 * 40, 48, 24, 60
    shape = 5.0 * np.sin(2 * np.pi * np.arange(rows + ahead) / season)[:, None]
    data = shape + rng.normal(size=(rows + ahead, count))
    frame = pd.DataFrame(data, columns=[f"s{number:02d}" for number in range(count)])
    found = _mean(ahead, season).fit(frame.iloc[:rows]).predict(levels=[80])
    low, high = (found[[f"{name}-{end}-80" for name in frame]].to_numpy() for end in ("lo", "hi"))
    inside = (data[rows:] >= low) & (data[rows:] <= high)
    assert inside.mean() == pytest.approx(0.8, abs=0.03)
    expected = Z80 * np.sqrt(1 + 1 / 7)  # of a value around the mean of seven others
    assert (high - low).mean() / 2 == pytest.approx(expected, rel=0.03)


@pytest.mark.parametrize("gap", [0, 5])
def test_paths_spread_as_the_intervals_say(gap: int) -> None:
    data = pd.Series(np.sin(np.arange(200.0)) * 3 + random_walk(200).to_numpy(), name="y")
    if gap:
        data.iloc[-gap:] = GAP
    model = _mean(10, 4, 3).fit(data)
    paths, ahead = model.simulate(20_000), model.predict(levels=[80])
    found = paths.quantile([0.5, 0.1, 0.9], axis=1).T.to_numpy()
    width = (ahead["y-hi-80"] - ahead["y-lo-80"]).to_numpy()[:, None]
    np.testing.assert_allclose((found - ahead.to_numpy()) / width, 0.0, atol=0.02)


def test_paths_of_a_walk_are_walks() -> None:
    paths = _mean(8, 1, 1).fit(random_walk(2000)).simulate(4000).to_numpy()
    assert np.corrcoef(paths)[3, 7] == pytest.approx(np.sqrt(4 / 8), abs=0.05)


def test_newer_history_moves_the_means_and_the_widths_stay() -> None:
    data, newer = _series(1, 4, 3, 6, 2, 9), _series(-20, 10, 30, 20, start=10)
    model = _mean(2, 2, 2)
    before = _widths(model, data)
    ahead = model.predict(history=newer, levels=[80])
    assert ahead["y"].tolist() == [5.0, 15.0]
    np.testing.assert_allclose((ahead["y-hi-80"] - ahead["y"]) / Z80, before)


def test_other_series_have_points_but_no_widths() -> None:
    frame, other = pd.DataFrame({"a": [1.0, 2, 4]}), pd.DataFrame({"a": [1.0, 2, 4], "b": [7.0, 6, 5]})
    model = _mean(1, 1).fit(frame)
    assert model.predict(history=other)["b"].tolist() == [6.0]
    with pytest.raises(DataError, match="series 'b' was not fitted, so the width of its intervals is not known"):
        model.predict(history=other, levels=[80])


def test_too_few_residuals_are_an_error_only_where_an_interval_is_asked_for() -> None:
    frame = pd.DataFrame({"long": [1.0, 2, 4, 8], "short": [GAP, GAP, 3, 4]})
    model = _mean(1, 2).fit(frame)
    assert model.predict()["short"].tolist() == [3.5]  # 2 rows, no longer than a season
    with pytest.raises(ShortSeriesError, match=r"series 'short': an interval needs 2 residuals.*leave levels out"):
        model.predict(levels=[80])
    with pytest.raises(ShortSeriesError, match="series 'short': an interval needs 2 residuals"):
        model.simulate(2)


def test_rows_without_a_value_are_refused() -> None:
    learned = _mean(1, 2).fit(_series(1, 2, 3, 4)).learned()
    empty = replace(learned.recent, values=np.full_like(learned.recent.values, GAP))
    with pytest.raises(MissingValueError, match="series 'y': no value is observed, but a seasonal mean is of some"):
        learned.model.forecast(empty, 1, (), np.zeros((1, 1, 0)))


def test_every_channel_of_joint_columns_is_forecast() -> None:
    frame = pd.DataFrame({"a": [1.0, 2, 3, 6], "b": [4.0, 4, 9, 3]})
    ahead = _mean(2, 2).fit(frame, Columns(joint=True)).predict(levels=[80])
    assert ahead["a"].tolist() == [2.0, 4.0]
    assert ahead["b"].tolist() == [6.5, 3.5]
    np.testing.assert_allclose(ahead["b-hi-80"] - ahead["b"], Z80 * np.sqrt((25 + 1) / 2))


@pytest.mark.parametrize("gaps", [False, True])
def test_what_is_kept_is_enough_to_predict_as_from_the_whole_series(gaps: bool, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    values = rng.normal(size=400)
    if gaps:
        values[rng.random(400) < 0.4] = np.nan
        values[350:390:7] = np.nan
    data, model = _series(*values), _mean(9, 7, 3)
    kept = model.fit(data).predict(levels=[80])
    rows = len(model.learned().recent.values)
    assert rows == 21 if not gaps else 21 < rows < 400
    pd.testing.assert_frame_equal(model.predict(levels=[80], history=data), kept, check_exact=True)
    again = load(model.save(tmp_path / "model"))
    pd.testing.assert_frame_equal(again.predict(levels=[80]), kept, check_exact=True)
    pd.testing.assert_frame_equal(again.simulate(3), model.simulate(3), check_exact=True)


def test_series_of_many_lengths_come_back_from_the_disk(tmp_path: Path) -> None:
    data = pd.concat([long(72), pd.DataFrame({"unique_id": "z", "ds": long(72)["ds"][:5], "y": [1.0, 2, 4, 3, 5]})])
    model = SeasonalMeanForecaster(30, seasons=2).fit(data)
    again = load(model.save(tmp_path / "model"))
    pd.testing.assert_frame_equal(again.predict(levels=[80]), model.predict(levels=[80]), check_exact=True)


def test_a_constant_series_and_one_of_equal_seasons_have_intervals_of_no_width() -> None:
    for data in (_series(*[0.1] * 9), _series(*[0.1, 0.7, 0.3] * 3)):
        ahead = _mean(3, 3).fit(data).predict(levels=[80])
        np.testing.assert_array_equal(ahead.to_numpy(), np.repeat(data.to_numpy()[:3, None], 3, axis=1))


@pytest.mark.parametrize("size", [1e-300, 1e300, 9e303])
def test_numbers_at_the_ends_of_a_float_are_no_exception(size: float) -> None:
    data = _series(1, -0.2, 0.3, 0.9, -0.1, 0.5, 1, -0.3, 0.2, 0.8)
    for seasons in (2, 7):
        model = _mean(4, 3, seasons)
        wanted = model.fit(data).predict(levels=[50]).to_numpy()
        np.testing.assert_allclose(model.fit(data * size).predict(levels=[50]).to_numpy() / size, wanted, rtol=1e-9)
        assert np.isfinite(model.simulate(2).to_numpy()).all()


@pytest.mark.parametrize("setting", ["season", "seasons"])
@pytest.mark.parametrize("value", [0, -3, 1.5, True, "7"])
def test_an_impossible_setting_is_refused(setting: str, value: object) -> None:
    with pytest.raises(SettingError, match=f"{setting} must be a whole number of at least 1, got"):
        SeasonalMeanForecaster(**{setting: value}).fit(_series(1, 2, 3))  # type: ignore[arg-type]


@pytest.mark.parametrize(("seasons", "season"), [(10**12, 1), (1, 10**12), (10**12, 10**12)])
def test_settings_beyond_the_series_cost_nothing(seasons: int, season: int) -> None:
    assert _points(_mean(1, season, seasons), _series(1, 2, 6)) == [3.0 if seasons > 1 else 6.0]


def test_long_series_are_quick() -> None:
    data = pd.Series(np.random.default_rng(0).normal(size=100_000), pd.RangeIndex(100_000), name="y")
    begun = perf_counter()
    for season, seasons in ((24, 7), (1, 100_000)):
        _mean(48, season, seasons).fit(data).predict(levels=[80])
    assert perf_counter() - begun < 10.0
