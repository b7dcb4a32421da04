"""Calibration: how often intervals held the actual value, how sure that is, and on which side they missed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtrit

from tsrnn.equal_loss import cosine_count, folds_apart
from tsrnn.errors import SettingError
from tsrnn.metrics import share_outside
from tsrnn.over_folds import fold_mean
from tsrnn.scores import fold_numbers, overlap_of

_VAGUE = 0.5  # an interval of a share that is wider says nothing


def interval_levels(rows: pd.DataFrame) -> list[float]:
    """The levels with both bounds in tidy rows, narrowest first.

    >>> interval_levels(pd.DataFrame(columns=["lo-95", "hi-95", "lo-80", "hi-80", "lo-50"]))
    [80.0, 95.0]
    """
    names = {str(name) for name in rows.columns}
    return sorted(float(name[3:]) for name in names if name.startswith("lo-") and f"hi-{name[3:]}" in names)


def coverages(rows: pd.DataFrame, by: Sequence[str] = ("model",), confidence: float = 95) -> pd.DataFrame:
    """How often the intervals of each group of rows and each level held the actual value: one row each.

    `rows`: tidy rows with `lo-LEVEL` and `hi-LEVEL`; `by`: any of model, series and step, the model among them.

    The columns are those of `by`, then `level`, `forecasts`, `folds`, `held` (a share), `low` and `high` (its interval
    of `confidence` per cent) and `finding`: "no sign of a fault", "too narrow", "too wide" or "too few folds to tell".

    Steps and series of one fold are missed together, so the rows of a backtest are fewer trials than they seem. The
    interval is the wider of two: that of the mean over folds (`fold_mean`), and Wilson's with as many trials as the
    spread of the folds says that the rows are worth (a design effect, as in surveys: Korn and Graubard, 1998), which
    is right near 0 and 1, where the first is too short. It is NaN of fewer than 3 folds that do not overlap; folds are
    too few to tell also where it spans more than half of all shares and still holds the level. Each finding stands
    alone. In simulations of right intervals, 12 folds of 8 rows, at most 8 in 100 are called wrong, but up to 18 where
    the rows of a fold are nearly, but not quite, held or missed as one (`tests/test_calibration.py`). Rows without an
    actual value or interval are left out.

    >>> rows = pd.DataFrame({"model": "a", "series": "s", "cutoff": range(9), "step": 1, "time": range(1, 10)})
    >>> rows = rows.assign(actual=[0, 3, 0, 3, 0, 3, 0, 3, 0], **{"lo-80": -1.0, "hi-80": 1.0})
    >>> coverages(rows)[["model", "level", "forecasts", "held", "finding"]]
      model  level  forecasts      held                finding
    0     a   80.0          9  0.555556  too few folds to tell
    """
    keys = list(by)
    if "model" not in keys or not set(keys) <= {"model", "series", "step"}:
        raise SettingError(f"coverages are by model, and by series or step too; got {keys}")
    share_outside(confidence)
    found = []
    if len(rows):
        rows = rows.assign(fold=fold_numbers(rows))
        overlap = overlap_of(rows)
        for level in interval_levels(rows):
            found += [(*place, level, *rest) for place, *rest in _held(rows, keys, level, confidence, overlap)]
    columns = [*keys, "level", "forecasts", "folds", "held", "low", "high", "finding"]
    return pd.DataFrame(found, columns=columns)


def _held(
    rows: pd.DataFrame, keys: list[str], level: float, confidence: float, overlap: int
) -> list[tuple[tuple[object, ...], int, int, float, float, float, str]]:
    """Each group's place and what its intervals of one level held."""
    low, high = rows[f"lo-{level:g}"], rows[f"hi-{level:g}"]
    seen = rows["actual"].notna() & low.notna() & high.notna()
    inside = ((rows["actual"] >= low) & (rows["actual"] <= high))[seen]
    table = rows.loc[seen, [*keys, "fold"]].assign(inside=inside)
    folds = table.groupby([*keys, "fold"], sort=False, observed=True)["inside"].agg(["sum", "size"])
    found = []
    for place, own in folds.groupby(keys, sort=False, observed=True):
        own = own.sort_index(level="fold")
        hits, count = int(own["sum"].sum()), int(own["size"].sum())
        ends = _ends(own["sum"].to_numpy(np.float64), own["size"].to_numpy(np.float64), overlap, confidence)
        held = hits / count
        found.append((place, count, len(own), held, *ends, _finding(level / 100.0, *ends)))
    return found


