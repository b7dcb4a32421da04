"""Fitting over groups of rows: each is learned from once a pass; a training that was stopped goes on as it would."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from tsrnn.errors import SettingError
from tsrnn.nlp.fitting import Split, adopt, fit_network
from tsrnn.training import Training, seeded

LENGTHS = torch.arange(60) % 7
TARGETS = torch.linspace(-1, 1, 60)
SPLIT = Split(torch.arange(50), torch.arange(50, 60))


class Stopped(Exception):
    """The power went off."""


def fit(settings: Training, stop_after: int = -1) -> tuple[nn.Linear, list[Tensor]]:
    """A line over each row's length, and the rows of every batch that was learned from."""
    learned: list[Tensor] = []
    with seeded(settings.seed, torch.device("cpu")) as generator:
        network = nn.Linear(1, 1)

        def loss(rows: Tensor) -> Tensor:
            if network.training:
                learned.append(rows)
                if len(learned) == stop_after:
                    raise Stopped
            mean: Tensor = (network(LENGTHS[rows, None].float())[:, 0] - TARGETS[rows]).square().mean()
            return mean

        fit_network(network, loss, LENGTHS, SPLIT, settings, generator)
    return network, learned


def test_a_pass_learns_from_every_training_row_once_in_groups_of_like_length() -> None:
    _, learned = fit(Training(epochs=3, batch_size=8, steps_per_epoch=None))
    assert len(learned) == 3 * 7
    for begin in (0, 7, 14):
        assert Counter(torch.cat(learned[begin : begin + 7]).tolist()) == Counter(range(50))
    assert not torch.equal(torch.cat(learned[:7]).sort(stable=True).indices, torch.cat(learned[7:14]).sort().indices)


def test_a_training_that_was_stopped_goes_on_to_the_same_bits(tmp_path: Path) -> None:
    whole, batches = fit(Training(epochs=4, batch_size=8, steps_per_epoch=None))
    settings = Training(epochs=4, batch_size=8, steps_per_epoch=None, checkpoint=str(tmp_path), resume=True)
    with pytest.raises(Stopped):
        fit(settings, stop_after=17)
    resumed, rest = fit(settings)
    assert torch.equal(resumed.weight, whole.weight) and torch.equal(resumed.bias, whole.bias)
    assert [rows.tolist() for rows in rest] == [rows.tolist() for rows in batches[14:]]


def test_nothing_of_the_fitting_stays_behind_in_the_network() -> None:
    network, _ = fit(Training(epochs=1, batch_size=8))
    assert dict(network.named_buffers()) == {}


def test_parts_of_another_network_are_taken_over_where_their_shapes_are_alike() -> None:
    ours, theirs = (nn.ModuleDict({"encoder": nn.Linear(2, 3), "readout": nn.Linear(3, size)}) for size in (4, 5))
    before = ours.state_dict()["readout.weight"].clone()
    adopt(ours, ("encoder",), theirs)
    assert torch.equal(ours.state_dict()["encoder.weight"], theirs.state_dict()["encoder.weight"])
    assert torch.equal(ours.state_dict()["readout.weight"], before)
    with pytest.raises(SettingError, match=r"another shape: readout.weight is \(5, 3\) there and \(4, 3\) here"):
        adopt(ours, ("readout",), theirs)
