"""Heads that forecast a whole distribution: Normal, Student's t, and the negative binomial for counts."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from tsrnn.nn.heads import Head
from tsrnn.nn.tails import negative_binomial_quantile, student_t_quantile

# In units of the window's scale: no distribution is narrower.
_NARROWEST = 1e-4
_ONE = math.log(math.e - 1.0)  # its softplus is 1


@dataclass(frozen=True)
class Normal:
    """A mean and a deviation a step, trained by their likelihood; any level can be read.

    >>> Normal().outputs
    2
    """

    @property
    def outputs(self) -> int:
        """The mean, and the deviation through a softplus."""
        return 2

    @property
    def likelihood(self) -> bool:
        """The loss is one."""
        return True

    @property
    def counts(self) -> bool:
        """Any numbers."""
        return False

    def start(self) -> list[float]:
        """No change, give or take one unit."""
        return [0.0, _ONE]

    def loss(self, raw: Tensor, actual: Tensor) -> Tensor:
        """The negative logarithm of the density."""
        mean, deviation = self._parts(raw.double())
        return 0.5 * ((actual.double() - mean) / deviation) ** 2 + torch.log(deviation) + 0.5 * math.log(2.0 * math.pi)

    def point(self, raw: Tensor) -> Tensor:
        """The mean, which is the median."""
        return raw[..., 0]

    def interval(self, raw: Tensor, level: float) -> tuple[Tensor, Tensor]:
        """The quantiles that leave half of the rest on either side."""
        return _central(self, raw, level)

    def quantile(self, raw: Tensor, share: Tensor) -> Tensor:
        """The mean and so many deviations."""
        mean, deviation = self._parts(raw)
        away: Tensor = torch.special.ndtri(share)
        return mean + deviation * away

    def _parts(self, raw: Tensor) -> tuple[Tensor, Tensor]:
        return raw[..., 0], functional.softplus(raw[..., 1]) + _NARROWEST


@dataclass(frozen=True)
class StudentT:
    """A median, a width and degrees of freedom (2 to 1,000) a step, trained by their likelihood: for outliers.

    Any level can be read.

    >>> StudentT().outputs
    3
    """

    @property
    def outputs(self) -> int:
        """The median; the width and the degrees of freedom, each through a softplus."""
        return 3

    @property
    def likelihood(self) -> bool:
        """The loss is one."""
        return True

    @property
    def counts(self) -> bool:
        """Any numbers."""
        return False

    def start(self) -> list[float]:
        """No change, give or take one unit, with 7 degrees of freedom."""
        return [0.0, _ONE, 5.0]

    def loss(self, raw: Tensor, actual: Tensor) -> Tensor:
        """The negative logarithm of the density."""
        middle, width, freedom = self._parts(raw.double())
        away = (actual.double() - middle) / width
        unit = torch.lgamma(freedom / 2.0) - torch.lgamma((freedom + 1.0) / 2.0) + 0.5 * torch.log(freedom * math.pi)
        return unit + torch.log(width) + (freedom + 1.0) / 2.0 * torch.log1p(away**2 / freedom)

    def point(self, raw: Tensor) -> Tensor:
        """The median."""
        return raw[..., 0]

    def interval(self, raw: Tensor, level: float) -> tuple[Tensor, Tensor]:
        """The quantiles that leave half of the rest on either side."""
        return _central(self, raw, level)

    def quantile(self, raw: Tensor, share: Tensor) -> Tensor:
        """The median and so many widths."""
        middle, width, freedom = self._parts(raw.double())
        return middle + width * student_t_quantile(share.expand(width.shape), freedom)

    def _parts(self, raw: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        freedom = (2.0 + functional.softplus(raw[..., 2])).clamp_max(1000.0)
        return raw[..., 0], functional.softplus(raw[..., 1]) + _NARROWEST, freedom


@dataclass(frozen=True)
class NegativeBinomial:
    """A mean and a size a step, for counts: the variance is mean + mean² / size, trained by their likelihood.

    The data must be whole numbers from 0 up and are not transformed; a window is seen relative to its mean, whatever
    the decoder's `normalize`. The forecast is the median, a whole number, as are the ends of its intervals, which hold
    at least their level.

    >>> NegativeBinomial().counts
    True
    """

    @property
    def outputs(self) -> int:
        """The mean in units of the window's, and the size, each through a softplus."""
        return 2

    @property
    def likelihood(self) -> bool:
        """The loss is one."""
        return True

    @property
    def counts(self) -> bool:
        """Whole numbers."""
        return True

    def start(self) -> list[float]:
        """The mean of the window, and a size of 3."""
        return [_ONE, 3.0]

    def loss(self, raw: Tensor, actual: Tensor) -> Tensor:
        """The negative logarithm of the probability."""
        mean, size = self._logarithms(raw.double())  # (…, step, channel) each
        count, sizes, odds = actual.double().round(), torch.exp(size), mean - size
        ways = torch.lgamma(count + sizes) - torch.lgamma(sizes) - torch.lgamma(count + 1.0)
        return sizes * functional.softplus(odds) + count * functional.softplus(-odds) - ways

    def point(self, raw: Tensor) -> Tensor:
        """The median."""
        return self.quantile(raw, raw.new_full((), 0.5))

    def interval(self, raw: Tensor, level: float) -> tuple[Tensor, Tensor]:
        """The quantiles that leave at most half of the rest on either side."""
        return _central(self, raw, level)

    def quantile(self, raw: Tensor, share: Tensor) -> Tensor:
        """The least count that so many do not exceed."""
        mean, size = self._logarithms(raw.double())
        return negative_binomial_quantile(share.double().expand(mean.shape), torch.exp(mean), torch.exp(size))

    def _logarithms(self, raw: Tensor) -> tuple[Tensor, Tensor]:
        """Those of the mean and of the size."""
        mean = (_log_softplus(raw[..., 0]) + torch.log(raw[..., 2])).clamp(-30.0, 30.0)
        return mean, _log_softplus(raw[..., 1]).clamp(-7.0, 14.0)


def _log_softplus(x: Tensor) -> Tensor:
    """log(log(1 + exp(x))), which is x itself far below 0."""
    low = x < -30.0
    return torch.where(low, x, torch.log(functional.softplus(torch.where(low, 0.0, x))))


def _central(head: Head, raw: Tensor, level: float) -> tuple[Tensor, Tensor]:
    tail = raw.new_full((), (1.0 - level / 100.0) / 2.0)
    return head.quantile(raw, tail), head.quantile(raw, 1.0 - tail)
