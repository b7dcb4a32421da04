"""File by file: a backtest of more series than memory holds, read from Parquet files of whole series."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from tsrnn.backtesting import named
from tsrnn.columns import Columns, Repairs
from tsrnn.errors import SettingError, TsrnnError
from tsrnn.forecasters.names import FORECASTERS, forecaster_class, make_forecaster
from tsrnn.forecasters.protocol import Forecaster, checked_levels
from tsrnn.jobs import streamed
from tsrnn.over_files import SHOWN, Asked, FilesBacktest
from tsrnn.partitions import Keys, Owners, drawn, keys_of, partition, partitions
from tsrnn.parts import NIXTLA
from tsrnn.runs import fresh, placed
from tsrnn.splits import Splits, Splitter
from tsrnn.tallies import Tally


def backtest_files(
    models: Sequence[Forecaster | str],
    files: str | Path | Sequence[str | Path],
    columns: Columns | None = None,
    *,
    horizon: int,
    folds: int | Splits | Splitter = 5,
    refit: bool | int = True,
    levels: Sequence[float] = (80, 95),
    repairs: Repairs | None = None,
    rows: str | Path | None = None,
    n_jobs: int | None = None,
) -> FilesBacktest:
    """`backtest` of more series than memory holds: Parquet files one after another, and one leaderboard over all.

    - `models`: those that learn each series alone (naive, mean, theta, ets, arima, …), so that the rows are those that
      one table would give. A network learns from all series together and needs them in memory.
    - `files`: a folder of Parquet files, or a list of them; each is a long table and holds all rows of its series.
      `columns` names id, time and target; None is unique_id, ds and y.
    - `rows`: a folder, new or empty, that gets the tidy rows with the scales of MASE, a Parquet file for each one read;
      None keeps sums alone.
    - `n_jobs`: files worked on at once, as in `backtest`, which the others are those of.

    Memory is that of the largest file, for each job, and twelve bytes a series. Raises what `backtest` raises, naming
    the file, and a DataError for a series that stands in two files.
    """
    named_here = columns or NIXTLA
    chosen = learned_alone(models, horizon, folds)
    asked = Asked(chosen, named_here, horizon, folds, refit, checked_levels(levels), repairs)
    found = partitions(files)
    check_folder(rows, files)
    with nullcontext(None) if rows is None else _whole_folder(Path(rows)) as half:
        jobs = [_Job(path, asked, half and half / f"{number:05d}.parquet") for number, path in enumerate(found)]
        return _gathered(streamed(_judged, jobs, n_jobs), named_here)


@dataclass(frozen=True)
class _Job:
    """One file, and where its tidy rows go."""

    path: Path
    asked: Asked
    rows: Path | None


def learned_alone(
    models: Sequence[Forecaster | str], horizon: int, folds: int | Splits | Splitter
) -> list[Forecaster | str]:
    """The models, unfitted; SettingError for one that learns from all series together, or cutoffs of single series."""
    made = named([make_forecaster(model, horizon) if isinstance(model, str) else model for model in models])
    together = [model.name for model in made if not getattr(model, "by_series", False)]
    if together:
        alone = ", ".join(name for name in FORECASTERS if forecaster_class(name).by_series)
        raise SettingError(
            f"{together[0]!r} learns from all series together, so it cannot be judged file by file; read the files "
            f"into one table, or give models that learn each series alone: {alone}"
        )
    if isinstance(folds, Splits) and isinstance(folds.cutoffs, Mapping):
        raise SettingError("cutoffs of single series do not go with files; give a list, which holds for every series")
    return [model if isinstance(model, str) else fresh(model) for model in models]


def _judged(job: _Job) -> tuple[FilesBacktest, Keys]:
    """One file judged and its rows written; what is kept of it, and a number for each of its series."""
    frame, ident = partition(job.path, job.asked.columns)
    try:
        result = job.asked.backtest(frame)
    except TsrnnError as problem:
        raise placed(problem, str(job.path)) from problem
    if job.rows is not None:
        scaled = result.rows.merge(result.scales, on=["series", "cutoff"], how="left", validate="many_to_one")
        scaled.to_parquet(job.rows, index=False)
    found = FilesBacktest(
        tally=Tally.of(result.rows, result.scales, result.plan.levels),
        timings=result.timings.groupby("model", sort=False)[["fit_seconds", "predict_seconds"]].sum().reset_index(),
        notices=_told(result.notices),
        plan=result.plan,
        files=1,
        series=len(result.panel.names),
        size=len(frame),
        sample=drawn(frame, ident, SHOWN),
        asked=job.asked,
        first=job.path,
        frequency=result.panel.layout.frequency,
    )
    return found, keys_of(list(frame[ident].unique()))


def _told(notices: pd.DataFrame) -> pd.DataFrame:
    """The same message of one model about several series and folds, once."""
    groups = notices.groupby(["model", "message"], sort=False)
    return groups.agg(series=("series", "nunique"), count=("count", "sum")).reset_index()


def _gathered(parts: Iterator[tuple[FilesBacktest, Keys]], columns: Columns) -> FilesBacktest:
    """One answer of all files, taken in as they are done."""
    owners, whole = Owners(columns), None
    for part, keys in parts:
        owners.add(part.first, keys)
        whole = part if whole is None else whole + part
    assert whole is not None  # `partitions` gives at least one
    return whole


def check_folder(target: str | Path | None, files: str | Path | Sequence[str | Path]) -> None:
    """SettingError where the rows cannot go to this folder: something is there, or its files would be data."""
    if target is None:
        return
    place = Path(target)
    if isinstance(files, (str, Path)) and Path(files).resolve() in place.resolve().parents:
        raise SettingError(f"{place} lies in {files}, where its files would be taken for data; name another folder")
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise SettingError(f"{place} exists and is no empty folder; name another for the rows")
    if not place.resolve().parent.is_dir():
        raise SettingError(f"{place} cannot be made: there is no folder {place.parent}; make it first")


@contextmanager
def _whole_folder(target: Path) -> Iterator[Path]:
    """A folder to write to that becomes `target` at the end, so that nobody ever sees half of the rows."""
    half = target.with_name(f".{target.name}.{os.getpid()}.part")
    half.mkdir()
    try:
        yield half
        if target.exists():
            target.rmdir()
        half.rename(target)
    finally:
        shutil.rmtree(half, ignore_errors=True)
