"""Tallies: sums over tidy rows from which scores and tests of any number of rows follow, in memory that stays small."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from tsrnn.errors import SettingError
from tsrnn.scores import ERRORS, fold_numbers, measures, overlap_of, roots, terms

_KEYS = ["model", "fold", "step"]


@dataclass(frozen=True)
class Tally:
    """What some rows add to the scores of all; tallies of other rows are added to it.

    - `sums`, `counts`: of each term of `tsrnn.scores.terms`, by model, fold and step; the sum of `rmse` is the root of
      the sum of squares, which stays in range. `ratios`: `sum, count` of the RMSSE of series and folds, by model, fold.
    - `models`: their names in order. `overlap`: that of `panel_test`. `levels`: in per cent.
    """

    sums: pd.DataFrame
    counts: pd.DataFrame
    ratios: pd.DataFrame
    models: tuple[str, ...]
    overlap: int
    levels: tuple[float, ...]

    @staticmethod
    def of(rows: pd.DataFrame, scales: pd.DataFrame, levels: tuple[float, ...]) -> Tally:
        """The tally of a backtest's rows; `scales` as in `tsrnn.scores.scored`."""
        rows = rows.assign(fold=fold_numbers(rows))
        seen = terms(rows, scales, [*_KEYS, "series", "cutoff"], levels)
        whole = seen[["model", "fold", "series", "cutoff"]]
        ratios = roots(seen["rmsse"], whole).groupby(["model", "fold"], observed=True).agg(["sum", "count"])
        seen["absent"] = seen["absent"].astype(float)
        seen = seen.assign(rmsse=seen["rmsse"].abs()).drop(columns=["series", "cutoff"])
        groups = seen.groupby(_KEYS, observed=True)
        sums, counts = groups.sum(), groups.count()
        counts["rmse"] = counts["bias"]
        sums["rmse"] = roots(seen["bias"], seen[_KEYS]) * np.sqrt(counts["rmse"])
        return Tally(sums, counts, ratios, tuple(rows["model"].unique()), overlap_of(rows), levels)

    def __add__(self, other: Tally) -> Tally:
        """The tally of both their rows."""
        sums = self.sums.add(other.sums, fill_value=0.0)
        one, two = (tally.sums["rmse"].reindex(sums.index, fill_value=0.0).fillna(0.0) for tally in (self, other))
        return Tally(
            sums.assign(rmse=np.hypot(one, two)),
            self.counts.add(other.counts, fill_value=0),
            self.ratios.add(other.ratios, fill_value=0),
            self.models,
            max(self.overlap, other.overlap),
            self.levels,
        )

    def scores(self, by: Sequence[str] = ("model",)) -> pd.DataFrame:
        """All metrics of each model, and of its folds (from 1, oldest first) or steps too, as `scored` gives them."""
        keys = list(by)
        if "model" not in keys or any(key not in _KEYS for key in keys):
            raise SettingError(f"scores over files are by model, and by fold or step beside it; got {keys}")
        groups, counts = self._grouped(self.sums, keys), self._grouped(self.counts, keys).sum()
        totals = groups.sum().assign(rmse=groups["rmse"].agg(np.hypot.reduce))
        means = totals / counts
        means["rmse"] = totals["rmse"] / np.sqrt(counts["rmse"])
        if "step" not in keys:
            ratios = self._grouped(self.ratios, keys).sum()
            means["rmsse"] = ratios["sum"] / ratios["count"]
        means.loc[totals["absent"] > 0, list(ERRORS)] = np.nan
        table: pd.DataFrame = means[measures(self.levels)].reset_index()
        places = table["model"].map(self.models.index).to_numpy()
        return table.iloc[np.argsort(places, kind="stable")].reset_index(drop=True)

    def losses(self, measure: str) -> pd.DataFrame:
        """What `tsrnn.significance.compared_losses` takes: the `"mase"` or `"mae"` of each fold, a column a model."""
        totals = self._grouped(self.sums, ["fold", "model"]).sum()
        counts = self._grouped(self.counts, ["fold", "model"])[measure].sum().unstack("model")
        known = totals[measure].where((totals["absent"] == 0) & np.isfinite(totals[measure]))
        losses: pd.DataFrame = known.unstack("model")[list(self.models)] / counts.max(axis=1).mean()
        return losses

    def _grouped(self, table: pd.DataFrame, keys: list[str]) -> Any:
        return table.groupby(level=keys, sort=True, observed=True)
