"""`tsrnn backtest` and `tsrnn demo`: the numbers of the library, and nothing else on standard output."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from tests.cli.line import done, tsrnn
from tests.cli.rows import hourly, meters, saved
from tsrnn.backtesting import backtest
from tsrnn.columns import Columns
from tsrnn.findings import verdict
from tsrnn.forecasters.recurrent import GRUForecaster
from tsrnn.network import Network
from tsrnn.training import Training
from tsrnn_cli import demo
from tsrnn_cli.main import app
from tsrnn_datasets import load

UNTIMED = ("fit_seconds", "predict_seconds")


def scores(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A leaderboard without its seconds, and None where there is no number."""
    return [
        {name: None if isinstance(value, float) and math.isnan(value) else value for name, value in row.items()}
        for row in ({name: row[name] for name in row if name not in UNTIMED} for row in rows)
    ]


def test_json_is_what_the_library_found() -> None:
    answer = done("backtest", "nile", "--horizon", 5, "--folds", 3, "--models", "naive,drift", "--json").answer
    result = backtest(["naive", "drift"], load("nile"), horizon=5, folds=3)
    board = [{str(key): value for key, value in row.items()} for row in result.leaderboard().to_dict("records")]
    assert scores(answer["leaderboard"]) == scores(board)
    assert all(row[name] >= 0 for row in answer["leaderboard"] for name in UNTIMED)
    assert {"model", "mae", "rmse", "smape", "mase", *UNTIMED} <= set(answer["leaderboard"][0])
    facts = {"schema": "tsrnn.backtest/1", "source": "nile", "horizon": 5, "folds": 3, "step": 5, "refit": True}
    assert {name: answer[name] for name in facts} == facts
    assert (answer["verdict"], answer["notices"], answer["levels"]) == (verdict(result), [], [80, 95])


def test_options_of_the_backtest_reach_it(tmp_path: Path) -> None:
    path = saved(hourly(), tmp_path / "rows.csv")
    words = ("--horizon", 4, "--folds", 2, "--step", 3, "--refit", "none", "--levels", "50", "--models", "gru")
    network = ("--lookback", 6, "--hidden-size", 3, "--num-layers", 2, "--epochs", 1, "--seed", 5)
    rows = ("--target", "load", "--future", "heat", "--calendar", "--rows", tmp_path / "out.csv")
    answer = done("backtest", path, *words, *network, *rows, "--json").answer
    gru = GRUForecaster(4, 6, hidden_size=3, network=Network(num_layers=2), training=Training(epochs=1, seed=5))
    columns = Columns(time="when", target="load", future="heat", calendar=True)
    result = backtest([gru], hourly(), columns, horizon=4, folds=2, step=3, refit=False, levels=[50])
    assert answer["leaderboard"][0]["mae"] == pytest.approx(result.leaderboard()["mae"][0], rel=1e-6)
    written = pd.read_csv(tmp_path / "out.csv")
    assert list(written.columns) == [*result.rows.columns, "mae_scale", "mse_scale"]
    assert written["lo-50"].tolist() == pytest.approx(result.rows["lo-50"].tolist(), rel=1e-6)
    assert written["cutoff"][0] == result.rows["cutoff"][0].isoformat()


