"""Text on public data: networks of tsrnn.nlp beside TF-IDF, each cell at most ten minutes on two cores.

    python benchmarks/text.py                            every cell with three seeds; TSRNN_DATA names the data
    python benchmarks/text.py --cells trec,ewt --seeds 1
    python benchmarks/text.py --quick                    a few hundred rows and one pass: does it run at all?
    python benchmarks/text.py --json                     one JSON object a cell
    python benchmarks/text.py --write                    also puts the table into docs/text.md

A seed draws the weights, the order of the rows and, where the data have no development part, which training rows are
kept for stopping and blending. Nothing is chosen on test rows. A figure is the mean and the deviation over the seeds.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from pathlib import Path

from sections.pages import table, write
from texts.cells import CELLS, Run

PAGE = Path(__file__).resolve().parents[1] / "docs" / "text.md"
COLUMNS = ("network", "tf-idf", "blend")


def row(name: str, runs: list[Run]) -> dict[str, str | float]:
    """One row of the table."""
    cells: dict[str, str | float] = {"cell": CELLS[name].title, "seeds": str(len(runs))}
    for column in COLUMNS:
        values = [run.figures[column] for run in runs if column in run.figures]
        cells[column] = spread(values) if values else "-"
    cells["seconds to fit"] = round(statistics.mean(run.fit_seconds for run in runs))
    cells["to answer"] = statistics.mean(run.answer_seconds for run in runs)
    return cells


def spread(values: list[float]) -> str:
    """Mean ± standard deviation, the mean alone for one value."""
    mean = f"{statistics.mean(values):.2f}"
    return mean if len(values) == 1 else f"{mean} ± {statistics.stdev(values):.2f}"


def main() -> None:
    """Runs the cells asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cells", default=",".join(CELLS), help=f"comma-separated: {', '.join(CELLS)}")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="few rows and one pass")
    parser.add_argument("--json", action="store_true", help="one JSON object a cell")
    parser.add_argument("--write", action="store_true", help="put the table into docs/text.md")
    options = parser.parse_args()
    names = options.cells.split(",")
    unknown = [name for name in names if name not in CELLS]
    if unknown:
        parser.error(f"unknown cell {unknown[0]!r}: choose from {', '.join(CELLS)}")
    rows = []
    for name in names:
        runs = []
        for seed in range(options.seeds):
            runs.append(CELLS[name].run(seed, options.quick))
            print(f"{name}, seed {seed}: {runs[-1]}", file=sys.stderr)
        rows.append(row(name, runs))
        if options.json:
            print(json.dumps({"cell": name, "runs": [run._asdict() for run in runs]}), flush=True)
    made = table(rows)
    if not options.json:
        print(made)
    if options.write:
        write("text", made, PAGE)


if __name__ == "__main__":
    main()
