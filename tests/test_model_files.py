"""Saved models on a hostile disk: damage is refused, old formats are read, and whoever is killed loses nothing."""

from __future__ import annotations

import json
import os
import random
import stat
from collections import Counter
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from safetensors.numpy import load_file, save_file

from tests.series import QUICK, hourly
from tsrnn import folder as folders
from tsrnn.errors import ModelFileError
from tsrnn.forecasters.naive import NaiveForecaster
from tsrnn.forecasters.recurrent import GRUForecaster
from tsrnn.manifest import write_manifest
from tsrnn.nn.seq2seq import Seq2Seq
from tsrnn.saving import load

GOLDEN = Path(__file__).parent / "golden"
NAMES = ("manifest.json", "settings.json", "weights.safetensors")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return NaiveForecaster(3).fit(hourly()).save(tmp_path / "model")


@pytest.mark.parametrize("name", ["naive", "gru"])
def test_a_model_saved_by_an_older_version_still_forecasts_the_same(name: str) -> None:
    wanted = pd.read_csv(GOLDEN / "format-1" / f"{name}.csv", index_col=0)
    found = load(GOLDEN / "format-1" / name).predict(levels=[80])
    assert list(found.index.astype(str)) == list(wanted.index)
    np.testing.assert_allclose(found.to_numpy(), wanted.to_numpy(), rtol=1e-5)


@pytest.fixture
def damage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """The benchmark that harms models, in a folder of its own; it does in the tests what it does at length by hand."""
    monkeypatch.syspath_prepend(Path(__file__).resolve().parents[1] / "benchmarks")
    monkeypatch.chdir(tmp_path)
    return import_module("damage")


@pytest.mark.skipif(os.name == "nt", reason="makes links and pipes")
@pytest.mark.parametrize("number", [40, pytest.param(300, marks=pytest.mark.slow)])
@pytest.mark.parametrize("part", ["ACCIDENTS", "EDITS"])
def test_a_harmed_model_is_refused_or_the_same_or_what_was_made_of_it(
    part: str, number: int, damage: Any, tmp_path: Path
) -> None:
    harms, chance = getattr(damage, part), random.Random(0)
    wanted = damage.saved(tmp_path)
    found: Counter[str] = Counter()
    for harm in (harms[place % len(harms)] for place in range(number)):
        folder = chance.choice(sorted(wanted))
        outcome, words = damage.outcome(folder, wanted[folder], harm, chance)
        assert outcome != damage.WRONG, f"{folder.name}, {harm.__name__}: {words}"
        found[outcome] += 1
    assert found[damage.REFUSED] > number / 3
    assert found[damage.OTHER] == 0 or part == "EDITS"


def test_a_network_larger_than_its_file_is_refused_before_memory_is_taken(tmp_path: Path) -> None:
    folder = GRUForecaster(3, 12, hidden_size=4, training=QUICK).fit(hourly()).save(tmp_path / "model")
    settings = json.loads((folder / "settings.json").read_text())
    settings["settings"]["hidden_size"] = 3000  # a hundred megabytes
    (folder / "settings.json").write_text(json.dumps(settings))
    write_manifest(folder, NAMES[1:])
    with pytest.raises(ModelFileError, match=r"the weights hold \S+ \(12,\), but the settings need \(9000,\)"):
        load(folder)


@pytest.mark.parametrize(
    ("name", "made", "words"),
    [
        ("panel.times", lambda array: array.astype(np.float64), r"panel.times is float64 \(\d+,\), where int64"),
        ("panel.values", lambda array: array[:, :, None], r"panel.values is float64 \(\d+, 1, 1\), where float64"),
        ("panel.offsets", lambda array: array + 1, r"panel.offsets are no borders of \d+ rows"),
        ("panel.offsets", lambda array: array[:1], r"panel.offsets is int64 \(1,\), where int64 \(2,\) is needed"),
        ("panel.observed", lambda array: np.repeat(array, 2, 1), "panel.observed has another shape than panel.values"),
    ],
)
def test_rows_that_make_no_panel_are_refused(folder: Path, name: str, made: Any, words: str) -> None:
    arrays = load_file(folder / "weights.safetensors")
    save_file(arrays | {name: np.ascontiguousarray(made(arrays[name]))}, folder / "weights.safetensors")
    write_manifest(folder, NAMES[1:])
    with pytest.raises(ModelFileError, match=f"is damaged: ValueError: {words}"):
        load(folder)


