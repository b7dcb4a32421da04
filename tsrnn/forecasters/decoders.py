"""Decoders by their names, and the one that suits a window: `decoder="auto"`."""

from __future__ import annotations

from tsrnn.errors import SettingError, choices
from tsrnn.nn.decoder import Decoder
from tsrnn.nn.direct import Direct
from tsrnn.nn.rollout import Recursive
from tsrnn.nn.segment import Segment
from tsrnn.nn.seq2seq import Seq2Seq

_NAMES: dict[str, type[Direct | Segment | Seq2Seq | Recursive]] = {
    "direct": Direct,
    "segment": Segment,
    "seq2seq": Seq2Seq,
    "recursive": Recursive,
}
# Rows of a window from which Segment was the better one where it was measured: benchmarks/decoders.py.
_LONG = 48


def decoder_of(asked: Decoder | str | None, lookback: int) -> Decoder:
    """The decoder meant: the one given, the one of that name with its defaults, or Direct() for None.

    `"auto"` is Segment() for windows of at least 48 rows and Direct() for shorter ones. Raises SettingError for what is
    neither a decoder nor such a name.

    >>> decoder_of("auto", lookback=24)
    Direct(normalize='last', origins=1)
    """
    if asked is None:
        return Direct()
    if asked == "auto":
        return Segment() if lookback >= _LONG else Direct()
    if isinstance(asked, str):
        if asked not in _NAMES:
            raise choices("decoder", asked, ("auto", *_NAMES))
        return _NAMES[asked]()
    if not isinstance(asked, Decoder) or isinstance(asked, type):
        raise SettingError(f"decoder must be a decoder, such as Segment(), its name or None, got {asked!r}")
    return asked
