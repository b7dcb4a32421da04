"""Options from elsewhere: what is typed wins over TSRNN_OPTION in the environment, which wins over a --config file."""

from __future__ import annotations

import functools
import inspect
import tomllib
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer
from typer.models import OptionInfo

from tsrnn.errors import SettingError
from tsrnn_cli.options import Command, examples, names_as_typed, paragraphs

_LARGEST = 1 << 20  # bytes of a file of options

PREFIX = "TSRNN_"


def configured(run: Callable[..., None]) -> Callable[..., None]:
    """The function of a command with an option more, --config, and a variable of the environment for every option.

    A parameter that is a record of options, such as `Roles`, stands for the options that are its fields, and a record
    among these for its own; what they are where they are not typed, the parameter's default says.
    """
    told = get_type_hints(run, include_extras=True)
    parts = [part for one in inspect.signature(run).parameters.values() for part in _options(one, told[one.name])]
    hints = {part.name: part.annotation for part in parts} | {"config": _CONFIG}
    for name, hint in hints.items():
        for option in getattr(hint, "__metadata__", ()):
            if isinstance(option, OptionInfo):
                option.envvar, option.show_envvar = variable(_flag(name, option)), False

    @functools.wraps(run)
    def command(*args: Any, config: Path | None = None, **options: Any) -> None:
        records = {name: _record(hint, options) for name, hint in told.items() if is_dataclass(hint)}
        run(*args, **options, **records)  # what the file says has become the options' defaults

    extra = inspect.Parameter("config", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=_CONFIG)
    command.__signature__ = inspect.Signature([*parts, extra])  # type: ignore[attr-defined]
    command.__annotations__ = hints
    del command.__wrapped__  # whose annotations would be read instead
    return command


def _options(part: inspect.Parameter, hint: Any) -> list[inspect.Parameter]:
    """What is typed for a parameter: itself, or the fields of a record of options."""
    if not is_dataclass(hint):
        return [part.replace(annotation=hint)]
    hints = get_type_hints(hint, include_extras=True)
    own = [part.replace(name=one.name, default=getattr(part.default, one.name)) for one in fields(hint)]
    return [option for one in own for option in _options(one, hints[one.name])]


def _record(kind: Any, options: dict[str, Any]) -> Any:
    """A record of what was typed for its fields, which is taken out of the options."""
    hints = get_type_hints(kind, include_extras=True)
    return kind(
        **{name: _record(hint, options) if is_dataclass(hint) else options.pop(name) for name, hint in hints.items()}
    )


def add_command(app: typer.Typer, command: Command) -> None:
    """Makes a command part of `tsrnn`, or of a group of it, with its help and its lines to paste."""
    told, pasted = paragraphs(command.run.__doc__), examples(*command.examples)
    app.command(command.name, help=told, epilog=pasted)(configured(command.run))


def variable(flag: str) -> str:
    """The variable of the environment that stands for an option.

    >>> variable("--time-format")
    'TSRNN_TIME_FORMAT'
    """
    return PREFIX + flag.lstrip("-").replace("-", "_").upper()


def _flag(name: str, told: OptionInfo) -> str:
    """The long name of an option, without what turns it off: `--refit` of `--refit/--no-refit`."""
    # Behind Annotated the first name stands where a default would.
    given = [str(flag) for flag in (told.default, *(told.param_decls or ()))]
    flags = [flag.split("/")[0] for flag in given if flag.startswith("--")]
    return flags[0] if flags else name


def _read(context: typer.Context, path: Path | None) -> None:
    """Makes what a TOML file says the defaults of this call."""
    if path is None or context.resilient_parsing:
        return
    try:
        with path.open("rb") as file:  # a device may have no end
            text = file.read(_LARGEST + 1)
        if len(text) > _LARGEST:
            raise ValueError(f"it has more than {_LARGEST:,} bytes")
        told = tomllib.loads(text.decode("utf-8"))
    except (ValueError, RecursionError) as problem:  # no TOML, or no UTF-8
        raise SettingError(f"{path} is no TOML: {problem}") from problem
    except OSError as problem:
        raise SettingError(
            f"{path} cannot be read: {problem.strerror or problem}; give --config the path of a TOML file"
        ) from problem
    own, options = _own(context), dict[str, Any]()
    for step in own:
        commands = list(step.parent.command.commands)
        tables = {key: value for key, value in told.items() if isinstance(value, dict)}
        for key in tables:
            if key not in commands:
                raise SettingError(
                    f"{path}: there is no command {key!r}{_near(key, commands)}; a table is named after one"
                )
        options |= {key: value for key, value in told.items() if key not in tables}
        told = tables.get(str(step.info_name), {})
    options |= told
    name = " ".join(str(step.info_name) for step in own)
    known = {_key(option): option for option in context.command.params if option.name != "config"}
    defaults = {}
    for key, value in options.items():
        option = known.get(key.replace("_", "-"))
        if option is None:
            hint = _near(key.replace("_", "-"), list(known))
            raise SettingError(f"{path}: {name} has no option {key!r}{hint}; 'tsrnn {name} --help' lists them")
        defaults[option.name] = _typed(value, option, f"{path}: {key}")
    context.default_map = defaults


def _own(context: Any) -> list[Any]:
    """The words of the line that name the command, from the first below tsrnn: text, classify, fit."""
    return [] if context.parent is None else [*_own(context.parent), context]


def _key(option: Any) -> str:
    """What an option, or an argument, is called in a file: `time-format`."""
    flags = [flag for flag in option.opts if flag.startswith("--")]
    return (flags[0] if flags else str(option.name)).lstrip("-").lower()


def _near(got: str, known: list[str]) -> str:
    near = get_close_matches(got, known, n=1)
    return f" (did you mean {near[0]!r}?)" if near else ""


def _typed(value: Any, option: Any, where: str) -> Any:
    """A value of the file as it would have been typed."""
    flag = bool(getattr(option, "is_flag", False))
    if isinstance(value, bool) != flag or isinstance(value, dict):
        wanted = "true or false" if flag else "text, a number or a list of these"
        raise SettingError(f"{where} is {value!r}; it must be {wanted}")
    if flag:
        return value
    if getattr(option, "multiple", False):
        return [str(item) for item in (value if isinstance(value, list) else [value])]
    return names_as_typed([str(item) for item in value]) if isinstance(value, list) else str(value)


_CONFIG = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", is_eager=True, callback=_read, help="Options from a TOML file."),
]
