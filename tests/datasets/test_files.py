"""Where a file comes from, in which order, and that nothing unchecked is ever used."""

from __future__ import annotations

import gzip
import hashlib
import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tsrnn_datasets import download, files
from tsrnn_datasets.card import Card, File
from tsrnn_datasets.errors import DatasetError
from tsrnn_datasets.readers.table import Table

CONTENT = b"date,y\n2020-01-02,2.0\n2020-01-01,1.0\n"
URL = "https://example.org/a.csv"


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


FILE = File("power/a.csv", sha(CONTENT), len(CONTENT), URL)
CARD = Card(
    name="small",
    kind="downloaded",
    domain="power",
    about="two rows",
    form="series",
    rows=2,
    columns={"y": "MW"},
    licence="none",
    source="made here",
    frequency="D",
    target="y",
    files=(FILE,),
    read=Table(),
)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder named by TSRNN_DATA, and an empty cache beside it."""
    folder = tmp_path / "data"
    (folder / "power").mkdir(parents=True)
    monkeypatch.setenv("TSRNN_DATA", str(folder))
    monkeypatch.setattr(files, "cache_folder", lambda: tmp_path / "cache")
    return folder


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that were fetched; every one answers with CONTENT."""
    asked: list[str] = []

    def fetch(url: str, limit: int) -> bytes:
        assert limit == len(CONTENT) + 2**20  # what the card says, and a little
        asked.append(url)
        return CONTENT

    monkeypatch.setattr(files, "fetch", fetch)
    return asked


