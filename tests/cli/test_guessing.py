"""`tsrnn backtest FILE --horizon N` and nothing more: five unlike files, each judged or refused in one clear line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.cli.line import Said, done, tsrnn
from tests.cli.rows import hourly, meters
from tsrnn_cli.guessing import series_column, target_columns

MODELS = ("--models", "naive,seasonal-naive", "--folds", "2")
NOISE = np.random.default_rng(11)


def prices(count: int = 300) -> pd.DataFrame:
    """Open, high, low, close and volume of trading days: weekdays without the first of a month."""
    days = pd.bdate_range("2022-01-03", periods=count)
    days = days[(days.day != 1) | (days.month % 4 != 0)]
    close = 100 * np.exp(np.cumsum(0.01 * NOISE.normal(size=len(days))))
    parts = {"Open": close + 0.1, "High": close + 1, "Low": close - 1, "Close": close, "Volume": 1000}
    return pd.DataFrame({"Date": days.strftime("%Y-%m-%d"), **parts, "Ticker": "ACME"})


def clocks(written: str) -> pd.DataFrame:
    """Two meters over the night in October in which Berlin's clock goes back, one below the other."""
    times = pd.date_range("2024-10-20", periods=14 * 24, freq="h", tz="Europe/Berlin")
    parts = [
        pd.DataFrame({"meter": name, "ts": times.map(lambda stamp: stamp.strftime(written)), "kwh": 5.0 + hours})
        for name, hours in (("m-01", times.hour), ("m-02", times.hour * 2))
    ]
    return pd.concat(parts, ignore_index=True).assign(tariff=2)


def weather(count: int = 400) -> pd.DataFrame:
    """Daily means with -9999 where nothing was measured."""
    days = pd.date_range("2023-01-01", periods=count, freq="D")
    temperature = 10 + 8 * np.sin(np.arange(count) / 58) + NOISE.normal(size=count)
    temperature[[20, 21, 200]] = -9999
    return pd.DataFrame({"day": days.strftime("%d.%m.%Y"), "temperature": temperature, "rain": 1.0 + days.month})


def judged(frame: pd.DataFrame, folder: Path, horizon: int, *more: str) -> Said:
    """The frame as a file, judged with nothing said about its columns; the models are quick ones."""
    frame.to_csv(folder / "rows.csv", index=False)
    return tsrnn("backtest", folder / "rows.csv", "--horizon", horizon, *MODELS, *more)


def test_prices_are_forecast_by_their_close_on_trading_days(tmp_path: Path) -> None:
    said = judged(prices(), tmp_path, 5)
    assert said.code == 0, said.err
    lines = said.err.splitlines()
    guess = "guessed --time Date --target Close (leaving out Open, High, Low, Volume, Ticker); an option overrules its "
    assert lines[0].endswith(f"{guess}guess")
    season = "season: 5 rows, of MASE too; --season gives the models another"
    assert lines[1] == f"step of time: business day (B, 3 closed days); {season}"


def test_what_was_guessed_can_be_pasted_and_overruled(tmp_path: Path) -> None:
    said = judged(prices(), tmp_path, 5, "--target", "High,Low", "--season", "10")
    assert said.code == 0, said.err
    assert "guessed --time Date; an option" in said.err
    same = judged(prices(), tmp_path, 5, "--time", "Date", "--target", "Close")
    assert (same.code, same.err.splitlines()[0]) == (0, "read 297 rows")


def test_meters_whose_stamps_have_offsets_are_judged(tmp_path: Path) -> None:
    said = judged(clocks("%Y-%m-%dT%H:%M:%S%z"), tmp_path, 24, "--json")
    assert said.answer["series"] == 2
    assert "guessed --time ts --id meter --target kwh (leaving out tariff)" in said.err
    assert "step of time: hour (h); season: 24 rows" in said.err


