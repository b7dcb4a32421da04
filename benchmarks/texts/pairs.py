"""Pairs of English and Korean sentences: few, short, and for many an English sentence several Korean ones."""

from __future__ import annotations

import time
import zipfile
from collections import Counter
from collections.abc import Sequence
from io import BytesIO

from texts.files import bytes_of
from texts.runs import Cell, Run
from tsrnn.network import Network
from tsrnn.nlp import Embedding, Tokens, Translation, Translator, translation_scores
from tsrnn.nlp.tokenizers import words
from tsrnn.training import Training

QUICK = 200  # pairs of a quick run


def korean(seed: int, quick: bool) -> Run:
    """English to Korean, beside a look-up of each word; a tenth of the English sentences is the test."""
    train, valid, test = _parts(QUICK if quick else None)
    model = Translator(
        (Tokens("words"), Tokens("bpe", size=2000)),
        hidden_size=192,
        embedding=Embedding(96, dropout=0.3),
        network=Network(bidirectional=True),
        translation=Translation(dropout=0.4),
        training=Training(
            epochs=1 if quick else 25, batch_size=32, steps_per_epoch=None, learning_rate=3e-3, patience=5, seed=seed
        ),
    )
    began = time.perf_counter()
    model.fit(*train, validation=valid)
    fitted = time.perf_counter()
    found = model.predict(test[0])
    answered = time.perf_counter()
    own, looked = (translation_scores(texts, test[1]) for texts in (found, _looked_up(train, test[0])))
    figures = {"chrF": own["score"][1], "BLEU": own["score"][0]}
    figures |= {"chrF of the look-up": looked["score"][1], "BLEU of the look-up": looked["score"][0]}
    return Run(figures, fitted - began, answered - fitted, " ".join(own["signature"]))


_Pairs = tuple[list[str], list[str]]


def _parts(some: int | None) -> tuple[_Pairs, _Pairs, _Pairs]:
    """Training, validation and test: no English sentence stands in two of them."""
    with zipfile.ZipFile(BytesIO(bytes_of("kor-eng.zip"))) as packed:
        lines = packed.read("kor.txt").decode("utf-8").splitlines()[:some]
    parts: tuple[_Pairs, _Pairs, _Pairs] = (([], []), ([], []), ([], []))
    places: dict[str, int] = {}
    for english, korean, *_ in (line.split("\t") for line in lines):
        tenth = places.setdefault(english, len(places)) % 10
        sides = parts[{8: 1, 9: 2}.get(tenth, 0)]
        sides[0].append(english)
        sides[1].append(korean)
    return parts


def _looked_up(train: _Pairs, asked: Sequence[str]) -> list[str]:
    """Each word by the word that stands in the most translations of its sentences and the fewest others (Dice)."""
    sources, targets = [set(words(text.lower())) for text in train[0]], [set(text.split()) for text in train[1]]
    seen = Counter(word for text in sources for word in text)
    said = Counter(word for text in targets for word in text)
    both = Counter(
        (one, other) for left, right in zip(sources, targets, strict=True) for one in left for other in right
    )
    best: dict[str, tuple[float, str]] = {}
    for (word, other), count in both.items():
        best[word] = max(best.get(word, (0.0, "")), (2 * count / (seen[word] + said[other]), other))
    return [" ".join(best[word][1] for word in words(text.lower()) if word in best) for text in asked]


CELLS = {"kor-eng": Cell("Tatoeba en→ko, a tenth of the sentences", korean)}
