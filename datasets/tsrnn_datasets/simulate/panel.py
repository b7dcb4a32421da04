"""One simulated series, or many as a long frame; series i never depends on how many there are."""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
import pandas as pd

from tsrnn_datasets.card import Card, Simulation


def _generator(card: Card, seed: int, *key: int) -> np.random.Generator:
    data_set = zlib.crc32(card.name.encode())  # so that two data sets with one seed are not made of the same numbers
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(data_set, *key)))


def _draw(card: Card, simulation: Simulation, seed: int, number: int) -> pd.DataFrame:
    return simulation.draw(_generator(card, seed, 1, number), _generator(card, seed, 0))


def one_series(card: Card, simulation: Simulation, seed: int) -> Any:
    """Series 0: a Series where the card has one column, else a frame, indexed by time."""
    frame = _draw(card, simulation, seed, 0)
    return frame[card.target] if card.form == "series" else frame


def panel_of(card: Card, simulation: Simulation, seed: int, count: int) -> pd.DataFrame:
    """Series 0 to count - 1 end to end as a long frame: unique_id, ds, y, then the other columns of the card."""
    parts = []
    for number in range(count):
        frame = _draw(card, simulation, seed, number).rename(columns={card.target: "y"})
        others = [column for column in frame.columns if column != "y"]
        frame = frame.rename_axis("ds").reset_index()
        frame.insert(0, "unique_id", f"{card.name.removeprefix('sim-')}-{number:04d}")
        parts.append(frame[["unique_id", "ds", "y", *others]])
    return pd.concat(parts, ignore_index=True)
