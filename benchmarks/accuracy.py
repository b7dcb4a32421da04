"""The referee: a GRU over segments against ridge regression and published results, at every origin of the test rows.

    python benchmarks/accuracy.py                     all cells, three seeds each: about an hour on two cores
    python benchmarks/accuracy.py --cells etth1-96 --seeds 1 --json found.json
    python benchmarks/accuracy.py --quick             a minute: does everything still run?
    python benchmarks/accuracy.py --write             also puts the table into docs/benchmarks.md

The data are read from TSRNN_DATA. Splits and units: `referee/cells.py`; settings: `referee/runs.py`.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path

from referee.cells import CELLS, QUICK
from referee.runs import Errors, Found, judge

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"
MARKS = re.compile(r"(<!-- accuracy -->\n).*?(<!-- /accuracy -->)", re.DOTALL)
HEADS = ("cell", "GRU", "ridge", "last value", "seasonal naive", "published", "MSE to ridge (p)", "MAE to last (p)")


def row(found: Found) -> tuple[str, ...]:
    """A cell's row of the table: MSE / MAE, and how a GRU stands to ridge and to the last value."""
    (mse, mse_spread), (mae, mae_spread) = found.spread("mse"), found.spread("mae")
    ratio, p_value = found.lead("ridge")
    last, p_last = found.lead("last value", "absolute")
    return (
        found.cell.name,
        f"{mse:.4f} ± {mse_spread:.4f} / {mae:.4f} ± {mae_spread:.4f}",
        *(_both(found.floors[name]) for name in HEADS[2:5]),
        found.cell.published,
        f"{ratio:.3f} ({p_value:.2g})",
        f"{last:.3f} ({p_last:.2g})",
    )


def _both(errors: Errors) -> str:
    return f"{errors.mse:.4f} / {errors.mae:.4f}"


def record(found: Found) -> dict[str, object]:
    """A cell for `--json`: every seed by itself."""
    networks = [
        {
            "seed": seed,
            "mse": errors.mse,
            "mae": errors.mae,
            "best_epoch": found.epochs[seed],
            "fit_seconds": round(found.seconds[seed], 1),
        }
        for seed, errors in found.networks.items()
    ]
    floors = {name: {"mse": errors.mse, "mae": errors.mae} for name, errors in found.floors.items()}
    leads = {
        "mse_to_ridge": found.lead("ridge"),
        "mae_to_ridge": found.lead("ridge", "absolute"),
        "mae_to_last_value": found.lead("last value", "absolute"),
    }
    return {"cell": found.cell.name, "gru": networks, "floors": floors, "ratio_and_p_value": leads}


def markdown(rows: list[tuple[str, ...]]) -> str:
    """The rows as a Markdown table."""
    lines = ["| " + " | ".join(HEADS) + " |", "|" + "---|" * len(HEADS)]
    return "\n".join([*lines, *("| " + " | ".join(cells) + " |" for cells in rows)]) + "\n"


def main() -> None:
    """Judges the cells asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cells", default=",".join(cell.name for cell in CELLS), help="comma-separated names")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="simulated rows and five batches, to see that it runs")
    parser.add_argument("--json", type=Path, help="where to write every seed's numbers")
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    options = parser.parse_args()
    chosen = QUICK if options.quick else [cell for cell in CELLS if cell.name in options.cells.split(",")]
    found = []
    for cell in chosen:
        found.append(judge(cell, range(options.seeds), options.quick))
        print(json.dumps(record(found[-1])), file=sys.stderr, flush=True)
    table = markdown([row(one) for one in found])
    print(table)
    if options.json:
        options.json.write_text(json.dumps([record(one) for one in found], indent=1), encoding="utf-8")
    if options.write and not options.quick:
        text = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(MARKS.sub(lambda mark: mark[1] + table + mark[2], text), encoding="utf-8")


if __name__ == "__main__":
    main()
