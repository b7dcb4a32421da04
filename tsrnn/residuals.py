"""Residuals: do a model's errors lean one way, follow one another, or have heavy tails?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from tsrnn.errors import SettingError
from tsrnn.metrics import share_outside
from tsrnn.over_folds import fold_mean
from tsrnn.panel import Array
from tsrnn.scores import fold_numbers, overlap_of

FEWEST = 20  # origins below which the errors one step ahead say nothing
_LAGS = 10
_SKEWED, _HEAVY = 0.5, 1.0  # skewness and excess kurtosis from which it is worth a word, if significant


def biases(
    rows: pd.DataFrame,
    scales: pd.DataFrame,
    by: Sequence[str] = ("model",),
    *,
    measure: str = "mase",
    level: float = 95,
) -> pd.DataFrame:
    """Mean error (forecast less actual) of each group of rows, and whether it leans one way: one row each.

    `rows`, `scales`, `measure` and `level` are those of `tsrnn.significance.compared`; with `"mase"` each error is
    divided by the scale of its series, with `"mae"` it is in the unit of the data. `by`: model, and step if wanted.

    The columns are those of `by`, then `folds`, `bias`, `low`, `high` (`fold_mean`, with NaN of too few folds) and
    `finding`: "too high", "too low", "no sign of bias" or "too few folds to tell".
    """
    keys = list(by)
    if "model" not in keys or not set(keys) <= {"model", "step"}:
        raise SettingError(f"biases are by model, or by model and step; got {keys}")
    table = _errors(rows, scales, measure)
    overlap = overlap_of(rows) if len(rows) else 0
    folds = table.groupby([*keys, "fold"], sort=False, observed=True)["error"].agg(["sum", "size"])
    found = []
    for place, own in folds.groupby(keys, sort=False, observed=True):
        own = own.sort_index(level="fold")
        mean = fold_mean(own["sum"] / own["size"].mean(), overlap, level)
        found.append((*place, mean.n, mean.mean, mean.low, mean.high, _lean(mean.low, mean.high)))
    return pd.DataFrame(found, columns=[*keys, "folds", "bias", "low", "high", "finding"])


def one_step(rows: pd.DataFrame, scales: pd.DataFrame, *, measure: str = "mase", level: float = 95) -> pd.DataFrame:
    """What the errors at the first step, one an origin, say about each model: one row each.

    `rows`, `scales`, `measure` and `level` are those of `biases`. The errors of successive origins should not follow
    one another, nor, where intervals come from Normal errors, be far from normal.

    The columns are `model, series` (those with at least 20 origins; nothing is known of others), `origins` (of a
    series, in the mean), `lags`, `correlation` (of each error with the next, mean over series), `p` (of Ljung and Box,
    1978, over `lags`; where there is one series), `following` (series where it is significant), `skewness`, `excess`
    (kurtosis less 3), `jarque-bera-p` (Jarque and Bera, 1987; errors over the deviation of their series), and two
    findings. `order`: "follow one another", "no sign of order" or "too few origins to tell"; of several series more
    than two in ten must follow, as one in 20 does by luck and series go together. `shape`: "skewed", "heavy tails",
    "skewed and heavy tails", "near normal" or "too few origins to tell".
    """
    miss = share_outside(level)
    found = []
    for model, errors in _by_series(rows, scales, measure):
        if not errors:
            few = "too few origins to tell"
            found.append((model, 0, 0, 0, *[np.nan] * 2, 0, *[np.nan] * 3, few, few))
            continue
        lags = min(_LAGS, min(len(own) for own in errors) // 5)
        correlations = [autocorrelation(own, lags) for own in errors]
        p_values = np.array([ljung_box(own, lags) for own in errors])
        following = int((p_values < miss).sum())
        order = following > 0.2 * len(errors)
        shape = _shape(np.concatenate([_standard(own) for own in errors]))
        found.append(
            (
                model, len(errors), round(float(np.mean([len(own) for own in errors]))), lags,
                float(np.mean([r[0] for r in correlations])), float(p_values[0]) if len(errors) == 1 else np.nan,
                following, *shape,
                "follow one another" if order else "no sign of order",
                _named(*shape, miss),
            )
        )  # fmt: skip
    columns = ["model", "series", "origins", "lags", "correlation", "p", "following"]
    return pd.DataFrame(found, columns=[*columns, "skewness", "excess", "jarque-bera-p", "order", "shape"])


def autocorrelations(rows: pd.DataFrame, scales: pd.DataFrame, *, measure: str = "mase") -> pd.DataFrame:
    """Autocorrelation of the errors at the first step, mean over series: `model, lag, correlation, reach`.

    `reach` is where 95 per cent of the correlations of one series without any order lie, 1.96 / sqrt(origins). Only
    series with at least 20 origins are taken; no rows where there is none.
    """
    parts = []
    for model, errors in _by_series(rows, scales, measure):
        if errors:
            fewest = min(len(own) for own in errors)
            lags = min(_LAGS, fewest // 5)
            mean = np.mean([autocorrelation(own, lags) for own in errors], axis=0)
            part = {"model": model, "lag": np.arange(1, lags + 1), "correlation": mean, "reach": 1.96 / np.sqrt(fewest)}
            parts.append(pd.DataFrame(part))
    empty = pd.DataFrame(columns=["model", "lag", "correlation", "reach"])
    return pd.concat(parts, ignore_index=True) if parts else empty


def autocorrelation(errors: Array, lags: int) -> Array:
    """The autocorrelation at lags 1 to `lags`, `(lag,)`; of errors that are all alike it is 0.

    >>> autocorrelation(np.array([1.0, -1.0, 1.0, -1.0]), 2)
    array([-0.75,  0.5 ])
    """
    centred = _standard(errors)
    total = float(centred @ centred) or 1.0
    return np.array([centred[lag:] @ centred[: len(centred) - lag] for lag in range(1, lags + 1)]) / total


def ljung_box(errors: Array, lags: int) -> float:
    """The p-value of Ljung and Box's test (1978) that errors do not follow one another at any of the first `lags`."""
    n = len(errors)
    parts = autocorrelation(errors, lags) ** 2 / (n - np.arange(1, lags + 1))
    return float(chdtrc(lags, n * (n + 2.0) * parts.sum()))


