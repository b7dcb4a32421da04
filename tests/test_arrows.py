"""Imports point one way: the table of who may import whom, checked against every import in the code."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOTS = {"tsrnn": ROOT, "tsrnn_datasets": ROOT / "datasets", "tsrnn_cli": ROOT / "cli"}

# Package → the neighbours it may import.
NEIGHBOURS: dict[str, set[str]] = {"tsrnn": set(), "tsrnn_datasets": set(), "tsrnn_cli": {"tsrnn", "tsrnn_datasets"}}

# The border between a caller's frames and the arrays inside; these know one another.
BORDER = {
    *(
        "ahead",
        "answer",
        "auditing",
        "calendar",
        "categories",
        "checks",
        "columns",
        "errors",
        "frame",
        "frequency",
        "layout",
        "notices",
        "numbers",
        "parts",
        "repairing",
        "trading",
    ),
    "panel",
}
GROUND = {"errors", "panel"}
LEARNING = {"boxcox", "network", "nn", "picking", "saving", "scaling", "training", "transforms", "windows"}
JUDGING = {"metrics", "scores", "significance"}

# Part of tsrnn → the other parts it may import. The longest name that fits a module is its row. A new part needs a row.
ARROWS: dict[str, set[str]] = {
    **dict.fromkeys(BORDER, BORDER),
    "errors": set(),
    "explaining": {"errors"},
    "notices": set(),
    "version": set(),
    "manifest": {"errors", "version"},
    "folder": {"errors", "manifest", "version"},
    "scaling": GROUND,
    "boxcox": GROUND | {"scaling"},
    "transforms": GROUND | {"boxcox", "scaling"},
    "windows": GROUND,
    "nn": {"errors"},
    "network": {"errors", "nn"},
    "checkpoint": {"errors"},
    "drawing": set(),
    "picking": {"errors"},
    "optimizing": {"errors"},
    "training": {"checkpoint", "drawing", "errors", "optimizing"},
    "metrics": GROUND,
    "scores": GROUND | {"metrics"},
    "naive2": GROUND,
    "equal_loss": GROUND,
    "skill": GROUND | {"equal_loss", "metrics"},
    "ranks": GROUND | {"metrics"},
    "directions": GROUND | {"metrics"},
    "significance": GROUND | {"directions", "equal_loss", "metrics", "ranks", "scores", "skill"},
    "cutoffs": BORDER,
    "over_folds": GROUND | {"equal_loss", "metrics"},
    "calibration": GROUND | JUDGING | {"equal_loss", "over_folds"},
    "residuals": GROUND | JUDGING | {"over_folds"},
    "honesty": GROUND | JUDGING | {"directions", "over_folds", "residuals"},
    "checking": GROUND | JUDGING | {"calibration", "honesty", "ranks", "report", "residuals"},
    "splits": BORDER | {"cutoffs"},
    "forecasters": BORDER | LEARNING | {"naive2"},
    "forecasters.ensemble": BORDER | LEARNING | {"metrics", "rehearsal"},
    "rehearsal": BORDER | {"forecasters", "metrics", "splits"},
    "saving": BORDER | LEARNING | {"folder", "forecasters"},
    "conformal": BORDER | {"forecasters", "metrics", "rehearsal"},
    "tuning": BORDER | {"forecasters", "jobs", "network", "nn", "rehearsal", "splits", "training"},
    "report": GROUND | JUDGING | {"version"},
    "findings": BORDER
    | JUDGING
    | {"checking", "external", "forecasters", "honesty", "report", "splits", "training", "version"},
    "chunks": BORDER | {"runs", "splits"},
    "tallies": GROUND | {"scores"},
    "partitions": BORDER,
    "over_files": BORDER
    | {"backtesting", "findings", "forecasters", "partitions", "report", "scores", "significance", "splits", "tallies"},
    "file_by_file": BORDER
    | {"backtesting", "forecasters", "jobs", "over_files", "partitions", "runs", "splits", "tallies"},
    "jobs": GROUND,
    "runs": BORDER | {"forecasters", "metrics", "splits"},
    "external": GROUND,
    "backtesting": BORDER
    | JUDGING
    | {"chunks", "external", "findings", "forecasters", "jobs", "report", "runs", "splits"},
    "window_transformer": BORDER,
    "regressor": GROUND | {"network", "nn", "training"},
    "perturbing": BORDER,
    "pipelines": BORDER | {"forecasters", "perturbing", "runs", "scores", "splits"},
    "leaks": BORDER | {"forecasters", "perturbing", "pipelines", "runs", "splits"},
    "diagnostics": BORDER | {"forecasters", "nn"},
    "testing": BORDER | JUDGING | {"backtesting", "forecasters", "leaks", "saving", "splits"},
    "nlp": {"errors", "folder", "metrics", "network", "nn", "picking", "report", "training", "tuning", "version"},
}
# What the tensors of nn/ may import from outside.
NN_MAY_IMPORT = {"torch", "numpy", *sys.stdlib_module_names}


def modules() -> Iterator[tuple[str, Path]]:
    """Every module of the three packages, with its file."""
    for package, folder in ROOTS.items():
        for path in sorted((folder / package).rglob("*.py")):
            parts = path.relative_to(folder).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


MODULES = dict(modules())


def imports(source: str) -> Iterator[str]:
    """What a source imports anywhere, in functions and for types too; `from a import b` gives a.b."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{'.' * node.level}{node.module or ''}.{alias.name}" for alias in node.names)


