"""Pooling: each kind by hand, nothing from padding, zeros for a text without a step."""

from __future__ import annotations

import pytest
import torch

from tsrnn.errors import SettingError
from tsrnn.nlp.pooling import POOLINGS, Pooling
from tsrnn.nn.recurrent import Recurrent

OUTPUTS = torch.tensor([[[1.0, -4.0], [3.0, -2.0], [9.0, 9.0]], [[9.0, 9.0], [9.0, 9.0], [9.0, 9.0]]])
MASK = torch.tensor([[True, True, False], [False, False, False]])


@pytest.mark.parametrize(("kind", "needed"), [("mean", [2.0, -3.0]), ("max", [3.0, -2.0])])
def test_mean_and_max_are_over_real_steps(kind: str, needed: list[float]) -> None:
    pooled, weights = Pooling(kind, 2)(OUTPUTS, MASK, None)
    assert pooled.tolist() == [needed, [0.0, 0.0]]
    assert weights is None


def test_attention_weights_sum_to_one_and_are_zero_on_padding() -> None:
    pooled, weights = Pooling("attention", 2)(OUTPUTS, MASK, None)
    assert weights[0].sum().item() == pytest.approx(1.0)
    assert weights[0, 2].item() == 0.0 and weights[1].tolist() == [0.0, 0.0, 0.0]
    torch.testing.assert_close(pooled[0], weights[0] @ OUTPUTS[0])
    assert pooled[1].tolist() == [0.0, 0.0]


def test_last_is_the_end_of_both_directions_of_the_top_layer() -> None:
    core = Recurrent(3, 4, cell="lstm", num_layers=2, bidirectional=True)
    x, mask = torch.randn(2, 5, 3), torch.tensor([[True] * 3 + [False] * 2, [True] * 5])
    out, state = core(x, mask=mask)
    pooled, _ = Pooling("last", 8)(out, mask, state)
    torch.testing.assert_close(pooled[0], torch.cat([out[0, 2, :4], out[0, 0, 4:]]))
    torch.testing.assert_close(pooled[1], torch.cat([out[1, 4, :4], out[1, 0, 4:]]))


@pytest.mark.parametrize("kind", POOLINGS)
def test_what_stands_at_padding_changes_nothing(kind: str) -> None:
    pooling, core = Pooling(kind, 6), Recurrent(3, 3, cell="gru", bidirectional=True)
    x, mask = torch.randn(1, 4, 3), torch.ones(1, 4, dtype=torch.bool)
    alone = pooling(*[(found := core(x, mask=mask))[0], mask, found[1]])[0]
    padded = torch.cat([x, torch.full((1, 3, 3), 1e4)], 1)
    wide = torch.tensor([[True] * 4 + [False] * 3])
    out, state = core(padded, mask=wide)
    torch.testing.assert_close(pooling(out, wide, state)[0], alone, rtol=0, atol=1e-6)


def test_an_unknown_pooling_is_refused() -> None:
    with pytest.raises(SettingError, match=r"unknown pooling 'sum': choose one of last, mean, max, attention"):
        Pooling("sum", 2)
