"""What a TextGenerator learned: a language model, and what it says of rows of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from tsrnn.folder import Arrays
from tsrnn.nlp.batches import Ragged, by_length
from tsrnn.nlp.fitting import history_facts, network_state
from tsrnn.nlp.language_model import LanguageModel, carried_nats, reset_nats, stream_of, text_nats
from tsrnn.nlp.reader import Reader
from tsrnn.nlp.texts import Texts
from tsrnn.nlp.vectors import Coverage
from tsrnn.nlp.vocabulary import END, Ids
from tsrnn.nn.state import State
from tsrnn.training import History, Training

_PASSES, _STEPS, _COLUMNS = 10, 400, 32


def language_training(tokens: int, window: int) -> Training:
    """The training that so many tokens get where none is given: ten passes, or 400 steps where they are few.

    >>> language_training(1_000_000, 64).epochs, language_training(640, 64).epochs
    (10, 400)
    """
    columns = max(1, min(_COLUMNS, tokens // window))
    epochs = max(_PASSES, -(-_STEPS // max(1, tokens // (columns * window))))
    return Training(
        epochs=epochs,
        batch_size=_COLUMNS,
        steps_per_epoch=None,
        learning_rate=3e-3,
        patience=max(3, epochs // 4),
    )


def cut_at_end(texts: Texts, share: float) -> tuple[Texts, Texts]:
    """The texts without the last `share` of their letters (or tokens), and these; one text alone is cut in two.

    >>> [part.rows for part in cut_at_end(Texts(["0123456789"], False, None), 0.2)]
    [['01234567'], ['89']]
    """
    if len(texts) == 1:
        place = round((1 - share) * len(texts.rows[0]))
        return Texts([texts.rows[0][:place]], texts.ragged, None), Texts([texts.rows[0][place:]], texts.ragged, None)
    lengths = np.cumsum([len(row) for row in texts.rows])
    first = int(np.searchsorted(lengths, (1 - share) * lengths[-1])) + 1
    first = min(max(first, 1), len(texts) - 1)
    return texts.some(range(first)), texts.some(range(first, len(texts)))


@dataclass(frozen=True, eq=False)
class GeneratorModel:
    """What a TextGenerator learned; `size`: numbers of a token's vector."""

    network: LanguageModel
    reader: Reader
    history: History
    coverage: Coverage | None
    size: int

    @property
    def device(self) -> torch.device:
        """Where the network computes."""
        return self.network.readout.bias.device

    @torch.no_grad()
    def after(self, begun: Ids) -> tuple[Tensor, State]:
        """The last token `(1,)` of a text that has begun, and the state before it; the end of another stands first."""
        ids = torch.from_numpy(np.concatenate([[END], begun])).to(self.device)
        state = self.network.encoder.core.initial_state(1)
        if len(begun):
            state = self.network.encoder(ids[None, :-1], None, state)[1]
        return ids[-1:], state

    @torch.no_grad()
    def next_token(self, rows: Sequence[Ids]) -> NDArray[np.float64]:
        """The probability `(text, token)` of each token to come next."""
        ragged = Ragged.of([np.concatenate([[END], row]) for row in rows], self.device)
        found = torch.zeros((len(rows), len(self.reader)), dtype=torch.float64)
        for batch in by_length(ragged.lengths) if len(rows) else ():
            ids, mask = ragged.take(batch)
            out, _ = self.network.encoder(ids, mask)
            last = out[torch.arange(len(batch)), ragged.lengths[batch] - 1]
            scores = self.network.readout(last, self.network.encoder.embed.table.weight)
            found[batch.cpu()] = torch.softmax(scores.double(), 1).cpu()
        return found.numpy()

    def text_nats(self, rows: Sequence[Ids]) -> NDArray[np.float64]:
        """-log p of each text."""
        return text_nats(self.network, rows, self.device)

    def stream_nats(self, rows: Sequence[Ids], window: int) -> dict[str, float]:
        """The sum of -log p over all tokens and ends, with the state carried and reset."""
        ids = stream_of(rows, self.device)
        return {"carried": carried_nats(self.network, ids), "reset": reset_nats(self.network, ids, window)}

    def characters(self, texts: Texts) -> int:
        """How many characters the texts have, as they are spelt."""
        spelt = self.reader.tokens.normalization
        return sum(len(spelt(row if isinstance(row, str) else " ".join(row))) for row in texts.rows)

    def state(self) -> tuple[dict[str, Any], Arrays]:
        """What `_restore` needs to make this object again."""
        facts = {
            "reader": self.reader.facts(),
            "history": history_facts(self.history),
            "coverage": None if self.coverage is None else asdict(self.coverage),
            "size": self.size,
        }
        return facts, network_state(self.network)
