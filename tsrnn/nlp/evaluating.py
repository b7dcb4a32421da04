"""Evaluating: what each kind of model got right and wrong on given texts, put into an Evaluation."""

from __future__ import annotations

from collections.abc import Sequence, Sized
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

from tsrnn.errors import DataError, SettingError
from tsrnn.nlp.baseline import Scores
from tsrnn.nlp.calibration import probabilities
from tsrnn.nlp.classifier import TextClassifier
from tsrnn.nlp.completer import WordCompleter
from tsrnn.nlp.entities import entity_f1, spells_entities
from tsrnn.nlp.estimator import SequenceEstimator
from tsrnn.nlp.estimator import paired as as_many
from tsrnn.nlp.evaluating_writing import judge_completer, judge_generator, judge_translator
from tsrnn.nlp.evaluation import Evaluation, facts_of
from tsrnn.nlp.generator import TextGenerator
from tsrnn.nlp.labels import Targets, numbered, read_labels
from tsrnn.nlp.output import Classes
from tsrnn.nlp.paired import alone, paired, worded
from tsrnn.nlp.tagger import SequenceTagger, sentences_with_tags
from tsrnn.nlp.texts import read_texts
from tsrnn.nlp.translator import Translator
from tsrnn.nlp.word_tags import right_share

_ERRORS, _AROUND, _LOOKS = 30, 5, 4  # errors shown; words on both sides of one; texts whose attention is shown


def evaluate(model: SequenceEstimator, X: Any, y: Any = None, *, window: int = 256) -> Evaluation:
    """Judges a fitted model of text on texts that it has not learned from.

    `X` and `y` are as for its `score`; a TextGenerator needs no `y`, and is reset every `window` tokens. Classes and
    tags are judged beside the baseline that was fitted with the model, with McNemar's test over texts, and a sign test
    over sentences. `to_html` of the answer writes a report. Raises SettingError for another kind of model.

    >>> from tsrnn.training import Training
    >>> texts, labels = ["good film", "bad film", "so good", "so bad"] * 10, [1, 0, 1, 0] * 10
    >>> model = TextClassifier(hidden_size=8, training=Training(epochs=3)).fit(texts, labels)
    >>> evaluate(model, ["good", "bad"], [1, 0]).scores["model"].tolist()
    ['network', 'tf-idf']
    """
    if isinstance(X, Sized) and not len(X):
        raise DataError("no texts to judge by; give at least one")
    if isinstance(model, TextClassifier):
        return _classifier(model, X, y)
    if isinstance(model, SequenceTagger):
        return _tagger(model, X, y)
    if isinstance(model, TextGenerator):
        return judge_generator(model, X, window)
    if isinstance(model, Translator):
        return judge_translator(model, X, y)
    if isinstance(model, WordCompleter):
        return judge_completer(model, X, y)
    raise SettingError(f"evaluate takes a fitted model of text, got {type(model).__name__}; use its score")


def _classifier(model: TextClassifier, X: Any, y: Any) -> Evaluation:
    texts, labels = read_texts(X), read_labels(y)
    as_many(texts, labels, "labels", y)
    settings, learned = model.classes or Classes(), model.learned()
    several, name = settings.multilabel, "blend" if settings.blend else "network"
    actual = numbered(labels, learned.classes, multilabel=several)
    shares = {name: np.asarray(model.predict_proba(texts.rows))}
    if learned.baseline is not None:
        shares["tf-idf"] = probabilities(learned.baseline.scores(texts), multilabel=several)
    said = {who: (found > 0.5).astype(np.int64) if several else found.argmax(1) for who, found in shares.items()}
    right = {who: (found == actual).all(1) if several else found == actual for who, found in said.items()}
    names, sure = [str(one) for one in learned.classes], _confidence(shares[name], said[name], actual)
    told = {who: _told(found, names) for who, found in ({"actual": actual} | said).items()}
    wrong = np.flatnonzero(~right[name])
    rows = {"text": list(map(_plain, texts.rows)), **told, "confidence": sure}
    errors = pd.DataFrame({what: np.array(found, object)[wrong] for what, found in rows.items()}, wrong).infer_objects()
    errors = errors.sort_values("confidence", ascending=False, kind="stable")
    errors = errors.drop_duplicates(["text", "actual"]).head(_ERRORS)  # the same text is worth reading once
    looked = errors.index[:_LOOKS].tolist() or list(range(min(_LOOKS, len(texts))))
    return Evaluation(
        title=f"TextClassifier on {len(texts):,} texts",
        verdict=_classified(name, right),
        scores=pd.DataFrame(
            [(who, right[who].mean(), _by_class(actual, found, names)["f1"].mean()) for who, found in said.items()],
            columns=["model", "accuracy", "macro_f1"],
        ),
        classes=_by_class(actual, said[name], names),
        confusion=pd.DataFrame() if several else _confused(actual, said[name], names),
        errors=errors.reset_index(drop=True),
        attention=_looks(model, [texts.rows[row] for row in looked]),
        **facts_of(model),
    )


