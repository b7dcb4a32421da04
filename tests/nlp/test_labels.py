"""Labels: what is taken, what is refused, and the weight of a class."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from tsrnn.errors import DataError
from tsrnn.nlp.labels import class_weights, numbered, read_labels, sorted_classes


@pytest.mark.parametrize("labels", [[2, 1, 2], np.array([2, 1, 2]), pd.Series([2, 1, 2], index=[5, 6, 7])])
def test_labels_become_plain_values(labels: Any) -> None:
    found = read_labels(labels)
    assert found == [2, 1, 2] and all(type(label) is int for label in found)


@pytest.mark.parametrize(
    ("labels", "multilabel", "message"),
    [
        ("abc", False, "labels must be a list, an array or a Series, got str"),
        (["a", None], False, "the label of text 1 is missing; drop the text, or give its class"),
        ([1.0, float("nan")], False, "the label of text 1 is missing"),
        (np.eye(2), False, r"labels must be one a text, got a table of shape \(2, 2\)"),
        (["a", "a"], False, r"there is nothing to tell apart: all labels are \('a',\)"),
        (["a", 1], False, "labels must be all text or all numbers, got int and str"),
        ([["a"], ["b"]], False, r"a text has one label, .* for several a text, Classes\(multilabel=True\)"),
        ([["a"], "b"], True, r"the labels of a text are a list, such as .*; text 1 has 'b'"),
        ([[], []], True, "there is nothing to tell apart"),
    ],
)
def test_labels_that_cannot_be_learned_are_one_clear_error(labels: Any, multilabel: bool, message: str) -> None:
    with pytest.raises(DataError, match=message):
        sorted_classes(read_labels(labels), multilabel=multilabel)


def test_numbers_of_one_and_of_several_labels() -> None:
    assert numbered(["b", "a"], ("a", "b"), multilabel=False).tolist() == [1, 0]
    assert numbered([["b", "a"], []], ("a", "b"), multilabel=True).tolist() == [[1, 1], [0, 0]]
    with pytest.raises(DataError, match="label 'c' is none of those that were fitted: 'a', 'b'"):
        numbered(["c"], ("a", "b"), multilabel=False)


def test_balanced_weights_make_every_class_as_heavy_and_one_in_the_mean() -> None:
    targets = np.array([0, 0, 0, 1])
    weights = class_weights("balanced", ("a", "b"), targets)
    assert weights.tolist() == pytest.approx([2 / 3, 2.0])
    assert class_weights({"b": 3.0}, ("a", "b"), targets).tolist() == pytest.approx([2 / 3, 2.0])
    assert class_weights(None, ("a", "b"), targets).tolist() == [1.0, 1.0]
    with pytest.raises(DataError, match="weights name the class 'c', which no text has"):
        class_weights({"c": 3.0}, ("a", "b"), targets)
