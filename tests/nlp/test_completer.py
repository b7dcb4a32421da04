"""WordCompleter: the tutorial's words by heart, blanks anywhere, ranked suggestions, and bad input refused."""

from __future__ import annotations

import itertools
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.base import clone

from tsrnn.errors import DataError, NotFittedError, SettingError
from tsrnn.nlp.completer import WordCompleter
from tsrnn.nlp.completer_model import BLANK, Completion, hidden_loss, hide, ranked
from tsrnn.nlp.models import load
from tsrnn.training import Training

WORDS = ["word", "wood", "deep", "dive", "cold", "cool", "load", "love", "kiss", "kind"]
SHORT = Training(epochs=60, batch_size=10, steps_per_epoch=None, learning_rate=0.02, validation=0.0)
ONE = Completion("many-to-one")


def small(**changed: Any) -> WordCompleter:
    settings: dict[str, Any] = {"hidden_size": 32, "training": SHORT}
    return WordCompleter(**(settings | changed))


@pytest.fixture(scope="module")
def last() -> WordCompleter:
    return small(completion=ONE).fit(WORDS)


@pytest.fixture(scope="module")
def anywhere() -> WordCompleter:
    return small().fit(WORDS)


def test_ten_words_of_four_letters_are_completed(last: WordCompleter) -> None:
    assert last.predict([word[:3] + "_" for word in WORDS]) == WORDS
    assert last.score([word[:3] + "_" for word in WORDS], WORDS) == 1.0


def test_blanks_anywhere_are_filled(anywhere: WordCompleter) -> None:
    hidden = [(word[:place] + "_" + word[place + 1 :], word) for word in WORDS for place in range(4)]
    rights = [anywhere.predict([text])[0] == word for text, word in hidden]
    assert np.mean(rights) > 0.85  # "_ind", "co_l", "wo_d" leave a choice to a network that knows other words
    assert anywhere.predict(["d__p", "wood"]) == ["deep", "wood"]


def test_suggestions_are_ranked_and_their_probabilities_those_of_the_letters(last: WordCompleter) -> None:
    frame = last.suggest(["woo_", "wor_"], 3)
    assert frame["rank"].tolist() == [1, 2, 3, 1, 2, 3] and frame["word"][0] == "wood" and frame["word"][3] == "word"
    chances = last.predict_proba(["woo_"])[0]
    best = np.sort(chances)[::-1][:3]
    assert frame["probability"][:3].to_numpy() == pytest.approx(best, rel=1e-6)
    assert chances.sum() == pytest.approx(1.0) and not chances[:4].any()


def test_the_best_fillings_of_several_blanks_are_those_of_enumeration() -> None:
    table = np.log(np.random.default_rng(0).dirichlet(np.ones(5), size=6))
    found = ranked(table, [1, 3, 4], 20)
    every = [
        (ids, table[1, ids[0]] + table[3, ids[1]] + table[4, ids[2]]) for ids in itertools.product(range(5), repeat=3)
    ]
    expected = sorted(every, key=lambda pair: -pair[1])[:20]
    assert [ids for ids, _ in found] == [ids for ids, _ in expected]
    assert [total for _, total in found] == pytest.approx([total for _, total in expected])


def test_a_word_alone_is_completed_as_among_others(anywhere: WordCompleter) -> None:
    texts = ["w__d", "_", "kis_", "co_lco_l", "_____"]
    together = anywhere.suggest(texts, 4)
    alone = pd.concat([anywhere.suggest([text], 4) for text in texts])
    assert together["word"].tolist() == alone["word"].tolist()
    assert together["probability"].to_numpy() == pytest.approx(alone["probability"].to_numpy(), abs=1e-5)


def test_at_least_one_letter_is_hidden_and_none_of_the_padding() -> None:
    ids = torch.tensor([[4, 5, 6, 7], [8, 9, 0, 0], [4, 0, 0, 0]])
    for seed in range(20):
        torch.manual_seed(seed)
        hidden = hide(ids, ids > 0, Completion())
        assert hidden.any(1).all() and not hidden[ids == 0].any()
    assert hide(ids, ids > 0, ONE).int().tolist() == [[0, 0, 0, 1], [0, 1, 0, 0], [1, 0, 0, 0]]


