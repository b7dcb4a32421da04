"""Checks of intervals: named as everywhere, finite, nested around the forecast, and as wide as the data are large."""

from __future__ import annotations

import numpy as np

from tsrnn.answer import Answer, bound
from tsrnn.errors import DataError, SettingError
from tsrnn.frame import Data
from tsrnn.testing.expecting import NotApplicable, expect, expect_alike, expect_finite, expect_refused
from tsrnn.testing.subject import Subject


def _levelled(subject: Subject, data: Data, levels: list[float]) -> Answer:
    """A forecast with intervals, from a forecaster that has some."""
    try:
        return subject.fitted(data).predict(subject.horizon, levels=levels)
    except (DataError, SettingError) as problem:
        raise NotApplicable(f"it gives no intervals: {problem}") from problem


def levels_add_columns_named_as_everywhere(subject: Subject) -> None:
    """levels=[95, 80] adds NAME-lo-80, NAME-hi-80, NAME-lo-95 and NAME-hi-95, and a Series becomes a frame."""
    for data, name in ((subject.series(), "load"), (subject.wide(), "east"), (subject.long(), "y")):
        ahead = _levelled(subject, data, [95, 80])
        needed = [name, *(bound(name, side, level) for level in (80, 95) for side in ("lo", "hi"))]
        found = [column for column in ahead.columns if str(column).startswith(name)]
        expect(found == needed, f"the columns {needed}", found)


def bounds_are_finite(subject: Subject) -> None:
    """No bound is missing or infinite, holes in the data or not."""
    data = subject.series()
    data.iloc[[0, 20, 21, -1]] = np.nan
    expect_finite(_levelled(subject, data, [50, 80, 95]), "the bounds")


def intervals_nest_around_the_forecast(subject: Subject) -> None:
    """The wider level encloses the narrower one, and both the forecast."""
    ahead = _levelled(subject, subject.series(), [95, 50, 80])
    order = [*(bound("load", "lo", level) for level in (95, 80, 50)), "load"]
    order += [bound("load", "hi", level) for level in (50, 80, 95)]
    steps = np.diff(ahead[order].to_numpy(), axis=1)
    row = int(np.argmax((steps < 0).any(axis=1)))
    expect((steps >= 0).all(), f"{' <= '.join(order)}", ahead[order].iloc[row].tolist())


def intervals_of_noisy_data_are_open(subject: Subject) -> None:
    """Where the data are uncertain the forecast is not said to be certain."""
    ahead = _levelled(subject, subject.series(), [80])
    widths = (ahead[bound("load", "hi", 80)] - ahead[bound("load", "lo", 80)]).to_numpy()
    expect((widths > 0).all(), "widths above zero", widths.tolist())


def intervals_have_the_unit_of_the_data(subject: Subject) -> None:
    """Data a million times as large have intervals a million times as wide."""
    plain = _levelled(subject, subject.series(), [80])
    found = _levelled(subject, subject.series() * 1e6, [80])
    expect_alike(found / 1e6, plain, "the data times a million", rtol=1e-3)


def asking_for_intervals_leaves_the_forecast_as_it_is(subject: Subject) -> None:
    """The point forecast is the same with and without levels, whatever their order."""
    model = subject.fitted(subject.series())
    ahead = _levelled(subject, subject.series(), [80, 95])
    expect_alike(ahead["load"], model.predict(subject.horizon), "the forecast beside its intervals")
    expect_alike(model.predict(subject.horizon, levels=[95, 80]), ahead, "levels in another order")


def impossible_levels_are_refused(subject: Subject) -> None:
    """A level is a number of per cent between 0 and 100."""
    model = subject.fitted(subject.series())
    wrong: tuple[object, ...] = (0, 100, -5, 101, "80", True, float("nan"))
    for level in wrong:
        expect_refused(lambda level=level: model.predict(subject.horizon, levels=[level]), f"levels=[{level!r}]")  # type: ignore[misc]


CHECKS = (
    levels_add_columns_named_as_everywhere,
    bounds_are_finite,
    intervals_nest_around_the_forecast,
    intervals_of_noisy_data_are_open,
    intervals_have_the_unit_of_the_data,
    asking_for_intervals_leaves_the_forecast_as_it_is,
    impossible_levels_are_refused,
)
