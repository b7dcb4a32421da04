"""Pretrained word vectors from files: word2vec (text and binary), GloVe and fastText, and how much they cover."""

from __future__ import annotations

import gzip
from collections.abc import Container, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

import numpy as np
import torch
from numpy.typing import NDArray

from tsrnn.errors import DataError, choices
from tsrnn.nlp.vocabulary import PAD, SPECIALS, Vocabulary

FORMATS = ("auto", "text", "binary")


@dataclass(frozen=True)
class Vectors:
    """Words and their vectors, `values (word, number)` of float32.

    >>> vectors = Vectors(("a", "b"), np.eye(2, dtype=np.float32))
    >>> vectors.coverage(Vocabulary(("a", "c"), (3, 1)))
    Coverage(known=0.5, counted=0.75)
    """

    words: tuple[str, ...]
    values: NDArray[np.float32]

    def coverage(self, vocabulary: Vocabulary) -> Coverage:
        """How much of the vocabulary has a vector, by itself or in lower case."""
        places = self._places()
        has = np.array([_place(token, places) is not None for token in vocabulary.tokens], bool)
        counts = np.asarray(vocabulary.counts, np.float64)
        return Coverage(float(has.mean()) if len(has) else 0.0, float(counts[has].sum() / max(counts.sum(), 1.0)))

    def table(self, vocabulary: Vocabulary, generator: torch.Generator) -> torch.Tensor:
        """A row for each number of the vocabulary: its vector, drawn with the same deviation where there is none."""
        size, places = self.values.shape[1], self._places()
        deviation = float(self.values.std()) if self.values.size else 1.0
        table = torch.randn((len(vocabulary), size), generator=generator) * deviation
        for number, token in enumerate(vocabulary.tokens, len(SPECIALS)):
            place = _place(token, places)
            if place is not None:
                table[number] = torch.from_numpy(self.values[place])
        table[PAD] = 0.0
        return table

    def _places(self) -> dict[str, int]:
        return {word: place for place, word in enumerate(self.words)}


@dataclass(frozen=True)
class Coverage:
    """The share of a vocabulary's tokens that have a vector, and of all their occurrences (`counted`)."""

    known: float
    counted: float


def read_vectors(path: str | Path, words: Container[str] | None = None, *, form: str = "auto") -> Vectors:
    """The vectors in a file, of `words` alone where given: a word2vec, GloVe or fastText file, `.gz` or not.

    `form`: `"text"` (a line a word, with or without a first line of counts), `"binary"` (word2vec's), or `"auto"`,
    binary for names that end with `.bin`. A word that comes twice keeps its first vector. Raises DataError that names
    the line where the file is not of this form.
    """
    if form not in FORMATS:
        raise choices("form", form, FORMATS)
    file = Path(path)
    if not file.is_file():
        raise DataError(f"no file of vectors at {file}; give the path of a .txt, .vec or .bin file")
    binary = form == "binary" or (form == "auto" and file.name.removesuffix(".gz").endswith(".bin"))
    found: dict[str, NDArray[np.float32]] = {}
    with gzip.open(file, "rb") if file.suffix == ".gz" else file.open("rb") as lines:
        read = _binary if binary else _text
        for word, vector in read(cast("IO[bytes]", lines), file):
            if word not in found and (words is None or word in words):
                found[word] = vector
    if not found:
        return Vectors((), np.zeros((0, 0), np.float32))
    return Vectors(tuple(found), np.stack(list(found.values())))


def _text(lines: IO[bytes], file: Path) -> Iterator[tuple[str, NDArray[np.float32]]]:
    size = 0
    for number, line in enumerate(lines, 1):
        parts = line.decode("utf-8", errors="replace").rstrip().split(" ")
        if number == 1 and len(parts) == 2 and all(part.isdigit() for part in parts):
            size = int(parts[1])  # word2vec and fastText say how many there are and how long
            continue
        size = size or len(parts) - 1
        word = " ".join(parts[:-size])  # a few of GloVe's words hold blanks
        try:
            vector = np.array(parts[-size:], np.float32)
        except ValueError as problem:
            raise DataError(f"{file}, line {number}: {size} numbers are needed after the word; {problem}") from problem
        if size < 1 or len(vector) != size or not word:
            raise DataError(f"{file}, line {number}: a word and {size} numbers are needed, got {len(parts)} fields")
        yield word, vector


def _binary(lines: IO[bytes], file: Path) -> Iterator[tuple[str, NDArray[np.float32]]]:
    head = lines.readline(100).split()
    if len(head) != 2 or not all(part.isdigit() for part in head):
        raise DataError(f"{file} is no binary file of word2vec: its first line must be two whole numbers")
    count, size = int(head[0]), int(head[1])
    for place in range(count):
        word = bytearray()
        while (byte := lines.read(1)) not in (b" ", b""):
            word += byte
        numbers = lines.read(4 * size)
        if len(numbers) != 4 * size:
            raise DataError(f"{file} ends after {place} of {count} words; download it again")
        yield word.decode("utf-8", errors="replace").lstrip("\n"), np.frombuffer(numbers, "<f4").copy()


def _place(token: str, places: dict[str, int]) -> int | None:
    return places.get(token, places.get(token.lower()))
