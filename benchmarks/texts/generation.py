"""The cells of benchmarks/text.py: text that is foretold, translated and completed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from operator import eq

from texts.files import lines_of
from texts.runs import Cell, Run
from tsrnn.network import Network
from tsrnn.nlp import (
    Completion,
    Embedding,
    Language,
    Normalization,
    TextGenerator,
    Tokens,
    Translation,
    Translator,
    WordCompleter,
    translation_scores,
)
from tsrnn.nlp.tokenizers import join_words, words
from tsrnn.training import Training

QUICK = 0.01  # share of the text of a quick run, which shows that a cell works and no more


def shakespeare(seed: int, quick: bool) -> Run:
    """Tiny Shakespeare by characters: nine tenths are learned from, the last is foretold; nats a character."""
    text = "\n".join(lines_of("tinyshakespeare_input.txt")) + "\n"
    text = text[: round(len(text) * QUICK)] if quick else text
    place = round(0.9 * len(text))
    model = TextGenerator(
        hidden_size=512,
        language=Language(window=64, dropout=0.45, locked=False),
        training=Training(
            epochs=1 if quick else 12,  # as the dropout, chosen on the last tenth of what is learned from
            batch_size=16,
            steps_per_epoch=None,
            learning_rate=2e-3,
            validation=0.0,  # the last tenth is the test: nothing may be chosen on it
            seed=seed,
        ),
    )
    return _foretold(model, [text[:place]], [text[place:]], "nats")


def ptb(seed: int, quick: bool) -> Run:
    """Penn Treebank by words, 10,000 of them, test part: perplexity."""
    parts = {name: lines_of(file) for name, file in _PTB.items()}
    some = round(len(parts["train"]) * QUICK) if quick else None
    model = TextGenerator(
        Tokens("whitespace", size=10_000, normalization=Normalization(case="keep")),
        hidden_size=320,
        embedding=Embedding(160, dropout=0.3),
        language=Language(window=35, dropout=0.5, tied=True),
        training=Training(epochs=1 if quick else 5, batch_size=32, steps_per_epoch=None, learning_rate=3e-3, seed=seed),
    )
    return _foretold(model, parts["train"][:some], parts["test"][:some], "perplexity", parts["valid"][:some])


_PTB = {"train": "ptb.train.txt.gz", "valid": "ptb.valid.txt", "test": "ptb.test.txt"}


def multi30k(seed: int, quick: bool) -> Run:
    """Multi30k from German to English, test 2016, small letters, words and marks as tokens."""
    parts = {part: [_cut(f"multi30k/{part}.{side}.gz") for side in ("de", "en")] for part in _MULTI30K}
    some = round(len(parts["train"][0]) * QUICK) if quick else None
    train, valid, test = ([side[:some] for side in parts[part]] for part in _MULTI30K)
    model = Translator(
        Tokens("whitespace", size=10_000, least=2),
        hidden_size=256,
        embedding=Embedding(128, dropout=0.4),
        network=Network(bidirectional=True),
        translation=Translation(dropout=0.4),
        training=Training(epochs=1 if quick else 8, batch_size=64, steps_per_epoch=None, learning_rate=3e-3, seed=seed),
    )
    began = time.perf_counter()
    model.fit(*train, validation=(valid[0], valid[1]))
    fitted = time.perf_counter()
    found = model.predict(test[0])
    answered = time.perf_counter()
    cut = translation_scores(found, test[1], tokenize="none")  # both sides are cut alike, and in small letters
    joined = [join_words(text.split()) for text in found]
    whole = translation_scores(joined, lines_of(f"multi30k/{_MULTI30K[2]}.en.gz")[:some], lowercase=True)
    figures = {"BLEU, cut": cut["score"][0], "BLEU": whole["score"][0], "chrF": whole["score"][1]}
    return Run(figures, fitted - began, answered - fitted, " ".join([cut["signature"][0], *whole["signature"]]))


def toys(seed: int, quick: bool) -> Run:
    """The two tutorials: the last letter of ten words, and six word pairs; how many are right."""
    short = Training(epochs=60, batch_size=10, steps_per_epoch=None, learning_rate=0.02, validation=0.0, seed=seed)
    began = time.perf_counter()
    completer = WordCompleter(hidden_size=32, completion=Completion("many-to-one"), training=short).fit(_WORDS)
    translator = Translator(
        "characters",
        hidden_size=48,
        embedding=Embedding(24, dropout=0.0),
        training=replace(short, epochs=120, learning_rate=0.01),
    ).fit(list(_PAIRS), list(_PAIRS.values()))
    fitted = time.perf_counter()
    completed, translated = completer.predict([f"{word[:3]}_" for word in _WORDS]), translator.predict([*_PAIRS])
    misspelt = translator.predict(["wodr", "loev"])
    answered = time.perf_counter()
    figures = {
        "words of 10": sum(map(eq, completed, _WORDS)),
        "pairs of 6": sum(map(eq, translated, _PAIRS.values())),
        "misspelt of 2": sum(map(eq, misspelt, ["단어", "사랑"])),
    }
    return Run({name: float(count) for name, count in figures.items()}, fitted - began, answered - fitted)


_WORDS = ["word", "wood", "deep", "dive", "cold", "cool", "load", "love", "kiss", "kind"]
_PAIRS = {"word": "단어", "wood": "나무", "game": "놀이", "girl": "소녀", "kiss": "키스", "love": "사랑"}
_MULTI30K = ("train", "val", "test_2016_flickr")


def _cut(name: str) -> list[str]:
    """Sentences with blanks between words and marks, in small letters."""
    spelt = Normalization()
    return [" ".join(words(spelt(line))) for line in lines_of(name)]


def _foretold(
    model: TextGenerator, train: Sequence[str], test: Sequence[str], figure: str, valid: Sequence[str] | None = None
) -> Run:
    began = time.perf_counter()
    model.fit(list(train), validation=None if valid is None else list(valid))
    fitted = time.perf_counter()
    frame = model.evaluate(list(test)).set_index("state")
    figures = {f"{figure}, {state}": float(frame.loc[state, figure]) for state in frame.index}
    return Run(figures, fitted - began, time.perf_counter() - fitted)


CELLS = {
    "shakespeare": Cell("Tiny Shakespeare, characters, nats", shakespeare),
    "ptb": Cell("Penn Treebank, words, perplexity", ptb),
    "toys": Cell("Ten words and six pairs, right ones", toys),
    "multi30k": Cell("Multi30k de→en 2016", multi30k),
}
