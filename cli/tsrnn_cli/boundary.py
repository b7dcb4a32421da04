"""The boundary of the command line: every failure becomes one line on standard error and an exit code."""

from __future__ import annotations

import os
import sys
import traceback
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn, TextIO

import typer
from typer.core import TyperGroup

from tsrnn.errors import DuplicateError, TsrnnError
from tsrnn_cli.output import in_our_words, one_line, say
from tsrnn_datasets.errors import DatasetError

DONE, BUG, MENDABLE, INTERRUPTED = 0, 1, 2, 130


class Boundary(TyperGroup):
    """The group of all commands, with exit codes of its own.

    0 done; 2 what the user can mend (usage, data, model file); 1 a bug; 130 Ctrl-C. A reader that closes the pipe early
    has what it wanted: 0.
    """

    def main(  # type: ignore[override]  # of what Typer lets one pass, only what is used
        self, args: Sequence[str] | None = None, prog_name: str | None = None, complete_var: str | None = None
    ) -> NoReturn:
        """Runs the command line and ends the process; `--debug` counts wherever it stands."""
        given = list(sys.argv[1:] if args is None else args)
        debug = "--debug" in given
        given = [word for word in given if word != "--debug"]
        for stream in (sys.stdout, sys.stderr):
            _never_fails(stream)
        try:
            with _quiet(debug):
                code = super().main(given, prog_name or "tsrnn", complete_var, standalone_mode=False, obj=given)
        except (KeyboardInterrupt, typer.Abort):
            code = _interrupted()
        except SystemExit as end:
            if not isinstance(end.__context__, BrokenPipeError):
                raise
            code = DONE  # the reader of a help page has seen enough
        except Exception as problem:
            code = _failed(problem, given, debug)
        sys.exit(code if isinstance(code, int) else DONE)

    def invoke(self, ctx: Any) -> Any:
        """Runs the chosen command; a closed pipe is met here, before Typer calls it a failure."""
        try:
            answer = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the flush at exit must not fail again
            raise typer.Exit(DONE) from None
        except KeyboardInterrupt:
            raise typer.Exit(_interrupted()) from None
        return answer


def _interrupted() -> int:
    say("tsrnn: stopped by Ctrl-C; files not finished were not written")
    return INTERRUPTED


def _failed(problem: Exception, given: list[str], debug: bool) -> int:
    """Says what happened in one line, and gives the exit code."""
    if debug:
        traceback.print_exception(problem, file=sys.stderr)
    usage = getattr(problem, "format_message", None)  # what Typer raises for words it cannot parse
    if usage is not None:
        context = getattr(problem, "ctx", None)
        path = "tsrnn" if context is None else context.command_path
        say(f"tsrnn: {one_line(usage()).rstrip('.')} (see '{path} --help')")
        return MENDABLE
    if isinstance(problem, OSError) and not isinstance(problem, TsrnnError):
        about = "" if problem.filename is None else f"{problem.filename}: "
        say(f"tsrnn: {about}{problem.strerror or problem}")
        return MENDABLE
    if isinstance(problem, (TsrnnError, DatasetError)):
        long = isinstance(problem, DuplicateError) and "--id" not in given
        hint = "; where a column tells series apart, name it with --id" if long else ""
        say(f"tsrnn: {in_our_words(str(problem))}{hint} [{problem.code}]")
        return MENDABLE
    what = f"{type(problem).__name__}: {problem}" if str(problem) else type(problem).__name__
    hint = "" if debug else "; --debug shows where"
    say(f"tsrnn: this is a bug in tsrnn, not a mistake of yours: {what}{hint}")
    return BUG


@contextmanager
def _quiet(debug: bool) -> Iterator[None]:
    """Warnings of the packages below are for programmers: shown with `--debug` only."""
    with warnings.catch_warnings():
        if not debug:
            warnings.simplefilter("ignore")
            warnings.showwarning = _drop  # packages add filters of their own when they are imported
        yield


def _drop(*_: object, **__: object) -> None:
    """Shows nothing."""


def _never_fails(stream: TextIO) -> None:
    """A character that the terminal's encoding lacks is written as its code instead of ending the command."""
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="backslashreplace")