def test_a_future_format_says_upgrade(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"format": 3}))
    with pytest.raises(ModelFileError, match=r"manifest.json has format 3, this tsrnn .* reads up to 2; upgrade"):
        load(folder)


def test_a_lost_manifest_is_missed(folder: Path) -> None:
    (folder / "manifest.json").unlink()
    with pytest.raises(ModelFileError, match=r"manifest.json is missing; copy the whole folder"):
        load(folder)


@pytest.mark.parametrize("at", ["save_file", "write_manifest", "_to_disk", "_put"])
def test_a_save_that_fails_leaves_the_model_before_and_nothing_else(
    folder: Path, at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    wanted = load(folder).predict(levels=[80])
    monkeypatch.setattr(folders, at, full)
    with pytest.raises(ModelFileError, match=r"model could not be written: .*No space left on device; nothing was"):
        NaiveForecaster(7).fit(hourly()).save(folder)
    assert_frame_equal(load(folder).predict(levels=[80]), wanted)
    assert [path.name for path in folder.parent.iterdir()] == ["model"]


def test_a_folder_of_the_caller_s_is_never_removed_whatever_its_name(folder: Path) -> None:
    notes = folder.with_name(".model.before") / "notes.txt"
    notes.parent.mkdir()
    notes.write_text("precious", encoding="utf-8")
    with pytest.raises(ModelFileError, match=r"\.model\.before holds more than a saved model \(notes\.txt\)"):
        load(folder).save(folder)
    assert notes.read_text(encoding="utf-8") == "precious"


def test_a_horizon_from_elsewhere_is_not_decoded_to_its_end(tmp_path: Path) -> None:
    model = GRUForecaster(3, 8, hidden_size=4, decoder=Seq2Seq(), training=QUICK).fit(hourly(40))
    saved = model.set_params(horizon=10**9).save(tmp_path / "model")  # the same weights serve any number of steps
    assert load(saved).horizon == 10**9


def test_settings_of_gigabytes_are_not_read(folder: Path) -> None:
    (folder / "manifest.json").unlink()
    with (folder / "settings.json").open("r+b") as file:
        file.truncate(1 << 34)  # sparse: takes no room on the disk
    with pytest.raises(ModelFileError, match=r"settings.json is damaged: 17,179,869,184 bytes are too many"):
        load(folder)


def test_killed_between_the_two_renames_the_model_before_is_found(folder: Path) -> None:
    wanted = load(folder).predict(levels=[80])
    folder.rename(folder.with_name(".model.before"))
    assert_frame_equal(load(folder).predict(levels=[80]), wanted)
    NaiveForecaster(7).fit(hourly()).save(folder)
    assert load(folder).horizon == 7
    assert [path.name for path in folder.parent.iterdir()] == ["model"]


@pytest.mark.skipif(os.name == "nt", reason="permissions of a Unix file system")
def test_others_may_read_a_model_as_they_may_read_any_file(folder: Path, tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.mkdir()
    (plain / "file").write_text("")
    assert stat.S_IMODE(folder.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)
    for name in NAMES:
        assert stat.S_IMODE((folder / name).stat().st_mode) == stat.S_IMODE((plain / "file").stat().st_mode)


def test_files_of_others_in_the_folder_of_a_model_are_not_removed(folder: Path) -> None:
    (folder / "NOTES.md").write_text("mine")
    with pytest.raises(ModelFileError, match=r"holds more than a saved model \(NOTES.md\), which saving over it would"):
        NaiveForecaster(7).fit(hourly()).save(folder)
    assert (folder / "NOTES.md").read_text() == "mine"
    assert load(folder).horizon == 3


@pytest.mark.skipif(os.name == "nt", reason="makes links")
def test_a_link_to_a_model_stays_a_link(folder: Path) -> None:
    link = folder.with_name("current")
    link.symlink_to(folder)
    NaiveForecaster(7).fit(hourly()).save(link)
    assert link.is_symlink() and load(folder).horizon == 7
    assert sorted(path.name for path in folder.parent.iterdir()) == ["current", "model"]
