"""Scores: sums of tidy rows equal the metrics of the same arrays, whatever they are grouped by."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tsrnn.metrics import bias, coverage, mae, mase, naive_scale, rmse, rmsse, smape, width
from tsrnn.scores import scored

MODELS, SERIES, CUTOFFS, STEPS = ["good", "bad"], ["b", "a"], [10, 20], [1, 2, 3]
SEASON = 2


def past(series: str, cutoff: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.random.default_rng(cutoff + ord(series)).normal(size=cutoff)


def tidy() -> pd.DataFrame:
    """Rows of two models, two series and two cutoffs, each three steps ahead."""
    keys = pd.MultiIndex.from_product([MODELS, SERIES, CUTOFFS, STEPS], names=["model", "series", "cutoff", "step"])
    rows, random = keys.to_frame(index=False), np.random.default_rng(0)
    actual = np.tile(random.normal(size=12), 2)
    forecast = actual + random.normal(size=24)
    reach = random.uniform(0.1, 2.0, size=24)
    return rows.assign(actual=actual, forecast=forecast, **{"lo-80": forecast - reach, "hi-80": forecast + reach})


def scales() -> pd.DataFrame:
    keys = [(series, cutoff) for series in SERIES for cutoff in CUTOFFS]
    found = [(*key, naive_scale(past(*key), SEASON), naive_scale(past(*key), SEASON, 2)) for key in keys]
    return pd.DataFrame(found, columns=["series", "cutoff", "mae_scale", "mse_scale"])


@pytest.mark.parametrize(
    "by", [["model"], ["model", "series"], ["model", "step"], ["model", "series", "cutoff", "step"]]
)
def test_each_group_has_the_metrics_of_its_rows(by: list[str]) -> None:
    rows = tidy()
    table = scored(rows, scales(), by, (80.0,)).set_index(by)
    assert len(table) == len(rows[by].drop_duplicates())
    for key, own in rows.groupby(by):
        score = table.loc[[key if len(by) > 1 else key[0]]].iloc[0]
        actual, forecast, low, high = (own[name] for name in ("actual", "forecast", "lo-80", "hi-80"))
        assert score["mae"] == pytest.approx(mae(actual, forecast))
        assert score["rmse"] == pytest.approx(rmse(actual, forecast))
        assert score["smape"] == pytest.approx(smape(actual, forecast))
        assert score["bias"] == pytest.approx(bias(actual, forecast))
        assert score["coverage-80"] == pytest.approx(coverage(actual, low, high))
        assert score["width-80"] == pytest.approx(width(low, high))
        folds = [(f, past(f["series"].iloc[0], f["cutoff"].iloc[0])) for _, f in own.groupby(["series", "cutoff"])]
        assert score["mase"] == pytest.approx(np.mean([mase(f["actual"], f["forecast"], p, SEASON) for f, p in folds]))
        assert score["rmsse"] == pytest.approx(
            np.mean([rmsse(f["actual"], f["forecast"], p, SEASON) for f, p in folds])
        )


def test_squares_of_huge_and_of_tiny_errors_stay_in_range_whatever_stands_beside_them() -> None:
    rows = tidy().assign(actual=0.0)
    huge = rows.assign(forecast=rows["forecast"] * np.where(rows["model"] == "bad", 1e200, 1e-200))
    for by in (["model"], ["model", "series", "cutoff"]):
        table, known = (scored(frame, scales(), by, ()).set_index(by) for frame in (huge, rows))
        for name in ("mae", "rmse", "mase", "rmsse"):
            for model, size in (("bad", 1e200), ("good", 1e-200)):
                assert table.loc[[model], name].to_numpy() == pytest.approx(known.loc[[model], name] * size)


def test_an_infinite_forecast_is_an_infinite_error() -> None:
    rows = tidy()
    rows.loc[0, "forecast"] = np.inf
    table = scored(rows, scales(), ["model"], ()).set_index("model")
    assert (table.loc["good", ["mae", "rmse", "mase", "rmsse"]] == np.inf).all()
    assert np.isfinite(table.loc["bad"]).all()


def test_columns_stand_in_one_order_and_groups_in_the_order_of_the_rows() -> None:
    table = scored(tidy(), scales(), ["model", "series"], (80.0,))
    assert list(table.columns[2:]) == ["mae", "rmse", "smape", "mase", "rmsse", "bias", "coverage-80", "width-80"]
    assert table[["model", "series"]].to_numpy().tolist() == [[m, s] for m in MODELS for s in SERIES]


def test_a_row_without_an_actual_value_is_left_out() -> None:
    rows = tidy()
    holes = rows.assign(actual=rows["actual"].where(rows["step"] != 2))
    pd.testing.assert_frame_equal(
        scored(holes, scales(), ["model"], (80.0,)), scored(rows[rows["step"] != 2], scales(), ["model"], (80.0,))
    )


def test_a_model_does_not_gain_by_leaving_out_a_forecast() -> None:
    rows = tidy()
    rows.loc[0, "forecast"] = np.nan
    table = scored(rows, scales(), ["model"], ()).set_index("model")
    assert table.loc["good"].isna().all()
    assert table.loc["bad"].notna().all()


def test_a_row_without_an_interval_counts_neither_way() -> None:
    rows = tidy()
    rows.loc[0, "lo-80"], rows.loc[1, "hi-80"] = np.nan, np.nan
    whole = scored(rows.drop(index=[0, 1]), scales(), ["model"], (80.0,))
    assert scored(rows, scales(), ["model"], (80.0,))["coverage-80"].tolist() == whole["coverage-80"].tolist()


def test_a_series_that_never_changed_has_no_scaled_error_and_spoils_no_other() -> None:
    known = scales()
    known.loc[known["series"] == "a", ["mae_scale", "mse_scale"]] = np.nan
    table = scored(tidy(), known, ["model", "series"], ()).set_index(["model", "series"])
    assert table["mase"].isna().tolist() == [False, True, False, True]
    only = scored(tidy().query("series == 'b'"), scales(), ["model"], ())
    assert scored(tidy(), known, ["model"], ())["mase"].tolist() == pytest.approx(only["mase"].tolist())


def test_a_scale_given_twice_is_an_error_and_not_a_doubled_row() -> None:
    with pytest.raises(pd.errors.MergeError):
        scored(tidy(), pd.concat([scales(), scales()]), ["model"], ())


def test_the_rows_are_not_changed() -> None:
    rows = tidy()
    before = rows.copy(deep=True)
    scored(rows, scales(), ["model"], (80.0,))
    pd.testing.assert_frame_equal(rows, before)
