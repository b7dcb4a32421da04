"""The report in brief as Markdown, for a pull request or a terminal: verdict, leaderboard, checks, how to reproduce."""

from __future__ import annotations

import re

from tsrnn.report import scores
from tsrnn.report.calibration import calibration_words
from tsrnn.report.contents import Contents
from tsrnn.report.honesty import honesty_words
from tsrnn.report.leaderboard import leaderboard
from tsrnn.report.palette import looks
from tsrnn.report.residuals import residual_words
from tsrnn.report.significance import significance_words
from tsrnn.report.tables import Cell, Table
from tsrnn.report.words import clean

_SPECIAL = re.compile(r"([\\`*_\[\]|~$])")
_STARTS = re.compile(r"^([#>+=-]|\d+[.)])(?=\s|$)")
_LINK = re.compile(r"(?i)https?(?=:)|ftp(?=:)|mailto(?=:)|www(?=\.)|@")


def to_markdown(contents: Contents) -> str:
    """Title, verdict, leaderboard, checks and command as Markdown; names can neither break it nor become markup.

    Args:
        contents: tables, words and tidy rows (see `Contents`).

    Returns:
        The text, ending with a line break. The best value of each column is bold.
    """
    models = [str(model) for model in contents.leaderboard["model"]]
    board = leaderboard(contents.leaderboard, looks(models), contents.checks.skills)
    command = clean(contents.command)
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", command)), default=0))
    parts = [
        f"# {escape(contents.title)}",
        escape(contents.verdict),
        _table(board),
        *_checks(contents),
        "## Reproduce",
        f"{fence}\n{command}\n{fence}",
    ]
    return "\n\n".join(parts) + "\n"


def _checks(contents: Contents) -> list[str]:
    """What the tests found, a heading and a list; nothing where nothing was tested."""
    models, checks = scores.models_of(contents), contents.checks
    said = significance_words(checks) + honesty_words(checks, models) + residual_words(checks)
    if not contents.rows.empty:
        said += calibration_words(scores.coverage(contents.rows, models, checks.coverages))
    return ["## Checks", "\n".join(f"- {escape(sentence)}" for sentence in said)] if said else []


def escape(text: str) -> str:
    """`text` on one line with everything that Markdown or HTML would read as markup made harmless.

    >>> print(escape("a|b <i>"))
    a\\|b &lt;i>
    """
    line = " ".join(clean(text).split()).replace("&", "&amp;").replace("<", "&lt;")
    line = _LINK.sub(lambda match: f"{match[0]}<!-- -->", _SPECIAL.sub(r"\\\1", line))
    return _STARTS.sub(lambda match: f"{match[0][:-1]}\\{match[0][-1]}", line)


def _table(board: Table) -> str:
    groups = [group.text for group in board.groups for _ in range(group.span)]
    heads = [_head(group, head.text, head.unit) for group, head in zip(groups, board.heads, strict=True)]
    marks = ["---:" if head.numeric else ":---" for head in board.heads]
    rows = [heads, marks, *([_cell(cell) for cell in row] for row in board.rows)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _head(group: str, text: str, unit: str) -> str:
    kind = f"{group}: {text[0].lower()}{text[1:]}" if "interval" in group else text
    return escape(f"{kind} ({unit})" if unit else kind)


def _cell(cell: Cell) -> str:
    text = escape(" ".join(filter(None, [cell.text, cell.word, f"({cell.more})" if cell.more else ""])))
    return f"**{text}**" if cell.best else text