def test_the_table_has_a_row_a_model_best_first_and_the_verdict_below(tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    said = done("backtest", "nile", "--horizon", 5, "--folds", 2, "--models", "drift,naive", "--report", report)
    lines = said.out.splitlines()
    assert lines[0].split()[:5] == ["model", "MASE", "MAE", "RMSE", "sMAPE"]
    assert [line.split()[0] for line in lines[1:3]] == ["naive", "drift"]
    assert float(lines[1].split()[1]) < float(lines[2].split()[1])
    assert lines[3] == "" and lines[4].startswith("naive has the lowest error")
    assert said.err.splitlines() == [
        "judging drift, naive on 100 rows of nile: 2 folds, horizon 5",
        f"wrote the report to {report}",
    ]


def test_the_report_names_the_command_and_is_the_only_file(tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    done("backtest", "nile", "--horizon", 5, "--folds", 2, "--models", "naive", "--report", report)
    page = report.read_text(encoding="utf-8")
    assert "tsrnn backtest nile --horizon 5 --folds 2 --models naive --report" in page
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_a_window_of_forty_columns_is_wide_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    ended = CliRunner().invoke(app, ["backtest", "nile", "--horizon", "5", "--folds", "2", "--models", "naive"])
    assert ended.exit_code == 0
    assert max(map(len, ended.stdout.splitlines()[3:])) <= 40


def test_a_long_table_is_judged_series_by_series(tmp_path: Path) -> None:
    path = saved(meters(), tmp_path / "meters.csv")
    words = ("--id", "meter", "--target", "kwh", "--horizon", 3, "--folds", 2, "--models", "naive")
    said = done("backtest", path, *words, "--rows", tmp_path / "out.csv", "--json")
    assert said.answer["series"] == 3
    rows = pd.read_csv(tmp_path / "out.csv", dtype={"series": "str"}, keep_default_na=False)
    assert sorted(rows["series"].unique()) == ["005930", "1e3", "NA"]
    assert rows["time"].str.endswith("+09:00").all()


def test_standard_input_is_judged_like_a_file(tmp_path: Path) -> None:
    path = saved(hourly()[["when", "load"]], tmp_path / "rows.csv")
    words = ("--horizon", 3, "--folds", 2, "--models", "naive", "--json")
    piped, read = done("backtest", "-", *words, stdin=path.read_bytes()), done("backtest", path, *words)
    assert scores(piped.answer["leaderboard"]) == scores(read.answer["leaderboard"])


def test_notices_are_said_once_and_stand_in_the_json(tmp_path: Path) -> None:
    frame = hourly()[["when", "load"]]
    frame.loc[10:12, "load"] = float("nan")
    path = saved(frame, tmp_path / "rows.csv")
    words = ("--horizon", 3, "--folds", 2, "--models", "gru", "--epochs", 1, "--hidden-size", 2, "--lookback", 5)
    said = done("backtest", path, *words, "--json")
    about = [line for line in said.err.splitlines() if line.startswith("gru, series load, 2 folds: ")]
    assert len(about) == 1 and "missing" in about[0]
    assert {notice["count"] for notice in said.answer["notices"]} == {3}


def test_a_failure_after_the_work_began_is_still_one_line_of_error(tmp_path: Path) -> None:
    path = saved(hourly(40)[["when", "load"]], tmp_path / "rows.csv")
    said = tsrnn("backtest", path, "--horizon", 3, "--folds", 2, "--models", "gru", "--lookback", 35)
    assert (said.code, said.out) == (2, "")
    assert [line for line in said.err.splitlines() if line.startswith("tsrnn: ")] == said.err.splitlines()[-1:]
    assert "lookback" in said.err.splitlines()[-1]


def test_the_demo_judges_a_real_series_and_writes_a_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(demo, "MODELS", "naive,seasonal-naive")
    monkeypatch.setattr(demo, "SOURCE", "nile")
    said = done("demo")
    assert said.out.splitlines()[0].startswith("model ")
    assert "wrote the report to report.html\n" in said.err
    assert (tmp_path / "report.html").read_text(encoding="utf-8").startswith("<!")


def test_the_demo_is_the_main_job() -> None:
    assert (demo.SOURCE, demo.HORIZON, demo.FOLDS) == ("co2", 12, 3)
    assert demo.MODELS == "gru,lstm,arima,seasonal-naive"


@pytest.mark.slow
def test_two_jobs_write_the_same_rows_as_one(tmp_path: Path) -> None:
    words = ("backtest", "nile", "--horizon", 4, "--folds", 3, "--models", "naive,arima", "--rows")
    done(*words, tmp_path / "one.csv")
    done(*words, tmp_path / "two.csv", "--jobs", 2)
    assert (tmp_path / "two.csv").read_bytes() == (tmp_path / "one.csv").read_bytes()
    mistake = tsrnn(*words, tmp_path / "none.csv", "--jobs", 0)
    assert (mistake.code, mistake.out) == (2, "") and "--jobs is a whole number" in mistake.err


@pytest.mark.data
@pytest.mark.slow
def test_the_main_job_on_a_downloaded_set(real_data: Path) -> None:
    words = ("--target", "OT", "--horizon", 24, "--folds", 2, "--models", "seasonal-naive,naive", "--json")
    board = tsrnn("backtest", "etth1", *words, data=real_data).answer["leaderboard"]
    assert len(board) == 2 and 0 < board[0]["mase"] <= board[1]["mase"]


def test_local_models_go_by_the_options_of_what_they_are_made_of(tmp_path: Path) -> None:
    path = saved(meters(), tmp_path / "meters.csv")
    roles = ("--id", "meter", "--time", "ts", "--target", "kwh")
    words = ("--horizon", 2, "--folds", 2, "--models", "local-gru,local-boosting", "--epochs", 1, "--season", 3)
    answer = tsrnn("backtest", path, *roles, *words, "--json").answer
    assert {row["model"] for row in answer["leaderboard"]} == {"local-gru", "local-boosting"}
    said = tsrnn("backtest", path, *roles, "--horizon", 2, "--models", "local-ridge", "--epochs", 1).mistake
    assert "--epochs is for networks (gru, lstm, rnn); local-ridge takes no such option" in said
