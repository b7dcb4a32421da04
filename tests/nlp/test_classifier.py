"""TextClassifier: it learns, its answers do not depend on company or padding, it comes back from disk, it explains."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV

from tests.nlp.sentences import BAD, GOOD, KOREAN, LABELS, LONGER, OPINIONS, PLAIN, QUICK, SMALL, TEXTS
from tsrnn.errors import NotFittedError, SettingError
from tsrnn.nlp import Classes, Embedding, TextClassifier, Tokens, load
from tsrnn.nlp.texts import read_texts
from tsrnn.training import Training

NEW = ["good", "", "a film so bad that I hated it and bad acting too", "good story " * 30, "film"]
KINDS: dict[str, dict[str, Any]] = {
    "max": {"classes": Classes(pooling="max"), "training": LONGER},
    "mean": {"classes": Classes(pooling="mean", blend=True), "cell": "lstm"},
    "last": {"classes": Classes(pooling="last", baseline=False), "cell": "lstm"},
    "attention": {"classes": Classes(pooling="attention", baseline=False)},
    "characters": {"tokens": "characters"},
    "bpe": {"tokens": Tokens("bpe", size=300), "classes": PLAIN},
}


@pytest.fixture(scope="module")
def fitted() -> dict[str, TextClassifier]:
    return {kind: TextClassifier(**(SMALL | settings)).fit(TEXTS, LABELS) for kind, settings in KINDS.items()}


@pytest.mark.filterwarnings("ignore:.*not in the vocabulary")
@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_depends_neither_on_company_nor_on_order(fitted: dict[str, TextClassifier], kind: str) -> None:
    model = fitted[kind]
    together = model.predict_proba(NEW)
    np.testing.assert_allclose(together.sum(1), 1.0)
    for row, text in enumerate(NEW):
        np.testing.assert_allclose(model.predict_proba([text])[0], together[row], atol=1e-5)
    order = [3, 0, 4, 1, 2]
    np.testing.assert_allclose(model.predict_proba([NEW[row] for row in order]), together[order], atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_saved_and_loaded_it_answers_to_the_bit(fitted: dict[str, TextClassifier], kind: str, tmp_path: Path) -> None:
    model = fitted[kind]
    folder = model.save(tmp_path / "model")
    loaded = load(folder)
    np.testing.assert_array_equal(loaded.predict_proba(TEXTS[:9]), model.predict_proba(TEXTS[:9]))
    assert loaded.get_params() == model.get_params()
    pd.testing.assert_frame_equal(loaded.comparison_, model.comparison_)
    pd.testing.assert_frame_equal(loaded.history_.frame(), model.history_.frame())


def test_it_learns_what_words_mean(fitted: dict[str, TextClassifier]) -> None:
    model = fitted["max"]
    assert model.score(TEXTS, LABELS) > 0.95
    assert model.predict(["good story", "bad story"]).tolist() == ["good", "bad"]
    assert model.classes_.tolist() == ["bad", "good"]


def test_the_same_seed_gives_the_same_bits_and_another_seed_others() -> None:
    found = []
    for seed in (1, 1, 2):
        training = Training(epochs=1, batch_size=8, seed=seed)
        model = TextClassifier(hidden_size=4, classes=PLAIN, training=training).fit(TEXTS, LABELS)
        found.append(model.predict_proba(TEXTS[:9]))
    np.testing.assert_array_equal(found[0], found[1])
    assert not np.array_equal(found[0], found[2])


def test_network_baseline_and_blend_are_compared(fitted: dict[str, TextClassifier]) -> None:
    compared = fitted["mean"].comparison_
    assert compared["model"].tolist() == ["network", "tf-idf", "blend"]
    assert compared["accuracy"].between(0, 1).all()
    assert compared["log_loss"][2] <= compared["log_loss"][:2].min() + 0.05
    assert (compared["factor"][:2] > 0).all()
    alone = fitted["max"].comparison_
    assert alone["factor"][1] == 0.0
    baseline = fitted["max"].baseline_
    assert baseline is not None
    assert (baseline.scores(read_texts(GOOD)).argmax(1) == 1).all()
    assert fitted["last"].baseline_ is None


def test_a_blend_is_the_sum_of_both_scores_with_their_factors(fitted: dict[str, TextClassifier]) -> None:
    model = fitted["mean"].fitted_
    texts = read_texts(BAD)
    both, (network, tfidf) = model.scores(texts, model.reader.ids(texts)), model.factors
    alone = model.scores(texts, model.reader.ids(texts)) - tfidf * model.baseline.scores(texts)
    np.testing.assert_allclose(both - alone, tfidf * model.baseline.scores(texts), atol=1e-12)
    assert network > 0 and tfidf > 0


def test_a_series_gives_a_series_and_a_frame(fitted: dict[str, TextClassifier]) -> None:
    data = pd.Series(["so good", "so bad"], index=["x", "y"])
    answer = fitted["max"].predict(data)
    pd.testing.assert_series_equal(answer, pd.Series(["good", "bad"], index=["x", "y"], name="class"))
    table = fitted["max"].predict_proba(data)
    assert table.columns.tolist() == ["bad", "good"] and table.index.tolist() == ["x", "y"]


def test_attention_names_the_tokens_and_sums_to_one(fitted: dict[str, TextClassifier]) -> None:
    table = fitted["attention"].attention(["so good", "", "bad"])
    assert table["token"].tolist() == ["so", "good", "bad"] and table["text"].tolist() == [0, 0, 2]
    assert table.groupby("text")["weight"].sum().tolist() == pytest.approx([1.0, 1.0])
    with pytest.raises(SettingError, match=r"pooling='max' has no attention; fit with Classes\(pooling='attention'\)"):
        fitted["max"].attention(["a"])


def test_several_labels_a_text() -> None:
    labels = [["film"] * ("film" in text) + ["story"] * ("story" in text) for text in TEXTS]
    settings = SMALL | {"classes": Classes("max", multilabel=True), "training": LONGER}
    model = TextClassifier(**settings).fit(TEXTS, labels)
    assert model.predict(["a good film", "so good"]) == [["film"], []]
    assert model.predict(pd.Series(["a bad film"], index=[7])).to_dict() == {7: ["film"]}
    assert model.score(TEXTS, labels) > 0.9
    probabilities = model.predict_proba(TEXTS[:3])
    assert ((probabilities > 0.5) == [[True, False], [False, True], [False, False]]).all()


def test_korean_in_syllables_mixed_with_emoji_and_latin_letters() -> None:
    model = TextClassifier("syllables", **(SMALL | {"classes": PLAIN, "training": LONGER})).fit(KOREAN, OPINIONS)
    assert model.score(KOREAN, OPINIONS) == 1.0
    with pytest.warns(UserWarning, match="of the tokens are not in the vocabulary"):
        assert model.predict(["LSTM 최악 😀👨‍👩‍👧"]).shape == (1,)
    assert model.oov_rate(["좋은 😀"]) == 0.25


def test_validation_given_by_the_caller_is_what_is_judged() -> None:
    model = TextClassifier(**SMALL).fit(TEXTS, LABELS, validation=(GOOD[:1], ["bad"]))
    assert model.comparison_["accuracy"][1] == 0.0
    with pytest.raises(SettingError, match="validation is a pair of texts and labels, got dict"):
        TextClassifier(**SMALL).fit(TEXTS, LABELS, validation={})  # type: ignore[arg-type]


def test_without_validation_texts_nothing_is_judged_or_scaled() -> None:
    model = TextClassifier(hidden_size=4, training=Training(2, 8, validation=0.0)).fit(TEXTS, LABELS)
    assert len(model.comparison_) == 0
    assert model.fitted_.factors == (1.0, 0.0)


def test_pretrained_vectors_are_read_kept_where_frozen_and_not_needed_afterwards(tmp_path: Path) -> None:
    file = tmp_path / "vectors.vec"
    file.write_text("2 3\ngood 1 0 0\nbad 0 1 0\n", encoding="utf-8")
    embedding = Embedding(vectors=file, frozen=True)
    model = TextClassifier(hidden_size=4, embedding=embedding, classes=PLAIN, training=QUICK).fit(TEXTS, LABELS)
    table = model.fitted_.network.encoder.embed.table.weight
    numbers = dict(zip(model.fitted_.reader.vocabulary.tokens, range(4, 99), strict=False))
    assert table[numbers["good"]].tolist() == [1, 0, 0]
    assert model.coverage_ is not None and 0 < model.coverage_.known < model.coverage_.counted
    folder = model.save(tmp_path / "model")
    file.unlink()
    np.testing.assert_array_equal(load(folder).predict_proba(GOOD), model.predict_proba(GOOD))
    with pytest.raises(SettingError, match=r"Embedding\(frozen=True\) keeps pretrained vectors as they are; name a"):
        TextClassifier(embedding=Embedding(frozen=True)).fit(TEXTS, LABELS)


def test_training_goes_on_from_a_fitted_model(fitted: dict[str, TextClassifier], tmp_path: Path) -> None:
    begun = fitted["max"]
    training = Training(epochs=1, batch_size=8, learning_rate=1e-9, init=begun.save(tmp_path / "m"), validation=0.0)
    model = TextClassifier(**(SMALL | {"training": training})).fit(["wholly new", "words here"], ["x", "y"])
    assert model.fitted_.reader == begun.fitted_.reader
    ours, theirs = (found.fitted_.network.encoder.state_dict() for found in (model, begun))
    assert all((ours[name] - theirs[name]).abs().max() < 1e-6 for name in ours)
    with pytest.raises(
        SettingError, match=r"Training\(init=…\) has another shape: encoder\..* is .* there and .* here"
    ):
        TextClassifier(hidden_size=9, embedding=Embedding(8), training=training).fit(TEXTS, LABELS)
    with pytest.raises(SettingError, match=r"Training\(init=…\) was fitted with Tokens\(kind='words'"):
        TextClassifier("characters", training=training).fit(TEXTS, LABELS)
    with pytest.raises(
        SettingError, match=r"takes a fitted TextClassifier, SequenceTagger or TextGenerator, or the path .*; got 3"
    ):
        TextClassifier(training=Training(init=3)).fit(TEXTS, LABELS)


def test_a_clone_is_unfitted_and_a_search_over_settings_runs() -> None:
    model = TextClassifier(Tokens("words", size=50), hidden_size=4, classes=PLAIN, training=QUICK)
    with pytest.raises(NotFittedError, match="TextClassifier has not been fitted: call fit first"):
        clone(model.fit(GOOD + BAD, [1] * 4 + [0] * 5)).predict(GOOD)
    search = GridSearchCV(model, {"hidden_size": [2, 3]}, cv=2).fit(TEXTS, LABELS)
    assert search.best_params_["hidden_size"] in (2, 3)
