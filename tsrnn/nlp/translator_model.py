"""The network of a Translator, and what it learned: an encoder, the bridge, and a decoder that looks back.

The decoder's core reads the tokens before, its output asks the attention, and what both say is mixed to the scores of
the next token (Luong, Pham and Manning, 2015, arXiv:1508.04025, without input feeding): so in training all steps go
through the core in one call.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from tsrnn.errors import choices, whole_number
from tsrnn.folder import Arrays
from tsrnn.nlp.batches import Ragged, by_length
from tsrnn.nlp.decoding import Beam, Found, beam_search, greedy
from tsrnn.nlp.encoder import Embedder, Encoder
from tsrnn.nlp.fitting import history_facts, network_state
from tsrnn.nlp.output import check_share
from tsrnn.nlp.reader import Reader
from tsrnn.nlp.readout import TokenReadout
from tsrnn.nlp.vocabulary import BEGIN, END, PAD, UNKNOWN, Ids
from tsrnn.nn.attention import KINDS, Attention, Keys
from tsrnn.nn.bridge import Bridge, forward_core
from tsrnn.nn.state import State
from tsrnn.training import History

_STEPS = 2048  # source steps of a batch that is searched, each with `width` sequences


@dataclass(frozen=True)
class Translation:
    """How a Translator comes from the source to its translation.

    - `attention`: `"luong"`, `"bahdanau"` or `"dot"` (whose core must read in one direction).
    - `dropout`: before the scores. `label_smoothing`: share of the target's probability that is spread over all tokens
      in training (Szegedy and others, 2016, arXiv:1512.00567).
    - `scheduled`: share of the decoder's inputs in training that are its own best guess in place of the right token
      (Bengio and others, 2015, arXiv:1506.03099; all guesses at once from a first pass, Mihaylova and Martins, 2019,
      arXiv:1906.07651).
    - `tied`: the target tokens' vectors are also the matrix of the scores.
    - `longest`: the most tokens of a translation, which is also at most 20 longer than the source twice.
    - `beam`: how translations are searched for, a Beam.

    >>> Translation().beam.width
    5
    """

    attention: str = "luong"
    dropout: float = 0.3
    label_smoothing: float = 0.1
    scheduled: float = 0.0
    tied: bool = True
    longest: int = 200
    beam: Beam = field(default_factory=Beam)

    def __post_init__(self) -> None:
        if self.attention not in KINDS:
            raise choices("attention", self.attention, KINDS)
        for name in ("dropout", "label_smoothing", "scheduled"):
            check_share(name, getattr(self, name))
        whole_number("longest", self.longest, 1)


@dataclass(frozen=True, eq=False)
class Looking:
    """What the decoder remembers: a row of state for each sequence, and the keys of each source, of `width` rows."""

    state: State
    keys: Keys
    width: int = 1

    def select(self, rows: Tensor) -> Looking:
        """The memory of these rows, which come in runs of `width` of one source each."""
        sources, keys = rows[:: self.width] // self.width, self.keys
        if len(sources) < len(keys.values):  # else they are all there, in their order
            hidden = None if keys.hidden is None else keys.hidden[sources]
            keys = Keys(keys.values[sources], keys.projected[sources], hidden)
        return Looking(self.state.select(rows), keys, self.width)

    def repeat(self, n: int) -> Looking:
        """Each row `n` times in a run."""
        return Looking(self.state.repeat(n), self.keys, self.width * n)


class TranslatorNetwork(nn.Module):
    """Source ids and the target's tokens before, to the scores of the next."""

    def __init__(self, encoder: Encoder, embed: Embedder, tokens: int, settings: Translation) -> None:
        super().__init__()
        hidden, keys = encoder.core.hidden_size, encoder.output_size
        width = embed.size if settings.tied else hidden
        self.encoder, self.embed, self.settings = encoder, embed, settings
        self.bridge, self.decoder = Bridge(encoder.core), forward_core(embed.size, encoder.core)
        self.attention = Attention(hidden, keys, kind=settings.attention)
        self.mix = nn.Linear(hidden + keys, width)
        self.readout = TokenReadout(width, tokens, embed.size if settings.tied else None)
        self.bridge.initialize()

    def read(self, ids: Tensor, mask: Tensor) -> Looking:
        """The source `(batch, time)`, read once for all that is asked of it."""
        outputs, state = self.encoder(ids, mask)
        return Looking(self.bridge(state), self.attention.prepare(outputs, mask))

    def told(self, read: Looking, tokens: Tensor) -> tuple[Tensor, Tensor]:
        """What the scores after each of `tokens (batch, step)` are made of, and the weights `(batch, step, time)`."""
        out, _ = self.decoder(self.embed(tokens), read.state)
        return self._mixed(out, read.keys)

    def scores(self, mixed: Tensor) -> Tensor:
        """The scores of tokens."""
        found: Tensor = self.readout(mixed, self.embed.table.weight)
        return found

    def step(self, tokens: Tensor, memory: Looking) -> tuple[Tensor, Looking]:
        """The scores `(row, token)` after one more token `(row,)`; padding, unknown and beginning are never next."""
        out, state = self.decoder.step(self.embed(tokens), memory.state)
        mixed, _ = self._mixed(out.view(-1, memory.width, out.shape[1]), memory.keys)
        scores = self.scores(mixed.flatten(0, 1))
        scores[:, [PAD, UNKNOWN, BEGIN]] = -torch.inf
        return scores, Looking(state, memory.keys, memory.width)

    def loss(self, source: tuple[Tensor, Tensor], target: tuple[Tensor, Tensor]) -> Tensor:
        """The mean over the target's tokens behind the first; each side is ids and mask."""
        (ids, real), read = target, self.read(*source)
        tokens, wanted, real = ids[:, :-1], ids[:, 1:], real[:, 1:]
        if self.training and self.settings.scheduled:
            tokens = self._guessed(read, tokens)
        mixed, _ = self.told(read, tokens)
        smoothing = self.settings.label_smoothing if self.training else 0.0
        scores = self.scores(mixed[real])  # padding costs nothing
        return nn.functional.cross_entropy(scores, wanted[real], label_smoothing=smoothing)

    def _mixed(self, out: Tensor, keys: Keys) -> tuple[Tensor, Tensor]:
        context, weights = self.attention.look(out, keys)
        mixed = torch.tanh(self.mix(torch.cat([out, context], -1)))
        return nn.functional.dropout(mixed, self.settings.dropout, self.training), weights

    @torch.no_grad()
    def _guessed(self, read: Looking, tokens: Tensor) -> Tensor:
        """The tokens, a share of those behind the first replaced by the network's own best guess."""
        guesses = self.scores(self.told(read, tokens)[0]).argmax(-1)[:, :-1]
        own = torch.rand(guesses.shape, device=tokens.device) < self.settings.scheduled
        return torch.cat([tokens[:, :1], torch.where(own, guesses, tokens[:, 1:])], 1)


