"""How near translations come to the right ones: BLEU and chrF by sacreBLEU, each with the signature that says how."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from tsrnn.errors import DataError, MissingExtraError, choices

TOKENIZERS = ("13a", "none", "char", "intl", "zh")


def translation_scores(
    found: Sequence[str], wanted: Sequence[str], *, lowercase: bool = False, tokenize: str = "13a"
) -> pd.DataFrame:
    """`metric, score, signature` of BLEU and chrF, 0 to 100, over all texts together.

    `tokenize` and `lowercase` are those of BLEU; chrF takes `lowercase`. Scores compare where the signatures are the
    same. BLEU: Papineni and others (2002), chrF: Popović (2015), both by Post (2018), arXiv:1804.08771. Raises
    MissingExtraError without the package sacrebleu.

    >>> frame = translation_scores(["the house is green"], ["the house is green"])
    >>> frame["metric"].tolist(), frame["score"].round(6).tolist()
    (['BLEU', 'chrF'], [100.0, 100.0])
    """
    if tokenize not in TOKENIZERS:
        raise choices("tokenizer of BLEU", tokenize, TOKENIZERS)
    if len(found) != len(wanted) or not len(found):
        raise DataError(f"{len(found)} translations, but {len(wanted)} right ones; give as many, and one at least")
    bleu, chrf = _package()
    metrics = {"BLEU": bleu(lowercase=lowercase, tokenize=tokenize, force=True), "chrF": chrf(lowercase=lowercase)}
    rows = [
        (name, float(metric.corpus_score(list(found), [list(wanted)]).score), str(metric.get_signature()))
        for name, metric in metrics.items()
    ]
    return pd.DataFrame(rows, columns=["metric", "score", "signature"])


def text_scores(found: Sequence[str], wanted: Sequence[str]) -> list[float]:
    """chrF of each text by itself, 0 to 100.

    >>> text_scores(["a house", ""], ["a house", "a tree"])
    [100.0, 0.0]
    """
    chrf = _package()[1]()
    return [float(chrf.sentence_score(one, [other]).score) for one, other in zip(found, wanted, strict=True)]


def _package() -> tuple[Any, Any]:
    try:
        from sacrebleu.metrics.bleu import BLEU
        from sacrebleu.metrics.chrf import CHRF
    except ImportError as problem:
        raise MissingExtraError('BLEU and chrF need the package sacrebleu: pip install "tsrnn[nlp]"') from problem
    return BLEU, CHRF
