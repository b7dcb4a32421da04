"""The learned cycle: what a decoder sees is without it, what is forecast has it, and training moves it."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from tsrnn.errors import SettingError
from tsrnn.forecasters.recurrent import GRUForecaster
from tsrnn.nn.cycle import Cycle, Cyclic, Table
from tsrnn.nn.decoder import Decoder, Shape, Window
from tsrnn.nn.direct import Direct
from tsrnn.nn.distributions import NegativeBinomial, Normal
from tsrnn.nn.heads import Head, Point, Quantiles
from tsrnn.nn.rollout import Recursive
from tsrnn.nn.segment import Segment
from tsrnn.nn.seq2seq import Seq2Seq

LOOKBACK, HORIZON, PERIOD = 6, 3, 5
NEAR = 1e-5  # of numbers that a network of float32 gives
SHAPE = Shape(LOOKBACK, HORIZON, channels=2, series=3)
INNER: list[Decoder] = [
    Direct(),
    Direct(normalize="revin"),
    Direct(origins=3),
    Segment(2),
    Seq2Seq(),
    Recursive(samples=40, lags=(2,)),
]


def drawn(decoder: Decoder | None = None, head: Head | None = None, shared: bool = False) -> Cyclic:
    """A network whose every weight is drawn, the cycle and the readouts, zero at first, too."""
    core = GRUForecaster(hidden_size=4)._core
    network = Cycle(PERIOD, decoder, shared).network(SHAPE, core, head or Normal())
    assert isinstance(network, Cyclic)
    generator = torch.Generator().manual_seed(0)
    network.initialize(generator)
    for name, weight in network.named_parameters():
        if not weight.any() or name.startswith("cycle"):
            torch.nn.init.normal_(weight, 0.0, 0.1, generator=generator)
    return network.eval()


def windows(gap: bool = False) -> Window:
    """Of three series, one of them never seen, with their last rows at other places; all observed unless `gap`."""
    target = torch.randn(3, LOOKBACK + HORIZON, 2, generator=torch.Generator().manual_seed(1))
    observed = torch.ones_like(target)
    if gap:
        observed[1, 2, 0] = observed[0, LOOKBACK, 1] = 0.0
    none = torch.zeros(3, LOOKBACK + HORIZON, 0)
    series, place = torch.tensor([2, 0, -1]), torch.tensor([7, -1, 3_000_000_004])
    beside = (none[:, :LOOKBACK], none, none[:, 0], series, torch.arange(3))
    return Window(target * observed, observed, *beside, complete=not gap, place=place)


def by_hand(network: Cyclic, window: Window, first: int, last: int) -> Tensor:
    """The cycle from step `first` to `last`, of which step 0 is the last row read: a loop over everything."""
    tables = next(network.cycle.parameters()).detach() * 20.0
    assert window.place is not None
    found = torch.zeros(3, last - first + 1, 2)
    for row in range(3):
        series = int(window.series[row])
        table = tables if tables.ndim == 2 else tables[series] if series >= 0 else tables.mean(0)
        for step in range(first, last + 1):
            found[row, step - first] = table[(int(window.place[row]) + step) % PERIOD]
    return found


@pytest.mark.parametrize("decoder", INNER, ids=str)
@pytest.mark.parametrize("shared", [False, True])
def test_a_decoder_sees_and_learns_what_is_left_and_its_forecast_is_put_on_the_cycle(
    decoder: Decoder, shared: bool
) -> None:
    network, window = drawn(decoder, shared=shared), windows()
    whole = by_hand(network, window, 1 - LOOKBACK, HORIZON)
    rest = replace(window, target=window.target - whole)
    torch.testing.assert_close(network.loss(window), network.decoder.loss(rest))
    found, inner, ahead = network.outlook(window), network.decoder.outlook(rest), whole[:, LOOKBACK:]
    torch.testing.assert_close(found.point(), inner.point() + ahead, rtol=NEAR, atol=NEAR)
    for ours, theirs in zip(found.interval(80), inner.interval(80), strict=True):
        torch.testing.assert_close(ours, theirs + ahead, rtol=NEAR, atol=NEAR)
    assert (network.longest, network.attends) == (network.decoder.longest, isinstance(decoder, Seq2Seq))
    if network.attends:
        torch.testing.assert_close(network.weights(window), network.decoder.weights(rest))


def test_sample_paths_have_the_cycle_of_each_step_for_any_number_of_steps() -> None:
    network, window = drawn(Recursive()), windows()
    window = replace(window, target=window.target[:, :LOOKBACK], observed=window.observed[:, :LOOKBACK])
    window = replace(window, future=torch.zeros(3, LOOKBACK + 12, 0))
    rest = replace(window, target=window.target - by_hand(network, window, 1 - LOOKBACK, 0))
    ahead = by_hand(network, window, 1, 12)
    found, inner = network.paths(window, 5, 1), network.decoder.paths(rest, 5, 1)
    torch.testing.assert_close(found, inner + ahead[:, None], rtol=NEAR, atol=NEAR)
    assert network.outlook(window).point().shape == (3, 12, 2)


def test_what_is_missing_stays_0_and_a_target_that_is_missing_moves_no_cycle() -> None:
    network, window = drawn(head=Point()), windows(gap=True)
    rest = network._without(window).target
    assert (rest[window.observed == 0] == 0).all()
    there = window.observed != 0
    torch.testing.assert_close(rest[there], (window.target - by_hand(network, window, 1 - LOOKBACK, HORIZON))[there])


@pytest.mark.parametrize("decoder", INNER, ids=str)
def test_the_loss_moves_the_cycle_of_the_series_and_places_that_it_is_about(decoder: Decoder) -> None:
    network = drawn(decoder, Quantiles((0.1, 0.5, 0.9))).train()
    only = windows().select(torch.tensor([0]))
    assert only.place is not None and only.place.tolist() == [7]
    network.loss(only).backward()  # type: ignore[no-untyped-call]
    gradient = network.cycle.get_parameter("series").grad
    assert gradient is not None
    assert (gradient[:2] == 0).all()
    ahead = [(7 + step) % PERIOD for step in range(1, HORIZON + 1)]
    assert (gradient[2, ahead].abs() > 0).all()


def test_untrained_there_is_no_cycle() -> None:
    network = Cycle(PERIOD).network(SHAPE, GRUForecaster(hidden_size=4)._core, Point())
    network.initialize(torch.Generator().manual_seed(0))
    plain = Direct().network(SHAPE, GRUForecaster(hidden_size=4)._core, Point())
    plain.initialize(torch.Generator().manual_seed(0))
    assert torch.equal(network.outlook(windows()).point(), plain.outlook(windows()).point())


def test_the_map_before_training_is_that_of_windows_as_they_are() -> None:
    core, every = GRUForecaster(hidden_size=4)._core, torch.arange(3)
    with_cycle, plain = (made.network(SHAPE, core, Quantiles()) for made in (Cycle(PERIOD, Segment(2)), Segment(2)))
    for network in (with_cycle, plain):
        network.initialize(torch.Generator().manual_seed(0))
        network.solve(windows().select, every, every)
    solved, needed = dict(with_cycle.named_buffers())["decoder.ridge.weights"], plain.get_buffer("ridge.weights")
    assert torch.equal(solved, needed) and needed.any() and not solved.requires_grad


def test_a_table_for_all_has_no_series_and_a_table_a_series_has_no_other() -> None:
    assert [name for name, _ in Table(4, 1, None).named_parameters()] == ["shared"]
    assert [tuple(weight.shape) for weight in Table(4, 1, 7).parameters()] == [(7, 4, 1)]


def test_counts_have_no_cycle() -> None:
    with pytest.raises(SettingError, match=r"Cycle\(5\) takes a cycle off counts, .* leave Cycle\(\) out"):
        Cycle(PERIOD).network(SHAPE, GRUForecaster(hidden_size=4)._core, NegativeBinomial())


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"period": 1}, "period must be a whole number of at least 2, got 1"),
        ({"period": 24.0}, "period must be a whole number of at least 2, got 24.0"),
        ({"period": 24, "decoder": "segment"}, "decoder in Cycle must be another decoder, such as Segment"),
        ({"period": 24, "decoder": Cycle(7)}, "decoder in Cycle must be another decoder"),
        ({"period": 24, "shared": 1}, "shared must be True or False, got 1"),
    ],
)
def test_settings_that_cannot_be_are_refused(settings: dict[str, object], words: str) -> None:
    with pytest.raises(SettingError, match=words):
        Cycle(**settings)  # type: ignore[arg-type]
