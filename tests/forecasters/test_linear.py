"""Ridge against scikit-learn's on explicit windows; its penalty, gaps, covariates, intervals and errors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import Ridge

from tests.series import hourly, random_walk
from tsrnn.columns import Columns
from tsrnn.errors import DataError, SettingError, ShortSeriesError
from tsrnn.forecasters import relative
from tsrnn.forecasters.heldout import HeldOut
from tsrnn.forecasters.linear import PENALTIES, FittedRidge, RidgeForecaster
from tsrnn.panel import Array
from tsrnn.saving import load, save

GAP = float("nan")
DAYS = pd.date_range("2024-01-01", periods=120, freq="D")


def fitted(model: RidgeForecaster) -> FittedRidge:
    found = model.learned().model
    assert isinstance(found, FittedRidge)
    return found


def wandering(series: int = 2, rows: int = 120) -> pd.DataFrame:
    steps = np.random.default_rng(3).normal(size=(rows, series))
    return pd.DataFrame(steps.cumsum(axis=0), DAYS[:rows], [f"s{number}" for number in range(series)])


def windows(values: Array, lookback: int, horizon: int) -> tuple[Array, Array]:
    """All windows of standardised values and their targets, relative to the last value."""
    scaled = (values - values.mean()) / values.std()
    starts = range(len(values) - lookback - horizon + 1)
    rows = np.stack([scaled[start : start + lookback + horizon] for start in starts])
    rows -= rows[:, [lookback - 1]]
    return rows[:, :lookback], rows[:, lookback:]


def reference(inputs: Array, targets: Array, penalty: float, weight: Array | None = None) -> Array:
    """scikit-learn's weights `(input, step)` for a penalty that is a share of the inputs' mean variance."""
    shares = np.ones(len(inputs)) if weight is None else weight
    variance = float((inputs**2 * shares[:, None]).sum() / inputs.shape[1])
    found = Ridge(alpha=penalty * variance, fit_intercept=False).fit(inputs, targets, sample_weight=shares)
    return np.asarray(found.coef_, np.float64).T


@pytest.mark.parametrize("batch", [2**23, 64])
def test_the_weights_are_those_of_scikit_learn_on_explicit_windows(batch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relative, "_BATCH", batch)
    data = wandering()
    model = RidgeForecaster(3, 10, transform="deviation", penalty=0.01).fit(data)
    pairs = [windows(data[name].to_numpy(), 10, 3) for name in data]
    inputs, targets = (np.concatenate(parts) for parts in zip(*pairs, strict=True))
    np.testing.assert_allclose(fitted(model).weights[:, :, 0], reference(inputs, targets, 0.01), atol=1e-5)


def test_forecasts_are_the_last_value_and_the_weighted_lags_in_the_series_own_unit() -> None:
    data = wandering() * 50.0 + 1000.0
    model = RidgeForecaster(3, 10, penalty=0.01).fit(data)
    weights = fitted(model).weights[:, :, 0]
    for name in data:
        last = data[name].to_numpy()[-10:]
        np.testing.assert_allclose(model.predict()[name], last[-1] + (last - last[-1]) @ weights, rtol=1e-6)


def test_a_window_weighs_as_much_as_the_share_of_its_targets_that_are_observed() -> None:
    data = wandering(1)["s0"]
    data.iloc[[40, 41, 90]] = np.nan
    filled = data.ffill().to_numpy()
    scaled = (filled - data.mean()) / data.std(ddof=0)
    rows = np.stack([scaled[start : start + 13] for start in range(108)])
    seen = np.stack([data.notna().to_numpy()[start : start + 13] for start in range(108)])
    rows -= rows[:, [9]]
    rows[~np.maximum.accumulate(seen, axis=1)] = 0.0  # nothing before it in the window: as the level
    model = RidgeForecaster(3, 10, transform="deviation", penalty=0.01).fit(data)
    expected = reference(rows[:, :10], rows[:, 10:], 0.01, seen[:, 10:].mean(axis=1))
    np.testing.assert_allclose(fitted(model).weights[:, :, 0], expected, atol=1e-5)
    (notice,) = fitted(model).notices
    assert (notice.series, notice.count) == ("s0", 3)


def test_the_penalty_has_the_least_error_on_the_last_fifth_which_none_of_its_windows_was_learned_from() -> None:
    data = wandering(1)["s0"]
    model = RidgeForecaster(3, 10, transform="deviation").fit(data)
    inputs, targets = windows(data.to_numpy(), 10, 3)
    early, late = slice(0, 96 - 13 + 1), slice(96 - 10, None)  # targets before row 96, targets from row 96 on
    errors = [
        float(((inputs[late] @ reference(inputs[early], targets[early], penalty) - targets[late]) ** 2).mean())
        for penalty in PENALTIES
    ]
    best = PENALTIES[int(np.argmin(errors))]
    assert fitted(model).penalty == best
    np.testing.assert_allclose(fitted(model).weights[:, :, 0], reference(inputs, targets, best), atol=1e-5)


def test_each_step_reads_the_columns_known_at_it_and_at_the_origin() -> None:
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({"y": rng.normal(size=120), "heat": rng.normal(size=120)}, DAYS)
    roles = Columns(target=["y"], future=["heat"])
    model = RidgeForecaster(2, 4, transform="deviation", penalty=0.05).fit(frame, roles)
    inputs, targets = windows(frame["y"].to_numpy(), 4, 2)
    heat = ((frame["heat"] - frame["heat"].mean()) / frame["heat"].std(ddof=0)).to_numpy()
    origins = np.arange(len(inputs)) + 3
    for step in range(2):
        columns = np.column_stack([inputs, heat[origins], heat[origins + 1 + step]])
        np.testing.assert_allclose(
            fitted(model).weights[:, step, 0], reference(columns, targets[:, step], 0.05), atol=1e-5
        )


def test_a_target_that_follows_a_column_known_ahead_is_forecast_from_it() -> None:
    heat = np.random.default_rng(6).normal(size=130)
    frame = pd.DataFrame({"y": 20.0 + 3.0 * heat[:120], "heat": heat[:120]}, DAYS)
    later = pd.DataFrame({"heat": heat[120:]}, pd.date_range("2024-04-30", periods=10, freq="D"))
    model = RidgeForecaster(3, 2, penalty=1e-9).fit(frame, Columns(target=["y"], future=["heat"]))
    np.testing.assert_allclose(model.predict(future=later)["y"], 20.0 + 3.0 * heat[120:123], atol=1e-3)
    np.testing.assert_allclose(model.predict(1, future=later)["y"], 20.0 + 3.0 * heat[120:121], atol=1e-3)


def test_past_columns_and_channels_beside_it_are_read() -> None:
    lead = np.random.default_rng(7).normal(size=121)
    frame = pd.DataFrame({"y": lead[:-1], "lead": lead[1:]}, DAYS)  # tomorrow's y is today's lead
    for columns in (Columns(target=["y"], past=["lead"]), Columns(joint=True)):
        ahead = RidgeForecaster(1, 3, penalty=1e-9).fit(frame, columns).predict()
        assert float(np.ravel(ahead)[0]) == pytest.approx(lead[-1], abs=1e-3)


def test_static_columns_set_series_apart() -> None:
    rows = np.arange(60.0)
    frame = pd.concat(
        pd.DataFrame({"id": name, "ds": DAYS[:60], "y": slope * rows, "slope": slope})
        for name, slope in (("down", -1.0), ("up", 1.0))
    )
    roles = Columns(id="id", time="ds", target="y", static=["slope"])
    ahead = RidgeForecaster(2, 1, penalty=1e-9).fit(frame, roles).predict()
    np.testing.assert_allclose(ahead["y"], [-60.0, -61.0, 60.0, 61.0], rtol=1e-4)


def test_an_endless_penalty_forecasts_the_last_value() -> None:
    data = hourly()
    np.testing.assert_allclose(RidgeForecaster(4, 12, penalty=1e12).fit(data).predict(), data.iloc[-1], rtol=1e-6)


def test_too_few_rows_for_a_validation_tail_take_the_strongest_penalty_and_say_so() -> None:
    model = RidgeForecaster(2, 3).fit(pd.Series([1.0, 2.0, 4.0, 3.0, 5.0]))
    assert fitted(model).penalty == PENALTIES[-1]
    assert [notice.message for notice in fitted(model).notices] == [
        "too few rows to choose a penalty by: the strongest was taken"
    ]
    assert np.isfinite(model.predict(levels=[95]).to_numpy()).all()


def test_reach_is_the_conformal_quantile_of_each_step_and_never_shrinks() -> None:
    errors = np.stack([np.arange(1.0, 100.0), -np.arange(1.0, 100.0) / 2, np.arange(1.0, 100.0) * 2], axis=1)
    held = HeldOut.of(errors[:, :, None], np.ones((99, 3, 1), bool))
    np.testing.assert_allclose(held.reach(80.0)[:, 0], [80.0, 80.0, 160.0])  # the second step's own is 40
    np.testing.assert_allclose(held.reach(95.0)[:, 0], [95.0, 95.0, 190.0])


def test_a_level_beyond_so_few_errors_takes_a_normal_but_no_less_than_the_largest() -> None:
    errors = np.array([1.0, -2.0, 2.0, -1.0])[:, None, None]
    held = HeldOut.of(errors, np.ones((4, 1, 1), bool))
    assert held.reach(80.0).item() == 2.0  # rank 4 of 4
    assert held.reach(95.0).item() == pytest.approx(1.959964 * np.sqrt(2.5))
    assert held.reach(82.0).item() == pytest.approx(1.340755 * np.sqrt(2.5))
    one = HeldOut.of(np.array([3.0, 0.0, 0.0])[:, None, None], np.ones((3, 1, 1), bool))
    assert one.reach(80.0).item() == 3.0  # its Normal is 2.2


def test_errors_that_were_not_observed_do_not_count() -> None:
    errors, seen = np.array([[1.0], [50.0], [3.0]]), np.array([[True], [False], [True]])
    held = HeldOut.of(np.stack([errors, errors], axis=1), np.stack([seen, ~seen], axis=1))
    assert held.reach(50.0)[:, 0].tolist() == [3.0, 50.0]  # rank 2 of 2, rank 1 of 1


def test_many_errors_are_thinned_evenly() -> None:
    errors = np.random.default_rng(0).permutation(20_000).astype(float)[:, None, None]
    held = HeldOut.of(errors, np.ones_like(errors, bool))
    assert len(held.sizes) == 1000
    assert held.reach(90.0).item() == pytest.approx(18_000, rel=2e-3)
    assert held.sizes.max() == 19_999


def test_intervals_cover_what_they_say() -> None:
    walks = pd.DataFrame({f"w{seed:03d}": random_walk(304, seed) for seed in range(100)})
    ahead = RidgeForecaster(4, 8).fit(walks.iloc[:300]).predict(levels=[80, 95])
    for level, share in ((80, 0.8), (95, 0.95)):
        low, high = (ahead[[f"{name}-{end}-{level}" for name in walks]].to_numpy() for end in ("lo", "hi"))
        actual = walks.iloc[300:].to_numpy()
        assert ((actual >= low) & (actual <= high)).mean() == pytest.approx(share, abs=0.05)
        width = (high - low).mean(axis=1)
        np.testing.assert_allclose(width / width[0], np.sqrt([1, 2, 3, 4]), rtol=0.1)


def test_a_transform_comes_before_the_map_and_is_undone_behind_it(tmp_path: Path) -> None:
    logarithms = wandering() / 10
    data = logarithms.apply(np.exp)
    logs, model = RidgeForecaster(3, 10).fit(logarithms), RidgeForecaster(3, 10, transform="log").fit(data)
    answer = model.predict(levels=[80])
    np.testing.assert_allclose(answer, np.exp(logs.predict(levels=[80])), rtol=1e-6)
    pd.testing.assert_frame_equal(load(save(model, tmp_path / "model")).predict(levels=[80]), answer)
    with pytest.raises(SettingError, match="transform='difference' gives no intervals"):
        RidgeForecaster(3, 10, transform=("log", "difference")).fit(data).predict(levels=[80])


def test_a_series_that_was_not_fitted_is_forecast_by_the_same_map() -> None:
    data = wandering()
    other = data["s0"].rename("new") * 3.0 + 7.0
    model = RidgeForecaster(3, 10).fit(data)
    expected = model.predict()["s0"] * 3.0 + 7.0
    ahead = model.predict(history=other.to_frame())
    np.testing.assert_allclose(ahead["new"], expected, rtol=1e-6)


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (RidgeForecaster(2, penalty=0.0), r"penalty must be above 0, got 0\.0"),
        (RidgeForecaster(2, penalty=float("inf")), "penalty must be above 0, got inf"),
        (RidgeForecaster(2, transform="logs"), r"unknown transform 'logs': choose one of .* \(did you mean 'log'\?\)"),
        (RidgeForecaster(2, 0), "lookback must be a whole number of at least 1, got 0"),
    ],
)
def test_impossible_settings_are_refused(model: RidgeForecaster, message: str) -> None:
    with pytest.raises(SettingError, match=message):
        model.fit(hourly())


def test_a_horizon_beyond_the_one_fitted_for_and_too_short_a_history_are_refused() -> None:
    model = RidgeForecaster(4, 12).fit(hourly())
    with pytest.raises(SettingError, match="fitted for a horizon of 4, 5 were asked for; fit with horizon=5"):
        model.predict(5)
    with pytest.raises(ShortSeriesError, match=r"series 'load' has 11 rows of history, but the model reads 12"):
        model.predict(history=hourly(11))
    blank = hourly(40)
    blank.iloc[20:] = GAP
    with pytest.raises(DataError, match="series 'load' has no observed value in its last 12 rows"):
        model.predict(history=blank)
    with pytest.raises(ShortSeriesError, match=r"has 15 rows, but one window takes 16 \(lookback 12 \+ horizon 4\)"):
        RidgeForecaster(4, 12).fit(hourly(15))


@pytest.mark.slow
@pytest.mark.data
def test_it_is_as_good_on_etth1_as_published_linear_maps(real_data: Path) -> None:
    """Rows 0 to 8,640 learned from, 2,785 windows of the third split: MSE 0.370 to 0.385 is what linear maps reach."""
    frame = pd.read_csv(real_data / "power" / "ETTh1.csv.gz", index_col=0, parse_dates=True)
    train = frame.iloc[:8640]
    scaled = (frame - train.mean()) / train.std(ddof=0)
    weights = fitted(RidgeForecaster(96, 336, transform="deviation").fit(scaled.iloc[:8640])).weights[:, :, 0]
    squares, sizes = [], []
    for name in scaled:
        rows = np.lib.stride_tricks.sliding_window_view(scaled[name].to_numpy()[11520 - 336 : 14400], 336 + 96)
        level = rows[:, [335]]
        errors = level + (rows[:, :336] - level) @ weights - rows[:, 336:]
        squares.append((errors**2).mean())
        sizes.append(np.abs(errors).mean())
    assert len(rows) == 2785
    assert np.mean(squares) == pytest.approx(0.370, abs=0.005)
    assert np.mean(sizes) == pytest.approx(0.393, abs=0.005)
