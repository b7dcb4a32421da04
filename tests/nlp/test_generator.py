"""TextGenerator: the stream and its state, how well text is foretold, writing on, and the estimator's promises."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV

from tsrnn.errors import DataError, NotFittedError, SettingError
from tsrnn.network import Network
from tsrnn.nlp.classifier import TextClassifier
from tsrnn.nlp.decoding import Sampling
from tsrnn.nlp.encoder import Embedding
from tsrnn.nlp.generator import TextGenerator
from tsrnn.nlp.language_model import Language, Stream, StreamLoss, reset_nats, stream_of, weight_drop
from tsrnn.nlp.models import load
from tsrnn.nlp.reader import Tokens
from tsrnn.nlp.texts import read_texts
from tsrnn.nn.state import State
from tsrnn.training import Training

RHYME = "one, two, buckle my shoe; three, four, knock at the door. "
QUICK = Training(epochs=2, batch_size=4, steps_per_epoch=None, learning_rate=0.02)
DROPPED = Language(window=16, weight_drop=0.3, tied=True)


def small(**changed: Any) -> TextGenerator:
    settings: dict[str, Any] = {"hidden_size": 12, "embedding": Embedding(6, dropout=0.1), "training": QUICK}
    return TextGenerator(**(settings | {"language": DROPPED} | changed))


@pytest.fixture(scope="module")
def fitted() -> TextGenerator:
    return small().fit([RHYME * 3, RHYME * 2, RHYME * 4])


def test_training_carries_the_state_and_cuts_it_off(fitted: TextGenerator) -> None:
    network = fitted.learned().network
    stream = Stream(stream_of(fitted.learned().reader.ids(read_texts([RHYME * 3]))), 2, 16)
    network.train()
    torch.manual_seed(0)
    network.settings = Language(dropout=0.0, reset=0.0)
    network.dropout = 0.0
    try:
        loss, state = StreamLoss(network, stream, stream), None
        for number in range(2 * len(stream)):
            inputs, targets = stream.window(number)
            scores, state = network(inputs, state if number % len(stream) else None)
            expected = torch.nn.functional.cross_entropy(scores.flatten(0, 1), targets.flatten())
            found = loss(torch.tensor([0]))
            assert float(found.detach()) == pytest.approx(float(expected.detach()), abs=1e-5)
            found.backward()  # type: ignore[no-untyped-call]  # would fail if it went into the window before
    finally:
        network.settings, network.dropout = DROPPED, 0.1
        network.zero_grad()
        network.eval()


def test_some_columns_begin_anew_and_the_others_go_on(fitted: TextGenerator) -> None:
    network = fitted.learned().network
    stream = Stream(torch.arange(1000) % 9, 50, 4)
    full = State(torch.ones(1, 50, 12), torch.ones(1, 50, 12))
    try:
        network.settings = Language(reset=0.5)
        torch.manual_seed(0)
        loss = StreamLoss(network, stream, stream)
        found = loss._emptied(full)
        loss.forget()
    finally:
        network.settings = DROPPED
    assert found.memory is not None and torch.equal(found.hidden, found.memory)
    assert 10 < int(found.hidden[0, :, 0].sum()) < 40 and set(found.hidden.flatten().tolist()) == {0.0, 1.0}
    assert torch.equal(found.hidden, found.hidden[:, :, :1].expand_as(found.hidden))


def test_weights_are_dropped_in_the_block_alone(fitted: TextGenerator) -> None:
    core = fitted.learned().network.encoder.core
    before = core.weights[0].weight_hh.detach().clone()
    core.train()
    with weight_drop(core, 0.5):
        share = float((core.weights[0]().weight_hh == 0).double().mean())
        names = {name for name, _ in core.named_parameters()}
    core.eval()
    assert 0.3 < share < 0.7
    assert names != {name for name, _ in core.named_parameters()}
    assert torch.equal(core.weights[0].weight_hh, before)


def test_locked_dropout_leaves_out_the_same_numbers_at_each_step() -> None:
    network = small(language=Language(dropout=0.5)).fit([RHYME]).learned().network.train()
    x = torch.ones(3, 7, 12)
    locked = network._thinned(x, 0.5)
    assert torch.equal(locked, locked[:, :1].expand_as(locked))
    assert not torch.equal(locked[0], locked[1])
    network.settings = Language(locked=False)
    assert not torch.equal(network._thinned(x, 0.5)[:, 0], network._thinned(x, 0.5)[:, 1])


def stepwise(model: TextGenerator, text: str, window: int | None) -> float:
    """-log p by `step`, one token after the other, the state emptied every `window` tokens."""
    network, ids = model.learned().network, stream_of(model.learned().reader.ids(read_texts([text])))
    total, state = 0.0, network.encoder.core.initial_state(1)
    with torch.no_grad():
        for place in range(len(ids) - 1):
            if window is not None and place % window == 0:
                state = network.encoder.core.initial_state(1)
            out, state = network.encoder.core.step(network.encoder.embed(ids[place : place + 1]), state)
            scores = network.readout(out, network.encoder.embed.table.weight)
            total -= float(torch.log_softmax(scores.double(), 1)[0, ids[place + 1]])
    return total


def test_texts_are_foretold_as_step_by_step_with_the_state_carried_and_reset(fitted: TextGenerator) -> None:
    frame = fitted.evaluate([RHYME], window=9).set_index("state")
    tokens = len(RHYME) + 1
    for state, window in (("carried", None), ("reset", 9)):
        total = stepwise(fitted, RHYME, window)
        assert frame.loc[state, "nats"] == pytest.approx(total / tokens, abs=1e-5)
        assert frame.loc[state, "perplexity"] == pytest.approx(math.exp(total / tokens), rel=1e-4)
        assert frame.loc[state, "bits_per_character"] == pytest.approx(total / tokens / math.log(2), abs=1e-5)
    assert fitted.score([RHYME]) == pytest.approx(-frame["nats"].loc["carried"])
    assert fitted.log_likelihood([RHYME])[0] == pytest.approx(-stepwise(fitted, RHYME, None), abs=1e-3)
    network, ids = fitted.learned().network, stream_of(fitted.learned().reader.ids(read_texts([RHYME])))
    assert reset_nats(network, ids, 10_000) == pytest.approx(-fitted.log_likelihood([RHYME])[0], rel=1e-5)


def test_a_text_alone_is_as_probable_as_among_others(fitted: TextGenerator) -> None:
    texts = ["one", "", "knock at the door", "zzz", "two, buckle"]
    alone = [fitted.log_likelihood([text])[0] for text in texts]
    assert fitted.log_likelihood(texts) == pytest.approx(alone, abs=1e-4)
    together = fitted.predict_proba(texts)
    assert np.allclose(together.sum(1), 1)
    for row, text in enumerate(texts):
        assert np.abs(together[row] - fitted.predict_proba([text])[0]).max() < 1e-5


def test_unknown_letters_are_warned_of(fitted: TextGenerator) -> None:
    with pytest.warns(UserWarning, match="100% of the tokens are not in the vocabulary"):
        fitted.generate(["ZZZ"], length=1)


def test_a_rhyme_is_learned_by_heart_and_stops_where_it_should() -> None:
    training = Training(epochs=60, batch_size=8, steps_per_epoch=None, learning_rate=0.02, validation=0.0)
    model = small(hidden_size=32, language=Language(window=32, dropout=0.0), training=training).fit([RHYME * 12])
    best = Sampling(temperature=0.0)
    assert model.generate(["one, two, "], length=15, sampling=best) == ["buckle my shoe;"]
    assert model.generate(["one, two, "], sampling=best, stop="; three") == ["buckle my shoe"]
    assert model.generate(["three, "], sampling=best, stop=["door", "at the"]) == ["four, knock "]
    pieces = list(model.stream("one, two, ", length=15, sampling=best))
    assert pieces == list("buckle my shoe;")
    assert list(model.stream("one, two, ", length=15, sampling=best, stop="my hat"))[7:9] == ["my s", "h"]


def test_words_go_on_with_a_blank_between_and_repetition_is_held_back() -> None:
    model = small(tokens="words", language=Language(window=8)).fit([RHYME * 9])
    (text,) = model.generate(["one, two, buckle"], length=12, sampling=Sampling(no_repeat=1))
    words = text.replace(",", " ,").replace(";", " ;").replace(".", " .").split()
    assert text[0] in " ;." and len(words) == len(set(words)) > 3
    assert not {"one", ",", "two", "buckle"} & set(words)  # said before


def test_the_same_seed_writes_the_same_and_each_text_alone_as_among_others(fitted: TextGenerator) -> None:
    prompts = ["one", "two, ", ""]
    once = fitted.generate(prompts, length=30, seed=1)
    assert once == fitted.generate(prompts, length=30, seed=1) != fitted.generate(prompts, length=30, seed=2)
    assert once == [fitted.generate([prompt], length=30, seed=1)[0] for prompt in prompts]
    assert once == ["".join(fitted.stream(prompt, length=30, seed=1)) for prompt in prompts]


def test_series_come_back_as_series_with_their_index(fitted: TextGenerator) -> None:
    series = pd.Series(["one", "two"], index=["x", "y"])
    assert fitted.predict(series).index.tolist() == ["x", "y"]
    frame = fitted.predict_proba(series)
    assert frame.index.tolist() == ["x", "y"] and frame.columns[4:].tolist() == list(
        fitted.learned().reader.vocabulary.tokens
    )
    assert fitted.log_likelihood(series).loc["x"] == pytest.approx(fitted.log_likelihood(["one"])[0])


@pytest.mark.parametrize("changed", [{}, {"tokens": "bpe"}, {"cell": "gru", "language": None}])
def test_a_saved_model_answers_as_before(tmp_path: Path, changed: dict[str, Any]) -> None:
    model = small(**changed, network=Network(num_layers=2)).fit([RHYME * 4])
    again = load(model.save(tmp_path / "model"))
    assert again.generate(["one"], length=20) == model.generate(["one"], length=20)
    assert again.evaluate([RHYME]).equals(model.evaluate([RHYME]))
    assert repr(again.history_) == repr(model.history_)


def test_the_same_seed_learns_the_same_and_clones_are_unfitted(fitted: TextGenerator) -> None:
    again = clone(fitted).fit([RHYME * 3, RHYME * 2, RHYME * 4])
    assert again.log_likelihood([RHYME]).tolist() == fitted.log_likelihood([RHYME]).tolist()
    other = clone(fitted).set_params(training=Training(epochs=2, batch_size=4, steps_per_epoch=None, seed=5))
    assert other.fit([RHYME * 3]).log_likelihood([RHYME]).tolist() != fitted.log_likelihood([RHYME]).tolist()
    with pytest.raises(NotFittedError, match="TextGenerator has not been fitted"):
        clone(fitted).generate(["a"])


@pytest.mark.parametrize("steps", [None, 5])
def test_a_training_that_was_stopped_goes_on_as_if_nothing_had_happened(tmp_path: Path, steps: int | None) -> None:
    whole = small(training=replace(QUICK, epochs=4, steps_per_epoch=steps, schedule="constant")).fit([RHYME * 9])
    folder = str(tmp_path / "checkpoints")
    kept = replace(QUICK, epochs=4, steps_per_epoch=steps, schedule="constant", checkpoint=folder)
    calls: list[int] = []
    call = StreamLoss.__call__

    def stops(self: StreamLoss, examples: torch.Tensor) -> torch.Tensor:
        calls.append(1)
        if len(calls) == stop:
            raise KeyboardInterrupt
        return call(self, examples)

    stop = 2 * (steps or 8) + 6  # somewhere in the third epoch
    with pytest.MonkeyPatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(StreamLoss, "__call__", stops)
        small(training=kept).fit([RHYME * 9])
    again = small(training=replace(kept, resume=True)).fit([RHYME * 9])
    assert [epoch.training for epoch in again.history_.epochs] == [epoch.training for epoch in whole.history_.epochs]
    assert again.log_likelihood([RHYME]).tolist() == whole.log_likelihood([RHYME]).tolist()


def test_going_on_from_another_begins_where_it_ended(fitted: TextGenerator) -> None:
    texts = [RHYME * 3, RHYME * 2, RHYME * 4]
    further = small(training=Training(epochs=1, batch_size=4, learning_rate=1e-9, init=fitted)).fit(texts)
    assert further.score([RHYME]) == pytest.approx(fitted.score([RHYME]), abs=1e-4)
    with pytest.raises(SettingError, match="give tokens=… the same"):
        small(tokens="words", training=Training(init=fitted)).fit(texts)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (None, "texts must be a list or a Series of texts, got NoneType"),
        ("one text", r"got one text: give \[text\]"),
        ([], "no texts to learn from; give at least one"),
        ([""], "1 texts hold no token of kind 'characters'"),
        (["a", None], "row 1 of the texts is None"),
        ([3.5], "row 0 of the texts is 3.5"),
    ],
)
def test_what_is_no_text_is_refused(data: Any, words: str) -> None:
    with pytest.raises(DataError, match=words):
        small().fit(data)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"length": -1}, "length must be a whole number of at least 0, got -1"),
        ({"stop": ""}, "stop must be strings that are not empty, got ''"),
        ({"seed": -1}, "seed must be a whole number of at least 0, got -1"),
    ],
)
def test_what_cannot_be_written_is_refused(fitted: TextGenerator, asked: dict[str, Any], words: str) -> None:
    with pytest.raises(SettingError, match=words):
        fitted.generate(["one"], **asked)
    with pytest.raises(SettingError, match=words):
        next(itertools.chain(fitted.stream("one", **asked)))


def test_settings_can_be_searched_for() -> None:
    short = Training(epochs=1, batch_size=4, steps_per_epoch=1)
    search = GridSearchCV(small(training=short), {"hidden_size": [2, 4]}, cv=2).fit([RHYME, RHYME, RHYME, RHYME])
    assert search.best_params_["hidden_size"] in (2, 4) and math.isfinite(search.best_score_)


def test_a_classifier_goes_on_from_what_was_read() -> None:
    tokens, texts = Tokens("words"), ["good and warm", "bad and dull"] * 4
    shape: dict[str, Any] = {"cell": "gru", "hidden_size": 6, "embedding": Embedding(5), "network": Network()}
    short = Training(epochs=1, batch_size=4, learning_rate=1e-9)
    model = TextGenerator(tokens, **shape, training=short).fit(texts)
    further = TextClassifier(tokens, **shape, training=replace(short, init=model)).fit(texts, [1, 0] * 4)
    ours, theirs = further.learned().network.encoder, model.learned().network.encoder
    assert torch.allclose(ours.core.weights[0].weight_hh, theirs.core.weights[0].weight_hh, atol=1e-6)
    assert torch.allclose(ours.embed.table.weight, theirs.embed.table.weight, atol=1e-6)


def test_a_core_that_reads_backwards_is_refused() -> None:
    with pytest.raises(SettingError, match="a language model reads forward"):
        small(network=Network(bidirectional=True)).fit([RHYME])


def test_nothing_to_evaluate_is_refused(fitted: TextGenerator) -> None:
    with pytest.raises(DataError, match="no tokens to evaluate on"):
        fitted.evaluate([""])
