"""What an estimator of text is: settings as given, one object that was learned, and a folder to keep it in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, Protocol

import pandas as pd
from sklearn.base import BaseEstimator

from tsrnn.errors import DataError, NotFittedError, SettingError
from tsrnn.folder import Arrays
from tsrnn.nlp.reader import Reader, unknown_share
from tsrnn.nlp.texts import Texts, read_texts
from tsrnn.training import History

Facts = dict[str, Any]


class Learned(Protocol):
    """What was learned: numbers in, numbers out, without the caller's Series."""

    @property
    def history(self) -> History:
        """How the training went."""
        ...

    def state(self) -> tuple[Facts, Arrays]:
        """What `_restore` needs to make this object again: facts that JSON holds, and named arrays."""
        ...


class SequenceEstimator(BaseEstimator, ABC):  # type: ignore[misc]
    """The border that all estimators of this package share.

    Subclasses are final; they give a constructor that stores its arguments as given, `fit`, which leaves `fitted_`, and
    `_restore`.
    """

    fitted_: Any

    @abstractmethod
    def _restore(self, facts: Facts, arrays: Arrays) -> Learned:
        """The learned object again, from its `state()`."""

    def learned(self) -> Any:
        """What `fit` left; NotFittedError before it."""
        if "fitted_" not in self.__dict__:
            raise NotFittedError(f"{type(self).__name__} has not been fitted: call fit first")
        return self.fitted_

    def save(self, path: str | Path) -> Path:
        """Writes the fitted model as a folder; `tsrnn.nlp.load(path)` reads it back."""
        from tsrnn.nlp.models import save

        return save(self, path)

    @property
    def history_(self) -> History:
        """The epochs of the training, and the one whose weights were kept."""
        found: History = self.learned().history
        return found


class TextEstimator(SequenceEstimator, ABC):
    """An estimator that reads texts: what it learned has a `reader`."""

    def oov_rate(self, data: Any) -> float:
        """The share of the texts' tokens that the model does not know, 0 to 1."""
        reader: Reader = self.learned().reader
        return unknown_share(reader.ids(read_texts(data)))


def start_from(init: Any, *kinds: str) -> Any:
    """What the fitted estimator named by `Training(init=…)` learned: the estimator, or the path of a saved one."""
    if isinstance(init, (str, Path)):
        from tsrnn.nlp.models import load

        init = load(init)
    if not (isinstance(init, SequenceEstimator) and type(init).__name__ in kinds):
        needed = " or ".join(filter(None, [", ".join(kinds[:-1]), kinds[-1]]))
        raise SettingError(f"Training(init=…) takes a fitted {needed}, or the path of a saved one; got {init!r}")
    return init.learned()


def paired(texts: Texts, targets: list[Any], what: str, given: Any) -> None:
    """DataError where there is not one target a text, an index `given` with them is another, or there are none."""
    if len(texts) != len(targets):
        raise DataError(f"{len(texts)} texts, but {len(targets)} {what}; give one for each text")
    if not len(texts):
        raise DataError("no texts to learn from; give at least two")
    if texts.index is not None and isinstance(given, pd.Series) and not texts.index.equals(given.index):
        raise DataError(
            f"the texts and the {what} have different indexes, {texts.index[:3].tolist()} and "
            f"{given.index[:3].tolist()} at first; bring them into one order with .loc, or give lists to pair by place"
        )
