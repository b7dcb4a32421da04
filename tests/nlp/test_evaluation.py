"""Evaluations: their figures are those of the models, and the page shows hostile texts as the texts they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.nlp.sentences import LABELS, PLAIN, QUICK, SMALL, TEXTS
from tests.report.page import read
from tests.report.test_html_safety import check_inert
from tsrnn.errors import DataError, NotFittedError, SettingError
from tsrnn.nlp import (
    Classes,
    CTCRecognizer,
    Evaluation,
    SequenceTagger,
    Tags,
    TextClassifier,
    TextGenerator,
    Translator,
    WordCompleter,
    evaluate,
)
from tsrnn.nlp.baseline import Baseline
from tsrnn.nlp.evaluation_page import page
from tsrnn.training import Training

PAYLOADS = {
    "markup": "</script><script>alert(1)</script>\"><img src=x onerror=alert(1)>' onmouseover='alert(1)",
    "style": "</style><style>*{display:none}</style></text></svg><svg onload=alert(1)>",
    "letters": "{{ 7 * 7 }}{% raw %} cost $x_{$ y \\frac{ ~0~ ~1~ 영화 \U0001f600 &amp; &#x3c;",
}
WRONG = ["bad", *LABELS[1:5], "good", *LABELS[6:]]
WORDS = ["word", "wood", "deep", "dive", "cold", "cool", "load", "love", "kiss", "kind"]
SHORT = Training(epochs=1, batch_size=8, steps_per_epoch=4)


@pytest.fixture(scope="module")
def films() -> TextClassifier:
    settings = SMALL | {"classes": Classes("attention"), "training": SHORT}
    return TextClassifier(**settings).fit(TEXTS, LABELS)


def test_series_of_unlike_indexes_are_refused_and_alike_ones_paired(films: TextClassifier) -> None:
    texts, labels = pd.Series(["so good", "so bad"], [5, 9]), pd.Series(["good", "bad"], [5, 9])
    assert evaluate(films, texts, labels).scores.equals(evaluate(films, list(texts), list(labels)).scores)
    unlike = labels.iloc[::-1]
    words = r"the texts and the labels have different indexes, \[5, 9\] and \[9, 5\] at first; bring them into one"
    for ask in (lambda: evaluate(films, texts, unlike), lambda: films.score(texts, unlike)):
        with pytest.raises(DataError, match=words):
            ask()
    with pytest.raises(DataError, match=words):
        TextClassifier(**SMALL).fit(texts, unlike)
    with pytest.raises(DataError, match="the texts and the lists of tags have different indexes"):
        SequenceTagger().fit(texts.str.split(), unlike.str.split())


@pytest.mark.parametrize(("kind", "what"), [(Translator, "translations"), (WordCompleter, "whole words")])
def test_no_kind_of_model_pairs_unlike_indexes(kind: Any, what: str) -> None:
    words = pd.Series(["wo_d", "w_od"], [5, 9])
    given = (WORDS, WORDS) if kind is Translator else (WORDS,)
    model = kind(hidden_size=4, training=SHORT).fit(*given)
    with pytest.raises(DataError, match=f"the texts and the {what} have different indexes"):
        evaluate(model, words, words.iloc[::-1])


def test_a_page_for_which_there_is_no_folder_is_refused(films: TextClassifier, tmp_path: Path) -> None:
    found = evaluate(films, TEXTS, LABELS)
    with pytest.raises(SettingError, match=r"x\.html cannot be written: there is no folder .*nodir; make it first"):
        found.to_html(tmp_path / "nodir" / "x.html")
    with pytest.raises(SettingError, match="is a folder; give the name of a file"):
        found.to_html(tmp_path)


def test_a_classifier_is_judged_beside_tf_idf(films: TextClassifier) -> None:
    found = evaluate(films, TEXTS, WRONG)
    table = found.scores.set_index("model")
    assert table["accuracy"].to_dict() == {"network": films.score(TEXTS, WRONG), "tf-idf": pytest.approx(52 / 54)}
    assert "tf-idf 96.3%: network is worse, and that is hardly luck" in found.verdict
    assert found.confusion.to_numpy().sum() == 54 and found.confusion.sum(axis=1).tolist() == [30, 24]
    said = films.predict(TEXTS)
    assert found.confusion.loc["good", "bad"] == sum(
        a == "good" and b == "bad" for a, b in zip(WRONG, said, strict=True)
    )
    good = found.classes.set_index("class").loc["good"]
    assert good["recall"] == pytest.approx(found.confusion.to_numpy()[1, 1] / 24) and good["texts"] == 24
    assert table.loc["network", "macro_f1"] == pytest.approx(found.classes["f1"].mean())


def test_errors_are_wrong_ones_the_surest_first_each_text_once(films: TextClassifier) -> None:
    found = evaluate(films, TEXTS, WRONG)
    errors = found.errors
    assert len(errors) and (errors["actual"] != errors["network"]).all()
    assert errors["confidence"].is_monotonic_decreasing and not errors.duplicated(["text", "actual"]).any()
    first = errors.iloc[0]
    assert first["confidence"] == pytest.approx(films.predict_proba([first["text"]]).max())
    assert found.attention["token"].iloc[0] == first["text"].split()[0]
    assert found.attention.groupby("text")["weight"].sum().tolist() == pytest.approx([1.0] * 4)


def test_without_a_baseline_the_verdict_says_what_is_missing() -> None:
    model = TextClassifier(**(SMALL | {"classes": PLAIN, "training": SHORT})).fit(TEXTS, LABELS)
    found = evaluate(model, TEXTS, LABELS)
    assert found.verdict.endswith("nobody knows: fit with Classes(baseline=True) to see.")
    assert found.scores["model"].tolist() == ["network"] and found.attention.empty


def test_several_labels_have_no_confusion_but_figures_of_each() -> None:
    labels = [["film"] * ("film" in text) + ["story"] * ("story" in text) for text in TEXTS]
    model = TextClassifier(**(SMALL | {"classes": Classes("max", multilabel=True)})).fit(TEXTS, labels)
    found = evaluate(model, TEXTS, labels)
    assert found.confusion.empty and found.classes["texts"].tolist() == [12, 12]
    assert found.scores["accuracy"][0] == model.score(TEXTS, labels)
    shares = model.predict_proba(TEXTS)
    first = found.errors.iloc[0]
    row, actual = TEXTS.index(first["text"]), [name in labels[TEXTS.index(first["text"])] for name in ("film", "story")]
    wrong = [max(p, 1 - p) for p, is_so in zip(shares[row], actual, strict=True) if (p > 0.5) != is_so]
    assert first["confidence"] == pytest.approx(max(wrong))


def test_a_tagger_is_judged_beside_the_most_frequent_tag_by_sentences() -> None:
    sentences = [text.split() for text in TEXTS]
    tags = [["B-X" if word in ("good", "bad") else "O" for word in row] for row in sentences]
    model = SequenceTagger(**(SMALL | {"tags": Tags(crf=True, characters=0), "training": SHORT})).fit(sentences, tags)
    found = evaluate(model, sentences, tags)
    table = found.scores.set_index("model")
    assert table["accuracy"].tolist() == [model.score(sentences, tags), 1.0]
    assert table["entity_f1"].tolist() == [model.entity_f1(sentences, tags).f1, 1.0]
    said = model.predict(sentences)
    assert f"most-frequent on {sum(a != b for a, b in zip(said, tags, strict=True))})" in found.verdict
    first = found.errors.iloc[0]
    assert first["actual"] != first["network"] and f"[{first['word']}]" in first["where"]
    surest = max(
        table[tag].iloc[place]
        for table, row, right in zip(model.predict_proba(sentences), said, tags, strict=True)
        for place, (tag, other) in enumerate(zip(row, right, strict=True))
        if tag != other
    )
    assert first["confidence"] == pytest.approx(surest)


def test_a_generator_is_judged_beside_frequencies(tmp_path: Path) -> None:
    model = TextGenerator(hidden_size=8, training=SHORT).fit(["one, two, buckle my shoe;\n" * 20])
    found = evaluate(model, ["two, one;\n"])
    assert found.scores["nats"][0] == model.evaluate(["two, one;\n"])["nats"][0]
    letters = np.array([*np.unique(list("two, one;\n"), return_counts=True)[1], 1]) / 11  # and the end
    assert found.scores["nats"][2] == pytest.approx(-(letters * np.log(letters)).sum())
    assert "no better than by the frequencies" in found.verdict
    row = found.samples.iloc[1]
    assert (row["prompt"], row["drawn"]) == ("(nothing)", "temperature 0")
    text = found.to_html(tmp_path / "report.html").read_text(encoding="utf-8")
    assert "↵" in text and "Confusion" not in text, "there is nothing of that"


def test_a_translator_and_a_completer_show_what_they_say() -> None:
    pytest.importorskip("sacrebleu")
    one, other = ["one two", "two one", "one", "two"] * 4, ["eins zwei", "zwei eins", "eins", "zwei"] * 4
    translator = Translator(hidden_size=6, training=SHORT).fit(one, other)
    found = evaluate(translator, one, other)
    pd.testing.assert_frame_equal(found.scores, translator.evaluate(one, other))
    assert found.errors["chrF"].is_monotonic_increasing and found.samples["source"].tolist()[:1] == ["one two"]
    assert found.attention.groupby(["text", "step"])["weight"].sum().round(5).eq(1).all()
    completer = WordCompleter(hidden_size=6, training=SHORT).fit(WORDS)
    blanks = [word[:-1] + "_" for word in WORDS]
    found = evaluate(completer, blanks, WORDS)
    assert found.scores["accuracy"][0] == completer.score(blanks, WORDS)
    assert (found.errors["word"] != found.errors["wanted"]).all() and found.errors[
        "probability"
    ].is_monotonic_decreasing


@pytest.fixture(scope="module")
def everything(films: TextClassifier) -> dict[str, Any]:
    """Every field of an evaluation, with text wherever there can be text."""
    names = ["<b>", "good"]
    attention = pd.DataFrame({"text": [0, 0], "step": 0, "word": "w", "place": [0, 1], "token": names, "weight": 0.5})
    own = vars(evaluate(films, TEXTS, WRONG))
    return own | {
        "confusion": pd.DataFrame([[3, 1], [0, 2]], names, names),
        "samples": pd.DataFrame({"prompt": names}),
        "attention": attention,
    }


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_a_hostile_text_shows_as_text_in_every_part(payload: str, everything: dict[str, Any]) -> None:
    hostile = {
        name: part.map(lambda value: payload if isinstance(value, str) else value) if name != "curves" else part
        for name, part in everything.items()
        if isinstance(part, pd.DataFrame)
    }
    hostile["confusion"] = everything["confusion"].set_axis([payload, "a"], axis=0).set_axis([payload, "b"], axis=1)
    pairs = [(payload, payload)]
    text = page(
        Evaluation(**(everything | hostile | {"title": payload, "verdict": payload, "settings": pairs})),
        payload,
        payload,
    )
    tree = read(text)
    check_inert(text, tree)
    assert tree.one("h1").text == payload
    for section in tree.all("section"):
        if section.attributes["id"] not in ("curve", "versions"):
            assert payload in section.text, section.attributes["id"]


def test_the_page_has_its_sections_in_order_and_numbers_under_every_chart(
    films: TextClassifier, tmp_path: Path
) -> None:
    found = evaluate(films, TEXTS, WRONG)
    tree = read(found.to_html(tmp_path / "a.html", title="Films", command="tsrnn text …").read_text(encoding="utf-8"))
    assert [section.attributes["id"] for section in tree.all("section")] == [
        "verdict", "scores", "classes", "confusion", "errors", "attention", "curve", "settings", "versions"
    ]  # fmt: skip
    assert (tree.one("h1").text, tree.one("section", id="verdict").one("p").text) == ("Films", found.verdict)
    assert all(len(figure.all("svg")) == len(figure.all("table")) == 1 for figure in tree.all("figure"))
    cells = [cell.text for cell in tree.one("section", id="confusion").one("tbody").all("td")]
    assert cells == [str(count) for count in found.confusion.to_numpy().ravel()]
    shown = {row.one("dt").text: row.one("dd").text for row in tree.one("section", id="settings").all("div")}
    assert shown["command"] == "tsrnn text …" and shown["hidden_size"] == "6"


def test_many_classes_show_the_most_frequent_ones(everything: dict[str, Any]) -> None:
    names = [f"c{number}" for number in range(25)]
    counts = pd.DataFrame(np.diag(np.arange(1, 26)), names, names)
    tree = read(page(Evaluation(**(everything | {"confusion": counts})), "t", None))
    section = tree.one("section", id="confusion")
    assert "The 20 most frequent of 25." in section.text and len(section.one("tbody").all("tr")) == 20
    assert section.one("tbody").all("th")[0].text == "c5"


def test_what_cannot_be_evaluated_is_one_clear_error(films: TextClassifier) -> None:
    with pytest.raises(DataError, match="2 texts, but 1 labels; give one for each text"):
        evaluate(films, ["a", "b"], ["good"])
    with pytest.raises(DataError, match="no texts to judge by"):
        evaluate(films, [], [])
    with pytest.raises(DataError, match="label 'odd' is none of those that were fitted"):
        evaluate(films, ["good"], ["odd"])
    with pytest.raises(NotFittedError, match="TextClassifier has not been fitted"):
        evaluate(TextClassifier(training=QUICK), ["a"], ["good"])
    with pytest.raises(SettingError, match="evaluate takes a fitted model of text, got CTCRecognizer; use its score"):
        evaluate(CTCRecognizer(), [np.zeros((2, 1))], ["a"])
    assert isinstance(films.baseline_, Baseline)
