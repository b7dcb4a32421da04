"""CTCRecognizer: strips of noisy columns become digits, whatever the company; bad input is one clear error."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tsrnn.errors import DataError, SettingError
from tsrnn.nlp import Alphabet, CTCRecognizer, load
from tsrnn.training import Training


def strips(count: int, seed: int) -> tuple[list[np.ndarray[Any, Any]], list[str]]:
    """Words of the letters a, b and c as columns: two or three noisy ones a letter, one dark one behind it."""
    rng = np.random.default_rng(seed)
    words = ["".join(rng.choice(list("abc"), rng.integers(1, 5))) for _ in range(count)]
    tables = []
    for word in words:
        lit = [np.repeat(np.eye(3)[["abc".index(letter)]], rng.integers(2, 4), 0) for letter in word]
        dark = np.zeros((1, 3))
        table = np.concatenate([part for letter in lit for part in (letter, dark)])
        tables.append(10.0 + 4.0 * (table + rng.normal(0, 0.1, table.shape)))
    return tables, words


SEQUENCES, WORDS = strips(80, 0)
QUICK = Training(epochs=25, batch_size=8, steps_per_epoch=None, learning_rate=0.02)


@pytest.fixture(scope="module")
def model() -> CTCRecognizer:
    return CTCRecognizer(hidden_size=12, training=QUICK).fit(SEQUENCES, WORDS)


def test_it_reads_new_strips(model: CTCRecognizer) -> None:
    sequences, words = strips(40, 1)
    assert model.score(sequences, words) >= 0.95
    assert model.error_rate(sequences, words) <= 0.05
    beam = CTCRecognizer(hidden_size=12, alphabet=Alphabet(beam=8), training=QUICK)
    beam.fitted_ = model.fitted_
    assert beam.score(sequences, words) >= 0.95


def test_an_answer_depends_neither_on_company_nor_on_order(model: CTCRecognizer) -> None:
    together = model.predict_proba(SEQUENCES[:6])
    for row in range(6):
        np.testing.assert_allclose(model.predict_proba(SEQUENCES[row : row + 1])[0], together[row], atol=1e-5)
        np.testing.assert_allclose(together[row].to_numpy().sum(1), 1.0, atol=1e-6)
    assert model.predict(SEQUENCES[:6][::-1]) == model.predict(SEQUENCES[:6])[::-1]


def test_saved_and_loaded_it_answers_to_the_bit(model: CTCRecognizer, tmp_path: Path) -> None:
    loaded = load(model.save(tmp_path / "model"))
    pd.testing.assert_frame_equal(
        loaded.predict_proba(SEQUENCES)[0], model.predict_proba(SEQUENCES)[0], check_exact=True
    )
    assert loaded.predict(SEQUENCES) == model.predict(SEQUENCES)


def test_lists_of_symbols_give_lists_and_a_series_a_series() -> None:
    training = Training(epochs=1, batch_size=8, seed=3)
    model = CTCRecognizer(hidden_size=4, training=training).fit(SEQUENCES[:9], [list(word) for word in WORDS[:9]])
    assert all(isinstance(row, list) for row in model.predict(SEQUENCES[:2]))
    answer = model.predict(pd.Series(SEQUENCES[:2], index=["x", "y"]))
    assert answer.index.tolist() == ["x", "y"] and answer.name == "symbols"
    again = CTCRecognizer(hidden_size=4, training=training).fit(SEQUENCES[:9], [list(word) for word in WORDS[:9]])
    pd.testing.assert_frame_equal(
        again.predict_proba(SEQUENCES)[0], model.predict_proba(SEQUENCES)[0], check_exact=True
    )


def test_nothing_and_a_sequence_without_steps_have_an_answer(model: CTCRecognizer) -> None:
    assert model.predict([]) == []
    assert model.predict([np.zeros((0, 3))]) == [""]


@pytest.mark.parametrize(
    ("data", "targets", "message"),
    [
        ([np.zeros((2, 3))], ["aa"], "sequence 0 has 2 steps, but its 2 symbols take 3; give more steps, or drop it"),
        ([np.zeros((0, 3))], [""], "sequence 0 has 0 steps, but its 0 symbols take 1"),
        ([np.zeros((5, 3))], ["a", "b"], "1 sequences, but 2 targets"),
        ([np.zeros((5, 3)), np.zeros((5, 2))], ["a", "b"], "sequence 1 has 2 channels, but 3 are needed"),
        ([np.zeros(5)], ["a"], r"sequence 0 must be a table \(step, channel\), got shape \(5,\)"),
        ([np.full((5, 3), np.nan)], ["a"], "sequence 0 holds a value that is no finite number"),
        ([[["a"]]], ["a"], "sequence 0 is no table of numbers"),
        ("text", ["a"], "sequences must be a list of tables"),
        ([np.zeros((5, 3))], [None], "target 0 is None, neither a text nor a list of symbols"),
        ([np.zeros((5, 3))], [[1]], r"target 0 is \[1\], neither a text nor a list of symbols"),
        ([np.zeros((5, 3))], "a", "targets must be a list of texts or of lists of symbols, got str"),
        ([np.zeros((5, 3))], [""], "there is no symbol to learn: all targets are empty"),
        ([], [], "no sequences to learn from"),
    ],
)
def test_bad_input_is_one_clear_error(data: Any, targets: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        CTCRecognizer(training=QUICK).fit(data, targets)


def test_other_channels_and_an_impossible_beam_are_refused(model: CTCRecognizer) -> None:
    with pytest.raises(DataError, match="sequence 0 has 2 channels, but 3 are needed"):
        model.predict([np.zeros((5, 2))])
    with pytest.raises(SettingError, match="beam must be a whole number of at least 1, got 0"):
        Alphabet(beam=0)
