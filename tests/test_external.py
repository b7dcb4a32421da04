"""External forecasts: whatever shape they come in they are judged on the very same rows, or refused by name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from tests.series import HORIZON, hourly, long, wide
from tsrnn.backtesting import Backtest, backtest
from tsrnn.columns import Columns
from tsrnn.errors import ColumnError, DataError, SettingError
from tsrnn.frame import Data
from tsrnn.splits import Splits

LEVEL_80 = ["lo-80", "hi-80"]


def judged(data: Data, columns: Columns | None = None, step: int | None = None) -> Backtest:
    return backtest(["seasonal-naive", "naive"], data, columns, horizon=HORIZON, folds=3, step=step, levels=[80])


def theirs(result: Backtest, *columns: str) -> pd.DataFrame:
    """What another tool would hand over: here the naive model's rows in another order."""
    rows = result.rows[result.rows["model"] == "naive"]
    return rows[["series", "cutoff", "step", "time", "forecast", *LEVEL_80]].sample(frac=1, random_state=0)[
        list(columns) or ["series", "cutoff", "step", "forecast", *LEVEL_80]
    ]


def check_equal(result: Backtest, name: str = "theirs", bounds: bool = True) -> None:
    """The rows and scores of the added model are those of the naive one."""
    numbers = ["forecast", *(LEVEL_80 if bounds else [])]
    keys = ["series", "cutoff", "step", "time", "actual", *numbers]
    ours, added = (result.rows[result.rows["model"] == model].reset_index(drop=True) for model in ("naive", name))
    assert_frame_equal(added[keys], ours[keys], check_exact=True)
    board = result.leaderboard().set_index("model")
    assert board["mase"][name] == board["mase"]["naive"]
    assert np.isnan(board["fit_seconds"][name])
    assert board["fit_seconds"]["naive"] >= 0


