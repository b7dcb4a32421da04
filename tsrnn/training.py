"""The one training loop: it asks for the loss of examples and knows nothing of what it trains."""

from __future__ import annotations

import copy
import dataclasses
import math
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from tsrnn.checkpoint import Checkpoint, Facts
from tsrnn.drawing import shuffled
from tsrnn.errors import SettingError, TrainingError, choices, one_of, real, truth, whole_number
from tsrnn.optimizing import OPTIMIZERS, SCHEDULES, Stepper, freeze

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
    - `checkpoint`: a folder in which every finished epoch is kept, a file for each training; `resume`: go on from
      there, with the same numbers as if nothing had happened. Other settings or other data begin anew.

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
    checkpoint: str | None = None
    resume: bool = False

    def __post_init__(self) -> None:
        for name in ("epochs", "batch_size", "patience"):
            whole_number(name, getattr(self, name), 1)
        if self.steps_per_epoch is not None:
            whole_number("steps_per_epoch", self.steps_per_epoch, 1)
        if whole_number("seed", self.seed, 0) >= 2**63:
            raise SettingError(f"seed must be below 2 to the power of 63, got {self.seed}")
        one_of("optimizer", self.optimizer, OPTIMIZERS)
        one_of("schedule", self.schedule, SCHEDULES)
        for name in ("learning_rate", "clip"):
            if not 0 < real(name, getattr(self, name), "a number above 0") < math.inf:
                raise SettingError(f"{name} must be above 0, got {getattr(self, name)!r}")
        for name in ("weight_decay", "l1"):
            if not 0 <= real(name, getattr(self, name), "a number of at least 0") < math.inf:
                raise SettingError(f"{name} must be at least 0, got {getattr(self, name)!r}")
        if not 0 <= real("average", self.average, "a decay of at least 0 and below 1") < 1:
            raise SettingError(f"average must be a decay of at least 0 and below 1, got {self.average!r}")
        if not 0 <= real("validation", self.validation, "a share from 0 to 0.5") <= 0.5:
            raise SettingError(f"validation must be a share from 0 to 0.5, got {self.validation!r}")
        truth("progress", self.progress)
        if not isinstance(self.freeze, (tuple, list)) or not all(isinstance(part, str) for part in self.freeze):
            raise SettingError(f"freeze names parts of the network, such as ('core',); got {self.freeze!r}")
        if self.checkpoint is not None:
            if not isinstance(self.checkpoint, (str, os.PathLike)) or not os.fspath(self.checkpoint):
                raise SettingError(f"checkpoint must be the path of a folder, got {self.checkpoint!r}")
            object.__setattr__(self, "checkpoint", os.fspath(self.checkpoint))
        if truth("resume", self.resume) and self.checkpoint is None:
            raise SettingError("resume=True has nothing to go on from; give Training(checkpoint=…) the folder too")

    def resolved_device(self) -> torch.device:
        """The device meant: `"auto"` is CUDA where there is one."""
        if self.device == "auto":
            return torch.device("cuda" if torch.cuda.is_available() else "cpu")
        try:
            device = torch.device(self.device)
            if device.type not in ("cpu", "cuda"):
                torch.zeros(1, device=device).item()  # each kind that this torch cannot use has an error of its own
        except (RuntimeError, TypeError, AssertionError, ImportError):
            raise choices("device", self.device, ["auto", "cpu", "cuda"]) from None
        if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
            found = torch.cuda.device_count()
            raise SettingError(
                f"device {self.device!r} is not there: torch finds {found} CUDA devices; use 'auto' or 'cpu'"
            )
        return device


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

    Raises TrainingError when the loss is no longer a finite number, ModelFileError for a checkpoint that cannot be
    written or read.
    """
    steps = settings.steps_per_epoch or math.ceil(len(training) / settings.batch_size)
    freeze(network, settings.freeze)
    stepper = Stepper(network, settings, settings.epochs * steps)
    lowest = _mean_loss(network, loss, validation, settings.batch_size) if len(validation) else math.nan
    run = _Run(network, stepper, generator, [], 0, lowest, copy.deepcopy(network.state_dict()))
    checkpoint = _checkpoint(network, loss, training, lowest, settings) if settings.checkpoint else None
    if checkpoint is not None and settings.resume:
        run.go_on(checkpoint)
    for epoch in _counted(settings, len(run.epochs)):
        if len(run.epochs) - run.best >= settings.patience:
            break
        began, rate = time.perf_counter(), stepper.rate
        batches = torch.split(shuffled(training, steps * settings.batch_size, generator), settings.batch_size)[:steps]
        mean = _epoch(network, loss, batches, stepper)
        with stepper.averaged():
            checked = _mean_loss(network, loss, validation, settings.batch_size) if len(validation) else math.nan
            _refuse_infinite(epoch, mean if not len(validation) else mean + checked, settings)
            run.epochs.append(Epoch(epoch, mean, checked, rate, time.perf_counter() - began))
            if not len(validation) or checked < run.lowest:
                run.best, run.lowest = epoch, checked
                run.weights = copy.deepcopy(network.state_dict())
        if checkpoint is not None:
            run.keep(checkpoint)
    network.load_state_dict(run.weights)
    network.requires_grad_(True).eval()
    return History(tuple(run.epochs), run.best)


@dataclass
class _Run:
    """A training between two epochs: what has been, the best weights so far, and all that the next epoch hangs on."""

    network: nn.Module
    stepper: Stepper
    generator: torch.Generator
    epochs: list[Epoch]
    best: int
    lowest: float
    weights: dict[str, Tensor]

    def keep(self, checkpoint: Checkpoint) -> None:
        """Writes all of it down."""
        facts: Facts = {
            "epochs": [vars(epoch) for epoch in self.epochs],
            "best": self.best,
            "lowest": self.lowest,
            "done": self.stepper.done,
        }
        parts = {
            "network": _everything(self.network),
            "best": self.weights,
            "stepper": self.stepper.state(),
            "random": {"order": self.generator.get_state(), **_random_states(self.stepper.weights[0].device)},
        }
        tensors = {f"{part}.{name}": tensor for part, found in parts.items() for name, tensor in found.items()}
        checkpoint.write(facts, tensors)

    def go_on(self, checkpoint: Checkpoint) -> None:
        """Takes over what was written down, if anything was."""
        found = checkpoint.read()
        if found is None:
            return
        facts, tensors = found

        def part(name: str) -> dict[str, Tensor]:
            return {key.removeprefix(f"{name}."): value for key, value in tensors.items() if key.startswith(f"{name}.")}

        with torch.no_grad():
            for name, value in part("network").items():
                _everything(self.network)[name].copy_(value)
        self.weights, random = part("best"), part("random")
        self.stepper.restore(part("stepper"), facts["done"])
        self.generator.set_state(random["order"])
        torch.set_rng_state(random["cpu"])
        if "cuda" in random:
            torch.cuda.set_rng_state(random["cuda"], self.stepper.weights[0].device)
        self.epochs = [Epoch(**epoch) for epoch in facts["epochs"]]
        self.best, self.lowest = facts["best"], facts["lowest"]


def _checkpoint(network: nn.Module, loss: Loss, training: Tensor, lowest: float, settings: Training) -> Checkpoint:
    """Where this training is kept."""
    asked = {field.name: getattr(settings, field.name) for field in dataclasses.fields(settings)}
    for beside in ("checkpoint", "resume", "progress", "init"):  # the weights it starts from stand for `init`
        del asked[beside]
    first = _mean_loss(network, loss, training[: 4 * settings.batch_size], settings.batch_size)
    mark = first if math.isnan(lowest) else first + lowest
    return Checkpoint(settings.checkpoint or "", asked | {"examples": len(training)}, network.state_dict(), mark)


def _everything(network: nn.Module) -> dict[str, Tensor]:
    """Weights and buffers, those too that a saved model does without."""
    return dict(network.named_parameters()) | dict(network.named_buffers())


def _random_states(device: torch.device) -> dict[str, Tensor]:
    """Those of torch's own generators, which dropout draws from."""
    states = {"cpu": torch.get_rng_state()}
    return states | {"cuda": torch.cuda.get_rng_state(device)} if device.type == "cuda" else states


def _epoch(network: nn.Module, loss: Loss, batches: tuple[Tensor, ...], stepper: Stepper) -> float:
    """A step a batch; gives their mean loss."""
    network.train()
    total: Tensor = torch.zeros((), device=stepper.weights[0].device)
    for batch in batches:
        value = loss(batch)
        stepper.step(value)
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


def _counted(settings: Training, done: int) -> Iterator[int]:
    """The epochs after the `done` first, behind a bar where it was asked for."""
    epochs = range(done + 1, settings.epochs + 1)
    if not settings.progress:
        yield from epochs
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(epochs, "training", console=Console(stderr=True), transient=True)
