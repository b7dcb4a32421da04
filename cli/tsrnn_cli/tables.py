"""Tables as files: CSV, Parquet, Arrow and JSON by the ending of a name, or by the first bytes where there is none."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from tsrnn.errors import DataError, MissingExtraError, SettingError
from tsrnn_cli.output import Talk, check_writable, json_text, put, whole_file
from tsrnn_cli.stamps import written

if TYPE_CHECKING:
    import pandas as pd

Form = Literal["csv", "tsv", "parquet", "arrow", "json"]
ENDINGS: dict[str, Form] = {
    ".csv": "csv", ".txt": "csv", "": "csv", ".tsv": "tsv", ".parquet": "parquet", ".pq": "parquet",
    ".arrow": "arrow", ".feather": "arrow", ".json": "json",
}  # fmt: skip
NAMES = {"parquet": "Parquet", "arrow": "Arrow"}
_STARTS: tuple[tuple[bytes, Form], ...] = ((b"PAR1", "parquet"), (b"ARROW1", "arrow"))


def typed_form(raw: bytes, where: str) -> Form | None:
    """Whether these are the bytes of a Parquet or an Arrow file, by the name or the first bytes; None for text."""
    named = ENDINGS.get(Path(where).suffix.lower())
    if named in NAMES:
        return named
    return next((form for start, form in _STARTS if raw.startswith(start)), None)


def typed_table(raw: bytes, where: str, form: Form) -> pd.DataFrame:
    """The rows of a Parquet or an Arrow file; DataError naming it where it is none."""
    import pandas as pd

    try:
        return pd.read_parquet(io.BytesIO(raw)) if form == "parquet" else pd.read_feather(io.BytesIO(raw))
    except ImportError as problem:
        raise MissingExtraError(f'{where} needs pyarrow: pip install "tsrnn[arrow]"') from problem
    except ValueError as problem:  # pyarrow's own errors are ValueErrors
        raise DataError(f"{where} is no {NAMES[form]} file: {str(problem).splitlines()[0]}", code="E126") from problem


def check_table(path: Path | None) -> Path | None:
    """The file to write, None for standard output (`-`); SettingError now where it cannot be written."""
    if path is None or str(path) == "-":
        return None
    if path.suffix.lower() not in ENDINGS:
        known = ", ".join(ending for ending in ENDINGS if ending)
        raise SettingError(f"{path} would be a file of an unknown kind; end its name with one of {known}")
    check_writable(path)
    if ENDINGS[path.suffix.lower()] in NAMES:
        _need_arrow(path)
    return path


def give_table(table: pd.DataFrame, facts: dict[str, Any], path: Path | None, *, as_json: bool, talk: Talk) -> None:
    """A table as the answer: on standard output as CSV, or as the `rows` of one JSON object, or as a file.

    Times are ISO 8601 in text and stay times in Parquet and Arrow.
    """
    if path is None:
        put(_json(table, facts) if as_json else _csv(table))
        return
    form = "json" if as_json else ENDINGS[path.suffix.lower()]
    with whole_file(path) as half:
        if form == "parquet":
            _storable(table).to_parquet(half, index=False)
        elif form == "arrow":
            _storable(table).to_feather(half)
        else:
            half.write_text(_json(table, facts) if form == "json" else _csv(table, form), encoding="utf-8")
    talk.note(f"wrote {len(table)} rows to {path}")


def _csv(table: pd.DataFrame, form: str = "csv") -> str:
    from tsrnn.report.exports import to_csv

    return to_csv(_as_text(table), "\t" if form == "tsv" else ",")


def _json(table: pd.DataFrame, facts: dict[str, Any]) -> str:
    return json_text({**facts, "rows": _as_text(table).to_dict("records")})


def _as_text(table: pd.DataFrame) -> pd.DataFrame:
    times = [str(name) for name in table.columns if _holds(table[name], "datetime64", "period")]
    return table.assign(**{name: written(table[name]) for name in times})


def _storable(table: pd.DataFrame) -> pd.DataFrame:
    """Periods, which other programs do not know, as text; the index left out."""
    periods = [str(name) for name in table.columns if _holds(table[name], "period")]
    return table.assign(**{name: written(table[name]) for name in periods}).reset_index(drop=True)


def _holds(column: pd.Series, *kinds: str) -> bool:
    return str(column.dtype).startswith(kinds)


def _need_arrow(path: Path) -> None:
    try:
        import pyarrow  # noqa: F401
    except ImportError as problem:
        raise MissingExtraError(f'{path.name} needs pyarrow: pip install "tsrnn[arrow]"') from problem
