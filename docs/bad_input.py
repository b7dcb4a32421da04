"""Writes bad-input.md, what comes of every hostile input in Python and in the shell: `python docs/bad_input.py`."""

from __future__ import annotations

import html
import sys
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PAGE = Path(__file__).with_name("bad-input.md")
HEAD = """# Bad input

What comes of {count} kinds of difficult input, {typed} of which can be written as a CSV file. Written by
`python docs/bad_input.py` from the tests, which demand all of it: an answer that is right or an error with its code, no
forecast that is no number, no traceback, and the caller's data as it was. [Errors](errors.md) says what the codes mean;
on the command line each of them ends with 2, as does a line that cannot be read (usage).

| Input | In Python | On the command line | What it says |
|---|---|---|---|
"""


def page(cases: Sequence[Any]) -> str:
    """The whole page as Markdown; runs every case both ways."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        rows = [row(case) for case in cases]
    return HEAD.format(count=len(cases), typed=sum(case.csv for case in cases)) + "\n".join(rows) + "\n"


def row(case: Any) -> str:
    """One case: what comes of it, twice, and the words of the error."""
    from tests.hostile.outcomes import ending, outcome

    found, _, problem = outcome(case)
    line, words = "", "" if problem is None else str(problem)
    if case.csv:
        with tempfile.TemporaryDirectory() as folder:
            said = case.type(Path(folder))
            line = f"{ending(said)}, exit {said.code}"
            words = words or said.err.strip().removeprefix("tsrnn: ") * (said.code != 0)
    return f"| {case.name} | {found} | {line} | {cell(words)} |"


def cell(text: str) -> str:
    """Words that stand in a table and mean nothing to it."""
    plain = " ".join(text.encode("utf-8", "replace").decode().split())
    cut = plain if len(plain) <= 150 else plain[:149] + "…"
    return html.escape(cut, quote=False).replace("|", "\\|").replace("*", "\\*").replace("_", "\\_").replace("`", "\\`")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    from tests.hostile.test_hostile import CASES

    PAGE.write_text(page(CASES), encoding="utf-8")
