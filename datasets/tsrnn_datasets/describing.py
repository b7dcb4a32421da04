"""`list_datasets()` and `describe(name)`: the catalogue as a table, and one card in words."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import pandas as pd

from tsrnn_datasets.card import FORMS, Card
from tsrnn_datasets.catalogue import catalogue, find

LISTED = ("name", "kind", "domain", "rows", "frequency", "seasonality", "target", "licence", "source")


def list_datasets() -> pd.DataFrame:
    """One row a data set: name, kind, domain, rows, frequency, seasonality, target, licence, source.

    `frequency` is a pandas alias (empty where rows have no time), `seasonality` the season in steps (1: none of fixed
    length), `target` the column one would forecast or predict.

    >>> list_datasets().query("kind == 'embedded'")["name"].tolist()[:3]
    ['co2', 'elnino', 'sunspots']
    """
    cards = catalogue().values()
    return pd.DataFrame({column: [getattr(card, column) for card in cards] for column in LISTED})


def describe(name: str) -> str:
    """What the data set is, its columns and units, its traps, licence, source and checksum, as a short text.

    Errors (DatasetError): an unknown name.

    >>> print(describe("nile").splitlines()[0])
    nile: embedded (a real series, no network needed), weather
    """
    card = find(name)
    return "\n".join(line for part in _parts(card) for line in _wrapped(*part))


KINDS = {
    "embedded": "a real series, no network needed",
    "simulated": "made by a seeded program, not measured",
    "downloaded": "real or published data, read from a file",
}


def _parts(card: Card) -> Iterator[tuple[str, str]]:
    yield "", f"{card.name}: {card.kind} ({KINDS[card.kind]}), {card.domain}"
    yield "about", card.about
    yield "gives", f"{FORMS[card.form]}; {card.rows:,} {'lines' if card.form == 'string' else 'rows'}"
    if card.frequency:
        regular = "every step once" if card.regular else "not every step is there just once"
        season = f"season {card.seasonality} steps" if card.seasonality > 1 else "no season of fixed length"
        yield "time", f"{card.frequency} ({regular}), {season}"
    if card.columns:
        yield "columns", "; ".join(f"{column} ({unit})" for column, unit in card.columns.items())
    if card.target:
        yield "target", card.target
    if card.traps:
        yield "traps", card.traps
    yield "licence", card.licence
    yield "source", card.source
    for file in card.files:
        url = f", {file.url}" if file.url else ""
        checksum = f", {file.size:,} bytes, sha256 {file.sha256}" if file.sha256 else ", read out of statsmodels"
        yield "file", f"{file.path}{url}{checksum}"


def _wrapped(label: str, text: str) -> list[str]:
    if not label:
        return [text]
    return textwrap.wrap(
        text,
        width=110,
        initial_indent=f"  {label + ':':<9} ",
        subsequent_indent=" " * 12,
        break_long_words=False,
        break_on_hyphens=False,
    )
