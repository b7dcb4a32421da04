"""Scores: a backtest's tidy rows summed up by model, step, fold or series."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tsrnn.metrics import percentage_errors

ERRORS = ("mae", "rmse", "smape", "mase", "rmsse", "bias")


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
    keys = list(dict.fromkeys([*by, "series", "cutoff"]))
    seen = terms(rows, scales, keys, levels)
    groups = seen[[*by, *_means(levels), "absent"]].groupby(by, sort=False, observed=True)
    ratios = roots(seen["rmsse"], seen[keys]).groupby(by, sort=False, observed=True)  # of each series and fold
    means = groups.mean().assign(rmse=roots(seen["bias"], seen[by]), rmsse=ratios.mean())
    means.loc[means.pop("absent") > 0, list(ERRORS)] = np.nan
    return means[measures(levels)].reset_index()


def terms(rows: pd.DataFrame, scales: pd.DataFrame, keys: list[str], levels: tuple[float, ...]) -> pd.DataFrame:
    """What each row with an actual value adds to the means of `scored`, beside its `keys`; `absent`: no forecast.

    `rmsse` is the scaled error, not yet squared, and `bias` the error, which is what RMSE is the root mean square of.
    """
    seen = rows[rows["actual"].notna()].merge(scales, on=["series", "cutoff"], how="left", validate="many_to_one")
    error = seen["forecast"] - seen["actual"]
    table = seen[keys].assign(
        mae=error.abs(),
        smape=percentage_errors(seen["actual"], seen["forecast"]),
        mase=error.abs() / seen["mae_scale"],
        rmsse=error / np.sqrt(seen["mse_scale"]),
        bias=error,
        absent=error.isna(),
    )
    for level in levels:
        low, high = seen[f"lo-{level:g}"], seen[f"hi-{level:g}"]
        inside = ((seen["actual"] >= low) & (seen["actual"] <= high)).astype(float)
        table[f"coverage-{level:g}"] = inside.where(low.notna() & high.notna())
        table[f"width-{level:g}"] = high - low
    return table


def measures(levels: tuple[float, ...]) -> list[str]:
    """The columns of `scored` behind its groups, in their order."""
    return [*ERRORS, *(f"{what}-{level:g}" for level in levels for what in ("coverage", "width"))]


def _means(levels: tuple[float, ...]) -> list[str]:
    """Those that are plain means of the terms."""
    return [name for name in measures(levels) if name not in ("rmse", "rmsse")]


def ranked(table: pd.DataFrame, timings: pd.DataFrame) -> pd.DataFrame:
    """The scores of models as a leaderboard: lowest MASE first, with skill against two of them and seconds in all."""
    table = table.copy()
    for other, column in (("arima", "skill-vs-arima"), ("seasonal-naive", "skill-vs-seasonal-naive")):
        rival = table.loc[table["model"] == other, "mase"]
        table[column] = 1.0 - table["mase"] / rival.iloc[0] if len(rival) else np.nan
    times = timings.groupby("model", sort=False)[["fit_seconds", "predict_seconds"]]
    return table.merge(times.sum(min_count=1).reset_index(), on="model").sort_values(["mase", "mae"], ignore_index=True)


def roots(values: pd.Series, keys: pd.DataFrame) -> pd.Series:
    """The root mean square of each group; a power of two of each group's own keeps any square in range."""
    places = [keys[name] for name in keys]
    top = values.abs().groupby(places, sort=False, observed=True).transform("max")
    exponents = pd.Series(np.frexp(top.to_numpy())[1], index=values.index)
    squares = pd.Series(np.ldexp(values.to_numpy(), -exponents.to_numpy()) ** 2, index=values.index)
    table = pd.DataFrame({"square": squares, "exponent": exponents}).groupby(places, sort=False, observed=True)
    means = table.agg({"square": "mean", "exponent": "first"})
    return pd.Series(np.ldexp(np.sqrt(means["square"]), means["exponent"].to_numpy()), index=means.index)