def row_of(module: str) -> str | None:
    """The row of the table that speaks for a module of tsrnn."""
    parts = module.split(".")[1:]
    names = (".".join(parts[:end]) for end in range(len(parts), 0, -1))
    return next((name for name in names if name in ARROWS), None)


def offences(module: str, source: str) -> list[str]:
    """The imports of a module that point the wrong way."""
    package, *inside = module.split(".")
    found = []
    for name in imports(source):
        target, *rest = name.split(".")
        if name.startswith("."):
            found.append(f"{module} imports {name}: write the whole name")
        elif target in ROOTS and target != package:
            if target not in NEIGHBOURS[package]:
                found.append(f"{module} imports {name}: {package} imports no neighbour called {target}")
        elif target == package and inside and len(rest) < 2:
            found.append(f"{module} imports {name}: import from the module, not from the package root")
        elif target == package == "tsrnn" and inside and rest[0] != inside[0]:
            row = row_of(module)
            if rest[0] not in ARROWS.get(row or "", set()):
                found.append(f"{module} imports {name}: the row {row!r} of ARROWS does not allow {rest[0]}")
        elif inside[:1] == ["nn"] and package == "tsrnn" and target not in {*NN_MAY_IMPORT, "tsrnn"}:
            found.append(f"{module} imports {name}: nn/ knows tensors only")
    return found


@pytest.mark.parametrize(
    ("module", "wrong", "right"),
    [
        ("tsrnn.panel", "import tsrnn_datasets", "import pandas"),
        ("tsrnn_datasets.loading", "from tsrnn.panel import Panel", "from tsrnn_datasets.card import Card"),
        ("tsrnn.frame", "from tsrnn import calendar", "from tsrnn.calendar import SEASONS"),
        ("tsrnn.frame", "import tsrnn.calendar", "from tsrnn.calendar import SEASONS"),
        ("tsrnn.frame", "from .panel import Panel", "from tsrnn.panel import Panel"),
        ("tsrnn.nn.heads", "def f():\n    import pandas", "def f():\n    import torch"),
        ("tsrnn.nn.heads", "from tsrnn.panel import Panel", "from tsrnn.nn.state import State"),
        ("tsrnn.report.page", "from tsrnn.backtesting import Backtest", "from tsrnn.report.tables import Table"),
        ("tsrnn.forecasters.arima", "from tsrnn.splits import cutoffs", "from tsrnn.frame import read"),
        ("tsrnn.nlp.tagger", "from tsrnn.forecasters.arima import ARIMA", "from tsrnn.training import train"),
    ],
)
def test_a_wrong_arrow_is_seen_and_a_right_one_passes(module: str, wrong: str, right: str) -> None:
    assert len(offences(module, wrong)) == 1
    assert offences(module, right) == []


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_one_way(module: str) -> None:
    assert offences(module, MODULES[module].read_text(encoding="utf-8")) == []


def test_every_part_of_the_library_has_a_row() -> None:
    assert [module for module in MODULES if module.startswith("tsrnn.") and row_of(module) is None] == []


def test_outside_the_border_the_table_has_no_circle_but_saving() -> None:
    def reach(part: str) -> set[str]:
        reached: set[str] = set()
        ahead = [part]
        while ahead:
            for further in ARROWS[ahead.pop()] - reached:
                reached.add(further)
                if further != "saving":  # a forecaster saves itself; loading has to know the classes
                    ahead.append(further)
        return reached

    assert [part for part in ARROWS if part not in BORDER | {"saving"} and part in reach(part)] == []
