"""Mistakes: each is one line on standard error, exit code 2, and nothing on standard output."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.line import done, tsrnn
from tests.cli.rows import hourly, meters, saved

BACKTEST = ("backtest", "-", "--horizon", "4", "--folds", "2", "--models", "naive")
HEADER = "when,load\n"
HOURS = "".join(f"2024-01-01T{hour:02d}:00,{hour % 5}\n" for hour in range(24))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("\n\n", "is empty"),
        (HEADER, "a header and no rows"),
        (HEADER + "2024-01-01,1\n", "one row"),
        (HEADER + HOURS.replace(",0", ",").replace(",1", ",").replace(",2", ",").replace(",3", ",").replace(",4", ","),
         "no observed value"),
        (HEADER + HOURS.replace(",3", ",high"), "holds text: 'high'"),
        (HEADER + HOURS.replace("2024-01-01T03:00", "2024-01-01T02:00"), "stands twice"),
        (HEADER + HOURS.replace("2024-01-01T03:00,3\n", ""), "missing between"),
        (HEADER + HOURS.replace("2024-01-01T03:00", ""), "time column 'when' is empty in 1 rows, first in row 4"),
        (HEADER + HOURS.replace("2024-01-01T03:00", "soon"), "holds 'soon' in row 4"),
        ("date,load\n01.02.2024,1\n", "--time-format"),
        ("a,b\n1,2\n", "no column looks like time stamps among 'a', 'b'; say --time COL"),
        ("when,load,load\n2024-01-01,1,2\n", "column 'load' stands 2 times"),
        (HEADER + "2024-01-01,1,2\n2024-01-02,1,2\n", "more cells than its header"),
        (HEADER + "2024-01-01,1\n2024-01-02,1,2\n", "no clean CSV"),
        (HEADER + '2024-01-01,"1\n', "no clean CSV"),
        ("when\n2024-01-01\n", "no column is left for the target"),
        (HOURS, "begins with data and not with a header (2024-01-01T00:00, 0); put a line of column names first"),
        (b"when,t \xb0C\n2024-01-01,1\n", "--encoding cp1252 reads 'when,t °C'"),
        (b"\x1f\x8bwhen", "cannot be uncompressed"),
        (b"PK\x00\x00", "zero bytes"),
    ],
)  # fmt: skip
def test_rows_that_cannot_be_used(text: str | bytes, words: str) -> None:
    assert words in tsrnn(*BACKTEST, stdin=text).mistake


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("backtest nile --horizon 0", "--horizon"),
        ("backtest nile --horizon two", "--horizon"),
        ("backtest nile", "Missing option '--horizon'"),
        ("backtest --horizon 2", "Missing argument 'SOURCE'"),
        ("backtest nile --horizon 5 --folds 0", "--folds"),
        ("backtest nile --horizon 5 --models", "--models"),
        ("backtest nile --horizon 5 --models naiv", "did you mean 'naive'?"),
        ("backtest nile --horizon 5 --models ,", "no model is named"),
        ("backtest nile --horizon 5 --models naive,naive", "'naive' is named 2 times"),
        ("backtest nile --horizon 5 --models naive --epochs 3", "--epochs is for networks"),
        ("backtest nile --horizon 5 --models naive --levels high", "got 'high'"),
        ("backtest nile --horizon 5 --models naive --levels 80,101", "got 101.0"),
        ("backtest nile --horizon 5 --models naive --levels nan", "got nan"),
        ("backtest nile --horizon 50 --models naive", "at least 251"),
        ("backtest nile --horizon 5 --models naive --season 3", "--season is for models that have one; naive has none"),
        ("audit nile --na never", "--na takes numbers, such as -9999; got 'never'"),
        ("compare", "Missing argument"),
        ("inspect nowhere", "no saved model at nowhere"),
        ("simulate nowhere -n 0", "--paths"),
        ("tune nile --horizon 2 --model naive --epochs 3", "--epochs is for networks"),
        ("tune nile --horizon 2 --model naive", "say what to search: --search SETTING=A,B"),
        ("tune nile --horizon 2 --model naive --jobs 0", "--jobs is a whole number, 1 for no other process"),
        ("tune nile --horizon 2 --model seasonal-naive --search season=5:2", "LOW:HIGH:log, with LOW below HIGH"),
        ("backtest nile --horizon 5 --models naive --jobs 0", "--jobs is a whole number"),
        ("fit nile --horizon 2 --model arima --decoder recursive -o m", "--decoder is for networks"),
        ("fit nile --horizon 2 --model gru --decoder forward -o m", "'forward' is not one of 'direct', 'segment'"),
        ("backtest nile --horizon 5 --models naive --report no/report.html", "there is no folder no"),
        ("backtest nile --horizon 5 --models naive --rows .", "is a folder"),
        ("backtest nile --horizon 5 --models naive --target flow", "flow"),
        ("backtest macrodata --horizon 2 --models naive --target realgpd", "did you mean 'realgdp'?"),
        ("backtest nle --horizon 2", "did you mean 'nile'?"),
        ("backtest nothing-alike-at-all --horizon 2", "'tsrnn datasets' lists"),
        ("backtest no.csv --horizon 2", "there is no file no.csv"),
        ("backtest . --horizon 2", ". is a folder"),
        ("backtest ptb --horizon 2", "no series to forecast"),
        ("backtest etth1 --target OT --horizon 2", "TSRNN_DATA"),
        ("fit nile --horizon 2", "Missing option '--output'"),
        ("fit nile --horizon 2 --model gruu -o m", "did you mean 'gru'?"),
        ("fit nile --horizon 2 --model naive,drift -o m", "unknown model"),
        ("fit nile --horizon 2 --model naive --hidden-size 8 -o m", "--hidden-size is for networks"),
        ("fit nile --horizon 2 --model naive --time when -o m", "when"),
        ("fit nile --horizon 2 --model gru --lookback 0 -o m", "--lookback"),
        ("forecast nowhere", "no saved model at nowhere"),
        ("forecast nowhere --levels 120", "got 120.0"),
        ("datasets nothing", "no data set is called 'nothing'"),
        ("datasets --download", "needs the name"),
        ("audit no.csv", "there is no file no.csv"),
        ("demo -o no/report.html", "there is no folder no"),
        ("bactest", "Did you mean 'backtest'?"),
        ("backtest nile --horizn 3", "--horizon"),
        ("--nonsense", "--nonsense"),
    ],
)
def test_words_that_cannot_be_used(line: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert words in tsrnn(*line.split()).mistake
    assert list(tmp_path.iterdir()) == []


def test_columns_that_are_not_there_are_named_with_the_nearest(tmp_path: Path) -> None:
    path = saved(meters(), tmp_path / "meters.csv")
    start = ("audit", path, "--target", "kwh")
    assert "did you mean 'meter'?" in tsrnn(*start, "--id", "metre").mistake
    assert "'noon'" in tsrnn(*start, "--time", "noon").mistake
    assert "kwh" in tsrnn("audit", path, "--id", "meter", "--target", "kwb").mistake


def test_a_long_table_read_without_id_is_told_of_it(tmp_path: Path) -> None:
    path = saved(meters()[["meter", "ts", "kwh"]].drop(columns="meter"), tmp_path / "meters.csv")
    assert "name it with --id" in tsrnn("fit", path, "--horizon", 2, "--model", "naive", "-o", tmp_path / "m").mistake


def test_text_columns_of_a_wide_table_are_left_out_unless_asked_for(tmp_path: Path) -> None:
    path = saved(hourly().assign(place="Seoul"), tmp_path / "wide.csv")
    words = ("fit", path, "--horizon", 2, "--model", "naive", "-o", tmp_path / "m")
    assert "--target load,heat (leaving out place)" in done(*words).err
    said = tsrnn(*words, "--target", "load,place").mistake
    assert "'place'" in said and "--target" in said
    assert "Columns(" not in said


def test_a_model_is_never_saved_over_something_else(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    assert "is no saved model" in tsrnn("fit", "nile", "--horizon", 2, "--model", "naive", "-o", tmp_path).mistake
    assert (tmp_path / "thesis.txt").read_text(encoding="utf-8") == "mine"


def test_a_damaged_model_is_named(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text("{}", encoding="utf-8")
    assert "damaged" in tsrnn("forecast", tmp_path).mistake


def test_a_parquet_file_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    path.write_bytes(b"PAR1nonsense")
    assert "no Parquet file" in tsrnn("audit", path).mistake


def test_an_encoding_that_is_none() -> None:
    assert "unknown encoding 'klingon'" in tsrnn("audit", "-", "--encoding", "klingon", stdin=HEADER).mistake


def test_escape_sequences_in_names_never_reach_standard_error() -> None:
    said = tsrnn("audit", "-", stdin="when,\x1b[31mload\x07\n2024-01-01,high\n").mistake
    assert "'load'" in said or "load" in said
    assert "\x1b" not in said and "\x07" not in said


def test_a_bug_is_called_a_bug_and_debug_shows_where(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr("tsrnn.auditing.audit", broken)
    said = tsrnn("audit", "nile")
    assert (said.code, said.out) == (1, "")
    assert said.err == "tsrnn: this is a bug in tsrnn, not a mistake of yours: KeyError: 'x'; --debug shows where\n"
    for words in (("--debug", "audit", "nile"), ("audit", "nile", "--debug")):
        said = tsrnn(*words)
        assert said.code == 1
        assert "Traceback" in said.err and "in broken" in said.err


def test_debug_shows_the_traceback_of_a_mistake_too() -> None:
    said = tsrnn("audit", "no.csv", "--debug")
    assert said.code == 2
    assert "Traceback" in said.err and said.err.splitlines()[-1] == "tsrnn: there is no file no.csv [E126]"


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(hourly(), tmp_path / "rows.csv")

    def refused(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refused)
    assert tsrnn("audit", path).mistake == f"tsrnn: {path}: Permission denied"


@pytest.mark.parametrize("option", ["--rows", "--report"])
def test_the_data_are_not_overwritten(option: str, tmp_path: Path) -> None:
    name = "data.csv" if option == "--rows" else "data.html"
    file = tmp_path / name
    file.write_text(HEADER + HOURS)
    said = tsrnn("backtest", str(file), *BACKTEST[2:], option, str(file))
    assert said.code == 2
    assert "is the data itself, which would be overwritten; choose another name" in said.err
    assert file.read_text() == HEADER + HOURS


def test_two_answers_for_standard_output_are_one_too_many() -> None:
    said = tsrnn(*BACKTEST, "--rows", "-", "--json", stdin=HEADER + HOURS)
    assert said.code == 2
    assert "--rows - and --json both go to standard output" in said.err
