"""The group `tsrnn text`: help that ends with an example, options from a file, and files that cannot be used."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from tests.cli.line import done, environment, tsrnn
from tests.nlp.sentences import LABELS, SMALL, TEXTS
from tsrnn.nlp import TextClassifier
from tsrnn_cli.main import app
from tsrnn_cli.text import TASKS

LINES = [line for task in TASKS for command in task.commands for line in command.examples]
PREDICT = ("text", "classify", "predict", "no-model")


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small classifier that reads characters."""
    folder = tmp_path_factory.mktemp("letters") / "model"
    return TextClassifier("characters", **SMALL).fit(TEXTS, LABELS).save(folder)


@pytest.mark.parametrize("words", ["text", *(f"text {task.name}" for task in TASKS)])
def test_a_group_alone_shows_its_help(words: str) -> None:
    said, helped = done(*words.split()), done(*words.split(), "--help")
    assert said.out.split() == helped.out.split()
    assert said.out.rstrip().splitlines()[-1].strip() in LINES


@pytest.mark.parametrize(("task", "name"), [(task.name, one.name) for task in TASKS for one in task.commands])
def test_every_command_has_help_that_ends_with_an_example(task: str, name: str) -> None:
    said = done("text", task, name, "--help")
    assert f"Usage: tsrnn text {task} {name}" in said.out
    assert said.out.rstrip().splitlines()[-1].strip() in LINES


@pytest.mark.parametrize("line", LINES)
def test_examples_fit_into_a_line_and_can_be_parsed(line: str) -> None:
    words = shlex.split(line.split(" > ")[0].split(" | ")[-1])[1:]
    command: Any = get_command(app)
    assert line.split(" | ")[-1].startswith("tsrnn text ") and len(line) <= 76
    context = command.make_context("tsrnn", words)
    while hasattr(command, "commands"):
        name, command, words = command.resolve_command(context, words)
        context = command.make_context(name, list(words), parent=context)
    assert context.params


