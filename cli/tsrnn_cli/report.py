"""`tsrnn report`: a saved report in another form, without running a model again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tsrnn.errors import SettingError
from tsrnn_cli.options import Command, Json, Quiet
from tsrnn_cli.output import Talk, check_writable, put, whole_file
from tsrnn_cli.saved_report import read_report

if TYPE_CHECKING:
    from tsrnn.report.contents import Contents

FORMS = (".html", ".md", ".json", ".csv")


def run(
    saved: Annotated[
        str,
        typer.Argument(
            metavar="REPORT", show_default=False, help="What 'tsrnn backtest --report FILE.json' wrote; - for it piped."
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="A file: .html, .md, .json, or .csv for the rows; else Markdown here.",
        ),
    ] = None,
    title: Annotated[str | None, typer.Option(metavar="TEXT", help="Another title.")] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write a report again from what a backtest saved as JSON: as HTML, Markdown, JSON, or its rows as CSV."""
    path = None if output is None or str(output) == "-" else output
    if path is not None and path.suffix.lower() not in FORMS:
        known = ", ".join(FORMS)
        raise SettingError(f"{path} would be a report of an unknown kind; end its name with one of {known}")
    check_writable(path)
    contents = read_report(saved)
    if title is not None:
        contents = replace(contents, title=title)
    text = _written(contents, ".json" if as_json else ".md" if path is None else path.suffix.lower())
    if path is None:
        put(text)
        return
    with whole_file(path) as half:
        half.write_text(text, encoding="utf-8")
    talk = Talk(quiet)
    talk.release()
    talk.note(f"wrote the report to {path}")


def _written(contents: Contents, form: str) -> str:
    if form == ".html":
        from tsrnn.report.html import to_html

        return to_html(contents)
    if form == ".md":
        from tsrnn.report.markdown import to_markdown

        return to_markdown(contents)
    from tsrnn.report import exports

    return exports.to_json(contents) if form == ".json" else exports.to_csv(contents.rows)


COMMAND = Command(
    "report",
    run,
    ("tsrnn report report.json", "tsrnn report report.json -o again.html --title 'Spring'"),
)
