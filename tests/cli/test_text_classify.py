"""`tsrnn text classify`: tables and lines in, classes and probabilities out, as the library gives them."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.cli.line import done, tsrnn
from tests.nlp.sentences import LABELS, SMALL, TEXTS
from tsrnn import NaiveForecaster
from tsrnn.nlp import Classes, TextClassifier, load

CLASSIFY = ("text", "classify")
KNOWN = ["so good, really", "a bad story", ""]
NEW = ["so good, really", 'a "bad" film, and long', ""]


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a table and a small model fitted to it."""
    folder = tmp_path_factory.mktemp("films")
    pd.DataFrame({"review": TEXTS, "stars": LABELS}).to_csv(folder / "films.csv", index=False)
    said = done(
        *CLASSIFY, "fit", folder / "films.csv", "-o", folder / "model", "--text", "review", "--label", "stars",
        "--hidden-size", 6, "--epochs", 2, "--seed", 3, "--json",
    )  # fmt: skip
    assert said.answer["schema"] == "tsrnn.text.classify.fit/1"
    assert (said.answer["texts"], said.answer["classes"]) == (len(TEXTS), ["bad", "good"])
    assert [row["model"] for row in said.answer["validation"]] == ["network", "tf-idf", "blend"]
    assert "accuracy on the texts kept for validation: network 0." in said.err
    return folder


def frame(text: str) -> pd.DataFrame:
    """CSV that was said, every cell as it is."""
    return pd.read_csv(io.StringIO(text), keep_default_na=False)


def test_fit_is_what_the_library_does_with_the_same_settings(films: Path) -> None:
    model = load(films / "model")
    assert (model.hidden_size, model.training.epochs, model.training.seed) == (6, 2, 3)
    again = TextClassifier(hidden_size=6, classes=Classes(), training=model.training).fit(TEXTS, LABELS)
    assert np.array_equal(again.predict_proba(KNOWN), model.predict_proba(KNOWN))


def test_predict_gives_label_and_probabilities_of_lines(films: Path) -> None:
    said = done(*CLASSIFY, "predict", films / "model", "-", stdin="\n".join(KNOWN) + "\n")
    found, model = frame(said.out), load(films / "model")
    assert said.err == ""
    assert list(found) == ["text", "label", "p-bad", "p-good"]
    assert found["text"].tolist() == KNOWN
    assert found["label"].tolist() == model.predict(KNOWN).tolist()
    assert np.allclose(found[["p-bad", "p-good"]], model.predict_proba(KNOWN), atol=1e-12)


def test_what_the_library_warns_of_is_noted_once_in_the_words_of_the_command_line(films: Path) -> None:
    said = done(*CLASSIFY, "predict", films / "model", "-", stdin="nothing of this is known\n")
    assert said.err.count("not in the vocabulary") == 1
    assert "smaller tokens such as --tokens bpe" in said.err
    quiet = done(*CLASSIFY, "predict", films / "model", "-", "-q", stdin="nothing of this is known\n")
    assert (quiet.out, quiet.err) == (said.out, "")


def test_tables_and_gzip_say_the_same_as_lines(films: Path) -> None:
    texts = NEW[:2]
    lines = done(*CLASSIFY, "predict", films / "model", "-", "--quiet", stdin="\n".join(texts))
    assert lines.err == ""
    table = pd.DataFrame({"review": texts, "other": 1})
    table.to_csv(films / "new.csv", index=False)
    table.to_csv(films / "new.csv.gz", index=False)
    (films / "new.tsv").write_text("other\treview\n" + "".join(f"1\t{text}\n" for text in texts))  # a quote is a quote
    for name in ("new.csv", "new.csv.gz", "new.tsv"):
        said = done(*CLASSIFY, "predict", films / "model", films / name, "--text", "review", "--json")
        assert [row["label"] for row in said.answer["rows"]] == frame(lines.out)["label"].tolist()
        assert [row["text"] for row in said.answer["rows"]] == texts
    (films / "bare.tsv").write_text("".join(f"1\t{text}\n" for text in texts))
    bare = done(*CLASSIFY, "predict", films / "model", films / "bare.tsv", "--text", "2")
    assert bare.out == lines.out
    piped = done(*CLASSIFY, "predict", films / "model", "-", "--text", "review", stdin=(films / "new.csv").read_text())
    assert piped.out == lines.out
    done(*CLASSIFY, "predict", films / "model", films / "new.csv", "--text", "review", "-o", films / "out.csv")
    assert (films / "out.csv").read_text(encoding="utf-8") == lines.out