@pytest.mark.parametrize(
    "reshape",
    [
        lambda rows: rows,
        lambda rows: rows.drop(columns="time"),
        lambda rows: rows.drop(columns="step"),
        lambda rows: rows.drop(columns=["step", "cutoff"]),  # no time stands in two folds
        lambda rows: rows.astype({"cutoff": str, "time": str}),
        lambda rows: rows.set_index(["series", "cutoff", "step"]),
        lambda rows: rows.rename(columns={"series": "unique_id", "time": "ds", "forecast": "theirs"}).assign(y=0.0),
        lambda rows: rows.rename(columns={"forecast": "theirs", "lo-80": "theirs-lo-80", "hi-80": "theirs-hi-80.0"}),
    ],
    ids=["all", "step", "time", "time alone", "text", "index", "long names", "named"],
)
def test_tidy_forecasts_join_in_any_order_and_by_step_or_time(reshape: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    result = judged(wide())
    frame = reshape(theirs(result, "series", "cutoff", "step", "time", "forecast", *LEVEL_80))
    before = frame.copy()
    check_equal(result.add(frame, name="theirs"))
    assert_frame_equal(frame, before)
    assert set(result.rows["model"]) == {"seasonal-naive", "naive"}  # the backtest itself is as it was


def test_wide_forecasts_join_as_predict_gives_them() -> None:
    data = wide()
    result, parts = judged(data), []
    for cutoff in result.rows["cutoff"].unique():
        part = pd.DataFrame(index=data.index[data.index > cutoff][:HORIZON])
        for name in data:
            rows = result.rows[(result.rows["model"] == "naive") & (result.rows["series"] == name)]
            rows = rows[rows["cutoff"] == cutoff]
            for ending, column in (("", "forecast"), ("-lo-80", "lo-80"), ("-hi-80", "hi-80")):
                part[f"{name}{ending}"] = rows[column].to_numpy()
        parts.append(part.assign(cutoff=cutoff))
    check_equal(result.add(pd.concat(parts), name="theirs"))


def test_one_series_needs_no_name_and_forecasts_no_intervals() -> None:
    result = judged(hourly(zone="Europe/Berlin"))
    added = result.add(theirs(result, "cutoff", "step", "forecast"), name="theirs")
    check_equal(added, bounds=False)
    assert added.rows.loc[added.rows["model"] == "theirs", "lo-80"].isna().all()
    utc = theirs(result).assign(cutoff=lambda rows: rows["cutoff"].dt.tz_convert("UTC"))
    check_equal(result.add(utc, name="theirs"))


def test_ragged_series_and_the_caller_s_own_names_join() -> None:
    data, roles = (
        long().rename(columns={"unique_id": "shop", "ds": "month", "y": "sold"}),
        Columns("shop", "month", "sold"),
    )
    result = judged(data, roles, step=2)
    named = theirs(result, "series", "cutoff", "time", "forecast").rename(columns={"series": "shop", "time": "month"})
    check_equal(result.add(named, name="theirs"), bounds=False)


def test_several_joined_forecasts_stand_in_the_leaderboard_the_tests_and_the_report(tmp_path: Path) -> None:
    result = judged(hourly())
    worse = theirs(result).assign(forecast=lambda rows: rows["forecast"] + 10.0)
    both = result.add(theirs(result), name="theirs").add(worse, name="worse")
    assert both.leaderboard()["model"].tolist()[-1] == "worse"
    skill = both.significance(["naive"]).set_index("model")["skill"]
    assert skill["theirs"] == 0
    assert skill["worse"] < 0
    page = both.to_html(tmp_path / "report.html").read_text(encoding="utf-8")
    assert "nan s" not in page
    assert ".add(…, name=&#39;theirs&#39;).add(…, name=&#39;worse&#39;)" in page  # the call that makes it again


def test_the_steps_of_a_gap_are_counted_from_the_cutoff() -> None:
    result = backtest(["naive"], hourly(), horizon=2, folds=Splits(2, gap=3), levels=[80])
    check_equal(result.add(theirs(result, "cutoff", "step", "forecast"), name="theirs"), bounds=False)
    early = theirs(result).assign(step=lambda rows: rows["step"] - 3)
    with pytest.raises(
        DataError, match=r"4 rows of the forecasts belong to no fold, .* and steps 4, 5; drop the others"
    ):
        result.add(early, name="theirs")


REFUSED: list[tuple[Callable[[pd.DataFrame], object], type[Exception], str]] = [
    (
        lambda rows: rows.sort_values(["series", "cutoff", "step"]).iloc[1:],
        DataError,
        r"1 rows are missing, the first: series 'east', cutoff 2024-04-01 11:00:00, step 1; give a forecast of each",
    ),
    (lambda rows: rows[rows["series"] != "south"], DataError, "12 rows are missing, the first: series 'south', "),
    (
        lambda rows: pd.concat([rows, rows.iloc[:2]]),
        DataError,
        "2 rows stand twice in the forecasts, the first: series ",
    ),
    (
        lambda rows: pd.concat([rows, rows[rows["series"] == "east"].assign(series="west")]),
        DataError,
        "12 rows of the forecasts belong to no fold, the first: series 'west', .*; the folds have cutoffs 2024-04-01 ",
    ),
    (lambda rows: rows.assign(step=rows["step"] + 0.5), ColumnError, "column 'step' .* float64, .*not whole numbers"),
    (lambda rows: rows.assign(cutoff="soon"), ColumnError, "column 'cutoff' of the forecasts is "),
    (
        lambda rows: rows.assign(forecast=rows["forecast"].where(rows["step"] < 4)),
        DataError,
        "9 rows have no number, the first: series 'east', cutoff 2024-04-01 11:00:00, step 4",
    ),
    (lambda rows: rows.assign(forecast="many"), ColumnError, "column 'forecast' of the forecasts holds no numbers: "),
    (
        lambda rows: rows.rename(columns={"lo-80": "hi-80", "hi-80": "lo-80"}),
        DataError,
        "36 rows have lo-80 above hi-80, the first: series 'east', .*; swap them",
    ),
    (lambda rows: rows.drop(columns="lo-80"), ColumnError, "have hi-80 but no lo-80; give both ends or none"),
    (
        lambda rows: rows.rename(columns={"lo-80": "lo-90", "hi-80": "hi-90"}),
        SettingError,
        r"intervals of 90 %, but the backtest judges 80 %; drop them, or run the backtest with levels=\[90\]",
    ),
    (lambda rows: rows.drop(columns="series"), ColumnError, "do not say of which of 3 series they are; give columns"),
    (lambda rows: rows.drop(columns="cutoff"), ColumnError, "do not say from which cutoff they are; give columns"),
    (lambda rows: rows.drop(columns="forecast"), ColumnError, r"have no column 'forecast'; found \['series', "),
    (lambda rows: rows["forecast"], DataError, "the forecasts are a Series; give a DataFrame"),
    (
        lambda rows: rows.assign(time=pd.Timestamp("2024-04-01")),
        DataError,
        "36 rows have another time in the forecasts, the first: .*; count steps from the cutoff",
    ),
]


@pytest.mark.parametrize(("spoil", "error", "words"), REFUSED)
def test_forecasts_that_do_not_fit_are_refused_by_the_first_row(
    spoil: Callable[[pd.DataFrame], pd.DataFrame], error: type[Exception], words: str
) -> None:
    result = judged(wide())
    with pytest.raises(error, match=words):
        result.add(spoil(theirs(result)), name="theirs")


def test_a_name_is_taken_once_and_cannot_be_run_again() -> None:
    result = judged(hourly())
    with pytest.raises(SettingError, match="a model is called 'naive' already; give the forecasts another name"):
        result.add(theirs(result), name="naive")
    added = result.add(theirs(result), name="theirs").models[-1]
    for ask in (lambda: added.fit(hourly()), lambda: added.predict(3)):
        with pytest.raises(SettingError, match="'theirs' are forecasts made elsewhere; they can be judged, but not"):
            ask()
