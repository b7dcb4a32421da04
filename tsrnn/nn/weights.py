"""Weights from a file: a network is built for them only if they are the ones that its settings need."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

Built = TypeVar("Built", bound=nn.Module)


def loaded(make: Callable[[], Built], weights: Mapping[str, NDArray[np.generic]], device: torch.device) -> Built:
    """The network that `make` gives, with these weights, ready to answer on the device.

    It is made without memory first, so that a file whose settings ask for more than it holds costs none. Raises
    ValueError naming a weight that is missing, has another shape, or has no place.

    >>> loaded(lambda: nn.Linear(2, 1, bias=False), {"weight": np.ones((1, 2))}, torch.device("cpu")).weight.tolist()
    [[1.0, 1.0]]
    """
    with torch.device("meta"):
        needed = {name: tuple(weight.shape) for name, weight in make().state_dict().items()}
    held = {name: weight.shape for name, weight in weights.items()}
    for name in sorted(needed.keys() | held.keys()):
        if held.get(name) != needed.get(name):
            raise ValueError(f"the weights hold {name} {held.get(name)}, but the settings need {needed.get(name)}")
    with torch.random.fork_rng(devices=[]):  # what is drawn first is overwritten
        network = make()
    network.load_state_dict({name: torch.from_numpy(np.array(weight)) for name, weight in weights.items()})
    return network.to(device).eval()
