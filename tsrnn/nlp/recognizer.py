"""CTCRecognizer: symbols from sequences of feature vectors, without knowing at which step each symbol stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from tsrnn.errors import DataError
from tsrnn.folder import Arrays
from tsrnn.network import Network
from tsrnn.nlp.batches import Ragged, by_length
from tsrnn.nlp.ctc import BLANK, error_rate, greedy, prefix_beam, steps_needed
from tsrnn.nlp.estimator import Facts, SequenceEstimator, start_from
from tsrnn.nlp.features import Features, RaggedFeatures, Scaling, read_features
from tsrnn.nlp.fitting import (
    adopt,
    fit_network,
    history_facts,
    load_network,
    network_state,
    restore_history,
    split_rows,
    text_training,
)
from tsrnn.nlp.fusion import foretold
from tsrnn.nlp.generator import TextGenerator
from tsrnn.nlp.output import Alphabet
from tsrnn.nn.kernels import Cell
from tsrnn.nn.recurrent import Recurrent
from tsrnn.training import History, Training, seeded


class RecognizerNetwork(nn.Module):
    """Vectors to log probabilities of symbols at each step: the core, and one linear layer.

    >>> network = RecognizerNetwork(Recurrent(3, 4, cell="gru", bidirectional=True), 5)
    >>> network(torch.zeros(2, 6, 3), torch.ones(2, 6, dtype=torch.bool)).shape
    torch.Size([2, 6, 5])
    """

    def __init__(self, core: Recurrent, symbols: int, *, dropout: float = 0.0) -> None:
        super().__init__()
        self.core, self.dropout = core, dropout
        self.readout = nn.Linear(core.output_size, symbols)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Log probabilities `(batch, time, symbol)` of vectors `(batch, time, channel)`; the blank is symbol 0."""
        outputs, _ = self.core(x, mask=mask)
        scores: Tensor = self.readout(nn.functional.dropout(outputs, self.dropout, self.training))
        return scores.log_softmax(2)


@dataclass(frozen=True, eq=False)
class RecognizerModel:
    """What a CTCRecognizer learned; `joined`: symbols are the characters of texts, and are answered as texts."""

    network: RecognizerNetwork
    scaling: Scaling
    symbols: tuple[str, ...]
    joined: bool
    history: History

    @torch.no_grad()
    def log_probabilities(self, sequences: Sequence[Features]) -> list[np.ndarray[Any, Any]]:
        """Those of each sequence, `(step, symbol)`."""
        if not sequences:
            return []
        ready = RaggedFeatures.of(self.scaling.apply(sequences), self.network.readout.weight.device)
        found: dict[int, np.ndarray[Any, Any]] = {}
        for batch in by_length(ready.places.lengths):
            made = self.network(*ready.take(batch)).cpu().double().numpy()
            found.update({row: table[: len(sequences[row])] for row, table in zip(batch.tolist(), made, strict=True)})
        return [found[row] for row in range(len(sequences))]

    def state(self) -> tuple[Facts, Arrays]:
        """What `_restore` needs to make this object again."""
        facts = {"symbols": list(self.symbols), "joined": self.joined, "history": history_facts(self.history)}
        scaling = {"scaling.mean": self.scaling.mean, "scaling.deviation": self.scaling.deviation}
        return facts, network_state(self.network) | scaling


