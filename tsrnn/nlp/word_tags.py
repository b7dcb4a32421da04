"""The model that a tagger has to beat: each word has the tag that it has had most often."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tsrnn.errors import DataError


@dataclass(frozen=True)
class WordTags:
    """The most frequent tag of each word as it is spelt; a new word has the one that most words have that stand once.

    >>> found = WordTags.fit([["the", "run"], ["runs"], ["the", "run"]], [["D", "N"], ["V"], ["D", "N"]])
    >>> found.predict([["the", "runs", "walks"]])
    [['D', 'V', 'V']]
    """

    words: dict[str, str]
    new: str

    @classmethod
    def fit(cls, sentences: Sequence[Sequence[str]], tags: Sequence[Sequence[str]]) -> WordTags:
        """Counts the tags of every word; of equally frequent ones the first by name."""
        counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for words, row in zip(sentences, tags, strict=True):
            for word, tag in zip(words, row, strict=True):
                counts[word][tag] += 1
        once: Counter[str] = Counter()
        for count in counts.values():
            once.update(count if count.total() == 1 else ())
        every = sum(counts.values(), Counter[str]())
        return cls({word: _most(count) for word, count in counts.items()}, _most(once or every))

    def predict(self, sentences: Sequence[Sequence[str]]) -> list[list[str]]:
        """A tag for each word of each sentence."""
        return [[self.words.get(word, self.new) for word in words] for words in sentences]

    def facts(self) -> dict[str, Any]:
        """All of it, as JSON holds it."""
        return asdict(self)


def right_share(said: Sequence[Sequence[str]], tags: Sequence[Sequence[str]]) -> float:
    """The share of words whose tag is right; DataError where there is no word.

    >>> right_share([["X", "Y"], ["Z"]], [["X", "X"], ["Z"]])
    0.6666666666666666
    """
    right = [
        one == other for row, wanted in zip(said, tags, strict=True) for one, other in zip(row, wanted, strict=True)
    ]
    if not right:
        raise no_words()
    return sum(right) / len(right)


def no_words() -> DataError:
    """The error where there is nothing to judge by."""
    return DataError("there is no word to judge; give sentences that are not empty")


def _most(counts: Counter[str]) -> str:
    return min(counts, key=lambda tag: (-counts[tag], tag))
