"""Many series: memory and seconds of a backtest of files, of 1,000, 10,000 and 100,000 series.

    python benchmarks/panels.py [--sizes 1000,10000,100000] [--jobs 1] [--write]

Parquet files of 1,000 simulated series of 200 rows each are made in a temporary folder. Each size runs in a process of
its own, which says the most memory that it held by the system's count, and writes every forecast to Parquet. Needs
Linux: elsewhere the count is in another unit.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from sections.pages import Row, table, write

ROWS, IN_A_FILE, HORIZON, FOLDS = 200, 1000, 7, 3
MODELS = ("naive", "seasonal-naive", "drift", "mean")


def partition(number: int) -> pd.DataFrame:
    """One file: daily series with a weekly wave of their own, a level of their own and noise that stays."""
    rng = np.random.default_rng(number)
    day = np.arange(ROWS)
    wave = rng.gamma(2.0, size=(IN_A_FILE, 1)) * np.sin(2 * np.pi * (day + rng.integers(7, size=(IN_A_FILE, 1))) / 7)
    values = 50.0 + wave + 0.3 * rng.normal(size=(IN_A_FILE, ROWS)).cumsum(axis=1)
    names = [f"s{number * IN_A_FILE + place:07d}" for place in range(IN_A_FILE)]
    times = np.tile(pd.date_range("2024-01-01", periods=ROWS, freq="D"), IN_A_FILE)
    return pd.DataFrame({"unique_id": np.repeat(names, ROWS), "ds": times, "y": values.ravel()})


def measured(folder: Path, series: int, jobs: int) -> Row:
    """One size in a process of its own."""
    command = [sys.executable, __file__, "--folder", str(folder), "--sizes", str(series), "--jobs", str(jobs)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    row: dict[str, str | float] = json.loads(done.stdout)
    return row


def judge(folder: Path, series: int, jobs: int) -> Row:
    """A backtest of so many series of the folder's files, in this process."""
    from tsrnn import backtest_files

    files = sorted(folder.glob("*.parquet"))[: series // IN_A_FILE]
    start = _most()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as place:
        rows = Path(place) / "rows"
        found = backtest_files(MODELS, files, horizon=HORIZON, folds=FOLDS, rows=rows, n_jobs=jobs)
        took = time.perf_counter() - began
        size = sum(path.stat().st_size for path in rows.iterdir())
    forecasts = found.series * FOLDS * HORIZON * len(MODELS)
    return {
        "series": float(found.series),
        "rows of data": float(found.size),
        "forecasts": float(forecasts),
        "seconds": took,
        "ms a series": 1000 * took / found.series,
        "peak memory, MiB": _most(),
        "… before the first file, MiB": start,
        "forecasts on disk, MiB": size / 2**20,
        "best": str(found.leaderboard()["model"][0]),
    }


def _most() -> float:
    """The most memory in MiB that this process, and any worker that it has waited for, ever held."""
    return max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024


def main() -> None:
    """A row a size; with a folder one size is judged here."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", default="1000,10000,100000")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    options = parser.parse_args()
    sizes = [int(size) for size in options.sizes.split(",")]
    if options.folder is not None:
        print(json.dumps(judge(options.folder, sizes[0], options.jobs)))
        return
    with tempfile.TemporaryDirectory() as place:
        for number in range(max(sizes) // IN_A_FILE):
            partition(number).to_parquet(Path(place) / f"{number:05d}.parquet", index=False)
        rows = []
        for size in sizes:
            rows.append(measured(Path(place), size, options.jobs))
            print(rows[-1], file=sys.stderr, flush=True)
    text = table(rows)
    print(text)
    if options.write:
        write("panels", text)


if __name__ == "__main__":
    main()
