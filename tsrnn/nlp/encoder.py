"""The encoder of every model of text: token numbers, their vectors, and the recurrent core that reads them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from tsrnn.errors import DataError, SettingError, whole_number
from tsrnn.network import Network
from tsrnn.nlp.reader import Reader
from tsrnn.nlp.vectors import Coverage, read_vectors
from tsrnn.nlp.vocabulary import PAD, UNKNOWN
from tsrnn.nn.kernels import Cell
from tsrnn.nn.recurrent import Recurrent
from tsrnn.nn.state import State


@dataclass(frozen=True)
class Embedding:
    """The vector of each token, learned with the rest.

    - `size`: numbers of a vector; None is 100, or as many as in the pretrained ones.
    - `vectors`: path of a word2vec, GloVe or fastText file to start from; `frozen`: leave those vectors as they are.
    - `dropout`: share of the numbers left out while training.

    >>> Embedding(64).dropout
    0.3
    """

    size: int | None = None
    vectors: str | Path | None = None
    frozen: bool = False
    dropout: float = 0.3

    def __post_init__(self) -> None:
        if self.size is not None:
            whole_number("size", self.size, 1)
        if not 0 <= self.dropout < 1:
            raise SettingError(f"dropout must be a share of at least 0 and below 1, got {self.dropout!r}")
        if self.vectors is not None:
            object.__setattr__(self, "vectors", str(self.vectors))  # JSON holds text


class Embedder(nn.Module):
    """Token numbers `(…)` to vectors `(…, size)`; the vector of padding is 0.

    rarity   (tokens,) the chance that each token is read as the unknown one in training, so that one is learned too
    """

    def __init__(
        self, tokens: int, size: int, *, dropout: float = 0.0, rarity: NDArray[np.float32] | None = None
    ) -> None:
        super().__init__()
        self.size, self.dropout = size, dropout
        self.table = nn.Embedding(tokens, size, padding_idx=PAD)
        nn.init.normal_(self.table.weight, std=0.3)
        with torch.no_grad():
            self.table.weight[PAD] = 0.0
        self.rarity: Tensor | None
        self.register_buffer("rarity", None if rarity is None else torch.from_numpy(rarity), persistent=False)

    @torch.no_grad()
    def start(self, table: Tensor) -> None:
        """Begins with these vectors `(tokens, size)` in place of the ones drawn."""
        self.table.weight.copy_(table)

    def forward(self, ids: Tensor) -> Tensor:
        """The vectors, thinned by dropout while training."""
        if self.training and self.rarity is not None:
            hidden = torch.rand(ids.shape, device=ids.device) < self.rarity[ids]
            ids = ids.masked_fill(hidden, UNKNOWN)
        return nn.functional.dropout(self.table(ids), self.dropout, self.training)


class Encoder(nn.Module):
    """The vectors of a batch of texts, read by the core.

    `extra`: numbers of a step beside its token's vector, such as what its characters say.

    >>> encoder = Encoder(Embedder(50, 8), Recurrent(8, 16, cell="gru", bidirectional=True))
    >>> ids = torch.tensor([[4, 5, 6], [7, 0, 0]])
    >>> encoder(ids, ids > 0)[0].shape
    torch.Size([2, 3, 32])
    """

    def __init__(self, embed: Embedder, core: Recurrent) -> None:
        super().__init__()
        self.embed, self.core = embed, core

    @property
    def output_size(self) -> int:
        """Numbers of an output."""
        return self.core.output_size

    def forward(
        self, ids: Tensor, mask: Tensor | None, state: State | None = None, extra: Tensor | None = None
    ) -> tuple[Tensor, State]:
        """The core's output at each step `(batch, time, output_size)` and its state, of ids `(batch, time)`.

        `mask (batch, time)` is true where a step is real, None if all are; `extra (batch, time, …)` stands beside the
        tokens' vectors.
        """
        x = self.embed(ids)
        read: tuple[Tensor, State] = self.core(x if extra is None else torch.cat([x, extra], -1), state, mask)
        return read


def make_encoder(
    reader: Reader, cell: Cell, hidden_size: int, embedding: Embedding, network: Network, *, extra: int = 0
) -> Encoder:
    """The encoder that these settings describe, untrained; `sized` gives pretrained vectors to start from."""
    size = embedding.size or 100
    embed = Embedder(len(reader), size, dropout=embedding.dropout, rarity=reader.vocabulary.rarity())
    return Encoder(embed, network.core(size + extra, hidden_size, cell))


def sized(
    embedding: Embedding, reader: Reader, generator: torch.Generator
) -> tuple[Embedding, Tensor | None, Coverage | None]:
    """The embedding with its size settled, and the pretrained table with its coverage where a file was named."""
    if embedding.vectors is None:
        if embedding.frozen:
            raise SettingError("Embedding(frozen=True) keeps pretrained vectors as they are; name a file, vectors=…")
        return Embedding(embedding.size or 100, dropout=embedding.dropout), None, None
    known = set(reader.vocabulary.tokens)
    vectors = read_vectors(embedding.vectors, known | {token.lower() for token in known})
    if not vectors.words:
        raise DataError(f"{embedding.vectors} has a vector for none of the {len(known)} tokens; are these other words?")
    size = vectors.values.shape[1]
    if embedding.size not in (None, size):
        raise SettingError(f"Embedding(size={embedding.size}), but the vectors have {size} numbers; leave size out")
    settled = Embedding(size, embedding.vectors, embedding.frozen, embedding.dropout)
    return settled, vectors.table(reader.vocabulary, generator), vectors.coverage(reader.vocabulary)
