"""ARIMA forecaster: one model a series, its order given or chosen, with Fourier terms where the season is long."""

from __future__ import annotations

import warnings
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from scipy.stats import norm
from threadpoolctl import threadpool_limits

from tsrnn.errors import DataError, MissingValueError, SettingError, ShortSeriesError, whole_number
from tsrnn.forecasters import fourier
from tsrnn.forecasters.arima_choice import Plan
from tsrnn.forecasters.arima_series import ROWS, Scale, SeriesModel, learn
from tsrnn.forecasters.arma import Estimate, Order
from tsrnn.forecasters.draws import generator
from tsrnn.forecasters.protocol import Arrays, Facts, Notice, PanelForecaster
from tsrnn.panel import Array, Counts, Forecast, Panel

T = TypeVar("T")
_VECTORS = ("ar", "ma", "seasonal_ar", "seasonal_ma", "regression", "theta")


@dataclass(frozen=True)
class FittedARIMA:
    """The models, `models[name][channel]`, and what was met while fitting them."""

    models: dict[object, tuple[SeriesModel, ...]]
    notices: list[Notice]

    @property
    def memory(self) -> int:
        """Rows of each series that a forecast filters."""
        return ROWS

    @property
    def orders(self) -> list[str]:
        """The order of each series and channel, in words."""
        return [str(model) for models in self.models.values() for model in models]

    def table(self) -> pd.DataFrame:
        """One row a series and channel: `series, channel, order, sigma2, loglik, aicc`, in the series' own units."""
        rows = [
            (name, channel, str(model), model.sigma2, model.loglik, model.aicc)
            for name, models in self.models.items()
            for channel, model in enumerate(models)
        ]
        return pd.DataFrame(rows, columns=["series", "channel", "order", "sigma2", "loglik", "aicc"])

    def forecast(self, panel: Panel, horizon: int, levels: tuple[float, ...], ahead: Array) -> Forecast:
        """Each series filtered with its learned coefficients, and the steps after its last row.

        Intervals are Normal with the forecast's own variance. Raises DataError for a series that was not fitted.
        """
        steps = [
            [self._steps(panel, series, channel, horizon, ahead[series]) for channel in range(panel.channels)]
            for series in range(len(panel.names))
        ]
        both = np.array(steps, np.float64).reshape(len(panel.names), panel.channels, 2, horizon)
        mean, deviation = both.transpose(2, 0, 3, 1)  # (series, step, channel) each
        bounds = {}
        for level in levels:
            reach = float(norm.ppf(0.5 + level / 200.0)) * deviation
            bounds[level] = (mean - reach, mean + reach)
        return Forecast(np.ascontiguousarray(mean), bounds)

    def state(self) -> tuple[Facts, Arrays]:
        """Orders, coefficients and scales; JSON holds every float exactly."""
        models = [[_model_facts(model) for model in models] for models in self.models.values()]
        return {"models": models, "notices": [asdict(notice) for notice in self.notices]}, {}

    def paths(self, panel: Panel, horizon: int, n: int, seed: int, ahead: Array) -> Array:
        """`n` sample paths with Normal innovations, `(series, path, step, channel)`."""
        found = np.empty((len(panel.names), n, horizon, panel.channels))
        for series, name in enumerate(panel.names):
            rng = generator(seed, name)
            for channel in range(panel.channels):
                model, rows = self._given(panel, series, channel, horizon, ahead[series])
                found[series, :, :, channel] = _settled(model.paths(*rows, horizon, n, rng), model, panel, series, rows)
        return found

    def _steps(self, panel: Panel, series: int, channel: int, horizon: int, ahead: Array) -> tuple[Array, Array]:
        model, rows = self._given(panel, series, channel, horizon, ahead)
        return _settled(model.forecast(*rows, horizon), model, panel, series, rows)

    def _given(
        self, panel: Panel, series: int, channel: int, horizon: int, ahead: Array
    ) -> tuple[SeriesModel, tuple[Array, Array, Counts]]:
        """The model of a series, and what it goes on from: target, covariates and places."""
        name = panel.names[series]
        if name not in self.models:
            known = ", ".join([*map(repr, list(self.models)[:5]), *(["…"] if len(self.models) > 5 else [])])
            raise DataError(
                f"series {name!r} was not among the {len(self.models)} series fitted ({known}); "
                "ARIMA learns one model a series: fit it with this series, or forecast only the fitted ones",
                series=name,
            )
        if np.isnan(ahead).any():
            step = int(np.argmax(np.isnan(ahead).any(axis=1))) + 1
            raise MissingValueError(
                f"series {name!r}: a covariate known ahead is missing at step {step} of the horizon; give its value",
                series=name,
            )
        model = self.models[name][channel]
        rows = panel.rows(series)
        places = fourier.places(panel, series, model.anchor) if model.pairs else np.arange(rows.stop - rows.start)
        places = np.concatenate((places, places[-1] + 1 + np.arange(horizon)))
        start = max(rows.stop - ROWS, rows.start)
        covariates = np.concatenate((panel.future[start : rows.stop], ahead))
        return model, (panel.values[start : rows.stop, channel], covariates, places[start - rows.start :])


