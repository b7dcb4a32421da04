"""`tsrnn compare` and `tsrnn report`: saved rows and reports judged and shown again, without the data or the models."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from tests.cli.line import done, tsrnn
from tests.cli.rows import hourly, meters, saved
from tsrnn.backtesting import backtest
from tsrnn.columns import Columns
from tsrnn_cli.saved_rows import read_rows
from tsrnn_datasets import load


def rows_of(folder: Path, models: str, name: str = "rows.csv", source: str = "nile", *words: object) -> Path:
    """The rows of a backtest with a few quick models, as a file."""
    path = folder / name
    done("backtest", source, "--horizon", 4, "--folds", 6, "--models", models, "--rows", path, *words)
    return path


@pytest.mark.parametrize("ending", ["csv", "tsv", "parquet", "arrow", "json"])
def test_saved_rows_are_compared_as_the_backtest_itself_is(ending: str, tmp_path: Path) -> None:
    if ending in ("parquet", "arrow"):
        pytest.importorskip("pyarrow")
    path = rows_of(tmp_path, "naive,drift,mean", f"rows.{ending}", "macrodata", "--target", "realgdp,cpi")
    data = load("macrodata")
    result = backtest(["naive", "drift", "mean"], data, Columns(target=["realgdp", "cpi"]), horizon=4, folds=6)
    answer = done("compare", path, "--json").answer
    wanted = result.significance()
    assert (answer["schema"], answer["measure"]) == ("tsrnn.compare/1", "mase")
    assert_frame_equal(pd.DataFrame(answer["rows"]), wanted, check_dtype=False, rtol=1e-9)


def test_the_table_says_in_words_who_is_better(tmp_path: Path) -> None:
    said = done("compare", rows_of(tmp_path, "naive,drift,mean"), "--baselines", "naive", "--level", 90)
    lines = said.out.splitlines()
    assert lines[0].split() == ["model", "against", "finding", "skill", "from", "to", "p", "p", "(Holm)", "ahead"]
    assert {tuple(line.split()[:2]) for line in lines[1:]} == {("drift", "naive"), ("mean", "naive")}
    assert all("better" in line or "worse" in line or "no significant difference" in line for line in lines[1:])
    assert all(line.endswith("of 6") for line in lines[1:])


def test_rows_of_two_files_are_put_side_by_side_and_may_come_from_a_pipe(tmp_path: Path) -> None:
    both = rows_of(tmp_path, "naive,drift", "both.csv")
    one, other = rows_of(tmp_path, "naive", "one.csv"), rows_of(tmp_path, "drift", "other.json")
    together = done("compare", one, other, "--json").answer
    assert together == done("compare", both, "--json").answer
    assert done("compare", "-", "--json", stdin=both.read_bytes()).answer == together
    piped = done("backtest", "nile", "--horizon", 4, "--folds", 6, "--models", "naive,drift", "--rows", "-").out
    assert piped == both.read_text(encoding="utf-8")


def test_rows_of_another_tool_without_scales_are_compared_by_mae(tmp_path: Path) -> None:
    rows = pd.read_csv(rows_of(tmp_path, "naive,drift")).drop(columns=["mae_scale", "mse_scale", "lo-80", "hi-80"])
    rows.to_csv(tmp_path / "theirs.csv", index=False)
    said = done("compare", tmp_path / "theirs.csv", "--json")
    assert said.answer["measure"] == "mae"
    assert "compared by MAE" in said.err
    assert "no row has a MASE" in tsrnn("compare", tmp_path / "theirs.csv", "--measure", "mase").mistake


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda rows: rows.drop(columns="actual"), "has no column 'actual'"),
        (lambda rows: rows.iloc[:0], "has no rows"),
        (lambda rows: rows.assign(forecast="high"), "text where a number is needed"),
        (lambda rows: rows.assign(cutoff="soon"), "neither ISO 8601 nor whole numbers"),
        (lambda rows: rows, "model 'naive' stands in"),
        (lambda rows: rows.assign(model="other").iloc[1:], "different series, cutoffs or steps"),
        (lambda rows: rows.assign(model="other", actual=rows["actual"] + 1), "different actual values"),
    ],
)
def test_rows_that_cannot_be_compared(change, words: str, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = rows_of(tmp_path, "naive")
    change(pd.read_csv(path)).to_csv(tmp_path / "other.csv", index=False)
    assert words in tsrnn("compare", path, tmp_path / "other.csv").mistake


def test_what_is_no_table_of_rows_is_named(tmp_path: Path) -> None:
    (tmp_path / "rows.json").write_text("{}", encoding="utf-8")
    assert "rows.json holds no rows of a backtest" in tsrnn("compare", tmp_path / "rows.json").mistake
    assert "No such file" in tsrnn("compare", tmp_path / "none.csv").mistake
    assert "unknown baseline 'navie'" in tsrnn("compare", rows_of(tmp_path, "naive"), "--baselines", "navie").mistake


def test_ids_and_offsets_come_back_as_they_were(tmp_path: Path) -> None:
    path = rows_of(tmp_path, "naive,drift", "rows.csv", str(saved(meters(), tmp_path / "meters.csv")))
    found = read_rows([str(path)])
    assert sorted(found.rows["series"].unique()) == ["005930", "1e3", "NA"]
    assert str(found.rows["cutoff"].dtype).endswith("UTC]")
    assert found.measure == "mase" and np.isfinite(found.scales["mae_scale"]).all()


@pytest.mark.slow
def test_a_report_is_written_again_from_its_json(tmp_path: Path) -> None:
    path = saved(hourly(), tmp_path / "rows.csv")
    words = ("backtest", path, "--target", "load", "--horizon", 4, "--folds", 6, "--models", "naive,drift")
    done(*words, "--report", tmp_path / "report.json")
    told = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    done("report", tmp_path / "report.json", "-o", tmp_path / "again.json")
    assert json.loads((tmp_path / "again.json").read_text(encoding="utf-8")) == told
    said = done("report", tmp_path / "report.json", "-o", tmp_path / "again.html", "--title", "Spring <b>")
    page = (tmp_path / "again.html").read_text(encoding="utf-8")
    assert said.err == f"wrote the report to {tmp_path / 'again.html'}\n"
    assert "Spring &lt;b&gt;" in page and "<svg" in page and str(told["verdict"]).split(":")[0] in page
    done("report", tmp_path / "report.json", "-o", tmp_path / "rows2.csv", "-q")
    assert len(pd.read_csv(tmp_path / "rows2.csv")) == len(told["rows"]) == 48
    text = done("report", "-", stdin=(tmp_path / "report.json").read_bytes()).out
    assert text.startswith("# ") and "| drift |" in text
    assert done("report", tmp_path / "report.json", "--json").answer == told


@pytest.mark.parametrize("kind", ["html", "md", "json"])
def test_a_report_has_the_form_that_its_name_says(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"report.{kind}"
    done("backtest", "nile", "--horizon", 4, "--folds", 2, "--models", "naive,drift", "--report", path)
    starts = {"html": "<!", "md": "# ", "json": '{"schema": "tsrnn.report/1"'}
    assert path.read_text(encoding="utf-8").startswith(starts[kind])


def test_reports_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"schema": "tsrnn.backtest/1"}', encoding="utf-8")
    (tmp_path / "b.json").write_text('{"schema": "tsrnn.report/1"}', encoding="utf-8")
    (tmp_path / "c.json").write_text("no", encoding="utf-8")
    assert "is no saved report" in tsrnn("report", tmp_path / "a.json").mistake
    assert "is a damaged report" in tsrnn("report", tmp_path / "b.json").mistake
    assert "is no JSON" in tsrnn("report", tmp_path / "c.json").mistake
    assert "unknown kind" in tsrnn("report", tmp_path / "a.json", "-o", tmp_path / "a.pdf").mistake
    assert "unknown kind" in tsrnn("backtest", "nile", "--horizon", 2, "--report", tmp_path / "a.docx").mistake
    assert "unknown kind" in tsrnn("backtest", "nile", "--horizon", 2, "--rows", tmp_path / "a.xlsx").mistake
