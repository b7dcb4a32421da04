"""The linear map solved before training: by hand, chosen on validation windows alone, kept, saved, and added to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from numpy.lib.stride_tricks import sliding_window_view
from torch import Tensor

from tests.series import QUICK, hourly, wide
from tsrnn.forecasters.recurrent import GRUForecaster
from tsrnn.forecasters.recurrent_model import RecurrentModel
from tsrnn.nn.distributions import NegativeBinomial, Normal
from tsrnn.nn.heads import Head, Point, Quantiles
from tsrnn.nn.onepass import OnePass
from tsrnn.nn.origins import carried
from tsrnn.nn.ridge import PENALTIES, Examples, Ridge
from tsrnn.nn.segment import Segment
from tsrnn.panel import Array
from tsrnn.saving import load
from tsrnn.training import Training

LOOKBACK, HORIZON = 6, 3
STILL = Training(epochs=1, steps_per_epoch=1, learning_rate=1e-30, validation=0.25)


def drawn(rows: int = 40) -> Examples:
    """Inputs, targets that are nearly linear in them, and weights."""
    generator = torch.Generator().manual_seed(0)
    inputs = torch.randn(rows, LOOKBACK, generator=generator)
    true = torch.randn(LOOKBACK, HORIZON, generator=generator)
    noise = torch.randn(rows, HORIZON, generator=generator)
    weights = torch.rand(rows, generator=generator) + 0.5
    return Examples(inputs, inputs @ true + 3.0 * noise, weights)


def some(examples: Examples, rows: Tensor) -> Examples:
    return Examples(examples.inputs[rows], examples.targets[rows], examples.weights[rows])


def by_hand(examples: Examples, penalty: float) -> Array:
    """(X'WX + penalty * mean diagonal) ^ -1 X'WY."""
    x, y, w = (part.double().numpy() for part in (examples.inputs, examples.targets, examples.weights))
    square = (x * w[:, None]).T @ x
    shrunk = square + penalty * np.trace(square) / len(square) * np.eye(len(square))
    found: Array = np.linalg.solve(shrunk, (x * w[:, None]).T @ y)
    return found


def plain(away: Tensor) -> Examples:
    """Windows with what follows them, all of one weight."""
    return Examples(away[:, :LOOKBACK], away[:, LOOKBACK:], torch.ones(len(away)))


def solved(examples: Examples, training: Tensor, validation: Tensor) -> Array:
    ridge = Ridge(LOOKBACK, HORIZON)
    ridge.solve(lambda rows: some(examples, rows), training, validation)
    return ridge.weights.double().numpy()


def test_the_map_is_the_best_on_validation_of_those_of_all_penalties_on_training() -> None:
    examples = drawn()
    early, late = torch.arange(25), torch.arange(25, 40)
    tried = [by_hand(some(examples, early), penalty) for penalty in PENALTIES]
    judged = some(examples, late)
    x, y, w = (part.double().numpy() for part in (judged.inputs, judged.targets, judged.weights))
    best = int(np.argmin([(np.sqrt(w)[:, None] * np.abs(x @ weights - y)).sum() for weights in tried]))
    assert 0 < best < len(PENALTIES) - 1
    assert solved(examples, early, late) == pytest.approx(tried[best], abs=1e-5)


def test_without_validation_windows_the_penalty_is_the_strongest() -> None:
    examples = drawn()
    found = solved(examples, torch.arange(40), torch.arange(0))
    assert found == pytest.approx(by_hand(examples, PENALTIES[-1]), abs=1e-6)


def test_a_window_that_reaches_far_beyond_the_others_does_not_shape_the_map() -> None:
    examples = drawn(1000)
    early, late = torch.arange(900), torch.arange(900, 1000)
    inputs = examples.inputs.clone()
    inputs[7, 2] = -9999.0
    wild, usual = replace(examples, inputs=inputs), solved(examples, early, late)
    assert solved(wild, early, late) == pytest.approx(usual, abs=0.15)
    unguarded = by_hand(some(wild, early), 1e-3)
    assert np.abs(unguarded - usual).max() > 0.8


def test_a_missing_target_counts_as_the_one_before_it() -> None:
    values = pd.DataFrame({"a": [np.nan, 1.0, np.nan, 3.0], "b": [2.0, np.nan, np.nan, np.nan]})
    filled = carried(torch.tensor(values.fillna(9.0).to_numpy())[None], torch.tensor(values.notna().to_numpy())[None])
    assert filled[0].numpy() == pytest.approx(values.ffill().fillna(0.0).to_numpy())


def model(head: Head | None = None, training: Training = STILL, normalize: str = "last") -> GRUForecaster:
    decoder = Segment(3, normalize=normalize, linear="ridge")
    return GRUForecaster(HORIZON, LOOKBACK, hidden_size=8, decoder=decoder, head=head, training=training)


def network_of(fitted: GRUForecaster) -> OnePass:
    learned = fitted.learned().model
    assert isinstance(learned, RecurrentModel)
    assert isinstance(learned.network, OnePass)
    return learned.network


def ridge_of(fitted: GRUForecaster) -> Array:
    ridge = network_of(fitted).ridge
    assert ridge is not None
    return ridge.weights.double().numpy()


@pytest.mark.parametrize("head", [Point(), Quantiles((0.1, 0.5, 0.9)), Normal()])
def test_untrained_the_network_forecasts_as_ridge_regression_does(head: Head) -> None:
    data = hourly(80)
    fitted = model(head).fit(data)
    tried = []
    windows = sliding_window_view(data.to_numpy(), LOOKBACK + HORIZON)
    away = windows - windows[:, LOOKBACK - 1 : LOOKBACK]
    pairs = torch.from_numpy(away.copy())
    early, late = pairs[: 80 - 20 - LOOKBACK - HORIZON + 1], pairs[80 - 20 - LOOKBACK :]
    for penalty in PENALTIES:
        weights = by_hand(plain(early), penalty)
        wrong = late[:, :LOOKBACK].numpy() @ weights - late[:, LOOKBACK:].numpy()
        tried.append((float(np.abs(wrong).sum()), weights))
    weights = min(tried, key=lambda pair: pair[0])[1]
    last = data.to_numpy()[-LOOKBACK:]
    assert fitted.predict(levels=None).to_numpy() == pytest.approx(last[-1] + (last - last[-1]) @ weights, abs=1e-4)


def test_training_moves_what_is_added_to_the_map_and_not_the_map() -> None:
    data = wide(80)
    before, after = model().fit(data), model(training=replace(QUICK, validation=0.25)).fit(data)
    assert np.array_equal(ridge_of(before), ridge_of(after))
    assert ridge_of(before).any()
    assert not np.allclose(before.predict().to_numpy(), after.predict().to_numpy())


def test_what_follows_the_training_windows_chooses_the_penalty_and_nothing_else() -> None:
    data = hourly(80)
    other = data.copy()
    other.iloc[-10:] = 10.0 + np.random.default_rng(1).normal(size=10)
    settings = replace(STILL, validation=0.125)

    def kept(values: pd.Series) -> Array:
        # The unit of the series is learned from all rows and divides inputs and targets alike: the map has none.
        return ridge_of(model(training=settings).fit(values))

    windows = sliding_window_view(data.to_numpy()[:-10], LOOKBACK + HORIZON)
    away = torch.from_numpy((windows - windows[:, LOOKBACK - 1 : LOOKBACK]).copy())
    path = [by_hand(plain(away), penalty) for penalty in PENALTIES]
    for values in (data, other):
        assert min(np.abs(kept(values) - weights).max() for weights in path) < 1e-5


def test_in_windows_of_their_own_scale_an_error_weighs_as_in_the_unit_of_the_data() -> None:
    data = hourly(80)
    data.iloc[:40] *= 5.0
    loud = ridge_of(model(normalize="revin").fit(data))
    assert np.isfinite(loud).all()
    assert np.abs(loud - ridge_of(model().fit(data))).max() > 1e-3


def test_a_saved_model_keeps_its_map_and_one_that_goes_on_from_it_starts_with_it(tmp_path: Path) -> None:
    data = hourly(80)
    first = model().fit(data)
    again = load(first.save(tmp_path / "model"))
    assert isinstance(again, GRUForecaster)
    assert np.array_equal(ridge_of(again), ridge_of(first))
    pd.testing.assert_series_equal(again.predict(), first.predict())
    onward = model(training=replace(STILL, init=first)).fit(data[:60])
    assert np.array_equal(ridge_of(onward), ridge_of(first))


def test_counts_have_no_map() -> None:
    counts = pd.Series(np.random.default_rng(0).poisson(3.0, 60))
    assert network_of(model(NegativeBinomial()).fit(counts)).ridge is None
