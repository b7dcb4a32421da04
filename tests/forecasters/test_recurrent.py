"""Recurrent forecasters: the newest row is seen, covariates work, masks mask, and nothing depends on batch-mates."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import torch

from tests.series import QUICK, hourly, random_walk, wide
from tsrnn.columns import Columns
from tsrnn.errors import DataError, SettingError, ShortSeriesError
from tsrnn.forecasters.recurrent import GRUForecaster, LSTMForecaster, RNNForecaster
from tsrnn.network import Network
from tsrnn.nn.decoder import ForecastNetwork, Shape, Window
from tsrnn.nn.direct import Direct
from tsrnn.nn.heads import Point, Quantiles
from tsrnn.nn.kernels import Cell
from tsrnn.nn.origins import EveryOrigin
from tsrnn.training import Training

CELLS: tuple[Cell, ...] = ("rnn", "gru", "lstm")


def untrained(decoder: Direct, cell: Cell, layers: Network) -> ForecastNetwork:
    """A network of 10 rows and 3 steps whose readout, zero at first, has been drawn too."""
    forecaster = GRUForecaster if cell == "gru" else LSTMForecaster if cell == "lstm" else RNNForecaster
    core = forecaster(hidden_size=8, network=layers)._core
    network = decoder.network(Shape(lookback=10, horizon=3, channels=1), core, Point())
    network.initialize(torch.Generator().manual_seed(2))
    for name, weight in network.named_parameters():
        if name.endswith("steps.weight"):
            torch.nn.init.normal_(weight, generator=torch.Generator().manual_seed(1))
    return network


def window(values: torch.Tensor) -> Window:
    """Observed throughout, with nothing beside."""
    none = torch.zeros(1, 13, 0)
    return Window(values, torch.ones_like(values), none[:, :10], none, none[:, 0], torch.zeros(1, dtype=torch.long))


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize(
    "shape", [Network(), Network(num_layers=2, residual=True, layer_norm=True), Network(bidirectional=True)]
)
def test_every_step_ahead_depends_on_every_input_row_the_last_included(cell: Cell, shape: Network) -> None:
    network = untrained(Direct(), cell, shape)
    values = torch.randn(1, 10, 1, generator=torch.Generator().manual_seed(0), requires_grad=True)
    for step in range(3):
        (gradient,) = torch.autograd.grad(network.outlook(window(values)).point()[0, step, 0], values)
        assert (gradient[0, :, 0].abs() > 1e-6).all()


@pytest.mark.parametrize("cell", CELLS)
def test_each_of_many_origins_sees_every_row_up_to_it_and_none_after(cell: Cell) -> None:
    network = untrained(Direct(origins=4), cell, Network(num_layers=2))
    assert isinstance(network, EveryOrigin)
    values = torch.randn(1, 10, 1, generator=torch.Generator().manual_seed(0), requires_grad=True)
    rows = network.rows(values.device)
    assert rows.tolist() == [4, 6, 7, 9]
    raw, level = network.at(window(values), rows)
    for origin, row in enumerate(rows.tolist()):
        for step in range(3):
            forecast = (raw[0, origin, step, 0] + level[0, origin, 0]).sum()
            (gradient,) = torch.autograd.grad(forecast, values, retain_graph=True)
            assert (gradient[0, : row + 1, 0].abs() > 1e-6).all()
            assert (gradient[0, row + 1 :, 0] == 0).all()
    torch.testing.assert_close(
        network.outlook(window(values)).point()[:, :, 0],
        (raw[..., 0] + level)[:, -1, :, 0].double(),
        rtol=1e-5,
        atol=1e-6,
    )


@pytest.mark.parametrize("forecaster", [GRUForecaster, LSTMForecaster])
def test_on_a_random_walk_step_one_is_as_good_as_the_last_value(
    forecaster: type[GRUForecaster | LSTMForecaster],
) -> None:
    walk, horizon, origins = random_walk(1500, seed=3), 12, range(1000, 1400, 4)
    model = forecaster(horizon, 24, hidden_size=16, training=Training(epochs=4, batch_size=64)).fit(walk[:1000])
    first = [abs(model.predict(history=walk[:origin]).iloc[0] - walk[origin]) for origin in origins]
    last_value = [abs(walk[origin - 1] - walk[origin]) for origin in origins]
    assert np.mean(first) <= 1.10 * np.mean(last_value)


@pytest.mark.slow
def test_intervals_widen_with_the_horizon_on_a_random_walk() -> None:
    model = GRUForecaster(12, 24, hidden_size=16, training=Training(epochs=8, batch_size=64)).fit(random_walk(1500))
    ahead = model.predict(levels=[80])
    width = (ahead["walk-hi-80"] - ahead["walk-lo-80"]).to_numpy()
    assert 2.0 < width[0] < 3.2  # 2.56 standard deviations of one step
    assert 2.5 < width[11] / width[0] < 4.5  # the square root of 12 is 3.46


def test_one_window_of_training_memorised_is_reproduced() -> None:
    data = hourly(40)
    settings = Training(epochs=300, steps_per_epoch=1, validation=0.0, learning_rate=0.01, schedule="constant")
    model = GRUForecaster(4, 36, hidden_size=32, head=Point("mse"), training=settings).fit(data)
    np.testing.assert_allclose(model.predict(history=data[:36]).to_numpy(), data[36:].to_numpy(), atol=0.05)


@pytest.mark.slow
def test_a_column_known_ahead_that_drives_the_target_lowers_the_error() -> None:
    rng = np.random.default_rng(0)
    driver = pd.Series(rng.normal(size=600), pd.RangeIndex(600))
    data = pd.DataFrame({"y": 5 * driver + rng.normal(scale=0.1, size=600), "driver": driver})
    training = Training(epochs=15, learning_rate=0.01)
    informed = GRUForecaster(4, 8, hidden_size=16, training=training)
    informed.fit(data[:500], Columns(target="y", future=["driver"]))
    blind = GRUForecaster(4, 8, hidden_size=16, training=training).fit(data.loc[:499, ["y"]])
    errors: dict[str, list[float]] = {"informed": [], "blind": []}
    for origin in range(500, 596, 4):
        ahead = data[origin : origin + 4]
        told = informed.predict(history=data[:origin], future=ahead[["driver"]])
        guess = blind.predict(history=data.loc[: origin - 1, ["y"]])
        errors["informed"].append(float((told["y"] - ahead["y"]).abs().mean()))
        errors["blind"].append(float((guess["y"] - ahead["y"]).abs().mean()))
    assert np.mean(errors["informed"]) < 0.2 * np.mean(errors["blind"])


def test_past_static_and_calendar_columns_reach_the_network() -> None:
    index = pd.date_range("2024-01-01", periods=60, freq="h")
    parts = [
        pd.DataFrame({"id": name, "t": index, "y": hourly(60, seed).to_numpy(), "p": np.arange(60.0), "s": float(seed)})
        for seed, name in enumerate("ab")
    ]
    columns = Columns(id="id", time="t", target="y", past=["p"], static=["s"], calendar=["hour"])
    model = GRUForecaster(4, 12, hidden_size=8, training=QUICK).fit(pd.concat(parts, ignore_index=True), columns)
    learned = model.learned()
    assert learned.recent.past.shape[1] == 1
    assert learned.recent.static.tolist() == [[0.0], [1.0]]
    assert learned.recent.future.shape[1] == 2  # sine and cosine of the hour
    ahead = model.predict()
    assert list(ahead.columns) == ["id", "t", "y"]
    assert len(ahead) == 8


def test_joint_columns_are_channels_of_one_input() -> None:
    model = GRUForecaster(4, 12, hidden_size=8, training=QUICK).fit(wide(), Columns(joint=True))
    ahead = model.predict(levels=[80])
    assert list(ahead.columns[:3]) == ["north", "north-lo-80", "north-hi-80"]
    assert model.learned().recent.channels == 3


def test_an_answer_does_not_depend_on_the_other_series_asked_for() -> None:
    model = GRUForecaster(4, 12, hidden_size=8, training=QUICK).fit(wide())
    together = model.predict(history=wide(80))
    alone = model.predict(history=wide(80)[["east"]])
    np.testing.assert_allclose(alone["east"].to_numpy(), together["east"].to_numpy(), rtol=1e-5)


def test_a_series_never_seen_is_forecast_on_its_own_scale() -> None:
    model = GRUForecaster(4, 12, hidden_size=8, training=QUICK).fit(wide())
    stranger = hourly(60, seed=9).rename("west") * 1000
    ahead = model.predict(history=stranger)
    assert ahead.name == "west"
    assert 5_000 < ahead.mean() < 15_000


def test_the_lookback_defaults_to_two_seasons_or_two_horizons_but_a_third_of_the_series() -> None:
    lookbacks = {
        (horizon, rows): GRUForecaster(horizon, training=QUICK, hidden_size=4).fit(hourly(rows)).learned().model.memory
        for horizon, rows in ((4, 300), (40, 300), (4, 90))
    }
    assert lookbacks == {(4, 300): 48, (40, 300): 80, (4, 90): 30}


def test_the_log_transform_keeps_forecasts_of_a_growing_series_positive_and_difference_follows_its_trend() -> None:
    growth = pd.Series(np.exp(np.linspace(0, 5, 120)))
    logged = GRUForecaster(4, 12, hidden_size=8, transform="log", training=QUICK).fit(growth).predict(levels=[95])
    assert (logged.to_numpy() > 0).all()
    line = pd.Series(np.arange(120.0))
    stepped = GRUForecaster(4, 12, hidden_size=8, transform="difference", training=QUICK).fit(line).predict()
    np.testing.assert_allclose(stepped.to_numpy(), [120, 121, 122, 123], atol=0.5)


def test_intervals_of_differences_are_refused_because_they_do_not_add_up() -> None:
    model = GRUForecaster(4, 12, hidden_size=8, transform="difference", training=QUICK).fit(hourly())
    with pytest.raises(SettingError, match="transform='difference'"):
        model.predict(levels=[80])


def test_what_cannot_be_is_refused_with_the_numbers() -> None:
    short = hourly(15)
    with pytest.raises(
        ShortSeriesError, match=r"'load' has 15 rows, but one window takes 16 \(lookback 12 \+ horizon 4\)"
    ):
        GRUForecaster(4, 12).fit(short)
    model = GRUForecaster(4, 12, hidden_size=4, training=QUICK).fit(hourly())
    with pytest.raises(SettingError, match="fitted for a horizon of 4, 5 were asked for; fit with horizon=5"):
        model.predict(5)
    with pytest.raises(ShortSeriesError, match=r"'load' has 11 rows of history, but the model reads 12 \(lookback\)"):
        model.predict(history=hourly(11))
    silent = hourly()
    silent.iloc[-12:] = np.nan
    with pytest.raises(DataError, match="'load' has no observed value in its last 12 rows"):
        model.predict(history=silent)
    with pytest.raises(SettingError, match=r"a 99 % interval needs the quantiles .*up to 95 %"):
        model.predict(levels=[99])
    with pytest.raises(SettingError, match=r"a point head gives no 80 % interval; fit with head=Quantiles"):
        GRUForecaster(4, 12, hidden_size=4, head=Point(), training=QUICK).fit(hourly()).predict(levels=[80])
    with pytest.raises(SettingError, match=r"unknown transform 'logg': .*did you mean 'log'"):
        GRUForecaster(4, 12, transform="logg").fit(hourly())


def test_a_wider_head_allows_a_wider_interval() -> None:
    head = Quantiles((0.005, 0.1, 0.5, 0.9, 0.995))
    ahead = GRUForecaster(4, 12, hidden_size=4, head=head, training=QUICK).fit(hourly()).predict(levels=[99])
    assert list(ahead.columns) == ["load", "load-lo-99", "load-hi-99"]


def test_missing_values_and_a_missing_validation_tail_are_noticed() -> None:
    data = hourly(25)
    data.iloc[3] = np.nan
    notices = GRUForecaster(4, 20, hidden_size=4, training=QUICK).fit(data).learned().model.notices
    assert [(notice.series, notice.count) for notice in notices] == [("load", 1), (None, 1)]
    assert "without early stopping" in notices[1].message


def test_the_three_differ_by_their_cell_alone() -> None:
    kinds = [RNNForecaster, GRUForecaster, LSTMForecaster]
    assert [kind(4).cell for kind in kinds] == ["rnn", "gru", "lstm"]
    assert len({str(kind.__init__) for kind in kinds}) == 1


def test_it_is_said_where_one_short_series_sets_the_window_of_all() -> None:
    rows = pd.concat([hourly(120), hourly(120), hourly(15)], keys=["a", "b", "c"], names=["unique_id", "ds"])
    frame = rows.rename("y").reset_index()
    model = GRUForecaster(4, hidden_size=2, training=Training(epochs=1, steps_per_epoch=1))
    found = model.fit(frame, Columns(id="unique_id", time="ds", target="y")).learned().notices
    assert [(notice.series, notice.message) for notice in found] == [
        ("c", "the shortest series, 15 rows: a third of them, 5, is the window of all")
    ]
