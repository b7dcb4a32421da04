"""The cells: for each a function of the seed that fits on the training rows and measures on the test rows, once."""

from __future__ import annotations

import time
import warnings
from dataclasses import replace

from texts import files
from texts.runs import Cell, Run
from tsrnn.nlp import Classes, Embedding, Pretraining, SequenceTagger, Tags, TextClassifier, Tokens
from tsrnn.nlp.baseline import Baseline
from tsrnn.nlp.calibration import accuracy
from tsrnn.nlp.labels import numbered
from tsrnn.nlp.texts import read_texts
from tsrnn.training import Training

QUICK = 400  # rows of a quick run, which shows that a cell works and no more


def sst2(seed: int, quick: bool) -> Run:
    """SST-2 with sentence labels, official split; the development part decides when to stop and how to blend."""
    model = TextClassifier(
        Tokens("whitespace"),
        hidden_size=64,
        embedding=Embedding(100, dropout=0.5),
        classes=Classes(pooling="mean", dropout=0.5, blend=True),
        training=_training(seed, quick, epochs=5, batch_size=32, learning_rate=4e-3, average=0.99),
    )
    return _classified(model, files.sst2("train"), files.sst2("test"), quick, files.sst2("dev"))


def trec(seed: int, quick: bool) -> Run:
    """TREC-6, official split; a tenth of the training part is kept for stopping and blending."""
    model = TextClassifier(
        Tokens("whitespace"),
        hidden_size=128,
        embedding=Embedding(100, dropout=0.5),
        classes=Classes(pooling="attention", dropout=0.5, blend=True),
        training=_training(seed, quick, epochs=10, batch_size=32, learning_rate=2e-3, patience=4),
    )
    return _classified(model, files.trec("train"), files.trec("test"), quick)


def nsmc(seed: int, quick: bool) -> Run:
    """NSMC, official split; one in fifty of the training part is kept for stopping and blending."""
    return _nsmc(quick, _training(seed, quick, epochs=6, **_NSMC))


def nsmc_pretrained(seed: int, quick: bool) -> Run:
    """The same, begun as a language model of the training texts: one pass for that, and fewer for the labels."""
    return _nsmc(quick, replace(_training(seed, quick, epochs=4, **_NSMC), init=Pretraining(epochs=1)))


_NSMC = {"batch_size": 128, "learning_rate": 3e-3, "patience": 3, "validation": 0.02}


def _nsmc(quick: bool, training: Training) -> Run:
    model = TextClassifier(
        Tokens("syllables", size=3000),
        hidden_size=128,
        embedding=Embedding(64, dropout=0.2),
        classes=Classes(pooling="max", dropout=0.3, blend=True),
        training=training,
    )
    return _classified(model, files.nsmc("train"), files.nsmc("test"), quick)


def ewt(seed: int, quick: bool) -> Run:
    """Universal parts of speech of UD English EWT, official split; the development part decides when to stop."""
    model = SequenceTagger(
        hidden_size=128,
        embedding=Embedding(100, dropout=0.4),
        tags=Tags(characters=32, dropout=0.3),
        training=_training(seed, quick, epochs=6, batch_size=32, learning_rate=4e-3, patience=3),
    )
    some = QUICK if quick else None
    train, dev, test = (files.ewt(part).first(some) for part in ("train", "dev", "test"))
    began = time.perf_counter()
    model.fit(*train, validation=dev)
    fitted = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a tenth of the test's words is new
        right = model.score(*test)
    return Run({"network": 100 * right}, fitted - began, time.perf_counter() - fitted)


CELLS = {
    "sst2": Cell("SST-2 sentences, accuracy", sst2),
    "trec": Cell("TREC-6, accuracy", trec),
    "nsmc": Cell("NSMC (Korean), accuracy", nsmc),
    "nsmc-pretrained": Cell("NSMC, begun as a language model of its texts", nsmc_pretrained),
    "ewt": Cell("UD English EWT parts of speech, accuracy", ewt),
}


def _training(seed: int, quick: bool, **settings: float) -> Training:
    options = {**settings, "epochs": 1} if quick else settings
    return Training(steps_per_epoch=None, seed=seed, **options)  # type: ignore[arg-type]


def _classified(
    model: TextClassifier, train: files.Rows, test: files.Rows, quick: bool, dev: files.Rows | None = None
) -> Run:
    """Accuracy of the network, of TF-IDF fitted on all training rows, and of the network blended with its own."""
    some = QUICK if quick else None
    train, test = train.first(some), test.first(some)
    began = time.perf_counter()
    model.fit(*train, validation=None if dev is None else tuple(dev.first(some)))  # type: ignore[arg-type]
    fitted = time.perf_counter()
    learned, texts = model.fitted_, read_texts(test.texts)
    actual, known = (numbered(rows.labels, learned.classes, multilabel=False) for rows in (test, train))
    both = learned.scores(texts, learned.reader.ids(texts))
    seconds = time.perf_counter() - fitted
    rival = Baseline.fit(read_texts(train.texts), known, len(learned.classes), learned.reader)
    network = both - learned.factors[1] * learned.baseline.scores(texts)
    parts = {"network": network, "tf-idf": rival.scores(texts), "blend": both}
    figures = {name: 100 * accuracy(scores, actual) for name, scores in parts.items()}
    return Run(figures, fitted - began, seconds)
