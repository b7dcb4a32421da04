"""Scores: a backtest's tidy rows summed up by model, step, fold or series."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tsrnn.metrics import percentage_errors


def fold_numbers(rows: pd.DataFrame) -> pd.Series:
    """The fold of each row, from 1, oldest first: the newest cutoff of every series is the last fold.

    >>> fold_numbers(pd.DataFrame({"series": ["a", "a", "b", "b"], "cutoff": [1, 2, 7, 8]})).tolist()
    [1, 2, 1, 2]
    """
    backwards = rows.groupby("series", observed=True)["cutoff"].rank(method="dense", ascending=False).astype(int)
    return backwards.max() + 1 - backwards


def scored(rows: pd.DataFrame, scales: pd.DataFrame, by: list[str], levels: tuple[float, ...]) -> pd.DataFrame:
    """One row a group of `by`, with mae, rmse, smape, mase, rmsse, bias, and coverage and width of each level.

    `scales` holds `series, cutoff, mae_scale, mse_scale`: the in-sample naive errors that MASE and RMSSE divide by.
    A row without an actual value is left out; one without a forecast makes its group's errors NaN.
    """
    seen = rows[rows["actual"].notna()].merge(scales, on=["series", "cutoff"], how="left", validate="many_to_one")
    error = seen["forecast"] - seen["actual"]
    terms = seen[by].assign(
        mae=error.abs(),
        mse=error**2,
        smape=percentage_errors(seen["actual"], seen["forecast"]),
        mase=error.abs() / seen["mae_scale"],
        msse=error**2 / seen["mse_scale"],
        bias=error,
    )
    for level in levels:
        low, high = seen[f"lo-{level:g}"], seen[f"hi-{level:g}"]
        inside = ((seen["actual"] >= low) & (seen["actual"] <= high)).astype(float)
        terms[f"coverage-{level:g}"] = inside.where(low.notna() & high.notna())
        terms[f"width-{level:g}"] = high - low
    groups = terms.assign(absent=error.isna()).groupby(by, sort=False, observed=True)
    means = groups.mean().assign(rmsse=_mean_root(terms, seen, by))
    means.loc[means.pop("absent") > 0, ["mae", "mse", "smape", "mase", "rmsse", "bias"]] = np.nan
    roots = means.assign(rmse=np.sqrt(means["mse"]))
    order = ["mae", "rmse", "smape", "mase", "rmsse", "bias"]
    order += [f"{what}-{level:g}" for level in levels for what in ("coverage", "width")]
    return roots[order].reset_index()


def _mean_root(terms: pd.DataFrame, seen: pd.DataFrame, by: list[str]) -> pd.Series:
    """RMSSE of each series and fold, averaged over the group."""
    parts = [*by, *(key for key in ("series", "cutoff") if key not in by)]
    each = np.sqrt(
        pd.concat([seen[parts], terms["msse"]], axis=1).groupby(parts, sort=False, observed=True)["msse"].mean()
    )
    means: pd.Series = each.groupby(by, sort=False, observed=True).mean()
    return means
