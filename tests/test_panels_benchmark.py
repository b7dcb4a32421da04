"""The benchmark of many series: its files hold whole series, and a size is measured in a process of its own."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from tsrnn.frame import read

FOLDER = Path(__file__).resolve().parents[1] / "benchmarks"


@pytest.fixture
def panels(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script as a module."""
    monkeypatch.syspath_prepend(FOLDER)
    return import_module("panels")


@pytest.mark.slow
def test_a_size_is_measured(panels: ModuleType, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    first, second = panels.partition(0), panels.partition(1)
    assert set(read(first).lengths) == {panels.ROWS} and len(read(first).names) == panels.IN_A_FILE
    assert not set(first["unique_id"]) & set(second["unique_id"])
    for number, frame in enumerate((first, second)):
        frame.to_parquet(tmp_path / f"{number}.parquet", index=False)
    row = panels.measured(tmp_path, 1000, 1)
    forecasts = panels.IN_A_FILE * panels.FOLDS * panels.HORIZON * len(panels.MODELS)
    assert (row["series"], row["rows of data"], row["forecasts"]) == (1000, 200_000, forecasts)
    # This process has held more in other tests, so that its peak need not rise here.
    assert row["peak memory, MiB"] >= row["… before the first file, MiB"] > 0 and row["best"] == "seasonal-naive"
