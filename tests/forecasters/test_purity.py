"""Predicting changes nothing that was learned, threads may do it at once, and their number changes no fit."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch

from tests.series import forecasters, hourly
from tsrnn.forecasters.names import FORECASTERS
from tsrnn.forecasters.protocol import PanelForecaster
from tsrnn.nn.heads import Point

EVERY = sorted(FORECASTERS)
PREDICTIONS = 1_000


@pytest.fixture(params=EVERY)
def model(request: pytest.FixtureRequest) -> PanelForecaster:
    return forecasters()[request.param]


def digest(model: PanelForecaster) -> str:
    """Of everything that was learned."""
    learned = model.learned()
    facts, arrays = learned.model.state()
    found = hashlib.sha256(repr(facts).encode())
    parts = arrays | {"values": learned.recent.values, "times": learned.recent.times.to_numpy()}
    for name, array in sorted(parts.items()):
        found.update(name.encode() + np.ascontiguousarray(array).tobytes())
    return found.hexdigest()


def test_predicting_changes_nothing_that_was_learned(model: PanelForecaster) -> None:
    model.fit(hourly())
    before, first = digest(model), model.predict(levels=[80])
    model.predict(history=hourly(seed=1), levels=[95])
    model.predict(horizon=1)
    assert digest(model) == before
    assert model.predict(levels=[80]).equals(first)


@pytest.mark.slow
def test_a_thousand_predictions_in_eight_threads_are_all_alike() -> None:
    models = [fitted.fit(hourly()) for fitted in forecasters().values() if fitted.name not in ("boosting", "ets")]
    histories = [None, hourly(seed=1), hourly(seed=2)]
    wanted = {(m.name, place): m.predict(history=rows) for m in models for place, rows in enumerate(histories)}
    tasks = [(m, place) for m in models for place in range(len(histories))]
    rounds = -(-PREDICTIONS // len(tasks))

    def same(task: tuple[PanelForecaster, int]) -> bool:
        model, place = task
        return bool(model.predict(history=histories[place]).equals(wanted[model.name, place]))

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(same, tasks * rounds))


@pytest.mark.parametrize("name", ["gru", "lstm", "rnn"])
def test_one_thread_or_two_learn_the_same_to_a_hundred_thousandth(name: str) -> None:
    before, answers = torch.get_num_threads(), []
    try:
        for threads in (1, 2):
            torch.set_num_threads(threads)
            model = forecasters()[name].set_params(head=Point())
            answers.append(model.fit(hourly()).predict().to_numpy())
    finally:
        torch.set_num_threads(before)
    np.testing.assert_allclose(answers[0], answers[1], rtol=1e-5)