def test_meters_whose_local_stamps_repeat_an_hour_are_refused_in_one_line(tmp_path: Path) -> None:
    said = judged(clocks("%Y-%m-%d %H:%M"), tmp_path, 24).mistake
    assert "m-01" in said and "2024-10-27" in said


def test_a_sensor_with_gaps_is_refused_in_one_line(tmp_path: Path) -> None:
    said = judged(hourly(200).drop(index=[50, 51, 120]), tmp_path, 6).mistake
    assert "2024-01-03" in said and "missing between" in said


def test_weather_says_what_the_dates_are_and_what_the_sentinel_may_mean(tmp_path: Path) -> None:
    said = judged(weather(), tmp_path, 7)
    assert "time column 'day' is read as %d.%m.%Y, the only way that fits all rows" in said.err
    said = judged(weather(), tmp_path, 7, "--time", "day", "--time-format", "%d.%m.%Y")
    assert said.code == 0, said.err
    assert "-9999 stands 3 times in column 'temperature'" in said.err and "say --na -9999" in said.err
    told = judged(weather(), tmp_path, 7, "--time", "day", "--time-format", "%d.%m.%Y", "--na", "-9999", "--json")
    assert "-9999 stands" not in told.err
    row = next(row for row in told.answer["leaderboard"] if row["model"] == "naive")
    assert row["mae"] < 10


def test_month_ends_are_months(tmp_path: Path) -> None:
    stamps = pd.date_range("2015-01-31", periods=96, freq="ME")
    said = judged(pd.DataFrame({"date": stamps, "sales": 10.0 + stamps.month}), tmp_path, 6)
    assert said.code == 0, said.err
    assert "guessed --time date --target sales; " in said.err and "season: 12 rows" in said.err


@pytest.mark.parametrize("ending", ["parquet", "feather"])
def test_typed_tables_are_guessed_like_text(ending: str, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    path = tmp_path / f"rows.{ending}"
    frame = meters(48)
    frame.to_parquet(path) if ending == "parquet" else frame.to_feather(path)
    words = ("--horizon", 3, *MODELS, "--json")
    said = done("backtest", path, *words)
    assert said.answer["series"] == 3
    assert "guessed --time ts --id meter --target kwh (leaving out warm)" in said.err
    piped = done("backtest", "-", *words, stdin=path.read_bytes())
    assert [row["mase"] for row in piped.answer["leaderboard"]] == [row["mase"] for row in said.answer["leaderboard"]]


def test_no_id_is_guessed_where_none_tells_the_series_apart() -> None:
    days = ["2024-01-01", "2024-01-02"] * 3
    values = pd.DataFrame({"day": days, "kwh": [1.5, 2, 3, 4, 5, 6], "note": list("abcdef")})
    assert series_column(values, "day", ()) is None
    assert series_column(values.assign(meter=[1, 1, 2, 2, 3, 3]).tail(4), "day", ()) is None  # 2 rows a meter
    many = pd.DataFrame({"day": days * 4, "kwh": 1.0, "meter": np.repeat(range(4), 6)})
    assert series_column(many, "day", ()) is None  # every stamp stands three times in each meter
    assert series_column(values.drop_duplicates("day"), "day", ()) is None
    clock = pd.DataFrame({"day": np.repeat(pd.date_range("2024-01-01", periods=5), 2), "hour": ["06:00", "18:00"] * 5})
    assert series_column(clock, "day", ()) is None
    assert series_column(clock.replace({"06:00": "dawn", "18:00": "dusk"}), "day", ()) == "hour"


def test_of_several_columns_the_usual_name_wins_else_the_first_of_a_long_table() -> None:
    frame = pd.DataFrame({"rain": [1.0], "Value": [2.0], "flag": [True]})
    assert target_columns(frame, (), long=False) == (["Value"], ["rain", "flag"])
    plain = frame.drop(columns="Value").assign(sun=3.0)
    assert target_columns(plain, (), long=False) == (["rain", "sun"], ["flag"])
    assert target_columns(plain, ["flag"], long=True) == (["rain"], ["sun"])
