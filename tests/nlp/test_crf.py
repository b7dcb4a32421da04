"""The conditional random field against the enumeration of all sequences of tags."""

from __future__ import annotations

from itertools import pairwise, product

import pytest
import torch
from torch import Tensor

from tsrnn.nlp.crf import ConditionalRandomField

TAGS, LENGTHS = 3, (4, 1, 0, 3)


@pytest.fixture
def crf() -> ConditionalRandomField:
    torch.manual_seed(0)
    field = ConditionalRandomField(TAGS).double()
    for weight in field.parameters():
        torch.nn.init.normal_(weight)
    return field


@pytest.fixture
def scores() -> Tensor:
    return torch.randn(
        len(LENGTHS), max(LENGTHS), TAGS, generator=torch.Generator().manual_seed(1), dtype=torch.float64
    )


MASK = torch.arange(max(LENGTHS)) < torch.tensor(LENGTHS)[:, None]


def scored(crf: ConditionalRandomField, scores: Tensor, tags: tuple[int, ...]) -> float:
    """The score of one sequence as the docstring of the module says it."""
    if not tags:
        return 0.0
    first, last, moves = (weight.detach() for weight in (crf.first, crf.last, crf.transitions))
    total = first[tags[0]] + last[tags[-1]] + sum(scores[step, tag].detach() for step, tag in enumerate(tags))
    return float(total + sum(moves[a, b] for a, b in pairwise(tags)))


def test_the_partition_is_the_sum_over_all_sequences(crf: ConditionalRandomField, scores: Tensor) -> None:
    found = crf.partition(scores, MASK)
    for row, length in enumerate(LENGTHS):
        every = [scored(crf, scores[row], tags) for tags in product(range(TAGS), repeat=length)]
        assert found[row].item() == pytest.approx(torch.tensor(every).logsumexp(0).item() if length else 0.0, abs=1e-6)


def test_the_best_sequence_is_the_one_an_enumeration_finds(crf: ConditionalRandomField, scores: Tensor) -> None:
    found = crf.best(scores, MASK)
    for row, length in enumerate(LENGTHS):
        best = max(product(range(TAGS), repeat=length), key=lambda tags: scored(crf, scores[row], tags))
        assert tuple(found[row, :length].tolist()) == best


def test_marginals_are_the_shares_of_all_sequences(crf: ConditionalRandomField, scores: Tensor) -> None:
    found = crf.marginals(scores, MASK)
    for row, length in enumerate(LENGTHS):
        shares = torch.zeros(max(LENGTHS), TAGS, dtype=torch.float64)
        sequences = list(product(range(TAGS), repeat=length))
        chances = torch.tensor([scored(crf, scores[row], tags) for tags in sequences], dtype=torch.float64).softmax(0)
        for tags, chance in zip(sequences, chances, strict=True):
            for step, tag in enumerate(tags):
                shares[step, tag] += chance
        torch.testing.assert_close(found[row], shares)


def test_the_loss_is_minus_the_log_probability_and_its_gradient_is_right(
    crf: ConditionalRandomField, scores: Tensor
) -> None:
    tags = torch.tensor([[0, 2, 1, 1], [2, 0, 0, 0], [0, 0, 0, 0], [1, 1, 0, 2]])
    loss = crf.loss(scores, tags, MASK)
    for row, length in enumerate(LENGTHS):
        own = scored(crf, scores[row], tuple(tags[row, :length].tolist()))
        assert loss[row].item() == pytest.approx(crf.partition(scores, MASK)[row].item() - own)
    assert torch.autograd.gradcheck(lambda x: crf.loss(x, tags, MASK), scores.requires_grad_())


def test_what_stands_at_padding_changes_nothing(crf: ConditionalRandomField, scores: Tensor) -> None:
    tags = torch.ones(len(LENGTHS), max(LENGTHS), dtype=torch.int64)
    noisy = scores.masked_fill(~MASK[:, :, None], 1e3)
    torch.testing.assert_close(crf.loss(noisy, tags.masked_fill(~MASK, 2), MASK), crf.loss(scores, tags, MASK))
    real = MASK[:, :, None]
    torch.testing.assert_close(crf.marginals(noisy, MASK) * real, crf.marginals(scores, MASK) * real)
    assert (crf.marginals(noisy, MASK)[~MASK] == 0).all()
