"""Options from elsewhere: what is typed wins over the environment, which wins over the file of --config."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from tests.cli.line import Said, done, process, tsrnn
from tests.cli.rows import meters, saved
from tsrnn_cli.configured import variable
from tsrnn_cli.main import app
from tsrnn_cli.options import names_as_typed, names_in

QUICK = ("--folds", "1", "--models", "naive", "--json")


def with_file(folder: Path, text: str, *words: Any) -> Said:
    """The command with its options in a file."""
    (folder / "run.toml").write_text(text, encoding="utf-8")
    return tsrnn(*words, "--config", folder / "run.toml")


def test_what_is_typed_wins_over_the_environment_and_that_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = "horizon = 3\n"
    assert with_file(tmp_path, told, "backtest", "nile", *QUICK).answer["horizon"] == 3
    monkeypatch.setenv("TSRNN_HORIZON", "4")
    assert with_file(tmp_path, told, "backtest", "nile", *QUICK).answer["horizon"] == 4
    assert with_file(tmp_path, told, "backtest", "nile", "--horizon", 5, *QUICK).answer["horizon"] == 5
    assert with_file(tmp_path, "", "backtest", "nile", *QUICK).answer["horizon"] == 4


def test_every_option_and_argument_may_stand_in_the_file(tmp_path: Path) -> None:
    path = saved(meters(), tmp_path / "meters.csv")
    text = f"""
        source = {str(path)!r}
        time = "ts"
        [backtest]
        id = "meter"
        target = "kwh"
        past = ["warm"]
        horizon = 3
        folds = 2
        models = ["naive", "drift"]
        levels = [80, 90.5]
        refit = "none"
        json = true
        [fit]
        anything = "is not read by backtest"
    """
    answer = with_file(tmp_path, text, "backtest").answer
    told = {"source": str(path), "horizon": 3, "folds": 2, "refit": False, "levels": [80, 90.5], "series": 3}
    assert {name: answer[name] for name in told} == told
    assert {row["model"] for row in answer["leaderboard"]} == {"naive", "drift"}
    again = with_file(tmp_path, text, "backtest", "--refit", "all", "--models", "mean").answer
    assert (again["refit"], [row["model"] for row in again["leaderboard"]]) == (True, ["mean"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("horizn = 3", "backtest has no option 'horizn' (did you mean 'horizon'?)"),
        ("[backtest]\nfold = 3", "backtest has no option 'fold' (did you mean 'folds'?)"),
        ("[bactest]\nfolds = 3", "there is no command 'bactest' (did you mean 'backtest'?)"),
        ("config = 'other.toml'", "backtest has no option 'config'"),
        ("json = 'yes'", "json is 'yes'; it must be true or false"),
        ("horizon = true", "horizon is True; it must be text, a number or a list of these"),
        ("horizon = 'two'", "--horizon"),
        ("horizon = 3\nhorizon = 4", "run.toml is no TOML"),
        ("horizon = " + "[" * 5000, "run.toml is no TOML"),
        ("# " + "-" * (1 << 20), "run.toml is no TOML: it has more than 1,048,576 bytes"),
    ],
)
def test_mistakes_in_the_file_are_one_line(text: str, words: str, tmp_path: Path) -> None:
    mistake = with_file(tmp_path, text, "backtest", "nile", "--models", "naive").mistake
    assert words in mistake


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    said = tsrnn("backtest", "nile", "--config", tmp_path / "none.toml").mistake
    assert "none.toml cannot be read: No such file or directory; give --config the path of a TOML file" in said


@pytest.mark.slow
def test_variables_turn_flags_on_and_name_the_file(tmp_path: Path) -> None:
    (tmp_path / "run.toml").write_text("horizon = 2\nfolds = 1", encoding="utf-8")
    said = process(
        "backtest nile", tmp_path, TSRNN_CONFIG="run.toml", TSRNN_JSON="1", TSRNN_QUIET="yes", TSRNN_MODELS="naive"
    )
    assert (said.answer["horizon"], said.err) == (2, "")


def test_no_option_is_called_like_a_variable_that_means_something_else() -> None:
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        variables = {option.envvar for option in command.params if option.name != "help"}
        assert not variables & {"TSRNN_DATA", "TSRNN_KERNEL"}, name
        options = [option for option in command.params if option.param_type_name == "option"]
        for option in options:
            assert option.name == "help" or option.envvar == variable(option.opts[0]), option.opts


def test_quiet_says_nothing_but_the_answer_and_errors(tmp_path: Path) -> None:
    path = saved(meters(), tmp_path / "meters.csv")
    words = ("backtest", path, "--horizon", 2, "--quiet", *QUICK, "--rows", tmp_path / "out.csv")
    assert done(*words).err == ""
    assert "no column" in tsrnn("audit", "-", "-q", stdin="a,b\n1,2\n").mistake


def test_names_come_back_as_they_were_typed() -> None:
    names = ["load", "T, outside", 'the "old" one', "서울"]
    assert names_in(names_as_typed(names)) == names


def test_a_shell_completes_commands_and_options(tmp_path: Path) -> None:
    told = {"_TSRNN_COMPLETE": "complete_bash", "COMP_WORDS": "tsrnn back", "COMP_CWORD": "1"}
    assert process("", tmp_path, **told).out.split() == ["backtest"]
    told |= {"COMP_WORDS": "tsrnn backtest --ho", "COMP_CWORD": "2"}
    assert set(process("", tmp_path, **told).out.split()) == {"--horizon", "--holidays"}
