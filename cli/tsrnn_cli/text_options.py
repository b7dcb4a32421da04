"""The options that the commands over text share, each written once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from tsrnn_cli.options import ROWS, Command, Seed

NETWORK = "The network"


@dataclass(frozen=True)
class Task:
    """What can be done with text: a word for it, one line about it, and its commands."""

    name: str
    about: str
    commands: tuple[Command, ...]


File = Annotated[
    str,
    typer.Argument(
        metavar="FILE",
        show_default=False,
        help="A CSV, TSV, Parquet or Arrow table, plain text with a text a line, or - for standard input. Columns of a "
        "table without a header are numbers from 1.",
    ),
]
TextFolder = Annotated[
    Path, typer.Argument(metavar="FOLDER", show_default=False, help="A model that the fit beside this command saved.")
]
Saved = Annotated[
    Path, typer.Option("--output", "-o", metavar="FOLDER", show_default=False, help="Where to save the model.")
]
TextColumn = Annotated[
    str | None,
    typer.Option(
        "--text", metavar="COL", rich_help_panel=ROWS, help="The column with the texts, or its number; else 'text'."
    ),
]
LabelColumn = Annotated[
    str | None,
    typer.Option(
        "--label", metavar="COL", rich_help_panel=ROWS, help="The column with the labels, or its number; else 'label'."
    ),
]
TextEncoding = Annotated[
    str,
    typer.Option("--encoding", metavar="NAME", rich_help_panel=ROWS, help="The encoding of text, such as cp949."),
]
Kind = Annotated[
    str,
    typer.Option(
        "--tokens",
        metavar="KIND",
        rich_help_panel=NETWORK,
        help="Of words, whitespace, characters, syllables, jamo, bpe, wordpiece, unigram.",
    ),
]
CellName = Annotated[str, typer.Option("--cell", metavar="NAME", rich_help_panel=NETWORK, help="Of gru, lstm and rnn.")]
StateSize = Annotated[
    int, typer.Option("--hidden-size", min=1, metavar="N", rich_help_panel=NETWORK, help="Numbers in the state.")
]
Passes = Annotated[
    int | None,
    typer.Option(
        "--epochs",
        min=1,
        metavar="N",
        rich_help_panel=NETWORK,
        help="Most passes over the texts; else by their number.",
    ),
]
Pretrain = Annotated[
    int | None,
    typer.Option(
        "--pretrain",
        min=1,
        metavar="N",
        rich_help_panel=NETWORK,
        help="First learn which tokens are neighbours, at most N passes over the texts without their labels.",
    ),
]
Report = Annotated[
    Path | None,
    typer.Option(
        "--report", metavar="FILE", help="A report that opens offline, .html: verdict, errors, samples, curves."
    ),
]


@dataclass(frozen=True)
class Learning:
    """What the options say about the network of text and how it learns."""

    cell: CellName = "gru"
    hidden_size: StateSize = 128
    epochs: Passes = None
    seed: Seed = None


USUAL = Learning()
