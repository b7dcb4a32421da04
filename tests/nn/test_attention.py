"""Attention: scores by hand and as torch's own, masked steps that weigh nothing, and gradients."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention

from tests.nn.cores import normal, seeded
from tsrnn.errors import DataError, SettingError
from tsrnn.nn.attention import KINDS, Attention

QUERY = torch.tensor([[[1.0, 2.0]]], dtype=torch.float64)  # (batch 1, step 1, Q 2)
KEYS = torch.tensor([[[1.0, 0.0], [0.0, 1.0], [3.0, -1.0]]], dtype=torch.float64)  # (batch 1, time 3, K 2)


def drawn(kind: str, queries: int = 4, keys: int = 4) -> Attention:
    """In float64, with weights from a fixed seed."""
    attention = Attention(queries, keys, kind=kind).double()
    attention.initialize(seeded(3))
    return attention


def given(attention: Attention, **weights: list[list[float]]) -> Attention:
    """The attention with weights of our choice, by the name of the layer."""
    attention.double()
    attention.load_state_dict(
        {f"{name}.weight": torch.tensor(values, dtype=torch.float64) for name, values in weights.items()}
    )
    return attention


@pytest.mark.parametrize(
    ("attention", "scores"),
    [
        (Attention(2, 2, kind="dot"), [1.0, 2.0, 1.0]),  # (1, 2) times each key
        (
            given(Attention(2, 2, kind="luong"), of_key=[[0, 1], [2, 0]]),
            [4.0, 1.0, 11.0],
        ),  # W k: (0, 2), (1, 0), (-1, 6)
        (
            given(Attention(2, 2, size=1), of_query=[[0.5, 0]], of_key=[[1, 1]], score=[[2]]),
            [2 * math.tanh(1.5), 2 * math.tanh(1.5), 2 * math.tanh(2.5)],  # W q = 0.5; U k = 1, 1, 2
        ),
    ],
    ids=["dot", "luong", "bahdanau"],
)
def test_a_score_is_what_the_papers_say(attention: Attention, scores: list[float]) -> None:
    context, weights = attention(QUERY, KEYS)
    shares = [math.exp(score) / sum(map(math.exp, scores)) for score in scores]
    torch.testing.assert_close(weights, torch.tensor([[shares]], dtype=torch.float64))
    by_hand = [shares[0] + 3 * shares[2], shares[1] - shares[2]]
    torch.testing.assert_close(context, torch.tensor([[by_hand]], dtype=torch.float64))


def test_the_dot_kind_is_torchs_own_without_its_scale() -> None:
    query, keys = normal(3, 5, 4, seed=0), normal(3, 7, 4, seed=1)
    mask = torch.arange(7) < torch.tensor([[7], [4], [1]])
    context, _ = drawn("dot")(query, keys, mask)
    theirs = scaled_dot_product_attention(query, keys, keys, mask[:, None], scale=1.0)
    torch.testing.assert_close(context, theirs)


@pytest.mark.parametrize("kind", KINDS)
def test_a_masked_step_weighs_nothing_whatever_stands_there(kind: str) -> None:
    query, keys = normal(2, 3, 4, seed=0), normal(2, 6, 4, seed=1)
    mask = torch.tensor([[False, False, True, True, True, False], [True] * 6])
    attention = drawn(kind)
    context, weights = attention(query, keys.masked_fill(~mask[..., None], torch.nan), mask)
    assert (weights[0][:, ~mask[0]] == 0).all()
    torch.testing.assert_close(weights.sum(-1), torch.ones(2, 3, dtype=torch.float64))
    alone, few = attention(query[:1], keys[:1, 2:5])
    torch.testing.assert_close(context[:1], alone)
    torch.testing.assert_close(weights[:1, :, 2:5], few)


@pytest.mark.parametrize("kind", KINDS)
def test_where_nothing_may_be_seen_nothing_is_found_and_gradients_are_numbers(kind: str) -> None:
    query, keys = normal(2, 3, 4, seed=0).requires_grad_(), normal(2, 5, 4, seed=1).requires_grad_()
    mask = torch.tensor([[False] * 5, [True] * 5])
    context, weights = drawn(kind)(query, keys, mask)
    assert (context[0] == 0).all() and (weights[0] == 0).all()
    assert (weights[1] > 0).all()
    gradients = torch.autograd.grad(context.sum() + weights.square().sum(), [query, keys])
    assert all(bool(gradient.isfinite().all()) for gradient in gradients)
    assert (gradients[1][0] == 0).all()


@pytest.mark.parametrize("kind", KINDS)
def test_gradients_are_those_of_finite_differences(kind: str) -> None:
    attention = drawn(kind)
    mask = torch.tensor([[False, True, True, True], [True, True, False, True]])
    inputs = normal(2, 2, 4, seed=0).requires_grad_(), normal(2, 4, 4, seed=1).requires_grad_()

    def look(query: Tensor, keys: Tensor, *_: Tensor) -> tuple[Tensor, Tensor]:
        found: tuple[Tensor, Tensor] = attention(query, keys, mask)
        return found

    assert torch.autograd.gradcheck(look, (*inputs, *attention.parameters()))


@pytest.mark.parametrize("kind", KINDS)
def test_queries_one_at_a_time_find_what_they_find_together(kind: str) -> None:
    attention, query, keys = drawn(kind), normal(2, 3, 4, seed=0), normal(2, 5, 4, seed=1)
    mask = torch.tensor([[False, True, True, True, True], [True, True, True, False, False]])
    together = attention(query, keys, mask)
    ready = attention.prepare(keys, mask)
    one_by_one = [attention.look(query[:, step : step + 1], ready) for step in range(3)]
    for place in (0, 1):
        torch.testing.assert_close(torch.cat([found[place] for found in one_by_one], 1), together[place])


def test_queries_and_keys_may_differ_in_size_but_for_dot() -> None:
    for kind in ("bahdanau", "luong"):
        context, weights = drawn(kind, queries=3, keys=6)(normal(2, 1, 3, seed=0), normal(2, 5, 6, seed=1))
        assert (context.shape, weights.shape) == ((2, 1, 6), (2, 1, 5))
    with pytest.raises(
        SettingError, match="dot attention needs queries and keys of one size, got 3 and 6; use 'luong'"
    ):
        Attention(3, 6, kind="dot")


def test_the_same_generator_draws_the_same_weights() -> None:
    first, second = drawn("bahdanau").state_dict(), drawn("bahdanau").state_dict()
    assert len(first) == 3
    assert all(torch.equal(first[name], second[name]) for name in first)


@pytest.mark.parametrize("mask", [torch.ones(2, 5), torch.ones(2, 4, dtype=torch.bool)], ids=["float", "short"])
def test_a_mask_that_does_not_fit_is_refused(mask: Tensor) -> None:
    with pytest.raises(
        DataError, match=r"mask must be bool, \(batch, time\) = \(2, 5\), true where a step may be seen"
    ):
        drawn("dot")(normal(2, 1, 4, seed=0), normal(2, 5, 4, seed=1), mask)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(SettingError, match=r"unknown attention 'bahdanu': .*did you mean 'bahdanau'"):
        Attention(3, 3, kind="bahdanu")
