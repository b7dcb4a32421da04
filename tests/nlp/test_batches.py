"""Batches: padding and mask by hand, every row once, and groups that are dealt anew."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from tsrnn.nlp.batches import Groups, Ragged, by_length
from tsrnn.nlp.fitting import split_rows, text_training


def test_rows_come_padded_in_any_order_with_their_mask() -> None:
    rows = [np.array([5, 6]), np.zeros(0, np.int64), np.array([7, 8, 9])]
    ids, mask = Ragged.of(rows).take(torch.tensor([1, 2, 0, 2]))
    assert ids.tolist() == [[0, 0, 0], [7, 8, 9], [5, 6, 0], [7, 8, 9]]
    assert mask.tolist() == [[False] * 3, [True] * 3, [True, True, False], [True] * 3]


def test_rows_without_any_token_have_one_step_that_is_not_real() -> None:
    ids, mask = Ragged.of([np.zeros(0, np.int64)] * 2).take(torch.arange(2))
    assert (ids.tolist(), mask.tolist()) == ([[0], [0]], [[False], [False]])


@given(st.lists(st.integers(0, 50), min_size=1, max_size=40), st.integers(1, 100))
def test_batches_by_length_hold_every_row_once_and_few_steps(lengths: list[int], most: int) -> None:
    batches = by_length(torch.tensor(lengths), most)
    assert sorted(torch.cat(batches).tolist()) == list(range(len(lengths)))
    for batch in batches:
        longest = max(1, max(lengths[row] for row in batch.tolist()))
        assert len(batch) == 1 or longest * len(batch) <= most


def test_groups_hold_every_row_once_and_little_padding_and_are_dealt_anew() -> None:
    lengths = torch.arange(200) % 50
    rows = torch.arange(10, 190)
    groups = Groups(lengths, rows, 8, seed=0)
    dealt = [[groups.rows(torch.tensor([group]), number) for group in range(len(groups))] for number in (0, 1, 0)]
    assert torch.equal(torch.cat(dealt[0]), torch.cat(dealt[2]))
    for passed in dealt:
        assert sorted(torch.cat(passed).tolist()) == rows.tolist()
        padded = sum(len(group) * int(lengths[group].max()) for group in passed)
        assert padded < 1.15 * int(lengths[rows].sum())
    assert not torch.equal(torch.cat(dealt[0]), torch.cat(dealt[1]))


def test_groups_for_judging_are_always_the_same() -> None:
    groups = Groups(torch.tensor([3, 1, 2]), torch.tensor([0, 1, 2]), 2, None)
    assert [groups.rows(torch.tensor([number])).tolist() for number in (0, 1, 0)] == [[1, 2], [0], [1, 2]]


def test_a_split_keeps_the_same_share_of_every_class() -> None:
    classes = np.repeat([0, 1], [80, 20])
    split = split_rows(100, 0.1, torch.Generator().manual_seed(1), classes)
    assert np.bincount(classes[split.validation.numpy()]).tolist() == [8, 2]
    assert sorted(torch.cat([split.training, split.validation]).tolist()) == list(range(100))


def test_few_rows_get_more_passes() -> None:
    assert [text_training(count).epochs for count in (1, 64, 6_400, 100_000)] == [400, 200, 12, 12]
