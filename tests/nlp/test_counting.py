"""One-hot vectors and bags of words against scikit-learn's own, and in its pipelines."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from tests.nlp.sentences import KOREAN, LABELS, OPINIONS, TEXTS
from tsrnn.errors import DataError, NotFittedError, SettingError
from tsrnn.nlp import BagOfWords, Reader, Tokens, one_hot
from tsrnn.nlp.texts import read_texts

NEW = ["a good good film", "wholly new", ""]


@pytest.mark.parametrize(
    ("weighting", "theirs"),
    [
        ("counts", CountVectorizer(token_pattern=r"\w+|[^\w\s]")),
        ("binary", CountVectorizer(token_pattern=r"\w+|[^\w\s]", binary=True)),
        ("tf-idf", TfidfVectorizer(token_pattern=r"\w+|[^\w\s]")),
    ],
)
def test_tables_are_those_of_scikit_learn(weighting: str, theirs: CountVectorizer) -> None:
    bag = BagOfWords(weighting=weighting).fit(TEXTS)
    theirs.fit(TEXTS)
    names = bag.get_feature_names_out()
    assert sorted(names[4:]) == theirs.get_feature_names_out().tolist()
    table = bag.transform(TEXTS).toarray()
    places = [theirs.vocabulary_[name] for name in names[4:]]
    np.testing.assert_allclose(table[:, 4:], theirs.transform(TEXTS).toarray()[:, places])
    assert not table[:, :4].any()
    assert bag.transform(NEW).toarray()[1:, 1].tolist() == ([1.0, 0.0] if weighting != "counts" else [2.0, 0.0])


def test_a_one_hot_table_has_a_row_a_token() -> None:
    reader = Reader.learn(read_texts(TEXTS), Tokens("characters"))
    tables = one_hot(NEW, reader)
    assert [table.shape for table in tables] == [(len(text), len(reader)) for text in NEW]
    for table, ids in zip(tables, reader.ids(read_texts(NEW)), strict=True):
        assert table.sum(1).tolist() == [1.0] * len(ids) and table.argmax(1).tolist() == ids.tolist()


def test_it_is_a_step_of_a_pipeline_and_reads_korean_and_series() -> None:
    model = make_pipeline(BagOfWords("syllables", weighting="tf-idf"), LogisticRegression())
    assert clone(model).fit(KOREAN, OPINIONS).score(KOREAN, OPINIONS) == 1.0
    words = make_pipeline(BagOfWords(Tokens(stop_words=("a",))), LogisticRegression()).fit(pd.Series(TEXTS), LABELS)
    assert words.score(TEXTS, LABELS) == 1.0 and "a" not in words[0].get_feature_names_out()


def test_what_cannot_be_counted_is_one_clear_error() -> None:
    with pytest.raises(SettingError, match="unknown weighting 'idf': choose one of counts, binary, tf-idf"):
        BagOfWords(weighting="idf").fit(TEXTS)
    with pytest.raises(NotFittedError, match="BagOfWords has not been fitted: call fit first"):
        BagOfWords().transform(TEXTS)
    with pytest.raises(DataError, match="no texts to learn from"):
        BagOfWords().fit([])
    with pytest.raises(DataError, match="row 1 of the texts is None"):
        BagOfWords().fit(["a", None])
