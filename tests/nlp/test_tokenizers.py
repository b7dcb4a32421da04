"""Tokens: what each kind cuts, what comes back, and pieces that are learned."""

from __future__ import annotations

import json
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tsrnn.errors import DataError, MissingExtraError, ModelFileError, SettingError
from tsrnn.nlp.normalization import Normalization
from tsrnn.nlp.reader import Reader, Tokens, unknown_share
from tsrnn.nlp.subwords import KINDS, Subwords
from tsrnn.nlp.texts import read_texts
from tsrnn.nlp.tokenizers import SPLITTERS

CORPUS = ["the cat sat on the mat", "the dog sat", "좋은 영화 좋은 배우", "a cat 😀"] * 5


@pytest.mark.parametrize(
    ("kind", "text", "needed"),
    [
        ("words", "it's 3.5, non-stop 😀!", ["it's", "3", ".", "5", ",", "non", "-", "stop", "😀", "!"]),
        ("words", "", []),
        ("whitespace", "do n't  stop", ["do", "n't", "stop"]),
        ("characters", "ab 한", ["a", "b", " ", "한"]),
        ("syllables", "LSTM2는 좋다!", ["LSTM2", "는", " ", "좋", "다", "!"]),
        ("syllables", "漢字かな abc", ["漢", "字", "か", "な", " ", "abc"]),
        ("jamo", "각a", ["\u1100", "\u1161", "\u11a8", "a"]),
    ],
)
def test_each_kind_cuts_as_it_says(kind: str, text: str, needed: list[str]) -> None:
    assert SPLITTERS[kind].split(text) == needed


@given(st.text())
def test_lossless_kinds_give_the_text_back(text: str) -> None:
    spelt = Normalization()(text)
    for splitter in SPLITTERS.values():
        if splitter.lossless:
            assert splitter.join(splitter.split(spelt)) == spelt


@pytest.mark.parametrize("kind", KINDS)
def test_learned_pieces_spell_the_text_and_come_back_from_json(kind: str) -> None:
    subwords = Subwords.train(kind, CORPUS, 300)
    ids = subwords.ids(["the cat 좋은 영화", ""])
    assert subwords.text(ids[0].tolist()) == "the cat 좋은 영화"
    assert len(ids[1]) == 0
    again = Subwords(subwords.json)
    assert again.ids(["the cat 좋은 영화"])[0].tolist() == ids[0].tolist()
    assert again.pieces() == subwords.pieces()


@pytest.mark.parametrize("kind", KINDS)
def test_pieces_and_their_numbers_come_out_the_same_each_time(kind: str) -> None:
    first, *others = (Subwords.train(kind, texts, 300).json for texts in [CORPUS] * 3 + [CORPUS[::-1]])
    assert [other == first for other in others] == [True] * 3
    assert [one["content"] for one in json.loads(first)["added_tokens"]] == ["<pad>", "<unk>", "<bos>", "<eos>"]


def test_inside_a_word_a_wordpiece_is_no_special_token() -> None:
    subwords = Subwords.train("wordpiece", CORPUS, 300)
    assert subwords.text(subwords.ids(["##t the"])[0].tolist()).endswith("the")
    assert subwords.ids(["cat"])[0].tolist() != subwords.ids(["c a t"])[0].tolist()


def test_byte_pieces_know_every_text() -> None:
    first = Subwords.train("bpe", CORPUS, 300)
    for text in ("日本語", "🇰🇷", "<pad> <unk>", "\x00"):
        assert first.text(first.ids([text])[0].tolist()) == text


@pytest.mark.parametrize("kind", KINDS)
def test_a_special_token_spelt_out_in_a_text_is_no_special_token(kind: str) -> None:
    ids = Subwords.train(kind, CORPUS, 300).ids(["<pad> <bos> cat <eos>"])[0].tolist()
    assert not {0, 2, 3} & set(ids)


