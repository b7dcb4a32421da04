"""Labels of texts: one class or several a text, as the caller gives them, and as numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tsrnn.errors import DataError

Targets = NDArray[np.int64]  # (text,) class numbers, or (text, class) of 0 and 1


def read_labels(labels: Any) -> list[Any]:
    """One label a text as a list of plain Python values; DataError where one is missing or there is no list."""
    if isinstance(labels, (str, bytes, dict, pd.DataFrame)) or not isinstance(labels, Iterable):
        raise DataError(f"labels must be a list, an array or a Series, got {type(labels).__name__}")
    if isinstance(labels, np.ndarray) and labels.ndim != 1:
        raise DataError(f"labels must be one a text, got a table of shape {labels.shape}; give the list of each text")
    found = labels.tolist() if isinstance(labels, (np.ndarray, pd.Series)) else list(labels)
    for place, label in enumerate(found):
        if label is None or label is pd.NA or (isinstance(label, float) and np.isnan(label)):
            raise DataError(f"the label of text {place} is missing; drop the text, or give its class")
    return [label.item() if isinstance(label, np.generic) else label for label in found]


def sorted_classes(labels: list[Any], *, multilabel: bool) -> tuple[Any, ...]:
    """The classes that occur, sorted; DataError for fewer than two, or for labels that cannot be sorted together."""
    try:
        each = set(_each(labels)) if multilabel else set(labels)
    except TypeError:
        raise DataError(
            "a text has one label, a text or a whole number; for several a text, Classes(multilabel=True)"
        ) from None
    try:
        classes = tuple(sorted(each))
    except TypeError:
        kinds = sorted({type(label).__name__ for label in each})
        raise DataError(f"labels must be all text or all numbers, got {' and '.join(kinds)}") from None
    if len(classes) < (1 if multilabel else 2):
        raise DataError(f"there is nothing to tell apart: all labels are {classes}; give texts of two classes or more")
    return classes


def numbered(labels: list[Any], classes: tuple[Any, ...], *, multilabel: bool) -> Targets:
    """The labels as class numbers `(text,)`, or with `multilabel` 0 and 1 `(text, class)`; DataError for a new one."""
    places = {label: place for place, label in enumerate(classes)}
    unknown = [label for label in (_each(labels) if multilabel else labels) if label not in places]
    if unknown:
        raise DataError(f"label {unknown[0]!r} is none of those that were fitted: {', '.join(map(repr, classes[:20]))}")
    if not multilabel:
        return np.array([places[label] for label in labels], np.int64)
    found = np.zeros((len(labels), len(classes)), np.int64)
    for row, several in enumerate(labels):
        found[row, [places[label] for label in several]] = 1
    return found


def class_weights(
    setting: str | Mapping[Any, float] | None, classes: tuple[Any, ...], targets: Targets
) -> NDArray[np.float32]:
    """The weight of each class in the loss, `(class,)`, 1 in the mean over the texts."""
    counts = (
        np.bincount(targets, minlength=len(classes)).astype(np.float64) if targets.ndim == 1 else targets.sum(0) * 1.0
    )
    if setting is None:
        return np.ones(len(classes), np.float32)
    if isinstance(setting, str):
        weights = 1.0 / np.maximum(counts, 1.0)
    else:
        strange = [name for name in setting if name not in classes and name not in map(str, classes)]
        if strange:
            raise DataError(f"weights name the class {strange[0]!r}, which no text has; there are {classes!r}")
        weights = np.array([setting.get(label, setting.get(str(label), 1.0)) for label in classes], np.float64)
    scaled: NDArray[np.float32] = (weights * counts.sum() / (weights * counts).sum()).astype(np.float32)
    return scaled


def _each(labels: list[Any]) -> list[Any]:
    for place, several in enumerate(labels):
        if not isinstance(several, (list, tuple, set, frozenset)):
            raise DataError(
                f"with multilabel=True the labels of a text are a list, such as ['sport', 'money']; text {place} has "
                f"{several!r}"
            )
    return [label for several in labels for label in several]
