"""`tsrnn backtest FOLDER`: Parquet files one after another, what was guessed from the first, and rows in a folder."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.cli.line import done, tsrnn
from tests.cli.rows import meters
from tsrnn.columns import Columns
from tsrnn.file_by_file import backtest_files

pytest.importorskip("pyarrow")

METERS = Columns(id="meter", time="ts", target="kwh")
WORDS = ("--horizon", 3, "--folds", 2, "--models", "naive,drift")


def folder(place: Path) -> Path:
    """Three meters in two files."""
    place.mkdir()
    data = meters()
    data[data["meter"] != "NA"].to_parquet(place / "a.parquet")
    data[data["meter"] == "NA"].to_parquet(place / "b.parquet")
    return place


def test_a_folder_is_judged_as_the_library_does_it(tmp_path: Path) -> None:
    files = folder(tmp_path / "data")
    said = done("backtest", files, *WORDS, "--json")
    found = backtest_files(["naive", "drift"], files, METERS, horizon=3, folds=2)
    assert [row["mae"] for row in said.answer["leaderboard"]] == list(found.leaderboard()["mae"])
    told = {"schema": "tsrnn.backtest/1", "files": 2, "series": 3, "rows": 180, "verdict": found.verdict()}
    assert {name: said.answer[name] for name in told} == told
    assert "a.parquet: read 120 rows; guessed --time ts --id meter --target kwh" in said.err
    assert "judging naive, drift on 2 files of" in said.err


def test_rows_and_report_are_written(tmp_path: Path) -> None:
    files = folder(tmp_path / "data")
    words = ("--id", "meter", "--target", "kwh", "--rows", tmp_path / "rows", "--report", tmp_path / "report.json")
    said = done("backtest", files, *WORDS, *words)
    assert said.out.splitlines()[0].split()[:2] == ["model", "MASE"]
    rows = pd.read_parquet(tmp_path / "rows")
    assert (len(rows), sorted(rows["series"].unique())) == (2 * 3 * 2 * 3, ["005930", "1e3", "NA"])
    assert {"mae_scale", "mse_scale", "lo-95"} <= set(rows.columns)
    assert "3 series in 2 files" in (tmp_path / "report.json").read_text(encoding="utf-8")


def test_a_folder_of_rows_is_compared_as_the_backtest_did(tmp_path: Path) -> None:
    rows = tmp_path / "rows"
    found = backtest_files(["naive", "drift"], folder(tmp_path / "data"), METERS, horizon=3, folds=4, rows=rows)
    answer = done("compare", rows, "--json").answer
    expected = found.significance()
    assert (answer["measure"], len(answer["rows"])) == ("mase", 1)
    for name in ("model", "baseline", "folds", "finding"):
        assert answer["rows"][0][name] == expected[name][0]
    assert answer["rows"][0]["p"] == pytest.approx(expected["p"][0])
    assert "is compared alone" in tsrnn("compare", rows, rows).mistake
    other = pd.read_parquet(rows / "00001.parquet").replace({"model": {"drift": "mean"}})
    other.to_parquet(rows / "00001.parquet")
    assert "of mean, naive, but those before it of drift, naive" in tsrnn("compare", rows).mistake
    other.drop(columns=["mae_scale", "mse_scale"]).to_parquet(rows / "00000.parquet")
    assert "has no column 'mae_scale'" in tsrnn("compare", rows).mistake


def test_what_cannot_be_is_one_line(tmp_path: Path) -> None:
    files = folder(tmp_path / "data")
    for words, text in (
        (("--models", "gru"), "'gru' learns from all series together, so it cannot be judged file by file"),
        (("--rows", "-"), "the rows of a folder go to a folder"),
        (("--rows", "out.csv"), "--rows out.csv names a file; the rows of a folder go to a folder, such as --rows out"),
        (("--rows", files), "is no empty folder"),
        (("--na", "-9999"), "--na is for one table"),
        (("--jobs", 0), "--jobs is a whole number"),
    ):
        assert text in tsrnn("backtest", files, *WORDS, *words).mistake
    meters().to_parquet(files / "c.parquet")
    late = tsrnn("backtest", files, *WORDS)
    assert (late.code, late.out) == (2, "")
    assert "stands in" in (last := late.err.splitlines()[-1]) and "a.parquet" in last and "c.parquet" in last
    assert "'metre'" in tsrnn("backtest", files, *WORDS, "--id", "metre").err.splitlines()[-1]
    (tmp_path / "none").mkdir()
    bare = "none is a folder that holds no .parquet file; give a CSV, Parquet or Arrow file"
    assert bare in tsrnn("backtest", tmp_path / "none", *WORDS).mistake
    said = tsrnn("compare", tmp_path / "none").mistake
    assert "none holds no .parquet file; give a folder of rows that 'tsrnn backtest --rows FOLDER' wrote" in said
