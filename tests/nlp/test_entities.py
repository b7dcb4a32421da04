"""Entities in IOB2 and IOBES tags, and F1, by hand."""

from __future__ import annotations

import pytest

from tsrnn.errors import DataError
from tsrnn.nlp.entities import Entity, entities, entity_f1


@pytest.mark.parametrize(
    ("tags", "needed"),
    [
        ("O O", []),
        ("B-PER I-PER O B-LOC", [(0, 2, "PER"), (3, 4, "LOC")]),
        ("B-PER B-PER", [(0, 1, "PER"), (1, 2, "PER")]),
        ("B-PER I-LOC I-LOC", [(0, 1, "PER"), (1, 3, "LOC")]),
        ("I-PER I-PER O I-LOC", [(0, 2, "PER"), (3, 4, "LOC")]),
        ("S-PER S-PER", [(0, 1, "PER"), (1, 2, "PER")]),
        ("B-PER I-PER E-PER S-LOC", [(0, 3, "PER"), (3, 4, "LOC")]),
        ("B-PER E-PER I-PER", [(0, 2, "PER"), (2, 3, "PER")]),
        ("E-PER", [(0, 1, "PER")]),
        ("B-A-B I-A-B", [(0, 2, "A-B")]),
        ("NOUN VERB", []),
    ],
)
def test_entities_are_those_the_tags_spell(tags: str, needed: list[Entity]) -> None:
    assert entities(tags.split()) == needed


def test_f1_counts_whole_entities() -> None:
    actual = [["B-PER", "I-PER", "O"], ["B-LOC", "O", "B-ORG"], []]
    said = [["B-PER", "I-PER", "B-LOC"], ["B-LOC", "I-LOC", "O"], []]
    found = entity_f1(actual, said)  # 1 of 3 said is right, of 3 that are there
    assert found == pytest.approx((1 / 3, 1 / 3, 1 / 3))
    assert entity_f1(actual, actual) == (1.0, 1.0, 1.0)
    assert entity_f1([["O"]], [["O"]]) == (0.0, 0.0, 0.0)
    with pytest.raises(DataError, match="actual and predicted tags differ in length"):
        entity_f1([["O"]], [["O", "O"]])
