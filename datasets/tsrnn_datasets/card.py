"""What the catalogue says about one data set: a card, the files it needs, or how it is simulated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

Kind = Literal["embedded", "simulated", "downloaded"]
Form = Literal["series", "frame", "long", "text", "string", "table"]

FORMS: Mapping[str, str] = {
    "series": "a Series with a time index",
    "frame": "a DataFrame with a time index, one column a variable",
    "long": "a long DataFrame: unique_id, ds, y",
    "text": "a DataFrame, one row an example",
    "string": "one str",
    "table": "a DataFrame as published, without a time index",
}


@dataclass(frozen=True)
class File:
    """One file of a data set; `sha256` and `size` (bytes) are those of the uncompressed content.

    `path` is relative to the folder named by TSRNN_DATA (embedded: to the data folder of statsmodels).
    `url` is None where the content has no direct public address; `member` names the one file read out of a zip.
    """

    path: str
    sha256: str | None = None
    size: int | None = None
    url: str | None = None
    member: str | None = None

    def __post_init__(self) -> None:
        parts = self.path.replace("\\", "/").split("/")
        if ".." in parts or "" in parts or ":" in parts[0]:
            raise ValueError(f"{self.path!r} is no path inside the folder of data")
        if self.url is None:
            return
        if not self.url.startswith("https://"):
            raise ValueError(f"{self.path}: the address {self.url} is not https")
        if self.sha256 is None or self.size is None:
            raise ValueError(f"{self.path}: what is downloaded has a sha256 and a size that are known beforehand")


Reader = Callable[["Card", tuple[bytes, ...]], Any]  # (card, the content of each file) → what load() returns


@dataclass(frozen=True)
class Simulation:
    """How a data set is simulated: `draw(own, shared)` makes one series from its own and the panel's random numbers.

    The answer is a frame indexed by time with the card's columns. `random` is false where nothing is drawn: such a set
    has neither seed nor panel.
    """

    draw: Callable[[np.random.Generator, np.random.Generator], pd.DataFrame]
    random: bool = True


@dataclass(frozen=True)
class Card:
    """One data set: what it is, what it measures, where it comes from and how it is read.

    `columns` maps each column to its unit or meaning; `rows` counts what `load(name)` returns (of a string: its lines);
    `frequency` is a pandas alias, or "" where the rows have no time; `regular` says that each step is there just once.
    """

    name: str
    kind: Kind
    domain: str
    about: str
    form: Form
    rows: int
    columns: Mapping[str, str]
    licence: str
    source: str
    frequency: str = ""
    seasonality: int = 1
    target: str = ""
    regular: bool = True
    traps: str = ""
    files: tuple[File, ...] = field(default=())
    read: Reader | None = None
    simulation: Simulation | None = None
