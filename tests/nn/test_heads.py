"""Heads: losses against scikit-learn, quantiles in order, samples between and beyond them, and clear refusals."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.stats import norm
from sklearn.metrics import mean_pinball_loss
from torch import Tensor

from tsrnn.errors import SettingError
from tsrnn.nn.decoder import HeadOutlook, mean_loss
from tsrnn.nn.distributions import NegativeBinomial, Normal, StudentT
from tsrnn.nn.heads import Head, Point, Quantiles


def draw(*shape: int, seed: int = 0) -> Tensor:
    """Standard Normal numbers in float64."""
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def of_a_normal(head: Quantiles) -> Tensor:
    """The raw numbers whose quantiles are those of a standard Normal, `(outputs,)`."""
    wanted = norm.ppf(head.quantiles)
    middle = head.quantiles.index(0.5)
    widths = np.concatenate((np.diff(wanted)[:middle], np.diff(wanted)[middle:]))
    raw = np.insert(np.log(np.expm1(widths)), middle, 0.0)
    return torch.from_numpy(raw)


def test_quantiles_are_those_asked_for_and_ascend_for_any_numbers() -> None:
    head = Quantiles()
    np.testing.assert_allclose(head.values(of_a_normal(head)).numpy(), norm.ppf(head.quantiles), atol=1e-12)
    assert (head.values(10 * draw(50, 13)).diff(dim=-1) >= 0).all()


def test_the_loss_of_quantiles_is_twice_the_mean_pinball_loss() -> None:
    head, raw, actual = Quantiles((0.1, 0.5, 0.8)), draw(40, 1, 1, 3), draw(40, 1, 1, seed=1)
    values = head.values(raw)[:, 0, 0].numpy()
    by_hand = np.mean([mean_pinball_loss(actual.ravel(), values[:, i], alpha=q) for i, q in enumerate(head.quantiles)])
    assert float(head.loss(raw, actual).mean()) == pytest.approx(2 * by_hand)


def test_a_share_between_quantiles_lies_on_the_line_between_them_as_an_interval_does() -> None:
    head = Quantiles((0.1, 0.2, 0.5, 0.8, 0.9))
    raw = draw(2, 3, 1, 5)
    low, high = head.interval(raw, 70)
    torch.testing.assert_close(head.quantile(raw, torch.full((2, 3, 1), 0.15, dtype=torch.float64)), low)
    torch.testing.assert_close(head.quantile(raw, torch.full((2, 3, 1), 0.85, dtype=torch.float64)), high)
    for place, share in enumerate(head.quantiles):
        found = head.quantile(raw, torch.full((2, 3, 1), share, dtype=torch.float64))
        torch.testing.assert_close(found, head.values(raw)[..., place])


def test_beyond_the_outermost_quantiles_samples_have_tails_near_those_of_a_normal() -> None:
    head, share = Quantiles(), torch.tensor([0.001, 0.01, 0.99, 0.999], dtype=torch.float64)
    found = head.quantile(of_a_normal(head).expand(4, -1), share).numpy()
    np.testing.assert_allclose(found, norm.ppf(share), atol=0.15)
    assert np.isfinite(head.quantile(of_a_normal(head), torch.tensor(1e-16, dtype=torch.float64)).item())


def test_a_point_and_a_single_quantile_draw_no_samples_and_say_which_heads_do() -> None:
    said = r"draws no samples; fit with head=Quantiles\(\), Normal\(\), StudentT\(\) or NegativeBinomial\(\)"
    for head in (Point(), Quantiles((0.5,))):
        with pytest.raises(SettingError, match=said):
            head.quantile(torch.zeros(1, head.outputs), torch.tensor([0.5]))


@pytest.mark.parametrize("head", [Point(), Point("mse"), Point("huber"), Quantiles(), Quantiles((0.5,)), Normal()])
def test_an_error_counts_in_the_unit_of_the_data_and_a_likelihood_in_none(head: Head) -> None:
    raw, actual, scale = draw(4, 3, 1, head.outputs), draw(4, 3, 1, seed=1), torch.rand(4, 1, 1) + 0.5
    weighted = head.loss(raw, actual) * (1.0 if head.likelihood else scale)
    seen = torch.ones(4, 3, 1)
    seen[0] = 0.0
    found = mean_loss(head, raw, actual, seen, scale)
    torch.testing.assert_close(found, weighted[1:].mean())


@pytest.mark.parametrize("head", [Point(), Quantiles(), Normal(), StudentT()])
def test_an_outlook_is_in_the_unit_of_the_data(head: Head) -> None:
    raw, level, scale = draw(4, 3, 1, head.outputs), draw(4, 1, 1, seed=1), torch.rand(4, 1, 1) + 0.5
    outlook = HeadOutlook(head, raw, level, scale)
    torch.testing.assert_close(outlook.point(), head.point(raw) * scale.double() + level)
    if head != Point():
        for found, own in zip(outlook.interval(90), head.interval(raw, 90), strict=True):
            torch.testing.assert_close(found, own * scale.double() + level)


@pytest.mark.parametrize("head", [Point(), Quantiles(), Normal(), StudentT(), NegativeBinomial()])
def test_the_start_is_no_change_and_for_counts_the_mean(head: Head) -> None:
    start = torch.tensor(head.start(), dtype=torch.float64).expand(1, 1, 1, -1)
    assert start.shape[-1] == head.outputs
    level = torch.zeros(1, 1, 1) if head.counts else torch.full((1, 1, 1), 7.0)
    found = float(HeadOutlook(head, start, level, torch.full((1, 1, 1), 50.0)).point())
    assert found == pytest.approx(44.0 if head.counts else 7.0)  # the median of counts with mean 50 and size 3.05
