"""The built package: sdist to wheel, beside other people's `datasets` and `cli`, with and without a C++ compiler."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

import hatch_build

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]
STANDIN = 'extern "C" int tsrnn_standin(int number) { return 2 * number; }\n'
OWNERS = "import cli, datasets; print(cli.OWNER, datasets.OWNER)"
KERNELS = Path(hatch_build.FOLDER)
DEBRIS = {"__pycache__", hatch_build.LIBRARY}  # what running and installing leave between the sources


def run(*command: object, folder: Path | None = None) -> str:
    """Run a command; gives everything it said. A failure shows its last words."""
    done = subprocess.run(
        list(map(str, command)), cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout[-4000:]}"
    return done.stdout


@dataclass(frozen=True)
class Environment:
    """A fresh virtual environment that borrows the pip of the running one and, on demand, its packages."""

    folder: Path

    @property
    def programs(self) -> Path:
        """Where its python and its commands lie."""
        return self.folder / ("Scripts" if sys.platform == "win32" else "bin")

    def pip(self, *arguments: object) -> str:
        """Run pip on this environment; nothing is downloaded."""
        options = ("--disable-pip-version-check", "--python", self.programs / "python")
        return run(sys.executable, "-m", "pip", *options, *arguments)

    def python(self, code: str) -> str:
        """What a line of Python prints here, outside the checkout."""
        return run(self.programs / "python", "-c", code, folder=self.folder).strip()

    def borrow_packages(self) -> None:
        """Show it the packages of the running environment; its own come first."""
        lent = next(path for path in sys.path if path.endswith("site-packages"))
        site = Path(self.python("import sysconfig; print(sysconfig.get_path('purelib'))"))
        (site / "zz_borrowed.pth").write_text(f"{lent}\n", encoding="utf-8")


def foreign_wheel(name: str, folder: Path) -> Path:
    """A wheel of somebody else's package that owns the import name `name`."""
    about = f"foreign_{name}-1.0.dist-info"
    files = {
        f"{name}/__init__.py": "OWNER = 'theirs'\n",
        f"{name}/data.csv": "a,b\n",
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: foreign-{name}\nVersion: 1.0\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{about}/RECORD"] = "".join(f"{path},,\n" for path in [*files, f"{about}/RECORD"])
    wheel = folder / f"foreign_{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return wheel


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    """An environment that already holds other people's `datasets` and `cli`."""
    made = Environment(tmp_path / "environment")
    venv.create(made.folder, with_pip=False)
    for name in ("datasets", "cli"):
        made.pip("install", "--no-deps", "--no-index", foreign_wheel(name, tmp_path))
    return made


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source distribution of this checkout."""
    folder = tmp_path_factory.mktemp("sdist")
    run(sys.executable, "-m", "build", "--sdist", "--no-isolation", "--outdir", folder, ROOT)
    return next(folder.glob("*.tar.gz"))


@pytest.fixture
def sources(sdist: Path, tmp_path: Path) -> Path:
    """The sdist, unpacked, with one C++ source more."""
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    unpacked = tmp_path / sdist.name.removesuffix(".tar.gz")
    (unpacked / KERNELS).mkdir(parents=True, exist_ok=True)
    (unpacked / KERNELS / "standin.cpp").write_text(STANDIN, encoding="utf-8")
    return unpacked


def build_wheel(source: Path, folder: Path) -> tuple[Path, str]:
    """The wheel of an sdist or a folder, and what the build said."""
    said = run(
        *(sys.executable, "-m", "pip", "wheel", "-v", "-v", "--no-deps", "--no-index", "--no-build-isolation"),
        *("--wheel-dir", folder, source),
    )
    return next(folder.glob("tsrnn-*.whl")), said


def has_compiler() -> bool:
    """Whether the build finds a compiler on this machine."""
    return hatch_build.find_compiler() is not None


def test_a_wheel_built_from_the_sdist_lives_beside_other_peoples_packages(
    sdist: Path, environment: Environment, tmp_path: Path
) -> None:
    wheel, _ = build_wheel(sdist, tmp_path / "wheels")
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"tsrnn", "tsrnn_datasets", "tsrnn_cli"}
    for package, folder in {"tsrnn": ROOT, "tsrnn_datasets": ROOT / "datasets", "tsrnn_cli": ROOT / "cli"}.items():
        wanted = {path.relative_to(folder) for path in (folder / package).rglob("*") if path.is_file()}
        assert {path.as_posix() for path in wanted if not DEBRIS.intersection(path.parts)} - set(names) == set()
        assert f"{package}/py.typed" in names

    environment.pip("install", "--no-deps", "--no-index", wheel)
    assert environment.python(OWNERS) == "theirs theirs"
    where = environment.python("import tsrnn, tsrnn_datasets; print(tsrnn.__file__, tsrnn_datasets.__file__)")
    assert all(Path(path).is_relative_to(environment.folder.resolve()) for path in where.split())
    environment.borrow_packages()
    assert "Usage" in run(environment.programs / "tsrnn", "--help", folder=tmp_path)
    assert "co2" in run(environment.programs / "tsrnn", "datasets", folder=tmp_path)

    environment.pip("uninstall", "--yes", "tsrnn")
    assert environment.python(OWNERS) == "theirs theirs"
    assert environment.python(
        "import importlib.resources as r; print(r.files('datasets').joinpath('data.csv').is_file())"
    )
    assert list(environment.folder.rglob("site-packages/tsrnn*")) == []


@pytest.mark.skipif(not has_compiler(), reason="no C++ compiler on this machine")
def test_sources_are_compiled_into_a_wheel_for_every_python_of_this_platform(
    sources: Path, environment: Environment, tmp_path: Path
) -> None:
    wheel, said = build_wheel(sources, tmp_path / "wheels")
    assert f"tsrnn: compiled {hatch_build.FOLDER}/{hatch_build.LIBRARY}" in said
    assert wheel.name.endswith(f"-py3-none-{hatch_build.platform_tag()}.whl")
    assert not (sources / KERNELS / hatch_build.LIBRARY).exists()  # an ordinary build leaves its sources as they were
    environment.pip("install", "--no-deps", "--no-index", wheel)
    assert environment.python(call_standin(21)) == "42"


@pytest.mark.parametrize("compiler", ["false", "/no/such/compiler"])
def test_without_a_working_compiler_the_wheel_is_pure_and_the_log_says_why(
    compiler: str, sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CXX", compiler)
    wheel, said = build_wheel(sources, tmp_path / "wheels")
    assert wheel.name.endswith("-py3-none-any.whl")
    assert [name for name in zipfile.ZipFile(wheel).namelist() if name.endswith(hatch_build.LIBRARY)] == []
    assert "tsrnn: built without compiled kernels" in said
    assert compiler in said


@pytest.mark.skipif(not has_compiler(), reason="no C++ compiler on this machine")
def test_an_editable_install_finds_the_library_and_shows_its_types_outside_the_checkout(
    sources: Path, environment: Environment, tmp_path: Path
) -> None:
    environment.borrow_packages()
    environment.pip("install", "--no-deps", "--no-index", "--no-build-isolation", "--editable", sources)
    assert environment.python("import tsrnn; print(tsrnn.__file__)") == str(sources.resolve() / "tsrnn" / "__init__.py")
    assert environment.python(call_standin(21)) == "42"
    assert environment.python(OWNERS) == "theirs theirs"

    user = tmp_path / "elsewhere" / "user.py"
    user.parent.mkdir()
    user.write_text("from tsrnn.errors import TsrnnError\n\nreveal_type(TsrnnError('why'))\n", encoding="utf-8")
    options = ("--strict", "--follow-imports=silent", "--python-executable", environment.programs / "python")
    assert '"tsrnn.errors.TsrnnError"' in run(sys.executable, "-m", "mypy", *options, user.name, folder=user.parent)


def call_standin(number: int) -> str:
    """Code that calls the stand-in source of the installed library."""
    place = f"pathlib.Path(tsrnn.__file__).parent.parent / {hatch_build.FOLDER!r} / {hatch_build.LIBRARY!r}"
    return f"import ctypes, pathlib, tsrnn; print(ctypes.CDLL(str({place})).tsrnn_standin({number}))"


def test_no_flag_changes_results_or_needs_the_machine_it_was_built_on() -> None:
    assert {"-ffast-math", "-Ofast", "-march=native", "-mtune=native"}.isdisjoint(hatch_build.FLAGS)
