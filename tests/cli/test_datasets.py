"""`tsrnn datasets`: the catalogue, one set in words, and its download."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.line import done, tsrnn
from tsrnn_datasets import describe, list_datasets


def test_the_table_has_a_row_a_data_set() -> None:
    lines = done("datasets").out.splitlines()
    assert lines[0].split() == ["name", "kind", "domain", "rows", "frequency", "seasonality", "target"]
    assert [line.split()[0] for line in lines[1:]] == list_datasets()["name"].tolist()


def test_json_holds_every_card() -> None:
    answer = done("datasets", "--json").answer
    assert answer["schema"] == "tsrnn.datasets/1"
    assert [card["name"] for card in answer["datasets"]] == list_datasets()["name"].tolist()
    co2 = next(card for card in answer["datasets"] if card["name"] == "co2")
    assert (co2["rows"], co2["columns"], co2["licence"]) == (2284, {"co2": "ppm by volume"}, "public domain")


def test_one_data_set_is_described() -> None:
    assert done("datasets", "etth1").out == describe("etth1") + "\n"
    card = done("datasets", "etth1", "--json").answer
    assert (card["schema"], card["name"], card["files"][0]["path"]) == ("tsrnn.dataset/1", "etth1", "power/ETTh1.csv")


def test_an_unknown_name_gets_the_nearest_and_the_way_to_the_list() -> None:
    mistake = tsrnn("datasets", "eth1").mistake
    assert "did you mean 'etth1'" in mistake and "'tsrnn datasets' shows all" in mistake


def test_a_download_is_said_and_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def fetched(name: str, *, download: bool) -> list[int]:
        asked.append((name, download))
        return [1, 2, 3]

    monkeypatch.setattr("tsrnn_datasets.loading.load", fetched)
    said = done("datasets", "etth1", "--download")
    assert asked == [("etth1", True)]
    assert said.err == "fetching etth1\netth1 is here: 3 rows, checked\n"
    assert said.out == describe("etth1") + "\n"


def test_files_that_are_not_there_are_explained_with_the_command_that_fetches_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tsrnn_datasets.files.cache_folder", lambda: tmp_path)
    assert "'tsrnn datasets etth1 --download' fetches it" in tsrnn("audit", "etth1").mistake