class CTCRecognizer(SequenceEstimator):
    """Reads symbols from sequences of feature vectors: frames of speech, strokes of a pen, columns of a picture.

    - `cell`: `"gru"`, `"lstm"` or `"rnn"`; `hidden_size`: numbers in the state of each direction.
    - `network`: the rest of the core's shape, a Network (None reads in both directions).
    - `alphabet`: from outputs to symbols, an Alphabet. `training`: how to train, a Training; None takes twelve passes,
      or more for few sequences, with early stopping on a tenth of them.

    >>> rng = np.random.default_rng(0)
    >>> words = ["".join(rng.choice(list("ab"), 3)) for _ in range(60)]
    >>> columns = {"a": [[1, 0], [1, 0], [0, 0]], "b": [[0, 1], [0, 1], [0, 0]]}
    >>> strips = [[step for letter in word for step in columns[letter]] for word in words]
    >>> training = Training(epochs=20, batch_size=8, steps_per_epoch=None, learning_rate=0.02)
    >>> model = CTCRecognizer(hidden_size=16, training=training).fit(strips, words)
    >>> model.predict(strips[:2]) == words[:2]
    True
    """

    def __init__(
        self,
        *,
        cell: Cell = "lstm",
        hidden_size: int = 128,
        network: Network | None = None,
        alphabet: Alphabet | None = None,
        training: Training | None = None,
    ) -> None:
        self.cell = cell
        self.hidden_size = hidden_size
        self.network = network
        self.alphabet = alphabet
        self.training = training

    def fit(self, X: Any, y: Any) -> Self:
        """Learns from sequences and their symbols, replacing whatever was learned before.

        `X` is a list of tables `(step, channel)`, `y` a list of texts, whose characters are the symbols, or of lists
        of symbols. Raises DataError that names the sequence that cannot be used, such as one too short for its symbols.
        """
        sequences, targets, joined = _pair(X, y)
        settings = self.training or text_training(len(sequences))
        device = settings.resolved_device()
        symbols = tuple(sorted({symbol for row in targets for symbol in row}))
        if not symbols:
            raise DataError("there is no symbol to learn: all targets are empty")
        with seeded(settings.seed, device) as generator:
            split = split_rows(len(sequences), settings.validation, generator)
            scaling = Scaling.of([sequences[row] for row in split.training.tolist()])
            network = self._network(sequences[0].shape[1], len(symbols))
            if settings.init is not None:
                adopt(network, ("core",), start_from(settings.init, "CTCRecognizer").network)
            network.to(device)
            ready = RaggedFeatures.of(scaling.apply(sequences), device)
            places = {symbol: place for place, symbol in enumerate(symbols, BLANK + 1)}
            spelt = Ragged.of([np.array([places[symbol] for symbol in row], np.int64) for row in targets], device)

            def loss(rows: Tensor) -> Tensor:
                x, mask = ready.take(rows)
                return _loss(network(x, mask), mask, *spelt.take(rows))

            history = fit_network(network, loss, ready.places.lengths, split, settings, generator)
        self.fitted_ = RecognizerModel(network, scaling, symbols, joined, history)
        return self

    def predict(self, X: Any, *, language: TextGenerator | None = None, weight: float = 0.5) -> Any:
        """The symbols of each sequence: texts where it was fitted on texts, else lists; a Series for a Series.

        A `language`, a TextGenerator fitted on texts of such symbols, has a say in the search: `weight` times its log
        probability of the symbols and their end is added to that of the recogniser (shallow fusion; Hannun and others,
        2014, arXiv:1408.2873). Give `Alphabet(beam=…)` then, so that there are sequences to choose from.
        """
        model: RecognizerModel = self.learned()
        width = (self.alphabet or Alphabet()).beam
        said = None if language is None else foretold(language, model.symbols, weight)
        found: list[Any] = []
        for table in model.log_probabilities(read_features(X, len(model.scaling.mean))):
            best = greedy(table) if width == 1 and said is None else prefix_beam(table, width, said)[0]
            row = [model.symbols[number - BLANK - 1] for number in best.symbols]
            found.append("".join(row) if model.joined else row)
        return pd.Series(found, X.index, name="symbols") if isinstance(X, pd.Series) else found

    def predict_proba(self, X: Any) -> list[pd.DataFrame]:
        """The probability of the blank (`""`) and of each symbol at each step: a frame a sequence."""
        model: RecognizerModel = self.learned()
        tables = model.log_probabilities(read_features(X, len(model.scaling.mean)))
        return [pd.DataFrame(np.exp(table), columns=["", *model.symbols]) for table in tables]

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """The share of sequences whose symbols are all right."""
        sequences, targets, _ = _pair(X, y)
        right = [list(said) == row for said, row in zip(self.predict(sequences), targets, strict=True)]
        return float(np.average(right, weights=sample_weight))

    def error_rate(self, X: Any, y: Any, *, language: TextGenerator | None = None, weight: float = 0.5) -> float:
        """Symbols put in, left out or changed, as a share of those that are there; `language` as of `predict`."""
        sequences, targets, _ = _pair(X, y)
        said = self.predict(sequences, language=language, weight=weight)
        return error_rate(targets, [list(row) for row in said])

    def _network(self, channels: int, symbols: int) -> RecognizerNetwork:
        core = (self.network or Network(bidirectional=True)).core(channels, self.hidden_size, self.cell)
        return RecognizerNetwork(core, symbols + 1, dropout=(self.alphabet or Alphabet()).dropout)

    def _restore(self, facts: Facts, arrays: Arrays) -> RecognizerModel:
        scaling = Scaling(*(np.asarray(arrays[f"scaling.{name}"], np.float64) for name in ("mean", "deviation")))
        device = (self.training or text_training(1)).resolved_device()
        network = load_network(lambda: self._network(len(scaling.mean), len(facts["symbols"])), arrays, device)
        return RecognizerModel(
            network, scaling, tuple(facts["symbols"]), facts["joined"], restore_history(facts["history"])
        )


def _loss(log_probabilities: Tensor, mask: Tensor, targets: Tensor, real: Tensor) -> Tensor:
    """The mean negative log-likelihood of a symbol, over the batch."""
    each = nn.functional.ctc_loss(
        log_probabilities.transpose(0, 1), targets, mask.sum(1), real.sum(1), blank=BLANK, reduction="none"
    )
    return each.sum() / real.sum().clamp(min=1)


def _pair(data: Any, targets: Any) -> tuple[list[Features], list[list[str]], bool]:
    """Sequences and their symbols, checked; and whether these were given as texts."""
    sequences = read_features(data)
    if isinstance(targets, str) or not hasattr(targets, "__len__"):
        raise DataError(f"targets must be a list of texts or of lists of symbols, got {type(targets).__name__}")
    given = list(targets)
    if len(given) != len(sequences):
        raise DataError(f"{len(sequences)} sequences, but {len(given)} targets; give one for each sequence")
    if not given:
        raise DataError("no sequences to learn from; give at least two")
    joined = all(isinstance(row, str) for row in given)
    rows: list[list[str]] = []
    for place, (row, table) in enumerate(zip(given, sequences, strict=True)):
        if not isinstance(row, (str, list, tuple)) or not all(isinstance(symbol, str) for symbol in row):
            raise DataError(f"target {place} is {row!r:.40}, neither a text nor a list of symbols, which are text")
        needed = max(1, steps_needed(row))
        if len(table) < needed:
            raise DataError(
                f"sequence {place} has {len(table)} steps, but its {len(row)} symbols take {needed}; "
                "give more steps, or drop it"
            )
        rows.append(list(row))
    return sequences, rows, joined
