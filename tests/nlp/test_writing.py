"""Writing: pieces that are the whole, nothing shown that later bytes or jamo would change, and stop strings."""

from __future__ import annotations

import numpy as np
import pytest

from tsrnn.nlp.normalization import Normalization
from tsrnn.nlp.reader import Reader, Tokens
from tsrnn.nlp.texts import Texts
from tsrnn.nlp.vocabulary import END
from tsrnn.nlp.writing import written


def bytes_of(text: str, stop: tuple[str, ...] = ()) -> tuple[list[str], str]:
    reader = Reader.learn(
        Texts(["나무 학교"], False, None), Tokens("bpe", 260, normalization=Normalization(case="keep"))
    )
    (ids,) = reader.ids(Texts([text], False, None))
    return list(written(ids, reader, np.zeros(0, np.int64), stop)), reader.text(ids.tolist())


def test_half_a_character_waits_for_its_other_bytes() -> None:
    pieces, text = bytes_of("나무 é x")
    assert "".join(pieces) == text == "나무 é x"
    assert not any("\ufffd" in piece for piece in pieces) and len(pieces) > 3
    assert "".join(bytes_of("나무 학교", ("학",))[0]) == "나무 "


@pytest.mark.parametrize("kind", ["characters", "words", "jamo", "bpe"])
def test_a_long_text_comes_in_pieces_that_are_the_whole(kind: str) -> None:
    text = " ".join(["한글 (see) don't, 나무!"] * 40)
    reader = Reader.learn(Texts([text], False, None), Tokens(kind, 300, normalization=Normalization(case="keep")))
    (ids,) = reader.ids(Texts([text], False, None))
    pieces = list(written(ids[20:], reader, ids[:20], ("no such",)))
    assert reader.text(ids[:20].tolist()) + "".join(pieces) == reader.text(ids.tolist()) and len(pieces) > 40


def test_jamo_are_put_together_before_they_are_shown() -> None:
    reader = Reader.learn(Texts(["한글 학교"], False, None), Tokens("jamo"))
    (ids,) = reader.ids(Texts(["한글"], False, None))
    assert list(written([*ids, END, 4], reader, np.zeros(0, np.int64), ())) == ["한", "글"]
