"""`tsrnn tune`: settings of a model searched on rolling origins, and the best of them fitted and saved."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from tsrnn_cli.fit import check_folder
from tsrnn_cli.options import (
    GUESSED,
    RESULTS,
    Command,
    Epochs,
    Horizon,
    Json,
    NetworkOptions,
    Quiet,
    Roles,
    Season,
    Source,
)
from tsrnn_cli.output import Talk, plain, put_json, put_table
from tsrnn_cli.ranges import ranges_in
from tsrnn_cli.settings import forecaster
from tsrnn_cli.source import read_panel
from tsrnn_cli.tables import check_table, give_table


def run(
    source: Source,
    horizon: Horizon,
    model: Annotated[str, typer.Option(metavar="NAME", help="What is tuned, such as gru, lstm or boosting.")] = "gru",
    trials: Annotated[int, typer.Option(min=1, metavar="N", help="How many settings are tried.")] = 30,
    folds: Annotated[int, typer.Option(min=1, metavar="N", help="Origins at which each is judged.")] = 3,
    search: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SETTING=…",
            help="What to search: hidden_size=16:128:log is a range, lookback=24,48 are choices; may be repeated. Else "
            "the usual settings of a network.",
        ),
    ] = None,
    storage: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Where trials are kept, to go on later: sqlite:///tuning.db."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FOLDER", rich_help_panel=RESULTS,
            help="Fit the best to all rows and save it here.",
        ),
    ] = None,
    table: Annotated[
        Path | None,
        typer.Option("--trials-table", metavar="FILE", rich_help_panel=RESULTS, help="Every trial as a table."),
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
    roles: Roles = GUESSED,
    season: Season = None,
    epochs: Epochs = None,
    seed: Annotated[int, typer.Option(min=0, metavar="N", help="Of the search: same seed, same trials.")] = 0,
    jobs: Annotated[
        int | None,
        typer.Option("--jobs", "-j", metavar="N", help="Trials at once, a process each; -1: every core. Else 1."),
    ] = None,
) -> None:  # fmt: skip
    """Search the settings of a model for the least error over rolling origins, and save the best one with -o.

    Prints the settings found. Their score is too good, being the best of many: judge the model on later rows.
    """
    from tsrnn.jobs import workers
    from tsrnn.tuning import checked_space, tune

    talk, file = Talk(quiet), check_table(table)
    learner = forecaster(model, horizon, NetworkOptions(epochs=epochs), season)
    typed, _ = ranges_in(search), workers(jobs)  # checked before the rows are read
    if output is not None:
        check_folder(output)
    rows, panel = read_panel(source, roles, talk)
    space = checked_space(learner, panel, typed)
    with talk.work(f"trying {trials} settings of {model} at {folds} origins"):
        found = tune(
            learner, panel, rows.columns, space=space, trials=trials, folds=folds, storage=storage, seed=seed,
            repairs=roles.mended.repairs(), n_jobs=jobs,
        )  # fmt: skip
    if output is not None:
        found.model.fit(panel, rows.columns, repairs=roles.mended.repairs()).save(output)
        talk.note(f"saved in {output}; next: tsrnn forecast {output}")
    best = dict(found.study.best_params)
    facts: dict[str, Any] = {"source": source, "model": model, "horizon": horizon, "score": found.score}
    if table is not None:
        give_table(found.trials, {"schema": "tsrnn.trials/1", **facts}, file, as_json=False, talk=talk)
    if as_json:
        saved = None if output is None else str(output)
        put_json({"schema": "tsrnn.tune/1", **facts, "trials": len(found.trials), "settings": best, "folder": saved})
    elif table is None or file is not None:
        lines = [("score", f"{found.score:.4g}"), *((name, str(plain(value))) for name, value in best.items())]
        put_table(["setting", "best"], lines, [False, True])


COMMAND = Command(
    "tune",
    run,
    (
        "tsrnn tune co2 --horizon 12 --model gru --trials 20 -o tuned",
        "tsrnn tune co2 --horizon 12 --model gru --search lookback=52,104",
    ),
)
