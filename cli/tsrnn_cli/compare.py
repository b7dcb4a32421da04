"""`tsrnn compare`: which of the models in saved rows is better than which, and whether that could be luck."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from tsrnn_cli.options import RESULTS, Command, Json, Quiet, names_in
from tsrnn_cli.output import Talk, plain, put_table
from tsrnn_cli.saved_folder import tally_in
from tsrnn_cli.saved_rows import read_rows
from tsrnn_cli.tables import check_table, give_table

if TYPE_CHECKING:
    import pandas as pd


def run(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="ROWS",
            show_default=False,
            help="What 'tsrnn backtest --rows' wrote, files or one folder; - for standard input.",
        ),
    ],
    baselines: Annotated[
        str | None, typer.Option(metavar="NAME,…", help="Compare all others with these; else every two models.")
    ] = None,
    measure: Annotated[
        Literal["mase", "mae"] | None,
        typer.Option(metavar="NAME", help="The error, mase or mae; else MASE where the rows hold its scale."),
    ] = None,
    level: Annotated[
        float, typer.Option(min=1, max=99.999, metavar="PER CENT", help="Of the intervals of skill.")
    ] = 95,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", rich_help_panel=RESULTS, help="Write the table here instead."),
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Compare models by their saved forecasts: skill, its interval, a p-value, and what that means in words.

    Skill is how much lower the error of the first model is, as a fraction of the other's. The p-values of a
    Diebold-Mariano test over the folds are corrected for the number of comparisons (Holm). Several files are put side
    by side; they may come from other tools that name the columns alike.
    """
    from tsrnn.findings import measure_of
    from tsrnn.significance import compared, compared_losses

    path, talk, against = check_table(output), Talk(quiet), names_in(baselines) or None
    tally = tally_in(files)
    if tally is not None:
        chosen = measure or measure_of(tally.scores())
        table = compared_losses(tally.losses(chosen), tally.overlap, baselines=against, level=level)
    else:
        saved = read_rows(files)
        chosen = measure or saved.measure
        if measure is None and chosen == "mae":
            talk.note("compared by MAE, because the rows do not hold the scale of MASE (mae_scale) for every series")
        table = compared(saved.rows, saved.scales, baselines=against, measure=chosen, level=level)
    talk.release()
    if path is not None or as_json:
        facts = {"schema": "tsrnn.compare/1", "measure": chosen, "level": level}
        give_table(table, facts, path, as_json=as_json, talk=talk)
    else:
        _show(table)


def _show(table: pd.DataFrame) -> None:
    """The comparisons for people: per cents and few digits."""
    from tsrnn.report import digits

    heads = ["model", "against", "finding", "skill", "from", "to", "p", "p (Holm)", "ahead"]
    ends = [str(name) for name in table.columns if str(name).startswith("skill-")]
    rows = [
        [
            str(row["model"]),
            str(row["baseline"]),
            str(row["finding"]),
            *(_ascii(digits.skill(float(row[name]))[0]) for name in ("skill", *ends)),
            *("" if plain(row[name]) is None else f"{row[name]:.3f}" for name in ("p", "p-holm")),
            f"{row['ahead']} of {row['folds']}",
        ]
        for row in table.to_dict("records")
    ]
    put_table(heads, rows, [place > 2 for place in range(len(heads))])


def _ascii(text: str) -> str:
    from tsrnn.report import digits

    return text.replace(digits.MINUS, "-").replace(digits.PER_CENT, "%")


COMMAND = Command(
    "compare",
    run,
    ("tsrnn compare rows.csv", "tsrnn compare rows.csv theirs.parquet --baselines seasonal-naive"),
)
