"""What every test gets: one thread per process, repeatable random examples, and the folder of real data."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

# Before torch or NumPy are loaded: two pytest processes with as many threads as cores each would slow one another down.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
os.environ.setdefault("MPLBACKEND", "Agg")

settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")

ROOT = Path(__file__).resolve().parents[1]


def real_data_folder() -> Path | None:
    """The folder TSRNN_DATA names, if there is one."""
    named = os.environ.get("TSRNN_DATA", "")
    return Path(named) if named and Path(named).is_dir() else None


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what needs the real data files where they are absent."""
    if item.get_closest_marker("data") is not None and real_data_folder() is None:
        pytest.skip("TSRNN_DATA names no folder with the real data files")


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder with the real data files; skips the test where there is none."""
    folder = real_data_folder()
    if folder is None:
        pytest.skip("TSRNN_DATA names no folder with the real data files")
    return folder


@pytest.fixture(scope="session")
def checkout_environment() -> dict[str, str]:
    """The environment of a subprocess that imports the packages from this checkout."""
    roots = [str(ROOT), str(ROOT / "datasets"), str(ROOT / "cli")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join([*roots, os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)}
