"""Evaluation: a fitted model of text judged on texts of one's own, as a verdict, tidy frames, and a page."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from tsrnn.nlp.estimator import SequenceEstimator
from tsrnn.report.files import written
from tsrnn.training import Training
from tsrnn.version import __version__

_PACKAGES = ("torch", "scikit-learn", "pandas", "numpy")

Pairs = list[tuple[str, str]]


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What a model of text got right and wrong; `tsrnn.nlp.evaluate` makes it. A frame without rows: nothing of this.

    - `verdict`: in a sentence or two, beside the baseline and with a test, where there is a baseline.
    - `scores`: `model`, then a figure a column; for some tasks `metric` or `state` in the model's place.
    - `classes`: `class, texts, precision, recall, f1`, of tags too. `confusion`: how many texts (words) of each actual
      class, the index, were given each class, the columns.
    - `errors`: what is wrong, the most confident first. `samples`: what it writes.
    - `attention`: `text, step, word, place, token, weight`. `curves`: `stage, epoch, training, validation` losses.
    - `settings`, `versions`: names and what they are.
    """

    title: str
    verdict: str
    scores: pd.DataFrame
    classes: pd.DataFrame = field(default_factory=pd.DataFrame)
    confusion: pd.DataFrame = field(default_factory=pd.DataFrame)
    errors: pd.DataFrame = field(default_factory=pd.DataFrame)
    samples: pd.DataFrame = field(default_factory=pd.DataFrame)
    attention: pd.DataFrame = field(default_factory=pd.DataFrame)
    curves: pd.DataFrame = field(default_factory=pd.DataFrame)
    settings: Pairs = field(default_factory=list)
    versions: Pairs = field(default_factory=list)

    def to_html(self, path: str | Path, *, title: str | None = None, command: str | None = None) -> Path:
        """Writes all of it as one page that opens offline, and gives its path; `command` is shown as what made it."""
        from tsrnn.nlp.evaluation_page import page

        return written(path, page(self, title or self.title, command))


def facts_of(model: SequenceEstimator) -> dict[str, Any]:
    """Curves, settings and versions, which every evaluation has."""
    return {"curves": _curves(model), "settings": _settings(model), "versions": _versions(model)}


def _curves(model: SequenceEstimator) -> pd.DataFrame:
    stages = {"pre-training": getattr(model, "pretraining_", None), "training": model.history_}
    rows = [
        (stage, epoch.epoch, epoch.training, epoch.validation)
        for stage, history in stages.items()
        if history is not None
        for epoch in history.epochs
    ]
    return pd.DataFrame(rows, columns=["stage", "epoch", "training", "validation"])


def _settings(model: SequenceEstimator) -> Pairs:
    given = model.get_params(deep=False).items()
    return [
        ("estimator", type(model).__name__),
        *((name, "as usual" if said is None else repr(said)) for name, said in given),
    ]


def _versions(model: SequenceEstimator) -> Pairs:
    """Seed, time, versions and the machine."""
    history, training = model.history_, model.get_params(deep=False)["training"] or Training()
    seconds = sum(epoch.seconds for epoch in history.epochs)
    return [
        ("seed", str(training.seed)),
        ("trained", f"{len(history.epochs)} epochs in {seconds:,.1f} s, the weights of epoch {history.best} kept"),
        ("tsrnn", __version__),
        ("Python", platform.python_version()),
        *((name, importlib.metadata.version(name)) for name in _PACKAGES),
        ("machine", f"{platform.platform()}, {os.cpu_count()} cores"),
    ]
