"""Windows: legal starts by brute force, batches without a copy of the rest, and no window across a border."""

from __future__ import annotations

import resource
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tsrnn.errors import ShortSeriesError
from tsrnn.frame import read
from tsrnn.panel import Flags, Panel
from tsrnn.windows import Windows, default_lookback, legal_starts


def panel(lengths: list[int], freq: str | None = None) -> Panel:
    parts = []
    for number, rows in enumerate(lengths):
        times = range(rows) if freq is None else pd.date_range("2024-01-01", periods=rows, freq=freq)
        parts.append(pd.DataFrame({"unique_id": f"s{number}", "ds": times, "y": np.arange(rows) + 1.0}))
    return read(pd.concat(parts))


@st.composite
def masked(draw: st.DrawFn) -> tuple[Panel, Flags]:
    """Series of different lengths and which of their rows are observed."""
    data = panel(draw(st.lists(st.integers(1, 30), min_size=1, max_size=4)))
    rows = len(data.values)
    seen = draw(st.one_of(st.just([True] * rows), st.lists(st.booleans(), min_size=rows, max_size=rows)))
    return data, np.array(seen)[:, None]


def by_brute_force(data: Panel, seen: Flags, lookback: int, horizon: int, share: float) -> tuple[list[int], list[int]]:
    """Every start, tried one by one against the rules in words."""
    training, validation = [], []
    for series in range(len(data.names)):
        rows = data.rows(series)
        length = rows.stop - rows.start
        border = rows.stop - max(horizon, round(share * length)) if share else rows.stop
        legal = []
        for start in range(rows.start, rows.stop):
            inputs = range(start, start + lookback)
            targets = range(start + lookback, start + lookback + horizon)
            if targets.stop <= rows.stop and seen[inputs].any() and seen[targets].any():
                legal.append((start, targets))
        if not legal:
            return [], []  # one series without a window: refused
        early = [start for start, targets in legal if targets.stop <= border]
        training += early or [start for start, _ in legal]
        validation += [start for start, targets in legal if targets.start >= border] if early else []
    return training, validation


@given(masked(), st.integers(1, 8), st.integers(1, 5), st.sampled_from([0.0, 0.1, 0.3, 0.5]))
def test_legal_starts_are_those_of_brute_force(
    given_rows: tuple[Panel, Flags], lookback: int, horizon: int, share: float
) -> None:
    data, seen = given_rows
    training, validation = by_brute_force(data, seen, lookback, horizon, share)
    if not training:
        with pytest.raises(ShortSeriesError):
            legal_starts(data, seen, lookback, horizon, share)
        return
    starts = legal_starts(data, seen, lookback, horizon, share)
    assert starts.training.tolist() == training
    assert starts.validation.tolist() == validation
    assert starts.training.dtype == starts.validation.dtype == torch.int64


@given(st.lists(st.integers(20, 60), min_size=1, max_size=4), st.integers(1, 6), st.integers(1, 4))
def test_no_window_leaves_its_series_and_no_training_target_is_a_validation_target(
    lengths: list[int], lookback: int, horizon: int
) -> None:
    data = panel(lengths)
    owner = np.repeat(np.arange(len(lengths)), lengths)
    starts = legal_starts(data, data.observed, lookback, horizon, 0.2)
    assert len(starts.validation)
    for start in (*starts.training.tolist(), *starts.validation.tolist()):
        assert owner[start] == owner[start + lookback + horizon - 1]
    for series in range(len(lengths)):
        trained = [s + lookback + horizon for s in starts.training.tolist() if owner[s] == series]
        judged = [s + lookback for s in starts.validation.tolist() if owner[s] == series]
        assert max(trained) <= min(judged)


def test_a_series_too_short_to_be_split_is_all_training() -> None:
    starts = legal_starts(panel([40, 7]), panel([40, 7]).observed, 4, 2, 0.25)
    assert starts.training.tolist() == [*range(25), 40, 41]
    assert starts.validation.tolist() == [26, *range(27, 35)]


def test_joint_channels_make_a_row_observed_if_one_of_them_is() -> None:
    data = panel([6])
    seen = np.array([[True, False], [False, False], [False, True], [False, False], [False, False], [True, True]])
    assert legal_starts(data, seen, 2, 1, 0.0).training.tolist() == [0]


