"""Which ETS: every admissible form of one series fitted by maximum likelihood, and the one of least AICc kept."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from statsmodels.tsa.exponential_smoothing.ets import ETSModel

from tsrnn.errors import DataError
from tsrnn.forecasters.arima_fit import fill
from tsrnn.forecasters.ets import Form, SmoothedSeries, State
from tsrnn.forecasters.fourier import LONG_SEASON
from tsrnn.forecasters.seasonal import Pattern, followed, last_of
from tsrnn.naive2 import is_seasonal
from tsrnn.panel import Array

# Rows observed that the simplest form takes.
LEAST = 5
_WORDS = {"N": None, "A": "add", "M": "mul"}
_SMALLEST = 1e-150  # unit, in terms of the largest value, whose square then still is a number
# Smoothing constants that a search starts from; a form with a season is found from the first alone.
_ALPHAS = (0.1, 0.5)


def forms(season: int) -> Iterator[Form]:
    """The forms compared: all but multiplicative trends, and a multiplicative season with an additive error.

    Those left out have infinite variances or unstable likelihoods (Hyndman, Koehler, Ord and Snyder, 2008, section
    15.2; R's `ets` leaves out the same).
    """
    for error in ("A", "M"):
        for trend in ("N", "A", "Ad"):
            yield Form(error, trend, "N")
            if season > 1:
                yield Form(error, trend, "A", season)
                if error == "M":
                    yield Form(error, trend, "M", season)


@dataclass(frozen=True)
class _Fit:
    """A form with statsmodels' parameters for gapless values of size one."""

    form: Form
    parameters: Array
    aicc: float
    notes: list[str]


def learn(
    name: object, values: Array, anchor: str, season: int, given: Form | None
) -> tuple[SmoothedSeries, list[str]]:
    """The ETS model of `values (row,)` from the anchor on, NaN where missing, and what statsmodels said of it.

    The form `given`, else the one with the least AICc of those that the series allows. Raises a DataError where it does
    not allow the form given.
    """
    sizes = np.abs(values[(values != 0) & ~np.isnan(values)])
    unit = max(float(np.median(sizes)), float(sizes.max()) * _SMALLEST) if len(sizes) else 1.0
    own, period, found = values / unit, season, None
    whole = fill(own, season)
    if season >= LONG_SEASON:
        period = 1
        if is_seasonal(whole, season):
            component = followed(whole, season)
            own, whole, found = own - component, whole - component, last_of(component, season)
    if np.ptp(whole) <= 8.0 * np.finfo(float).eps * np.abs(whole).max():
        return _still(anchor, unit, float(whole[-1]), found), []
    if given is not None and (needed := lacking(whole, given)):
        raise DataError(f"series {name!r}: {given} needs {needed}; choose another form", series=name)
    candidates = [given] if given is not None else [form for form in forms(period) if not lacking(whole, form)]
    fits = [_fitted(whole, form) for form in candidates]
    best = min(fits, key=lambda fit: fit.aicc)
    model = _model(best, anchor, unit, found)
    last, errors = model.smooth(own, 0, model.first)
    errors = errors[~np.isnan(errors)]
    sigma2 = float(errors @ errors) / max(len(errors) - best.form.parameters + 1, 1)
    return replace(model, last=last, sigma2=sigma2), best.notes


def lacking(values: Array, form: Form) -> str:
    """What gapless values lack for the form: rows for AICc and two seasons, positive values; empty for nothing."""
    needed = max(form.parameters + 2, 2 * form.season)
    if len(values) < needed:
        return f"{needed} rows, and there are {len(values)}"
    if "M" in (form.error, form.seasonal) and not (values > 0).all():
        return "values above 0"
    return ""


def _fitted(values: Array, form: Form) -> _Fit:
    """By maximum likelihood, the first states among the parameters (statsmodels' ETSModel).

    Where errors and seasons are added, so may be any number: the search is then for standardised values, which suit it.
    """
    centre, spread = (values.mean(), values.std()) if form.error == "A" else (0.0, 1.0)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model = ETSModel(
            (values - centre) / spread,
            error=_WORDS[form.error],
            trend=_WORDS[form.trend[0]],
            damped_trend=form.trend == "Ad",
            seasonal=_WORDS[form.seasonal],
            seasonal_periods=form.season if form.season > 1 else None,
        )
        start, tried = np.asarray(model.start_params, np.float64), []
        for alpha in _ALPHAS[:1] if form.season > 1 else _ALPHAS:
            start[0] = alpha
            found = np.asarray(model.fit(start_params=start, maxiter=1000, disp=False, return_params=True), np.float64)
            tried.append((float(model.loglike(found)), found))
    likelihood, parameters = max(tried, key=lambda one: one[0])
    parameters[-form.states :] *= spread
    parameters[-form.states] += centre
    likelihood -= len(values) * float(np.log(spread))
    rows, count = len(values), form.parameters
    aicc = -2.0 * likelihood + 2.0 * count * rows / (rows - count - 1)
    aicc = float("inf") if np.isnan(aicc) else aicc
    return _Fit(form, parameters, aicc, [f"{warning.category.__name__}: {warning.message}" for warning in caught])


def _model(fit: _Fit, anchor: str, unit: float, taken_out: Pattern | None) -> SmoothedSeries:
    """statsmodels' parameters by their names."""
    form, numbers = fit.form, fit.parameters.tolist()
    alpha, rest = numbers[0], numbers[1:]
    beta = rest.pop(0) if form.trend != "N" else 0.0
    gamma = rest.pop(0) if form.seasonal != "N" else 0.0
    phi = rest.pop(0) if form.trend == "Ad" else 1.0
    level = rest.pop(0)
    trend = rest.pop(0) if form.trend != "N" else 0.0
    first = State(level, trend, tuple(reversed(rest)) or (0.0,))  # statsmodels gives the last place first
    return SmoothedSeries(anchor, unit, form, alpha, beta, gamma, phi, first, first, 0.0, fit.aicc, taken_out)


def _still(anchor: str, unit: float, value: float, taken_out: Pattern | None) -> SmoothedSeries:
    """A constant series stays at its last value, certainly."""
    state = State(value, 0.0, (0.0,))
    form = Form("A", "N", "N")
    return SmoothedSeries(anchor, unit, form, 1.0, 0.0, 0.0, 1.0, state, state, 0.0, float("nan"), taken_out)
