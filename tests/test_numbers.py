"""Numbers of every kind that pandas holds become the same float64, and every way to say nothing becomes NaN."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.hostile import DAYS, objects, series, wide
from tsrnn.frame import read


@pytest.mark.parametrize(
    "values",
    [
        np.arange(30, dtype=np.int8),
        np.arange(30, dtype=np.float16),
        np.arange(30, dtype=np.float32),
        np.arange(30, dtype=np.longdouble),
        np.arange(30, dtype=np.uint64),
        [Decimal(n) for n in range(30)],
        pd.array(range(30), dtype="Int64"),
        pd.array(range(30), dtype="Float32"),
        pd.arrays.SparseArray(range(30)),
        pd.Categorical(range(30)),
        np.array(range(30), dtype=object),
    ],
    ids=lambda values: str(getattr(values, "dtype", "Decimal")),
)
def test_numbers_of_every_kind_are_accepted_exactly(values: Any) -> None:
    assert read(series(values)).values[:, 0].tolist() == list(range(30))


def test_arrow_numbers_are_accepted_exactly() -> None:
    pytest.importorskip("pyarrow")
    for dtype in ("int32[pyarrow]", "double[pyarrow]"):
        panel = read(series(pd.array([None, *range(29)], dtype=dtype)))
        assert panel.values[1:, 0].tolist() == list(range(29))
        assert panel.observed[:, 0].tolist() == [False] + [True] * 29


def test_truth_is_accepted_as_one_and_zero() -> None:
    assert read(series(pd.array([True, False, None] * 10, dtype="boolean"))).values[:2, 0].tolist() == [1.0, 0.0]
    assert read(series(np.arange(30) % 2 == 0)).values[:2, 0].tolist() == [1.0, 0.0]


@pytest.mark.parametrize("nothing", [None, np.nan, pd.NA, pd.NaT, Decimal("NaN")], ids=str)
def test_every_way_to_write_a_missing_value_is_one(nothing: object) -> None:
    panel = read(objects(1.5, nothing, 2.5))
    assert panel.observed[:3, 0].tolist() == [True, False, True]
    assert np.isnan(panel.values[1, 0])


def test_missing_integers_are_missing_and_not_zero() -> None:
    panel = read(series(pd.array([1, None, 3] * 10, dtype="Int64")))
    assert panel.observed[:3, 0].tolist() == [True, False, True]


def test_values_of_any_size_are_read_as_they_are() -> None:
    for size in (1e-300, 1e-30, 1e30, 1e300, -1e300):
        assert read(series([size] * 30)).values[0, 0] == size


def test_int_categorical_and_stamp_column_names_are_accepted() -> None:
    assert read(wide([2024, 2023])).names == (2023, 2024)
    assert read(wide(pd.CategoricalIndex(["b", "a"]))).names == ("a", "b")
    assert read(wide(DAYS[:2][::-1])).names == tuple(DAYS[:2])
