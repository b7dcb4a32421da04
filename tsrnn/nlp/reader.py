"""From text to numbers and back: how tokens are made, and what was learned of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np

from tsrnn.errors import DataError, SettingError, choices, whole_number
from tsrnn.nlp.normalization import Normalization
from tsrnn.nlp.subwords import KINDS, Subwords
from tsrnn.nlp.texts import Texts
from tsrnn.nlp.tokenizers import SPLITTERS
from tsrnn.nlp.vocabulary import SPECIALS, UNKNOWN, Ids, Vocabulary


@dataclass(frozen=True)
class Tokens:
    """How text is cut into tokens, and which of them are known.

    - `kind`: `"words"`, `"whitespace"` (what is already cut by blanks), `"characters"`, `"syllables"`, `"jamo"`; or
      pieces that are learned, `"bpe"`, `"wordpiece"`, `"unigram"`, which need the package tokenizers.
    - `size`: the most tokens to know, the most frequent; `least`: how often one has to stand in the texts.
    - `normalization`: how text is spelt first. `stop_words`: tokens left out, for words only.

    >>> Tokens("syllables").size
    20000
    """

    kind: str = "words"
    size: int = 20_000
    least: int = 1
    normalization: Normalization = field(default_factory=Normalization)
    stop_words: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in (*SPLITTERS, *KINDS):
            raise choices("tokens", self.kind, (*SPLITTERS, *KINDS))
        whole_number("size", self.size, 1)
        whole_number("least", self.least, 1)
        if self.kind in KINDS and self.least != 1:
            raise SettingError(
                f"least counts whole tokens, but {self.kind!r} learns its own pieces; give a size instead"
            )
        if self.stop_words and not self.wordlike:
            raise SettingError(f"stop_words are words, but the tokens are of kind {self.kind!r}; use 'words'")

    @property
    def wordlike(self) -> bool:
        """Whether a token is a word."""
        return self.kind in ("words", "whitespace")


def tokens_of(setting: str | Tokens) -> Tokens:
    """The Tokens that a kind alone stands for.

    >>> tokens_of("bpe").kind
    'bpe'
    """
    return setting if isinstance(setting, Tokens) else Tokens(setting)


@dataclass(frozen=True)
class Reader:
    """What was learned of the texts before any network saw them: the vocabulary, and the pieces where they are learned.

    >>> from tsrnn.nlp.texts import read_texts
    >>> reader = Reader.learn(read_texts(["A rose is a rose"]), Tokens("words"))
    >>> [ids.tolist() for ids in reader.ids(read_texts(["a red rose"]))]
    [[4, 1, 5]]
    """

    tokens: Tokens
    vocabulary: Vocabulary
    subwords: Subwords | None = None

    @classmethod
    def learn(cls, texts: Texts, tokens: Tokens) -> Reader:
        """The reader of these texts. Raises DataError where they hold no token at all."""
        if tokens.kind in KINDS:
            rows = [tokens.normalization(text) for text in _strings(texts, tokens)]
            subwords = Subwords.train(tokens.kind, rows, tokens.size)
            pieces = subwords.pieces()
            counts = np.bincount(
                np.concatenate([*subwords.ids(rows), np.zeros(0, np.int64)]), minlength=len(SPECIALS) + len(pieces)
            )
            found = cls(tokens, Vocabulary(pieces, tuple(counts[len(SPECIALS) :].tolist())), subwords)
        else:
            cut = _split(texts, tokens)
            found = cls(tokens, Vocabulary.of(cut, tokens.size, tokens.least))
        if not any(found.vocabulary.counts):
            raise DataError(
                f"{len(texts)} texts hold no token of kind {tokens.kind!r} that stands {tokens.least} times or more; "
                "give texts that are not empty, or a smaller least"
            )
        return found

    def __len__(self) -> int:
        return len(self.vocabulary)

    def ids(self, texts: Texts) -> list[Ids]:
        """The numbers of each text's tokens, 1 for an unknown one; none for an empty text."""
        if self.subwords is not None:
            return self.subwords.ids([self.tokens.normalization(text) for text in _strings(texts, self.tokens)])
        return [self.vocabulary.ids(tokens) for tokens in _split(texts, self.tokens)]

    def cut(self, texts: Texts) -> list[list[str]]:
        """Each text's tokens as text, those too that are not known."""
        if self.subwords is not None:
            return [self.vocabulary.words(ids) for ids in self.ids(texts)]
        return _split(texts, self.tokens)

    def text(self, ids: Sequence[int]) -> str:
        """The text of these numbers, without padding, beginning and end."""
        if self.subwords is not None:
            return self.subwords.text(ids)
        kept = [number for number in ids if number >= len(SPECIALS) or number == UNKNOWN]
        return SPLITTERS[self.tokens.kind].join(self.vocabulary.words(kept))

    def facts(self) -> dict[str, Any]:
        """What `restore` needs beside the tokens' settings, as JSON holds it."""
        vocabulary = {"tokens": list(self.vocabulary.tokens), "counts": list(self.vocabulary.counts)}
        return {"vocabulary": vocabulary, "subwords": None if self.subwords is None else self.subwords.json}

    @classmethod
    def restore(cls, tokens: Tokens, facts: dict[str, Any]) -> Reader:
        """The reader again, from its `facts()`. Raises ModelFileError or DataError where they were changed by hand."""
        vocabulary = Vocabulary(**{name: tuple(values) for name, values in facts["vocabulary"].items()})
        subwords = None if facts["subwords"] is None else Subwords(facts["subwords"])
        if subwords is not None and subwords.pieces() != vocabulary.tokens:
            raise DataError("the tokenizer's pieces are not those of the vocabulary")
        return cls(tokens, vocabulary, subwords)


def unknown_share(texts: Sequence[Ids]) -> float:
    """The share of tokens that are not known, 0 where there are none."""
    count = sum(len(ids) for ids in texts)
    return sum(int((ids == UNKNOWN).sum()) for ids in texts) / count if count else 0.0


def _strings(texts: Texts, tokens: Tokens) -> list[str]:
    if texts.ragged:
        raise DataError(f"tokens={tokens.kind!r} makes its own pieces from texts, but lists of tokens were given")
    return cast("list[str]", texts.rows)


def _split(texts: Texts, tokens: Tokens) -> list[list[str]]:
    spelt, left_out = tokens.normalization, set(tokens.stop_words)
    if texts.ragged:  # tokens are taken as they are cut, and spelt alike
        cut = [[spelt(token) for token in row] for row in texts.rows]
    else:
        split = SPLITTERS[tokens.kind].split
        cut = [split(spelt(text)) for text in cast("list[str]", texts.rows)]
    return [[token for token in row if token not in left_out] for row in cut] if left_out else cut
