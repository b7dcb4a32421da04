"""Five unlike files as a newcomer has them: `tsrnn backtest FILE --horizon N` ends in a report or one clear line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.cli.line import tsrnn

NOISE = np.random.default_rng(5)
QUICK = ("--models", "gru,arima,seasonal-naive", "--folds", 2, "--epochs", 1, "--hidden-size", 4)


def stock() -> pd.DataFrame:
    """Open, high, low, close and volume of trading days, with holidays."""
    days = pd.bdate_range("2022-01-03", periods=260)
    days = days[~((days.day == 1) & (days.month % 3 == 0))]
    close = 100 * np.exp(np.cumsum(0.01 * NOISE.normal(size=len(days))))
    parts = {"Open": close * 1.001, "High": close * 1.01, "Low": close * 0.99, "Close": close, "Adj Close": close}
    return pd.DataFrame({"Date": days.strftime("%Y-%m-%d"), **parts, "Volume": NOISE.integers(1000, 9000, len(days))})


def meters() -> pd.DataFrame:
    """Two meters one below the other, in local time with its offset, over the end of summer time."""
    times = pd.date_range("2024-10-20", periods=14 * 24, freq="h", tz="Europe/Berlin")
    text = [stamp.isoformat() for stamp in times]
    parts = [pd.DataFrame({"meter_id": name, "timestamp": text, "kwh": wave(len(times))}) for name in ("DE1", "DE2")]
    return pd.concat(parts, ignore_index=True)


def wave(count: int, rows: int = 24) -> np.ndarray:
    """A wave of so many rows, with noise."""
    noisy: np.ndarray = 10 + 3 * np.sin(np.arange(count) * 2 * np.pi / rows) + 0.3 * NOISE.normal(size=count)
    return noisy.round(3)


def sensor() -> pd.DataFrame:
    """Ten minutes a row, with rows that are missing."""
    frame = pd.DataFrame({"time": pd.date_range("2024-03-01", periods=500, freq="10min"), "celsius": wave(500, 144)})
    return frame.drop(index=[200, 201, 202, 350])


def weather() -> pd.DataFrame:
    """Daily means, -9999 where nothing was measured."""
    days = pd.date_range("2023-01-01", periods=300, freq="D").strftime("%Y-%m-%d")
    warm = wave(300, 365)
    warm[[20, 21, 200]] = -9999
    return pd.DataFrame({"STATION": "USW00094728", "DATE": days, "TAVG": warm})


def sales() -> pd.DataFrame:
    """Months, stamped by their last day."""
    months = pd.date_range("2012-01-31", periods=120, freq="ME").strftime("%Y-%m-%d")
    return pd.DataFrame({"month": months, "sales": wave(120, 12)})


@pytest.mark.slow
@pytest.mark.parametrize(
    ("frame", "horizon", "words", "said"),
    [
        (stock(), 5, (), "guessed --time Date --target Close (leaving out Open, High, Low, Adj Close, Volume)"),
        (meters(), 24, (), "guessed --time timestamp --id meter_id --target kwh"),
        (sensor(), 12, ("--gaps", "mask"), "rows put in where steps were missing"),
        (weather(), 7, (), "say --na -9999"),
        (weather(), 7, ("--na", "-9999"), "guessed --time DATE --target TAVG (leaving out STATION)"),
        (sales(), 12, (), "season: 12 rows"),
    ],
    ids=["stock", "meters", "sensor", "weather", "weather told", "sales"],
)
def test_it_ends_in_a_report(
    frame: pd.DataFrame, horizon: int, words: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    frame.to_csv(tmp_path / "rows.csv", index=False)
    report = tmp_path / "report.html"
    ended = tsrnn("backtest", tmp_path / "rows.csv", "--horizon", horizon, *QUICK, *words, "--report", report)
    assert ended.code == 0, ended.err
    assert said in ended.err and "has the lowest error" in ended.out
    assert report.read_text(encoding="utf-8").startswith("<!")


@pytest.mark.slow
def test_or_it_ends_in_one_clear_line(tmp_path: Path) -> None:
    sensor().to_csv(tmp_path / "gaps.csv", index=False)
    mistake = tsrnn("backtest", tmp_path / "gaps.csv", "--horizon", 12, *QUICK).mistake
    assert "3 steps are missing between 2024-03-02 09:10:00 and 2024-03-02 09:50:00" in mistake
    assert mistake.split("[")[0].rstrip().endswith("or allow --gaps mask")
