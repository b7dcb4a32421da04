"""TextGenerator: a language model that says how probable text is, and writes on."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, Self

import pandas as pd
import torch

from tsrnn.errors import DataError, SettingError, whole_number
from tsrnn.folder import Arrays
from tsrnn.network import Network
from tsrnn.nlp.decoding import Sampling, sample
from tsrnn.nlp.encoder import Embedder, Embedding, Encoder, sized
from tsrnn.nlp.estimator import Facts, TextEstimator, start_from
from tsrnn.nlp.fitting import adopt, load_network, restore_history
from tsrnn.nlp.generator_model import GeneratorModel, cut_at_end, language_training
from tsrnn.nlp.language_model import Language, LanguageModel, Stream, StreamLoss, stream_of, weight_drop
from tsrnn.nlp.normalization import Normalization
from tsrnn.nlp.reader import Reader, Tokens, unknown_share
from tsrnn.nlp.readout import TokenReadout
from tsrnn.nlp.texts import Texts, read_texts, warn_unknown
from tsrnn.nlp.vectors import Coverage
from tsrnn.nlp.writing import written
from tsrnn.nn.kernels import Cell
from tsrnn.training import Training, seeded, train

_AS_IT_IS = Normalization(case="keep", whitespace=False)  # what is written on has the same letters and line ends


class TextGenerator(TextEstimator):
    """Learns which token comes next, from texts alone, and so how probable a text is and how it may go on.

    - `tokens`: `"characters"`, `"words"`, `"syllables"`, `"jamo"`, `"bpe"` and the rest, spelt as they are; or Tokens.
    - `cell`: `"lstm"`, `"gru"` or `"rnn"`; `hidden_size`: numbers in the state.
    - `embedding`: the vectors of tokens, an Embedding; None is 64 numbers without dropout. `network`: the rest of the
      core's shape, a Network, which reads forward.
    - `language`: how it learns from the stream of text, a Language. `training`: a Training, whose `batch_size` is the
      number of places that are read side by side; None takes ten passes, or more for little text.

    >>> short = Training(epochs=2, batch_size=4, steps_per_epoch=5)
    >>> model = TextGenerator(hidden_size=16, training=short).fit(["to be or not to be, that is the question. "] * 9)
    >>> len(model.generate(["to be"], length=10)[0])
    10
    """

    def __init__(
        self,
        tokens: str | Tokens = "characters",
        *,
        cell: Cell = "lstm",
        hidden_size: int = 256,
        embedding: Embedding | None = None,
        network: Network | None = None,
        language: Language | None = None,
        training: Training | None = None,
    ) -> None:
        self.tokens = tokens
        self.cell = cell
        self.hidden_size = hidden_size
        self.embedding = embedding
        self.network = network
        self.language = language
        self.training = training

    def fit(self, X: Any, y: Any = None, *, validation: Any = None) -> Self:
        """Learns from texts, one or many, replacing whatever was learned before; `y` is not used.

        `X` is a list or a Series of texts, or of token lists. `validation` is more of such for early stopping; None
        keeps a share of the text at its end for it (`Training(validation=…)`), the end of the only text where there is
        one. Raises DataError that names the row that cannot be used.
        """
        texts = read_texts(X)
        if not len(texts):
            raise DataError("no texts to learn from; give at least one, such as [text]")
        share = Training().validation if self.training is None else self.training.validation
        held = Texts([], texts.ragged, None)
        if validation is not None:
            held = read_texts(validation, "validation texts")
        elif share:
            texts, held = cut_at_end(texts, share)
        source = None if self.training is None or self.training.init is None else self._source(self.training.init)
        reader = Reader.learn(texts, self._tokens()) if source is None else source.reader
        rows = reader.ids(texts)
        settings = self.training or language_training(sum(map(len, rows)), self._language().window)
        with seeded(settings.seed, settings.resolved_device()) as generator:
            self.fitted_ = self._learn(
                reader, stream_of(rows), stream_of(reader.ids(held)), source, settings, generator
            )
        return self

    def _learn(
        self,
        reader: Reader,
        stream: torch.Tensor,
        held: torch.Tensor,
        source: GeneratorModel | None,
        settings: Training,
        generator: torch.Generator,
    ) -> GeneratorModel:
        language, device = self._language(), settings.resolved_device()
        embedding, table, coverage = sized(self._embedding(), reader, generator)
        network = self._network(reader, embedding)
        if table is not None:
            network.encoder.embed.start(table)
        if source is not None:
            adopt(network, ("encoder", "readout"), source.network)
        network.to(device)
        begin = int(torch.randint(2**31, (), generator=generator))
        training = Stream(stream.to(device), settings.batch_size, language.window, begin)
        loss = StreamLoss(network, training, Stream(held.to(device), settings.batch_size, language.window))
        frozen = (*settings.freeze, "table") if embedding.frozen else settings.freeze
        one = replace(settings, batch_size=1, freeze=frozen)
        judged = torch.arange(1 if len(held) > 1 else 0)
        with weight_drop(network.encoder.core, language.weight_drop):
            history = train(network, loss, torch.arange(len(training)), judged, one, generator)
        loss.forget()
        return GeneratorModel(network, reader, history, coverage, embedding.size or 0)

    def generate(
        self,
        X: Any,
        *,
        length: int = 200,
        sampling: Sampling | None = None,
        stop: str | Sequence[str] = (),
        seed: int = 0,
    ) -> Any:
        """What each text may go on with, without the text itself: a list for a list, a Series for a Series.

        `length` is the most tokens of it, `sampling` says how they are drawn; it ends before the first of the `stop`
        strings, and where the model ends the text. The same seed draws the same numbers for each text.
        """
        texts = read_texts(X)
        found = [
            "".join(self._stream(Texts([row], texts.ragged, None), length, sampling, stop, seed)) for row in texts.rows
        ]
        return texts.column(found, "text")

    def stream(
        self,
        prompt: str = "",
        *,
        length: int = 200,
        sampling: Sampling | None = None,
        stop: str | Sequence[str] = (),
        seed: int = 0,
    ) -> Iterator[str]:
        """What `generate` gives for one text, piece by piece as it is written.

        >>> short = Training(epochs=1, steps_per_epoch=5)
        >>> model = TextGenerator(hidden_size=8, training=short).fit(["la la la la "] * 9)
        >>> "".join(model.stream("la", length=5)) == model.generate(["la"], length=5)[0]
        True
        """
        return self._stream(read_texts([prompt], "prompts"), length, sampling, stop, seed)

    def _stream(
        self, prompt: Texts, length: int, sampling: Sampling | None, stop: str | Sequence[str], seed: int
    ) -> Iterator[str]:
        model: GeneratorModel = self.learned()
        marks = (stop,) if isinstance(stop, str) else tuple(stop)
        if not all(isinstance(mark, str) and mark for mark in marks):
            raise SettingError(f"stop must be strings that are not empty, got {stop!r}")
        whole_number("length", length, 0)
        whole_number("seed", seed, 0)
        (begun,) = model.reader.ids(prompt)
        warn_unknown(unknown_share([begun]))
        generator = torch.Generator().manual_seed(seed)
        first, state = model.after(begun)
        before = torch.from_numpy(begun)[None].to(model.device)
        drawn = sample(model.network.step, state, first, sampling or Sampling(), generator, before)
        return written((int(token) for token in islice(drawn, length)), model.reader, begun, marks)

    def predict(self, X: Any) -> Any:
        """What each text may go on with, as `generate` gives it where nothing else is asked."""
        return self.generate(X)

    def predict_proba(self, X: Any) -> Any:
        """The probability of each token to come next `(text, token)`: an array for a list, a frame for a Series."""
        texts = read_texts(X)
        model: GeneratorModel = self.learned()
        return texts.table(
            model.next_token(model.reader.ids(texts)), model.reader.vocabulary.words(range(len(model.reader)))
        )

    def log_likelihood(self, X: Any) -> Any:
        """The log probability of each text and its end, read by itself: an array for a list, a Series for a Series."""
        texts = read_texts(X)
        model: GeneratorModel = self.learned()
        return texts.column(-model.text_nats(model.reader.ids(texts)), "log_likelihood")

    def evaluate(self, X: Any, *, window: int = 256) -> pd.DataFrame:
        """How well the texts are foretold, one after the other: `state, tokens, nats, perplexity, bits_per_character`.

        The row `carried` keeps the state from the first text to the last; the row `reset` starts anew every `window`
        tokens, so that each knows so many at most. `nats` is the mean of -log p of a token, ends of texts included, and
        the perplexity e to its power; a character is one of the text as it is spelt, or its end. Unknown tokens are
        foretold as the one unknown token: perplexities compare for the same vocabulary only, bits of a character where
        nothing is unknown.
        """
        texts = read_texts(X)
        model: GeneratorModel = self.learned()
        rows = model.reader.ids(texts)
        if not sum(map(len, rows)):
            raise DataError("no tokens to evaluate on; give texts that are not empty")
        warn_unknown(unknown_share(rows))
        tokens = sum(map(len, rows)) + len(rows)
        characters = model.characters(texts) + len(rows)
        totals = model.stream_nats(rows, whole_number("window", window, 1))
        return pd.DataFrame(
            {
                "state": list(totals),
                "tokens": tokens,
                "nats": [total / tokens for total in totals.values()],
                "perplexity": [math.exp(total / tokens) for total in totals.values()],
                "bits_per_character": [total / math.log(2) / characters for total in totals.values()],
            }
        )

    def score(self, X: Any, y: Any = None) -> float:
        """The mean log probability of a token with the state carried, as in `evaluate`; higher is better."""
        return -float(self.evaluate(X)["nats"][0])

    def _source(self, init: Any) -> GeneratorModel:
        source: GeneratorModel = start_from(init, "TextGenerator")
        if source.reader.tokens != self._tokens():
            raise SettingError(f"Training(init=…) was fitted with {source.reader.tokens}; give tokens=… the same")
        return source

    def _network(self, reader: Reader, embedding: Embedding) -> LanguageModel:
        language, shape = self._language(), self.network or Network()
        if shape.bidirectional:
            raise SettingError("a language model reads forward: give Network(bidirectional=False)")
        size = embedding.size or 0
        core = shape.core(size, self.hidden_size, self.cell)
        encoder = Encoder(Embedder(len(reader), size), core)
        readout = TokenReadout(core.output_size, len(reader), size if language.tied else None)
        return LanguageModel(encoder, readout, language, dropout=embedding.dropout)

    def _tokens(self) -> Tokens:
        return self.tokens if isinstance(self.tokens, Tokens) else Tokens(self.tokens, normalization=_AS_IT_IS)

    def _embedding(self) -> Embedding:
        return self.embedding or Embedding(64, dropout=0.0)

    def _language(self) -> Language:
        return self.language or Language()

    def _restore(self, facts: Facts, arrays: Arrays) -> GeneratorModel:
        reader = Reader.restore(self._tokens(), facts["reader"])
        device = (self.training or Training()).resolved_device()
        embedding = replace(self._embedding(), size=facts["size"])
        network = load_network(lambda: self._network(reader, embedding), arrays, device)
        coverage = None if facts["coverage"] is None else Coverage(**facts["coverage"])
        return GeneratorModel(network, reader, restore_history(facts["history"]), coverage, facts["size"])
