"""The same rows as CSV, JSON and Markdown: nothing lost, and no name that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.payloads import FORMULAS
from tests.report import sample
from tests.series import HORIZON, hourly
from tsrnn.backtesting import backtest
from tsrnn.report.contents import Contents
from tsrnn.report.exports import SCHEMA, to_csv, to_json
from tsrnn.report.markdown import to_markdown


@pytest.fixture(scope="module")
def made() -> Contents:
    return sample.tested(sample.small())


def test_csv_gives_the_rows_back(made: Contents) -> None:
    rows = made.rows.copy()
    rows.loc[0, "forecast"] = np.nan
    read = pd.read_csv(io.StringIO(to_csv(rows)), dtype=str)
    for name in rows.columns:
        expected = rows[name].to_numpy()
        if rows[name].dtype.kind == "M":
            assert (pd.to_datetime(read[name]).to_numpy() == expected).all()
        elif rows[name].dtype.kind == "f":
            np.testing.assert_array_equal([float(text) for text in read[name]], expected)
        else:
            assert list(read[name]) == [str(value) for value in expected]


def test_csv_writes_times_as_iso_8601_whatever_they_are() -> None:
    zoned = pd.DataFrame({"time": pd.date_range("2024-03-31 01:00", periods=2, freq="h", tz="Europe/Paris")})
    assert to_csv(zoned).splitlines()[1:] == ["2024-03-31T01:00:00+01:00", "2024-03-31T03:00:00+02:00"]
    assert to_csv(pd.DataFrame({"time": pd.period_range("2024-01", periods=2, freq="M")})) == "time\n2024-01\n2024-02\n"
    assert to_csv(pd.DataFrame({"time": [3, 4]})) == "time\n3\n4\n"


@pytest.mark.parametrize("name", FORMULAS.values(), ids=FORMULAS)
def test_no_cell_of_the_csv_begins_like_a_formula(name: str, made: Contents) -> None:
    rows = made.rows.assign(model=name, series=pd.Categorical([name] * len(made.rows))).rename(columns={"lo-80": name})
    rows["forecast"] = -1.5
    for line in csv.DictReader(io.StringIO(to_csv(rows), newline="")):
        shown = "'" + name.replace("\r", "\n")
        assert line["model"] == line["series"] == shown and shown in line
        assert line["forecast"] == "-1.5", "numbers below zero stay numbers"


def test_a_name_that_is_a_number_stays_as_it_is() -> None:
    names = ["-7", "+49", "-1.5", "-2-3", "- 7"]
    assert to_csv(pd.DataFrame({"series": names})).splitlines()[1:] == ["-7", "+49", "-1.5", "'-2-3", "'- 7"]


def test_json_holds_every_table_and_number(made: Contents) -> None:
    found = json.loads(to_json(made))
    assert found["schema"] == SCHEMA and found["verdict"] == made.verdict and found["command"] == made.command
    assert [row["mase"] for row in found["leaderboard"]] == list(made.leaderboard["mase"])
    assert [row["forecast"] for row in found["rows"]] == list(made.rows["forecast"])
    assert found["rows"][0]["cutoff"] == made.rows["cutoff"][0].isoformat()
    assert set(found["checks"]) == set(vars(made.checks)) and found["checks"]["measure"] == "mase"
    assert [row["finding"] for row in found["checks"]["pairs"]] == list(made.checks.pairs["finding"])
    assert found["card"][0] == {"name": "Series", "value": "1"}


def test_json_of_odd_values_is_still_json(made: Contents) -> None:
    odd = replace(made, title="수요 \ud800 =1+1", audit=pd.DataFrame({"a": [np.inf, np.nan], "b": [None, True]}))
    text = to_json(odd)
    text.encode("utf-8")
    found = json.loads(text)
    assert found["title"] == "수요 \ud800 =1+1" and found["audit"] == [{"a": None, "b": None}, {"a": None, "b": True}]


def test_markdown_says_what_was_found(made: Contents) -> None:
    text = to_markdown(made)
    checks = text.split("## Checks\n\n")[1].split("\n\n## Reproduce")[0].splitlines()
    assert all(line.startswith("- ") for line in checks) and len(checks) >= 3
    assert any("against the last value" in line for line in checks)
    assert "## Checks" not in to_markdown(replace(made, checks=sample.small().checks))


def test_a_backtest_writes_each_of_them(tmp_path: Path) -> None:
    result = backtest(["naive", "seasonal-naive"], hourly(), horizon=HORIZON, folds=4)
    assert result.to_markdown(tmp_path / "a.md", title="load").read_text(encoding="utf-8").startswith("# load\n")
    found = json.loads(result.to_json(tmp_path / "a.json", command="make it").read_text(encoding="utf-8"))
    assert found["command"] == "make it" and len(found["rows"]) == len(result.rows)
    assert {row["model"] for row in found["checks"]["against_last"]} == {"naive", "seasonal-naive"}
    assert len(result.to_csv(tmp_path / "a.csv").read_text(encoding="utf-8").splitlines()) == len(result.rows) + 1
    assert b"\r\n" not in (tmp_path / "a.csv").read_bytes()
