"""One step of training: the weights that move, how far, and a moving average of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from tsrnn.errors import SettingError, choices

OPTIMIZERS: dict[str, Any] = {"adamw": torch.optim.AdamW, "adam": torch.optim.Adam}
# From the share of all steps that is done to the share of the learning rate that is used.
SCHEDULES: dict[str, Callable[[float], float]] = {
    "cosine": lambda done: 0.5 * (1.0 + math.cos(math.pi * done)),
    "constant": lambda done: 1.0,
}


class Settings(Protocol):
    """The part of a Training that says what a step is."""

    @property
    def optimizer(self) -> str: ...
    @property
    def learning_rate(self) -> float: ...
    @property
    def schedule(self) -> str: ...
    @property
    def clip(self) -> float: ...
    @property
    def weight_decay(self) -> float: ...
    @property
    def l1(self) -> float: ...
    @property
    def average(self) -> float: ...


def freeze(network: nn.Module, parts: tuple[str, ...]) -> None:
    """Leaves the named parts as they are; SettingError for one that is not there, or where nothing is left to train."""
    names = {part for name, _ in network.named_parameters() for part in name.split(".")[:-1] if not part.isdigit()}
    for part in parts:
        if part not in names:
            raise choices("part to freeze", part, sorted(names))
    for name, weight in network.named_parameters():
        weight.requires_grad_(not set(parts) & set(name.split(".")))
    if not _trained(network):
        raise SettingError(f"freeze={parts!r} leaves nothing to train; leave a part out, such as 'readout'")


class Stepper:
    """Takes `steps` steps in all, each down the gradient of a loss: clipped, at the scheduled rate, then averaged."""

    def __init__(self, network: nn.Module, settings: Settings, steps: int) -> None:
        self.weights, self.settings, self.steps, self.done = _trained(network), settings, steps, 0
        self.optimizer = _optimizer(self.weights, settings)
        self.kept = [weight.detach().clone() for weight in self.weights] if settings.average else []

    @property
    def rate(self) -> float:
        """The learning rate of the next step."""
        return self.settings.learning_rate * SCHEDULES[self.settings.schedule](self.done / self.steps)

    def step(self, loss: Tensor) -> None:
        """One step down `loss`, a scalar."""
        settings = self.settings
        penalized = loss + settings.l1 * sum(weight.abs().sum() for weight in self.weights) if settings.l1 else loss
        for weight in self.weights:
            weight.grad = None  # what zero_grad does, less what it notes for a profiler
        penalized.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.weights, settings.clip)
        for group in self.optimizer.param_groups:
            group["lr"] = self.rate
        self.optimizer.step()
        self.done += 1
        self._average()

    @contextmanager
    def averaged(self) -> Iterator[None]:
        """The network has the averages in its weights' place inside the block, where averages are kept."""
        now = [weight.detach().clone() for weight in self.weights] if self.kept else []
        self._put(self.kept)
        try:
            yield
        finally:
            self._put(now)

    def state(self) -> dict[str, Tensor]:
        """What the next steps depend on beside the weights, by names of its own."""
        found = {f"average.{place}": kept for place, kept in enumerate(self.kept)}
        for place, weight in enumerate(self.weights):
            found |= {f"{key}.{place}": value for key, value in self.optimizer.state[weight].items()}
        return found

    def restore(self, state: dict[str, Tensor], done: int) -> None:
        """Goes on after `done` steps from what `state` gave."""
        self.done = done
        for place, weight in enumerate(self.weights):
            parts = {key.rpartition(".") for key in state if key.endswith(f".{place}")}
            own = {key: state[f"{key}.{place}"] for key, _, _ in parts}
            if self.kept:
                self.kept[place].copy_(own.pop("average"))
            self.optimizer.state[weight] = {
                key: value.clone() if key == "step" else value.to(weight.device, copy=True)
                for key, value in own.items()
            }

    @torch.no_grad()
    def _average(self) -> None:
        for kept, weight in zip(self.kept, self.weights, strict=False):
            kept.lerp_(weight, 1.0 - self.settings.average)

    @torch.no_grad()
    def _put(self, values: list[Tensor]) -> None:
        for weight, value in zip(self.weights, values, strict=False):
            weight.copy_(value)


def _trained(network: nn.Module) -> list[nn.Parameter]:
    return [weight for weight in network.parameters() if weight.requires_grad]


def _optimizer(weights: list[nn.Parameter], settings: Settings) -> torch.optim.Optimizer:
    """Weight matrices are shrunk; biases and norms are not."""
    matrices, vectors = ([weight for weight in weights if (weight.ndim > 1) == wide] for wide in (True, False))
    groups = [{"params": matrices, "weight_decay": settings.weight_decay}, {"params": vectors, "weight_decay": 0.0}]
    made: torch.optim.Optimizer = OPTIMIZERS[settings.optimizer](groups, lr=settings.learning_rate, fused=True)
    return made
