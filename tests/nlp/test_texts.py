"""The border for text: what is taken, what is refused and how, and the shape that comes back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal, assert_series_equal

from tsrnn.errors import DataError
from tsrnn.nlp.texts import read_texts, warn_unknown


@pytest.mark.parametrize(
    "data",
    [["a b", "c"], ("a b", "c"), np.array(["a b", "c"]), pd.Series(["a b", "c"]), pd.Series(("a b", "c"), dtype="str")],
)  # fmt: skip
def test_every_kind_of_list_is_read_alike(data: Any) -> None:
    assert read_texts(data).rows == ["a b", "c"]
    assert not read_texts(data).ragged


def test_token_lists_are_ragged_and_empty_ones_are_allowed() -> None:
    texts = read_texts([["a", "b"], (), np.array(["c"])])
    assert (texts.rows, texts.ragged) == ([["a", "b"], [], ["c"]], True)
    assert len(read_texts([])) == 0


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("one text", r"texts must be a list or a Series of texts, got one text: give \[text\]"),
        (5, r"texts must be a list or a Series of texts, got int"),
        (None, r"got NoneType"),
        (b"bytes", r"got bytes"),
        ({"a": 1}, r"got dict"),
        (pd.DataFrame({"text": ["a"]}), r"got a frame: give one column, frame\['text'\]"),
        (["a", None], r"row 1 of the texts is None, not a text; drop the row, or give '' for no text"),
        (pd.Series(["a", np.nan]), r"row 1 of the texts is nan \(float\), not a text; drop the row"),
        (["a", 7], r"row 1 of the texts is 7 \(int\), not a text; str\(value\) makes one"),
        ([7, "a"], r"row 0 of the texts is 7 \(int\), neither a text nor a list of tokens; str\(value\) makes one"),
        (["a", ["b"]], r"row 1 of the texts is \['b'\] \(list\), not a text"),
        ([["b"], "a b"], r"row 1 of the texts is a text, but lists of tokens are needed: give text.split\(\)"),
        ([["b", 3]], r"row 0 of the texts holds 3 \(int\) among its tokens; tokens are text"),
    ],
)
def test_anything_else_is_one_clear_error(data: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        read_texts(data)


def test_a_series_comes_back_as_a_series_with_its_index() -> None:
    texts = read_texts(pd.Series(["a", "b"], index=["x", "y"]))
    assert_series_equal(texts.column([1, 2], "class"), pd.Series([1, 2], index=["x", "y"], name="class"))
    table = texts.table(np.eye(2), ["p", "q"])
    assert_frame_equal(table, pd.DataFrame(np.eye(2), index=["x", "y"], columns=["p", "q"]))
    assert read_texts(["a"]).column([1]) == [1]


def test_more_than_a_tenth_of_unknown_tokens_is_warned_of() -> None:
    warn_unknown(0.1)
    with pytest.warns(UserWarning, match=r"11% of the tokens are not in the vocabulary"):
        warn_unknown(0.11)
