"""Sentences whose words carry their part of speech (Universal Dependencies)."""

from dataclasses import replace

from tsrnn_datasets.card import Card
from tsrnn_datasets.cards.checksums import known
from tsrnn_datasets.readers.texts import conllu

UD = "https://raw.githubusercontent.com/UniversalDependencies/"
EWT, ATIS, GSD = UD + "UD_English-EWT/master/", UD + "UD_English-Atis/master/", UD + "UD_Korean-GSD/master/"

TREEBANK = Card(
    name="",
    kind="downloaded",
    domain="part of speech",
    about="",
    form="text",
    rows=0,
    columns={
        "text": "the sentence",
        "words": "list of its words",
        "tags": "list of their universal part-of-speech tags",
    },
    licence="CC BY-SA 4.0",
    source="Universal Dependencies, https://universaldependencies.org",
    target="tags",
    traps="split words such as don't are two words, do and n't; the treebanks are corrected now and then, and a "
    "newer file has "
    "another checksum",
    read=conllu,
)

CARDS = (
    replace(
        TREEBANK,
        name="ud-english-ewt",
        about="English of the web (blogs, mails, reviews), training part: 204,577 words",
        rows=12544,
        files=(known("text/ud/en_ewt-ud-train.conllu", EWT + "en_ewt-ud-train.conllu"),),
    ),
    replace(
        TREEBANK,
        name="ud-english-ewt-dev",
        about="English of the web (blogs, mails, reviews), part to choose settings by: 25,147 words",
        rows=2001,
        files=(known("text/ud/en_ewt-ud-dev.conllu", EWT + "en_ewt-ud-dev.conllu"),),
    ),
    replace(
        TREEBANK,
        name="ud-english-ewt-test",
        about="English of the web (blogs, mails, reviews), test part: 25,094 words",
        rows=2077,
        files=(known("text/ud/en_ewt-ud-test.conllu", EWT + "en_ewt-ud-test.conllu"),),
    ),
    replace(
        TREEBANK,
        name="ud-english-atis",
        about="English questions to a flight desk, training part: 48,655 words",
        rows=4274,
        files=(known("text/ud/en_atis-ud-train.conllu", ATIS + "en_atis-ud-train.conllu"),),
    ),
    replace(
        TREEBANK,
        name="ud-english-atis-dev",
        about="English questions to a flight desk, part to choose settings by: 6,644 words",
        rows=572,
        files=(known("text/ud/en_atis-ud-dev.conllu", ATIS + "en_atis-ud-dev.conllu"),),
    ),
    replace(
        TREEBANK,
        name="ud-english-atis-test",
        about="English questions to a flight desk, test part: 6,580 words",
        rows=586,
        files=(known("text/ud/en_atis-ud-test.conllu", ATIS + "en_atis-ud-test.conllu"),),
    ),
    replace(
        TREEBANK,
        name="ud-korean-gsd-dev",
        about="Korean of the web, the part to choose settings by only: 11,958 words",
        rows=950,
        traps="the training part is not in the catalogue",
        files=(known("text/ud/ko_gsd-ud-dev.conllu", GSD + "ko_gsd-ud-dev.conllu"),),
    ),
)
