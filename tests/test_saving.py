"""Saved models: what is in the folder, what is refused, and what a damaged one says."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from pandas.testing import assert_frame_equal, assert_series_equal
from safetensors.numpy import load_file, save_file

import tsrnn
from tests.series import HORIZON, QUICK, hourly, long, wide
from tsrnn.columns import Columns, Repairs
from tsrnn.errors import ModelFileError
from tsrnn.forecasters.naive import NaiveForecaster
from tsrnn.forecasters.recurrent import GRUForecaster, LSTMForecaster
from tsrnn.manifest import write_manifest
from tsrnn.network import Network
from tsrnn.nn.heads import Quantiles
from tsrnn.saving import load, save


def saved(tmp_path: Path) -> Path:
    return NaiveForecaster(HORIZON).fit(hourly()).save(tmp_path / "model")


def resigned(folder: Path) -> Path:
    """With a manifest that fits what somebody wrote into the folder."""
    write_manifest(folder, ("settings.json", "weights.safetensors"))
    return folder


def test_a_model_is_a_folder_of_three_files_and_replaces_an_older_one(tmp_path: Path) -> None:
    folder = saved(tmp_path)
    assert sorted(path.name for path in folder.iterdir()) == ["manifest.json", "settings.json", "weights.safetensors"]
    NaiveForecaster(7).fit(wide()).save(folder)
    assert load(folder).horizon == 7
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_settings_columns_and_head_come_back_as_they_were(tmp_path: Path) -> None:
    model = LSTMForecaster(
        HORIZON, 12, hidden_size=8, network=Network(num_layers=2), head=Quantiles((0.1, 0.5, 0.9)),
        transform="log", training=QUICK, name="mine",
    )  # fmt: skip
    columns, repairs = Columns(target=["north"], past=["east"], calendar=["hour"]), Repairs()
    loaded = load(model.fit(wide(), columns, repairs=repairs).save(tmp_path / "m"))
    assert loaded.get_params() == model.get_params()
    assert loaded.learned().columns == columns
    assert loaded.learned().repairs == repairs
    assert_frame_equal(loaded.predict(levels=[80]), model.predict(levels=[80]), check_exact=True)


@pytest.mark.parametrize(
    "data",
    [
        hourly(zone="Asia/Seoul"),
        hourly().reset_index(drop=True),
        hourly().set_axis(pd.period_range("2001-01", periods=96, freq="M")),
        hourly().set_axis(pd.bdate_range("2024-01-01", periods=100).delete([20, 41, 60, 77])),
    ],
)
def test_every_kind_of_index_continues_where_it_ended(data: pd.Series, tmp_path: Path) -> None:
    model = NaiveForecaster(HORIZON).fit(data)
    assert_series_equal(load(model.save(tmp_path / "m")).predict(), model.predict(), check_exact=True)


def test_ids_that_are_numbers_come_back_as_numbers(tmp_path: Path) -> None:
    data = long().assign(unique_id=lambda frame: frame["unique_id"].map({"a": 3, "b": 1, "c": 2}))
    model = NaiveForecaster(HORIZON).fit(data)
    assert_frame_equal(load(model.save(tmp_path / "m")).predict(), model.predict(), check_exact=True)


def test_tsrnn_load_and_save_are_these(tmp_path: Path) -> None:
    assert tsrnn.load is load and tsrnn.save is save


def test_a_folder_that_holds_something_else_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "diary.txt").write_text("mine")
    with pytest.raises(ModelFileError, match=r"notes exists and is no saved model; choose another path"):
        NaiveForecaster(HORIZON).fit(hourly()).save(tmp_path / "notes")
    assert (tmp_path / "notes" / "diary.txt").read_text() == "mine"


def test_a_path_without_a_model_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"no saved model at .*nowhere: settings.json is missing"):
        load(tmp_path / "nowhere")


def test_a_newer_format_a_torn_file_and_an_unknown_class_are_refused(tmp_path: Path) -> None:
    folder = saved(tmp_path)
    settings = folder / "settings.json"
    good = json.loads(settings.read_text())
    for change, message in (
        ({"format": 99}, r"settings.json has format 99, this tsrnn .* reads 2; upgrade tsrnn"),
        ({"model": "os.system"}, r"model is damaged: SettingError: unknown model 'os.system'"),
        ({"repairs": {"record": "Popen"}}, r"model is damaged: KeyError: 'Popen'"),
        ({"settings": {"horizons": 3}}, r"model is damaged: TypeError"),
    ):
        settings.write_text(json.dumps(good | change))
        with pytest.raises(ModelFileError, match=message):
            load(resigned(folder))
    settings.write_text(json.dumps(good)[:-40])
    with pytest.raises(ModelFileError, match=r"settings.json is damaged"):
        load(resigned(folder))
    settings.write_text(json.dumps(good))
    weights = folder / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:-7])
    with pytest.raises(ModelFileError, match=r"weights.safetensors is damaged"):
        load(resigned(folder))


def test_weights_of_another_shape_are_refused(tmp_path: Path) -> None:
    folder = GRUForecaster(HORIZON, 12, hidden_size=8, training=QUICK).fit(hourly()).save(tmp_path / "m")
    settings = json.loads((folder / "settings.json").read_text())
    settings["settings"]["hidden_size"] = 9
    (folder / "settings.json").write_text(json.dumps(settings))
    with pytest.raises(ModelFileError, match=r"is damaged: .*hold \S+ \(24,\), but the settings need \(27,\)"):
        load(resigned(folder))


def test_weights_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    folder = GRUForecaster(HORIZON, 12, hidden_size=8, training=QUICK).fit(hourly()).save(tmp_path / "m")
    arrays = load_file(folder / "weights.safetensors")
    name = next(name for name, array in arrays.items() if "weight" in name and array.dtype == np.float32)
    save_file(arrays | {name: np.full_like(arrays[name], np.nan)}, folder / "weights.safetensors")
    with pytest.raises(ModelFileError, match=r"is damaged: .*its forecast is no number"):
        load(resigned(folder))


def test_names_that_json_cannot_hold_are_refused(tmp_path: Path) -> None:
    data = hourly().rename(pd.Timestamp("2024-01-01"))
    with pytest.raises(ModelFileError, match=r"a Timestamp .* cannot be saved; names must be text or whole numbers"):
        NaiveForecaster(HORIZON).fit(data).save(tmp_path / "m")
    assert list(tmp_path.iterdir()) == []


def test_a_forecaster_that_is_not_ours_is_refused(tmp_path: Path) -> None:
    class Mine(NaiveForecaster):
        """Somebody's own."""

    with pytest.raises(ModelFileError, match="Mine is not one of tsrnn's own forecasters"):
        Mine(HORIZON).fit(hourly()).save(tmp_path / "m")


def test_loading_draws_nothing_from_torchs_random_numbers(tmp_path: Path) -> None:
    folder = GRUForecaster(HORIZON, 12, hidden_size=8, training=QUICK).fit(hourly()).save(tmp_path / "m")
    before = torch.get_rng_state()
    load(folder)
    assert torch.equal(torch.get_rng_state(), before)
