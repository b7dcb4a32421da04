"""Scaling: means, spreads and typical changes as counted by hand, at any size, and whose they are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tsrnn.frame import read
from tsrnn.panel import Array, Panel
from tsrnn.scaling import Standardize, moments, typical_change

SIZES = [1e-300, 1e-9, 1.0, 1e9, 1e300]
NAN = float("nan")


def panel(**series: list[float]) -> Panel:
    parts = [pd.DataFrame({"unique_id": name, "ds": range(len(y)), "y": y}) for name, y in series.items()]
    return read(pd.concat(parts))


def column(*values: float) -> Array:
    return np.array(values)[:, None]


@pytest.mark.parametrize("size", SIZES)
def test_moments_are_those_of_the_observed_rows_by_hand(size: float) -> None:
    values = size / 10 * np.array([[1.0, 7.0, 0.0], [np.nan, 7.0, 0.0], [3.0, 7.0, 0.0], [8.0, np.nan, np.nan]])
    mean, spread = moments(values, ~np.isnan(values))
    assert mean / size == pytest.approx([0.4, 0.7, 0.0], rel=1e-14)  # (1 + 3 + 8) / 3
    # (9 + 1 + 16) / 3 about it; the constant channels keep a spread of 1.
    assert spread[0] / size == pytest.approx(np.sqrt(26 / 3) / 10, rel=1e-14)
    assert spread[1:].tolist() == [1.0, 1.0]


def test_moments_of_one_row_of_many_channels_are_that_row() -> None:
    mean, spread = moments(np.array([[2.0, -3.0, np.nan]]), np.array([[True, True, False]]))
    assert mean.tolist() == [2.0, -3.0, 0.0]
    assert spread.tolist() == [1.0, 1.0, 1.0]


def test_a_mean_of_zero_does_not_hide_the_spread() -> None:
    mean, spread = moments(column(-3.0, 3.0), np.ones((2, 1), np.bool_))
    assert (mean[0], spread[0]) == (0.0, 3.0)


def test_a_spread_below_the_smallest_number_is_that_of_a_constant() -> None:
    tiny = panel(a=[0.0, 0.0, 0.0, 5e-324])
    for steps in (0, 2):
        learned = Standardize(steps).fit(tiny)
        assert learned.spread[0, 0] == 1.0
        assert np.abs(learned.apply(tiny)).max() <= 5e-324


def test_moments_leave_the_values_alone() -> None:
    values = column(1.0, NAN, 4.0)
    kept = values.copy()
    moments(values, ~np.isnan(values))
    typical_change(values, ~np.isnan(values), 2)
    assert np.array_equal(values, kept, equal_nan=True)


@pytest.mark.parametrize("size", SIZES)
def test_changes_over_one_and_two_rows_by_hand(size: float) -> None:
    values = size / 10 * column(1.0, 2.0, 4.0, 1.0)
    # Over one row 1, 2 and 3, two on average; over two rows 3 and 1, two on average; over three 0.
    expected = {1: 0.2, 2: 0.2, 3: 0.4 / 3}
    for steps, change in expected.items():
        assert typical_change(values, np.ones((4, 1), np.bool_), steps) / size == pytest.approx([change], rel=1e-14)


def test_changes_over_more_rows_than_there_are_are_those_over_all_there_are() -> None:
    values = column(1.0, 2.0, 4.0, 1.0)
    for steps in (3, 4, 5, 100):
        assert typical_change(values, np.ones((4, 1), np.bool_), steps) == pytest.approx([4 / 3], rel=1e-14)


def test_changes_are_those_of_each_channel_between_observed_rows() -> None:
    values = np.array([[1.0, 5.0], [NAN, 5.0], [4.0, 5.0], [9.0, NAN]])
    # Over one row 5; over two 3. The second channel never changes.
    assert typical_change(values, ~np.isnan(values), 2) == pytest.approx([4.0, 0.0])


def test_of_a_hundred_spans_eight_are_looked_at() -> None:
    # On a line the change over k rows is k, so that the mean tells the spans: 100 ** (k / 7), rounded.
    line = column(*range(500))
    assert typical_change(line, np.ones((500, 1), np.bool_), 100) == pytest.approx(
        [np.mean([1, 2, 4, 7, 14, 27, 52, 100])]
    )


def test_a_change_much_below_the_mean_is_still_the_spread_and_none_at_all_is_not() -> None:
    data = panel(a=[1000.0, 1001.0, 1003.0], b=[0.0, 0.0, 0.0], c=[0.0, NAN, -6.0], d=[-5.0, 1.0, 4.0])
    learned = Standardize(steps=1).fit(data)
    # Of c no two rows in a row are observed, so its deviation stands in for its change; d has a mean of zero.
    assert learned.spread[:, 0] == pytest.approx([1.5, 1.0, 3.0, 4.5])
    assert learned.centre[:, 0] == pytest.approx([1001.0 + 1 / 3, 0.0, -3.0, 0.0])


def test_without_steps_the_spread_is_the_deviation() -> None:
    data = panel(a=[1.0, 2.0, 3.0, 6.0])
    assert Standardize() == Standardize(steps=0)
    assert Standardize().fit(data).spread[0, 0] == pytest.approx(np.sqrt(3.5))


def test_what_is_fitted_is_shown_without_the_places_and_differs_nothing() -> None:
    learned = Standardize().fit(panel(a=[1.0, 3.0]))
    assert repr(learned) == "Affine(centre=array([[2.]]), spread=array([[1.]]), steps=0)"
    assert learned.differences == 0


def test_one_series_seen_before_one_that_was_not() -> None:
    learned = Standardize().fit(panel(a=[0.0, 2.0]))
    both = panel(a=[5.0, 9.0], b=[10.0, 30.0])
    assert learned.apply(both)[:, 0] == pytest.approx([4.0, 8.0, -1.0, 1.0])
    assert learned.invert(np.zeros((2, 3, 1)), both)[..., 0].tolist() == [[1.0] * 3, [20.0] * 3]


def test_series_seen_before_keep_their_scale_whichever_of_them_are_asked_for() -> None:
    learned = Standardize().fit(panel(a=[0.0, 2.0], b=[10.0, 30.0], c=[100.0, 500.0]))
    for names, expected in (("bc", [20.0, 300.0]), ("a", [1.0]), ("c", [300.0]), ("ac", [1.0, 300.0])):
        asked = panel(**{name: [7.0, 8.0] for name in names})
        assert learned.invert(np.zeros((len(names), 1, 1)), asked).ravel().tolist() == expected
    # Beside one that was not seen, which is scaled by its own rows.
    mixed = panel(b=[7.0, 8.0], d=[1.0, 3.0])
    assert learned.invert(np.ones((2, 1, 1)), mixed).ravel().tolist() == [30.0, 3.0]
