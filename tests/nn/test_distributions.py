"""Distributions: likelihoods and quantiles against SciPy and torch, and finite numbers whatever a network says."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from scipy import stats
from torch import Tensor

from tests.nn.test_heads import draw
from tsrnn.nn.decoder import HeadOutlook, mean_loss
from tsrnn.nn.distributions import NegativeBinomial, Normal, StudentT
from tsrnn.nn.heads import Head
from tsrnn.nn.tails import negative_binomial_quantile, student_t_quantile

SHARES = np.concatenate((np.linspace(0.0005, 0.9995, 201), [1e-6, 1e-4, 1 - 1e-4]))


def softplus(raw: Tensor) -> np.ndarray:
    """As torch has it, for SciPy."""
    found: np.ndarray = torch.nn.functional.softplus(raw).numpy()
    return found


def test_the_normal_is_scipys() -> None:
    raw, actual = draw(5, 4, 2, 2), draw(5, 4, 2, seed=1)
    law = stats.norm(raw[..., 0].numpy(), softplus(raw[..., 1]) + 1e-4)
    np.testing.assert_allclose(Normal().loss(raw, actual), -law.logpdf(actual.numpy()))
    low, high = Normal().interval(raw, 80)
    np.testing.assert_allclose(low, law.ppf(0.1))
    np.testing.assert_allclose(high, law.ppf(0.9))


def test_students_t_is_scipys() -> None:
    raw, actual = 2 * draw(5, 4, 2, 3), draw(5, 4, 2, seed=1)
    law = stats.t(2 + softplus(raw[..., 2]), raw[..., 0].numpy(), softplus(raw[..., 1]) + 1e-4)
    np.testing.assert_allclose(StudentT().loss(raw, actual), -law.logpdf(actual.numpy()))
    low, high = StudentT().interval(raw, 95)
    np.testing.assert_allclose(low, law.ppf(0.025), rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(high, law.ppf(0.975), rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("freedom", [2.0, 2.3, 3.0, 4.5, 5.0, 8.0, 30.0, 1000.0])
def test_the_quantiles_of_students_t_are_scipys(freedom: float) -> None:
    share = torch.from_numpy(SHARES)
    found = student_t_quantile(share, torch.full_like(share, freedom)).numpy()
    np.testing.assert_allclose(found, stats.t.ppf(SHARES, freedom), rtol=4e-4, atol=1e-9)
    np.testing.assert_allclose(found[:201], stats.t.ppf(SHARES[:201], freedom), rtol=2e-9, atol=1e-9)


@pytest.mark.parametrize("size", [0.01, 0.1, 0.5, 1.0, 5.0, 20.0, 1000.0])
@pytest.mark.parametrize("mean", [0.01, 0.5, 3.0, 20.0, 60.0])
def test_quantiles_of_counts_are_scipys(mean: float, size: float) -> None:
    share = torch.from_numpy(SHARES[:201])
    found = negative_binomial_quantile(share, torch.full_like(share, mean), torch.full_like(share, size)).numpy()
    expected = stats.nbinom.ppf(SHARES[:201], size, size / (size + mean))
    counted = expected <= 256
    assert (found[counted] == expected[counted]).all()
    assert (np.abs(found - expected) <= 1e-3 * expected).all()


@pytest.mark.parametrize("size", [0.1, 1.0, 9.0, 11.0, 100.0, 1e6])
@pytest.mark.parametrize("mean", [300.0, 1e4, 1e6])
def test_quantiles_of_large_counts_have_scipys_probability(mean: float, size: float) -> None:
    share = torch.from_numpy(SHARES[:201])
    found = negative_binomial_quantile(share, torch.full_like(share, mean), torch.full_like(share, size)).numpy()
    law = stats.nbinom(size, size / (size + mean))
    assert np.abs(law.cdf(found) - law.cdf(law.ppf(SHARES[:201]))).max() < 5e-3


def counted(raw: Tensor, scale: Tensor) -> tuple[np.ndarray, np.ndarray]:
    """SciPy's parameters: the size and the probability of a success."""
    mean, size = scale.numpy() * softplus(raw[..., 0]), softplus(raw[..., 1])
    return size, size / (size + mean)


def test_the_loss_of_counts_is_scipys_likelihood_of_the_counts_themselves() -> None:
    raw = draw(6, 5, 1, 2)
    scale = torch.tensor([0.02, 0.7, 3.0, 11.0, 250.0, 1e5], dtype=torch.float64)[:, None, None].expand(6, 5, 1)
    actual = torch.poisson(scale, generator=torch.Generator().manual_seed(0))
    found = mean_loss(NegativeBinomial(), raw, actual / scale, torch.ones_like(actual), scale)
    assert float(found) == pytest.approx(-np.mean(stats.nbinom.logpmf(actual.numpy(), *counted(raw, scale))))


def test_a_forecast_of_counts_is_scipys_median_and_its_interval_scipys_quantiles() -> None:
    raw = draw(4, 5, 1, 2)
    scale = torch.tensor([0.02, 0.7, 3.0, 31.0], dtype=torch.float64)[:, None, None]
    outlook = HeadOutlook(NegativeBinomial(), raw, torch.zeros(4, 1, 1), scale)
    size, success = counted(raw, scale)
    assert (outlook.point().numpy() == stats.nbinom.ppf(0.5, size, success)).all()
    low, high = outlook.interval(80)
    assert (low.numpy() == stats.nbinom.ppf(0.1, size, success)).all()
    assert (high.numpy() == stats.nbinom.ppf(0.9, size, success)).all()


@pytest.mark.parametrize("head", [Normal(), StudentT(), NegativeBinomial()])
def test_extreme_numbers_give_finite_losses_gradients_and_forecasts(head: Head) -> None:
    extremes = torch.tensor([-1e6, -100.0, -20.0, 0.0, 20.0, 100.0, 1e6])
    raw = torch.cartesian_prod(*[extremes] * head.outputs)[:, None, None].requires_grad_()
    for value in (0.0, 1.0, 1e6):
        actual = torch.full(raw.shape[:-1], value)
        loss = mean_loss(head, raw, actual, torch.ones_like(actual), torch.ones_like(actual))
        (gradient,) = torch.autograd.grad(loss, raw)
        assert math.isfinite(loss.item())
        assert torch.isfinite(gradient).all()
    outlook = HeadOutlook(head, raw.detach(), torch.zeros(1, 1, 1), torch.ones(1, 1, 1))
    for found in (outlook.point(), *outlook.interval(99)):
        assert torch.isfinite(found).all()


@pytest.mark.parametrize("head", [Normal(), StudentT(), NegativeBinomial()])
def test_gradients_of_the_losses_are_right(head: Head) -> None:
    raw = draw(3, 2, 1, head.outputs).requires_grad_()
    actual, scale = (
        torch.tensor([0.0, 3.0]).double()[None, :, None].expand(3, 2, 1),
        torch.full((3, 1, 1), 2.0).double(),
    )
    torch.autograd.gradcheck(lambda raw: mean_loss(head, raw, actual / scale, torch.ones_like(actual), scale), raw)
