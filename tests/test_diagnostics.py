"""Diagnostics: gradients, gates and curve are those of the network itself, and the advice fits what is wrong."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from tests.series import QUICK, hourly, wide
from tsrnn.diagnostics import diagnose
from tsrnn.errors import NotFittedError, SettingError
from tsrnn.forecasters.naive import NaiveForecaster
from tsrnn.forecasters.recurrent import GRUForecaster, LSTMForecaster, RNNForecaster
from tsrnn.forecasters.recurrent_model import RecurrentModel
from tsrnn.nn.recurrent import Recurrent
from tsrnn.training import Training

KINDS = (GRUForecaster, LSTMForecaster, RNNForecaster)


@pytest.mark.parametrize("kind", KINDS)
def test_every_row_of_the_window_has_a_gradient_and_every_gate_its_shares(kind: type[GRUForecaster]) -> None:
    found = diagnose(kind(4, 12, hidden_size=4, training=QUICK).fit(wide()))
    assert found.gradients["row"].tolist() == list(range(1, 13))
    assert (found.gradients["gradient"] > 0).all()
    gates = {"gru": ["reset", "update"], "lstm": ["input", "forget", "output"], "rnn": ["state"]}
    assert found.gates["gate"].tolist() == gates[kind.name]
    assert ((found.gates[["closed", "open"]] >= 0) & (found.gates[["closed", "open"]] <= 1)).all(axis=None)
    assert len(found.curve) == QUICK.epochs


def test_the_gradient_is_that_of_the_forecast_by_finite_differences() -> None:
    data = hourly(80)
    model = GRUForecaster(4, 12, hidden_size=4, training=QUICK).fit(data)
    found = diagnose(model)
    learned = model.learned().model
    assert isinstance(learned, RecurrentModel)
    spread = learned.scales.target.arrays()["0.spread"].item()
    nudged = data.copy()
    nudged.iloc[-3] += 0.01 * spread
    moved = (model.predict(history=nudged) - model.predict()).sum() / (0.01 * spread)
    assert found.gradients["gradient"][2] == pytest.approx(abs(moved), rel=0.02)


def test_gates_driven_to_their_ends_are_reported_with_advice() -> None:
    model = GRUForecaster(4, 12, hidden_size=4, training=QUICK).fit(hourly(80))
    learned = model.learned().model
    assert isinstance(learned, RecurrentModel)
    core = next(part for part in learned.network.modules() if isinstance(part, Recurrent))
    with torch.no_grad():
        core.weights[0].bias_ih[4:8] = 50.0  # type: ignore[operator]  # the update gate
    found = diagnose(model)
    assert found.gates.set_index("gate").loc["update", "open"] == 1.0
    assert any(
        "100% of the update values of the first layer are stuck (0% closed, 100% open)" in said for said in found.advice
    )


@pytest.mark.parametrize(
    ("training", "text"),
    [
        (
            Training(epochs=2, steps_per_epoch=2, learning_rate=1e-6, schedule="constant"),
            "the last of 2 epochs was the best",
        ),
        (Training(epochs=1, steps_per_epoch=20, learning_rate=5.0), "nothing was learned"),
    ],
)
def test_a_curve_that_says_something_gets_advice(training: Training, text: str) -> None:
    day = pd.Series(np.sin(np.arange(200) * np.pi / 12))
    found = diagnose(GRUForecaster(4, 12, hidden_size=4, training=training).fit(day))
    assert any(text in said for said in found.advice), found.advice


def test_the_picture_is_drawn(tmp_path: Path) -> None:
    found = diagnose(LSTMForecaster(4, 12, hidden_size=4, training=QUICK).fit(hourly(80)))
    text = found.plot(tmp_path / "inside.svg").read_text(encoding="utf-8")
    assert text.count("<svg") == 1


def test_a_model_without_a_network_or_not_fitted_is_refused() -> None:
    with pytest.raises(SettingError, match="naive has no recurrent network"):
        diagnose(NaiveForecaster().fit(hourly(20)))
    with pytest.raises(NotFittedError):
        diagnose(GRUForecaster())
