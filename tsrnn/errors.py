"""The errors tsrnn raises, as one tree.

    TsrnnError
    ├── DataError (ValueError)            the rows given cannot be used as they are
    │   ├── ColumnError                   a column is missing, doubled or of the wrong kind
    │   ├── FrequencyError                the time axis has no single step
    │   │   ├── GapError                  steps are missing from it
    │   │   └── DuplicateError            a time stamp stands twice in one series
    │   ├── MissingValueError             nothing was observed where something is needed
    │   └── ShortSeriesError              fewer rows than one window or one fold needs
    ├── SettingError (ValueError)         an option has a value it cannot have
    ├── NotFittedError (ValueError)       a model is asked to predict before fit
    ├── TrainingError (ArithmeticError)   the loss stopped being a finite number
    ├── ModelFileError (ValueError)       a saved model cannot be read
    ├── MissingExtraError (ImportError)   an optional package is not installed
    └── ForkError (RuntimeError)          a process forked while torch had threads cannot compute

Everything here is the caller's to mend: the command line shows the message in one line and exits with 2. Each error has
a code that never changes its meaning, and says where it was met as far as that is known: `tsrnn.explaining` has the
table of codes.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class TsrnnError(Exception):
    """Something the caller can mend; the message says what was got, what is needed and how to fix it.

    - `code`: stable, `"E104"`; `tsrnn explain E104` says what it means.
    - `series`, `time`, `column`, `row` (from 0, of the caller's frame), `value`: the place, None where it is not known.
    """

    code = "E100"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        series: object = None,
        time: object = None,
        column: object = None,
        row: int | None = None,
        value: object = None,
    ) -> None:
        super().__init__(message)
        self.code = type(self).code if code is None else code
        self.series, self.time, self.column, self.row, self.value = series, time, column, row, value


class DataError(TsrnnError, ValueError):
    """The rows given cannot be used as they are."""


class ColumnError(DataError):
    """A column is missing, doubled or of the wrong kind."""

    code = "E110"


class FrequencyError(DataError):
    """The time axis has no single step."""

    code = "E105"


class GapError(FrequencyError):
    """Steps are missing from the time axis."""

    code = "E104"


class DuplicateError(FrequencyError):
    """A time stamp stands twice in one series."""

    code = "E103"


class MissingValueError(DataError):
    """Nothing was observed where something is needed."""

    code = "E101"


class ShortSeriesError(DataError):
    """A series has fewer rows than one window or one fold needs; `needed` says how many would do, where it is known."""

    code = "E107"

    def __init__(self, message: str, *, series: object = None, time: object = None, needed: int | None = None) -> None:
        super().__init__(message, series=series, time=time)
        self.needed = needed


class SettingError(TsrnnError, ValueError):
    """An option has a value it cannot have."""

    code = "E130"


class NotFittedError(TsrnnError, ValueError, AttributeError):
    """A model is asked to predict or to be saved before it was fitted."""

    code = "E140"


class TrainingError(TsrnnError, ArithmeticError):
    """The loss stopped being a finite number."""

    code = "E150"


class ModelFileError(TsrnnError, ValueError):
    """A saved model cannot be read."""

    code = "E160"


class MissingExtraError(TsrnnError, ImportError):
    """An optional package is not installed."""

    code = "E170"


class ForkError(TsrnnError, RuntimeError):
    """A process forked while torch had threads is asked to compute, which would wait for ever."""

    code = "E180"


def choices(what: str, got: object, known: Iterable[str]) -> SettingError:
    """The error for an unknown name: what was got, what is known, and the nearest guess.

    >>> print(choices("cell", "gur", ["rnn", "gru", "lstm"]))
    unknown cell 'gur': choose one of rnn, gru, lstm (did you mean 'gru'?)
    """
    names = list(known)
    near = get_close_matches(str(got), names, n=1)
    hint = f" (did you mean '{near[0]}'?)" if near else ""
    return SettingError(f"unknown {what} {got!r}: choose one of {', '.join(names)}{hint}", code="E131", value=got)


def one_of(what: str, got: object, known: Iterable[str]) -> str:
    """`got` if it is one of the names known, else the error of `choices`.

    >>> one_of("cell", "gru", ["rnn", "gru", "lstm"])
    'gru'
    """
    names = list(known)
    if not isinstance(got, str) or got not in names:
        raise choices(what, got, names)
    return got


def real(what: str, got: object, needed: str) -> float:
    """`got` as a float, else a SettingError naming `what`; `needed` says in words what it must be.

    >>> real("dropout", 0.1, "a share of at least 0 and below 1")
    0.1
    """
    import numbers

    if isinstance(got, bool) or not isinstance(got, numbers.Real):
        raise SettingError(f"{what} must be {needed}, got {got!r}", value=got)
    return float(got)


def of_kind(what: str, got: object, kind: type | tuple[type, ...], example: str) -> None:
    """SettingError naming `what` where `got` is not of this kind; `example` says what is."""
    if not isinstance(got, kind):
        raise SettingError(f"{what} must be {example}, got {got!r}", value=got)


def truth(what: str, got: object) -> bool:
    """`got` if it is True or False, else a SettingError naming `what`."""
    if not isinstance(got, bool):
        raise SettingError(f"{what} must be True or False, got {got!r}", value=got)
    return got


def whole_number(what: str, got: object, least: int) -> int:
    """`got` as an int of at least `least`, else a SettingError naming `what`.

    >>> whole_number("horizon", 12, 1)
    12
    """
    import numbers

    if isinstance(got, bool) or not isinstance(got, numbers.Integral) or got < least:
        raise SettingError(f"{what} must be a whole number of at least {least}, got {got!r}", value=got)
    return int(got)