def zipped(content: bytes, member: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("_about.txt", "not this one")
        archive.writestr(member, content)
    return buffer.getvalue()


def test_a_file_in_the_data_folder_is_read_without_a_network(data: Path, fetched: list[str]) -> None:
    (data / "power/a.csv").write_bytes(CONTENT)
    assert files.contents(CARD, download=True) == (CONTENT,)
    assert fetched == []


def test_a_gzipped_file_gives_the_same_content(data: Path, fetched: list[str]) -> None:
    (data / "power/a.csv.gz").write_bytes(gzip.compress(CONTENT))
    assert files.contents(CARD, download=False) == (CONTENT,)


def test_one_member_of_a_zip_is_read_in_memory(data: Path) -> None:
    file = replace(FILE, path="power/a.zip", member="a.csv")
    (data / "power/a.zip").write_bytes(zipped(CONTENT, "a.csv"))
    assert files.contents(replace(CARD, files=(file,)), download=False) == (CONTENT,)
    assert [path.name for path in data.rglob("*.csv")] == []


def test_a_download_is_kept_and_not_fetched_again(data: Path, fetched: list[str], tmp_path: Path) -> None:
    assert files.contents(CARD, download=True) == (CONTENT,)
    assert (tmp_path / "cache/power/a.csv").read_bytes() == CONTENT
    assert files.contents(CARD, download=False) == (CONTENT,)
    assert fetched == [URL]
    assert list(tmp_path.rglob("*.part")) == []


def test_a_gzipped_download_is_kept_as_such(data: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(files, "fetch", lambda url, limit: gzip.compress(CONTENT))
    assert files.contents(CARD, download=True) == (CONTENT,)
    assert (tmp_path / "cache/power/a.csv.gz").is_file()
    assert files.contents(CARD, download=False) == (CONTENT,)


def test_the_data_folder_goes_before_the_cache(data: Path, tmp_path: Path) -> None:
    (tmp_path / "cache/power").mkdir(parents=True)
    (tmp_path / "cache/power/a.csv").write_bytes(b"damaged")
    (data / "power/a.csv").write_bytes(CONTENT)
    assert files.contents(CARD, download=False) == (CONTENT,)


def test_a_file_that_is_not_there_says_how_to_get_it(data: Path, fetched: list[str]) -> None:
    with pytest.raises(DatasetError) as error:
        files.contents(CARD, download=False)
    for word in ('load("small", download=True)', "TSRNN_DATA", str(data / "power/a.csv"), "power/a.csv.gz"):
        assert word in str(error.value)
    assert fetched == []


def test_without_a_data_folder_and_without_a_cache_the_error_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TSRNN_DATA", raising=False)
    monkeypatch.setattr(files, "cache_folder", lambda: None)
    with pytest.raises(DatasetError, match="TSRNN_DATA is not set"):
        files.contents(CARD, download=False)


@pytest.mark.parametrize("ask", [False, True])
def test_a_file_without_a_public_address_says_where_to_put_it(data: Path, fetched: list[str], ask: bool) -> None:
    card = replace(CARD, files=(replace(FILE, url=None),))
    with pytest.raises(DatasetError, match="no direct public address") as error:
        files.contents(card, download=ask)
    assert f"put it at {data / 'power/a.csv'}" in str(error.value)
    assert fetched == []


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_wrong_checksum_names_the_file_and_both_sums(data: Path, pack: Callable[[bytes], bytes]) -> None:
    wrong = CONTENT.replace(b"2.0", b"3.0")
    path = data / ("power/a.csv" if pack is bytes else "power/a.csv.gz")
    path.write_bytes(pack(wrong))
    with pytest.raises(DatasetError, match="not the file expected") as error:
        files.contents(CARD, download=False)
    for word in (str(path), sha(wrong), sha(CONTENT), "was not used"):
        assert word in str(error.value)


def test_a_download_with_a_wrong_checksum_is_not_kept(
    data: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(files, "fetch", lambda url, limit: CONTENT.replace(b"2.0", b"3.0"))
    with pytest.raises(DatasetError, match=r"https://example\.org/a\.csv is not the file expected"):
        files.contents(CARD, download=True)
    assert not (tmp_path / "cache").exists()


def test_a_file_of_gigabytes_is_not_read(data: Path) -> None:
    with (data / "power/a.csv").open("wb") as file:
        file.truncate(1 << 34)  # sparse: takes no room on the disk
    with pytest.raises(DatasetError, match=r"a\.csv has 17,179,869,184 bytes, more than the file it is named after"):
        files.contents(CARD, download=False)


@pytest.mark.parametrize("pack", [bytes, gzip.compress, lambda content: zipped(content, "a.csv")])
def test_a_content_that_grows_beyond_the_declared_size_is_refused(pack: Callable[[bytes], bytes]) -> None:
    with pytest.raises(DatasetError, match="holds more than the 37 bytes expected"):
        files.unpack(pack(b"0" * 1_000_000), replace(FILE, member="a.csv"), "bomb")


@pytest.mark.parametrize(
    "broken",
    [gzip.compress(CONTENT)[:-9], b"\x1f\x8b not gzip at all", zipped(CONTENT, "b.csv"), zipped(CONTENT, "a.csv")[:60]],
    ids=["cut gzip", "no gzip", "no such member", "cut zip"],
)
def test_a_damaged_container_is_named(broken: bytes) -> None:
    with pytest.raises(DatasetError, match=r"a\.zip cannot be uncompressed"):
        files.unpack(broken, replace(FILE, member="a.csv"), "a.zip")


def test_a_home_folder_may_be_written_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TSRNN_DATA", "~/series")
    assert files.data_folder() == Path.home() / "series"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"path": "../a.csv"}, "is no path inside the folder of data"),
        ({"path": "/etc/passwd"}, "is no path inside the folder of data"),
        ({"path": "power/../../a.csv"}, "is no path inside the folder of data"),
        ({"path": "power\\..\\..\\a.csv"}, "is no path inside the folder of data"),
        ({"path": "c:/a.csv"}, "is no path inside the folder of data"),
        ({"path": ""}, "is no path inside the folder of data"),
        ({"sha256": None}, "has a sha256 and a size that are known beforehand"),
        ({"size": None}, "has a sha256 and a size that are known beforehand"),
        ({"url": "http://example.org/a.csv"}, "is not https"),
        ({"url": "file:///etc/passwd"}, "is not https"),
    ],
)
def test_a_card_can_name_no_file_that_would_not_be_checked(changed: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        replace(FILE, **changed)


@pytest.mark.parametrize("member", ["../../a.csv", "/a.csv", "..\\a.csv", "C:\\a.csv"])
def test_a_member_of_a_zip_becomes_no_path(member: str, data: Path, tmp_path: Path) -> None:
    raw = zipped(CONTENT, member)
    (data / "power/a.zip").write_bytes(raw)
    before = sorted(tmp_path.rglob("*"))
    named = zipfile.ZipFile(io.BytesIO(raw)).namelist()[1]
    file = replace(FILE, path="power/a.zip", member=named)
    assert files.contents(replace(CARD, files=(file,)), download=False) == (CONTENT,)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_download_is_kept_where_its_card_says_and_nowhere_else(
    data: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(files, "fetch", lambda url, limit: zipped(CONTENT, "../../a.csv"))
    file = replace(FILE, path="power/a.zip", member="../../a.csv")
    assert files.contents(replace(CARD, files=(file,)), download=True) == (CONTENT,)
    assert [path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()] == [Path("cache/power/a.zip")]


class Answer:
    """What a server answers, as far as it is looked at."""

    headers = {"content-length": "9", "location": "http://example.org/b.csv"}  # noqa: RUF012
    url = URL

    def __init__(self, chunks: list[bytes], is_redirect: bool = False) -> None:
        self.chunks, self.is_redirect = chunks, is_redirect

    def raise_for_status(self) -> None:
        pass

    def iter_content(self, chunk_size: int) -> Iterator[bytes]:
        yield from self.chunks


def serve(monkeypatch: pytest.MonkeyPatch, answer: Answer | OSError) -> list[dict[str, Any]]:
    """Let every request end in this answer; the options of each are noted."""
    asked = []

    def get(url: str, **options: Any) -> Answer:
        asked.append({"url": url, **options})
        if isinstance(answer, OSError):
            raise answer
        options["hooks"]["response"](answer)
        return answer

    monkeypatch.setattr("requests.get", get)
    return asked


def test_an_address_is_fetched_into_memory_with_a_time_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = serve(monkeypatch, Answer([b"date,", b"y\n"]))
    assert download.fetch(URL, limit=100) == b"date,y\n"
    assert asked[0]["url"] == URL
    assert asked[0]["timeout"] == download.TIMEOUT
    assert asked[0]["allow_redirects"] is False


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (Answer([b"12345", b"67890"]), "larger than the 9 bytes allowed"),
        (Answer([], is_redirect=True), "now points elsewhere, to http://example.org/b.csv"),
        (ConnectionError("no route"), "could not be fetched: no route"),
    ],
)
def test_what_goes_wrong_on_the_way_is_said(
    monkeypatch: pytest.MonkeyPatch, answer: Answer | OSError, message: str
) -> None:
    serve(monkeypatch, answer)
    with pytest.raises(DatasetError, match=message):
        download.fetch(URL, limit=9)


def test_only_encrypted_addresses_are_fetched() -> None:
    with pytest.raises(DatasetError, match="only https"):
        download.fetch("http://example.org/a.csv", limit=9)


def test_without_pooch_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "find_spec", lambda name: None)
    assert download.cache_folder() is None
    with pytest.raises(DatasetError, match=r'pip install "tsrnn\[data\]"'):
        download.fetch(URL, limit=9)


def test_the_cache_is_a_folder_of_the_user() -> None:
    folder = download.cache_folder()
    assert folder is not None and folder.is_absolute() and folder.name == "tsrnn"
