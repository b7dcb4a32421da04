"""SequenceTagger: a bidirectional recurrent network that gives every token of a sentence a tag."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Self

import numpy as np
import pandas as pd
import torch

from tsrnn.errors import DataError, SettingError
from tsrnn.folder import Arrays
from tsrnn.network import Network
from tsrnn.nlp.batches import Ragged
from tsrnn.nlp.encoder import Embedding, make_encoder, sized
from tsrnn.nlp.entities import Found, entity_f1
from tsrnn.nlp.estimator import Facts, TextEstimator, paired
from tsrnn.nlp.fitting import Split, adopt, fit_network, load_network, restore_history, split_rows, text_training
from tsrnn.nlp.output import Tags
from tsrnn.nlp.pretraining import Foreteller, Pretraining, pretrain, restored_pretraining, source_of
from tsrnn.nlp.reader import Reader, Tokens, tokens_of, unknown_share
from tsrnn.nlp.tagger_model import Sentences, Spelling, TaggerModel, TaggerNetwork, restored_letters
from tsrnn.nlp.texts import Texts, read_texts, warn_unknown
from tsrnn.nlp.vectors import Coverage
from tsrnn.nlp.vocabulary import Vocabulary
from tsrnn.nlp.word_tags import WordTags, no_words, right_share
from tsrnn.nn.kernels import Cell
from tsrnn.training import History, Training, seeded


class SequenceTagger(TextEstimator):
    """Gives every token of a sentence a tag, such as its part of speech or the entity it belongs to.

    - `tokens`: which words are known and how they are spelt, a Tokens; sentences come as lists of words.
    - `cell`: `"gru"`, `"lstm"` or `"rnn"`; `hidden_size`: numbers in the state of each direction.
    - `embedding`: the vectors of words, an Embedding; `network`: the rest of the core's shape, a Network (None reads
      in both directions).
    - `tags`: from outputs to tags, a Tags. `training`: how to train, a Training; None takes twelve passes, or more for
      few sentences, with early stopping on a tenth of them. `Training(init=…)` is as of a TextClassifier.

    >>> sentences, tags = [["the", "cat", "sat"], ["a", "dog", "ran"]] * 20, [["DET", "NOUN", "VERB"]] * 40
    >>> model = SequenceTagger(hidden_size=8).fit(sentences, tags)
    >>> model.predict([["a", "cat", "ran"]])
    [['DET', 'NOUN', 'VERB']]
    """

    def __init__(
        self,
        tokens: str | Tokens = "words",
        *,
        cell: Cell = "gru",
        hidden_size: int = 128,
        embedding: Embedding | None = None,
        network: Network | None = None,
        tags: Tags | None = None,
        training: Training | None = None,
    ) -> None:
        self.tokens = tokens
        self.cell = cell
        self.hidden_size = hidden_size
        self.embedding = embedding
        self.network = network
        self.tags = tags
        self.training = training

    def fit(self, X: Any, y: Any, *, validation: tuple[Any, Any] | None = None) -> Self:
        """Learns from sentences and their tags, replacing whatever was learned before.

        `X` is a list or a Series of lists of words, `y` one of lists of tags, as many for each sentence. `validation`
        is a pair of such for early stopping; None keeps a share of the sentences at random for it. Raises DataError
        that names the sentence that cannot be used.
        """
        sentences, tags = sentences_with_tags(X, y, "sentences")
        held = None if validation is None else _held(validation)
        settings = self.training or text_training(len(sentences))
        with seeded(settings.seed, settings.resolved_device()) as generator:
            self.fitted_ = self._learn(sentences, tags, held, settings, generator)
        return self

    def _learn(
        self,
        sentences: Texts,
        tags: list[list[str]],
        held: tuple[Texts, list[list[str]]] | None,
        settings: Training,
        generator: torch.Generator,
    ) -> TaggerModel:
        device = settings.resolved_device()
        if held is None:
            split = split_rows(len(sentences), settings.validation, generator)
        else:
            count, more = len(sentences), len(held[0])
            sentences, tags = Texts([*sentences.rows, *held[0].rows], True, None), [*tags, *held[1]]
            split = Split(torch.arange(count), torch.arange(count, count + more))
        known = tuple(sorted({tag for row in tags for tag in row}))
        training = sentences.some(split.training)
        source = source_of(settings.init, "SequenceTagger", "TextClassifier", "TextGenerator")
        reader = Reader.learn(training, self._tokens()) if source is None else source.reader
        letters = source.letters if isinstance(source, TaggerModel) else self._letters(training, reader)
        embedding, table, coverage = sized(self.embedding or Embedding(), reader, generator)
        network = self._network(reader, letters, embedding, len(known))
        if table is not None:
            network.encoder.embed.start(table)
        if source is not None:
            adopt(network, ("encoder", "spelling"), source.network)
        network.to(device)
        places = {tag: place for place, tag in enumerate(known)}
        targets = Ragged.of([np.array([places[tag] for tag in row], np.int64) for row in tags], device)
        ready = Sentences.of(reader.ids(sentences), _spelt(sentences, reader), letters, device)

        def read(rows: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
            ids, mask, spelt = ready.take(rows)
            return network.read(ids, mask, spelt), ids, mask

        def loss(rows: torch.Tensor) -> torch.Tensor:
            ids, mask, spelt = ready.take(rows)
            return network.loss(network(ids, mask, spelt), targets.take(rows)[0], mask)

        settled = replace(settings, freeze=(*settings.freeze, "embed")) if embedding.frozen else settings
        lengths, pretrained = ready.words.lengths, None
        if isinstance(settings.init, Pretraining):
            foreteller = Foreteller(network, network.encoder, dropout=self._tags().dropout)
            pretrained = pretrain(foreteller, read, lengths, split, settled, generator)
        history = fit_network(network, loss, lengths, split, settled, generator)
        baseline, size = (
            WordTags.fit(training.rows, [tags[row] for row in split.training.tolist()]),
            embedding.size or 0,
        )
        model = TaggerModel(network, reader, letters, known, history, coverage, size, pretrained, baseline, {})
        return replace(model, comparison=_compared(model, *_some(sentences, tags, split.validation)))

    @property
    def tags_(self) -> tuple[str, ...]:
        """The tags, sorted."""
        found: tuple[str, ...] = self.learned().tags
        return found

    def predict(self, X: Any) -> Any:
        """The tags of each sentence, one for each word: a list of lists for a list, a Series of lists for a Series."""
        sentences, found = self._answers(X, probable=False)
        return sentences.column(self.learned().named(found), "tags")

    def predict_proba(self, X: Any) -> Any:
        """The probability of each tag for each word, a frame a sentence: a row a word, a column a tag.

        With a CRF it is the tag's share in the probabilities of all sequences.
        """
        sentences, found = self._answers(X, probable=True)
        names = list(self.learned().tags)
        frames = [pd.DataFrame(row, list(words), names) for words, row in zip(sentences.rows, found, strict=True)]
        return sentences.column(frames, "tags")

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """The share of words whose tag is right; with `sample_weight`, a weight for each sentence's words."""
        sentences, tags = sentences_with_tags(X, y, "sentences")
        said = self.predict(sentences.rows)
        right = [[a == b for a, b in zip(ours, theirs, strict=True)] for ours, theirs in zip(said, tags, strict=True)]
        weights = np.ones(len(right)) if sample_weight is None else np.asarray(sample_weight, np.float64)
        counted = sum(weight * len(row) for weight, row in zip(weights, right, strict=True))
        if not counted:
            raise no_words()
        return float(sum(weight * sum(row) for weight, row in zip(weights, right, strict=True)) / counted)

    def entity_f1(self, X: Any, y: Any) -> Found:
        """Precision, recall and F1 over whole entities, for tags such as B-PER, I-PER and O (IOB2 or IOBES)."""
        sentences, tags = sentences_with_tags(X, y, "sentences")
        return entity_f1(tags, self.predict(sentences.rows))

    @property
    def coverage_(self) -> Coverage | None:
        """How much of the vocabulary the pretrained vectors cover; None without them."""
        found: Coverage | None = self.learned().coverage
        return found

    @property
    def baseline_(self) -> WordTags:
        """The most frequent tag of each word, counted in the same sentences as the network learned from."""
        found: WordTags = self.learned().baseline
        return found

    @property
    def comparison_(self) -> pd.DataFrame:
        """`model, accuracy` of network and most-frequent in the validation sentences; empty without any."""
        return pd.DataFrame(self.learned().comparison.items(), columns=["model", "accuracy"])

    @property
    def pretraining_(self) -> History | None:
        """The epochs of the language model that training began with; None without Pretraining."""
        found: History | None = self.learned().pretrained
        return found

    def _answers(self, data: Any, *, probable: bool) -> tuple[Texts, list[np.ndarray[Any, Any]]]:
        model: TaggerModel = self.learned()
        sentences = read_texts(data, "sentences", ragged=True)
        words = model.reader.ids(sentences)
        warn_unknown(unknown_share(words), "words")
        return sentences, model.answers(words, _spelt(sentences, model.reader), probable=probable)

    def _letters(self, sentences: Texts, reader: Reader) -> Vocabulary | None:
        words = (word for row in _spelt(sentences, reader) for word in row)
        return Vocabulary.of(words) if self._tags().characters else None

    def _network(self, reader: Reader, letters: Vocabulary | None, embedding: Embedding, tags: int) -> TaggerNetwork:
        head, shape = self._tags(), self.network or Network(bidirectional=True)
        spelling = None
        if letters is not None:
            spelling = Spelling(len(letters), head.characters, dropout=embedding.dropout)
        extra = 2 * head.characters if letters is not None else 0
        encoder = make_encoder(reader, self.cell, self.hidden_size, embedding, shape, extra=extra)
        return TaggerNetwork(encoder, tags, spelling=spelling, crf=head.crf, dropout=head.dropout)

    def _tags(self) -> Tags:
        return self.tags or Tags()

    def _tokens(self) -> Tokens:
        tokens = tokens_of(self.tokens)
        if not tokens.wordlike:
            raise SettingError(f"a tagger reads lists of words, but tokens={tokens.kind!r}; use 'words'")
        if tokens.stop_words:
            raise SettingError("every word gets a tag, so none can be left out: a tagger takes no stop_words")
        return tokens

    def _restore(self, facts: Facts, arrays: Arrays) -> TaggerModel:
        reader, letters = Reader.restore(self._tokens(), facts["reader"]), restored_letters(facts["letters"])
        embedding = replace(self.embedding or Embedding(), size=facts["size"])
        device = (self.training or text_training(1)).resolved_device()
        network = load_network(lambda: self._network(reader, letters, embedding, len(facts["tags"])), arrays, device)
        coverage = None if facts["coverage"] is None else Coverage(**facts["coverage"])
        history = restore_history(facts["history"])
        more = facts["size"], restored_pretraining(facts), WordTags(**facts["baseline"]), facts["comparison"]
        return TaggerModel(network, reader, letters, tuple(facts["tags"]), history, coverage, *more)


