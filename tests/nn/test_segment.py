"""The segment decoder: every row counts, padding does not, and a segment ahead knows where it is and what is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from pandas.testing import assert_frame_equal

from tests.series import QUICK, hourly, wide
from tsrnn.columns import Columns
from tsrnn.errors import SettingError
from tsrnn.forecasters.recurrent import GRUForecaster
from tsrnn.nn.decoder import MakeCore, Shape, Window
from tsrnn.nn.heads import Head, Point, Quantiles
from tsrnn.nn.kernels import Cell
from tsrnn.nn.onepass import OnePass
from tsrnn.nn.recurrent import Recurrent
from tsrnn.nn.segment import Segment, Segments
from tsrnn.saving import load

SHAPE = Shape(lookback=10, horizon=5, channels=1)


def maker(cell: Cell = "gru", num_layers: int = 1, bidirectional: bool = False) -> MakeCore:
    """Cores of 8 numbers."""
    return lambda inputs: Recurrent(inputs, 8, cell=cell, num_layers=num_layers, bidirectional=bidirectional)


def drawn(shape: Shape, core: MakeCore, length: int = 4, linear: str = "none") -> OnePass:
    """A network whose last layer, zero at first, has been drawn too."""
    network = Segment(length, dropout=0.5, linear=linear).network(shape, core, Point())
    assert isinstance(network, OnePass)
    assert isinstance(network.body, Segments)
    network.initialize(torch.Generator().manual_seed(2))
    torch.nn.init.normal_(network.body.steps.weight, generator=torch.Generator().manual_seed(1))
    return network.eval()


def window(shape: Shape, batch: int = 2) -> Window:
    """Drawn numbers, observed throughout."""
    generator = torch.Generator().manual_seed(0)

    def some(*sizes: int) -> torch.Tensor:
        return torch.randn(batch, *sizes, generator=generator)

    target = some(shape.lookback, shape.channels)
    future = some(shape.lookback + shape.horizon, shape.future)
    past, static = some(shape.lookback, shape.past), some(shape.static)
    return Window(target, torch.ones_like(target), past, future, static, torch.zeros(batch, dtype=torch.long))


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
@pytest.mark.parametrize(("num_layers", "bidirectional"), [(1, False), (2, False), (2, True)])
@pytest.mark.parametrize("length", [1, 4, 5, 10])
def test_every_step_ahead_depends_on_every_input_row(
    cell: Cell, num_layers: int, bidirectional: bool, length: int
) -> None:
    network = drawn(SHAPE, maker(cell, num_layers, bidirectional), length=length)
    given = window(SHAPE, batch=1)
    values = given.target.requires_grad_()
    forecast = network.outlook(given).point()
    assert forecast.shape == (1, 5, 1)
    for step in range(5):
        (gradient,) = torch.autograd.grad(forecast[0, step, 0], values, retain_graph=True)
        assert (gradient[0, :, 0].abs() > 1e-7).all()


@pytest.mark.parametrize("head", [Point(), Quantiles((0.1, 0.5, 0.9))])
def test_the_first_forecast_is_the_last_value_with_what_the_head_starts_with_around_it(head: Head) -> None:
    shape = replace(SHAPE, channels=2, past=1, future=2, static=3, series=4, flags=True)
    network = Segment().network(shape, maker(), head)
    network.initialize(torch.Generator().manual_seed(0))
    given = window(shape)
    last = given.target[:, -1:].double().expand(-1, 5, -1)
    torch.testing.assert_close(network.outlook(given).point(), last)
    if isinstance(head, Quantiles):
        _, high = network.outlook(given).interval(80)
        torch.testing.assert_close(high - last, torch.full_like(last, float(np.log1p(np.exp(-2.25)))))


def test_it_is_the_core_over_the_segments_and_one_step_more_for_each_segment_ahead() -> None:
    shape = replace(SHAPE, lookback=8)  # two segments of four read, two ahead, the last one cut
    network = drawn(shape, maker("lstm"))
    body, given = network.body, window(shape, batch=1)
    assert isinstance(body, Segments)
    level = given.target[:, -1:]
    away = given.target - level
    state = None
    for rows in (away[:, :4, 0], away[:, 4:, 0]):
        _, state = body.core.step(torch.relu(body.embed(rows)), state)
    ahead = [body.steps(body.core.step(place[None], state)[0]) for place in body.place]
    expected = torch.cat(ahead, -1)[..., None] + level
    torch.testing.assert_close(network.outlook(given).point(), expected[:, :5].double())


def test_rows_before_a_series_begins_and_segments_without_a_row_change_nothing() -> None:
    shape = replace(SHAPE, flags=True, past=1)
    network, given = drawn(shape, maker()), window(shape)
    observed = given.observed.clone()
    observed[:, :5] = 0.0  # the first of three segments (with two rows of padding) has no row, the second begins late
    young = replace(given, observed=observed, target=given.target * observed)
    noisy = torch.where(observed > 0, given.past, 99.0)
    torch.testing.assert_close(
        network.outlook(young).point(), network.outlook(replace(young, past=noisy)).point(), rtol=0, atol=0
    )
    alone = Window(*(getattr(young, part)[1:] for part in ("target", "observed", "past", "future", "static", "series")))
    torch.testing.assert_close(network.outlook(young).point()[1:], network.outlook(alone).point(), rtol=1e-5, atol=1e-6)
    shorter = drawn(replace(shape, lookback=5), maker())
    recent = replace(
        young, target=young.target[:, 5:], observed=observed[:, 5:], past=given.past[:, 5:], future=given.future[:, 5:]
    )
    torch.testing.assert_close(network.outlook(young).point(), shorter.outlook(recent).point(), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("channels", [1, 2])
def test_the_linear_map_is_added_for_each_channel_alike(channels: int) -> None:
    shape = replace(SHAPE, channels=channels, past=1)
    network, given = drawn(shape, maker(), linear="trained"), window(shape)
    body = network.body
    assert isinstance(body, Segments)
    assert body.linear is not None
    before = network.outlook(given).point()
    torch.nn.init.normal_(body.linear.weight, generator=torch.Generator().manual_seed(3))
    away = (given.target - given.target[:, -1:]).double()
    expected = torch.einsum("btc,ht->bhc", away, body.linear.weight.double())
    torch.testing.assert_close(network.outlook(given).point() - before, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.slow
def test_with_the_linear_map_the_forecast_follows_a_level_never_met() -> None:
    data = pd.Series(np.sin(np.arange(400) * np.pi / 6), name="wave")
    training = replace(QUICK, epochs=15, steps_per_epoch=20, learning_rate=0.01)
    errors = {}
    for linear in ("trained", "ridge", "none"):
        decoder = Segment(6, dropout=0.0, linear=linear)
        model = GRUForecaster(6, 24, hidden_size=16, decoder=decoder, head=Point(), training=training).fit(data)
        loud = model.predict(history=20 * data[:-6]).to_numpy()
        errors[linear] = float(np.abs(loud - 20 * data[-6:].to_numpy()).mean())
    assert max(errors["trained"], errors["ridge"]) < 0.5 * errors["none"]


def test_what_is_known_of_a_segment_moves_its_own_steps_alone() -> None:
    shape = replace(SHAPE, future=1)
    network, given = drawn(shape, maker()), window(shape, batch=1)
    future = given.future.requires_grad_()
    forecast = network.outlook(given).point()[0, :, 0]
    (of_first,) = torch.autograd.grad(forecast[0], future, retain_graph=True)
    (of_last,) = torch.autograd.grad(forecast[4], future)
    moved = [(gradient[0, 10:, 0] != 0).tolist() for gradient in (of_first, of_last)]
    assert moved == [[True, True, True, True, False], [False, False, False, False, True]]


def test_a_series_never_seen_is_read_as_the_mean_of_those_that_were() -> None:
    shape = replace(SHAPE, series=3)
    network, given = drawn(shape, maker()), window(shape, batch=4)
    body = network.body
    assert isinstance(body, Segments)
    assert body.series is not None
    mixed = replace(given, series=torch.tensor([0, 1, 2, -1]))
    forecast = network.outlook(mixed).point()
    with torch.no_grad():
        body.series[:] = body.series.mean(0)
    meant = network.outlook(mixed).point()
    torch.testing.assert_close(forecast[3], meant[3])
    assert all((forecast[row] - meant[row]).abs().max() > 1e-3 for row in range(3))


@pytest.mark.parametrize(
    ("lookback", "horizon", "length"),
    [(720, 96, 48), (720, 336, 48), (720, 97, 33), (168, 24, 24), (24, 12, 6), (28, 7, 7), (3, 5, 1), (96, 1, 1)],
)
def test_left_to_itself_a_segment_cuts_the_horizon_into_equal_parts(lookback: int, horizon: int, length: int) -> None:
    assert Segment().length_for(lookback, horizon) == length


def test_a_segment_is_no_longer_than_what_there_is() -> None:
    assert Segment(48).length_for(lookback=24, horizon=12) == 24
    assert Segment(7).length_for(lookback=24, horizon=12) == 7


def test_dropout_acts_in_training_alone() -> None:
    network, given = drawn(SHAPE, maker()), window(SHAPE)
    torch.testing.assert_close(network.outlook(given).point(), network.outlook(given).point(), rtol=0, atol=0)
    network.train()
    assert not torch.equal(network.outlook(given).point(), network.outlook(given).point())


def test_a_saved_model_forecasts_as_before_for_series_known_and_new(tmp_path: object) -> None:
    data = wide()
    data.iloc[5, 0] = np.nan
    model = GRUForecaster(5, 14, hidden_size=8, decoder=Segment(4), training=QUICK).fit(data)
    loaded = load(model.save(f"{tmp_path}/model"))
    assert loaded.get_params() == model.get_params()
    assert_frame_equal(loaded.predict(levels=[80]), model.predict(levels=[80]), check_exact=True)
    stranger = data.rename(columns={"north": "nowhere"})
    assert_frame_equal(loaded.predict(history=stranger), model.predict(history=stranger), check_exact=True)


def test_joint_columns_and_columns_known_ahead_fit_together() -> None:
    data = wide().assign(signal=np.arange(float(len(wide()))))
    columns = Columns(target=[*wide().columns], future=["signal"], joint=True)
    model = GRUForecaster(5, 14, hidden_size=8, decoder=Segment(), training=QUICK).fit(data, columns)
    future = pd.DataFrame({"signal": np.arange(5.0)}, pd.date_range(data.index[-1], periods=6, freq="h")[1:])
    ahead = model.predict(future=future)
    assert list(ahead.columns) == [*wide().columns]
    assert np.isfinite(ahead.to_numpy()).all()


@pytest.mark.slow
def test_one_window_memorised_is_reproduced() -> None:
    data = hourly(40)
    settings = replace(QUICK, epochs=150, validation=0.0, learning_rate=0.01, schedule="constant")
    model = GRUForecaster(4, 36, hidden_size=32, decoder=Segment(dropout=0.0), head=Point("mse"), training=settings)
    model.fit(data)
    np.testing.assert_allclose(model.predict(history=data[:36]).to_numpy(), data[36:].to_numpy(), atol=0.05)


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"length": 0}, "length must be"),
        ({"normalize": "mean"}, "unknown normalize 'mean'"),
        ({"linear": True}, "unknown linear True: choose one of trained, ridge, none"),
        ({"dropout": 1.0}, r"dropout must be a share of at least 0 and below 1, got 1\.0"),
    ],
)
def test_what_cannot_be_is_refused(setting: dict[str, object], message: str) -> None:
    with pytest.raises(SettingError, match=message):
        Segment(**setting)  # type: ignore[arg-type]
