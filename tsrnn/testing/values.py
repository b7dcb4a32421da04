"""Checks of numbers: finite, as large as the data, and not thrown by holes, spikes, constants or the unit."""

from __future__ import annotations

import numpy as np

from tsrnn.testing.expecting import expect, expect_alike, expect_finite, numbers
from tsrnn.testing.subject import Subject


def forecasts_are_finite_floats(subject: Subject) -> None:
    """Every forecast is a finite float of double precision."""
    for data in (subject.series(), subject.wide(), subject.long()):
        expect_finite(subject.ahead(data), "the forecast")
    dtype = subject.ahead(subject.series()).dtype
    expect(dtype == np.float64, "float64", dtype)


def missing_values_are_survived(subject: Subject) -> None:
    """Holes at the start, inside and at the very end leave a finite forecast."""
    data = subject.series()
    data.iloc[[0, 20, 21, 22, len(data) // 2, -1]] = np.nan
    expect_finite(subject.ahead(data), "the forecast of a series with holes")


def a_constant_is_forecast_as_itself(subject: Subject) -> None:
    """A series that never changed is expected to stay, within a tenth."""
    for level in (7.5, -7.5):
        ahead = numbers(subject.ahead(subject.series() * 0.0 + level))
        expect(np.abs(ahead - level).max() <= 0.75, f"about {level}", ahead.ravel().tolist())


def zeros_are_forecast_finitely(subject: Subject) -> None:
    """A series of nothing but zeros is data too."""
    expect_finite(subject.ahead(subject.series() * 0.0), "the forecast of zeros")


def the_unit_does_not_matter(subject: Subject) -> None:
    """The same data in nano- and gigaunits give the same forecast in those."""
    plain = subject.ahead(subject.series())
    for unit in (1e-9, 1e9):
        expect_alike(subject.ahead(subject.series() * unit) / unit, plain, f"the data times {unit:g}", rtol=1e-3)


def numbers_may_be_as_large_as_floats_go(subject: Subject) -> None:
    """From 1e-298 to 1e299, about as far as a Panel takes them, nothing overflows or vanishes."""
    plain = subject.ahead(subject.series())
    for unit in (1e-298, 1e298):
        expect_alike(subject.ahead(subject.series() * unit) / unit, plain, f"the data times {unit:g}", rtol=1e-3)


def a_large_offset_leaves_the_forecast_near_the_data(subject: Subject) -> None:
    """A billion with a variance of a few units is not forecast a thousand units away."""
    data = subject.series() + 1e9
    ahead = numbers(subject.ahead(data))
    far = float(np.abs(ahead - data.mean()).max())
    expect(far < 1e3, "a forecast within 1,000 of data about a billion", f"one that is {far:g} away")


def one_spike_leaves_the_forecast_finite(subject: Subject) -> None:
    """A single value of 1e30 is no reason for infinity."""
    data = subject.series()
    data.iloc[len(data) // 2] = 1e30
    expect_finite(subject.ahead(data), "the forecast of a series with a spike")


def whole_numbers_are_numbers(subject: Subject) -> None:
    """Integers are forecast as the same numbers with a point."""
    data = (subject.series() * 100).round()
    expect_alike(subject.ahead(data.astype(np.int64)), subject.ahead(data), "integers beside floats")


def single_precision_is_taken_for_what_it_is(subject: Subject) -> None:
    """float32 data are forecast as the same numbers in float64."""
    data = subject.series().astype(np.float32)
    expect_alike(subject.ahead(data), subject.ahead(data.astype(np.float64)), "float32 beside float64")


CHECKS = (
    forecasts_are_finite_floats,
    missing_values_are_survived,
    a_constant_is_forecast_as_itself,
    zeros_are_forecast_finitely,
    the_unit_does_not_matter,
    numbers_may_be_as_large_as_floats_go,
    a_large_offset_leaves_the_forecast_near_the_data,
    one_spike_leaves_the_forecast_finite,
    whole_numbers_are_numbers,
    single_precision_is_taken_for_what_it_is,
)
