"""Tokenizers that learn their pieces from the texts: byte-level BPE, WordPiece and Unigram, kept as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from tsrnn.errors import MissingExtraError, ModelFileError, SettingError, choices
from tsrnn.nlp.vocabulary import SPECIALS, UNKNOWN, Ids

KINDS = ("bpe", "wordpiece", "unigram")
_BYTES = 256


@dataclass(frozen=True)
class Subwords:
    """A trained tokenizer, as the JSON text that `tokenizers` of Hugging Face writes.

    `"bpe"` (Sennrich and others, 2016, arXiv:1508.07909) merges bytes, so that no text has anything unknown;
    `"wordpiece"` and `"unigram"` (Kudo, 2018, arXiv:1804.10959) know the characters that they were trained on. BPE
    comes out the same for the same texts; the other two may number their pieces differently each time.
    """

    json: str

    @classmethod
    def train(cls, kind: str, texts: Sequence[str], size: int) -> Subwords:
        """Learns at most `size` pieces, the four special ones among them; nothing is downloaded.

        Raises MissingExtraError without the package tokenizers, and SettingError for a `size` that cannot be.
        """
        if kind not in KINDS:
            raise choices("tokens", kind, KINDS)
        needed = len(SPECIALS) + (_BYTES if kind == "bpe" else 1)
        if size < needed:
            raise SettingError(f"tokens={kind!r} needs a size of at least {needed}, got {size}")
        made = _untrained(kind, size)
        made[0].train_from_iterator(texts, made[1])
        return cls(made[0].to_str())

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


def _untrained(kind: str, size: int) -> tuple[Any, Any]:
    """A tokenizer of the package and its trainer."""
    package = _package()
    options: dict[str, Any] = {"vocab_size": size, "special_tokens": list(SPECIALS), "show_progress": False}
    if kind == "bpe":
        made = package.Tokenizer(package.models.BPE())
        made.pre_tokenizer = package.pre_tokenizers.ByteLevel(add_prefix_space=True)
        made.decoder = package.decoders.ByteLevel()
        alphabet = sorted(package.pre_tokenizers.ByteLevel.alphabet())
        return made, package.trainers.BpeTrainer(initial_alphabet=alphabet, min_frequency=2, **options)
    unknown = SPECIALS[UNKNOWN]
    if kind == "wordpiece":
        made = package.Tokenizer(package.models.WordPiece(unk_token=unknown))
        made.pre_tokenizer = package.pre_tokenizers.BertPreTokenizer()
        made.decoder = package.decoders.WordPiece()
        return made, package.trainers.WordPieceTrainer(**options)
    made = package.Tokenizer(package.models.Unigram())
    made.pre_tokenizer, made.decoder = package.pre_tokenizers.Metaspace(), package.decoders.Metaspace()
    return made, package.trainers.UnigramTrainer(unk_token=unknown, **options)


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
