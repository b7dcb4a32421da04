"""Checking: every test that a report shows, run over the tidy rows of a backtest."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from tsrnn.calibration import bins, coverages
from tsrnn.honesty import against_last, directions
from tsrnn.ranks import mean_ranks
from tsrnn.report.checks import Checks
from tsrnn.residuals import autocorrelations, biases, one_step
from tsrnn.significance import compared

_SERIES = 10  # below which ranks say little: Demsar (2006), section 3.2.2
_A_STEP = 20  # forecasts of one step below which their coverage says nothing


def checked(
    rows: pd.DataFrame,
    scales: pd.DataFrame,
    history: pd.DataFrame,
    by_series: pd.DataFrame,
    *,
    measure: str,
    references: Sequence[str] = (),
    prices: bool = False,
) -> Checks:
    """All that the tests find; see `Checks` for what each is.

    - `rows`, `scales`, `measure`: as in `tsrnn.significance.compared`. `history`: `series, time, actual`.
    - `by_series`: `model, series` and `measure`. `references`: the models that skill is measured against.
    - `prices`: whether to look at directions.
    """
    models = list(rows["model"].unique())
    intervals = coverages(rows)
    some = [compared(rows, scales, baselines=[name], measure=measure) for name in references if name in models]
    return Checks(
        measure=measure,
        skills=pd.concat(some, ignore_index=True) if some and len(models) > 1 else pd.DataFrame(),
        pairs=compared(rows, scales, measure=measure) if len(models) > 1 else pd.DataFrame(),
        ranks=_ranks(by_series, measure),
        coverages=intervals,
        step_coverages=_by_step(rows) if len(intervals) else pd.DataFrame(),
        bins=bins(rows),
        biases=biases(rows, scales, measure=measure),
        step_biases=biases(rows, scales, ["model", "step"], measure=measure),
        one_step=one_step(rows, scales, measure=measure),
        autocorrelations=autocorrelations(rows, scales, measure=measure),
        against_last=against_last(rows, scales, history, measure=measure),
        directions=directions(rows, history) if prices else pd.DataFrame(),
    )


def _by_step(rows: pd.DataFrame) -> pd.DataFrame:
    """Coverage by step, where there are forecasts enough."""
    a_step = rows[rows["actual"].notna()].groupby(["model", "step"], observed=True).size()
    return coverages(rows, ["model", "step"]) if len(a_step) and a_step.min() >= _A_STEP else pd.DataFrame()


def _ranks(by_series: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Mean ranks over the series that all models have an error of, lowest first."""
    table = by_series.pivot(index="series", columns="model", values=measure).dropna()
    if len(table) < _SERIES or table.shape[1] < 2 or not np.isfinite(table.to_numpy()).all():
        return pd.DataFrame()
    found = mean_ranks(table.to_numpy(np.float64))
    parts = {"model": table.columns, "rank": found.ranks, "low": found.low, "high": found.high}
    ranks = pd.DataFrame(parts).assign(near=found.near_best, series=found.n, p=found.p_value)
    return ranks.sort_values("rank", kind="stable", ignore_index=True)
