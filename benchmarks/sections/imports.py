"""What importing costs: a fresh Python that imports, less a fresh Python that does not."""

from __future__ import annotations

import statistics
import subprocess
import sys
from collections.abc import Callable

from sections.pages import Row
from sections.turns import in_turn, milliseconds

STATEMENTS = ("import tsrnn", "from tsrnn import GRUForecaster", "import torch", "import pandas")


def rows(quick: bool) -> list[Row]:
    """A row a statement."""
    found: list[Row] = []
    for statement in STATEMENTS:
        pairs = in_turn(milliseconds(_python(statement)), milliseconds(_python("pass")), 3 if quick else 7)
        more = [with_it - without for with_it, without in pairs]
        found.append(
            {
                "statement": f"`{statement}`",
                "above bare Python, ms": statistics.median(more),
                "lowest to highest": f"{min(more):,.0f} to {max(more):,.0f}",
            }
        )
    return found


def _python(statement: str) -> Callable[[], object]:
    return lambda: subprocess.run([sys.executable, "-c", statement], check=True)
