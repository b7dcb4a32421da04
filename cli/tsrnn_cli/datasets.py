"""`tsrnn datasets`: the catalogue as a table, one data set in words, or its download."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any

import typer

from tsrnn.errors import SettingError
from tsrnn_cli.options import Command, Json, Quiet
from tsrnn_cli.output import Talk, put, put_json, put_table

_SHOWN = ("name", "kind", "domain", "rows", "frequency", "seasonality", "target")


def run(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", show_default=False, help="One data set, in words.")
    ] = None,
    download: Annotated[bool, typer.Option("--download", help="Fetch NAME, check it and keep it for later.")] = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """List the data sets that have a name, or say what one of them is.

    Files are looked for in the folder that the environment variable TSRNN_DATA names, then among former downloads.
    """
    from tsrnn_datasets.catalogue import catalogue, find

    if name is None:
        if download:
            raise SettingError("--download needs the name of a data set; 'tsrnn datasets' lists them")
        cards = [_facts(card) for card in catalogue().values()]
        if as_json:
            put_json({"schema": "tsrnn.datasets/1", "datasets": cards})
        else:
            rows = [[str(card[column]) for column in _SHOWN] for card in cards]
            put_table(_SHOWN, rows, [column in ("rows", "seasonality") for column in _SHOWN])
        return
    card = find(name)
    if download:
        from tsrnn_datasets.loading import load

        talk = Talk(quiet)
        with talk.work(f"fetching {name}"):
            read = load(name, download=True)
        talk.note(f"{name} is here: {len(read)} {'characters' if card.form == 'string' else 'rows'}, checked")
    if as_json:
        put_json({"schema": "tsrnn.dataset/1", **_facts(card)})
    else:
        from tsrnn_datasets.describing import describe

        put(describe(name) + "\n")


def _facts(card: Any) -> dict[str, Any]:
    """What a card says, without how it is read."""
    left_out = ("read", "simulation", "files")
    facts = {field.name: getattr(card, field.name) for field in dataclasses.fields(card) if field.name not in left_out}
    return facts | {"columns": dict(card.columns), "files": [vars(file) for file in card.files]}


COMMAND = Command("datasets", run, ("tsrnn datasets", "tsrnn datasets co2", "tsrnn datasets etth1 --download"))
