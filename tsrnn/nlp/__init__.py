"""Text on the same recurrent core: estimators over lists and Series of texts; imported when they are first used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tsrnn.nlp.bleu import translation_scores as translation_scores
    from tsrnn.nlp.classifier import TextClassifier as TextClassifier
    from tsrnn.nlp.completer import WordCompleter as WordCompleter
    from tsrnn.nlp.completer_model import Completion as Completion
    from tsrnn.nlp.counting import BagOfWords as BagOfWords
    from tsrnn.nlp.counting import one_hot as one_hot
    from tsrnn.nlp.ctc import error_rate as error_rate
    from tsrnn.nlp.decoding import Beam as Beam
    from tsrnn.nlp.decoding import Sampling as Sampling
    from tsrnn.nlp.encoder import Embedding as Embedding
    from tsrnn.nlp.entities import entity_f1 as entity_f1
    from tsrnn.nlp.evaluating import evaluate as evaluate
    from tsrnn.nlp.evaluation import Evaluation as Evaluation
    from tsrnn.nlp.generator import TextGenerator as TextGenerator
    from tsrnn.nlp.language_model import Language as Language
    from tsrnn.nlp.looks import plot_attention as plot_attention
    from tsrnn.nlp.models import load as load
    from tsrnn.nlp.models import save as save
    from tsrnn.nlp.normalization import Normalization as Normalization
    from tsrnn.nlp.output import Alphabet as Alphabet
    from tsrnn.nlp.output import Classes as Classes
    from tsrnn.nlp.output import Tags as Tags
    from tsrnn.nlp.pretraining import Pretraining as Pretraining
    from tsrnn.nlp.reader import Reader as Reader
    from tsrnn.nlp.reader import Tokens as Tokens
    from tsrnn.nlp.recognizer import CTCRecognizer as CTCRecognizer
    from tsrnn.nlp.subwords import Subwords as Subwords
    from tsrnn.nlp.tagger import SequenceTagger as SequenceTagger
    from tsrnn.nlp.translator import Translator as Translator
    from tsrnn.nlp.translator_model import Translation as Translation
    from tsrnn.nlp.vectors import Coverage as Coverage
    from tsrnn.nlp.vectors import Vectors as Vectors
    from tsrnn.nlp.vectors import read_vectors as read_vectors
    from tsrnn.nlp.vocabulary import Vocabulary as Vocabulary

# Public name -> the module it lives in, as in `tsrnn` itself.
_HOMES = {
    "Alphabet": "tsrnn.nlp.output",
    "BagOfWords": "tsrnn.nlp.counting",
    "Beam": "tsrnn.nlp.decoding",
    "CTCRecognizer": "tsrnn.nlp.recognizer",
    "Classes": "tsrnn.nlp.output",
    "Completion": "tsrnn.nlp.completer_model",
    "Coverage": "tsrnn.nlp.vectors",
    "Embedding": "tsrnn.nlp.encoder",
    "Evaluation": "tsrnn.nlp.evaluation",
    "Language": "tsrnn.nlp.language_model",
    "Normalization": "tsrnn.nlp.normalization",
    "Pretraining": "tsrnn.nlp.pretraining",
    "Reader": "tsrnn.nlp.reader",
    "Sampling": "tsrnn.nlp.decoding",
    "SequenceTagger": "tsrnn.nlp.tagger",
    "Subwords": "tsrnn.nlp.subwords",
    "Tags": "tsrnn.nlp.output",
    "TextClassifier": "tsrnn.nlp.classifier",
    "TextGenerator": "tsrnn.nlp.generator",
    "Tokens": "tsrnn.nlp.reader",
    "Translation": "tsrnn.nlp.translator_model",
    "Translator": "tsrnn.nlp.translator",
    "Vectors": "tsrnn.nlp.vectors",
    "Vocabulary": "tsrnn.nlp.vocabulary",
    "WordCompleter": "tsrnn.nlp.completer",
    "entity_f1": "tsrnn.nlp.entities",
    "error_rate": "tsrnn.nlp.ctc",
    "evaluate": "tsrnn.nlp.evaluating",
    "load": "tsrnn.nlp.models",
    "one_hot": "tsrnn.nlp.counting",
    "plot_attention": "tsrnn.nlp.looks",
    "read_vectors": "tsrnn.nlp.vectors",
    "save": "tsrnn.nlp.models",
    "translation_scores": "tsrnn.nlp.bleu",
}

__all__ = [
    "Alphabet",
    "BagOfWords",
    "Beam",
    "CTCRecognizer",
    "Classes",
    "Completion",
    "Coverage",
    "Embedding",
    "Evaluation",
    "Language",
    "Normalization",
    "Pretraining",
    "Reader",
    "Sampling",
    "SequenceTagger",
    "Subwords",
    "Tags",
    "TextClassifier",
    "TextGenerator",
    "Tokens",
    "Translation",
    "Translator",
    "Vectors",
    "Vocabulary",
    "WordCompleter",
    "entity_f1",
    "error_rate",
    "evaluate",
    "load",
    "one_hot",
    "plot_attention",
    "read_vectors",
    "save",
    "translation_scores",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'tsrnn.nlp' has no attribute {name!r}")
    found = getattr(import_module(_HOMES[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__
