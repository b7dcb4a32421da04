"""Saved models of text: a folder of `settings.json` and `weights.safetensors`, and the closed set of classes in it."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from tsrnn.errors import ModelFileError, choices
from tsrnn.folder import Registry, damaged, read_folder, write_folder
from tsrnn.network import Network
from tsrnn.nlp.completer_model import Completion
from tsrnn.nlp.decoding import Beam
from tsrnn.nlp.encoder import Embedding
from tsrnn.nlp.estimator import SequenceEstimator
from tsrnn.nlp.language_model import Language
from tsrnn.nlp.normalization import Normalization
from tsrnn.nlp.output import Alphabet, Classes, Tags
from tsrnn.nlp.pretraining import Pretraining
from tsrnn.nlp.reader import Tokens
from tsrnn.nlp.translator_model import Translation
from tsrnn.training import Training

ESTIMATORS = {
    "CTCRecognizer": "tsrnn.nlp.recognizer",
    "SequenceTagger": "tsrnn.nlp.tagger",
    "TextClassifier": "tsrnn.nlp.classifier",
    "TextGenerator": "tsrnn.nlp.generator",
    "Translator": "tsrnn.nlp.translator",
    "WordCompleter": "tsrnn.nlp.completer",
}
RECORDS: tuple[type, ...] = (
    Alphabet,
    Beam,
    Classes,
    Completion,
    Embedding,
    Language,
    Network,
    Normalization,
    Pretraining,
    Tags,
    Tokens,
    Training,
    Translation,
)


def estimator_class(name: str) -> type[SequenceEstimator]:
    """The class of that name; SettingError for an unknown one."""
    if name not in ESTIMATORS:
        raise choices("estimator", name, ESTIMATORS)
    found: type[SequenceEstimator] = getattr(import_module(ESTIMATORS[name]), name)
    return found


def save(model: SequenceEstimator, path: str | Path) -> Path:
    """Writes a fitted estimator to the folder `path`, replacing a model that stands there, and gives the path.

    The folder appears whole or not at all. Raises NotFittedError before `fit`, and ModelFileError where `path` holds
    something that is no model.
    """
    facts, arrays = model.learned().state()
    settings = {
        "estimator": _kind(model),
        "settings": _REGISTRY.encode(model.get_params(deep=False)),
        "fitted": facts,
    }
    return write_folder(path, settings, {name: np.asarray(array) for name, array in arrays.items()})


def load(path: str | Path) -> Any:
    """The fitted estimator saved at `path`; it answers exactly as it did.

    Raises ModelFileError naming the file where it is missing, damaged, or of a newer format, and for a forecaster.
    """
    settings, arrays = read_folder(path)
    if "model" in settings:
        raise ModelFileError(f"{path} holds a forecaster, not a model of text; read it with tsrnn.load")
    try:
        model = estimator_class(settings["estimator"])(**_REGISTRY.decode(settings["settings"]))
        model.fitted_ = model._restore(settings["fitted"], arrays)
    except (KeyError, TypeError, ValueError, RuntimeError, IndexError, AttributeError) as problem:
        raise damaged(path, problem) from problem
    return model


def _kind(model: SequenceEstimator) -> str:
    for name in ESTIMATORS:
        if type(model).__name__ == name and type(model) is estimator_class(name):
            return name
    raise ModelFileError(f"{type(model).__name__} is not one of tsrnn's own estimators ({', '.join(ESTIMATORS)})")


def _kind_inside(value: Any) -> str | None:
    return _kind(value) if isinstance(value, SequenceEstimator) else None


_REGISTRY = Registry(
    {record.__name__: record for record in RECORDS},
    "estimator",
    _kind_inside,
    lambda name, settings: estimator_class(name)(**settings),
)
