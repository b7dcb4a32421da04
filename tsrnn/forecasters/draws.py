"""Random numbers by name: each series draws its own, whatever series are beside it and in whatever order."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable

import numpy as np


def series_key(name: Hashable) -> int:
    """A whole number of 63 bits for the name of a series, the same everywhere.

    >>> series_key("load") == series_key("load") != series_key("loads")
    True
    """
    text = str(name).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big") >> 1


def generator(seed: int, name: Hashable) -> np.random.Generator:
    """NumPy's generator of this series."""
    return np.random.default_rng([seed, series_key(name)])
