"""The house rules a machine can check in the code; each is first shown a wrong and a right example."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("tsrnn", "datasets/tsrnn_datasets", "cli/tsrnn_cli")
LIBRARY = ("tsrnn", "datasets/tsrnn_datasets")
EVERYTHING = (*PACKAGES, "tests", "benchmarks", "docs", "hatch_build.py")
LONGEST_FILE = 300
MOST_PARAMETERS, MOST_PARAMETERS_OF_A_LAYER = 7, 10
# The data and how to read them are one thing, said the same way everywhere.
NOT_COUNTED = {"self", "cls", "name", "data", "columns", "repairs", "horizon"}

Rule = Callable[[ast.Module], Iterator[str]]
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def sources(*places: str) -> tuple[Path, ...]:
    """Every Python file below these places, as paths from the root."""
    found = [path for place in places for path in (ROOT / place, *sorted((ROOT / place).rglob("*.py")))]
    return tuple(path.relative_to(ROOT) for path in found if path.suffix == ".py" and path.is_file())


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), filename=str(path))


def offences(rule: Rule, *places: str) -> list[str]:
    """What a rule finds below these places, each with its file."""
    return [f"{path}: {offence}" for path in sources(*places) for offence in rule(parsed(path))]


def dotted(node: ast.expr) -> str:
    """`torch.load` for the expression torch.load; empty for what is not a dotted name."""
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return node.id if isinstance(node, ast.Name) else ""


def imported(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every module or name imported anywhere in a file, with its line: `from a import b` gives a.b."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{node.module or ''}.{alias.name}") for alias in node.names)


def prints(tree: ast.Module) -> Iterator[str]:
    """A library says nothing by itself."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == "print":
            yield f"line {node.lineno} prints"


UNSAFE_MODULES = {"pickle", "cPickle", "cloudpickle", "dill", "marshal", "shelve"}
UNSAFE_CALLS = {
    "eval",
    "exec",
    "torch.load",
    "torch.save",
    "joblib.load",
    "joblib.dump",
    "yaml.load",
    "yaml.unsafe_load",
}
UNSAFE_ENDINGS = ("read_pickle", "to_pickle")


def unsafe(tree: ast.Module) -> Iterator[str]:
    """Nothing read from a file or typed by a user may become code."""
    for line, name in imported(tree):
        if name.split(".")[0] in UNSAFE_MODULES or name in UNSAFE_CALLS:
            yield f"line {line} imports {name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = dotted(node.func)
            if name in UNSAFE_CALLS or name.endswith(UNSAFE_ENDINGS):
                yield f"line {node.lineno} calls {name}"
            if any(
                keyword.arg == "allow_pickle" and ast.unparse(keyword.value) != "False" for keyword in node.keywords
            ):
                yield f"line {node.lineno} allows pickles"


def swallows(tree: ast.Module) -> Iterator[str]:
    """An exception is caught by name and answered."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            silent = all(isinstance(step, ast.Pass | ast.Continue) for step in node.body)
            if node.type is None:
                yield f"line {node.lineno} has a bare except"
            elif silent and dotted(node.type) in ("Exception", "BaseException"):
                yield f"line {node.lineno} swallows every {dotted(node.type)}"


def public_functions(tree: ast.Module) -> Iterator[tuple[str, Function]]:
    """Public functions, public methods and constructors of public classes, with the name to report."""

    def walk(body: list[ast.stmt], before: str) -> Iterator[tuple[str, Function]]:
        for node in body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                yield from walk(node.body, f"{before}{node.name}.")
            elif isinstance(node, Function) and (
                not node.name.startswith("_") or node.name in ("__init__", "__call__")
            ):
                yield before + node.name, node

    yield from walk(tree.body, "")


def loose_keywords(tree: ast.Module) -> Iterator[str]:
    """A misspelt option must be an error, so nothing public takes **kwargs."""
    for name, function in public_functions(tree):
        if function.args.kwarg is not None:
            yield f"{name} takes **{function.args.kwarg.arg}"


def record(node: ast.ClassDef) -> str:
    """How a class is decorated as a dataclass: "frozen", "changing" or "" for none."""
    for decorator in node.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        if dotted(called).split(".")[-1] == "dataclass":
            keywords = decorator.keywords if isinstance(decorator, ast.Call) else []
            return (
                "frozen"
                if any(word.arg == "frozen" and ast.unparse(word.value) == "True" for word in keywords)
                else "changing"
            )
    return ""


def parameter_counts(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """How many parameters people set beside the data; nor do `name` and the fields of a frozen record count."""
    for name, function in public_functions(tree):
        arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
        yield name, sum(argument.arg not in NOT_COUNTED for argument in arguments)
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and record(node) == "changing":
            fields = [
                item
                for item in node.body
                if isinstance(item, ast.AnnAssign) and "ClassVar" not in ast.unparse(item.annotation)
            ]
            yield node.name, sum(ast.unparse(field.target) != "name" for field in fields)


def many_parameters(most: int) -> Rule:
    """The rule that allows `most` parameters: what needs more gets a second object."""
    return lambda tree: (
        f"{name} takes {count} parameters, at most {most}" for name, count in parameter_counts(tree) if count > most
    )


def sort_key(name: str) -> tuple[int, str]:
    """Constants, then classes, then the rest: the order ruff keeps in `__all__`."""
    return (0 if name.isupper() else 1 if name[:1].isupper() else 2, name)


def unsorted_names(tree: ast.Module) -> Iterator[str]:
    """A list of public names is read by people: it is sorted."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(dotted(target) == "__all__" for target in node.targets):
            names = ast.literal_eval(node.value)
            if list(names) != sorted(set(names), key=sort_key):
                yield f"line {node.lineno}: __all__ is not sorted or repeats a name"