class ARIMAForecaster(PanelForecaster):
    """ARIMA with regressors known ahead, one model a series, fitted by exact maximum likelihood.

    - `order (p, d, q)`: None is chosen, and `seasonal_order (P, D, Q)` with it: by KPSS tests, seasonal strength and a
      stepwise search for the least AICc (Hyndman and Khandakar 2008). With an order given nothing seasonal is added
      unless it is given too.
    - `season`: rows in a season; None takes the table's for the frequency. From 24 up, Fourier terms stand for the
      seasonal orders. `fourier`: their number of pairs; None is chosen by AICc, 0 is none.
    - There is a mean without differences, a drift after one where it lowers AICc, and no constant after two.

    Orders are chosen on a series' last 1,000 rows, coefficients learned on its last 3,000, and forecasts filter the
    last 3,000 with the coefficients learned. Missing values are left to the Kalman filter. Columns known ahead are
    regressors; past and static ones are not used. `fitted_.model.table()` shows the orders.

    >>> steps = pd.Series(np.cumsum(np.tile([1.0, -0.5, 0.25, 0.75], 20)), index=pd.RangeIndex(80))
    >>> ARIMAForecaster(horizon=2, order=(0, 1, 0)).fit(steps).predict().shape
    (2,)
    """

    by_series = True

    def __init__(
        self,
        horizon: int = 1,
        *,
        order: tuple[int, int, int] | None = None,
        seasonal_order: tuple[int, int, int] | None = None,
        season: int | None = None,
        fourier: int | None = None,
        name: str = "arima",
    ) -> None:
        self.horizon = horizon
        self.order = order
        self.seasonal_order = seasonal_order
        self.season = season
        self.fourier = fourier
        self.name = name

    def _learn(self, panel: Panel) -> FittedARIMA:
        plan = self._plan(panel)
        with threadpool_limits(limits=1, user_api="blas"):  # of its small products threads only wait for one another
            found = [
                [_learn_series(panel, series, channel, plan) for channel in range(panel.channels)]
                for series in range(len(panel.names))
            ]
        models = {name: tuple(model for model, _ in pairs) for name, pairs in zip(panel.names, found, strict=True)}
        notices = [notice for pairs in found for _, notices in pairs for notice in notices]
        return FittedARIMA(models, notices)

    def _restore(self, facts: Facts, arrays: Arrays, recent: Panel) -> FittedARIMA:
        models = [tuple(_model_from(one) for one in models) for models in facts["models"]]
        notices = [Notice(**notice) for notice in facts["notices"]]
        return FittedARIMA(dict(zip(recent.names, models, strict=True)), notices)

    def _plan(self, panel: Panel) -> Plan:
        """The settings, checked."""
        season = panel.season if self.season is None else whole_number("season", self.season, 1)
        order = _triple("order (p, d, q)", self.order)
        seasonal = _triple("seasonal_order (P, D, Q)", self.seasonal_order)
        if seasonal is not None and any(seasonal) and season == 1:
            raise SettingError(f"seasonal_order {seasonal} needs a season of at least 2 rows; give season=…")
        pairs = self.fourier if self.fourier is None else whole_number("fourier", self.fourier, 0)
        if order is not None:  # the whole model is given
            seasonal, pairs = seasonal or (0, 0, 0), pairs or 0
        elif seasonal is not None and any(seasonal):
            pairs = pairs or 0
        if pairs and pairs > season // 2:
            raise SettingError(f"fourier={pairs} pairs need a season of at least {2 * pairs} rows, but it has {season}")
        return Plan(order, seasonal, season, pairs)


