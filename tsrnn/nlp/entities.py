"""Entities in tags (IOB2 and IOBES), and how many were found: precision, recall and F1 over whole entities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tsrnn.errors import DataError

Entity = tuple[int, int, str]  # first token, the one behind the last, kind

_OPENS, _GOES_ON, _CLOSES = frozenset("BS"), frozenset("IE"), frozenset("ES")


class Found(NamedTuple):
    """How many entities were found rightly: each number is a share from 0 to 1, 0 where there is nothing to count."""

    precision: float
    recall: float
    f1: float


def entities(tags: Sequence[str]) -> list[Entity]:
    """The entities that tags such as B-PER, I-PER, O or S-LOC, B-ORG, E-ORG spell, as `(start, end, kind)`.

    An entity goes on while the kind stays and no tag opens another; I and E without a beginning open one, as in the
    evaluation of CoNLL-2000 (Tjong Kim Sang and Buchholz, 2000).

    >>> entities(["B-PER", "I-PER", "O", "B-LOC"])
    [(0, 2, 'PER'), (3, 4, 'LOC')]
    """
    found: list[Entity] = []
    begun: tuple[int, str] | None = None
    for place, tag in enumerate(tags):
        mark, _, kind = tag.partition("-")
        goes_on = begun is not None and mark in _GOES_ON and kind == begun[1]
        if begun is not None and not goes_on:
            found.append((begun[0], place, begun[1]))
            begun = None
        if not goes_on and mark in _OPENS | _GOES_ON:
            begun = (place, kind)
        if begun is not None and mark in _CLOSES:
            found.append((begun[0], place + 1, begun[1]))
            begun = None
    return found if begun is None else [*found, (begun[0], len(tags), begun[1])]


def spells_entities(tags: Sequence[str]) -> bool:
    """Whether these are tags of entities: O, and at least one of B-, I-, E- or S- with a kind.

    >>> spells_entities(["O", "B-PER"]), spells_entities(["NOUN", "O"])
    (True, False)
    """
    others = [tag for tag in tags if tag != "O"]
    return bool(others) and all(tag[:2] in ("B-", "I-", "E-", "S-") and len(tag) > 2 for tag in others)


def entity_f1(actual: Sequence[Sequence[str]], predicted: Sequence[Sequence[str]]) -> Found:
    """Precision, recall and F1 of the predicted entities: right is one with the same start, end and kind.

    Raises DataError where the sentences are not of the same lengths.

    >>> entity_f1([["B-PER", "I-PER"]], [["B-PER", "O"]])
    Found(precision=0.0, recall=0.0, f1=0.0)
    """
    if [len(tags) for tags in actual] != [len(tags) for tags in predicted]:
        raise DataError("actual and predicted tags differ in length; give one tag for each token of each sentence")
    real = {(row, *entity) for row, tags in enumerate(actual) for entity in entities(tags)}
    said = {(row, *entity) for row, tags in enumerate(predicted) for entity in entities(tags)}
    right = len(real & said)
    precision, recall = right / len(said) if said else 0.0, right / len(real) if real else 0.0
    return Found(precision, recall, 2 * precision * recall / (precision + recall) if right else 0.0)
