"""A cycle that is longer than the window is learned, and has the right phase from any origin of any history."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from pandas.testing import assert_frame_equal, assert_series_equal

from tests.series import QUICK
from tsrnn.columns import Columns
from tsrnn.diagnostics import diagnose
from tsrnn.errors import SettingError, ShortSeriesError
from tsrnn.forecasters.phases import places
from tsrnn.forecasters.recurrent import GRUForecaster
from tsrnn.forecasters.recurrent_model import RecurrentModel
from tsrnn.frequency import infer
from tsrnn.nn.cycle import Cycle, Cyclic
from tsrnn.nn.decoder import Decoder
from tsrnn.nn.direct import Direct
from tsrnn.nn.distributions import Normal
from tsrnn.nn.heads import Head, Point
from tsrnn.nn.rollout import Recursive
from tsrnn.nn.segment import Segment
from tsrnn.nn.seq2seq import Seq2Seq
from tsrnn.panel import Array
from tsrnn.saving import load
from tsrnn.scaling import typical_change
from tsrnn.testing import check_forecaster
from tsrnn.training import Training

PERIOD, LOOKBACK, HORIZON = 7, 5, 4
PROFILE = np.array([3.0, -1.0, 4.0, 1.0, -5.0, 9.0, 2.0])
STILL = Training(epochs=1, steps_per_epoch=1, learning_rate=1e-30, validation=0.0)
INDEXES: dict[str, pd.Index] = {
    "days": pd.date_range("2024-03-01", periods=60, freq="D"),
    "days of a zone": pd.date_range("2024-03-01", periods=60, freq="D", tz="Europe/Berlin"),
    "half hours": pd.date_range("2024-03-01", periods=60, freq="30min"),
    "business days": pd.bdate_range("2024-03-01", periods=60),
    "months": pd.date_range("1965-03-31", periods=60, freq="ME"),
    "periods": pd.period_range("1965Q2", periods=60, freq="Q"),
    "integers": pd.RangeIndex(-9, 171, 3),
}


def still() -> GRUForecaster:
    """A network that forecasts the last value of what is left."""
    return GRUForecaster(HORIZON, LOOKBACK, hidden_size=4, decoder=Cycle(PERIOD), head=Point(), training=STILL)


def quick(decoder: Decoder, training: Training = QUICK, head: Head | None = None) -> GRUForecaster:
    return GRUForecaster(4, 12, hidden_size=4, decoder=decoder, training=training, head=head)


def learned_by(model: GRUForecaster) -> tuple[RecurrentModel, torch.Tensor]:
    """What a model learned, and the table of its cycle."""
    learned = model.learned().model
    assert isinstance(learned, RecurrentModel) and isinstance(learned.network, Cyclic)
    (weight,) = learned.network.cycle.parameters()
    return learned, weight


def put(model: GRUForecaster, tables: list[Array]) -> GRUForecaster:
    """The fitted model with these cycles `(period,)`, one a series, in the unit of the data."""
    learned, weight = learned_by(model)
    spreads = learned.scales.target.arrays()["0.spread"][:, 0]
    scaled = np.stack([table / spread for table, spread in zip(tables, spreads, strict=True)])
    with torch.no_grad():
        weight.copy_(torch.from_numpy(scaled)[..., None].reshape(weight.shape) / 20.0)
    return model


def table(index: pd.Index) -> Array:
    """The cycle in which the first row of the index has the first place of the profile."""
    first = int(places(index[:1], infer(index, "y"))[0])
    return np.roll(PROFILE, first % PERIOD)


def ahead_of(rows: pd.Series, stop: int) -> Array:
    """The last value before row `stop`, moved on by the cycle."""
    season = np.resize(PROFILE, stop + HORIZON)
    found: Array = rows.iloc[stop - 1] - season[stop - 1] + season[stop:]
    return found


@pytest.mark.parametrize("index", INDEXES.values(), ids=INDEXES)
def test_the_phase_is_right_from_any_origin_for_a_history_that_begins_anywhere(index: pd.Index, tmp_path: Path) -> None:
    rows = pd.Series(10.0 + np.random.default_rng(0).normal(size=60).cumsum(), index, name="y")
    for first in (0, 11):
        model = put(still().fit(rows[first:40]), [table(index)])
        np.testing.assert_allclose(model.predict().to_numpy(), ahead_of(rows, 40), rtol=1e-4, atol=1e-4)
        loaded = load(model.save(tmp_path / "model"))
        assert_series_equal(loaded.predict(), model.predict(), check_exact=True)
        for begin, stop in ((0, 20), (13, 33), (20, 60), (55, 60)):
            found = model.predict(history=rows[begin:stop])
            np.testing.assert_allclose(found.to_numpy(), ahead_of(rows, stop), rtol=1e-4, atol=1e-4)
            assert_series_equal(loaded.predict(history=rows[begin:stop]), found, check_exact=True)


def test_series_that_begin_and_end_elsewhere_have_cycles_of_their_own_and_a_new_one_has_their_mean() -> None:
    index = INDEXES["half hours"]
    parts = {"a": (0, 40), "b": (9, 60), "c": (3, 50)}
    values = {name: pd.Series(np.random.default_rng(ord(name)).normal(size=60).cumsum(), index) for name in parts}
    long = [
        pd.DataFrame({"id": name, "t": index[first:stop], "y": values[name].iloc[first:stop].to_numpy()})
        for name, (first, stop) in parts.items()
    ]
    model = still().fit(pd.concat(long), Columns(id="id", time="t", target="y"))
    put(model, [size * table(index) for size in (1.0, 2.0, 0.0)])
    found = model.predict().set_index("id")["y"]
    for size, (name, (_, stop)) in zip((1.0, 2.0, 0.0), parts.items(), strict=True):
        last, season = values[name].iloc[stop - 1], size * np.resize(PROFILE, 80)
        expected = last - season[stop - 1] + season[stop : stop + HORIZON]
        np.testing.assert_allclose(found[name].to_numpy(), expected, rtol=1e-4, atol=1e-4)
    _, weight = learned_by(model)
    own = pd.DataFrame({"id": "new", "t": index[5:30], "y": values["a"].iloc[5:30].to_numpy()})
    spread = typical_change(own[["y"]].to_numpy(), np.ones((25, 1), np.bool_), HORIZON)[0]
    mean = 20.0 * weight.detach().numpy().mean(0)[:, 0] * spread
    season = mean[(places(index, infer(index, "t"))[29] + np.arange(HORIZON + 1)) % PERIOD]
    expected = own["y"].iloc[-1] + season[1:] - season[0]
    np.testing.assert_allclose(model.predict(history=own)["y"].to_numpy(), expected, rtol=1e-4, atol=1e-4)


def test_a_clock_change_moves_the_cycle_with_the_people() -> None:
    index = pd.date_range("2024-03-20", periods=24 * 30, freq="h", tz="Europe/Berlin")
    model = GRUForecaster(3, 5, hidden_size=4, decoder=Cycle(24), head=Point(), training=STILL)
    rows = pd.Series(np.arange(720.0) % 5, index, name="y")
    model.fit(rows)
    by_hour = np.random.default_rng(0).normal(size=24)
    put(model, [by_hour])
    for stop in (100, 400):  # in winter and in summer
        hours = index.hour[stop - 1 : stop + 3]
        expected = rows.iloc[stop - 1] + by_hour[hours[1:]] - by_hour[hours[0]]
        np.testing.assert_allclose(model.predict(history=rows[50:stop]).to_numpy(), expected, rtol=1e-4, atol=1e-4)


def seasonal(rows: int, period: int = 48) -> tuple[pd.Series, Array]:
    """A jagged cycle of half hours with an autoregression of 0.8 on it, and that autoregression alone."""
    rng = np.random.default_rng(1)
    errors, rest = rng.normal(scale=0.5, size=rows), np.zeros(rows)
    for row in range(1, rows):
        rest[row] = 0.8 * rest[row - 1] + errors[row]
    season = np.resize(rng.normal(scale=3.0, size=period), rows)
    return pd.Series(10.0 + season + rest, pd.date_range("2024-01-01", periods=rows, freq="30min"), name="y"), rest


def errors_of(decoder: Decoder, training: Training) -> tuple[float, float]:
    """The mean absolute error of a GRU that reads 12 rows of a cycle of 48, and of who knows all but the errors."""
    rows, rest = seasonal(1000)
    model = GRUForecaster(12, 12, hidden_size=16, decoder=decoder, training=training).fit(rows[:800])
    found, least = [], []
    for stop in range(800, 988, 6):
        found.append(np.abs(model.predict(history=rows[:stop]) - rows[stop : stop + 12]).mean())
        least.append(np.abs(rest[stop - 1] * 0.8 ** np.arange(1, 13) - rest[stop : stop + 12]).mean())
    return float(np.mean(found)), float(np.mean(least))


def test_a_cycle_longer_than_the_window_is_learned() -> None:
    error, least = errors_of(Cycle(48), Training(epochs=10, steps_per_epoch=40))
    assert error < 1.35 * least


@pytest.mark.slow
@pytest.mark.parametrize("inner", [Direct(), Direct(normalize="revin"), Segment()], ids=str)
def test_with_the_cycle_little_more_than_the_least_error_is_left_and_without_it_far_more(inner: Decoder) -> None:
    training = Training(epochs=15, steps_per_epoch=50)
    (without, least), (error, _) = errors_of(inner, training), errors_of(Cycle(48, inner), training)
    assert error < 1.3 * least
    assert without > 2.0 * least


@pytest.mark.slow
def test_it_passes_every_check_of_a_forecaster() -> None:
    training = Training(epochs=1, steps_per_epoch=2, batch_size=16)
    model = quick(Cycle(6), training)
    claims = ["the_newest_value_is_seen", "the_level_moves_the_forecast_with_it"]
    assert check_forecaster(model, rows=60, claims=claims)["outcome"].unique().tolist() == ["passed"]


def test_sample_paths_attention_and_diagnosis_go_through_the_cycle() -> None:
    rows, _ = seasonal(200)
    drawing = quick(Cycle(48, Recursive(samples=20)), head=Normal()).fit(rows)
    assert np.isfinite(drawing.simulate(20, horizon=60).to_numpy()).all()
    looking = quick(Cycle(48, Seq2Seq())).fit(rows)
    looks = looking.attention()
    np.testing.assert_allclose(looks.groupby("step")["weight"].sum(), 1.0, rtol=1e-5)
    with pytest.raises(SettingError, match=r"decoder=Cycle\(.*has no attention"):
        drawing.attention()
    assert (diagnose(looking).gradients["gradient"] > 0).all()


def test_joint_columns_have_a_cycle_each_and_gaps_leave_it_alone() -> None:
    rows, _ = seasonal(240)
    frame = pd.DataFrame({"y": rows, "z": -2.0 * rows})
    frame.iloc[40:44, 0] = np.nan
    model = quick(Cycle(48, shared=True))
    found = model.fit(frame, Columns(joint=True)).predict(levels=[80])
    assert np.isfinite(found.to_numpy()).all()
    assert learned_by(model)[1].shape == (48, 2)


def test_training_goes_on_from_a_cycle_with_its_phase_and_not_from_another_period() -> None:
    rows, _ = seasonal(300)
    first = quick(Cycle(48)).fit(rows[:200])
    on = Training(epochs=1, steps_per_epoch=1, learning_rate=1e-30, validation=0.0, init=first)
    frozen = Training(epochs=1, steps_per_epoch=2, init=first, freeze=("cycle",))
    needed = learned_by(first)[1]
    assert needed.any()
    for training in (on, frozen):
        assert torch.equal(learned_by(quick(Cycle(48), training).fit(rows[31:250]))[1], needed)
    with pytest.raises(SettingError, match=r"cycle.series is \(1, 48, 1\) there and \(1, 24, 1\) here"):
        quick(Cycle(24), on).fit(rows)


def test_a_cycle_that_no_training_rows_cover_is_refused_with_the_series() -> None:
    rows, _ = seasonal(120)
    columns = Columns(id="unique_id", time="ds", target="y")
    parts = [
        rows[first:].rename_axis("ds").reset_index().assign(unique_id=name) for name, first in (("y", 0), ("z", 80))
    ]
    long = pd.concat(parts)
    with pytest.raises(
        ShortSeriesError,
        match=r"series 'z' has 36 rows to learn from, less than one cycle of 48 \(Cycle\); .*shared=True\)",
    ):
        quick(Cycle(48)).fit(long, columns)
    quick(Cycle(48, shared=True)).fit(long, columns)
    with pytest.raises(ShortSeriesError, match=r"series 'y' has 108 rows .*longer series or a shorter period$"):
        quick(Cycle(109, shared=True)).fit(long, columns)


def test_rows_of_no_even_step_have_no_cycle() -> None:
    rows = pd.Series(np.random.default_rng(0).normal(size=60), pd.date_range("2020-01-01", periods=60, freq="SMS"))
    with pytest.raises(SettingError, match=r"Cycle\(\) knows no place in a cycle for rows one SMS \(SMS-15\) apart"):
        quick(Cycle(24)).fit(rows)


def test_a_frame_of_columns_is_forecast_with_the_cycle_of_each(tmp_path: Path) -> None:
    rows, _ = seasonal(200)
    frame = pd.DataFrame({"y": rows, "z": 100.0 - rows})
    model = quick(Cycle(48, Segment(2))).fit(frame)
    loaded = load(model.save(tmp_path / "model"))
    assert loaded.get_params()["decoder"] == Cycle(48, Segment(2))
    assert_frame_equal(loaded.predict(levels=[80]), model.predict(levels=[80]), check_exact=True)
