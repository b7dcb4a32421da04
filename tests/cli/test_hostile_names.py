"""Hostile names on a terminal and in the files that commands write: shown as letters, run by nobody."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.cli.line import done, tsrnn
from tests.cli.test_output import Terminal
from tests.payloads import FORMULAS, MARKDOWN, PAGES, TERMINALS
from tsrnn_cli.output import Talk, put, put_table, put_words, say

EVERY = [*PAGES.values(), *MARKDOWN.values(), *FORMULAS.values(), *TERMINALS.values()]
# What moves, recolours or retitles a terminal, or turns the direction of writing; a line feed ends a line.
LIVE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Both outputs as one terminal of 100 columns."""
    made = Terminal()
    for stream in ("stdout", "stderr"):
        monkeypatch.setattr(sys, stream, made)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "100")
    return made


@pytest.mark.parametrize("text", EVERY)
def test_nothing_that_is_said_moves_a_terminal(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = terminal(monkeypatch)
    say(f"tsrnn: series {text!s} is too short")
    put_words(f"series {text} is best")
    put_table(["model", text], [[text, "1"], ["gru", text]], [False, True])
    put(text.replace("\t", " ") + "\n")
    assert LIVE.search(seen.getvalue()) is None
    assert seen.getvalue().count("tsrnn: series ") == 1


@pytest.mark.parametrize("text", TERMINALS.values(), ids=TERMINALS)
def test_a_bar_or_a_spinner_reads_no_markup(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = terminal(monkeypatch)
    monkeypatch.setenv("TERM", "xterm")
    with Talk().work(f"judging {text}"):
        pass
    own = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", seen.getvalue()).replace("\r", "")  # the spinner's
    assert LIVE.search(own) is None
    assert "[red]" in own or "[red]" not in text


def hostile(folder: Path) -> Path:
    """A long table with a series for every text that a CSV file can hold as a cell."""
    names = [name for name in EVERY if name.strip() and "\x00" not in name and "\r" not in name]
    stamps = pd.date_range("2024-01-01", periods=12, freq="h").astype(str)
    parts = [pd.DataFrame({"who": name, "when": stamps, "=y": np.arange(12.0) - 20}) for name in names]
    pd.concat(parts).to_csv(folder / "rows.csv", index=False)
    return folder / "rows.csv"


def test_no_cell_of_a_table_that_a_command_writes_is_a_formula(tmp_path: Path) -> None:
    roles = ("--id", "who", "--time", "when", "--target", "=y")
    path = hostile(tmp_path)
    done("fit", path, *roles, "--horizon", 2, "--model", "naive", "-o", tmp_path / "model")
    said = done("forecast", tmp_path / "model", "--levels", 80)
    done(
        "backtest", path, *roles, "--horizon", 2, "--folds", 1, "--models", "naive,drift", "--rows", tmp_path / "r.csv"
    )
    for text in (said.out, (tmp_path / "r.csv").read_text(encoding="utf-8")):
        cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
        assert "'=cmd|' /C calc'!A0" in cells
        formulas = [cell for cell in cells if cell[:1] in tuple("=+-@\t\r\n\uff1d\uff0b") and cell]
        assert [cell for cell in formulas if not re.fullmatch(r"-[0-9.]+(e[-+]?\d+)?", cell)] == []
    kept = json.loads(done("forecast", tmp_path / "model", "--json").out)
    assert "=cmd|' /C calc'!A0" in {row["who"] for row in kept["rows"]}


@pytest.mark.parametrize("text", TERMINALS.values(), ids=TERMINALS)
def test_a_mistake_about_a_hostile_name_is_one_harmless_line(text: str, tmp_path: Path) -> None:
    name = text.replace("\x00", "").replace("/", "_")[:100]
    for words in (("audit", tmp_path / name), ("audit", "co2", "--target", name), ("datasets", name)):
        said = tsrnn(*words)
        assert said.code == 2
        assert LIVE.search(said.mistake) is None
