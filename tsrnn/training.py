"""The one training loop: it asks for the loss of examples and knows nothing of what it trains."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from tsrnn.errors import SettingError, TrainingError, choices, whole_number

if TYPE_CHECKING:
    import pandas as pd

Loss = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Training:
    """How to train.

    - `epochs`: at most so many; an epoch is `steps_per_epoch` batches of windows in random order, which comes round
      again where there are few windows; None is one pass over them.
    - `batch_size`, `learning_rate`, `optimizer` (`"adamw"` or `"adam"`), `schedule` (`"cosine"` down to 0, or
      `"constant"`), `clip`: the largest norm of the gradient.
    - `weight_decay`: L2 shrinkage; `l1`: weight of the sum of absolute weights in the loss.
    - `validation`: share of each series kept at its end for early stopping, 0 for none; `patience`: epochs without a
      better validation loss before stopping. The weights of the best epoch are kept.
    - `average`: decay of a moving average of the weights after each step (Polyak and Juditsky, 1992), which is then
      judged and kept in their place; 0 for none, 0.99 is common.
    - `init`: a fitted forecaster of the same shape, or the path of a saved one, to go on from; `freeze`: parts that
      are not to be trained, such as `("core",)`.
    - `seed`: same seed, same numbers. `device`: `"auto"`, `"cpu"`, `"cuda"`. `progress`: a bar on standard error.

    >>> Training(epochs=5).batch_size
    64
    """

    epochs: int = 40
    batch_size: int = 64
    steps_per_epoch: int | None = 100
    learning_rate: float = 2e-3
    optimizer: str = "adamw"
    schedule: str = "cosine"
    clip: float = 1.0
    weight_decay: float = 1e-3
    l1: float = 0.0
    validation: float = 0.1
    patience: int = 8
    average: float = 0.0
    init: Any = None
    freeze: tuple[str, ...] = ()
    seed: int = 0
    device: str = "auto"
    progress: bool = False

    def __post_init__(self) -> None:
        for name in ("epochs", "batch_size", "patience"):
            whole_number(name, getattr(self, name), 1)
        if self.steps_per_epoch is not None:
            whole_number("steps_per_epoch", self.steps_per_epoch, 1)
        if whole_number("seed", self.seed, 0) >= 2**63:
            raise SettingError(f"seed must be below 2 to the power of 63, got {self.seed}")
        if self.optimizer not in _OPTIMIZERS:
            raise choices("optimizer", self.optimizer, _OPTIMIZERS)
        if self.schedule not in _SCHEDULES:
            raise choices("schedule", self.schedule, _SCHEDULES)
        for name in ("learning_rate", "clip"):
            if not 0 < getattr(self, name) < math.inf:
                raise SettingError(f"{name} must be above 0, got {getattr(self, name)!r}")
        for name in ("weight_decay", "l1"):
            if not 0 <= getattr(self, name) < math.inf:
                raise SettingError(f"{name} must be at least 0, got {getattr(self, name)!r}")
        if not 0 <= self.average < 1:
            raise SettingError(f"average must be a decay of at least 0 and below 1, got {self.average!r}")
        if not 0 <= self.validation <= 0.5:
            raise SettingError(f"validation must be a share from 0 to 0.5, got {self.validation!r}")

    def resolved_device(self) -> torch.device:
        """The device meant: `"auto"` is CUDA where there is one."""
        if self.device == "auto":
            return torch.device("cuda" if torch.cuda.is_available() else "cpu")
        try:
            device = torch.device(self.device)
        except RuntimeError:
            raise choices("device", self.device, ["auto", "cpu", "cuda"]) from None
        if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
            found = torch.cuda.device_count()
            raise SettingError(
                f"device {self.device!r} is not there: torch finds {found} CUDA devices; use 'auto' or 'cpu'"
            )
        return device


_OPTIMIZERS = {"adamw": torch.optim.AdamW, "adam": torch.optim.Adam}
_SCHEDULES: dict[str, Callable[[float], float]] = {
    "cosine": lambda done: 0.5 * (1.0 + math.cos(math.pi * done)),
    "constant": lambda done: 1.0,
}


@dataclass(frozen=True)
class Epoch:
    """What one epoch did: mean losses (`validation` NaN without one), the learning rate it began with, its seconds."""

    epoch: int
    training: float
    validation: float
    learning_rate: float
    seconds: float


@dataclass(frozen=True)
class History:
    """The epochs of one training and the one whose weights were kept (0: the untrained network)."""

    epochs: tuple[Epoch, ...]
    best: int

    def frame(self) -> pd.DataFrame:
        """One row an epoch."""
        import pandas as pd

        return pd.DataFrame(self.epochs)


@contextmanager
def seeded(seed: int, device: torch.device) -> Iterator[torch.Generator]:
    """A generator with this seed, and torch's own seeded alike inside the block; outside, torch's own is as before."""
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        torch.manual_seed(seed)
        yield torch.Generator().manual_seed(seed)


def train(
    network: nn.Module, loss: Loss, training: Tensor, validation: Tensor, settings: Training, generator: torch.Generator
) -> History:
    """Fits the network's weights in place and leaves the best ones; gives the history.

    `loss(examples)` is the mean loss of the examples numbered by a 1-d tensor, which is drawn from `training` and
    `validation`. Without validation examples all epochs are run and the last weights stay.

    Raises TrainingError when the loss is no longer a finite number.
    """
    steps = settings.steps_per_epoch or math.ceil(len(training) / settings.batch_size)
    _freeze(network, settings.freeze)
    optimizer, averaged = _optimizer(network, settings), _Averaged(network, settings.average)
    scheduler = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: _SCHEDULES[settings.schedule](step / (settings.epochs * steps))
    )
    best, best_weights = 0, copy.deepcopy(network.state_dict())
    lowest = _mean_loss(network, loss, validation, settings.batch_size) if len(validation) else math.nan
    epochs: list[Epoch] = []
    for epoch in _counted(settings):
        began, rate = time.perf_counter(), float(scheduler.get_last_lr()[0])
        batches = torch.split(_shuffled(training, steps * settings.batch_size, generator), settings.batch_size)[:steps]
        mean = _epoch(network, loss, batches, optimizer, scheduler, averaged, settings)
        with averaged.in_place():
            checked = _mean_loss(network, loss, validation, settings.batch_size) if len(validation) else math.nan
            _refuse_infinite(epoch, mean if not len(validation) else mean + checked, settings)
            epochs.append(Epoch(epoch, mean, checked, rate, time.perf_counter() - began))
            if not len(validation) or checked < lowest:
                best, lowest = epoch, checked
                best_weights = copy.deepcopy(network.state_dict())
        if epoch - best >= settings.patience:
            break
    network.load_state_dict(best_weights)
    network.requires_grad_(True).eval()
    return History(tuple(epochs), best)


def _shuffled(examples: Tensor, count: int, generator: torch.Generator) -> Tensor:
    """`count` of the examples in random order; where there are fewer, all of them and then again in another order."""
    if len(examples) > 4 * count:
        places = _few(len(examples), count, generator)
    else:
        passes = math.ceil(count / len(examples))
        places = torch.cat([torch.randperm(len(examples), generator=generator) for _ in range(passes)])[:count]
    return examples[places.to(examples.device)]


def _few(most: int, count: int, generator: torch.Generator) -> Tensor:
    """`count` different numbers below `most` in random order, in time and memory that do not grow with `most`."""
    found = torch.zeros(0, dtype=torch.int64)
    while len(found) < count:
        found = torch.unique(torch.cat((found, torch.randint(most, (2 * count,), generator=generator))))
    return found[torch.randperm(len(found), generator=generator)[:count]]


def _trained(network: nn.Module) -> list[nn.Parameter]:
    return [weight for weight in network.parameters() if weight.requires_grad]


def _freeze(network: nn.Module, parts: tuple[str, ...]) -> None:
    """Leaves the named parts as they are; SettingError for one that is not there, or where nothing is left to train."""
    names = {part for name, _ in network.named_parameters() for part in name.split(".")[:-1] if not part.isdigit()}
    for part in parts:
        if part not in names:
            raise choices("part to freeze", part, sorted(names))
    for name, weight in network.named_parameters():
        weight.requires_grad_(not set(parts) & set(name.split(".")))
    if not _trained(network):
        raise SettingError(f"freeze={parts!r} leaves nothing to train; leave a part out, such as 'readout'")


class _Averaged:
    """A moving average of the trained weights; with a decay of 0 it is the weights themselves."""

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.weights, self.decay = _trained(network), decay
        self.kept = [weight.detach().clone() for weight in self.weights] if decay else []

    @torch.no_grad()
    def update(self) -> None:
        for kept, weight in zip(self.kept, self.weights, strict=False):
            kept.lerp_(weight, 1.0 - self.decay)

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """The network has the averages in its weights' place inside the block."""
        now = [weight.detach().clone() for weight in self.weights] if self.kept else []
        self._put(self.kept)
        try:
            yield
        finally:
            self._put(now)

    @torch.no_grad()
    def _put(self, values: list[Tensor]) -> None:
        for weight, value in zip(self.weights, values, strict=False):
            weight.copy_(value)


