"""RecurrentRegressor: a recurrent network as a regressor of scikit-learn, from windows to what follows them."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import torch
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import check_array
from torch import Tensor, nn

from tsrnn.errors import DataError, NotFittedError, of_kind, one_of, whole_number
from tsrnn.network import Network
from tsrnn.nn.library import GATES, Cell
from tsrnn.nn.recurrent import Recurrent
from tsrnn.panel import Array
from tsrnn.training import History, Training, seeded, train


class _Regression(nn.Module):
    """The last state of the core, and a linear map from it."""

    def __init__(self, core: Recurrent, width: int, outputs: int) -> None:
        super().__init__()
        self.core, self.out = core, nn.Linear(width, outputs)

    def forward(self, x: Tensor) -> Tensor:
        states, _ = self.core(x)  # (batch, time, hidden)
        found: Tensor = self.out(states[:, -1])
        return found


class RecurrentRegressor(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """Reads windows `(window, lookback, channel)` and gives `(window, output)`, by least squares.

    Windows of a single channel may come as `(window, lookback)`.

    - `cell` (`"gru"`, `"lstm"`, `"rnn"`), `hidden_size`, `network`, `training`: as in the forecasters.

    For those who bring windows of their own or `WindowTransformer`'s to scikit-learn's searches and pipelines. Windows
    are taken to stand in the order of time: the last share of them stops the training early, and as many as there are
    outputs are left out before it, since neighbours share rows. It gives points and no intervals, and normalises
    windows by all those of `fit`; the forecasters do better on series that wander.

    >>> x = np.linspace(0, 1, 120).reshape(40, 3, 1)
    >>> RecurrentRegressor(4, training=Training(epochs=1)).fit(x, x[:, -1]).predict(x).shape
    (40, 1)
    """

    def __init__(
        self,
        hidden_size: int = 32,
        *,
        cell: Cell = "gru",
        network: Network | None = None,
        training: Training | None = None,
    ) -> None:
        self.hidden_size = hidden_size
        self.cell = cell
        self.network = network
        self.training = training

    def __sklearn_tags__(self) -> Any:
        """What scikit-learn may expect of it: several targets and channels, and little of columns in no order."""
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output, tags.input_tags.three_d_array = True, True
        tags.regressor_tags.poor_score = True
        return tags

    def fit(self, X: Array, y: Array) -> Self:
        """Learns from windows and what follows each, `(window, output)` or `(window,)`."""
        whole_number("hidden_size", self.hidden_size, 1)
        one_of("cell", self.cell, GATES)
        if y is None:
            raise DataError("fit requires y to be passed, but the target y is None; give what follows each window")
        windows, wanted = _windows(X), np.asarray(y, np.float64)
        if wanted.ndim not in (1, 2) or len(wanted) != len(windows) or not np.isfinite(wanted).all():
            raise DataError(
                f"y is {wanted.shape} for {len(windows)} windows; give (window,) or (window, output) of finite numbers"
            )
        self.flat_, self.n_features_in_ = wanted.ndim == 1, windows.shape[1]  # as scikit-learn counts features
        outputs = wanted.reshape(len(wanted), -1)
        for name, kind in (("network", Network), ("training", Training)):
            if getattr(self, name) is not None:
                of_kind(name, getattr(self, name), kind, f"{kind.__name__}(…) or None")
        settings = self.training or Training()
        last = round(settings.validation * len(windows))
        first = max(1, len(windows) - last - outputs.shape[1]) if last else len(windows)
        self.scales_ = (_scale(windows[:first].reshape(-1, windows.shape[2])), _scale(outputs[:first]))
        device = settings.resolved_device()
        x, t = (
            torch.tensor((part - centre) / width, dtype=torch.float32, device=device)
            for part, (centre, width) in zip((windows, outputs), self.scales_, strict=True)
        )
        with seeded(settings.seed, device) as generator:
            shape = self.network or Network()
            core = shape.core(windows.shape[2], self.hidden_size, self.cell)
            width = self.hidden_size * (2 if shape.bidirectional else 1)
            self.network_ = _Regression(core, width, outputs.shape[1]).to(device)
            self.history_: History = train(
                self.network_,
                lambda rows: torch.mean((self.network_(x[rows]) - t[rows]) ** 2),
                torch.arange(first, device=device),
                torch.arange(len(windows) - last, len(windows), device=device),
                settings,
                generator,
            )
        return self

    def predict(self, X: Array) -> Array:
        """What follows each window, in the shape that `y` had."""
        if "network_" not in self.__dict__:
            raise NotFittedError("RecurrentRegressor has not been fitted: call fit(X, y) first")
        windows, ((centre, width), (level, spread)) = _windows(X), self.scales_
        if windows.shape[2] != len(centre):
            raise DataError(f"the windows have {windows.shape[2]} channels, but fit saw {len(centre)}")
        if windows.shape[1] != self.n_features_in_:  # in scikit-learn's words, which its searches look for
            raise DataError(
                f"X has {windows.shape[1]} features, but RecurrentRegressor is expecting {self.n_features_in_} "
                "features as input: windows are as long as those of fit"
            )
        device = next(self.network_.parameters()).device
        with torch.no_grad():
            parts = torch.split(torch.tensor((windows - centre) / width, dtype=torch.float32), 4096)
            found = torch.cat([self.network_(part.to(device)) for part in parts]).cpu().numpy().astype(np.float64)
        values: Array = found * spread + level
        return values[:, 0] if self.flat_ else values


def _windows(X: Array) -> Array:
    """X as `(window, lookback, channel)`; DataError for what cannot be that."""
    try:
        windows = check_array(X, dtype=np.float64, allow_nd=True, input_name="X")
    except (TypeError, ValueError) as problem:
        why = " ".join(str(problem).split()).rstrip(".")
        raise DataError(f"{why}; give windows (window, lookback, channel), as WindowTransformer makes") from problem
    if windows.ndim == 2:
        windows = windows[:, :, None]
    if windows.ndim != 3 or not windows.size:
        raise DataError(f"X is {windows.shape}; give windows (window, lookback, channel), as WindowTransformer makes")
    return np.asarray(windows)


def _scale(values: Array) -> tuple[Array, Array]:
    """Mean and deviation of each column, 1 for a constant one."""
    spread = values.std(axis=0)
    return values.mean(axis=0), np.where(spread > 0, spread, 1.0)
