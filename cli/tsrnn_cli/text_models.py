"""Models of text as the commands use them: trained and saved, or read back, with what the library warns of noted."""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tsrnn.errors import ModelFileError
from tsrnn_cli.output import Talk, in_our_words

if TYPE_CHECKING:
    from tsrnn.nlp.estimator import TextEstimator
    from tsrnn.training import Training

# Estimator → the commands that read a saved one.
_TASKS = {
    "TextClassifier": "classify",
    "SequenceTagger": "tag",
    "TextGenerator": "generate",
    "Translator": "translate",
    "WordCompleter": "complete",
}


def settled(usual: Training, epochs: int | None, seed: int | None, *, progress: bool) -> Training:
    """The training that is usual for so many texts, with what the options say."""
    from dataclasses import replace

    return replace(
        usual,
        epochs=usual.epochs if epochs is None else epochs,
        seed=usual.seed if seed is None else seed,
        progress=progress,
    )


def loaded(folder: Path, estimator: str) -> Any:
    """The model of text saved in the folder; ModelFileError where it is another one."""
    from tsrnn.nlp import load

    model = load(folder)
    found = type(model).__name__
    if found != estimator:
        way = f"use 'tsrnn text {_TASKS[found]}'" if found in _TASKS else "read it in Python with tsrnn.nlp.load"
        raise ModelFileError(f"{folder} holds a {found}, and this command needs a {estimator}; {way}")
    return model


@contextmanager
def heard(talk: Talk) -> Iterator[None]:
    """What the library warns of within, such as many unknown words, is noted; each once."""
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always", UserWarning)
        yield
    for text in dict.fromkeys(str(one.message) for one in found if one.category is UserWarning):
        talk.note(in_our_words(text))


def learned(model: TextEstimator, given: tuple[Any, ...], talk: Talk, counted: str) -> float:
    """Fits the model to what is given, says from how much it learned, and gives the seconds it took."""
    began = time.perf_counter()
    with heard(talk):
        model.fit(*given)
    seconds = time.perf_counter() - began
    talk.release()
    talk.note(f"learned from {counted} in {seconds:.1f} s")
    return seconds


def kept(model: TextEstimator, folder: Path, talk: Talk, line: str) -> None:
    """Saves the model and says what to type next."""
    model.save(folder)
    talk.note(f"saved in {folder}; next: {line}")