@pytest.mark.parametrize("words", ["text tag fit", "text generate sample --help"])
def test_help_and_usage_load_nothing_heavy(words: str, tmp_path: Path) -> None:
    code = f"""
import sys
from tsrnn_cli.main import app
try: app({words.split()!r})
except SystemExit: pass
print("LOADED", *sorted({{"torch", "pandas", "numpy", "sklearn"}} & set(sys.modules)))
"""
    command = [sys.executable, "-c", code]
    ended = subprocess.run(command, cwd=tmp_path, env=environment(), capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines()[-1].strip() == "LOADED"


@pytest.mark.slow
def test_examples_run_one_after_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("sacrebleu")
    monkeypatch.chdir(tmp_path)
    cells = ["good film,5,gut,eins", "bad film,1,schlecht,zwei", "so good,5,so gut,drei", "so bad,1,so schlecht,vier"]
    rows = "review,stars,en,de\n" + "\n".join(cells * 8)
    for name in ("films.csv", "test.csv", "pairs.csv"):
        (tmp_path / name).write_text(rows)
    for name in ("new.txt", "book.txt", "other.txt", "begun.txt", "german.txt", "sentences.txt", "words.txt"):
        (tmp_path / name).write_text("good\nfilm\nbad\nstory\n" * (90 if name in ("book.txt", "other.txt") else 1))
    (tmp_path / "gaps.csv").write_text("text,word\ngoo_,good\n")
    for name in ("train.conllu", "test.conllu"):
        (tmp_path / name).write_text("".join(f"1\t{word}\t_\tX" + "\t_" * 6 + "\n\n" for word in ("good", "bad") * 4))
    for line in LINES:
        typed, words = line.split(" | ") if " | " in line else ("", line)
        if " fit " in words:
            words += " --hidden-size 6 --epochs 1"
        done(*shlex.split(words.split(" > ")[0])[1:], stdin=typed.removeprefix("echo ") or None)


@pytest.mark.parametrize(
    "text", ["한글과 emoji 😀👍🏽", "e\u0301te\u0301 ", "\u2028\u0085\ufeffx", "\x1b[31mred", "=1+2", "a" * 10**6]
)
def test_strange_texts_come_back_as_they_were(text: str, letters: Path, tmp_path: Path) -> None:
    words = ("text", "classify", "predict", letters)
    lines = done(*words, "-", "--json", stdin=text.encode() + b"\n").answer
    assert [row["text"] for row in lines["rows"]] == [text]
    (tmp_path / "a.csv").write_text(f'text,n\n"{text}",1\n', encoding="utf-8", newline="")
    table = done(*words, tmp_path / "a.csv", "--json").answer
    assert [row["text"] for row in table["rows"]] == [text]


def test_half_a_character_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("\ud83d".encode("utf-8", "surrogatepass"))
    assert "a.txt is not utf-8 text (byte 0xed at 0)" in tsrnn(*PREDICT, tmp_path / "a.txt").mistake


def test_every_option_is_explained_and_none_stands_for_another_variable() -> None:
    for group in get_command(app).commands["text"].commands.values():  # type: ignore[attr-defined]
        for command in group.commands.values():
            options = [option for option in command.params if option.name != "help"]
            assert all(option.help for option in options), command.name
            assert not {option.envvar for option in options} & {"TSRNN_DATA", "TSRNN_KERNEL"}, command.name


def test_the_file_of_options_has_tables_within_tables(tmp_path: Path) -> None:
    (tmp_path / "run.toml").write_text(f"""
        [fit]
        horizon = 3
        [text]
        encoding = "ascii"
        [text.classify.predict]
        folder = "no-model"
        file = {str(tmp_path / "texts.txt")!r}
        [text.classify.fit]
        label = "class"
    """)
    (tmp_path / "texts.txt").write_text("어")
    said = tsrnn("text", "classify", "predict", "--config", tmp_path / "run.toml")
    assert "texts.txt is not ascii text" in said.mistake


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[text.clasify]\nlabel = 'a'", "there is no command 'clasify' (did you mean 'classify'?)"),
        ("[text.classify.fit]\nlable = 'a'", "text classify fit has no option 'lable' (did you mean 'label'?)"),
        ("[text]\nhorizon = 3", "text classify fit has no option 'horizon'"),
    ],
)
def test_mistakes_in_the_file_of_options(text: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "run.toml").write_text(text)
    said = tsrnn("text", "classify", "fit", "-", "-o", "none", "--config", tmp_path / "run.toml")
    assert words in said.mistake


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.txt", b"", "a.txt is empty"),
        ("a.txt", b" \n\n", "a.txt is empty"),
        ("a.txt", b"one\x00two", "zero bytes"),
        ("a.txt", b"\xb0\xa1", "--encoding cp949"),
        ("a.txt.gz", b"\x1f\x8bone", "cannot be uncompressed"),
        ("a.csv", b"text\n", "a header and no rows"),
        ("a.csv", b"review\nfine\n", "'text'"),
        ("a.csv", b"review\nfine\n", "; say --text COL"),
        ("a.csv", b"text,text\na,b\n", "column 'text' stands 2 times"),
        ("a.csv", b"text\nfine,good\n", "row 1 has 2 cells, but the first has 1"),
        ("a.csv", b'text,label\n"fine,good\n', "no clean table"),
        ("a.csv", b"label,text\nfine,good\nfine\n", "row 2 has 1 cells, but the first has 2"),
        ("a.parquet", b"no", "a.parquet"),
    ],
)
def test_files_that_cannot_be_read(name: str, text: bytes, words: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(text)
    assert words in tsrnn(*PREDICT, tmp_path / name).mistake


def test_a_file_or_model_that_is_not_there(tmp_path: Path) -> None:
    assert "none.txt" in tsrnn(*PREDICT, tmp_path / "none.txt").mistake
    assert "no-model" in tsrnn(*PREDICT, "-", stdin="one").mistake
    assert "cannot be written: there is no folder" in tsrnn(*PREDICT, "-", "-o", tmp_path / "no" / "a.csv").mistake
