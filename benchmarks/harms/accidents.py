"""Accidents: bytes, files and names of a saved model that are not what they were; the manifest tells all of them."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

NAMES = ("manifest.json", "settings.json", "weights.safetensors")

Harm = Callable[[Path, random.Random], None]


def _file(folder: Path, chance: random.Random) -> Path:
    return folder / chance.choice(NAMES)


def flip(folder: Path, chance: random.Random) -> None:
    """One bit the other way."""
    file = _file(folder, chance)
    content = bytearray(file.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    file.write_bytes(bytes(content))


def overwrite(folder: Path, chance: random.Random) -> None:
    """A block of zeros or of noise, as a bad sector leaves it."""
    file = _file(folder, chance)
    content = bytearray(file.read_bytes())
    first, size = chance.randrange(len(content)), chance.choice((1, 16, 512))
    size = min(size, len(content) - first)
    content[first : first + size] = bytes(size) if chance.random() < 0.5 else chance.randbytes(size)
    file.write_bytes(bytes(content))


def truncate(folder: Path, chance: random.Random) -> None:
    """The end is not there."""
    file = _file(folder, chance)
    file.write_bytes(file.read_bytes()[: chance.randrange(file.stat().st_size)])


def lengthen(folder: Path, chance: random.Random) -> None:
    """Something stands behind the end."""
    file = _file(folder, chance)
    file.write_bytes(file.read_bytes() + chance.randbytes(chance.randrange(1, 50)))


def remove(folder: Path, chance: random.Random) -> None:
    """A file is not there."""
    _file(folder, chance).unlink()


def rename(folder: Path, chance: random.Random) -> None:
    """A file has another name."""
    file = _file(folder, chance)
    file.rename(file.with_name(chance.choice((file.name.upper(), f"{file.name}.1", f"copy of {file.name}"))))


def swap(folder: Path, chance: random.Random) -> None:
    """Two files have one another's name."""
    first, second = (folder / name for name in chance.sample(NAMES, 2))
    one, other = first.read_bytes(), second.read_bytes()
    first.write_bytes(other)
    second.write_bytes(one)


def mix(folder: Path, chance: random.Random) -> None:
    """One file is another model's."""
    name = chance.choice(NAMES)
    others = [other for other in folder.with_name("models").iterdir() if (other / name).is_file()]
    (folder / name).write_bytes((chance.choice(others) / name).read_bytes())


def link(folder: Path, chance: random.Random) -> None:
    """A link in the place of a file: to another file, to a device without an end, to nothing, to itself."""
    file = _file(folder, chance)
    file.unlink()
    file.symlink_to(chance.choice(("/etc/hostname", "/dev/zero", "/nowhere", file.name, "..")))


def occupy(folder: Path, chance: random.Random) -> None:
    """A folder or a pipe in the place of a file."""
    file = _file(folder, chance)
    file.unlink()
    if chance.random() < 0.5:
        file.mkdir()
    else:
        os.mkfifo(file)


def swell(folder: Path, chance: random.Random) -> None:
    """A file of a hundred gigabytes of nothing."""
    with _file(folder, chance).open("rb+") as file:
        file.truncate(100 * 2**30)


def advance(folder: Path, chance: random.Random) -> None:
    """A format of the future, of the past or of none, in the manifest or in the settings."""
    file = folder / chance.choice(NAMES[:2])
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    content["format"] = chance.choice((0, 1, 3, 99, -1, 2.5, "2", None, [2], True))
    file.write_text(json.dumps(content, indent=1), encoding="utf-8")


ACCIDENTS: tuple[Harm, ...] = (
    *(flip, overwrite, truncate, lengthen, remove, rename, swap, mix, link, occupy, swell, advance),
)
