"""Quantile functions that torch lacks: of Student's t and of the negative binomial, in float64 and elementwise."""

from __future__ import annotations

import math

import torch
from torch import Tensor

_COUNTED = 256  # counts up to here are added up one by one
_NODES, _WEIGHTS = (
    torch.tensor(numbers, dtype=torch.float64)
    for numbers in (
        # Half of the 24 nodes of Gauss and Legendre, and their weights; the others mirror them.
        (
            0.06405689286260563,
            0.1911188674736163,
            0.3150426796961634,
            0.4337935076260451,
            0.5454214713888396,
            0.6480936519369755,
            0.7401241915785544,
            0.820001985973903,
            0.8864155270044011,
            0.9382745520027328,
            0.9747285559713095,
            0.9951872199970213,
        ),
        (
            0.12793819534675216,
            0.1258374563468283,
            0.12167047292780339,
            0.1155056680537256,
            0.10744427011596563,
            0.09761865210411388,
            0.08619016153195327,
            0.0733464814110803,
            0.05929858491543678,
            0.04427743881741981,
            0.028531388628933663,
            0.0123412297999872,
        ),
    )
)


def student_t_quantile(share: Tensor, freedom: Tensor) -> Tensor:
    """The quantile `share` in (0, 1) of Student's t with `freedom` degrees, at least 2; both of one shape, float64.

    Hill's Algorithm 396 (1970) and one step of Newton's, as in his remark of 1981: right to 1e-9 between the shares
    1e-6 and 1 - 1e-6, and to 1e-4 of itself beyond.

    >>> student_t_quantile(*torch.tensor([[0.975], [5.0]], dtype=torch.float64)).item()
    2.5705818...
    """
    tail = torch.minimum(share, 1.0 - share)
    away = _hill(2.0 * tail, freedom)
    wrong = _beyond(away, freedom) - tail
    density = torch.exp(
        torch.lgamma((freedom + 1.0) / 2.0)
        - torch.lgamma(freedom / 2.0)
        - 0.5 * torch.log(freedom * math.pi)
        - (freedom + 1.0) / 2.0 * torch.log1p(away**2 / freedom)
    )
    step = wrong / density
    mended = away + step * (1.0 + step * away * (freedom + 1.0) / (2.0 * (away**2 + freedom)))
    away = torch.where(tail > 1e-6, mended, away)
    return torch.where(share < 0.5, -away, away)


def _hill(both: Tensor, n: Tensor) -> Tensor:
    """Roughly the t that is exceeded on either side with probability `both`."""
    a = 1.0 / (n - 0.5)
    b = 48.0 / a**2
    c = ((20700.0 * a / b - 98.0) * a - 16.0) * a + 96.36
    d = ((94.5 / (b + c) - 3.0) / b + 1.0) * torch.sqrt(a * math.pi / 2.0) * n
    y = (d * both) ** (2.0 / n)
    x = torch.special.ndtri(both / 2.0)
    c = torch.where(n < 5.0, c + 0.3 * (n - 4.5) * (x + 0.6), c)
    c = (((0.05 * d * x - 5.0) * x - 7.0) * x - 2.0) * x + b + c
    z = x**2
    z = (((((0.4 * z + 6.3) * z + 36.0) * z + 94.5) / c - z - 3.0) / b + 1.0) * x
    middle = torch.expm1(a * z**2)
    outside = 1.0 / (((n + 6.0) / (n * y) - 0.089 * d - 0.822) * (n + 2.0) * 3.0) + 0.5 / (n + 4.0)
    outside = (outside * y - 1.0) * (n + 1.0) / (n + 2.0) + 1.0 / y
    return torch.sqrt(n * torch.where(y > 0.05 + a, middle, outside))


def _beyond(away: Tensor, freedom: Tensor) -> Tensor:
    """The probability of more than `away`: the density over the angle whose tangent is t / sqrt(freedom), by Gauss."""
    angle = torch.atan(away / torch.sqrt(freedom))
    total = torch.zeros_like(angle)
    for node, weight in zip(_NODES.tolist(), _WEIGHTS.tolist(), strict=True):
        for side in (-node, node):
            total += weight * torch.cos(angle * (1.0 + side) / 2.0) ** (freedom - 1.0)
    unit = torch.exp(torch.lgamma((freedom + 1.0) / 2.0) - torch.lgamma(freedom / 2.0)) / math.sqrt(math.pi)
    return 0.5 - unit * total * angle / 2.0


