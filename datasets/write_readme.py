"""Writes `datasets/README.md` from the catalogue: `python datasets/write_readme.py`; a test compares the two."""

from __future__ import annotations

from pathlib import Path

from tsrnn_datasets.card import Card
from tsrnn_datasets.catalogue import catalogue

README = Path(__file__).with_name("README.md")

INTRODUCTION = """\
# Data sets

<!-- Written by datasets/write_readme.py from the cards in tsrnn_datasets/cards; do not edit by hand. -->

```python
from tsrnn_datasets import describe, list_datasets, load

load("co2")  # embedded: a real series, no network
load("sim-power", panel=20, seed=1)  # simulated: seeded, 20 meters as a long frame
load("etth1", download=True)  # downloaded: fetched once, then read from the cache
print(describe("etth1"))  # columns, units, traps, licence, checksum
```

Three kinds:

- **embedded**: real series read from the files that come with statsmodels; no network.
- **simulated**: made by a seeded program and never to be mistaken for measurements. The same seed gives the same
  numbers; series *i* of a panel does not depend on how many series there are.
- **downloaded**: none of these files is part of the package, for their licences differ. A file is looked for in the
  folder named by `TSRNN_DATA` (under the path in the second table, as it is or gzipped), then in the user's cache; with
  `download=True` it is fetched from its public https address (`pip install "tsrnn[data]"`). The sha256 and the bytes
  are those of the uncompressed content (of a zip: of the one member that is read); a file with another sha256 is not
  used.

What `load` returns: one variable is a Series, several are a DataFrame, both indexed by time; many series are a long
frame `unique_id, ds, y`; texts are a DataFrame with a row an example, running text is one str. Rows stand in the order
of time and are otherwise as published: nothing is filled in or thrown away, except that a published sign for missing
becomes NaN. *Regular* says whether each step is there just once; where it is not, `describe(name)` says what to do
about it. A bare name is the training part of a set that is published in parts; the others end in `-dev`, `-val`,
`-valid` or `-test`.
"""

COLUMNS = (
    "name",
    "kind",
    "domain",
    "gives",
    "rows",
    "frequency",
    "season",
    "regular",
    "target",
    "licence",
    "source",
    "about",
)
FILE_COLUMNS = ("file", "used by", "bytes", "sha256 of the uncompressed content", "public address")


def readme() -> str:
    """The whole page."""
    cards = list(catalogue().values())
    return "\n".join(
        (
            INTRODUCTION,
            f"## The {len(cards)} data sets\n",
            *table(COLUMNS, [_card_row(card) for card in cards]),
            "\n## Files of the downloaded sets\n",
            *table(FILE_COLUMNS, _file_rows(cards)),
            "",
        )
    )


def _card_row(card: Card) -> list[str]:
    timed = card.form in ("series", "frame") and bool(card.frequency)
    return [
        f"`{card.name}`",
        card.kind,
        card.domain,
        card.form,
        f"{card.rows:,}",
        card.frequency,
        str(card.seasonality) if card.seasonality > 1 else "",
        ("yes" if card.regular else "no") if timed else "",
        card.target,
        card.licence,
        card.source,
        card.about,
    ]


def _file_rows(cards: list[Card]) -> list[list[str]]:
    users: dict[str, list[str]] = {}
    files = {file.path: file for card in cards if card.kind == "downloaded" for file in card.files}
    for card in cards:
        for file in card.files:
            users.setdefault(file.path, []).append(f"`{card.name}`")
    return [
        [
            path + (f" ({file.member})" if file.member else ""),
            ", ".join(users[path]),
            f"{file.size or 0:,}",
            f"`{file.sha256}`",
            file.url or "none: put the file into `TSRNN_DATA`",
        ]
        for path, file in sorted(files.items())
    ]


def table(columns: tuple[str, ...], rows: list[list[str]]) -> list[str]:
    """A Markdown table, a line each."""
    lines = ["| " + " | ".join(columns) + " |", "|" + " --- |" * len(columns)]
    return lines + ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]


if __name__ == "__main__":
    README.write_text(readme(), encoding="utf-8")
