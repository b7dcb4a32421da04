"""The training loop learns, stops early, keeps the best weights, repeats itself, and refuses an infinite loss."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from tsrnn.errors import SettingError, TrainingError
from tsrnn.training import History, Training, seeded, train

X = torch.linspace(-1, 1, 64)[:, None]
Y = 3.0 * X + 1.0


def fit(network: nn.Module, settings: Training, target: Tensor = Y, validation: int = 16) -> History:
    def loss(rows: Tensor) -> Tensor:
        mean: Tensor = (network(X[rows]) - target[rows]).square().mean()
        return mean

    with seeded(settings.seed, torch.device("cpu")) as generator:
        return train(
            network, loss, torch.arange(64 - validation), torch.arange(64 - validation, 64), settings, generator
        )


def line() -> nn.Linear:
    with seeded(0, torch.device("cpu")):
        return nn.Linear(1, 1)


@pytest.mark.slow
def test_it_finds_a_line() -> None:
    network = line()
    fit(network, Training(epochs=200, batch_size=16, learning_rate=0.05, weight_decay=0.0))
    assert network.weight.item() == pytest.approx(3.0, abs=0.01)
    assert network.bias.item() == pytest.approx(1.0, abs=0.01)


def test_the_same_seed_gives_the_same_bits_and_another_seed_another_order() -> None:
    weights = []
    for seed in (1, 1, 2):
        network = line()
        fit(network, Training(epochs=4, batch_size=4, seed=seed), validation=0)
        weights.append(network.weight.detach().clone())
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])


def test_it_stops_when_validation_stops_improving_and_keeps_the_best_weights() -> None:
    target = Y.clone()
    target[48:] = 0.0  # what is learned from the first rows makes the last ones worse
    network = line()
    settings = Training(epochs=100, batch_size=16, learning_rate=0.05, patience=3)
    history = fit(network, settings, target)
    assert len(history.epochs) == history.best + 3
    lowest = min(epoch.validation for epoch in history.epochs)
    with torch.no_grad():
        kept = float((network(X[48:]) - target[48:]).square().mean())
    assert kept <= lowest + 1e-6
    assert not network.training


def test_without_validation_every_epoch_is_run_and_the_last_weights_stay() -> None:
    history = fit(line(), Training(epochs=7), validation=0)
    assert len(history.epochs) == history.best == 7
    assert all(math.isnan(epoch.validation) for epoch in history.epochs)


def test_the_history_is_a_frame_with_a_falling_loss_and_a_falling_rate() -> None:
    frame = fit(line(), Training(epochs=6, batch_size=16, patience=99)).frame()
    assert list(frame.columns) == ["epoch", "training", "validation", "learning_rate", "seconds"]
    assert frame["training"].iloc[-1] < frame["training"].iloc[0]
    assert frame["learning_rate"].is_monotonic_decreasing
    assert frame["learning_rate"].iloc[0] == pytest.approx(2e-3)


def test_a_constant_schedule_keeps_the_rate() -> None:
    history = fit(line(), Training(epochs=3, schedule="constant"))
    assert {epoch.learning_rate for epoch in history.epochs} == {2e-3}


def test_few_of_many_examples_are_drawn_evenly_and_none_twice_in_an_epoch() -> None:
    seen: list[Tensor] = []
    network = line()

    def loss(rows: Tensor) -> Tensor:
        seen.append(rows)
        mean: Tensor = network(torch.zeros(len(rows), 1)).square().mean()
        return mean

    settings = Training(epochs=40, batch_size=25, steps_per_epoch=4)
    train(network, loss, torch.arange(100_000, 200_000), torch.arange(0), settings, torch.Generator().manual_seed(0))
    epochs = torch.cat(seen).reshape(40, 100)
    assert all(len(set(epoch.tolist())) == 100 for epoch in epochs)
    assert len(set(epochs.flatten().tolist())) > 3_900  # another draw every epoch
    assert epochs.min() >= 100_000
    # Four thousand even draws: the mean and the halves of an epoch lie where those of the examples do.
    assert epochs.double().mean().item() == pytest.approx(150_000, abs=2_000)
    assert epochs[:, :50].double().mean().item() == pytest.approx(150_000, abs=3_000)


def test_steps_per_epoch_bounds_an_epoch() -> None:
    seen: list[int] = []
    network = line()

    def loss(rows: Tensor) -> Tensor:
        if network.training:
            seen.append(len(rows))
        mean: Tensor = network(X[rows]).square().mean()
        return mean

    settings = Training(epochs=2, batch_size=4, steps_per_epoch=3)
    train(network, loss, torch.arange(48), torch.arange(0), settings, torch.Generator().manual_seed(0))
    assert seen == [4] * 6


@pytest.mark.slow
@pytest.mark.parametrize(("l1", "weight_decay"), [(0.5, 0.0), (0.0, 1.0)])
def test_l1_and_l2_shrink_the_weights(l1: float, weight_decay: float) -> None:
    plain, shrunk = line(), line()
    fit(plain, Training(epochs=60, batch_size=16, learning_rate=0.05, weight_decay=0.0))
    fit(shrunk, Training(epochs=60, batch_size=16, learning_rate=0.05, l1=l1, weight_decay=weight_decay))
    assert abs(shrunk.weight.item()) < 0.95 * abs(plain.weight.item())


def test_gradients_are_clipped() -> None:
    network = line()
    before = network.weight.detach().clone()
    settings = Training(epochs=1, batch_size=64, steps_per_epoch=1, optimizer="adam", clip=1e-12, weight_decay=0.0)
    fit(network, settings, validation=0)
    # Adam divides by the gradient's size plus 1e-8: a gradient of 1e-12 moves a weight by no more than 1e-4 steps.
    assert (network.weight - before).abs().item() < 2e-3 * 1e-3


def test_a_loss_that_is_no_number_stops_with_what_to_do() -> None:
    target = Y.clone()
    target[3] = math.nan
    with pytest.raises(TrainingError, match=r"nan in epoch 1 \(learning rate 0.002, clip 1\); lower learning_rate"):
        fit(line(), Training(epochs=5, batch_size=64), target)


def test_torchs_random_state_outside_is_untouched() -> None:
    before = torch.random.get_rng_state()
    fit(line(), Training(epochs=1))
    assert torch.equal(torch.random.get_rng_state(), before)


def test_a_progress_bar_goes_to_standard_error_and_only_on_request(capsys: pytest.CaptureFixture[str]) -> None:
    fit(line(), Training(epochs=2))
    assert capsys.readouterr() == ("", "")
    fit(line(), Training(epochs=2, progress=True))
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("setting", "value", "message"),
    [
        ("epochs", 0, "epochs must be a whole number of at least 1, got 0"),
        ("batch_size", 2.5, "batch_size must be a whole number of at least 1, got 2.5"),
        ("steps_per_epoch", 0, "steps_per_epoch must be"),
        ("seed", -1, "seed must be a whole number of at least 0"),
        ("seed", 10**30, "seed must be below 2 to the power of 63"),
        ("optimizer", "adamm", "unknown optimizer 'adamm': choose one of adamw, adam .did you mean 'adam"),
        ("schedule", "linear", "unknown schedule 'linear': choose one of cosine, constant"),
        ("learning_rate", 0.0, "learning_rate must be above 0, got 0.0"),
        ("learning_rate", math.nan, "learning_rate must be above 0, got nan"),
        ("clip", -1.0, "clip must be above 0, got -1.0"),
        ("l1", -0.1, "l1 must be at least 0, got -0.1"),
        ("weight_decay", math.inf, "weight_decay must be at least 0, got inf"),
        ("validation", 0.9, "validation must be a share from 0 to 0.5, got 0.9"),
    ],
)
def test_impossible_settings_are_refused(setting: str, value: object, message: str) -> None:
    with pytest.raises(SettingError, match=message):
        Training(**{setting: value})  # type: ignore[arg-type]


def test_an_unknown_device_is_refused_when_it_is_needed() -> None:
    with pytest.raises(SettingError, match="unknown device 'gpu'"):
        Training(device="gpu").resolved_device()
    for name in ("meta", "fpga", "mtia"):  # torch knows them, and cannot compute there
        with pytest.raises(SettingError, match=f"unknown device '{name}': choose one of auto, cpu, cuda") as caught:
            Training(device=name).resolved_device()
        assert caught.value.code == "E131"
    with pytest.raises(SettingError, match="device 'cuda:99' is not there: torch finds"):
        Training(device="cuda:99").resolved_device()
    assert Training(device="cpu").resolved_device() == torch.device("cpu")


def test_nothing_is_written_to_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    fit(line(), Training(epochs=1))
    assert list(tmp_path.iterdir()) == []
