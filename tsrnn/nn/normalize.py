"""Per-window normalisation: every window is seen relative to a level and a scale of its own."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from tsrnn.errors import one_of

# In units of the series' typical change: the scale of a window that stands still.
_STILL = 0.1
_REACH = 10.0  # how many scales from its level a value may count, in a robust window


def last_observed(values: Tensor, observed: Tensor) -> Tensor:
    """The last observed value of each window and channel, `(batch, channel)`; 0 where a channel has none.

    Takes `values (batch, time, channel)` and `observed` of the same shape, 1 or true where a value is there.

    >>> last_observed(torch.tensor([[[1.0], [2.0], [0.0]]]), torch.tensor([[[1], [1], [0]]]))
    tensor([[2.]])
    """
    steps = torch.arange(1, values.shape[1] + 1, device=values.device)[:, None]
    latest = (steps * (observed != 0)).amax(dim=1)  # (batch, channel), 1-based; 0 means none
    found = values.gather(1, (latest - 1).clamp_min(0)[:, None])[:, 0]  # (batch, channel)
    return torch.where(latest > 0, found, 0.0)


def last(values: Tensor, observed: Tensor) -> tuple[Tensor, Tensor]:
    """The last observed value, and one: for series that wander."""
    level = last_observed(values, observed)
    return level, torch.ones_like(level)


def revin(values: Tensor, observed: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and deviation of the observed values (Kim et al., Reversible instance normalization, 2022)."""
    count = observed.sum(1).clamp_min(1.0)
    mean = (values * observed).sum(1) / count
    variance = (((values - mean[:, None]) * observed) ** 2).sum(1) / count
    return mean, (variance + _STILL**2).sqrt().detach()


def robust(values: Tensor, observed: Tensor) -> tuple[Tensor, Tensor]:
    """Median and median absolute deviation (times 1.48, the deviation of a Normal): for series with outliers."""
    missing = observed == 0
    median = values.masked_fill(missing, torch.nan).nanmedian(1).values.nan_to_num(0.0)
    away = (values - median[:, None]).abs().masked_fill(missing, torch.nan).nanmedian(1).values.nan_to_num(0.0)
    return median, (1.4826 * away).clamp_min(_STILL).detach()


def counts(values: Tensor, observed: Tensor) -> tuple[Tensor, Tensor]:
    """Zero and the mean, as if half of one more row's one had been seen too: for counts, which may all be 0."""
    mean = ((values * observed).sum(1) + 0.5) / (observed.sum(1) + 1.0)
    return torch.zeros_like(mean), mean


NORMALIZATIONS: dict[str, Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]] = {
    "last": last,
    "revin": revin,
    "robust": robust,
}
# And the one that a head of counts needs, whatever was chosen.
_RULES = {**NORMALIZATIONS, "counts": counts}


def known_normalization(name: str) -> str:
    """The name itself; SettingError for one that is none."""
    return one_of("normalize", name, NORMALIZATIONS)


def normalized(name: str, values: Tensor, observed: Tensor | None) -> tuple[Tensor, Tensor, Tensor]:
    """The values relative to their window, `(batch, time, channel)`, and its level and scale, `(batch, 1, channel)`.

    `observed` is 1 where a value is there, None where all are.

    `"last"`: from the last observed value, in the series' own unit. `"revin"`: from the mean, in deviations.
    `"robust"`: from the median, in median deviations, none beyond ten. `"counts"`: from 0, in means. A missing value
    is 0, as if at the level. No gradient goes through deviations: a loss in that unit must not fall because what is
    learned (a cycle that was taken off the values) makes windows swing more widely.
    """
    level, scale = (part[:, None] for part in _rule(name, values, observed))
    away = (values - level) / scale
    if name == "robust":
        away = away.clamp(-_REACH, _REACH)
    return away if observed is None else torch.where(observed != 0, away, 0.0), level, scale


def _rule(name: str, values: Tensor, observed: Tensor | None) -> tuple[Tensor, Tensor]:
    if observed is None and name == "last":  # nothing to look for: the usual case, and the one that must cost nothing
        return values[:, -1], torch.ones_like(values[:, -1])
    return _RULES[name](values, torch.ones_like(values) if observed is None else observed)
