"""Models of text as the commands use them: trained and saved, or read back, with what the library warns of noted."""

from __future__ import annotations

import shlex
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from tsrnn.errors import ModelFileError, SettingError
from tsrnn_cli.output import Talk, check_writable, in_our_words, whole_file
from tsrnn_cli.text_options import Learning

if TYPE_CHECKING:
    from tsrnn.nlp import Evaluation
    from tsrnn.nlp.estimator import SequenceEstimator, TextEstimator
    from tsrnn.training import Training

# Estimator → the commands that read a saved one.
_TASKS = {
    "TextClassifier": "classify",
    "SequenceTagger": "tag",
    "TextGenerator": "generate",
    "Translator": "translate",
    "WordCompleter": "complete",
}


def settled(usual: Training, learning: Learning, *, progress: bool, pretrain: int | None = None) -> Training:
    """The training that is usual for so many texts, with what the options say."""
    from dataclasses import replace

    from tsrnn.nlp import Pretraining

    return replace(
        usual,
        epochs=usual.epochs if learning.epochs is None else learning.epochs,
        seed=usual.seed if learning.seed is None else learning.seed,
        progress=progress,
        init=usual.init if pretrain is None else Pretraining(pretrain),
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


def check_report(path: Path | None) -> None:
    """SettingError now, not after long work, where the report cannot be written."""
    if path is not None and path.suffix.lower() != ".html":
        raise SettingError(f"{path} would be a report of an unknown kind; end its name with .html")
    check_writable(path)


def judged(model: SequenceEstimator, given: tuple[Any, ...], talk: Talk, window: int = 256) -> Evaluation:
    """What the model gets right and wrong on texts, and what belongs to them."""
    from tsrnn.nlp import evaluate

    with heard(talk):
        found = evaluate(model, *given, window=window)
    talk.release()
    return found


def reported(found: Evaluation, path: Path | None, context: typer.Context, talk: Talk) -> None:
    """Writes the report where one was asked for."""
    if path is None:
        return
    with whole_file(path) as half:
        found.to_html(half, command=shlex.join(["tsrnn", *context.obj]))
    talk.note(f"wrote the report to {path}")


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
