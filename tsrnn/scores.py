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


def overlap_of(rows: pd.DataFrame) -> int:
    """How many of the next folds share rows with a fold, at most over all series and folds.

    >>> overlap_of(pd.DataFrame({"model": "a", "series": "s", "cutoff": [5, 6, 7], "step": 2, "time": [7, 8, 9]}))
    1
    """
    ends = rows[(rows["model"] == rows["model"].iloc[0]) & (rows["step"] == rows["step"].max())]
    overlap, stamps = 0, ends[["cutoff", "time"]].drop_duplicates()
    if stamps["cutoff"].is_unique and len(stamps) == ends.groupby("series", observed=True).size().min():
        ends = stamps.assign(series=0)  # every series has the same folds: one speaks for all
    for _, own in ends.sort_values("cutoff", kind="stable").groupby("series", sort=False, observed=True):
        later = np.asarray(own["cutoff"].searchsorted(own["time"]))  # the first cutoff at or after each fold's end
        overlap = max(overlap, int((later - np.arange(len(own)) - 1).max()))
    return overlap


def scored(rows: pd.DataFrame, scales: pd.DataFrame, by: list[str], levels: tuple[float, ...]) -> pd.DataFrame:
    """One row a group of `by`, with mae, rmse, smape, mase, rmsse, bias, and coverage and width of each level.

    `scales` holds `series, cutoff, mae_scale, mse_scale`: the in-sample naive errors that MASE and RMSSE divide by.
    A row without an actual value is left out; one without a forecast makes its group's errors NaN.
    """
    seen = rows[rows["actual"].notna()].merge(scales, on=["series", "cutoff"], how="left", validate="many_to_one")
    error = seen["forecast"] - seen["actual"]
    terms = seen[by].assign(
        mae=error.abs(),
        smape=percentage_errors(seen["actual"], seen["forecast"]),
        mase=error.abs() / seen["mae_scale"],
        bias=error,
    )
    for level in levels:
        low, high = seen[f"lo-{level:g}"], seen[f"hi-{level:g}"]
        inside = ((seen["actual"] >= low) & (seen["actual"] <= high)).astype(float)
        terms[f"coverage-{level:g}"] = inside.where(low.notna() & high.notna())
        terms[f"width-{level:g}"] = high - low
    ratio = error / np.sqrt(seen["mse_scale"])
    groups = terms.assign(absent=error.isna()).groupby(by, sort=False, observed=True)
    means = groups.mean().assign(rmse=_roots(error, seen[by]), rmsse=_mean_root(ratio, seen, by))
    means.loc[means.pop("absent") > 0, ["mae", "rmse", "smape", "mase", "rmsse", "bias"]] = np.nan
    order = ["mae", "rmse", "smape", "mase", "rmsse", "bias"]
    order += [f"{what}-{level:g}" for level in levels for what in ("coverage", "width")]
    return means[order].reset_index()


def _mean_root(ratio: pd.Series, seen: pd.DataFrame, by: list[str]) -> pd.Series:
    """RMSSE of each series and fold, averaged over the group."""
    parts = [*by, *(key for key in ("series", "cutoff") if key not in by)]
    means: pd.Series = _roots(ratio, seen[parts]).groupby(by, sort=False, observed=True).mean()
    return means


def _roots(values: pd.Series, keys: pd.DataFrame) -> pd.Series:
    """The root mean square of each group; a power of two of each group's own keeps any square in range."""
    places = [keys[name] for name in keys]
    top = values.abs().groupby(places, sort=False, observed=True).transform("max")
    exponents = pd.Series(np.frexp(top.to_numpy())[1], index=values.index)
    squares = pd.Series(np.ldexp(values.to_numpy(), -exponents.to_numpy()) ** 2, index=values.index)
    table = pd.DataFrame({"square": squares, "exponent": exponents}).groupby(places, sort=False, observed=True)
    means = table.agg({"square": "mean", "exponent": "first"})
    return pd.Series(np.ldexp(np.sqrt(means["square"]), means["exponent"].to_numpy()), index=means.index)
