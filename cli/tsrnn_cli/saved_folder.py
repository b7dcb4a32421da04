"""What `tsrnn backtest FOLDER --rows FOLDER` wrote, summed up file by file in memory that does not grow."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tsrnn.errors import ColumnError, DataError, SettingError
from tsrnn_cli.saved_rows import read_rows

if TYPE_CHECKING:
    from tsrnn.tallies import Tally


def tally_in(files: list[str]) -> Tally | None:
    """The sums over all rows of a folder; None where these are files.

    Raises SettingError for a folder among others, DataError where it holds no rows, or those of different models.
    """
    if not any(Path(text).is_dir() for text in files):
        return None
    if len(files) > 1:
        raise SettingError("a folder of rows is compared alone; give one folder, or files")
    from tsrnn.partitions import partitions
    from tsrnn.tallies import Tally

    try:
        parts = partitions(files[0])
    except DataError as problem:
        raise DataError(
            f"{files[0]} holds no .parquet file; give a folder of rows that 'tsrnn backtest --rows FOLDER' wrote",
            code="E126",
        ) from problem
    whole = None
    for path in parts:
        saved = read_rows([str(path)])
        if saved.scales.empty:
            raise ColumnError(f"{path} has no column 'mae_scale'; give what 'tsrnn backtest --rows' wrote")
        part = Tally.of(saved.rows, saved.scales, ())
        if whole is not None and set(part.models) != set(whole.models):
            ours, theirs = (", ".join(sorted(tally.models)) for tally in (whole, part))
            raise DataError(f"{path} has forecasts of {theirs}, but those before it of {ours}; compare them apart")
        whole = part if whole is None else whole + part
    return whole