def _errors(rows: pd.DataFrame, scales: pd.DataFrame, measure: str) -> pd.DataFrame:
    """`model, series, fold, cutoff, step, error` of each row that has one."""
    scaled = rows.merge(scales, on=["series", "cutoff"], how="left", validate="many_to_one")
    unit = scaled["mae_scale"] if measure == "mase" else 1.0
    keys = scaled[["model", "series", "cutoff", "step"]]
    folds = fold_numbers(scaled) if len(scaled) else pd.Series([], dtype=int)
    found = keys.assign(fold=folds, error=(scaled["forecast"] - scaled["actual"]) / unit)
    known: pd.DataFrame = found[np.isfinite(found["error"])]
    return known


def _by_series(rows: pd.DataFrame, scales: pd.DataFrame, measure: str) -> list[tuple[object, list[Array]]]:
    """Each model's errors at the first step, oldest first, of each series with enough of them."""
    table = _errors(rows[rows["step"] == rows["step"].min()], scales, measure).sort_values("fold", kind="stable")
    found = []
    for model in rows["model"].unique():
        groups = table[table["model"] == model].groupby("series", sort=False, observed=True)["error"]
        found.append((model, [own.to_numpy(np.float64) for _, own in groups if len(own) >= FEWEST]))
    return found


def _standard(errors: Array) -> Array:
    """Errors less their mean, over their deviation."""
    centred = errors - errors.mean()
    size = float(np.abs(centred).max(initial=0.0))
    if size <= 1e-12 * float(np.abs(errors).max(initial=0.0)):
        return np.zeros_like(centred)
    centred = centred / size
    standard: Array = centred / np.sqrt((centred**2).mean())
    return standard


def _shape(errors: Array) -> tuple[float, float, float]:
    """Skewness, excess kurtosis, and the p-value of Jarque and Bera's test that both are 0."""
    skewness, excess = float((errors**3).mean()), float((errors**4).mean()) - 3.0
    if not errors.any():
        return float("nan"), float("nan"), float("nan")
    return skewness, excess, float(chdtrc(2, len(errors) / 6.0 * (skewness**2 + excess**2 / 4.0)))


def _named(skewness: float, excess: float, p_value: float, miss: float) -> str:
    parts = [("skewed", abs(skewness) > _SKEWED), ("heavy tails", excess > _HEAVY)]
    return " and ".join(word for word, true in parts if true and p_value < miss) or "near normal"


def _lean(low: float, high: float) -> str:
    if np.isnan(low):
        return "too few folds to tell"
    if low > 0:
        return "too high"
    return "too low" if high < 0 else "no sign of bias"
