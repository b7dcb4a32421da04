"""The vocabulary: a stable order, reserved numbers, and the chance of being read as unknown."""

from __future__ import annotations

import random

import pytest

from tsrnn.errors import DataError
from tsrnn.nlp.vocabulary import Vocabulary


def test_the_order_is_by_frequency_then_by_name_whatever_the_order_of_the_texts() -> None:
    texts = [["b", "a", "d"], ["c", "b"], ["a", "b"], ["e"]]
    found = set()
    for seed in range(5):
        random.Random(seed).shuffle(texts)
        found.add(Vocabulary.of(texts))
    assert found == {Vocabulary(("b", "a", "c", "d", "e"), (3, 2, 1, 1, 1))}


def test_the_size_and_the_least_count_bound_it() -> None:
    texts = [["b", "a", "b", "c", "c", "c"]]
    assert Vocabulary.of(texts, size=2).tokens == ("c", "b")
    assert Vocabulary.of(texts, least=2).tokens == ("c", "b")
    assert len(Vocabulary.of(texts, size=1)) == 5


def test_reserved_names_in_a_text_are_unknown() -> None:
    vocabulary = Vocabulary.of([["<pad>", "<eos>", "a"]])
    assert vocabulary.tokens == ("a",)
    assert vocabulary.ids(["<pad>", "a", "<eos>", "<unk>"]).tolist() == [1, 4, 1, 1]
    assert vocabulary.words([0, 1, 2, 3, 4]) == ["<pad>", "<unk>", "<bos>", "<eos>", "a"]


def test_a_doubled_or_reserved_token_and_a_missing_count_are_refused() -> None:
    with pytest.raises(DataError, match="a token stands twice in the vocabulary, or is one of <pad>"):
        Vocabulary(("a", "a"), (1, 1))
    with pytest.raises(DataError, match="a token stands twice in the vocabulary, or is one of <pad>"):
        Vocabulary(("<pad>",), (1,))
    with pytest.raises(DataError, match="2 tokens, but 1 counts"):
        Vocabulary(("a", "b"), (1,))


def test_rare_tokens_are_read_as_unknown_more_often() -> None:
    assert Vocabulary(("a", "b"), (6, 1)).rarity().tolist() == pytest.approx([0, 0, 0, 0, 0.04, 0.2])