def test_too_few_rows_for_one_window_are_named() -> None:
    text = (
        r"series 's1' has 101 rows, but one window takes 102 \(lookback 90 \+ horizon 12\); "
        "give a longer series or a shorter lookback"
    )
    with pytest.raises(ShortSeriesError, match=text) as caught:
        legal_starts(panel([150, 101]), panel([150, 101]).observed, 90, 12, 0.1)
    assert caught.value.series == "s1"


def test_rows_enough_but_nothing_observed_in_them_are_named_differently() -> None:
    data = panel([20])
    seen = np.zeros((20, 1), np.bool_)
    seen[0] = True
    with pytest.raises(
        ShortSeriesError, match=r"series 's0' has 20 rows, but no window of 6 \(lookback 4 \+ horizon 2\) with"
    ):
        legal_starts(data, seen, 4, 2, 0.1)


@given(st.integers(1, 12), st.data())
def test_a_batch_holds_the_rows_of_each_start(length: int, data: st.DataObject) -> None:
    rows = torch.arange(60.0).reshape(20, 3)
    starts = data.draw(st.lists(st.integers(0, 20 - length), min_size=1, max_size=9))
    batch = Windows(rows, length).take(torch.tensor(starts))
    assert batch.shape == (len(starts), length, 3)
    for window, start in zip(batch, starts, strict=True):
        assert torch.equal(window, rows[start : start + length])


def test_rows_that_are_a_slice_or_a_transpose_are_read_by_their_own_strides() -> None:
    table = torch.arange(80.0).reshape(4, 20)
    for rows in (table.T, table.T[2:], table.T[:, 1:3], table.T[::2]):
        batch = Windows(rows, 3).take(torch.tensor([0, 4]))
        assert torch.equal(batch, torch.stack([rows[0:3], rows[4:7]]))


def test_a_batch_is_a_copy_and_the_rows_stay_as_they_were() -> None:
    rows = torch.arange(10.0)[:, None]
    Windows(rows, 3).take(torch.tensor([0]))[:] = -1.0
    assert rows[:, 0].tolist() == list(range(10))


def test_memory_does_not_grow_with_the_number_of_windows() -> None:
    rows = torch.zeros(200_000, 4)  # 3 MB, whose windows of 2000 rows would take 6 GB
    windows = Windows(rows, 2000)
    windows.take(torch.tensor([0, 1]))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    batch = windows.take(torch.arange(0, 198_000, 6_000))
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before  # kilobytes
    assert batch.shape == (33, 2000, 4)
    assert grown < 20_000


@pytest.mark.parametrize(
    "lengths, freq, horizon, lookback",
    [
        ([300], "h", 12, 48),  # two seasons
        ([300], "h", 40, 80),  # two horizons
        ([100], "h", 12, 33),  # a third of the rows
        ([300, 60], "h", 12, 20),  # a third of the shortest series
        ([300], "D", 3, 14),
        ([300], None, 3, 6),  # steps have no season
        ([2], None, 3, 1),
    ],
)
def test_the_default_lookback_is_two_seasons_or_two_horizons_within_a_third_of_the_rows(
    lengths: list[int], freq: str | None, horizon: int, lookback: int
) -> None:
    assert default_lookback(panel(lengths, freq), horizon) == lookback


def test_the_panel_s_own_mask_and_a_transform_s_mask_are_both_heeded() -> None:
    data = panel([12])
    changed = data.observed.copy()
    changed[:3] = False
    assert legal_starts(data, data.observed, 3, 2, 0.0).training.tolist() == list(range(8))
    assert legal_starts(replace(data, observed=changed), changed, 3, 2, 0.0).training.tolist() == list(range(1, 8))


def test_a_series_too_short_for_one_window_is_named_and_not_left_out() -> None:
    data = pd.concat(
        [pd.DataFrame({"unique_id": name, "ds": range(rows), "y": 1.0}) for name, rows in (("long", 50), ("short", 9))]
    )
    panel = read(data)
    with pytest.raises(
        ShortSeriesError, match=r"series 'short' has 9 rows, but one window takes 12 .*leave the series out"
    ):
        legal_starts(panel, panel.observed, 8, 4, 0.1)
