"""Bad input to the commands over text: the right answer, or one line that says how to mend it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.line import done, tsrnn
from tests.nlp.sentences import LABELS, SMALL, TEXTS
from tsrnn.nlp import SequenceTagger, TextClassifier, TextGenerator, WordCompleter
from tsrnn.training import Training

SHORT = Training(epochs=1, batch_size=8, steps_per_epoch=2, validation=0.0)
STRANGE = ["日本 語", "한글 and 🙂👨‍👩‍👧 mixed", "<b>a\u2028b", "x" * 10**5]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small model for each command."""
    made, sentences = tmp_path_factory.mktemp("models"), [text.split() for text in TEXTS]
    TextClassifier(**(SMALL | {"training": SHORT})).fit(TEXTS, LABELS).save(made / "classify")
    SequenceTagger(hidden_size=4, training=SHORT).fit(sentences, [["X"] * len(row) for row in sentences]).save(
        made / "tag"
    )
    TextGenerator(hidden_size=4, training=SHORT).fit(TEXTS).save(made / "generate")
    WordCompleter(hidden_size=4, training=SHORT).fit(["word", "wood"] * 4).save(made / "complete")
    return made


@pytest.mark.parametrize("text", STRANGE, ids=lambda text: ascii(text[:9]))
@pytest.mark.parametrize("task", ["classify", "tag", "generate", "complete"])
def test_strange_lines_have_an_answer(folder: Path, task: str, text: str) -> None:
    line = text + "_" if task == "complete" else text
    more = ("--length", 3) if task == "generate" else ("--count", 1) if task == "complete" else ()
    rows = done("text", task, "predict", folder / task, "-", *more, "--json", stdin=f"{line}\n").answer["rows"]
    assert [row["word"] for row in rows] == text.split() if task == "tag" else rows[0]["text"] == line


@pytest.mark.parametrize("task", ["classify", "tag", "generate", "complete"])
@pytest.mark.parametrize(
    ("raw", "words"),
    [(b"", "standard input is empty"), (b"a\x00b", "zero bytes"), (b"\xed\xa0\xbd", "is not utf-8 text")],
)
def test_what_is_no_text_is_one_line(folder: Path, task: str, raw: bytes, words: str) -> None:
    assert words in tsrnn("text", task, "predict", folder / task, "-", stdin=raw).mistake


@pytest.mark.parametrize(
    ("words", "stdin", "said"),
    [
        (("classify", "fit"), "text,label\na,1\nb,1\n", "there is nothing to tell apart"),
        (("classify", "fit"), "text,label\n,1\n,2\n", "row 1 has no text (2 of 2 are empty)"),
        (("classify", "fit"), "text,label\na\n", "row 1 has 1 cells, but the first has 2"),
        (("tag", "fit"), "a\tX\nb\n", "line 2 has 1 columns, but the first has 2"),
        (("generate", "fit"), "\n\n", "standard input is empty"),
        (("translate", "fit"), "source,target\n", "a header and no rows"),
        (("complete", "fit"), "_\n", "which holds the blank"),
    ],
)
def test_what_cannot_be_learned_from_is_one_line(words: tuple[str, ...], stdin: str, said: str, tmp_path: Path) -> None:
    assert said in tsrnn("text", *words, "-", "-o", tmp_path / "model", stdin=stdin).mistake
    assert not (tmp_path / "model").exists()


def test_a_model_changed_by_hand_is_one_line(folder: Path, tmp_path: Path) -> None:
    settings = folder / "complete" / "settings.json"
    settings.write_text(settings.read_text(encoding="utf-8").replace('"w"', '"v"'), encoding="utf-8")
    said = tsrnn("text", "complete", "predict", folder / "complete", "-", stdin="woo_\n")
    assert "settings.json" in said.mistake and "damaged" in said.mistake
