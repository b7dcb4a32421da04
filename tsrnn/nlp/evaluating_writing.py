"""Evaluating what is written: how well text is foretold, how near translations come, which words are completed."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import numpy as np
import pandas as pd

from tsrnn.nlp.bleu import text_scores, translation_scores
from tsrnn.nlp.completer import WordCompleter
from tsrnn.nlp.decoding import Sampling
from tsrnn.nlp.estimator import paired as as_many
from tsrnn.nlp.evaluation import Evaluation, facts_of
from tsrnn.nlp.generator import TextGenerator
from tsrnn.nlp.paired import alone
from tsrnn.nlp.texts import Texts, read_texts
from tsrnn.nlp.translator import Translator, texts_with_translations
from tsrnn.nlp.vocabulary import END, Ids

_SAMPLES, _ERRORS, _LOOKS = 6, 30, 4  # samples and errors shown, texts whose attention is shown
_BEGINNING, _LENGTH = 40, 120  # letters of a text to go on from, tokens to write
_LONGEST_LOOK = 18  # tokens of a source whose attention can still be read as a picture
_DRAWN = (Sampling(temperature=0.8), Sampling(temperature=0.0))


def judge_generator(model: TextGenerator, X: Any, window: int) -> Evaluation:
    """How well texts are foretold, beside what frequencies alone would do, and how beginnings of them go on."""
    texts, scores = read_texts(X), model.evaluate(X, window=window)
    rows = model.learned().reader.ids(texts)
    nats = _frequencies(rows)
    carried = scores.iloc[0]
    than = "better" if carried["nats"] < nats else "no better"
    verdict = (
        f"Each token is foretold with a perplexity of {carried['perplexity']:.3g}, {carried['bits_per_character']:.3g} "
        f"bits a character: {than} than by the frequencies of these very texts alone ({math.exp(nats):.3g})."
    )
    baseline = {"state": "frequencies alone", "tokens": carried["tokens"], "nats": nats, "perplexity": math.exp(nats)}
    baseline["bits_per_character"] = carried["bits_per_character"] * nats / carried["nats"]
    return Evaluation(
        title=f"TextGenerator on {len(texts):,} texts",
        verdict=verdict,
        scores=pd.concat([scores, pd.DataFrame([baseline])], ignore_index=True),
        samples=_continued(model, texts),
        **facts_of(model),
    )


def _frequencies(rows: list[Ids]) -> float:
    """The mean of -log p of a token and of an end where p is its frequency in these rows: their entropy."""
    counts = Counter(np.concatenate([*rows, np.full(len(rows), END)]).tolist())
    shares = np.array(list(counts.values()), np.float64) / counts.total()
    return float(-(shares * np.log(shares)).sum())


def _continued(model: TextGenerator, texts: Texts) -> pd.DataFrame:
    begun = [_beginning(texts.rows[row]) for row in _spread(len(texts), _SAMPLES // 2)]
    begun = ["", *dict.fromkeys(text for text in begun if text)]
    rows = [
        (
            text or "(nothing)",
            f"temperature {drawn.temperature:g}",
            model.generate([text], length=_LENGTH, sampling=drawn)[0],
        )
        for text in begun
        for drawn in _DRAWN
    ]
    return pd.DataFrame(rows, columns=["prompt", "drawn", "continuation"])


def _beginning(row: Any) -> str:
    """The first letters of a text, up to a blank where there is one."""
    text = row if isinstance(row, str) else " ".join(row)
    if len(text) <= _BEGINNING:
        return text[: len(text) // 2]
    return text[:_BEGINNING].rpartition(" ")[0] or text[:_BEGINNING]


def judge_translator(model: Translator, X: Any, y: Any) -> Evaluation:
    """BLEU and chrF, translations beside the right ones, those furthest off, and what some of them looked at."""
    texts, right = texts_with_translations(X, y)
    sources, found = _plains(texts), model.predict(texts.rows)
    scores = translation_scores(found, right)
    said = " and ".join(f"{row.metric} {row.score:.1f}" for row in scores.itertuples())
    verdict = (
        f"The translations of {len(texts):,} texts have {said} beside the right ones. There is no baseline for this; "
        "figures compare where their signatures are the same."
    )
    each = np.array(text_scores(found, right))
    table = pd.DataFrame({"source": sources, "translation": found, "wanted": right, "chrF": each})
    readable = [row for row in range(len(texts)) if 1 < len(sources[row].split()) <= _LONGEST_LOOK] or [0]
    chosen = [readable[row] for row in _spread(len(readable), _LOOKS)]
    return Evaluation(
        title=f"Translator on {len(texts):,} texts",
        verdict=verdict,
        scores=scores,
        errors=table[each < 100.0].sort_values("chrF", kind="stable").head(_ERRORS).reset_index(drop=True),
        samples=table.iloc[_spread(len(texts), _SAMPLES)].reset_index(drop=True),
        attention=model.attention([texts.rows[row] for row in chosen]),
        **facts_of(model),
    )


def judge_completer(model: WordCompleter, X: Any, y: Any) -> Evaluation:
    """How many words are filled rightly, and the wrong ones, the most probable first."""
    words, wanted = read_texts(X, "words"), read_texts(y, "whole words")
    as_many(words, wanted.rows, "whole words", y)
    best = model.suggest(words.rows, 1)
    table = best.assign(
        text=[words.rows[row] for row in best["text"]], wanted=[wanted.rows[row] for row in best["text"]]
    )
    spelt = model.learned().reader.tokens.normalization
    right = [one == spelt(str(other)) for one, other in zip(table["word"], table["wanted"], strict=True)]
    wrong, share = table[~np.array(right)], float(np.mean(right))
    columns = ["text", "word", "wanted", "probability"]
    return Evaluation(
        title=f"WordCompleter on {len(words):,} words",
        verdict=alone("network", share, "words", "there is no baseline for this."),
        scores=pd.DataFrame({"model": ["network"], "accuracy": [share]}),
        errors=wrong.sort_values("probability", ascending=False, kind="stable")[columns]
        .head(_ERRORS)
        .reset_index(drop=True),
        samples=table[columns].iloc[_spread(len(table), _SAMPLES)].reset_index(drop=True),
        **facts_of(model),
    )


def _spread(count: int, most: int) -> list[int]:
    """At most so many places out of `count`, evenly spread."""
    return sorted({round(place) for place in np.linspace(0, count - 1, min(most, count)).tolist()})


def _plains(texts: Texts) -> list[str]:
    return [row if isinstance(row, str) else " ".join(row) for row in texts.rows]
