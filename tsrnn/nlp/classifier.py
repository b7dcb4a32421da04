"""TextClassifier: a bidirectional recurrent network that sorts texts into classes, judged beside TF-IDF."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Self

import numpy as np
import pandas as pd
import torch
from sklearn.base import ClassifierMixin

from tsrnn.errors import SettingError
from tsrnn.folder import Arrays
from tsrnn.network import Network
from tsrnn.nlp.baseline import Baseline, Scores
from tsrnn.nlp.batches import Ragged
from tsrnn.nlp.calibration import probabilities
from tsrnn.nlp.classifier_model import (
    ClassifierModel,
    ClassifierNetwork,
    Comparison,
    network_scores,
    weighted_loss,
    with_factors,
)
from tsrnn.nlp.encoder import Embedding, make_encoder, sized
from tsrnn.nlp.estimator import Facts, TextEstimator, paired
from tsrnn.nlp.fitting import Split, adopt, fit_network, load_network, restore_history, split_rows, text_training
from tsrnn.nlp.labels import Targets, class_weights, numbered, read_labels, sorted_classes
from tsrnn.nlp.output import Classes
from tsrnn.nlp.pooling import Pooling
from tsrnn.nlp.pretraining import Foreteller, Pretraining, pretrain, restored_pretraining, source_of
from tsrnn.nlp.reader import Reader, Tokens, tokens_of, unknown_share
from tsrnn.nlp.texts import Texts, read_texts, warn_unknown
from tsrnn.nlp.vectors import Coverage
from tsrnn.nlp.vocabulary import Ids
from tsrnn.nn.kernels import Cell
from tsrnn.training import History, Training, seeded


class TextClassifier(ClassifierMixin, TextEstimator):  # type: ignore[misc]
    """Sorts texts into classes with a bidirectional GRU or LSTM, beside TF-IDF and logistic regression.

    - `tokens`: `"words"`, `"whitespace"`, `"characters"`, `"syllables"`, `"jamo"`, `"bpe"`, `"wordpiece"`, `"unigram"`,
      or Tokens for more. For Korean take `"syllables"`, `"jamo"` or `"bpe"`.
    - `cell`: `"gru"`, `"lstm"` or `"rnn"`; `hidden_size`: numbers in the state of each direction.
    - `embedding`: the vectors of tokens, an Embedding; `network`: the rest of the core's shape, a Network (None reads
      in both directions).
    - `classes`: from outputs to classes, a Classes. `training`: how to train, a Training; None takes twelve passes, or
      more for few texts, with early stopping on a tenth of the texts. `Training(init=…)` begins with the encoder of a
      fitted classifier, tagger or TextGenerator, or with Pretraining as a language model of the texts themselves.

    What was learned is `fitted_`; `comparison_` says how network, baseline and blend did on the validation texts.

    >>> texts = ["good film", "bad film", "so good", "so bad"] * 10
    >>> model = TextClassifier(hidden_size=8).fit(texts, [1, 0, 1, 0] * 10)
    >>> model.predict(["good", "bad"]).tolist()
    [1, 0]
    """

    def __init__(
        self,
        tokens: str | Tokens = "words",
        *,
        cell: Cell = "gru",
        hidden_size: int = 128,
        embedding: Embedding | None = None,
        network: Network | None = None,
        classes: Classes | None = None,
        training: Training | None = None,
    ) -> None:
        self.tokens = tokens
        self.cell = cell
        self.hidden_size = hidden_size
        self.embedding = embedding
        self.network = network
        self.classes = classes
        self.training = training

    def fit(self, X: Any, y: Any, *, validation: tuple[Any, Any] | None = None) -> Self:
        """Learns from texts and their labels, replacing whatever was learned before.

        `X` is a list or a Series of texts or of token lists; `y` has a label for each, text or whole number, or a list
        of labels with `Classes(multilabel=True)`. `validation` is a pair of such for early stopping, calibration and
        blending; None keeps a share of the rows at random for it (`Training(validation=…)`). Raises DataError that
        names the row that cannot be used.
        """
        texts, labels = read_texts(X), read_labels(y)
        paired(texts, labels, "labels", y)
        head = self._classes()
        classes = sorted_classes(labels, multilabel=head.multilabel)
        targets = numbered(labels, classes, multilabel=head.multilabel)
        held = None if validation is None else _held(validation, classes, head)
        settings = self.training or text_training(len(texts))
        with seeded(settings.seed, settings.resolved_device()) as generator:
            self.fitted_ = self._learn(texts, targets, classes, held, settings, generator)
        return self

    def _learn(
        self,
        texts: Texts,
        targets: Targets,
        classes: tuple[Any, ...],
        held: tuple[Texts, Targets] | None,
        settings: Training,
        generator: torch.Generator,
    ) -> ClassifierModel:
        head, device = self._classes(), settings.resolved_device()
        if held is None:
            split = split_rows(len(texts), settings.validation, generator, targets if targets.ndim == 1 else None)
            held = texts.some(split.validation), targets[split.validation.numpy()]
            texts, targets = texts.some(split.training), targets[split.training.numpy()]
        if head.blend and not len(held[0]):
            raise SettingError("blend=True learns its weights on validation texts; give validation=… or more texts")
        source = source_of(settings.init, "TextClassifier", "SequenceTagger", "TextGenerator")
        reader = self._reader(texts, source)
        embedding, table, coverage = sized(self.embedding or Embedding(), reader, generator)
        network = self._network(reader, embedding, len(classes))
        if table is not None:
            network.encoder.embed.start(table)
        if source is not None:
            adopt(network, ("encoder",), source.network)
        network.to(device)
        rows = [*self._ids(reader, texts), *self._ids(reader, held[0])]
        both = torch.from_numpy(np.concatenate([targets, held[1]])).to(device)
        ragged, weights = Ragged.of(rows, device), torch.from_numpy(class_weights(head.weights, classes, targets))
        places = torch.arange(len(rows))
        split = Split(places[: len(texts)], places[len(texts) :])
        settled = replace(settings, freeze=(*settings.freeze, "embed")) if embedding.frozen else settings
        pretrained = None
        if isinstance(settings.init, Pretraining):
            foreteller = Foreteller(network, network.encoder, dropout=head.dropout)
            pretrained = pretrain(foreteller, network.reading(ragged), ragged.lengths, split, settled, generator)
        history = fit_network(
            network,
            lambda chosen: weighted_loss(network(*ragged.take(chosen)), both[chosen], weights.to(device)),
            ragged.lengths,
            split,
            settled,
            generator,
        )
        baseline = Baseline.fit(texts, targets, len(classes), reader) if head.baseline else None
        judged = network_scores(network, rows[len(texts) :])
        embedded = (coverage, embedding.size or 0, pretrained)
        return with_factors((network, reader, classes, history), baseline, embedded, judged, held, blend=head.blend)

    @property
    def classes_(self) -> np.ndarray[Any, Any]:
        """The classes, sorted."""
        return np.array(self.learned().classes)

    @property
    def baseline_(self) -> Baseline | None:
        """TF-IDF and logistic regression, fitted on the same texts as the network; None where it was not wanted."""
        found: Baseline | None = self.learned().baseline
        return found

    @property
    def comparison_(self) -> pd.DataFrame:
        """`model, accuracy, log_loss, factor` on the validation texts: network, tf-idf and blend; empty without any."""
        columns = ["model", "accuracy", "log_loss", "factor"]
        return pd.DataFrame([vars(row) for row in self.learned().comparison], columns=columns)

    @property
    def coverage_(self) -> Coverage | None:
        """How much of the vocabulary the pretrained vectors cover; None without them."""
        found: Coverage | None = self.learned().coverage
        return found

    @property
    def pretraining_(self) -> History | None:
        """The epochs of the language model that training began with; None without Pretraining."""
        found: History | None = self.learned().pretrained
        return found

    def predict(self, X: Any) -> Any:
        """The class of each text, or the list of its classes: an array for a list, a Series for a Series."""
        texts = read_texts(X)
        scores, classes = self._scores(texts), self.learned().classes
        if not self._classes().multilabel:
            return texts.column(np.array(classes)[scores.argmax(1)], "class")
        chosen = [[name for name, value in zip(classes, row, strict=True) if value > 0] for row in scores]
        return texts.column(chosen, "classes")

    def predict_proba(self, X: Any) -> Any:
        """The probability of each class `(text, class)`, calibrated: an array for a list, a frame for a Series."""
        texts = read_texts(X)
        found = probabilities(self._scores(texts), multilabel=self._classes().multilabel)
        return texts.table(found, self.learned().classes)

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """The share of texts whose class is right, or whose labels all are."""
        texts, labels = read_texts(X), read_labels(y)
        paired(texts, labels, "labels", y)
        multilabel, classes = self._classes().multilabel, self.learned().classes
        scores = self._scores(texts)
        if multilabel:
            right = (scores > 0) == numbered(labels, classes, multilabel=True).astype(bool)
            return float(np.average(right.all(1), weights=sample_weight))
        named = [classes[place] for place in scores.argmax(1)]
        return float(np.average([a == b for a, b in zip(named, labels, strict=True)], weights=sample_weight))

    def attention(self, X: Any) -> pd.DataFrame:
        """How much each token counts for its text: `text, place, token, weight`; the weights of a text sum to 1.

        Raises SettingError for another pooling than attention.
        """
        model, texts = self.learned(), read_texts(X)
        if model.network.pooling.kind != "attention":
            raise SettingError(
                f"pooling={model.network.pooling.kind!r} has no attention; fit with Classes(pooling='attention')"
            )
        names = range(len(texts)) if texts.index is None else texts.index
        cut, looks = model.reader.cut(texts), model.attention(self._ids(model.reader, texts))
        rows = [
            (name, place, token, float(weight))
            for name, tokens, weights in zip(names, cut, looks, strict=True)
            for place, (token, weight) in enumerate(zip(tokens, weights, strict=False))  # those beyond `longest` not
        ]
        return pd.DataFrame(rows, columns=["text", "place", "token", "weight"])

    def _scores(self, texts: Texts) -> Scores:
        model: ClassifierModel = self.learned()
        rows = self._ids(model.reader, texts)
        warn_unknown(unknown_share(rows))
        return model.scores(texts, rows)

    def _ids(self, reader: Reader, texts: Texts) -> list[Ids]:
        """The numbers of the tokens that are read."""
        rows, longest = reader.ids(texts), self._classes().longest
        longer = sum(len(row) > longest for row in rows)
        if longer:
            warnings.warn(
                f"{longer} of {len(rows)} texts have more than {longest} tokens; only the first {longest} are read, "
                "Classes(longest=…) reads more",
                stacklevel=4,
            )
        return [row[:longest] for row in rows]

    def _reader(self, texts: Texts, source: ClassifierModel | None) -> Reader:
        tokens = tokens_of(self.tokens)
        if source is None:
            return Reader.learn(texts, tokens)
        if source.reader.tokens != tokens:
            raise SettingError(f"Training(init=…) was fitted with {source.reader.tokens}; give tokens=… the same")
        return source.reader

    def _network(self, reader: Reader, embedding: Embedding, classes: int) -> ClassifierNetwork:
        shape, head = self.network or Network(bidirectional=True), self._classes()
        encoder = make_encoder(reader, self.cell, self.hidden_size, embedding, shape)
        pooling = Pooling(head.pooling, encoder.output_size, directions=encoder.core.directions)
        return ClassifierNetwork(encoder, pooling, classes, dropout=head.dropout)

    def _classes(self) -> Classes:
        return self.classes or Classes()

    def _restore(self, facts: Facts, arrays: Arrays) -> ClassifierModel:
        reader = Reader.restore(tokens_of(self.tokens), facts["reader"])
        embedding = replace(self.embedding or Embedding(), size=facts["size"])
        device = (self.training or text_training(1)).resolved_device()
        network = load_network(lambda: self._network(reader, embedding, len(facts["classes"])), arrays, device)
        return ClassifierModel(
            network,
            reader,
            tuple(facts["classes"]),
            restore_history(facts["history"]),
            Baseline.restore(arrays, reader) if facts["baseline"] else None,
            (facts["factors"][0], facts["factors"][1]),
            tuple(Comparison(**row) for row in facts["comparison"]),
            None if facts["coverage"] is None else Coverage(**facts["coverage"]),
            facts["size"],
            restored_pretraining(facts),
        )


def _held(validation: tuple[Any, Any], classes: tuple[Any, ...], head: Classes) -> tuple[Texts, Targets]:
    """The validation texts and their targets, checked."""
    if not isinstance(validation, Sequence) or len(validation) != 2:
        raise SettingError(f"validation is a pair of texts and labels, got {type(validation).__name__}")
    texts, labels = read_texts(validation[0], "validation texts"), read_labels(validation[1])
    paired(texts, labels, "labels", validation[1])
    return texts, numbered(labels, classes, multilabel=head.multilabel)
