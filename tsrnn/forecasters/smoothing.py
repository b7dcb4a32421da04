"""Smoothing forecasters: ETS and Theta, one model a series, with intervals from their variances."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd
from scipy.stats import norm

from tsrnn.errors import DataError, MissingValueError, SettingError, ShortSeriesError, whole_number
from tsrnn.forecasters import ets_fit, fourier, theta
from tsrnn.forecasters.ets import Form, SmoothedSeries
from tsrnn.forecasters.protocol import Arrays, Facts, Notice, PanelForecaster
from tsrnn.panel import Array, Counts, Forecast, Panel

# A series' last rows that are learned from.
_ROWS = 1000


class SeriesModel(Protocol):
    """What was learned of one series, whose rows count from the time `anchor`."""

    @property
    def anchor(self) -> str:
        """The time of its first row, as text."""
        ...

    def forecast(self, values: Array, places: Counts, horizon: int) -> tuple[Array, Array] | None:
        """Mean and deviation after `values`, `places (row + step,)` being from the anchor; None without a value."""
        ...

    def facts(self) -> dict[str, Any]:
        """What JSON keeps."""
        ...


@dataclass(frozen=True)
class FittedSmoothing:
    """The models, `models[name][channel]`, and what was met while fitting them."""

    models: dict[object, tuple[SeriesModel, ...]]
    notices: list[Notice]

    @property
    def memory(self) -> int:
        """Rows of each series that were learned from and are filtered again."""
        return _ROWS

    def table(self) -> pd.DataFrame:
        """One row a series and channel: `series, channel, model`, the model in words."""
        rows = [
            (name, channel, str(model)) for name, models in self.models.items() for channel, model in enumerate(models)
        ]
        return pd.DataFrame(rows, columns=["series", "channel", "model"])

    def forecast(self, panel: Panel, horizon: int, levels: tuple[float, ...], ahead: Array) -> Forecast:
        """Each series filtered with what was learned, and the steps after its last row; intervals are Normal."""
        both = np.empty((2, len(panel.names), horizon, panel.channels))
        for series, channel in np.ndindex(len(panel.names), panel.channels):
            both[:, series, :, channel] = self._steps(panel, series, channel, horizon)
        mean, deviation = both
        bounds = {}
        for level in levels:
            reach = float(norm.ppf(0.5 + level / 200.0)) * deviation
            bounds[level] = (mean - reach, mean + reach)
        return Forecast(mean, bounds)

    def state(self) -> tuple[Facts, Arrays]:
        """Constants and states; JSON holds every float exactly."""
        models = [[model.facts() for model in models] for models in self.models.values()]
        return {"models": models, "notices": [asdict(notice) for notice in self.notices]}, {}

    def _steps(self, panel: Panel, series: int, channel: int, horizon: int) -> tuple[Array, Array]:
        name = panel.names[series]
        if name not in self.models:
            known = ", ".join([*map(repr, list(self.models)[:5]), *(["…"] if len(self.models) > 5 else [])])
            raise DataError(
                f"series {name!r} was not among the {len(self.models)} series fitted ({known}); smoothing learns one "
                "model a series: fit it with this series, or forecast only the fitted ones",
                series=name,
            )
        model = self.models[name][channel]
        places = fourier.places(panel, series, model.anchor)
        places = np.concatenate((places, places[-1] + 1 + np.arange(horizon)))
        found = model.forecast(panel.values[panel.rows(series), channel], places, horizon)
        if found is None:
            raise MissingValueError(
                f"series {name!r}: no value is observed, but smoothing goes on from one; give its history", series=name
            )
        return found


class ETSForecaster(PanelForecaster):
    """Exponential smoothing in state space form, one model a series, its form chosen by AICc.

    - `season`: rows in a season; None takes the table's for the frequency. From 24 up a season is followed by STL
      instead, where M4's test finds one: so many seasonal states would each learn from few rows.
    - `form`: `"AAN"`, `"MAdM"`, …: error A or M, trend N, A or Ad, season N, A or M. None compares all of them that
      the series allows, six without a season and fifteen with one; those with an M need positive values.

    Each form is fitted by maximum likelihood to a series' last 1,000 rows (statsmodels' ETSModel, its first states
    among the parameters). Missing values are filled in to learn and passed over by the filter. A newer history is
    filtered from the first row learned on; one that does not hold it, from its own first value with the trend and
    season learned last. Covariates are not used. `fitted_.model.table()` shows the forms.

    Source: Hyndman, Koehler, Ord and Snyder (2008), Forecasting with exponential smoothing.

    >>> ETSForecaster(3, form="AAN").fit(pd.Series(np.arange(20.0))).predict().round(3).tolist()
    [20.0, 21.0, 22.0]
    """

    by_series = True

    def __init__(
        self, horizon: int = 1, *, season: int | None = None, form: str | None = None, name: str = "ets"
    ) -> None:
        self.horizon = horizon
        self.season = season
        self.form = form
        self.name = name

    def _learn(self, panel: Panel) -> FittedSmoothing:
        season = panel.season if self.season is None else whole_number("season", self.season, 1)
        given = None if self.form is None else _form(self.form, season)

        def learn(name: object, values: Array, anchor: str) -> tuple[SeriesModel, list[str]]:
            return ets_fit.learn(name, values, anchor, season, given)

        return _fitted(panel, learn, ets_fit.LEAST, "ETS")

    def _restore(self, facts: Facts, arrays: Arrays, recent: Panel) -> FittedSmoothing:
        return _restored(facts, recent, SmoothedSeries.restore)


class ThetaForecaster(PanelForecaster):
    """The Theta method, one model a series: half the straight line through it, half smoothing of twice its bends.

    - `season`: rows in a season; None takes the table's for the frequency. It is taken out beforehand where M4's test
      finds one, as factors where all values are positive, else as differences.

    The line, the season and the smoothing constant are learned from a series' last 1,000 rows. Missing values are
    filled in to learn and passed over afterwards. A newer history is smoothed with what was learned. Covariates are not
    used. `fitted_.model.table()` shows the constants.

    Source: Assimakopoulos and Nikolopoulos (2000), The theta model: a decomposition approach to forecasting.

    >>> ThetaForecaster(3).fit(pd.Series(np.arange(20.0))).predict().round(2).tolist()
    [19.5, 20.0, 20.5]
    """

    by_series = True

    def __init__(self, horizon: int = 1, *, season: int | None = None, name: str = "theta") -> None:
        self.horizon = horizon
        self.season = season
        self.name = name

    def _learn(self, panel: Panel) -> FittedSmoothing:
        season = panel.season if self.season is None else whole_number("season", self.season, 1)

        def learn(name: object, values: Array, anchor: str) -> tuple[SeriesModel, list[str]]:
            return theta.learn(values, anchor, season), []

        return _fitted(panel, learn, theta.LEAST, "Theta")

    def _restore(self, facts: Facts, arrays: Arrays, recent: Panel) -> FittedSmoothing:
        return _restored(facts, recent, theta.ThetaModel.restore)


def _fitted(
    panel: Panel, learn: Callable[[object, Array, str], tuple[SeriesModel, list[str]]], least: int, what: str
) -> FittedSmoothing:
    """A model for each series and channel, from the first value among its last rows on."""
    models: dict[object, tuple[SeriesModel, ...]] = {}
    notices = []
    for series, name in enumerate(panel.names):
        rows, found = panel.rows(series), []
        for channel in range(panel.channels):
            values = panel.values[max(rows.stop - _ROWS, rows.start) : rows.stop, channel]
            seen = np.flatnonzero(~np.isnan(values))
            if len(seen) < least:
                raise ShortSeriesError(
                    f"series {name!r}: {len(seen)} observed rows, but {what} needs {least}; give a longer series",
                    series=name,
                )
            values = values[seen[0] :]
            model, notes = learn(name, values, _text(panel.times[rows.stop - len(values)]))
            found.append(model)
            notices += [Notice(name, message, count) for message, count in Counter(notes).items()]
            missing = int(np.isnan(values).sum())
            if missing:
                message = "missing values are filled in to learn and passed over to forecast"
                notices.append(Notice(name, message, missing))
        models[name] = tuple(found)
    return FittedSmoothing(models, notices)


def _text(time: object) -> str:
    """A time as text that `fourier.places` reads."""
    return time.isoformat() if isinstance(time, pd.Timestamp) else str(time)


def _restored(facts: Facts, recent: Panel, restore: Callable[[dict[str, Any]], SeriesModel]) -> FittedSmoothing:
    models = [tuple(restore(one) for one in models) for models in facts["models"]]
    return FittedSmoothing(
        dict(zip(recent.names, models, strict=True)), [Notice(**notice) for notice in facts["notices"]]
    )


def _form(text: object, season: int) -> Form:
    """`"MAdM"` as a form; SettingError for one that is none, is unstable or needs another season."""
    match = re.fullmatch(r"([AM])(Ad|A|N)([ANM])", text) if isinstance(text, str) else None
    if match is None:
        raise SettingError(
            f"form is error A or M, trend N, A or Ad and season N, A or M, such as 'AAN' or 'MAdM'; got {text!r}"
        )
    error, trend, seasonal = match.groups()
    if error == "A" and seasonal == "M":
        raise SettingError(f"form {text!r} is unstable: with a season M the error is M; use 'M{trend}M'")
    if seasonal == "N":
        return Form(error, trend, seasonal)
    if not 1 < season < fourier.LONG_SEASON:
        raise SettingError(
            f"form {text!r} needs a season of 2 to {fourier.LONG_SEASON - 1} rows, but it has {season}; "
            f"use '{error}{trend}N', from {fourier.LONG_SEASON} up a season is followed by STL"
        )
    return Form(error, trend, seasonal, season)
