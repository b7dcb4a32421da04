"""Tokenizers that learn their pieces from the texts: byte-level BPE, WordPiece and Unigram, kept as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from tsrnn.errors import MissingExtraError, ModelFileError, SettingError, choices
from tsrnn.nlp.vocabulary import SPECIALS, UNKNOWN, Ids

KINDS = ("bpe", "wordpiece", "unigram")
_BYTES = 256
_STEP = 1e-4  # between the scores that Unigram gives to letters which no other piece needs


@dataclass(frozen=True)
class Subwords:
    """A trained tokenizer, as the JSON text that `tokenizers` of Hugging Face writes.

    `"bpe"` (Sennrich and others, 2016, arXiv:1508.07909) merges bytes, so that no text has anything unknown;
    `"wordpiece"` and `"unigram"` (Kudo, 2018, arXiv:1804.10959) know the characters that they were trained on. The same
    texts give the same pieces with the same numbers; but where Unigram has to leave out one of several pieces that are
    equally probable, chance decides.
    """

    json: str

    @classmethod
    def train(cls, kind: str, texts: Sequence[str], size: int) -> Subwords:
        """Learns at most `size` pieces, the four special ones among them; nothing is downloaded.

        Raises MissingExtraError without the package tokenizers, and SettingError for a `size` that cannot be.
        """
        if kind not in KINDS:
            raise choices("tokens", kind, KINDS)
        made, trainer, letters = _untrained(kind, size, texts)
        needed = len(SPECIALS) + letters
        if size < needed:
            raise SettingError(
                f"tokens={kind!r} needs a size of at least {needed} for these texts, got {size}: so many single "
                "letters or bytes are pieces; give a larger size"
            )
        made.train_from_iterator(texts, trainer)
        return cls(_settled(kind, made.to_str()))

    def ids(self, texts: Sequence[str]) -> list[Ids]:
        """The numbers of each text's pieces; text that is spelt like a special token is text."""
        found = [np.asarray(made.ids, np.int64) for made in self._made.encode_batch(list(texts))]
        return [np.where(ids < len(SPECIALS), UNKNOWN, ids) for ids in found]  # unigram finds "<pad>" in a text

    def pieces(self) -> tuple[str, ...]:
        """All pieces behind the special ones, in the order of their numbers."""
        order = sorted(self._made.get_vocab().items(), key=lambda item: item[1])
        return tuple(piece for piece, _ in order[len(SPECIALS) :])

    def text(self, ids: Sequence[int]) -> str:
        """The text that these pieces spell, without special tokens."""
        words: str = self._made.decode([number for number in ids if number >= len(SPECIALS) or number == UNKNOWN])
        return words.removeprefix(" ")

    @cached_property
    def _made(self) -> Any:
        try:
            made = _package().Tokenizer.from_str(self.json)
        except MissingExtraError:
            raise
        except Exception as problem:  # the package raises plain Exception
            raise ModelFileError(f"the tokenizer's JSON is damaged: {problem}; save the model again") from problem
        if [made.token_to_id(special) for special in SPECIALS] != list(range(len(SPECIALS))):
            raise ModelFileError(
                f"the tokenizer's JSON is damaged: its first four pieces must be {', '.join(SPECIALS)}"
            )
        made.encode_special_tokens = True
        return made


def _untrained(kind: str, size: int, texts: Sequence[str]) -> tuple[Any, Any, int]:
    """A tokenizer of the package, its trainer, and how many pieces it begins with beside the special ones."""
    package = _package()
    options: dict[str, Any] = {"vocab_size": size, "special_tokens": list(SPECIALS), "show_progress": False}
    if kind == "bpe":
        made = package.Tokenizer(package.models.BPE())
        made.pre_tokenizer = package.pre_tokenizers.ByteLevel(add_prefix_space=True)
        made.decoder = package.decoders.ByteLevel()
        alphabet = sorted(package.pre_tokenizers.ByteLevel.alphabet())
        return made, package.trainers.BpeTrainer(initial_alphabet=alphabet, min_frequency=2, **options), _BYTES
    unknown = SPECIALS[UNKNOWN]
    if kind == "wordpiece":
        made = package.Tokenizer(package.models.WordPiece(unk_token=unknown))
        made.pre_tokenizer = package.pre_tokenizers.BertPreTokenizer()
        made.decoder = package.decoders.WordPiece()
        letters = _letters(made.pre_tokenizer, texts)
        options["special_tokens"] += letters
        return made, package.trainers.WordPieceTrainer(**options), len(letters)
    made = package.Tokenizer(package.models.Unigram())
    made.pre_tokenizer, made.decoder = package.pre_tokenizers.Metaspace(), package.decoders.Metaspace()
    count = len({letter for text in texts for letter in text if letter != " "}) + 1  # and the sign for a blank
    return made, package.trainers.UnigramTrainer(unk_token=unknown, **options), max(count, 2)


def _letters(cut: Any, texts: Sequence[str]) -> list[str]:
    """The pieces that words are put together from, at the beginning and inside, in order.

    The trainer of WordPiece would number those inside as it meets them in a table without order, and by their numbers
    decide which of two equally frequent pairs to merge first; given as special tokens they are numbered first.
    """
    words = {word for text in texts for word in text.split(" ")}
    parts = [part for word in words for part, _ in cut.pre_tokenize_str(word)]
    inside = {f"##{letter}" for part in parts for letter in part[1:]}
    return sorted({letter for part in parts for letter in part}) + sorted(inside)


def _settled(kind: str, text: str) -> str:
    """The tokenizer's JSON with nothing special but the four, and Unigram's pieces in the order of their scores."""
    found = json.loads(text)
    found["added_tokens"] = [one for one in found["added_tokens"] if one["content"] in SPECIALS]
    if kind == "unigram":
        pieces = found["model"]["vocab"]
        found["model"]["vocab"] = pieces[: len(SPECIALS)] + _sorted_by_score(pieces[len(SPECIALS) :])
    return json.dumps(found, ensure_ascii=False)


def _sorted_by_score(pieces: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """The pieces of Unigram, the most probable first, without what chance put into their scores.

    Sums of floating numbers in any order differ in their last digits; and letters that no other piece needs get the
    lowest score and steps of 0.0001 above it in any order: all of these get the lowest.
    """
    lowest = min(score for _, score in pieces)
    steps = [(score - lowest) / _STEP for _, score in pieces]
    spare = [len(piece) == 1 and abs(step - round(step)) < 1e-6 for (piece, _), step in zip(pieces, steps, strict=True)]
    scores = [lowest if one else score for (_, score), one in zip(pieces, spare, strict=True)]
    rounded = [(piece, round(score, 9)) for (piece, _), score in zip(pieces, scores, strict=True)]
    return sorted(rounded, key=lambda one: (-one[1], one[0]))


def _package() -> Any:
    try:
        import tokenizers
        import tokenizers.decoders
        import tokenizers.models
        import tokenizers.pre_tokenizers
        import tokenizers.trainers
    except ImportError as problem:
        raise MissingExtraError(
            'tokens of kind bpe, wordpiece and unigram need the package tokenizers: pip install "tsrnn[nlp]"'
        ) from problem
    return tokenizers
