"""The bridge: both directions of each layer together, by hand; one direction as it is."""

from __future__ import annotations

import torch

from tsrnn.nn.bridge import Bridge, forward_core
from tsrnn.nn.recurrent import Recurrent


def test_both_directions_of_a_layer_are_joined_by_that_layers_matrix() -> None:
    encoder = Recurrent(3, 4, cell="lstm", num_layers=2, bidirectional=True)
    bridge = Bridge(encoder)
    bridge.initialize(torch.Generator().manual_seed(0))
    _, state = encoder(torch.randn(5, 7, 3))
    found = bridge(state)
    assert state.memory is not None and found.memory is not None
    for before, after in ((state.hidden, found.hidden), (state.memory, found.memory)):
        assert after.shape == (2, 5, 4)
        for layer, matrix in enumerate(bridge):
            assert isinstance(matrix, torch.nn.Linear)
            both = torch.cat([before[2 * layer], before[2 * layer + 1]], 1)
            assert torch.allclose(after[layer], both @ matrix.weight.T + matrix.bias, atol=1e-6)


def test_the_state_of_a_core_that_goes_forward_is_taken_as_it_is() -> None:
    encoder = Recurrent(3, 4, cell="gru", num_layers=2)
    _, state = encoder(torch.randn(5, 7, 3))
    assert Bridge(encoder)(state) is state and not list(Bridge(encoder).parameters())


def test_the_core_behind_it_is_alike_but_goes_forward() -> None:
    encoder = Recurrent(3, 4, cell="gru", num_layers=2, bidirectional=True, residual=True, layer_norm=True)
    core = forward_core(6, encoder)
    assert (core.inputs, core.hidden_size, core.num_layers, core.directions) == (6, 4, 2, 1)
    assert core.residual and core.norms is not None and core.cell == "gru"
    _, state = encoder(torch.randn(2, 7, 3))
    assert core(torch.randn(2, 3, 6), Bridge(encoder)(state))[0].shape == (2, 3, 4)
