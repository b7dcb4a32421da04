"""Local models: each series by a model of its own, and the same as if it were alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from tests.series import QUICK, wide
from tsrnn.backtesting import backtest
from tsrnn.columns import Columns
from tsrnn.errors import DataError, SettingError, ShortSeriesError
from tsrnn.forecasters.boosting import BoostingForecaster
from tsrnn.forecasters.linear import RidgeForecaster
from tsrnn.forecasters.local import LocalForecaster
from tsrnn.forecasters.names import make_forecaster
from tsrnn.forecasters.protocol import PanelForecaster
from tsrnn.forecasters.recurrent import GRUForecaster
from tsrnn.saving import load, save

RIDGE = RidgeForecaster(4, 12, transform="deviation")


@pytest.mark.parametrize("model", [RIDGE, GRUForecaster(4, 12, hidden_size=4, training=QUICK)])
def test_each_series_is_forecast_as_if_it_were_alone(model: PanelForecaster) -> None:
    data = wide()
    answer = LocalForecaster(model).fit(data).predict(levels=[80])
    for name in data:
        pd.testing.assert_frame_equal(answer.filter(regex=rf"^{name}"), model.fit(data[[name]]).predict(levels=[80]))


def test_series_of_long_frames_have_lengths_and_covariates_of_their_own() -> None:
    rng = np.random.default_rng(1)
    parts = [
        pd.DataFrame(rng.normal(size=(rows, 2)).cumsum(axis=0), columns=["y", "x"]).assign(id=name, t=np.arange(rows))
        for name, rows in (("b", 60), ("a", 90))
    ]
    roles = Columns(id="id", time="t", target="y", past=["x"])
    model = LocalForecaster(RIDGE).fit(pd.concat(parts), roles)
    alone = [RIDGE.fit(part, roles).predict() for part in parts]
    pd.testing.assert_frame_equal(model.predict().reset_index(drop=True), pd.concat(alone, ignore_index=True))


def test_what_was_saved_answers_as_before_in_whatever_order_a_history_comes(tmp_path: Path) -> None:
    data = wide()
    model = LocalForecaster(RIDGE).fit(data)
    again = load(save(model, tmp_path / "model"))
    pd.testing.assert_frame_equal(again.predict(levels=[80]), model.predict(levels=[80]))
    some = data[[*data.columns[::-1]]].iloc[:40, :2]
    pd.testing.assert_frame_equal(again.predict(history=some), model.predict(history=data.iloc[:40])[some.columns])


def test_joint_columns_are_one_series() -> None:
    data, joint = wide(), Columns(joint=True)
    found = LocalForecaster(RIDGE).fit(data, joint).predict(levels=[80])
    pd.testing.assert_frame_equal(found, clone(RIDGE).fit(data, joint).predict(levels=[80]))


@pytest.mark.parametrize("categories", [[], ["kind"]])
def test_a_backtest_has_the_same_rows_with_and_without_parts(categories: list[str]) -> None:
    data = wide().rename_axis("t").reset_index().melt("t", var_name="id", value_name="y")
    data["kind"] = data["id"].map(dict(zip(data["id"].unique(), ("x", "y", "x"), strict=False))).fillna("x")
    roles = Columns(id="id", time="t", target="y", static=categories, categorical=categories)
    data = data if categories else data.drop(columns="kind")
    found = [backtest([LocalForecaster(RIDGE)], data, roles, horizon=4, folds=2, n_jobs=jobs).rows for jobs in (1, 2)]
    pd.testing.assert_frame_equal(found[0], found[1])
    assert found[0]["model"].unique().tolist() == ["local-ridge"]


def test_notices_name_the_series() -> None:
    data = wide().iloc[:17]
    assert {notice.series for notice in LocalForecaster(RIDGE).fit(data).learned().model.notices} == {*data.columns}


def test_it_has_a_name_to_type() -> None:
    model = make_forecaster("local-boosting", 4)
    assert isinstance(model, LocalForecaster)
    assert (model.name, model.horizon, type(model.model)) == ("local-boosting", 4, BoostingForecaster)
    with pytest.raises(SettingError, match="naive learns each series by itself already; give naive in place of local-"):
        make_forecaster("local-naive", 4)
    with pytest.raises(SettingError, match=r"unknown model 'gur': .*did you mean 'gru'"):
        make_forecaster("local-gur", 4)
    with pytest.raises(SettingError, match="unknown model 5"):
        make_forecaster(5, 4)  # type: ignore[arg-type]


def test_what_cannot_be_is_refused() -> None:
    data = wide()
    model = LocalForecaster(RIDGE).fit(data)
    with pytest.raises(DataError, match="series 'new' was not fitted, so it has no model of its own"):
        model.predict(history=data.iloc[:, :1].set_axis(["new"], axis=1))
    with pytest.raises(SettingError, match="model must be a forecaster of tsrnn, got 'ridge'"):
        LocalForecaster("ridge").fit(data)  # type: ignore[arg-type]
    with pytest.raises(SettingError, match="local-ridge knows no paths"):
        model.simulate(3)
    with pytest.raises(ShortSeriesError, match="has 15 rows, but one window takes 16"):
        model.fit(data.iloc[:15])
