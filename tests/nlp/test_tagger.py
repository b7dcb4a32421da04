"""SequenceTagger: it learns from words and their spelling, whatever the company; it comes back from disk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.nlp.sentences import SMALL
from tsrnn.errors import DataError, SettingError
from tsrnn.nlp import SequenceTagger, Tags, load
from tsrnn.training import Training

# A name is what begins with a capital, so an unknown one can be told by its spelling alone.
NAMES = "Anna Bo Carl Diaz Eve Finn Gus Hana Ida Jo Kim Lea Max Nina Olaf Pia Quinn Ruth Sven Tara".split()
SEEN = [[name, "runs"] for name in NAMES] + [["the", "dog", "sees", name, "Diaz"] for name in NAMES]
SENTENCES = SEEN + [["a", "dog"]] * 5
TAGS = [["B-PER", "O"]] * 20 + [["O", "O", "O", "B-PER", "I-PER"]] * 20 + [["O", "O"]] * 5
NEW = [["the", "dog", "sees", "Anna"], [], ["dog"], ["Carl", "runs", "Max"] * 5]
LONGER = Training(epochs=15, batch_size=8, steps_per_epoch=None, learning_rate=0.02)
KINDS: dict[str, dict[str, Any]] = {
    "plain": {"tags": Tags(characters=0)},
    "spelling": {"tags": Tags(characters=5)},
    "crf": {"tags": Tags(crf=True, characters=3), "cell": "lstm"},
}


@pytest.fixture(scope="module")
def fitted() -> dict[str, SequenceTagger]:
    return {
        kind: SequenceTagger(**(SMALL | {"training": LONGER} | settings)).fit(SENTENCES, TAGS)
        for kind, settings in KINDS.items()
    }


@pytest.mark.parametrize("kind", KINDS)
def test_it_learns_the_tags(fitted: dict[str, SequenceTagger], kind: str) -> None:
    assert fitted[kind].score(SENTENCES, TAGS) > 0.95
    assert fitted[kind].entity_f1(SENTENCES, TAGS).f1 > 0.9
    assert fitted[kind].tags_ == ("B-PER", "I-PER", "O")
    assert [len(row) for row in fitted[kind].predict(NEW)] == [4, 0, 1, 15]


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_depends_neither_on_company_nor_on_order(fitted: dict[str, SequenceTagger], kind: str) -> None:
    model = fitted[kind]
    together = model.predict_proba(NEW)
    for row, sentence in enumerate(NEW):
        alone = model.predict_proba([sentence])[0]
        np.testing.assert_allclose(alone, together[row], atol=1e-5)
        np.testing.assert_allclose(together[row].to_numpy().sum(1), 1.0, atol=1e-5)
        assert model.predict([sentence])[0] == model.predict(NEW)[row]
    assert together[0].columns.tolist() == ["B-PER", "I-PER", "O"] and together[0].index.tolist() == NEW[0]


@pytest.mark.parametrize("kind", KINDS)
def test_saved_and_loaded_it_answers_to_the_bit(fitted: dict[str, SequenceTagger], kind: str, tmp_path: Path) -> None:
    loaded = load(fitted[kind].save(tmp_path / "model"))
    for ours, theirs in zip(loaded.predict_proba(NEW), fitted[kind].predict_proba(NEW), strict=True):
        pd.testing.assert_frame_equal(ours, theirs, check_exact=True)
    assert loaded.get_params() == fitted[kind].get_params()


def test_an_unknown_name_is_told_by_its_spelling(fitted: dict[str, SequenceTagger]) -> None:
    with pytest.warns(UserWarning, match=r"of the words are not in the vocabulary"):
        assert fitted["spelling"].predict([["Freda", "runs"]]) == [["B-PER", "O"]]


@pytest.mark.filterwarnings("ignore:.*not in the vocabulary")
def test_the_same_seed_gives_the_same_bits() -> None:
    settings = SMALL | {"tags": Tags(crf=True, characters=3)}
    first, second = (SequenceTagger(**settings).fit(SENTENCES, TAGS).predict_proba(NEW) for _ in range(2))
    pd.testing.assert_frame_equal(first[0], second[0], check_exact=True)


def test_a_series_of_sentences_gives_a_series_of_tags(fitted: dict[str, SequenceTagger]) -> None:
    answer = fitted["plain"].predict(pd.Series([["a", "dog"]], index=["x"]))
    pd.testing.assert_series_equal(answer, pd.Series([["O", "O"]], index=["x"], name="tags"))


def test_training_goes_on_from_a_fitted_tagger(fitted: dict[str, SequenceTagger]) -> None:
    training = Training(epochs=1, learning_rate=1e-9, init=fitted["spelling"], validation=0.0)
    settings = SMALL | KINDS["spelling"] | {"training": training}
    model = SequenceTagger(**settings).fit(SENTENCES[:4], TAGS[:4])
    ours, theirs = (found.fitted_.network.spelling.state_dict() for found in (model, fitted["spelling"]))
    assert all((ours[name] - theirs[name]).abs().max() < 1e-6 for name in ours)


@pytest.mark.parametrize(
    ("sentences", "tags", "message"),
    [
        (["a b"], [["X"]], r"row 0 of the sentences is a text, but lists of tokens are needed: give text.split\(\)"),
        ([["a", "b"]], [["X"]], "sentence 0 has 2 words, but 1 tags; give one for each word"),
        ([["a"]], [["X"], ["Y"]], "1 texts, but 2 lists of tags"),
        ([["a"]], [[1]], r"row 0 of the tags holds 1 \(int\) among its tokens"),
        ([[None]], [["X"]], r"row 0 of the sentences holds None among its tokens"),
        ([], [], "no texts to learn from"),
        ([[], []], [[], []], "2 texts hold no token of kind 'words'"),
    ],
)
def test_what_cannot_be_learned_from_is_one_clear_error(sentences: Any, tags: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        SequenceTagger(training=Training(validation=0.0)).fit(sentences, tags)


def test_tokens_that_are_no_words_are_refused_and_nothing_can_be_judged_without_words(
    fitted: dict[str, SequenceTagger],
) -> None:
    with pytest.raises(SettingError, match="a tagger reads lists of words, but tokens='bpe'; use 'words'"):
        SequenceTagger("bpe").fit(SENTENCES, TAGS)
    with pytest.raises(DataError, match="there is no word to judge"):
        fitted["plain"].score([[]], [[]])


def test_strange_words_have_a_tag(fitted: dict[str, SequenceTagger]) -> None:
    with pytest.warns(UserWarning, match="100% of the words"):
        found = fitted["spelling"].predict([["\ud800", "", "😀👨‍👩‍👧", "한글" * 5000]])
    assert len(found[0]) == 4
