"""Checking a forecaster: every check in turn, each on clones of its own, and what came of it as a table."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import pandas as pd

from tsrnn.errors import DataError, SettingError, choices, of_kind, whole_number
from tsrnn.forecasters.protocol import Forecaster
from tsrnn.testing import claims as claimed
from tsrnn.testing import copies, intervals, invariances, origins, purity, refusals, settings, shapes, values
from tsrnn.testing.expecting import CheckFailed, NotApplicable
from tsrnn.testing.subject import Subject

_ALWAYS = (settings, shapes, values, invariances, purity, copies, intervals, origins, refusals)
_CHECKS = {check.__name__: check for part in _ALWAYS for check in part.CHECKS}
_FEWEST = 40  # rows of the series, which some checks cut, or make holes in
_CLAIMS = {check.__name__: check for check in claimed.CHECKS}


@dataclass(frozen=True)
class Check:
    """One check of one forecaster: call it, and it raises CheckFailed or, where it says nothing, NotApplicable.

    `name` is what it is called in exceptions and claims, `promise` what a forecaster must keep.
    """

    name: str
    promise: str
    subject: Subject = field(repr=False)
    run: Callable[[Subject], None] = field(repr=False)

    def __call__(self) -> None:
        """Runs the check; any other error of the forecaster is a failure, too."""
        try:
            self.run(self.subject)
        except NotApplicable:
            raise
        except CheckFailed as problem:
            raise CheckFailed(f"{self._place}: {problem}") from problem
        except Exception as problem:
            got = f"{type(problem).__name__}: {problem}"
            raise CheckFailed(f"{self._place}: expected no error; got {got}") from problem

    @property
    def _place(self) -> str:
        return f"{getattr(self.subject.model, 'name', type(self.subject.model).__name__)}: {self}: {self.promise}"

    def __str__(self) -> str:
        return self.name


def checks(
    model: Forecaster,
    *,
    rows: int = 96,
    claims: Collection[str] = (),
    except_for: Collection[str] = (),
) -> list[Check]:
    """The checks of a forecaster, each to be called by itself, as in a parametrised test.

    - `model`: an object with settings of your choice; it is cloned for every check and never fitted itself.
    - `rows`: how long the series are that it is fitted on (those of a long frame up to 20 rows longer).
    - `claims`: what it keeps beyond what all forecasters do: `the_level_moves_the_forecast_with_it`,
      `the_newest_value_is_seen`, `each_series_is_forecast_by_itself`.
    - `except_for`: the names of checks to leave out.

    Raises SettingError for the name of a check or claim that does not exist, and for what is no forecaster.

    >>> from tsrnn import NaiveForecaster
    >>> [str(check) for check in checks(NaiveForecaster(4))][:2]
    ['it_is_a_forecaster', 'get_params_names_every_setting']
    """
    if isinstance(model, type):
        raise DataError(f"model is the class {model.__name__}; give an object of it, with its settings")
    if not (hasattr(model, "fit") or hasattr(model, "predict")):
        raise SettingError(f"model must be a forecaster, such as NaiveForecaster(24), got {model!r}", value=model)
    whole_number("rows", rows, _FEWEST)
    for what, setting, given, known in (
        ("claim", "claims", claims, _CLAIMS),
        ("check", "except_for", except_for, _CHECKS),
    ):
        if isinstance(given, str) or not isinstance(given, Collection):
            raise SettingError(f"{setting} must be a list of names, such as [{next(iter(known))!r}], got {given!r}")
        for name in given:
            if name not in known:
                raise choices(what, name, known)
    wanted = {name: run for name, run in _CHECKS.items() if name not in except_for}
    wanted |= {name: run for name, run in _CLAIMS.items() if name in claims}
    subject = Subject(model, rows)
    return [Check(name, (run.__doc__ or "").rstrip("."), subject, run) for name, run in wanted.items()]


def check_forecaster(
    model: Forecaster,
    *,
    rows: int = 96,
    claims: Collection[str] = (),
    except_for: Mapping[str, str] = MappingProxyType({}),
) -> pd.DataFrame:
    """Runs every check on a forecaster, yours or tsrnn's, and gives `check, outcome, message`, a row a check.

    `outcome` is `passed`, `skipped` where a check says nothing about this forecaster, or `excepted`, and `message`
    says why. `except_for` maps the names of checks to the reasons for leaving them out; the rest is as in `checks`.

    Raises CheckFailed with every failure in a line: the check, what was expected and what was got.

    >>> from tsrnn import NaiveForecaster
    >>> found = check_forecaster(NaiveForecaster(4), claims=["the_newest_value_is_seen"])
    >>> found["outcome"].unique().tolist()
    ['passed']
    """
    of_kind("except_for", except_for, Mapping, "a mapping of checks to reasons, such as {'nothing_is_printed': 'why'}")
    table = [{"check": name, "outcome": "excepted", "message": reason} for name, reason in except_for.items()]
    failures = []
    for check in checks(model, rows=rows, claims=claims, except_for=except_for):
        outcome, message = "passed", ""
        try:
            check()
        except NotApplicable as reason:
            outcome, message = "skipped", str(reason)
        except CheckFailed as problem:
            failures.append(str(problem))
        table.append({"check": check.name, "outcome": outcome, "message": message})
    if failures:
        raise CheckFailed("\n".join([f"{len(failures)} of {len(table)} checks failed", *failures]))
    return pd.DataFrame(table, columns=["check", "outcome", "message"])
