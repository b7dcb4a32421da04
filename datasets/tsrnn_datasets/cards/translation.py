"""Sentence pairs to learn to translate from."""

from dataclasses import replace

from tsrnn_datasets.card import Card
from tsrnn_datasets.cards.checksums import known
from tsrnn_datasets.readers.texts import Lines, parallel

MULTI30K = "https://raw.githubusercontent.com/multi30k/dataset/master/data/task1/raw/"
TATOEBA = "https://www.manythings.org/anki/ (the site renews its files, so an older one must be kept)"

PAIRS = Card(
    name="",
    kind="downloaded",
    domain="translation",
    about="",
    form="text",
    rows=0,
    columns={"source": "German", "target": "English"},
    licence="not stated (captions of Flickr30k)",
    source="D. Elliott et al. (2016), https://github.com/multi30k/dataset",
    target="target",
    read=parallel,
)
TRAIN_EN = known("text/multi30k/train.en", MULTI30K + "train.en.gz")
VAL_EN = known("text/multi30k/val.en", MULTI30K + "val.en.gz")
TEST_EN = known("text/multi30k/test_2016_flickr.en", MULTI30K + "test_2016_flickr.en.gz")
FRENCH = {"source": "French", "target": "English"}

CARDS = (
    replace(
        PAIRS,
        name="multi30k-de-en",
        about="German and English captions of photographs (Multi30k), training part",
        rows=29000,
        files=(known("text/multi30k/train.de", MULTI30K + "train.de.gz"), TRAIN_EN),
    ),
    replace(
        PAIRS,
        name="multi30k-de-en-val",
        about="German and English captions of photographs (Multi30k), part to choose settings by",
        rows=1014,
        files=(known("text/multi30k/val.de", MULTI30K + "val.de.gz"), VAL_EN),
    ),
    replace(
        PAIRS,
        name="multi30k-de-en-test",
        about="German and English captions of photographs (Multi30k), test part (Flickr 2016)",
        rows=1000,
        files=(known("text/multi30k/test_2016_flickr.de", MULTI30K + "test_2016_flickr.de.gz"), TEST_EN),
    ),
    replace(
        PAIRS,
        name="multi30k-fr-en",
        about="French and English captions of photographs (Multi30k), training part",
        rows=29000,
        columns=FRENCH,
        files=(known("text/multi30k/train.fr", MULTI30K + "train.fr.gz"), TRAIN_EN),
    ),
    replace(
        PAIRS,
        name="multi30k-fr-en-val",
        about="French and English captions of photographs (Multi30k), part to choose settings by",
        rows=1014,
        columns=FRENCH,
        files=(known("text/multi30k/val.fr", MULTI30K + "val.fr.gz"), VAL_EN),
    ),
    replace(
        PAIRS,
        name="multi30k-fr-en-test",
        about="French and English captions of photographs (Multi30k), test part (Flickr 2016)",
        rows=1000,
        columns=FRENCH,
        files=(known("text/multi30k/test_2016_flickr.fr", MULTI30K + "test_2016_flickr.fr.gz"), TEST_EN),
    ),
    replace(
        PAIRS,
        name="fra-eng",
        about="French and English sentences of the Tatoeba project, short ones first (issue of 2017-09-29)",
        rows=142787,
        columns=FRENCH,
        licence="CC BY 2.0 (Tatoeba)",
        source=TATOEBA,
        traps="in the file English stands first; a sentence often has several translations: split by English "
        "sentence, not by row",
        files=(known("text/fra-eng.zip", member="fra.txt"),),
        read=Lines(r"(?P<target>[^\t]*)\t(?P<source>[^\t]*)"),
    ),
    replace(
        PAIRS,
        name="kor-eng",
        about="Korean and English sentences of the Tatoeba project, short ones first (issue of 2020-01-11)",
        rows=3318,
        columns={"source": "Korean", "target": "English"},
        licence="CC BY 2.0 FR (Tatoeba, stated in each line of the file)",
        source=TATOEBA,
        traps="in the file English stands first; a sentence may have several translations: split by English "
        "sentence, not by row",
        files=(known("text/kor-eng.zip", member="kor.txt"),),
        read=Lines(r"(?P<target>[^\t]*)\t(?P<source>[^\t]*)\t.*"),
    ),
)
