"""Honesty: a planted repeater of yesterday's value is found, a forecaster that knows something is not."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.series import HORIZON, hourly
from tsrnn.backtesting import backtest
from tsrnn.directions import direction_test, wilson
from tsrnn.honesty import LAST, against_last, directions, last_known, random_walk

FOLDS = 60


def planted(
    series: int = 1, seed: int = 0, persistence: float = 0.5
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """One step ahead on an autoregressive series: rows of one forecaster that knows it and of three that do not."""
    random = np.random.default_rng(seed)
    parts, history = [], []
    for name in range(series):
        noise = random.normal(size=400)
        values = np.zeros(400)
        for time in range(1, 400):
            values[time] = persistence * values[time - 1] + noise[time]
        history.append(pd.DataFrame({"series": name, "time": range(400), "actual": values + 50.0}))
        cutoffs = np.arange(399 - FOLDS, 399)
        last, actual = values[cutoffs] + 50.0, values[cutoffs + 1] + 50.0
        forecasts = {
            "knows": persistence * (last - 50.0) + 50.0,
            "repeats": last,
            "trembles": last + 0.3 * random.normal(size=FOLDS),
            "late": values[cutoffs - 1] + 50.0,
        }
        for model, forecast in forecasts.items():
            part = {"model": model, "series": name, "cutoff": cutoffs, "step": 1, "time": cutoffs + 1}
            parts.append(pd.DataFrame({**part, "actual": actual, "forecast": forecast}))
    rows = pd.concat(parts, ignore_index=True)
    scales = rows[["series", "cutoff"]].drop_duplicates().assign(mae_scale=2.0)
    return rows, scales, pd.concat(history, ignore_index=True)


def by_model(found: pd.DataFrame) -> dict[str, dict[Hashable, Any]]:
    return {row["model"]: row for row in found.to_dict("records")}


def findings(found: pd.DataFrame) -> dict[str, str]:
    return dict(zip(found["model"], found["finding"], strict=True))


def test_who_repeats_the_last_value_is_told_from_who_knows_more() -> None:
    found = findings(against_last(*planted(persistence=0.0, series=4)))
    assert found["knows"] == "lower error" and found["repeats"] == "the last value"
    assert found["trembles"] in ("nearer to the last value", "higher error")
    walk = findings(against_last(*planted(persistence=1.0)))
    assert walk["knows"] == "the last value", "on a random walk the best forecast is the last value"
    assert walk["late"] in ("nearer to the last value", "higher error")


def test_pictures_deceive_where_the_finding_does_not() -> None:
    rows, scales, history = planted(persistence=1.0)
    late = rows[rows["model"] == "trembles"]
    assert np.corrcoef(late["actual"], late["forecast"])[0, 1] > 0.85
    assert findings(against_last(rows, scales, history))["trembles"] in ("nearer to the last value", "higher error")


def test_numbers_are_those_of_the_changes() -> None:
    rows, scales, history = planted()
    found = by_model(against_last(rows, scales, history))
    last = last_known(rows, history)
    mine = rows["model"] == "trembles"
    came, said = (rows["actual"] - last)[mine], (rows["forecast"] - last)[mine]
    row = found["trembles"]
    assert row["moved"] == pytest.approx(np.sqrt((said**2).mean() / (came**2).mean()))
    assert row["nearness"] == pytest.approx(np.sqrt((said**2).mean() / ((came - said) ** 2).mean()))
    assert row["correlation"] == pytest.approx((said * came).mean() / np.sqrt((said**2).mean() * (came**2).mean()))
    assert np.isnan(found["repeats"]["correlation"]) and found["repeats"]["nearness"] == 0.0


def test_skill_is_that_against_the_naive_forecaster() -> None:
    result = backtest(["naive", "seasonal-naive", "drift"], hourly(), horizon=HORIZON, folds=6)
    history = pd.DataFrame({"series": hourly().name, "time": hourly().index, "actual": hourly().to_numpy()})
    found = against_last(result.rows, result.scales, history).set_index("model")
    known = result.significance(["naive"]).set_index("model")
    for model in ("seasonal-naive", "drift"):
        assert list(found.loc[model, ["skill", "skill-lo-95", "skill-hi-95", "ahead"]]) == pytest.approx(
            list(known.loc[model, ["skill", "skill-lo-95", "skill-hi-95", "ahead"]])
        )
    assert found.loc["naive", "finding"] == "the last value" and found.loc["naive", "skill"] == 0.0


def test_three_folds_are_judged_and_two_are_too_few() -> None:
    rows, scales, history = planted()
    few = rows[rows["cutoff"] >= rows["cutoff"].max() - 1]
    found = findings(against_last(few, scales, history))
    assert found["knows"] == "too few folds to tell" and found["repeats"] == "the last value"


def test_the_last_known_value_passes_over_missing_ones_and_needs_history() -> None:
    history = pd.DataFrame(
        {"series": ["a"] * 3 + ["b"] * 2, "time": [1, 2, 3, 1, 2], "actual": [1.0, np.nan, 3, np.nan, 5]}
    )
    rows = pd.DataFrame({"series": ["a", "a", "b", "b", "b"], "cutoff": [2, 3, 1, 2, 9]}, index=[9, 8, 7, 6, 5])
    found = last_known(rows, history)
    assert found.tolist() == pytest.approx([1.0, 3.0, np.nan, 5.0, np.nan], nan_ok=True)
    assert list(found.index) == [9, 8, 7, 6, 5]


def test_without_any_last_value_there_is_nothing_to_say() -> None:
    rows, scales, history = planted()
    assert against_last(rows, scales, history.iloc[:0]).empty
    named = rows.assign(model=rows["model"].replace({"knows": LAST}))
    assert LAST in findings(against_last(named, scales, history))


def test_directions_of_one_series_are_the_test_of_pesaran_and_timmermann() -> None:
    rows, _, history = planted()
    found = directions(rows, history).set_index("model")
    mine = rows["model"] == "knows"
    last = last_known(rows, history)
    test = direction_test((rows["actual"] - last)[mine], (rows["forecast"] - last)[mine])
    row = found.loc["knows"]
    assert (row["right"], row["luck"], row["p"]) == pytest.approx((test.share, test.expected, test.p_value))
    share = wilson(round(test.share * test.n), test.n)
    assert (row["low"], row["high"], row["directions"]) == pytest.approx((share.low, share.high, FOLDS))
    assert row["finding"] == "more than luck" and found.loc["repeats", "finding"] == "no more than luck"


def test_directions_of_many_series_are_counted_by_folds() -> None:
    rows, _, history = planted(series=5)
    found = by_model(directions(rows, history))
    assert found["knows"]["finding"] == "more than luck" and found["trembles"]["finding"] == "no more than luck"
    assert np.isnan(found["knows"]["p"]) and found["knows"]["directions"] == 5 * FOLDS
    copies = pd.concat([rows[rows["series"] == 0].assign(series=name) for name in range(5)], ignore_index=True)
    past = pd.concat([history[history["series"] == 0].assign(series=name) for name in range(5)], ignore_index=True)
    one = by_model(directions(rows[rows["series"] == 0], history[history["series"] == 0]))["knows"]
    five = by_model(directions(copies, past))["knows"]
    assert five["high"] - five["low"] > 0.8 * (one["high"] - one["low"]), (
        "five copies of a series know no more than one"
    )


def test_few_directions_say_nothing_and_shared_rows_leave_the_first_step() -> None:
    rows, _, history = planted()
    few = directions(rows[rows["cutoff"] > 380], history)
    assert set(few["finding"]) == {"too few to tell"} and few["low"].isna().all()
    second = rows.assign(step=2, time=rows["time"] + 1)
    assert set(directions(pd.concat([rows, second], ignore_index=True), history)["step"]) == {1}
    apart = pd.concat([rows, second], ignore_index=True)
    assert set(directions(apart[apart["cutoff"] % 2 == 0], history)["step"]) == {2}


def test_what_looks_like_a_price() -> None:
    steps = np.random.default_rng(5).normal(0, 0.02, 600)
    walk = 100 * np.exp(np.cumsum(steps))
    assert random_walk(walk) and random_walk(np.where(np.arange(600) % 9, walk, np.nan))
    assert not random_walk(walk - walk.min() - 1), "a price is positive"
    assert not random_walk(walk[:40]), "too short to tell"
    assert not random_walk(np.full(100, 7.0))
    assert not random_walk(hourly().to_numpy() + 100)