def _ends(hits: np.ndarray, counts: np.ndarray, overlap: int, confidence: float) -> tuple[float, float]:
    """The wider of the interval of the folds' mean and Wilson's of as many rows as their spread is worth."""
    folds = fold_mean(hits / counts.mean(), overlap, confidence)
    if np.isnan(folds.low):
        return float("nan"), float("nan")
    tail, share = share_outside(confidence) / 2.0, float(hits.sum() / counts.sum())
    if share in (0.0, 1.0):  # folds that are all alike do not tell how their rows hang together
        return _wilson(share, folds_apart(len(hits), overlap), -float(ndtri(tail)))
    reach = float(stdtrit(cosine_count(len(hits), overlap), 1.0 - tail))
    variance = ((folds.high - folds.low) / (2.0 * reach)) ** 2
    worth = share * (1.0 - share) / variance if variance > 0 else np.inf
    low, high = _wilson(share, min(worth, float(counts.sum())), reach)
    return max(min(folds.low, low), 0.0), min(max(folds.high, high), 1.0)


def _wilson(share: float, trials: float, reach: float) -> tuple[float, float]:
    """Wilson's score interval (1927) of a share of so many trials, not always whole, `reach` deviations wide."""
    spread = reach**2 / trials
    middle = (share + spread / 2.0) / (1.0 + spread)
    half = float(np.sqrt(share * (1.0 - share) * spread + spread**2 / 4.0)) / (1.0 + spread)
    return max(middle - half, 0.0), min(middle + half, 1.0)


def _finding(nominal: float, low: float, high: float) -> str:
    if high < nominal:
        return "too narrow"
    if low > nominal:
        return "too wide"
    return "no sign of a fault" if high - low <= _VAGUE else "too few folds to tell"


def bins(rows: pd.DataFrame) -> pd.DataFrame:
    """Where the actual values fell between the bounds of all levels: a probability integral transform, in few bins.

    The bounds of each level are taken for quantiles with equal tails: those of 80 per cent for the 0.1 and the 0.9
    quantile. One row a model and bin, lowest first: `model, low, high` (the quantiles on either side; 0 and 1 outside),
    `promised` (high - low), `share` of the actual values in the bin, `density` (share / promised: 1 where the forecast
    distribution is right; Dawid, 1984; Gneiting, Balabdaoui and Raftery, 2007) and `forecasts`. Too much in the outer
    bins: too narrow; in the lowest only: too high. It is as fine as there are levels, and nothing is known inside them.

    >>> rows = pd.DataFrame({"model": "a", "actual": [-2, 0, 0, 5], "lo-80": -1.0, "hi-80": 1.0})
    >>> bins(rows)[["low", "high", "share", "density"]].round(3).values.tolist()
    [[0.0, 0.1, 0.25, 2.5], [0.1, 0.9, 0.5, 0.625], [0.9, 1.0, 0.25, 2.5]]
    """
    levels = interval_levels(rows)
    bounds = [f"{side}-{level:g}" for level in levels for side in ("lo", "hi")]
    lower = [share_outside(level) / 2.0 for level in reversed(levels)]  # outermost first
    edges = np.array([0.0, *lower, *(1.0 - edge for edge in reversed(lower)), 1.0])
    known = rows.dropna(subset=["actual", *bounds]) if levels else rows.iloc[:0]
    below = sum((known["actual"] < known[f"lo-{level:g}"]).astype(int) for level in levels)
    above = sum((known["actual"] > known[f"hi-{level:g}"]).astype(int) for level in levels)
    place = len(levels) - below + above
    parts = []
    for model, own in known.assign(place=place).groupby("model", sort=False, observed=True):
        shares = np.bincount(own["place"], minlength=len(edges) - 1) / len(own)
        part = {"model": model, "low": edges[:-1], "high": edges[1:], "promised": np.diff(edges), "share": shares}
        parts.append(pd.DataFrame(part).assign(density=shares / np.diff(edges), forecasts=len(own)))
    empty = pd.DataFrame(columns=["model", "low", "high", "promised", "share", "density", "forecasts"])
    return pd.concat(parts, ignore_index=True) if parts else empty
