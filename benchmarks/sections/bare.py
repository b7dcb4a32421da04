"""The loop that somebody would write who needs just this one model: the same arithmetic on the same kernel, no more.

No missing values, no covariates, no frames, no validation; one series-wide tensor and a gather. It is what a step of
`fit` is measured against, so a test holds the two together: from the same weights they learn the same weights.
"""

from __future__ import annotations

import math
import time
from typing import cast

import torch
from torch import Tensor, nn

from tsrnn.nn.heads import Head
from tsrnn.nn.kernels import Cell, Weights, run_layer
from tsrnn.nn.recurrent import Recurrent
from tsrnn.training import Training


class BareLoop:
    """A window relative to its last value, one layer, all steps ahead from its last state; loss, clipping, AdamW."""

    def __init__(self, cell: str, sizes: tuple[int, int, int], head: Head, settings: Training, steps: int) -> None:
        self.cell, self.head = cast("Cell", cell), head
        self.lookback, self.horizon, hidden = sizes
        # With torch's own first weights the gradient shrinks to subnormal numbers, which some processors are slow with.
        layer, last = Recurrent(1, hidden, cell=self.cell), nn.Linear(hidden, self.horizon * head.outputs)
        self.weights = [*layer.parameters(), *last.parameters()]
        matrices, vectors = ([w for w in self.weights if (w.ndim > 1) == wide] for wide in (True, False))
        self.layer, self.last = Weights(*layer.parameters()), last
        self.optimizer = torch.optim.AdamW(
            [{"params": matrices, "weight_decay": settings.weight_decay}, {"params": vectors, "weight_decay": 0.0}],
            lr=settings.learning_rate,
            fused=True,
        )
        self.schedule = torch.optim.lr_scheduler.LambdaLR(
            self.optimizer, lambda step: 0.5 * (1.0 + math.cos(math.pi * step / steps))
        )
        self.clip = settings.clip

    def loss(self, windows: Tensor) -> Tensor:
        """The mean loss of `windows (batch, lookback + horizon)`."""
        seen, ahead = windows[:, : self.lookback], windows[:, self.lookback :]
        level = seen[:, -1:]
        _, state, _ = run_layer(self.cell, (seen - level)[..., None], None, None, self.layer)
        raw = self.last(state).unflatten(-1, (self.horizon, 1, -1))  # (batch, step, channel, outputs)
        return self.head.loss(raw, (ahead - level)[..., None]).mean()

    def step(self, windows: Tensor) -> None:
        """One step of training."""
        loss = self.loss(windows)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.weights, self.clip)
        self.optimizer.step()
        self.schedule.step()


def bare_step(cell: str, sizes: tuple[int, int, int], head: Head, settings: Training, values: Tensor) -> float:
    """Milliseconds a step over random windows of `values (row,)`, the first step not counted."""
    steps = settings.steps_per_epoch or 1
    length = sizes[0] + sizes[1]
    view = values.as_strided((len(values) - length + 1, length), (1, 1))
    batches = torch.randint(len(view), (steps + 1, settings.batch_size)).unbind()
    loop = BareLoop(cell, sizes, head, settings, steps + 1)
    loop.step(view.index_select(0, batches[0]))
    start = time.perf_counter()
    for batch in batches[1:]:
        loop.step(view.index_select(0, batch))
    return 1000 * (time.perf_counter() - start) / steps
