"""The command line as tests use it: one call, its exit code and what it said where."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from tsrnn_cli.main import app

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Said:
    """How a command ended and what it wrote to standard output and standard error."""

    code: int
    out: str
    err: str

    @property
    def answer(self) -> dict[str, Any]:
        """Standard output as the one JSON object it must be; NaN is not JSON."""
        found: dict[str, Any] = json.loads(self.out, parse_constant=_refused)
        return found

    @property
    def mistake(self) -> str:
        """The only line of a command that the user can mend, and nothing besides."""
        assert (self.code, self.out) == (2, ""), self
        assert self.err.count("\n") == 1, self.err
        assert self.err.startswith("tsrnn: "), self.err
        return self.err.strip()


def _refused(word: str) -> None:
    raise AssertionError(f"{word} is not JSON")


def tsrnn(*words: object, stdin: str | bytes | None = None, data: Path | None = None) -> Said:
    """Runs the command in this process; `data` is the folder of downloaded files."""
    done = CliRunner(env={"TSRNN_DATA": None if data is None else str(data), "COLUMNS": "100"}).invoke(
        app, list(map(str, words)), input=stdin
    )
    return Said(done.exit_code, done.stdout, done.stderr)


def done(*words: object, stdin: str | bytes | None = None) -> Said:
    """Runs the command in this process; it must end with 0."""
    said = tsrnn(*words, stdin=stdin)
    assert said.code == 0, said.err
    return said


def environment(**more: str) -> dict[str, str]:
    """The environment of a process of its own that imports from this checkout."""
    roots = os.pathsep.join(str(ROOT / part) for part in ("", "datasets", "cli"))
    kept = {name: value for name, value in os.environ.items() if name not in ("TSRNN_DATA", "NO_COLOR", "COLUMNS")}
    return {**kept, "PYTHONPATH": roots, **more}


def process(line: str, folder: Path, **more: str) -> Said:
    """Runs the command in a process of its own, in `folder`, as a shell would without a terminal."""
    command = [sys.executable, "-m", "tsrnn_cli", *shlex.split(line)]
    ended = subprocess.run(
        command, cwd=folder, env=environment(**more), capture_output=True, encoding="utf-8", check=False
    )
    return Said(ended.returncode, ended.stdout, ended.stderr)
