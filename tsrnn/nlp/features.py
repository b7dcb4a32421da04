"""Sequences of feature vectors, such as frames of speech or strokes of a pen: the border, and batches of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import Tensor

from tsrnn.errors import DataError
from tsrnn.nlp.batches import Ragged

Features = NDArray[np.float32]  # (step, channel)


def read_features(data: Any, channels: int | None = None) -> list[Features]:
    """Sequences as they are given: a list, Series or array of tables `(step, channel)`, all of the same channels.

    Raises DataError that names the sequence that is of another shape, or holds something else than finite numbers.
    """
    if isinstance(data, (str, bytes, dict, pd.DataFrame)) or not isinstance(data, Iterable):
        raise DataError(f"sequences must be a list of tables (step, channel), got {type(data).__name__}")
    found: list[Features] = []
    for place, item in enumerate(data):
        try:
            table = np.asarray(item, np.float32)
        except (TypeError, ValueError) as problem:
            raise DataError(f"sequence {place} is no table of numbers (step, channel): {problem}") from problem
        if table.ndim != 2 or table.shape[1] == 0:
            raise DataError(f"sequence {place} must be a table (step, channel), got shape {table.shape}")
        channels = table.shape[1] if channels is None else channels
        if table.shape[1] != channels:
            raise DataError(
                f"sequence {place} has {table.shape[1]} channels, but {channels} are needed, as in the others"
            )
        if not np.isfinite(table).all():
            raise DataError(f"sequence {place} holds a value that is no finite number; fill it in or drop the sequence")
        found.append(table)
    return found


@dataclass(frozen=True, eq=False)
class Scaling:
    """The mean and the deviation of each channel, `(channel,)`, that sequences are standardised with."""

    mean: NDArray[np.float64]
    deviation: NDArray[np.float64]

    @classmethod
    def of(cls, sequences: Sequence[Features]) -> Scaling:
        """Those of all steps of all sequences; a channel that never changes is only moved."""
        steps = np.concatenate(sequences).astype(np.float64)
        deviation = steps.std(0)
        return cls(steps.mean(0), np.where(deviation > 0, deviation, 1.0))

    def apply(self, sequences: Sequence[Features]) -> list[Features]:
        """The sequences, standardised."""
        return [((table - self.mean) / self.deviation).astype(np.float32) for table in sequences]


@dataclass(frozen=True, eq=False)
class RaggedFeatures:
    """Sequences of vectors, each of its own length: their steps end to end, and which steps each has."""

    steps: Tensor  # (step, channel)
    places: Ragged

    @classmethod
    def of(cls, sequences: Sequence[Features], device: torch.device) -> RaggedFeatures:
        """The sequences in their order, on a device."""
        ends = np.cumsum([len(table) for table in sequences])
        rows = [np.arange(end - len(table), end) for table, end in zip(sequences, ends, strict=True)]
        steps = np.concatenate([*sequences, np.zeros((1, sequences[0].shape[1]), np.float32)])
        return cls(torch.from_numpy(steps).to(device), Ragged.of(rows, device))

    def take(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """The sequences side by side `(batch, time, channel)`, 0 behind their ends, and the mask `(batch, time)`."""
        places, mask = self.places.take(rows)
        return self.steps[places].masked_fill(~mask[:, :, None], 0.0), mask
