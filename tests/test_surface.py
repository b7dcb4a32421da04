"""What people see from outside: public names, version, dependencies, light imports, the README and nothing private."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("tsrnn", "datasets/tsrnn_datasets", "cli/tsrnn_cli")
HEAVY = ("matplotlib", "pandas", "sklearn", "statsmodels", "torch")
DISTRIBUTIONS = {"sklearn": "scikit-learn"}  # where the import has another name


def project() -> dict[str, Any]:
    """The [project] table of pyproject.toml."""
    table: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return table


def run(code: str, folder: Path, environment: dict[str, str]) -> str:
    """The output of a fresh Python process; a failure shows its last words."""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.mark.parametrize("package", ["tsrnn", "tsrnn_datasets"])
def test_every_public_name_can_be_imported(package: str) -> None:
    module = importlib.import_module(package)
    assert len(module.__all__) > 1
    assert [name for name in module.__all__ if not hasattr(module, name)] == []
    assert set(module.__all__) <= set(dir(module))


@pytest.mark.parametrize("package", ["tsrnn", "tsrnn_datasets"])
def test_a_misspelt_public_name_is_an_attribute_error(package: str) -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = importlib.import_module(package).no_such_name


@pytest.mark.slow
def test_public_names_mean_the_same_after_every_module_was_imported(
    tmp_path: Path, checkout_environment: dict[str, str]
) -> None:
    code = """
import importlib, inspect, pkgutil, tsrnn
for module in pkgutil.walk_packages(tsrnn.__path__, "tsrnn."):
    importlib.import_module(module.name)  # puts the module `tsrnn.audit` where the function `tsrnn.audit` belongs
print([name for name in tsrnn.__all__ if name != "errors" and inspect.ismodule(getattr(tsrnn, name))])
"""
    assert run(code, tmp_path, checkout_environment).splitlines()[-1] == "[]"


def test_the_package_says_the_version_of_pyproject() -> None:
    assert importlib.import_module("tsrnn").__version__ == project()["version"]


@pytest.mark.parametrize(
    "code",
    [
        "import tsrnn",
        "import tsrnn_datasets",
        "import tsrnn_cli",
        "import sys; sys.argv[1:] = ['--help']\nfrom tsrnn_cli.main import main\ntry: main()\nexcept SystemExit: pass",
    ],
    ids=["tsrnn", "tsrnn_datasets", "tsrnn_cli", "tsrnn --help"],
)
def test_imports_and_help_load_nothing_heavy(code: str, tmp_path: Path, checkout_environment: dict[str, str]) -> None:
    ask = f"import sys\nprint('LOADED', *sorted(set(sys.modules) & {set(HEAVY)!r}))"
    assert run(f"{code}\n{ask}", tmp_path, checkout_environment).splitlines()[-1] == "LOADED"


def outside_imports() -> set[str]:
    """The distributions of every third-party import in the three packages."""
    names: set[str] = set()
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    names |= {alias.name.split(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module:
                    names.add(node.module.split(".")[0])
    ours = {Path(package).name for package in PACKAGES}
    return {DISTRIBUTIONS.get(name, name) for name in names - ours - sys.stdlib_module_names}


def test_every_import_is_a_declared_dependency() -> None:
    declared = {canonicalize_name(need.name) for need in wanted("test", "dev")}
    assert {name for name in outside_imports() if canonicalize_name(name) not in declared} == set()


def pins(name: str) -> dict[str, str]:
    """Distribution -> version of a file of constraints."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    pairs = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(distribution): version for distribution, version in pairs}


def wanted(*left_out: str) -> list[Requirement]:
    """Everything pyproject.toml asks for but our own name, without some extras."""
    table = project()
    extras = [line for name, group in table["optional-dependencies"].items() if name not in left_out for line in group]
    requirements = map(Requirement, [*table["dependencies"], *extras])
    return [requirement for requirement in requirements if requirement.name != table["name"]]


def test_every_dependency_is_pinned_to_a_version_in_its_range() -> None:
    pinned = pins("constraints.txt")
    assert [str(need) for need in wanted() if canonicalize_name(need.name) not in pinned] == []
    assert [str(need) for need in wanted() if not need.specifier.contains(pinned[canonicalize_name(need.name)])] == []


def test_the_oldest_versions_are_the_ones_that_test_lowest_installs() -> None:
    pinned = pins("constraints-lowest.txt")
    for need in wanted("dev"):
        (oldest,) = (clause.version for clause in need.specifier if clause.operator == ">=")
        assert Version(pinned[canonicalize_name(need.name)]) == Version(oldest), need.name


def code(page: Path) -> list[str]:
    """The Python blocks of a page of Markdown."""
    return re.findall(r"^```python\n(.*?)^```", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)


PAGES_WITH_CODE = [page for page in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))) if code(page)]


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES_WITH_CODE, ids=lambda page: page.name)
def test_the_examples_of_every_page_run(page: Path, tmp_path: Path, checkout_environment: dict[str, str]) -> None:
    blocks = code(page)
    run("\n".join(blocks), tmp_path, {**checkout_environment, "PYTHONWARNINGS": "error", "MPLBACKEND": "Agg"})


def linked_files(page: Path) -> list[str]:
    """The relative links of a page of Markdown, without their anchors."""
    links = re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
    return [link.split("#")[0] for link in links if not re.match(r"[a-z]+:|#", link)]


def test_links_between_pages_lead_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "datasets").glob("*.md")]
    assert pages
    assert [
        f"{page.name}: {link}" for page in pages for link in linked_files(page) if not (page.parent / link).exists()
    ] == []


def tracked_files() -> list[Path]:
    """The files of the repository, new ones too; outside one (an unpacked sdist), the files of the source tree."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0:
        found = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        found = [path for place in ("tsrnn", "datasets", "cli", "tests", "docs") for path in (ROOT / place).rglob("*")]
    return [path for path in found if path.is_file() and path.suffix not in (".pyc", ".so")]


PRIVATE = re.compile(
    r"(?<![\w.])/(work|root)/"  # a folder of one machine
    r"|(?<!\w)/(opt/(pypi|wheels)|tmp/w)\b"
    r"|\b(pypi|pytorch|pythonhosted)\.org/(simple|whl|packages)"  # the host of one package registry
)


def test_no_file_knows_one_machine_or_one_package_registry() -> None:
    texts = {path: path.read_bytes().decode("utf-8", errors="ignore") for path in tracked_files()}
    assert Path(__file__).resolve() in texts
    found = [f"{path.relative_to(ROOT)}: {match.group()}" for path in texts for match in PRIVATE.finditer(texts[path])]
    assert found == []


@pytest.mark.parametrize("text", ["cd /wo" + "rk/main", "--index-url https://download.pytorch" + ".org/whl/cpu"])
def test_a_private_path_or_a_registry_would_be_seen(text: str) -> None:
    assert PRIVATE.search(text) is not None
