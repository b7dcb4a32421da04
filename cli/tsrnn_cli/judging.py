"""The main job, shared by `backtest` and `demo`: read, check everything, judge, write the files, show the answer."""

from __future__ import annotations

from tsrnn.errors import SettingError
from tsrnn_cli.judged import check_report, scaled_rows, show, write_report
from tsrnn_cli.judgement import Judgement
from tsrnn_cli.judging_files import is_partitioned, judge_files
from tsrnn_cli.options import NetworkOptions, Roles
from tsrnn_cli.output import Talk, refuse_source
from tsrnn_cli.saved_rows import ROWS
from tsrnn_cli.settings import forecasters, levels_in
from tsrnn_cli.source import read_panel
from tsrnn_cli.tables import check_table, give_table


def judge(source: str, roles: Roles, plan: Judgement, networks: NetworkOptions) -> None:
    """Judges the models on SOURCE; whatever can be known to be wrong is said before the long work begins."""
    levels = levels_in(plan.levels)
    check_report(plan.report)
    if is_partitioned(source):
        judge_files(source, roles, plan, networks, levels)
        return
    rows = check_table(plan.rows)
    for path in (plan.report, rows):
        refuse_source(source, path)
    if plan.as_json and rows is None and plan.rows is not None:
        raise SettingError("--rows - and --json both go to standard output; give --rows a file, or leave one out")
    splits, refit = plan.origins.splits(), plan.origins.training()
    models = forecasters(plan.models, splits.gap + plan.horizon, networks, plan.season)
    from tsrnn.backtesting import backtest
    from tsrnn.findings import verdict
    from tsrnn.jobs import workers
    from tsrnn.repairing import enough
    from tsrnn.splits import planned

    workers(plan.jobs)  # refuses what is no number of jobs
    talk = Talk(plan.quiet)
    given, panel = read_panel(source, roles, talk)
    repairs = roles.mended.repairs()
    (folds, _), *_ = enough(lambda rows: planned(rows, plan.horizon, splits, refit=refit), panel, repairs)
    names = ", ".join(model.name for model in models)
    about = f"{len(panel.names)} series" if len(panel.names) > 1 else f"{len(panel.values):,} rows"
    with talk.work(f"judging {names} on {about} of {source}: {folds.folds} folds, horizon {plan.horizon}"):
        result = backtest(
            models,
            panel,
            given.columns,
            horizon=plan.horizon,
            folds=splits,
            refit=refit,
            levels=levels,
            repairs=repairs,
            n_jobs=plan.jobs,
        )
        words = verdict(result)
    if plan.rows is not None:
        give_table(scaled_rows(result), {"schema": ROWS}, rows, as_json=False, talk=talk)
    if plan.report is not None:
        write_report(result, plan.report, plan.command, talk)
    if plan.rows is None or rows is not None:
        show(result, source, words, as_json=plan.as_json, talk=talk)
