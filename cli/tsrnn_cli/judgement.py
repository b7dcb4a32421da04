"""What is asked of a backtest on the command line, beside its rows and the settings of networks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tsrnn_cli.origins import Origins


@dataclass(frozen=True)
class Judgement:
    """How to judge and where the results go; `command` is the line that was typed, for the report.

    Rows that go to standard output (`-`) are the answer, in place of the leaderboard.
    """

    horizon: int
    origins: Origins
    models: str
    command: str
    levels: str = "80,95"
    report: Path | None = None
    rows: Path | None = None
    as_json: bool = False
    season: int | None = None
    jobs: int | None = None
    quiet: bool = False
