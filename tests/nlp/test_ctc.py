"""CTC: the decoders and torch's loss against the enumeration of all paths, and the edit distance by hand."""

from __future__ import annotations

from collections import defaultdict
from itertools import product

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tsrnn.nlp.ctc import distance, error_rate, greedy, prefix_beam, spelt, steps_needed


def chances(seed: int, steps: int, symbols: int) -> NDArray[np.float64]:
    return np.log(np.random.default_rng(seed).dirichlet(np.ones(symbols), steps))


def enumerated(table: NDArray[np.float64]) -> dict[tuple[int, ...], float]:
    """The probability of every sequence that the paths of the table spell."""
    found: dict[tuple[int, ...], float] = defaultdict(float)
    for path in product(range(table.shape[1]), repeat=len(table)):
        found[spelt(path)] += float(np.exp(sum(table[step, symbol] for step, symbol in enumerate(path))))
    return found


@pytest.mark.parametrize("seed", range(4))
def test_a_wide_beam_finds_every_sequence_with_its_probability(seed: int) -> None:
    table = chances(seed, 5, 3)
    every = enumerated(table)
    found = prefix_beam(table, 10_000)
    assert {hypothesis.symbols for hypothesis in found} == set(every)
    for hypothesis in found:
        assert np.exp(hypothesis.log_probability) == pytest.approx(every[hypothesis.symbols])
    assert found[0].symbols == max(every, key=lambda symbols: every[symbols])


@pytest.mark.parametrize("seed", range(3))
def test_a_language_is_added_once_for_each_symbol_and_for_the_end(seed: int) -> None:
    table, said = chances(seed, 4, 3), np.random.default_rng(seed + 9)
    bonus: dict[tuple[int, ...], NDArray[np.float64]] = defaultdict(lambda: said.normal(0, 1, 3))
    found = prefix_beam(table, 10_000, lambda beginnings: [bonus[beginning] for beginning in beginnings])
    wanted = {
        symbols: np.log(share)
        + sum(bonus[symbols[:place]][symbol] for place, symbol in enumerate(symbols))
        + bonus[symbols][0]
        for symbols, share in enumerated(table).items()
    }
    assert {one.symbols: pytest.approx(one.log_probability) for one in found} == wanted
    assert found[0].symbols == max(wanted, key=lambda symbols: wanted[symbols])


def test_torchs_loss_is_minus_the_logarithm_of_that_probability() -> None:
    table = chances(9, 5, 3)
    every = enumerated(table)
    for symbols in [(), (1,), (1, 1), (2, 1, 2)]:
        loss = torch.nn.functional.ctc_loss(
            torch.from_numpy(table)[:, None],
            torch.tensor([symbols], dtype=torch.int64).reshape(1, -1),
            torch.tensor([5]),
            torch.tensor([len(symbols)]),
            reduction="sum",
        )
        assert loss.item() == pytest.approx(-np.log(every[symbols]))


def test_greedy_is_the_best_path_and_a_beam_may_know_better() -> None:
    table = np.log([[0.6, 0.4], [0.6, 0.4]])
    assert greedy(table).symbols == ()
    assert prefix_beam(table, 4)[0].symbols == (1,)
    assert greedy(table).log_probability == pytest.approx(2 * np.log(0.6))
    assert greedy(np.zeros((0, 3))).symbols == () == prefix_beam(np.zeros((0, 3)), 2)[0].symbols


def test_symbols_that_cannot_be_are_never_said() -> None:
    with np.errstate(divide="ignore"):
        table = np.log(np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]))
    assert [hypothesis.symbols for hypothesis in prefix_beam(table, 5)] == [(1, 1)]


@given(st.text("ab", max_size=6), st.text("ab", max_size=6))
def test_the_distance_is_a_distance(first: str, second: str) -> None:
    assert distance(first, second) == distance(second, first)
    assert (distance(first, second) == 0) == (first == second)
    assert abs(len(first) - len(second)) <= distance(first, second) <= max(len(first), len(second))


def test_error_rates_and_steps_by_hand() -> None:
    assert error_rate([["a", "b"], []], [["b"], ["c"]]) == 1.0
    assert error_rate([""], [""]) == 0.0
    assert [steps_needed(text) for text in ("", "a", "aa", "abab")] == [0, 1, 3, 4]