def _classified(name: str, right: dict[str, NDArray[np.bool_]]) -> str:
    if "tf-idf" not in right:
        why = "whether that takes a network, nobody knows: fit with Classes(baseline=True) to see."
        return alone(name, float(right[name].mean()), "texts", why)
    both = float(right[name].mean()), float(right["tf-idf"].mean())
    return worded(name, "tf-idf", both, paired(right[name], right["tf-idf"]), ("texts", "texts"))


def _tagger(model: SequenceTagger, X: Any, y: Any) -> Evaluation:
    sentences, actual = sentences_with_tags(X, y, "sentences")
    said = {"network": model.predict(sentences.rows), "most-frequent": model.baseline_.predict(sentences.rows)}
    shares = {who: right_share(rows, actual) for who, rows in said.items()}
    each = {
        who: np.array(
            [sum(a == b for a, b in zip(row, tags, strict=True)) for row, tags in zip(rows, actual, strict=True)]
        )
        for who, rows in said.items()
    }
    both, test = (shares["network"], shares["most-frequent"]), paired(each["network"], each["most-frequent"])
    scores = pd.DataFrame({"model": list(said), "accuracy": list(shares.values())})
    if spells_entities([tag for row in actual for tag in row]):
        for name in ("precision", "recall", "f1"):
            scores[f"entity_{name}"] = [getattr(entity_f1(actual, rows), name) for rows in said.values()]
    names = sorted({tag for row in actual for tag in row} | set(model.tags_))
    numbers = {name: place for place, name in enumerate(names)}
    flat, flat_said = (np.array([numbers[tag] for row in rows for tag in row]) for rows in (actual, said["network"]))
    return Evaluation(
        title=f"SequenceTagger on {len(sentences):,} sentences",
        verdict=worded("network", "most-frequent", both, test, ("words", "sentences")),
        scores=scores,
        classes=_by_class(flat, flat_said, names),
        confusion=_confused(flat, flat_said, names),
        errors=_wrong_words(model, sentences.rows, actual, said["network"]),
        **facts_of(model),
    )


def _wrong_words(
    model: SequenceTagger, sentences: Sequence[Any], actual: Sequence[Any], said: list[list[str]]
) -> pd.DataFrame:
    """Words with a wrong tag between their neighbours, those first of whose tag the model was surest."""
    wrong = [
        (row, place)
        for row, (tags, found) in enumerate(zip(actual, said, strict=True))
        for place, (tag, other) in enumerate(zip(tags, found, strict=True))
        if tag != other
    ]
    of_rows = sorted({row for row, _ in wrong})
    tables = dict(zip(of_rows, model.predict_proba([sentences[row] for row in of_rows]), strict=True))
    sure = np.array([tables[row][said[row][place]].iloc[place] for row, place in wrong])
    rows = []
    for number in np.argsort(-sure, kind="stable")[:_ERRORS]:
        row, place = wrong[number]
        words = sentences[row]
        before, behind = words[max(0, place - _AROUND) : place], words[place + 1 : place + 1 + _AROUND]
        around = " ".join([*before, f"[{words[place]}]", *behind])
        rows.append((words[place], actual[row][place], said[row][place], float(sure[number]), around))
    return pd.DataFrame(rows, columns=["word", "actual", "network", "confidence", "where"])


def _looks(model: TextClassifier, rows: list[Any]) -> pd.DataFrame:
    """What attention pooling weighs in these texts; nothing for another pooling."""
    if (model.classes or Classes()).pooling != "attention":
        return pd.DataFrame()
    found = model.attention(rows)
    return found.assign(step=0, word="weight")[["text", "step", "word", "place", "token", "weight"]]


def _by_class(actual: Targets, said: Targets, names: list[str]) -> pd.DataFrame:
    places = list(range(len(names)))
    precision, recall, f1, texts = precision_recall_fscore_support(actual, said, labels=places, zero_division=0.0)
    return pd.DataFrame({"class": names, "texts": texts, "precision": precision, "recall": recall, "f1": f1})


def _confused(actual: Targets, said: Targets, names: list[str]) -> pd.DataFrame:
    return pd.DataFrame(confusion_matrix(actual, said, labels=list(range(len(names)))), names, names)


def _confidence(shares: Scores, said: Targets, actual: Targets) -> Scores:
    """How sure the model was of each answer; of several labels, how sure of the wrong one that it was surest of."""
    if said.ndim == 1:
        return np.asarray(shares[np.arange(len(said)), said])
    return np.asarray(np.where(said != actual, np.where(said == 1, shares, 1.0 - shares), 0.0).max(1))


def _told(numbers: Targets, names: list[str]) -> list[str]:
    if numbers.ndim == 1:
        return [names[number] for number in numbers]
    return [", ".join(name for name, is_one in zip(names, row, strict=True) if is_one) or "none" for row in numbers]


def _plain(row: Any) -> str:
    return row if isinstance(row, str) else " ".join(row)
