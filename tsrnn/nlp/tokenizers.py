"""Tokenizers that learn nothing: words, characters, syllables and jamo, each with its way back to text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import NamedTuple

# A word may hold apostrophes inside; whatever is no letter, digit or blank is a token by itself.
_WORDS = re.compile(r"\w+(?:['\u2019]\w+)*|[^\w\s]")
# A Hangul syllable or an ideograph is a token; a run of other letters and digits is one; so is every other sign.
_SIGN = r"[\uac00-\ud7a3\u3040-\u30ff\u3400-\u9fff]"
_SYLLABLES = re.compile(rf"{_SIGN}|(?:(?!{_SIGN})\w)+|\s|[^\w\s]")
_HANGUL = re.compile("[\uac00-\ud7a3]+")
_BEFORE, _AFTER = re.compile(r" ([.,!?;:%)\]}…])"), re.compile(r"([(\[{]) ")


class Splitter(NamedTuple):
    """A way to cut text into tokens, and to put tokens together again.

    `lossless`: `join(split(text))` is the text; else blanks come back where they usually stand.
    """

    split: Callable[[str], list[str]]
    join: Callable[[Sequence[str]], str]
    lossless: bool


def words(text: str) -> list[str]:
    """Words, and every punctuation mark or emoji by itself.

    >>> words("Don't panic, 나무!")
    ["Don't", 'panic', ',', '나무', '!']
    """
    return _WORDS.findall(text)


def syllables(text: str) -> list[str]:
    """Hangul syllables and ideographs one by one, other letters and digits in runs; blanks are kept.

    >>> syllables("LSTM이 좋다")
    ['LSTM', '이', ' ', '좋', '다']
    """
    return _SYLLABLES.findall(text)


def jamo(text: str) -> list[str]:
    """Characters, with Hangul syllables as their two or three jamo.

    >>> len(jamo("한글")), join_jamo(jamo("한글"))
    (6, '한글')
    """
    return list(_HANGUL.sub(lambda found: unicodedata.normalize("NFD", found.group()), text))


def join_words(tokens: Sequence[str]) -> str:
    """The words with blanks between them, and none before a closing mark or behind an opening one.

    >>> join_words(["see", "(", "here", ")", "."])
    'see (here).'
    """
    return _AFTER.sub(r"\1", _BEFORE.sub(r"\1", " ".join(tokens)))


def join_jamo(tokens: Sequence[str]) -> str:
    """The characters, with jamo put together to syllables."""
    return unicodedata.normalize("NFC", "".join(tokens))


SPLITTERS = {
    "words": Splitter(words, join_words, lossless=False),
    "whitespace": Splitter(str.split, " ".join, lossless=False),
    "characters": Splitter(list, "".join, lossless=True),
    "syllables": Splitter(syllables, "".join, lossless=True),
    "jamo": Splitter(jamo, join_jamo, lossless=True),
}
