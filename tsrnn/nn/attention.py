"""Attention: a query scores every step of a sequence, and gets the mean of the steps weighted by their scores.

With q a query, k a key, and `softmax` over the steps that may be seen, a score is

    bahdanau   v · tanh(W q + U k)   additive; Bahdanau, Cho & Bengio 2015, arXiv:1409.0473
    luong      q · (W k)             multiplicative, their "general"; Luong, Pham & Manning 2015, arXiv:1508.04025
    dot        q · k                 their "dot"; nothing is learned

The weights are softmax(scores), and the context is the sum of weight * k.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from tsrnn.errors import DataError, SettingError, choices, whole_number

KINDS = ("bahdanau", "luong", "dot")


@dataclass(frozen=True, eq=False)
class Keys:
    """A sequence made ready to be looked at, once for all queries.

    - `values (batch, time, K)`: what a context is the mean of, 0 where a step must not be seen.
    - `projected (batch, time, …)`: what the scores need of them.
    - `hidden (batch, 1, time)`: true where a step must not be seen; None where all may.
    """

    values: Tensor
    projected: Tensor
    hidden: Tensor | None


class Attention(nn.Module):
    """What a query finds in a sequence of keys.

    queries, keys   numbers in a query and in a key
    kind            of score: "bahdanau", "luong" or "dot" (which needs as many of either)
    size            numbers between the two layers of the additive score; None for as many as in a query

    Raises SettingError for an unknown kind, and for "dot" where queries and keys differ in size.

    >>> attention = Attention(4, 6, kind="luong")
    >>> context, weights = attention(torch.zeros(2, 3, 4), torch.ones(2, 5, 6))
    >>> context.shape, weights.shape
    (torch.Size([2, 3, 6]), torch.Size([2, 3, 5]))
    >>> weights[0, 0]
    tensor([0.2000, 0.2000, 0.2000, 0.2000, 0.2000], grad_fn=<SelectBackward0>)
    """

    def __init__(self, queries: int, keys: int, *, kind: str = "bahdanau", size: int | None = None) -> None:
        super().__init__()
        if kind not in KINDS:
            raise choices("attention", kind, KINDS)
        if kind == "dot" and queries != keys:
            raise SettingError(
                f"dot attention needs queries and keys of one size, got {queries} and {keys}; use 'luong', which "
                "learns a matrix between them"
            )
        self.kind = kind
        width = queries if size is None else whole_number("size", size, 1)
        additive = kind == "bahdanau"
        self.of_query = nn.Linear(queries, width, bias=False) if additive else None
        self.of_key = None if kind == "dot" else nn.Linear(keys, width if additive else queries, bias=False)
        self.score = nn.Linear(width, 1, bias=False) if additive else None
        self.initialize()

    def initialize(self, generator: torch.Generator | None = None) -> None:
        """Draws every weight from `generator`, from torch's own where None."""
        for weight in self.parameters():
            nn.init.xavier_uniform_(weight, generator=generator)

    def prepare(self, keys: Tensor, mask: Tensor | None = None) -> Keys:
        """The keys `(batch, time, K)` made ready; `mask (batch, time)` bool is true where a step may be seen.

        Whatever stands where it is false, NaN too, changes nothing. Raises DataError for a mask that does not fit.
        """
        if mask is not None and (mask.dtype != torch.bool or mask.shape != keys.shape[:2]):
            raise DataError(
                f"mask must be bool, (batch, time) = {tuple(keys.shape[:2])}, true where a step may be seen; got "
                f"{mask.dtype}, {tuple(mask.shape)}"
            )
        hidden = None if mask is None or bool(mask.all()) else ~mask
        seen = keys if hidden is None else keys.masked_fill(hidden[..., None], 0.0)
        projected = seen if self.of_key is None else self.of_key(seen)
        return Keys(seen, projected, None if hidden is None else hidden[:, None])

    def look(self, query: Tensor, keys: Keys) -> tuple[Tensor, Tensor]:
        """As `forward`, for keys that were made ready before."""
        scores = self._scores(query, keys.projected)  # (batch, step, time)
        if keys.hidden is not None:
            scores = scores.masked_fill(keys.hidden, torch.finfo(scores.dtype).min)
        weights = torch.softmax(scores, -1)
        if keys.hidden is not None:
            weights = weights.masked_fill(keys.hidden, 0.0)  # to the last bit, and where nothing may be seen too
        return weights @ keys.values, weights

    def forward(self, query: Tensor, keys: Tensor, mask: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """The contexts `(batch, step, K)` and the weights `(batch, step, time)` of queries `(batch, step, Q)`.

        `keys (batch, time, K)`; `mask (batch, time)` bool, true where a step may be seen, None if all may. The weights
        of a query sum to 1, and those of steps that must not be seen are 0; where none may be seen, the weights and
        the context are 0.
        """
        return self.look(query, self.prepare(keys, mask))

    def _scores(self, query: Tensor, projected: Tensor) -> Tensor:
        if self.of_query is not None and self.score is not None:
            both = self.of_query(query)[:, :, None] + projected[:, None]  # (batch, step, time, size)
            scores: Tensor = self.score(both.tanh_())[..., 0]
            return scores
        return query @ projected.transpose(1, 2)
