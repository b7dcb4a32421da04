"""A saved model's folder: `settings.json`, `weights.safetensors`, and a manifest of both; nothing is executed."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from tsrnn.errors import ModelFileError
from tsrnn.manifest import FORMAT, NAME, verify, write_manifest
from tsrnn.version import __version__

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FILES = ("settings.json", "weights.safetensors")
_LARGEST = 1 << 28  # bytes of settings: those of 100,000 series have some twenty million

Arrays = dict[str, "NDArray[np.generic]"]


@dataclass(frozen=True)
class Registry:
    """The closed set of classes that stand in `settings.json`; whatever else a file names is refused.

    - `records`: frozen dataclasses by name, written as `{"record": name, …}`.
    - `key`, `kind`, `make`: models inside a model's settings, written as `{key: kind(model), …}`; `kind` gives the name
      of one of our models and None for anything else, `make(name, settings)` the model.
    """

    records: dict[str, type]
    key: str
    kind: Callable[[Any], str | None]
    make: Callable[[str, dict[str, Any]], Any]

    def encode(self, value: Any) -> Any:
        """The value as JSON holds it; ModelFileError for one that JSON and this registry cannot hold."""
        if dataclasses.is_dataclass(value) and self.records.get(type(value).__name__) is type(value):
            fields = {field.name: self.encode(getattr(value, field.name)) for field in dataclasses.fields(value)}
            return {"record": type(value).__name__, **fields}
        kind = self.kind(value)
        if kind is not None:
            return {self.key: kind, **self.encode(value.get_params(deep=False))}
        if isinstance(value, dict):
            return {str(key): self.encode(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.encode(item) for item in value]
        if isinstance(value, np.generic):
            return value.item()
        if isinstance(value, np.ndarray):
            return self.encode(value.tolist())
        if value is None or isinstance(value, (bool, int, float, str)):
            return value
        raise ModelFileError(
            f"a {type(value).__name__} ({value!r}) cannot be saved; names must be text or whole numbers"
        )

    def decode(self, value: Any) -> Any:
        """What `encode` was given, with tuples for lists."""
        if isinstance(value, list):
            return tuple(self.decode(item) for item in value)
        if not isinstance(value, dict):
            return value
        fields = {key: self.decode(item) for key, item in value.items() if key not in ("record", self.key)}
        if self.key in value:
            return self.make(value[self.key], fields)
        return self.records[value["record"]](**fields) if "record" in value else fields


def write_folder(path: str | Path, settings: dict[str, Any], arrays: Arrays) -> Path:
    """Writes a model to the folder `path`, replacing a model that stands there, and gives the path.

    The folder appears whole or not at all: whoever is killed meanwhile leaves the model before or the new one, which
    `read_folder` finds. Raises ModelFileError where `path` holds something that is no model, or cannot be written.
    """
    target = Path(path).resolve()  # a link stays one
    if target.exists() and not (target / "settings.json").is_file():
        raise ModelFileError(f"{target} exists and is no saved model; choose another path or remove it")
    for place in (target, _aside(target)):  # both are to go
        _refuse_others(place)
    try:
        fresh = target.with_name(f".{target.name}-{uuid.uuid4().hex[:12]}")
        fresh.mkdir(parents=True)
    except OSError as problem:
        raise _unwritten(target, problem) from problem
    try:
        save_file({name: np.ascontiguousarray(array) for name, array in arrays.items()}, fresh / "weights.safetensors")
        everything = {"format": FORMAT, "tsrnn": __version__, **settings}
        text = json.dumps(everything, ensure_ascii=False, indent=1, allow_nan=True)
        (fresh / "settings.json").write_text(text, encoding="utf-8")
        write_manifest(fresh, _FILES)
        _to_disk(fresh)
        _put(fresh, target)
    except (OSError, SafetensorError) as problem:
        raise _unwritten(target, problem) from problem
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return target


def _refuse_others(target: Path) -> None:
    """ModelFileError where a folder holds what is not ours to remove."""
    if not target.is_dir():
        return
    others = sorted(file.name for file in target.iterdir() if file.name not in (NAME, *_FILES))
    if others:
        raise ModelFileError(
            f"{target} holds more than a saved model ({', '.join(others[:3])}), which saving over it would remove; "
            "move that, or choose another path"
        )


def _put(fresh: Path, target: Path) -> None:
    """The new folder in the place of an old one, which stands aside until the new one is there."""
    aside = _aside(target)
    if target.exists():
        shutil.rmtree(aside, ignore_errors=True)
        target.rename(aside)
    fresh.rename(target)
    shutil.rmtree(aside, ignore_errors=True)


def _aside(target: Path) -> Path:
    return target.with_name(f".{target.name}.before")


def _to_disk(folder: Path) -> None:
    """Waits until the files are on the disk, so that a power cut cannot leave empty ones under the right names."""
    for file in folder.iterdir():
        shutil.copymode(
            folder / "settings.json", file
        )  # as any file of the caller's; weights are written for him alone
        with file.open("rb+") as written:
            os.fsync(written.fileno())


def _unwritten(target: Path, problem: Exception) -> ModelFileError:
    return ModelFileError(f"{target} could not be written: {problem}; nothing was changed; choose another path")


def read_folder(path: str | Path) -> tuple[dict[str, Any], Arrays]:
    """The settings and the arrays saved at `path`.

    Every byte is checked against the manifest before any of it is read. Raises ModelFileError naming the file where it
    is missing, damaged, or of a newer format.
    """
    folder = Path(path)
    if not folder.exists() and _aside(folder).exists():  # killed between two renames: the model before is whole
        folder = _aside(folder)
    verified = verify(folder, _FILES)
    settings = _read_settings(folder / "settings.json", FORMAT if verified else 1)
    return settings, _read_arrays(folder / "weights.safetensors")


def damaged(path: str | Path, problem: Exception) -> ModelFileError:
    """The error for a folder whose two files can be read but do not make a model."""
    why = str(problem).strip().partition("\n")[0]  # below it torch prints where in its own code
    return ModelFileError(f"{path} is damaged: {type(problem).__name__}: {why}; save the model again")


def _read_settings(file: Path, needed: int) -> dict[str, Any]:
    if not file.is_file():
        raise ModelFileError(f"no saved model at {file.parent}: {file.name} is missing")
    try:
        if file.stat().st_size > _LARGEST:
            raise ValueError(f"{file.stat().st_size:,} bytes are too many")
        settings: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        made = settings["format"]
    except (ValueError, KeyError, TypeError, RecursionError) as problem:
        raise ModelFileError(f"{file} is damaged: {problem}") from problem
    if made == FORMAT != needed:
        raise ModelFileError(f"{file.parent} is damaged: manifest.json is missing; copy the whole folder")
    if made != needed:
        raise ModelFileError(f"{file} has format {made!r}, this tsrnn {__version__} reads {FORMAT}; upgrade tsrnn")
    return settings


def _read_arrays(file: Path) -> Arrays:
    if not file.is_file():
        raise ModelFileError(f"no saved model at {file.parent}: {file.name} is missing")
    try:
        arrays: Arrays = load_file(file)
    except (SafetensorError, ValueError, OSError) as problem:
        raise ModelFileError(f"{file} is damaged: {problem}") from problem
    return arrays
