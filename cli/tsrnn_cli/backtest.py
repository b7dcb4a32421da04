"""`tsrnn backtest`: models judged from rolling origins, with a leaderboard, a verdict and a report."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from tsrnn_cli.judging import Plan, judge
from tsrnn_cli.options import (
    RESULTS,
    Calendar,
    Categorical,
    Command,
    Encoding,
    Epochs,
    Future,
    HiddenSize,
    Holidays,
    Horizon,
    Id,
    Jobs,
    Joint,
    Json,
    Levels,
    Lookback,
    Missing,
    NetworkOptions,
    NumLayers,
    Past,
    Quiet,
    Roles,
    Season,
    Seed,
    Source,
    Static,
    Target,
    Time,
    TimeFormat,
)

MODELS = "gru,lstm,arima,seasonal-naive"


def run(
    context: typer.Context,
    source: Source,
    horizon: Horizon,
    folds: Annotated[int, typer.Option(min=1, metavar="N", help="Origins, the last one a horizon before the end.")] = 5,
    models: Annotated[
        str,
        typer.Option(
            metavar="NAME,…",
            help="Of gru, lstm, rnn, arima, ets, theta, ridge, boosting, naive, seasonal-naive, drift, seasonal-drift, "
            "mean.",
        ),
    ] = MODELS,
    step: Annotated[
        int | None, typer.Option(min=1, metavar="STEPS", help="Rows between two origins; else the horizon.")
    ] = None,
    refit: Annotated[bool, typer.Option("--refit/--no-refit", help="Learn at every origin, or once.")] = True,
    levels: Levels = "80,95",
    report: Annotated[
        Path | None, typer.Option(metavar="FILE", rich_help_panel=RESULTS, help="A report: .html, .md or .json.")
    ] = None,
    rows: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            rich_help_panel=RESULTS,
            help="Every forecast: .csv, .parquet, .arrow or .json; - for CSV on standard output.",
        ),
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
    time: Time = None,
    series_id: Id = None,
    target: Target = None,
    past: Past = None,
    future: Future = None,
    static: Static = None,
    calendar: Calendar = False,
    holidays: Holidays = None,
    categorical: Categorical = None,
    joint: Joint = False,
    time_format: TimeFormat = None,
    encoding: Encoding = "utf-8",
    missing: Missing = None,
    season: Season = None,
    lookback: Lookback = None,
    hidden_size: HiddenSize = None,
    num_layers: NumLayers = None,
    epochs: Epochs = None,
    seed: Seed = None,
    jobs: Jobs = None,
) -> None:
    """Judge models on your series: every one forecasts from the same origins, knowing nothing later.

    Prints the leaderboard, lowest MASE first, and a verdict: who leads, by how much, and in how many folds. What is not
    told about the columns is guessed and said on standard error, as the options that overrule it.
    """
    command = shlex.join(["tsrnn", *context.obj])
    judge(
        source,
        Roles(
            time,
            series_id,
            target,
            past,
            future,
            static,
            calendar,
            joint,
            time_format,
            encoding,
            holidays,
            categorical,
            missing,
        ),
        Plan(horizon, folds, models, command, step, refit, levels, report, rows, as_json, season, jobs, quiet),
        NetworkOptions(lookback, hidden_size, num_layers, epochs, seed),
    )


COMMAND = Command(
    "backtest",
    run,
    (
        "tsrnn backtest sim-stock --horizon 5 --models arima,naive,drift",
        "tsrnn backtest meters.csv --horizon 24 --rows rows.csv --report report.html",
        "tsrnn backtest meters.csv --id meter --target kwh --horizon 24 --jobs 2",
        "tsrnn backtest co2 --horizon 12 --models arima,naive --report report.json",
        "tsrnn backtest etth1 --target OT --horizon 24 --folds 5 --json",
    ),
)
