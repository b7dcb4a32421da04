"""Bad input to an estimator of text: the right answer, or one clear error."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tsrnn
from tests.nlp.sentences import LABELS, PLAIN, QUICK, SMALL, TEXTS
from tsrnn.errors import DataError, ModelFileError, SettingError
from tsrnn.forecasters.naive import NaiveForecaster
from tsrnn.manifest import write_manifest
from tsrnn.nlp import Classes, TextClassifier, load


@pytest.fixture(scope="module")
def model() -> TextClassifier:
    return TextClassifier(**(SMALL | {"classes": PLAIN})).fit(TEXTS, LABELS)


def test_an_empty_text_an_empty_list_and_only_unknown_tokens_have_an_answer(model: TextClassifier) -> None:
    assert model.predict(["", "  \n"]).shape == (2,)
    assert model.predict([]).shape == (0,)
    assert model.predict_proba([]).shape == (0, 2)
    with pytest.warns(UserWarning, match="100% of the tokens are not in the vocabulary"):
        found = model.predict_proba(["日本 語", "\ud800 🙂"])
    np.testing.assert_allclose(found.sum(1), 1.0)


def test_a_line_of_a_megabyte_is_cut_with_a_warning(model: TextClassifier) -> None:
    with pytest.warns(UserWarning, match=r"1 of 2 texts have more than 1000 tokens; only the first 1000 are read"):
        found = model.predict_proba(["good " * 200_000, "so good"])
    np.testing.assert_allclose(found[1], model.predict_proba(["so good"])[0], atol=1e-5)
    np.testing.assert_allclose(found[0], model.predict_proba(["good " * 1000])[0], atol=1e-5)


@pytest.mark.parametrize(
    ("texts", "labels", "message"),
    [
        (["a", "b"], [1], "2 texts, but 1 labels; give one for each text"),
        ([], [], "no texts to learn from"),
        (["a", "b"], [1, 1], r"there is nothing to tell apart: all labels are \(1,\)"),
        (["", ""], [1, 0], "2 texts hold no token of kind 'words'"),
        (["a", None], [1, 0], "row 1 of the texts is None"),
        (["a", 3], [1, 0], "row 1 of the texts is 3"),
        (["a", "b"], [1, None], "the label of text 1 is missing"),
    ],
)
def test_what_cannot_be_learned_from_is_one_clear_error(texts: Any, labels: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        TextClassifier(training=QUICK).fit(texts, labels)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Classes(pooling="sum"), "unknown pooling 'sum'"),
        (lambda: Classes(weights="equal"), "unknown weights 'equal': choose one of balanced"),
        (lambda: Classes(weights={"a": 0}), "weights of classes must be above 0"),
        (lambda: Classes(blend=True, baseline=False), "blend=True needs the baseline"),
        (
            lambda: TextClassifier(classes=Classes(blend=True)).fit(TEXTS[:9], LABELS[:9]),
            "blend=True learns its weights on validation texts; give validation=… or more texts",
        ),
        (lambda: Classes(dropout=1.0), "dropout must be a share of at least 0 and below 1, got 1.0"),
        (lambda: Classes(longest=0), "longest must be a whole number of at least 1, got 0"),
        (lambda: TextClassifier(cell="gur", training=QUICK).fit(TEXTS, LABELS), "unknown cell 'gur'"),  # type: ignore[arg-type]
        (lambda: TextClassifier("letters").fit(TEXTS, LABELS), "unknown tokens 'letters'"),
    ],
)
def test_impossible_settings_are_refused(make: Any, message: str) -> None:
    with pytest.raises(SettingError, match=message):
        make()


def test_a_damaged_or_changed_folder_is_refused(model: TextClassifier, tmp_path: Path) -> None:
    folder = model.save(tmp_path / "model")
    settings = folder / "settings.json"
    good = json.loads(settings.read_text(encoding="utf-8"))
    facts = good["fitted"]
    vocabulary = facts["reader"]["vocabulary"]
    for change, message in (
        ({"estimator": "os.system"}, "model is damaged: SettingError: unknown estimator 'os.system'"),
        ({"settings": good["settings"] | {"classes": {"record": "Popen"}}}, "model is damaged: KeyError: 'Popen'"),
        ({"settings": good["settings"] | {"hidden_size": 7}}, "the weights hold .*, but the settings need"),
        ({"fitted": facts | {"reader": {"vocabulary": vocabulary | {"tokens": ["a"] * len(vocabulary["tokens"])},
                                        "subwords": None}}}, "a token stands twice in the vocabulary"),
        ({"fitted": facts | {"classes": ["a"]}}, "the weights hold readout.*, but the settings need"),
        ({"format": 99}, "settings.json has format 99, this tsrnn .* reads 2; upgrade tsrnn"),
    ):  # fmt: skip
        settings.write_text(json.dumps(good | change), encoding="utf-8")
        write_manifest(folder, ("settings.json", "weights.safetensors"))
        with pytest.raises(ModelFileError, match=message):
            load(folder)


def test_each_loader_names_the_other_for_the_other_kind_of_model(model: TextClassifier, tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"holds a model of text, not a forecaster; read it with tsrnn.nlp.load"):
        tsrnn.load(model.save(tmp_path / "text"))
    folder = NaiveForecaster(3).fit(np_series()).save(tmp_path / "numbers")
    with pytest.raises(ModelFileError, match=r"holds a forecaster, not a model of text; read it with tsrnn.load"):
        load(folder)


def np_series() -> Any:
    import pandas as pd

    return pd.Series(np.arange(20.0), pd.date_range("2024-01-01", periods=20, freq="D"))
