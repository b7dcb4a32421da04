"""What a SequenceTagger learned: a network over words and their spelling, and its tags as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from tsrnn.folder import Arrays
from tsrnn.nlp.batches import Ragged, by_length
from tsrnn.nlp.crf import ConditionalRandomField
from tsrnn.nlp.encoder import Embedder, Encoder
from tsrnn.nlp.fitting import history_facts, network_state
from tsrnn.nlp.reader import Reader
from tsrnn.nlp.vectors import Coverage
from tsrnn.nlp.vocabulary import Ids, Vocabulary
from tsrnn.nlp.word_tags import WordTags
from tsrnn.nn.kernels import Cell
from tsrnn.nn.recurrent import Recurrent
from tsrnn.training import History


class Spelling(nn.Module):
    """What the characters of a word say, `(word, 2 * size)`: the ends of a core that reads them from both sides.

    characters   how many are known; `size` numbers of a character's vector and of each direction's state

    >>> Spelling(50, 4)(torch.tensor([[5, 6, 7], [8, 0, 0]]), torch.tensor([[True] * 3, [True, False, False]])).shape
    torch.Size([2, 8])
    """

    def __init__(self, characters: int, size: int, *, cell: Cell = "gru", dropout: float = 0.0) -> None:
        super().__init__()
        self.letters = Embedder(characters, size, dropout=dropout)
        self.core = Recurrent(size, size, cell=cell, bidirectional=True)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """The words whose characters are `ids (word, character)`; `mask` is true where there is one."""
        _, state = self.core(self.letters(ids), mask=mask)
        return torch.cat(tuple(state.hidden), -1)  # both directions of the one layer


class TaggerNetwork(nn.Module):
    """Words, as numbers and as characters, to scores of tags at each step.

    `spelling` and `crf` are None where they were not asked for.
    """

    def __init__(
        self, encoder: Encoder, tags: int, *, spelling: Spelling | None = None, crf: bool = False, dropout: float = 0.0
    ) -> None:
        super().__init__()
        self.encoder, self.spelling, self.dropout = encoder, spelling, dropout
        self.readout = nn.Linear(encoder.output_size, tags)
        self.crf = ConditionalRandomField(tags) if crf else None

    def forward(self, ids: Tensor, mask: Tensor, spelt: tuple[Tensor, Tensor, Tensor] | None) -> Tensor:
        """Scores `(batch, time, tag)` of words `ids (batch, time)`; `mask` is true where a step is real.

        `spelt` are the different words of the batch, `(word, character)` with their mask, and which of them stands at
        each step, `(batch, time)`; None without spelling.
        """
        outputs = self.read(ids, mask, spelt)
        scores: Tensor = self.readout(nn.functional.dropout(outputs, self.dropout, self.training))
        return scores

    def read(self, ids: Tensor, mask: Tensor, spelt: tuple[Tensor, Tensor, Tensor] | None) -> Tensor:
        """What the scores are made of, `(batch, time, output_size)`."""
        extra = None
        if self.spelling is not None and spelt is not None:
            characters, real, places = spelt
            extra = nn.functional.dropout(self.spelling(characters, real), self.dropout, self.training)[places]
        outputs: Tensor = self.encoder(ids, mask, extra=extra)[0]
        return outputs

    def loss(self, scores: Tensor, tags: Tensor, mask: Tensor) -> Tensor:
        """The mean negative log-likelihood of a tag, over the real steps of the batch."""
        if self.crf is not None:
            return self.crf.loss(scores, tags, mask).sum() / mask.sum().clamp(min=1)
        each = nn.functional.cross_entropy(scores.transpose(1, 2), tags, reduction="none")
        return each.masked_fill(~mask, 0.0).sum() / mask.sum().clamp(min=1)

    def best(self, scores: Tensor, mask: Tensor) -> Tensor:
        """The tags `(batch, time)`: of the best sequence with a CRF, else the best of each step."""
        return scores.argmax(2) if self.crf is None else self.crf.best(scores, mask)

    def probabilities(self, scores: Tensor, mask: Tensor) -> Tensor:
        """The probability `(batch, time, tag)` of each tag at each step."""
        return scores.softmax(2) if self.crf is None else self.crf.marginals(scores, mask)


@dataclass(frozen=True, eq=False)
class Sentences:
    """Sentences made ready for the network: words as numbers, and as places in a table of spelt words."""

    words: Ragged
    spelt: Ragged | None
    places: Ragged | None

    @classmethod
    def of(
        cls, words: Sequence[Ids], tokens: Sequence[Sequence[str]], letters: Vocabulary | None, device: torch.device
    ) -> Sentences:
        """Sentences of `tokens`, whose numbers are `words`; their characters are read where `letters` knows some."""
        if letters is None:
            return cls(Ragged.of(words, device), None, None)
        different = sorted({token for row in tokens for token in row})
        number = {token: place for place, token in enumerate(different)}
        spelt = Ragged.of([letters.ids(token) for token in different] or [np.zeros(0, np.int64)], device)
        places = [np.array([number[token] for token in row], np.int64) for row in tokens]
        return cls(Ragged.of(words, device), spelt, Ragged.of(places, device))

    def take(self, rows: Tensor) -> tuple[Tensor, Tensor, tuple[Tensor, Tensor, Tensor] | None]:
        """What the network reads of these rows: numbers, mask, and the spelling of their different words."""
        ids, mask = self.words.take(rows)
        if self.spelt is None or self.places is None:
            return ids, mask, None
        different, inverse = torch.unique(self.places.take(rows)[0], return_inverse=True)
        return ids, mask, (*self.spelt.take(different), inverse)


@dataclass(frozen=True, eq=False)
class TaggerModel:
    """What a SequenceTagger learned; `letters` are the characters it knows, None where it reads none.

    `comparison`: the share of words that network and baseline tag rightly in the validation sentences.
    """

    network: TaggerNetwork
    reader: Reader
    letters: Vocabulary | None
    tags: tuple[str, ...]
    history: History
    coverage: Coverage | None
    size: int
    pretrained: History | None
    baseline: WordTags
    comparison: dict[str, float]

    @torch.no_grad()
    def answers(self, words: Sequence[Ids], tokens: Sequence[Sequence[str]], *, probable: bool) -> list[NDArray[Any]]:
        """The tag numbers `(step,)` of each sentence, or with `probable` the probabilities `(step, tag)`."""
        sentences = Sentences.of(words, tokens, self.letters, self.network.readout.weight.device)
        found: dict[int, NDArray[Any]] = {}
        for batch in by_length(sentences.words.lengths) if len(words) else ():
            ids, mask, spelt = sentences.take(batch)
            scores = self.network(ids, mask, spelt)
            made = self.network.probabilities(scores, mask) if probable else self.network.best(scores, mask)
            for row, values in zip(batch.tolist(), made.cpu().numpy(), strict=True):
                found[row] = values[: len(words[row])]
        return [found[row] for row in range(len(words))]

    def named(self, answers: Sequence[NDArray[Any]]) -> list[list[str]]:
        """Tag numbers as tags."""
        return [[self.tags[number] for number in row] for row in answers]

    def state(self) -> tuple[dict[str, Any], Arrays]:
        """What `_restore` needs to make this object again."""
        letters = None if self.letters is None else [list(self.letters.tokens), list(self.letters.counts)]
        facts = {
            "reader": self.reader.facts(),
            "letters": letters,
            "tags": list(self.tags),
            "history": history_facts(self.history),
            "coverage": None if self.coverage is None else asdict(self.coverage),
            "size": self.size,
            "pretrained": None if self.pretrained is None else history_facts(self.pretrained),
            "baseline": self.baseline.facts(),
            "comparison": self.comparison,
        }
        return facts, network_state(self.network)


def restored_letters(facts: list[list[Any]] | None) -> Vocabulary | None:
    """The known characters from the facts of `TaggerModel.state`."""
    return None if facts is None else Vocabulary(cast("tuple[str, ...]", tuple(facts[0])), tuple(facts[1]))
