"""Pretraining: each direction foretells what it has not read, labels come after, other tasks lend their encoders."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

from tests.nlp.sentences import LABELS, PLAIN, SMALL, TEXTS
from tsrnn.errors import SettingError
from tsrnn.forecasters.recurrent import GRUForecaster
from tsrnn.network import Network
from tsrnn.nlp import Embedding, Pretraining, SequenceTagger, Tags, TextClassifier, TextGenerator, Tokens, load
from tsrnn.nlp.encoder import Embedder, Encoder
from tsrnn.nlp.pretraining import Foreteller
from tsrnn.training import Training

BEGUN = Training(2, 8, steps_per_epoch=None, learning_rate=0.02, init=Pretraining(epochs=3))
WORDS = Tokens("words")


def foreteller(**shape: Any) -> Foreteller:
    torch.manual_seed(0)
    core = Network(**({"bidirectional": True} | shape)).core(4, 5, "gru")
    encoder = Encoder(Embedder(12, 4), core)
    return Foreteller(torch.nn.ModuleDict({"encoder": encoder}), encoder).eval()


def test_the_loss_is_that_of_the_next_token_and_of_the_one_before() -> None:
    made = foreteller()
    ids, mask = torch.tensor([[4, 7, 9], [5, 6, 0], [8, 0, 0]]), torch.tensor([[1, 1, 1], [1, 1, 0], [1, 0, 0]]) > 0
    outputs = made.encoder(ids, mask)[0]
    table = made.encoder.embed.table.weight
    total = 0.0
    for row, step in ((0, 0), (0, 1), (1, 0)):  # each token with the one behind it; a text of one token has none
        onward = made.readouts[0](outputs[row, step, :5], table).log_softmax(0)
        back = made.readouts[1](outputs[row, step + 1, 5:], table).log_softmax(0)
        total -= (onward[ids[row, step + 1]] + back[ids[row, step]]).item()
    assert made.loss(outputs, ids, mask).item() == pytest.approx(total / 6, rel=1e-5)
    alone = made.loss(outputs[2:], ids[2:], mask[2:])
    assert alone.item() == 0.0


def test_no_direction_has_read_what_it_foretells() -> None:
    made = foreteller()
    ids, mask = torch.tensor([[4, 7, 9, 6]]), torch.ones(1, 4, dtype=torch.bool)
    before = made.encoder(ids, mask)[0]
    changed = ids.clone()
    changed[0, 2] = 11
    after = made.encoder(changed, mask)[0]
    assert torch.equal(before[0, 1, :5], after[0, 1, :5]), "what foretells token 2 from its left"
    assert torch.equal(before[0, 3, 5:], after[0, 3, 5:]), "and from its right"


@pytest.mark.parametrize("shape", [{"num_layers": 2}, {"layer_norm": True}])
def test_directions_that_know_one_anothers_tokens_are_refused(shape: dict[str, Any]) -> None:
    with pytest.raises(SettingError, match=r"with several layers or layer_norm both directions know all tokens: give"):
        foreteller(**shape)
    foreteller(bidirectional=False, **shape)


def test_labels_are_learned_from_a_language_model_of_the_texts(tmp_path: Path) -> None:
    settings = SMALL | {"classes": PLAIN}
    model = TextClassifier(**(settings | {"training": BEGUN})).fit(TEXTS, LABELS)
    history = model.pretraining_
    assert history is not None and len(history.epochs) == 3
    assert history.epochs[-1].validation < 0.9 * np.log(len(model.fitted_.reader)), "better than chance"
    assert len(model.history_.epochs) == 2
    assert TextClassifier(**settings).fit(TEXTS, LABELS).pretraining_ is None
    again = TextClassifier(**(settings | {"training": BEGUN})).fit(TEXTS, LABELS)
    np.testing.assert_array_equal(again.predict_proba(TEXTS), model.predict_proba(TEXTS))
    loaded = load(model.save(tmp_path / "model"))
    np.testing.assert_array_equal(loaded.predict_proba(TEXTS), model.predict_proba(TEXTS))
    assert loaded.pretraining_ == history and loaded.training == BEGUN


def test_a_tagger_begins_with_words_and_their_spelling() -> None:
    sentences, tags = [text.split() for text in TEXTS], [["X"] * len(text.split()) for text in TEXTS]
    tags[0][0] = "Y"
    model = SequenceTagger(**(SMALL | {"training": BEGUN, "tags": Tags(characters=3)})).fit(sentences, tags)
    assert model.pretraining_ is not None and len(model.pretraining_.epochs) == 3
    pd.testing.assert_frame_equal(
        SequenceTagger(**model.get_params()).fit(sentences, tags).predict_proba(sentences[:1])[0],
        model.predict_proba(sentences[:1])[0],
        check_exact=True,
    )


def test_a_fitted_generator_lends_its_encoder_to_a_classifier_that_reads_forward(tmp_path: Path) -> None:
    short = Training(epochs=1, steps_per_epoch=3, batch_size=4)
    generator = TextGenerator(WORDS, cell="gru", hidden_size=6, embedding=Embedding(8), training=short).fit(TEXTS)
    still = Training(epochs=1, learning_rate=1e-9, validation=0.0, init=generator.save(tmp_path / "writer"))
    settings: dict[str, Any] = {"hidden_size": 6, "embedding": Embedding(8), "training": still}
    model = TextClassifier(WORDS, network=Network(), classes=PLAIN, **settings).fit(TEXTS, LABELS)
    tagger = SequenceTagger(WORDS, network=Network(), tags=Tags(characters=0), **settings)
    tagger.fit([text.split() for text in TEXTS], [["X"] * len(text.split()) for text in TEXTS])
    theirs = generator.fitted_.network.encoder.state_dict()
    for found in (model, tagger):
        ours = found.fitted_.network.encoder.state_dict()
        assert all((ours[name] - theirs[name]).abs().max() < 1e-6 for name in ours)
        assert found.fitted_.reader == generator.fitted_.reader
    with pytest.raises(SettingError, match=r"encoder.core.weights.1.weight_ih is absent there and \(18, 8\) here"):
        TextClassifier(WORDS, **settings).fit(TEXTS, LABELS)


def test_what_cannot_begin_so_says_what_it_takes() -> None:
    with pytest.raises(
        SettingError, match=r"takes a fitted TextGenerator, or the path of a saved one; got Pretraining"
    ):
        TextGenerator(training=Training(init=Pretraining())).fit(TEXTS)
    with pytest.raises(SettingError, match="takes a fitted gru, lstm or rnn, or the path"):
        GRUForecaster(3, training=BEGUN).fit(pd.Series(np.arange(40.0), pd.date_range("2024", periods=40)))
    with pytest.raises(SettingError, match="epochs must be a whole number of at least 1, got 0"):
        Pretraining(epochs=0)
