"""Normalization: one spelling for what looks alike, before text becomes tokens."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal, cast

from tsrnn.errors import choices

FORMS = ("NFC", "NFKC", "none")
CASES = ("lower", "keep")

_SURROGATES = re.compile("[\ud800-\udfff]")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class Normalization:
    """How text is spelt before it is cut into tokens.

    - `form`: of Unicode. `"NFC"` puts composed letters for letters with marks, so that Korean typed as single jamo is
      the same as in syllables; `"NFKC"` also makes wide, narrow and styled letters plain; `"none"` changes nothing.
    - `case`: `"lower"` or `"keep"`.
    - `whitespace`: make every run of blanks, tabs and line ends one blank, and cut it off at both ends.

    Half of a surrogate pair, which no file can hold, becomes the replacement character U+FFFD.

    >>> Normalization()("  Na\\u0308ive   CAF\\u00c9 ")
    'näive café'
    """

    form: str = "NFC"
    case: str = "lower"
    whitespace: bool = True

    def __post_init__(self) -> None:
        if self.form not in FORMS:
            raise choices("form", self.form, FORMS)
        if self.case not in CASES:
            raise choices("case", self.case, CASES)

    def __call__(self, text: str) -> str:
        """The text in this spelling."""
        text = _SURROGATES.sub("\ufffd", text)
        if self.case == "lower":
            text = text.lower()
        if self.form != "none":  # after the case, which may take a letter apart
            text = unicodedata.normalize(cast(Literal["NFC", "NFKC"], self.form), text)
        return _SPACES.sub(" ", text).strip() if self.whitespace else text
