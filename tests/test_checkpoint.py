"""A training that was killed goes on from its checkpoint and ends with the same bits as one that was not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from torch import Tensor, nn

from tsrnn.errors import ModelFileError, SettingError
from tsrnn.forecasters.recurrent import GRUForecaster
from tsrnn.network import Network
from tsrnn.nn.seq2seq import Seq2Seq
from tsrnn.training import History, Training, seeded, train

X = torch.linspace(-1, 1, 64)[:, None]


class Killed(Exception):
    pass


def net() -> nn.Sequential:
    """With dropout, which draws from torch's own generator."""
    return nn.Sequential(nn.Linear(1, 8), nn.Dropout(0.3), nn.Tanh(), nn.Linear(8, 1))


def fit(settings: Training, *, after: int | None = None, target: Tensor = X**2) -> tuple[list[Tensor], History]:
    """The weights and the history; `after` so many batches of training it is killed."""
    seen = 0

    def loss(rows: Tensor) -> Tensor:
        nonlocal seen
        seen += network.training
        if after is not None and seen > after:
            raise Killed
        mean: Tensor = (network(X[rows]) - target[rows]).square().mean()
        return mean

    with seeded(settings.seed, torch.device("cpu")) as generator:
        network = net()
        history = train(network, loss, torch.arange(48), torch.arange(48, 64), settings, generator)
    return [weight.detach().clone() for weight in network.parameters()], history


def settings(folder: Path, **changed: object) -> Training:
    asked: dict[str, object] = {"epochs": 6, "steps_per_epoch": 5, "batch_size": 8, "average": 0.9, "patience": 3}
    return Training(**{**asked, "checkpoint": str(folder), **changed})  # type: ignore[arg-type]


@pytest.mark.parametrize("after", [2, 5, 7, 17, 29])
@pytest.mark.parametrize("optimizer", ["adam", "adamw"])
def test_killed_at_any_step_it_ends_with_the_same_bits(tmp_path: Path, after: int, optimizer: str) -> None:
    whole, history = fit(settings(tmp_path / "whole", optimizer=optimizer))
    with pytest.raises(Killed):
        fit(settings(tmp_path / "cut", optimizer=optimizer), after=after)
    resumed, again = fit(settings(tmp_path / "cut", optimizer=optimizer, resume=True))
    assert all(torch.equal(a, b) for a, b in zip(whole, resumed, strict=True))
    assert again.best == history.best
    assert [epoch.training for epoch in again.epochs] == [epoch.training for epoch in history.epochs]
    assert [epoch.learning_rate for epoch in again.epochs] == [epoch.learning_rate for epoch in history.epochs]


def test_a_training_that_had_ended_is_not_trained_again(tmp_path: Path) -> None:
    whole, history = fit(settings(tmp_path))
    again, same = fit(settings(tmp_path, resume=True), after=0)
    assert all(torch.equal(a, b) for a, b in zip(whole, again, strict=True))
    assert same == history


def test_checkpoints_change_no_number(tmp_path: Path) -> None:
    without, _ = fit(Training(epochs=6, steps_per_epoch=5, batch_size=8, average=0.9, patience=3))
    assert all(torch.equal(a, b) for a, b in zip(without, fit(settings(tmp_path))[0], strict=True))


@pytest.mark.parametrize("changed", [{"learning_rate": 1e-2}, {"seed": 1}, {"epochs": 7}])
def test_other_settings_begin_anew(tmp_path: Path, changed: dict[str, object]) -> None:
    fit(settings(tmp_path))
    anew, _ = fit(settings(tmp_path, resume=True, **changed))
    assert all(torch.equal(a, b) for a, b in zip(anew, fit(settings(tmp_path / "other", **changed))[0], strict=True))
    assert len(list(tmp_path.glob("*.safetensors"))) == 2


def test_other_data_begin_anew(tmp_path: Path) -> None:
    fit(settings(tmp_path))
    anew, _ = fit(settings(tmp_path, resume=True), target=X**3)
    assert all(torch.equal(a, b) for a, b in zip(anew, fit(settings(tmp_path / "other"), target=X**3)[0], strict=True))


def test_without_resume_a_checkpoint_is_replaced(tmp_path: Path) -> None:
    fit(settings(tmp_path))
    with pytest.raises(Killed):
        fit(settings(tmp_path), after=0)


def test_a_damaged_checkpoint_is_named(tmp_path: Path) -> None:
    fit(settings(tmp_path))
    file = next(tmp_path.glob("*.safetensors"))
    file.write_bytes(file.read_bytes()[:100])
    with pytest.raises(ModelFileError, match=rf"{file.name} is damaged: .*; delete it to train from the start"):
        fit(settings(tmp_path, resume=True))


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(ModelFileError, match=r"could not be written: .*give Training\(checkpoint=…\) a folder"):
        fit(settings(tmp_path / "taken"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["taken"]


def test_resume_without_a_folder_is_refused() -> None:
    with pytest.raises(SettingError, match="nothing to go on from"):
        Training(resume=True)


def series() -> pd.Series:
    hours = pd.date_range("2024-01-01", periods=240, freq="h")
    return pd.Series(np.sin(np.arange(240) / 4.0) + np.arange(240) / 100.0, hours, name="load")


@pytest.mark.parametrize("decoder", [None, Seq2Seq()], ids=["direct", "seq2seq"])
def test_a_forecaster_resumes_with_everything_it_draws_and_counts(
    tmp_path: Path, decoder: Seq2Seq | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def model(folder: str, resume: bool = False) -> GRUForecaster:
        training = Training(3, 8, 4, checkpoint=str(tmp_path / folder), resume=resume)
        network = Network(num_layers=2, dropout=0.2)
        return GRUForecaster(6, 24, hidden_size=4, network=network, decoder=decoder, training=training)

    whole = model("whole").fit(series()).predict()
    with monkeypatch.context() as patched:
        patched.setattr("tsrnn.training._refuse_infinite", _killed_in_epoch(3))
        with pytest.raises(Killed):
            model("cut").fit(series())
    pd.testing.assert_series_equal(model("cut", resume=True).fit(series()).predict(), whole, check_exact=True)


def _killed_in_epoch(number: int) -> object:
    def check(epoch: int, value: float, settings: Training) -> None:
        if epoch == number:
            raise Killed

    return check


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="kills with a signal")
def test_processes_killed_while_they_save_train_and_backtest_lose_nothing() -> None:
    script = Path(__file__).parents[1] / "benchmarks" / "kills.py"
    command = [sys.executable, str(script), "--kills", "10", "--seed", "1"]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    assert [line.split(":")[0] for line in answer.stdout.splitlines()] == ["save_for_ever", "train", "judge"]
    assert answer.stdout.count("all with the same bits") == 2
