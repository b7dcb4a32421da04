"""The vocabulary: which tokens are known, and the number of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tsrnn.errors import DataError

SPECIALS = ("<pad>", "<unk>", "<bos>", "<eos>")
PAD, UNKNOWN, BEGIN, END = range(len(SPECIALS))

Ids = NDArray[np.int64]


@dataclass(frozen=True)
class Vocabulary:
    """The known tokens, the most frequent first, and how often each was counted.

    Numbers 0 to 3 are padding, an unknown token, the beginning and the end; `tokens[0]` has number 4. A token of the
    text that is spelt like one of these four is an unknown one.

    >>> vocabulary = Vocabulary.of([["a", "b", "a"], ["b", "a", "c"]], least=2)
    >>> vocabulary.tokens, vocabulary.ids(["a", "c"]).tolist(), len(vocabulary)
    (('a', 'b'), [4, 1], 6)
    """

    tokens: tuple[str, ...]
    counts: tuple[int, ...]

    def __post_init__(self) -> None:
        if len(self.tokens) != len(self.counts):
            raise DataError(f"{len(self.tokens)} tokens, but {len(self.counts)} counts; give one for each")
        if len(self._numbers) != len(self.tokens):
            raise DataError("a token stands twice in the vocabulary, or is one of " + ", ".join(SPECIALS))

    @classmethod
    def of(cls, texts: Iterable[Iterable[str]], size: int | None = None, least: int = 1) -> Vocabulary:
        """The `size` most frequent tokens that stand `least` times or more; of equally frequent ones the first by name.

        The same texts in any order give the same vocabulary.
        """
        counts = Counter(token for text in texts for token in text)
        for special in SPECIALS:
            counts.pop(special, None)
        order = sorted((-count, token) for token, count in counts.items() if count >= least)[:size]
        return cls(tuple(token for _, token in order), tuple(-count for count, _ in order))

    def __len__(self) -> int:
        return len(SPECIALS) + len(self.tokens)

    def ids(self, tokens: Sequence[str]) -> Ids:
        """The number of each token, 1 for an unknown one."""
        known = self._numbers
        return np.fromiter((known.get(token, UNKNOWN) for token in tokens), np.int64, len(tokens))

    def words(self, ids: Iterable[int]) -> list[str]:
        """The token of each number."""
        names = (*SPECIALS, *self.tokens)
        return [names[number] for number in ids]

    def rarity(self) -> NDArray[np.float32]:
        """The chance `(len,)` that a token is read as unknown in training: 1 / (1 + 4 n) for one counted n times.

        So the unknown token is learned, from rare words, which are most like it; Kiperwasser and Goldberg (2016),
        arXiv:1603.04351, with their 0.25 / (0.25 + n).
        """
        counts = np.asarray(self.counts, np.float32)
        return np.concatenate([np.zeros(len(SPECIALS), np.float32), 1.0 / (1.0 + 4.0 * counts)]).astype(np.float32)

    @cached_property
    def _numbers(self) -> dict[str, int]:
        taken = set(SPECIALS)
        return {token: number for number, token in enumerate(self.tokens, len(SPECIALS)) if token not in taken}
