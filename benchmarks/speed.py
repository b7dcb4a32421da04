"""How fast tsrnn is beside what users would have used instead, and beside what it could be at best.

    python benchmarks/speed.py                    every section but the peers
    python benchmarks/speed.py --peers            the peers too, in an environment of their own that it makes once
    python benchmarks/speed.py training memory    these sections alone
    python benchmarks/speed.py --quick            fewer sizes and repetitions
    python benchmarks/speed.py --json             the rows as JSON
    python benchmarks/speed.py --write            also puts the tables into docs/benchmarks.md

What is compared runs in turn, A B B A …, and a ratio is the median over turns. Other programs on the machine slow both
sides down, two threads much more than one, so read the ratios, not the times.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence

import torch

from sections import growth, imports, kernel, memory, peers, prediction, training
from sections.pages import Row, table, write
from tsrnn.nn.library import engine_info

SECTIONS: dict[str, Callable[[bool], Sequence[Row]]] = {
    "kernel": kernel.rows,
    "training": training.rows,
    "growth": growth.rows,
    "memory": memory.rows,
    "prediction": prediction.rows,
    "imports": imports.rows,
    "peers": peers.rows,
    "peers-prediction": peers.prediction_rows,
}
PEERS = [name for name in SECTIONS if name.startswith("peers")]


def main() -> None:
    """Measures, prints and perhaps writes, a section after the other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sections", nargs="*", metavar="section", help=", ".join(SECTIONS))
    parser.add_argument("--peers", action="store_true", help="the peers too")
    parser.add_argument("--quick", action="store_true", help="fewer sizes and repetitions")
    parser.add_argument("--json", action="store_true", help="the rows as JSON")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/benchmarks.md")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads(), help="of torch and the kernel")
    options = parser.parse_args()
    if unknown := [name for name in options.sections if name not in SECTIONS]:
        parser.error(f"unknown sections {unknown}: choose from {', '.join(SECTIONS)}")
    torch.set_num_threads(options.threads)
    wanted = options.sections or [name for name in SECTIONS if name not in PEERS]
    found: dict[str, Sequence[Row]] = {}
    for name in dict.fromkeys([*wanted, *(PEERS if options.peers else [])]):
        began = time.perf_counter()
        found[name] = SECTIONS[name](options.quick)
        print(f"{name}: {time.perf_counter() - began:.0f} s", file=sys.stderr)
        text = f"{setting()}\n\n{table(found[name])}"
        if not options.json:
            print(f"\n## {name}\n\n{text}", flush=True)
        if options.write:
            write(name, text)
    if options.json:
        print(json.dumps(found, indent=2))


def setting() -> str:
    """What the figures were made with."""
    return f"Engine: {engine_info()}; torch {torch.__version__}, {torch.get_num_threads()} threads."


if __name__ == "__main__":
    main()
