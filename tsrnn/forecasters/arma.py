"""Exact maximum likelihood of a regression with seasonal ARMA errors, as a least-squares problem.

With innovations `u (row,)` and their variances `v · sigma2`, the exact Gaussian likelihood is largest where the sum of
squares of `u / sqrt(v) · exp(mean(log v) / 2)` is smallest (Brockwell and Davis 1991, section 8.7), so that
Levenberg-Marquardt maximises it in few steps. The regression's coefficients are solved for at each step.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import numpy as np
from scipy.linalg import lstsq
from scipy.optimize import least_squares
from statsmodels.tsa.innovations.arma_innovations import arma_innovations

from tsrnn.panel import Array, Flags

# A variance below this share of the scaled series' own is rounding: without a floor its logarithm would run away.
FLOOR = 1e-20
# Partial autocorrelations stay below this, as beyond it rounding makes the process explode.
_MOST = 0.9999
# Residuals where the likelihood cannot be computed: far above any of a series of size one.
FAR = 1e6
_LOG_2_PI = float(np.log(2.0 * np.pi))


@dataclass(frozen=True)
class Order:
    """ARIMA(p,d,q)(P,D,Q)[season] and whether the differenced series has a mean of its own.

    >>> print(Order(0, 1, 1, 0, 1, 1, season=12))
    ARIMA(0,1,1)(0,1,1)[12]
    """

    p: int
    d: int
    q: int
    P: int = 0
    D: int = 0
    Q: int = 0
    season: int = 1
    constant: bool = False

    def __str__(self) -> str:
        seasonal = f"({self.P},{self.D},{self.Q})[{self.season}]" if self.P or self.D or self.Q else ""
        constant = {0: " with mean", 1: " with drift"}.get(self.d + self.D, " with trend") if self.constant else ""
        return f"ARIMA({self.p},{self.d},{self.q}){seasonal}{constant}"

    @property
    def terms(self) -> int:
        """How many ARMA coefficients there are."""
        return self.p + self.q + self.P + self.Q

    @property
    def lost(self) -> int:
        """Rows that differencing uses up."""
        return self.d + self.season * self.D


@dataclass(frozen=True)
class Estimate:
    """Coefficients with the largest likelihood.

    - `ar (p,)`, `ma (q,)`, `seasonal_ar (P,)`, `seasonal_ma (Q,)`: signs as in statsmodels and R.
    - `constant`: mean of the differenced series; `regression (column,)`; `sigma2`: variance of the innovations.
    - `loglik` over `rows` rows with `parameters` free numbers, `sigma2` among them; `theta` is where the search ended.
    """

    ar: Array
    ma: Array
    seasonal_ar: Array
    seasonal_ma: Array
    constant: float
    regression: Array
    sigma2: float
    loglik: float
    rows: int
    parameters: int
    theta: Array
    converged: bool

    @property
    def aicc(self) -> float:
        """Akaike's criterion corrected for short series (Hurvich and Tsai 1989); infinite with too few rows."""
        spare = self.rows - self.parameters - 1
        if spare <= 0:
            return float("inf")
        return -2.0 * self.loglik + 2.0 * self.parameters * self.rows / spare


@dataclass(frozen=True)
class White:
    """Innovations in units of their own deviation: `target (row,)`, `regressors (row, column)`, mean of log v."""

    target: Array
    regressors: Array
    log_variance: float


# Lag polynomials (ar, ma), the seasonal factors multiplied in, to innovations at the rows that count.
Whiten = Callable[[Array, Array], White]


def estimate(order: Order, whiten: Whiten, start: Array, *, tolerance: float = 1e-8, rounds: int = 60) -> Estimate:
    """Maximise the likelihood of `order`, given what turns coefficients into innovations.

    Climbs from `start (term,)`, in about `rounds` steps at most. When `order.constant`, the first regressor of `whiten`
    is the constant's.
    """
    theta, converged = start, True
    # With fewer residuals than coefficients there is nothing to climb, and AICc is infinite.
    if order.terms and len(_residuals(theta, order, whiten)) > order.terms:
        found = least_squares(
            _residuals,
            theta,
            args=(order, whiten),
            method="lm",
            xtol=tolerance,
            ftol=tolerance,
            gtol=tolerance,
            max_nfev=rounds * (order.terms + 1),
        )
        theta, converged = found.x, bool(found.status > 0)
    residuals, regression, log_variance = _solve(theta, order, whiten)
    rows = len(residuals)
    spread = max(float(residuals @ residuals) / max(rows, 1), FLOOR)
    ar, ma, seasonal_ar, seasonal_ma = split(theta, order)
    return Estimate(
        ar=ar,
        ma=ma,
        seasonal_ar=seasonal_ar,
        seasonal_ma=seasonal_ma,
        constant=float(regression[0]) if order.constant else 0.0,
        regression=regression[int(order.constant) :],
        sigma2=spread * float(np.exp(-log_variance)),
        loglik=-0.5 * rows * (_LOG_2_PI + float(np.log(spread)) + 1.0),
        rows=rows,
        parameters=order.terms + len(regression) + 1,
        theta=theta,
        converged=converged,
    )


