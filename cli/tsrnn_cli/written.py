"""The options that say how a CSV file is written, where that is not recognised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

FILE = "How a CSV file is written, where that is not recognised"

TimeFormat = Annotated[
    str | None,
    typer.Option("--time-format", metavar="FORMAT", rich_help_panel=FILE, help="Of the time, such as %d.%m.%Y."),
]
TimeUnit = Annotated[
    str | None,
    typer.Option(
        "--time-unit", metavar="UNIT", rich_help_panel=FILE,
        help="What whole numbers as time count: s, ms, us or ns since 1970, or steps.",
    ),
]  # fmt: skip
Encoding = Annotated[
    str | None,
    typer.Option("--encoding", metavar="NAME", rich_help_panel=FILE, help="Of the letters, such as latin-1."),
]
Separator = Annotated[
    str | None,
    typer.Option("--separator", metavar="MARK", rich_help_panel=FILE, help="Between cells: a mark, tab or space."),
]
Decimal = Annotated[
    str | None,
    typer.Option("--decimal", metavar="MARK", rich_help_panel=FILE, help="In numbers: . or ,; the other groups them."),
]
SkipRows = Annotated[
    int | None,
    typer.Option("--skip-rows", min=0, metavar="N", rich_help_panel=FILE, help="Lines above the header."),
]
HeaderRows = Annotated[
    int | None,
    typer.Option(
        "--header-rows", min=0, metavar="N", rich_help_panel=FILE,
        help="Lines of the header; 0: none, columns are called 1, 2, ….",
    ),
]  # fmt: skip
Missing = Annotated[
    str | None,
    typer.Option("--na", metavar="VALUE,…", rich_help_panel=FILE, help="What means a missing value, such as -9999."),
]


@dataclass(frozen=True)
class Written:
    """What the options say about how a CSV file is written; None where it is to be recognised."""

    time_format: TimeFormat = None
    time_unit: TimeUnit = None
    encoding: Encoding = None
    separator: Separator = None
    decimal: Decimal = None
    skip_rows: SkipRows = None
    header_rows: HeaderRows = None
    missing: Missing = None


RECOGNISED = Written()
