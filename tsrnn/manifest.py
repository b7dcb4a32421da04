"""The manifest of a saved model: what each file must be, to the last byte, before any of it is read."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from tsrnn.errors import ModelFileError
from tsrnn.version import __version__

FORMAT = 2  # 1 had no manifest
NAME = "manifest.json"
_LARGEST = 1 << 20  # bytes of a manifest
_AGAIN = "save the model again, or copy it again from where it came"


def write_manifest(folder: Path, names: tuple[str, ...]) -> None:
    """Writes down size and SHA-256 of the named files of `folder`."""
    files = {name: {"bytes": (folder / name).stat().st_size, "sha256": _digest(folder / name)} for name in names}
    text = json.dumps({"format": FORMAT, "tsrnn": __version__, "files": files}, indent=1)
    (folder / NAME).write_text(text + "\n", encoding="utf-8")


def verify(folder: Path, names: tuple[str, ...]) -> bool:
    """Whether the folder has a manifest, which then holds; one of format 1 has none.

    Raises ModelFileError naming the file that is missing, damaged, or of a newer format.
    """
    file = folder / NAME
    if not file.is_file():
        return False
    try:
        if file.stat().st_size > _LARGEST:
            raise ValueError(f"{file.stat().st_size:,} bytes are too many")
        manifest: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        made, said = manifest["format"], {name: dict(manifest["files"][name]) for name in names}
        sizes = {name: (int(said[name]["bytes"]), str(said[name]["sha256"])) for name in names}
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as problem:
        raise ModelFileError(f"{file} is damaged: {type(problem).__name__}: {problem}; {_AGAIN}") from problem
    if made != FORMAT:
        raise ModelFileError(
            f"{file} has format {made!r}, this tsrnn {__version__} reads up to {FORMAT}; upgrade tsrnn"
        )
    for name, (size, digest) in sizes.items():
        _check(folder / name, size, digest)
    return True


def _check(file: Path, size: int, digest: str) -> None:
    if not file.is_file():
        raise ModelFileError(f"no saved model at {file.parent}: {file.name} is missing")
    found = file.stat().st_size
    if found != size:
        raise ModelFileError(f"{file} is damaged: it has {found:,} bytes and was saved with {size:,}; {_AGAIN}")
    if _digest(file) != digest:
        raise ModelFileError(f"{file} is damaged: its contents are not those that were saved; {_AGAIN}")


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
