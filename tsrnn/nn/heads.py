"""Heads: how many numbers a step of the forecast needs, the loss they are trained by, and how a forecast is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import torch
from torch import Tensor
from torch.nn import functional

from tsrnn.errors import SettingError, one_of, real

SAMPLING = "fit with head=Quantiles(), Normal(), StudentT() or NegativeBinomial()"


@runtime_checkable
class Head(Protocol):
    """One object says what a step's numbers mean; `raw` is always `(batch, step, channel, outputs)`.

    Values are relative to a window's level, in units of its scale. Not so those of a head of `counts`: they are the
    counts themselves, and the scale stands in `raw` as one number more, the last.
    """

    @property
    def outputs(self) -> int:
        """Numbers needed for one step of one channel."""
        ...

    @property
    def likelihood(self) -> bool:
        """Whether the loss is a negative log-likelihood, so that a window's scale is no weight of it."""
        ...

    @property
    def counts(self) -> bool:
        """Whether it forecasts whole numbers from 0 up."""
        ...

    def start(self) -> list[float]:
        """The raw numbers of an untrained network, `outputs` of them: no change, and narrow intervals around it."""
        ...

    def loss(self, raw: Tensor, actual: Tensor) -> Tensor:
        """The loss of each step, `(batch, step, channel)`, against `actual` of that shape."""
        ...

    def point(self, raw: Tensor) -> Tensor:
        """The forecast itself, `(batch, step, channel)`."""
        ...

    def interval(self, raw: Tensor, level: float) -> tuple[Tensor, Tensor]:
        """The central interval that holds `level` per cent; SettingError where the head cannot tell."""
        ...

    def quantile(self, raw: Tensor, share: Tensor) -> Tensor:
        """The value below which `share` in (0, 1) lies, both `(batch, step, channel)`: at random shares, a sample.

        SettingError where the head cannot tell.
        """
        ...


@dataclass(frozen=True)
class Point:
    """One number a step, trained by absolute error (`"mae"`), squared error (`"mse"`) or between them (`"huber"`).

    >>> Point("mse").outputs
    1
    """

    error: str = "mae"

    def __post_init__(self) -> None:
        one_of("error", self.error, _ERRORS)

    @property
    def outputs(self) -> int:
        """One."""
        return 1

    @property
    def likelihood(self) -> bool:
        """An error, in units of the scale."""
        return False

    @property
    def counts(self) -> bool:
        """Any numbers."""
        return False

    def start(self) -> list[float]:
        """No change."""
        return [0.0]

    def loss(self, raw: Tensor, actual: Tensor) -> Tensor:
        """The chosen error of each step."""
        error: Tensor = _ERRORS[self.error](raw[..., 0], actual, reduction="none")
        return error

    def point(self, raw: Tensor) -> Tensor:
        """The number itself."""
        return raw[..., 0]

    def interval(self, raw: Tensor, level: float) -> tuple[Tensor, Tensor]:
        """A point has none."""
        raise SettingError(f"a point head gives no {level:g} % interval; fit with head=Quantiles() for levels")

    def quantile(self, raw: Tensor, share: Tensor) -> Tensor:
        """A point has none."""
        raise SettingError(f"a point head draws no samples; {SAMPLING}")


_ERRORS: dict[str, Callable[..., Tensor]] = {
    "mae": functional.l1_loss,
    "mse": functional.mse_loss,
    "huber": functional.huber_loss,
}


