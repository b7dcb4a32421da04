"""Prices whose calm and nervous times come in clusters: GARCH(1,1) returns on trading days."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tsrnn_datasets.simulate.days_off import trading_days

YEARS = (2014, 2023)


def draw(own: np.random.Generator, shared: np.random.Generator) -> pd.DataFrame:
    """One stock: column `price`, the level at the close of each trading day.

    The return of day t is drift + s[t] * z[t], z standard normal, with the variance of Bollerslev (1986),
    s2[t] = omega + alpha * (s[t-1] * z[t-1])**2 + beta * s2[t-1]; each stock has its own parameters.
    """
    days = trading_days(*YEARS)
    alpha, persistence = own.uniform(0.08, 0.12), own.uniform(0.96, 0.985)
    long_run, drift = own.uniform(0.010, 0.018) ** 2, own.uniform(0.0, 0.0004)
    start = own.uniform(20.0, 200.0)
    omega, beta = long_run * (1.0 - persistence), persistence - alpha
    variance, returns = long_run, np.empty(len(days))
    for row, shock in enumerate(own.standard_normal(len(days)).tolist()):
        surprise = variance**0.5 * shock
        returns[row] = drift + surprise
        variance = omega + alpha * surprise**2 + beta * variance
    price = start * np.exp(np.cumsum(returns))
    return pd.DataFrame({"price": np.round(price, 4)}, index=days)
