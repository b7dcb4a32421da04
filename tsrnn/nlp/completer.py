"""WordCompleter: a network over letters that fills the blanks of words, and ranks what may stand there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Self

import numpy as np
import pandas as pd
import torch

from tsrnn.errors import DataError, SettingError, choices, whole_number
from tsrnn.folder import Arrays
from tsrnn.network import Network
from tsrnn.nlp.batches import Ragged
from tsrnn.nlp.completer_model import (
    BLANK,
    CompleterModel,
    CompleterNetwork,
    Completion,
    hidden_loss,
    hide,
    ranked,
)
from tsrnn.nlp.encoder import Embedder, Embedding, Encoder
from tsrnn.nlp.estimator import Facts, TextEstimator, paired, start_from
from tsrnn.nlp.fitting import Split, adopt, fit_network, load_network, restore_history, split_rows, text_training
from tsrnn.nlp.normalization import Normalization
from tsrnn.nlp.reader import Reader, Tokens
from tsrnn.nlp.texts import Texts, read_texts
from tsrnn.nlp.tokenizers import SPLITTERS
from tsrnn.nlp.vocabulary import UNKNOWN, Ids
from tsrnn.nn.kernels import Cell
from tsrnn.training import Training, seeded

LETTERS = ("characters", "jamo")
_FEW = 100


class WordCompleter(TextEstimator):
    """Fills the blanks of words: `"woo_"` becomes `"wood"`.

    - `tokens`: `"characters"` or `"jamo"`, with capitals as they are; or Tokens of such a kind.
    - `cell`: `"gru"`, `"lstm"` or `"rnn"`; `hidden_size`: numbers in the state of each direction.
    - `embedding`: the vectors of letters, an Embedding; None is 32 numbers without dropout.
    - `network`: the rest of the core's shape, a Network; None reads in both directions, or forward for many-to-one.
    - `completion`: which letters may be missing, a Completion. `training`: a Training; None takes twelve passes, or
      more for few words, with early stopping on a tenth of them where they are a hundred or more.

    >>> words = ["word", "wood", "deep", "dive"]
    >>> short = Training(epochs=60, learning_rate=0.02, steps_per_epoch=1, validation=0.0)
    >>> model = WordCompleter(completion=Completion("many-to-one"), hidden_size=24, training=short).fit(words)
    >>> model.predict(["woo_", "div_"])
    ['wood', 'dive']
    """

    def __init__(
        self,
        tokens: str | Tokens = "characters",
        *,
        cell: Cell = "gru",
        hidden_size: int = 64,
        embedding: Embedding | None = None,
        network: Network | None = None,
        completion: Completion | None = None,
        training: Training | None = None,
    ) -> None:
        self.tokens = tokens
        self.cell = cell
        self.hidden_size = hidden_size
        self.embedding = embedding
        self.network = network
        self.completion = completion
        self.training = training

    def fit(self, X: Any, y: Any = None, *, validation: Any = None) -> Self:
        """Learns from whole words, replacing whatever was learned before; `y` is not used.

        `X` is a list or a Series of words; letters are hidden from them to be foretold. `validation` is more of such
        for early stopping; None keeps a share at random for it (`Training(validation=…)`). Raises DataError that names
        the row that cannot be used, such as one that holds a blank.
        """
        words = self._words(X, "words")
        if not len(words):
            raise DataError("no words to learn from; give at least two")
        settings = self.training or replace(text_training(len(words)), validation=0.1 if len(words) >= _FEW else 0.0)
        with seeded(settings.seed, settings.resolved_device()) as generator:
            if validation is None:
                split = split_rows(len(words), settings.validation, generator)
                held, words = words.some(split.validation), words.some(split.training)
            else:
                held = self._words(validation, "validation words")
            self.fitted_ = self._learn(words, held, settings, generator)
        return self

    def _learn(self, words: Texts, held: Texts, settings: Training, generator: torch.Generator) -> CompleterModel:
        source: CompleterModel | None = None if settings.init is None else start_from(settings.init, "WordCompleter")
        if source is not None and source.reader.tokens != self._tokens():
            raise SettingError(f"Training(init=…) was fitted with {source.reader.tokens}; give tokens=… the same")
        reader = Reader.learn(words, self._tokens()) if source is None else source.reader
        network, device, completion = self._network(reader), settings.resolved_device(), self._completion()
        if source is not None:
            adopt(network, ("encoder", "readout"), source.network)
        network.to(device)
        rows, held_rows = _known(reader.ids(words)), _known(reader.ids(held))
        ragged, places = Ragged.of([*rows, *held_rows], device), torch.arange(len(rows) + len(held_rows))
        still = torch.random.get_rng_state()  # the words to be judged by always miss the same letters

        def loss(chosen: torch.Tensor) -> torch.Tensor:
            ids, mask = ragged.take(chosen)
            if network.training:
                return hidden_loss(network, ids, hide(ids, mask, completion), mask)
            with torch.random.fork_rng(devices=[]):
                torch.random.set_rng_state(still)
                hidden = hide(ids, mask, completion)
            return hidden_loss(network, ids, hidden, mask)

        split = Split(places[: len(rows)], places[len(rows) :])
        history = fit_network(network, loss, ragged.lengths, split, settings, generator)
        return CompleterModel(network, reader, history)

    def predict(self, X: Any) -> Any:
        """Each word with its blanks filled, as it is where there are none: a list, or a Series for a Series."""
        words = read_texts(X, "words")
        return words.column([best[0][0] for best in self._ranked(words, 1)], "word")

    def suggest(self, X: Any, count: int = 5) -> pd.DataFrame:
        """The most probable ways to fill the blanks: `text, rank, word, probability`, the best first.

        The letters of several blanks count as independent of one another, given the letters around them.
        """
        words = read_texts(X, "words")
        whole_number("count", count, 1)
        names = range(len(words)) if words.index is None else words.index
        rows = [
            (name, rank, word, float(np.exp(total)))
            for name, best in zip(names, self._ranked(words, count), strict=True)
            for rank, (word, total) in enumerate(best, 1)
        ]
        return pd.DataFrame(rows, columns=["text", "rank", "word", "probability"])

    def predict_proba(self, X: Any) -> Any:
        """The probability of each letter for the first blank of each word `(word, letter)`: an array, or a frame."""
        words = read_texts(X, "words")
        model: CompleterModel = self.learned()
        rows, places = self._read(words)
        for row, blanks in enumerate(places):
            if not blanks:
                raise DataError(f"row {row} of the words is {words.rows[row]!r}, without a blank; give one")
        found = [np.exp(table[blanks[0]]) for table, blanks in zip(model.letters(rows), places, strict=True)]
        names = model.reader.vocabulary.words(range(len(model.reader)))
        return words.table(np.array(found).reshape(len(rows), len(names)), names)

    def score(self, X: Any, y: Any) -> float:
        """The share of words in `X`, with blanks, that are filled as in `y`."""
        words, wanted = read_texts(X, "words"), read_texts(y, "whole words")
        paired(words, wanted.rows, "whole words", y)
        spelt = self._tokens().normalization
        right = [one == spelt(str(other)) for one, other in zip(self.predict(words.rows), wanted.rows, strict=True)]
        return float(np.mean(right))

    def _ranked(self, words: Texts, count: int) -> list[list[tuple[str, float]]]:
        """The best few whole words of each, with their log probability."""
        model: CompleterModel = self.learned()
        rows, places = self._read(words)
        join, found = SPLITTERS[self._tokens().kind].join, []
        for word, blanks, table in zip(self._cut(words), places, model.letters(rows), strict=True):
            whole = []
            for ids, total in ranked(table, blanks, count):
                letters = list(word)
                for place, letter in zip(blanks, model.reader.vocabulary.words(ids), strict=True):
                    letters[place] = letter
                whole.append((join(letters), total))
            found.append(whole)
        return found

    def _read(self, words: Texts) -> tuple[list[Ids], list[list[int]]]:
        """The numbers of the letters, blanks among them, and where these are. Raises DataError for what cannot be."""
        model: CompleterModel = self.learned()
        blank, last = self._completion().blank, self._completion().kind == "many-to-one"
        rows, places = [], []
        for place, letters in enumerate(self._cut(words)):
            blanks = [step for step, letter in enumerate(letters) if letter == blank]
            if last and blanks not in ([], [len(letters) - 1]):
                raise DataError(
                    f"row {place} of the words is {words.rows[place]!r}; a many-to-one completer fills one blank at "
                    "the end, use Completion('many-to-many') for others"
                )
            ids = model.reader.vocabulary.ids(letters)
            ids[blanks] = BLANK
            rows.append(ids)
            places.append(blanks)
        return rows, places

    def _cut(self, words: Texts) -> list[list[str]]:
        """The letters of each word. Raises DataError for lists of tokens and for no word at all."""
        if words.ragged:
            raise DataError("words must be texts, but lists of tokens were given; give ''.join(tokens)")
        spelt, split = self._tokens().normalization, SPLITTERS[self._tokens().kind].split
        cut = [split(spelt(str(word))) for word in words.rows]
        for row, letters in enumerate(cut):
            if not letters:
                raise DataError(f"row {row} of the words is empty; drop it, or give '{self._completion().blank}'")
        return cut

    def _words(self, data: Any, what: str) -> Texts:
        """Whole words, checked."""
        words, blank = read_texts(data, what), self._completion().blank
        for row, letters in enumerate(self._cut(words)):
            if blank in letters:
                raise DataError(
                    f"row {row} of the {what} is {words.rows[row]!r}, which holds the blank {blank!r}; give whole "
                    "words, or another Completion(blank=…)"
                )
        return words

    def _network(self, reader: Reader) -> CompleterNetwork:
        completion, embedding = self._completion(), self.embedding or Embedding(32, dropout=0.0)
        if embedding.vectors is not None or embedding.frozen:
            raise SettingError("letters have no pretrained vectors; give Embedding(size, dropout=…) alone")
        shape, size = self.network or Network(bidirectional=completion.kind == "many-to-many"), embedding.size or 32
        encoder = Encoder(
            Embedder(len(reader), size, dropout=embedding.dropout), shape.core(size, self.hidden_size, self.cell)
        )
        return CompleterNetwork(encoder, len(reader), dropout=completion.dropout)

    def _tokens(self) -> Tokens:
        tokens = self.tokens
        if not isinstance(tokens, Tokens):
            tokens = Tokens(tokens, normalization=Normalization(case="keep"))
        if tokens.kind not in LETTERS:
            raise choices("tokens of a WordCompleter", tokens.kind, LETTERS)
        return tokens

    def _completion(self) -> Completion:
        return self.completion or Completion()

    def _restore(self, facts: Facts, arrays: Arrays) -> CompleterModel:
        reader = Reader.restore(self._tokens(), facts["reader"])
        device = (self.training or text_training(1)).resolved_device()
        network = load_network(lambda: self._network(reader), arrays, device)
        return CompleterModel(network, reader, restore_history(facts["history"]))


def _known(rows: list[Ids]) -> list[Ids]:
    """The words all of whose letters are known: an unknown one cannot be foretold."""
    return [row for row in rows if (row > UNKNOWN).all()]
