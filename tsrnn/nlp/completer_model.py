"""The network of a WordCompleter, what it learned, and how blanks are put into words to learn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import product
from typing import Any, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from tsrnn.errors import SettingError, choices
from tsrnn.folder import Arrays
from tsrnn.nlp.batches import Ragged, by_length
from tsrnn.nlp.encoder import Encoder
from tsrnn.nlp.fitting import history_facts, network_state
from tsrnn.nlp.output import check_share
from tsrnn.nlp.reader import Reader
from tsrnn.nlp.vocabulary import BEGIN, SPECIALS, Ids
from tsrnn.training import History

BLANK = BEGIN  # no word holds this number, so it stands for a hidden letter
KINDS = ("many-to-many", "many-to-one")


@dataclass(frozen=True)
class Completion:
    """How a WordCompleter fills blanks.

    - `kind`: `"many-to-many"` reads the word from both ends and says a letter at every step, so that any letters may be
      missing; `"many-to-one"` reads the letters before the end and says the last one alone.
    - `hidden`: share of the letters that are hidden to learn from, of many-to-many; one at least.
    - `dropout`: before the scores. `blank`: the sign of a missing letter.

    >>> Completion(kind="many-to-one").blank
    '_'
    """

    kind: str = "many-to-many"
    hidden: float = 0.25
    dropout: float = 0.0
    blank: str = "_"

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise choices("kind of completion", self.kind, KINDS)
        check_share("hidden", self.hidden)
        check_share("dropout", self.dropout)
        if not isinstance(self.blank, str) or len(self.blank) != 1 or self.blank.isspace():
            raise SettingError(f"blank must be one sign that is no white space, got {self.blank!r}")


class CompleterNetwork(nn.Module):
    """Letters with blanks to the scores of the letter at each step.

    >>> from tsrnn.nlp.encoder import Embedder
    >>> from tsrnn.nn.recurrent import Recurrent
    >>> network = CompleterNetwork(Encoder(Embedder(9, 4), Recurrent(4, 5, cell="gru")), 9)
    >>> network(torch.tensor([[4, BLANK]]), None).shape
    torch.Size([1, 2, 9])
    """

    def __init__(self, encoder: Encoder, letters: int, *, dropout: float = 0.0) -> None:
        super().__init__()
        self.encoder, self.dropout = encoder, dropout
        self.readout = nn.Linear(encoder.output_size, letters)

    def forward(self, ids: Tensor, mask: Tensor | None) -> Tensor:
        """The scores `(batch, time, letter)` of ids `(batch, time)`; what is no letter is never one."""
        outputs, _ = self.encoder(ids, mask)
        scores: Tensor = self.readout(nn.functional.dropout(outputs, self.dropout, self.training))
        return scores.index_fill(-1, torch.arange(len(SPECIALS), device=ids.device), -torch.inf)


def hide(ids: Tensor, mask: Tensor, completion: Completion) -> Tensor:
    """Which letters `(batch, time)` to hide in these words: the last, or some at random and one at least.

    Draws from torch's own generator.
    """
    lengths = mask.sum(1)
    if completion.kind == "many-to-one":
        return torch.arange(ids.shape[1], device=ids.device) == (lengths - 1)[:, None]
    drawn = torch.rand(ids.shape).to(ids.device).masked_fill(~mask, 2.0)  # the same letters on every device
    return mask & ((drawn < completion.hidden) | (drawn == drawn.amin(1, keepdim=True)))


def hidden_loss(network: CompleterNetwork, ids: Tensor, hidden: Tensor, mask: Tensor) -> Tensor:
    """The mean of -log p of the hidden letters."""
    scores = network(ids.masked_fill(hidden, BLANK), mask)
    return nn.functional.cross_entropy(scores[hidden], ids[hidden])


@dataclass(frozen=True, eq=False)
class CompleterModel:
    """What a WordCompleter learned."""

    network: CompleterNetwork
    reader: Reader
    history: History

    @property
    def device(self) -> torch.device:
        """Where the network computes."""
        return self.network.readout.weight.device

    @torch.no_grad()
    def letters(self, rows: Sequence[Ids]) -> list[NDArray[np.float64]]:
        """The log probability `(step, letter)` of each letter at each step of words with blanks."""
        ragged = Ragged.of(rows, self.device)
        found: dict[int, NDArray[np.float64]] = {}
        for batch in by_length(ragged.lengths) if len(rows) else ():
            logs = torch.log_softmax(self.network(*ragged.take(batch)).double(), -1).cpu().numpy()
            for row, table in zip(batch.tolist(), logs, strict=True):
                found[row] = table[: len(rows[row])]
        return [found[row] for row in range(len(rows))]

    def state(self) -> tuple[dict[str, Any], Arrays]:
        """What `_restore` needs to make this object again."""
        facts = {"reader": self.reader.facts(), "history": history_facts(self.history)}
        return facts, network_state(self.network)


def ranked(table: NDArray[np.float64], places: Sequence[int], count: int) -> list[tuple[tuple[int, ...], float]]:
    """The `count` most probable ways to fill the places, as letters and their log probability, the best first.

    table   (step, letter) log probabilities; the letters of several places count as independent

    >>> ranked(np.log([[0.7, 0.3], [0.5, 0.5], [0.1, 0.9]]), [0, 2], 2)[1][0]
    (1, 1)
    """
    best: list[tuple[_Chosen, float]] = [((), 0.0)]
    for place in places:
        order = np.argsort(-table[place], kind="stable")[:count]
        longer = (
            ((before, int(one)), total + float(table[place, one])) for (before, total), one in product(best, order)
        )
        best = nlargest(count, longer, key=lambda pair: pair[1])
    return [(_in_order(chosen), total) for chosen, total in best if total > -np.inf]


# What was chosen before, and a letter; nothing at first. Ways that begin alike share their beginning.
_Chosen: TypeAlias = "tuple[()] | tuple[_Chosen, int]"


def _in_order(chosen: _Chosen) -> tuple[int, ...]:
    letters = []
    while chosen:
        chosen, letter = chosen
        letters.append(letter)
    return tuple(reversed(letters))