@dataclass(frozen=True)
class Quantiles:
    """Quantiles of each step, trained together by the pinball loss (Koenker and Bassett, 1978); they cannot cross.

    `quantiles` lie in (0, 1), ascend, and hold 0.5, the forecast itself. Each one next to the median is the one
    inside it plus or minus a positive number. A level between two of them is interpolated; one beyond is an error.

    >>> Quantiles((0.1, 0.5, 0.9)).outputs
    3
    """

    quantiles: tuple[float, ...] = (0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.975)

    def __post_init__(self) -> None:
        given = self.quantiles
        if not isinstance(given, (list, tuple)):
            raise SettingError(f"quantiles are numbers between 0 and 1, such as (0.1, 0.5, 0.9); got {given!r}")
        object.__setattr__(self, "quantiles", tuple(real("each of quantiles", q, "a number") for q in given))
        ascending = all(low < high for low, high in zip(self.quantiles, self.quantiles[1:], strict=False))
        if not self.quantiles or not ascending or not 0 < self.quantiles[0] <= self.quantiles[-1] < 1:
            raise SettingError(f"quantiles must ascend between 0 and 1, got {self.quantiles}")
        if 0.5 not in self.quantiles:
            raise SettingError(f"quantiles must hold 0.5, the forecast itself; got {self.quantiles}")

    @property
    def outputs(self) -> int:
        """One a quantile."""
        return len(self.quantiles)

    @property
    def likelihood(self) -> bool:
        """An error, in units of the scale."""
        return False

    @property
    def counts(self) -> bool:
        """Any numbers."""
        return False

    def start(self) -> list[float]:
        """No change, and a tenth of a unit from each quantile to the next."""
        return [0.0 if q == 0.5 else -2.25 for q in self.quantiles]

    def values(self, raw: Tensor) -> Tensor:
        """The quantiles, ascending, from `(…, outputs)` raw numbers: the median and the widths of the steps from it."""
        middle = self.quantiles.index(0.5)
        steps = functional.softplus(raw)
        below = raw[..., middle : middle + 1] - steps[..., :middle].flip(-1).cumsum(-1).flip(-1)
        above = raw[..., middle : middle + 1] + steps[..., middle + 1 :].cumsum(-1)
        return torch.cat((below, raw[..., middle : middle + 1], above), dim=-1)  # (…, quantile)

    def loss(self, raw: Tensor, actual: Tensor) -> Tensor:
        """Twice the mean pinball loss over the quantiles: for the median alone it is the absolute error."""
        short = actual[..., None] - self.values(raw)
        share = raw.new_tensor(self.quantiles)
        return 2.0 * torch.maximum(share * short, (share - 1.0) * short).mean(-1)

    def point(self, raw: Tensor) -> Tensor:
        """The median."""
        return raw[..., self.quantiles.index(0.5)]

    def interval(self, raw: Tensor, level: float) -> tuple[Tensor, Tensor]:
        """The quantiles that leave half of the rest on either side."""
        tail = (1.0 - level / 100.0) / 2.0
        if tail < self.quantiles[0] - 1e-9 or 1.0 - tail > self.quantiles[-1] + 1e-9:
            widest = 100.0 * (1.0 - 2.0 * max(self.quantiles[0], 1.0 - self.quantiles[-1]))
            raise SettingError(
                f"a {level:g} % interval needs the quantiles {tail:g} and {1 - tail:g}, but the head has "
                f"{self.quantiles[0]:g} to {self.quantiles[-1]:g} (up to {widest:g} %); fit with Quantiles holding them"
            )
        found = self.values(raw)
        return self._at(found, tail), self._at(found, 1.0 - tail)

    def _at(self, found: Tensor, share: float) -> Tensor:
        """The quantile `share`, on the line between its neighbours."""
        right = next(i for i, q in enumerate(self.quantiles) if q >= share - 1e-9)
        if right == 0 or abs(self.quantiles[right] - share) < 1e-9:
            return found[..., right]
        low, high = self.quantiles[right - 1], self.quantiles[right]
        return torch.lerp(found[..., right - 1], found[..., right], (share - low) / (high - low))

    def quantile(self, raw: Tensor, share: Tensor) -> Tensor:
        """On the line between the quantiles on either side; beyond the outermost ones, the tail of an exponential.

        That tail is as dense, where it begins, as the values between the two outermost quantiles.
        """
        if len(self.quantiles) < 2:
            raise SettingError(f"one quantile draws no samples; {SAMPLING}, of at least two quantiles")
        found, known = self.values(raw), raw.new_tensor(self.quantiles)
        right = torch.searchsorted(known, share.to(raw.dtype)).clamp(1, len(known) - 1)[..., None]
        low, high = found.gather(-1, right - 1)[..., 0], found.gather(-1, right)[..., 0]
        begin, end = known[right - 1][..., 0], known[right][..., 0]
        slope = (high - low) / (end - begin)
        inside = share.clamp(self.quantiles[0], self.quantiles[-1])
        lower = torch.log((share / self.quantiles[0]).clamp_max(1.0)) * self.quantiles[0]
        upper = torch.log(((1.0 - share) / (1.0 - self.quantiles[-1])).clamp_max(1.0)) * (1.0 - self.quantiles[-1])
        return low + slope * (inside - begin + lower - upper)
