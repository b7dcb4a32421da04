"""Text in one spelling: composed letters, case, blanks, and no half of a surrogate pair."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tsrnn.errors import SettingError
from tsrnn.nlp.normalization import Normalization


def test_korean_in_single_jamo_becomes_syllables() -> None:
    assert Normalization()(unicodedata.normalize("NFD", "한글 LSTM")) == "한글 lstm"


@pytest.mark.parametrize(
    ("setting", "text", "needed"),
    [
        (Normalization(), "  A\tb\n\nC ", "a b c"),
        (Normalization(case="keep"), "A  b", "A b"),
        (Normalization(whitespace=False), " A\n", " a\n"),
        (Normalization(form="NFKC"), "ＡＢＣ①", "abc1"),
        (Normalization(form="none", case="keep"), "e\u0301", "e\u0301"),
        (Normalization(), "e\u0301", "é"),
        (Normalization(), "a\ud800b\udfff", "a\ufffdb\ufffd"),
        (Normalization(), "좋아요😀👨‍👩‍👧", "좋아요😀👨‍👩‍👧"),
        (Normalization(), "", ""),
    ],
)  # fmt: skip
def test_the_spelling_is_the_one_asked_for(setting: Normalization, text: str, needed: str) -> None:
    assert setting(text) == needed


@given(st.text(st.characters(exclude_categories=[])))
def test_what_is_spelt_so_stays_so_and_can_be_written_to_a_file(text: str) -> None:
    once = Normalization(case="keep")(text)
    assert Normalization(case="keep")(once) == once
    assert once.encode("utf-8").decode("utf-8") == once


def test_an_unknown_form_or_case_is_refused() -> None:
    with pytest.raises(SettingError, match=r"unknown form 'NFX': choose one of NFC, NFKC, none"):
        Normalization(form="NFX")
    with pytest.raises(SettingError, match=r"unknown case 'upper': choose one of lower, keep"):
        Normalization(case="upper")
