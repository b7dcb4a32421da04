"""Which ARIMA: how often to difference, and the stepwise search of Hyndman and Khandakar (2008) for the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from statsmodels.tsa.seasonal import STL

from tsrnn.forecasters.arma import Estimate, Order, inverse_roots
from tsrnn.panel import Array

# Critical value of the KPSS test of a level, 5 per cent (Kwiatkowski and others 1992, table 1).
_KPSS_5 = 0.463
# A seasonal difference is taken above this strength (Hyndman and Athanasopoulos, section 9.1).
_STRONG = 0.64
# Roots nearer to the unit circle than this are taken for unit roots, as in R's auto.arima.
_UNIT = 1.0 / 1.01
# An autoregressive and a moving-average root nearer to each other than this cancel.
_CANCEL = 0.02


@dataclass(frozen=True)
class Space:
    """The orders a search may visit: the differences are settled, each bound is inclusive `(least, most)`."""

    d: int
    D: int = 0
    season: int = 1
    p: tuple[int, int] = (0, 5)
    q: tuple[int, int] = (0, 5)
    P: tuple[int, int] = (0, 0)
    Q: tuple[int, int] = (0, 0)
    constants: tuple[bool, ...] = (True, False)

    def order(self, p: int, q: int, P: int, Q: int, constant: bool) -> Order:
        """An order of this space, each number brought within its bounds."""
        p, q, P, Q = (
            min(max(got, least), most)
            for got, (least, most) in zip((p, q, P, Q), (self.p, self.q, self.P, self.Q), strict=True)
        )
        kept = constant if constant in self.constants else self.constants[0]
        return Order(p, self.d, q, P, self.D, Q, self.season, kept)


def search(score: Callable[[Order], float], space: Space, most: int = 94) -> list[tuple[float, Order]]:
    """Orders visited, best first, with their scores (less is better); infinite ones are left out.

    From four simple orders, steps to any neighbour that scores less: one of p, q, P, Q up or down, p and q or P and Q
    together, the constant in or out. At most `most` orders are scored. Source: Hyndman and Khandakar (2008), Automatic
    time series forecasting: the forecast package for R, section 3.2.

    >>> search(lambda order: abs(order.p - 3) + order.q, Space(d=0))[0][1].p
    3
    """
    seen: dict[Order, float] = {}

    def visit(order: Order) -> float:
        if order not in seen:
            seen[order] = score(order)
        return seen[order]

    constant = space.constants[0]
    starts = [(2, 2, 1, 1, constant), (0, 0, 0, 0, constant), (1, 0, 1, 0, constant), (0, 1, 0, 1, constant)]
    candidates = [space.order(*start) for start in starts]
    candidates += [space.order(0, 0, 0, 0, other) for other in space.constants[1:]]
    best = min(candidates, key=visit)
    moved = True
    while moved and len(seen) < most:
        moved = False
        for order in _neighbours(best, space):
            if len(seen) < most and visit(order) < seen[best]:
                best, moved = order, True
                break
    return sorted(((found, order) for order, found in seen.items() if np.isfinite(found)), key=_rank)


def _rank(scored: tuple[float, Order]) -> tuple[float, int, str]:
    """Of equal scores the simpler order comes first."""
    return scored[0], scored[1].terms + scored[1].constant, str(scored[1])


def _neighbours(order: Order, space: Space) -> list[Order]:
    steps = [
        *((0, 0, -1, 0), (0, 0, 0, -1), (0, 0, 1, 0), (0, 0, 0, 1), (0, 0, -1, -1), (0, 0, 1, 1)),
        *((0, 0, -1, 1), (0, 0, 1, -1), (-1, 0, 0, 0), (0, -1, 0, 0), (1, 0, 0, 0), (0, 1, 0, 0)),
        *((-1, -1, 0, 0), (1, 1, 0, 0), (-1, 1, 0, 0), (1, -1, 0, 0)),
    ]
    near = [space.order(order.p + p, order.q + q, order.P + P, order.Q + Q, order.constant) for p, q, P, Q in steps]
    near += [replace(order, constant=other) for other in space.constants]
    return [other for other in near if other != order]


def acceptable(found: Estimate) -> bool:
    """Whether no root of the fitted polynomials stands at the unit circle and no two cancel."""
    for ar, ma in ((-found.ar, found.ma), (-found.seasonal_ar, found.seasonal_ma)):
        ar_roots, ma_roots = inverse_roots(ar), inverse_roots(ma)
        if (np.abs(np.concatenate((ar_roots, ma_roots))) > _UNIT).any():
            return False
        if (np.abs(ar_roots[:, None] - ma_roots) < _CANCEL).any():
            return False
    return bool(np.isfinite(found.aicc))


def difference(rows: Array, d: int, D: int = 0, season: int = 1) -> Array:
    """`rows (row, …)` differenced: D times at the season, then d times."""
    for _ in range(D):
        rows = rows[season:] - rows[:-season]
    for _ in range(d):
        rows = rows[1:] - rows[:-1]
    return rows


def kpss(rows: Array) -> float:
    """The KPSS statistic of stationarity around a level; above 0.463 it is refused at 5 per cent.

    Bartlett weights over `3 sqrt(n) / 13` lags, as R's auto.arima takes them; 0 for a constant. Source: Kwiatkowski,
    Phillips, Schmidt and Shin (1992), Testing the null hypothesis of stationarity, equations 10 to 13.
    """
    errors = rows - rows.mean()
    count = len(errors)
    variance = float(errors @ errors) / count
    if variance <= 1e-20 * max(float(rows @ rows) / count, 1e-280):
        return 0.0
    lags = int(3.0 * np.sqrt(count) / 13.0)
    for lag in range(1, lags + 1):
        variance += 2.0 * (1.0 - lag / (lags + 1.0)) * float(errors[lag:] @ errors[:-lag]) / count
    return float((np.cumsum(errors) ** 2).sum()) / (count**2 * max(variance, 1e-300))


def differences(rows: Array, most: int = 2) -> int:
    """How often to difference until KPSS no longer refuses stationarity."""
    d = 0
    while d < most and len(rows) > 5 and kpss(rows) > _KPSS_5:
        rows, d = np.diff(rows), d + 1
    return d


def seasonal_strength(rows: Array, season: int) -> float:
    """How much of the detrended variance is seasonal, 0 to 1, by STL; 0 with fewer than three seasons.

    Source: Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 3rd edition, section 4.3.
    """
    if season < 2 or len(rows) < 3 * season or np.ptp(rows) == 0.0:
        return 0.0
    parts = STL(rows, period=season, seasonal=11).fit()
    detrended = float(np.var(parts.seasonal + parts.resid))
    return max(0.0, 1.0 - float(np.var(parts.resid)) / detrended) if detrended > 0.0 else 0.0


def seasonal_differences(rows: Array, season: int) -> int:
    """Whether to difference at the season: 1 where its strength is above 0.64, else 0."""
    return int(seasonal_strength(rows, season) > _STRONG)
