"""The baseline and the calibration, compared with scikit-learn and with a search by hand."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline

from tests.nlp.sentences import KOREAN, LABELS, OPINIONS, TEXTS
from tsrnn.nlp.baseline import Baseline
from tsrnn.nlp.calibration import accuracy, fit_scales, log_loss, probabilities
from tsrnn.nlp.reader import Reader, Tokens
from tsrnn.nlp.texts import read_texts

NEW = ["a good bad film", "", "unseen words"]


@pytest.mark.parametrize("classes", [2, 3])
def test_words_are_scored_as_by_scikit_learn(classes: int) -> None:
    texts, targets = read_texts(TEXTS), np.arange(len(TEXTS)) % classes
    baseline = Baseline.fit(texts, targets, classes, Reader.learn(texts, Tokens("whitespace")))
    reference = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"\S+"),
        LogisticRegression(C=10.0, max_iter=1000),
    )
    found = probabilities(baseline.scores(read_texts(NEW)), multilabel=False)
    np.testing.assert_allclose(found, reference.fit(TEXTS, targets).predict_proba(NEW), atol=1e-6)


def test_korean_is_scored_by_characters_as_by_scikit_learn() -> None:
    texts, targets = read_texts(KOREAN), np.array(OPINIONS)
    baseline = Baseline.fit(texts, targets, 2, Reader.learn(texts, Tokens("syllables")))
    reference = make_pipeline(
        TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), sublinear_tf=True),
        LogisticRegression(C=10.0, max_iter=1000),
    )
    found = probabilities(baseline.scores(read_texts(["좋은 배우"])), multilabel=False)
    np.testing.assert_allclose(found, reference.fit(KOREAN, OPINIONS).predict_proba(["좋은 배우"]), atol=1e-6)


def test_several_labels_are_scored_each_by_itself_as_by_scikit_learn() -> None:
    texts = read_texts(TEXTS)
    targets = np.stack([np.array(LABELS) == "good", np.arange(len(TEXTS)) % 3 == 0], 1).astype(np.int64)
    baseline = Baseline.fit(texts, targets, 2, Reader.learn(texts, Tokens("whitespace")))
    reference = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"\S+"),
        OneVsRestClassifier(LogisticRegression(C=10.0, max_iter=1000)),
    )
    found = probabilities(baseline.scores(read_texts(NEW)), multilabel=True)
    np.testing.assert_allclose(found, reference.fit(TEXTS, targets).predict_proba(NEW), atol=1e-6)


def test_it_comes_back_from_its_arrays_to_the_bit() -> None:
    texts = read_texts(KOREAN)
    baseline = Baseline.fit(texts, np.array(OPINIONS), 2, Reader.learn(texts, Tokens("syllables")))
    again = Baseline.restore(baseline.state(), baseline.reader)
    np.testing.assert_array_equal(again.scores(read_texts(NEW)), baseline.scores(read_texts(NEW)))


def test_a_class_that_no_text_has_is_never_the_answer() -> None:
    texts = read_texts(["a", "b", "a", "b"])
    baseline = Baseline.fit(texts, np.array([0, 2, 0, 2]), 3, Reader.learn(texts, Tokens()))
    assert baseline.scores(read_texts(["a", "b"])).argmax(1).tolist() == [0, 2]
    assert baseline.scores(read_texts(["c"]))[0, 1] < 0


def test_the_temperature_is_the_one_a_search_finds() -> None:
    rng = np.random.default_rng(0)
    targets = rng.integers(0, 3, 400)
    scores = 6.0 * (np.eye(3)[targets] + rng.normal(0, 0.8, (400, 3)))  # far too sure
    factor = fit_scales([scores], targets)[0]
    grid = np.linspace(0.01, 2, 400)
    costs = [log_loss(value * scores, targets) * 400 + 0.5 * (value - 1) ** 2 for value in grid]
    assert factor == pytest.approx(grid[int(np.argmin(costs))], abs=0.01)
    assert factor < 0.5 and log_loss(factor * scores, targets) < log_loss(scores, targets)


def test_a_blend_is_no_worse_than_its_parts_where_it_was_learned() -> None:
    rng = np.random.default_rng(1)
    targets = rng.integers(0, 2, 500)
    parts = [2.0 * (np.eye(2)[targets] + rng.normal(0, 1, (500, 2))) for _ in range(2)]
    factors = fit_scales(parts, targets)
    mixed = factors[0] * parts[0] + factors[1] * parts[1]
    alone = [log_loss(fit_scales([part], targets)[0] * part, targets) for part in parts]
    assert log_loss(mixed, targets) < min(alone)


def test_log_loss_and_accuracy_by_hand() -> None:
    scores, targets = np.log(np.array([[0.9, 0.1], [0.4, 0.6]])), np.array([0, 0])
    assert log_loss(scores, targets) == pytest.approx(-(np.log(0.9) + np.log(0.4)) / 2)
    assert accuracy(scores, targets) == 0.5
    several = np.array([[1.0, -1.0], [1.0, 1.0]])
    assert accuracy(several, np.array([[1, 0], [1, 0]])) == 0.5
    assert log_loss(several[:1], np.array([[1, 0]])) == pytest.approx(2 * np.log1p(np.exp(-1)))
