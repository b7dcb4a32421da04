"""The main job on a folder of Parquet files, one after another: more series than memory holds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tsrnn.errors import SettingError
from tsrnn_cli.judged import put_answer, write_report
from tsrnn_cli.judgement import Judgement
from tsrnn_cli.options import NetworkOptions, Roles
from tsrnn_cli.output import Talk
from tsrnn_cli.settings import forecasters
from tsrnn_cli.source import read_source
from tsrnn_cli.tables import ENDINGS

if TYPE_CHECKING:
    from tsrnn.over_files import FilesBacktest


def is_partitioned(source: str) -> bool:
    """Whether SOURCE is a folder with a Parquet file somewhere in it."""
    folder = Path(source)
    return folder.is_dir() and next(folder.rglob("*.parquet"), None) is not None


def judge_files(source: str, roles: Roles, plan: Judgement, networks: NetworkOptions, levels: list[float]) -> None:
    """Judges the models on every file of the folder; what is not told of the columns is guessed from the first."""
    if roles.written.missing is not None:
        raise SettingError("--na is for one table; in a folder of Parquet files a missing value is an empty cell")
    if str(plan.rows) == "-":
        raise SettingError("--rows - is for one table; the rows of a folder go to a folder, such as --rows forecasts")
    if plan.rows is not None and plan.rows.suffix and plan.rows.suffix.lower() in ENDINGS:
        raise SettingError(
            f"--rows {plan.rows} names a file; the rows of a folder go to a folder, such as --rows {plan.rows.stem}"
        )
    splits, refit = plan.origins.splits(), plan.origins.training()
    models = forecasters(plan.models, splits.gap + plan.horizon, networks, plan.season)
    from tsrnn.file_by_file import backtest_files, check_folder, learned_alone
    from tsrnn.jobs import workers
    from tsrnn.partitions import partitions

    workers(plan.jobs)  # this and the next two refuse what cannot be before the long work begins
    learned_alone(models, plan.horizon, splits)
    check_folder(plan.rows, source)
    talk, files = Talk(plan.quiet), partitions(source)
    first = read_source(str(files[0]), roles)
    for line in first.notes:
        talk.note(f"{files[0]}: {line}")
    names = ", ".join(model.name for model in models)
    with talk.work(f"judging {names} on {len(files)} files of {source}, one after another, horizon {plan.horizon}"):
        found = backtest_files(
            models,
            files,
            first.columns,
            horizon=plan.horizon,
            folds=splits,
            refit=refit,
            levels=levels,
            repairs=roles.mended.repairs(),
            rows=plan.rows,
            n_jobs=plan.jobs,
        )
    if plan.rows is not None:
        talk.note(f"wrote every forecast to {plan.rows}, {found.files} files")
    if plan.report is not None:
        write_report(found, plan.report, plan.command, talk)
    _show(found, source, as_json=plan.as_json, talk=talk)


def _show(found: FilesBacktest, source: str, *, as_json: bool, talk: Talk) -> None:
    notes = found.notices.to_dict("records")
    for note in notes:
        talk.note(f"{note['model']}, {note['series']:,} series: {note['message']}")
    facts = {"source": source, "files": found.files, "series": found.series, "rows": found.size, "notices": notes}
    put_answer(found.leaderboard(), found.verdict(), found.plan, facts, as_json=as_json)
