"""The tags that words have had most often, counted by hand, and what becomes of them beside a tagger."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.nlp.sentences import SMALL
from tsrnn.nlp import SequenceTagger, Tags, load
from tsrnn.nlp.word_tags import WordTags

SENTENCES = [["a", "b", "a"], ["a", "c"], ["d", "e"]]
TAGS = [["X", "Y", "Z"], ["Z", "Y"], ["X", "Y"]]


def test_a_word_has_its_most_frequent_tag_and_a_new_one_that_of_words_which_stand_once() -> None:
    found = WordTags.fit(SENTENCES, TAGS)
    assert found.words == {"a": "Z", "b": "Y", "c": "Y", "d": "X", "e": "Y"}
    assert found.new == "Y"
    assert found.predict([["a", "new"], []]) == [["Z", "Y"], []]
    assert WordTags.fit([["a", "a"]], [["X", "X"]]).new == "X", "where no word stands once, the most frequent of all"
    assert WordTags.fit([["a", "a"]], [["Y", "X"]]).words == {"a": "X"}


def test_it_is_fitted_beside_the_tagger_on_training_sentences_alone_and_judged_on_the_others(tmp_path: Path) -> None:
    settings = SMALL | {"tags": Tags(characters=0)}
    held = [["a", "new"]], [["Z", "Y"]]
    model = SequenceTagger(**settings).fit(SENTENCES, TAGS, validation=held)
    assert model.baseline_ == WordTags.fit(SENTENCES, TAGS)
    compared = model.comparison_.set_index("model")["accuracy"]
    assert compared["most-frequent"] == 1.0
    with pytest.warns(UserWarning, match="50% of the words"):
        assert compared["network"] == model.score(*held)
    loaded = load(model.save(tmp_path / "model"))
    assert loaded.baseline_ == model.baseline_ and loaded.comparison_.equals(model.comparison_)
