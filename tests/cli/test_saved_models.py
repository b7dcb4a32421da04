"""`tsrnn tune`, `inspect` and `simulate`: models found, explained and drawn from."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.cli.line import done, tsrnn
from tests.cli.rows import hourly, meters, saved
from tsrnn import load
from tsrnn_cli.options import NetworkOptions
from tsrnn_cli.ranges import ranges_in
from tsrnn_cli.settings import forecaster

SMALL = ("--epochs", 1, "--search", "hidden_size=2,3", "--search", "lookback=6:9", "--trials", 2, "--folds", 1)


def fitted(folder: Path, model: str = "seasonal-naive") -> Path:
    """A model of three meters as a folder."""
    path = saved(meters(), folder / "meters.csv")
    done("fit", path, "--horizon", 3, "--model", model, "-o", folder / "model")
    return folder / "model"


def test_paths_stand_one_below_the_other_and_are_those_of_the_library(tmp_path: Path) -> None:
    folder = fitted(tmp_path)
    table = pd.read_csv(
        io.StringIO(done("simulate", folder, "-n", 4, "--seed", 7).out), dtype={"meter": "str"}, keep_default_na=False
    )
    assert list(table.columns) == ["path", "meter", "ts", "kwh"]
    assert len(table) == 4 * 3 * 3 and table["path"].unique().tolist() == [1, 2, 3, 4]
    drawn = load(folder).simulate(4, seed=7)
    for path in range(1, 5):
        own = table[table["path"] == path]
        assert own["kwh"].tolist() == pytest.approx(drawn[f"kwh-path-{path}"].tolist(), rel=1e-12)
        assert own["meter"].tolist() == drawn["meter"].tolist()
    assert table["ts"][0] == drawn["ts"][0].isoformat()


def test_the_same_seed_draws_the_same_paths_and_json_says_it(tmp_path: Path) -> None:
    folder = fitted(tmp_path)
    words = ("simulate", folder, "-n", 2, "--horizon", 1, "--json")
    answer = done(*words, "--seed", 1).answer
    assert answer == done(*words, "--seed", 1).answer != done(*words, "--seed", 2).answer
    assert (answer["schema"], answer["paths"], len(answer["rows"])) == ("tsrnn.simulate/1", 2, 6)
    assert "unknown kind" in tsrnn("simulate", folder, "-o", tmp_path / "paths.xlsx").mistake


@pytest.mark.parametrize("ending", ["parquet", "arrow"])
def test_forecasts_and_paths_keep_their_times_in_typed_tables(ending: str, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    folder, path = fitted(tmp_path), tmp_path / f"out.{ending}"
    read = pd.read_parquet if ending == "parquet" else pd.read_feather
    for words in (("forecast", folder, "--levels", 80), ("simulate", folder, "-n", 2)):
        assert "rows to" in done(*words, "-o", path).err
        table = read(path)
        assert table["ts"].dt.tz.utcoffset(None) == pd.Timedelta(hours=9)
        assert table["meter"].iloc[0] == "005930"


def test_a_network_that_knows_no_paths_says_which_does(tmp_path: Path) -> None:
    path = saved(hourly(60), tmp_path / "rows.csv")
    words = ("fit", path, "--target", "load", "--horizon", 2, "--epochs", 1, "--hidden-size", 2, "--lookback", 4)
    done(*words, "-o", tmp_path / "model")
    mistake = tsrnn("simulate", tmp_path / "model").mistake
    assert "knows no paths" in mistake and "fit with --decoder recursive" in mistake
    done(*words, "--decoder", "recursive", "-o", tmp_path / "paths")
    drawn = done("simulate", tmp_path / "paths", "-n", 3).out.splitlines()
    assert (drawn[0], len(drawn)) == ("path,when,load", 1 + 3 * 2)


def test_a_decoder_is_that_of_the_library() -> None:
    assert forecaster("gru", 2, NetworkOptions(decoder="segment")).get_params()["decoder"] == "segment"


def test_inspect_says_what_a_model_is(tmp_path: Path) -> None:
    folder = fitted(tmp_path)
    answer = done("inspect", folder, "--json").answer
    wanted = {
        "schema": "tsrnn.inspect/1", "model": "seasonal-naive", "horizon": 3, "shape": "long", "series": 3,
        "season": 24, "columns": {"id": "meter", "time": "ts", "target": ["kwh"]},
    }  # fmt: skip
    assert {name: answer[name] for name in wanted} == wanted
    assert answer["bytes"] == {file.name: file.stat().st_size for file in folder.iterdir()}
    text = done("inspect", folder).out
    assert "model: seasonal-naive\n" in text and "  id: meter\n" in text and "season: 24\n" in text
    assert "no saved model" in tsrnn("inspect", tmp_path / "none").mistake
    (folder / "weights.safetensors").write_bytes(b"x")
    assert "is damaged" in tsrnn("inspect", folder).mistake


@pytest.mark.slow
def test_tuning_searches_what_is_told_and_saves_the_best(tmp_path: Path) -> None:
    pytest.importorskip("optuna")
    path = saved(hourly(72), tmp_path / "rows.csv")
    words = ("tune", path, "--target", "load", "--horizon", 2, *SMALL, "-o", tmp_path / "best")
    answer = done(*words, "--trials-table", tmp_path / "trials.csv", "--json").answer
    assert set(answer["settings"]) == {"hidden_size", "lookback"} and answer["trials"] == 2
    trials = pd.read_csv(tmp_path / "trials.csv")
    assert answer["score"] == pytest.approx(trials["value"].min())
    model = load(tmp_path / "best")
    assert (model.hidden_size, model.lookback) == (answer["settings"]["hidden_size"], answer["settings"]["lookback"])
    assert np.isfinite(pd.read_csv(io.StringIO(done("forecast", tmp_path / "best").out))["load"]).all()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["lookback"], "--search takes SETTING=LOW:HIGH"),
        (["lookback="], "--search takes SETTING=LOW:HIGH"),
        (["lookback=a:b"], "a range is LOW:HIGH"),
        (["lookback=1:2:linear"], "a range is LOW:HIGH"),
        (["lookback=1:2", "lookback=3"], "names 'lookback' twice"),
        (["lokback=1:2"], "no setting 'lokback'"),
        (["lookback=2:1"], "searched over choices, A,B, or a range"),
    ],
)
def test_searches_that_cannot_be(words: list[str], told: str) -> None:
    pytest.importorskip("optuna")
    search = [part for word in words for part in ("--search", word)]
    said = tsrnn("tune", "nile", "--horizon", 2, *search)
    assert (said.code, said.out) == (2, "")
    assert said.err.splitlines()[-1].startswith("tsrnn: ") and told in said.err.splitlines()[-1]


def test_choices_are_numbers_truth_values_or_text() -> None:
    assert ranges_in(["a=1,2.5,true,none,gru"]) == {"a": [1, 2.5, True, None, "gru"]}
    assert ranges_in(None) is None