def _settled(found: T | None, model: SeriesModel, panel: Panel, series: int, rows: tuple[Array, Array, Counts]) -> T:
    """What was found; ShortSeriesError where the rows do not settle the level."""
    if found is None:
        name, seen = panel.names[series], int((~np.isnan(rows[0])).sum())
        raise ShortSeriesError(
            f"series {name!r}: {seen} observed rows do not settle the level of {model}, which differences over "
            f"{model.order.lost + 1} rows; give a longer history",
            series=name,
        )
    return found


def _triple(what: str, got: object) -> tuple[int, int, int] | None:
    if got is None:
        return None
    if not isinstance(got, (tuple, list)) or len(got) != 3:
        raise SettingError(f"{what} must be three whole numbers, such as (1, 1, 1), got {got!r}")
    first, middle, last = (whole_number(f"each number of {what}", number, 0) for number in got)
    if middle > 2:
        raise SettingError(f"{what} differences {middle} times; more than 2 leaves nothing to model")
    return first, middle, last


def _learn_series(panel: Panel, series: int, channel: int, plan: Plan) -> tuple[SeriesModel, list[Notice]]:
    name, rows = panel.names[series], panel.rows(series)
    target, covariates = panel.values[rows, channel], panel.future[rows]
    seen = int((~np.isnan(target) & ~np.isnan(covariates).any(axis=1))[-ROWS:].sum())
    needed = plan.rows_needed(covariates.shape[1])
    if seen < needed:
        raise ShortSeriesError(
            f"series {name!r}: {seen} observed rows, but ARIMA needs {needed}; give a longer series or a smaller order",
            series=name,
        )
    anchor = fourier.anchor(panel, series)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model, notes = learn(target, covariates, np.arange(len(target), dtype=np.int64), anchor, plan)
    counts = Counter([*notes, *(f"{warning.category.__name__}: {warning.message}" for warning in caught)])
    return model, [Notice(name, message, count) for message, count in counts.items()]


def _model_facts(model: SeriesModel) -> dict[str, Any]:
    scale = model.scale
    estimate: dict[str, Any] = asdict(model.estimate)
    # A constant series has no likelihood, and JSON no NaN.
    estimate |= {"loglik": estimate["loglik"] if np.isfinite(estimate["loglik"]) else None}
    return {
        "order": asdict(model.order),
        "season": model.season,
        "pairs": model.pairs,
        "anchor": model.anchor,
        "scale": [scale.centre, scale.width, scale.covariate_centre.tolist(), scale.covariate_width.tolist()],
        "estimate": estimate | {part: estimate[part].tolist() for part in _VECTORS},
    }


def _model_from(facts: dict[str, Any]) -> SeriesModel:
    centre, width, covariate_centre, covariate_width = facts["scale"]
    estimate = facts["estimate"] | {part: np.asarray(facts["estimate"][part], np.float64) for part in _VECTORS}
    estimate["loglik"] = float("nan") if estimate["loglik"] is None else estimate["loglik"]
    return SeriesModel(
        order=Order(**facts["order"]),
        season=int(facts["season"]),
        pairs=int(facts["pairs"]),
        anchor=str(facts["anchor"]),
        scale=Scale(centre, width, np.asarray(covariate_centre, np.float64), np.asarray(covariate_width, np.float64)),
        estimate=Estimate(**estimate),
    )
