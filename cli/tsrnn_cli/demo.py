"""`tsrnn demo`: the main job on a real series that needs no network."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from tsrnn_cli.judgement import Judgement
from tsrnn_cli.judging import judge
from tsrnn_cli.options import RESULTS, Command, Epochs, Jobs, Json, NetworkOptions, Quiet, Roles, Seed
from tsrnn_cli.origins import Origins

SOURCE, HORIZON, FOLDS, MODELS = "co2", 12, 3, "gru,lstm,arima,seasonal-naive"


def run(
    context: typer.Context,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", rich_help_panel=RESULTS, help="Where the report goes.")
    ] = Path("report.html"),
    as_json: Json = False,
    quiet: Quiet = False,
    epochs: Epochs = None,
    seed: Seed = None,
    jobs: Jobs = None,
) -> None:
    """Judge a GRU, an LSTM, ARIMA and the seasonal naive forecast on weekly carbon dioxide at Mauna Loa.

    A real series of 2,284 weeks that comes with the installation. Takes about a minute on a free machine, and writes a
    report.
    """
    command = shlex.join(["tsrnn", *context.obj])
    plan = Judgement(HORIZON, Origins(FOLDS), MODELS, command, report=output, as_json=as_json, jobs=jobs, quiet=quiet)
    judge(SOURCE, Roles(), plan, NetworkOptions(epochs=epochs, seed=seed))


COMMAND = Command("demo", run, ("tsrnn demo", "tsrnn demo --output co2.html"))
