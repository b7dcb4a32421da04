"""`tsrnn audit`: what is odd about the rows, before any model sees them."""

from __future__ import annotations

from tsrnn_cli.options import Command, Encoding, Id, Json, Missing, Quiet, Roles, Source, Target, Time, TimeFormat
from tsrnn_cli.output import Talk, plain, put_json, put_table
from tsrnn_cli.source import read_source


def run(
    source: Source,
    as_json: Json = False,
    time: Time = None,
    series_id: Id = None,
    target: Target = None,
    time_format: TimeFormat = None,
    encoding: Encoding = "utf-8",
    missing: Missing = None,
    quiet: Quiet = False,
) -> None:
    """List what is odd about the rows: gaps, duplicates, missing and constant values; nothing is changed."""
    from tsrnn.auditing import audit

    talk = Talk(quiet)
    read = read_source(
        source,
        Roles(time=time, id=series_id, target=target, time_format=time_format, encoding=encoding, missing=missing),
    )
    for line in read.notes:
        talk.note(line)
    found = audit(read.data, read.columns)
    talk.release()
    if as_json:
        put_json({"schema": "tsrnn.audit/1", "source": source, "findings": found.to_dict("records")})
    elif found.empty:
        talk.note("nothing odd was found")
    else:
        rows = [[str(plain(cell)) for cell in row] for row in found.itertuples(index=False)]
        put_table([str(name) for name in found.columns], rows, [name == "count" for name in found.columns])


COMMAND = Command("audit", run, ("tsrnn audit co2", "tsrnn audit meters.csv --id meter --target kwh"))
