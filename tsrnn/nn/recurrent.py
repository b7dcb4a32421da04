"""The recurrent core: one or more layers of RNN, GRU or LSTM cells, one or two directions, state in and state out."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from operator import itemgetter
from typing import cast

import torch
from torch import Tensor, nn

from tsrnn.errors import DataError, SettingError, one_of, real, whole_number
from tsrnn.nn.initialize import SCHEMES, draw_weights
from tsrnn.nn.kernels import GATES, Cell, Weights, run_layer
from tsrnn.nn.room import refuse_too_many
from tsrnn.nn.state import State
from tsrnn.nn.streaming import Streaming

# One layer in one direction: (what it reads, its place in the state, from right to left?) -> out, hidden, memory
_Run = Callable[[Tensor, int, bool], tuple[Tensor, Tensor, Tensor | None]]

_NAMES, _in_order = set(Weights._fields), itemgetter(*Weights._fields)


class LayerWeights(nn.Module):
    """The four weights of one layer in one direction (shapes: `tsrnn.nn.kernels.Weights`)."""

    def __init__(self, cell: Cell, inputs: int, hidden_size: int) -> None:
        super().__init__()
        rows = GATES[cell] * hidden_size
        self.weight_ih = nn.Parameter(torch.empty(rows, inputs))
        self.weight_hh = nn.Parameter(torch.empty(rows, hidden_size))
        self.bias_ih = nn.Parameter(torch.empty(rows))
        self.bias_hh = nn.Parameter(torch.empty(rows))

    def forward(self) -> Weights:
        """The weights as the kernels take them."""
        if self._parameters.keys() == _NAMES:
            return Weights._make(_in_order(self._parameters))  # Module's look-up takes far longer
        return Weights._make(getattr(self, name) for name in Weights._fields)  # some are pruned or computed from others


class Recurrent(nn.Module):
    """Reads a batch of sequences (batch, time, channel) and gives a hidden state for each step.

    inputs          channels of a step
    hidden_size     numbers that each layer and direction carries
    cell            "rnn" (tanh), "gru" or "lstm"; the equations stand in `tsrnn.nn.kernels`
    num_layers      each layer reads the one below
    dropout         share of a layer's inputs set to 0 in training, from layer 2 on: between layers only, so one layer
                    has none; each step and channel by itself, drawn from torch's generator
    bidirectional   a second run from the last step to the first; the two outputs stand side by side
    residual        from layer 2 on, add what a layer was given (before dropout) to what it gives
    layer_norm      normalise each layer's output over its features, before `residual` adds to it. It stands in for
                    batch norm, whose statistics mix series and time steps and differ between training and prediction;
                    layer norm uses one step's own features, is the same in both, and a step at a time gives what the
                    whole gives. The state that is carried stays as the cell made it.
    learn_state     learn the state that a sequence starts from (else it is 0)
    initialization  of the input weights, "xavier" or "he" (`tsrnn.nn.initialize`)

    Same answers for a sequence at once, in chunks, or a step at a time, and for a row alone or among others.
    `output_size` is hidden_size, twice that if bidirectional. Raises SettingError for a setting it cannot have.

    >>> core = Recurrent(3, 8, cell="gru", num_layers=2)
    >>> out, state = core(torch.zeros(5, 20, 3))
    >>> out.shape, state.hidden.shape
    (torch.Size([5, 20, 8]), torch.Size([2, 5, 8]))
    >>> out, state = core.step(torch.zeros(5, 3), state)
    >>> out.shape
    torch.Size([5, 8])
    """

    def __init__(
        self,
        inputs: int,
        hidden_size: int,
        *,
        cell: Cell,
        num_layers: int = 1,
        dropout: float = 0.0,
        bidirectional: bool = False,
        residual: bool = False,
        layer_norm: bool = False,
        learn_state: bool = False,
        initialization: str = "xavier",
    ) -> None:
        super().__init__()
        one_of("cell", cell, GATES)
        one_of("initialization", initialization, SCHEMES)
        if not 0 <= real("dropout", dropout, "a share of at least 0 and below 1") < 1:
            raise SettingError(f"dropout must be a share of at least 0 and below 1, got {dropout!r}")
        self.cell = cell
        self.inputs = whole_number("inputs", inputs, 1)
        self.hidden_size = whole_number("hidden_size", hidden_size, 1)
        self.num_layers = whole_number("num_layers", num_layers, 1)
        self.dropout, self.residual, self.initialization = float(dropout), residual, initialization
        self.directions = 2 if bidirectional else 1
        self.output_size = self.directions * self.hidden_size
        if layer_norm and self.output_size == 1:
            raise SettingError("layer_norm over one feature leaves nothing of it: give hidden_size of at least 2")
        widths = [self.inputs] + [self.output_size] * (self.num_layers - 1)  # what each layer reads
        refuse_too_many(cell, self.hidden_size, widths * self.directions)
        self.weights = nn.ModuleList(
            LayerWeights(cell, width, self.hidden_size) for width in widths for _ in range(self.directions)
        )
        self._streaming = Streaming(cell, self.inputs, self.hidden_size, residual)
        self.norms = nn.ModuleList(nn.LayerNorm(self.output_size) for _ in widths) if layer_norm else None
        shape = (len(self.weights), self.hidden_size)
        self.start_hidden = nn.Parameter(torch.zeros(shape)) if learn_state else None
        self.start_memory = nn.Parameter(torch.zeros(shape)) if learn_state and cell == "lstm" else None
        self.initialize()

    def initialize(self, generator: torch.Generator | None = None) -> None:
        """Draw all weights anew from `generator`, from torch's own where None; with one, no global seed is touched."""
        for weights in self.weights:
            draw_weights(self.cell, weights(), self.initialization, generator)
        for norm in self.norms or ():
            if isinstance(norm, nn.LayerNorm):
                norm.reset_parameters()
        for start in (self.start_hidden, self.start_memory):
            if start is not None:
                nn.init.zeros_(start)

    def initial_state(self, batch: int) -> State:
        """The state that `batch` sequences start from where none is given: zeros, or what was learned."""

        def rows(learned: nn.Parameter | None) -> Tensor:
            if learned is not None:
                return learned[:, None].expand(-1, batch, -1)  # (layer, batch, hidden)
            return self._like.new_zeros(self.num_layers * self.directions, batch, self.hidden_size)

        return State(rows(self.start_hidden), rows(self.start_memory) if self.cell == "lstm" else None)

    def forward(self, x: Tensor, state: State | None = None, mask: Tensor | None = None) -> tuple[Tensor, State]:
        """The hidden state after each step, (batch, time, output_size), and the state to go on from.

        x      (batch, time, inputs) of the weights' dtype
        state  where to start; None for `initial_state`. A bidirectional core's second direction starts at the end.
        mask   (batch, time) bool, true where a step is real; None if all are. A masked step, on either side or inside,
               carries the state through unchanged, whatever x holds there, NaN too; its output is the carried
               hidden state (and what layer norm and residual make of it). A row without a real step keeps the
               state it started from.

        No time (batch, 0, inputs) gives (batch, 0, output_size) and the state unchanged. Under `torch.autocast` x and
        the state may be of another dtype; on a CPU all is computed in the weights' dtype, whatever autocast says, since
        the kernel is faster so. Raises DataError for a tensor of the wrong shape or dtype.
        """
        x, start = self._check(x, ("batch", "time", "channel"), state)
        mask = None if mask is None else self._check_mask(x, mask)
        layers = self._layers

        def run(read: Tensor, index: int, reverse: bool) -> tuple[Tensor, Tensor, Tensor | None]:
            return run_layer(self.cell, read, *start.of(index), layers[index](), mask, reverse)

        with torch.autocast("cpu", enabled=False) if x.is_cpu and _autocast(x) else nullcontext():
            return self._through(x, run)

    def read(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        """The output that has read the whole sequence, (batch, output_size): the last forward, the first backward.

        x and mask are those of `forward`.
        """
        out, state = self(x, mask=mask)  # as a module, so that hooks see it
        if self.norms is None and not (self.residual and self.num_layers > 1) and x.shape[1]:
            top = state.hidden[-self.directions :].unbind()  # the same numbers, whose gradient is no sequence
        else:
            forward, *backward = out.chunk(self.directions, -1)
            top = (forward[:, -1], *(side[:, 0] for side in backward))
        return torch.cat(top, -1) if len(top) > 1 else top[0]

    def step(self, x: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """One step: x (batch, inputs) gives (batch, output_size) and the state to go on from.

        Equals `forward` on one step. Raises SettingError for a bidirectional core, which has to see the steps to come.
        """
        if self.directions == 2:
            raise SettingError(
                "a bidirectional core cannot go a step at a time: its second direction starts at the last step; "
                "give forward the whole sequence, or build it with bidirectional=False"
            )
        if state is not None and not (self.dropout and self.training):
            answer = self._streaming.step(self._modules, x, state)
            if answer is not None:
                return answer
        x, state = self._check(x, ("batch", "channel"), state)
        out, state = self.forward(x[:, None], state)
        return out[:, 0], state

    def extra_repr(self) -> str:
        return f"{self.inputs}, {self.hidden_size}, cell={self.cell!r}, num_layers={self.num_layers}"

    def _through(self, x: Tensor, run: _Run) -> tuple[Tensor, State]:
        """All layers from the bottom up; the channel is x's last axis."""
        ends: list[tuple[Tensor, Tensor | None]] = []
        for layer in range(self.num_layers):
            read = nn.functional.dropout(x, self.dropout, self.training) if layer else x
            places = range(layer * self.directions, (layer + 1) * self.directions)
            sides = [run(read, index, direction == 1) for direction, index in enumerate(places)]
            out = torch.cat([side[0] for side in sides], dim=-1) if len(sides) > 1 else sides[0][0]
            out = self.norms[layer](out) if self.norms is not None else out
            x = out + x if self.residual and layer else out
            ends += [side[1:] for side in sides]
        memories = [memory for _, memory in ends if memory is not None]
        return x, State(_stacked([hidden for hidden, _ in ends]), _stacked(memories) if memories else None)

    @property
    def _layers(self) -> list[LayerWeights]:
        return cast("list[LayerWeights]", list(self.weights))

    @property
    def _like(self) -> Tensor:
        """Any weight: tells the dtype and the device."""
        return self._layers[0].forward().weight_hh

    def _check(self, x: Tensor, axes: tuple[str, ...], state: State | None) -> tuple[Tensor, State]:
        """x and the state to start from, or a DataError that says what does not fit."""
        if not isinstance(x, Tensor):
            raise DataError(f"x must be a tensor, got {type(x).__name__}; make one with torch.as_tensor(x)")
        if x.ndim != len(axes) or x.shape[-1] != self.inputs:
            raise DataError(f"x must be ({', '.join(axes)}) with {self.inputs} channels, got shape {tuple(x.shape)}")
        dtype = self._like.dtype
        if x.dtype != dtype and not _autocast(x):
            raise DataError(f"x is {x.dtype}, but the weights are {dtype}: convert one with .to(dtype)")
        if state is None:
            return x.to(dtype), self.initial_state(x.shape[0])
        needed = (self.num_layers * self.directions, x.shape[0], self.hidden_size)
        if (state.memory is None) != (self.cell != "lstm"):
            has = "no memory" if state.memory is None else "a memory"
            raise DataError(f"the state has {has}, but the cell is {self.cell}: only an lstm has one; build both alike")
        for name, tensor in (("hidden", state.hidden), ("memory", state.memory)):
            if tensor is not None and tuple(tensor.shape) != needed:
                raise DataError(
                    f"state.{name} must be (layer, batch, hidden) = {needed}, got {tuple(tensor.shape)}; "
                    "state.select(rows) and state.repeat(n) change the batch"
                )
            if tensor is not None and tensor.dtype != dtype and not _autocast(tensor):
                raise DataError(f"state.{name} is {tensor.dtype}, but x is {x.dtype}: give both the same dtype")
        return x.to(dtype), state.map(lambda tensor: tensor.to(dtype))

    def _check_mask(self, x: Tensor, mask: Tensor) -> Tensor | None:
        """The mask, None where every step is real, or a DataError."""
        if mask.dtype != torch.bool:
            raise DataError(f"mask must be bool, true where a step is real, got {mask.dtype}; use mask.bool()")
        if mask.shape != x.shape[:2]:
            raise DataError(f"mask must be (batch, time) = {tuple(x.shape[:2])}, got {tuple(mask.shape)}")
        return None if bool(mask.all()) else mask


def _stacked(tensors: list[Tensor]) -> Tensor:
    """Along a first axis of their own; one alone is not copied."""
    return torch.stack(tensors) if len(tensors) > 1 else tensors[0][None]


def _autocast(tensor: Tensor) -> bool:
    """Whether torch chooses the type of such a tensor here (`torch.autocast`)."""
    device = tensor.device.type
    known = torch.amp.is_autocast_available(device)
    return tensor.is_floating_point() and known and torch.is_autocast_enabled(device)
