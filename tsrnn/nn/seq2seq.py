"""Encoder and decoder: one core reads the window, a second goes over the horizon a step at a time, told the last one.

Sutskever, Vinyals & Le 2014, arXiv:1409.3215; with attention, Bahdanau, Cho & Bengio 2015, arXiv:1409.0473.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from tsrnn.errors import SettingError, choices, real
from tsrnn.nn.attention import KINDS, Attention
from tsrnn.nn.bridge import Bridge, forward_core
from tsrnn.nn.decoder import ForecastNetwork, HeadOutlook, MakeCore, Shape, Window, mean_loss
from tsrnn.nn.heads import Head
from tsrnn.nn.normalize import known_normalization, normalized
from tsrnn.nn.origins import carried
from tsrnn.nn.readout import begin_at
from tsrnn.nn.recurrent import Recurrent


@dataclass(frozen=True)
class Seq2Seq:
    """Core → its last state → a second core, which is told the value before at each step ahead.

    - `attention`: how the second core looks back at the window's rows: `"luong"`, `"bahdanau"`, `"dot"` (scores of
      `tsrnn.nn.attention`, each asked for with the state before a step), or None for not at all.
    - `teacher_forcing`: the share of steps that are told the actual value before them, when training begins; all
      others, and every step of a forecast, are told the network's own forecast. A step that is told the actual value
      learns the interval of one step ahead, too narrow for a later one until it has learned without.
    - `decay`: the share falls over the training steps i as decay / (decay + exp(i / decay)), the inverse sigmoid of
      Bengio et al. 2015 (arXiv:1506.03099): by half in decay · log(decay) of them. None: it stays.
    - `normalize`: what a window is seen relative to, as in `Direct`.

    >>> Seq2Seq(attention="bahdanau").teacher_forcing
    0.0
    """

    attention: str | None = "luong"
    teacher_forcing: float = 0.0
    decay: float | None = 100.0
    normalize: str = "last"

    def __post_init__(self) -> None:
        if self.attention is not None and (not isinstance(self.attention, str) or self.attention not in KINDS):
            raise choices("attention", self.attention, [*KINDS, "None"])
        if not 0 <= real("teacher_forcing", self.teacher_forcing, "a share from 0 to 1") <= 1:
            raise SettingError(f"teacher_forcing must be a share from 0 to 1, got {self.teacher_forcing!r}")
        needed = "a number of training steps of at least 1, or None"
        if self.decay is not None and not 1 <= real("decay", self.decay, needed) < math.inf:
            raise SettingError(f"decay must be {needed}; got {self.decay!r}")
        known_normalization(self.normalize)

    def share(self, step: int) -> float:
        """The share of steps ahead that are told the actual value, after `step` training steps.

        >>> [round(Seq2Seq(teacher_forcing=1.0).share(step), 2) for step in (0, 461, 1000)]
        [0.99, 0.5, 0.0]
        """
        if self.decay is None:
            return self.teacher_forcing
        return self.teacher_forcing / (1.0 + math.exp(min(step / self.decay, 700.0)) / self.decay)

    def network(self, shape: Shape, core: MakeCore, head: Head) -> ForecastNetwork:
        """The two cores; the second is as the first, but goes forward alone."""
        return EncoderDecoder(self, shape, core(shape.channels + shape.beside), head)


class EncoderDecoder(ForecastNetwork):
    """The network of `Seq2Seq`; each window is seen relative to its own level, which is the first forecast.

    Counts are seen relative to their mean.
    """

    counts = True

    def __init__(self, settings: Seq2Seq, shape: Shape, encoder: Recurrent, head: Head) -> None:
        super().__init__()
        self.settings, self.shape, self.head = settings, shape, head
        self.normalize = "counts" if head.counts else settings.normalize
        self.encoder = encoder
        hidden, keys = encoder.hidden_size, encoder.output_size
        kind = settings.attention
        self.attention = None if kind is None else Attention(hidden, keys, kind=kind)
        context = 0 if kind is None else keys
        self.decoder = forward_core(shape.channels + shape.future + shape.static + context, encoder)
        self.bridge = Bridge(encoder)
        self.read = nn.Linear(hidden + context, shape.channels * head.outputs)
        self.trained: Tensor  # steps of training so far; no weight, as nothing but training asks for it
        self.register_buffer("trained", torch.zeros((), dtype=torch.int64), persistent=False)

    @property
    def attends(self) -> bool:
        """With attention."""
        return self.attention is not None

    def initialize(self, generator: torch.Generator) -> None:
        """Draws every weight; the first forecast is the window's level."""
        self.encoder.initialize(generator)
        self.decoder.initialize(generator)
        if self.attention is not None:
            self.attention.initialize(generator)
        self.bridge.initialize(generator)
        begin_at(self.read, self.head)
        self.trained.zero_()

    def loss(self, window: Window) -> Tensor:
        """The head's loss, averaged over the observed steps ahead; in training, some are told what came before."""
        values, observed = window.seen(self.shape)
        away, level, scale = normalized(self.normalize, values, observed)
        actual, there = window.ahead(self.shape)
        actual = (actual - level) / scale
        told = self._draw() if self.training else self._untold()
        before = carried(torch.cat((away, actual), 1), window.observed)[:, self.shape.lookback - 1 : -1]
        raw, _ = self._decode(window, away, before, told, scale)
        return mean_loss(self.head, raw, actual, there, scale)

    def outlook(self, window: Window) -> HeadOutlook:
        """The head's reading of each window."""
        raw, _, level, scale = self._ahead(window)
        return HeadOutlook(self.head, raw, level, scale)

    def weights(self, window: Window) -> Tensor:
        """How much each step ahead looks at each row of the window, `(batch, step, time)`; with attention alone."""
        return torch.cat(self._ahead(window)[1], 1)

    def _ahead(self, window: Window) -> tuple[Tensor, list[Tensor], Tensor, Tensor]:
        """The head's numbers and the weights, told nothing; and each window's level and scale."""
        values, observed = window.seen(self.shape)
        away, level, scale = normalized(self.normalize, values, observed)
        raw, looks = self._decode(window, away, carried(away, observed)[:, -1:], self._untold(), scale)
        return raw, looks, level, scale

    def _untold(self) -> list[bool]:
        """Every step after the first hears its own forecast."""
        return [True] + [False] * (self.shape.horizon - 1)

    def _draw(self) -> list[bool]:
        """Which steps of this batch are told; drawn from torch's own generator, which training seeds."""
        share = self.settings.share(int(self.trained))
        self.trained += 1
        return [True, *(torch.rand(self.shape.horizon - 1, dtype=torch.float64) < share).tolist()]

    def _decode(
        self, window: Window, away: Tensor, before: Tensor, told: list[bool], scale: Tensor
    ) -> tuple[Tensor, list[Tensor]]:
        """The head's numbers `(batch, step, channel, outputs)` and the weights of every step.

        `before (batch, step, channel)` is the value before each step; only that of the steps `told` is looked at.
        """
        begun = window.begun(self.shape)
        out, state = self.encoder(torch.cat((away, window.beside(self.shape)), -1), mask=begun)
        keys = None if self.attention is None else self.attention.prepare(out, begun)
        state = self.bridge(state)
        static = window.static[:, None].expand(-1, self.shape.horizon, -1)
        beside = torch.cat((window.known(self.shape), static), -1)  # (batch, step, F + S)
        own, raws, looks = before[:, :0], [], []
        for start, stop in self._runs(told):
            first = before[:, start : start + 1] if told[start] else own
            given = [torch.cat((first, before[:, start + 1 : stop]), 1), beside[:, start:stop]]
            found = []
            if self.attention is not None and keys is not None:
                context, weights = self.attention.look(state.hidden[-1][:, None], keys)
                found = [context]
                looks.append(weights)
            out, state = self.decoder(torch.cat((*given, *found), -1), state)
            raws.append(self._read(torch.cat((out, *found), -1)))
            own = self._median(raws[-1][:, -1:], scale)
        return torch.cat(raws, 1), looks

    def _read(self, found: Tensor) -> Tensor:
        """The head's numbers, `(batch, step, channel, outputs)`."""
        numbers: Tensor = self.read(found)
        return numbers.reshape(*numbers.shape[:-1], self.shape.channels, self.head.outputs)

    def _median(self, raw: Tensor, scale: Tensor) -> Tensor:
        """The forecast relative to the window's level, as the next step hears it."""
        if not self.head.counts:
            return self.head.point(raw)
        count = HeadOutlook(self.head, raw.detach(), torch.zeros_like(scale), scale).point()  # whole: no gradient
        return (count / scale).to(raw.dtype)

    def _runs(self, told: list[bool]) -> list[tuple[int, int]]:
        """Steps that the core can take in one call: one at a time, but without attention all that are told in a row."""
        starts = [step for step, known in enumerate(told) if step == 0 or not known or self.attention is not None]
        return list(zip(starts, [*starts[1:], len(told)], strict=True))
