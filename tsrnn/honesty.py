"""Honesty: is a forecast more than the last known value, and does it know up from down?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from tsrnn.directions import direction_test, wilson
from tsrnn.over_folds import fold_mean
from tsrnn.panel import Array
from tsrnn.residuals import ljung_box
from tsrnn.scores import fold_numbers, overlap_of
from tsrnn.significance import compared

LAST = "the last value"
_ALIKE = 0.01  # a forecast that moves less than this share of what the series moves is the last value
_SHORT = 50  # values below which nothing looks like a random walk
_FEWEST = 20  # directions below which a share says nothing


def last_known(rows: pd.DataFrame, history: pd.DataFrame) -> pd.Series:
    """The newest value known at the cutoff of each row; NaN where `history` has none.

    - `rows`: tidy rows. `history`: `series, time, actual`, each series in the order of time.

    >>> history = pd.DataFrame({"series": "s", "time": [1, 2, 3], "actual": [5.0, float("nan"), 7.0]})
    >>> last_known(pd.DataFrame({"series": "s", "cutoff": [2, 3]}), history).tolist()
    [5.0, 7.0]
    """
    known = history.assign(last=history.groupby("series", sort=False, observed=True)["actual"].ffill())
    known = known.rename(columns={"time": "cutoff"})[["series", "cutoff", "last"]].drop_duplicates(["series", "cutoff"])
    found = rows[["series", "cutoff"]].merge(known, on=["series", "cutoff"], how="left", validate="many_to_one")
    return pd.Series(found["last"].to_numpy(np.float64), index=rows.index, name="last")


def random_walk(values: Array) -> bool:
    """Whether one series looks like a price: positive, and its relative changes show no order (Ljung and Box).

    `values (time,)`; missing ones are passed over. Fewer than 50 say nothing.

    >>> steps = np.random.default_rng(0).normal(0, 0.01, 400)
    >>> random_walk(np.exp(np.cumsum(steps))), random_walk(np.exp(steps))
    (True, False)
    """
    seen = values[~np.isnan(values)]
    if len(seen) < _SHORT or seen.min() <= 0 or (seen == seen[0]).all():
        return False
    return ljung_box(np.diff(np.log(seen)), 10) > 0.01


def against_last(
    rows: pd.DataFrame, scales: pd.DataFrame, history: pd.DataFrame, *, measure: str = "mase", level: float = 95
) -> pd.DataFrame:
    """Whether each model is more than the last known value repeated, which looks right in any picture: one row each.

    `rows`, `scales`, `measure` and `level` are those of `tsrnn.significance.compared`, `history` that of `last_known`.

    A forecast that repeats yesterday's value follows the series one step late: it correlates with it almost perfectly
    and knows nothing. So what is judged are changes from the last known value, forecast and actual, as in the
    prediction-realization diagram of Theil (1966): the columns are `model, folds, ahead` (folds with a lower error than
    the last value), `skill, skill-lo-95, skill-hi-95, p-holm` (against the last value, as in `compared`), `moved` (root
    mean square of the forecast changes over that of the actual ones: 0 is the last value itself), `nearness` (root mean
    square of the distance to the last value over that to the actual value: below 1 it is nearer to what was than to
    what came), `correlation` (of forecast with actual changes, about 0) and `finding`:

    - "the last value": it moves less than a hundredth of what the series moves;
    - "lower error" or "higher error" than the last value, where the corrected test says so;
    - "nearer to the last value": no significant difference, and nearer to it than to the actual value: it follows late;
    - "no significant difference" else, or "too few folds to tell".

    On a random walk nothing has a lower error than the last value: the finding is no fault of the model then. Changes
    are divided by the scale of their series where the measure is MASE. Rows without a known last value are left out.
    """
    rows = rows.assign(last=last_known(rows, history))
    rows = rows[rows["last"].notna() & rows["actual"].notna()].reset_index(drop=True)
    columns = ["model", "folds", "ahead", "skill", f"skill-lo-{level:g}", f"skill-hi-{level:g}", "p-holm"]
    if rows.empty:
        return pd.DataFrame(columns=[*columns, "moved", "nearness", "correlation", "finding"])
    models = list(rows["model"].unique())
    first = rows[rows["model"] == models[0]]
    name = LAST if LAST not in models else f"{LAST} known"
    both = pd.concat([rows, first.assign(model=name, forecast=first["last"])], ignore_index=True)
    tests = compared(both, scales, baselines=[name], measure=measure, level=level)
    tests = tests.merge(_changes(rows, scales, measure), on="model")
    seen = zip(tests["finding"], tests["moved"], tests["nearness"], strict=True)
    tests["finding"] = [_finding(test, moved, nearness) for test, moved, nearness in seen]
    return tests[[*columns, "moved", "nearness", "correlation", "finding"]]


def _changes(rows: pd.DataFrame, scales: pd.DataFrame, measure: str) -> pd.DataFrame:
    """How far each model moves from the last value, and whether the series went along."""
    scale = rows.merge(scales, on=["series", "cutoff"], how="left", validate="many_to_one")["mae_scale"]
    unit = scale.to_numpy(np.float64) if measure == "mase" else 1.0
    table = pd.DataFrame({"model": rows["model"]})
    table["actual"] = (rows["actual"] - rows["last"]) / unit
    table["forecast"] = (rows["forecast"] - rows["last"]) / unit
    table = table[np.isfinite(table["actual"])]
    found = []
    for model, own in table.groupby("model", sort=False, observed=True):
        came, said = own["actual"].to_numpy(), own["forecast"].to_numpy()
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            found.append((model, _ratio(said, came), _ratio(said, came - said), _ratio_of_products(said, came)))
    return pd.DataFrame(found, columns=["model", "moved", "nearness", "correlation"])


def _ratio(one: np.ndarray, other: np.ndarray) -> float:
    """The root mean square of one over that of the other."""
    return float(np.sqrt((one**2).mean()) / np.sqrt((other**2).mean()))


def _ratio_of_products(one: np.ndarray, other: np.ndarray) -> float:
    """Correlation about 0: no change is the point that both are measured from, not their means."""
    return float((one * other).mean() / np.sqrt((one**2).mean() * (other**2).mean()))


def _finding(test: str, moved: float, nearness: float) -> str:
    if moved < _ALIKE:
        return "the last value"
    if test in ("better", "worse"):
        return "lower error" if test == "better" else "higher error"
    if test == "no significant difference" and nearness < 1.0:
        return "nearer to the last value"
    return test


def directions(rows: pd.DataFrame, history: pd.DataFrame, *, level: float = 95) -> pd.DataFrame:
    """How often each model knows whether the series goes up or down from the last known value: one row each.

    `rows` are tidy rows, `history` is that of `last_known`; `level` is that of the interval, in per cent. Changes are
    taken at the last step, or at the first one where folds share rows. They are returns: the level of a price is easy
    to forecast, and says nothing. A series that does not change, and a row without a value, are left out.

    The columns are `model, step, directions` (how many), `right` (the share), `low, high` (its interval), `luck` (the
    share of a forecast that knows nothing and says "up" as often), `p` and `finding`. Of one series interval and `p`
    are Wilson's and the test of Pesaran and Timmermann (`direction_test`); of several, which rise and fall together,
    they come from the means of right less luck over folds (`fold_mean`). The finding goes by `p` or by whether that
    interval lies above luck: "more than luck", "no more than luck", or "too few to tell" of fewer than 20 directions.
    """
    columns = ["model", "step", "directions", "right", "low", "high", "luck", "p", "finding"]
    if rows.empty:
        return pd.DataFrame(columns=columns)
    rows = rows.assign(last=last_known(rows, history), fold=fold_numbers(rows))
    step = int(rows["step"].min() if overlap_of(rows) else rows["step"].max())
    rows = rows[(rows["step"] == step) & rows["last"].notna() & rows["actual"].notna()]
    rows = rows[rows["actual"] != rows["last"]]
    found = []
    for model, own in rows.groupby("model", sort=False, observed=True):
        own = own.sort_values("fold", kind="stable")
        came, said = (own[name] - own["last"] for name in ("actual", "forecast"))
        test = direction_test(came, said)
        hits = (came > 0) == (said > 0)
        low, high, p = float("nan"), float("nan"), float("nan")
        finding = "too few to tell"
        if test.n >= _FEWEST and np.isfinite(test.share):
            low, high, p, finding = _surely(hits, own, test.expected, test.p_value, level)
        found.append((model, step, test.n, test.share, low, high, test.expected, p, finding))
    return pd.DataFrame(found, columns=columns)


def _surely(
    hits: pd.Series, own: pd.DataFrame, luck: float, p_value: float, level: float
) -> tuple[float, float, float, str]:
    """Interval, p-value and finding of a share of right directions."""
    miss = (100.0 - level) / 100.0
    if own["series"].nunique() == 1:
        share = wilson(int(hits.sum()), len(hits), level)
        finding = "more than luck" if p_value < miss else "no more than luck"
        return share.low, share.high, p_value, finding
    folds = hits.groupby(own["fold"]).agg(["sum", "size"])
    mean = fold_mean(folds["sum"] / folds["size"].mean(), 0, level)
    if np.isnan(mean.low):
        return float("nan"), float("nan"), float("nan"), "too few to tell"
    return (
        max(mean.low, 0.0), min(mean.high, 1.0), float("nan"),
        "more than luck" if mean.low > luck else "no more than luck",
    )  # fmt: skip
