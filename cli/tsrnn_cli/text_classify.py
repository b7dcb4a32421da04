"""`tsrnn text classify`: texts sorted into classes, beside TF-IDF and logistic regression."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tsrnn.errors import DataError
from tsrnn_cli.fit import check_folder
from tsrnn_cli.options import Command, Json, Quiet, Table
from tsrnn_cli.output import Talk, put_json, put_table, put_words
from tsrnn_cli.tables import check_table, give_table
from tsrnn_cli.text_models import check_report, heard, judged, kept, learned, loaded, reported, settled
from tsrnn_cli.text_options import (
    USUAL,
    File,
    Kind,
    LabelColumn,
    Learning,
    Pretrain,
    Report,
    Saved,
    Task,
    TextColumn,
    TextEncoding,
    TextFolder,
)
from tsrnn_cli.text_source import Part, read_parts

if TYPE_CHECKING:
    from tsrnn.nlp import Classes, TextClassifier

_BETWEEN = "|"  # the labels of a text that has several


def fit(
    file: File,
    output: Saved,
    text: TextColumn = None,
    label: LabelColumn = None,
    multilabel: Annotated[
        bool, typer.Option("--multilabel", help="A text has several labels, as in sport|money, or none.")
    ] = False,
    balanced: Annotated[bool, typer.Option("--balanced", help="Rare classes weigh as much as frequent ones.")] = False,
    blend: Annotated[bool, typer.Option("--blend", help="Answer with network and TF-IDF together.")] = False,
    as_json: Json = False,
    quiet: Quiet = False,
    encoding: TextEncoding = "utf-8",
    tokens: Kind = "words",
    learning: Learning = USUAL,
    pretrain: Pretrain = None,
) -> None:
    """Fit a classifier to texts with labels and save it, TF-IDF and logistic regression fitted beside it."""
    talk = Talk(quiet)
    check_folder(output)
    texts, cells = read_parts(file, _parts(text, label), encoding)
    _refuse_empty(texts)
    labels = _labels(cells, multilabel=multilabel)
    from tsrnn.nlp import Classes, TextClassifier
    from tsrnn.nlp.fitting import text_training

    model = TextClassifier(
        tokens,
        cell=learning.cell,  # type: ignore[arg-type]  # checked by the library
        hidden_size=learning.hidden_size,
        classes=Classes(multilabel=multilabel, weights="balanced" if balanced else None, blend=blend),
        training=settled(text_training(len(texts)), learning, progress=talk.lively and not as_json, pretrain=pretrain),
    )
    seconds = learned(model, (texts, labels), talk, f"{len(texts)} texts")
    compared = model.comparison_.to_dict("records")
    if compared:
        told = ", ".join(f"{row['model']} {row['accuracy']:.3f}" for row in compared)
        talk.note(f"accuracy on the texts kept for validation: {told}")
    kept(model, output, talk, f"tsrnn text classify predict {output} FILE")
    if as_json:
        facts = {"file": file, "folder": str(output), "texts": len(texts), "classes": model.classes_.tolist()}
        put_json({"schema": "tsrnn.text.classify.fit/1", **facts, "seconds": seconds, "validation": compared})


def predict(
    folder: TextFolder,
    file: File,
    text: TextColumn = None,
    output: Table = None,
    as_json: Json = False,
    quiet: Quiet = False,
    encoding: TextEncoding = "utf-8",
) -> None:
    """Say the class of each text and how probable each class is, as CSV: text, label, and p-NAME for each class.

    Several labels of a text stand with | between them.
    """
    talk, path = Talk(quiet), check_table(output)
    (texts,) = read_parts(file, _parts(text), encoding)
    model = loaded(folder, "TextClassifier")
    with heard(talk):
        shares = model.predict_proba(texts)
    talk.release()
    import pandas as pd

    names = [str(name) for name in model.classes_]
    if _several(model):
        labels = [_BETWEEN.join(name for name, p in zip(names, row, strict=True) if p > 0.5) for row in shares]
    else:
        labels = [names[place] for place in shares.argmax(1)]
    table = pd.DataFrame({"text": texts, "label": labels})
    probable = pd.DataFrame(shares, columns=[f"p-{name}" for name in names])
    facts = {"schema": "tsrnn.text.classify.predict/1", "folder": str(folder), "classes": names}
    give_table(pd.concat([table, probable], axis=1), facts, path, as_json=as_json, talk=talk)


def evaluate(
    context: typer.Context,
    folder: TextFolder,
    file: File,
    text: TextColumn = None,
    label: LabelColumn = None,
    report: Report = None,
    as_json: Json = False,
    quiet: Quiet = False,
    encoding: TextEncoding = "utf-8",
) -> None:
    """Say how many texts a saved classifier sorts rightly, beside the TF-IDF that was fitted with it."""
    talk = Talk(quiet)
    check_report(report)
    texts, cells = read_parts(file, _parts(text, label), encoding)
    model = loaded(folder, "TextClassifier")
    found = judged(model, (texts, _as_fitted(_labels(cells, multilabel=_several(model)), model)), talk)
    reported(found, report, context, talk)
    models = found.scores[["model", "accuracy"]].to_dict("records")
    if as_json:
        facts = {"file": file, "folder": str(folder), "texts": len(texts), "verdict": found.verdict}
        put_json({"schema": "tsrnn.text.classify.evaluate/1", **facts, "models": models})
        return
    table = [(row["model"], f"{row['accuracy']:.4f}", str(len(texts))) for row in models]
    put_table(("model", "accuracy", "texts"), table, (False, True, True))
    put_words(found.verdict)


def _parts(text: str | None, *labels: str | None) -> list[Part]:
    return [Part("--text", text, "text"), *(Part("--label", label, "label") for label in labels)]


def _refuse_empty(texts: list[str]) -> None:
    """DataError where a text to learn from is empty."""
    empty = [row for row, text in enumerate(texts, 1) if not text.strip()]
    if empty:
        raise DataError(
            f"row {empty[0]} has no text ({len(empty)} of {len(texts)} are empty); give one, or drop the row"
        )


def _labels(cells: list[str], *, multilabel: bool) -> list[Any]:
    """The label of each text, or the list of its labels; DataError for an empty one."""
    if multilabel:
        return [[name.strip() for name in cell.split(_BETWEEN) if name.strip()] for cell in cells]
    for row, cell in enumerate(cells, 1):
        if not cell.strip():
            raise DataError(f"row {row} has no label; give one, or drop the row")
    return [cell.strip() for cell in cells]


def _several(model: TextClassifier) -> bool:
    return _settings(model).multilabel


def _settings(model: TextClassifier) -> Classes:
    from tsrnn.nlp import Classes

    return model.classes or Classes()


def _as_fitted(labels: list[Any], model: TextClassifier) -> list[Any]:
    """The labels as the classes they name: a model that was fitted in Python may have numbers."""
    known = {str(name): name for name in model.learned().classes}
    if _several(model):
        return [[known.get(name, name) for name in several] for several in labels]
    return [known.get(name, name) for name in labels]


CLASSIFY = Task(
    "classify",
    "Sort texts into classes, beside TF-IDF.",
    (
        Command("fit", fit, ("tsrnn text classify fit films.csv -o films --text review --label stars",)),
        Command("predict", predict, ("tsrnn text classify predict films new.txt > classes.csv",)),
        Command(
            "evaluate",
            evaluate,
            ("tsrnn text classify evaluate films test.csv --text review --label stars",),
        ),
    ),
)
