"""`tsrnn fit` and `tsrnn forecast`: the same numbers as the library, in the caller's own columns."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from tests.cli.line import done, tsrnn
from tests.cli.rows import hourly, meters, saved
from tsrnn.columns import Columns
from tsrnn.forecasters.naive import NaiveForecaster, SeasonalNaiveForecaster
from tsrnn.forecasters.recurrent import LSTMForecaster
from tsrnn.training import Training
from tsrnn_cli.precision import exact
from tsrnn_datasets import load

SMALL = ("--epochs", 1, "--hidden-size", 4, "--lookback", 8)


def table(text: str, **kept: str) -> pd.DataFrame:
    """CSV as a frame; the columns named in `kept` as they stand."""
    return pd.read_csv(io.StringIO(text), dtype=kept, keep_default_na=False, **exact())


def test_a_network_forecasts_from_the_command_line_what_it_does_in_python(tmp_path: Path) -> None:
    path = saved(hourly(), tmp_path / "rows.csv")
    fitted = done("fit", path, "--horizon", 6, "--model", "lstm", "--seed", 3, *SMALL, "-o", tmp_path / "model")
    assert fitted.out == ""
    assert f"next: tsrnn forecast {tmp_path / 'model'}" in fitted.err.replace("\n", " ")
    said = done("forecast", tmp_path / "model", "--levels", "95,80")
    model = LSTMForecaster(6, 8, hidden_size=4, training=Training(epochs=1, seed=3))
    wanted = model.fit(hourly(), Columns(time="when")).predict(levels=[80, 95])
    assert isinstance(wanted, pd.DataFrame)
    assert said.out.splitlines()[0] == ",".join(map(str, wanted.columns))
    found = table(said.out)
    assert found["when"].tolist() == [stamp.isoformat() for stamp in wanted["when"]]
    assert_frame_equal(found.drop(columns="when"), wanted.drop(columns="when"), rtol=1e-6)


def test_a_long_table_comes_back_long_with_its_ids_and_offsets(tmp_path: Path) -> None:
    path = saved(meters(), tmp_path / "meters.csv")
    words = ("--id", "meter", "--time", "ts", "--target", "kwh", "--horizon", 2)
    done("fit", path, *words, "--model", "naive", "-o", tmp_path / "model")
    found = table(done("forecast", tmp_path / "model").out, meter="str")
    assert list(found.columns) == ["meter", "ts", "kwh"]
    assert found["meter"].tolist() == ["005930", "005930", "NA", "NA", "1e3", "1e3"]
    assert found["ts"].tolist() == ["2024-01-03T12:00:00+09:00", "2024-01-03T13:00:00+09:00"] * 3
    last = meters().groupby("meter", sort=False)["kwh"].last()
    assert found["kwh"].tolist() == [value for value in last for _ in range(2)]


@pytest.mark.parametrize(("source", "first"), [("co2", "2002-01-05"), ("nile", "1971"), ("macrodata", "2009Q4")])
def test_a_data_set_comes_back_with_its_own_kind_of_time(source: str, first: str, tmp_path: Path) -> None:
    done("fit", source, "--horizon", 2, "--model", "naive", "-o", tmp_path / "model")
    found = table(done("forecast", tmp_path / "model").out, time="str")
    data = load(source)
    names = list(data.columns) if isinstance(data, pd.DataFrame) else [data.name]
    assert list(found.columns) == ["time", *names]
    assert found["time"][0] == first
    assert found[names[-1]].tolist() == [data.dropna().to_numpy().reshape(-1, len(names))[-1, -1]] * 2


def test_json_holds_the_same_rows_as_csv(tmp_path: Path) -> None:
    done("fit", "nile", "--horizon", 3, "--model", "drift", "-o", tmp_path / "model")
    answer = done("forecast", tmp_path / "model", "--json", "--levels", "80").answer
    assert (answer["schema"], answer["model"], answer["levels"]) == ("tsrnn.forecast/1", "drift", [80])
    found = table(done("forecast", tmp_path / "model", "--levels", "80").out, time="str")
    assert answer["rows"] == found.to_dict("records")


def test_fewer_steps_and_a_file_instead_of_standard_output(tmp_path: Path) -> None:
    done("fit", "nile", "--horizon", 3, "--model", "naive", "-o", tmp_path / "model")
    said = done("forecast", tmp_path / "model", "--horizon", 2, "-o", tmp_path / "next.csv")
    assert (said.out, said.err) == ("", f"wrote 2 rows to {tmp_path / 'next.csv'}\n")
    text = (tmp_path / "next.csv").read_text(encoding="utf-8")
    assert text == "time,volume\n1971,740.0\n1972,740.0\n"
    assert done("forecast", tmp_path / "model", "--horizon", 2, "-o", "-").out == text


def test_newer_rows_move_the_origin_and_nothing_is_relearned(tmp_path: Path) -> None:
    old, new = saved(hourly(48), tmp_path / "old.csv"), saved(hourly(72), tmp_path / "new.csv")
    done("fit", old, "--horizon", 4, "--model", "seasonal-naive", "-o", tmp_path / "model")
    found = table(done("forecast", tmp_path / "model", "--history", new, "--levels", "80").out)
    model = SeasonalNaiveForecaster(4).fit(hourly(48), Columns(time="when"))
    wanted = model.predict(history=hourly(72), levels=[80])
    assert isinstance(wanted, pd.DataFrame)
    assert found["when"][0] == "2024-01-04T00:00:00"
    assert_frame_equal(found.drop(columns="when"), wanted.drop(columns="when"))


def test_a_model_of_a_data_set_takes_a_csv_file_as_history(tmp_path: Path) -> None:
    done("fit", "nile", "--horizon", 2, "--model", "naive", "-o", tmp_path / "model")
    text = "year,volume,noise\n1971,1,9\n1972,2,9\n1973,3,9\n"
    said = done("forecast", tmp_path / "model", "--history", "-", "--time", "year", stdin=text)
    assert said.out == "time,volume\n1974,3.0\n1975,3.0\n"
    assert said.err == "read 3 rows\n"
    assert (
        "the model was fitted on 'volume'"
        in tsrnn(
            "forecast", tmp_path / "model", "--history", "-", "--time", "year", stdin=text.replace("volume", "flow")
        ).mistake
    )


def test_a_data_set_is_history_for_a_model_of_a_csv_file(tmp_path: Path) -> None:
    nile = load("nile")
    frame = pd.DataFrame({"year": [str(period) for period in nile.index[:50]], "volume": nile.to_numpy()[:50]})
    frame.to_csv(tmp_path / "half.csv", index=False)
    done("fit", tmp_path / "half.csv", "--time", "year", "--horizon", 1, "--model", "naive", "-o", tmp_path / "model")
    assert done("forecast", tmp_path / "model").out == f"year,volume\n1921-01-01,{nile.iloc[49]}\n"
    mistake = tsrnn("forecast", tmp_path / "model", "--history", "nile").mistake
    assert "one row a year (Y-DEC), but the model was fitted on one row a year (YS-JAN)" in mistake


def test_a_model_of_whole_number_ids_reads_them_from_csv(tmp_path: Path) -> None:
    frame = meters().assign(meter=lambda rows: pd.factorize(rows["meter"])[0])
    columns = Columns(id="meter", time="ts", target="kwh", past="warm")
    NaiveForecaster(2).fit(frame, columns).save(tmp_path / "model")
    path = saved(frame, tmp_path / "meters.csv")
    found = table(done("forecast", tmp_path / "model", "--history", path).out)
    assert found["meter"].tolist() == [0, 0, 1, 1, 2, 2]


def test_columns_known_ahead_are_asked_for_and_read(tmp_path: Path) -> None:
    path, ahead = saved(hourly(60), tmp_path / "rows.csv"), saved(hourly(70), tmp_path / "ahead.csv")
    words = ("--target", "load", "--future", "heat", "--horizon", 4)
    done("fit", path, *words, "--model", "gru", *SMALL, "-o", tmp_path / "model")
    mistake = tsrnn("forecast", tmp_path / "model").mistake
    assert "heat" in mistake and "--future FILE" in mistake
    found = table(done("forecast", tmp_path / "model", "--future", ahead).out)
    assert list(found.columns) == ["when", "load"] and np.isfinite(found["load"]).all()


def test_what_was_fitted_is_said_as_json(tmp_path: Path) -> None:
    answer = done("fit", "nile", "--horizon", 2, "--model", "naive", "-o", tmp_path / "model", "--json").answer
    assert answer.pop("seconds") >= 0
    assert answer == {
        "schema": "tsrnn.fit/1",
        "source": "nile",
        "model": "naive",
        "horizon": 2,
        "folder": str(tmp_path / "model"),
        "series": 1,
        "rows": 100,
        "notices": [],
    }


def test_fitting_again_replaces_the_model(tmp_path: Path) -> None:
    for model in ("naive", "drift"):
        done("fit", "nile", "--horizon", 2, "--model", model, "-o", tmp_path / "model")
    assert done("forecast", tmp_path / "model", "--json").answer["model"] == "drift"
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_steps_beyond_a_network_and_levels_beyond_its_quantiles_are_mistakes(tmp_path: Path) -> None:
    path = saved(hourly(60), tmp_path / "rows.csv")
    done("fit", path, "--horizon", 3, "--model", "gru", *SMALL, "-o", tmp_path / "model")
    assert "horizon of 3" in tsrnn("forecast", tmp_path / "model", "--horizon", 4).mistake
    assert "99.9" in tsrnn("forecast", tmp_path / "model", "--levels", "99.9").mistake
