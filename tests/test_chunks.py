"""Chunks of series: the same rows bit by bit as of all series together, and only where a model learns each alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from tests.series import HORIZON, forecasters, long, wide
from tsrnn.chunks import cut, joined
from tsrnn.columns import Columns
from tsrnn.forecasters.protocol import Forecaster
from tsrnn.frame import read
from tsrnn.runs import Run, Task, run, tasks
from tsrnn.splits import planned

ALONE = ["arima", "drift", "ets", "mean", "naive", "seasonal-drift", "seasonal-mean", "seasonal-naive", "theta"]


def task(model: Forecaster, data: pd.DataFrame, columns: Columns | None = None) -> Task:
    """One model at two folds that share a fit."""
    panel = read(data, columns)
    plan, folds = planned(panel, HORIZON, 2, refit=False, levels=(80.0,))
    return tasks([model], panel, columns, folds, plan=plan, repairs=None)[0]


def same(one: list[Run], other: list[Run]) -> None:
    """All but the seconds."""
    assert len(one) == len(other)
    for first, second in zip(one, other, strict=True):
        assert_frame_equal(first.rows, second.rows, check_exact=True)
        assert first.notices == second.notices
        assert first.timing["cutoff"] == second.timing["cutoff"]
        assert first.timing.keys() == second.timing.keys()


def holed() -> pd.DataFrame:
    """Four long series of different ends; one has holes."""
    data = long(72)
    more = data[data["unique_id"] == "b"].assign(unique_id="d", y=lambda own: own["y"] * 2)
    data = pd.concat([data, more], ignore_index=True)
    data.loc[[5, 6, 80, 81], "y"] = np.nan
    return data


def test_models_that_learn_each_series_alone_say_so() -> None:
    assert sorted(name for name, model in forecasters().items() if getattr(model, "by_series", None)) == ALONE


@pytest.mark.parametrize(("name", "shape"), [*((name, "long") for name in ALONE), ("naive", "wide")])
def test_chunks_give_the_rows_of_the_whole(name: str, shape: str) -> None:
    whole = task(forecasters()[name], holed() if shape == "long" else wide(72))
    parts = cut(whole, 3)
    assert len(parts) == 3
    same(joined([run(part) for part in parts]), run(whole))


def test_columns_known_ahead_go_with_their_series() -> None:
    data = wide(72).rename(columns={"south": "driver"})
    whole = task(forecasters()["arima"], data, Columns(target=["north", "east"], future=["driver"]))
    same(joined([run(part) for part in cut(whole, 2)]), run(whole))


def test_where_one_series_has_no_intervals_the_whole_model_has_none() -> None:
    data = pd.DataFrame({name: np.arange(12.0) for name in "abc"})
    data.loc[[0, 1, 2], "c"] = np.nan
    data.loc[5:, "c"] = np.nan  # two values before the first origin: one change, and no deviation
    whole = task(forecasters()["naive"], data)
    found = joined([run(part) for part in cut(whole, 3)])
    same(found, run(whole))
    assert found[0].rows["lo-80"].isna().all() and len(found[0].notices) == 1
    assert "no intervals: series 'c'" in str(found[0].notices[0]["message"])


def test_a_model_of_all_series_a_single_series_and_one_job_are_not_cut() -> None:
    for model, data, parts in (("gru", wide(), 3), ("naive", wide()[["east"]], 3), ("naive", wide(), 1)):
        whole = task(forecasters()[model], data)
        assert cut(whole, parts) == [whole]
    assert len(cut(task(forecasters()["naive"], wide()), 50)) == 3