def test_evaluate_says_the_accuracy_beside_tf_idf(films: Path) -> None:
    words = (*CLASSIFY, "evaluate", films / "model", films / "films.csv", "--text", "review", "--label", "stars")
    answer = done(*words, "--json").answer
    shares = {row["model"]: row["accuracy"] for row in answer["models"]}
    assert shares == {"network": load(films / "model").score(TEXTS, LABELS), "tf-idf": 1.0}
    assert f"{shares['network']:.4f}     {len(TEXTS)}" in done(*words).out
    wrong = pd.DataFrame({"text": TEXTS, "label": ["good", *LABELS[1:-1], "good"]})
    wrong.to_csv(films / "wrong.csv", index=False)
    models = done(*CLASSIFY, "evaluate", films / "model", films / "wrong.csv", "--json").answer["models"]
    assert models[1]["accuracy"] == pytest.approx(1 - 1 / len(TEXTS))


def test_a_model_of_numbers_and_of_several_labels(tmp_path: Path) -> None:
    stars = [int(label == "good") for label in LABELS]
    TextClassifier(**SMALL).fit(TEXTS, stars).save(tmp_path / "numbers")
    pd.DataFrame({"text": TEXTS, "label": stars}).to_csv(tmp_path / "numbers.csv", index=False)
    said = done(*CLASSIFY, "evaluate", tmp_path / "numbers", tmp_path / "numbers.csv", "--json")
    assert said.answer["models"][1] == {"model": "tf-idf", "accuracy": 1.0}
    cells = ["good|short" if label == "good" else "" for label in LABELS]
    pd.DataFrame({"text": TEXTS, "label": cells}).to_csv(tmp_path / "several.csv", index=False)
    fit = ("fit", tmp_path / "several.csv", "-o", tmp_path / "several", "--multilabel", "--epochs", 1)
    assert done(*CLASSIFY, *fit, "--hidden-size", 6, "--json").answer["classes"] == ["good", "short"]
    found = frame(done(*CLASSIFY, "predict", tmp_path / "several", "-", stdin="so good\nso bad\n").out)
    told = [[name for name in row.split("|") if name] for row in found["label"].tolist()]
    assert told == load(tmp_path / "several").predict(["so good", "so bad"])
    said = done(*CLASSIFY, "evaluate", tmp_path / "several", tmp_path / "several.csv", "--json")
    assert said.answer["models"][1] == {"model": "tf-idf", "accuracy": 1.0}


@pytest.mark.parametrize(
    ("table", "more", "words"),
    [
        ("text,label\nfine,a\n,b\n  ,b\n", [], "row 2 has no text (2 of 3 are empty); give one, or drop the row"),
        ("text,label\nfine,\n", [], "row 1 has no label"),
        ("text,label\nfine,a\nwell,a\n", [], "nothing to tell apart"),
        ("text,label\nfine,a\nwell,b\n", ["--tokens", "word"], "did you mean 'words'?"),
        ("text,label\nfine,a\nwell,b\n", ["--cell", "gr"], "did you mean 'gru'?"),
        ("fine,a\nwell,b\n", ["--text", "1", "--label", "3"], "unknown column '3'"),
        ("text,stars\nfine,a\nwell,b\n", [], "; say --label COL"),
        ("A fine film\nA bad one\n", [], "standard input has no columns text and label in its first line, and a text"),
        ("Fine, well\nBad, long, dull\n", [], "give CSV or TSV with these columns; say --text COL and --label COL"),
    ],
)
def test_what_cannot_be_fitted(table: str, more: list[str], words: str, tmp_path: Path) -> None:
    said = tsrnn(*CLASSIFY, "fit", "-", "-o", tmp_path / "model", *more, stdin=table)
    assert words in said.err and said.code == 2 and not (tmp_path / "model").exists()


def test_a_label_that_was_not_fitted_and_a_model_of_another_task(films: Path, tmp_path: Path) -> None:
    said = tsrnn(*CLASSIFY, "evaluate", films / "model", "-", stdin="text,label\nso good,fine\n")
    assert "label 'fine' is none of those that were fitted: 'bad', 'good'" in said.mistake
    assert "exists and is no saved model" in tsrnn(*CLASSIFY, "fit", "-", "-o", films).mistake
    NaiveForecaster(horizon=1).fit(pd.Series([1.0, 2.0, 3.0])).save(tmp_path / "naive")
    assert "use 'tsrnn forecast'" in tsrnn(*CLASSIFY, "predict", tmp_path / "naive", "-", stdin="so good").mistake
    assert "those of 'tsrnn text'" in tsrnn("forecast", films / "model").mistake
    (tmp_path / "settings.json").write_text("{}")
    assert str(tmp_path) in tsrnn(*CLASSIFY, "predict", tmp_path, "-", stdin="so good").mistake
