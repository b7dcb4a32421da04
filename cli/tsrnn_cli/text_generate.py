"""`tsrnn text generate`: a language model that writes on, and says how well text is foretold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tsrnn_cli.fit import check_folder
from tsrnn_cli.options import ROWS, Command, Json, Quiet, Seed, Table
from tsrnn_cli.output import Talk, put, put_json, put_table
from tsrnn_cli.tables import check_table, give_table
from tsrnn_cli.text_models import check_report, heard, judged, kept, learned, loaded, reported, settled
from tsrnn_cli.text_options import (
    File,
    Kind,
    Learning,
    Report,
    Saved,
    Task,
    TextColumn,
    TextEncoding,
    TextFolder,
)
from tsrnn_cli.text_source import Part, read_parts

if TYPE_CHECKING:
    from tsrnn.nlp import Sampling

LARGE = Learning(cell="lstm", hidden_size=256)

_DRAWING = "How it is drawn"
_LETTERS_A_PIECE = 4  # of a word or a piece of one, about

Whole = Annotated[
    str,
    typer.Argument(
        metavar="FILE",
        show_default=False,
        help="Plain text, which is one text as a whole, a CSV, TSV, Parquet or Arrow table, or - for standard input.",
    ),
]
Lines = Annotated[
    bool, typer.Option("--lines", rich_help_panel=ROWS, help="Each line of plain text is a text of its own.")
]
Length = Annotated[int, typer.Option("--length", min=0, metavar="N", help="Most tokens to write.")]
Temperature = Annotated[
    float,
    typer.Option(
        "--temperature", min=0, metavar="T", rich_help_panel=_DRAWING,
        help="Below 1 keeps to what is probable, 0 takes the best.",
    ),
]  # fmt: skip
TopK = Annotated[
    int | None,
    typer.Option("--top-k", min=1, metavar="N", rich_help_panel=_DRAWING, help="Draw among so many best tokens."),
]
TopP = Annotated[
    float | None,
    typer.Option(
        "--top-p", metavar="P", rich_help_panel=_DRAWING, help="Draw among the fewest best with this probability."
    ),
]
Repetition = Annotated[
    float,
    typer.Option(
        "--repetition",
        min=1,
        metavar="R",
        rich_help_panel=_DRAWING,
        help="Above 1 makes tokens rarer that were written.",
    ),
]
Stop = Annotated[
    list[str] | None,
    typer.Option("--stop", metavar="TEXT", rich_help_panel=_DRAWING, help="End before this; may stand several times."),
]


def fit(
    file: Whole,
    output: Saved,
    text: TextColumn = None,
    lines: Lines = False,
    as_json: Json = False,
    quiet: Quiet = False,
    encoding: TextEncoding = "utf-8",
    tokens: Kind = "characters",
    learning: Learning = LARGE,
) -> None:
    """Fit a language model to text and save it; it learns from text alone which token comes next."""
    talk = Talk(quiet)
    check_folder(output)
    texts = _texts(file, text, lines, encoding)
    from tsrnn.nlp import Language, TextGenerator
    from tsrnn.nlp.generator_model import language_training

    usual = language_training(_pieces(texts, tokens), Language().window)
    model = TextGenerator(
        tokens,
        cell=learning.cell,  # type: ignore[arg-type]  # checked by the library
        hidden_size=learning.hidden_size,
        training=settled(usual, learning, progress=talk.lively and not as_json),
    )
    seconds = learned(model, (texts,), talk, f"{len(texts)} texts, {sum(map(len, texts))} characters")
    kept(model, output, talk, f"tsrnn text generate sample {output} --prompt TEXT")
    if as_json:
        facts = {"file": file, "folder": str(output), "texts": len(texts), "vocabulary": len(model.learned().reader)}
        put_json({"schema": "tsrnn.text.generate.fit/1", **facts, "seconds": seconds})


def sample(
    folder: TextFolder,
    prompt: Annotated[
        str, typer.Option("--prompt", metavar="TEXT", help="What to go on from; else from nothing.")
    ] = "",
    length: Length = 200,
    temperature: Temperature = 1.0,
    top_k: TopK = None,
    top_p: TopP = None,
    repetition: Repetition = 1.0,
    stop: Stop = None,
    as_json: Json = False,
    quiet: Quiet = False,
    seed: Seed = None,
) -> None:
    """Write on from a prompt, piece by piece as it is drawn; the prompt itself is not written."""
    talk, drawn = Talk(quiet), _sampling(temperature, top_k, top_p, repetition)
    model = loaded(folder, "TextGenerator")
    with heard(talk):
        pieces = model.stream(prompt, length=length, sampling=drawn, stop=stop or (), seed=seed or 0)
    talk.release()
    if as_json:
        facts = {"folder": str(folder), "prompt": prompt, "seed": seed or 0}
        put_json({"schema": "tsrnn.text.generate.sample/1", **facts, "text": "".join(pieces)})
        return
    for piece in pieces:
        put(piece)
    put("\n")


def predict(
    folder: TextFolder,
    file: File,
    text: TextColumn = None,
    length: Length = 200,
    temperature: Temperature = 1.0,
    top_k: TopK = None,
    top_p: TopP = None,
    repetition: Repetition = 1.0,
    stop: Stop = None,
    output: Table = None,
    as_json: Json = False,
    quiet: Quiet = False,
    encoding: TextEncoding = "utf-8",
    seed: Seed = None,
) -> None:
    """Write on from every text, as CSV: text, continuation."""
    talk, path, drawn = Talk(quiet), check_table(output), _sampling(temperature, top_k, top_p, repetition)
    (texts,) = read_parts(file, [Part("--text", text, "text")], encoding)
    model = loaded(folder, "TextGenerator")
    with heard(talk):
        found = model.generate(texts, length=length, sampling=drawn, stop=stop or (), seed=seed or 0)
    talk.release()
    import pandas as pd

    facts = {"schema": "tsrnn.text.generate.predict/1", "folder": str(folder), "seed": seed or 0}
    give_table(pd.DataFrame({"text": texts, "continuation": found}), facts, path, as_json=as_json, talk=talk)


def evaluate(
    context: typer.Context,
    folder: TextFolder,
    file: Whole,
    text: TextColumn = None,
    lines: Lines = False,
    window: Annotated[int, typer.Option("--window", min=1, metavar="N", help="Tokens between resets.")] = 256,
    report: Report = None,
    as_json: Json = False,
    quiet: Quiet = False,
    encoding: TextEncoding = "utf-8",
) -> None:
    """Say how well a saved language model foretells text: perplexity and bits of a character.

    Once with its state carried through all of it, and once reset every so many tokens.
    """
    talk = Talk(quiet)
    check_report(report)
    texts = _texts(file, text, lines, encoding)
    model = loaded(folder, "TextGenerator")
    if report is None:
        with heard(talk):
            scores = model.evaluate(texts, window=window)
        talk.release()
    else:
        found = judged(model, (texts,), talk, window)
        reported(found, report, context, talk)
        scores = found.scores.iloc[:-1]  # the last row is of no model
    rows = scores.to_dict("records")
    if as_json:
        facts = {"file": file, "folder": str(folder), "texts": len(texts), "window": window}
        put_json({"schema": "tsrnn.text.generate.evaluate/1", **facts, "rows": rows})
        return
    heads = ("state", "tokens", "nats", "perplexity", "bits_per_character")
    put_table(heads, [[_told(row[head]) for head in heads] for row in rows], (False, True, True, True, True))


def _texts(file: str, text: str | None, lines: bool, encoding: str) -> list[str]:
    (texts,) = read_parts(file, [Part("--text", text, "text")], encoding, whole=not lines)
    return [text for text in texts if text.strip()]


def _pieces(texts: Sequence[str], tokens: str) -> int:
    """How many tokens the texts have, about: so many passes does the training make."""
    letters = sum(map(len, texts))
    return letters if tokens in ("characters", "syllables", "jamo") else letters // _LETTERS_A_PIECE


def _sampling(temperature: float, top_k: int | None, top_p: float | None, repetition: float) -> Sampling:
    from tsrnn.nlp import Sampling

    return Sampling(temperature, top_k, top_p, repetition)


def _told(value: Any) -> str:
    return f"{value:.4f}" if isinstance(value, float) else str(value)


GENERATE = Task(
    "generate",
    "Learn to write, and write on.",
    (
        Command("fit", fit, ("tsrnn text generate fit book.txt -o writer",)),
        Command("sample", sample, ('tsrnn text generate sample writer --prompt "Once " --length 80',)),
        Command("predict", predict, ("tsrnn text generate predict writer begun.txt --top-p 0.9 -o whole.csv",)),
        Command("evaluate", evaluate, ("tsrnn text generate evaluate writer other.txt",)),
    ),
)
