"""`tsrnn fit`: one model fitted to all the rows and saved as a folder."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from tsrnn.errors import ModelFileError
from tsrnn_cli.options import GUESSED, UNSAID, Command, Horizon, Json, NetworkOptions, Quiet, Roles, Season, Source
from tsrnn_cli.output import Talk, put_json
from tsrnn_cli.settings import forecaster
from tsrnn_cli.source import read_panel


def run(
    source: Source,
    horizon: Horizon,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FOLDER", show_default=False, help="Where to save it.")
    ],
    model: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="Of gru, lstm, rnn, arima, ets, theta, ridge, boosting, naive, seasonal-naive, drift, seasonal-drift, "
            "mean, seasonal-mean; local-ridge, local-gru, …: one for each series of what learns from all.",
        ),
    ] = "gru",
    as_json: Json = False,
    quiet: Quiet = False,
    roles: Roles = GUESSED,
    season: Season = None,
    networks: NetworkOptions = UNSAID,
) -> None:
    """Fit a model to all the rows and save it; 'tsrnn forecast' then goes on from the last row."""
    talk = Talk(quiet)
    learner = forecaster(model, horizon, networks, season, progress=talk.lively and not as_json)
    check_folder(output)
    rows, panel = read_panel(source, roles, talk)
    count = len(panel.names)
    talk.note(f"fitting {model} on {count} series, {len(panel.values)} rows")
    began = time.perf_counter()
    talk.release()
    learner.fit(panel, rows.columns, repairs=roles.mended.repairs())  # read and checked above
    seconds = time.perf_counter() - began
    learner.save(output)
    notices = [vars(notice) for notice in learner.learned().notices]
    for notice in notices:
        about = "" if notice["series"] is None else f", series {notice['series']}"
        talk.note(f"{model}{about}: {notice['message']}")
    talk.note(f"saved in {output} after {seconds:.1f} s; next: tsrnn forecast {output}")
    if as_json:
        facts = {"source": source, "model": model, "horizon": horizon, "folder": str(output), "series": count}
        put_json({"schema": "tsrnn.fit/1", **facts, "rows": len(panel.values), "seconds": seconds, "notices": notices})


def check_folder(folder: Path) -> None:
    """ModelFileError now, not after the training, where the folder holds something else."""
    if folder.exists() and not (folder / "settings.json").is_file():
        raise ModelFileError(f"{folder} exists and is no saved model; choose another folder or remove it")


COMMAND = Command(
    "fit",
    run,
    (
        "tsrnn fit co2 --horizon 12 --model seasonal-naive -o co2-model",
        "tsrnn fit meters.csv --id meter --target kwh --horizon 24 -o meters-model",
    ),
)
