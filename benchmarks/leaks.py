"""Whether anything looks ahead: every forecaster, transform and kind of column, and leaks planted to be found.

    python benchmarks/leaks.py

Everything after each of two cutoffs is scaled, shifted, shuffled, replaced and made missing; every forecast and every
bound of an interval, trained anew, is compared bit by bit with what it was. What moved saw the future.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import torch

from leaking.everything import cases
from leaking.planted import HONEST, PLANTED
from leaking.windows import HORIZON
from tsrnn.leaks import check_leak


def checked(kind: str, pipelines: Mapping[str, dict[str, Any]]) -> None:
    """A row a pipeline: how many numbers were compared, how many moved, and by which columns."""
    print(f"\n| {kind} | numbers | moved | by |\n|---|---:|---:|---|")
    leaking = 0
    for name, case in pipelines.items():
        settings = {key: value for key, value in case.items() if key not in ("model", "data")}
        found = check_leak(case["model"], case["data"], horizon=HORIZON, **settings)
        leaking += found.leaks
        moved, sources = len(found.moved()), ", ".join(map(str, found.sources))
        print(f"| {name} | {len(found.rows):,} | {moved:,} | {sources} |", flush=True)
    print(f"\n{leaking} of {len(pipelines)} saw the future.", flush=True)


def main() -> None:
    """Three tables."""
    torch.set_num_threads(1)
    checked("every forecaster, transform and kind of column", cases())
    checked("honest pipelines", HONEST)
    checked("planted leaks", PLANTED)


if __name__ == "__main__":
    sys.exit(main())
