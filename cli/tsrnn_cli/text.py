"""`tsrnn text`: the commands over text, a group for each task."""

from __future__ import annotations

import typer

from tsrnn_cli.configured import add_command
from tsrnn_cli.options import examples
from tsrnn_cli.output import put
from tsrnn_cli.text_classify import CLASSIFY
from tsrnn_cli.text_complete import COMPLETE
from tsrnn_cli.text_generate import GENERATE
from tsrnn_cli.text_tag import TAG
from tsrnn_cli.text_translate import TRANSLATE

TASKS = (CLASSIFY, TAG, GENERATE, TRANSLATE, COMPLETE)


def _help(context: typer.Context) -> None:
    """Shows the help where no command is named."""
    if context.invoked_subcommand is None:
        put(context.get_help())


def _group(about: str, lines: tuple[str, ...]) -> typer.Typer:
    group = typer.Typer(help=about, invoke_without_command=True, epilog=examples(*lines))
    group.callback()(_help)
    return group


def text_commands() -> typer.Typer:
    """The group `tsrnn text`: `tsrnn text TASK fit` and the rest."""
    text = _group("Networks over text: fit, predict and evaluate for each task.", TASKS[0].commands[0].examples)
    for task in TASKS:
        group = _group(task.about, task.commands[0].examples)
        for command in task.commands:
            add_command(group, command)
        text.add_typer(group, name=task.name)
    return text
