"""Translator: an encoder and an attentive decoder that turn one text into another, such as a question into a reply."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Self

import pandas as pd
import torch

from tsrnn.errors import DataError, SettingError, whole_number
from tsrnn.folder import Arrays
from tsrnn.network import Network
from tsrnn.nlp.batches import Ragged
from tsrnn.nlp.bleu import translation_scores
from tsrnn.nlp.decoding import Beam, Found
from tsrnn.nlp.encoder import Embedder, Embedding, make_encoder, sized
from tsrnn.nlp.estimator import Facts, TextEstimator, paired, start_from
from tsrnn.nlp.fitting import Split, adopt, fit_network, load_network, restore_history, split_rows, text_training
from tsrnn.nlp.looks import look_rows
from tsrnn.nlp.normalization import Normalization
from tsrnn.nlp.reader import Reader, Tokens, unknown_share
from tsrnn.nlp.texts import Texts, read_texts, warn_unknown
from tsrnn.nlp.translator_model import (
    Translation,
    TranslatorModel,
    TranslatorNetwork,
    sources_of,
    targets_of,
)
from tsrnn.nlp.vocabulary import END, SPECIALS
from tsrnn.nn.kernels import Cell
from tsrnn.training import Training, seeded

_CASED = Normalization(case="keep")  # a translation has capitals


class Translator(TextEstimator):
    """Turns texts into other texts: translations, replies, spellings.

    - `tokens`: as of a TextClassifier, but capitals are kept where only the kind is given; or a pair, of the sources
      and of the translations.
    - `cell`: `"gru"`, `"lstm"` or `"rnn"`; `hidden_size`: numbers in the state of each direction.
    - `embedding`: the vectors of tokens on both sides, an Embedding; pretrained ones are those of the sources.
    - `network`: the rest of the core's shape, a Network (None reads in both directions; the decoder goes forward).
    - `translation`: attention, smoothing and search, a Translation. `training`: a Training; None takes twelve passes,
      or more for few texts, with early stopping on a tenth of the pairs.

    >>> words, letters = ["ab", "ba", "aab", "bba"] * 5, ["AB", "BA", "AAB", "BBA"] * 5
    >>> short = Training(epochs=80, learning_rate=0.02, steps_per_epoch=1)
    >>> model = Translator("characters", hidden_size=16, training=short).fit(words, letters)
    >>> model.predict(["ba"])
    ['BA']
    """

    def __init__(
        self,
        tokens: str | Tokens | tuple[str | Tokens, str | Tokens] = "words",
        *,
        cell: Cell = "gru",
        hidden_size: int = 128,
        embedding: Embedding | None = None,
        network: Network | None = None,
        translation: Translation | None = None,
        training: Training | None = None,
    ) -> None:
        self.tokens = tokens
        self.cell = cell
        self.hidden_size = hidden_size
        self.embedding = embedding
        self.network = network
        self.translation = translation
        self.training = training

    def fit(self, X: Any, y: Any, *, validation: tuple[Any, Any] | None = None) -> Self:
        """Learns from texts and their translations, replacing whatever was learned before.

        `X` and `y` are lists or Series of texts or of token lists, one for each. `validation` is a pair of such for
        early stopping; None keeps a share of the pairs at random for it (`Training(validation=…)`). Raises DataError
        that names the row that cannot be used.
        """
        texts, targets = read_texts(X), read_texts(y, "translations")
        paired(texts, targets.rows, "translations", y)
        held = None
        if validation is not None:
            if not isinstance(validation, Sequence) or len(validation) != 2:
                raise SettingError(f"validation is a pair of texts and translations, got {type(validation).__name__}")
            held = read_texts(validation[0], "validation texts"), read_texts(validation[1], "validation translations")
            paired(held[0], held[1].rows, "validation translations", validation[1])
        settings = self.training or text_training(len(texts))
        with seeded(settings.seed, settings.resolved_device()) as generator:
            if held is None:
                split = split_rows(len(texts), settings.validation, generator)
                held = texts.some(split.validation), targets.some(split.validation)
                texts, targets = texts.some(split.training), targets.some(split.training)
            self.fitted_ = self._learn((texts, targets), held, settings, generator)
        return self

    def _learn(
        self,
        pairs: tuple[Texts, Texts],
        held: tuple[Texts, Texts],
        settings: Training,
        generator: torch.Generator,
    ) -> TranslatorModel:
        device, source = settings.resolved_device(), None
        if settings.init is not None:
            source = self._source(settings.init)
        kinds = self._tokens()
        reader = Reader.learn(pairs[0], kinds[0]) if source is None else source.reader
        target_reader = Reader.learn(pairs[1], kinds[1]) if source is None else source.target_reader
        embedding, table, _ = sized(self.embedding or Embedding(), reader, generator)
        size = embedding.size or 0
        network = self._network(reader, target_reader, (size, size))
        if table is not None:
            network.encoder.embed.start(table)
        if source is not None:
            adopt(network, tuple(name for name, _ in network.named_children()), source.network)
        network.to(device)
        rows = sources_of([*reader.ids(pairs[0]), *reader.ids(held[0])])
        target_rows = targets_of([*target_reader.ids(pairs[1]), *target_reader.ids(held[1])])
        ragged, told = Ragged.of(rows, device), Ragged.of(target_rows, device)
        places = torch.arange(len(rows))
        history = fit_network(
            network,
            lambda chosen: network.loss(ragged.take(chosen), told.take(chosen)),
            ragged.lengths + told.lengths,
            Split(places[: len(pairs[0])], places[len(pairs[0]) :]),
            replace(settings, freeze=(*settings.freeze, "table")) if embedding.frozen else settings,
            generator,
        )
        return TranslatorModel(network, reader, target_reader, history, (size, size))

    def predict(self, X: Any, *, beam: Beam | None = None) -> Any:
        """The best translation found of each text, with another `beam` on request: a list, or a Series for a Series."""
        texts = read_texts(X)
        model: TranslatorModel = self.learned()
        found = [best[0].ids for best in self._search(texts, beam)]
        return texts.column([model.target_reader.text(ids) for ids in found], "translation")

    def candidates(self, X: Any, count: int = 5) -> pd.DataFrame:
        """The best few translations of each text: `text, rank, translation, log_probability, score`, the best first.

        `score` is the log probability over the length penalty. There are at most as many as the beam is wide, which is
        made as wide as `count`.
        """
        texts = read_texts(X)
        model, beam = self.learned(), self._translation().beam
        whole_number("count", count, 1)
        wide = replace(beam, width=max(2, count, beam.width))
        rows = [
            (name, rank, model.target_reader.text(one.ids), one.log_probability, one.score)
            for name, best in zip(_names(texts), self._search(texts, wide, count), strict=True)
            for rank, one in enumerate(best[:count], 1)
        ]
        return pd.DataFrame(rows, columns=["text", "rank", "translation", "log_probability", "score"])

    def attention(self, X: Any, y: Any = None) -> pd.DataFrame:
        """How much each token of a translation looks at each of its source: `text, step, word, place, token, weight`.

        `y` are translations to be looked at; None takes the model's own. The end of a text is a token too; the weights
        of a step sum to 1. `tsrnn.nlp.plot_attention` draws the answer.
        """
        texts = read_texts(X)
        model: TranslatorModel = self.learned()
        sources = model.reader.ids(texts)
        if y is None:
            targets = [torch.tensor(best[0].ids, dtype=torch.int64).numpy() for best in self._search(texts, None)]
        else:
            wanted = read_texts(y, "translations")
            paired(texts, wanted.rows, "translations", y)
            targets = model.target_reader.ids(wanted)
        words = [[*model.target_reader.vocabulary.words(ids), SPECIALS[END]] for ids in targets]
        tokens = [[*cut, SPECIALS[END]] for cut in model.reader.cut(texts)]
        return look_rows(_names(texts), words, tokens, model.weights(sources, targets))

    def evaluate(self, X: Any, y: Any, *, lowercase: bool = False, tokenize: str = "13a") -> pd.DataFrame:
        """BLEU and chrF of the translations of `X` beside `y`: `metric, score, signature`; see `translation_scores`."""
        texts, wanted = texts_with_translations(X, y)
        return translation_scores(self.predict(texts.rows), wanted, lowercase=lowercase, tokenize=tokenize)

    def score(self, X: Any, y: Any) -> float:
        """BLEU of the translations of `X` beside `y`, 0 to 100, as in `evaluate`."""
        return float(self.evaluate(X, y)["score"][0])

    def _search(self, texts: Texts, beam: Beam | None, count: int = 1) -> list[list[Found]]:
        model: TranslatorModel = self.learned()
        rows = model.reader.ids(texts)
        warn_unknown(unknown_share(rows))
        return model.search(rows, beam or self._translation().beam, count)

    def _source(self, init: Any) -> TranslatorModel:
        source: TranslatorModel = start_from(init, "Translator")
        if (source.reader.tokens, source.target_reader.tokens) != self._tokens():
            raise SettingError("Training(init=…) was fitted with other tokens; give tokens=… the same")
        return source

    def _network(self, reader: Reader, target_reader: Reader, sizes: tuple[int, int]) -> TranslatorNetwork:
        shape, embedding = self.network or Network(bidirectional=True), self.embedding or Embedding()
        encoder = make_encoder(reader, self.cell, self.hidden_size, replace(embedding, size=sizes[0]), shape)
        embed = Embedder(len(target_reader), sizes[1], dropout=embedding.dropout)
        return TranslatorNetwork(encoder, embed, len(target_reader), self._translation())

    def _tokens(self) -> tuple[Tokens, Tokens]:
        pair = self.tokens if isinstance(self.tokens, tuple) else (self.tokens, self.tokens)
        if len(pair) != 2:
            raise SettingError(f"tokens is one kind, or a pair of those of sources and translations, got {pair!r}")
        one, other = (each if isinstance(each, Tokens) else Tokens(each, normalization=_CASED) for each in pair)
        return one, other

    def _translation(self) -> Translation:
        return self.translation or Translation()

    def _restore(self, facts: Facts, arrays: Arrays) -> TranslatorModel:
        kinds = self._tokens()
        readers = [Reader.restore(kind, facts[name]) for kind, name in zip(kinds, _READERS, strict=True)]
        sizes = (facts["sizes"][0], facts["sizes"][1])
        device = (self.training or text_training(1)).resolved_device()
        network = load_network(lambda: self._network(readers[0], readers[1], sizes), arrays, device)
        return TranslatorModel(network, readers[0], readers[1], restore_history(facts["history"]), sizes)


_READERS = ("reader", "target_reader")


def _names(texts: Texts) -> list[Any]:
    return list(range(len(texts)) if texts.index is None else texts.index)


def texts_with_translations(X: Any, y: Any) -> tuple[Texts, list[str]]:
    """Texts and what they should be translated into, checked: as many, and texts, as BLEU takes them."""
    texts, wanted = read_texts(X), read_texts(y, "translations")
    paired(texts, wanted.rows, "translations", y)
    if wanted.ragged:
        raise DataError("translations to evaluate by must be texts, got lists of tokens; give ' '.join(tokens)")
    return texts, [str(row) for row in wanted.rows]
