"""Text files become one str, or a frame with a row per example."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import pandas as pd

from tsrnn_datasets.card import Card
from tsrnn_datasets.errors import DatasetError


def whole(card: Card, contents: tuple[bytes, ...]) -> str:
    """The text itself."""
    return contents[0].decode("utf-8")


def lines_of(content: bytes, encoding: str = "utf-8") -> list[str]:
    """The lines, split at newlines only (`splitlines` would also split inside some sentences)."""
    return content.decode(encoding).removesuffix("\n").split("\n")


@dataclass(frozen=True)
class Lines:
    """One example a line: `pattern` names its parts, which become the card's columns; `numbers` are whole numbers."""

    pattern: str
    numbers: tuple[str, ...] = field(default=())
    skip: int = 0
    encoding: str = "utf-8"

    def __call__(self, card: Card, contents: tuple[bytes, ...]) -> pd.DataFrame:
        pattern = re.compile(self.pattern)
        rows = []
        for number, line in enumerate(lines_of(contents[0], self.encoding)[self.skip :], start=self.skip + 1):
            found = pattern.fullmatch(line)
            if found is None:
                raise DatasetError(f"{card.name}: line {number} is not as expected: {line[:60]!r}")
            rows.append(found.groupdict())
        return pd.DataFrame(rows, columns=pd.Index(list(card.columns))).astype(dict.fromkeys(self.numbers, "int64"))


def parallel(card: Card, contents: tuple[bytes, ...]) -> pd.DataFrame:
    """Two files, line by line translations of each other, become source and target."""
    source, target = (lines_of(content) for content in contents)
    return pd.DataFrame({"source": source, "target": target})


def labelled_by_file(card: Card, contents: tuple[bytes, ...]) -> pd.DataFrame:
    """One file a class: each line is an example and the name of its file is the label."""
    rows = []
    for file, content in zip(card.files, contents, strict=True):
        rows += [(line.strip(), PurePosixPath(file.path).stem) for line in lines_of(content)]
    return pd.DataFrame(rows, columns=pd.Index(["text", "label"]))


def conllu(card: Card, contents: tuple[bytes, ...]) -> pd.DataFrame:
    """CoNLL-U: a row a sentence with its text, its words and their universal part-of-speech tags (lists of one length).

    Multi-word ranges (`1-2`) and empty nodes (`1.1`) are left out, as in the official evaluation.
    Format: https://universaldependencies.org/format.html
    """
    rows = []
    for text, block in _sentences(contents[0]):
        cells = [line.split("\t") for line in block]
        words = [cell for cell in cells if cell[0].isdigit()]
        rows.append((text, [cell[1] for cell in words], [cell[3] for cell in words]))
    return pd.DataFrame(rows, columns=pd.Index(["text", "words", "tags"]))


def _sentences(content: bytes) -> Iterator[tuple[str, list[str]]]:
    text, block = "", list[str]()
    for line in [*lines_of(content), ""]:
        if line.startswith("# text = "):
            text = line.removeprefix("# text = ")
        elif line and not line.startswith("#"):
            block.append(line)
        elif not line and block:
            yield text, block
            text, block = "", []
