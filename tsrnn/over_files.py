"""Over files: the scores and tests of all series of many files, and the report of some that can be looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from tsrnn.backtesting import Backtest, backtest
from tsrnn.columns import Columns, Repairs
from tsrnn.errors import DataError
from tsrnn.forecasters.protocol import Forecaster
from tsrnn.frequency import Frequency
from tsrnn.partitions import drawn
from tsrnn.report.files import written
from tsrnn.scores import ranked
from tsrnn.significance import compared_losses
from tsrnn.splits import Plan, Splits, Splitter
from tsrnn.tallies import Tally

if TYPE_CHECKING:
    from tsrnn.report.contents import Contents

SHOWN = 100  # series that pictures and checks are of
_WHOLE = ("series", "rows")  # what the data card of the sample says of the sample alone


@dataclass(frozen=True)
class Asked:
    """What is asked of every file: the arguments of `tsrnn.backtest`."""

    models: list[Forecaster | str]
    columns: Columns
    horizon: int
    folds: int | Splits | Splitter
    refit: bool | int
    levels: tuple[float, ...]
    repairs: Repairs | None

    def backtest(self, data: pd.DataFrame) -> Backtest:
        """The backtest of some rows, in this process."""
        return backtest(
            self.models,
            data,
            self.columns,
            horizon=self.horizon,
            folds=self.folds,
            refit=self.refit,
            levels=self.levels,
            repairs=self.repairs,
            n_jobs=1,
        )


@dataclass(frozen=True)
class FilesBacktest:
    """What a backtest of files found: the scores and tests of all series, and some series to look at.

    - `tally`: sums over all tidy rows. `timings`: `model, fit_seconds, predict_seconds`, all files together.
    - `notices`: `model, message, series` (how many it is about) and `count`.
    - `plan`: as in Backtest. `files`, `series`, `size`: how many of them, and the rows of their data.
    - `sample`: the data of up to 100 series, drawn by a hash of their names.
    - `asked`, `first`, `frequency`: what was asked of every file, the first of them, and the step of its time.
    """

    tally: Tally
    timings: pd.DataFrame
    notices: pd.DataFrame
    plan: Plan
    files: int
    series: int
    size: int
    sample: pd.DataFrame = field(repr=False)
    asked: Asked = field(repr=False)
    first: Path
    frequency: Frequency

    def __add__(self, more: FilesBacktest) -> FilesBacktest:
        """Both as one; DataError where their files do not go together."""
        ours, theirs = self.frequency, more.frequency
        if (ours.kind, ours.alias) != (theirs.kind, theirs.alias):
            raise DataError(
                f"{self.first} has one row a {ours.words}, but {more.first} one a {theirs.words}; judge them apart"
            )
        if self.plan.folds != more.plan.folds:
            raise DataError(
                f"{self.first} has {self.plan.folds} folds, but {more.first} has {more.plan.folds}; give a number of "
                "folds, which does not hang on how long a series is"
            )
        timings, notices = (pd.concat(pair) for pair in ((self.timings, more.timings), (self.notices, more.notices)))
        sample = pd.concat([self.sample, more.sample], ignore_index=True)
        return replace(
            self,
            tally=self.tally + more.tally,
            timings=timings.groupby("model", sort=False).sum().reset_index(),
            notices=notices.groupby(["model", "message"], sort=False).sum().reset_index(),
            files=self.files + more.files,
            series=self.series + more.series,
            size=self.size + more.size,
            sample=drawn(sample, str(self.asked.columns.id), SHOWN),
        )

    def scores(self, by: Sequence[str] = ("model",)) -> pd.DataFrame:
        """All metrics of each model, and of its folds (from 1, oldest first) or steps too."""
        return self.tally.scores(by)

    def leaderboard(self) -> pd.DataFrame:
        """One row a model, lowest MASE first, as `Backtest.leaderboard` has it."""
        return ranked(self.scores(), self.timings)

    def by_step(self) -> pd.DataFrame:
        """All metrics of each model and step ahead."""
        return self.scores(["model", "step"])

    def significance(self, baselines: Sequence[str] | None = None, *, level: float = 95) -> pd.DataFrame:
        """Each two models, or each against each of `baselines`, over all series; see `tsrnn.significance.compared`."""
        from tsrnn.findings import measure_of

        losses = self.tally.losses(measure_of(self.scores()))
        return compared_losses(losses, self.tally.overlap, baselines=baselines, level=level)

    def verdict(self) -> str:
        """Who was best over all series, by how much, and whether that could be luck."""
        from tsrnn.findings import worded

        return worded(self.leaderboard(), self.significance())

    def sampled(self) -> Backtest:
        """The ordinary backtest of the sample, run again: its rows are among those of all."""
        return self.asked.backtest(self.sample)

    def to_html(self, path: str | Path, *, title: str | None = None, command: str | None = None) -> Path:
        """Writes the report, in which pictures and checks are of the sample, as it says, and gives its path."""
        from tsrnn.report.html import to_html

        return written(path, to_html(self._contents(title, command)))

    def to_markdown(self, path: str | Path, *, title: str | None = None, command: str | None = None) -> Path:
        """The same as Markdown."""
        from tsrnn.report.markdown import to_markdown

        return written(path, to_markdown(self._contents(title, command)))

    def to_json(self, path: str | Path, *, title: str | None = None, command: str | None = None) -> Path:
        """The same as one JSON object, with the rows of the sample."""
        from tsrnn.report.exports import to_json

        return written(path, to_json(self._contents(title, command)))

    def _contents(self, title: str | None, command: str | None) -> Contents:
        """The report of the sample, with what is known of all series in its place."""
        from tsrnn.findings import contents
        from tsrnn.report.leaderboard import references

        board, some = self.leaderboard(), self.sampled()
        names, shown = list(board["model"]), some.rows["series"].nunique()
        part = f" (pictures and checks: of {shown:,} of them)" if shown < self.series else ""
        heading = title or f"{self.series:,} series in {self.files:,} files: backtest of {', '.join(names)}{part}"
        call = f"tsrnn.backtest_files({names}, files, horizon={self.plan.horizon}, {self.plan.asked})"
        found = contents(replace(some, timings=self.timings), heading, command or call)
        losses, overlap = self.tally.losses(found.checks.measure), self.tally.overlap
        skills = [compared_losses(losses, overlap, baselines=[name]) for name in references(board) if name in names]
        about = (
            f"data card, pictures and checks are of {shown:,} series drawn by a hash of their names; the verdict, the "
            "leaderboard, errors by step and fold, and the tests of models against one another are of all"
        )
        return replace(
            found,
            verdict=self.verdict(),
            leaderboard=board,
            by_step=self.by_step(),
            by_fold=self.scores(["model", "fold"]),
            card=[
                ("series", f"{self.series:,} in {self.files:,} files"),
                ("rows", f"{self.size:,}"),
                ("shown", about),
                *((name, text) for name, text in found.card if name not in _WHOLE),
            ],
            notices=self.notices.assign(series=self.notices["series"].map(lambda count: f"{count:,} series")),
            checks=replace(
                found.checks,
                skills=pd.concat(skills, ignore_index=True) if skills else pd.DataFrame(),
                pairs=compared_losses(losses, overlap) if len(names) > 1 else pd.DataFrame(),
            ),
        )
