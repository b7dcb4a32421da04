"""Translator: toy pairs by heart, attention and search as their laws say, scores with signatures, bad input refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.base import clone

from tsrnn.errors import ColumnError, DataError, NotFittedError, SettingError
from tsrnn.network import Network
from tsrnn.nlp.bleu import translation_scores
from tsrnn.nlp.decoding import Beam
from tsrnn.nlp.encoder import Embedding
from tsrnn.nlp.looks import plot_attention
from tsrnn.nlp.models import load
from tsrnn.nlp.reader import Tokens
from tsrnn.nlp.translator import Translator
from tsrnn.nlp.translator_model import Translation, TranslatorNetwork
from tsrnn.nlp.vocabulary import PAD
from tsrnn.training import Training

PAIRS = {"word": "단어", "wood": "나무", "game": "놀이", "girl": "소녀", "kiss": "키스", "love": "사랑"}
NUMBERS = ["one", "two", "three", "four", "five"]
DIGITS = ["1", "2", "3", "4", "5"]
ASKED = [f"{one} {other} {last}" for one in NUMBERS for other in NUMBERS for last in ("!", "? no .")]
SAID = [
    f"{DIGITS[NUMBERS.index(one)]} {DIGITS[NUMBERS.index(other)]} {last}"
    for one in NUMBERS
    for other in NUMBERS
    for last in ("!", "? no .")
]
QUICK = Training(epochs=3, batch_size=8, steps_per_epoch=None, learning_rate=0.02)


def small(**changed: Any) -> Translator:
    settings: dict[str, Any] = {"hidden_size": 10, "embedding": Embedding(8, dropout=0.1), "training": QUICK}
    return Translator(**(settings | changed))


@pytest.fixture(scope="module")
def fitted() -> Translator:
    return small().fit(ASKED, SAID)


@pytest.fixture(scope="module")
def tutorial() -> Translator:
    calm = Training(epochs=120, batch_size=8, steps_per_epoch=None, learning_rate=0.01)
    settings: dict[str, Any] = {"hidden_size": 48, "embedding": Embedding(24, dropout=0.0), "training": calm}
    return Translator("characters", **settings).fit(list(PAIRS), list(PAIRS.values()))


def test_six_pairs_are_learned_and_misspelt_words_are_answered(tutorial: Translator) -> None:
    assert tutorial.predict(list(PAIRS)) == list(PAIRS.values())
    assert tutorial.predict(["wodr", "loev"]) == ["단어", "사랑"]
    with pytest.warns(UserWarning, match="100% of the tokens are not in the vocabulary"):
        assert len(tutorial.predict(["zzz"])) == 1


def test_candidates_are_ranked_and_the_first_is_the_translation(tutorial: Translator) -> None:
    frame = tutorial.candidates(["word", "love"], 3)
    assert frame["rank"].tolist() == [1, 2, 3, 1, 2, 3] and frame["text"].tolist() == [0, 0, 0, 1, 1, 1]
    assert frame[frame["rank"] == 1]["translation"].tolist() == ["단어", "사랑"]
    for _, best in frame.groupby("text"):
        assert best["score"].is_monotonic_decreasing and best["translation"].is_unique


@pytest.mark.parametrize("beam", [Beam(1), Beam(4), Beam(3, 0.0, no_repeat=2)])
def test_a_text_alone_is_translated_as_among_others(fitted: Translator, beam: Beam) -> None:
    texts = [*ASKED[:7], "", "three", " ".join(["two"] * 20)]
    together = fitted.predict(texts, beam=beam)
    assert together == [fitted.predict([text], beam=beam)[0] for text in texts]
    assert together[::-1] == fitted.predict(texts[::-1], beam=beam)


def test_scores_do_not_depend_on_what_stands_beside(fitted: Translator) -> None:
    texts = ["", "one two !", "five four three two one"]
    together = fitted.candidates(texts, 2)
    alone = pd.concat([fitted.candidates([text], 2) for text in texts])
    assert together["translation"].tolist() == alone["translation"].tolist()
    assert together["score"].to_numpy() == pytest.approx(alone["score"].to_numpy(), abs=1e-5)


def test_a_beam_of_one_is_greedy_step_by_step(fitted: Translator) -> None:
    model, (row,) = fitted.learned(), fitted.learned().reader.ids(_texts(["one four !"]))
    network, written = model.network, [2]
    with torch.no_grad():
        ids = torch.tensor([[*row, 3]])
        while written[-1] != 3 and len(written) <= 2 * 4 + 20:
            mixed, _ = network.told(network.read(ids, ids > 0), torch.tensor([written]))
            scores = network.scores(mixed)[0, -1]
            scores[:3] = -torch.inf
            written.append(int(scores.argmax()))
    assert model.search([row], Beam(1))[0][0].ids == tuple(token for token in written[1:] if token != 3)


def test_attention_sums_to_one_over_the_source_and_sees_no_padding(fitted: Translator) -> None:
    texts = ["one two !", "five", "three three ? no ."]
    frame = fitted.attention(texts)
    sums = frame.groupby(["text", "step"])["weight"].sum()
    assert np.allclose(sums, 1.0)
    read = frame.drop_duplicates(["text", "place"]).groupby("text")["token"].agg(list)
    assert read.tolist() == [[*text.split(), "<eos>"] for text in texts]
    alone = fitted.attention(["five"], ["5 !"])
    assert alone.drop_duplicates("step")["word"].tolist() == ["5", "!", "<eos>"]
    among = fitted.attention(texts, ["1", "5 !", "3 3"])
    assert among[among["text"] == 1]["weight"].to_numpy() == pytest.approx(alone["weight"].to_numpy(), abs=1e-6)


def test_attention_is_drawn(fitted: Translator) -> None:
    axes = plot_attention(fitted.attention(["one two !"], ["1 2"]))
    assert [label.get_text() for label in axes.get_xticklabels()] == ["one", "two", "!", "<eos>"]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["1", "2", "<eos>"]
    rows = fitted.attention(["one", "two"])
    with pytest.raises(SettingError, match=r"text=None is not one of those looked at: choose one of \[0, 1\]"):
        plot_attention(rows)
    with pytest.raises(ColumnError, match="the frame has no column 'weight'"):
        plot_attention(rows.drop(columns="weight"))


def _texts(rows: list[str]) -> Any:
    from tsrnn.nlp.texts import read_texts

    return read_texts(rows)


def _network(model: Translator) -> TranslatorNetwork:
    found: TranslatorNetwork = model.learned().network
    return found


def test_the_loss_is_that_of_each_token_by_hand_and_padding_costs_nothing(fitted: Translator) -> None:
    network = _network(fitted)
    source, target = torch.tensor([[4, 5, 3]]), torch.tensor([[2, 6, 4, 3]])
    with torch.no_grad():
        loss = float(network.loss((source, source > 0), (target, target > 0)))
        padded = torch.nn.functional.pad(source, (0, 4)), torch.nn.functional.pad(target, (0, 2))
        assert float(network.loss(*((ids, ids != PAD) for ids in padded))) == pytest.approx(loss, abs=1e-6)
        scores = network.scores(network.told(network.read(source, source > 0), target[:, :-1])[0])
        logs = torch.log_softmax(scores[0], 1)
    assert loss == pytest.approx(-float(logs[torch.arange(3), target[0, 1:]].mean()), abs=1e-6)


def test_scheduled_inputs_are_the_own_guesses_behind_the_beginning(fitted: Translator) -> None:
    network = _network(fitted)
    source, tokens = torch.tensor([[4, 5, 3]]), torch.tensor([[2, 6, 4, 5]])
    read = network.read(source, source > 0)
    guesses = network.scores(network.told(read, tokens)[0]).argmax(-1)
    network.settings = Translation(scheduled=0.999999)
    try:
        assert network._guessed(read, tokens).tolist() == [[2, *guesses[0, :3].tolist()]]
        network.settings = Translation(scheduled=0.0)
        assert network._guessed(read, tokens).tolist() == tokens.tolist()
    finally:
        network.settings = Translation()


def test_pairs_of_tokens_and_series_are_taken() -> None:
    pair = (Tokens("words"), "characters")
    X, y = pd.Series(ASKED, index=range(100, 150)), pd.Series(SAID, index=range(100, 150))
    model = small(tokens=pair).fit(X, y)
    found = model.predict(X[:3])
    assert found.index.tolist() == [100, 101, 102] and found.name == "translation"
    assert model.learned().target_reader.tokens.kind == "characters"
    assert model.candidates(X[:1], 2)["text"].tolist() == [100, 100]


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"cell": "lstm", "network": Network(num_layers=2, bidirectional=True)},
        {"network": Network(), "translation": Translation("dot", scheduled=0.3, tied=False, beam=Beam(2))},
        {"tokens": ("words", "bpe"), "translation": Translation("bahdanau")},
    ],
)
def test_a_saved_model_answers_as_before(tmp_path: Path, changed: dict[str, Any]) -> None:
    model = small(**changed, training=Training(epochs=1, batch_size=8, steps_per_epoch=None)).fit(ASKED, SAID)
    again = load(model.save(tmp_path / "model"))
    assert again.predict(ASKED[:9]) == model.predict(ASKED[:9])
    assert again.attention(ASKED[:2]).equals(model.attention(ASKED[:2]))
    assert repr(again.get_params()) == repr(model.get_params())


def test_the_same_seed_learns_the_same_and_going_on_begins_where_it_ended(fitted: Translator) -> None:
    again = clone(fitted).fit(ASKED, SAID)
    assert again.candidates(ASKED[:3]).equals(fitted.candidates(ASKED[:3]))
    still = Training(epochs=1, batch_size=8, learning_rate=1e-9, init=fitted)
    further = small(training=still).fit(ASKED, SAID)
    assert further.predict(ASKED) == fitted.predict(ASKED)
    with pytest.raises(NotFittedError, match="Translator has not been fitted"):
        clone(fitted).predict(["one"])


def test_bleu_and_chrf_say_how_they_were_computed(tutorial: Translator) -> None:
    frame = tutorial.evaluate(list(PAIRS), list(PAIRS.values()), tokenize="char")
    assert frame["metric"].tolist() == ["BLEU", "chrF"]
    assert "tok:char" in frame["signature"][0] and "version:" in frame["signature"][1]
    assert frame["score"][1] == pytest.approx(100.0)


def test_bleu_is_that_of_counting_by_hand() -> None:
    frame = translation_scores(["the cat sat on the mat"], ["the cat sat on a mat"], tokenize="none")
    precisions = [5 / 6, 3 / 5, 2 / 4, 1 / 3]
    assert frame["score"][0] == pytest.approx(100 * float(np.prod(precisions)) ** 0.25)
    with pytest.raises(DataError, match="1 translations, but 2 right ones"):
        translation_scores(["a"], ["a", "b"])
    with pytest.raises(SettingError, match="unknown tokenizer of BLEU 'moses'"):
        translation_scores(["a"], ["a"], tokenize="moses")


@pytest.mark.parametrize(
    ("X", "y", "words"),
    [
        (["a", "b"], ["c"], "2 texts, but 1 translations; give one for each text"),
        ([], [], "no texts to learn from"),
        (["a", None], ["b", "c"], "row 1 of the texts is None"),
        (["a", "b"], ["b", 4], "row 1 of the translations is 4"),
        (["a", "b"], "bc", "translations must be a list or a Series of texts, got one text"),
        (["a", "b"], ["", ""], "hold no token"),
        (3, ["a"], "texts must be a list or a Series of texts, got int"),
    ],
)
def test_what_cannot_be_learned_from_is_refused(X: Any, y: Any, words: str) -> None:
    with pytest.raises(DataError, match=words):
        small().fit(X, y)


def test_settings_that_cannot_be_are_refused() -> None:
    with pytest.raises(SettingError, match="unknown attention 'doot'"):
        Translation(attention="doot")
    with pytest.raises(SettingError, match="label_smoothing must be a share"):
        Translation(label_smoothing=1.0)
    with pytest.raises(SettingError, match="tokens is one kind, or a pair"):
        small(tokens=("words", "words", "words")).fit(ASKED, SAID)
    with pytest.raises(SettingError, match="dot attention needs queries and keys of one size"):
        small(translation=Translation("dot")).fit(ASKED, SAID)


def test_no_text_is_answered_with_no_text_in_the_list(fitted: Translator) -> None:
    assert fitted.predict([]) == []
    assert len(fitted.predict([""])) == 1
