"""Expecting: what a check needs and what it got instead, in words."""

from __future__ import annotations

import unittest
from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np
import pandas as pd

from tsrnn.answer import Answer
from tsrnn.panel import Array, Flags

Cells = np.ndarray[Any, Any]


class CheckFailed(AssertionError):
    """A forecaster does not keep a promise; the message names the check, what was expected and what was got."""


class NotApplicable(unittest.SkipTest):
    """A check that says nothing about this forecaster; pytest and unittest count it as skipped."""


def fail(expected: str, got: object) -> NoReturn:
    """Raises CheckFailed."""
    raise CheckFailed(f"expected {expected}; got {got}")


def expect(holds: object, expected: str, got: object) -> None:
    """CheckFailed unless it holds."""
    if not holds:
        fail(expected, got)


def expect_alike(got: Answer, wanted: Answer, what: str, rtol: float = 0.0) -> None:
    """CheckFailed where two answers first differ: in kind, names, index or, by more than `rtol`, in a number."""
    if type(got) is not type(wanted):
        fail(f"{what}: a {type(wanted).__name__}", f"a {type(got).__name__}")
    for part, found, needed in zip(("names", "index"), _heads(got), _heads(wanted), strict=True):
        expect(found == needed, f"{what}: the {part} {needed[:6]}", found[:6])
    for name, first, second in zip(_heads(wanted)[0], _cells(got), _cells(wanted), strict=True):
        wrong = ~_near(first, second, rtol)
        if wrong.any():
            row = int(np.argmax(wrong))
            near = f" to a part in {1 / rtol:,.0f}" if rtol else ", to the last bit,"
            fail(f"{what}: {_shown(second[row])}{near} in row {row} of {name!r}", _shown(first[row]))


def _near(first: Cells, second: Cells, rtol: float) -> Flags:
    """Which of two columns' cells are alike, `(row,)`; a number by `rtol` of the largest, at least."""
    if first.dtype.kind != "f" or second.dtype.kind != "f":
        return np.asarray(first == second, np.bool_)
    away = rtol * np.abs(second).max(initial=0.0)
    return np.asarray((first == second) | (np.abs(first - second) <= away) | (np.isnan(first) & np.isnan(second)))


def expect_finite(answer: Answer, what: str) -> None:
    """CheckFailed where an answer holds something else than finite floats."""
    for name, values in zip(_heads(answer)[0], numbers(answer).T, strict=False):
        wrong = ~np.isfinite(values)
        if wrong.any():
            fail(f"{what}: finite numbers", f"{values[wrong][0]} in row {int(np.argmax(wrong))} of {name!r}")


def expect_refused(ask: Callable[[], object], what: str) -> None:
    """CheckFailed unless asking ends in a ValueError or TypeError that says why."""
    try:
        got: Any = ask()
    except (ValueError, TypeError) as problem:
        expect(str(problem).strip(), f"{what}: an error that says why", f"a {type(problem).__name__} without a word")
        return
    except Exception as problem:
        raise CheckFailed(f"expected {what}: a ValueError or TypeError; got {_said(problem)}") from problem
    fail(f"{what}: an error", f"a {type(got).__name__}")


def numbers(answer: Answer) -> Array:
    """The numbers of an answer, `(row, column)`; CheckFailed where a column holds none."""
    table = answer.to_frame() if isinstance(answer, pd.Series) else answer
    expect(isinstance(table, pd.DataFrame), "a Series or a frame", f"a {type(answer).__name__}")
    floats = table.select_dtypes("number")
    expect(floats.shape[1] and len(floats), "rows of numbers", f"columns of {sorted({str(t) for t in table.dtypes})}")
    return np.asarray(floats, np.float64)


def _heads(answer: Answer) -> tuple[list[object], list[object]]:
    names = [answer.name] if isinstance(answer, pd.Series) else list(answer.columns)
    return names, list(answer.index)


def _cells(answer: Answer) -> list[Cells]:
    if isinstance(answer, pd.Series):
        return [answer.to_numpy()]
    return [answer.iloc[:, place].to_numpy() for place in range(answer.shape[1])]


def _shown(value: Any) -> str:
    return repr(value.item() if isinstance(value, np.number) else value)


def _said(problem: BaseException) -> str:
    return f"{type(problem).__name__}: {problem}"
