"""From tokens that come one by one to text that is handed on as soon as it stands, up to a stop string."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tsrnn.nlp.reader import Reader
from tsrnn.nlp.subwords import KINDS
from tsrnn.nlp.vocabulary import END, Ids

_UNFINISHED = "\ufffd"  # what bytes look like that are no character yet
_TAIL, _LONG = 16, 64  # tokens that say how the next is put to them, and so many that others are forgotten


def written(tokens: Iterable[int], reader: Reader, begun: Ids, stop: Sequence[str]) -> Iterator[str]:
    """The text of tokens behind those that have `begun` it, piece by piece, until the end or before a stop string.

    Pieces put together are the text. What later tokens may still change, or what may become a stop string, waits.
    """
    ids: list[int] = begun[-_TAIL:].tolist()
    before = text = reader.text(ids)
    shown, settled = len(text), reader.tokens.kind not in ("jamo", *KINDS)
    for token in tokens:
        if token == END:
            break
        ids.append(token)
        before, text = text, reader.text(ids)
        met = _met(text, shown, stop)
        if met is not None:
            if met > shown:
                yield text[shown:met]
            return
        sure = text if settled else _shared(before, text).rstrip(_UNFINISHED)
        end = len(sure) - _waiting(sure, stop)
        if end > shown:
            yield text[shown:end]
            shown = end
            if shown == len(text) and len(ids) > _LONG:
                ids = ids[-_TAIL:]
                text = reader.text(ids)
                shown = len(text)
    if len(text) > shown:
        yield text[shown:]


def _shared(one: str, other: str) -> str:
    """What both begin with."""
    same = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return one[:same]


def _met(text: str, shown: int, stop: Sequence[str]) -> int | None:
    """Where the first stop string begins in what is not handed on yet."""
    places = [place for place in (text.find(mark, shown) for mark in stop) if place >= 0]
    return min(places) if places else None


def _waiting(text: str, stop: Sequence[str]) -> int:
    """How many characters at the end may be the beginning of a stop string."""
    most = max((len(mark) for mark in stop), default=1) - 1
    lengths = range(min(most, len(text)), 0, -1)
    return next((n for n in lengths if any(mark.startswith(text[-n:]) for mark in stop)), 0)