def sentences_with_tags(data: Any, tags: Any, what: str) -> tuple[Texts, list[list[str]]]:
    """Sentences and their tags, checked: one tag for each word."""
    sentences, given = read_texts(data, what, ragged=True), read_texts(tags, "tags", ragged=True)
    paired(sentences, given.rows, "lists of tags", tags)
    for place, (words, row) in enumerate(zip(sentences.rows, given.rows, strict=True)):
        if len(words) != len(row):
            raise DataError(f"sentence {place} has {len(words)} words, but {len(row)} tags; give one for each word")
    return sentences, [list(row) for row in given.rows]


def _some(sentences: Texts, tags: list[list[str]], rows: torch.Tensor) -> tuple[Texts, list[list[str]]]:
    return sentences.some(rows), [tags[row] for row in rows.tolist()]


def _compared(model: TaggerModel, sentences: Texts, tags: list[list[str]]) -> dict[str, float]:
    """The share of words that network and baseline tag rightly; nothing where there is no word."""
    if not any(tags):
        return {}
    answers = model.answers(model.reader.ids(sentences), _spelt(sentences, model.reader), probable=False)
    said = {"network": model.named(answers), "most-frequent": model.baseline.predict(sentences.rows)}
    return {name: right_share(rows, tags) for name, rows in said.items()}


def _held(validation: tuple[Any, Any]) -> tuple[Texts, list[list[str]]]:
    if not isinstance(validation, Sequence) or len(validation) != 2:
        raise SettingError(f"validation is a pair of sentences and tags, got {type(validation).__name__}")
    return sentences_with_tags(*validation, "validation sentences")


def _spelt(sentences: Texts, reader: Reader) -> list[list[str]]:
    """The words as their characters are read: in one spelling, but with capitals, which say much about a word."""
    spelling = replace(reader.tokens.normalization, case="keep")
    return [[spelling(word) for word in row] for row in sentences.rows]
