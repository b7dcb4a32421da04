"""The command as a process of its own: pipes that close, Ctrl-C, warnings, encodings."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.line import environment, process
from tests.cli.rows import hourly, saved

BACKTEST = "backtest nile --horizon 5 --folds 2 --models naive"


@pytest.mark.slow
def test_standard_output_holds_the_json_and_nothing_else(tmp_path: Path) -> None:
    said = process(f"{BACKTEST} --json --report report.html", tmp_path)
    assert said.code == 0
    assert said.answer["leaderboard"][0]["model"] == "naive"
    assert "\x1b" not in said.err
    assert said.err.splitlines()[-1] == "wrote the report to report.html"


def test_a_mistake_is_one_line_without_a_traceback(tmp_path: Path) -> None:
    assert "did you mean 'nile'?" in process("audit nil", tmp_path).mistake


@pytest.mark.skipif(os.name == "nt", reason="pipes of Unix")
@pytest.mark.parametrize("line", ["datasets", "--help", "audit --help"])
def test_a_reader_that_stops_early_is_no_failure(line: str, tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "tsrnn_cli", *line.split()]
    ended = subprocess.run(
        command, cwd=tmp_path, env=environment(), stdout=writing, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (0, "")


def listen() -> None:
    """Take Ctrl-C again, which a shell that starts this suite in the background has told its children to ignore."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def started(command: list[str], folder: Path) -> subprocess.Popen[str]:
    """The command running in the folder, ready for Ctrl-C."""
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command, cwd=folder, env=environment(), stdout=pipe, stderr=pipe, text=True, preexec_fn=listen
    )


@pytest.mark.skipif(os.name == "nt", reason="signals of Unix")
def test_ctrl_c_ends_with_130_and_one_line(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "rows.csv")
    command = [sys.executable, "-m", "tsrnn_cli", "audit", "rows.csv"]
    with (
        started(command, tmp_path) as running,
        (tmp_path / "rows.csv").open("w", encoding="utf-8"),  # opens when the command begins to read
    ):
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=60)
    assert (running.returncode, out) == (130, "")
    assert err == "tsrnn: stopped by Ctrl-C; files not finished were not written\n"


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals of Unix")
def test_ctrl_c_while_a_network_learns_leaves_no_file(tmp_path: Path) -> None:
    path = saved(hourly(2000)[["when", "load"]], tmp_path / "rows.csv")
    line = f"backtest {path} --horizon 24 --models gru --epochs 9999 --report report.html --rows out.csv"
    command = [sys.executable, "-m", "tsrnn_cli", *line.split()]
    with started(command, tmp_path) as running:
        assert running.stderr is not None
        while "judging" not in running.stderr.readline():
            assert running.poll() is None
        time.sleep(0.5)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=60)
    assert (running.returncode, out) == (130, "")
    assert err == "tsrnn: stopped by Ctrl-C; files not finished were not written\n"
    assert [entry.name for entry in tmp_path.iterdir()] == ["rows.csv"]


@pytest.mark.slow
def test_warnings_of_other_packages_are_shown_with_debug_only(tmp_path: Path) -> None:
    code = """
import sys, warnings
from tsrnn_cli import audit
from tsrnn_cli.main import app
def noisy(*_):
    warnings.simplefilter("always")  # as packages do when they are imported
    warnings.warn("something changed in a package below")
    raise KeyError("x")
audit.read_source = noisy
app(sys.argv[1:])
"""
    for words, shown in (["audit", "nile"], False), (["audit", "nile", "--debug"], True):
        command = [sys.executable, "-c", code, *words]
        ended = subprocess.run(command, env=environment(), cwd=tmp_path, capture_output=True, text=True, check=False)
        assert ended.returncode == 1
        assert ("something changed" in ended.stderr) == shown


def test_a_character_the_encoding_lacks_is_written_as_its_code(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("date,기온\n2024-01-01,1\n", encoding="utf-8")
    said = process("audit rows.csv", tmp_path, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert said.code == 0 and "\\uae30\\uc628" in said.out
