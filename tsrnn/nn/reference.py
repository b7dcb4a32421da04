"""How an RNN, a GRU and an LSTM run and learn, in plain NumPy, step by step: to read, and the oracle of the tests.

Read it in this order: `rnn_step` (what a cell does at one step), `forward` (the same weights at every step),
`rnn_step_back` (who is to blame for an error, at one step), `backward` (blame handed from the last step to the first:
back-propagation through time, Werbos 1990, doi 10.1109/5.58337). `docs/how-an-rnn-learns.md` walks through it.

Names: x input, h hidden state, m an LSTM's memory; `d_v` is the derivative of the loss by v and has v's shape.
Shapes: B batch, T time, I inputs, H hidden, G gates (rnn 1, gru 3, lstm 4). All arrays are float64. Gates stand in
torch's order, so that weights can be copied from one to the other. It is exact, not fast: `tsrnn.nn.recurrent` is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from tsrnn.errors import choices

Array = npt.NDArray[np.float64]
State = tuple[Array, ...]  # (h,), for an LSTM (h, m); each (B, H)
Tape = tuple[Array, ...]  # what a step has to remember to go back through it


@dataclass
class Weights:
    """What a cell learns; the derivatives of the loss by the weights come as the same record."""

    weight_ih: Array  # (G * H, I) from the input
    weight_hh: Array  # (G * H, H) from the hidden state of the step before
    bias_ih: Array  # (G * H,)
    bias_hh: Array  # (G * H,)

    def zeros(self) -> Weights:
        """A record of the same shapes, all zero: where derivatives are summed up."""
        return Weights(*(np.zeros_like(getattr(self, field.name)) for field in fields(self)))


@dataclass(frozen=True)
class Run:
    """What `forward` gives."""

    out: Array  # (B, T, H) the hidden state after each step
    state: State  # the state after the last step
    tapes: list[Tape]  # one a step


@dataclass(frozen=True)
class Gradients:
    """What `backward` gives: the derivatives of the loss by everything that went in."""

    x: Array  # (B, T, I)
    state: State  # by the state before the first step
    weights: Weights


# ----------------------------------------------------------------------------- how the weights start out


def xavier(rng: np.random.Generator, rows: int, columns: int) -> Array:
    """Uniform, of variance 2 / (rows + columns): signals keep their size both ways (Glorot & Bengio 2010)."""
    bound = np.sqrt(6 / (rows + columns))
    return rng.uniform(-bound, bound, (rows, columns))


def he(rng: np.random.Generator, rows: int, columns: int) -> Array:
    """Uniform, of variance 2 / columns: signals keep their size on the way forward behind a ReLU (He et al. 2015)."""
    bound = np.sqrt(6 / columns)
    return rng.uniform(-bound, bound, (rows, columns))


def orthogonal(rng: np.random.Generator, size: int) -> Array:
    """A random rotation: applied at every step, it neither blows up the hidden state nor lets it fade (Saxe 2014)."""
    q, r = np.linalg.qr(rng.standard_normal((size, size)))
    return q * np.where(np.diag(r) < 0, -1.0, 1.0)


def initialize(cell: str, inputs: int, hidden: int, rng: np.random.Generator, scheme: str = "xavier") -> Weights:
    """Fresh weights: `scheme` ("xavier" or "he") from the input, orthogonal from state to state, a gate at a time.

    Biases are 0, and 1 for an LSTM's forget gate: it remembers until it learns to forget. Raises SettingError.
    """
    schemes = {"xavier": xavier, "he": he}
    if scheme not in schemes:
        raise choices("initialization", scheme, schemes)
    gates = _cell(cell).gates
    weight_ih = np.concatenate([schemes[scheme](rng, hidden, inputs) for _ in range(gates)])  # (G * H, I)
    weight_hh = np.concatenate([orthogonal(rng, hidden) for _ in range(gates)])  # (G * H, H)
    bias_ih = np.zeros(gates * hidden)
    if cell == "lstm":
        bias_ih[hidden : 2 * hidden] = 1.0
    return Weights(weight_ih, weight_hh, bias_ih, np.zeros(gates * hidden))


# ----------------------------------------------------------------------------- one step, forward and back


def rnn_step(x: Array, state: State, w: Weights) -> tuple[State, Tape]:
    """h' = tanh(W x + b + U h + c)."""
    (h,) = state  # (B, H)
    a, u = _sums(x, h, w)  # (B, H) each
    new = np.tanh(a + u)
    return (new,), (x, h, new)


def rnn_step_back(d_state: State, tape: Tape, w: Weights, d_w: Weights) -> tuple[Array, State]:
    """From the derivative by h' to those by x and h; what the weights did at this step is added to `d_w`."""
    x, h, new = tape
    d_sum = d_state[0] * (1 - new**2)  # tanh' = 1 - tanh^2
    d_x, d_h = _sums_back(d_sum, d_sum, x, h, w, d_w)
    return d_x, (d_h,)


def gru_step(x: Array, state: State, w: Weights) -> tuple[State, Tape]:
    """The update gate z keeps a share of h; the rest comes from a candidate n, which saw as much of h as r let by."""
    (h,) = state  # (B, H)
    a, u = _sums(x, h, w)  # (B, 3 H) each
    a_r, a_z, a_n = np.split(a, 3, axis=1)
    u_r, u_z, u_n = np.split(u, 3, axis=1)
    r, z = _sigmoid(a_r + u_r), _sigmoid(a_z + u_z)
    n = np.tanh(a_n + r * u_n)  # the reset falls on U h + c, behind the matrix product, as in cuDNN
    return ((1 - z) * n + z * h,), (x, h, r, z, n, u_n)


