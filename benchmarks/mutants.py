"""Mutants: small faults put into the code on purpose, and the share of them that the tests notice.

    python benchmarks/mutants.py [--modules metrics,splits] [--sample 80]

A mutant is one module with one comparison turned, one number changed, one sign, operator or truth value swapped, or
one result withheld. Each runs in a process of its own, in which only that module is another, against the tests named
beside it here, until the first that fails. A mutant that no test notices is printed: either a test is missing, or the
change makes no difference.
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib.util
import multiprocessing
import os
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
TIMEOUT = 120  # seconds
# Module of tsrnn → the tests that are about it.
TESTS = {
    "metrics": ("tests/test_metrics.py", "tests/test_probabilistic_metrics.py"),
    "splits": ("tests/test_splits.py",),
    "scaling": ("tests/test_scaling.py", "tests/test_transforms.py", "tests/test_properties.py"),
    "auditing": ("tests/test_auditing.py",),
}
# What every mutant's process needs and no mutant changes, loaded once.
HEAVY = (
    "hypothesis",
    "numpy",
    "pandas",
    "pytest",
    "scipy.stats",
    "sklearn.metrics",
    "sklearn.model_selection",
    "torch",
)

_SWAPS: dict[type[ast.AST], tuple[type[ast.AST], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.Lt), ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,), ast.NotIn: (ast.In,), ast.And: (ast.Or,), ast.Or: (ast.And,),
    ast.Add: (ast.Sub,), ast.Sub: (ast.Add,), ast.Mult: (ast.Div,), ast.Div: (ast.Mult,), ast.FloorDiv: (ast.Mult,),
    ast.Mod: (ast.Mult,), ast.Pow: (ast.Mult,), ast.BitAnd: (ast.BitOr,), ast.BitOr: (ast.BitAnd,),
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """One module with one fault: its line there, what was changed, and the whole text."""

    module: str
    line: int
    change: str
    text: str


def _code(node: ast.AST) -> Iterator[ast.AST]:
    """A node and all below it that runs: no annotation, no import, no decorator."""
    yield node
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "type_params"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not isinstance(child, ast.Import | ast.ImportFrom):
                yield from _code(child)


def _faults(node: ast.AST) -> Iterator[tuple[str, Any]]:
    """The fields of a node that can be changed, each with another value."""
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            for other in _SWAPS[type(operator)]:
                yield "ops", [*node.ops[:place], other(), *node.ops[place + 1 :]]
    elif isinstance(node, ast.BinOp | ast.BoolOp | ast.AugAssign):
        for other in _SWAPS.get(type(node.op), ()):
            yield "op", other()
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        yield "value", not node.value if isinstance(node.value, bool) else node.value + 1
    elif isinstance(node, ast.UnaryOp):
        yield "operand", ast.UnaryOp(node.op, node.operand)  # twice, which is once less
    elif isinstance(node, ast.Return) and node.value is not None:
        yield "value", ast.Constant(None)
    elif isinstance(node, ast.If | ast.IfExp):
        yield "test", ast.UnaryOp(ast.Not(), node.test)


def mutants(module: str) -> Iterator[Mutant]:
    """Every mutant of a module of tsrnn."""
    source = (ROOT / "tsrnn" / f"{module}.py").read_text(encoding="utf-8")
    count = len(list(_code(ast.parse(source))))
    for place in range(count):
        for number in range(len(list(_faults(list(_code(ast.parse(source)))[place])))):
            tree = ast.parse(source)
            node: Any = list(_code(tree))[place]
            before = ast.unparse(copy.deepcopy(node))
            name, value = list(_faults(node))[number]
            setattr(node, name, value)
            ast.fix_missing_locations(tree)
            change = f"{before[:60]}  →  {ast.unparse(node)[:60]}".replace("\n", " ")
            yield Mutant(module, node.lineno, change, ast.unparse(tree))


class _Instead(MetaPathFinder, SourceFileLoader):
    """Finds and loads the mutant in the place of its module."""

    def __init__(self, mutant: Mutant) -> None:
        super().__init__(f"tsrnn.{mutant.module}", str(ROOT / "tsrnn" / f"{mutant.module}.py"))
        self._text = mutant.text

    def find_spec(self, fullname: str, path: object, target: object = None) -> ModuleSpec | None:
        """The mutant's, for its name alone."""
        if fullname != self.name:
            return None
        return importlib.util.spec_from_file_location(fullname, self.path, loader=self)

    def get_code(self, fullname: str) -> CodeType:
        """The mutant, compiled."""
        code: CodeType = self.source_to_code(self._text.encode(), self.path)
        return code


def _run(mutant: Mutant) -> None:
    """The tests of a module in this process, which ends with pytest's exit code."""
    import pytest

    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    sys.meta_path.insert(0, _Instead(mutant))
    quick = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    ours = ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # what was loaded before pytest asked for it
    os._exit(int(pytest.main([*quick, *ours, *TESTS[mutant.module]])))


def outcome(mutant: Mutant) -> str:
    """`killed` by a test, by its own error, or by the clock; or `survived`."""
    process = multiprocessing.get_context("fork").Process(target=_run, args=(mutant,))
    process.start()
    process.join(TIMEOUT)
    if process.is_alive():
        process.kill()
        process.join()
        return "killed"
    return "survived" if process.exitcode == 0 else "killed"


def judged(module: str, sample: int, seed: int) -> tuple[int, list[Mutant]]:
    """How many mutants of a module were run, and those that survived."""
    whole = (ROOT / "tsrnn" / f"{module}.py").read_text(encoding="utf-8")
    if outcome(Mutant(module, 0, "nothing", whole)) == "killed":
        raise SystemExit(f"the tests of {module} fail without any fault; mend that first")
    every = list(mutants(module))
    chosen: Sequence[Mutant] = every
    if 0 < sample < len(every):
        chosen = sorted(random.Random(seed).sample(every, sample), key=lambda mutant: mutant.line)
    return len(chosen), [mutant for mutant in chosen if outcome(mutant) == "survived"]


def main() -> int:
    """A row a module, and every survivor."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--modules", default=",".join(TESTS))
    parser.add_argument("--sample", type=int, default=0, help="mutants of each module, 0 for all")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    os.environ["CI"] = "1"  # the same random examples for every mutant
    os.chdir(ROOT)
    for name in HEAVY:
        importlib.import_module(name)
    print("| module | mutants | killed | share |\n|---|---:|---:|---:|", flush=True)
    total, left = 0, []
    for module in options.modules.split(","):
        count, survivors = judged(module, options.sample, options.seed)
        share = 1 - len(survivors) / count
        print(f"| {module} | {count} | {count - len(survivors)} | {100 * share:.0f} % |", flush=True)
        total, left = total + count, left + survivors
    print(f"| all | {total} | {total - len(left)} | {100 * (1 - len(left) / total):.0f} % |\n")
    for mutant in left:
        print(f"{mutant.module}.py:{mutant.line}: {mutant.change}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
