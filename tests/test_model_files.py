"""Saved models on a hostile disk: damage is refused, old formats are read, and whoever is killed loses nothing."""

from __future__ import annotations

import json
import os
import random
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from tests.series import hourly
from tsrnn import folder as folders
from tsrnn.errors import ModelFileError
from tsrnn.forecasters.naive import NaiveForecaster
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


def _flip(file: Path, chance: random.Random) -> None:
    content = bytearray(file.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    file.write_bytes(bytes(content))


def _truncate(file: Path, chance: random.Random) -> None:
    file.write_bytes(file.read_bytes()[: chance.randrange(file.stat().st_size)])


def _lengthen(file: Path, chance: random.Random) -> None:
    file.write_bytes(file.read_bytes() + chance.randbytes(chance.randrange(1, 50)))


def _remove(file: Path, chance: random.Random) -> None:
    file.unlink()


def _swap(file: Path, chance: random.Random) -> None:
    other = file.with_name(chance.choice([name for name in NAMES if name != file.name]))
    first, second = file.read_bytes(), other.read_bytes()
    file.write_bytes(second)
    other.write_bytes(first)


def _link(file: Path, chance: random.Random) -> None:
    file.unlink()
    file.symlink_to("/etc/hostname" if chance.random() < 0.5 else "/nowhere")


def _directory(file: Path, chance: random.Random) -> None:
    file.unlink()
    file.mkdir()


HARMS: tuple[Callable[[Path, random.Random], None], ...] = (
    *(_flip,) * 4, _truncate, _lengthen, _remove, _swap, _link, _directory,
)  # fmt: skip


def harmed(folder: Path, seed: int) -> str:
    """What came of one random harm: "refused", or "same" where the model still forecasts as it did."""
    chance, wanted = random.Random(seed), load(folder).predict()
    copy = folder.with_name("harmed")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy)
    chance.choice(HARMS)(copy / chance.choice(NAMES), chance)
    try:
        model = load(copy)
    except ModelFileError as problem:
        assert "\n" not in str(problem), problem
        return "refused"
    assert model.predict().equals(wanted), f"seed {seed}: another forecast in silence"
    return "same"


@pytest.mark.skipif(os.name == "nt", reason="makes links")
def test_a_damaged_model_is_refused_or_the_same(folder: Path) -> None:
    found = [harmed(folder, seed) for seed in range(300)]
    # What may change in silence: the white space and the version in the manifest, which no forecast depends on.
    assert found.count("refused") > 0.85 * len(found)


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
