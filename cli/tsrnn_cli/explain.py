"""`tsrnn explain`: what the code at the end of an error means, how it is met, and how it is mended."""

from __future__ import annotations

from typing import Annotated

import typer

from tsrnn_cli.options import Command, Json
from tsrnn_cli.output import put, put_json, put_table, put_words


def run(
    code: Annotated[
        str | None, typer.Argument(metavar="CODE", show_default=False, help="Such as E104; else all of them.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say what a code means, with lines of Python that meet it, and how it is mended; without a code list them all."""
    from tsrnn.explaining import BEGINNING, CODES, explain

    told = list(CODES.values()) if code is None else [explain(code)]
    if as_json:
        put_json({"schema": "tsrnn.explain/1", "codes": [vars(one) for one in told]})
    elif code is None:
        put_table(["code", "meaning"], [[one.code, one.meaning] for one in told], [False, False])
    else:
        put_words(f"{told[0].code}: {told[0].meaning}")
        put("\n")
        put_words(told[0].fix)
        if told[0].example:
            put("\nFor example, in Python:\n\n")
            lines = [*BEGINNING.splitlines(), "", *told[0].example.splitlines()]
            put("".join(f"    {line}".rstrip() + "\n" for line in lines))


COMMAND = Command("explain", run, ("tsrnn explain E104", "tsrnn explain"))
