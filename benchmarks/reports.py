"""Reports in a browser: how large a page is, how long it takes to write and to open, and what the console says.

    python benchmarks/reports.py             needs Chromium on the path; ETTh1 where TSRNN_DATA holds it
    python benchmarks/reports.py --write     also puts the table into docs/benchmarks.md

A page is opened by a headless Chromium started for it; the time of an empty page is taken off, and the median of five
is given. Series beyond those of a data set are its own, shifted.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sections.pages import table, write
from tsrnn.backtesting import backtest
from tsrnn.forecasters.recurrent import GRUForecaster
from tsrnn.training import Training
from tsrnn_datasets import load

CHEAP = ("naive", "seasonal-naive", "drift", "mean", "seasonal-drift")
TURNS = 5
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --enable-logging=stderr --dump-dom"
).split()


@dataclass(frozen=True)
class Cell:
    """One report: of which data, how many of its series, and how many folds; with a GRU or of five simple models."""

    name: str
    data: str
    series: int
    folds: int
    network: bool = False
    embedded: bool = True


CELLS = (
    Cell("ETTh1, 7 series x 3 models x 5 folds", "etth1", 7, 5, network=True, embedded=False),
    Cell("50 series x 5 models x 10 folds", "sim-power", 50, 10),
    Cell("100 series x 5 models x 10 folds", "sim-power", 100, 10),
)


def rows_of(cell: Cell) -> pd.DataFrame:
    """The data: their own series, and shifted copies where there are too few."""
    data = load(cell.data)
    data = data.to_frame() if isinstance(data, pd.Series) else data
    own = data.iloc[-2000:].reset_index(drop=True)
    copies = {
        f"s{place:03}": own.iloc[:, place % own.shape[1]].shift(-place, fill_value=0.0) for place in range(cell.series)
    }
    rows = pd.DataFrame(copies) if cell.series > own.shape[1] else own.set_axis(data.columns, axis=1)
    return rows.set_axis(data.index[-len(rows) :]).iloc[: -cell.series]


def opened(page: str, folder: Path) -> tuple[float, int]:
    """Seconds to open a page, and what its console said, in lines."""
    browser = next(found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name)))
    command = [browser, *FLAGS, f"--user-data-dir={folder / 'profile'}", page]
    began = time.perf_counter()
    ended = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    return time.perf_counter() - began, ended.stderr.count("CONSOLE")


def judge(cell: Cell, folder: Path) -> dict[str, str | float]:
    """One row of the table."""
    quick = Training(epochs=3)
    models = [GRUForecaster(24, training=quick), *CHEAP[:2]] if cell.network else list(CHEAP)
    result = backtest(models, rows_of(cell), horizon=24, folds=cell.folds, refit=False)
    page = folder / "report.html"
    began = time.perf_counter()
    result.to_html(page)
    took = time.perf_counter() - began
    times, lines = zip(*(opened(page.as_uri(), folder) for _ in range(TURNS)), strict=True)
    empty = [opened("about:blank", folder)[0] for _ in range(TURNS)]
    return {
        "report": cell.name,
        "MB": page.stat().st_size / 1e6,
        "seconds to write": took,
        "seconds to open": max(0.0, statistics.median(times) - statistics.median(empty)),
        "lines on the console": sum(lines),
    }


def main() -> None:
    """Judges every report whose data are at hand."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    options = parser.parse_args()
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for cell in CELLS:
            if cell.embedded or os.environ.get("TSRNN_DATA"):
                found.append(judge(cell, Path(folder)))
                print(found[-1], file=sys.stderr, flush=True)
    print(table(found))
    if options.write:
        write("reports", table(found))


if __name__ == "__main__":
    main()
