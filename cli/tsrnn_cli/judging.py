"""The main job, shared by `backtest` and `demo`: read, check everything, judge, write the files, show the answer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tsrnn.errors import SettingError
from tsrnn_cli.judged import check_report, scaled_rows, show, write_report
from tsrnn_cli.options import NetworkOptions, Roles
from tsrnn_cli.output import Talk, refuse_source
from tsrnn_cli.saved_rows import ROWS
from tsrnn_cli.settings import forecasters, levels_in
from tsrnn_cli.source import read_panel
from tsrnn_cli.tables import check_table, give_table


@dataclass(frozen=True)
class Plan:
    """How to judge and where the results go; `command` is the line that was typed, for the report.

    Rows that go to standard output (`-`) are the answer, in place of the leaderboard.
    """

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
    season: int | None = None
    jobs: int | None = None
    quiet: bool = False


def judge(source: str, roles: Roles, plan: Plan, networks: NetworkOptions) -> None:
    """Judges the models on SOURCE; whatever can be known to be wrong is said before the long work begins."""
    levels = levels_in(plan.levels)
    check_report(plan.report)
    rows = check_table(plan.rows)
    for path in (plan.report, rows):
        refuse_source(source, path)
    if plan.as_json and rows is None and plan.rows is not None:
        raise SettingError("--rows - and --json both go to standard output; give --rows a file, or leave one out")
    models = forecasters(plan.models, plan.horizon, networks, plan.season)
    from tsrnn.backtesting import backtest
    from tsrnn.findings import verdict
    from tsrnn.splits import rolling_origins

    talk = Talk(plan.quiet)
    given, panel = read_panel(source, roles, talk)
    rolling_origins(panel, plan.horizon, plan.folds, plan.step)
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
            n_jobs=plan.jobs,
        )
        words = verdict(result)
    if plan.rows is not None:
        give_table(scaled_rows(result), {"schema": ROWS}, rows, as_json=False, talk=talk)
    if plan.report is not None:
        write_report(result, plan.report, plan.command, talk)
    if plan.rows is None or rows is not None:
        show(result, source, words, as_json=plan.as_json, talk=talk)
