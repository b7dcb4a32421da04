"""The benchmark of text generation: its cells read the public files' formats and give figures that can be read."""

from __future__ import annotations

import gzip
import json
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "benchmarks"
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
    monkeypatch.setenv("TSRNN_DATA", str(tmp_path))
    monkeypatch.syspath_prepend(FOLDER)
    monkeypatch.setattr(import_module("texts.generation"), "QUICK", 1.0)
    return import_module("text_generation")


@pytest.mark.slow
def test_a_quick_run_gives_the_figures_of_every_cell(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["text_generation.py", "--quick", "--seeds", "1"])
    script.main()
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    figures = {row["cell"].split(",")[0].split(" ")[0]: row["figures"] for row in rows}
    assert set(figures["Tiny"]) == {"nats, carried", "nats, reset"} and figures["Tiny"]["nats, reset"] < 4.5
    assert 1 < figures["Penn"]["perplexity, carried"] < 20
    assert figures["Ten"] == {"words of 10": 10.0, "pairs of 6": 6.0, "misspelt of 2": 2.0}
    assert set(figures["Multi30k"]) == {"BLEU, cut", "BLEU", "chrF"}
    assert "tok:none" in rows[-1]["signature"] and rows[-1]["fit_seconds"] > 0


def test_an_unknown_cell_is_refused(script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["text_generation.py", "--cells", "imdb"])
    with pytest.raises(SystemExit, match="2"):
        script.main()