def test_too_few_pieces_an_unknown_kind_and_a_torn_file_are_refused() -> None:
    with pytest.raises(SettingError, match=r"tokens='bpe' needs a size of at least 260 for these texts, got 100"):
        Subwords.train("bpe", CORPUS, 100)
    with pytest.raises(SettingError, match=r"tokens='wordpiece' needs a size of at least 32 for these texts, got 31"):
        Subwords.train("wordpiece", CORPUS, 31)
    with pytest.raises(SettingError, match=r"tokens='unigram' needs a size of at least 23 for these texts, got 20"):
        Subwords.train("unigram", CORPUS, 20)
    with pytest.raises(SettingError, match=r"unknown tokens 'bep': choose one of .*did you mean 'bpe'"):
        Tokens("bep")
    with pytest.raises(SettingError, match=r"least counts whole tokens, but 'bpe' learns its own pieces"):
        Tokens("bpe", least=2)
    with pytest.raises(ModelFileError, match=r"the tokenizer's JSON is damaged: "):
        Subwords("{}").ids(["a"])
    changed = json.loads(Subwords.train("bpe", CORPUS, 300).json)
    changed["added_tokens"], changed["model"]["vocab"] = [], {"a": 0, "b": 1}
    changed["model"]["merges"] = []
    with pytest.raises(ModelFileError, match=r"its first four pieces must be <pad>, <unk>, <bos>, <eos>"):
        Subwords(json.dumps(changed)).ids(["a"])


def test_without_the_package_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    with pytest.raises(MissingExtraError, match=r'need the package tokenizers: pip install "tsrnn\[nlp\]"'):
        Subwords.train("bpe", CORPUS, 300)


@pytest.mark.parametrize("kind", [*SPLITTERS, *KINDS])
def test_a_reader_comes_back_from_its_facts(kind: str) -> None:
    tokens, texts = Tokens(kind, size=300), read_texts(CORPUS)
    reader = Reader.learn(texts, tokens)
    again = Reader.restore(tokens, json.loads(json.dumps(reader.facts())))
    new = read_texts(["the cat 한글 <unk>", ""])
    assert [ids.tolist() for ids in again.ids(new)] == [ids.tolist() for ids in reader.ids(new)]
    assert again.vocabulary == reader.vocabulary
    assert reader.text(reader.ids(read_texts(["the cat"]))[0].tolist()) == "the cat"
    assert max(ids.max() for ids in reader.ids(texts)) < len(reader)


def test_a_vocabulary_that_is_not_the_tokenizers_is_refused() -> None:
    tokens = Tokens("bpe", size=300)
    facts = Reader.learn(read_texts(CORPUS), tokens).facts()
    facts["vocabulary"]["tokens"][0] = "changed by hand"
    with pytest.raises(DataError, match="the tokenizer's pieces are not those of the vocabulary"):
        Reader.restore(tokens, facts)


def test_token_lists_are_taken_as_they_are_cut() -> None:
    reader = Reader.learn(read_texts([["New York", "is"], ["BIG"]]), Tokens())
    assert reader.vocabulary.tokens == ("big", "is", "new york")
    assert reader.cut(read_texts([("New  York",)])) == [["new york"]]
    with pytest.raises(DataError, match="tokens='bpe' makes its own pieces from texts, but lists of tokens were given"):
        Reader.learn(read_texts([["a", "b"]]), Tokens("bpe"))


def test_stop_words_are_left_out_and_mean_nothing_for_characters() -> None:
    reader = Reader.learn(read_texts(CORPUS), Tokens(stop_words=("the", "on")))
    assert reader.cut(read_texts(["The cat on the mat"])) == [["cat", "mat"]]
    with pytest.raises(SettingError, match=r"stop_words are words, but the tokens are of kind 'characters'"):
        Tokens("characters", stop_words=("a",))


def test_texts_without_a_token_are_refused_and_unknown_ones_counted() -> None:
    with pytest.raises(DataError, match=r"2 texts hold no token of kind 'words' that stands 1 times or more"):
        Reader.learn(read_texts(["", "  "]), Tokens())
    reader = Reader.learn(read_texts(["a b"]), Tokens())
    assert unknown_share(reader.ids(read_texts(["a c", "b d", ""]))) == 0.5
    assert unknown_share(reader.ids(read_texts([""]))) == 0.0
