"""Decoding: laws that hold for any model by steps, against enumeration on a tiny vocabulary."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
import torch
from torch import Tensor

from tsrnn.errors import SettingError
from tsrnn.nlp.decoding import Beam, Found, Sampling, beam_search, greedy, sample
from tsrnn.nlp.vocabulary import END

TOKENS, ROWS = 6, 4


@dataclass(frozen=True)
class Chain:
    """A memory that counts its rows: the row's own table of scores, and the steps so far."""

    tables: Tensor
    steps: Tensor

    def select(self, rows: Tensor) -> Chain:
        return Chain(self.tables[rows], self.steps[rows])

    def repeat(self, n: int) -> Chain:
        return Chain(self.tables.repeat_interleave(n, 0), self.steps.repeat_interleave(n, 0))


def chain(seed: int, rows: int = ROWS) -> Chain:
    """Scores that depend on the row, the step and the token before."""
    tables = 2 * torch.randn(rows, 8, TOKENS, TOKENS, generator=torch.Generator().manual_seed(seed))
    return Chain(tables, torch.zeros(rows, dtype=torch.int64))


def step(token: Tensor, memory: Chain) -> tuple[Tensor, Chain]:
    there = torch.arange(len(token))
    return memory.tables[there, memory.steps % 8, token], Chain(memory.tables, memory.steps + 1)


def first(rows: int = ROWS) -> Tensor:
    return torch.full((rows,), 2)


def steps(*most: int) -> Tensor:
    return torch.tensor(most)


def enumerated(memory: Chain, row: int, longest: int, beam: Beam) -> Found:
    """The best of all sequences, one by one."""
    found = []
    for length in range(1, longest + 1):
        for ids in itertools.product(range(TOKENS), repeat=length):
            if END in ids[:-1] or (length < longest and ids[-1] != END):
                continue
            total, before = 0.0, 2
            for time, token in enumerate(ids):
                total += float(torch.log_softmax(memory.tables[row, time, before].double(), 0)[token])
                before = token
            ended = ids[-1] == END
            found.append(Found(ids[:-1] if ended else ids, total, total / beam.penalty(length), ended))
    return max(found, key=lambda one: one.score)


def same(found: Sequence[Found], expected: Sequence[Found]) -> None:
    assert [one.ids for one in found] == [one.ids for one in expected]
    assert [one.ended for one in found] == [one.ended for one in expected]
    totals = [one.log_probability for one in expected]
    assert [one.log_probability for one in found] == pytest.approx(totals, abs=1e-5)


@pytest.mark.parametrize("no_repeat", [0, 2])
def test_a_beam_of_one_is_greedy(no_repeat: int) -> None:
    for seed in range(10):
        most = steps(7, 7, 3, 5)
        beams = beam_search(step, chain(seed), first(), most, Beam(1, no_repeat=no_repeat))
        same([each[0] for each in beams], greedy(step, chain(seed), first(), most, no_repeat))


@pytest.mark.parametrize("penalty", [0.0, 1.0, 2.0])
def test_a_full_beam_finds_what_enumeration_finds(penalty: float) -> None:
    for seed in range(3):
        beam = Beam(TOKENS**3, penalty)
        found = beam_search(step, chain(seed), first(), steps(3, 3, 2, 1), beam)
        expected = [enumerated(chain(seed), row, most, beam) for row, most in enumerate((3, 3, 2, 1))]
        same([each[0] for each in found], expected)
        assert [each[0].score for each in found] == pytest.approx([one.score for one in expected], abs=1e-5)


def test_rows_side_by_side_find_what_each_finds_alone() -> None:
    for beam in (Beam(1), Beam(3), Beam(4, 0.0, no_repeat=2)):
        together = beam_search(step, chain(5), first(), steps(7, 7, 3, 5), beam, count=2)
        for row, most in enumerate((7, 7, 3, 5)):
            alone = beam_search(step, chain(5).select(torch.tensor([row])), first(1), steps(most), beam, count=2)
            same(together[row], alone[0])
    for row, most in enumerate((7, 7, 3, 5)):
        alone_greedy = greedy(step, chain(5).select(torch.tensor([row])), first(1), steps(most))
        same([greedy(step, chain(5), first(), steps(7, 7, 3, 5))[row]], alone_greedy)


def test_rows_that_have_ended_are_not_asked_again() -> None:
    asked: list[int] = []

    def counting(token: Tensor, memory: Chain) -> tuple[Tensor, Chain]:
        asked.append(len(token))
        return step(token, memory)

    greedy(counting, chain(0), first(), steps(1, 2, 2, 3))
    assert asked[0] == 4 and asked[1] <= 3 and (len(asked) < 3 or asked[2] <= 1)
    asked.clear()
    beam_search(counting, chain(0), first(), steps(1, 2, 2, 3), Beam(2))
    assert asked[0] == 8 and asked[1] <= 6


def test_a_longer_sequence_wins_only_with_a_penalty() -> None:
    table = torch.full((1, 8, TOKENS, TOKENS), -1e9)
    table[0, 0, 2, [END, 4]] = torch.tensor([0.5, 0.5]).log()
    table[0, 1, 4, [5, 4]] = torch.tensor([0.9, 0.1]).log()
    table[0, 2, 5, END] = 0.0
    memory = Chain(table, torch.zeros(1, dtype=torch.int64))
    plain = beam_search(step, memory, first(1), steps(5), Beam(3, 0.0))[0][0]
    assert plain.ids == () and plain.score == pytest.approx(math.log(0.5))
    longer = beam_search(step, memory, first(1), steps(5), Beam(3, 1.0))[0][0]
    assert longer.ids == (4, 5) and longer.score == pytest.approx(math.log(0.45) / (8 / 6))


