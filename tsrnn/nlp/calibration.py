"""Calibration: how far scores have to be scaled, and how two models are blended, for the validation texts' sake."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, log_softmax, softmax

from tsrnn.nlp.baseline import Scores
from tsrnn.nlp.labels import Targets

_LEAST, _MOST = 0.01, 20.0  # at 0 a model would say nothing, and the first class would win every tie


def probabilities(scores: Scores, *, multilabel: bool) -> Scores:
    """Probabilities `(text, class)` from scores: of one class a text, or of each class by itself."""
    found: Scores = expit(scores) if multilabel else softmax(scores, axis=1)
    return found


def log_loss(scores: Scores, targets: Targets) -> float:
    """The mean negative log-likelihood of class numbers `(text,)`, or of 0 and 1 `(text, class)`."""
    if targets.ndim == 2:
        return float((np.logaddexp(0.0, scores) - targets * scores).sum(1).mean())
    return float(-log_softmax(scores, axis=1)[np.arange(len(targets)), targets].mean())


def accuracy(scores: Scores, targets: Targets) -> float:
    """The share of texts whose class is right, or whose labels all are."""
    if targets.ndim == 2:
        return float(((scores > 0) == targets.astype(bool)).all(1).mean())
    return float((scores.argmax(1) == targets).mean())


def fit_scales(parts: list[Scores], targets: Targets) -> NDArray[np.float64]:
    """The factor of each model's scores whose sum has the smallest log loss on these texts.

    For one model this is temperature scaling (Guo and others, 2017, arXiv:1706.04599), for two a blend with a learned
    weight. Factors begin at 1 over the number of models, and few texts move them little: a normal prior of deviation 1.
    """
    start = np.full(len(parts), 1.0 / len(parts))

    def cost(factors: NDArray[np.float64]) -> float:
        mixed = sum(factor * part for factor, part in zip(factors, parts, strict=True))
        return log_loss(np.asarray(mixed), targets) * len(targets) + 0.5 * float(((factors - start) ** 2).sum())

    found = minimize(cost, start, method="L-BFGS-B", bounds=[(_LEAST, _MOST)] * len(parts))
    return np.asarray(found.x, np.float64)
