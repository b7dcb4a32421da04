"""`tsrnn text tag`: CoNLL-U, columns of words and tags, and plain text in; CSV or the same lines with tags out."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd
import pytest

from tests.cli.line import done, tsrnn
from tsrnn.nlp import Tags, entity_f1, load
from tsrnn_cli.text_conll import read_sentences

TAG = ("text", "tag")
REST = "\t_\t_\t_\t_\t_"
CONLLU = f"""# text = Cats don't run
1\tCats\tcat\tNOUN\tNNS{REST}
2-3\tdon't\t_\t_\t_{REST}
2\tdo\tdo\tAUX\tVBP{REST}
3\tn't\tnot\tPART\tRB{REST}
3.1\tever\t_\tADV\t_{REST}
4\trun\trun\tVERB\tVB{REST}

# text = Dogs run
1\tDogs\tdog\tNOUN\tNNS{REST}
2\trun\trun\tVERB\tVBP{REST}

"""
WORDS, UPOS = [["Cats", "do", "n't", "run"], ["Dogs", "run"]], [["NOUN", "AUX", "PART", "VERB"], ["NOUN", "VERB"]]
NAMES = ["Anna", "Ben", "Carla", "David"]
COLUMNS = "\n\n".join(f"{a}\tB-PER\nMiller\tI-PER\nmet\tO\n{b}\tB-PER" for a in NAMES for b in NAMES)


@pytest.fixture(scope="module")
def tagger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with CoNLL-U, columns of entities, and a small model fitted to each."""
    folder = tmp_path_factory.mktemp("tagger")
    (folder / "rows.conllu").write_text(CONLLU * 4, encoding="utf-8")
    (folder / "names.tsv").write_text(COLUMNS, encoding="utf-8")
    small = ("--hidden-size", 6, "--epochs", 2, "--seed", 1, "--json")
    answer = done(*TAG, "fit", folder / "rows.conllu", "-o", folder / "upos", *small).answer
    assert (answer["sentences"], answer["tags"]) == (8, ["AUX", "NOUN", "PART", "VERB"])
    done(*TAG, "fit", folder / "names.tsv", "-o", folder / "names", "--crf", *small)
    return folder


@pytest.mark.parametrize(("column", "first"), [(None, UPOS[0]), ("xpos", ["NNS", "VBP", "RB", "VB"]), ("4", UPOS[0])])
def test_conllu_is_read_without_ranges_and_empty_words(column: str | None, first: list[str], tmp_path: Path) -> None:
    (tmp_path / "rows.conllu").write_text(CONLLU, encoding="utf-8")
    read = read_sentences(str(tmp_path / "rows.conllu"), column, "utf-8", tags=True)
    assert read.words == WORDS
    assert read.tags is not None and read.tags[0] == first
    assert read.tagged(read.tags) == CONLLU


CONLL2003 = "-DOCSTART- -X- -X- O\n\nEU NNP B-NP I-ORG\nrejects VBZ B-VP O\n\nPeter NNP B-NP I-PER\n"


@pytest.mark.parametrize(("name", "column"), [("eng.train", None), ("a.txt", "4"), ("a.conll", None)])
def test_columns_of_conll_2003_stand_between_blanks(name: str, column: str | None, tmp_path: Path) -> None:
    (tmp_path / name).write_text(CONLL2003, encoding="utf-8")
    read = read_sentences(str(tmp_path / name), column, "utf-8", tags=True)
    assert read.words == [["EU", "rejects"], ["Peter"]] and read.tags == [["I-ORG", "O"], ["I-PER"]]
    assert read.tagged([["O", "O"], ["X"]]).splitlines()[2:] == [
        "EU NNP B-NP O",
        "rejects VBZ B-VP O",
        "",
        "Peter NNP B-NP X",
    ]
    (tmp_path / "b.txt").write_text("EU I-ORG\nrejects O\n", encoding="utf-8")
    assert read_sentences(str(tmp_path / "b.txt"), "2", "utf-8", tags=True).tags == [["I-ORG", "O"]]
    assert read_sentences(str(tmp_path / "b.txt"), None, "utf-8", tags=False).words == [
        ["EU", "I-ORG"],
        ["rejects", "O"],
    ]


def test_settings_are_those_that_were_typed(tagger: Path) -> None:
    model = load(tagger / "names")
    assert (model.hidden_size, model.training.epochs, model.training.seed) == (6, 2, 1)
    assert model.tags == Tags(crf=True) and model.tags_ == ("B-PER", "I-PER", "O")