def sources_of(rows: Sequence[Ids]) -> list[Ids]:
    """Sources as they are read: an end behind each, so that none is empty."""
    return [np.append(row, END) for row in rows]


def targets_of(rows: Sequence[Ids]) -> list[Ids]:
    """Targets as they are told: between a beginning and an end."""
    return [np.concatenate([[BEGIN], row, [END]]) for row in rows]


@dataclass(frozen=True, eq=False)
class TranslatorModel:
    """What a Translator learned: readers of sources and translations, and the sizes of their vectors among the rest."""

    network: TranslatorNetwork
    reader: Reader
    target_reader: Reader
    history: History
    sizes: tuple[int, int]

    @property
    def device(self) -> torch.device:
        """Where the network computes."""
        return self.network.mix.weight.device

    @torch.no_grad()
    def search(self, rows: Sequence[Ids], beam: Beam, count: int = 1) -> list[list[Found]]:
        """The translations found for each source, the best first."""
        ragged = Ragged.of(sources_of(rows), self.device)
        found: dict[int, list[Found]] = {}
        for batch in by_length(ragged.lengths, _STEPS) if len(rows) else ():
            memory = self.network.read(*ragged.take(batch))
            first = torch.full((len(batch),), BEGIN, device=self.device)
            longest = (2 * ragged.lengths[batch] + 20).clamp(max=self.network.settings.longest)
            if beam.width == 1:
                best = [[one] for one in greedy(self.network.step, memory, first, longest, beam.no_repeat)]
            else:
                best = beam_search(self.network.step, memory, first, longest, beam, count)
            found.update(zip(batch.tolist(), best, strict=True))
        return [found[row] for row in range(len(rows))]

    @torch.no_grad()
    def weights(self, sources: Sequence[Ids], targets: Sequence[Ids]) -> list[np.ndarray[Any, Any]]:
        """How much each token of each target, and its end, looks at each of the source and its end, `(step, place)`."""
        ragged, told = Ragged.of(sources_of(sources), self.device), Ragged.of(targets_of(targets), self.device)
        found: dict[int, np.ndarray[Any, Any]] = {}
        for batch in by_length(ragged.lengths + told.lengths, _STEPS) if len(sources) else ():
            read = self.network.read(*ragged.take(batch))
            weights = self.network.told(read, told.take(batch)[0][:, :-1])[1].cpu().double().numpy()
            for row, table in zip(batch.tolist(), weights, strict=True):
                found[row] = table[: len(targets[row]) + 1, : len(sources[row]) + 1]
        return [found[row] for row in range(len(sources))]

    def state(self) -> tuple[dict[str, Any], Arrays]:
        """What `_restore` needs to make this object again."""
        facts = {
            "reader": self.reader.facts(),
            "target_reader": self.target_reader.facts(),
            "history": history_facts(self.history),
            "sizes": list(self.sizes),
        }
        return facts, network_state(self.network)
