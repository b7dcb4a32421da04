"""Strange and bad text to every estimator that reads it: an answer of the right shape, or one clear error."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.nlp.sentences import LABELS, PLAIN, SMALL, TEXTS
from tsrnn.errors import DataError, ModelFileError
from tsrnn.manifest import write_manifest
from tsrnn.nlp import SequenceTagger, TextClassifier, TextGenerator, Tokens, Translator, WordCompleter, load
from tsrnn.training import Training

SHORT = Training(epochs=1, batch_size=8, steps_per_epoch=2, validation=0.0)
TINY: dict[str, Any] = {"hidden_size": 4, "training": SHORT}
STRANGE = ["", "  \n\t", "日本 語", "\ud800 🙂", "한글 and 🙂👨‍👩‍👧 mixed ᄒ", "a\x00b\u2028\u202e<b>"]
MEGABYTE = "good " * 200_000
SENTENCES = [text.split() for text in TEXTS]


@pytest.fixture(scope="module")
def models() -> dict[str, Any]:
    return {
        "tagger": SequenceTagger(**TINY).fit(SENTENCES, [["X"] * len(row) for row in SENTENCES]),  # one tag alone
        "generator": TextGenerator(**TINY).fit(TEXTS),
        "words": TextGenerator("words", **TINY).fit(TEXTS),
        "translator": Translator(**TINY).fit(TEXTS, TEXTS[::-1]),
        "completer": WordCompleter(**TINY).fit(["word", "wood", "나무"] * 3),
    }


# What each is asked of one text, and whether the answer is of the right shape.
ASKED: dict[str, Callable[[Any, str], bool]] = {
    "tagger": lambda model, text: len(model.predict([text.split()])[0]) == len(text.split()),
    "generator": lambda model, text: (
        isinstance(model.generate([text], length=3)[0], str) and np.isfinite(model.log_likelihood([text])).all()
    ),
    "words": lambda model, text: model.predict_proba([text]).sum() == pytest.approx(1.0),
    "translator": lambda model, text: isinstance(model.predict([text])[0], str),
    "completer": lambda model, text: isinstance(model.predict([text])[0], str),
}


@pytest.mark.filterwarnings("ignore:.*not in the vocabulary")
@pytest.mark.parametrize("kind", ASKED)
@pytest.mark.parametrize("text", STRANGE, ids=ascii)
def test_every_text_has_an_answer(models: dict[str, Any], kind: str, text: str) -> None:
    if kind == "completer":
        text = text.replace("_", "") + "_"
    assert ASKED[kind](models[kind], text)


@pytest.mark.slow
@pytest.mark.parametrize("kind", [kind for kind in ASKED if kind != "completer"])
def test_a_line_of_a_megabyte_has_an_answer(models: dict[str, Any], kind: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        assert ASKED[kind](models[kind], MEGABYTE)


def test_a_long_text_is_foretold_in_stretches_as_at_once(
    models: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = ["good bad " * 30, "bad", ""]
    at_once = models["generator"].log_likelihood(texts)
    monkeypatch.setattr("tsrnn.nlp.language_model._STRETCH", 7)
    np.testing.assert_allclose(models["generator"].log_likelihood(texts), at_once, rtol=1e-6)


@pytest.mark.parametrize("kind", ASKED)
@pytest.mark.parametrize(
    ("data", "message"),
    [
        (["a", None], "is None"),
        (["a", 3.5], "is 3.5"),
        ("one text", "must be a list or a Series"),
        (7, "must be a list or a Series of texts, got int"),
        ({"a": 1}, "must be a list or a Series of texts, got dict"),
    ],
)
def test_what_is_no_text_is_one_clear_error(models: dict[str, Any], kind: str, data: Any, message: str) -> None:
    if kind == "tagger" and isinstance(data, list):
        data = [["a"], data[1]]
    with pytest.raises(DataError, match=message):
        models[kind].predict(data)


def test_pairs_of_other_lengths_and_sentences_of_other_lengths_are_refused() -> None:
    with pytest.raises(DataError, match="2 texts, but 1 translations; give one for each"):
        Translator(**TINY).fit(["a", "b"], ["a"])
    with pytest.raises(DataError, match="sentence 1 has 2 words, but 1 tags"):
        SequenceTagger(**TINY).fit([["a"], ["a", "b"]], [["X"], ["X"]])


def test_a_tokenizer_changed_by_hand_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("tokenizers")
    model = TextClassifier(Tokens("bpe", size=300), **(SMALL | {"classes": PLAIN, "training": SHORT}))
    folder = model.fit(TEXTS, LABELS).save(tmp_path / "model")
    settings = folder / "settings.json"
    told = json.loads(settings.read_text(encoding="utf-8"))
    pieces = json.loads(told["fitted"]["reader"]["subwords"])
    renamed = {f"{piece}~" if number == 299 else piece: number for piece, number in pieces["model"]["vocab"].items()}
    for change, message in (
        ("{", "the tokenizer's JSON is damaged: "),
        (json.dumps(pieces | {"model": pieces["model"] | {"vocab": renamed, "merges": []}}), "not those of the vocab"),
    ):
        told["fitted"]["reader"]["subwords"] = change
        settings.write_text(json.dumps(told), encoding="utf-8")
        with pytest.raises(ModelFileError, match=r"settings.json is damaged"):
            load(folder)
        write_manifest(folder, ("settings.json", "weights.safetensors"))  # whoever changes that too
        with pytest.raises(ModelFileError, match=message):
            load(folder)
