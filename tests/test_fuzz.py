"""Fuzzing: whatever bytes a file holds, its reader answers or raises one of our errors; `make fuzz` goes on longer."""

from __future__ import annotations

import json
import os
import warnings
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.series import QUICK, hourly
from tsrnn.errors import ModelFileError, TsrnnError
from tsrnn.forecasters.naive import NaiveForecaster
from tsrnn.forecasters.recurrent import GRUForecaster
from tsrnn.frame import read
from tsrnn.manifest import write_manifest
from tsrnn.saving import load
from tsrnn_cli.options import Roles
from tsrnn_cli.source import read_source

SHORT = settings(
    settings.default,
    max_examples=int(os.environ.get("FUZZ", "25")),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8))
values = st.recursive(
    scalars,
    lambda inside: st.one_of(st.lists(inside, max_size=3), st.dictionaries(st.text(max_size=8), inside)),
    max_leaves=8,
)
# Cells as they are found, and as nobody would write them.
cells = st.one_of(
    st.sampled_from(["2024-01-01", "2024-01-02 00:00", "01/02/2024", "1704067200", "20240102", "1,5", "-9999", "NA"]),
    st.sampled_from(["", "NaN", "1e400", "005930", "=1+1", "\x00", "\ufeff", '"', "합계", "24:00", "inf", "0x1p3"]),
    st.integers(-(10**20), 10**20).map(str),
    st.floats().map(str),
    st.text(max_size=6),
)
tables = st.builds(
    lambda rows, comma, end: end.join(comma.join(row) for row in rows),
    st.lists(st.lists(cells, max_size=4), max_size=8),
    st.sampled_from([",", ";", "\t", "|", " "]),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
encodings = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "latin-1", "cp949"])
files = st.one_of(
    st.binary(max_size=200),
    st.builds(lambda text, encoding: text.encode(encoding, "ignore"), tables, encodings),
    st.builds(lambda text, tail: b"when,y\n" + text.encode("utf-8", "ignore") + tail, tables, st.binary(max_size=9)),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return NaiveForecaster(3).fit(hourly()).save(tmp_path_factory.mktemp("fuzz") / "naive")


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    model = GRUForecaster(3, 8, hidden_size=4, training=QUICK)
    return model.fit(hourly()).save(tmp_path_factory.mktemp("fuzz") / "gru")


def loaded(folder: Path, name: str, content: bytes, *, signed: bool) -> None:
    """Loads the model with other contents in one of its files, which are put back."""
    file, manifest = folder / name, folder / "manifest.json"
    before = {path: path.read_bytes() for path in (file, manifest)}
    try:
        file.write_bytes(content)
        if signed:
            write_manifest(folder, ("settings.json", "weights.safetensors"))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            load(folder)
    except ModelFileError as problem:
        assert "\n" not in str(problem)
    finally:
        for path, kept in before.items():
            path.write_bytes(kept)


@SHORT
@given(st.one_of(st.binary(max_size=200), values.map(lambda value: json.dumps(value).encode())))
@example(b"{}")
@example(b"[" * 100_000)
def test_any_bytes_may_stand_for_a_manifest(folder: Path, content: bytes) -> None:
    loaded(folder, "manifest.json", content, signed=False)


@SHORT
@given(st.one_of(st.binary(max_size=200), values.map(lambda value: json.dumps(value).encode())))
@example(b"[" * 100_000)
def test_any_bytes_may_stand_for_settings(folder: Path, content: bytes) -> None:
    loaded(folder, "settings.json", content, signed=True)


def _placed(settings: Any, path: list[int], value: Any) -> Any:
    """The settings with a value in the place to which a path of numbers leads."""
    if not path or not isinstance(settings, dict | list) or not settings:
        return value
    keys = list(settings) if isinstance(settings, dict) else list(range(len(settings)))
    key = keys[path[0] % len(keys)]
    changed = dict(settings) if isinstance(settings, dict) else list(settings)
    changed[key] = _placed(settings[key], path[1:], value)
    return changed


@SHORT
@given(st.lists(st.integers(0, 30), max_size=4), values)
def test_any_value_may_stand_anywhere_in_the_settings(network: Path, path: list[int], value: Any) -> None:
    settings = json.loads((network / "settings.json").read_text(encoding="utf-8"))
    loaded(network, "settings.json", json.dumps(_placed(settings, path, value)).encode(), signed=True)


@SHORT
@given(st.binary(max_size=60), st.integers(0, 400), st.integers(0, 60))
def test_any_bytes_may_stand_in_the_weights(network: Path, content: bytes, first: int, length: int) -> None:
    raw = (network / "weights.safetensors").read_bytes()
    loaded(network, "weights.safetensors", raw[:first] + content + raw[first + length :], signed=True)


@SHORT
@given(files)
@example(b"when,y\n2024-01-01,1\n2024-01-02,2\n2024-01-03,3\n")
def test_any_bytes_may_stand_for_a_table(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / f"{os.getpid()}.csv"
    path.write_bytes(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            source = read_source(str(path), Roles())
            read(source.data, source.columns)
    except TsrnnError as problem:
        assert str(problem).strip()