def negative_binomial_quantile(share: Tensor, mean: Tensor, size: Tensor) -> Tensor:
    """The least whole number at or below which a share of at least `share` lies; all of one shape, float64.

    The variance is mean + mean² / size. Exact up to 256; beyond, the probability is right to 5e-3.

    >>> negative_binomial_quantile(*torch.tensor([[0.9], [4.0], [2.0]], dtype=torch.float64)).item()
    9.0
    """
    flat = [part.flatten() for part in (share, mean, size)]
    last = torch.full_like(flat[0], _COUNTED)
    low = _at_most(last, *flat[1:]) >= flat[0]
    found = torch.empty_like(last)
    found[low] = _counted_up(*(part[low] for part in flat))
    rest = ~low | (found > _COUNTED)
    if rest.any():
        found[rest] = _searched(*(part[rest] for part in flat))
    return found.reshape(share.shape)


def _counted_up(share: Tensor, mean: Tensor, size: Tensor) -> Tensor:
    """The quantile by adding up probabilities from 0 on; infinite where that would take too many."""
    found = torch.full_like(share, torch.inf)
    rest = torch.arange(len(share), device=share.device)
    odds, term = mean / (mean + size), torch.exp(-size * torch.log1p(mean / size))
    total, count = term, torch.zeros_like(share)  # so many whole numbers lie below the quantile
    for step in range(1, _COUNTED + 2):
        short = total < share
        count = count + short
        if step % 8 == 1:  # those found are looked at no longer; to sort them out each time would take longer
            found[rest[~short]] = count[~short]
            rest, share, odds, size = rest[short], share[short], odds[short], size[short]
            term, total, count = term[short], total[short], count[short]
            if not len(rest):
                break
        term = term * odds * ((step - 1.0 + size) / step)
        total = total + term
    return found


def _searched(share: Tensor, mean: Tensor, size: Tensor) -> Tensor:
    """The quantile by halving."""
    low, high = torch.zeros_like(mean), torch.clamp_min(2.0 * mean, 1.0).ceil()
    while (short := _at_most(high, mean, size) < share).any():
        low, high = torch.where(short, high, low), torch.where(short, 2.0 * high, high)
    while (high - low > 1.0).any():
        middle = ((low + high) / 2.0).floor()
        enough = _at_most(middle, mean, size) >= share
        low, high = torch.where(enough, low, middle), torch.where(enough, middle, high)
    return high


def _at_most(count: Tensor, mean: Tensor, size: Tensor) -> Tensor:
    """Nearly the probability of at most `count`, for large means or counts.

    Few sizes: a gamma distribution (the first term of DiDonato and Morris, 1992). Many: the Normal one of Peizer and
    Pratt (1968) for the binomial of the same tail.
    """
    gamma = torch.special.gammainc(size, (count + (size + 1.0) / 2.0) * torch.log1p(size / mean))
    p, q = mean / (mean + size), size / (mean + size)  # `size` successes need more than `count` failures
    n, below, above = count + size, count + 0.5, size - 0.5
    away = count + 2.0 / 3.0 - (n + 1.0 / 3.0) * p + 0.02 * (q / below - p / above + (q - 0.5) / (n + 1.0))
    spread = (1.0 + q * _bend(below / (n * p)) + p * _bend(above / (n * q))) / ((n + 1.0 / 6.0) * p * q)
    return torch.where(size < 10.0, gamma, torch.special.ndtr(away * torch.sqrt(spread)))


def _bend(x: Tensor) -> Tensor:
    """(1 - x² + 2 x log x) / (1 - x)², 0 at 1."""
    near = (x - 1.0).abs() < 1e-4
    safe = torch.where(near, 2.0, x)
    exact = (1.0 - safe**2 + 2.0 * safe * torch.log(safe)) / (1.0 - safe) ** 2
    return torch.where(near, (1.0 - x) / 3.0, exact)
