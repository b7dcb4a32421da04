"""What a model keeps of its rows is all that it needs: it forecasts from them as from all rows there were."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.series import QUICK
from tsrnn.errors import ShortSeriesError
from tsrnn.forecasters.ensemble import EnsembleForecaster
from tsrnn.forecasters.linear import RidgeForecaster
from tsrnn.forecasters.local import LocalForecaster
from tsrnn.forecasters.naive import NaiveForecaster
from tsrnn.forecasters.protocol import PanelForecaster
from tsrnn.forecasters.recurrent import GRUForecaster
from tsrnn.saving import load, save

TRANSFORMS = [(), "log", "boxcox", "deviation", "difference", ("log", "difference"), ("difference", "difference")]
GAP = float("nan")


def _models(transform: str | tuple[str, ...]) -> list[PanelForecaster]:
    ridge = RidgeForecaster(3, 8, transform=transform)
    return [ridge, LocalForecaster(ridge), GRUForecaster(3, 8, hidden_size=4, transform=transform, training=QUICK)]


def _data() -> pd.DataFrame:
    steps = np.random.default_rng(0).normal(size=(90, 2)).cumsum(axis=0)
    data = pd.DataFrame(20 + steps, pd.date_range("2024", periods=90, freq="D"), ["a", "b"])
    data.iloc[[-12, -9, -2], 0] = GAP
    return data


@pytest.mark.parametrize("transform", TRANSFORMS, ids=str)
def test_it_forecasts_from_what_it_kept_as_from_all_rows(transform: str | tuple[str, ...], tmp_path: Path) -> None:
    data = _data()
    for model in _models(transform):
        expected = model.fit(data).predict(history=data)
        pd.testing.assert_frame_equal(model.predict(), expected, rtol=1e-6)
        pd.testing.assert_frame_equal(load(save(model, tmp_path / model.name)).predict(), expected, rtol=1e-6)
        memory = model.learned().model.memory
        pd.testing.assert_frame_equal(model.predict(history=data.iloc[-memory:]), expected, rtol=1e-6)
        with pytest.raises(ShortSeriesError, match=f"has {memory - 1} rows of history, but the model reads {memory}"):
            model.predict(history=data.iloc[1 - memory :])


def test_changes_forecast_what_changes_alike() -> None:
    changes = np.resize([1.0, 5.0, -2.0, 7.0, 0.0, 3.0, -4.0], 203).cumsum()
    model = RidgeForecaster(3, 7, transform="difference", penalty=1e-9).fit(pd.Series(changes[:200]))
    np.testing.assert_allclose(model.predict(), changes[200:], atol=0.1)


def test_a_weight_of_0_leaves_out_a_step_that_is_no_number() -> None:
    steep = pd.Series(np.exp(np.linspace(0, 699, 400)))
    ridge = RidgeForecaster(30, 20, transform="log", penalty=1e-9)
    weights = np.repeat([[1.0, 0.0], [0.0, 1.0]], (10, 20), axis=1)
    found = EnsembleForecaster([ridge, NaiveForecaster(30)], weights=weights).fit(steep).predict(levels=[80])
    assert not np.isnan(found.to_numpy()).any()
