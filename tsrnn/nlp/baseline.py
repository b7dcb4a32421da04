"""The model that a network has to beat: TF-IDF and logistic regression, kept as plain arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from tsrnn.folder import Arrays
from tsrnn.nlp.labels import Targets
from tsrnn.nlp.reader import Reader
from tsrnn.nlp.texts import Texts

Scores = NDArray[np.float64]  # (text, class)

_MANY = 1000  # texts, from which a piece of a word has to stand in two of them


@dataclass(frozen=True, eq=False)
class Baseline:
    """TF-IDF over one and two words, or over one to four characters inside words, and logistic regression.

    Words where the tokens are words, else characters. `terms` are the columns, `idf (term,)` their inverse document
    frequencies, `weights (class, term)` and `bias (class,)` the regression; with two classes the first has none.
    """

    reader: Reader
    terms: tuple[str, ...]
    idf: NDArray[np.float64]
    weights: Scores
    bias: NDArray[np.float64]

    @classmethod
    def fit(cls, texts: Texts, targets: Targets, classes: int, reader: Reader) -> Baseline:
        """Fits both to the texts; `targets` are class numbers `(text,)`, or 0 and 1 `(text, class)` for several."""
        vectorizer = _vectorizer(reader, texts.ragged, least=2 if len(texts) >= _MANY else 1)
        counted = vectorizer.fit_transform(_documents(texts, reader))
        terms = tuple(vectorizer.get_feature_names_out().tolist())
        if targets.ndim == 2:
            each = [_regression(counted, targets[:, place], 2) for place in range(classes)]
            weights, bias = np.stack([found[0][1] for found in each]), np.array([found[1][1] for found in each])
        else:
            weights, bias = _regression(counted, targets, classes)
        return cls(reader, terms, np.asarray(vectorizer.idf_, np.float64), weights, bias)

    def scores(self, texts: Texts) -> Scores:
        """The scores before softmax (or before the logistic function, for several labels a text), `(text, class)`."""
        if not len(texts):
            return np.zeros((0, len(self.bias)))
        vectorizer = _vectorizer(self.reader, texts.ragged, self.terms)
        vectorizer.idf_ = self.idf
        return np.asarray(vectorizer.transform(_documents(texts, self.reader)) @ self.weights.T + self.bias, np.float64)

    def state(self) -> Arrays:
        """All of it as named arrays."""
        spelt = [term.encode("utf-8") for term in self.terms]
        return {
            "baseline.terms": np.frombuffer(b"".join(spelt), np.uint8),
            "baseline.lengths": np.array([len(term) for term in spelt], np.int64),
            "baseline.idf": self.idf,
            "baseline.weights": self.weights,
            "baseline.bias": self.bias,
        }

    @classmethod
    def restore(cls, arrays: Arrays, reader: Reader) -> Baseline:
        """The baseline from its `state()`."""
        spelt, ends = arrays["baseline.terms"].tobytes(), np.cumsum(arrays["baseline.lengths"])
        starts = [0, *ends[:-1].tolist()]
        terms = tuple(spelt[a:b].decode("utf-8") for a, b in zip(starts, ends.tolist(), strict=True))
        numbers = {name: np.asarray(arrays[f"baseline.{name}"], np.float64) for name in ("idf", "weights", "bias")}
        return cls(reader, terms, **numbers)


def _regression(counted: Any, targets: Targets, classes: int) -> tuple[Scores, NDArray[np.float64]]:
    """Weights `(class, term)` and bias `(class,)` of one logistic regression."""
    from sklearn.linear_model import LogisticRegression

    weights, bias = np.zeros((classes, counted.shape[1])), np.zeros(classes)
    seen = np.unique(targets)
    if len(seen) < 2:  # a class that all texts have, or none: the share is all there is to know
        bias[seen] = np.log(len(targets) + 1.0)
        return weights, bias
    fitted = LogisticRegression(C=10.0, max_iter=1000).fit(counted, targets)
    rows = seen[1:] if len(seen) == 2 else seen
    weights[rows], bias[rows] = fitted.coef_, fitted.intercept_
    bias[np.setdiff1d(np.arange(classes), seen)] = -np.log(len(targets) + 1.0)  # held back for validation, every one
    return weights, bias


def _vectorizer(reader: Reader, ragged: bool, terms: Sequence[str] | None = None, *, least: int = 1) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    options: dict[str, Any] = {"sublinear_tf": True, "vocabulary": terms, "lowercase": False}
    if reader.tokens.wordlike or ragged:
        return TfidfVectorizer(analyzer=_one_and_two, **options)
    return TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), min_df=least, **options)


def _one_and_two(tokens: list[str]) -> list[str]:
    return tokens + [f"{first} {second}" for first, second in pairwise(tokens)]


def _documents(texts: Texts, reader: Reader) -> list[Any]:
    if reader.tokens.wordlike or texts.ragged:
        return list(reader.cut(texts))
    return [reader.tokens.normalization(text) for text in cast("list[str]", texts.rows)]
