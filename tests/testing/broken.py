"""Forecasters that break one promise each, made of one that keeps them all."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd

from tests.testing.honest import Honest, observed
from tsrnn.columns import Columns, Repairs
from tsrnn.frame import Data, read
from tsrnn.panel import Array, Forecast, Panel


class RemembersWhatOthersSaw(Honest):
    """Every object knows the longest rows that any object was fitted on, those of the future too."""

    seen: ClassVar[dict[object, Array]] = {}

    def _level(self, panel: Panel) -> Array:
        for name, rows in zip(panel.names, observed(panel), strict=True):
            self.seen[name] = max(self.seen.get(name, rows), rows, key=len)
        return np.array([self.seen[name][-1] for name in panel.names])

    def fit(self, data: Data, columns: Columns | None = None, *, repairs: Repairs | None = None) -> Self:
        super().fit(data, columns, repairs=repairs)
        self._level(self.panel_)
        return self


class FillsTheCallersHoles(Honest):
    """Works on the frame that it was given."""

    def fit(self, data: Data, columns: Columns | None = None, *, repairs: Repairs | None = None) -> Self:
        super().fit(data, columns, repairs=repairs)
        if isinstance(data, pd.Series):
            data.iloc[0] += 1.0
        return self


class CountsItsPredictions(Honest):
    """Drifts with every question."""

    def _level(self, panel: Panel) -> Array:
        self.asked_ = getattr(self, "asked_", 0) + 1
        return super()._level(panel) + self.asked_


class HasNoSeed(Honest):
    """Chance, never twice the same."""

    def fit(self, data: Data, columns: Columns | None = None, *, repairs: Repairs | None = None) -> Self:
        self.shift_ = np.random.default_rng().normal()
        return super().fit(data, columns, repairs=repairs)

    def _level(self, panel: Panel) -> Array:
        return np.asarray(super()._level(panel) + self.shift_)


class DrawsFromTheProcess(HasNoSeed):
    """Chance of everybody's random numbers."""

    def fit(self, data: Data, columns: Columns | None = None, *, repairs: Repairs | None = None) -> Self:
        super().fit(data, columns, repairs=repairs)
        self.shift_ = np.random.normal()
        return self


class SeedsTheProcess(Honest):
    """Repeatable, at everybody's cost."""

    def fit(self, data: Data, columns: Columns | None = None, *, repairs: Repairs | None = None) -> Self:
        np.random.seed(0)
        return super().fit(data, columns, repairs=repairs)


class SetsTheEnvironment(Honest):
    """Decides for the process how many threads there are."""

    def fit(self, data: Data, columns: Columns | None = None, *, repairs: Repairs | None = None) -> Self:
        os.environ["FITS_SO_FAR"] = str(int(os.environ.get("FITS_SO_FAR", "0")) + 1)
        return super().fit(data, columns, repairs=repairs)


class LosesTheZone(Honest):
    """Answers in UTC, without saying so."""

    def _written(self, forecast: Forecast, panel: Panel) -> Any:
        answer = super()._written(forecast, panel)
        stamps = isinstance(answer.index, pd.DatetimeIndex) and answer.index.tz is not None
        return answer.tz_convert(None) if stamps else answer


class SortsColumns(Honest):
    """Answers in an order of its own."""

    def _written(self, forecast: Forecast, panel: Panel) -> Any:
        answer = super()._written(forecast, panel)
        return answer if isinstance(answer, pd.Series) else answer.sort_index(axis=1)


class CrossesIntervals(Honest):
    """The surer the level, the narrower."""

    def _written(self, forecast: Forecast, panel: Panel) -> Any:
        levels = list(forecast.bounds)
        crossed = {level: forecast.bounds[other] for level, other in zip(levels, reversed(levels), strict=True)}
        return super()._written(Forecast(forecast.point, crossed), panel)


class TalksToItself(Honest):
    """Prints."""

    def fit(self, data: Data, columns: Columns | None = None, *, repairs: Repairs | None = None) -> Self:
        print("fitting")
        return super().fit(data, columns, repairs=repairs)


class LeavesFiles(Honest):
    """Keeps a log where it happens to stand."""

    def fit(self, data: Data, columns: Columns | None = None, *, repairs: Repairs | None = None) -> Self:
        Path("fit.log").write_text("fitted", encoding="utf-8")
        return super().fit(data, columns, repairs=repairs)


class HoldsTheCallersFrame(Honest):
    """Reads the data when it is asked, not when it is fitted."""

    def fit(self, data: Data, columns: Columns | None = None, *, repairs: Repairs | None = None) -> Self:
        self.data_ = data
        return super().fit(data, columns, repairs=repairs)

    def _panel(self, history: Data | None) -> Panel:
        return super()._panel(self.data_ if history is None else history)


class LearnsFromHistory(Honest):
    """The history of one question is the data of the next."""

    def _panel(self, history: Data | None) -> Panel:
        self.panel_ = super()._panel(history)
        return self.panel_


class IgnoresHistory(Honest):
    """Goes on from where it was fitted, whatever came since."""

    def _panel(self, history: Data | None) -> Panel:
        return self.panel_


class TripsOverHoles(Honest):
    """Takes the last rows as they are."""

    def _level(self, panel: Panel) -> Array:
        return np.array([panel.values[stop - self.window : stop, 0].mean() for stop in panel.offsets[1:]])


