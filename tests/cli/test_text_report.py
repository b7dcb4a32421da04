"""`--report` of `tsrnn text … evaluate`, and `--pretrain` of fit: what the library writes and does."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.cli.line import done, tsrnn
from tests.nlp.sentences import LABELS, SMALL, TEXTS
from tests.report.page import read
from tsrnn.nlp import Pretraining, SequenceTagger, TextClassifier, TextGenerator, WordCompleter, evaluate, load
from tsrnn.training import Training

SHORT = Training(epochs=1, batch_size=8, steps_per_epoch=2)
SENTENCES = [text.split() for text in TEXTS]
TAGS = [["X" if word == "good" else "Y" for word in row] for row in SENTENCES]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small model of each kind and what each can be judged by."""
    made = tmp_path_factory.mktemp("reports")
    TextClassifier(**(SMALL | {"training": SHORT})).fit(TEXTS, LABELS).save(made / "classify")
    SequenceTagger(**(SMALL | {"training": SHORT})).fit(SENTENCES, TAGS).save(made / "tag")
    TextGenerator(hidden_size=6, training=SHORT).fit([" ".join(TEXTS)]).save(made / "generate")
    WordCompleter(hidden_size=6, training=SHORT).fit(["word", "wood"]).save(made / "complete")
    pd.DataFrame({"text": TEXTS, "label": LABELS}).to_csv(made / "classify.csv", index=False)
    lines = [[f"{word}\t{tag}" for word, tag in zip(*pair, strict=True)] for pair in zip(SENTENCES, TAGS, strict=True)]
    (made / "tag.tsv").write_text("\n\n".join("\n".join(rows) for rows in lines) + "\n", encoding="utf-8")
    (made / "generate.txt").write_text("a good <script>alert(1)</script> film", encoding="utf-8")
    (made / "complete.csv").write_text("text,word\nwoo_,wood\n", encoding="utf-8")
    return made


@pytest.mark.parametrize("task", ["classify", "tag", "generate", "complete"])
def test_evaluate_writes_the_report_of_the_library(folder: Path, task: str) -> None:
    (file,) = folder.glob(f"{task}.?[!t]*") if task != "generate" else [folder / "generate.txt"]
    words = ("text", task, "evaluate", folder / task, file)
    said = done(*words, "--report", folder / f"{task}.html")
    assert said.err.splitlines()[-1] == f"wrote the report to {folder / task}.html"
    assert said.out == done(*words, "--quiet").out
    text = (folder / f"{task}.html").read_text(encoding="utf-8")
    tree = read(text)
    assert f"tsrnn text {task} evaluate {folder / task} {file} --report" in tree.one("section", id="settings").text
    assert not tree.all("script")
    if task == "classify":
        found = evaluate(load(folder / task), TEXTS, LABELS)
        assert tree.one("section", id="verdict").one("p").text == found.verdict
        assert done(*words, "--json").answer["verdict"] == found.verdict
        assert found.verdict in " ".join(said.out.split())


def test_a_report_of_another_kind_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    said = tsrnn("text", "classify", "evaluate", "none", "none.csv", "--report", tmp_path / "report.md")
    assert "report.md would be a report of an unknown kind; end its name with .html" in said.mistake
    said = tsrnn("text", "tag", "evaluate", "none", "none.tsv", "--report", tmp_path / "no" / "a.html")
    assert "cannot be written: there is no folder" in said.mistake


def test_pretrain_is_what_the_library_does_with_it(folder: Path) -> None:
    more = ("--hidden-size", 4, "--epochs", 1, "--pretrain", 2, "--json")
    done("text", "classify", "fit", folder / "classify.csv", "-o", folder / "begun", *more)
    answer = done("text", "tag", "fit", folder / "tag.tsv", "-o", folder / "begun-tag", *more).answer
    assert [row["model"] for row in answer["validation"]] == ["network", "most-frequent"]
    for name in ("begun", "begun-tag"):
        model = load(folder / name)
        assert model.training.init == Pretraining(2) and len(model.pretraining_.epochs) == 2


def test_the_report_of_a_generator_is_of_the_window_that_was_told(folder: Path, tmp_path: Path) -> None:
    file, pages = tmp_path / "known.txt", [tmp_path / f"{number}.html" for number in range(3)]
    file.write_text(" ".join(TEXTS), encoding="utf-8")
    model, texts = load(folder / "generate"), [" ".join(TEXTS)]
    done("text", "generate", "evaluate", folder / "generate", file, "--window", 3, "--report", pages[0])
    evaluate(model, texts, window=3).to_html(pages[1])
    evaluate(model, texts).to_html(pages[2])
    told, same, usual = (read(page.read_text(encoding="utf-8")).one("section", id="scores").text for page in pages)
    assert told == same != usual
