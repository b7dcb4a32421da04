"""From the scores of next tokens to sequences: greedy, beam search and sampling, for any model that goes by steps.

A model is a `step(tokens (row,), memory) -> scores (row, token), memory`, whose scores are logarithms of probabilities
up to a constant a row, and a memory that has `select(rows)` and `repeat(n)`, such as the core's State.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol, Self, TypeVar

import torch
from torch import Tensor

from tsrnn.errors import SettingError, whole_number
from tsrnn.nlp.vocabulary import END


class Memory(Protocol):
    """What a model remembers of each row between steps."""

    def select(self, rows: Tensor) -> Self:
        """The memory of these rows, in this order; a row may come twice."""
        ...

    def repeat(self, n: int) -> Self:
        """Each row `n` times in a run."""
        ...


M = TypeVar("M", bound=Memory)
Step = Callable[[Tensor, M], tuple[Tensor, M]]


@dataclass(frozen=True)
class Found:
    """A sequence that was found: its numbers without the end, its log probability, and the score it is ranked by.

    `ended`: whether it came to its end, else it was cut at the most steps.
    """

    ids: tuple[int, ...]
    log_probability: float
    score: float
    ended: bool


@dataclass(frozen=True)
class Beam:
    """How sequences are searched for.

    - `width`: sequences kept at each step; 1 takes the best token each time.
    - `length_penalty`: a log probability is divided by ((5 + steps) / 6) to this power, the end counted as a step (Wu
      and others, 2016, arXiv:1609.08144); 0 prefers what is short.
    - `no_repeat`: no run of so many tokens stands twice in a sequence; 0 allows all.

    >>> Beam().penalty(7), Beam(length_penalty=0.0).penalty(7)
    (2.0, 1.0)
    """

    width: int = 5
    length_penalty: float = 1.0
    no_repeat: int = 0

    def __post_init__(self) -> None:
        whole_number("width", self.width, 1)
        whole_number("no_repeat", self.no_repeat, 0)
        if not 0 <= self.length_penalty < float("inf"):
            raise SettingError(f"length_penalty must be at least 0, got {self.length_penalty!r}")

    def penalty(self, steps: int) -> float:
        """What the log probability of so many steps is divided by."""
        return float(((5 + steps) / 6) ** self.length_penalty)


@torch.no_grad()
def greedy(step: Step[M], memory: M, first: Tensor, longest: Tensor, no_repeat: int = 0) -> list[Found]:
    """The best token at each step, for each row until its end.

    first     (row,) the tokens to begin with; longest (row,) the most steps of each row, its end counted
    """
    rows, token = torch.arange(len(first)), first
    written = first.new_zeros((len(first), 0))
    totals = torch.zeros(len(first), dtype=torch.float64)
    found: dict[int, Found] = {}
    while len(rows):
        scores, memory = step(token, memory)
        values, tokens = _best(scores, written, 1, no_repeat)
        token, totals = tokens[:, 0], totals + values[:, 0].cpu()
        ended = (token == END).cpu()
        written = torch.cat([written, token[:, None]], 1)
        done = ended | (longest.cpu()[rows] <= written.shape[1])
        for place in torch.nonzero(done)[:, 0].tolist():
            ids, total = written[place].tolist(), float(totals[place])
            end = bool(ended[place])
            found[int(rows[place])] = Found(tuple(ids[:-1] if end else ids), total, total, end)
        keep = torch.nonzero(~done)[:, 0]
        if len(keep) < len(rows):  # what has ended costs nothing any more
            there = keep.to(token.device)
            rows, totals, token, written = rows[keep], totals[keep], token[there], written[there]
            memory = memory.select(there)
    return [found[row] for row in range(len(first))]


@torch.no_grad()
def beam_search(
    step: Step[M], memory: M, first: Tensor, longest: Tensor, beam: Beam, count: int = 1
) -> list[list[Found]]:
    """The sequences found for each row, the best first; all rows go side by side, and those that are done are dropped.

    first     (row,) the tokens to begin with; longest (row,) the most steps of each row, its end counted
    count     a row is searched until no open sequence can come among so many best, or `width` have ended

    An end counts where it is among the `width` best continuations, so that a width of 1 is `greedy`. The memory's rows
    stay in runs of `width`, and `select` takes each run from one run.
    """
    width, device = beam.width, first.device
    rows, memory = torch.arange(len(first), device=device), memory.repeat(width)
    token = first[:, None].expand(-1, width)
    totals = torch.full(token.shape, -torch.inf, dtype=torch.float64, device=device)
    totals[:, 0] = 0.0  # all sequences of a row begin alike: one of them is enough
    written = token[..., None][..., :0]  # (row, sequence, time)
    found: list[list[Found]] = [[] for _ in range(len(first))]
    while len(rows):
        scores, memory = step(token.flatten(), memory)
        values, tokens = _best(scores, written.flatten(0, 1), 2 * width, beam.no_repeat)
        joint = (totals[..., None] + values.view(len(rows), width, -1)).flatten(1)
        best, places = joint.topk(min(2 * width, joint.shape[1]))
        origin, token = places // values.shape[1], tokens.view(len(rows), -1).gather(1, places)
        steps = written.shape[2] + 1
        for row, rank in torch.nonzero((token[:, :width] == END) & (best[:, :width] > -torch.inf)).tolist():
            total = float(best[row, rank])
            ids = tuple(written[row, int(origin[row, rank])].tolist())
            found[int(rows[row])].append(Found(ids, total, total / beam.penalty(steps), True))
        totals, picked = best.masked_fill(token == END, -torch.inf).topk(width)
        origin, token = origin.gather(1, picked), token.gather(1, picked)
        before = written.gather(1, origin[..., None].expand(-1, -1, steps - 1))
        written = torch.cat([before, token[..., None]], 2)
        keep = _open(rows, written, totals, found, longest, beam, count)
        origin = (origin + width * torch.arange(len(rows), device=device)[:, None])[keep]
        rows, token, totals, written = rows[keep], token[keep], totals[keep], written[keep]
        if len(rows):
            memory = memory.select(origin.flatten())
    return [sorted(each, key=lambda one: -one.score) for each in found]


def _open(
    rows: Tensor,
    written: Tensor,
    totals: Tensor,
    found: list[list[Found]],
    longest: Tensor,
    beam: Beam,
    count: int,
) -> Tensor:
    """The places of the rows to go on with; the open sequences of rows at their last step are put among the found."""
    keep, steps = [], written.shape[2]
    most = longest[rows].tolist()
    for place, (row, best) in enumerate(zip(rows.tolist(), totals[:, 0].tolist(), strict=True)):
        ended = found[row]
        if best == -torch.inf or len(ended) >= beam.width:
            continue
        if steps >= most[place]:
            for ids, total in zip(written[place].tolist(), totals[place].tolist(), strict=True):
                if total > -torch.inf:
                    ended.append(Found(tuple(ids), total, total / beam.penalty(steps), False))
            continue
        bound = best / beam.penalty(most[place])  # more steps only take from the total, and divide by this at most
        if len(ended) >= count and sorted(one.score for one in ended)[-count] >= bound:
            continue
        keep.append(place)
    return torch.tensor(keep, dtype=torch.int64, device=rows.device)


def _best(scores: Tensor, written: Tensor, count: int, no_repeat: int) -> tuple[Tensor, Tensor]:
    """The log probabilities (float64) and tokens `(row, count)` of the best next tokens, what would repeat left out."""
    whole = torch.logsumexp(scores, 1, keepdim=True)
    values, tokens = _unrepeated(scores, written, no_repeat).topk(min(count, scores.shape[1]))
    return (values - whole).double(), tokens


def _unrepeated(scores: Tensor, written: Tensor, no_repeat: int) -> Tensor:
    """The scores, -inf where a run of `no_repeat` tokens would stand twice; a row that this leaves none keeps all."""
    if not no_repeat or written.shape[1] < no_repeat:
        return scores
    runs = written.unfold(1, no_repeat, 1)  # (row, run, token)
    last = written[:, written.shape[1] - no_repeat + 1 :]
    again = (runs[..., :-1] == last[:, None]).all(-1)  # (row, run)
    counted = torch.zeros_like(scores).scatter_add_(1, runs[..., -1], again.to(scores.dtype))
    blocked = (counted > 0) | torch.isneginf(scores)
    return scores.masked_fill(blocked & ~blocked.all(1, keepdim=True), -torch.inf)


@dataclass(frozen=True)
class Sampling:
    """How next tokens are drawn.

    - `temperature`: scores are divided by it; below 1 keeps to what is probable, 0 takes the best.
    - `top_k`: draw among so many best; `top_p`: among the fewest best that have this probability together (nucleus
      sampling, Holtzman and others, 2020, arXiv:1904.09751). None: among all.
    - `repetition`: log probabilities of tokens written before are multiplied by it; above 1 makes them rarer (after
      Keskar and others, 2019, arXiv:1909.05858). `no_repeat`: no run of so many tokens stands twice; 0 allows all.

    >>> Sampling(top_k=1).probabilities(torch.tensor([[0.0, 2.0, 1.0]]), torch.zeros(1, 0, dtype=torch.int64)).tolist()
    [[0.0, 1.0, 0.0]]
    """

    temperature: float = 1.0
    top_k: int | None = None
    top_p: float | None = None
    repetition: float = 1.0
    no_repeat: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.temperature < float("inf"):
            raise SettingError(f"temperature must be at least 0, got {self.temperature!r}")
        if self.top_k is not None:
            whole_number("top_k", self.top_k, 1)
        if self.top_p is not None and not 0 < self.top_p <= 1:
            raise SettingError(f"top_p must be a probability above 0 and at most 1, got {self.top_p!r}")
        if not 1 <= self.repetition < float("inf"):
            raise SettingError(f"repetition must be at least 1, got {self.repetition!r}")
        whole_number("no_repeat", self.no_repeat, 0)

    def probabilities(self, scores: Tensor, written: Tensor) -> Tensor:
        """What is drawn from, `(row, token)` in float64, after `written (row, time)`."""
        logs = torch.log_softmax(scores.double(), 1)
        if self.repetition != 1 and written.shape[1]:
            logs = logs.scatter(1, written, logs.gather(1, written) * self.repetition)
        logs = _unrepeated(logs, written, self.no_repeat)
        if self.temperature == 0:
            return torch.zeros_like(logs).scatter_(1, logs.argmax(1, keepdim=True), 1.0)
        softened = torch.softmax(logs / self.temperature, 1)
        probabilities, order = softened.sort(dim=1, descending=True, stable=True)
        if self.top_k is not None:
            probabilities[:, self.top_k :] = 0.0
        if self.top_p is not None:
            probabilities /= probabilities.sum(1, keepdim=True)
            before = probabilities.cumsum(1) - probabilities
            probabilities[before >= self.top_p] = 0.0
        probabilities /= probabilities.sum(1, keepdim=True)
        return torch.zeros_like(probabilities).scatter_(1, order, probabilities)


def sample(
    step: Step[M], memory: M, first: Tensor, sampling: Sampling, generator: torch.Generator, written: Tensor
) -> Iterator[Tensor]:
    """Drawn tokens `(row,)`, step after step without an end of its own.

    first     (row,) the tokens to begin with; written (row, time) what counts as said before, for repetition

    All rows share the number drawn at a step, so that a row's tokens do not depend on the rows beside it.
    """
    token = first
    while True:
        with torch.no_grad():
            scores, memory = step(token, memory)
            chances = sampling.probabilities(scores, written).cumsum(1)
            share = torch.rand(1, generator=generator, dtype=torch.float64).to(chances.device)
            reached = torch.searchsorted(chances, share * chances[:, -1:], right=True)[:, 0]
            last = (chances < chances[:, -1:]).sum(1)  # the last token that has a chance
            token = torch.minimum(reached, last)
            written = torch.cat([written, token[:, None]], 1)
        yield token
