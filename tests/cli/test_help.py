"""Help: instant, on every command, with examples that can be pasted."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from typer.main import get_command

from tests.cli.line import done, environment, process, tsrnn
from tests.cli.rows import meters, saved
from tsrnn.network import Network
from tsrnn.training import Training
from tsrnn_cli.main import app
from tsrnn_cli.options import examples

COMMANDS = {str(command.name): command for command in app.registered_commands}
LINES = [line for command in COMMANDS.values() for line in (command.epilog or "").split("\n\n")[1:]]
LINES += str(app.info.epilog).split("\n\n")[1:]
# What an example needs is made small and offline; those that read downloaded files are parsed only.
SMALL = {
    "tsrnn demo": "tsrnn datasets --help",
    "tsrnn demo --output co2.html": "tsrnn demo --help",
    "tsrnn datasets etth1 --download": "tsrnn datasets etth1",
    "tsrnn tune co2 --horizon 12 --model gru --trials 20 -o tuned": "tsrnn tune --help",
    "tsrnn tune co2 --horizon 12 --model gru --search lookback=52,104": "tsrnn tune --help",
    "tsrnn backtest etth1 --target OT --horizon 24 --folds 5 --json": "tsrnn backtest --help",
}
QUICK = {"gru,arima": "naive,drift", "arima,naive,drift": "naive,drift", "arima,naive": "naive,drift", "2": "1"}


@pytest.mark.parametrize("flag", ["--help", "-h"])
@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_every_command_has_help_that_ends_with_an_example(command: str, flag: str) -> None:
    said = done(*command.split(), flag)
    tail = said.out.rstrip().splitlines()[-1].strip()
    assert "Usage: tsrnn" in said.out
    assert tail.startswith("tsrnn ") and tail in LINES
    assert said.err == ""


def test_no_command_at_all_shows_the_help() -> None:
    assert done().out.split() == done("--help").out.split()


def test_commands_stand_in_the_order_of_use() -> None:
    order = "demo datasets audit backtest compare report tune fit inspect forecast simulate explain"
    assert list(COMMANDS) == order.split()


@pytest.mark.parametrize("line", LINES)
def test_examples_fit_into_a_line_and_can_be_parsed(line: str) -> None:
    words = shlex.split(line.split(" > ")[0])
    assert words[0] == "tsrnn" and len(line) <= 76
    command = get_command(app)
    group = command.make_context("tsrnn", words[1:])
    name, chosen, rest = command.resolve_command(group, words[1:])  # type: ignore[attr-defined]
    assert chosen.make_context(name, list(rest), parent=group).params


@pytest.mark.slow
def test_examples_run_one_after_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    pytest.importorskip("pyarrow")
    saved(meters()[["meter", "ts", "kwh"]], tmp_path / "meters.csv")
    saved(meters(70)[["meter", "ts", "kwh"]], tmp_path / "newer.csv")
    (tmp_path / "stores").mkdir()
    meters().to_parquet(tmp_path / "stores" / "first.parquet")
    ran = []
    for line in LINES:
        words = shlex.split(SMALL.get(line, line).split(" > ")[0])[1:]
        words = [QUICK.get(word, word) for word in words]
        if words[0] == "fit" and "--model" not in words:
            words += ["--model", "naive"]
        if words[0] == "backtest" and "--models" not in words and "--help" not in words:
            words += ["--models", "naive,seasonal-naive", "--folds", "1"]
        said = tsrnn(*words)
        if words[0] == "backtest" and (tmp_path / "rows.csv").exists():  # what another tool may have written
            rows = pd.read_csv(tmp_path / "rows.csv", dtype={"series": "str"}, keep_default_na=False, na_values=[""])
            theirs = rows.replace({"model": {"naive": "theirs", "seasonal-naive": "more"}})
            theirs.to_parquet(tmp_path / "theirs.parquet")
        ran.append((line, said.code, said.err if said.code else ""))
    assert [entry for entry in ran if entry[1]] == []
    assert {path.name for path in tmp_path.iterdir()} >= {"co2-model", "meters-model", "next-day.csv", "report.html"}


def test_options_of_networks_tell_the_defaults_of_the_library() -> None:
    page = done("fit", "--help").out
    for flag, value in (
        ("--hidden-size", 64),
        ("--num-layers", Network().num_layers),
        ("--epochs", Training().epochs),
        ("--seed", Training().seed),
    ):
        line = next(line for line in page.splitlines() if flag in line)
        assert f"else {value}." in line


def test_every_option_is_explained() -> None:
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        assert [option.name for option in command.params if not getattr(option, "help", "")] == [], name


def test_one_example_is_not_called_several() -> None:
    assert examples("tsrnn demo").startswith("Example:")
    assert examples("tsrnn demo", "tsrnn audit co2").startswith("Examples:")


def test_the_version_is_that_of_the_library() -> None:
    from tsrnn import __version__

    assert done("--version").out == f"tsrnn {__version__}\n"


def test_help_is_instant(tmp_path: Path) -> None:
    seconds = [1.0]
    while min(seconds) >= 0.5 and len(seconds) < 6:  # two busy cores can be one, and share its caches
        before = os.times()
        process("backtest --help", tmp_path)
        after = os.times()  # seconds of a processor, which a busy machine does not change
        seconds.append(after.children_user + after.children_system - before.children_user - before.children_system)
    assert min(seconds) < 0.5


def test_help_fits_into_a_narrow_window_without_colour(tmp_path: Path) -> None:
    said = process("backtest --help", tmp_path, COLUMNS="40", NO_COLOR="1")
    assert said.code == 0
    assert "\x1b" not in said.out
    assert max(map(len, said.out.splitlines())) <= 40


@pytest.mark.parametrize("line", ["--help", "--version", "fit --help", "fit", "backtest co2 --horizon 0"])
def test_what_needs_no_rows_loads_nothing_heavy(line: str, tmp_path: Path) -> None:
    code = f"""
import sys
from tsrnn_cli.main import app
try: app({line.split()!r})
except SystemExit: pass
heavy = ("torch", "pandas", "numpy", "statsmodels", "sklearn", "matplotlib")
print("LOADED", *sorted(set(heavy) & set(sys.modules)))
"""
    command = [sys.executable, "-c", code]
    ended = subprocess.run(command, cwd=tmp_path, env=environment(), capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines()[-1].strip() == "LOADED"


@pytest.mark.slow
@pytest.mark.parametrize("search", [[], ["--search", "lookback=52,104"]])
def test_examples_of_tuning_run(search: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("optuna")
    monkeypatch.chdir(tmp_path)
    words = ["tune", "co2", "--horizon", "12", "--model", "gru", *search]
    assert any(" ".join(["tsrnn", *words]) in line for line in LINES)
    done(*words, "--trials", "1", "--folds", "1", "--epochs", "1", "-o", "tuned")
    assert (tmp_path / "tuned" / "settings.json").is_file()
