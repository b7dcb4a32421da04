"""`tsrnn audit`: how a file was understood and what is odd about its rows, before any model sees them."""

from __future__ import annotations

from typing import Any

from tsrnn_cli.options import Command, Id, Json, Quiet, Roles, Target, Time
from tsrnn_cli.options import Source as SourceName
from tsrnn_cli.output import Talk, clean, plain, put, put_json, put_table
from tsrnn_cli.source import Source, read_source
from tsrnn_cli.stamps import written as dates
from tsrnn_cli.written import RECOGNISED, Written


def run(
    source: SourceName,
    as_json: Json = False,
    time: Time = None,
    series_id: Id = None,
    target: Target = None,
    written: Written = RECOGNISED,
    quiet: Quiet = False,
) -> None:
    """Say how the file was understood, and list what is odd about its rows; nothing is changed.

    Understood: encoding, separator, header, what was left out, columns, step of time, season. Odd: gaps, duplicates,
    missing and constant values, numbers that may stand for nothing measured.
    """
    from tsrnn.auditing import audit

    talk = Talk(quiet)
    read = read_source(source, Roles(time=time, id=series_id, target=target, written=written))
    for line in read.notes:
        talk.note(line)
    found = audit(read.data, read.columns)
    facts = read.facts | _columns(read)
    talk.release()
    if as_json:
        put_json({"schema": "tsrnn.audit/1", "source": source, "read": facts, "findings": found.to_dict("records")})
        return
    put("".join(f"{name}: {clean(_words(value))}\n" for name, value in facts.items()))
    if found.empty:
        talk.note("nothing odd was found")
    else:
        rows = [[str(plain(cell)) for cell in row] for row in found.itertuples(index=False)]
        put("\n")
        put_table([str(name) for name in found.columns], rows, [name == "count" for name in found.columns])


def _columns(read: Source) -> dict[str, Any]:
    """The part of each column, how many series and missing values there are, and one step of their time."""
    import numpy as np
    import pandas as pd

    from tsrnn.errors import FrequencyError
    from tsrnn.frame import rows_of
    from tsrnn.frequency import infer

    rows = rows_of(read.data, read.columns)
    longest = np.flatnonzero(rows.key == np.bincount(rows.key).argmax())
    try:
        step = infer(rows.times.take(longest).unique().sort_values(), rows.names[rows.key[longest[0]]])
        words, season = step.words, step.season
    except FrequencyError as problem:
        words, season = str(problem), None
    told = read.columns
    parts = {} if told is None else {"time": told.time, "id": told.id, "target": list(told.named("target"))}
    span = dict(zip(("first", "last"), dates(pd.Index([rows.times.min(), rows.times.max()])), strict=True))
    missing = int(np.isnan(rows.targets).sum())
    return {**parts, "series": len(rows.names), **span, "step of time": words, "season": season, "missing": missing}


def _words(value: Any) -> str:
    """A fact as a line says it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(map(str, value)) if value else "nothing"
    told = plain(value)
    return "none" if told is None else str(told) if str(told).strip() else repr(told)


COMMAND = Command("audit", run, ("tsrnn audit co2", "tsrnn audit meters.csv --id meter --target kwh"))
