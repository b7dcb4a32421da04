"""The referee: GRUs against simple forecasts and published results, on public data by the protocols of others.

    python benchmarks/accuracy.py                     all cells, three seeds each: some two hours on two cores
    python benchmarks/accuracy.py --cells etth1-96,m4-hourly --seeds 1 --json benchmarks/found/accuracy.json
    python benchmarks/accuracy.py --quick             a minute on simulated rows: does everything still run?
    python benchmarks/accuracy.py --write             also puts the tables into docs/benchmarks.md

A cell judged takes its place in the file that `--json` names, beside those that stand there, and the tables hold all of
them: so cells can be run one at a time, and `--cells none --json benchmarks/found/accuracy.json --write` only writes.

The data are read from TSRNN_DATA. Splits and units: `referee/cells.py`, `m4.py` and `hours.py`; settings: `runs.py` and
the latter two.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from referee import hours, m4, pages, runs
from referee.cells import CELLS, QUICK
from referee.pages import Record
from sections.pages import table, write

NAMES = (*(cell.name for cell in CELLS), m4.NAME, hours.NAME)


def judge(name: str, seeds: range, quick: bool) -> Record:
    """One cell."""
    for others in (m4, hours):
        if name == others.NAME:
            return others.judge(seeds, quick)
    return runs.judge(next(cell for cell in (*CELLS, *QUICK) if cell.name == name), seeds, quick).record()


def tables(records: dict[str, Record]) -> dict[str, str]:
    """A table for each place on the page, of the cells that have been judged."""
    found = {}
    if own := [records[cell.name] for cell in (*CELLS, *QUICK) if cell.name in records]:
        found["accuracy"] = table(pages.long_horizon(own))
    if m4.NAME in records:
        found["accuracy-m4"] = table(pages.competition(records[m4.NAME]))
    if hours.NAME in records:
        found["accuracy-hours"] = table(pages.hours(records[hours.NAME]))
    return found


def main() -> None:
    """Judges the cells asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cells", default=",".join(NAMES), help="comma-separated names, or none")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="simulated rows and five batches, to see that it runs")
    parser.add_argument("--json", type=Path, help="the file of every seed's numbers, to read and to add to")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/benchmarks.md")
    options = parser.parse_args()
    names = [] if options.cells == "none" else options.cells.split(",")
    if unknown := sorted(set(names) - set(NAMES)):
        parser.error(f"unknown cells {', '.join(unknown)}: choose from {', '.join(NAMES)}")
    if options.quick:
        names = [*(cell.name for cell in QUICK), m4.NAME, hours.NAME]
    records: dict[str, Record] = {}
    if options.json and options.json.exists():
        records = json.loads(options.json.read_text(encoding="utf-8"))
    for name in names:
        records[name] = judge(name, range(options.seeds), options.quick)
        print(json.dumps(records[name]), file=sys.stderr, flush=True)
        if options.json:
            options.json.write_text(json.dumps(records, indent=1), encoding="utf-8")
    for mark, text in tables(records).items():
        print(text, end="\n\n")
        if options.write and not options.quick:
            write(mark, text)


if __name__ == "__main__":
    main()
