"""Splits: every fold knows rows before its origin only, and the folds tile the end of each series."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tsrnn.errors import SettingError, ShortSeriesError
from tsrnn.frame import read
from tsrnn.panel import Panel
from tsrnn.splits import rolling_origins

sizes = st.lists(st.integers(1, 60), min_size=1, max_size=4)
small = st.integers(1, 8)


def panel(lengths: list[int]) -> Panel:
    parts = [pd.DataFrame({"unique_id": f"s{n}", "ds": range(rows), "y": 1.0}) for n, rows in enumerate(lengths)]
    return read(pd.concat(parts))


@given(sizes, small, small, st.one_of(st.none(), small))
def test_folds_know_what_came_before_and_forecast_what_is_there(
    lengths: list[int], horizon: int, folds: int, step: int | None
) -> None:
    data, stride = panel(lengths), horizon if step is None else step
    needed = horizon + (folds - 1) * stride + 1
    if min(lengths) < needed:
        with pytest.raises(ShortSeriesError) as caught:
            rolling_origins(data, horizon, folds, step)
        first = next(n for n, rows in enumerate(lengths) if rows < needed)
        assert caught.value.series == f"s{first}"
        assert f"series 's{first}' has {lengths[first]} rows" in str(caught.value)
        assert f"at least {needed};" in str(caught.value)
        return
    stops = rolling_origins(data, horizon, folds, step)
    assert len(stops) == folds
    assert all((stop >= 1).all() for stop in stops)
    assert (stops[-1] + horizon == data.lengths).all()
    assert all((later - earlier == stride).all() for earlier, later in pairwise(stops))


@given(st.integers(20, 60), st.integers(1, 4), st.integers(1, 4))
def test_without_a_step_no_row_is_forecast_twice_and_none_is_left_between(rows: int, horizon: int, folds: int) -> None:
    stops = rolling_origins(panel([rows]), horizon, folds, None)
    forecast = np.concatenate([np.arange(stop[0], stop[0] + horizon) for stop in stops])
    assert forecast.tolist() == list(range(rows - horizon * folds, rows))


def test_the_shortest_series_allowed_has_one_row_before_the_first_origin() -> None:
    assert [stop.tolist() for stop in rolling_origins(panel([7, 9]), 2, 3, 2)] == [[1, 3], [3, 5], [5, 7]]
    with pytest.raises(
        ShortSeriesError,
        match="series 's1' has 6 rows, but 3 folds of horizon 2 every 2 rows need at least 7; give a longer series, "
        "fewer folds or a shorter horizon",
    ):
        rolling_origins(panel([7, 6]), 2, 3, 2)


@pytest.mark.parametrize("wrong", [0, -1, 1.5, True, "2", None])
@pytest.mark.parametrize("place, name", [(0, "horizon"), (1, "folds"), (2, "step")])
def test_counts_are_whole_numbers_of_at_least_one(wrong: object, place: int, name: str) -> None:
    if name == "step" and wrong is None:
        return
    settings: list[object] = [2, 2, 2]
    settings[place] = wrong
    with pytest.raises(SettingError, match=f"{name} must be a whole number of at least 1, got {wrong!r}"):
        rolling_origins(panel([20]), *settings)  # type: ignore[arg-type]
