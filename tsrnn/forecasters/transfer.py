"""Transfer: a network that starts from the weights of another one, fitted before on other series."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from torch import nn

from tsrnn.errors import SettingError
from tsrnn.forecasters.protocol import PanelForecaster
from tsrnn.forecasters.recurrent_model import RecurrentModel


def adopt(network: nn.Module, init: Any) -> None:
    """Copies the weights of a fitted recurrent forecaster, or of the one saved at a path, into the network.

    A table with a row a series stays as it was drawn where the series are others. Raises SettingError where a weight is
    missing or has another shape, NotFittedError for a forecaster that was not fitted.
    """
    if isinstance(init, (str, Path)):
        from tsrnn.saving import load

        init = load(init)
    model = init.learned().model if isinstance(init, PanelForecaster) else None
    if not isinstance(model, RecurrentModel):
        raise SettingError(
            f"Training(init=…) takes a fitted gru, lstm or rnn, or the path of a saved one; got {init!r}"
        )
    ours, theirs = network.state_dict(), model.network.state_dict()
    for name in sorted(ours.keys() | theirs.keys()):
        there, here = (tuple(weights[name].shape) if name in weights else "absent" for weights in (theirs, ours))
        if there != here and not _of_other_series(name, there, here):
            raise SettingError(
                f"Training(init=…) has another shape: {name} is {there} there and {here} here; give both the same "
                "cell, horizon, hidden_size, network, decoder, head and columns"
            )
    alike = {name for name in ours if name in theirs and ours[name].shape == theirs[name].shape}
    network.load_state_dict({name: theirs[name] if name in alike else ours[name] for name in ours})


def _of_other_series(name: str, there: Any, here: Any) -> bool:
    """Whether shapes differ as those of a table with a row a series do, which has none for a single one."""
    return name.rpartition(".")[2] == "series" and ("absent" in (there, here) or there[1:] == here[1:])