def test_the_loss_is_that_of_the_hidden_letters_by_hand(anywhere: WordCompleter) -> None:
    network = anywhere.learned().network
    ids = torch.tensor([[4, 5, 6], [7, 8, 0]])
    hidden = torch.tensor([[False, True, False], [True, True, False]])
    with torch.no_grad():
        logs = torch.log_softmax(network(torch.tensor([[4, BLANK, 6], [BLANK, BLANK, 0]]), ids > 0), -1)
        expected = -(logs[0, 1, 5] + logs[1, 0, 7] + logs[1, 1, 8]) / 3
        assert float(hidden_loss(network, ids, hidden, ids > 0)) == pytest.approx(float(expected), abs=1e-6)


def test_korean_words_are_completed_by_syllables_and_by_jamo() -> None:
    words = ["나무", "나비", "소녀", "소년", "사랑"]
    assert small(completion=ONE).fit(words).predict(["사_"]) == ["사랑"]
    assert small(tokens="jamo", completion=ONE).fit(words).predict(["사라_"]) == ["사랑"]


def test_series_come_back_as_series_with_their_index(last: WordCompleter) -> None:
    series = pd.Series(["woo_", "lov_"], index=["x", "y"])
    assert last.predict(series).to_dict() == {"x": "wood", "y": "love"}
    assert last.predict_proba(series).idxmax(axis=1).to_dict() == {"x": "d", "y": "e"}
    assert last.suggest(series, 1)["text"].tolist() == ["x", "y"]


@pytest.mark.parametrize("changed", [{}, {"completion": ONE, "cell": "lstm"}, {"tokens": "jamo"}])
def test_a_saved_model_answers_as_before(tmp_path: Path, changed: dict[str, Any]) -> None:
    short = Training(epochs=2, batch_size=10, steps_per_epoch=None)
    model = small(**changed, training=short).fit(WORDS)
    again = load(model.save(tmp_path / "model"))
    assert again.suggest(["woo_", "col_"]).equals(model.suggest(["woo_", "col_"]))
    assert repr(again.get_params()) == repr(model.get_params())


def test_the_same_seed_learns_the_same_and_some_words_are_held_out() -> None:
    words = [a + b + c for a in "bcd" for b in "aeiou" for c in "lmnrstp"]
    short = Training(epochs=2, steps_per_epoch=None)
    one, other = (small(hidden_size=4, training=short).fit(words) for _ in range(2))
    assert one.suggest(["b_t"]).equals(other.suggest(["b_t"]))
    assert math.isfinite(one.history_.epochs[-1].validation)
    with pytest.raises(NotFittedError, match="WordCompleter has not been fitted"):
        clone(one).predict(["b_t"])


def test_words_to_be_judged_by_may_hold_unknown_letters() -> None:
    judged = Training(epochs=2, batch_size=4, steps_per_epoch=None)
    model = small(training=judged).fit(WORDS, validation=["zoo", "cool"])
    assert math.isfinite(model.history_.epochs[-1].validation)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ([], "no words to learn from"),
        (["word", ""], "row 1 of the words is empty"),
        (["word", None], "row 1 of the words is None"),
        (["word", 3], "row 1 of the words is 3"),
        (["wo_d"], "row 0 of the words is 'wo_d', which holds the blank '_'"),
        ([["w", "o"]], "words must be texts, but lists of tokens were given"),
        ("word", "words must be a list or a Series of texts, got one text"),
    ],
)
def test_what_is_no_word_is_refused(data: Any, words: str) -> None:
    with pytest.raises(DataError, match=words):
        small().fit(data)


def test_what_cannot_be_asked_is_refused(last: WordCompleter) -> None:
    with pytest.raises(DataError, match="row 1 of the words is 'w_od'; a many-to-one completer fills one blank at"):
        last.predict(["woo_", "w_od"])
    with pytest.raises(DataError, match="row 0 of the words is 'wood', without a blank"):
        last.predict_proba(["wood"])
    with pytest.raises(DataError, match="1 texts, but 2 whole words"):
        last.score(["woo_"], ["wood", "word"])
    with pytest.raises(SettingError, match="unknown tokens of a WordCompleter 'words'"):
        small(tokens="words").fit(WORDS)
    with pytest.raises(SettingError, match="blank must be one sign"):
        Completion(blank="__")
    with pytest.raises(SettingError, match="unknown kind of completion 'one-to-many'"):
        Completion("one-to-many")


@pytest.mark.slow
def test_hundreds_of_thousands_of_blanks_take_no_longer_each_than_a_few() -> None:
    table = np.log(np.tile([[0.7, 0.3]], (200_000, 1)))
    ((letters, total),) = ranked(table, range(200_000), 1)
    assert letters == (0,) * 200_000 and total == pytest.approx(200_000 * math.log(0.7))
