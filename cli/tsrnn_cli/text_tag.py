"""`tsrnn text tag`: a tag for every word of a sentence, from CoNLL-U to CSV or CoNLL-U."""

from __future__ import annotations

from typing import Annotated

import typer

from tsrnn_cli.fit import check_folder
from tsrnn_cli.options import ROWS, Command, Json, Quiet, Table
from tsrnn_cli.output import Talk, check_writable, put, put_json, put_table, put_words, whole_file
from tsrnn_cli.tables import check_table, give_table
from tsrnn_cli.text_conll import read_sentences
from tsrnn_cli.text_models import check_report, heard, judged, kept, learned, loaded, reported, settled
from tsrnn_cli.text_options import (
    USUAL,
    Learning,
    Pretrain,
    Report,
    Saved,
    Task,
    TextEncoding,
    TextFolder,
)

Tagged = Annotated[
    str,
    typer.Argument(
        metavar="FILE",
        show_default=False,
        help="CoNLL-U, CoNLL-2003, or other columns of words and tags, a blank line between sentences; - for standard "
        "input.",
    ),
]
Untagged = Annotated[
    str,
    typer.Argument(
        metavar="FILE",
        show_default=False,
        help="Such columns, or plain text with a sentence a line and blanks between words; - for standard input.",
    ),
]
TagColumn = Annotated[
    str | None,
    typer.Option(
        "--column", metavar="COL", rich_help_panel=ROWS,
        help="The tags: upos, xpos, feats or deprel of CoNLL-U, or a number from 1; else upos, or the last column.",
    ),
]  # fmt: skip


def fit(
    file: Tagged,
    output: Saved,
    column: TagColumn = None,
    crf: Annotated[bool, typer.Option("--crf", help="Score whole sequences of tags, as for entities.")] = False,
    as_json: Json = False,
    quiet: Quiet = False,
    encoding: TextEncoding = "utf-8",
    learning: Learning = USUAL,
    pretrain: Pretrain = None,
) -> None:
    """Fit a tagger to sentences whose words have tags, such as parts of speech or entities, and save it."""
    talk = Talk(quiet)
    check_folder(output)
    read = read_sentences(file, column, encoding, tags=True)
    from tsrnn.nlp import SequenceTagger, Tags
    from tsrnn.nlp.fitting import text_training

    model = SequenceTagger(
        cell=learning.cell,  # type: ignore[arg-type]  # checked by the library
        hidden_size=learning.hidden_size,
        tags=Tags(crf=crf),
        training=settled(
            text_training(len(read.words)), learning, progress=talk.lively and not as_json, pretrain=pretrain
        ),
    )
    seconds = learned(
        model, (read.words, read.tags), talk, f"{len(read.words)} sentences, {sum(map(len, read.words))} words"
    )
    told = ", ".join(f"{row['model']} {row['accuracy']:.3f}" for row in model.comparison_.to_dict("records"))
    if told:
        talk.note(f"accuracy on the sentences kept for validation: {told}")
    kept(model, output, talk, f"tsrnn text tag predict {output} FILE")
    if as_json:
        facts = {"file": file, "folder": str(output), "sentences": len(read.words), "tags": list(model.tags_)}
        compared = model.comparison_.to_dict("records")
        put_json({"schema": "tsrnn.text.tag.fit/1", **facts, "seconds": seconds, "validation": compared})


def predict(
    folder: TextFolder,
    file: Untagged,
    column: TagColumn = None,
    conllu: Annotated[
        bool, typer.Option("--conllu", help="The lines that were read, the tags in their column, instead of CSV.")
    ] = False,
    output: Table = None,
    as_json: Json = False,
    quiet: Quiet = False,
    encoding: TextEncoding = "utf-8",
) -> None:
    """Give every word its tag, as CSV: sentence, place, word, tag, both counted from 1; or as CoNLL-U."""
    if conllu and as_json:
        raise typer.BadParameter("give --json or --conllu, not both", param_hint="--conllu")
    talk = Talk(quiet)
    path = None if conllu and str(output) == "-" else output
    if conllu:
        check_writable(path)
    else:
        path = check_table(path)
    read = read_sentences(file, column, encoding, tags=False)
    model = loaded(folder, "SequenceTagger")
    with heard(talk):
        tags = model.predict(read.words)
    talk.release()
    if not conllu:
        import pandas as pd

        rows = [
            (sentence, place, word, tag)
            for sentence, (words, found) in enumerate(zip(read.words, tags, strict=True), 1)
            for place, (word, tag) in enumerate(zip(words, found, strict=True), 1)
        ]
        table = pd.DataFrame(rows, columns=["sentence", "place", "word", "tag"])
        facts = {"schema": "tsrnn.text.tag.predict/1", "folder": str(folder), "tags": list(model.tags_)}
        give_table(table, facts, path, as_json=as_json, talk=talk)
    elif path is None:
        put(read.tagged(tags))
    else:
        with whole_file(path) as half:
            half.write_text(read.tagged(tags), encoding="utf-8")
        talk.note(f"wrote {len(read.words)} sentences to {path}")


def evaluate(
    context: typer.Context,
    folder: TextFolder,
    file: Tagged,
    column: TagColumn = None,
    report: Report = None,
    as_json: Json = False,
    quiet: Quiet = False,
    encoding: TextEncoding = "utf-8",
) -> None:
    """Say how many words a saved tagger tags rightly, beside the most frequent tag of each word.

    Where the tags are of entities (B-, I-), it says how many of these are found, too.
    """
    talk = Talk(quiet)
    check_report(report)
    read = read_sentences(file, column, encoding, tags=True)
    model = loaded(folder, "SequenceTagger")
    found = judged(model, (read.words, read.tags), talk)
    reported(found, report, context, talk)
    words = sum(map(len, read.words))
    models = [{str(name): value for name, value in row.items()} for row in found.scores.to_dict("records")]
    if as_json:
        facts = {"file": file, "folder": str(folder), "sentences": len(read.words), "words": words}
        own = {name: share for name, share in models[0].items() if name != "model"}
        put_json({"schema": "tsrnn.text.tag.evaluate/1", **facts, **own, "verdict": found.verdict, "models": models})
        return
    figures = [name for name in models[0] if name != "model"]
    rows = [(name.replace("_", " "), *(f"{row[name]:.4f}" for row in models), str(words)) for name in figures]
    put_table(("metric", *(row["model"] for row in models), "words"), rows, (False, *(True for _ in models), True))
    put_words(found.verdict)


TAG = Task(
    "tag",
    "Give every word of a sentence a tag.",
    (
        Command("fit", fit, ("tsrnn text tag fit train.conllu -o tagger --column upos",)),
        Command("predict", predict, ("tsrnn text tag predict tagger sentences.txt --conllu > out.conllu",)),
        Command("evaluate", evaluate, ("tsrnn text tag evaluate tagger test.conllu",)),
    ),
)