def gru_step_back(d_state: State, tape: Tape, w: Weights, d_w: Weights) -> tuple[Array, State]:
    """The blame splits: the share z goes straight back to h, the rest through the candidate and the gates."""
    x, h, r, z, n, u_n = tape
    (d_new,) = d_state
    d_n = d_new * (1 - z) * (1 - n**2)
    d_z = d_new * (h - n) * z * (1 - z)  # sigmoid' = s (1 - s)
    d_r = d_n * u_n * r * (1 - r)
    d_a = np.concatenate([d_r, d_z, d_n], axis=1)  # (B, 3 H)
    d_u = np.concatenate([d_r, d_z, d_n * r], axis=1)
    d_x, d_h = _sums_back(d_a, d_u, x, h, w, d_w)
    return d_x, (d_h + d_new * z,)


def lstm_step(x: Array, state: State, w: Weights) -> tuple[State, Tape]:
    """The memory m keeps what the forget gate f lets stay and adds what the input gate i lets in; o says what shows."""
    h, m = state  # (B, H) each
    a, u = _sums(x, h, w)  # (B, 4 H) each
    s_i, s_f, s_g, s_o = np.split(a + u, 4, axis=1)
    i, f, g, o = _sigmoid(s_i), _sigmoid(s_f), np.tanh(s_g), _sigmoid(s_o)
    new_m = f * m + i * g
    shown = np.tanh(new_m)
    return (o * shown, new_m), (x, h, m, i, f, g, o, shown)


def lstm_step_back(d_state: State, tape: Tape, w: Weights, d_w: Weights) -> tuple[Array, State]:
    """Along the memory blame is only multiplied by f, no matrix in between: that is why it reaches far back."""
    x, h, m, i, f, g, o, shown = tape
    d_new, d_new_m = d_state
    d_m = d_new_m + d_new * o * (1 - shown**2)  # the memory is blamed for later steps and for what it showed now
    d_i = d_m * g * i * (1 - i)
    d_f = d_m * m * f * (1 - f)
    d_g = d_m * i * (1 - g**2)
    d_o = d_new * shown * o * (1 - o)
    d_sum = np.concatenate([d_i, d_f, d_g, d_o], axis=1)  # (B, 4 H)
    d_x, d_h = _sums_back(d_sum, d_sum, x, h, w, d_w)
    return d_x, (d_h, d_m * f)


# ----------------------------------------------------------------------------- the whole sequence


def forward(cell: str, x: Array, state: State, weights: Weights) -> Run:
    """Runs `cell` over x (B, T, I) from `state`: the same weights at every step, the state handed on.

    >>> weights = initialize("gru", 2, 3, np.random.default_rng(0))
    >>> forward("gru", np.zeros((4, 5, 2)), (np.zeros((4, 3)),), weights).out.shape
    (4, 5, 3)
    """
    step = _cell(cell).step
    tapes: list[Tape] = []
    out = np.empty((*x.shape[:2], state[0].shape[1]))  # (B, T, H)
    for t in range(x.shape[1]):
        state, tape = step(x[:, t], state, weights)
        out[:, t] = state[0]
        tapes.append(tape)
    return Run(out, state, tapes)


def backward(cell: str, run: Run, d_out: Array, d_state: State, weights: Weights) -> Gradients:
    """Back-propagation through time: from the derivatives of the loss by what came out to those by what went in.

    `d_out` (B, T, H) by the outputs, `d_state` by the state after the last step (zeros where the loss does not use it).
    A step's hidden state is blamed twice: for its own output, and for all that the later steps made of it.
    """
    step_back = _cell(cell).step_back
    d_weights = weights.zeros()
    d_x = np.empty((*d_out.shape[:2], weights.weight_ih.shape[1]))  # (B, T, I)
    for t in reversed(range(d_out.shape[1])):
        d_state = (d_state[0] + d_out[:, t], *d_state[1:])
        d_x[:, t], d_state = step_back(d_state, run.tapes[t], weights, d_weights)
    return Gradients(d_x, d_state, d_weights)


# ----------------------------------------------------------------------------- the pieces all cells share


@dataclass(frozen=True)
class _Cell:
    gates: int
    step: Callable[[Array, State, Weights], tuple[State, Tape]]
    step_back: Callable[[State, Tape, Weights, Weights], tuple[Array, State]]


_CELLS = {
    "rnn": _Cell(1, rnn_step, rnn_step_back),
    "gru": _Cell(3, gru_step, gru_step_back),
    "lstm": _Cell(4, lstm_step, lstm_step_back),
}


def _cell(name: str) -> _Cell:
    if name not in _CELLS:
        raise choices("cell", name, _CELLS)
    return _CELLS[name]


def _sigmoid(v: Array) -> Array:
    return 0.5 * (1 + np.tanh(0.5 * v))  # the logistic function, written so that no exponential overflows


def _sums(x: Array, h: Array, w: Weights) -> tuple[Array, Array]:
    """a = W x + b and u = U h + c, all gates at once: (B, G * H) each."""
    return x @ w.weight_ih.T + w.bias_ih, h @ w.weight_hh.T + w.bias_hh


def _sums_back(d_a: Array, d_u: Array, x: Array, h: Array, w: Weights, d_w: Weights) -> tuple[Array, Array]:
    """Adds the weights' part at this step to `d_w` and gives d_x (B, I) and d_h (B, H)."""
    d_w.weight_ih += d_a.T @ x  # a weight is used at every step, so its blame is a sum over the steps
    d_w.bias_ih += d_a.sum(axis=0)
    d_w.weight_hh += d_u.T @ h
    d_w.bias_hh += d_u.sum(axis=0)
    return d_a @ w.weight_ih, d_u @ w.weight_hh
