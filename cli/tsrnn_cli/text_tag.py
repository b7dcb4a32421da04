"""`tsrnn text tag`: a tag for every word of a sentence, from CoNLL-U to CSV or CoNLL-U."""

from __future__ import annotations

from typing import Annotated

import typer

from tsrnn_cli.fit import check_folder
from tsrnn_cli.options import ROWS, Command, Json, Quiet, Seed, Table
from tsrnn_cli.output import Talk, check_writable, put, put_json, put_table, whole_file
from tsrnn_cli.tables import check_table, give_table
from tsrnn_cli.text_conll import read_sentences
from tsrnn_cli.text_models import heard, kept, learned, loaded, settled
from tsrnn_cli.text_options import (
    CellName,
    Passes,
    Saved,
    StateSize,
    Task,
    TextEncoding,
    TextFolder,
)

Tagged = Annotated[
    str,
    typer.Argument(
        metavar="FILE",
        show_default=False,
        help="CoNLL-U, or columns of words and tags with a blank line between sentences; - for standard input.",
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
    cell: CellName = "gru",
    hidden_size: StateSize = 128,
    epochs: Passes = None,
    seed: Seed = None,
) -> None:
    """Fit a tagger to sentences whose words have tags, such as parts of speech or entities, and save it."""
    talk = Talk(quiet)
    check_folder(output)
    read = read_sentences(file, column, encoding, tags=True)
    from tsrnn.nlp import SequenceTagger, Tags
    from tsrnn.nlp.fitting import text_training

    model = SequenceTagger(
        cell=cell,  # type: ignore[arg-type]  # checked by the library
        hidden_size=hidden_size,
        tags=Tags(crf=crf),
        training=settled(text_training(len(read.words)), epochs, seed, progress=talk.lively and not as_json),
    )
    seconds = learned(
        model, (read.words, read.tags), talk, f"{len(read.words)} sentences, {sum(map(len, read.words))} words"
    )
    kept(model, output, talk, f"tsrnn text tag predict {output} FILE")
    if as_json:
        facts = {"file": file, "folder": str(output), "sentences": len(read.words), "tags": list(model.tags_)}
        put_json({"schema": "tsrnn.text.tag.fit/1", **facts, "seconds": seconds})


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
    folder: TextFolder,
    file: Tagged,
    column: TagColumn = None,
    as_json: Json = False,
    quiet: Quiet = False,
    encoding: TextEncoding = "utf-8",
) -> None:
    """Say how many words a saved tagger tags rightly, and where the tags are of entities (B-, I-) how many of these."""
    talk = Talk(quiet)
    read = read_sentences(file, column, encoding, tags=True)
    model = loaded(folder, "SequenceTagger")
    from tsrnn.nlp.entities import entity_f1, spells_entities

    actual = read.tags or []
    with heard(talk):
        found = model.predict(read.words)
    talk.release()
    right = sum(a == b for row, other in zip(actual, found, strict=True) for a, b in zip(row, other, strict=True))
    words = sum(map(len, actual))
    shares = {"accuracy": right / words}
    if spells_entities([tag for row in actual for tag in row]):
        shares |= {f"entity {name}": share for name, share in entity_f1(actual, found)._asdict().items()}
    if as_json:
        facts = {"file": file, "folder": str(folder), "sentences": len(actual), "words": words}
        put_json(
            {"schema": "tsrnn.text.tag.evaluate/1", **facts, **{n.replace(" ", "_"): v for n, v in shares.items()}}
        )
        return
    rows = [(name, f"{share:.4f}", str(words)) for name, share in shares.items()]
    put_table(("metric", "value", "words"), rows, (False, True, True))


TAG = Task(
    "tag",
    "Give every word of a sentence a tag.",
    (
        Command("fit", fit, ("tsrnn text tag fit train.conllu -o tagger --column upos",)),
        Command("predict", predict, ("tsrnn text tag predict tagger sentences.txt --conllu > out.conllu",)),
        Command("evaluate", evaluate, ("tsrnn text tag evaluate tagger test.conllu",)),
    ),
)
