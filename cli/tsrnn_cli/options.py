"""The options that several commands share, each written once."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from tsrnn.errors import SettingError
from tsrnn_cli.written import RECOGNISED, Written

if TYPE_CHECKING:
    from tsrnn.columns import Repairs

ROWS, NETWORKS, RESULTS = "The rows", "Networks (gru, lstm, rnn)", "Results"
REPAIRS = "Repairs, only where asked for"


def examples(*lines: str) -> str:
    """The end of a help page: lines to paste."""
    return "\n\n".join(["Examples:" if len(lines) > 1 else "Example:", *lines])


@dataclass(frozen=True)
class Command:
    """A command: what is typed, what runs, and lines to paste."""

    name: str
    run: Callable[..., None]
    examples: tuple[str, ...]


def names_in(text: str | None) -> list[str]:
    """`a,b` as names; one that holds a comma stands in double quotes.

    >>> names_in('load,"T, outside"')
    ['load', 'T, outside']
    """
    try:
        cells = next(csv.reader([text or ""], skipinitialspace=True), [])
    except csv.Error as problem:
        raise SettingError(
            f"{(text or '')[:80]!r} is no list of names, a,b: {problem}; name them without line breaks"
        ) from problem
    return [cell.strip() for cell in cells if cell.strip()]


def names_as_typed(names: Iterable[str]) -> str:
    """Names as an option takes them; `names_in` reads them back.

    >>> names_as_typed(["load", "T, outside"])
    'load,"T, outside"'
    """
    return ",".join('"' + name.replace('"', '""') + '"' if set(name) & set(',"') else name for name in names)


def paragraphs(text: str | None) -> str:
    """A docstring as running text: a terminal breaks the lines of a paragraph where it ends."""
    blocks = (text or "").split("\n\n")
    return "\n\n".join(" ".join(block.split()) for block in blocks)


Source = Annotated[
    str,
    typer.Argument(
        metavar="SOURCE",
        show_default=False,
        help="A CSV, Parquet or Arrow file, - for standard input, or a data set of 'tsrnn datasets'.",
    ),
]
Time = Annotated[
    str | None,
    typer.Option("--time", metavar="COL", rich_help_panel=ROWS, help="The column with the time stamps; else guessed."),
]
Id = Annotated[
    str | None,
    typer.Option(
        "--id",
        metavar="COL,…",
        rich_help_panel=ROWS,
        help="The column that tells series apart, in a long table, or several: store,item; else guessed.",
    ),
]
Target = Annotated[
    str | None,
    typer.Option("--target", metavar="COL,…", rich_help_panel=ROWS, help="What is forecast; else guessed, and said."),
]
Past = Annotated[
    str | None,
    typer.Option("--past", metavar="COL,…", rich_help_panel=ROWS, help="Columns known up to the forecast only."),
]
Future = Annotated[
    str | None,
    typer.Option("--future", metavar="COL,…", rich_help_panel=ROWS, help="Columns also known for the steps ahead."),
]
Static = Annotated[
    str | None,
    typer.Option(
        "--static", metavar="COL,…", rich_help_panel=ROWS, help="Columns constant within a series (with --id)."
    ),
]
Calendar = Annotated[
    bool,
    typer.Option("--calendar/--no-calendar", rich_help_panel=ROWS, help="Add hour, weekday and the like."),
]
Holidays = Annotated[
    str | None,
    typer.Option(
        "--holidays", metavar="CODE", rich_help_panel=ROWS, help="Add the public holidays of a country, DE or DE-BY."
    ),
]
Exchange = Annotated[
    str | None,
    typer.Option(
        "--exchange", metavar="CODE", rich_help_panel=ROWS,
        help="Rows are the trading days of an exchange, XNYS or XKRX, or the working days of a country, DE.",
    ),
]  # fmt: skip
Categorical = Annotated[
    str | None,
    typer.Option(
        "--categorical", metavar="COL,…", rich_help_panel=ROWS,
        help="Which of --past, --future and --static hold categories.",
    ),
]  # fmt: skip
Joint = Annotated[
    bool,
    typer.Option("--joint", rich_help_panel=ROWS, help="The targets are channels of one series."),
]
Gaps = Annotated[
    Literal["error", "mask", "interpolate"],
    typer.Option(
        "--gaps", metavar="HOW", rich_help_panel=REPAIRS,
        help="Steps without a row: mask puts in rows without a value, interpolate draws a line; error.",
    ),
]  # fmt: skip
Duplicates = Annotated[
    Literal["error", "mean", "first", "last", "sum"],
    typer.Option(
        "--duplicates", metavar="HOW", rich_help_panel=REPAIRS,
        help="Rows of one time: mean and sum make them one, first and last keep one; error.",
    ),
]  # fmt: skip
MissingValues = Annotated[
    Literal["mask", "error", "interpolate"],
    typer.Option(
        "--missing", metavar="HOW", rich_help_panel=REPAIRS,
        help="Rows without a value: mask leaves them out, interpolate draws a line; error.",
    ),
]  # fmt: skip
OnShort = Annotated[
    Literal["error", "drop", "pad"],
    typer.Option(
        "--on-short", metavar="HOW", rich_help_panel=REPAIRS,
        help="Series with too few rows: drop leaves them out, pad puts rows without a value in front; error.",
    ),
]  # fmt: skip
Season = Annotated[
    int | None,
    typer.Option("--season", min=1, metavar="ROWS", rich_help_panel=ROWS, help="Rows of a season; else guessed."),
]

Folder = Annotated[
    Path, typer.Argument(metavar="FOLDER", show_default=False, help="A model that 'tsrnn fit' or 'tsrnn tune' saved.")
]
History = Annotated[
    str | None,
    typer.Option("--history", metavar="SOURCE", help="Newer rows, or other series; nothing is relearned."),
]
Ahead = Annotated[
    str | None,
    typer.Option("--future", metavar="SOURCE", help="The columns that fit was told are --future, for the steps ahead."),
]
Steps = Annotated[
    int | None,
    typer.Option("--horizon", min=1, metavar="STEPS", help="Steps; else as many as it was fitted for."),
]
Horizon = Annotated[
    int, typer.Option("--horizon", min=1, metavar="STEPS", show_default=False, help="Steps to forecast.")
]
Levels = Annotated[str, typer.Option("--levels", metavar="PER CENT,…", help="Central intervals to add, such as 80,95.")]
Json = Annotated[bool, typer.Option("--json", rich_help_panel=RESULTS, help="One JSON object instead of a table.")]
Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", rich_help_panel=RESULTS, help="Say nothing but the answer and errors.")
]
Table = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", metavar="FILE", rich_help_panel=RESULTS,
        help="Write here instead: .csv, .parquet, .arrow or .json.",
    ),
]  # fmt: skip
Jobs = Annotated[
    int | None,
    typer.Option(
        "--jobs", "-j", metavar="N", help="Folds, models and series at once, a process each; -1: every core. Else 1."
    ),
]

Lookback = Annotated[
    int | None,
    typer.Option(
        "--lookback", min=1, metavar="STEPS", rich_help_panel=NETWORKS,
        help="Rows the network reads; else the longer of two seasons and two horizons, at most a third of the rows.",
    ),
]  # fmt: skip
HiddenSize = Annotated[
    int | None,
    typer.Option("--hidden-size", min=1, metavar="N", rich_help_panel=NETWORKS, help="Numbers in the state; else 64."),
]
NumLayers = Annotated[
    int | None, typer.Option("--num-layers", min=1, metavar="N", rich_help_panel=NETWORKS, help="Layers; else 1.")
]
Decoder = Annotated[
    Literal["direct", "segment", "seq2seq", "recursive", "auto"] | None,
    typer.Option(
        "--decoder", metavar="NAME", rich_help_panel=NETWORKS,
        help="How steps ahead are made: direct, segment (for long windows), seq2seq, recursive, which 'tsrnn simulate' "
        "needs, or auto, which is segment for windows of at least 48 rows; else direct.",
    ),
]  # fmt: skip
Epochs = Annotated[
    int | None,
    typer.Option("--epochs", min=1, metavar="N", rich_help_panel=NETWORKS, help="Most epochs of 100 batches; else 40."),
]
Seed = Annotated[
    int | None,
    typer.Option("--seed", min=0, metavar="N", help="Same seed, same numbers; else 0."),
]


@dataclass(frozen=True)
class Mended:
    """What the options allow to be repaired."""

    gaps: Gaps = "error"
    duplicates: Duplicates = "error"
    missing_values: MissingValues = "mask"
    on_short: OnShort = "error"

    def repairs(self) -> Repairs:
        """The same as the library takes it."""
        from tsrnn.columns import Repairs

        return Repairs(missing=self.missing_values, gaps=self.gaps, duplicates=self.duplicates, on_short=self.on_short)


AS_GIVEN = Mended()


@dataclass(frozen=True)
class Roles:
    """What the options say about the rows: which column plays which part, and how CSV is written."""

    time: Time = None
    id: Id = None
    target: Target = None
    past: Past = None
    future: Future = None
    static: Static = None
    calendar: Calendar = False
    holidays: Holidays = None
    exchange: Exchange = None
    categorical: Categorical = None
    joint: Joint = False
    written: Written = RECOGNISED
    mended: Mended = AS_GIVEN

    def taken(self) -> list[str]:
        """The columns that were told to play a part."""
        told = [self.target, self.past, self.future, self.static, self.categorical]
        ids = [self.id, *names_in(self.id)] if self.id else []
        return ([self.time, *ids] if self.time else ids) + [name for part in told for name in names_in(part)]


GUESSED = Roles()


@dataclass(frozen=True)
class NetworkOptions:
    """What the options say about networks; None leaves a setting at the library's default."""

    lookback: Lookback = None
    hidden_size: HiddenSize = None
    num_layers: NumLayers = None
    decoder: Decoder = None
    epochs: Epochs = None
    seed: Seed = None

    def given(self) -> list[str]:
        """The options that were used, as they are typed."""
        return [f"--{name.replace('_', '-')}" for name, value in vars(self).items() if value is not None]


UNSAID = NetworkOptions()
