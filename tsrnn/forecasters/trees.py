"""Trees: a boosted ensemble as plain arrays, so that it can be saved, read back and run without executing anything."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor
from threadpoolctl import threadpool_limits

from tsrnn.forecasters.protocol import Arrays
from tsrnn.panel import Array, Counts

# Rows times trees that are followed at once.
_BATCH = 2**20


@dataclass(frozen=True)
class Trees:
    """All nodes of all trees end to end; a leaf is its own child.

    - `roots (tree,)`, `depth (1,)` of the deepest tree, `baseline (1,)` that the trees add to.
    - `feature, threshold, left, right, value (node,)`: a row goes left where its feature is at most the threshold; none
      is missing.
    """

    roots: Counts
    depth: Counts
    baseline: Array
    feature: Counts
    threshold: Array
    left: Counts
    right: Counts
    value: Array

    @staticmethod
    def grow(rows: Array, target: Array, booster: HistGradientBoostingRegressor) -> Trees:
        """Those of a booster fitted to `rows (row, feature)` and `target (row,)`.

        It runs on one thread: with several, sums may be added in another order, and the same seed give other numbers.
        """
        with threadpool_limits(limits=1, user_api="openmp"):
            booster.fit(rows, target)
        nodes = [tree.nodes for (tree,) in booster._predictors]
        roots = np.cumsum([0, *map(len, nodes)])[:-1].astype(np.int64)
        every = np.concatenate(nodes)
        first = np.repeat(roots, [len(tree) for tree in nodes])
        leaf, own = every["is_leaf"] != 0, np.arange(len(every))
        return Trees(
            roots=roots,
            depth=np.array([every["depth"].max()], np.int64),
            baseline=np.array(booster._baseline_prediction, np.float64).reshape(1),
            feature=np.where(leaf, 0, every["feature_idx"]).astype(np.int64),
            threshold=every["num_threshold"].astype(np.float64),
            left=np.where(leaf, own, every["left"] + first).astype(np.int64),
            right=np.where(leaf, own, every["right"] + first).astype(np.int64),
            value=every["value"].astype(np.float64),
        )

    def first(self, count: int) -> Trees:
        """The ensemble of the first `count` trees."""
        return replace(self, roots=self.roots[:count])

    def predict(self, rows: Array) -> Array:
        """The sum of the baseline and every tree's value, `(row,)`."""
        total: Array = self.baseline[0] + self.parts(rows).sum(axis=1)
        return total

    def parts(self, rows: Array) -> Array:
        """What each tree adds, `(row, tree)`."""
        size = max(1, _BATCH // max(len(self.roots), 1))
        batches = [self._follow(rows[start : start + size]) for start in range(0, len(rows), size)]
        return np.concatenate(batches) if batches else np.zeros((0, len(self.roots)))

    def _follow(self, rows: Array) -> Array:
        node = np.broadcast_to(self.roots, (len(rows), len(self.roots)))
        for _ in range(int(self.depth[0])):
            value = np.take_along_axis(rows, self.feature[node], axis=1)
            node = np.where(value <= self.threshold[node], self.left[node], self.right[node])
        found: Array = self.value[node]
        return found

    def arrays(self) -> Arrays:
        """Every array, for saving."""
        return {field.name: getattr(self, field.name) for field in fields(self)}
