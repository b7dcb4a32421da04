"""A report that was saved as JSON, read back as what reports are made of: no model runs again."""

from __future__ import annotations

import json
import sys
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tsrnn.errors import DataError
from tsrnn_cli.saved_rows import times_in

if TYPE_CHECKING:
    import pandas as pd

    from tsrnn.report.contents import Contents

_WORDS = ("title", "verdict", "command")
_PAIRS = ("card", "settings", "versions")
_TIMES = ("cutoff", "time")


def read_report(text: str) -> Contents:
    """What `tsrnn backtest --report FILE.json` wrote; DataError naming the file where it is something else."""
    from tsrnn.report.contents import Contents
    from tsrnn.report.exports import SCHEMA

    where = "standard input" if text == "-" else text
    raw = sys.stdin.buffer.read() if text == "-" else Path(text).read_bytes()
    try:
        told = json.loads(raw)
    except ValueError as problem:
        raise DataError(
            f"{where} is no JSON: {problem}; give what 'tsrnn backtest --report FILE.json' wrote", code="E126"
        ) from problem
    schema = told.get("schema") if isinstance(told, dict) else None
    if schema != SCHEMA:
        raise DataError(
            f"{where} is no saved report ({SCHEMA}); give what 'tsrnn backtest --report FILE.json' wrote", code="E126"
        )
    try:
        parts = {field.name: _part(field.name, told[field.name], where) for field in fields(Contents)}
        return Contents(**parts)
    except (KeyError, TypeError, AttributeError) as problem:
        raise DataError(
            f"{where} is a damaged report: {type(problem).__name__}: {problem}; save it again", code="E126"
        ) from problem


def _part(name: str, value: Any, where: str) -> Any:
    if name in _WORDS:
        return str(value)
    if name in _PAIRS:
        return [(str(item["name"]), str(item["value"])) for item in value]
    if name == "checks":
        from tsrnn.report.checks import Checks

        checks: dict[str, Any] = {
            part: _frame(found, where) if isinstance(found, list) else found for part, found in value.items()
        }
        return Checks(**checks)
    return _frame(value, where)


def _frame(records: list[dict[str, Any]], where: str) -> pd.DataFrame:
    """A table of the report; null is NaN in numbers and None in text."""
    import pandas as pd

    frame = pd.DataFrame(records)
    for name in frame.columns:
        if frame[name].isna().all():
            frame[name] = frame[name].astype("float64")
        elif name in _TIMES:
            frame[name] = times_in(frame[name], str(name), where)
    return frame
