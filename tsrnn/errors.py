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
    └── MissingExtraError (ImportError)   an optional package is not installed

Everything here is the caller's to mend: the command line shows the message in one line and exits with 2.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class TsrnnError(Exception):
    """Something the caller can mend; the message says what was got, what is needed and how to fix it."""


class DataError(TsrnnError, ValueError):
    """The rows given cannot be used as they are.

    Attributes name the place where they are known: `series`, `time`, `column`.
    """

    def __init__(self, message: str, *, series: object = None, time: object = None, column: object = None) -> None:
        super().__init__(message)
        self.series, self.time, self.column = series, time, column


class ColumnError(DataError):
    """A column is missing, doubled or of the wrong kind."""


class FrequencyError(DataError):
    """The time axis has no single step."""


class GapError(FrequencyError):
    """Steps are missing from the time axis."""


class DuplicateError(FrequencyError):
    """A time stamp stands twice in one series."""


class MissingValueError(DataError):
    """Nothing was observed where something is needed."""


class ShortSeriesError(DataError):
    """A series has fewer rows than one window or one fold needs."""


class SettingError(TsrnnError, ValueError):
    """An option has a value it cannot have."""


class NotFittedError(TsrnnError, ValueError, AttributeError):
    """A model is asked to predict or to be saved before it was fitted."""


class TrainingError(TsrnnError, ArithmeticError):
    """The loss stopped being a finite number."""


class ModelFileError(TsrnnError, ValueError):
    """A saved model cannot be read."""


class MissingExtraError(TsrnnError, ImportError):
    """An optional package is not installed."""


def choices(what: str, got: object, known: Iterable[str]) -> SettingError:
    """The error for an unknown name: what was got, what is known, and the nearest guess.

    >>> print(choices("cell", "gur", ["rnn", "gru", "lstm"]))
    unknown cell 'gur': choose one of rnn, gru, lstm (did you mean 'gru'?)
    """
    names = list(known)
    near = get_close_matches(str(got), names, n=1)
    hint = f" (did you mean '{near[0]}'?)" if near else ""
    return SettingError(f"unknown {what} {got!r}: choose one of {', '.join(names)}{hint}")


def whole_number(what: str, got: object, least: int) -> int:
    """`got` as an int of at least `least`, else a SettingError naming `what`.

    >>> whole_number("horizon", 12, 1)
    12
    """
    import numbers

    if isinstance(got, bool) or not isinstance(got, numbers.Integral) or got < least:
        raise SettingError(f"{what} must be a whole number of at least {least}, got {got!r}")
    return int(got)
