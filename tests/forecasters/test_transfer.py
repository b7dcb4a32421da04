"""Transfer: a model goes on from another's weights, with parts of it frozen, and pays where rows are few."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from tests.series import QUICK, hourly, wide
from tsrnn.errors import ModelFileError, NotFittedError, SettingError
from tsrnn.forecasters.naive import NaiveForecaster
from tsrnn.forecasters.recurrent import GRUForecaster
from tsrnn.forecasters.recurrent_model import RecurrentModel
from tsrnn.nn.cycle import Cycle
from tsrnn.nn.decoder import Decoder
from tsrnn.nn.segment import Segment
from tsrnn.saving import load
from tsrnn.training import Training


def gru(training: Training, hidden_size: int = 8, decoder: Decoder | None = None) -> GRUForecaster:
    return GRUForecaster(4, 12, hidden_size=hidden_size, decoder=decoder, training=training)


def weights(model: GRUForecaster) -> dict[str, torch.Tensor]:
    learned = model.learned().model
    assert isinstance(learned, RecurrentModel)
    return dict(learned.network.state_dict())


def still(init: object, **settings: object) -> Training:
    """One step too small to move a weight far."""
    return Training(epochs=1, steps_per_epoch=1, learning_rate=1e-9, validation=0.0, init=init, **settings)  # type: ignore[arg-type]


@pytest.mark.parametrize("saved", [False, True])
def test_training_goes_on_from_the_weights_of_a_fitted_or_a_saved_model(saved: bool, tmp_path: Path) -> None:
    first = gru(QUICK).fit(hourly(80))
    init = first.save(tmp_path / "model") if saved else first
    second = gru(still(init)).fit(hourly(80, seed=3))
    for name, weight in weights(first).items():
        torch.testing.assert_close(weights(second)[name], weight, atol=1e-6, rtol=0)


def test_a_frozen_part_keeps_its_bits_and_the_others_move() -> None:
    first = gru(QUICK).fit(hourly(80))
    second = gru(Training(epochs=2, steps_per_epoch=4, validation=0.0, init=first, freeze=("core",))).fit(
        hourly(80, seed=3)
    )
    moved = {name for name, weight in weights(first).items() if not torch.equal(weights(second)[name], weight)}
    assert moved == {name for name in weights(first) if ".core." not in name}


@pytest.mark.slow
def test_few_rows_are_forecast_better_from_weights_learned_on_many_series() -> None:
    hours = pd.date_range("2024-01-01", periods=480, freq="h")
    rng = np.random.default_rng(0)
    many = pd.DataFrame(
        {f"s{n}": rng.uniform(5, 9) * np.sin((np.arange(480) + rng.integers(24)) * np.pi / 12) for n in range(8)}, hours
    )
    few = pd.Series(7 * np.sin((np.arange(64) + 5) * np.pi / 12), hours[:64], name="new")
    teacher = GRUForecaster(12, 24, hidden_size=16, training=Training(epochs=12, steps_per_epoch=60)).fit(many)
    quick = Training(epochs=1, steps_per_epoch=5, validation=0.0)
    tuned = Training(epochs=1, steps_per_epoch=5, validation=0.0, init=teacher, freeze=("core",))
    errors = [
        np.abs(GRUForecaster(12, 24, hidden_size=16, training=how).fit(few[:52]).predict() - few[52:]).mean()
        for how in (quick, tuned)
    ]
    assert errors[1] < 0.3 * errors[0]


@pytest.mark.parametrize(
    ("init", "freeze", "error", "text"),
    [
        (NaiveForecaster().fit(hourly(20)), (), SettingError, "takes a fitted gru, lstm or rnn"),
        (3, (), SettingError, "takes a fitted gru, lstm or rnn, or the path of a saved one; got 3"),
        (gru(QUICK), (), NotFittedError, "has not been fitted"),
        (
            gru(QUICK, hidden_size=4).fit(hourly(60)),
            (),
            SettingError,
            r"is \(12,\) there and \(24,\) here; give both the same",
        ),
        ("nowhere", (), ModelFileError, "no saved model at nowhere"),
        (None, ("kernel",), SettingError, "unknown part to freeze 'kernel': choose one of"),
        (None, ("body",), SettingError, "leaves nothing to train"),
    ],
)
def test_what_cannot_be_gone_on_from_is_refused(
    init: object, freeze: tuple[str, ...], error: type[Exception], text: str
) -> None:
    with pytest.raises(error, match=text):
        gru(still(init, freeze=freeze)).fit(hourly(60))


def days_of(*series: str, freq: str = "h") -> pd.DataFrame:
    """Series with a cycle of eight rows, each its own."""
    index = pd.date_range("2024-01-01", periods=96, freq=freq)
    shapes = {name: np.random.default_rng(ord(name)).normal(size=8) for name in series}
    return pd.DataFrame({name: 10 + 5 * np.tile(shape, 12) for name, shape in shapes.items()}, index)


@pytest.mark.parametrize("decoder", [Cycle(8), Segment(4)])
def test_each_series_goes_on_from_its_own_row_of_a_table_and_a_new_one_from_their_mean(decoder: Decoder) -> None:
    first = gru(QUICK, decoder=decoder).fit(days_of("a", "b", "c"))
    second = gru(still(first), decoder=decoder).fit(days_of("c", "d", "a"))
    (name,) = [name for name in weights(first) if name.endswith("series")]
    there, here = weights(first)[name], weights(second)[name]
    wanted = torch.stack([there[0], there[2], there.mean(0)])  # the panel has a, c and then d
    torch.testing.assert_close(here, wanted, rtol=0, atol=1e-6)


def test_a_cycle_of_hours_is_none_of_days() -> None:
    first = gru(QUICK, decoder=Cycle(8)).fit(days_of("a"))
    with pytest.raises(
        SettingError, match=r"the cycle of rows one hour \(h\) apart, but these are one day \(D\) apart"
    ):
        gru(still(first), decoder=Cycle(8)).fit(days_of("a", freq="D"))
    with pytest.raises(SettingError, match=r"cycle.series is \(1, 8, 1\) there and \(1, 4, 1\) here; .* same settings"):
        gru(still(first), decoder=Cycle(4)).fit(days_of("a"))


def test_the_average_of_weights_is_the_moving_one_and_is_what_is_kept() -> None:
    data, average = hourly(80), 0.5
    kept = weights(gru(Training(epochs=1, steps_per_epoch=3, validation=0.0, average=average)).fit(data))
    trails = [weights(gru(Training(epochs=1, steps_per_epoch=3, validation=0.0, schedule="constant")).fit(data))]
    assert any(not torch.equal(kept[name], trails[0][name]) for name in kept)
    constant = [
        weights(gru(Training(epochs=steps, steps_per_epoch=1, validation=0.0, schedule="constant")).fit(data))
        for steps in (1, 2)
    ]
    start = weights(gru(still(None, schedule="constant")).fit(data))
    expected = {
        name: average * (average * start[name] + (1 - average) * constant[0][name]) + (1 - average) * constant[1][name]
        for name in start
    }
    found = weights(
        gru(Training(epochs=2, steps_per_epoch=1, validation=0.0, schedule="constant", average=average)).fit(data)
    )
    for name, weight in found.items():
        torch.testing.assert_close(weight, expected[name], atol=1e-6, rtol=1e-5)


def test_a_model_that_went_on_from_another_is_saved_and_loaded(tmp_path: Path) -> None:
    model = gru(still(gru(QUICK).fit(hourly(60)))).fit(hourly(60))
    again = load(model.save(tmp_path / "model"))
    pd.testing.assert_series_equal(again.predict(), model.predict())


def test_models_of_many_series_can_start_others_of_fewer() -> None:
    first = gru(QUICK).fit(wide())
    assert gru(still(first)).fit(hourly(60)).predict().notna().all()
