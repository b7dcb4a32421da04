"""The paired test against binomial sums by hand, and what the verdict makes of it."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest

from tsrnn.nlp.paired import Paired, alone, paired, worded


@pytest.mark.parametrize(("ahead", "behind"), [(10, 2), (2, 10), (6, 6), (1, 0), (30, 12)])
def test_the_p_value_is_the_binomial_sum_of_both_ends(ahead: int, behind: int) -> None:
    first = np.array([1] * ahead + [0] * behind + [1, 0])
    second = np.array([0] * ahead + [1] * behind + [1, 0])
    found = paired(first, second)
    count, fewer = ahead + behind, min(ahead, behind)
    tail = sum(comb(count, k) for k in range(fewer + 1)) / 2**count
    assert (found.first, found.second) == (ahead, behind)
    assert found.p_value == pytest.approx(min(1.0, 2 * tail))


def test_texts_on_which_both_are_alike_say_nothing() -> None:
    assert paired(np.array([True, False]), np.array([True, False])) == (0, 0, 1.0)
    assert paired(np.array([3, 2, 5]), np.array([1, 2, 9]))[:2] == (1, 1), "more right words in a sentence"


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (Paired(10, 2, 0.039), "network is better, and that is hardly luck (p = 0.039; network is ahead on 10 texts"),
        (Paired(2, 10, 0.039), "network is worse, and that is hardly luck (p = 0.039;"),
        (Paired(900, 100, 1e-9), "(p < 0.001; network is ahead on 900 texts, tf-idf on 100)."),
        (Paired(6, 6, 1.0), "right and tf-idf 60.0%: no significant difference (p = 1;"),
    ],
)
def test_the_verdict_says_better_worse_or_neither(found: Paired, words: str) -> None:
    said = worded("network", "tf-idf", (0.7, 0.6), found, ("texts", "texts"))
    assert said.startswith("network gets 70.0% of the texts right and tf-idf 60.0%: ") and words in said


def test_without_a_baseline_it_says_so() -> None:
    assert alone("network", 0.7, "words", "there is none.") == "network gets 70.0% of the words right; there is none."
