"""From a card's file to its checked content: first the TSRNN_DATA folder, then the cache, then the network."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import zipfile
import zlib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from tsrnn_datasets.card import Card, File
from tsrnn_datasets.download import cache_folder, fetch
from tsrnn_datasets.errors import DatasetError

CEILING = 256 * 1024 * 1024  # bytes; a content without a declared size may not grow beyond this
GZIP, ZIP = b"\x1f\x8b", b"PK"


def contents(card: Card, download: bool) -> tuple[bytes, ...]:
    """The content of each of the card's files, uncompressed and checked."""
    if card.kind == "embedded":
        return tuple(_embedded(card, file) for file in card.files)
    return tuple(_content(card, file, download) for file in card.files)


def data_folder() -> Path | None:
    """The folder named by TSRNN_DATA, or None where the variable is not set."""
    named = os.environ.get("TSRNN_DATA", "")
    return Path(named).expanduser() if named else None


def _embedded(card: Card, file: File) -> bytes:
    spec = find_spec("statsmodels")  # finds the package without importing it
    if spec is None or not spec.submodule_search_locations:
        raise DatasetError(f"{card.name} is read from statsmodels, which is not installed: pip install statsmodels")
    path = Path(next(iter(spec.submodule_search_locations))) / "datasets" / file.path
    if not path.is_file():
        raise DatasetError(f"{card.name}: this statsmodels has no {path}; install statsmodels 0.14.4 or newer")
    return path.read_bytes()


def _content(card: Card, file: File, download: bool) -> bytes:
    looked_at: list[Path] = []
    for path in _places(file):
        looked_at.append(path)
        if path.is_file():
            return check(unpack(_bytes(path, _most(file)), file, str(path)), file, str(path))
    if download and file.url is not None:
        raw = fetch(file.url, limit=_most(file))
        content = check(unpack(raw, file, file.url), file, file.url)
        _keep(raw, file)  # only what was checked is kept
        return content
    raise DatasetError(_missing(card, file, looked_at))


def _most(file: File) -> int:
    """The most bytes that it can have, compressed or not."""
    return (file.size or CEILING) + 1024 * 1024


def _bytes(path: Path, most: int) -> bytes:
    try:
        if path.stat().st_size > most:
            raise DatasetError(f"{path} has {path.stat().st_size:,} bytes, more than the file it is named after")
        return path.read_bytes()
    except OSError as error:
        raise DatasetError(f"{path} cannot be read: {error.strerror or error}") from error


def _places(file: File) -> Iterator[Path]:
    for folder in (data_folder(), cache_folder()):
        if folder is not None:
            yield folder / file.path
            if not file.path.endswith((".gz", ".zip")):
                yield folder / (file.path + ".gz")


def _keep(raw: bytes, file: File) -> None:
    folder = cache_folder()
    if folder is None:
        return
    path = folder / (file.path + ".gz" if raw.startswith(GZIP) else file.path)
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f"{path.name}.{os.getpid()}.part")
    half.write_bytes(raw)
    half.replace(path)  # a reader never sees half a file


def _missing(card: Card, file: File, looked_at: list[Path]) -> str:
    where = ", ".join(str(path) for path in looked_at) or "no folder, for TSRNN_DATA is not set"
    if file.url is None:
        fetching = f"it has no direct public address (see {card.source}), so it cannot be downloaded here"
        folder = data_folder() or Path("$TSRNN_DATA")
        return f"{card.name} needs {file.path}: {fetching}; put it at {folder / file.path} (looked at {where})"
    fetching = f'load("{card.name}", download=True) fetches it'
    return (
        f"{card.name} needs {file.path}: {fetching}, or name the folder that holds it in TSRNN_DATA (looked at {where})"
    )


def unpack(raw: bytes, file: File, origin: str) -> bytes:
    """The content of a plain, gzipped or zipped file, read in memory and never beyond the declared size."""
    limit = file.size or CEILING
    try:
        if raw.startswith(GZIP):
            with gzip.open(io.BytesIO(raw)) as stream:
                content = stream.read(limit + 1)
        elif raw.startswith(ZIP) and file.member is not None:
            with zipfile.ZipFile(io.BytesIO(raw)) as archive, archive.open(file.member) as stream:
                content = stream.read(limit + 1)
        else:
            content = raw
    except (OSError, EOFError, KeyError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
        raise DatasetError(
            f"{origin} cannot be uncompressed ({error}); the file was not used: fetch it again"
        ) from error
    if len(content) > limit:
        raise DatasetError(f"{origin} holds more than the {limit:,} bytes expected; the file was not used")
    return content


def check(content: bytes, file: File, origin: str) -> bytes:
    """The content itself, if it has the sha256 the card declares; else an error with both."""
    found = hashlib.sha256(content).hexdigest()
    if file.sha256 is not None and found != file.sha256:
        raise DatasetError(
            f"{origin} is not the file expected: the sha256 of its uncompressed content is {found} "
            f"({len(content):,} bytes), expected {file.sha256} ({file.size or 0:,} bytes); the file was not used. "
            "Either it is damaged (remove it and fetch it again) or its publisher has changed it"
        )
    return content