def test_predict_gives_a_row_a_word_of_plain_text_and_of_columns(tagger: Path) -> None:
    expected = load(tagger / "upos").predict(WORDS)
    plain = done(*TAG, "predict", tagger / "upos", "-", stdin="Cats do n't run\n\nDogs run\n")
    found = pd.read_csv(io.StringIO(plain.out), keep_default_na=False)
    assert list(found) == ["sentence", "place", "word", "tag"]
    assert found["sentence"].tolist() == [1, 1, 1, 1, 2, 2] and found["place"].tolist() == [1, 2, 3, 4, 1, 2]
    assert found["tag"].tolist() == [tag for row in expected for tag in row]
    assert done(*TAG, "predict", tagger / "upos", "-", stdin=CONLLU).out == plain.out
    unknown = done(*TAG, "predict", tagger / "upos", "-", stdin="Birds fly\n")
    assert "100% of the words are not in the vocabulary" in unknown.err
    assert unknown.err.endswith("; fit on more text\n")
    rows = done(*TAG, "predict", tagger / "upos", "-", "--json", stdin=CONLLU).answer["rows"]
    assert [row["word"] for row in rows] == found["word"].tolist()


def test_predict_gives_the_lines_back_with_the_tags_in_their_column(tagger: Path) -> None:
    expected = load(tagger / "upos").predict(WORDS)
    said = done(*TAG, "predict", tagger / "upos", "-", "--conllu", "--column", "xpos", stdin=CONLLU)
    (tagger / "out.conllu").write_text(said.out, encoding="utf-8")
    again = read_sentences(str(tagger / "out.conllu"), "xpos", "utf-8", tags=True)
    assert again.tags == expected
    assert read_sentences(str(tagger / "out.conllu"), "upos", "utf-8", tags=True).tags == UPOS
    assert said.out.startswith("# text = Cats don't run\n") and "\n2-3\tdon't\t_\t_\t_" in said.out
    path = tagger / "plain.conllu"
    done(*TAG, "predict", tagger / "upos", "-", "--conllu", "-o", path, stdin="Cats do n't run\nDogs run")
    read = read_sentences(str(path), None, "utf-8", tags=True)
    assert (read.words, read.tags) == (WORDS, expected)


def test_evaluate_says_accuracy_and_entities(tagger: Path) -> None:
    read = read_sentences(str(tagger / "names.tsv"), None, "utf-8", tags=True)
    model = load(tagger / "names")
    answer = done(*TAG, "evaluate", tagger / "names", tagger / "names.tsv", "--json").answer
    assert answer["accuracy"] == model.score(read.words, read.tags)
    assert answer["entity_f1"] == entity_f1(read.tags or [], model.predict(read.words)).f1
    assert answer["words"] == 64
    table = done(*TAG, "evaluate", tagger / "upos", tagger / "rows.conllu").out
    share = load(tagger / "upos").score(WORDS, UPOS)
    assert table.splitlines()[0].split() == ["metric", "network", "most-frequent", "words"]
    assert table.splitlines()[1].split() == ["accuracy", f"{share:.4f}", "1.0000", "24"] and "entity" not in table
    assert "most-frequent 100.0%: " in " ".join(table.split())


@pytest.mark.parametrize(
    ("text", "more", "words"),
    [
        ("Cats run\n", [], "standard input has no tags; give CoNLL-U"),
        ("Cats run\n", [], "where blanks stand between columns, say which has the tags with --column N"),
        ("Cats NNS\nrun\n", ["--column", "2"], "line 2 has 1 columns, but the first has 2"),
        ("Cats\tNOUN\nrun\n", [], "line 2 has 1 columns, but the first has 2"),
        ("Cats\tNOUN\n", ["--column", "upos"], "--column upos is of CoNLL-U"),
        ("Cats\tNOUN\n", ["--column", "3"], "--column 3 is not there: standard input has 2 columns"),
        (CONLLU, ["--column", "pos"], "unknown column 'pos'"),
        ("# a = \tb\n\n", [], "holds no sentence"),
    ],
)
def test_what_cannot_be_read(text: str, more: list[str], words: str, tmp_path: Path) -> None:
    assert words in tsrnn(*TAG, "fit", "-", "-o", tmp_path / "model", *more, stdin=text).mistake


def test_models_of_other_tasks_and_two_forms_at_once(tagger: Path) -> None:
    said = tsrnn("text", "classify", "predict", tagger / "upos", "-", stdin="Cats run")
    assert "holds a SequenceTagger, and this command needs a TextClassifier; use 'tsrnn text tag'" in said.mistake
    (tagger / "rows.csv").write_text("text\nCats run\n", encoding="utf-8")
    assert "rows.csv is CSV" in tsrnn(*TAG, "predict", tagger / "upos", tagger / "rows.csv").mistake
    assert "not both" in tsrnn(*TAG, "predict", tagger / "upos", "-", "--json", "--conllu", stdin="Cats").mistake
