"""Properties: what holds for any data at all, of borders, folds, scalers, metrics and saved models."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.frames import numbered
from tsrnn.answer import parse, write
from tsrnn.columns import Columns
from tsrnn.forecasters.means import MeanForecaster
from tsrnn.forecasters.naive import DriftForecaster, NaiveForecaster, SeasonalNaiveForecaster
from tsrnn.frame import read
from tsrnn.metrics import bias, coverage, crps_quantiles, interval_score, mae, mase, msis, pinball, rmse, smape, width
from tsrnn.panel import Panel
from tsrnn.saving import load
from tsrnn.scaling import Standardize, moments, typical_change
from tsrnn.splits import Splits, planned
from tsrnn.transforms import chain

FEW = settings(settings.default, max_examples=12)
numbers = st.floats(-1e6, 1e6)
values = st.lists(numbers, min_size=4, max_size=30)
pairs = st.lists(st.tuples(numbers, numbers), min_size=1, max_size=30)
triples = st.lists(st.tuples(numbers, numbers, numbers), min_size=1, max_size=30)
names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=6)
frequencies = st.sampled_from(["h", "15min", "D", "B", "W", "ME", "MS", "QE", "YE", "s"])


def split(rows: Sequence[tuple[float, ...]]) -> list[np.ndarray[Any, np.dtype[np.float64]]]:
    return [np.array(part) for part in zip(*rows, strict=True)]


@st.composite
def long_frames(draw: st.DrawFn) -> pd.DataFrame:
    """Some series of any names, lengths and beginnings, one frequency, rows in any order."""
    called, freq = draw(st.lists(names, min_size=1, max_size=4, unique=True)), draw(frequencies)
    parts = []
    for name in called:
        rows = draw(st.integers(8, 14))  # days enough for a weekend, without which they would be business days
        stamps = pd.date_range("2001-01-01", periods=rows + draw(st.integers(0, 5)), freq=freq)[-rows:]
        parts.append(
            pd.DataFrame({"id": name, "t": stamps, "y": draw(st.lists(numbers, min_size=rows, max_size=rows))})
        )
    frame = pd.concat(parts, ignore_index=True)
    return frame.sample(frac=1.0, random_state=draw(st.integers(0, 9)))


ROLES = Columns("id", "t", "y")


@FEW
@given(long_frames())
def test_every_value_of_a_long_frame_stands_once_in_its_panel_in_the_order_of_time(frame: pd.DataFrame) -> None:
    panel = read(frame, ROLES)
    assert list(panel.names) == sorted(frame["id"].unique())
    for place, name in enumerate(panel.names):
        rows = frame[frame["id"] == name].sort_values("t")
        assert panel.values[panel.rows(place), 0].tolist() == rows["y"].tolist()
        assert list(panel.times[panel.rows(place)]) == list(rows["t"])


@FEW
@given(long_frames(), st.lists(st.sampled_from([50.0, 80.0, 95.0]), unique=True, max_size=3))
def test_an_answer_reads_back_as_it_was_written(frame: pd.DataFrame, levels: list[float]) -> None:
    panel = read(frame, ROLES)
    forecast = numbered(panel, tuple(levels))
    answer = write(forecast, panel)
    assert answer["id"].unique().tolist() == frame["id"].unique().tolist()
    back = parse(answer.sample(frac=1.0, random_state=0), panel, forecast.point.shape[1], tuple(levels))
    assert np.array_equal(back.point, forecast.point)
    assert all(np.array_equal(back.bounds[level], forecast.bounds[level]) for level in levels)


@FEW
@given(long_frames())
def test_a_wide_frame_is_the_long_one_of_series_that_begin_and_end_together(frame: pd.DataFrame) -> None:
    shortest = frame.groupby("id").size().min()
    even = frame.sort_values("t").groupby("id").tail(shortest)
    assume(even.groupby("id")["t"].agg(["min", "max"]).nunique().eq(1).all())
    wide = even.pivot(index="t", columns="id", values="y")
    found, wanted = read(wide), read(even, ROLES)
    assert found.names == wanted.names and np.array_equal(found.values, wanted.values)


@FEW
@given(values, frequencies, st.integers(1, 6))
def test_steps_ahead_go_on_where_the_index_would(data: list[float], freq: str, horizon: int) -> None:
    index = pd.date_range("2019-12-29", periods=len(data) + 5 + horizon, freq=freq)
    series = pd.Series([*data, *data][: len(data)] + [0.0] * 5, index[: len(data) + 5])
    assert NaiveForecaster(horizon).fit(series).predict().index.equals(index[len(data) + 5 :])


def panel(lengths: list[int]) -> Panel:
    parts = [pd.DataFrame({"unique_id": f"s{n}", "ds": range(rows), "y": 1.0}) for n, rows in enumerate(lengths)]
    return read(pd.concat(parts))


lengths = st.lists(st.integers(30, 60), min_size=1, max_size=3)
small = st.integers(1, 4)


@FEW
@given(lengths, small, small, st.one_of(st.none(), small), st.integers(0, 3), st.one_of(st.none(), st.integers(1, 40)))
def test_folds_keep_their_gap_their_window_and_their_stride(
    rows: list[int], horizon: int, folds: int, step: int | None, gap: int, window: int | None
) -> None:
    data = panel(rows)
    plan, found = planned(data, horizon, Splits(folds, step, gap=gap, window=window))
    assert len(found) == folds and plan.reach == gap + horizon
    assert (found[-1].stops + plan.reach == data.lengths).all()
    for fold in found:
        known = fold.known(data)
        assert (known.lengths == fold.stops - fold.starts).all() and (known.lengths >= 1).all()
        assert window is None or (known.lengths <= window).all()
    for earlier, later in pairwise(found):
        assert (later.stops - earlier.stops == (horizon if step is None else step)).all()


@FEW
@given(lengths, small, st.integers(2, 4))
def test_fewer_folds_are_the_last_of_more(rows: list[int], horizon: int, folds: int) -> None:
    more, fewer = (planned(panel(rows), horizon, number)[1] for number in (folds, folds - 1))
    for one, other in zip(more[1:], fewer, strict=True):
        assert one.stops.tolist() == other.stops.tolist()


@given(values, st.floats(0.01, 100), numbers)
def test_moments_move_and_stretch_with_the_data(data: list[float], factor: float, level: float) -> None:
    rows = np.array(data)[:, None]
    assume(np.ptp(rows) > 1e-3 * (1 + np.abs(rows).max() + abs(level) / factor))
    seen = np.ones_like(rows, bool)
    (mean, spread), (moved, stretched) = moments(rows, seen), moments(factor * rows + level, seen)
    assert moved == pytest.approx(
        factor * mean + level, rel=1e-6, abs=1e-6 * (np.abs(rows).max() * factor + abs(level))
    )
    assert stretched == pytest.approx(factor * spread, rel=1e-6)


@given(values)
def test_standardized_data_have_mean_zero_and_a_spread_of_one_or_none(data: list[float]) -> None:
    whole = read(pd.Series(data))
    scaled = Standardize().fit(whole).apply(whole)
    assert abs(scaled.mean()) < 1e-6
    assert scaled.std() == pytest.approx(1.0, rel=1e-6) or np.abs(scaled).max() < 1e-6 * (1 + np.abs(data).max())


@given(values, st.integers(1, 9))
def test_the_typical_change_is_no_more_than_the_range(data: list[float], steps: int) -> None:
    rows = np.array(data)[:, None]
    change = typical_change(rows, np.ones_like(rows, bool), steps)[0]
    assert 0.0 <= change <= np.ptp(rows) * (1 + 1e-9)
    assert typical_change(rows[::-1], np.ones_like(rows, bool), steps)[0] == pytest.approx(change, rel=1e-9)


@given(values, st.sampled_from([(), ("difference",), ("log",), ("boxcox",), ("log", "difference")]), st.integers(1, 3))
def test_a_transform_never_reads_a_later_row(data: list[float], parts: tuple[str, ...], later: int) -> None:
    rows = np.abs(data) + 1.0
    whole, early = read(pd.Series(rows)), read(pd.Series(rows[:-later])) if len(rows) > later + 2 else None
    assume(early is not None)
    assert early is not None
    learned = chain(parts).fit(early)
    assert np.array_equal(learned.apply(whole)[:-later], learned.apply(early), equal_nan=True)


@given(pairs, st.randoms(use_true_random=False))
def test_errors_do_not_depend_on_the_order_of_rows(rows: list[tuple[float, float]], chance: Any) -> None:
    mixed = chance.sample(rows, len(rows))
    for metric in (mae, rmse, bias, smape):
        assert metric(*split(mixed)) == pytest.approx(metric(*split(rows)), rel=1e-9, abs=1e-9)


@given(pairs, numbers)
def test_errors_do_not_depend_on_the_level(rows: list[tuple[float, float]], level: float) -> None:
    actual, forecast = split(rows)
    for metric in (mae, rmse, bias):
        shifted = metric(actual + level, forecast + level)
        assert shifted == pytest.approx(metric(actual, forecast), rel=1e-6, abs=1e-6)


@given(pairs)
def test_errors_stand_in_their_order(rows: list[tuple[float, float]]) -> None:
    actual, forecast = split(rows)
    largest = float(np.abs(actual - forecast).max())
    assert abs(bias(actual, forecast)) <= mae(actual, forecast) * (1 + 1e-9)
    assert mae(actual, forecast) <= rmse(actual, forecast) * (1 + 1e-9)
    assert rmse(actual, forecast) <= largest * (1 + 1e-9)
    assert mae(actual, actual) == rmse(actual, actual) == smape(actual, actual) == 0.0


@given(pairs, st.floats(0.01, 0.99))
def test_the_pinball_losses_of_a_quantile_and_of_the_other_side_add_up_to_the_error(
    rows: list[tuple[float, float]], quantile: float
) -> None:
    actual, forecast = split(rows)
    both = pinball(actual, forecast, quantile) + pinball(actual, forecast, 1 - quantile)
    assert both == pytest.approx(mae(actual, forecast), rel=1e-9, abs=1e-9)


@given(triples, st.floats(0.0, 1e6))
def test_a_wider_interval_covers_no_less(rows: list[tuple[float, float, float]], more: float) -> None:
    actual, one, other = split(rows)
    low, high = np.minimum(one, other), np.maximum(one, other)
    assert 0.0 <= coverage(actual, low, high) <= coverage(actual, low - more, high + more) <= 1.0
    assert width(low - more, high + more) == pytest.approx(width(low, high) + 2 * more, rel=1e-6, abs=1e-6)


@given(triples, st.sampled_from([50.0, 80.0, 95.0]))
def test_the_interval_score_is_the_width_where_all_is_covered_and_more_elsewhere(
    rows: list[tuple[float, float, float]], level: float
) -> None:
    actual, one, other = split(rows)
    low, high = np.minimum(one, other), np.maximum(one, other)
    score, wide = interval_score(actual, low, high, level), width(low, high)
    assert score >= wide * (1 - 1e-9)
    if coverage(actual, low, high) == 1.0:
        assert score == pytest.approx(wide)
    train = [0.0, 1.0, 3.0]
    assert msis(actual, low, high, train, 1, level) == pytest.approx(score / 1.5, rel=1e-9, abs=1e-9)


@given(values, st.integers(1, 4))
def test_mase_is_the_error_over_that_of_the_naive_forecast(data: list[float], season: int) -> None:
    train = np.array([*data, *data])
    scale = np.abs(train[season:] - train[:-season]).mean()
    assume(scale > 1e-6)
    assert mase([1.0, 2.0], [4.0, 0.0], train, season) == pytest.approx(2.5 / scale)


@FEW
@given(
    st.lists(names, min_size=1, max_size=3, unique=True),
    values,
    frequencies,
    st.sampled_from([None, "Asia/Seoul", "America/Sao_Paulo"]),
    st.sampled_from([NaiveForecaster(3), DriftForecaster(3), MeanForecaster(3), SeasonalNaiveForecaster(3, season=2)]),
)
def test_any_names_times_and_numbers_come_back_from_the_disk(
    called: list[str], data: list[float], freq: str, zone: str | None, model: Any
) -> None:
    index = pd.date_range("2020-01-01", periods=len(data), freq=freq, tz=zone, name="when")
    frame = pd.DataFrame({name: np.roll(data, place) for place, name in enumerate(called)}, index)
    wanted = model.fit(frame).predict(levels=[80])
    with tempfile.TemporaryDirectory() as folder:
        found = load(model.save(Path(folder) / "model")).predict(levels=[80])
    pd.testing.assert_frame_equal(found, wanted, check_exact=True)


@given(values, st.floats(-1e6, 1e6))
def test_crps_of_one_quantile_is_twice_its_pinball_loss(data: list[float], forecast: float) -> None:
    guesses = np.full((len(data), 1), forecast)
    found = crps_quantiles(data, guesses, [0.5])
    assert found == pytest.approx(2 * pinball(data, guesses[:, 0], 0.5))
