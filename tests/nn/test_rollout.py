"""The recursive network: stepping equals reading, the past alone is seen, and sample paths are what they should be."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from tsrnn.errors import SettingError
from tsrnn.forecasters.recurrent import GRUForecaster
from tsrnn.network import Network
from tsrnn.nn.decoder import HeadOutlook, Shape, Window
from tsrnn.nn.distributions import NegativeBinomial, Normal
from tsrnn.nn.draws import stratified
from tsrnn.nn.heads import Head, Point, Quantiles
from tsrnn.nn.rollout import Paths, Recursive, Rollout
from tsrnn.nn.track import Track

ROWS, STEPS = 10, 6
SHAPE = Shape(ROWS, 3, channels=2, future=1, static=1, flags=True)


def rollout(head: Head, lags: tuple[int, ...] = (), shape: Shape = SHAPE) -> Rollout:
    """A network whose last layer, zero at first, has been drawn too."""
    core = GRUForecaster(hidden_size=8, network=Network(num_layers=2))._core
    network = Rollout(Recursive(lags=lags), shape, core, head)
    network.initialize(torch.Generator().manual_seed(1))
    torch.nn.init.normal_(network.read.weight, std=0.3, generator=torch.Generator().manual_seed(2))
    return network.eval()


def window(batch: int = 3, steps: int = STEPS, counts: bool = False) -> Window:
    """Rows, some of them missing, and covariates for so many steps after them."""
    random = torch.Generator().manual_seed(0)
    target = torch.randn(batch, ROWS, 2, generator=random)
    if counts:
        target = torch.poisson(4.0 * torch.exp(target), generator=random)
    observed = torch.ones(batch, ROWS, 2)
    observed[0, 4:6, 0] = observed[1, :3] = observed[2, -1, 1] = 0.0
    future = torch.randn(batch, ROWS + steps, 1, generator=random)
    static = torch.randn(batch, 1, generator=random)
    series = torch.arange(batch)
    return Window(target * observed, observed, target[..., :0], future, static, series, series * 7919)


@pytest.mark.parametrize("head", [Quantiles(), Normal(), NegativeBinomial()])
@pytest.mark.parametrize("lags", [(), (2, 5)])
def test_a_path_is_what_the_network_says_when_it_reads_that_path_as_data(head: Head, lags: tuple[int, ...]) -> None:
    network, seen = rollout(head, lags), window(counts=head.counts)
    path = network.paths(seen, 1, seed=5)[:, 0]  # (batch, step, channel)
    told = torch.cat((seen.target, path.float()), 1)
    there = torch.cat((seen.observed, torch.ones_like(path).float()), 1)
    whole = Window(told, there, seen.past, seen.future, seen.static, seen.series)
    track = Track.over(told[:, :-1], there[:, :-1], head.counts)
    out, _ = network.core(network._inputs(track, whole, network._lagged(track)), mask=track.begun)
    read = HeadOutlook(head, network._raw(out), track.level, track.scale)
    assert seen.keys is not None
    for step in range(STEPS):
        share = torch.full((3, ROWS + STEPS - 1, 2), 0.5, dtype=torch.float64)
        share[:, ROWS - 1 + step] = stratified(seen.keys, 5, step, 1, 2)[:, 0]
        said = read.quantile(share)[:, ROWS - 1 + step]
        torch.testing.assert_close(path[:, step], said, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("head", [Normal(), NegativeBinomial()])
def test_the_next_step_is_said_from_every_row_before_it_and_from_none_after(head: Head) -> None:
    network = rollout(head, shape=Shape(ROWS, 3, channels=1))
    values = torch.rand(1, ROWS, 1, generator=torch.Generator().manual_seed(0)) + 1.0
    values.requires_grad_()
    empty = torch.zeros(1, ROWS + 1, 0)
    seen = Window(values, torch.ones_like(values), empty, empty, empty[:, 0], torch.zeros(1, dtype=torch.long))
    track = Track.over(values, seen.observed, head.counts)
    out, _ = network.core(network._inputs(track, seen, []), mask=track.begun)
    said = network._raw(out)[0, :, 0, 0] * track.scale[0, :, 0] + track.level[0, :, 0]
    for row in range(ROWS):
        (gradient,) = torch.autograd.grad(said[row], values, retain_graph=True)
        assert (gradient[0, : row + 1, 0].abs() > 1e-8).all()
        assert (gradient[0, row + 1 :] == 0).all()


def test_an_untrained_network_walks_at_random() -> None:
    core = GRUForecaster(hidden_size=4)._core
    network = Rollout(Recursive(), Shape(ROWS, 3, channels=1), core, Normal())
    network.initialize(torch.Generator().manual_seed(0))
    empty = torch.zeros(1, ROWS + 16, 0)
    values = torch.full((1, ROWS, 1), 5.0)
    seen = Window(values, torch.ones_like(values), empty, empty, empty[:, 0], torch.zeros(1, dtype=torch.long))
    with torch.no_grad():
        paths = network.paths(seen, 8000, seed=0)[0, :, :, 0]
    np.testing.assert_allclose(paths.std(0), np.sqrt(np.arange(1, 17)), rtol=0.05)
    np.testing.assert_allclose(paths.mean(0), 5.0, atol=0.15)
    steps = paths.diff(dim=1)
    np.testing.assert_allclose(torch.corrcoef(steps.T), np.eye(15), atol=0.05)


@pytest.mark.parametrize("head", [Quantiles(), NegativeBinomial()])
def test_batch_mates_and_steps_to_come_change_no_path(head: Head) -> None:
    network, seen = rollout(head), window(counts=head.counts)
    with torch.no_grad():
        together = network.paths(seen, 8, seed=0)
        for row in (2, 0):
            alone = network.paths(seen.select(torch.tensor([row])), 8, seed=0)
            torch.testing.assert_close(alone[0], together[row], atol=1e-5, rtol=1e-5)
        shorter = Window(
            seen.target, seen.observed, seen.past, seen.future[:, :-2], seen.static, seen.series, seen.keys
        )
        torch.testing.assert_close(network.paths(shorter, 8, seed=0), together[:, :, :-2])
        assert not torch.equal(network.paths(seen, 8, seed=1), together)


def test_shares_are_one_in_each_nth_for_every_key_step_and_channel_and_uniform_inside_it() -> None:
    keys = torch.tensor([3, -(2**62), 0, 2**63 - 1])
    shares = torch.stack([stratified(keys, 9, step, 50, 3) for step in range(40)])  # (step, batch, path, channel)
    assert ((shares > 0) & (shares < 1)).all()
    torch.testing.assert_close(
        (shares.sort(2).values * 50).floor()[0, 0, :, 0], torch.arange(50.0, dtype=torch.float64)
    )
    within = (shares * 50 % 1).flatten()
    assert float(within.mean()) == pytest.approx(0.5, abs=0.01)
    assert float(within.var()) == pytest.approx(1 / 12, abs=0.002)
    flat = shares.permute(0, 1, 3, 2).reshape(-1, 50)
    assert len({tuple(order) for order in flat.tolist()}) == len(flat)
    ranks = torch.corrcoef(flat).fill_diagonal_(0.0)
    assert float(ranks.square().mean()) == pytest.approx(1 / 49, rel=0.05)  # as between independent orders


def test_each_of_several_keys_gets_what_it_gets_alone() -> None:
    keys = torch.tensor([11, 12, 13])
    together: Tensor = stratified(keys, 1, 2, 5, 2)
    assert torch.equal(stratified(keys[1:2], 1, 2, 5, 2)[0], together[1])
    assert not torch.equal(together[0], together[1])


def test_the_loss_is_over_the_second_half_in_training_and_over_the_horizon_alone_in_validation() -> None:
    network = rollout(Normal(), shape=Shape(ROWS, 3, channels=1))
    values = torch.randn(2, ROWS + 3, 1, generator=torch.Generator().manual_seed(0))
    there = torch.ones_like(values)
    there[0, -2] = 0.0
    empty = torch.zeros(2, ROWS + 3, 0)
    seen = Window(values * there, there, empty, empty, empty[:, 0], torch.arange(2))
    track = Track.over(seen.target[:, :-1], there[:, :-1], counts=False)
    with torch.no_grad():
        out, _ = network.core(network._inputs(track, seen, []))
        losses = Normal().loss(network._raw(out), seen.target[:, 1:] - track.level)[there[:, 1:] != 0]
        each = losses[: ROWS + 1], losses[ROWS + 1 :]  # of the two windows: the first has one row less
        for row, training in ((ROWS - 1, False), ((ROWS - 1) // 2, True)):
            expected = torch.cat([own[row:] for own in each]).mean()
            torch.testing.assert_close(network.train(training).loss(seen), expected)


def test_what_cannot_be_is_refused() -> None:
    core = GRUForecaster(hidden_size=4)._core
    shape = Shape(ROWS, 3, channels=1)
    with pytest.raises(SettingError, match=r"a point head draws no samples; fit with head=Quantiles\(\), Normal"):
        Recursive().network(shape, core, Point())
    with pytest.raises(SettingError, match="one quantile draws no samples"):
        Recursive().network(shape, core, Quantiles((0.5,)))
    with pytest.raises(
        SettingError, match=r"lags \(24,\) reach back further than a window of 10 rows; give lookback=24"
    ):
        Recursive(lags=(24,)).network(shape, core, Normal())
    with pytest.raises(SettingError, match=r"cannot use columns of the past alone.*name them as future=…"):
        Recursive().network(Shape(ROWS, 3, channels=1, past=1), core, Normal())
    both = GRUForecaster(hidden_size=4, network=Network(bidirectional=True))._core
    with pytest.raises(SettingError, match=r"goes forward alone; use Network\(bidirectional=False\)"):
        Recursive().network(shape, both, Normal())
    with pytest.raises(SettingError, match="samples must be at most 100,000 paths, got 1,000,000,000"):
        Recursive(samples=10**9)
    with pytest.raises(SettingError, match="samples must be a whole number of at least 2"):
        Recursive(samples=1)
    with pytest.raises(SettingError, match="each of lags must be a whole number of at least 1"):
        Recursive(lags=(0,))


def test_the_median_and_the_ends_leave_the_share_that_one_more_path_would_have() -> None:
    paths = Paths(torch.arange(1.0, 100.0, dtype=torch.float64)[None, :, None, None], counts=False)
    assert float(paths.point()) == 50.0
    assert [float(end) for end in paths.interval(80)] == pytest.approx([10.0, 90.0])
    assert [float(end) for end in paths.interval(85)] == pytest.approx([7.5, 92.5])
    whole = Paths(paths.ascending, counts=True)
    assert [float(end) for end in whole.interval(85)] == [7.0, 93.0]
    with pytest.raises(
        SettingError, match=r"a 99 % interval cannot be read from 99 sample paths; fit with Recursive\(s"
    ):
        paths.interval(99)
