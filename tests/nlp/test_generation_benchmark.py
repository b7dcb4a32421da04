"""The cells of the text benchmark that write: they read the public files' formats and give figures that can be read."""

from __future__ import annotations

import gzip
import sys
import zipfile
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "benchmarks"
KOREAN = [  # thirty sentences, and three of them once more
    f"{english}\t{korean}\tby somebody"
    for english, korean in [
        (f"{adjective} {noun} {verb} today", f"{own} {thing} {does} 오늘")
        for adjective, own in (("red", "빨간"), ("old", "늙은"), ("big", "큰"), ("wet", "젖은"), ("shy", "수줍은"))
        for noun, thing in (("dog", "개가"), ("cat", "고양이가"), ("fox", "여우가"))
        for verb, does in (("runs", "달린다"), ("sleeps", "잔다"))
    ]
]
PAIRS = {"de": "Ein Hund läuft .\nZwei Männer gehen .\n", "en": "A dog runs .\nTwo men walk .\n"}


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """The script, with a few rows of each file in place of the public ones, and all of them in a quick run."""
    folder = tmp_path / "text"
    (folder / "multi30k").mkdir(parents=True)
    (folder / "tinyshakespeare_input.txt").write_text("First Citizen:\nSpeak, speak.\n\n" * 20, encoding="utf-8")
    (folder / "ptb.train.txt.gz").write_bytes(gzip.compress(b" no it was n't <unk> N years\n" * 40))
    for part in ("valid", "test"):
        (folder / f"ptb.{part}.txt").write_text(" it was n't N years\n" * 4, encoding="utf-8")
    for part, repeats in (("train", 20), ("val", 2), ("test_2016_flickr", 2)):
        for side, text in PAIRS.items():
            (folder / f"multi30k/{part}.{side}.gz").write_bytes(gzip.compress((text * repeats).encode()))
    with zipfile.ZipFile(folder / "kor-eng.zip", "w") as packed:
        packed.writestr("kor.txt", "\n".join([*KOREAN, *KOREAN[9::10]]))
    monkeypatch.setenv("TSRNN_DATA", str(tmp_path))
    monkeypatch.syspath_prepend(FOLDER)
    monkeypatch.setattr(import_module("texts.generation"), "QUICK", 1.0)
    return import_module("text")


@pytest.mark.slow
def test_a_quick_run_gives_the_figures_of_every_cell(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    names = ["shakespeare", "ptb", "toys", "multi30k", "kor-eng"]
    path = tmp_path / "runs.json"
    options = ["--quick", "--seeds", "1", "--cells", ",".join(names), "--json", str(path)]
    monkeypatch.setattr(sys, "argv", ["text.py", *options])
    script.main()
    runs = [import_module("texts.runs").read(path)[name]["0"] for name in names]
    figures = {name: run.figures for name, run in zip(names, runs, strict=True)}
    assert set(figures["shakespeare"]) == {"nats, carried", "nats, reset"}
    assert figures["shakespeare"]["nats, reset"] < 4.5
    assert 1 < figures["ptb"]["perplexity, carried"] < 20
    assert figures["toys"] == {"words of 10": 10.0, "pairs of 6": 6.0, "misspelt of 2": 2.0}
    assert set(figures["multi30k"]) == {"BLEU, cut", "BLEU", "chrF"}
    assert "tok:none" in runs[3].signature and runs[3].fit_seconds > 0 < runs[3].processor_seconds
    assert figures["kor-eng"]["chrF of the look-up"] == pytest.approx(100.0)


def test_no_english_sentence_is_trained_on_and_tested(script: ModuleType) -> None:
    train, valid, test = import_module("texts.pairs")._parts(None)
    assert [len(part[0]) for part in (train, valid, test)] == [24, 3, 6]
    assert not set(train[0]) & set(valid[0]) | set(train[0]) & set(test[0]) | set(valid[0]) & set(test[0])
