"""Splits: every fold knows rows before its origin only, and the folds tile the end of each series."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import KFold, TimeSeriesSplit

from tsrnn.errors import SettingError, ShortSeriesError
from tsrnn.frame import read
from tsrnn.panel import Panel
from tsrnn.splits import Plan, Splits, planned, rolling_origins

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


def stops_of(data: Panel, folds: object, horizon: int = 2, step: int | None = None) -> list[list[int]]:
    return [fold.stops.tolist() for fold in planned(data, horizon, folds, step=step)[1]]  # type: ignore[arg-type]


def test_a_number_of_folds_is_an_expanding_window() -> None:
    plan, folds = planned(panel([7, 9]), 2, 3)
    assert [fold.stops.tolist() for fold in folds] == [[1, 3], [3, 5], [5, 7]]
    assert all(not fold.starts.any() for fold in folds)
    assert (plan.horizon, plan.folds, plan.step, plan.refit, plan.gap, plan.window) == (2, 3, 2, True, 0, None)
    assert plan.asked == "folds=3"
    assert planned(panel([9]), 2, 1, step=3, refit=False)[0].asked == "folds=1, step=3, refit=False"


def test_a_window_slides_and_a_gap_keeps_rows_back() -> None:
    plan, folds = planned(panel([12]), 2, Splits(3, 1, gap=2, window=5))
    assert [(fold.starts.tolist(), fold.stops.tolist()) for fold in folds] == [([1], [6]), ([2], [7]), ([3], [8])]
    assert (plan.step, plan.gap, plan.window, plan.reach) == (1, 2, 5, 4)
    assert [rows.known(panel([12])).lengths.tolist() for rows in folds] == [[5], [5], [5]]
    assert planned(panel([12]), 2, Splits(3, window=100))[0].window is None  # there never were so many
    with pytest.raises(ShortSeriesError, match=r"'s0' has 9 rows, but 3 folds .* and a gap of 4 need at least 11;"):
        planned(panel([9]), 2, Splits(3, gap=4))


def dated(lengths: list[int], starts: list[str]) -> Panel:
    parts = [
        pd.DataFrame({"unique_id": f"s{n}", "ds": pd.date_range(start, periods=rows), "y": 1.0})
        for n, (rows, start) in enumerate(zip(lengths, starts, strict=True))
    ]
    return read(pd.concat(parts))


def test_cutoffs_are_the_last_known_stamps_of_every_series() -> None:
    data = dated([10, 6], ["2024-01-01", "2024-01-03"])
    plan, folds = planned(data, 2, Splits(cutoffs=["2024-01-04", "2024-01-06 12:00"]))
    assert [fold.stops.tolist() for fold in folds] == [[4, 2], [6, 4]]
    assert (plan.folds, plan.step) == (2, 2)
    assert plan.asked == "folds=Splits(cutoffs=['2024-01-04', '2024-01-06 12:00'])"
    own = {"s0": ["2024-01-04", "2024-01-07"], "s1": ["2024-01-03", "2024-01-05"]}
    plan, folds = planned(data, 2, Splits(cutoffs=own))
    assert [fold.stops.tolist() for fold in folds] == [[4, 1], [7, 3]]
    assert plan.step == 3  # the longest way between two origins
    assert plan.origins == "2 steps ahead from 2 origins, up to 3 rows apart"
    assert stops_of(panel([9]), Splits(cutoffs=[3, 5])) == [[4], [6]]  # rows are counted from 0
    months = read(pd.Series(range(9), pd.period_range("2024-01", periods=9, freq="M")))
    assert stops_of(months, Splits(cutoffs=["2024-03"])) == [[3]]
    zoned = read(pd.Series(range(9), pd.date_range("2024-01-01", periods=9, tz="Asia/Seoul")))
    assert stops_of(zoned, Splits(cutoffs=["2024-01-03"])) == [[3]]
    assert stops_of(zoned, Splits(cutoffs=[pd.Timestamp("2024-01-02 15:00", tz="UTC")])) == [[3]]


@pytest.mark.parametrize(
    ("cutoffs", "error", "words"),
    [
        (["2023-12-31"], ShortSeriesError, r"'s0' begins at 2024-01-01 .*, after the cutoff 2023-12-31; give later"),
        (["2024-01-09"], ShortSeriesError, r"'s0' ends at 2024-01-10 .*, 1 rows after the cutoff .* horizon take 2;"),
        (["2024-01-07"], ShortSeriesError, r"'s1' ends at 2024-01-08 .*, 1 rows after .* or give each series its own"),
        (
            ["2024-01-05", "2024-01-04"],
            SettingError,
            r"leave 5 and 4 rows of series 's0' known; give them oldest first",
        ),
        (["2024-01-05", "2024-01-05 01:00"], SettingError, "leave 5 and 5 rows of series 's0' known"),
        (["soon"], SettingError, r"the cutoff 'soon' is no stamp like those of the data, such as Timestamp\("),
        ("2024-01-05", SettingError, r"cutoffs is a list of stamps, .*; got '2024-01-05'"),
        ([], SettingError, r"cutoffs is a list of stamps"),
        (
            {"s0": ["2024-01-05"]},
            SettingError,
            "cutoffs has none for 1 series, the first 's1'; give each series its own",
        ),
        ({"s0": ["2024-01-05"], "s1": 5}, SettingError, "cutoffs of series 's1' is a list of stamps"),
        (
            {"s0": ["2024-01-05"], "s1": ["2024-01-05"], "s2": ["2024-01-05"]},
            SettingError,
            "cutoffs has 's2', which is no series of the data; leave it out",
        ),
        (
            {"s0": ["2024-01-05"], "s1": ["2024-01-04", "2024-01-05"]},
            SettingError,
            "cutoffs has 1 for series 's0' and 2 for 's1'; give as many for each",
        ),
    ],
)
def test_cutoffs_that_cannot_be_are_refused_with_the_series(cutoffs: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        planned(dated([10, 6], ["2024-01-01", "2024-01-03"]), 2, Splits(cutoffs=cutoffs))


@given(st.integers(16, 60), st.integers(1, 3), st.integers(1, 3), st.integers(0, 3), st.one_of(st.none(), small))
def test_a_splitter_of_scikit_learn_gives_the_rows_that_it_gives_itself(
    rows: int, horizon: int, folds: int, gap: int, window: int | None
) -> None:
    splitter = TimeSeriesSplit(folds + 1, max_train_size=window, test_size=horizon, gap=gap)
    plan, found = planned(panel([rows, rows + 5]), horizon, splitter)
    assert plan.gap == gap and plan.folds == folds + 1 and plan.step == horizon
    for series, length in enumerate((rows, rows + 5)):
        pairs = list(splitter.split(np.zeros((length, 1))))
        for fold, (train, test) in zip(found, pairs, strict=True):
            assert train.tolist() == list(range(fold.starts[series], fold.stops[series]))
            assert test[0] == fold.stops[series] + gap


def test_a_splitter_and_the_same_splits_agree() -> None:
    splitter = TimeSeriesSplit(3, test_size=2, gap=1, max_train_size=4)
    ours, theirs = (planned(panel([20, 30]), 2, folds)[1] for folds in (Splits(3, gap=1, window=4), splitter))
    for one, other in zip(ours, theirs, strict=True):
        assert one.starts.tolist() == other.starts.tolist()
        assert one.stops.tolist() == other.stops.tolist()


class Backwards:
    """A splitter whose folds come newest first."""

    def split(self, X: Any) -> Iterator[tuple[list[int], list[int]]]:
        yield from (([0, 1, 2, 3], [4, 5]), ([0, 1], [2, 3]))

    def get_n_splits(self) -> int:
        return 2


@pytest.mark.parametrize(
    ("splitter", "error", "words"),
    [
        (
            KFold(3),
            SettingError,
            r"KFold\(.*\) learns from rows that are not all before those it tests; give .* TimeSeriesSplit",
        ),
        (
            TimeSeriesSplit(3, test_size=1),
            SettingError,
            "tests 1 rows of series 's0', but the horizon is 2; give test_size=2",
        ),
        (TimeSeriesSplit(30), ShortSeriesError, "series 's0' has 20 rows: "),
        (Backwards(), SettingError, "are not oldest first"),
    ],
)
def test_a_splitter_that_cannot_judge_forecasts_is_refused(splitter: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        planned(panel([20]), 2, splitter)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"folds": 0}, "folds must be a whole number of at least 1, got 0"),
        ({"gap": -1}, "gap must be a whole number of at least 0, got -1"),
        ({"step": 0}, "step must be a whole number of at least 1, got 0"),
        ({"window": 1.5}, "window must be a whole number of at least 1, got 1.5"),
        ({"cutoffs": [3], "folds": 2}, r"Splits\(cutoffs=…\) says where every fold lies; leave folds and step out"),
    ],
)
def test_splits_refuse_what_cannot_be(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(SettingError, match=words):
        Splits(**settings)


def test_refit_and_step_are_checked() -> None:
    for wrong in (0, -1, 1.5, "no", None):
        with pytest.raises(SettingError, match=r"refit is True .*, False .* or a whole number k .*; got "):
            planned(panel([20]), 2, 3, refit=wrong)  # type: ignore[arg-type]
    trained = {refit: planned(panel([20]), 2, 3, refit=refit)[0].training for refit in (True, False, 2)}
    assert trained == {
        True: "anew at every origin",
        False: "once, before the first origin",
        2: "anew at one origin in 2",
    }
    with pytest.raises(SettingError, match=r"step=1 goes with a number of folds; with Splits\(folds=3\) leave it out"):
        planned(panel([20]), 2, Splits(3), step=1)


def test_the_least_of_every_count_is_allowed_and_what_is_not_given_has_its_default() -> None:
    least = Splits(1, 1, gap=0, window=1)
    assert (least.folds, least.step, least.gap, least.window) == (1, 1, 0, 1)
    assert (Splits().folds, Splits().step, Splits().gap, Splits().window) == (5, None, 0, None)
    assert repr(Splits()) == "Splits()"
    with pytest.raises(TypeError):
        Splits(3, 2, 1)  # type: ignore[call-arg]  # a gap has a name
    assert Plan(2, 3, 2, True, ()) == Plan(2, 3, 2, True, (), gap=0, window=None, even=True, asked="")


@pytest.mark.parametrize("given", [{"step": 2}, {"folds": 2}, {"folds": 2, "step": 2}])
def test_cutoffs_come_in_place_of_folds_and_step(given: dict[str, int]) -> None:
    with pytest.raises(SettingError, match="leave folds and step out"):
        Splits(cutoffs=[3], **given)


def test_a_plan_in_words() -> None:
    data = panel([20])
    words = planned(data, 2, Splits(3, 4, gap=1, window=6))[0].origins
    assert words == "2 steps ahead from 3 origins, 4 rows apart, after a gap of 1 rows, knowing at most 6 rows"
    assert planned(data, 2, 3)[0].origins == "2 steps ahead from 3 origins, 2 rows apart"
    assert planned(data, 2, 1, step=5)[0].step == 5
    assert planned(data, 2, 1)[0].step == 2
    assert planned(data, 2, 3, refit=1)[0].training == "anew at every origin"
    assert planned(data, 2, 3, refit=3)[0].training == "anew at one origin in 3"
    assert planned(data, 2, 3, refit=2)[0].asked == "folds=3, refit=2"
    assert planned(data, 2, 3, levels=(80.0,))[0].levels == (80.0,)
    assert planned(data, 2, np.int64(3), refit=np.True_)[0].refit is True  # type: ignore[arg-type]
