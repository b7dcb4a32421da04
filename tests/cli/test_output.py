"""Output: tables, JSON and files that are whole or not there."""

from __future__ import annotations

import io
import json
import math
import os
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tsrnn.errors import SettingError
from tsrnn_cli.output import (
    Talk,
    check_writable,
    clean,
    in_our_words,
    one_line,
    plain,
    put,
    put_json,
    put_table,
    put_words,
    whole_file,
)
from tsrnn_cli.stamps import written


class Terminal(io.StringIO):
    """A terminal that keeps what is written."""

    def isatty(self) -> bool:
        """It is one."""
        return True


HEADS, ROWS, RIGHT = (
    ("model", "MASE", "fit s"),
    (("gru", "0.5", "12.00"), ("서울", "10.25", "1.00")),
    (False, True, True),
)


def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Standard output as a terminal of 40 columns."""
    made = Terminal()
    monkeypatch.setattr(sys, "stdout", made)
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    return made


def test_columns_are_aligned_and_plain_without_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    put_table(HEADS, ROWS, RIGHT)
    assert capsys.readouterr().out == "model   MASE  fit s\ngru      0.5  12.00\n서울   10.25   1.00\n"


def test_a_terminal_gets_a_bold_head_unless_colour_is_unwanted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = terminal(monkeypatch)
    put_table(HEADS, ROWS, RIGHT)
    assert made.getvalue().startswith("\x1b[1mmodel   MASE  fit s\x1b[0m\n")
    for name, value in (("NO_COLOR", "1"), ("TERM", "dumb")):
        with monkeypatch.context() as changed:
            plain_one = terminal(changed)
            changed.setenv(name, value)
            put_table(HEADS, ROWS, RIGHT)
            assert plain_one.getvalue().startswith("model   MASE  fit s\n")


def test_a_narrow_terminal_loses_columns_and_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    made = terminal(monkeypatch)
    monkeypatch.setenv("NO_COLOR", "1")
    put_table(("model", *"abcdef"), [("gru", *["123456789"] * 6)], [False] + [True] * 6)
    lines = made.getvalue().splitlines()
    assert lines[1].split() == ["gru", "123456789", "123456789", "123456789"]
    assert max(map(len, lines[:2])) <= 40
    assert lines[2] == "(d, e, f: in a wider window, or with --json)"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a\x1b[31mb\x1b[0m", "ab"),
        ("a\x1b]0;title\x07b", "ab"),
        ("a\x1b]8;;http://x\x1b\\b", "ab"),
        ("a\x9b31mb", "a31mb"),
        ("a\x08\x00b\rc", "abc"),
        ("a\u202eb\u2028c", "abc"),
        ("[bold]서울[/bold] é", "[bold]서울[/bold] é"),
    ],
)
def test_what_could_move_a_terminal_is_taken_out(text: str, wanted: str) -> None:
    assert clean(text) == wanted


def test_names_reach_a_terminal_clean_and_a_pipe_as_they_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = terminal(monkeypatch)
    put("ds,\x1b[31my\n")
    put_table(["a\x1b[2J"], [["b\nc"]], [False])
    assert made.getvalue() == "ds,y\n\x1b[1ma\x1b[0m\nb c\n"
    pipe = io.StringIO()
    monkeypatch.setattr(sys, "stdout", pipe)
    put("ds,\x1b[31my\n")
    assert pipe.getvalue() == "ds,\x1b[31my\n"


def test_words_are_broken_at_the_width_of_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    made = terminal(monkeypatch)
    put_words("a [bold] word " * 20)
    lines = made.getvalue().splitlines()
    assert max(map(len, lines)) <= 40 and " ".join(lines).count("[bold]") == 20


def test_one_line_is_one_bearable_line() -> None:
    assert one_line("a\n  b\tc\x07") == "a b c"
    assert len(one_line("x" * 5000)) == 800


def test_json_holds_no_nan_no_numpy_and_iso_times(capsys: pytest.CaptureFixture[str]) -> None:
    put_json(
        {
            "nan": math.nan,
            "inf": np.float64(-np.inf),
            "count": np.int64(3),
            "flag": np.bool_(True),
            "time": pd.Timestamp("2024-01-01", tz="Asia/Seoul"),
            "never": pd.NaT,
            "quarter": pd.Period("2024Q1"),
            "name": "서울",
            "tuple": (1.5, None),
        }
    )
    assert json.loads(capsys.readouterr().out) == {
        "nan": None,
        "inf": None,
        "count": 3,
        "flag": True,
        "time": "2024-01-01T00:00:00+09:00",
        "never": None,
        "quarter": "2024Q1",
        "name": "서울",
        "tuple": [1.5, None],
    }
    assert plain({7: 1}) == {"7": 1}
    assert plain(np.float32(0.5)) == 0.5


@pytest.mark.parametrize(
    ("times", "wanted"),
    [
        (pd.date_range("2024-01-31", periods=2, freq="D"), ["2024-01-31", "2024-02-01"]),
        (pd.date_range("2024-01-31", periods=2, freq="12h"), ["2024-01-31T00:00:00", "2024-01-31T12:00:00"]),
        (pd.date_range("2024-03-31", periods=2, freq="D", tz="Europe/Berlin"),
         ["2024-03-31T00:00:00+01:00", "2024-04-01T00:00:00+02:00"]),
        (pd.period_range("2024Q4", periods=2, freq="Q"), ["2024Q4", "2025Q1"]),
        (pd.RangeIndex(3, 5), [3, 4]),
    ],
)  # fmt: skip
def test_times_are_written_as_iso_8601(times: pd.Index, wanted: list[object]) -> None:
    assert written(times) == wanted


def test_notes_wait_until_the_work_begins(capsys: pytest.CaptureFixture[str]) -> None:
    talk = Talk()
    talk.note("read 3 rows")
    assert capsys.readouterr().err == ""
    with talk.work("judging"):
        talk.note("half")
    talk.note("done")
    assert capsys.readouterr().err == "read 3 rows\njudging\nhalf\ndone\n"


def test_a_file_appears_whole_with_the_usual_permissions(tmp_path: Path) -> None:
    path = tmp_path / "answer.csv"
    path.write_text("old", encoding="utf-8")
    with whole_file(path) as half:
        half.write_text("new", encoding="utf-8")
        assert path.read_text(encoding="utf-8") == "old"
    assert path.read_text(encoding="utf-8") == "new"
    (tmp_path / "other").write_text("", encoding="utf-8")
    assert path.stat().st_mode == (tmp_path / "other").stat().st_mode
    assert {entry.name for entry in tmp_path.iterdir()} == {"answer.csv", "other"}


@pytest.mark.parametrize("problem", [KeyboardInterrupt, OSError])
def test_a_file_that_was_not_finished_leaves_the_old_one(problem: type[BaseException], tmp_path: Path) -> None:
    path = tmp_path / "answer.csv"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(problem), whole_file(path) as half:
        half.write_text("ne", encoding="utf-8")
        raise problem
    assert path.read_text(encoding="utf-8") == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["answer.csv"]


@pytest.mark.skipif(os.name == "nt", reason="links and devices of Unix")
def test_links_are_followed_and_devices_are_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_text("old", encoding="utf-8")
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    with whole_file(tmp_path / "link.csv") as half:
        half.write_text("new", encoding="utf-8")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text(encoding="utf-8") == "new"
    with whole_file(Path(os.devnull)) as half:
        half.write_text("nothing", encoding="utf-8")
    assert Path(os.devnull).is_char_device()


def test_a_place_that_cannot_be_written_is_known_before_the_work(tmp_path: Path) -> None:
    check_writable(None)
    check_writable(tmp_path / "new.html")
    with pytest.raises(SettingError, match="there is no folder"):
        check_writable(tmp_path / "no" / "new.html")
    with pytest.raises(SettingError, match="is a folder"):
        check_writable(tmp_path)


@pytest.mark.parametrize(
    ("library", "here"),
    [
        ("leave it out of Columns(target=…)", "leave it out of --target"),
        ("name it as the time, Columns(time='a b'), or drop it", "name it as the time, --time, or drop it"),
        ("needs Columns(joint=True), or one target", "needs --joint, or one target"),
        ("add Columns(categorical=['heat']); else", "add --categorical; else"),
        ("leave those years or Columns(holidays=…) out", "leave those years or --holidays out"),
        ("or allow Repairs(unseen='zeros')", "or allow Repairs(unseen='zeros') in Python"),
        ("give predict(future=…) with their values", "give --future FILE with their values"),
        ("list_datasets() shows all 93", "'tsrnn datasets' shows all 93"),
        ('load("etth1", download=True) fetches it', "'tsrnn datasets etth1 --download' fetches it"),
        ("knows no paths; fit with decoder=Recursive()", "knows no paths; fit with --decoder recursive"),
        ("fitted for 2, 9 were asked for; fit with horizon=9", "fitted for 2, 9 were asked for; fit with --horizon 9"),
        ("need a season; give season=…", "need a season; give --season …"),
        ("try measure='mae'", "try --measure mae"),
        ("n_jobs is a whole number", "--jobs is a whole number"),
        ("storage='x.db' cannot be used", "--storage x.db cannot be used"),
        (
            "keep one, for example with groupby(…).mean(), or allow Repairs(duplicates='mean')",
            "keep one, or allow --duplicates mean",
        ),
        ("observed, for example by .asfreq('h'), or allow", "observed, or allow"),
        ("x, for example by .reindex(pd.period_range(first, last, freq='M'))", "x"),
        ("one frequency, for example with .resample('D').mean()", "one frequency"),
        ("nothing of Python", "nothing of Python"),
    ],
)
def test_messages_say_what_is_typed_here(library: str, here: str) -> None:
    assert in_our_words(library) == here