def _optimizer(network: nn.Module, settings: Training) -> torch.optim.Optimizer:
    """Weight matrices are shrunk; biases and norms are not."""
    matrices = [weight for weight in _trained(network) if weight.ndim > 1]
    vectors = [weight for weight in _trained(network) if weight.ndim <= 1]
    groups = [{"params": matrices, "weight_decay": settings.weight_decay}, {"params": vectors, "weight_decay": 0.0}]
    make: Any = _OPTIMIZERS[settings.optimizer]
    made: torch.optim.Optimizer = make(groups, lr=settings.learning_rate, fused=True)
    return made


def _epoch(
    network: nn.Module,
    loss: Loss,
    batches: tuple[Tensor, ...],
    optimizer: torch.optim.Optimizer,
    scheduler: torch.optim.lr_scheduler.LRScheduler,
    averaged: _Averaged,
    settings: Training,
) -> float:
    network.train()
    weights = _trained(network)
    total: Tensor = torch.zeros((), device=weights[0].device)
    for batch in batches:
        value = loss(batch)
        penalized = value + settings.l1 * sum(weight.abs().sum() for weight in weights) if settings.l1 else value
        for weight in weights:
            weight.grad = None  # what zero_grad does, less what it notes for a profiler
        penalized.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(weights, settings.clip)
        optimizer.step()
        scheduler.step()
        averaged.update()
        total += value.detach()  # summed where it is: nothing waits for a number until the epoch ends
    return float(total) / len(batches)


@torch.no_grad()
def _mean_loss(network: nn.Module, loss: Loss, examples: Tensor, batch_size: int) -> float:
    network.eval()
    batches = torch.split(examples, 4 * batch_size)
    total = torch.stack([loss(batch) * len(batch) for batch in batches]).sum()
    return float(total) / len(examples)


def _refuse_infinite(epoch: int, value: float, settings: Training) -> None:
    if not math.isfinite(value):
        raise TrainingError(
            f"the loss became {value} in epoch {epoch} (learning rate {settings.learning_rate:g}, "
            f"clip {settings.clip:g}); lower learning_rate or clip, or look for extreme values with tsrnn.audit(data)"
        )


def _counted(settings: Training) -> Iterator[int]:
    """1, 2, … epochs, behind a bar where it was asked for."""
    if not settings.progress:
        yield from range(1, settings.epochs + 1)
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(range(1, settings.epochs + 1), "training", console=Console(stderr=True), transient=True)
