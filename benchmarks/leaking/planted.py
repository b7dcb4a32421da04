"""Planted leaks, as they are found in the wild, and beside each what an honest author would have written."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from leaking.windows import HORIZON, Windows, driven, holed
from tsrnn.backtesting import backtest
from tsrnn.columns import Columns
from tsrnn.forecasters.linear import RidgeForecaster
from tsrnn.forecasters.naive import NaiveForecaster, SeasonalNaiveForecaster
from tsrnn.testing.samples import hourly

PAST, FUTURE = Columns(target="load", past="driver"), Columns(target="load", future="driver")


def scaled_by_all(data: pd.Series) -> pd.Series:
    """Mean and deviation of rows that the model is later judged on."""
    return (data - data.mean()) / data.std()


def scaled_by_the_past(data: pd.Series) -> pd.Series:
    """Honest: mean and deviation of the rows up to each."""
    return (data - data.expanding().mean()) / data.expanding().std().fillna(1.0).replace(0.0, 1.0)


def ranked(data: pd.Series) -> pd.Series:
    """The rank among all rows: no number is read, only their order."""
    return data.rank(pct=True)


def smoothed_both_ways(data: pd.Series) -> pd.Series:
    """A moving mean around each row."""
    return data.rolling(5, center=True, min_periods=1).mean()


def smoothed_backwards(data: pd.Series) -> pd.Series:
    """Honest: a moving mean of what came before."""
    return data.rolling(5, min_periods=1).mean()


def filled_from_behind(data: pd.Series) -> pd.Series:
    """A missing value becomes the one after it."""
    return data.bfill()


def interpolated(data: pd.Series) -> pd.Series:
    """A missing value becomes what lies between its neighbours, the later one too."""
    return data.interpolate(limit_direction="both")


def filled_from_before(data: pd.Series) -> pd.Series:
    """Honest: a missing value becomes the one before it."""
    return data.ffill().fillna(0.0)


def without_the_season_of_all(data: pd.Series) -> pd.Series:
    """Less the mean of each hour over all days."""
    return data - data.groupby(pd.DatetimeIndex(data.index).hour).transform("mean")


def differenced(data: pd.Series) -> pd.Series:
    """Honest: every value comes from its own past."""
    return data - data.shift(1).fillna(data.iloc[0])


def driver_of_tomorrow(data: pd.DataFrame) -> pd.DataFrame:
    """The driver of the next row stands in the row before."""
    return data.assign(driver=data["driver"].shift(-1).fillna(0.0))


def driver_of_yesterday(data: pd.DataFrame) -> pd.DataFrame:
    """Honest: what was known an hour ago."""
    return data.assign(driver=data["driver"].shift(1).fillna(0.0))


def target_in_disguise(data: pd.DataFrame) -> pd.DataFrame:
    """The target, with a little noise, said to be known ahead."""
    return data.assign(driver=data["load"] + 0.01 * data["driver"])


def day_of_high_load(data: pd.DataFrame) -> pd.DataFrame:
    """A calendar of special days, made of the loads that it is to forecast."""
    return data.assign(driver=(data["load"] > data["load"].quantile(0.8)).astype(float))


def target_of_its_hour(data: pd.DataFrame) -> pd.DataFrame:
    """Each hour encoded by its mean load over all rows."""
    return data.assign(driver=data.groupby(pd.DatetimeIndex(data.index).hour)["load"].transform("mean"))


def shuffled_validation(data: pd.Series) -> Windows:
    """Windows of all the data are dealt out at random, so those of the test rows train too."""
    rng = np.random.default_rng(0)
    dealt = np.lib.stride_tricks.sliding_window_view(data.to_numpy(), 6 + HORIZON)
    training = rng.permutation(len(dealt))[: int(0.8 * len(dealt))]
    return Windows(rows=dealt[training].ravel())


def stopped_on_the_test_rows(data: pd.Series) -> Windows:
    """Training stops after as many epochs as make the error on the last rows lowest."""

    def error(epochs: int) -> float:
        rows = backtest([Windows(epochs)], data, horizon=HORIZON, folds=1, levels=()).rows
        return float((rows["actual"] - rows["forecast"]).abs().mean())

    return Windows(min((1, 3, 10, 30, 100), key=error))


def chosen_on_all_rows(data: pd.Series) -> NaiveForecaster | SeasonalNaiveForecaster:
    """Whichever model fits all the data better, those that it is judged on too."""
    models = (NaiveForecaster(HORIZON), SeasonalNaiveForecaster(HORIZON))
    rows = backtest(list(models), data, horizon=HORIZON, folds=2, levels=()).rows
    errors = (rows["actual"] - rows["forecast"]).abs().groupby(rows["model"]).mean()
    return next(model for model in models if model.name == errors.idxmin())


def calibrated_on_the_test_rows(data: pd.Series) -> pd.DataFrame:
    """Intervals as wide as the errors on the rows that they are judged on."""
    rows = backtest([NaiveForecaster(HORIZON)], data, horizon=HORIZON, folds=2, levels=()).rows
    width = float((rows["actual"] - rows["forecast"]).abs().quantile(0.8))
    return rows.assign(**{"lo-80": rows["forecast"] - width, "hi-80": rows["forecast"] + width})


def calibrated_before(data: pd.Series) -> pd.DataFrame:
    """Honest: intervals as wide as the changes up to each cutoff were."""
    rows = backtest([NaiveForecaster(HORIZON)], data, horizon=HORIZON, folds=2, levels=()).rows
    widths = {cutoff: float(data.loc[:cutoff].diff().abs().quantile(0.8)) for cutoff in rows["cutoff"].unique()}
    width = rows["cutoff"].map(widths)
    return rows.assign(**{"lo-80": rows["forecast"] - width, "hi-80": rows["forecast"] + width})


_NAIVE, _RIDGE = NaiveForecaster(HORIZON), RidgeForecaster(HORIZON, 12)

PLANTED: dict[str, dict[str, Any]] = {
    "a scaler fitted on all data": {"model": _NAIVE, "data": hourly(), "prepare": scaled_by_all},
    "ranks among all data": {"model": _NAIVE, "data": hourly(), "prepare": ranked},
    "a moving mean around each row": {"model": _NAIVE, "data": hourly(), "prepare": smoothed_both_ways},
    "holes filled from behind": {"model": _NAIVE, "data": holed(), "prepare": filled_from_behind},
    "holes interpolated across the cutoff": {"model": _NAIVE, "data": holed(), "prepare": interpolated},
    "a season estimated on all data": {"model": _NAIVE, "data": hourly(), "prepare": without_the_season_of_all},
    "a covariate shifted from the future": {
        "model": _RIDGE,
        "data": driven(),
        "columns": PAST,
        "prepare": driver_of_tomorrow,
    },
    "the target in disguise": {"model": _RIDGE, "data": driven(), "columns": FUTURE, "prepare": target_in_disguise},
    "special days made of the target": {
        "model": _RIDGE,
        "data": driven(),
        "columns": FUTURE,
        "prepare": day_of_high_load,
    },
    "hours encoded by the target": {
        "model": _RIDGE,
        "data": driven(),
        "columns": FUTURE,
        "prepare": target_of_its_hour,
    },
    "a shuffled validation split": {"model": shuffled_validation, "data": hourly()},
    "early stopping on the test rows": {"model": stopped_on_the_test_rows, "data": hourly()},
    "a model chosen on all data": {"model": chosen_on_all_rows, "data": hourly()},
    "intervals calibrated on the test rows": {"model": calibrated_on_the_test_rows, "data": hourly()},
}
HONEST: dict[str, dict[str, Any]] = {
    "a scaler fitted on the past": {"model": _NAIVE, "data": hourly(), "prepare": scaled_by_the_past},
    "a moving mean of the past": {"model": _NAIVE, "data": hourly(), "prepare": smoothed_backwards},
    "holes filled from before": {"model": _NAIVE, "data": holed(), "prepare": filled_from_before},
    "differences": {"model": _RIDGE, "data": hourly(), "prepare": differenced},
    "a covariate from the past": {"model": _RIDGE, "data": driven(), "columns": PAST, "prepare": driver_of_yesterday},
    "windows of known rows": {"model": lambda data: Windows(), "data": hourly()},
    "a number of epochs set beforehand": {"model": Windows(30), "data": hourly()},
    "intervals calibrated before": {"model": calibrated_before, "data": hourly()},
}
