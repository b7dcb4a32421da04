"""Normalisation of windows: level and scale are of observed values, and one spike does not move the robust ones."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tsrnn.errors import SettingError
from tsrnn.nn.direct import Direct
from tsrnn.nn.normalize import NORMALIZATIONS, normalized
from tsrnn.nn.origins import carried, past_only

VALUES = torch.tensor([[[4.0], [0.0], [2.0], [9.0], [0.0]]])
OBSERVED = torch.tensor([[[1.0], [0.0], [1.0], [1.0], [0.0]]])


@pytest.mark.parametrize(
    ("name", "level", "scale"),
    [
        ("last", 9.0, 1.0),
        ("revin", 5.0, np.sqrt(np.var([4, 2, 9]) + 0.01)),
        ("robust", 4.0, 1.4826 * 2.0),
    ],
)
def test_level_and_scale_are_those_of_the_observed_values(name: str, level: float, scale: float) -> None:
    away, found_level, found_scale = normalized(name, VALUES, OBSERVED)
    assert found_level.shape == found_scale.shape == (1, 1, 1)
    assert found_level.item() == pytest.approx(level)
    assert found_scale.item() == pytest.approx(scale)
    expected = [
        (value - level) / scale if seen else 0.0 for value, seen in zip([4, 0, 2, 9, 0], [1, 0, 1, 1, 0], strict=True)
    ]
    assert away[0, :, 0].tolist() == pytest.approx(expected)


@pytest.mark.parametrize("name", NORMALIZATIONS)
def test_a_window_that_stands_still_or_is_empty_is_finite(name: str) -> None:
    for values, observed in ((torch.full((1, 6, 1), 3.0), torch.ones(1, 6, 1)), (VALUES, torch.zeros_like(VALUES))):
        away, level, scale = normalized(name, values, observed)
        assert (away == 0).all()
        assert torch.isfinite(level).all()
        assert (scale > 0).all()


def test_one_spike_neither_moves_the_robust_level_nor_reaches_the_network_whole() -> None:
    values = torch.sin(torch.arange(40.0))[None, :, None]
    spiked = values.clone()
    spiked[0, 7] = 1e12
    seen = torch.ones_like(values)
    (away, level, scale), (calm, _, unit) = normalized("robust", spiked, seen), normalized("robust", values, seen)
    assert away.abs().max() == 10.0
    assert level.abs() < 0.5
    assert scale == pytest.approx(unit.item(), rel=0.3)
    others = torch.arange(40) != 7
    torch.testing.assert_close(away[0, others], calm[0, others], atol=0.5, rtol=0.3)


@pytest.mark.parametrize("name", ["revin", "robust"])
def test_no_loss_can_fall_by_a_wider_window(name: str) -> None:
    values = VALUES.clone().requires_grad_()
    away, level, scale = normalized(name, values, OBSERVED)
    assert away.requires_grad and level.requires_grad and not scale.requires_grad


def test_what_a_row_is_seen_as_at_many_origins_is_of_the_past_alone() -> None:
    latest = carried(VALUES, OBSERVED)
    assert latest[0, :, 0].tolist() == [4.0, 4.0, 2.0, 9.0, 9.0]
    change, away = past_only(VALUES, OBSERVED, latest)
    assert change[0, :, 0].tolist() == [0.0, 0.0, -2.0, 7.0, 0.0]
    assert away[0, :, 0].tolist() == pytest.approx([0.0, 0.0, 2.0 - 3.0, 9.0 - 5.0, 0.0])
    late = torch.tensor([[[0.0], [6.0], [8.0]]]), torch.tensor([[[0.0], [1.0], [1.0]]])
    change, away = past_only(*late, carried(*late))
    assert change[0, :, 0].tolist() == [0.0, 0.0, 2.0]
    assert away[0, :, 0].tolist() == [0.0, 0.0, 1.0]


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"normalize": "minmax"}, "normalize"),
        ({"origins": 0}, "origins must be a whole number of at least 1"),
        ({"origins": 4, "normalize": "revin"}, "4 origins must not see what follows them"),
    ],
)
def test_settings_that_cannot_be_are_refused(settings: dict[str, object], text: str) -> None:
    with pytest.raises(SettingError, match=text):
        Direct(**settings)  # type: ignore[arg-type]