@pytest.mark.parametrize(
    ("rule", "wrong", "right"),
    [
        (prints, "print('loss')", '"""print(loss)"""'),
        (unsafe, "import pickle", "import pickletools"),
        (unsafe, "from joblib import load", "from joblib import Parallel"),
        (unsafe, "weights = torch.load(path)", "weights = load_file(path)"),
        (unsafe, "answer = eval(text)", "network.eval()"),
        (unsafe, "np.load(path, allow_pickle=True)", "np.load(path, allow_pickle=False)"),
        (unsafe, "frame.to_pickle(path)", "frame.to_csv(path)"),
        (swallows, "try:\n    f()\nexcept:\n    raise", "try:\n    f()\nexcept OSError:\n    pass"),
        (
            swallows,
            "try:\n    f()\nexcept Exception:\n    pass",
            "try:\n    f()\nexcept Exception as error:\n    g(error)",
        ),
        (loose_keywords, "class A:\n    def fit(self, **options): ...", "class A:\n    def _fit(self, **options): ..."),
        (many_parameters(2), "def f(a, b, *, c): ...", "def f(a, b, *, name): ..."),
        (
            many_parameters(2),
            "class A:\n    def __init__(self, a, b, c): ...",
            "class A:\n    def __init__(self, a, b): ...",
        ),
        (
            many_parameters(1),
            "@dataclass\nclass A:\n    a: int\n    b: int",
            "@dataclass(frozen=True)\nclass A:\n    a: int\n    b: int",
        ),
        (
            unsorted_names,
            "__all__ = ['Panel', 'Columns']",
            "__all__ = ['SEASONS', 'Columns', 'Panel', '__version__', 'load']",
        ),
    ],
)
def test_each_rule_sees_a_wrong_example_and_lets_a_right_one_pass(rule: Rule, wrong: str, right: str) -> None:
    assert list(rule(ast.parse(wrong))) != []
    assert list(rule(ast.parse(right))) == []


def test_the_library_does_not_print() -> None:
    assert offences(prints, *LIBRARY) == []


def test_nothing_read_from_a_file_can_become_code() -> None:
    assert offences(unsafe, *PACKAGES, "benchmarks") == []


def test_no_exception_is_swallowed() -> None:
    assert offences(swallows, *EVERYTHING) == []


def test_no_public_function_takes_loose_keywords() -> None:
    assert offences(loose_keywords, *PACKAGES) == []


def test_public_functions_take_few_parameters() -> None:
    layers = [path for path in sources(*LIBRARY) if path.parts[:2] == ("tsrnn", "nn")]
    others = [path for path in sources(*LIBRARY) if path not in layers]
    few, more = many_parameters(MOST_PARAMETERS), many_parameters(MOST_PARAMETERS_OF_A_LAYER)
    assert [f"{path}: {offence}" for path in others for offence in few(parsed(path))] == []
    assert [f"{path}: {offence}" for path in layers for offence in more(parsed(path))] == []


def test_lists_of_public_names_are_sorted() -> None:
    assert offences(unsorted_names, *PACKAGES) == []


def test_files_are_short() -> None:
    lengths = {str(path): len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in sources(*EVERYTHING)}
    assert {path: length for path, length in lengths.items() if length > LONGEST_FILE} == {}


def test_files_begin_with_their_idea() -> None:
    assert [str(path) for path in sources(*EVERYTHING) if not ast.get_docstring(parsed(path))] == []


def test_file_names_say_what_is_inside() -> None:
    vague = re.compile(r"(utils?|helpers?|managers?|misc|common|base_.*|base)$")
    assert [
        str(path) for path in sources(*EVERYTHING) if any(vague.match(Path(part).stem) for part in path.parts)
    ] == []


def test_source_roots_are_not_packages() -> None:
    assert [path for path in ("datasets/__init__.py", "cli/__init__.py") if (ROOT / path).exists()] == []


def test_every_folder_of_a_package_is_a_package() -> None:
    folders = {(ROOT / path).parent for path in sources(*PACKAGES)}
    assert [str(folder) for folder in folders if not (folder / "__init__.py").is_file()] == []


def test_every_package_says_that_it_is_typed() -> None:
    assert [package for package in PACKAGES if not (ROOT / package / "py.typed").is_file()] == []