class KnowsOneUnit(Honest):
    """Adds a thousandth for the sake of stability."""

    def _level(self, panel: Panel) -> Array:
        return super()._level(panel) + 1e-3


class ScalesByTheLargestOfAll(Honest):
    """One series decides how fine the others are rounded."""

    def _level(self, panel: Panel) -> Array:
        unit = np.nanmax(np.abs(panel.values)) / 1e3
        return np.asarray(np.round(super()._level(panel) / unit) * unit)


class TurnsItsOwnScrew(Honest):
    """Overwrites a setting with what it found."""

    def fit(self, data: Data, columns: Columns | None = None, *, repairs: Repairs | None = None) -> Self:
        self.window = 2
        return super().fit(data, columns, repairs=repairs)


class WorksInTheConstructor(Honest):
    """Derives before it is fitted, so that set_params is not heard."""

    def __init__(self, horizon: int = 4, window: int = 3, name: str = "honest") -> None:
        super().__init__(horizon, window, name)
        self.twice = 2 * window


class KeepsItsAnswer(Honest):
    """Gives the same object again to whoever asks again."""

    def _written(self, forecast: Forecast, panel: Panel) -> Any:
        if not hasattr(self, "answer_"):
            self.answer_ = super()._written(forecast, panel)
        return self.answer_


class ThinksOnTheObject(Honest):
    """Puts the history down on itself while it works, where another thread takes it."""

    def _level(self, panel: Panel) -> Array:
        self.now_ = panel
        time.sleep(1e-3)
        return super()._level(self.now_)


class CannotBeSent(Honest):
    """Holds a function that has no name."""

    def fit(self, data: Data, columns: Columns | None = None, *, repairs: Repairs | None = None) -> Self:
        self.link_ = lambda values: values
        return super().fit(data, columns, repairs=repairs)


class ReadsTheTargetOfTomorrow(Honest):
    """Takes whatever stands in `future`."""

    def predict(
        self,
        horizon: int | None = None,
        *,
        history: Data | None = None,
        levels: list[float] | None = None,
        future: pd.DataFrame | None = None,
    ) -> Any:
        answer = super().predict(horizon, history=history, levels=levels)
        if future is not None and "load" in future:
            answer["load"] = future["load"].to_numpy()[: len(answer)]
        return answer


class GivesNothing(Honest):
    """Forgets to return itself."""

    def fit(self, data: Data, columns: Columns | None = None, *, repairs: Repairs | None = None) -> Self:
        super().fit(data, columns, repairs=repairs)
        return None  # type: ignore[return-value]


class IsHalfFitted(Honest):
    """A fit that failed leaves the rows of none."""

    def fit(self, data: Data, columns: Columns | None = None, *, repairs: Repairs | None = None) -> Self:
        self.panel_ = read(pd.Series([0.0, 1.0, 2.0]))
        return super().fit(data, columns, repairs=repairs)


class DropsWhatItCannotRead(Honest):
    """Forecasts what is left of text."""

    def fit(self, data: Data, columns: Columns | None = None, *, repairs: Repairs | None = None) -> Self:
        if isinstance(data, pd.Series) and data.dtype.kind not in "fiub":
            data = pd.to_numeric(data.astype(str).str.extract(r"([0-9.]+)")[0]).rename("load")
        return super().fit(data, columns, repairs=repairs)


class Crashes(Honest):
    """Raises what nobody expects."""

    def _level(self, panel: Panel) -> Array:
        raise KeyError("level")


# Who breaks what.
BROKEN: dict[type[Honest], str] = {
    RemembersWhatOthersSaw: "a_fit_elsewhere_changes_no_forecast",
    FillsTheCallersHoles: "the_callers_data_stay_as_they_are",
    CountsItsPredictions: "predicting_twice_gives_the_same",
    HasNoSeed: "the_same_settings_give_the_same_numbers",
    DrawsFromTheProcess: "global_seeds_do_not_matter",
    SeedsTheProcess: "the_process_stays_as_it_is",
    SetsTheEnvironment: "the_process_stays_as_it_is",
    LosesTheZone: "a_time_zone_stays_across_a_clock_change",
    SortsColumns: "a_wide_frame_gives_a_wide_frame",
    CrossesIntervals: "intervals_nest_around_the_forecast",
    TalksToItself: "nothing_is_printed",
    LeavesFiles: "no_file_is_left_behind",
    HoldsTheCallersFrame: "data_changed_after_fit_change_no_forecast",
    LearnsFromHistory: "predicting_leaves_no_trace",
    IgnoresHistory: "history_moves_the_origin",
    TripsOverHoles: "missing_values_are_survived",
    KnowsOneUnit: "the_unit_does_not_matter",
    ScalesByTheLargestOfAll: "another_series_does_not_matter_to_a_forecast",
    TurnsItsOwnScrew: "fit_and_predict_leave_the_settings_alone",
    WorksInTheConstructor: "the_constructor_does_nothing_else",
    KeepsItsAnswer: "a_changed_answer_changes_no_later_one",
    ThinksOnTheObject: "threads_may_predict_at_once",
    CannotBeSent: "another_process_forecasts_the_same",
    ReadsTheTargetOfTomorrow: "nothing_but_what_is_known_ahead_is_read_from_the_future",
    GivesNothing: "fit_returns_the_forecaster_itself",
    IsHalfFitted: "a_failed_fit_leaves_no_half_fitted_forecaster",
    DropsWhatItCannotRead: "text_is_refused",
    Crashes: "forecasts_are_finite_floats",
}
