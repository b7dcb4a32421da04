"""The text benchmark: it reads the public files' formats, and its cells give what its table shows."""

from __future__ import annotations

import doctest
import gzip
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "benchmarks"
CONLLU = """# sent_id = 1
1\tI\tI\tPRON\t_
2-3\tdon't\t_\t_\t_
2\tdo\tdo\tAUX\t_
3\tn't\tnot\tPART\t_

1\tGo\tgo\tVERB\t_
1.1\tleft\t_\tVERB\t_

"""


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """The script, with a few rows of each file in place of the public ones."""
    folder = tmp_path / "text"
    (folder / "ud").mkdir(parents=True)
    for part, repeats in (("train", 40), ("dev", 10), ("test", 10)):
        (folder / f"SST2_{part}.tsv").write_text("a good film\t1\na bad film\t0\n" * repeats, encoding="utf-8")
        (folder / f"nsmc_ratings_{part}.txt.gz").write_bytes(
            gzip.compress(("id\tdocument\tlabel\n" + '1\t"좋아요\t1\n2\t\t0\n' * repeats).encode())
        )
        content = (CONLLU * repeats).encode()
        suffix = ".gz" if part == "train" else ""
        (folder / f"ud/en_ewt-ud-{part}.conllu{suffix}").write_bytes(gzip.compress(content) if suffix else content)
    for name in ("trec_train_5500.label", "trec_test_TREC_10.label"):
        (folder / name).write_text("NUM:date When was it ?\nHUM:ind Who is he ?\n" * 40, encoding="latin-1")
    monkeypatch.setenv("TSRNN_DATA", str(tmp_path))
    monkeypatch.syspath_prepend(FOLDER)
    return import_module("text")


def test_every_file_is_read_as_it_is_published(script: ModuleType) -> None:
    files = import_module("texts.files")
    assert files.sst2("dev")[0][:2] == ["a good film", "a bad film"] and files.sst2("dev")[1][:2] == ["1", "0"]
    assert files.trec("test").first(2) == (["When was it ?", "When was it ?"], ["NUM", "NUM"])
    assert files.nsmc("test")[0][:2] == ['"좋아요', ""]
    words, tags = files.ewt("dev")
    assert words[:2] == [["I", "do", "n't"], ["Go"]] and tags[:2] == [["PRON", "AUX", "PART"], ["VERB"]]
    with pytest.raises(SystemExit, match=r"SST2_other.tsv is not there; TSRNN_DATA must name a folder"):
        files.sst2("other")


def test_a_quick_run_fills_a_row_for_each_figure(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["text.py", "--quick", "--seeds", "1", "--cells", "trec,ewt"])
    script.main()
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("| cell | figure | seeds | found |")
    assert [line.split(" | ")[:2] for line in lines[2:]] == [
        ["| TREC-6, accuracy", "network"],
        ["| TREC-6, accuracy", "tf-idf"],
        ["| TREC-6, accuracy", "blend"],
        ["| UD English EWT parts of speech, accuracy", "network"],
    ]
    assert lines[3].split(" | ")[3] == "100.00"


def test_an_unknown_cell_is_refused(script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["text.py", "--cells", "imdb"])
    with pytest.raises(SystemExit, match="2"):
        script.main()


def test_runs_are_kept_and_join_those_of_another_day(script: ModuleType, tmp_path: Path) -> None:
    runs, path = import_module("texts.runs"), tmp_path / "runs.json"
    assert runs.read(path) == {} == runs.read(None)
    first, second = runs.Run({"nats": 1.5}, 2.0, 1.0, "", 5.0), runs.Run({"nats": 1.25}, 4.0, 1.0, "", 7.0)
    runs.write({"a": {"0": first}}, path)
    kept = runs.read(path)
    kept["a"]["1"] = second
    runs.write(kept, path)
    assert runs.read(path) == {"a": {"0": first, "1": second}}
    assert runs.rows("A", kept["a"]) == [
        {"cell": "A", "figure": "nats", "seeds": "2", "found": "1.375 ± 0.177", "seconds": 4, "of processors": "6"}
    ]


def test_a_spread_is_mean_and_deviation(script: ModuleType) -> None:
    found = doctest.testmod(import_module("texts.runs"))
    assert (found.attempted, found.failed) == (1, 0)


def test_what_the_page_shows_is_what_is_kept(script: ModuleType) -> None:
    kept = import_module("texts.runs").read(FOLDER / "found" / "text.json")
    table = script.table(kept)
    assert kept and f"<!-- text -->\n{table}\n<!-- /text -->" in script.PAGE.read_text(encoding="utf-8")
