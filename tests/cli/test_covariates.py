"""Holidays and categories on the command line: the options, text as it was written, and mistakes in one line."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.cli.line import done, tsrnn
from tests.cli.rows import saved
from tsrnn.backtesting import backtest
from tsrnn.columns import Columns
from tsrnn.saving import load

ROLES = ("--time", "day", "--target", "sales", "--future", "promo", "--categorical", "promo")


def shop(rows: int = 60) -> pd.DataFrame:
    """Days with a promotion whose code reads like a number and lifts the sales by it."""
    days = pd.date_range("2024-01-01", periods=rows, freq="D")
    code = np.arange(rows) % 3
    promo = pd.Series(code).map({0: "", 1: "01", 2: "A2"})
    return pd.DataFrame({"day": days, "sales": 10.0 + 5 * code + 0.1 * (np.arange(rows) % 7), "promo": promo})


def test_fit_and_forecast_keep_codes_as_they_were_written(tmp_path: Path) -> None:
    rows = saved(shop(60), tmp_path / "shop.csv")
    model = tmp_path / "model"
    done("fit", rows, *ROLES, "--holidays", "DE-BY", "--horizon", 3, "--model", "arima", "-o", model)
    layout = load(model).learned().recent.layout
    assert layout.seen == (("01", "A2", None),)
    assert layout.columns.holidays == "DE-BY"
    ahead = tmp_path / "ahead.csv"
    ahead.write_text("day,promo\n2024-03-01,01\n2024-03-02,01\n2024-03-03,01\n", encoding="utf-8")
    table = pd.read_csv(io.StringIO(done("forecast", model, "--future", ahead).out))
    assert np.allclose(table["sales"], 15.3, atol=0.5)
    newer = saved(shop(63), tmp_path / "newer.csv")
    later = "day,promo\n2024-03-04,A2\n2024-03-05,\n2024-03-06,A2\n"
    table = pd.read_csv(io.StringIO(done("forecast", model, "--history", newer, "--future", "-", stdin=later).out))
    assert np.allclose(table["sales"], [20.3, 10.3, 20.3], atol=0.5)


@pytest.mark.slow
def test_backtest_is_the_library_s_with_these_columns(tmp_path: Path) -> None:
    rows, out = saved(shop(), tmp_path / "shop.csv"), tmp_path / "out.csv"
    words = ("--holidays", "DE", "--horizon", 4, "--folds", 2, "--models", "arima", "--rows", out)
    done("backtest", rows, *ROLES, *words)
    columns = Columns(time="day", target="sales", future="promo", categorical="promo", holidays="DE")
    result = backtest(["arima"], shop(), columns, horizon=4, folds=2)
    assert np.allclose(pd.read_csv(out)["forecast"], result.rows["forecast"])


def test_mistakes_are_told_in_the_words_of_the_command_line(tmp_path: Path) -> None:
    rows = saved(shop(), tmp_path / "shop.csv")
    words = ("--horizon", 3, "--model", "naive", "-o", tmp_path / "model")
    said = tsrnn("fit", rows, *ROLES[:6], *words).mistake
    assert "holds text: 'A2'" in said and "add --categorical" in said
    assert "unknown country 'XX'" in tsrnn("fit", rows, *ROLES, "--holidays", "XX", *words).mistake
    said = tsrnn("fit", rows, *ROLES[:4], "--categorical", "promo", *words).mistake
    assert "name it in past, future or static too" in said
    done("fit", rows, *ROLES, *words)
    ahead = "day,promo\n2024-03-01,01\n2024-03-02,B7\n2024-03-03,01\n"
    said = tsrnn("forecast", tmp_path / "model", "--future", "-", stdin=ahead).mistake
    assert "holds 'B7' at 2024-03-02" in said and "allow Repairs(unseen='zeros') in Python" in said


def test_an_exchange_is_named_in_small_letters_too(tmp_path: Path) -> None:
    rows = saved(shop().set_index("day").asfreq("B")[["sales"]].reset_index(), tmp_path / "shop.csv")
    words = ("--time", "day", "--target", "sales", "--horizon", 3, "--model", "naive", "-o", tmp_path / "model")
    assert "unknown exchange 'ZZZ'" in tsrnn("fit", rows, "--exchange", "zzz", *words).mistake
    done("fit", rows, "--exchange", "de", *words)
    assert load(tmp_path / "model").learned().recent.layout.frequency.exchange == "DE"
