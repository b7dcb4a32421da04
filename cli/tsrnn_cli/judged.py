"""A finished backtest shown: leaderboard and verdict, or one JSON object; the report and the rows as files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from tsrnn.errors import SettingError
from tsrnn_cli.output import Talk, check_writable, put, put_json, put_table, put_words, whole_file

if TYPE_CHECKING:
    import pandas as pd

    from tsrnn.backtesting import Backtest
    from tsrnn.over_files import FilesBacktest
    from tsrnn.splits import Plan

SCHEMA = "tsrnn.backtest/1"
REPORTS = {".html": "html", ".htm": "html", ".md": "markdown", ".json": "json"}
_HEADS = {
    "mase": "MASE",
    "mae": "MAE",
    "rmse": "RMSE",
    "smape": "sMAPE",
    "fit_seconds": "fit s",
    "predict_seconds": "predict s",
}


def show(result: Backtest, source: str, verdict: str, *, as_json: bool, talk: Talk) -> None:
    """The answer on standard output; notices on standard error."""
    facts = {"source": source, "series": int(result.rows["series"].nunique())}
    notes = result.notices.to_dict("records")
    for line in _notices(result.notices):
        talk.note(line)
    put_answer(result.leaderboard(), verdict, result.plan, {**facts, "notices": notes}, as_json=as_json)


def put_answer(board: pd.DataFrame, verdict: str, plan: Plan, facts: dict[str, Any], *, as_json: bool) -> None:
    """Leaderboard and verdict on standard output, or one JSON object of them, the plan and the other facts."""
    if as_json:
        told = {
            "schema": SCHEMA,
            "horizon": plan.horizon,
            "folds": plan.folds,
            "step": plan.step,
            "refit": plan.refit,
            "levels": list(plan.levels),
            "leaderboard": board.to_dict("records"),
            "verdict": verdict,
        }
        put_json({**told, **facts})
        return
    put_leaderboard(board)
    put("\n")
    put_words(verdict)


def check_report(path: Path | None) -> None:
    """SettingError now where a report cannot be written, or its name says no kind of report."""
    check_writable(path)
    if path is not None and path.suffix.lower() not in REPORTS and not path.exists():
        known = ", ".join(REPORTS)
        raise SettingError(f"{path} would be a report of an unknown kind; end its name with one of {known}")


def write_report(result: Backtest | FilesBacktest, path: Path, command: str, talk: Talk) -> None:
    """The report as one file, whole or not at all: HTML, Markdown or JSON by the ending of its name."""
    kind = REPORTS.get(path.suffix.lower(), "html")
    with whole_file(path) as half:
        if kind == "markdown":
            result.to_markdown(half, command=command)
        elif kind == "json":
            result.to_json(half, command=command)
        else:
            result.to_html(half, command=command)
    talk.note(f"wrote the report to {path}")


def scaled_rows(result: Backtest) -> pd.DataFrame:
    """The tidy rows with what scaled errors divide by, so that they can be judged again without the data."""
    return result.rows.merge(result.scales, on=["series", "cutoff"], how="left", validate="many_to_one")


def _notices(notices: pd.DataFrame) -> list[str]:
    """What models want known, the same words once."""
    lines = []
    for (model, message), rows in notices.groupby(["model", "message"], sort=False):
        series = [str(name) for name in rows["series"].dropna().unique()]
        where = "" if not series else f", series {series[0]}" if len(series) == 1 else f", {len(series)} series"
        folds = rows["cutoff"].nunique()
        when = f", {folds} fold{'s' if folds > 1 else ''}" if folds else ""
        lines.append(f"{model}{where}{when}: {message}")
    return lines


def put_leaderboard(board: pd.DataFrame) -> None:
    """One row a model, best first: errors, coverage in per cent, skill, seconds."""
    heads, columns = ["model"], [[str(model) for model in board["model"]]]
    for name in _shown(board):
        heads.append(_head(name))
        columns.append(_texts(name, [float(value) for value in board[name]]))
    put_table(heads, [list(row) for row in zip(*columns, strict=True)], [place > 0 for place in range(len(heads))])


def _shown(board: pd.DataFrame) -> list[str]:
    names = [str(name) for name in board.columns]
    skills = [name for name in names if name.startswith("skill-vs-") and board[name].notna().any()]
    held = [name for name in names if name.startswith("coverage-") and board[name].notna().any()]
    errors = [name for name in ("mase", "mae", "rmse", "smape") if name in names]
    return [*errors, *skills, *held, "fit_seconds", "predict_seconds"]


def _head(name: str) -> str:
    if name.startswith("skill-vs-"):
        return f"vs {name.removeprefix('skill-vs-')}"
    if name.startswith("coverage-"):
        return f"in {name.removeprefix('coverage-')}%"
    return _HEADS[name]


def _texts(name: str, values: list[float]) -> list[str]:
    from tsrnn.report import digits

    if name.startswith("skill-vs-"):
        texts = [digits.skill(value)[0] for value in values]
    elif name.startswith("coverage-"):
        texts = [digits.per_cent(value) for value in values]
    elif name.endswith("_seconds"):
        texts = [digits.seconds(value) for value in values]
    else:
        texts = digits.column(values)
    return [text.replace(digits.MINUS, "-").replace(digits.PER_CENT, "%") for text in texts]
