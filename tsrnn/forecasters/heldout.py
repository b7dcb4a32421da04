"""Held-out errors: how far off a model was at each step on rows it had not seen, and the intervals they give."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from tsrnn.panel import Array, Flags

# Errors kept for each step and channel; more are thinned to so many, evenly over their ranks.
_MOST = 1000


@dataclass(frozen=True)
class HeldOut:
    """Absolute errors of every step and channel, sorted: `sizes (rank, step, channel)`, NaN beyond the last of them."""

    sizes: Array

    @staticmethod
    def of(errors: Array, seen: Flags) -> HeldOut:
        """From errors `(window, step, channel)`, of which those `seen` count."""
        sizes = np.sort(np.where(seen, np.abs(errors), np.nan), axis=0)  # NaN last
        if len(sizes) <= _MOST:
            return HeldOut(sizes)
        counts = np.maximum((~np.isnan(sizes)).sum(axis=0), 1)
        ranks = np.round(np.linspace(0.0, 1.0, _MOST)[:, None, None] * (counts - 1)).astype(np.int64)
        return HeldOut(np.take_along_axis(sizes, ranks, axis=0))

    def reach(self, level: float) -> Array:
        """Half the width of the interval of this level in per cent, `(step, channel)`; it never shrinks with the step.

        The quantile of the absolute errors that split conformal prediction takes, the one of rank (n + 1) level / 100
        (Vovk, Gammerman and Shafer, 2005). Where n errors are too few for it, what a Normal with their root mean square
        reaches, but no less than the largest error.

        >>> HeldOut(np.arange(1.0, 10.0)[:, None, None]).reach(80.0)
        array([[8.]])
        """
        counts = (~np.isnan(self.sizes)).sum(axis=0)
        ranks = np.ceil((counts + 1) * level / 100.0).astype(np.int64)
        last = np.maximum(counts - 1, 0)
        sizes = np.nan_to_num(self.sizes)
        found = np.take_along_axis(sizes, np.minimum(ranks - 1, last)[None], axis=0)[0]
        rms = np.sqrt((sizes**2).sum(axis=0) / np.maximum(counts, 1))
        normal = np.maximum(float(norm.ppf(0.5 + level / 200.0)) * rms, found)
        return np.maximum.accumulate(np.where(ranks <= counts, found, normal), axis=0)
