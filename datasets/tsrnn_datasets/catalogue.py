"""All cards by name, and the error for a name that is none of them."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from importlib import import_module

from tsrnn_datasets.card import Card
from tsrnn_datasets.errors import DatasetError

GROUPS = (
    "embedded",
    "simulated",
    "power",
    "weather",
    "stock",
    "economy",
    "sensor",
    "competitions",
    "text",
    "translation",
    "treebanks",
)


@cache
def catalogue() -> dict[str, Card]:
    """Every card by its name: embedded first, then simulated, then downloaded by domain."""
    found: dict[str, Card] = {}
    for group in GROUPS:
        for card in import_module(f"tsrnn_datasets.cards.{group}").CARDS:
            if card.name in found:
                raise RuntimeError(f"two cards are called {card.name!r}")
            found[card.name] = card
    return found


def find(name: str) -> Card:
    """The card of that name; an unknown name is an error that proposes the nearest."""
    cards = catalogue()
    if name in cards:
        return cards[name]
    near = get_close_matches(str(name).lower().replace("_", "-"), cards, n=3, cutoff=0.55)
    hint = f"did you mean {' or '.join(repr(one) for one in near)}? " if near else ""
    raise DatasetError(f"no data set is called {name!r}; {hint}list_datasets() shows all {len(cards)}")
