"""Shallow fusion: what a language model says of symbols while a recogniser searches for them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from tsrnn.errors import SettingError
from tsrnn.nlp.ctc import Symbols
from tsrnn.nlp.estimator import SequenceEstimator
from tsrnn.nlp.generator_model import GeneratorModel
from tsrnn.nlp.subwords import KINDS
from tsrnn.nlp.vocabulary import END, UNKNOWN
from tsrnn.nn.state import State


class Foretold:
    """The log probability of each next symbol behind the beginnings that a search keeps, times a weight.

    Beginnings grow by one symbol at a time, so that each is one step of the language model on from a shorter one that
    was asked for before; those that a search gave up are forgotten.
    """

    def __init__(self, model: GeneratorModel, tokens: Sequence[int], weight: float) -> None:
        self._model, self._weight = model, weight
        self._tokens = torch.tensor([END, *tokens])  # in the blank's place stands the end
        self._known: dict[Symbols, tuple[NDArray[np.float64], State]] = {}

    def __call__(self, beginnings: Sequence[Symbols]) -> list[NDArray[np.float64]]:
        """What is added to a search for each symbol `(symbol,)` behind each beginning; for the blank, for ending."""
        if () in beginnings:
            self._known.setdefault((), self._read([END], self._model.network.encoder.core.initial_state(1))[0])
        new = [beginning for beginning in beginnings if beginning not in self._known]
        if new:
            before = [self._known[beginning[:-1]][1] for beginning in new]
            last = [int(self._tokens[beginning[-1]]) for beginning in new]
            self._known |= dict(zip(new, self._read(last, _joined(before)), strict=True))
        self._known = {beginning: self._known[beginning] for beginning in beginnings}
        return [self._known[beginning][0] for beginning in beginnings]

    @torch.no_grad()
    def _read(self, tokens: list[int], state: State) -> list[tuple[NDArray[np.float64], State]]:
        """The scores behind one more token a row, and the states to go on from."""
        scores, after = self._model.network(torch.tensor(tokens, device=self._model.device)[:, None], state)
        logs = scores[:, 0].double().log_softmax(1).cpu()[:, self._tokens].numpy() * self._weight
        return [(logs[row], after.select(torch.tensor([row], device=self._model.device))) for row in range(len(tokens))]


def foretold(language: SequenceEstimator, symbols: Sequence[str], weight: float) -> Foretold:
    """What a fitted TextGenerator says of a recogniser's symbols, each of which has to be one of its tokens.

    Raises SettingError for another model, for tokens that are no symbols, and for symbols that it does not know.
    """
    model = language.learned() if isinstance(language, SequenceEstimator) else None
    if not isinstance(model, GeneratorModel):
        raise SettingError(f"language must be a fitted TextGenerator, got {type(language).__name__}")
    if not 0 <= weight < np.inf:
        raise SettingError(f"weight must be at least 0, got {weight!r}")
    if model.reader.tokens.kind in KINDS:
        raise SettingError(
            f"language cuts text into pieces of kind {model.reader.tokens.kind!r}, but each symbol has to be a token; "
            "fit it with tokens='characters', or 'whitespace' for symbols of several letters"
        )
    tokens = model.reader.vocabulary.ids(symbols).tolist()
    strange = [symbol for symbol, token in zip(symbols, tokens, strict=True) if token == UNKNOWN]
    if strange:
        raise SettingError(
            f"language does not know the symbol {strange[0]!r} ({len(strange)} of {len(symbols)} are unknown to it); "
            "fit it on texts that have them all, spelt alike"
        )
    return Foretold(model, tokens, weight)


def _joined(states: Sequence[State]) -> State:
    """States of one row each, side by side."""
    memories = [state.memory for state in states if state.memory is not None]
    return State(torch.cat([state.hidden for state in states], 1), torch.cat(memories, 1) if memories else None)
