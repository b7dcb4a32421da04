"""Diagnostics of a trained network: which rows reach the forecast, which gates are stuck, how the loss went."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from tsrnn.ahead import known_ahead
from tsrnn.errors import SettingError
from tsrnn.forecasters.protocol import PanelForecaster
from tsrnn.forecasters.recurrent_model import RecurrentModel
from tsrnn.frame import Data
from tsrnn.nn.kernels import Weights, run_layer
from tsrnn.nn.recurrent import Recurrent

_GATES = {"gru": ("reset", "update"), "lstm": ("input", "forget", "candidate", "output"), "rnn": ()}
_CLOSED, _OPEN = 0.05, 0.95
_VANISHED, _STUCK, _OVERFITTED = 1e-3, 0.5, 2.0


@dataclass(frozen=True)
class Diagnosis:
    """What `diagnose` found.

    - `gradients`: `row` (1 is the newest), `gradient`: how far the forecast, summed over its steps, moves when that row
      of the input moves by one unit, in the mean over windows; what vanishes in training vanishes here.
    - `gates`: `gate`, `closed` and `open`: shares of a gate's values below 0.05 and above 0.95 in the first layer (of
      `state`, for cells that have it as tanh: below -0.95 and above 0.95).
    - `curve`: the history of training, a row an epoch. `advice`: what to do, in sentences; empty when all is well.
    """

    gradients: pd.DataFrame
    gates: pd.DataFrame
    curve: pd.DataFrame
    advice: list[str]
    best: int = field(repr=False)

    def plot(self, path: str | Path) -> Path:
        """Draws the three side by side into an SVG or PNG file, and gives its path."""
        from matplotlib.figure import Figure

        figure = Figure(figsize=(13, 3.6), layout="constrained")
        reach, gates, curve = figure.subplots(1, 3)
        reach.semilogy(self.gradients["row"], self.gradients["gradient"])
        reach.invert_xaxis()
        reach.set(title="reach of each input row", xlabel="rows before the forecast", ylabel="gradient")
        place = np.arange(len(self.gates))
        gates.barh(place, self.gates["open"], color="C0", label="open")
        gates.barh(place, self.gates["closed"], left=self.gates["open"], color="C1", hatch="//", label="closed")
        gates.set_yticks(place, self.gates["gate"].tolist())
        gates.set(title="stuck gates, first layer", xlabel="share of values", xlim=(0, 1))
        gates.legend()
        curve.plot(self.curve["epoch"], self.curve["training"], label="training")
        curve.plot(self.curve["epoch"], self.curve["validation"], "--", label="validation")
        curve.axvline(self.best, color="grey", linewidth=1)
        curve.set(title=f"loss; kept: epoch {self.best}", xlabel="epoch")
        curve.legend()
        target = Path(path)
        figure.savefig(target)
        return target


def diagnose(model: PanelForecaster, history: Data | None = None, *, future: pd.DataFrame | None = None) -> Diagnosis:
    """How a fitted recurrent forecaster works inside, on the newest window of each series.

    `history` and `future` are those of `predict`. Raises SettingError for a forecaster without a recurrent network.
    """
    learned = model.learned()
    if not isinstance(learned.model, RecurrentModel):
        raise SettingError(f"{model.name} has no recurrent network to look into; give a gru, an lstm or an rnn")
    model.predict(history=history, future=future)  # refuses what it would refuse, in the same words
    panel = learned.recent if history is None else learned.read(history)
    fitted = learned.model
    windows = list(fitted._windows(panel, known_ahead(panel, model.horizon, future)))
    reach, read = [], []
    core = next(part for part in fitted.network.modules() if isinstance(part, Recurrent))
    hook = core.register_forward_pre_hook(
        lambda _, inputs, named: read.append((inputs[0], named.get("mask"))), with_kwargs=True
    )
    try:
        for window in windows:
            target = window.target.clone().requires_grad_()
            point = fitted.network.outlook(replace(window, target=target)).point()
            (gradient,) = torch.autograd.grad(point.sum(), target)
            reach.append(gradient.norm(dim=-1))  # (batch, time)
    finally:
        hook.remove()
    gradients = _by_row(torch.cat(reach))
    gates = _gates(core, [(x.detach(), mask) for x, mask in read if x.shape[1] > 1])
    curve = fitted.history.frame()
    return Diagnosis(
        gradients, gates, curve, _advice(gradients, gates, curve, fitted.history.best), fitted.history.best
    )


def _by_row(reach: Tensor) -> pd.DataFrame:
    mean = reach.double().mean(0).flip(0).cpu().numpy()
    return pd.DataFrame({"row": np.arange(1, len(mean) + 1), "gradient": mean})


@torch.no_grad()
def _gates(core: Recurrent, read: list[tuple[Tensor, Tensor | None]]) -> pd.DataFrame:
    """Shares of stuck values of each gate of the first layer, left to right, over all real steps."""
    weights: Weights = core.weights[0]()
    found: dict[str, list[Tensor]] = {}
    for x, mask in read:
        out, _, _ = run_layer(core.cell, x, None, None, weights, mask)
        before = torch.cat((torch.zeros_like(out[:, :1]), out[:, :-1]), 1)  # (batch, time, hidden)
        real = torch.ones_like(out[..., 0], dtype=torch.bool) if mask is None else mask
        total = x @ weights.weight_ih.T + weights.bias_ih + before @ weights.weight_hh.T + weights.bias_hh
        for gate, part in zip(_GATES[core.cell], torch.split(total, core.hidden_size, -1), strict=False):
            if gate != "candidate":
                found.setdefault(gate, []).append(torch.sigmoid(part)[real].flatten())
        if core.cell == "rnn":
            found.setdefault("state", []).append(out[real].flatten())
    rows = []
    for gate, parts in found.items():
        values = torch.cat(parts)
        low = -_OPEN if gate == "state" else _CLOSED
        rows.append(
            {
                "gate": gate,
                "closed": float((values < low).double().mean()),
                "open": float((values > _OPEN).double().mean()),
            }
        )
    return pd.DataFrame(rows)


def _advice(gradients: pd.DataFrame, gates: pd.DataFrame, curve: pd.DataFrame, best: int) -> list[str]:
    said = []
    quarter = max(1, len(gradients) // 4)
    newest, oldest = gradients["gradient"][:quarter].mean(), gradients["gradient"][-quarter:].mean()
    if best and oldest < _VANISHED * newest:
        said.append(
            f"the oldest quarter of the {len(gradients)} rows hardly reaches the forecast (gradient {oldest:.1e}, "
            f"of the newest {newest:.1e}): a shorter lookback costs nothing, decoder=Segment() reads it in fewer steps"
        )
    for gate, closed, opened in zip(gates["gate"], gates["closed"], gates["open"], strict=True):
        if closed + opened > _STUCK:
            said.append(
                f"{closed + opened:.0%} of the {gate} values of the first layer are stuck "
                f"({closed:.0%} closed, {opened:.0%} open): lower the learning rate or raise weight_decay"
            )
    if best == 0:
        said.append(
            "no epoch was better than the untrained network, which forecasts each window's level: nothing was learned"
        )
    elif best == len(curve):
        said.append(f"the last of {best} epochs was the best: the loss may fall further, raise epochs")
    kept = curve[curve["epoch"] == best]
    if len(kept) and kept["validation"].iloc[0] > _OVERFITTED * kept["training"].iloc[0]:
        said.append(
            f"the validation loss is {kept['validation'].iloc[0] / kept['training'].iloc[0]:.1f} times the other: "
            "overfitted, or the series changed; try dropout, weight_decay, a smaller hidden_size or more rows"
        )
    return said
