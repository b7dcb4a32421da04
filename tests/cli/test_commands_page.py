"""docs/commands.md: written from the code, and current."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

from typer.main import get_command

from tsrnn_cli.main import app


def writer(root: Path) -> ModuleType:
    """The script that writes the page."""
    found = importlib.util.spec_from_file_location("commands_page", root / "docs" / "commands.py")
    assert found is not None and found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def test_the_reference_of_the_commands_is_current(root: Path) -> None:
    told = (root / "docs" / "commands.md").read_text(encoding="utf-8")
    assert told == writer(root).page(), "run `python docs/commands.py`"


def test_the_reference_names_every_option(root: Path) -> None:
    script = writer(root)
    told, commands = script.page(), dict(script.leaves(get_command(app)))
    assert {"fit", "text classify fit"} < set(commands)
    for name, command in commands.items():
        section = told.split(f"## tsrnn {name}\n")[1].split("\n## tsrnn ")[0]
        for option in command.params:
            assert option.name == "help" or f"`{option.opts[0]}`" in section or f"`{option.metavar}`" in section
