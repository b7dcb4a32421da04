"""What a TextClassifier learned: a network, the baseline beside it, and their scores as arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from tsrnn.folder import Arrays
from tsrnn.nlp.baseline import Baseline, Scores
from tsrnn.nlp.batches import Ragged, by_length
from tsrnn.nlp.calibration import accuracy, fit_scales, log_loss
from tsrnn.nlp.encoder import Encoder
from tsrnn.nlp.fitting import history_facts, network_state
from tsrnn.nlp.labels import Targets
from tsrnn.nlp.pooling import Pooling
from tsrnn.nlp.reader import Reader
from tsrnn.nlp.texts import Texts
from tsrnn.nlp.vectors import Coverage
from tsrnn.nlp.vocabulary import Ids
from tsrnn.training import History


class ClassifierNetwork(nn.Module):
    """Token numbers to scores of classes: encoder, pooling, and one linear layer.

    >>> from tsrnn.nlp.encoder import Embedder
    >>> from tsrnn.nn.recurrent import Recurrent
    >>> encoder = Encoder(Embedder(9, 4), Recurrent(4, 5, cell="gru", bidirectional=True))
    >>> network = ClassifierNetwork(encoder, Pooling("max", 10), 3)
    >>> ids = torch.tensor([[4, 5], [6, 0]])
    >>> network(ids, ids > 0).shape
    torch.Size([2, 3])
    """

    def __init__(self, encoder: Encoder, pooling: Pooling, classes: int, *, dropout: float = 0.0) -> None:
        super().__init__()
        self.encoder, self.pooling, self.dropout = encoder, pooling, dropout
        self.readout = nn.Linear(encoder.output_size, classes)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Scores `(batch, class)` of ids `(batch, time)`; `mask` is true where a step is real."""
        vectors, _ = self.pooled(ids, mask)
        scores: Tensor = self.readout(nn.functional.dropout(vectors, self.dropout, self.training))
        return scores

    def pooled(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor | None]:
        """One vector a text, and the weight of each step where the pooling is attention."""
        outputs, state = self.encoder(ids, mask)
        found: tuple[Tensor, Tensor | None] = self.pooling(outputs, mask, state)
        return found

    def reading(self, texts: Ragged) -> Callable[[Tensor], tuple[Tensor, Tensor, Tensor]]:
        """What the encoder makes of some rows of the texts: outputs, ids and mask."""

        def read(rows: Tensor) -> tuple[Tensor, Tensor, Tensor]:
            ids, mask = texts.take(rows)
            return self.encoder(ids, mask)[0], ids, mask

        return read


@dataclass(frozen=True)
class Comparison:
    """How a model did on the validation texts: the share it got right, its mean log loss, and its factor in the answer.

    `model`: `"network"`, `"tf-idf"` or `"blend"`; the factors of the first two say what the answer is made of.
    """

    model: str
    accuracy: float
    log_loss: float
    factor: float


@dataclass(frozen=True, eq=False)
class ClassifierModel:
    """What a TextClassifier learned.

    `factors`: what the network's and the baseline's scores are multiplied by before they are added up. `pretrained`:
    how the language model was learned that it began with, None without one.
    """

    network: ClassifierNetwork
    reader: Reader
    classes: tuple[Any, ...]
    history: History
    baseline: Baseline | None
    factors: tuple[float, float]
    comparison: tuple[Comparison, ...]
    coverage: Coverage | None
    size: int
    pretrained: History | None

    def scores(self, texts: Texts, rows: Sequence[Ids]) -> Scores:
        """The scores `(text, class)` of texts and of their tokens' numbers."""
        found = self.factors[0] * network_scores(self.network, rows)
        if self.baseline is not None and self.factors[1]:
            found += self.factors[1] * self.baseline.scores(texts)
        return found

    @torch.no_grad()
    def attention(self, rows: Sequence[Ids]) -> list[np.ndarray[Any, Any]]:
        """The weight of each token of each text."""
        ragged = Ragged.of(rows, self.device)
        found: dict[int, np.ndarray[Any, Any]] = {}
        for batch in by_length(ragged.lengths):
            weights = self.network.pooled(*ragged.take(batch))[1]
            assert weights is not None  # asked of attention pooling alone
            for row, values in zip(batch.tolist(), weights.cpu().double().numpy(), strict=True):
                found[row] = values[: len(rows[row])]
        return [found[row] for row in range(len(rows))]

    @property
    def device(self) -> torch.device:
        """Where the network computes."""
        return self.network.readout.weight.device

    def state(self) -> tuple[dict[str, Any], Arrays]:
        """What `_restore` needs to make this object again."""
        facts = {
            "reader": self.reader.facts(),
            "classes": list(self.classes),
            "history": history_facts(self.history),
            "baseline": self.baseline is not None,
            "factors": list(self.factors),
            "comparison": [asdict(row) for row in self.comparison],
            "coverage": None if self.coverage is None else asdict(self.coverage),
            "size": self.size,
            "pretrained": None if self.pretrained is None else history_facts(self.pretrained),
        }
        return facts, network_state(self.network) | ({} if self.baseline is None else self.baseline.state())


def with_factors(
    learned: tuple[ClassifierNetwork, Reader, tuple[Any, ...], History],
    baseline: Baseline | None,
    rest: tuple[Coverage | None, int, History | None],
    scores: Scores,
    held: tuple[Texts, Targets],
    *,
    blend: bool,
) -> ClassifierModel:
    """What was learned, with factors for the scores from the validation texts, and how each model did there."""
    texts, targets = held
    if not len(targets):
        return ClassifierModel(*learned, baseline, (1.0, 0.0), (), *rest)
    parts = [("network", scores)] + ([] if baseline is None else [("tf-idf", baseline.scores(texts))])
    alone = [float(fit_scales([part], targets)[0]) for _, part in parts]
    factors = (alone[0], 0.0)
    rows = [(name, factor * part) for (name, part), factor in zip(parts, alone, strict=True)]
    if len(parts) == 2:
        mixed = fit_scales([part for _, part in parts], targets)
        rows.append(("blend", mixed[0] * parts[0][1] + mixed[1] * parts[1][1]))
        factors = (float(mixed[0]), float(mixed[1])) if blend else factors
    shown = {"network": factors[0], "tf-idf": factors[1], "blend": float("nan")}
    compared = tuple(
        Comparison(name, accuracy(part, targets), log_loss(part, targets), shown[name]) for name, part in rows
    )
    return ClassifierModel(*learned, baseline, factors, compared, *rest)


@torch.no_grad()
def network_scores(network: ClassifierNetwork, rows: Sequence[Ids]) -> Scores:
    """The network's scores `(text, class)`, texts of like length side by side."""
    ragged = Ragged.of(rows, network.readout.weight.device)
    found = torch.zeros((len(rows), network.readout.out_features), device=ragged.flat.device)
    for batch in by_length(ragged.lengths) if len(rows) else ():
        found[batch] = network(*ragged.take(batch))
    return found.cpu().double().numpy()


def weighted_loss(scores: Tensor, targets: Tensor, weights: Tensor) -> Tensor:
    """The mean loss of texts, each as heavy as its class; over the classes of a text it is summed."""
    if targets.ndim == 2:
        each = torch.nn.functional.binary_cross_entropy_with_logits(scores, targets.to(scores.dtype), reduction="none")
        return (each * weights).sum(1).mean()
    each = torch.nn.functional.cross_entropy(scores, targets, reduction="none")
    return (each * weights[targets]).mean()
