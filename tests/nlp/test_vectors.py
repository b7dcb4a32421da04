"""Pretrained vectors: each file format, what is refused, and how much of a vocabulary they cover."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
import torch

from tsrnn.errors import DataError, SettingError
from tsrnn.nlp.vectors import read_vectors
from tsrnn.nlp.vocabulary import Vocabulary

WORDS = ("cat", "나무", "new york")
VALUES = np.array([[0.5, -1.0, 2.0], [1.0, 0.25, 0.0], [3.0, 4.0, 5.0]], np.float32)


def lines(header: bool) -> bytes:
    rows = ["3 3"] if header else []
    rows += [f"{word} {' '.join(map(str, row))}" for word, row in zip(WORDS, VALUES, strict=True)]
    return ("\n".join(rows) + "\n").encode()


def binary(newline: bytes = b"\n") -> bytes:
    words = [word.replace(" ", "_").encode() for word in WORDS]
    return b"3 3\n" + b"".join(word + b" " + row.tobytes() + newline for word, row in zip(words, VALUES, strict=True))


FILES = {
    "word2vec.txt": lines(header=True),
    "glove.txt": lines(header=False),
    "wiki.vec": lines(header=True),
    "glove.txt.gz": gzip.compress(lines(header=False)),
    "word2vec.bin": binary(),
    "word2vec.bin.gz": gzip.compress(binary(b"")),
}


@pytest.mark.parametrize("name", FILES)
def test_every_format_gives_the_same_vectors(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(FILES[name])
    vectors = read_vectors(tmp_path / name)
    assert [word.replace("_", " ") for word in vectors.words] == list(WORDS)
    np.testing.assert_array_equal(vectors.values, VALUES)
    assert read_vectors(tmp_path / name, {"cat"}).words == ("cat",)
    assert read_vectors(tmp_path / name, {"dog"}).values.shape == (0, 0)


def test_a_table_has_the_vectors_and_draws_the_others_alike(tmp_path: Path) -> None:
    (tmp_path / "v.txt").write_bytes(lines(header=True))
    vectors = read_vectors(tmp_path / "v.txt")
    vocabulary = Vocabulary(("나무", "Cat", "dog"), (4, 3, 1))
    table = vectors.table(vocabulary, torch.Generator().manual_seed(0))
    np.testing.assert_array_equal(table[4:6].numpy(), VALUES[[1, 0]])
    assert table[0].tolist() == [0, 0, 0]
    assert table[6].abs().sum() > 0
    assert torch.equal(table, vectors.table(vocabulary, torch.Generator().manual_seed(0)))
    coverage = vectors.coverage(vocabulary)
    assert [coverage.known, coverage.counted] == pytest.approx([2 / 3, 7 / 8])


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.txt", b"3 3\ncat 1 2 3\ndog 1 two 3\n", r"a.txt, line 3: 3 numbers are needed after the word"),
        ("a.txt", b"cat 1 2 3\ndog 1 2\n", r"a.txt, line 2: "),
        ("a.txt", b"cat\n", r"a.txt, line 1: "),
        ("a.bin", b"no numbers here\n", r"a.bin is no binary file of word2vec: its first line"),
        ("a.bin", binary()[:-20], r"a.bin ends after 2 of 3 words; download it again"),
    ],
)
def test_a_file_of_another_form_names_the_line(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=message):
        read_vectors(tmp_path / name)


def test_a_missing_file_and_an_unknown_form_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no file of vectors at"):
        read_vectors(tmp_path / "nothing.vec")
    with pytest.raises(SettingError, match=r"unknown form 'csv': choose one of auto, text, binary"):
        read_vectors(tmp_path / "a.csv", form="csv")
