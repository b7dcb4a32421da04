"""The main job, shared by `backtest` and `demo`: read, check everything, judge, write the files, show the answer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tsrnn_cli.judged import show, write_report, write_rows
from tsrnn_cli.options import NetworkOptions, Roles
from tsrnn_cli.output import Talk, check_writable
from tsrnn_cli.settings import forecasters, levels_in
from tsrnn_cli.source import read_source


@dataclass(frozen=True)
class Plan:
    """How to judge and where the results go; `command` is the line that was typed, for the report."""

    horizon: int
    folds: int
    models: str
    command: str
    step: int | None = None
    refit: bool = True
    levels: str = "80,95"
    report: Path | None = None
    rows: Path | None = None
    as_json: bool = False


def judge(source: str, roles: Roles, plan: Plan, networks: NetworkOptions) -> None:
    """Judges the models on SOURCE; whatever can be known to be wrong is said before the long work begins."""
    levels = levels_in(plan.levels)
    for path in (plan.report, plan.rows):
        check_writable(path)
    models = forecasters(plan.models, plan.horizon, networks)
    from tsrnn.backtesting import backtest
    from tsrnn.findings import verdict
    from tsrnn.frame import read
    from tsrnn.splits import rolling_origins

    talk, given = Talk(), read_source(source, roles)
    panel = read(given.data, given.columns)
    rolling_origins(panel, plan.horizon, plan.folds, plan.step)
    for line in given.notes:
        talk.note(line)
    names = ", ".join(model.name for model in models)
    about = f"{len(panel.names)} series" if len(panel.names) > 1 else f"{len(panel.values):,} rows"
    with talk.work(f"judging {names} on {about} of {source}: {plan.folds} folds, horizon {plan.horizon}"):
        result = backtest(
            models,
            panel,
            given.columns,
            horizon=plan.horizon,
            folds=plan.folds,
            step=plan.step,
            refit=plan.refit,
            levels=levels,
        )
        words = verdict(result)
    if plan.rows is not None:
        write_rows(result, plan.rows)
    if plan.report is not None:
        write_report(result, plan.report, plan.command)
    show(result, source, words, as_json=plan.as_json)
