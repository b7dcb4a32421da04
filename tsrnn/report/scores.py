"""What a report reads off the tidy rows: error per series and per fold, and how often the intervals held."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tsrnn.report.contents import Contents, levels_of
from tsrnn.scores import fold_numbers

PREFERRED = ("mase", "rmsse", "mae", "rmse", "smape")  # scale-free first, to compare series


@dataclass(frozen=True)
class Errors:
    """One error per series or fold (row) and model (column)."""

    metric: str
    table: pd.DataFrame


def models_of(contents: Contents) -> list[str]:
    """Every model, in the order of the leaderboard."""
    others = contents.rows["model"] if not contents.rows.empty else pd.Series([], dtype=object)
    return list(dict.fromkeys(str(model) for model in [*contents.leaderboard["model"], *others.unique()]))


def with_folds(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with `fold` (from 1, oldest first), `miss` (the absolute error), and model and series as text."""
    miss = (rows["actual"] - rows["forecast"]).abs()
    return rows.assign(model=rows["model"].astype(str), miss=miss, fold=fold_numbers(rows))


def by_series(contents: Contents, rows: pd.DataFrame, models: list[str]) -> Errors:
    """One error per series and model, the series that the best model forecasts best first.

    It is the first of MASE, RMSSE, MAE, RMSE and sMAPE that `by_series` holds, else MAE from the rows.
    """
    given = contents.by_series
    metric = next((name for name in PREFERRED if name in given.columns), "")
    if given.empty or not metric:
        metric, scores = "mae", rows.rename(columns={"miss": "mae"})
    else:
        scores = given.assign(model=given["model"].astype(str))
    table = means(scores, "series", metric, models)
    order = np.argsort(table[table.columns[0]].to_numpy(dtype=np.float64), kind="stable")  # NaN last
    return Errors(metric, table.iloc[order])


def by_fold(contents: Contents, rows: pd.DataFrame, models: list[str]) -> Errors:
    """One error per fold and model, oldest fold first, chosen as in `by_series`."""
    given = contents.by_fold
    metric = next((name for name in PREFERRED if name in given.columns), "")
    if given.empty or not metric:
        metric, scores = "mae", rows.rename(columns={"miss": "mae"})
    else:
        scores = given.assign(model=given["model"].astype(str))
    return Errors(metric, means(scores, "fold", metric, models).sort_index())


def means(scores: pd.DataFrame, by: str, metric: str, models: list[str]) -> pd.DataFrame:
    """The mean of one error, a row per value of `by` and a column per model, in the order of `models`."""
    table = scores.groupby([by, "model"], sort=False, observed=True)[metric].mean().unstack("model")
    return table.reindex(columns=[model for model in models if model in table.columns])


def wins(table: pd.DataFrame) -> dict[str, int]:
    """In how many rows each column holds the smallest value; equal ones all count."""
    least = table.min(axis=1)
    return {str(name): int((table[name] == least).sum()) for name in table.columns}


@dataclass(frozen=True)
class Covered:
    """How often one model's interval of one level held the actual value, and how wide it was on average.

    `low` and `high` are how sure the share is, and `finding` what that says; NaN and empty where it was not tested.
    """

    model: str
    level: str
    share: float
    width: float
    count: int
    low: float = float("nan")
    high: float = float("nan")
    finding: str = ""


def coverage(rows: pd.DataFrame, models: list[str], tested: pd.DataFrame) -> list[Covered]:
    """Coverage and mean width by level and model, in the order given; models without intervals are left out.

    `tested` is `tsrnn.calibration.coverages`, or empty.
    """
    tests = {(str(test["model"]), f"{test['level']:g}"): test for test in tested.to_dict("records")}
    found = []
    for level in levels_of(rows):
        for model in models:
            mine = rows[rows["model"] == model]
            actual, low, high = (
                mine[name].to_numpy(dtype=np.float64) for name in ("actual", f"lo-{level}", f"hi-{level}")
            )
            known = ~(np.isnan(actual) | np.isnan(low) | np.isnan(high))
            if known.any():
                inside = (actual >= low) & (actual <= high)
                share, width = float(inside[known].mean()), float((high - low)[known].mean())
                test = tests.get((model, level), {})
                sure = {key: test[key] for key in ("low", "high", "finding") if key in test}
                found.append(Covered(model, level, share, width, int(known.sum()), **sure))
    return found
