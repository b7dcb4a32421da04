"""`tsrnn text translate`: texts turned into other texts, as translations or replies."""

from __future__ import annotations

from typing import Annotated

import typer

from tsrnn_cli.fit import check_folder
from tsrnn_cli.options import ROWS, Command, Json, Quiet, Table
from tsrnn_cli.output import Talk, put_json, put_table
from tsrnn_cli.tables import check_table, give_table
from tsrnn_cli.text_models import check_report, heard, judged, kept, learned, loaded, reported, settled
from tsrnn_cli.text_options import (
    USUAL,
    File,
    Kind,
    Learning,
    Report,
    Saved,
    Task,
    TextEncoding,
    TextFolder,
)
from tsrnn_cli.text_source import Part, read_parts

SourceColumn = Annotated[
    str | None,
    typer.Option("--source", metavar="COL", rich_help_panel=ROWS, help="The column to translate; else 'source'."),
]
TargetColumn = Annotated[
    str | None,
    typer.Option("--target", metavar="COL", rich_help_panel=ROWS, help="The column of translations; else 'target'."),
]
Width = Annotated[
    int | None,
    typer.Option("--beam", min=1, metavar="N", help="Translations kept while searching; 1 is the quickest; else 5."),
]


def fit(
    file: File,
    output: Saved,
    source: SourceColumn = None,
    target: TargetColumn = None,
    as_json: Json = False,
    quiet: Quiet = False,
    encoding: TextEncoding = "utf-8",
    tokens: Kind = "words",
    learning: Learning = USUAL,
) -> None:
    """Fit a translator to texts and their translations, or to questions and replies, and save it."""
    talk = Talk(quiet)
    check_folder(output)
    texts, wanted = read_parts(file, _parts(source, target), encoding)
    from tsrnn.nlp import Translator
    from tsrnn.nlp.fitting import text_training

    model = Translator(
        tokens,
        cell=learning.cell,  # type: ignore[arg-type]  # checked by the library
        hidden_size=learning.hidden_size,
        training=settled(text_training(len(texts)), learning, progress=talk.lively and not as_json),
    )
    seconds = learned(model, (texts, wanted), talk, f"{len(texts)} pairs")
    kept(model, output, talk, f"tsrnn text translate predict {output} FILE")
    if as_json:
        facts = {"file": file, "folder": str(output), "pairs": len(texts)}
        put_json({"schema": "tsrnn.text.translate.fit/1", **facts, "seconds": seconds})


def predict(
    folder: TextFolder,
    file: File,
    source: SourceColumn = None,
    beam: Width = None,
    output: Table = None,
    as_json: Json = False,
    quiet: Quiet = False,
    encoding: TextEncoding = "utf-8",
) -> None:
    """Translate every text, as CSV: source, translation."""
    talk, path = Talk(quiet), check_table(output)
    (texts,) = read_parts(file, _parts(source), encoding)
    model = loaded(folder, "Translator")
    from dataclasses import replace

    from tsrnn.nlp import Translation

    usual = (model.translation or Translation()).beam
    with heard(talk):
        found = model.predict(texts, beam=usual if beam is None else replace(usual, width=beam))
    talk.release()
    import pandas as pd

    facts = {"schema": "tsrnn.text.translate.predict/1", "folder": str(folder)}
    give_table(pd.DataFrame({"source": texts, "translation": found}), facts, path, as_json=as_json, talk=talk)


def evaluate(
    context: typer.Context,
    folder: TextFolder,
    file: File,
    source: SourceColumn = None,
    target: TargetColumn = None,
    report: Report = None,
    as_json: Json = False,
    quiet: Quiet = False,
    encoding: TextEncoding = "utf-8",
) -> None:
    """Say how near a saved translator comes to given translations: BLEU and chrF, with their signatures."""
    talk = Talk(quiet)
    check_report(report)
    texts, wanted = read_parts(file, _parts(source, target), encoding)
    model = loaded(folder, "Translator")
    if report is None:
        with heard(talk):
            scores = model.evaluate(texts, wanted)
        talk.release()
    else:
        found = judged(model, (texts, wanted), talk)
        reported(found, report, context, talk)
        scores = found.scores
    rows = scores.to_dict("records")
    if as_json:
        facts = {"file": file, "folder": str(folder), "pairs": len(texts)}
        put_json({"schema": "tsrnn.text.translate.evaluate/1", **facts, "metrics": rows})
        return
    told = [(row["metric"], f"{row['score']:.2f}", row["signature"]) for row in rows]
    put_table(("metric", "score", "signature"), told, (False, True, False))


def _parts(source: str | None, *targets: str | None) -> list[Part]:
    return [Part("--source", source, "source"), *(Part("--target", target, "target") for target in targets)]


TRANSLATE = Task(
    "translate",
    "Turn texts into other texts.",
    (
        Command("fit", fit, ("tsrnn text translate fit pairs.csv -o de-en --source de --target en",)),
        Command("predict", predict, ("tsrnn text translate predict de-en german.txt > english.csv",)),
        Command("evaluate", evaluate, ("tsrnn text translate evaluate de-en test.csv --source de --target en",)),
    ),
)
