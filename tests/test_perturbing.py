"""Perturbing: rows up to the cutoff stay bit for bit, later ones change, and every column keeps its dtype."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from tsrnn.columns import Columns
from tsrnn.perturbing import PERTURBATIONS, later, perturbed

DAYS = pd.date_range("2024-01-01", periods=40)
CUTOFF = DAYS[24]


def every_kind_of_column() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    numbers = rng.normal(10, 3, 40)
    return pd.DataFrame(
        {
            "float": numbers,
            "positive": np.abs(numbers) + 1,
            "small": numbers.astype(np.float32),
            "count": rng.integers(0, 100, 40),
            "byte": rng.integers(-100, 100, 40).astype(np.int8),
            "nullable": pd.array(rng.integers(0, 100, 40), dtype="Int64"),
            "real": pd.array(numbers, dtype="Float64"),
            "flag": rng.random(40) < 0.5,
            "text": rng.choice(["a", "b", "c"], 40),
            "kind": pd.Categorical(rng.choice(["x", "y"], 40)),
            "known": numbers,
        },
        index=DAYS,
    )


@pytest.mark.parametrize("kind", PERTURBATIONS)
def test_only_later_rows_change_and_dtypes_stay(kind: str) -> None:
    frame, columns = every_kind_of_column(), Columns()
    rows = later(frame, columns, {"all": CUTOFF}, reach=5)
    changed = perturbed(frame, columns, rows, kind, known=frozenset(["known"]), seed=0)
    assert_frame_equal(changed.iloc[:25], frame.iloc[:25], check_exact=True)
    assert (changed.dtypes == frame.dtypes).all()
    assert_frame_equal(changed[["known"]].iloc[:30], frame[["known"]].iloc[:30])  # known over the horizon
    whole = ["count", "byte", "nullable"]  # which cannot be missing
    for name in frame.columns:
        same = changed[name].iloc[30:].equals(frame[name].iloc[30:])
        assert same == (kind == "missing" and name in whole), name
    if kind == "missing":
        assert changed["float"].iloc[25:].isna().all() and changed["real"].iloc[25:].isna().all()
    else:
        assert (changed["positive"] > 0).all()  # so that logarithms stay possible
    again = perturbed(frame, columns, rows, kind, known=frozenset(["known"]), seed=0)
    assert_frame_equal(again, changed, check_exact=True)


def test_each_series_has_its_own_cutoff_and_ids_times_and_static_columns_stay() -> None:
    frame = pd.DataFrame(
        {
            "shop": ["a", "b"] * 20,
            "day": np.repeat(DAYS[:20], 2),
            "sold": np.arange(40.0),
            "size": [1.0, 2.0] * 20,
        }
    ).sample(frac=1, random_state=0)
    columns = Columns("shop", "day", "sold", static="size")
    rows = later(frame, columns, {"a": DAYS[4], "b": DAYS[9]}, reach=3)
    last = {"a": DAYS[4], "b": DAYS[9]}
    assert rows.after.tolist() == [day > last[shop] for shop, day in zip(frame["shop"], frame["day"], strict=True)]
    beyond = {"a": DAYS[7], "b": DAYS[12]}
    assert rows.beyond.tolist() == [day > beyond[shop] for shop, day in zip(frame["shop"], frame["day"], strict=True)]
    changed = perturbed(frame, columns, rows, "scaled", known=frozenset(), seed=0)
    assert_frame_equal(changed.drop(columns="sold"), frame.drop(columns="sold"))
    np.testing.assert_array_equal(changed["sold"], np.where(rows.after, frame["sold"] * 10, frame["sold"]))


def test_where_rows_name_no_series_the_latest_cutoff_holds() -> None:
    frame = pd.DataFrame({"y": np.arange(40.0)}, DAYS)
    rows = later(frame, Columns(id="shop"), {"a": DAYS[4], "b": DAYS[9]}, reach=3)
    assert rows.after.sum() == 30 and rows.after[10:].all()
