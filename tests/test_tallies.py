"""Tallies: added up over parts of the rows they give the scores and the tests of all rows."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from tests.series import HORIZON, long
from tsrnn.backtesting import Backtest, backtest
from tsrnn.errors import SettingError
from tsrnn.significance import compared, compared_losses
from tsrnn.tallies import Tally

LEVELS = (80.0, 95.0)


@cache
def judged(step: int | None = None) -> Backtest:
    """Three models on three series of different lengths; some actual values are missing, one series never changes."""
    data = long()
    more = data[data["unique_id"] == "b"].assign(unique_id="flat", y=1.0)
    data = pd.concat([data, more], ignore_index=True)
    data.loc[[94, 95, 100], "y"] = np.nan
    return backtest(["naive", "seasonal-naive", "drift"], data, horizon=HORIZON, folds=4, step=step)


def added(result: Backtest) -> Tally:
    """One tally a series, added up."""
    found = None
    for name in result.rows["series"].unique():
        rows, scales = (part[part["series"] == name] for part in (result.rows, result.scales))
        tally = Tally.of(rows, scales, LEVELS)
        found = tally if found is None else found + tally
    assert found is not None
    return found


RESULT = judged()


@pytest.mark.parametrize("by", [["model"], ["model", "fold"], ["model", "step"], ["model", "fold", "step"]])
def test_parts_added_up_give_the_scores_of_all_rows(by: list[str]) -> None:
    mine, whole = added(RESULT).scores(by), RESULT.scores(by)
    assert_frame_equal(
        mine.set_index(by).sort_index(), whole.set_index(by).sort_index(), rtol=1e-12, check_index_type=False
    )
    assert list(mine["model"].unique()) == ["naive", "seasonal-naive", "drift"]


@pytest.mark.parametrize("measure", ["mase", "mae"])
@pytest.mark.parametrize("step", [None, 1])
def test_parts_added_up_give_the_tests_of_all_rows(measure: str, step: int | None) -> None:
    result = judged(step)
    tally = added(result)
    expected = compared(result.rows, result.scales, measure=measure)
    assert_frame_equal(compared_losses(tally.losses(measure), tally.overlap), expected, rtol=1e-9)
    some = compared(result.rows, result.scales, measure=measure, baselines=["drift"], level=90)
    assert_frame_equal(
        compared_losses(tally.losses(measure), tally.overlap, baselines=["drift"], level=90), some, rtol=1e-9
    )


def test_a_missing_forecast_leaves_no_error_and_no_test() -> None:
    rows = RESULT.rows.copy()
    rows.loc[rows.index[rows["actual"].notna() & (rows["model"] == "drift")][-1], "forecast"] = np.nan
    tally = Tally.of(rows, RESULT.scales, LEVELS)
    board = tally.scores().set_index("model")
    assert board["mase"].notna().to_dict() == {"naive": True, "seasonal-naive": True, "drift": False}
    found = compared_losses(tally.losses("mase"), tally.overlap).set_index(["model", "baseline"])
    assert (found.loc[("naive", "drift"), "finding"], len(found)) == ("no finite loss", 3)


def test_squares_beyond_the_range_of_a_float_do_not_overflow() -> None:
    huge = RESULT.rows.assign(actual=RESULT.rows["actual"] * 1e200, forecast=RESULT.rows["forecast"] * 1e200)
    tally = Tally.of(huge, RESULT.scales, LEVELS)
    mine = (tally + tally).scores()
    expected = RESULT.scores()["rmse"] * 1e200
    np.testing.assert_allclose(mine["rmse"], expected, rtol=1e-12)


def test_scores_are_by_what_is_tallied() -> None:
    for by in (["series"], [], ["fold"], ["model", "cutoff"]):
        with pytest.raises(SettingError, match="by model, and by fold or step beside it; got"):
            Tally.of(RESULT.rows, RESULT.scales, LEVELS).scores(by)
