"""Encoder and decoder: every row is seen, actual values are told in training alone, and attention finds its row."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from pandas.testing import assert_frame_equal
from torch import Tensor

from tests.series import QUICK, hourly, random_walk, wide
from tsrnn.errors import SettingError
from tsrnn.forecasters.recurrent import GRUForecaster, LSTMForecaster, RNNForecaster
from tsrnn.forecasters.recurrent_model import RecurrentModel
from tsrnn.network import Network
from tsrnn.nn.attention import KINDS
from tsrnn.nn.decoder import Shape, Window
from tsrnn.nn.distributions import NegativeBinomial
from tsrnn.nn.heads import Head, Point, Quantiles
from tsrnn.nn.kernels import Cell
from tsrnn.nn.seq2seq import EncoderDecoder, Seq2Seq
from tsrnn.saving import load
from tsrnn.training import Training

LOOKBACK, HORIZON = 10, 3
TOLD = Seq2Seq(None, teacher_forcing=1.0, decay=None)
EVERY_SHAPE = [Network(), Network(num_layers=2, residual=True, layer_norm=True), Network(bidirectional=True)]


def made(
    decoder: Seq2Seq,
    cell: Cell = "gru",
    layers: Network | None = None,
    shape: Shape | None = None,
    head: Head | None = None,
) -> EncoderDecoder:
    """An untrained network of 10 rows and 3 steps."""
    kind = {"gru": GRUForecaster, "lstm": LSTMForecaster, "rnn": RNNForecaster}[cell]
    core = kind(hidden_size=8, network=layers)._core
    network = decoder.network(shape or Shape(LOOKBACK, HORIZON, channels=1), core, head or Point())
    assert isinstance(network, EncoderDecoder)
    network.initialize(torch.Generator().manual_seed(2))
    return network


def drawn(network: EncoderDecoder) -> EncoderDecoder:
    """The same, with the last layer, which begins at zero, drawn too."""
    torch.nn.init.normal_(network.read.weight, generator=torch.Generator().manual_seed(1))
    return network


def window(values: Tensor, future: int = 0, static: int = 0) -> Window:
    """All observed; covariates are zeros."""
    batch, rows = values.shape[:2]
    none = torch.zeros(batch, LOOKBACK, 0)
    known, fixed = torch.zeros(batch, LOOKBACK + HORIZON, future), torch.zeros(batch, static)
    return Window(values, torch.ones(batch, rows, 1), none, known, fixed, torch.zeros(batch, dtype=torch.long))


def normal(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
@pytest.mark.parametrize("layers", EVERY_SHAPE)
@pytest.mark.parametrize("attention", [None, "bahdanau", "luong"])
def test_every_step_ahead_depends_on_every_input_row(attention: str | None, layers: Network, cell: Cell) -> None:
    network = drawn(made(Seq2Seq(attention), cell, layers)).eval()
    values = normal(1, LOOKBACK, 1).requires_grad_()
    forecast = network.outlook(window(values)).point()
    for step in range(HORIZON):
        (gradient,) = torch.autograd.grad(forecast[0, step, 0], values, retain_graph=True)
        assert (gradient[0, :, 0].abs() > 1e-6).all()


@pytest.mark.parametrize("attention", [None, *KINDS])
def test_the_first_forecast_is_the_windows_level(attention: str | None) -> None:
    values = normal(4, LOOKBACK, 1)
    point = made(Seq2Seq(attention), head=Quantiles()).outlook(window(values)).point()
    torch.testing.assert_close(point, values[:, -1:].expand(-1, HORIZON, -1).double())
    centred = made(Seq2Seq(attention, normalize="revin")).outlook(window(values)).point()
    torch.testing.assert_close(centred[:, 0], values.mean(1).double())


def by_hand(network: EncoderDecoder, values: Tensor, told: bool) -> Tensor:
    """The forecast of a network without attention, relative to the last value: one call of `step` after the other."""
    away = values - values[:, LOOKBACK - 1 : LOOKBACK]
    _, state = network.encoder(away[:, :LOOKBACK])
    before, steps = away[:, LOOKBACK - 1], []
    for step in range(HORIZON):
        out, state = network.decoder.step(before, state)
        steps.append(network.read(out))
        before = away[:, LOOKBACK + step] if told else steps[-1]
    return torch.stack(steps, 1)


@pytest.mark.parametrize(("training", "told"), [(True, True), (False, False)])
def test_in_training_the_actual_values_are_told_and_in_evaluation_the_own_forecasts(training: bool, told: bool) -> None:
    network, values = drawn(made(TOLD)).train(training), normal(4, LOOKBACK + HORIZON, 1)
    away = (values - values[:, LOOKBACK - 1 : LOOKBACK])[:, LOOKBACK:]
    expected = (by_hand(network, values, told) - away).abs().mean()
    torch.testing.assert_close(network.loss(window(values)), expected)


@pytest.mark.parametrize("attention", [None, "luong"])
def test_a_forecast_and_the_validation_loss_are_told_nothing(attention: str | None) -> None:
    values = normal(2, LOOKBACK + HORIZON, 1)
    network = drawn(made(Seq2Seq(attention, teacher_forcing=1.0, decay=None))).eval()
    point = network.outlook(window(values)).point()
    assert torch.equal(point, network.outlook(window(values[:, :LOOKBACK])).point())
    torch.testing.assert_close(network.loss(window(values)).double(), (point - values[:, LOOKBACK:]).abs().mean())
    told = network.train().loss(window(values))
    assert (told - network.eval().loss(window(values))).abs() > 1e-3


def test_the_median_is_what_a_step_hears_of_the_one_before() -> None:
    network, values = drawn(made(Seq2Seq(None), head=Quantiles((0.1, 0.5, 0.9)))), normal(2, LOOKBACK, 1)
    away = values - values[:, -1:]
    _, state = network.encoder(away)
    out, state = network.decoder.step(away[:, -1], state)
    out, state = network.decoder.step(network.read(out)[:, 1:2], state)
    second = network.read(out)[:, 1].double() + values[:, -1, 0].double()
    torch.testing.assert_close(network.outlook(window(values)).point()[:, 1, 0], second)


def test_counts_are_forecast_as_whole_numbers_and_heard_in_units_of_their_mean() -> None:
    counts = pd.Series(np.random.default_rng(0).poisson(6.0, size=120).astype(float))
    model = GRUForecaster(4, 12, hidden_size=8, decoder=Seq2Seq(), head=NegativeBinomial(), training=QUICK)
    ahead = model.fit(counts).predict()
    assert (ahead == ahead.round()).all() and ahead.between(3, 9).all()
    network = drawn(made(Seq2Seq(None), head=NegativeBinomial()))
    values = torch.tensor(counts.to_numpy()[:LOOKBACK], dtype=torch.float32)[None, :, None]
    mean = (values.sum() + 0.5) / (LOOKBACK + 1)
    _, state = network.encoder(values / mean)
    out, state = network.decoder.step(values[:, -1] / mean, state)
    first = NegativeBinomial().point(torch.cat((network.read(out), mean[None, None]), -1))
    point = network.outlook(window(values)).point()[0, :, 0]
    assert point[0] == first.item()
    out, state = network.decoder.step((first[None] / mean).float(), state)
    assert point[1] == NegativeBinomial().point(torch.cat((network.read(out), mean[None, None]), -1)).item()


def test_a_missing_value_is_told_as_the_last_one_observed() -> None:
    network, values = drawn(made(TOLD)).train(), normal(1, LOOKBACK + HORIZON, 1)
    observed = torch.ones_like(values)
    observed[0, LOOKBACK] = 0.0
    values[0, LOOKBACK] = 0.0
    carried = values.clone()
    carried[0, LOOKBACK] = values[0, LOOKBACK - 1]
    steps = by_hand(network, carried, told=True)[0, 1:, 0]
    expected = (steps - (values - values[:, LOOKBACK - 1 : LOOKBACK])[0, LOOKBACK + 1 :, 0]).abs().mean()
    torch.testing.assert_close(network.loss(replace(window(values), observed=observed)), expected)


def test_the_share_of_told_steps_falls_with_the_training_steps() -> None:
    falling = Seq2Seq(teacher_forcing=0.8, decay=50.0)
    shares = [falling.share(step) for step in (0, 100, 50 * np.log(50), 300, 10**6)]
    expected = [0.8 * 50 / (50 + np.exp(step / 50)) for step in (0, 100, 50 * np.log(50), 300)]
    np.testing.assert_allclose(shares, [*expected, 0.0], atol=1e-9)
    assert shares[2] == pytest.approx(0.4)
    assert [replace(falling, decay=None).share(step) for step in (0, 10**6)] == [0.8, 0.8]
    network = made(Seq2Seq(None, teacher_forcing=1.0, decay=2.0))
    values = window(normal(2, LOOKBACK + HORIZON, 1))
    for _ in range(40):
        network.train().loss(values)
    assert torch.equal(network.loss(values), network.eval().loss(values))  # by now it falls on its own feet


@pytest.mark.parametrize("attention", [None, "bahdanau"])
def test_covariates_reach_their_own_step_and_those_after_it(attention: str | None) -> None:
    shape = Shape(LOOKBACK, HORIZON, channels=1, future=1, static=1)
    network = drawn(made(Seq2Seq(attention), shape=shape))
    given = window(normal(1, LOOKBACK, 1), future=1, static=1)
    given.future.requires_grad_()
    given.static.requires_grad_()
    point = network.outlook(given).point()
    for step in range(HORIZON):
        known, fixed = torch.autograd.grad(point[0, step, 0], [given.future, given.static], retain_graph=True)
        reached = known[0, :, 0].abs() > 1e-7
        assert reached.tolist() == [True] * (LOOKBACK + step + 1) + [False] * (HORIZON - step - 1)
        assert fixed.abs().item() > 1e-7


@pytest.mark.parametrize("layers", EVERY_SHAPE)
def test_rows_before_a_series_begins_change_nothing_and_weigh_nothing(layers: Network) -> None:
    network, values = drawn(made(Seq2Seq(), layers=layers)).eval(), normal(2, LOOKBACK, 1)
    late = window(values)
    late.observed[0, :4] = 0.0
    other = replace(late, target=torch.cat((torch.full_like(values[:, :4], 7.0), values[:, 4:]), 1))
    torch.testing.assert_close(network.outlook(late).point()[0], network.outlook(other).point()[0])
    weights = network.weights(late)
    assert weights.shape == (2, HORIZON, LOOKBACK)
    assert (weights[0, :, :4] == 0).all() and (weights[1] > 0).all()
    torch.testing.assert_close(weights.sum(-1), torch.ones(2, HORIZON))


@pytest.mark.parametrize("attention", [None, "bahdanau", "luong"])
def test_the_same_seed_gives_the_same_weights_and_another_others(attention: str | None) -> None:
    def weights(seed: int) -> dict[str, Tensor]:
        decoder = Seq2Seq(attention, teacher_forcing=0.5, decay=None)
        model = LSTMForecaster(4, 12, hidden_size=8, decoder=decoder, training=replace(QUICK, seed=seed)).fit(hourly())
        learned = model.learned().model
        assert isinstance(learned, RecurrentModel)
        return dict(learned.network.state_dict())

    first, again, other = weights(0), weights(0), weights(1)
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(first["read.weight"], other["read.weight"])


@pytest.mark.parametrize("layers", EVERY_SHAPE)
def test_a_saved_model_forecasts_and_looks_as_before(layers: Network, tmp_path: Path) -> None:
    decoder = Seq2Seq("luong", teacher_forcing=0.5, decay=20.0)
    model = LSTMForecaster(4, 12, hidden_size=8, network=layers, decoder=decoder, training=QUICK).fit(wide())
    loaded = load(model.save(tmp_path / "model"))
    assert isinstance(loaded, LSTMForecaster) and loaded.decoder == decoder
    assert_frame_equal(loaded.predict(levels=[80]), model.predict(levels=[80]), check_exact=True)
    assert_frame_equal(loaded.attention(), model.attention(), check_exact=True)


def copied(series: int, seed: int) -> pd.DataFrame:
    """Ten random values, then the third, fourth and fifth of them again: the value eight rows ago."""
    values = np.random.default_rng(seed).normal(size=(LOOKBACK, series))
    return pd.DataFrame(np.concatenate((values, values[2:5]))).add_prefix("s")


def learned_copy(attention: str | None, epochs: int) -> tuple[float, float]:
    """On new series, of a network trained on 600: the mean squared error, and how often the right row weighs most."""
    settings = Training(epochs=epochs, steps_per_epoch=25, validation=0.0, learning_rate=0.015)
    decoder, new = Seq2Seq(attention), copied(200, seed=1)
    model = GRUForecaster(HORIZON, LOOKBACK, hidden_size=32, decoder=decoder, head=Point("mse"), training=settings)
    ahead = model.fit(copied(600, seed=0)).predict(history=new[:LOOKBACK])
    error = float(((ahead - new[LOOKBACK:]) ** 2).to_numpy().mean())
    if attention is None:
        return error, 0.0
    weights = model.attention(history=new[:LOOKBACK])["weight"].to_numpy().reshape(200, HORIZON, LOOKBACK)
    return error, float((weights.argmax(-1) == [2, 3, 4]).mean())


@pytest.mark.slow
@pytest.mark.parametrize(("attention", "epochs"), [("luong", 8), ("bahdanau", 16)])
def test_where_the_value_of_eight_rows_ago_comes_again_attention_looks_at_that_row(attention: str, epochs: int) -> None:
    (error, right), (without, _) = learned_copy(attention, epochs), learned_copy(None, epochs)
    assert error < 0.5 * without
    assert error < 0.15
    assert right > 0.9


@pytest.mark.slow
@pytest.mark.parametrize(
    ("decoder", "least", "most"), [(Seq2Seq(None), 2.8, 4.2), (Seq2Seq(), 1.8, 4.2), (TOLD, 0.9, 1.5)]
)
def test_intervals_widen_with_the_horizon_unless_actual_values_are_told(
    decoder: Seq2Seq, least: float, most: float
) -> None:
    training = Training(epochs=6, steps_per_epoch=60)
    model = GRUForecaster(12, 24, hidden_size=16, decoder=decoder, training=training).fit(random_walk(1500))
    ahead = model.predict(levels=[80])
    width = (ahead["walk-hi-80"] - ahead["walk-lo-80"]).to_numpy()
    assert 1.8 < width[0] < 3.5  # 2.56 standard deviations of one step
    assert least < width[11] / width[0] < most  # the square root of 12 is 3.46


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(SettingError, match=r"unknown attention 'loung': .*did you mean 'luong'"):
        Seq2Seq("loung")
    with pytest.raises(SettingError, match=r"teacher_forcing must be a share from 0 to 1, got 1\.5"):
        Seq2Seq(teacher_forcing=1.5)
    with pytest.raises(SettingError, match=r"decay must be a number of training steps of at least 1, or None; got 0"):
        Seq2Seq(decay=0)
    with pytest.raises(SettingError, match=r"unknown normalize 'first'"):
        Seq2Seq(normalize="first")
    with pytest.raises(SettingError, match="dot attention needs queries and keys of one size, got 8 and 16"):
        made(Seq2Seq("dot"), layers=Network(bidirectional=True))
