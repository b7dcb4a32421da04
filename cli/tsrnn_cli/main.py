"""The command `tsrnn`: its subcommands gathered, its version and its help."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from tsrnn_cli.audit import COMMAND as AUDIT
from tsrnn_cli.backtest import COMMAND as BACKTEST
from tsrnn_cli.boundary import INTERRUPTED, Boundary
from tsrnn_cli.compare import COMMAND as COMPARE
from tsrnn_cli.configured import add_command
from tsrnn_cli.datasets import COMMAND as DATASETS
from tsrnn_cli.demo import COMMAND as DEMO
from tsrnn_cli.explain import COMMAND as EXPLAIN
from tsrnn_cli.fit import COMMAND as FIT
from tsrnn_cli.forecast import COMMAND as FORECAST
from tsrnn_cli.inspect import COMMAND as INSPECT
from tsrnn_cli.options import examples, paragraphs
from tsrnn_cli.output import put
from tsrnn_cli.report import COMMAND as REPORT
from tsrnn_cli.simulate import COMMAND as SIMULATE
from tsrnn_cli.text import text_commands
from tsrnn_cli.tune import COMMAND as TUNE

# Read when torch is loaded: its threads sleep while they wait. Where other programs take part of a processor, threads
# that spin instead make a training several times longer than one thread would.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

ABOUT = """Does a GRU or an LSTM beat ARIMA on your series? An honest answer, then the forecast.

    Answers go to standard output, everything else to standard error. A command ends with 0 when done, with 2 where you
    can mend what stopped it, with 1 for a bug of tsrnn, with 130 after Ctrl-C.

    An option may also stand in the environment, --time-format as TSRNN_TIME_FORMAT, or in a file of --config, as
    time-format = "%d.%m.%Y". What is typed wins over the environment, which wins over the file."""

app = typer.Typer(
    name="tsrnn",
    cls=Boundary,
    invoke_without_command=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=examples("tsrnn demo", "tsrnn backtest co2 --horizon 12 --models gru,arima --report report.html"),
)
COMMANDS = (DEMO, DATASETS, AUDIT, BACKTEST, COMPARE, REPORT, TUNE, FIT, INSPECT, FORECAST, SIMULATE, EXPLAIN)
for command in COMMANDS:
    add_command(app, command)
app.add_typer(text_commands(), name="text")


def _version(context: typer.Context, asked: bool) -> None:
    if asked:
        from tsrnn import __version__

        put(f"tsrnn {__version__}\n")
        if "--verbose" in (context.obj or ()):
            put("".join(f"{name} {told}\n" for name, told in _surroundings().items()))
        raise typer.Exit


def _surroundings() -> dict[str, str]:
    """What computes here, and with which versions: what a report of a bug or of a slow training should hold."""
    import platform

    import pandas
    import torch

    from tsrnn import engine_info

    return {
        "engine": str(engine_info()),
        "threads": str(torch.get_num_threads()),
        "torch": torch.__version__,
        "pandas": pandas.__version__,
        "Python": f"{platform.python_version()} on {platform.platform()}",
    }


@app.callback(help=paragraphs(ABOUT))
def root(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version and stop.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="With --version: also what computes here, and its versions.")
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show tracebacks and warnings; may stand anywhere in the line.")
    ] = False,
) -> None:
    """Shows the help where no command is named."""
    if verbose:
        raise typer.BadParameter("it goes with --version", param_hint="--verbose")
    if context.invoked_subcommand is None:
        put(context.get_help())


def main() -> None:
    """What the installed command `tsrnn` runs."""
    try:
        app()
    except SystemExit as end:
        if end.code != INTERRUPTED:
            raise
        sys.stderr.flush()
        os._exit(INTERRUPTED)  # where Ctrl-C met an import, Python would end by the signal instead of with a code
