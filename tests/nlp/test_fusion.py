"""Fusion: a search with a language finds what the enumeration of all sequences finds; unlike symbols are refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.nlp.test_ctc import enumerated
from tests.nlp.test_recognizer import strips
from tsrnn.errors import NotFittedError, SettingError
from tsrnn.nlp import Alphabet, CTCRecognizer, TextGenerator
from tsrnn.nlp.ctc import prefix_beam
from tsrnn.nlp.fusion import foretold
from tsrnn.training import Training

SHORT = Training(epochs=1, batch_size=8, steps_per_epoch=4, learning_rate=0.02)


@pytest.fixture(scope="module")
def recognizer() -> CTCRecognizer:
    """Barely trained, so that it is unsure."""
    return CTCRecognizer(hidden_size=6, alphabet=Alphabet(beam=200), training=SHORT).fit(*strips(20, 0))


@pytest.fixture(scope="module", params=["lstm", "gru"])
def language(request: pytest.FixtureRequest) -> TextGenerator:
    """Knows that an a follows b and c."""
    training = Training(epochs=5, batch_size=4, steps_per_epoch=20, learning_rate=0.02, validation=0.0)
    return TextGenerator(cell=request.param, hidden_size=8, training=training).fit(["ba", "caba", "baca"] * 30)


def fused(table: np.ndarray[Any, Any], language: TextGenerator, weight: float) -> str:
    """The best sequence of all, by enumeration."""
    own = {"".join("abc"[one - 1] for one in symbols): np.log(share) for symbols, share in enumerated(table).items()}
    said = dict(zip(own, language.log_likelihood(list(own)), strict=True))
    return max(own, key=lambda word: own[word] + weight * said[word])


def test_a_wide_search_finds_the_best_of_all_sequences(recognizer: CTCRecognizer, language: TextGenerator) -> None:
    rng = np.random.default_rng(0)
    sequences = [rng.normal(10, 4, (4, 3)) for _ in range(5)]
    tables = recognizer.fitted_.log_probabilities(sequences)
    answers = {}
    for weight in (0.0, 0.3, 2.0):
        answers[weight] = recognizer.predict(sequences, language=language, weight=weight)
        assert answers[weight] == [fused(table, language, weight) for table in tables]
    assert answers[0.0] == recognizer.predict(sequences) != answers[2.0]


def test_a_language_decides_what_is_unclear(language: TextGenerator) -> None:
    steps = [[0.04, 0.02, 0.92, 0.02], [0.97, 0.01, 0.01, 0.01], [0.04, 0.46, 0.02, 0.48]]  # blank, a, b, c: "bc"
    table = np.log(steps)
    assert prefix_beam(table, 8)[0].symbols == (2, 3)
    assert prefix_beam(table, 8, foretold(language, ("a", "b", "c"), 0.5))[0].symbols == (2, 1)


def test_other_models_and_symbols_that_a_language_does_not_know_are_refused(recognizer: CTCRecognizer) -> None:
    sequences = [np.zeros((4, 3))]
    with pytest.raises(SettingError, match="language must be a fitted TextGenerator, got CTCRecognizer"):
        recognizer.predict(sequences, language=recognizer)
    with pytest.raises(NotFittedError, match="TextGenerator has not been fitted"):
        recognizer.predict(sequences, language=TextGenerator())
    other = TextGenerator(hidden_size=4, training=SHORT).fit(["ab ab ab"] * 9)
    with pytest.raises(SettingError, match=r"does not know the symbol 'c' \(1 of 3 are unknown to it\); fit it on"):
        recognizer.predict(sequences, language=other)
    with pytest.raises(SettingError, match="weight must be at least 0, got -1"):
        recognizer.predict(sequences, language=other, weight=-1)
    pytest.importorskip("tokenizers")
    pieces = TextGenerator("bpe", hidden_size=4, training=SHORT).fit(["ab ab ab"] * 9)
    with pytest.raises(SettingError, match="language cuts text into pieces of kind 'bpe', but each symbol has to be"):
        recognizer.predict(sequences, language=pieces)


def test_symbols_of_several_letters_are_words_of_the_language() -> None:
    sequences, words = strips(20, 0)
    names = {"a": "al", "b": "be", "c": "ce"}
    spelt = [[names[letter] for letter in word] for word in words]
    model = CTCRecognizer(hidden_size=6, training=SHORT).fit(sequences, spelt)
    language = TextGenerator("whitespace", hidden_size=4, training=SHORT).fit([" ".join(row) for row in spelt])
    found = model.predict(sequences[:3], language=language)
    assert all(isinstance(row, list) and set(row) <= set(names.values()) for row in found)
