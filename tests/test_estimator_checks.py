"""scikit-learn's own checks of estimators: all of them for the regressor, those without data for everything else."""

from __future__ import annotations

from typing import Any
from unittest import SkipTest

import pytest
from sklearn.utils.estimator_checks import estimator_checks_generator

from tests.series import forecasters
from tsrnn.nlp import CTCRecognizer, SequenceTagger, TextClassifier, TextGenerator, Translator, WordCompleter
from tsrnn.regressor import RecurrentRegressor
from tsrnn.training import Training
from tsrnn.window_transformer import WindowTransformer

# What RecurrentRegressor does otherwise, and why.
EXCEPTIONS = {
    "check_estimators_unfitted": "tsrnn has a NotFittedError of its own, a ValueError and AttributeError like theirs",
    "check_dtype_object": "what is no number at all is a DataError, a ValueError, where they raise TypeError",
}
# They hand over arrays of random numbers, two-dimensional; a frame, texts or tags have to be given to the others.
WITHOUT_DATA = {
    "check_do_not_raise_errors_in_init_or_set_param",
    "check_estimator_cloneable",
    "check_estimator_repr",
    "check_estimator_tags_renamed",
    "check_get_params_invariance",
    "check_mixin_order",
    "check_no_attributes_set_in_init",
    "check_parameters_default_constructible",
    "check_set_params",
    "check_valid_tag_types",
}
# scikit-learn takes these for transformers, since they have a setting called `transform`.
TRANSFORMING = {"gru", "lstm", "ridge", "rnn"}
TEXT = (CTCRecognizer, SequenceTagger, TextClassifier, TextGenerator, Translator, WordCompleter)
OTHERS: list[Any] = [
    *(WindowTransformer(4, 2), *(kind() for kind in TEXT)),
    *(model for name, model in forecasters().items() if name not in TRANSFORMING),
]


def name_of(check: Any) -> str:
    return str(getattr(check, "func", check).__name__)


def run(estimator: Any, wanted: set[str] | None = None) -> dict[str, BaseException | None]:
    """What came of the checks of an estimator, by name."""
    found: dict[str, BaseException | None] = {}
    for made, check in estimator_checks_generator(estimator, mark=None):
        name = name_of(check)
        if wanted is None or name in wanted:
            try:
                check(made)
            except Exception as problem:
                found[name] = problem
            else:
                found.setdefault(name, None)
    return found


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_the_regressor_passes_all_checks_but_those_with_a_reason() -> None:
    quick = RecurrentRegressor(2, training=Training(epochs=1, steps_per_epoch=1, batch_size=16))
    found = run(quick)
    failed = {name for name, problem in found.items() if not isinstance(problem, SkipTest | None)}
    assert failed == set(EXCEPTIONS), {name: str(found[name])[:300] for name in failed ^ set(EXCEPTIONS)}
    assert len(found) > 40


@pytest.mark.parametrize("estimator", OTHERS, ids=lambda made: type(made).__name__)
def test_settings_and_clones_of_every_estimator_are_as_scikit_learn_wants_them(estimator: Any) -> None:
    found = run(estimator, WITHOUT_DATA)
    assert {name: problem for name, problem in found.items() if problem is not None} == {}
    assert len(found) >= 9
