"""The network of a language model, and text as a stream that it reads on and on with its state carried."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from tsrnn.errors import whole_number
from tsrnn.nlp.batches import Ragged, by_length
from tsrnn.nlp.encoder import Encoder
from tsrnn.nlp.output import check_share
from tsrnn.nlp.readout import TokenReadout
from tsrnn.nlp.vocabulary import BEGIN, END, PAD, UNKNOWN, Ids
from tsrnn.nn.recurrent import Recurrent
from tsrnn.nn.state import State

_LOGITS = 2**24  # numbers of scores that are held at once when a text is judged
_STRETCH = 1024  # steps that are judged in one call


@dataclass(frozen=True)
class Language:
    """How a TextGenerator learns; Merity and others (2018), arXiv:1708.02182, for all but the window.

    - `window`: steps over which errors go back; the state goes on from window to window.
    - `reset`: share of the columns whose state is emptied before a window, so that the model learns to begin, too.
    - `dropout`: share of the core's outputs left out in training; `locked`: the same ones at all steps of a window
      (Gal and Ghahramani, 2016, arXiv:1512.05287), which holds for the embedding's dropout too.
    - `weight_drop`: share of the core's recurrent weights left out, others for each window.
    - `tied`: the tokens' vectors are also the matrix of the scores; saves weights where there are many tokens.

    >>> Language(tied=True).window
    64
    """

    window: int = 64
    reset: float = 0.1
    dropout: float = 0.2
    locked: bool = True
    weight_drop: float = 0.0
    tied: bool = False

    def __post_init__(self) -> None:
        whole_number("window", self.window, 1)
        check_share("reset", self.reset)
        check_share("dropout", self.dropout)
        check_share("weight_drop", self.weight_drop)


class LanguageModel(nn.Module):
    """Token numbers to the scores of the token that comes next.

    >>> from tsrnn.nlp.encoder import Embedder
    >>> encoder = Encoder(Embedder(9, 4), Recurrent(4, 5, cell="lstm"))
    >>> model = LanguageModel(encoder, TokenReadout(5, 9), Language())
    >>> model(torch.tensor([[4, 5, 6]]))[0].shape
    torch.Size([1, 3, 9])
    """

    def __init__(self, encoder: Encoder, readout: TokenReadout, settings: Language, *, dropout: float = 0.0) -> None:
        super().__init__()
        self.encoder, self.readout = encoder, readout
        self.settings, self.dropout = settings, dropout

    def forward(self, ids: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """The scores `(batch, time, token)` after each of ids `(batch, time)`, and the state to go on from."""
        x = self._thinned(self.encoder.embed(ids), self.dropout)
        out, state = self.encoder.core(x, state)
        return self.readout(self._thinned(out, self.settings.dropout), self.encoder.embed.table.weight), state

    def step(self, tokens: Tensor, state: State) -> tuple[Tensor, State]:
        """The scores `(row, token)` after one more token `(row,)`; padding, unknown and beginning are never next."""
        out, state = self.encoder.core.step(self.encoder.embed(tokens), state)
        scores: Tensor = self.readout(out, self.encoder.embed.table.weight)
        scores[:, [PAD, UNKNOWN, BEGIN]] = -torch.inf
        return scores, state

    def _thinned(self, x: Tensor, share: float) -> Tensor:
        """Dropout; locked, the same numbers at all steps of a row."""
        if not (self.training and share):
            return x
        if not self.settings.locked:
            return nn.functional.dropout(x, share)
        return x * nn.functional.dropout(x.new_ones(x.shape[0], 1, x.shape[2]), share)


def stream_of(rows: Sequence[Ids], device: torch.device | None = None) -> Tensor:
    """The texts end to end `(number,)`, the end token before the first and behind each.

    >>> stream_of([np.array([7, 8]), np.array([9])]).tolist()
    [3, 7, 8, 3, 9, 3]
    """
    end = np.full(1, END, np.int64)
    return torch.from_numpy(np.concatenate([end, *(part for row in rows for part in (row, end))])).to(device)


class Stream:
    """A stream of tokens, laid in `columns` side by side, of which windows are read one after the other, turn by turn.

    With a seed each turn begins at another token, so that the windows differ. What does not fill the columns is left
    out of a turn: at most a token of each, and a window.
    """

    def __init__(self, ids: Tensor, columns: int, window: int, seed: int | None = None) -> None:
        self._ids, self._window, self._seed = ids, window, seed
        self.columns = max(1, min(columns, (len(ids) - 1) // window))
        self._begins = 1 if seed is None else max(1, min(window, len(ids) // 2))
        self._length = (len(ids) - self._begins) // self.columns

    def __len__(self) -> int:
        """Windows of a turn."""
        return -(-self._length // self._window)

    def window(self, number: int) -> tuple[Tensor, Tensor]:
        """The window of this number, counted through all turns: tokens `(column, time)`, and those that come next."""
        turn, place = divmod(number, len(self))
        begin = 0
        if self._seed is not None:
            begin = int(torch.randint(self._begins, (), generator=torch.Generator().manual_seed(self._seed + turn)))
        ids = self._ids[begin : begin + self.columns * self._length + 1]
        some = slice(place * self._window, (place + 1) * self._window)
        return ids[:-1].view(self.columns, -1)[:, some], ids[1:].view(self.columns, -1)[:, some]


class StreamLoss:
    """What `tsrnn.training.train` asks for: the loss of the next window, whatever example is asked.

    In training the state goes on from window to window, cut off from the steps before, and is empty where a turn
    begins; when the network is judged, the whole validation stream is read. The number of the window and the state are
    kept as buffers of the network, which a checkpoint holds and a saved model does not.
    """

    def __init__(self, network: LanguageModel, training: Stream, validation: Stream) -> None:
        self._network, self._training, self._validation = network, training, validation
        empty = network.encoder.core.initial_state(training.columns)
        kept = {"window": torch.zeros((), dtype=torch.int64), "hidden": empty.hidden, "memory": empty.memory}
        for name, tensor in kept.items():
            network.register_buffer(name, None if tensor is None else tensor.detach().clone(), persistent=False)

    def __call__(self, examples: Tensor) -> Tensor:
        if not self._network.training:
            return self._judged()
        kept = self._network._buffers
        number, hidden = int(self._network.get_buffer("window")), self._network.get_buffer("hidden")
        inputs, targets = self._training.window(number)
        before = self._emptied(State(hidden, kept["memory"])) if number % len(self._training) else None
        scores, state = self._network(inputs, before)
        kept["window"] = torch.tensor(number + 1)
        kept["hidden"], kept["memory"] = state.hidden.detach(), None if state.memory is None else state.memory.detach()
        return nn.functional.cross_entropy(scores.flatten(0, 1), targets.flatten())

    def _emptied(self, state: State) -> State:
        """The state, zero in some of the columns."""
        kept = (torch.rand(state.batch) >= self._network.settings.reset)[:, None].to(state.hidden.device)
        return state.map(lambda tensor: tensor * kept)

    def forget(self) -> None:
        """Takes the buffers out of the network again."""
        for name in ("window", "hidden", "memory"):
            delattr(self._network, name)

    def _judged(self) -> Tensor:
        """The mean over the validation stream; without one, that of the first window to learn from."""
        stream, windows = (self._validation, len(self._validation)) if len(self._validation) else (self._training, 1)
        state, total, count = None, torch.zeros(()), 0
        for number in range(windows):
            inputs, targets = stream.window(number)
            scores, state = self._network(inputs, state)
            total += nn.functional.cross_entropy(scores.flatten(0, 1), targets.flatten(), reduction="sum").cpu()
            count += targets.numel()
        return total / count


@contextmanager
def weight_drop(core: Recurrent, share: float) -> Iterator[None]:
    """In training, this share of the recurrent weights is left out of each call inside the block (DropConnect)."""
    layers = list(core.weights) if share else []
    for layer in layers:
        parametrize.register_parametrization(layer, "weight_hh", nn.Dropout(share))
    try:
        yield
    finally:
        for layer in layers:
            parametrize.remove_parametrizations(layer, "weight_hh", leave_parametrized=False)


@torch.no_grad()
def carried_nats(network: LanguageModel, ids: Tensor) -> float:
    """The sum of -log p of every token of a stream but the first, with the state carried from one end to the other."""
    state, total = None, 0.0
    for start in range(0, len(ids) - 1, _STRETCH):
        stop = min(start + _STRETCH, len(ids) - 1)
        scores, state = network(ids[None, start:stop], state)
        total += float(nn.functional.cross_entropy(scores[0], ids[start + 1 : stop + 1], reduction="sum").double())
    return total


@torch.no_grad()
def reset_nats(network: LanguageModel, ids: Tensor, window: int) -> float:
    """As `carried_nats`, but each window of a stream is read from an empty state, its first token unseen before."""
    total, rows = 0.0, max(1, _LOGITS // (window * len(network.readout.bias)))
    whole = (len(ids) - 1) // window
    blocks = [ids[: whole * window].view(whole, window), ids[None, whole * window : -1]]
    nexts = [ids[1 : whole * window + 1].view(whole, window), ids[None, whole * window + 1 :]]
    for inputs, targets in zip(blocks, nexts, strict=True):
        for some, wanted in zip(torch.split(inputs, rows), torch.split(targets, rows), strict=True):
            if some.numel():
                scores, _ = network(some)
                total += float(
                    nn.functional.cross_entropy(scores.flatten(0, 1), wanted.flatten(), reduction="sum").double()
                )
    return total


@torch.no_grad()
def text_nats(
    network: LanguageModel, rows: Sequence[Ids], device: torch.device
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """-log p of each text and its end, each read by itself from its beginning."""
    ragged = Ragged.of([np.concatenate([[END], row, [END]]) for row in rows], device)
    found = np.zeros(len(rows))
    for batch in by_length(ragged.lengths, max(1, _LOGITS // len(network.readout.bias))) if len(rows) else ():
        (ids, mask), state = ragged.take(batch), None
        for start in range(0, ids.shape[1] - 1, _STRETCH):  # the scores of a long text at once would not fit
            some = slice(start, start + _STRETCH)
            scores, state = network(ids[:, :-1][:, some], state)
            logs = nn.functional.cross_entropy(scores.transpose(1, 2), ids[:, 1:][:, some], reduction="none").double()
            found[batch.cpu().numpy()] += (logs * mask[:, 1:][:, some]).sum(1).cpu().numpy()
    return found
