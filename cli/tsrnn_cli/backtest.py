"""`tsrnn backtest`: models judged from rolling origins, with a leaderboard, a verdict and a report."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from tsrnn_cli.judgement import Judgement
from tsrnn_cli.judging import judge
from tsrnn_cli.options import (
    GUESSED,
    RESULTS,
    UNSAID,
    Command,
    Horizon,
    Jobs,
    Json,
    Levels,
    NetworkOptions,
    Quiet,
    Roles,
    Season,
    Source,
)
from tsrnn_cli.origins import USUAL, Origins

MODELS = "gru,lstm,arima,seasonal-naive"


def run(
    context: typer.Context,
    source: Source,
    horizon: Horizon,
    models: Annotated[
        str,
        typer.Option(
            metavar="NAME,…",
            help="Of gru, lstm, rnn, arima, ets, theta, ridge, boosting, naive, seasonal-naive, drift, seasonal-drift, "
            "mean, seasonal-mean; local-ridge, local-gru, …: one for each series of what learns from all.",
        ),
    ] = MODELS,
    origins: Origins = USUAL,
    levels: Levels = "80,95",
    report: Annotated[
        Path | None, typer.Option(metavar="FILE", rich_help_panel=RESULTS, help="A report: .html, .md or .json.")
    ] = None,
    rows: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            rich_help_panel=RESULTS,
            help="Every forecast: .csv, .parquet, .arrow or .json, - for CSV here; of a folder of files, a folder.",
        ),
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
    roles: Roles = GUESSED,
    season: Season = None,
    networks: NetworkOptions = UNSAID,
    jobs: Jobs = None,
) -> None:
    """Judge models on your series: every one forecasts from the same origins, knowing nothing later.

    Prints the leaderboard, lowest MASE first, and a verdict: who leads, by how much, and in how many folds. What is not
    told about the columns is guessed and said on standard error, as the options that overrule it.

    Of a folder of Parquet files one after another is read, each with whole series, in memory that does not grow; --rows
    is then a folder too, and the models are those that learn each series alone.
    """
    command = shlex.join(["tsrnn", *context.obj])
    judge(
        source,
        roles,
        Judgement(horizon, origins, models, command, levels, report, rows, as_json, season, jobs, quiet),
        networks,
    )


COMMAND = Command(
    "backtest",
    run,
    (
        "tsrnn backtest sim-stock --horizon 5 --models arima,naive,drift",
        "tsrnn backtest meters.csv --horizon 24 --rows rows.csv --report report.html",
        "tsrnn backtest meters.csv --id meter --target kwh --horizon 24 --jobs 2",
        "tsrnn backtest co2 --horizon 12 --models arima,naive --report report.json",
        "tsrnn backtest co2 --horizon 4 --models naive,drift --window 520 --gap 2",
        "tsrnn backtest stores/ --horizon 7 --models mean,naive --rows forecasts",
        "tsrnn backtest etth1 --target OT --horizon 24 --folds 5 --json",
    ),
)
