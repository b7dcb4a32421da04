"""Edits: settings, weights and manifests changed on purpose, and the checksums made right again."""

from __future__ import annotations

import copy
import json
import random
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file, save_file

from harms.accidents import NAMES, Harm
from tsrnn.manifest import write_manifest

# What may come to stand anywhere in the settings. The code would leave a file called MARKER behind, were it run.
MARKER = "harmed"
_CODE = f"__import__('pathlib').Path('{MARKER}').touch()"
_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 7, 2**31, 2**63, 10**12, -(10**30), 0.0, 0.5, -1.5, 1e308),
    *(float("nan"), float("inf"), "", "a", "gru", "arima", "Seq2Seq", "torch.nn.Module", "os.system", _CODE),
    *(f"!!python/object/apply:os.system ['touch {MARKER}']", "../../etc/passwd", "\x00", "\ud7ff", "D", "ME", "UTC"),
    *([], [[]], {}, [None], ["load"] * 3, {"record": "Training"}, {"record": "os"}, {"record": _CODE, "cmd": "x"}),
    *({"forecaster": "gru"}, {"forecaster": "os.system", "command": _CODE}, {"__class__": "os"}, {"py/object": "os"}),
)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container and key in it, at any depth."""
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in list(keys):
        yield value, key
        yield from _places(value[key])


def _read(folder: Path) -> dict[str, Any]:
    settings: dict[str, Any] = json.loads((folder / "settings.json").read_text(encoding="utf-8"))
    return settings


def _write(folder: Path, settings: object) -> None:
    (folder / "settings.json").write_text(json.dumps(settings, ensure_ascii=True), encoding="utf-8")
    write_manifest(folder, NAMES[1:])


def set_a_setting(folder: Path, chance: random.Random) -> None:
    """Any value in the place of another one."""
    settings = _read(folder)
    holder, key = chance.choice(list(_places(settings)))
    holder[key] = copy.deepcopy(chance.choice(_VALUES))
    _write(folder, settings)


def drop_a_setting(folder: Path, chance: random.Random) -> None:
    """A key or an item less."""
    settings = _read(folder)
    holder, key = chance.choice(list(_places(settings)))
    del holder[key]
    _write(folder, settings)


def add_a_setting(folder: Path, chance: random.Random) -> None:
    """A key or an item more."""
    settings = _read(folder)
    holders = [holder for holder, _ in _places(settings)]
    holder, value = chance.choice(holders), copy.deepcopy(chance.choice(_VALUES))
    if isinstance(holder, dict):
        holder[chance.choice(("record", "forecaster", "__init__", "a", "horizon", "extra"))] = value
    else:
        holder.insert(chance.randrange(len(holder) + 1), value)
    _write(folder, settings)


def scale_a_number(folder: Path, chance: random.Random) -> None:
    """A number much larger, smaller or with another sign."""
    settings = _read(folder)
    numbers = [(holder, key) for holder, key in _places(settings) if type(holder[key]) in (int, float)]
    holder, key = chance.choice(numbers)
    holder[key] = chance.choice((holder[key] + 1, holder[key] * 1000, holder[key] * 10**9, -holder[key], 1e-9))
    _write(folder, settings)


def unmake_the_text(folder: Path, chance: random.Random) -> None:
    """What is no JSON object, or one nested a hundred thousand times, or in another encoding."""
    text = (folder / "settings.json").read_text(encoding="utf-8")
    deep = 10 ** chance.randrange(1, 6)
    contents = (
        "[" * deep,
        '{"a":' * deep + "1" + "}" * deep,
        "",
        "null",
        "[]",
        "5",
        text[:-2],
        text + "}",
        f"{text}//",
    )
    raw = chance.choice([*(part.encode() for part in contents), text.encode("utf-16"), b"\xff\xfe" + text.encode()])
    (folder / "settings.json").write_bytes(raw)
    write_manifest(folder, NAMES[1:])


def change_an_array(folder: Path, chance: random.Random) -> None:
    """Another shape, type, name or value, an array less or more."""
    file = folder / "weights.safetensors"
    arrays = load_file(file)
    name = chance.choice(sorted(arrays))
    array = arrays.pop(name)
    what = chance.randrange(8)
    changed = (
        array.reshape(-1)[: array.size // 2],
        np.zeros((*array.shape, 2), array.dtype),
        array.astype(chance.choice((np.float32, np.float64, np.int64, np.int8, np.bool_))),
        np.full_like(array, chance.choice((0, 1, -1, 100))),
        np.full(array.shape, np.nan),
        np.zeros(0, array.dtype),
    )
    if what < len(changed):
        arrays[name] = np.ascontiguousarray(changed[what])
    elif what == len(changed):
        arrays[f"{name}.x"] = array
    save_file(arrays, file)
    write_manifest(folder, NAMES[1:])


def change_the_header(folder: Path, chance: random.Random) -> None:
    """A header of the weights that says what is not so: sizes, offsets, types, a length beyond the file."""
    file = folder / "weights.safetensors"
    content = file.read_bytes()
    size = struct.unpack("<Q", content[:8])[0]
    header: dict[str, Any] = json.loads(content[8 : 8 + size])
    entry = header[chance.choice(sorted(header))]
    what = chance.randrange(5)
    if what == 0:
        content = struct.pack("<Q", chance.choice((0, size - 1, size + 1, 2**40, 2**63, 2**64 - 1))) + content[8:]
    else:
        if what == 1:
            entry["shape"] = chance.choice(([2**62], [-1], [2**32, 2**32], [], ["a"], None))
        elif what == 2:
            entry["data_offsets"] = chance.choice(([0, 2**62], [8, 0], [-8, 0], [0], None))
        elif what == 3:
            entry["dtype"] = chance.choice(("F128", "PICKLE", "I8", "F16", 5, None))
        else:
            header |= {f"n{number}": dict(entry, data_offsets=[0, 0], shape=[0]) for number in range(5_000)}
        text = json.dumps(header).encode()
        content = struct.pack("<Q", len(text)) + text + content[8 + size :]
    file.write_bytes(content)
    write_manifest(folder, NAMES[1:])


def change_the_manifest(folder: Path, chance: random.Random) -> None:
    """A manifest that is itself another: sizes, sums, names, or a megabyte of nothing."""
    file = folder / "manifest.json"
    manifest: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    holder, key = chance.choice(list(_places(manifest)))
    if chance.random() < 0.5:
        holder[key] = copy.deepcopy(chance.choice(_VALUES))
    else:
        manifest |= {chance.choice(("files", "more", "../settings.json")): chance.choice((["x" * 2**21], {}, [], "a"))}
    file.write_text(json.dumps(manifest), encoding="utf-8")


EDITS: tuple[Harm, ...] = (
    *(set_a_setting, drop_a_setting, add_a_setting, scale_a_number, unmake_the_text),
    *(change_an_array, change_the_header, change_the_manifest),
)
