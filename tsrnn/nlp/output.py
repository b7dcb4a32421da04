"""What is read from the core's outputs, as the settings of each estimator give it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tsrnn.errors import SettingError, choices, whole_number
from tsrnn.nlp.pooling import POOLINGS


@dataclass(frozen=True)
class Classes:
    """How a TextClassifier comes from the outputs of the core to classes.

    - `pooling`: `"mean"`, `"max"`, `"last"` or `"attention"` over the steps of a text; `dropout` before the last layer.
    - `weights`: of the classes in the loss; `"balanced"` makes rare ones as heavy as frequent ones, a mapping gives the
      weight of each class it names and 1 to the others.
    - `multilabel`: a text may have several classes or none; its labels are then a list.
    - `baseline`: fit TF-IDF and logistic regression beside the network, to compare; `blend`: answer with both, weighed
      by what the validation texts say.
    - `longest`: the most tokens of a text that are read; what is behind them is left out, with a warning.

    >>> Classes(pooling="attention").blend
    False
    """

    pooling: str = "mean"
    dropout: float = 0.3
    weights: str | Mapping[Any, float] | None = None
    multilabel: bool = False
    baseline: bool = True
    blend: bool = False
    longest: int = 1000

    def __post_init__(self) -> None:
        if self.pooling not in POOLINGS:
            raise choices("pooling", self.pooling, POOLINGS)
        check_share("dropout", self.dropout)
        if isinstance(self.weights, str) and self.weights != "balanced":
            raise choices("weights", self.weights, ["balanced"])
        if isinstance(self.weights, Mapping) and not all(value > 0 for value in self.weights.values()):
            raise SettingError(f"weights of classes must be above 0, got {dict(self.weights)!r}")
        if self.blend and not self.baseline:
            raise SettingError("blend=True needs the baseline: give baseline=True")
        whole_number("longest", self.longest, 1)


@dataclass(frozen=True)
class Tags:
    """How a SequenceTagger comes from the outputs of the core to tags.

    - `crf`: score whole sequences of tags (a conditional random field), else each tag by itself.
    - `characters`: numbers that the spelling of a word gives in each direction, read by a recurrent core of its own;
      0 for none. `dropout` before the last layer.

    >>> Tags().characters
    25
    """

    crf: bool = False
    characters: int = 25
    dropout: float = 0.3

    def __post_init__(self) -> None:
        whole_number("characters", self.characters, 0)
        check_share("dropout", self.dropout)


@dataclass(frozen=True)
class Alphabet:
    """How a CTCRecognizer comes from the outputs of the core to symbols.

    - `beam`: sequences kept while searching; 1 takes the best symbol of each step. `dropout` before the last layer.
    """

    beam: int = 1
    dropout: float = 0.0

    def __post_init__(self) -> None:
        whole_number("beam", self.beam, 1)
        check_share("dropout", self.dropout)


def check_share(name: str, got: float) -> None:
    """SettingError for a share that is not at least 0 and below 1."""
    if not 0 <= got < 1:
        raise SettingError(f"{name} must be a share of at least 0 and below 1, got {got!r}")
