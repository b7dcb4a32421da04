"""A series begins at its first observed row: rows in front of it, and series beside it, change none of its forecasts.

Of forecasters that go by places in the season: the last season, the rising season and the seasonal mean.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from tsrnn.columns import Columns, Repairs
from tsrnn.errors import ShortSeriesError
from tsrnn.forecasters.means import SeasonalDriftForecaster
from tsrnn.forecasters.naive import NaiveForecaster, SeasonalNaiveForecaster
from tsrnn.forecasters.protocol import PanelForecaster
from tsrnn.forecasters.seasonal_mean import SeasonalMeanForecaster
from tsrnn.saving import load

GAP = float("nan")
ROLES = Columns(id="id", time="t", target="y")
# A mean is of 1, 2 or 3 values, by the season: of one it looks the least far back.
MAKERS: dict[str, Callable[[int, int], PanelForecaster]] = {
    "seasonal-naive": lambda horizon, season: SeasonalNaiveForecaster(horizon, season=season),
    "seasonal-drift": lambda horizon, season: SeasonalDriftForecaster(horizon, season=season),
    "seasonal-mean": lambda horizon, season: SeasonalMeanForecaster(
        horizon, season=season, seasons=1 + (season + 2) % 3
    ),
}
# Many a short series with gaps has no two values a season apart, and so is no example for a seasonal drift.
EXAMPLES = settings(max_examples=60, suppress_health_check=[HealthCheck.filter_too_much])
EACH = pytest.mark.parametrize("maker", MAKERS.values(), ids=MAKERS)
# Kinds of rows by their share of gaps, so that long runs without a value are common.
pieces = st.tuples(st.integers(0, 9), st.sampled_from([0.0, 0.3, 0.7, 1.0]))
seeds, seasons, horizons = st.integers(0, 999), st.integers(1, 9), st.integers(1, 12)


@st.composite
def rows(draw: st.DrawFn) -> list[float]:
    """Values of one series with gaps in front, in the middle and behind."""
    rng = np.random.default_rng(draw(seeds))
    parts = [
        np.where(rng.random(n) < share, GAP, rng.normal(size=n)) for n, share in draw(st.lists(pieces, max_size=5))
    ]
    values = np.concatenate([*parts, [GAP]])
    assume(not np.isnan(values).all())
    return [float(value) for value in values[:-1]]


def _begun(values: list[float]) -> list[float]:
    return values[int(np.argmin(np.isnan(values))) :]


def _wide(**columns: list[float]) -> pd.DataFrame:
    """Columns that end together, the shorter ones with rows without a value in front."""
    longest = max(map(len, columns.values()))
    return pd.DataFrame({name: [GAP] * (longest - len(own)) + own for name, own in columns.items()})


def _fitted(model: PanelForecaster, data: pd.DataFrame, columns: Columns | None = None) -> PanelForecaster:
    """The model; a series that a seasonal drift is not possible for, or an interval of it, is no example."""
    try:
        return model.fit(data, columns, repairs=Repairs(on_short="pad") if columns else None)
    except ShortSeriesError:
        assume(False)
        raise


def _levels(model: PanelForecaster) -> list[float] | None:
    """80 where the model has intervals, else none."""
    try:
        model.predict(levels=[80])
    except ShortSeriesError:
        return None
    return [80]


@EACH
@EXAMPLES
@given(one=rows(), other=rows(), season=seasons, horizon=horizons)
@example(one=[1.0, 2.0, 3.0, 5.0, GAP, 6.0, 7.0], other=[1.0, 4.0], season=2, horizon=3)
@example(one=[*[1.0, 2.0, 5.0, 3.0] * 2, GAP, 4.0, 9.0, 7.0, 8.0], other=[1.0], season=4, horizon=6)
def test_what_is_kept_forecasts_as_all_the_rows_do(
    maker: Callable[[int, int], PanelForecaster], one: list[float], other: list[float], season: int, horizon: int
) -> None:
    for data in (_wide(a=one), _wide(a=one, b=other)):
        model = _fitted(maker(horizon, season), data)
        levels = _levels(model)
        whole = model.predict(history=data, levels=levels)
        pd.testing.assert_frame_equal(model.predict(levels=levels), whole, check_exact=True)
        if levels:
            paths = model.simulate(2, history=data)
            pd.testing.assert_frame_equal(model.simulate(2), paths, check_exact=True)


@EACH
@EXAMPLES
@given(one=rows(), other=rows(), season=seasons, horizon=horizons)
def test_rows_in_front_and_series_beside_change_nothing(
    maker: Callable[[int, int], PanelForecaster], one: list[float], other: list[float], season: int, horizon: int
) -> None:
    alone = _fitted(maker(horizon, season), pd.DataFrame({"a": _begun(one)}))
    levels = _levels(alone)
    wanted = alone.predict(levels=levels)
    told = [notice.message for notice in alone.learned().model.notices]
    for data in (_wide(a=one), _wide(a=one, b=other), _wide(a=one, b=[1.0, 3.0] * 30)):
        beside = _fitted(maker(horizon, season), data)
        found = beside.predict(levels=levels if _levels(beside) else None)
        shared = [column for column in wanted if column in found]
        np.testing.assert_array_equal(found[shared], wanted[shared])
        assert [notice.message for notice in beside.learned().model.notices if notice.series == "a"] == told


@EACH
@EXAMPLES
@given(one=rows(), season=seasons, horizon=horizons)
def test_nor_do_rows_put_in_front_of_a_short_series(
    maker: Callable[[int, int], PanelForecaster], one: list[float], season: int, horizon: int
) -> None:
    short, longer = _begun(one), np.sin(np.arange(60.0))
    frames = {"a": (60 - len(short), short), "b": (0, longer)}
    a, b = (
        pd.DataFrame({"id": name, "t": np.arange(begin, 60), "y": values}) for name, (begin, values) in frames.items()
    )
    alone = _fitted(maker(horizon, season), a, ROLES)
    levels = _levels(alone)
    beside = _fitted(maker(horizon, season), pd.concat([a, b]), ROLES)
    found, wanted = beside.predict(levels=levels), alone.predict(levels=levels)
    pd.testing.assert_frame_equal(found[found["id"] == "a"], wanted, check_exact=True)
    pd.testing.assert_frame_equal(beside.predict(levels=levels, history=a), wanted, check_exact=True)


@pytest.mark.parametrize("pad", [False, True])
def test_a_series_of_ten_rows_has_no_season_of_twelve_in_any_frame(pad: bool) -> None:
    short = [float(value) for value in range(10)]
    for maker, expected in zip(MAKERS.values(), ([9.0] * 4, [10.0, 11.0, 12.0, 13.0], [8.0] * 4), strict=True):
        model = maker(4, 12)
        if pad:
            parts = (("a", np.sin(np.arange(60.0))), ("b", short))
            data = [pd.DataFrame({"id": name, "t": np.arange(60 - len(y), 60), "y": y}) for name, y in parts]
            ahead = model.fit(pd.concat(data), ROLES, repairs=Repairs(on_short="pad")).predict()
            found = ahead.loc[ahead["id"] == "b", "y"]
        else:
            found = model.fit(_wide(a=list(np.sin(np.arange(60.0))), b=short)).predict()["b"]
        np.testing.assert_allclose(found, expected)


@EACH
def test_a_joint_column_begins_at_its_own_first_value(maker: Callable[[int, int], PanelForecaster]) -> None:
    data = _wide(a=list(np.sin(np.arange(40.0))), b=[4.0, 1.0, 2.0, 9.0])
    joint = maker(5, 6).fit(data, Columns(joint=True))
    apart = maker(5, 6).fit(data)
    pd.testing.assert_frame_equal(joint.predict(levels=[80]), apart.predict(levels=[80]), check_exact=True)
    spread = joint.simulate(4_000)[[f"b-path-{path}" for path in range(1, 4_001)]].std(axis=1)
    ahead = joint.predict(levels=[80])
    np.testing.assert_allclose(
        spread, (ahead["b-hi-80"] - ahead["b"]) / 1.2816, rtol=0.06
    )  # a walk by one row, not six


def test_a_longer_series_is_kept_back_to_a_value_more_than_a_season_before_its_end() -> None:
    data = pd.DataFrame({"y": [*[1.0, 2.0, 3.0, 4.0] * 9, GAP, GAP, *[5.0, 6.0, 7.0, 8.0]]})
    model = SeasonalNaiveForecaster(2, season=4).fit(data)
    assert len(model.learned().recent.values) == 7  # of 5 the first 1 would be a gap, and 4 no longer than a season
    assert model.predict()["y"].tolist() == [5.0, 6.0]
    assert len(NaiveForecaster(2).fit(data).learned().recent.values) == 1
    with tempfile.TemporaryDirectory() as folder:
        again = load(model.save(Path(folder) / "model"))
    pd.testing.assert_frame_equal(again.predict(levels=[80]), model.predict(levels=[80]), check_exact=True)
