"""`tsrnn text complete`: the blanks of words filled, with what may stand there ranked."""

from __future__ import annotations

from typing import Annotated

import typer

from tsrnn_cli.fit import check_folder
from tsrnn_cli.options import ROWS, Command, Json, Quiet, Table
from tsrnn_cli.output import Talk, put_json, put_table
from tsrnn_cli.tables import check_table, give_table
from tsrnn_cli.text_models import check_report, heard, judged, kept, learned, loaded, reported, settled
from tsrnn_cli.text_options import (
    NETWORK,
    File,
    Learning,
    Report,
    Saved,
    Task,
    TextColumn,
    TextEncoding,
    TextFolder,
)
from tsrnn_cli.text_source import Part, read_parts

_FEW = 100

SMALL = Learning(hidden_size=64)

Letters = Annotated[
    str, typer.Option("--tokens", metavar="KIND", rich_help_panel=NETWORK, help="Of characters and jamo.")
]
WholeColumn = Annotated[
    str | None,
    typer.Option("--word", metavar="COL", rich_help_panel=ROWS, help="The column of whole words; else 'word'."),
]


def fit(
    file: File,
    output: Saved,
    word: WholeColumn = None,
    last: Annotated[
        bool, typer.Option("--last", help="Only the last letter will be missing, and is read for forward.")
    ] = False,
    as_json: Json = False,
    quiet: Quiet = False,
    encoding: TextEncoding = "utf-8",
    tokens: Letters = "characters",
    learning: Learning = SMALL,
) -> None:
    """Fit a completer to whole words and save it; letters are hidden from them to be foretold."""
    talk = Talk(quiet)
    check_folder(output)
    (words,) = read_parts(file, [Part("--word", word, "word")], encoding)
    words = [word for word in words if word.strip()]
    from dataclasses import replace

    from tsrnn.nlp import Completion, WordCompleter
    from tsrnn.nlp.fitting import text_training

    usual = replace(text_training(len(words)), validation=0.1 if len(words) >= _FEW else 0.0)  # as in the library
    model = WordCompleter(
        tokens,
        cell=learning.cell,  # type: ignore[arg-type]  # checked by the library
        hidden_size=learning.hidden_size,
        completion=Completion("many-to-one" if last else "many-to-many"),
        training=settled(usual, learning, progress=talk.lively and not as_json),
    )
    seconds = learned(model, (words,), talk, f"{len(words)} words")
    kept(model, output, talk, f"tsrnn text complete predict {output} FILE")
    if as_json:
        facts = {"file": file, "folder": str(output), "words": len(words)}
        put_json({"schema": "tsrnn.text.complete.fit/1", **facts, "seconds": seconds})


def predict(
    folder: TextFolder,
    file: File,
    text: TextColumn = None,
    count: Annotated[int, typer.Option("--count", min=1, metavar="N", help="Most suggestions for a word.")] = 5,
    output: Table = None,
    as_json: Json = False,
    quiet: Quiet = False,
    encoding: TextEncoding = "utf-8",
) -> None:
    """Fill the blanks of words, as wood for woo_, as CSV: text, rank, word, probability, the best first."""
    talk, path = Talk(quiet), check_table(output)
    (texts,) = read_parts(file, [Part("--text", text, "text")], encoding)
    model = loaded(folder, "WordCompleter")
    with heard(talk):
        table = model.suggest(texts, count)
    talk.release()
    table = table.assign(text=[texts[place] for place in table["text"]])
    facts = {"schema": "tsrnn.text.complete.predict/1", "folder": str(folder)}
    give_table(table, facts, path, as_json=as_json, talk=talk)


def evaluate(
    context: typer.Context,
    folder: TextFolder,
    file: File,
    text: TextColumn = None,
    word: WholeColumn = None,
    report: Report = None,
    as_json: Json = False,
    quiet: Quiet = False,
    encoding: TextEncoding = "utf-8",
) -> None:
    """Say how many words with blanks a saved completer fills as they stand in a second column."""
    talk = Talk(quiet)
    check_report(report)
    texts, words = read_parts(file, [Part("--text", text, "text"), Part("--word", word, "word")], encoding)
    model = loaded(folder, "WordCompleter")
    found = judged(model, (texts, words), talk)
    reported(found, report, context, talk)
    share = float(found.scores["accuracy"][0])
    if as_json:
        facts = {"file": file, "folder": str(folder), "words": len(words)}
        put_json({"schema": "tsrnn.text.complete.evaluate/1", **facts, "accuracy": share})
        return
    put_table(("metric", "value", "words"), [("accuracy", f"{share:.4f}", str(len(words)))], (False, True, True))


COMPLETE = Task(
    "complete",
    "Fill the blanks of words.",
    (
        Command("fit", fit, ("tsrnn text complete fit words.txt -o completer",)),
        Command("predict", predict, ("echo woo_ | tsrnn text complete predict completer -",)),
        Command("evaluate", evaluate, ("tsrnn text complete evaluate completer gaps.csv",)),
    ),
)
