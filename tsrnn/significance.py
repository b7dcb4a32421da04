"""Significance: which model of a backtest is better than which, by how much, and whether that could be luck."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from tsrnn.directions import DirectionTest, Share, direction_test, wilson
from tsrnn.equal_loss import LossTest, dm_test, holm, panel_test
from tsrnn.errors import DataError, SettingError, choices
from tsrnn.metrics import share_outside
from tsrnn.ranks import MeanRanks, mean_ranks
from tsrnn.scores import fold_numbers, overlap_of
from tsrnn.skill import Skill, bootstrap_skill, skill_interval

# The tests for arrays of losses have files of their own; they are found here.
__all__ = [
    "DirectionTest",
    "LossTest",
    "MeanRanks",
    "Share",
    "Skill",
    "bootstrap_skill",
    "compared",
    "compared_losses",
    "direction_test",
    "dm_test",
    "holm",
    "mean_ranks",
    "panel_test",
    "skill_interval",
    "wilson",
]

_ROUNDING = 1e-9  # losses as near as this are equal: two ways to compute one forecast


def compared(
    rows: pd.DataFrame,
    scales: pd.DataFrame,
    *,
    baselines: Sequence[str] | None = None,
    measure: str = "mase",
    level: float = 95,
) -> pd.DataFrame:
    """One row for each two models: the skill of the first against the second, and whether the lead could be luck.

    - `rows`: tidy rows, `model, series, cutoff, step, time, actual, forecast`, the same rows for every model.
    - `scales`: `series, cutoff, mae_scale`, what `mase` divides by.
    - `baselines`: the models to compare all others with; None for every two models, the lower loss first. Each two
      models stand in one row, and each row makes the others' corrected p-values larger: name the baselines beforehand.
    - `measure`: `"mase"`, or `"mae"` where series have one unit. `level`: of the intervals, in per cent; p-values
      below 1 - level / 100 are significant.

    The columns are `model, baseline, folds, ahead` (folds in which the model lost less), `skill, skill-lo-95,
    skill-hi-95` (`skill_interval`), `dm, p` (`panel_test`), `p-holm` (`holm`, over all rows) and `finding`: "better",
    "worse", "no significant difference", "too few folds to tell" or "no finite loss". Interval and `p` are of the two
    models alone, as if no others were looked at; the finding goes by `p-holm`. `skill` is that of the leaderboard.
    What folds share is read from `cutoff` and `time`. A row without an actual value or scale is left out.

    >>> rows = pd.DataFrame({"model": ["a", "b"] * 4, "series": "s", "cutoff": [5, 5, 6, 6, 7, 7, 8, 8], "step": 1})
    >>> rows = rows.assign(time=rows["cutoff"] + 1, actual=0.0, forecast=[1.0, 2.0, 1.1, 2.3, 0.9, 1.8, 1.0, 2.1])
    >>> scales = pd.DataFrame({"series": "s", "cutoff": [5, 6, 7, 8], "mae_scale": 1.0})
    >>> compared(rows, scales)[["model", "baseline", "folds", "skill", "finding"]]
      model baseline  folds     skill finding
    0     a        b      4  0.512195  better
    """
    rows = rows.reset_index(drop=True)
    losses = _fold_losses(rows, scales, measure)
    return compared_losses(losses, overlap_of(rows), baselines=baselines, level=level)


def compared_losses(
    losses: pd.DataFrame, overlap: int, *, baselines: Sequence[str] | None = None, level: float = 95
) -> pd.DataFrame:
    """`compared` of losses that are summed up already: `losses (fold, model)`, oldest first, a column a model.

    `overlap` is that of `panel_test`: how many of the next folds share rows with a fold.
    """
    miss = share_outside(level)
    ends = (f"skill-lo-{level:g}", f"skill-hi-{level:g}")
    table, differences = [], []
    for model, baseline in _pairs(losses, baselines):
        one, other = losses[model].to_numpy(), losses[baseline].to_numpy()
        other = np.where(np.isclose(one, other, rtol=_ROUNDING, atol=0.0), one, other)
        test, skill = panel_test(one, other, overlap), skill_interval(one, other, overlap, level)
        ahead = int((one < other).sum())
        table.append((model, baseline, test.n, ahead, skill.skill, skill.low, skill.high, test.statistic, test.p_value))
        differences.append(test.difference)
    found = pd.DataFrame(table, columns=["model", "baseline", "folds", "ahead", "skill", *ends, "dm", "p"])
    found["p-holm"] = holm(found["p"])
    found["finding"] = [_finding(gap, p, miss) for gap, p in zip(differences, found["p-holm"], strict=True)]
    return found


def _fold_losses(rows: pd.DataFrame, scales: pd.DataFrame, measure: str) -> pd.DataFrame:
    """The loss of each model, a column, in each fold, a row; their mean over the folds is the model's score.

    NaN where a forecast is missing or infinite. A fold without any loss is left out; one with few counts for less.
    """
    if measure not in ("mase", "mae"):
        raise choices("measure", measure, ("mase", "mae"))
    seen = rows.assign(fold=fold_numbers(rows)).merge(scales, on=["series", "cutoff"], how="left", validate="m:1")
    scale = seen["mae_scale"] if measure == "mase" else 1.0
    seen["loss"] = (seen["forecast"] - seen["actual"]).abs() / scale
    seen = seen[seen["actual"].notna() & (seen["mae_scale"].notna() | (measure == "mae"))]
    if seen.empty:
        raise DataError(
            f"no row has a {measure.upper()}: no actual value, or no series that changed; try measure='mae'"
        )
    groups = seen.assign(absent=seen["loss"].isna()).groupby(["fold", "model"], observed=True)
    parts = groups.agg(total=("loss", "sum"), absent=("absent", "any"), count=("absent", "size"))
    counts = parts["count"].unstack("model")
    if counts.isna().to_numpy().any() or (counts.nunique(axis=1) > 1).any():
        raise DataError("the models have different rows; give a forecast of every model for the same rows")
    totals = parts["total"].where(np.isfinite(parts["total"]) & ~parts["absent"]).unstack("model")
    return totals[list(dict.fromkeys(seen["model"]))] / counts.iloc[:, 0].mean()


def _pairs(losses: pd.DataFrame, baselines: Sequence[str] | None) -> list[tuple[str, str]]:
    """The models to compare, each two once."""
    names = list(losses.columns)
    if baselines is None:
        return list(combinations(losses.mean().sort_values(kind="stable").index, 2))
    if isinstance(baselines, str):
        raise SettingError(f"baselines is a list of models, such as [{baselines!r}]; got {baselines!r}")
    pairs: list[tuple[str, str]] = []
    for baseline in dict.fromkeys(baselines):
        if baseline not in names:
            raise choices("baseline", baseline, names)
        pairs += [(name, baseline) for name in names if name != baseline and (baseline, name) not in pairs]
    return pairs


def _finding(difference: float, p_value: float, miss: float) -> str:
    """What a test says, in words."""
    if np.isnan(difference):
        return "no finite loss"
    if np.isnan(p_value):
        return "too few folds to tell"
    if p_value >= miss:
        return "no significant difference"
    return "better" if difference < 0 else "worse"
