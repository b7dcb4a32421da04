"""Texts as counted tokens: one-hot vectors of every token, and bags of words for scikit-learn's own models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction.text import TfidfTransformer

from tsrnn.errors import DataError, NotFittedError, choices
from tsrnn.nlp.reader import Reader, Tokens, tokens_of
from tsrnn.nlp.texts import read_texts
from tsrnn.nlp.vocabulary import Ids

WEIGHTINGS = ("counts", "binary", "tf-idf")


def one_hot(X: Any, reader: Reader) -> list[NDArray[np.float32]]:
    """A table `(token, len(reader))` for each text, with a 1 at each token's number and 0 elsewhere.

    >>> from tsrnn.nlp.texts import read_texts
    >>> one_hot(["a rose"], Reader.learn(read_texts(["a rose"]), Tokens()))[0].argmax(1).tolist()
    [4, 5]
    """
    rows = reader.ids(read_texts(X))
    return [(ids[:, None] == np.arange(len(reader))).astype(np.float32) for ids in rows]


class BagOfWords(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """How often each token stands in a text, as a sparse table `(text, token)`: a step of a scikit-learn pipeline.

    - `tokens`: a kind such as `"words"` or `"bpe"`, or Tokens, as of a TextClassifier.
    - `weighting`: `"counts"`, `"binary"` (whether it stands there), or `"tf-idf"` (Spärck Jones, 1972).

    A column has the number that a token has for the networks too: 1 is any token that `fit` has not seen, and 0, 2 and
    3 are empty. `reader_` is what was learned of the tokens.

    >>> bag = BagOfWords().fit(["a rose is a rose"])
    >>> bag.transform(["a red rose"]).toarray()[0].tolist(), bag.get_feature_names_out()[4:].tolist()
    ([0.0, 1.0, 0.0, 0.0, 1.0, 1.0, 0.0], ['a', 'rose', 'is'])
    """

    def __init__(self, tokens: str | Tokens = "words", *, weighting: str = "counts") -> None:
        self.tokens = tokens
        self.weighting = weighting

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learns the tokens of texts, and for tf-idf how many texts have each; `y` is not used."""
        if self.weighting not in WEIGHTINGS:
            raise choices("weighting", self.weighting, WEIGHTINGS)
        texts = read_texts(X)
        if not len(texts):
            raise DataError("no texts to learn from; give at least one")
        reader = Reader.learn(texts, tokens_of(self.tokens))
        counted = _counted(reader.ids(texts), len(reader))
        self.weights_ = TfidfTransformer().fit(counted) if self.weighting == "tf-idf" else None
        self.reader_ = reader
        return self

    def transform(self, X: Any) -> csr_matrix:
        """The table of these texts."""
        reader = self._learned()
        counted = _counted(reader.ids(read_texts(X)), len(reader))
        if self.weighting == "binary":
            counted.data[:] = 1.0
        return counted if self.weights_ is None else self.weights_.transform(counted)

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """The token of each column."""
        reader = self._learned()
        return np.array(reader.vocabulary.words(range(len(reader))), object)

    def _learned(self) -> Reader:
        if "reader_" not in self.__dict__:
            raise NotFittedError("BagOfWords has not been fitted: call fit first")
        return self.reader_


def _counted(rows: Sequence[Ids], size: int) -> csr_matrix:
    """How often each number stands in each row."""
    places = np.repeat(np.arange(len(rows)), [len(ids) for ids in rows])
    numbers = np.concatenate([*rows, np.zeros(0, np.int64)])
    return csr_matrix((np.ones(len(numbers)), (places, numbers)), (len(rows), size))  # the same place twice is summed