@pytest.mark.parametrize("run", [1, 2, 3])
def test_no_run_of_tokens_stands_twice(run: int) -> None:
    def loves_to_repeat(token: Tensor, memory: Chain) -> tuple[Tensor, Chain]:
        scores = torch.zeros(len(token), TOKENS)
        scores[:, 4] = 3.0
        scores[:, 5] = 2.0
        scores[:, END] = -1.0
        return scores, memory

    most = 6 if run == 1 else 8
    assert greedy(loves_to_repeat, chain(0, 1), first(1), steps(8))[0].ids == (4,) * 8
    for found in (
        greedy(loves_to_repeat, chain(0, 1), first(1), steps(most), run)[0],
        *beam_search(loves_to_repeat, chain(0, 1), first(1), steps(most), Beam(3, no_repeat=run))[0],
    ):
        runs = [found.ids[place : place + run] for place in range(len(found.ids) - run + 1)]
        assert len(runs) == len(set(runs)) > 0


def test_the_best_few_come_in_order_and_are_all_different() -> None:
    found = beam_search(step, chain(3), first(), steps(4, 4, 4, 4), Beam(8), count=4)
    for row in found:
        scores = [one.score for one in row]
        assert scores == sorted(scores, reverse=True)
        assert len({(one.ids, one.ended) for one in row}) == len(row) >= 4


SCORES = torch.tensor([[2.0, 1.0, 0.0, -1.0], [0.0, 0.0, 3.0, 0.0]])
NOTHING = torch.zeros(2, 0, dtype=torch.int64)


def test_probabilities_are_the_softmax_at_a_temperature() -> None:
    for temperature in (0.5, 1.0, 2.0):
        found = Sampling(temperature).probabilities(SCORES, NOTHING)
        assert torch.allclose(found, torch.softmax(SCORES.double() / temperature, 1))
    assert Sampling(0.0).probabilities(SCORES, NOTHING).tolist() == [[1, 0, 0, 0], [0, 0, 1, 0]]


@pytest.mark.parametrize(
    ("k", "p"), [(1, None), (2, None), (3, 0.5), (None, 0.6), (None, 0.9), (None, 1.0), (99, None)]
)
def test_top_k_and_top_p_keep_what_enumeration_keeps(k: int | None, p: float | None) -> None:
    found = Sampling(top_k=k, top_p=p).probabilities(SCORES, NOTHING)
    for row, scores in enumerate(SCORES.double()):
        pairs = sorted(zip(torch.softmax(scores, 0).tolist(), range(4), strict=True), key=lambda pair: -pair[0])[:k]
        whole, kept, reached = sum(chance for chance, _ in pairs), [], 0.0
        for chance, token in pairs:
            if p is None or reached < p - 1e-12:
                kept.append((chance, token))
            reached += chance / whole
        mass = sum(chance for chance, _ in kept)
        expected = dict.fromkeys(range(4), 0.0) | {token: chance / mass for chance, token in kept}
        assert found[row].tolist() == pytest.approx([expected[token] for token in range(4)])


def test_tokens_written_before_get_rarer() -> None:
    written = torch.tensor([[0, 0], [3, 1]])
    found = Sampling(repetition=2.0).probabilities(SCORES, written)
    logs = torch.log_softmax(SCORES.double(), 1)
    logs[0, 0] *= 2
    logs[1, [1, 3]] *= 2
    assert torch.allclose(found, torch.softmax(logs, 1))


def drawn(seed: int, rows: Sequence[int] = range(ROWS), count: int = 12) -> Tensor:
    memory, nothing = chain(1).select(torch.tensor(rows)), torch.zeros(len(rows), 0, dtype=torch.int64)
    generator = torch.Generator().manual_seed(seed)
    tokens = sample(step, memory, first(len(rows)), Sampling(top_p=0.9), generator, nothing)
    return torch.stack(list(itertools.islice(tokens, count)), 1)


def test_the_same_seed_draws_the_same_and_a_row_draws_alone_what_it_draws_among_others() -> None:
    assert torch.equal(drawn(0), drawn(0))
    assert not torch.equal(drawn(0), drawn(1))
    assert torch.equal(drawn(0)[[2]], drawn(0, [2]))


def test_tokens_are_drawn_as_often_as_they_are_probable() -> None:
    def fixed(token: Tensor, memory: Chain) -> tuple[Tensor, Chain]:
        return SCORES[:1], memory

    nothing, sampling = NOTHING[:1], Sampling(top_k=3)
    tokens = sample(fixed, chain(0, 1), first(1), sampling, torch.Generator().manual_seed(0), nothing)
    counts = torch.bincount(torch.cat(list(itertools.islice(tokens, 2000))), minlength=4)
    expected = 2000 * sampling.probabilities(SCORES[:1], nothing)[0]
    assert counts[3] == 0
    assert float(((counts - expected) ** 2 / expected)[:3].sum()) < 13.8  # chi-squared, 2 degrees, 0.1 %


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Beam(0), "width must be a whole number of at least 1, got 0"),
        (lambda: Beam(length_penalty=-1.0), "length_penalty must be at least 0, got -1.0"),
        (lambda: Sampling(-0.1), "temperature must be at least 0, got -0.1"),
        (lambda: Sampling(top_k=0), "top_k must be a whole number of at least 1, got 0"),
        (lambda: Sampling(top_p=1.5), "top_p must be a probability above 0 and at most 1, got 1.5"),
        (lambda: Sampling(repetition=0.5), "repetition must be at least 1, got 0.5"),
    ],
)
def test_settings_that_cannot_be_are_refused(make: object, words: str) -> None:
    assert callable(make)
    with pytest.raises(SettingError, match=words):
        make()
