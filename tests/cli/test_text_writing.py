"""`tsrnn text generate`, `translate` and `complete`: the answers of the library, out of files and pipes."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd
import pytest

from tests.cli.line import done, tsrnn
from tsrnn.nlp import Beam, Sampling, load

GENERATE, TRANSLATE, COMPLETE = ("text", "generate"), ("text", "translate"), ("text", "complete")
RHYME = "one, two, buckle my shoe;\r\nthree, four, knock at the door.\r\n" * 20
PLAIN = RHYME.replace("\r\n", "\n")
PAIRS = pd.DataFrame(
    {"en": ["one two", "two one", "one", "two"] * 4, "de": ["eins zwei", "zwei eins", "eins", "zwei"] * 4}
)
WORDS = ["word", "wood", "deep", "dive", "cold", "cool", "load", "love", "kiss", "kind"]
SMALL = ("--hidden-size", 8, "--epochs", 1, "--seed", 2, "--json")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with text, pairs and words, and a small model of each."""
    folder = tmp_path_factory.mktemp("writing")
    (folder / "rhyme.txt").write_bytes(RHYME.encode())
    PAIRS.to_csv(folder / "pairs.tsv", index=False, sep="\t")
    (folder / "words.txt").write_text("\n".join(WORDS) + "\n\n", encoding="utf-8")
    assert done(*GENERATE, "fit", folder / "rhyme.txt", "-o", folder / "writer", *SMALL).answer["texts"] == 1
    names = ("--source", "en", "--target", "de")
    pairs = done(*TRANSLATE, "fit", folder / "pairs.tsv", "-o", folder / "en-de", *names, *SMALL)
    assert pairs.answer["pairs"] == len(PAIRS)
    words = done(*COMPLETE, "fit", folder / "words.txt", "-o", folder / "words", "--last", *SMALL)
    assert words.answer["words"] == len(WORDS)
    return folder


def frame(text: str) -> pd.DataFrame:
    """CSV that was said, every cell as it is."""
    return pd.read_csv(io.StringIO(text), keep_default_na=False)


@pytest.mark.parametrize("name", ["writer", "en-de", "words"])
def test_settings_are_those_that_were_typed(models: Path, name: str) -> None:
    model = load(models / name)
    assert (model.hidden_size, model.training.epochs, model.training.seed) == (8, 1, 2)


def test_the_usual_training_is_that_of_the_library(models: Path) -> None:
    from tsrnn.nlp.fitting import text_training
    from tsrnn.nlp.generator_model import language_training

    assert load(models / "writer").training.learning_rate == language_training(len(PLAIN), 64).learning_rate
    assert load(models / "en-de").training.patience == text_training(len(PAIRS)).patience
    assert load(models / "words").training.validation == 0.0


def test_a_whole_file_is_one_text_and_its_line_ends_are_one_character(models: Path) -> None:
    model = load(models / "writer")
    assert "\n" in model.learned().reader.vocabulary.words(range(len(model.learned().reader)))
    assert not model.oov_rate([PLAIN]) and model.oov_rate(["\r"]) == 1.0
    lines = done(*GENERATE, "fit", models / "rhyme.txt", "-o", models / "lines", "--lines", *SMALL)
    assert lines.answer["texts"] == 40


def test_sample_writes_what_the_library_writes(models: Path) -> None:
    model = load(models / "writer")
    said = done(*GENERATE, "sample", models / "writer", "--prompt", "one", "--length", 12, "--seed", 5)
    assert said.out == model.generate(["one"], length=12, seed=5)[0] + "\n"
    drawn = ("--temperature", 0.7, "--top-k", 4, "--top-p", 0.9, "--repetition", 1.2, "--stop", "e", "--stop", "o")
    answer = done(*GENERATE, "sample", models / "writer", *drawn, "--json").answer
    sampling = Sampling(0.7, top_k=4, top_p=0.9, repetition=1.2)
    assert answer["text"] == model.generate([""], sampling=sampling, stop=["e", "o"])[0]
    best = done(*GENERATE, "predict", models / "writer", "-", "--temperature", 0, "--length", 5, stdin="one\ntwo\n")
    assert frame(best.out)["continuation"].tolist() == model.generate(
        ["one", "two"], length=5, sampling=Sampling(temperature=0)
    )


