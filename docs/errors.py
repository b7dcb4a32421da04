"""Writes the table of errors and notices, errors.md, from the code: `python docs/errors.py`."""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tsrnn.errors import TsrnnError
from tsrnn.explaining import BEGINNING, CODES, Explanation

PAGE = Path(__file__).with_name("errors.md")
HEAD = f"""# Errors and notices

Written from the code by `python docs/errors.py`; `tsrnn explain CODE` says the same.

Every error of tsrnn has a `code` that never changes its meaning, which ends its line in the shell, and says where
it was met as far as that is known: `series`, `time`, `column`, `row` (from 0, of the caller's frame) and `value`.
Programs should ask for these and not read the text. Notices are what models and repairs want known; a backtest has them
in `notices`.

The examples below begin with

```text
{BEGINNING.strip()}
```

"""
UNMET = ("E180",)  # would not end well here: a test meets it in a process of its own


def page() -> str:
    """The whole page as Markdown."""
    return HEAD + "\n".join(section(told) for told in CODES.values())


def section(told: Explanation) -> str:
    """One code: what it means, how it is mended, an example and what tsrnn says to it."""
    lines = [f"## {told.code}", "", f"{told.meaning} {told.fix}", ""]
    if told.example:
        said = [] if told.code in UNMET else [f"# {line}" for line in met(told).splitlines()]
        lines += ["```text", *told.example.splitlines(), *said, "```", ""]
    return "\n".join(lines)


def met(told: Explanation) -> str:
    """What tsrnn says to the example of a code; AssertionError where it says something else."""
    try:
        with _undone(), contextlib.redirect_stderr(io.StringIO()):
            _run(BEGINNING + "\n" + told.example)
    except (TsrnnError, ValueError) as problem:
        if getattr(problem, "code", None) != told.code:
            raise AssertionError(f"{told.code}: {problem!r}") from problem
        return str(problem)
    raise AssertionError(f"{told.code}: nothing was raised")


def _run(code: str) -> None:
    names: dict[str, Any] = {"__name__": "example"}
    exec(compile(code, "example", "exec"), names)


@contextlib.contextmanager
def _undone() -> Iterator[None]:
    """Modules that an example hides come back."""
    before = {name: sys.modules.get(name) for name in ("holidays",)}
    try:
        yield
    finally:
        for name, module in before.items():
            sys.modules.pop(name, None)
            if module is not None:
                sys.modules[name] = module


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
