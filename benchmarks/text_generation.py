"""Text that is written and translated, on public data, each cell at most ten minutes on two cores.

    python benchmarks/text_generation.py                      every cell with three seeds; TSRNN_DATA names the data
    python benchmarks/text_generation.py --cells multi30k --seeds 1
    python benchmarks/text_generation.py --quick              a hundredth of the text and one pass: does it run at all?

Prints one JSON object a cell and seed: figures, seconds of wall and processor time, and the signature of scores.
Nothing is chosen on test rows. `carried` keeps the state along the whole test text, `reset` empties it every 256
tokens.
"""

from __future__ import annotations

import argparse
import json
import time

from texts.generation import CELLS


def main() -> None:
    """Runs the cells asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cells", default=",".join(CELLS), help=f"comma-separated: {', '.join(CELLS)}")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="little text and one pass")
    options = parser.parse_args()
    names = options.cells.split(",")
    unknown = [name for name in names if name not in CELLS]
    if unknown:
        parser.error(f"unknown cell {unknown[0]!r}: choose from {', '.join(CELLS)}")
    for name in names:
        for seed in range(options.seeds):
            began = time.process_time()
            run = CELLS[name].run(seed, options.quick)
            spent = {"cell": CELLS[name].title, "seed": seed, "processor_seconds": round(time.process_time() - began)}
            print(json.dumps(spent | run._asdict(), ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
