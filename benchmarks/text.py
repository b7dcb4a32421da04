"""Text on public data: the estimators of tsrnn.nlp, each cell at most ten minutes on two cores.

    python benchmarks/text.py                            every cell with three seeds; TSRNN_DATA names the data
    python benchmarks/text.py --cells trec,ewt --seeds 1
    python benchmarks/text.py --cells ptb --seeds 2 --first 1 --json benchmarks/found/text.json --write
    python benchmarks/text.py --quick                    a few hundred rows and one pass: does it run at all?

A seed draws the weights, the order of the rows and, where the data have no development part, which training rows are
kept for stopping and blending. Nothing is chosen on test rows. A figure is the mean and the deviation over the seeds.

A run takes its place in the file that `--json` names, beside those that stand there, and the table, which `--write`
puts into docs/text.md, holds all of them; `--cells none` runs nothing. benchmarks/found/text.json holds the runs that
the page shows.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from sections import pages
from texts import cells, generation, pairs, runs

PAGE = Path(__file__).resolve().parents[1] / "docs" / "text.md"
CELLS = {**cells.CELLS, **generation.CELLS, **pairs.CELLS}


def table(kept: runs.Kept) -> str:
    """All that is kept, in the order of the cells."""
    return pages.table([row for name in CELLS if name in kept for row in runs.rows(CELLS[name].title, kept[name])])


def main() -> None:
    """Runs the cells asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cells", default=",".join(CELLS), help=f"comma-separated, or none: {', '.join(CELLS)}")
    parser.add_argument("--seeds", type=int, default=3, help="how many")
    parser.add_argument("--first", type=int, default=0, help="the first of the seeds")
    parser.add_argument("--quick", action="store_true", help="few rows and one pass")
    parser.add_argument("--json", type=Path, help="the file of every run, to read and to add to")
    parser.add_argument("--write", action="store_true", help="put the table into docs/text.md")
    options = parser.parse_args()
    names = [] if options.cells == "none" else options.cells.split(",")
    unknown = [name for name in names if name not in CELLS]
    if unknown:
        parser.error(f"unknown cell {unknown[0]!r}: choose from {', '.join(CELLS)}")
    kept = runs.read(options.json)
    for name in names:
        for seed in range(options.first, options.first + options.seeds):
            run = runs.judge(CELLS[name], seed, options.quick)
            print(f"{name}, seed {seed}: {run}", file=sys.stderr, flush=True)
            kept.setdefault(name, {})[str(seed)] = run
            if options.json:
                runs.write(kept, options.json)
    made = table(kept)
    print(made)
    if options.write and not options.quick:
        pages.write("text", made, PAGE)


if __name__ == "__main__":
    main()
