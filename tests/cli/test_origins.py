"""Options of the folds: each does what the library's setting does, from the line, a file and the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.cli.line import done, tsrnn
from tsrnn.backtesting import backtest
from tsrnn.splits import Splits
from tsrnn_cli.origins import Origins
from tsrnn_datasets import load

QUICK = ("backtest", "nile", "--horizon", 4, "--models", "naive,drift")


def judged(folder: Path, *words: object) -> tuple[dict[str, Any], list[tuple[str, int]]]:
    """The answer, and the last known time and the first step judged of each fold."""
    said = done(*QUICK, *words, "--json", "--rows", folder / "rows.csv")
    rows = pd.read_csv(folder / "rows.csv")
    return said.answer, [(str(cutoff), int(own["step"].min())) for cutoff, own in rows.groupby("cutoff")]


@pytest.mark.parametrize(
    ("words", "splits"),
    [
        ((), Splits(5)),
        (("--gap", 2, "--window", 30, "--folds", 2, "--step", 3), Splits(2, 3, gap=2, window=30)),
        (("--cutoffs", "1950,1960-01-01", "--gap", 1), Splits(gap=1, cutoffs=["1950", "1960-01-01"])),
    ],
    ids=["usual", "gap and window", "cutoffs"],
)
def test_folds_lie_where_the_library_puts_them(words: tuple[object, ...], splits: Splits, tmp_path: Path) -> None:
    answer, lies = judged(tmp_path, *words)
    found = backtest(["naive", "drift"], load("nile"), horizon=4, folds=splits)
    assert (answer["folds"], answer["step"]) == (found.plan.folds, found.plan.step)
    assert [row["mae"] for row in answer["leaderboard"]] == list(found.leaderboard()["mae"])
    assert lies == [(str(stamp), 1 + splits.gap) for stamp in found.rows["cutoff"].unique()]


def test_whole_numbers_are_cutoffs_of_rows_that_count_steps(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("step,y\n" + "".join(f"{row},{row % 7}\n" for row in range(60)), encoding="utf-8")
    said = done("backtest", path, "--time", "step", "--horizon", 2, "--models", "naive", "--cutoffs", "20,40", "--json")
    assert (said.answer["folds"], said.answer["step"]) == (2, 20)


@pytest.mark.parametrize(("typed", "meant"), [("all", True), ("none", False), ("2", 2)])
def test_models_learn_anew_when_it_is_said(typed: str, meant: bool | int) -> None:
    answer = done(*QUICK, "--refit", typed, "--json").answer
    found = backtest(["naive", "drift"], load("nile"), horizon=4, refit=meant)
    assert answer["refit"] == meant
    assert [row["mae"] for row in answer["leaderboard"]] == list(found.leaderboard()["mae"])


def test_every_option_may_stand_in_a_file_or_in_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "run.toml").write_text('gap = 1\nwindow = 40\nrefit = "none"\ncutoffs = ["1950", "1960"]', "utf-8")
    _, wanted = judged(tmp_path, "--gap", 1, "--window", 40, "--refit", "none", "--cutoffs", "1950,1960")
    assert judged(tmp_path, "--config", tmp_path / "run.toml")[1] == wanted
    for name, value in {"GAP": "1", "WINDOW": "40", "REFIT": "none", "CUTOFFS": "1950,1960"}.items():
        monkeypatch.setenv(f"TSRNN_{name}", value)
    assert judged(tmp_path)[1] == wanted


def test_a_model_made_for_a_horizon_forecasts_the_gap_too(tmp_path: Path) -> None:
    words = ("--horizon", 2, "--folds", 1, "--gap", 3, "--models", "ridge")
    done("backtest", "nile", *words, "--rows", tmp_path / "out.csv")
    assert pd.read_csv(tmp_path / "out.csv")["step"].tolist() == [4, 5]


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("--refit sometimes", "--refit is all (learn at every origin), none (once, before the first) or a number K"),
        ("--cutoffs 1950 --folds 2", "--cutoffs says where every fold lies; leave --folds out"),
        ("--cutoffs ,", "--cutoffs names no time; for example"),
        ("--cutoffs noon", "the cutoff 'noon' is no stamp like those of the data"),
        ("--cutoffs 1960,1950", "give them oldest first"),
        ("--cutoffs 1970", "give earlier cutoffs or leave the series out"),
        ("--gap 90", "and a gap of 90 need at least 111"),
    ],
)
def test_folds_that_cannot_be_are_one_line(words: str, text: str) -> None:
    mistake = tsrnn(*QUICK, *words.split()).mistake
    assert text in mistake and "cutoffs=" not in mistake


def test_nothing_said_is_five_folds_and_learning_at_each() -> None:
    assert (Origins().splits(), Origins().training()) == (Splits(5), True)
