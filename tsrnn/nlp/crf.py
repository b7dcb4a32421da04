"""A linear-chain conditional random field: the probability of a whole sequence of tags, and the best one.

With s the score of a tag at a step, a of a tag following another, b of a first and e of a last one, the score of tags
y is b(y1) + sum s(t, yt) + sum a(yt-1, yt) + e(yT), and its probability exp(score) over the sum for all sequences, the
partition; Lafferty, McCallum and Pereira (2001).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class ConditionalRandomField(nn.Module):
    """Scores of transitions between `tags` tags, learned; steps that are not real are stepped over.

    Masks are true at the front of a row and false behind it; a row may have no real step.

    >>> crf = ConditionalRandomField(3)
    >>> scores, mask = torch.zeros(1, 2, 3), torch.ones(1, 2, dtype=torch.bool)
    >>> crf.partition(scores, mask).exp().round().tolist()  # 3 * 3 sequences, all alike
    [9.0]
    """

    def __init__(self, tags: int) -> None:
        super().__init__()
        self.transitions = nn.Parameter(torch.zeros(tags, tags))  # (from, to)
        self.first = nn.Parameter(torch.zeros(tags))
        self.last = nn.Parameter(torch.zeros(tags))

    def loss(self, scores: Tensor, tags: Tensor, mask: Tensor) -> Tensor:
        """The negative log-likelihood `(batch,)` of `tags (batch, time)`, given `scores (batch, time, tag)`."""
        return self.partition(scores, mask) - self.score(scores, tags, mask)

    def score(self, scores: Tensor, tags: Tensor, mask: Tensor) -> Tensor:
        """The score `(batch,)` of these tags, 0 for a row without a step; what stands at padding changes nothing."""
        tags = tags.masked_fill(~mask, 0)
        own = scores.gather(2, tags[:, :, None])[:, :, 0].masked_fill(~mask, 0.0).sum(1)
        moves = self.transitions[tags[:, :-1], tags[:, 1:]].masked_fill(~mask[:, 1:], 0.0).sum(1)
        lengths = mask.sum(1)
        end = tags.gather(1, (lengths - 1).clamp(min=0)[:, None])[:, 0]
        return own + moves + (self.first[tags[:, 0]] + self.last[end]).masked_fill(lengths == 0, 0.0)

    def partition(self, scores: Tensor, mask: Tensor) -> Tensor:
        """The logarithm `(batch,)` of the sum of exp(score) over all sequences of tags, 0 for a row without a step."""
        total = self.first + scores[:, 0]  # (batch, tag): all sequences that end here with this tag
        for step in range(1, scores.shape[1]):
            onward = torch.logsumexp(total[:, :, None] + self.transitions, 1) + scores[:, step]
            total = torch.where(mask[:, step, None], onward, total)
        return torch.logsumexp(total + self.last, 1).masked_fill(~mask[:, 0], 0.0)

    @torch.no_grad()
    def best(self, scores: Tensor, mask: Tensor) -> Tensor:
        """The tags `(batch, time)` of the highest score (Viterbi, 1967); those at padding mean nothing."""
        total = self.first + scores[:, 0]
        before: list[Tensor] = []  # (batch, tag): the best tag one step earlier
        stay = torch.arange(scores.shape[2], device=scores.device).expand_as(total)
        for step in range(1, scores.shape[1]):
            reached, place = (total[:, :, None] + self.transitions).max(1)
            total = torch.where(mask[:, step, None], reached + scores[:, step], total)
            before.append(torch.where(mask[:, step, None], place, stay))
        tag = (total + self.last).argmax(1, keepdim=True)  # (batch, 1)
        found = [tag]
        for places in reversed(before):
            tag = places.gather(1, tag)
            found.append(tag)
        return torch.cat(found[::-1], 1)

    @torch.no_grad()
    def marginals(self, scores: Tensor, mask: Tensor) -> Tensor:
        """The probability `(batch, time, tag)` of each tag at each step over all sequences; 0 at padding.

        It is what the partition changes by with the step's scores, which is a gradient.
        """
        with torch.enable_grad():
            asked = scores.detach().requires_grad_()
            total = self.partition(asked, mask).sum()
            (found,) = torch.autograd.grad(total, asked)
        return found
