"""Partitions: a table too large for memory as Parquet files, each of which holds all rows of its series."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tsrnn.columns import Columns
from tsrnn.errors import ColumnError, DataError, MissingExtraError, SettingError

Keys = NDArray[np.uint64]


def partitions(files: str | Path | Sequence[str | Path]) -> list[Path]:
    """The Parquet files of a folder and of the folders in it, by name, or the files of a list.

    Hidden files, and those whose name begins with `_`, which other programs write beside the data, are passed over.
    Raises DataError where there is none, SettingError for a list that is none.
    """
    if isinstance(files, (str, Path)):
        folder = Path(files)
        if not folder.is_dir():
            raise DataError(f"{folder} is no folder; give one that holds Parquet files, or a list of files")
        inside = [path for path in sorted(folder.rglob("*.parquet")) if not path.name.startswith((".", "_"))]
        if not inside:
            raise DataError(f"{folder} holds no file that ends in .parquet; write the series there, whole ones in each")
        return inside
    found = [Path(file) for file in files]
    if len(set(found)) != len(found) or not found:
        raise SettingError(f"files is a folder or a list of Parquet files, each once; got {list(map(str, found))}")
    for path in found:
        if not path.is_file():
            raise DataError(f"there is no file {path}")
    return found


def partition(path: Path, columns: Columns | None) -> tuple[pd.DataFrame, str]:
    """The rows of a file and its column of ids, that of `columns` or unique_id.

    Raises DataError for a file that is no Parquet, ColumnError for one without ids.
    """
    try:
        frame = pd.read_parquet(path)
    except ImportError as problem:
        raise MissingExtraError(f'{path} needs pyarrow: pip install "tsrnn[arrow]"') from problem
    except ValueError as problem:  # pyarrow's own errors are ValueErrors
        raise DataError(f"{path} is no Parquet file: {str(problem).splitlines()[0]}") from problem
    ident = cast("str", "unique_id" if columns is None else columns.id)
    if ident is None or ident not in frame.columns:
        raise ColumnError(
            f"{path} has no column {ident or 'unique_id'!r} that tells series apart, but has "
            f"{', '.join(map(repr, map(str, frame.columns)))}; name it: Columns(id=…)",
            code="E116",
            column=ident,
        )
    return frame, ident


def keys_of(names: Sequence[object]) -> Keys:
    """A number for each name, the same on every machine and as good as drawn: 64 bits of BLAKE2.

    >>> keys_of(["a", "b"]) == keys_of(["a", "c"])
    array([ True, False])
    """
    digests = [hashlib.blake2b(str(name).encode(), digest_size=8).digest() for name in names]
    return np.frombuffer(b"".join(digests), np.uint64)


def drawn(frame: pd.DataFrame, ident: str, most: int) -> pd.DataFrame:
    """The rows of at most so many series: those with the lowest keys, so that parts are drawn from as the whole is."""
    names = frame[ident].unique()
    kept = names[np.argsort(keys_of(names.tolist()), kind="stable")[:most]]
    return frame[frame[ident].isin(kept)]


@dataclass
class Owners:
    """Which file each series stands in, twelve bytes a series."""

    columns: Columns | None
    files: list[Path] = field(default_factory=list)
    keys: Keys = field(default_factory=lambda: np.zeros(0, np.uint64))
    places: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))

    def add(self, path: Path, keys: Keys) -> None:
        """Notes the series of one more file; DataError where one of them stands in an earlier file too."""
        known = np.flatnonzero(np.isin(self.keys, keys))
        for place in np.unique(self.places[known]):
            self._refuse(self.files[place], path)
        self.keys = np.concatenate([self.keys, keys])
        self.places = np.concatenate([self.places, np.full(len(keys), len(self.files), np.int32)])
        self.files.append(path)

    def _refuse(self, one: Path, other: Path) -> None:
        """DataError naming a series of both files, by their names: two names may have one key."""
        tables = [partition(path, self.columns) for path in (one, other)]
        ours, theirs = (frame[ident].astype("str").unique() for frame, ident in tables)
        twice = sorted(set(ours) & set(theirs))
        if twice:
            raise DataError(
                f"series {twice[0]!r} stands in {one} and in {other}"
                f"{f', and {len(twice) - 1} more' if len(twice) > 1 else ''}; keep all rows of a series in one file",
                series=twice[0],
            )
