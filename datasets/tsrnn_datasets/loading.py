"""`load(name)`: a data set as a pandas object that a forecaster takes as it is."""

from __future__ import annotations

from typing import Any

from tsrnn_datasets.card import Card, Simulation
from tsrnn_datasets.catalogue import find
from tsrnn_datasets.errors import DatasetError
from tsrnn_datasets.files import contents
from tsrnn_datasets.simulate.panel import one_series, panel_of

DEFAULT_SEED = 0


def load(name: str, *, download: bool = False, panel: int | None = None, seed: int | None = None) -> Any:
    """The data set called `name`: a Series, a DataFrame or (running text) a str, as its card says.

    One measured variable comes as a Series, several as a DataFrame, both indexed by time; many series come as a long
    frame `unique_id, ds, y`; texts come as a DataFrame with a row per example, running text as one str. Rows are in the
    order of time and otherwise as published: nothing is filled in or thrown away, except that a published sign for
    missing becomes NaN. `describe(name)` says what to watch for. The return type is Any because it depends on the name.

    download: fetch what is neither in the folder named by TSRNN_DATA nor in the cache; needs the extra `tsrnn[data]`.
    panel: simulated sets only: that many series as a long frame; series i is the same however many there are.
    seed: simulated sets only: the same seed gives the same numbers; None means 0.

    Errors (DatasetError): an unknown name, a file that is not there, a wrong checksum, an option that does not apply.

    >>> load("nile").head(2).tolist()
    [1120.0, 1160.0]
    >>> load("sim-stock", panel=3, seed=7).groupby("unique_id").size().tolist()
    [2548, 2548, 2548]
    """
    card = find(name)
    if card.simulation is not None:
        return _simulated(card, card.simulation, panel, seed)
    for option, given in (("panel", panel), ("seed", seed)):
        if given is not None:
            raise DatasetError(f"{option}={given!r} does not apply to {card.name}: it is {card.kind}, not simulated")
    if card.read is None:
        raise RuntimeError(f"the card of {card.name} has no reader")
    return card.read(card, contents(card, download))


def _simulated(card: Card, simulation: Simulation, panel: int | None, seed: int | None) -> Any:
    for option, given, least in (("panel", panel, 1), ("seed", seed, 0)):
        if given is None:
            continue
        if not simulation.random:
            raise DatasetError(f"{option}={given!r} does not apply to {card.name}: nothing in it is drawn at random")
        if not _whole(given) or given < least:
            raise DatasetError(f"{option} is a whole number from {least}, got {given!r}")
    start = DEFAULT_SEED if seed is None else seed
    return one_series(card, simulation, start) if panel is None else panel_of(card, simulation, start, panel)


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
