"""Writes the reference of the command line, commands.md, from the commands themselves: `python docs/commands.py`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
from typer.main import get_command

from tsrnn_cli.main import ABOUT, app
from tsrnn_cli.options import paragraphs

PAGE = Path(__file__).with_name("commands.md")
HEAD = """# Commands

Written from the code by `python docs/commands.py`; `tsrnn COMMAND --help` says the same.

"""
FIRST = "Options"


def page() -> str:
    """The whole page as Markdown."""
    commands = dict(leaves(get_command(app)))
    links = " · ".join(f"[{name}](#tsrnn-{name.replace(' ', '-')})" for name in commands)
    parts = [_section(name, command, typer.Context(command)) for name, command in commands.items()]
    return HEAD + paragraphs(ABOUT) + "\n\n" + links + "\n\n" + "\n".join(parts)


def leaves(group: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    """The commands and what is typed for each behind `tsrnn`, those of groups in their place."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from leaves(command, f"{before}{name} ")
        else:
            yield before + name, command


def _section(name: str, command: Any, context: Any) -> str:
    """One command: what it does, its arguments and options by panel, and lines to paste."""
    panels: dict[str, list[str]] = {}
    for option in command.params:
        if option.param_type_name == "argument":
            panels.setdefault("Arguments", []).append(_row(f"`{option.metavar or option.name}`", option.help or ""))
        elif option.name != "help":
            panel = getattr(option, "rich_help_panel", None) or FIRST
            panels.setdefault(panel, []).append(_row(_words(option), _about(option, context)))
    lines = [f"## tsrnn {name}", "", str(command.help), ""]
    for panel, rows in panels.items():
        lines += [f"| {panel} | |", "|---|---|", *rows, ""]
    pasted = (command.epilog or "").split("\n\n")[1:]
    return "\n".join([*lines, "```console", *(f"$ {line}" for line in pasted), "```", ""])


def _words(option: Any) -> str:
    flags = ", ".join(f"`{flag}`" for flag in [*option.opts, *option.secondary_opts])
    return flags if option.is_flag else f"{flags} {option.metavar}"


def _about(option: Any, context: Any) -> str:
    default = option.get_default(context)
    if option.required:
        return f"{option.help} Needed."
    if default is None or (option.is_flag and default is False):
        return str(option.help)
    shown = ("on" if default else "off") if option.is_flag else f"`{default}`"
    return f"{option.help} By default {shown}."


def _row(first: str, second: str) -> str:
    return f"| {first} | {' '.join(second.split())} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
