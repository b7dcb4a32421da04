"""Fitting a network of text: which rows are kept for validation, and the one training loop over groups of rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from tsrnn.errors import SettingError
from tsrnn.folder import Arrays
from tsrnn.nlp.batches import Groups
from tsrnn.nn.weights import loaded
from tsrnn.training import Epoch, History, Training, train

_PASSES, _STEPS, _BATCH = 12, 400, 32

Built = TypeVar("Built", bound=nn.Module)


def text_training(count: int) -> Training:
    """The training that `count` rows get where none is given: twelve passes, or 400 steps where they are few.

    >>> text_training(10_000).epochs, text_training(320).epochs
    (12, 40)
    """
    epochs = max(_PASSES, -(-_STEPS // -(-count // _BATCH)))
    return Training(epochs=epochs, batch_size=_BATCH, steps_per_epoch=None, patience=max(3, epochs // 4))


@dataclass(frozen=True, eq=False)
class Split:
    """The rows to learn from and those to judge by."""

    training: Tensor
    validation: Tensor


def split_rows(count: int, share: float, generator: torch.Generator, classes: NDArray[np.int64] | None = None) -> Split:
    """A `share` of the rows at random for validation; with `classes (row,)`, the same share of each.

    >>> split = split_rows(10, 0.2, torch.Generator().manual_seed(0))
    >>> len(split.training), len(split.validation)
    (8, 2)
    """
    kept = torch.zeros(count, dtype=torch.bool)
    numbers = np.zeros(count, np.int64) if classes is None else classes
    for number in np.unique(numbers):
        rows = torch.from_numpy(np.flatnonzero(numbers == number))
        mixed = rows[torch.randperm(len(rows), generator=generator)]
        kept[mixed[: int(share * len(rows))]] = True
    return Split(torch.nonzero(~kept)[:, 0], torch.nonzero(kept)[:, 0])


def fit_network(
    network: nn.Module,
    loss: Callable[[Tensor], Tensor],
    lengths: Tensor,
    split: Split,
    settings: Training,
    generator: torch.Generator,
) -> History:
    """Fits the weights in place by `tsrnn.training.train`, a group of rows of like length a step.

    `loss(rows)` is the mean loss of the rows numbered by a 1-d tensor; `lengths (row,)` is how many steps each has.
    """
    training = Groups(lengths, split.training, settings.batch_size, settings.seed)
    validation = Groups(lengths, split.validation, settings.batch_size, None)
    device, count = next(network.parameters()).device, len(training)
    learned = torch.zeros((), dtype=torch.int64)  # how many groups were; a checkpoint keeps buffers, so this one too
    network.register_buffer("groups_learned", learned, persistent=False)

    def of_groups(groups: Tensor) -> Tensor:
        if int(groups[0]) >= count:  # those to judge by are numbered behind those to learn from
            return loss(validation.rows(groups - count).to(device))
        rows = training.rows(groups, int(learned) // count)
        if network.training:
            learned.add_(len(groups))
        return loss(rows.to(device))

    numbers = torch.arange(count + len(validation))
    history = train(network, of_groups, numbers[:count], numbers[count:], replace(settings, batch_size=1), generator)
    del network.groups_learned
    return history


def network_state(network: nn.Module) -> Arrays:
    """The weights as named arrays for the folder; `load_network` puts them back."""
    return {f"network.{name}": weight.detach().cpu().numpy() for name, weight in network.state_dict().items()}


def load_network(make: Callable[[], Built], arrays: Arrays, device: torch.device) -> Built:
    """The network that `make` gives with the saved weights, ready to answer."""
    own = {name.removeprefix("network."): array for name, array in arrays.items() if name.startswith("network.")}
    return loaded(make, own, device)


def history_facts(history: History) -> dict[str, Any]:
    """The history as JSON holds it."""
    return {"epochs": [asdict(epoch) for epoch in history.epochs], "best": history.best}


def restore_history(facts: dict[str, Any]) -> History:
    """The history from its facts."""
    return History(tuple(Epoch(**epoch) for epoch in facts["epochs"]), facts["best"])


def adopt(network: nn.Module, parts: tuple[str, ...], source: nn.Module) -> None:
    """Copies the named parts of a fitted network into this one; SettingError where they have other shapes."""
    ours, theirs = network.state_dict(), source.state_dict()
    for name in ours:
        if name.split(".")[0] in parts:
            there = tuple(theirs[name].shape) if name in theirs else "absent"
            if there != tuple(ours[name].shape):
                raise SettingError(
                    f"Training(init=…) has another shape: {name} is {there} there and {tuple(ours[name].shape)} here; "
                    "give both the same tokens, cell, hidden_size, embedding and network"
                )
            ours[name] = theirs[name]
    network.load_state_dict(ours)
