"""Checks of claims: true of some forecasters and no fault of others, so run only on those said to keep them."""

from __future__ import annotations

from tsrnn.testing.expecting import expect, expect_alike
from tsrnn.testing.subject import Subject


def the_level_moves_the_forecast_with_it(subject: Subject) -> None:
    """Data raised by a constant are forecast as raised by it."""
    plain = subject.ahead(subject.series())
    for level in (-100.0, 100.0):
        expect_alike(subject.ahead(subject.series() + level) - level, plain, f"the data plus {level:g}", rtol=1e-3)


def the_newest_value_is_seen(subject: Subject) -> None:
    """The first step depends on the last observed row."""
    data = subject.series()
    model = subject.fitted(data)
    plain = model.predict(subject.horizon, history=data)
    newer = data.copy()
    newer.iloc[-1] += 3.0
    found = model.predict(subject.horizon, history=newer)
    expect(found.iloc[0] != plain.iloc[0], "another first step after another last row", f"{found.iloc[0]} both times")


def each_series_is_forecast_by_itself(subject: Subject) -> None:
    """A series has the same forecast alone and among others."""
    data = subject.wide()
    together = subject.ahead(data)
    for name in data.columns:
        expect_alike(subject.ahead(data[name]), together[name], f"series {name!r} alone", rtol=1e-9)


CHECKS = (the_level_moves_the_forecast_with_it, the_newest_value_is_seen, each_series_is_forecast_by_itself)
