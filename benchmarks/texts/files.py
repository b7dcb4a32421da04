"""The public files that the cells read, below the folder that TSRNN_DATA names; a missing one says so."""

from __future__ import annotations

import csv
import gzip
import os
from pathlib import Path
from typing import NamedTuple


class Rows(NamedTuple):
    """Texts, or sentences as lists of words, and what belongs to each."""

    texts: list[str] | list[list[str]]
    labels: list[str] | list[list[str]]

    def first(self, count: int | None) -> Rows:
        """At most so many, evenly spread, since some files are sorted."""
        step = 1 if count is None else max(1, len(self.texts) // count)
        return Rows(self.texts[::step][:count], self.labels[::step][:count])


def sst2(part: str) -> Rows:
    """Sentences of film reviews, cut into words, and 0 or 1; `part` is train, dev or test."""
    lines = [line.rsplit("\t", 1) for line in lines_of(f"SST2_{part}.tsv")]
    return Rows([text for text, _ in lines], [label for _, label in lines])


def trec(part: str) -> Rows:
    """Questions and which of six kinds of answer they ask for."""
    name = {"train": "trec_train_5500.label", "test": "trec_test_TREC_10.label"}[part]
    lines = [line.split(" ", 1) for line in lines_of(name, "latin-1")]
    return Rows([text for _, text in lines], [label.split(":")[0] for label, _ in lines])


def nsmc(part: str) -> Rows:
    """Korean film ratings and 0 or 1; a few have no text."""
    lines = lines_of(f"nsmc_ratings_{part}.txt.gz")[1:]
    cut = list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    return Rows([row[1] for row in cut], [row[2] for row in cut])


def ewt(part: str) -> Rows:
    """English sentences as words, and the part of speech of each word."""
    name = f"ud/en_ewt-ud-{part}.conllu" + (".gz" if part == "train" else "")
    found = Rows([], [])
    for block in "\n".join(lines_of(name)).strip().split("\n\n"):
        cells = [line.split("\t") for line in block.split("\n") if not line.startswith("#")]
        words = [cell for cell in cells if cell[0].isdigit()]  # neither words run together (1-2) nor left out (1.1)
        found.texts.append([cell[1] for cell in words])  # type: ignore[arg-type]
        found.labels.append([cell[3] for cell in words])  # type: ignore[arg-type]
    return found


def lines_of(name: str, encoding: str = "utf-8") -> list[str]:
    """The lines of a file, which may be compressed, without the end of the last one."""
    raw = bytes_of(name)
    raw = gzip.decompress(raw) if name.endswith(".gz") else raw
    return raw.decode(encoding).split("\n")[: -1 if raw.endswith(b"\n") else None]


def bytes_of(name: str) -> bytes:
    """A file as it is."""
    folder = os.environ.get("TSRNN_DATA", "")
    path = Path(folder) / "text" / name
    if not folder or not path.is_file():
        raise SystemExit(f"{name} is not there; TSRNN_DATA must name a folder with text/{name}")
    return path.read_bytes()
