"""Where the folds of a backtest lie and when models learn anew, as it is typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from tsrnn.errors import SettingError
from tsrnn_cli.options import names_in

if TYPE_CHECKING:
    from tsrnn.splits import Splits

FOLDS = "Folds"
_USUAL = 5

Folds = Annotated[
    int | None,
    typer.Option(
        "--folds", min=1, metavar="N", rich_help_panel=FOLDS, help="Origins, the last a horizon before the end; else 5."
    ),
]
Step = Annotated[
    int | None,
    typer.Option(
        "--step", min=1, metavar="ROWS", rich_help_panel=FOLDS, help="Rows between two origins; else the horizon."
    ),
]
Gap = Annotated[
    int,
    typer.Option(
        "--gap", min=0, metavar="ROWS", rich_help_panel=FOLDS,
        help="Rows after the last known one that no model may use and none is judged on.",
    ),
]  # fmt: skip
Window = Annotated[
    int | None,
    typer.Option(
        "--window", min=1, metavar="ROWS", rich_help_panel=FOLDS,
        help="Know at most so many rows before an origin, a sliding window; else all.",
    ),
]  # fmt: skip
Cutoffs = Annotated[
    str | None,
    typer.Option(
        "--cutoffs", metavar="TIME,…", rich_help_panel=FOLDS,
        help="The last known time of every fold, such as 2024-01-31,2024-02-29; in place of --folds and --step.",
    ),
]  # fmt: skip
Refit = Annotated[
    str,
    typer.Option(
        "--refit", metavar="WHEN", rich_help_panel=FOLDS,
        help="Learn at all origins, at none but the first, or at every K-th: all, none or K.",
    ),
]  # fmt: skip


@dataclass(frozen=True)
class Origins:
    """What the options say about the folds."""

    folds: Folds = None
    step: Step = None
    gap: Gap = 0
    window: Window = None
    cutoffs: Cutoffs = None
    refit: Refit = "all"

    def splits(self) -> Splits:
        """The same as the library takes it; SettingError for options that do not go together."""
        from tsrnn.splits import Splits

        if self.cutoffs is None:
            return Splits(self.folds or _USUAL, self.step, gap=self.gap, window=self.window)
        stamps = names_in(self.cutoffs)
        if self.folds is not None or self.step is not None:
            given = "--folds" if self.folds is not None else "--step"
            raise SettingError(f"--cutoffs says where every fold lies; leave {given} out")
        if not stamps:
            raise SettingError("--cutoffs names no time; for example --cutoffs 2024-01-31,2024-02-29")
        return Splits(gap=self.gap, window=self.window, cutoffs=stamps)

    def training(self) -> bool | int:
        """When models learn anew, as the library takes it.

        >>> [Origins(refit=typed).training() for typed in ("all", "none", "3")]
        [True, False, 3]
        """
        known = {"all": True, "none": False}
        if self.refit in known:
            return known[self.refit]
        if not self.refit.isdecimal() or int(self.refit) < 1:
            raise SettingError(
                f"--refit is all (learn at every origin), none (once, before the first) or a number K (at every K-th); "
                f"got {self.refit!r}"
            )
        return int(self.refit)


USUAL = Origins()
