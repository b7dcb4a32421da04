"""The whole choice for one series at size one: waves, differences, order, and the estimate that passed every check."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from tsrnn.forecasters import kalman
from tsrnn.forecasters.arima_fit import explained, fill, fit
from tsrnn.forecasters.arma import Estimate, Order, Whiten, estimate, guesses, height, resized, whole
from tsrnn.forecasters.fourier import LONG_SEASON, choose_pairs, waves
from tsrnn.forecasters.orders import Space, acceptable, difference, differences, search, seasonal_differences
from tsrnn.panel import Array, Counts, Flags

# Orders are chosen on the last 1,000 rows.
SEARCH_ROWS = 1000
# A search with gaps filters its rows. A seasonal one is slow, with a state for each row of a season: up to this share
# of gaps it fills them and leaves them out, beyond it filters the last 400 rows.
_FEW_GAPS, _GAPPY_ROWS = 0.1, 400
# The orders at which a search starts are climbed from several points, as nothing near them is known.
_FIRST = 5
# Models tried in turn until one converges.
_TRIES = 5


@dataclass(frozen=True)
class Plan:
    """What the caller settled: None is chosen. `season` is 1 where there is none."""

    order: tuple[int, int, int] | None
    seasonal_order: tuple[int, int, int] | None
    season: int
    fourier: int | None

    def rows_needed(self, covariates: int) -> int:
        """The fewest observed rows that a fit takes."""
        p, d, q = self.order or (0, 0, 0)
        P, D, Q = self.seasonal_order or (0, 0, 0)
        return max(6, d + D * self.season + p + q + P + Q + 2 * (self.fourier or 0) + covariates + 4)


@dataclass(frozen=True)
class Choice:
    """The order, the pairs of waves, the estimate on all rows given, and what there is to say."""

    order: Order
    pairs: int
    estimate: Estimate
    notes: list[str]


def choose(target: Array, covariates: Array, places: Counts, plan: Plan) -> Choice:
    """What the plan leaves open, chosen on the last rows, and its coefficients, learned on all rows given.

    `target (row,)` NaN where missing, `covariates (row, F)`; both of size one.
    """
    recent = slice(_search_from(target, plan.rows_needed(covariates.shape[1])), None)
    pairs, space = _settle(target[recent], covariates[recent], places[recent], plan)
    columns = np.column_stack([waves(places, plan.season, pairs), covariates])
    given = plan.order is not None
    candidates = _Candidates(target[recent], columns[recent], space, given)
    ranked = [order for _, order in search(candidates.score, space)]
    notes: list[str] = []
    tried: list[Choice] = []
    for order in ranked[:_TRIES]:
        found = fit(target, columns, order, candidates.estimates[order])
        tried.append(Choice(order, pairs, found, notes))
        if found.converged:
            return tried[-1]
        notes.append(f"{order} did not converge" + ("" if given else "; the next best order was tried"))
    if not tried:
        simple = space.order(0, 0, 0, 0, False)
        return Choice(simple, pairs, fit(target, columns, simple), notes)
    return tried[0]


def _search_from(target: Array, needed: int) -> int:
    """The first row that the search reads: all are read where the last ones are mostly missing."""
    first = max(len(target) - SEARCH_ROWS, 0)
    return first if int((~np.isnan(target[first:])).sum()) >= max(needed, SEARCH_ROWS // 4) else 0


def _settle(target: Array, covariates: Array, places: Counts, plan: Plan) -> tuple[int, Space]:
    """Pairs of waves, and the space of orders to search."""
    filled, counts = fill(target, plan.season), ~np.isnan(target)
    rows, season = int(counts.sum()), plan.season
    waved = bool(plan.fourier) or season >= LONG_SEASON
    most = plan.fourier
    if most is None:
        most = min(8, season // 2, rows // 12) if waved and rows > 2 * season else 0
    rest = filled - explained(filled, np.column_stack([waves(places, season, most), covariates]), counts, 1)
    if plan.seasonal_order is not None:
        D = plan.seasonal_order[1]
    else:
        D = 0 if waved else seasonal_differences(rest, season)
    d = differences(difference(rest, 0, D, season), 1 if D else 2) if plan.order is None else plan.order[1]
    pairs = most
    if plan.fourier is None and most:
        pairs = choose_pairs(filled, covariates, places, season, counts=counts, order=d)
    left = rows - d - D * season
    free = (0, min(5, left // 3))
    seasonal = (0, 0 if waved or season == 1 else min(2, left // 3 // season))
    (p, q), (P, Q) = (free, free), (seasonal, seasonal)
    if plan.order is not None:
        p, q = (plan.order[0],) * 2, (plan.order[2],) * 2
    if plan.seasonal_order is not None:
        P, Q = (plan.seasonal_order[0],) * 2, (plan.seasonal_order[2],) * 2
    # Without differences there is always a mean; two differences leave no constant.
    constants = {0: (True,), 1: (True, False)}.get(d + D, (False,))
    return pairs, Space(d, D, season, p, q, P, Q, constants)


class _Candidates:
    """The estimates of the orders that a search visits, on the rows it reads.

    What the columns explain is taken out once, so that a candidate costs no regression. With `given`, no order is
    refused for its roots.
    """

    def __init__(self, target: Array, columns: Array, space: Space, given: bool) -> None:
        gaps, filled = np.isnan(target), fill(target, space.season)
        rest = filled - explained(filled, columns, ~gaps, space.d)
        slow = space.D + space.P[1] + space.Q[1] > 0
        self.gappy = bool(gaps.any()) and (not slow or bool(gaps.mean() > _FEW_GAPS))
        if self.gappy and slow:
            rest, gaps = rest[-_GAPPY_ROWS:], gaps[-_GAPPY_ROWS:]
        self.changes = difference(rest, space.d, space.D, space.season)
        self.kept = None if self.gappy else _untouched(~gaps, space)
        self.with_gaps = np.where(gaps, np.nan, rest)
        self.regressors, self.given = columns.shape[1], given
        self.estimates: dict[Order, Estimate] = {}
        self.passed: dict[Order, float] = {}

    def score(self, order: Order) -> float:
        """The AICc of an order, infinite where it is refused."""
        found = max((self._climb(order, start) for start in self._starts(order)), key=lambda one: one.loglik)
        self.estimates[order] = replace(found, parameters=found.parameters + self.regressors)
        if not self.given and not acceptable(found):
            return float("inf")
        self.passed[order] = self.estimates[order].aicc
        return self.passed[order]

    def _starts(self, order: Order) -> list[Array]:
        """Every guess for the first orders; later the better of one guess and what was best so far."""
        starts = guesses(self.changes, order)
        if len(self.estimates) < _FIRST or not self.passed:
            return starts
        best = min(self.passed, key=lambda one: self.passed[one])
        starts = [starts[0], resized(self.estimates[best].theta, best, order)]
        return [max(starts, key=partial(height, order, self._whole(order)))]

    def _climb(self, order: Order, start: Array) -> Estimate:
        found = estimate(order, self._whole(order), start, tolerance=1e-5, rounds=12)
        if not self.gappy:
            return found
        whiten = kalman.whitener(self.with_gaps, np.zeros((len(self.with_gaps), 0)), order)
        return estimate(order, whiten, found.theta, tolerance=1e-4, rounds=4)

    def _whole(self, order: Order) -> Whiten:
        return whole(self.changes, np.ones((len(self.changes), int(order.constant))), self.kept)


def _untouched(counts: Flags, space: Space) -> Flags:
    """Differenced rows that no filled gap went into."""
    reach = np.ones(1)
    for lag, times in ((1, space.d), (space.season, space.D)):
        for _ in range(times):
            reach = np.convolve(reach, np.concatenate(([1.0], np.zeros(lag - 1), [1.0])))
    return np.asarray(np.convolve(~counts, reach, mode="valid") < 0.5, np.bool_)
