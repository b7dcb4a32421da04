"""Findings: what the report is told about the data, the run and the checks, from real backtests of quick models."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.series import HORIZON, QUICK, hourly, long, random_walk, wide
from tsrnn.backtesting import backtest
from tsrnn.columns import Columns
from tsrnn.findings import contents
from tsrnn.forecasters.recurrent import GRUForecaster
from tsrnn.frame import Data
from tsrnn.honesty import last_known
from tsrnn.report.contents import Contents

NAIVE = ["naive", "seasonal-naive"]


def found(data: Data, folds: int = 3, step: int | None = None) -> Contents:
    return contents(backtest(NAIVE, data, horizon=HORIZON, folds=folds, step=step), None, None)


@pytest.mark.parametrize("data", [hourly(zone="Europe/Berlin"), wide(), long()], ids=["series", "wide", "long"])
@pytest.mark.parametrize("step", [None, 1])
def test_every_cutoff_has_its_last_known_value(data: Data, step: int | None) -> None:
    made = found(data, folds=4, step=step)
    last, naive = last_known(made.rows, made.history), made.rows["model"] == "naive"
    assert last.notna().all()
    assert (last[naive] == made.rows.loc[naive, "forecast"]).all(), "the naive forecast is the last known value"
    assert dict(zip(made.checks.against_last["model"], made.checks.against_last["finding"], strict=True))["naive"] == (
        "the last value"
    )


def test_joint_columns_have_a_history_each() -> None:
    model = GRUForecaster(horizon=HORIZON, lookback=12, hidden_size=4, training=QUICK)
    result = backtest([model], wide(), Columns(target=["north", "east"], joint=True), horizon=HORIZON, folds=3)
    made = contents(result, None, None)
    assert last_known(made.rows, made.history).notna().all()
    assert set(made.history["series"]) == {"north", "east"} and len(made.checks.against_last) == 1
    assert ("seeds", "gru 0") in made.versions and made.checks.pairs.empty


def test_the_card_names_the_zone_and_what_is_missing() -> None:
    data = hourly(zone="Europe/Berlin").astype(float)
    data.iloc[5:8] = np.nan
    card = dict(found(data).card)
    assert card["time zone"] == "Europe/Berlin" and card["missing values"] == "3 of 96, left out of every score"
    plain = dict(found(hourly()).card)
    assert plain["time zone"] == "none given" and plain["missing values"] == "0 of 96"
    assert "time zone" not in dict(found(hourly().reset_index(drop=True)).card)


def test_seconds_and_seeds_stand_with_the_versions() -> None:
    versions = dict(found(hourly()).versions)
    assert versions["seeds"] == "no model draws numbers" and versions["time"].endswith("all models and folds together")


def test_directions_are_looked_at_for_prices_alone() -> None:
    walk = np.exp(0.02 * random_walk(200, 3)) * 50
    assert len(found(walk).checks.directions) == 2, "relative changes without order"
    days = pd.bdate_range("2024-01-01", periods=96)
    assert len(found(pd.Series(hourly().to_numpy(), days, name="close")).checks.directions) == 2, "business days"
    assert found(hourly()).checks.directions.empty, "a daily wave"
    assert found(pd.Series(hourly().to_numpy() - 10, days)).checks.directions.empty, "a price is positive"


def test_series_that_never_change_are_judged_by_mae() -> None:
    checks = found(hourly() * 0 + 1).checks
    assert checks.measure == "mae" and list(checks.biases["bias"]) == [0.0, 0.0]
    assert set(checks.pairs["finding"]) == {"no significant difference"}
