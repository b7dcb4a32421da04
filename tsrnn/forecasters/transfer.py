"""Transfer: a network that starts from the weights of another one, fitted before on other series."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from tsrnn.errors import SettingError
from tsrnn.forecasters.protocol import PanelForecaster
from tsrnn.forecasters.recurrent_model import RecurrentModel
from tsrnn.panel import Panel


def adopt(network: nn.Module, init: Any, panel: Panel) -> None:
    """Copies the weights of a fitted recurrent forecaster, or of the one saved at a path, into the panel's network.

    In a table with a row a series each series has its own again, by its name, and a new one the mean of all. Raises
    SettingError where a weight is missing or has another shape, or where a cycle was one of rows of another frequency;
    NotFittedError for a forecaster that was not fitted.
    """
    if isinstance(init, (str, Path)):
        from tsrnn.saving import load

        init = load(init)
    model = init.learned().model if isinstance(init, PanelForecaster) else None
    if not isinstance(model, RecurrentModel):
        raise SettingError(
            f"Training(init=…) takes a fitted gru, lstm or rnn, or the path of a saved one; got {init!r}"
        )
    if model.network.dated:
        _refuse_frequency(init.learned().recent, panel)
    ours, theirs = network.state_dict(), model.network.state_dict()
    for name in sorted(ours.keys() | theirs.keys()):
        there, here = (tuple(weights[name].shape) if name in weights else "absent" for weights in (theirs, ours))
        if there != here and not _of_other_series(name, there, here):
            raise SettingError(
                f"Training(init=…) has another shape: {name} is {there} there and {here} here; give both the same "
                "cell, horizon, hidden_size, network, head and columns, and the same decoder with the same settings"
            )
    for name in ours.keys() & theirs.keys():
        ours[name] = _rows(theirs[name], model.places, panel) if _by_series(name) else theirs[name]
    network.load_state_dict(ours)


def _refuse_frequency(learned: Panel, panel: Panel) -> None:
    theirs, ours = learned.layout.frequency, panel.layout.frequency
    if (ours.kind, ours.alias) != (theirs.kind, theirs.alias):
        raise SettingError(
            f"Training(init=…) learned the cycle of rows one {theirs.words} apart, but these are one {ours.words} "
            "apart; start from a model of the same frequency, or leave init out"
        )


def _rows(table: Tensor, places: dict[Hashable, int], panel: Panel) -> Tensor:
    """A learned table `(series, …)` in the order of another panel's series."""
    return torch.stack([table[places[name]] if name in places else table.mean(0) for name in panel.names])


def _by_series(name: str) -> bool:
    return name.rpartition(".")[2] == "series"


def _of_other_series(name: str, there: Any, here: Any) -> bool:
    """Whether shapes differ as those of a table with a row a series do, which has none for a single one."""
    return _by_series(name) and ("absent" in (there, here) or there[1:] == here[1:])