def height(order: Order, whiten: Whiten, theta: Array) -> float:
    """How likely the free numbers `theta (term,)` are: the negative sum of squares that `estimate` makes least."""
    return -float((_residuals(theta, order, whiten) ** 2).sum())


def _residuals(theta: Array, order: Order, whiten: Whiten) -> Array:
    return _solve(theta, order, whiten)[0]


def _solve(theta: Array, order: Order, whiten: Whiten) -> tuple[Array, Array, float]:
    """Residuals whose sum of squares is to be least, the regression's coefficients, and the mean of log v."""
    white = whiten(*polynomials(*split(theta, order), order.season))
    regression = np.zeros(white.regressors.shape[1])
    residuals = white.target
    if regression.size:
        regression = lstsq(white.regressors, white.target, lapack_driver="gelsy", check_finite=False)[0]
        residuals = white.target - white.regressors @ regression
    return residuals * np.exp(0.5 * white.log_variance), regression, white.log_variance


def whole(target: Array, regressors: Array, counts: Flags | None = None) -> Whiten:
    """The whitener of a series without gaps, by the innovations algorithm: `target (row,)`, `regressors (row, column)`.

    Rows where `counts` is false (filled gaps) are left out of the likelihood.
    """
    columns = np.column_stack([target, regressors])
    kept = np.ones(len(target), np.bool_) if counts is None else counts

    def whiten(ar: Array, ma: Array) -> White:
        if not ar.size and not ma.size:
            return White(target[kept], regressors[kept], 0.0)
        try:
            found, variance = arma_innovations(columns, ar, ma)
        except (ValueError, np.linalg.LinAlgError):
            # So near a unit root that rounding crosses it: a point which the climb then leaves.
            return White(np.full(int(kept.sum()), FAR), np.zeros(regressors[kept].shape), 0.0)
        rows = np.asarray(found).reshape(columns.shape)[kept] / np.sqrt(variance[kept])[:, None]
        return White(rows[:, 0], rows[:, 1:], float(np.log(variance[kept]).mean()))

    return whiten


def guesses(changes: Array, order: Order) -> list[Array]:
    """Where a climb may begin, as likelihoods of mixed orders have several tops.

    Partial autocorrelations of the differenced series (Burg 1975) for the autoregression; and a slow cycle. A seasonal
    difference leaves a seasonal moving average; nothing else is presumed.
    """
    forward, backward = changes[1:] - changes.mean(), changes[:-1] - changes.mean()
    partial = np.zeros(order.p)
    for lag in range(min(order.p, len(changes) - 2)):
        energy = float(forward @ forward + backward @ backward)
        partial[lag] = 2.0 * float(forward @ backward) / energy if energy > 0.0 else 0.0
        forward, backward = (forward - partial[lag] * backward)[1:], (backward - partial[lag] * forward)[:-1]
    partial = np.clip(partial, -0.97, 0.97)
    rest = np.concatenate((np.zeros(order.q + order.P), np.full(order.Q, 0.5 if order.D else 0.0)))
    found = [np.concatenate((free, rest)) for free in (partial / np.sqrt(1.0 - partial**2), np.full(order.p, 0.5))]
    return found if order.p and order.q else found[:1]


def resized(theta: Array, order: Order, wanted: Order) -> Array:
    """Free numbers of one order as those of another; where it only adds terms the polynomials stay the same."""
    parts = np.split(theta, np.cumsum([order.p, order.q, order.P]))
    counts = (wanted.p, wanted.q, wanted.P, wanted.Q)
    return np.concatenate([np.append(part, np.zeros(count))[:count] for part, count in zip(parts, counts, strict=True)])


def split(theta: Array, order: Order) -> tuple[Array, Array, Array, Array]:
    """Free numbers `theta (term,)` as stationary and invertible `ar, ma, seasonal_ar, seasonal_ma`."""
    ar, ma, seasonal_ar, seasonal_ma = np.split(theta, np.cumsum([order.p, order.q, order.P]))
    return _stationary(ar), -_stationary(ma), _stationary(seasonal_ar), -_stationary(seasonal_ma)


def polynomials(ar: Array, ma: Array, seasonal_ar: Array, seasonal_ma: Array, season: int) -> tuple[Array, Array]:
    """Lag coefficients (ar, ma) with the seasonal factors multiplied in."""
    return -_product(-ar, -seasonal_ar, season), _product(ma, seasonal_ma, season)


def inverse_roots(coefficients: Array) -> Array:
    """Inverse roots of `1 + c1 z + c2 z^2 + …`, complex; a modulus near 1 is a unit root."""
    return cast("Array", np.roots(np.concatenate(([1.0], coefficients))))


def _product(short: Array, seasonal: Array, season: int) -> Array:
    spread = np.zeros(len(seasonal) * season + 1)
    spread[0] = 1.0
    spread[season::season] = seasonal
    return np.convolve(np.concatenate(([1.0], short)), spread)[1:]


def _stationary(free: Array) -> Array:
    """Any numbers as the coefficients of a stationary autoregression (Monahan 1984), by partial autocorrelations."""
    coefficients = np.zeros(0)
    for partial in _MOST * free / np.sqrt(1.0 + free**2):
        coefficients = np.append(coefficients - partial * coefficients[::-1], partial)
    return coefficients