def test_evaluate_says_how_well_text_is_foretold(models: Path) -> None:
    expected = load(models / "writer").evaluate([PLAIN], window=16)
    words = (*GENERATE, "evaluate", models / "writer", models / "rhyme.txt", "--window", 16)
    rows = done(*words, "--json").answer["rows"]
    assert rows == expected.to_dict("records")
    assert f"{expected['perplexity'][0]:.4f}" in done(*words).out.splitlines()[1].split()


def test_translations_are_those_of_the_library(models: Path) -> None:
    model, texts = load(models / "en-de"), ["one two", "two"]
    said = done(*TRANSLATE, "predict", models / "en-de", "-", stdin="one two\ntwo\n")
    assert frame(said.out).to_dict("list") == {"source": texts, "translation": model.predict(texts)}
    table = done(*TRANSLATE, "predict", models / "en-de", models / "pairs.tsv", "--source", "en", "--beam", 1, "--json")
    found = [row["translation"] for row in table.answer["rows"]]
    assert found == model.predict(PAIRS["en"].tolist(), beam=Beam(width=1))


def test_translations_are_judged_by_bleu_and_chrf(models: Path) -> None:
    pytest.importorskip("sacrebleu")
    words = (*TRANSLATE, "evaluate", models / "en-de", models / "pairs.tsv", "--source", "en", "--target", "de")
    metrics = done(*words, "--json").answer["metrics"]
    assert metrics == load(models / "en-de").evaluate(PAIRS["en"].tolist(), PAIRS["de"].tolist()).to_dict("records")
    assert [line.split()[0] for line in done(*words).out.splitlines()] == ["metric", "BLEU", "chrF"]


def test_words_are_completed_and_judged(models: Path) -> None:
    model = load(models / "words")
    found = frame(done(*COMPLETE, "predict", models / "words", "-", "--count", 2, stdin="woo_\nkin_\n").out)
    assert found["text"].tolist() == ["woo_", "woo_", "kin_", "kin_"] and found["rank"].tolist() == [1, 2, 1, 2]
    assert found["word"].tolist() == model.suggest(["woo_", "kin_"], 2)["word"].tolist()
    gaps = pd.DataFrame({"text": [word[:-1] + "_" for word in WORDS], "word": WORDS})
    gaps.to_csv(models / "gaps.csv", index=False)
    answer = done(*COMPLETE, "evaluate", models / "words", models / "gaps.csv", "--json").answer
    assert answer["accuracy"] == model.score(gaps["text"].tolist(), WORDS)
    assert f"{answer['accuracy']:.4f}" in done(*COMPLETE, "evaluate", models / "words", models / "gaps.csv").out


@pytest.mark.parametrize(
    ("words", "stdin", "said"),
    [
        ((*GENERATE, "sample", "writer", "--top-p", "2"), "", "top_p must be a probability"),
        ((*GENERATE, "sample", "en-de"), "", "use 'tsrnn text translate'"),
        ((*GENERATE, "fit", "-", "-o", "new"), " \n", "standard input is empty"),
        ((*TRANSLATE, "fit", "-", "-o", "new"), "source,target\na\n", "row 1 has 1 cells"),
        ((*TRANSLATE, "fit", "-", "-o", "new"), "a,b\nc,d\n", "; say --source COL"),
        ((*COMPLETE, "fit", "-", "-o", "new"), "wo_d\n", "which holds the blank"),
        ((*COMPLETE, "fit", "-", "-o", "new", "--tokens", "words"), "word\n", "characters"),
        ((*COMPLETE, "predict", "words", "-"), "w_o_\n", "fills one blank at the end"),
    ],
)
def test_mistakes_are_one_line(
    models: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], stdin: str, said: str
) -> None:
    monkeypatch.chdir(models)
    ended = tsrnn(*words, stdin=stdin)
    assert ended.code == 2 and said in ended.err, ended
    assert [line.startswith("tsrnn: ") for line in ended.err.splitlines()] == [True]
    assert not (models / "new").exists()
