"""Rows as a Markdown table, and the place for each table in docs/benchmarks.md."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"

# The columns of a row by heading; all rows of one table have the same.
Row = Mapping[str, str | float]


def table(rows: Sequence[Row]) -> str:
    """The rows as Markdown, numbers to three digits and to the right.

    >>> print(table([{"what": "step", "ms": 1.2345}, {"what": "epoch", "ms": 1234.5}]))
    | what | ms |
    |---|---:|
    | step | 1.23 |
    | epoch | 1,234 |
    """
    heads = list(rows[0])
    rule = "|".join("---" if isinstance(rows[0][head], str) else "---:" for head in heads)
    body = ["| " + " | ".join(_cell(row[head]) for head in heads) + " |" for row in rows]
    return "\n".join(["| " + " | ".join(heads) + " |", f"|{rule}|", *body])


def _cell(value: str | float) -> str:
    if isinstance(value, str):
        return value
    return f"{value:,.0f}" if value == int(value) or abs(value) >= 100 else f"{value:.3g}"


def write(mark: str, text: str, page: Path = PAGE) -> None:
    """Puts the text between the lines `<!-- mark -->` and `<!-- /mark -->` of the page."""
    marks = re.compile(rf"(<!-- {mark} -->\n).*?(<!-- /{mark} -->)", re.DOTALL)
    old = page.read_text(encoding="utf-8")
    if marks.search(old) is None:
        raise SystemExit(f"{page} has no place for the table: give it <!-- {mark} --> and <!-- /{mark} --> on lines")
    page.write_text(marks.sub(lambda found: f"{found[1]}{text}\n{found[2]}", old), encoding="utf-8")
